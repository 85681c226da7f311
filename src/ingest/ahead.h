/*
 * ahead.h - reads the blocks of a member ahead of who takes them, on a thread of its own.
 *
 * Reading, unpacking and hashing then run beside decoding, scanning and matching.  Order and bytes
 * are those of pl_reader_block(); at most PL_BLOCKS_KEPT blocks are in memory.
 *
 *     new -> { begin -> { block ... PL_DONE } -> end } ... -> free
 */
#ifndef PL_INGEST_AHEAD_H
#define PL_INGEST_AHEAD_H

#include "io/reader.h"

typedef struct pl_ahead pl_ahead;

/* With `jobs` 1 there is no thread.  PL_ERR_NOMEM: no memory, or no thread to be had. */
PL_CHECKED pl_status pl_ahead_new(int jobs, pl_ahead **out, pl_error *err);
void pl_ahead_free(pl_ahead *ahead);
/* From here to pl_ahead_end() `reader` is used by nobody else, from the first block on. */
void pl_ahead_begin(pl_ahead *ahead, pl_reader *reader);
/* The next block, good until the next call on `ahead`; as pl_reader_block(). */
PL_CHECKED pl_status pl_ahead_block(pl_ahead *ahead, pl_block *block, pl_error *err);
/* Waits until the thread has stopped reading; allowed at any time. */
void pl_ahead_end(pl_ahead *ahead);

#endif
