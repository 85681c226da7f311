/* reading.h - one dialect reading one source: its clock, what context lines said, what the path
 * says. */
#ifndef PL_MATCH_READING_H
#define PL_MATCH_READING_H

#include "match/clock.h"
#include "match/exec.h"
#include "match/matcher.h"
#include "match/memory.h"
#include "match/told.h"

#define PL_NAME_BYTES_MAX 1024 /* what a context line or path captures beyond it is no name */
#define PL_NAMED_ZONES_BYTES_MAX                                                                   \
    ((size_t)128 << 10) /* names of zones noted: all of PL_ZONES_NAMES_MAX */

typedef struct pl_reading {
    const pl_dialect *dialect;
    const pl_matcher_options *options;
    pl_exec *exec; /* borrowed; for shapes, unwrapping and paths */
    pl_clock clock;
    pl_told told;
    pl_memory memory;               /* what context lines captured, and values that rules watch */
    pl_buf path_node, path_cluster; /* empty: the path does not say */
    pl_buf context_node, context_cluster, context_group; /* empty: no line has said so far */
    pl_buf context_speaker;      /* what the one who writes calls himself; counts where nothing else
                                    names him */
    pl_buf scratch;              /* of unwrapping */
    pl_buf zones;                /* what context lines named, in lines of pl_zone_describe() */
    bool follow_lines;           /* every line is looked at */
    size_t walked_off, next_off; /* in the block, behind the last stamped candidate above the line
                                    under way, and behind that line if it is one */
    int64_t walked_us;           /* when it was at walked_off; PL_TIME_NONE: not known */
    bool is_sure;                /* asked for, or a rule that is not weak has matched */
    /* dialects that visit every line: the last line that tells its time, and the one before it */
    pl_moment above, before;
    pl_buf above_node, above_cluster, above_group;
} pl_reading;

/* A line as its shape sees it.  Views into the line or the reading's scratch space. */
typedef struct pl_shaped {
    pl_str line; /* unwrapped, without its CR */
    pl_str text;
    bool stamped;
    pl_time_kind time;           /* of its shape */
    pl_moment moment;            /* PL_MOMENT_NONE when not stamped */
    pl_str node, cluster, group; /* .ptr NULL: the line does not say */
} pl_shaped;

PL_CHECKED pl_status pl_reading_open(pl_reading *reading, const pl_dialect *dialect,
                                     const pl_matcher_options *options, pl_exec *exec,
                                     pl_epochs *epochs, pl_error *err);
void pl_reading_release(pl_reading *reading);
/* Appends "what LENGTH name" and a line end. */
void pl_describe_name(pl_buf *out, const char *what, pl_str name);
/* The dialect's part of pl_matcher_describe(). */
void pl_reading_describe(pl_reading *reading, pl_str text, pl_buf *out);
/*
 * The first shape that fits `line`; false: none does.  Of the stamps of the line and of what it was
 * wrapped in the one that says more counts, the line's own if both say as much.
 */
bool pl_reading_shape(pl_reading *reading, pl_str line, pl_shaped *out);
/*
 * In a dialect that visits every line: gives a line without a stamp what the one above tells, and
 * remembers what this one tells for those below.
 */
PL_CHECKED pl_status pl_reading_follow(pl_reading *reading, pl_shaped *shaped, pl_error *err);
/* How lines with stamps are found around a place; see below. */
typedef bool pl_stamp_finder(pl_reading *reading, pl_str region, size_t *budget, pl_shaped *out);
/*
 * The nearest stamped line at the end of `region`, looking back over at most *budget bytes, which
 * is reduced by what was looked at.  False: none.
 */
pl_stamp_finder pl_reading_last_stamp;
/* The same, passing over stamps that tell no time. */
pl_stamp_finder pl_reading_last_time;
/* The first line with a time at the beginning of `region`, within *budget bytes, which is reduced.
 * False: none. */
pl_stamp_finder pl_reading_first_stamp;
/*
 * When it was at the end of `region`, whose lines follow on one of `us`: the moment of its last
 * stamped line.  The clock does not move.
 */
int64_t pl_reading_walk(pl_reading *reading, pl_str region, int64_t us);
/* False: the rule holds only where context lines captured something else last. */
bool pl_reading_allows(const pl_reading *reading, const pl_rule *rule);
/* What the captures of a rule tell as `since`, `utc`, `local`.  True: they tell a moment. */
bool pl_reading_tell(pl_reading *reading, const pl_captures *captures);
/* At the end of the source: settles what waited for a date or a zone. */
void pl_reading_finish(pl_reading *reading);
/* Makes `name` hold `value` as valid UTF-8; an empty or too long one changes nothing. */
void pl_name_set(pl_buf *name, pl_str value);
/* Who wrote the line, and for which cluster: the dialect's providers and the user's options, in
 * order; empty: nobody says. */
pl_str pl_reading_writer(const pl_reading *reading, const pl_shaped *shaped);
pl_str pl_reading_cluster(const pl_reading *reading, const pl_shaped *shaped);

#endif
