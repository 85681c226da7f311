/*
 * gaps.h - holes in a log: stretches without a stamped line, found without looking at every line.
 *
 * Between the first and the last stamp of a block (of a section in it) holes are only looked for
 * where these are further apart than a hole is long, by halving: a stretch of bytes whose ends are
 * less apart holds none.  The longest are looked into first, and at most PL_GAP_PROBES_MAX lines a
 * block are looked at: of a log with more long stretches than that some holes may stay unseen.
 * Where every line is visited all are seen.  Records have no holes: they are written when something
 * happens.
 */
#ifndef PL_MATCH_GAPS_H
#define PL_MATCH_GAPS_H

#include "match/matcher.h"
#include "match/reading.h"

#define PL_GAP_PROBES_MAX 256
#define PL_GAP_STRETCHES_MAX 64 /* that may hold a hole, at once; shorter ones are passed over */

/* Of a source.  The longest holes are kept. */
typedef struct pl_gaps {
    pl_gap items[PL_GAPS_MAX];
    size_t count;
    int64_t last_us; /* the last stamp so far in this section; PL_TIME_NONE: none */
} pl_gaps;

/* A part of a block in which lines are in order of time. */
typedef struct pl_gap_part {
    pl_str text;          /* of the block */
    size_t from, to;      /* whole lines */
    uint64_t lines_above; /* in the source, above `text` */
    uint64_t line_count;  /* of the block, about */
} pl_gap_part;

void pl_gaps_init(pl_gaps *gaps);
/* A section begins: the stamps below have nothing to do with those above. */
void pl_gaps_section(pl_gaps *gaps);
/* Looks for holes in `part`, and between it and the part before. */
void pl_gaps_look(pl_gaps *gaps, pl_reading *reading, const pl_gap_part *part);
/* Where every line is visited: the next stamped one. */
void pl_gaps_step(pl_gaps *gaps, pl_moment moment, uint64_t line_no);
/* Puts the holes in the order of the source. */
void pl_gaps_finish(pl_gaps *gaps);

#endif
