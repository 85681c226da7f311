/* codec.h - one shape for the five compression libraries. */
#ifndef PL_IO_CODEC_H
#define PL_IO_CODEC_H

#include <stdbool.h>
#include <stddef.h>

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#define ZLIB_CONST /* zlib then takes its input as const */
#include <zlib.h>
#include <zstd.h>

#include "io/sniff.h"

/* Input and output of one step; the codec moves the pointers and counts down what is left. */
typedef struct pl_codec_io {
    const char *in;
    size_t in_len; /* at most UINT_MAX, as out_len: some of the libraries count in unsigned */
    char *out;
    size_t out_len;
    const char *words; /* with PL_CODEC_BAD: what the library says; static */
} pl_codec_io;

typedef enum pl_codec_step {
    PL_CODEC_MORE,  /* did what could be done */
    PL_CODEC_END,   /* the compressed stream is complete */
    PL_CODEC_BAD,   /* it is corrupt */
    PL_CODEC_LIMIT, /* it needs more memory than it may have */
    PL_CODEC_NOMEM,
} pl_codec_step;

typedef struct pl_lz4_state {
    LZ4F_dctx *context;
    size_t wanted;  /* bytes that the context wants next, with the block header after them */
    bool has_spare; /* the last output filled all its room: more may be ready */
} pl_lz4_state;

typedef union pl_codec_state {
    z_stream gzip;
    lzma_stream xz;
    ZSTD_DStream *zstd;
    bz_stream bzip2;
    pl_lz4_state lz4;
} pl_codec_state;

typedef struct pl_codec {
    /* Makes ready for the next compressed stream; `state` is zeroed before the first.  False: no
     * memory. */
    bool (*begin)(pl_codec_state *state);
    pl_codec_step (*step)(pl_codec_state *state, pl_codec_io *io);
    /* Frees what `state` holds; allowed on a zeroed one. */
    void (*end)(pl_codec_state *state);
} pl_codec;

/* NULL for formats that are no compression. */
const pl_codec *pl_codec_of(pl_format format);

#endif
