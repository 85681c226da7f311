/* codec.c - zlib, liblzma, libzstd, libbz2 and liblz4 behind one shape. */
#include "io/codec.h"

#include <string.h>

#include <zstd_errors.h>

#include "io/unpack.h"

#define LZ4_BLOCK_HEADER 4
#define GZIP_ONLY 16 /* added to the window bits: no raw deflate, no zlib header */

static bool gzip_begin(pl_codec_state *state)
{
    z_stream *z = &state->gzip;
    return (z->state == NULL ? inflateInit2(z, MAX_WBITS + GZIP_ONLY) : inflateReset(z)) == Z_OK;
}

static pl_codec_step gzip_step(pl_codec_state *state, pl_codec_io *io)
{
    z_stream *z = &state->gzip;
    z->next_in = (const Bytef *)io->in;
    z->avail_in = (uInt)io->in_len;
    z->next_out = (Bytef *)io->out;
    z->avail_out = (uInt)io->out_len;
    int result = inflate(z, Z_NO_FLUSH);
    io->in += io->in_len - z->avail_in;
    io->in_len = z->avail_in;
    io->out += io->out_len - z->avail_out;
    io->out_len = z->avail_out;
    switch (result) {
    case Z_OK:
    case Z_BUF_ERROR:
        return PL_CODEC_MORE;
    case Z_STREAM_END:
        return PL_CODEC_END;
    case Z_MEM_ERROR:
        return PL_CODEC_NOMEM;
    default:
        io->words = z->msg != NULL ? z->msg : "corrupt data";
        return PL_CODEC_BAD;
    }
}

static void gzip_end(pl_codec_state *state)
{
    inflateEnd(&state->gzip);
}

static bool xz_begin(pl_codec_state *state)
{
    return lzma_stream_decoder(&state->xz, PL_UNPACK_XZ_MEMORY_MAX, 0) == LZMA_OK;
}

static pl_codec_step xz_step(pl_codec_state *state, pl_codec_io *io)
{
    lzma_stream *xz = &state->xz;
    xz->next_in = (const uint8_t *)io->in;
    xz->avail_in = io->in_len;
    xz->next_out = (uint8_t *)io->out;
    xz->avail_out = io->out_len;
    lzma_ret result = lzma_code(xz, LZMA_RUN);
    io->in += io->in_len - xz->avail_in;
    io->in_len = xz->avail_in;
    io->out += io->out_len - xz->avail_out;
    io->out_len = xz->avail_out;
    if (result == LZMA_OK || result == LZMA_BUF_ERROR)
        return PL_CODEC_MORE;
    if (result == LZMA_STREAM_END)
        return PL_CODEC_END;
    if (result == LZMA_MEM_ERROR)
        return PL_CODEC_NOMEM;
    if (result == LZMA_MEMLIMIT_ERROR)
        return PL_CODEC_LIMIT;
    io->words = result == LZMA_OPTIONS_ERROR ? "unsupported options" : "corrupt data";
    return PL_CODEC_BAD;
}

static void xz_end(pl_codec_state *state)
{
    lzma_end(&state->xz);
}

static bool zstd_begin(pl_codec_state *state)
{
    if (state->zstd == NULL)
        state->zstd = ZSTD_createDStream();
    return state->zstd != NULL &&
           !ZSTD_isError(ZSTD_DCtx_reset(state->zstd, ZSTD_reset_session_only)) &&
           !ZSTD_isError(ZSTD_DCtx_setParameter(state->zstd, ZSTD_d_windowLogMax,
                                                PL_UNPACK_ZSTD_WINDOW_LOG_MAX));
}

static pl_codec_step zstd_step(pl_codec_state *state, pl_codec_io *io)
{
    ZSTD_inBuffer in = {io->in, io->in_len, 0};
    ZSTD_outBuffer out = {io->out, io->out_len, 0};
    size_t result = ZSTD_decompressStream(state->zstd, &out, &in);
    io->in += in.pos;
    io->in_len -= in.pos;
    io->out += out.pos;
    io->out_len -= out.pos;
    if (!ZSTD_isError(result))
        return result == 0 ? PL_CODEC_END : PL_CODEC_MORE;
    ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
    if (code == ZSTD_error_memory_allocation)
        return PL_CODEC_NOMEM;
    if (code == ZSTD_error_frameParameter_windowTooLarge)
        return PL_CODEC_LIMIT;
    io->words = ZSTD_getErrorString(code);
    return PL_CODEC_BAD;
}

static void zstd_end(pl_codec_state *state)
{
    ZSTD_freeDStream(state->zstd);
}

static bool bzip2_begin(pl_codec_state *state)
{
    if (state->bzip2.state != NULL)
        BZ2_bzDecompressEnd(&state->bzip2);
    return BZ2_bzDecompressInit(&state->bzip2, 0, 0) == BZ_OK;
}

static pl_codec_step bzip2_step(pl_codec_state *state, pl_codec_io *io)
{
    bz_stream *bz = &state->bzip2;
    union {
        const char *from;
        char *to;
    } in = {.from = io->in}; /* the library does not write there, but does not say so */
    bz->next_in = in.to;
    bz->avail_in = (unsigned)io->in_len;
    bz->next_out = io->out;
    bz->avail_out = (unsigned)io->out_len;
    int result = BZ2_bzDecompress(bz);
    io->in += io->in_len - bz->avail_in;
    io->in_len = bz->avail_in;
    io->out += io->out_len - bz->avail_out;
    io->out_len = bz->avail_out;
    if (result == BZ_OK)
        return PL_CODEC_MORE;
    if (result == BZ_STREAM_END)
        return PL_CODEC_END;
    if (result == BZ_MEM_ERROR)
        return PL_CODEC_NOMEM;
    io->words = "corrupt data";
    return PL_CODEC_BAD;
}

static void bzip2_end(pl_codec_state *state)
{
    if (state->bzip2.state != NULL)
        BZ2_bzDecompressEnd(&state->bzip2);
}

static bool lz4_begin(pl_codec_state *state)
{
    pl_lz4_state *lz4 = &state->lz4;
    lz4->wanted = LZ4F_HEADER_SIZE_MIN;
    lz4->has_spare = false;
    if (lz4->context == NULL)
        return !LZ4F_isError(LZ4F_createDecompressionContext(&lz4->context, LZ4F_VERSION));
    LZ4F_resetDecompressionContext(lz4->context);
    return true;
}

/* A step that fails forgets what it has made: so none makes bytes and then reads a header. */
static size_t lz4_input(const pl_lz4_state *lz4, size_t available)
{
    size_t wanted = lz4->wanted;
    if (lz4->has_spare)
        return 0;
    if (wanted > LZ4_BLOCK_HEADER)
        wanted -= LZ4_BLOCK_HEADER;
    return wanted < available ? wanted : available;
}

static pl_codec_step lz4_step(pl_codec_state *state, pl_codec_io *io)
{
    pl_lz4_state *lz4 = &state->lz4;
    size_t used = lz4_input(lz4, io->in_len), made = io->out_len;
    size_t result = LZ4F_decompress(lz4->context, io->out, &made, io->in, &used, NULL);
    if (LZ4F_isError(result)) {
        io->words = LZ4F_getErrorName(result);
        return strstr(io->words, "allocation") != NULL ? PL_CODEC_NOMEM : PL_CODEC_BAD;
    }
    io->in += used;
    io->in_len -= used;
    io->out += made;
    io->out_len -= made;
    lz4->wanted = result;
    lz4->has_spare = io->out_len == 0;
    return result == 0 ? PL_CODEC_END : PL_CODEC_MORE;
}

static void lz4_end(pl_codec_state *state)
{
    LZ4F_freeDecompressionContext(state->lz4.context);
}

const pl_codec *pl_codec_of(pl_format format)
{
    static const pl_codec codecs[] = {
        [PL_FORMAT_GZIP] = {gzip_begin, gzip_step, gzip_end},
        [PL_FORMAT_XZ] = {xz_begin, xz_step, xz_end},
        [PL_FORMAT_ZSTD] = {zstd_begin, zstd_step, zstd_end},
        [PL_FORMAT_BZIP2] = {bzip2_begin, bzip2_step, bzip2_end},
        [PL_FORMAT_LZ4] = {lz4_begin, lz4_step, lz4_end},
    };
    bool is_codec = (size_t)format < sizeof codecs / sizeof *codecs && codecs[format].begin != NULL;
    return is_codec ? &codecs[format] : NULL;
}
