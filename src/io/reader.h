/*
 * reader.h - one offered path as a sequence of members, each a sequence of blocks of whole lines
 * or records.
 *
 * What a file is, its content says, not its name: gzip, xz, zstd, bzip2 and lz4 are seen through
 * (any nesting up to PL_UNPACK_DEPTH_MAX), tar, zip, 7z and cab are opened, archives inside
 * archives too, up to PL_ARCHIVE_DEPTH_MAX.  Nothing is extracted to disk; memory is bounded
 * whatever the input. Damage keeps what was read before it.  Whatever was offered comes out as a
 * member with a status: the ledger is complete.
 *
 *     open -> { next -> { block ... PL_DONE } -> end } ... PL_DONE -> free
 */
#ifndef PL_IO_READER_H
#define PL_IO_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/str.h"
#include "io/encoding.h"
#include "io/hash.h"
#include "io/records.h"

#define PL_ARCHIVE_DEPTH_MAX 4 /* archives inside archives; deeper ones are `too-deep` members */
#define PL_UNPACK_DEPTH_MAX 4  /* compressions around one stream; deeper is `too-deep` */
/* Lines longer than this are cut there and counted: no log line that means something is longer. */
#define PL_LINE_MAX ((size_t)64 << 10)
/* Read at a time; a block holds at most one line more. */
#define PL_BLOCK_BYTES ((size_t)1 << 20)
#define PL_BLOCKS_KEPT                                                                             \
    4 /* buffers: a block is good while this many less one are read behind it                      \
       */
/* A member that unpacks to more, at more than PL_UNPACK_RATIO_MAX : 1, ends as `limit`. */
#define PL_UNPACK_FREE_BYTES (UINT64_C(4) << 30)
#define PL_UNPACK_RATIO_MAX 2000

typedef enum pl_source_status {
    PL_SOURCE_READ,       /* to its end */
    PL_SOURCE_CONTAINER,  /* an archive whose members have rows of their own */
    PL_SOURCE_NO_DIALECT, /* read, but no dialect recognises it; set by ingest, never by io */
    PL_SOURCE_EMPTY,      /* no bytes, or none but a byte order mark */
    PL_SOURCE_BINARY,     /* not text: not read further than the first blocks */
    PL_SOURCE_TRUNCATED,  /* ends in the middle of a compressed stream or archive */
    PL_SOURCE_DAMAGED,    /* its container is corrupt there */
    PL_SOURCE_ENCRYPTED,
    PL_SOURCE_SPECIAL,    /* device, pipe, link: holds no bytes of its own */
    PL_SOURCE_UNREADABLE, /* the system refused */
    PL_SOURCE_LIMIT,      /* a documented maximum was met */
    PL_SOURCE_TOO_DEEP,
} pl_source_status;

/* "read", "container", "no-dialect", "empty", ...: the words of v_source.status. */
const char *pl_source_status_name(pl_source_status status);

typedef struct pl_member {
    pl_str path;      /* as offered */
    pl_str member;    /* inside the archive, '!' between nested ones; empty: the file itself */
    const char *kind; /* of an archive its format, "tar", "zip", "7z" or "cab"; of a member that of
                         the archive it is in; of a file outside archives what it is compressed as,
                         outermost, "gzip", "xz", "zstd", "bzip2", "lz4", else "file" or "stdin" */
    int64_t mtime_us; /* of the archive entry, else of the file; PL_TIME_NONE when not known */
    bool has_blocks;  /* pl_reader_block() gives its lines or records.  Else only pl_reader_end() */
    pl_encoding encoding; /* with has_blocks; of PL_LAYOUT_EVTX PL_ENCODING_BINARY */
    pl_layout layout;     /* with has_blocks */
} pl_member;

typedef struct pl_block {
    const char *ptr; /* raw bytes without byte order mark, good until PL_BLOCKS_KEPT - 1 more blocks
                        were read, or another call was made on the reader */
    size_t len;
    uint64_t byte_off; /* of ptr[0] in the member's bytes before decoding */
    uint32_t no;       /* 0.. */
    pl_encoding encoding;
    pl_layout layout;
    pl_str head;     /* of PL_LAYOUT_EVENT_CSV the raw first rows, which say what is in the columns;
                        good as long as the member is the current one */
    bool open_start; /* ptr[0] goes on with the last line, or record, of the block before: its
                        open_end */
    bool open_end;   /* the last line, or record, goes on in the next block: it is over PL_LINE_MAX
                      */
    bool last;       /* no block follows */
} pl_block;

typedef struct pl_member_end {
    pl_source_status status;
    const char *problem; /* one line: what and where; NULL without fault */
    uint64_t bytes;      /* unpacked, before decoding, including a byte order mark; of what is not
                            text the size it says it has, else what was looked at */
    bool has_size;
    uint64_t size;      /* with has_size: what its file or archive says it holds, in those bytes */
    pl_hash128 content; /* of those bytes; of a member that damage cut short, of what there was */
    bool has_content;   /* true only of text and of what is empty */
} pl_member_end;

typedef struct pl_reader pl_reader;

/*
 * Opens `path` ("-": standard input).  A file that cannot be opened is not an error: it gives one
 * member without blocks whose end says `unreadable`.  `path` is borrowed until free.
 */
PL_CHECKED pl_status pl_reader_open(const char *path, pl_reader **out, pl_error *err);
/* The same on memory, named `path`: for tests and fuzzers; `bytes` is borrowed until free. */
PL_CHECKED pl_status pl_reader_open_memory(pl_str bytes, const char *path, pl_reader **out,
                                           pl_error *err);
/*
 * Goes to the next member (what is left of this one is passed over).  A container comes before its
 * members; its end is known only when they have been read, so it comes again, as the same path and
 * member with kind and status, when it is damaged: PL_SOURCE_TRUNCATED, _DAMAGED, _LIMIT.
 * PL_OK: *member is good until the next call; PL_DONE: no more; PL_ERR_NOMEM.
 */
PL_CHECKED pl_status pl_reader_next(pl_reader *reader, pl_member *member, pl_error *err);
/* The next block of the current member; PL_DONE at its end, whatever ended it. */
PL_CHECKED pl_status pl_reader_block(pl_reader *reader, pl_block *block, pl_error *err);
/*
 * The hash of the member's first `bytes` bytes, wanted by the caller before they are read: at most
 * 8 lengths a member.  pl_reader_end() has passed them by then; see pl_reader_prefix().
 */
PL_CHECKED pl_status pl_reader_want_prefix(pl_reader *reader, uint64_t bytes, pl_error *err);
/* True, and the hash, when the member had at least `bytes` bytes and this length was wanted. */
bool pl_reader_prefix(const pl_reader *reader, uint64_t bytes, pl_hash128 *out);
/* How the current member ended; reads through what is left of it.  Good until the next call. */
PL_CHECKED pl_status pl_reader_end(pl_reader *reader, pl_member_end *end, pl_error *err);
void pl_reader_free(pl_reader *reader);

#endif
