/*
 * event_at.h - from a place in the text of a block to its place in the bytes.
 *
 * The text is what the decoder makes of the bytes when nothing is taken out of it: one character
 * for every byte, or for every unit or pair of units of UTF-16; in UTF-8 the bytes themselves.
 */
#ifndef PL_DECODE_EVENT_AT_H
#define PL_DECODE_EVENT_AT_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "io/reader.h"

typedef struct pl_event_at {
    pl_str text; /* borrowed */
    pl_encoding encoding;
    size_t at;           /* in the text; what follows belongs to it */
    uint64_t byte_off;   /* in the member */
    uint64_t line_index; /* line ends of the block before it */
} pl_event_at;

/* At the start of `block`, which is `text`, borrowed. */
pl_event_at pl_event_at_start(const pl_block *block, pl_str text);
/* Goes on to `to` (>= at->at). */
void pl_event_at_move(pl_event_at *at, size_t to);
/* Goes to the end and says how many lines the block has; what follows the last line end is one in
 * the last block only. */
size_t pl_event_at_lines(pl_event_at *at, const pl_block *block);

#endif
