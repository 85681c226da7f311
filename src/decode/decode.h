/*
 * decode.h - the bytes of a block as UTF-8 text, and a line of it as text fit for storing.
 *
 * Pure functions of their input.  The text of a block has one '\n' for every line end of the bytes,
 * in the same order, so that line i of the text is line i of the bytes.  ANSI escape sequences
 * (ECMA-48 CSI, OSC and two-byte ones) and NULs are left out.  In UTF-8 blocks invalid bytes stay
 * as they are: only lines that are stored are repaired, by pl_decode_line().
 */
#ifndef PL_DECODE_DECODE_H
#define PL_DECODE_DECODE_H

#include "phaseline/error.h"

#include "base/buf.h"
#include "base/str.h"
#include "io/reader.h"

typedef struct pl_decoder pl_decoder; /* scratch space and conversions; one thread at a time */

PL_CHECKED pl_status pl_decoder_new(pl_decoder **out, pl_error *err);
void pl_decoder_free(pl_decoder *decoder);

/*
 * *text is the block as UTF-8, good until the next call on `decoder` and as long as the block is:
 * often it is the block's own bytes.  UTF-16 and Windows-1252 that do not decode become U+FFFD
 * each.
 */
PL_CHECKED pl_status pl_decode_block(pl_decoder *decoder, const pl_block *block, pl_str *text,
                                     pl_error *err);

/*
 * The offset in the member's bytes of line `line_index` (0: the block's first) of `block`.  Call
 * with rising indexes: *cursor {0} at the block's start remembers where the last call came to.
 */
typedef struct pl_line_cursor {
    size_t line_index, raw_off;
} pl_line_cursor;
uint64_t pl_decode_line_off(const pl_block *block, size_t line_index, pl_line_cursor *cursor);

/* Appends `line` without its trailing CR, invalid bytes as U+FFFD; returns how many were replaced.
 */
size_t pl_decode_line(pl_str line, pl_buf *out);

#endif
