/*
 * stream.h - a pull of bytes that knows how it ended.
 *
 * The one shape of files, memory, unpackers and archive entries, so that they stack in any order.
 * A stream hands out every byte it could get before it says what went wrong.
 */
#ifndef PL_IO_STREAM_H
#define PL_IO_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/str.h"
#include "io/reader.h"

#define PL_STREAM_HEAD                                                                             \
    512 /* bytes that can be looked at ahead: a tar header is the longest magic */
#define PL_PROBLEM_MAX 256 /* longer problems are cut there */
#define PL_STREAM_SIZE_UNKNOWN UINT64_MAX

/* What all streams above one outermost file share. */
typedef struct pl_meter {
    uint64_t raw_bytes;  /* taken from the outermost file so far */
    uint64_t free_bytes; /* PL_UNPACK_FREE_BYTES, less in tests */
    bool nomem;          /* some stream ended because there was no memory */
} pl_meter;

/* How something ended: PL_SOURCE_READ without a problem, or the first fault. */
typedef struct pl_ending {
    pl_source_status status;
    char problem[PL_PROBLEM_MAX]; /* one line, valid UTF-8 without control bytes */
} pl_ending;

/* Sets `ending` unless it holds a fault already. */
void pl_ending_set(pl_ending *ending, pl_source_status status, const char *format, ...)
    PL_PRINTF(3, 4);

typedef struct pl_stream pl_stream;

typedef struct pl_stream_ops {
    const char *name; /* "file", "gzip", ...: pl_member.kind */
    /* Writes up to `room` (> 0) bytes; 0: ended, with stream->ending set if badly. */
    size_t (*read)(pl_stream *stream, char *dst, size_t room);
    void (*seek)(pl_stream *stream, uint64_t off); /* NULL: only forward */
    void (*free)(pl_stream *stream);
} pl_stream_ops;

/* Embedded as the first member of every kind of stream. */
struct pl_stream {
    const pl_stream_ops *ops;
    pl_meter *meter; /* borrowed */
    uint64_t size;   /* what it will give in all, or PL_STREAM_SIZE_UNKNOWN */
    uint64_t made;   /* bytes pulled so far, the head included */
    bool ended;      /* nothing more to pull; the head may still hold bytes */
    pl_ending ending;
    size_t head_off, head_len;
    char head[PL_STREAM_HEAD];
};

/*
 * Opens `path` ("-": standard input, not closed); what cannot be opened is a stream that has ended
 * as `unreadable`.  *mtime_us is the file's, PL_TIME_NONE when not a regular file.  NULL: no
 * memory.
 */
pl_stream *pl_stream_open(const char *path, pl_meter *meter, int64_t *mtime_us);
/* `bytes` is borrowed until free.  NULL: no memory. */
pl_stream *pl_stream_open_memory(pl_str bytes, pl_meter *meter);

/* Up to `room` bytes, as they come; 0: no more, see stream->ending. */
size_t pl_stream_read(pl_stream *stream, char *dst, size_t room);
/* The same, but fewer than `room` only at the end. */
size_t pl_stream_fill(pl_stream *stream, char *dst, size_t room);
/* The next `len` (<= PL_STREAM_HEAD) bytes or more, fewer only at the end; they stay unread. */
pl_str pl_stream_peek(pl_stream *stream, size_t len);
/* Goes to `off` as if just opened there; only where ops->seek is not NULL. */
void pl_stream_seek(pl_stream *stream, uint64_t off);
/* Ends `stream` with the fault of `under`, whose bytes it needed. */
void pl_stream_inherit(pl_stream *stream, const pl_stream *under);
/* Ends `stream` because there is no memory. */
void pl_stream_nomem(pl_stream *stream);
void pl_stream_free(pl_stream *stream);

#endif
