/* unpack.c - drives one codec over the streams that follow each other in the bytes under it. */
#include "io/unpack.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "io/codec.h"

#define IN_BYTES ((size_t)128 << 10)
#define MAGIC_MAX 10 /* the longest pl_sniff() needs for a codec */

struct unpack {
    pl_stream stream;
    pl_stream *under; /* owned */
    pl_format format;
    const pl_codec *codec;
    pl_codec_state state;
    bool inside; /* a compressed stream has begun and is not complete */
    size_t in_off, in_len;
    char in[IN_BYTES];
};

static pl_str input(const struct unpack *unpack)
{
    return (pl_str){unpack->in + unpack->in_off, unpack->in_len - unpack->in_off};
}

/* Makes at least `need` bytes of input ready, fewer only where there are no more. */
static pl_str require(struct unpack *unpack, size_t need)
{
    pl_str have = input(unpack);
    if (have.len >= need)
        return have;
    memmove(unpack->in, have.ptr, have.len);
    unpack->in_off = 0;
    unpack->in_len = have.len;
    while (unpack->in_len < need) {
        size_t len =
            pl_stream_read(unpack->under, unpack->in + unpack->in_len, IN_BYTES - unpack->in_len);
        if (len == 0)
            break;
        unpack->in_len += len;
    }
    return input(unpack);
}

/* Ends with the fault of the bytes under this, where they have one, else with this one. */
static void end_faulty(struct unpack *unpack, pl_source_status status, size_t just_made,
                       const char *what)
{
    pl_stream *stream = &unpack->stream;
    pl_stream_inherit(stream, unpack->under);
    pl_ending_set(&stream->ending, status, "%s stream %s after %" PRIu64 " bytes unpacked",
                  stream->ops->name, what, stream->made + just_made);
}

/* True when `rest`, all there is, could be the front of another stream of this codec. */
static bool is_cut_magic(pl_format format, pl_str rest)
{
    pl_str magic = format == PL_FORMAT_GZIP   ? PL_STR("\x1f\x8b\x08")
                   : format == PL_FORMAT_XZ   ? PL_STR("\xfd"
                                                         "7zXZ\0")
                   : format == PL_FORMAT_ZSTD ? PL_STR("\x28\xb5\x2f\xfd")
                   : format == PL_FORMAT_LZ4  ? PL_STR("\x04\x22\x4d\x18")
                                              : PL_STR("BZh");
    return pl_str_starts(magic, pl_str_slice(rest, 0, magic.len)) && rest.len < MAGIC_MAX;
}

/* Between compressed streams: goes into the next.  False: ended, well or not. */
static bool begin(struct unpack *unpack)
{
    pl_str in = require(unpack, 1);
    while (in.len > 0 && in.ptr[0] == '\0') {
        unpack->in_off++;
        in = require(unpack, 1);
    }
    in = require(unpack, MAGIC_MAX);
    if (in.len == 0) {
        pl_stream_inherit(&unpack->stream, unpack->under);
        return false;
    }
    if (pl_sniff(in) != unpack->format) {
        if (is_cut_magic(unpack->format, in))
            end_faulty(unpack, PL_SOURCE_TRUNCATED, 0, "ends early");
        else
            end_faulty(unpack, PL_SOURCE_DAMAGED, 0, "is followed by other bytes");
        return false;
    }
    unpack->inside = unpack->codec->begin(&unpack->state);
    if (!unpack->inside)
        pl_stream_nomem(&unpack->stream);
    return unpack->inside;
}

/* One step of the codec into `dst`; returns the bytes made. */
static size_t step(struct unpack *unpack, char *dst, size_t room)
{
    pl_str in = require(unpack, 1);
    pl_codec_io io = {in.ptr, in.len, dst, room < INT_MAX ? room : INT_MAX, ""};
    size_t out_room = io.out_len;
    pl_codec_step result = unpack->codec->step(&unpack->state, &io);
    unpack->in_off += in.len - io.in_len;
    size_t made = out_room - io.out_len;
    char damage[128];
    switch (result) {
    case PL_CODEC_MORE:
        if (made == 0 && in.len == 0)
            end_faulty(unpack, PL_SOURCE_TRUNCATED, made, "ends early");
        break;
    case PL_CODEC_END:
        unpack->inside = false;
        break;
    case PL_CODEC_BAD:
        snprintf(damage, sizeof damage, "is damaged (%s)", io.words);
        end_faulty(unpack, PL_SOURCE_DAMAGED, made, damage);
        break;
    case PL_CODEC_LIMIT:
        end_faulty(unpack, PL_SOURCE_LIMIT, made, "needs too much memory");
        break;
    case PL_CODEC_NOMEM:
        pl_stream_nomem(&unpack->stream);
        break;
    }
    return made;
}

static size_t unpack_read(pl_stream *stream, char *dst, size_t room)
{
    struct unpack *unpack = (struct unpack *)stream;
    while (!stream->ended) {
        if (!unpack->inside && !begin(unpack))
            break;
        size_t made = step(unpack, dst, room);
        if (made > 0)
            return made;
    }
    return 0;
}

static void unpack_free(pl_stream *stream)
{
    struct unpack *unpack = (struct unpack *)stream;
    unpack->codec->end(&unpack->state);
    pl_stream_free(unpack->under);
    pl_release(unpack);
}

pl_stream *pl_unpack_new(pl_format format, pl_stream *under)
{
    static const pl_stream_ops ops[] = {
        [PL_FORMAT_GZIP] = {"gzip", unpack_read, NULL, unpack_free},
        [PL_FORMAT_XZ] = {"xz", unpack_read, NULL, unpack_free},
        [PL_FORMAT_ZSTD] = {"zstd", unpack_read, NULL, unpack_free},
        [PL_FORMAT_BZIP2] = {"bzip2", unpack_read, NULL, unpack_free},
        [PL_FORMAT_LZ4] = {"lz4", unpack_read, NULL, unpack_free},
    };
    struct unpack *unpack = pl_alloc(1, sizeof *unpack);
    if (unpack == NULL)
        return NULL;
    unpack->stream.ops = &ops[format];
    unpack->stream.meter = under->meter;
    unpack->stream.size = PL_STREAM_SIZE_UNKNOWN;
    unpack->under = under;
    unpack->format = format;
    unpack->codec = pl_codec_of(format);
    return (pl_stream *)unpack;
}
