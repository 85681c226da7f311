/*
 * matcher.h - from candidate lines to events: the one place where a source is read in order.
 *
 * State goes from line to line: node, cluster, zone, date.  It knows nothing of threads, files or
 * the database.
 *
 *     new -> { block -> { next ... PL_DONE } } ... -> finish -> free
 */
#ifndef PL_MATCH_MATCHER_H
#define PL_MATCH_MATCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/buf.h"
#include "base/str.h"
#include "decode/decode.h"
#include "dialect/dialect.h"
#include "io/reader.h"
#include "match/claims.h"
#include "match/clock.h"
#include "scan/scan.h"

#define PL_EVENT_TEXT_MAX ((size_t)4 << 10) /* a stored line is cut here, at a character */
#define PL_LOOKBACK_BYTES                                                                          \
    ((size_t)64 << 10) /* how far above an unstamped line its stamp is sought */

typedef struct pl_matcher pl_matcher;

typedef struct pl_matcher_options {
    const pl_dialect_set *set; /* borrowed until free */
    uint64_t mask;             /* the dialects that read this source */
    pl_str source_path;        /* pl_source_path() of it; borrowed until free */
    pl_str head; /* the beginning of its text, which shows what stamps it has; may be empty; used by
                    new only */
    bool asked;  /* the user named these dialects: weak rules need no other */
    pl_str node, cluster; /* the user's options; empty: none; borrowed until free */
    pl_zones *zones; /* what zones by name are sought in; NULL: they are not known; borrowed until
                        free */
    int64_t reference_us;   /* when the source was last written, for stamps without a year */
    pl_clock_options clock; /* what the user said; the rest is the matcher's own */
} pl_matcher_options;

/* One thing one line means.  Views are good until the next call on the matcher. */
typedef struct pl_event {
    uint64_t line_no; /* 1..; of a numbered record its number */
    uint32_t sub;     /* 0.. when one line gives several */
    uint64_t byte_off;
    pl_moment moment;
    pl_moment before;     /* boot: the last stamped line above it; else PL_MOMENT_NONE */
    int64_t order_us;     /* place among other sources' events; PL_TIME_NONE: no time so far */
    uint32_t order_epoch; /* as in pl_moment */
    bool
        is_alias; /* no event: `node` and `witness` are names of one node, and the rest is its place
                   */
    bool whole_cluster; /* about no node */
    pl_str node; /* whom it is about; empty: nobody has said so far, see pl_matcher_summary.node */
    pl_str witness;        /* who wrote it, when that is another; else empty */
    pl_str cluster;        /* empty: nobody has said so far, see pl_matcher_summary.cluster */
    const pl_model *model; /* NULL: boot or note without a model */
    int phase;             /* index in the model; -1: none named */
    pl_transition transition;
    bool begins_attempt, only_underway; /* as in pl_effect */
    pl_strength strength;
    pl_confidence confidence;
    pl_str rule;         /* dialect.id */
    pl_str code;         /* .ptr NULL: none */
    pl_str facts;        /* a JSON object; .ptr NULL: none */
    pl_str text;         /* the line, unwrapped, valid UTF-8 */
    uint32_t repaired;   /* invalid bytes in it, now U+FFFD */
    uint64_t key;        /* XXH3-64 of the whole line */
    const pl_rule *pair; /* the line tells a moment that another node writes down, too; else NULL */
    pl_str pair_key;     /* which of them */
    bool partial;        /* the source's last line, without a line end */
} pl_event;

#define PL_GAP_LEAST_US (300 * PL_US_PER_SECOND) /* less without a stamp is no hole */
#define PL_GAPS_MAX 64                           /* holes of one source; the longest are kept */

/* A hole in a log: no stamped line between two moments. */
typedef struct pl_gap {
    int64_t from_us, to_us;
    uint64_t line_no; /* of the line that ends it */
} pl_gap;

typedef struct pl_matcher_summary {
    pl_str node,
        cluster; /* the first that was named: they hold from the source's beginning; empty: none */
    pl_str own_node; /* the node whose own log this is; empty: not known, or several write here */
    int64_t first_us, last_us; /* first and last stamped line; of records the least and the
                                  greatest time; PL_TIME_NONE: none */
    int64_t
        first_order_us; /* where events come that no time precedes; PL_TIME_NONE: there are none */
    const pl_epoch *epochs; /* number 1 first; what is not known by now never will be */
    size_t epoch_count;
    const pl_gap *gaps; /* holes, as gaps.h finds them, in order; moments are those of `first_us` */
    size_t gap_count;
    pl_conflict conflicts[2]; /* of whom the source is: about the node, about the cluster */
    bool conflicting[2];      /* which of them there are */
    uint64_t lines, cut_lines;
    uint64_t bad;     /* damaged records, or chunks of them */
    uint64_t limited; /* lines on which a pattern met its limit */
} pl_matcher_summary;

PL_CHECKED pl_status pl_matcher_new(const pl_matcher_options *options, pl_matcher **out,
                                    pl_error *err);
void pl_matcher_free(pl_matcher *matcher);
/* What to search for: literals and whether every line is to be looked at.  Good until free. */
const pl_str *pl_matcher_literals(const pl_matcher *matcher, size_t *count, bool *every_line);
/*
 * Appends all that decides, besides its bytes, what events the source gives: dialect files,
 * options with the content of the zone file, what the path says, the year that stamps without one
 * are read in: that of the first in `text`, the source's first block, so that a copy of another
 * date is the same while it means the same.  Equal descriptions: equal events.
 */
void pl_matcher_describe(pl_matcher *matcher, pl_str text, pl_buf *out);
/* Appends what decides besides that and is known only at the end: the zones by name that its lines
 * told, and their files.  Nothing for most sources. */
void pl_matcher_describe_zones(const pl_matcher *matcher, pl_buf *out);
/* Takes the next block: its bytes, text and candidates, all borrowed until pl_matcher_next() says
 * PL_DONE. */
PL_CHECKED pl_status pl_matcher_block(pl_matcher *matcher, const pl_block *block,
                                      const pl_text *text, const pl_scan_result *found,
                                      pl_error *err);
/* PL_OK: *event is the next of this block; PL_DONE: give another block; PL_ERR_NOMEM. */
PL_CHECKED pl_status pl_matcher_next(pl_matcher *matcher, pl_event *event, pl_error *err);
/* After the last block.  Views are good until free. */
void pl_matcher_finish(pl_matcher *matcher, pl_matcher_summary *summary);

#endif
