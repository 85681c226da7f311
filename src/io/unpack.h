/*
 * unpack.h - sees through gzip, xz, zstd, bzip2 and lz4.
 *
 * Several streams one after another are one, zero bytes between and after them are padding,
 * anything else after them is damage.  Every byte that the codec could make out before damage or a
 * sudden end is handed out first: that is why the codecs are driven here and not by libarchive,
 * which drops the last 64 KiB.
 */
#ifndef PL_IO_UNPACK_H
#define PL_IO_UNPACK_H

#include "io/sniff.h"
#include "io/stream.h"

/*
 * What a codec may ask for as its window or dictionary; streams that need more end as `limit`.
 * Both hold the strongest ordinary presets: zstd up to -22 --ultra, xz -9.
 */
#define PL_UNPACK_ZSTD_WINDOW_LOG_MAX 27
#define PL_UNPACK_XZ_MEMORY_MAX (UINT64_C(96) << 20)

/*
 * A stream of the unpacked bytes of `under`, whose head pl_sniff() takes for `format`, no archive.
 * Takes over `under`.  NULL: no memory, and `under` is still the caller's.
 */
pl_stream *pl_unpack_new(pl_format format, pl_stream *under);

#endif
