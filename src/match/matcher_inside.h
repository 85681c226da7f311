/* matcher_inside.h - what matcher.c and around.c share: a source as it is read. */
#ifndef PL_MATCH_MATCHER_INSIDE_H
#define PL_MATCH_MATCHER_INSIDE_H

#include "base/arena.h"
#include "base/map.h"
#include "match/gaps.h"
#include "match/matcher.h"
#include "match/reading.h"

struct pl_matcher {
    pl_matcher_options options;
    pl_exec *shapes, *rules;
    pl_reading *readings;
    size_t reading_count;
    pl_str *literals;
    size_t literal_count, literal_room;
    struct ref *refs; /* in the order rules apply: by dialect, contexts first */
    size_t ref_count, ref_room;
    bool every_line;
    /* the block under way */
    const pl_block *block;
    const pl_text *decoded;
    pl_str text, line;          /* the line: in the text, as it stands */
    const pl_record_at *record; /* what the line was; NULL: a line */
    size_t whole_off;           /* where the first line begins that begins in this text */
    size_t section_off;         /* where the last section begins in it; 0: none does */
    const pl_scan_result *found;
    size_t next_candidate;
    pl_line_cursor cursor;
    pl_buf tail; /* the end of the text before this block, and a byte more: it shows whether its
                    first line is whole */
    /* the line under way, and what it means */
    pl_event *queue;
    size_t queued, taken, queue_room;
    uint32_t subs; /* events of the line so far: two names of a node are none */
    pl_arena line_arena;
    pl_buf line_text;
    pl_map *orders; /* node -> the newest moment so far; node and epoch -> the same, relative */
    pl_epochs epochs;
    pl_moment order, first_order; /* of the event before, and the first known: `us` and `epoch` */
    pl_moment first, last; /* stamped lines: of the file, in sections the least and greatest */
    bool has_sections;
    pl_gaps gaps;
    pl_matcher_summary summary;
    pl_buf node, speaker, cluster, writer; /* the first ones named */
    bool many_writers;
    pl_claims claims[2]; /* about the node, about the cluster */
    bool is_headless;    /* its first events come before any time */
};

/* ---- around.c: stamps above and below a line, in this block and the one before */

/* A stamped line: the ends of the evidence may be there. */
void pl_matcher_note_stamp(pl_matcher *matcher, pl_moment moment);
/* The lines that begin in this block, from its first or its last: the stamped one that is nearest
 * to that end, of all readings that do not visit every line anyway. */
void pl_matcher_note_end(pl_matcher *matcher, pl_stamp_finder *find);
/* Looks for holes between the last section's beginning, or the block's, and `to`. */
void pl_matcher_look_for_gaps(pl_matcher *matcher, size_t to);
/* Keeps the end of the block's text, for lines without a stamp in the next one. */
void pl_matcher_keep_tail(pl_matcher *matcher);
/*
 * The line as the dialect sees it; false: no shape fits.
 *
 * Of the moments of a stamp that the wall shows twice the lines above tell which it is: also those
 * that are no candidates, so these are looked at from the last stamped candidate on.  Records are
 * in no order that could tell.
 */
bool pl_matcher_shape(pl_matcher *matcher, pl_reading *reading, pl_str line, pl_shaped *shaped);
/* A block begins, or ends: from one to the next it is known how late it was. */
void pl_matcher_begin_walk(pl_matcher *matcher);
void pl_matcher_end_walk(pl_matcher *matcher);
/* The stamped line above `line`, maybe in the block before.  A line that began there and is too
 * long to look over hides what stands above it.  False: there is none. */
bool pl_matcher_above(pl_matcher *matcher, pl_reading *reading, pl_str line, pl_stamp_finder *find,
                      pl_shaped *above);
/* An unstamped line belongs to the stamped one above it, else to what an anchor told. */
PL_CHECKED pl_status pl_matcher_borrow(pl_matcher *matcher, pl_reading *reading, pl_str line,
                                       pl_shaped *shaped, pl_error *err);
/*
 * The line under way begins a section: order and stamps start afresh, so nothing is sought above it
 * from here on.  The ends of the sections are ends of the evidence.
 */
void pl_matcher_section(pl_matcher *matcher, pl_reading *reading);

#endif
