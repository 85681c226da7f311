/*
 * scan.h - finds, in a block of whole lines, the lines that hold one of the literals, and counts
 * lines.
 *
 * The only hot loop, in one pass for all literals.  It knows no times and no state: a pure function
 * of a set and a text.  A literal is matched bytewise, case and all unless said otherwise.  A line
 * longer than PL_LINE_MAX counts only with its first PL_LINE_MAX bytes.
 */
#ifndef PL_SCAN_SCAN_H
#define PL_SCAN_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/str.h"

#define PL_SCAN_LITERALS_MAX 1024 /* of all dialects that read one source */

typedef struct pl_scan_set pl_scan_set; /* immutable once made: any number of threads may use it */

/* `literals` are copied; none may be empty or hold '\n' (PL_ERR_USAGE). */
PL_CHECKED pl_status pl_scan_set_new(const pl_str *literals, size_t count, pl_scan_set **out,
                                     pl_error *err);
/* The same; ASCII letters of the literals whose any_case[i] is true fit either case. */
PL_CHECKED pl_status pl_scan_set_new_cased(const pl_str *literals, const bool *any_case,
                                           size_t count, pl_scan_set **out, pl_error *err);
void pl_scan_set_free(pl_scan_set *set);
/* Whether a set made of just these literals, in this order, by pl_scan_set_new() would be the same.
 */
bool pl_scan_set_is(const pl_scan_set *set, const pl_str *literals, size_t count);

typedef struct pl_candidate {
    pl_str line;       /* a view into the text: without its '\n', cut at PL_LINE_MAX */
    size_t line_index; /* 0: the first line of the text */
    uint32_t first_hit,
        hit_count; /* its literals are hits[first_hit .. +hit_count), ascending, no doubles */
} pl_candidate;

typedef struct pl_scan_result {
    pl_candidate *items;
    size_t count, room;
    uint32_t *hits;
    size_t hit_count, hit_room;
    size_t line_count; /* '\n' in the text, plus one for a last line without it */
    size_t cut_count;  /* lines that were longer than PL_LINE_MAX */
} pl_scan_result;

void pl_scan_result_init(pl_scan_result *result);
void pl_scan_result_release(pl_scan_result *result);

typedef struct pl_scan_options {
    bool every_line; /* every line is a candidate, with the literals it holds, maybe none */
    bool open_start; /* the text's first line is the tail of a line already judged: never a
                        candidate, and it is not counted again as cut */
    bool open_end; /* the last line goes on in the next text: it is cut, and counts as a line there
                    */
} pl_scan_options;

/* Empties and fills `result`, in the order of the lines.  PL_ERR_NOMEM. */
PL_CHECKED pl_status pl_scan(const pl_scan_set *set, pl_str text, pl_scan_options options,
                             pl_scan_result *result, pl_error *err);

#endif
