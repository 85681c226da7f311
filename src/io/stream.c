/* stream.c - what all streams do alike, and the two that stand at the bottom: file and memory. */
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "base/escape.h"

/* Control bytes and broken UTF-8 come from names inside archives. */
static void make_printable(char *text)
{
    pl_str rest = pl_str_of(text);
    while (rest.len > 0) {
        uint32_t c;
        size_t len = pl_utf8_next(rest, &c);
        if (c == UINT32_MAX || c < 0x20 || (c >= 0x7f && c < 0xa0))
            memset(text, '?', len);
        text += len;
        rest = pl_str_slice(rest, len, rest.len);
    }
}

void pl_ending_set(pl_ending *ending, pl_source_status status, const char *format, ...)
{
    if (ending->status != PL_SOURCE_READ)
        return;
    ending->status = status;
    va_list args;
    va_start(args, format);
    vsnprintf(ending->problem, sizeof ending->problem, format, args);
    va_end(args);
    make_printable(ending->problem);
}

static void check_ratio(pl_stream *stream)
{
    const pl_meter *meter = stream->meter;
    if (stream->made <= meter->free_bytes || stream->made / PL_UNPACK_RATIO_MAX <= meter->raw_bytes)
        return;
    stream->ended = true;
    pl_ending_set(&stream->ending, PL_SOURCE_LIMIT,
                  "unpacks to more than %d times its size, stopped after %" PRIu64 " bytes",
                  PL_UNPACK_RATIO_MAX, stream->made);
}

static size_t pull(pl_stream *stream, char *dst, size_t room)
{
    if (stream->ended)
        return 0;
    size_t len = stream->ops->read(stream, dst, room);
    stream->made += len;
    if (len == 0)
        stream->ended = true;
    else
        check_ratio(stream);
    return len;
}

size_t pl_stream_read(pl_stream *stream, char *dst, size_t room)
{
    size_t len = stream->head_len - stream->head_off;
    if (len == 0)
        return pull(stream, dst, room);
    if (len > room)
        len = room;
    memcpy(dst, stream->head + stream->head_off, len);
    stream->head_off += len;
    return len;
}

size_t pl_stream_fill(pl_stream *stream, char *dst, size_t room)
{
    size_t filled = 0;
    while (filled < room) {
        size_t len = pl_stream_read(stream, dst + filled, room - filled);
        if (len == 0)
            break;
        filled += len;
    }
    return filled;
}

pl_str pl_stream_peek(pl_stream *stream, size_t len)
{
    if (stream->head_len - stream->head_off < len) {
        stream->head_len -= stream->head_off;
        memmove(stream->head, stream->head + stream->head_off, stream->head_len);
        stream->head_off = 0;
    }
    while (stream->head_len - stream->head_off < len) {
        size_t more =
            pull(stream, stream->head + stream->head_len, sizeof stream->head - stream->head_len);
        if (more == 0)
            break;
        stream->head_len += more;
    }
    return (pl_str){stream->head + stream->head_off, stream->head_len - stream->head_off};
}

void pl_stream_seek(pl_stream *stream, uint64_t off)
{
    stream->ended = false;
    stream->ending = (pl_ending){.status = PL_SOURCE_READ};
    stream->head_off = stream->head_len = 0;
    stream->ops->seek(stream, off);
}

void pl_stream_inherit(pl_stream *stream, const pl_stream *under)
{
    stream->ended = true;
    if (under->ending.status != PL_SOURCE_READ)
        pl_ending_set(&stream->ending, under->ending.status, "%s", under->ending.problem);
}

void pl_stream_nomem(pl_stream *stream)
{
    stream->ended = true;
    stream->meter->nomem = true;
}

void pl_stream_free(pl_stream *stream)
{
    if (stream != NULL)
        stream->ops->free(stream);
}

struct file {
    pl_stream stream;
    int fd; /* -1: could not be opened */
};

static void end_unreadable(pl_stream *stream, int sys_errno)
{
    const char *words = strerrordesc_np(sys_errno);
    stream->ended = true;
    pl_ending_set(&stream->ending, PL_SOURCE_UNREADABLE, "%s",
                  words != NULL ? words : "unknown system error");
}

static size_t file_read(pl_stream *stream, char *dst, size_t room)
{
    struct file *file = (struct file *)stream;
    ssize_t len;
    do
        len = read(file->fd, dst, room);
    while (len < 0 && errno == EINTR);
    if (len < 0) {
        end_unreadable(stream, errno);
        return 0;
    }
    stream->meter->raw_bytes += (uint64_t)len;
    return (size_t)len;
}

static void file_seek(pl_stream *stream, uint64_t off)
{
    struct file *file = (struct file *)stream;
    if (lseek(file->fd, (off_t)off, SEEK_SET) < 0)
        end_unreadable(stream, errno);
}

static void file_free(pl_stream *stream)
{
    struct file *file = (struct file *)stream;
    if (file->fd > STDIN_FILENO)
        close(file->fd);
    pl_release(file);
}

static const pl_stream_ops file_ops = {"file", file_read, file_seek, file_free};
static const pl_stream_ops pipe_ops = {"file", file_read, NULL, file_free};
static const pl_stream_ops stdin_ops = {"stdin", file_read, NULL, file_free};

static int64_t mtime_of(const struct stat *st)
{
    int64_t us;
    if (__builtin_mul_overflow(st->st_mtim.tv_sec, PL_US_PER_SECOND, &us) ||
        __builtin_add_overflow(us, st->st_mtim.tv_nsec / 1000, &us))
        return PL_TIME_NONE;
    return us;
}

pl_stream *pl_stream_open(const char *path, pl_meter *meter, int64_t *mtime_us)
{
    *mtime_us = PL_TIME_NONE;
    struct file *file = pl_alloc(1, sizeof *file);
    if (file == NULL)
        return NULL;
    pl_stream *stream = (pl_stream *)file;
    stream->meter = meter;
    stream->size = PL_STREAM_SIZE_UNKNOWN;
    stream->ops = &pipe_ops;
    if (strcmp(path, "-") == 0)
        stream->ops = &stdin_ops;
    else
        file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    if (file->fd < 0 || fstat(file->fd, &st) != 0) {
        end_unreadable(stream, errno);
    } else if (S_ISREG(st.st_mode)) {
        *mtime_us = mtime_of(&st);
        if (stream->ops == &pipe_ops) {
            stream->ops = &file_ops;
            stream->size = (uint64_t)st.st_size;
        }
    }
    return stream;
}

struct memory {
    pl_stream stream;
    pl_str bytes; /* borrowed */
    size_t at;
};

static size_t memory_read(pl_stream *stream, char *dst, size_t room)
{
    struct memory *memory = (struct memory *)stream;
    pl_str part = pl_str_slice(memory->bytes, memory->at, room);
    if (part.len > 0)
        memcpy(dst, part.ptr, part.len);
    memory->at += part.len;
    stream->meter->raw_bytes += part.len;
    return part.len;
}

static void memory_seek(pl_stream *stream, uint64_t off)
{
    struct memory *memory = (struct memory *)stream;
    memory->at = off < memory->bytes.len ? (size_t)off : memory->bytes.len;
}

static void memory_free(pl_stream *stream)
{
    pl_release(stream);
}

static const pl_stream_ops memory_ops = {"file", memory_read, memory_seek, memory_free};

pl_stream *pl_stream_open_memory(pl_str bytes, pl_meter *meter)
{
    struct memory *memory = pl_alloc(1, sizeof *memory);
    if (memory == NULL)
        return NULL;
    memory->stream.ops = &memory_ops;
    memory->stream.meter = meter;
    memory->stream.size = bytes.len;
    memory->bytes = bytes;
    return (pl_stream *)memory;
}
