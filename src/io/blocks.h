/* blocks.h - cuts a stream into blocks of whole lines or records, hashing it on the way. */
#ifndef PL_IO_BLOCKS_H
#define PL_IO_BLOCKS_H

#include "io/encoding.h"
#include "io/hash.h"
#include "io/reader.h"
#include "io/stream.h"

#define PL_BLOCKS_PREFIX_MAX 8 /* lengths whose hash can be wanted of one stream */

typedef struct pl_blocks pl_blocks;

/* Holds its one buffer from the start; used for one stream after another.  NULL: no memory. */
pl_blocks *pl_blocks_new(void);
void pl_blocks_free(pl_blocks *blocks);
/*
 * Begins with `stream`, borrowed until the next begin or free, and reads its first
 * PL_ENCODING_PROBE bytes: *encoding and *layout say what they are.  Returns how many they are
 * without mark.
 */
size_t pl_blocks_begin(pl_blocks *blocks, pl_stream *stream, pl_encoding *encoding,
                       pl_layout *layout);
/* The bytes that begin read, mark included; good until the first pl_blocks_next(). */
pl_str pl_blocks_probe(const pl_blocks *blocks);
/* The next block, good until the next call on `blocks`; false: no more. */
bool pl_blocks_next(pl_blocks *blocks, pl_block *block);
/* As pl_reader_want_prefix(): PL_ERR_USAGE when too many, or `bytes` has gone by. */
PL_CHECKED pl_status pl_blocks_want_prefix(pl_blocks *blocks, uint64_t bytes, pl_error *err);
bool pl_blocks_prefix(const pl_blocks *blocks, uint64_t bytes, pl_hash128 *out);
/* The hash over all bytes of the blocks given so far and of what was read with them. */
const pl_content_hash *pl_blocks_content(const pl_blocks *blocks);

#endif
