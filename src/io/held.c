/* held.c - a buffer in front of a stream. */
#include "io/held.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"

#define STEP_BYTES ((size_t)64 << 10)

struct held {
    pl_stream stream;
    pl_stream *under; /* owned; goes on behind the bytes */
    pl_buf bytes;
    size_t at;
};

static size_t held_read(pl_stream *stream, char *dst, size_t room)
{
    struct held *held = (struct held *)stream;
    pl_str part = pl_str_slice(pl_buf_str(&held->bytes), held->at, room);
    size_t len = part.len;
    if (len > 0)
        memcpy(dst, part.ptr, len);
    else
        len = pl_stream_read(held->under, dst, room);
    held->at += part.len;
    if (len == 0)
        pl_stream_inherit(stream, held->under);
    return len;
}

static void held_seek(pl_stream *stream, uint64_t off)
{
    struct held *held = (struct held *)stream;
    held->at = off < held->bytes.len ? (size_t)off : held->bytes.len;
    stream->ending = held->under->ending;
}

static void held_free(pl_stream *stream)
{
    struct held *held = (struct held *)stream;
    pl_stream_free(held->under);
    pl_buf_release(&held->bytes);
    pl_release(held);
}

/* Reads ahead; true: all of it is held. */
static bool hold(struct held *held, size_t held_max)
{
    for (;;) {
        size_t len = held->bytes.len;
        size_t room = held_max - len < STEP_BYTES ? held_max - len : STEP_BYTES;
        if (room == 0)
            return pl_stream_peek(held->under, 1).len == 0;
        char *dst = pl_buf_reserve(&held->bytes, room);
        if (dst == NULL) {
            pl_stream_nomem(&held->stream);
            return false;
        }
        size_t more = pl_stream_read(held->under, dst, room);
        pl_buf_cut(&held->bytes, len + more);
        if (more == 0)
            return true;
    }
}

pl_stream *pl_held_new(pl_stream *under, size_t held_max)
{
    static const pl_stream_ops whole_ops = {"held", held_read, held_seek, held_free};
    static const pl_stream_ops front_ops = {"held", held_read, NULL, held_free};
    struct held *held = pl_alloc(1, sizeof *held);
    if (held == NULL)
        return NULL;
    pl_stream *stream = (pl_stream *)held;
    pl_buf_init(&held->bytes, held_max);
    stream->meter = under->meter;
    stream->size = under->size;
    stream->ops = &front_ops;
    held->under = under;
    bool is_known_larger = under->size != PL_STREAM_SIZE_UNKNOWN && under->size > held_max;
    if (!is_known_larger && hold(held, held_max)) {
        stream->ops = &whole_ops;
        stream->size = held->bytes.len;
        stream->ending = under->ending;
    }
    return stream;
}
