/*
 * halves.h - decodes a block of event chunks in two halves, side by side.
 *
 * Chunks of an event log are decoded by themselves and at a fraction of the speed of all else, so
 * both processors work on each block.  Where a block is cut does not depend on how many there are.
 */
#ifndef PL_INGEST_HALVES_H
#define PL_INGEST_HALVES_H

#include "decode/decode.h"

typedef struct pl_halves pl_halves;

/* With `jobs` 1 there is no thread: the second half is decoded when it is asked for. */
PL_CHECKED pl_status pl_halves_new(int jobs, pl_halves **out, pl_error *err);
void pl_halves_free(pl_halves *halves);
/* The parts of `block`, in order: 2 of an event log, else 1, the block itself. */
size_t pl_halves_split(const pl_block *block, pl_block parts[2]);
/* Begins to decode; `part` and `filter` are borrowed until pl_halves_end(). */
void pl_halves_begin(pl_halves *halves, const pl_block *part, const pl_event_filter *filter);
/* Waits for it: as pl_decode_block(); *text is good until the next begin.  Must follow each begin.
 */
PL_CHECKED pl_status pl_halves_end(pl_halves *halves, pl_text *text, pl_error *err);

#endif
