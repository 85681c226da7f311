/*
 * decode.h - the bytes of a block as UTF-8 text, and a line of it as text fit for storing.
 *
 * Pure functions of their input.  The text of a block of lines has one '\n' for every line end of
 * the bytes, in the same order, so that line i of the text is line i of the bytes.  A block of
 * records becomes one line per record that is wanted (docs/architecture.md).  ANSI escape sequences
 * (ECMA-48 CSI, OSC and two-byte ones) and NULs are left out.  In UTF-8 blocks invalid bytes stay
 * as they are: only lines that are stored are repaired, by pl_decode_line().
 */
#ifndef PL_DECODE_DECODE_H
#define PL_DECODE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/buf.h"
#include "base/str.h"
#include "io/reader.h"

typedef struct pl_decoder pl_decoder; /* scratch space and conversions; one thread at a time */

PL_CHECKED pl_status pl_decoder_new(pl_decoder **out, pl_error *err);
void pl_decoder_free(pl_decoder *decoder);

/* A kind of Windows event. */
typedef struct pl_event_pair {
    pl_str provider; /* upper and lower case alike */
    uint32_t id;     /* 0..65535 */
} pl_event_pair;

/* The events that are wanted. */
typedef struct pl_event_filter {
    const pl_event_pair *pairs;
    size_t count;
} pl_event_filter;

/* Where a record begins. */
typedef struct pl_record_at {
    uint64_t byte_off; /* in the member, before decoding */
    uint64_t line;     /* its line, 0: the block's first; or the record's own number */
    int64_t
        above_us; /* when the record above it in the block was written; PL_TIME_NONE: not known */
} pl_record_at;

typedef struct pl_text {
    pl_str str;
    const pl_record_at *records; /* one per line of `str`; NULL: line i of `str` is line i of the
                                    bytes */
    size_t record_count;
    size_t line_count;         /* with `records`: the lines, or numbered records, of the block,
                                  wanted or not */
    bool numbered;             /* records[].line are the records' own numbers */
    size_t bad;                /* damaged chunks and records that were skipped */
    int64_t first_us, last_us; /* with `records`: the least and the greatest time of a record,
                                  wanted or not; PL_TIME_NONE: not known */
} pl_text;

/*
 * *text is the block as UTF-8, good until the next call on `decoder` and as long as the block is:
 * often it is the block's own bytes.  UTF-16 and Windows-1252 that do not decode become U+FFFD
 * each.  Of a block of records it has a line for each that `filter` (NULL: any) wants.
 */
PL_CHECKED pl_status pl_decode_block(pl_decoder *decoder, const pl_block *block,
                                     const pl_event_filter *filter, pl_text *text, pl_error *err);

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
