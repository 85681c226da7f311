/*
 * clocks.h - how far the clock of a node is off against those of the others, and how sure that is.
 *
 * Estimated from lines in which two nodes write down the same moment (`pairs` of the dialects).  An
 * offset holds for a piece of a node's time: where it changes, the clock was set.  Moments are
 * those of the clock that wrote them; a line about one node in the log of another is on the clock
 * of the other.
 */
#ifndef PL_ANALYSIS_CLOCKS_H
#define PL_ANALYSIS_CLOCKS_H

#include "analysis/inside.h"

#define PL_CLOCK_OFF_US PL_US_PER_SECOND /* a clock that is less off is not worth a word */
#define PL_CLOCK_LONE_US                                                                           \
    (60 * PL_US_PER_SECOND) /* one pair alone tells of a jump only from here on: less may be a     \
                               line that came late */

typedef struct pl_clocks pl_clocks;

/*
 * Estimates the clocks of all nodes and stores them (table clock).  On PL_OK the caller owns *out.
 * PL_ERR_DB, PL_ERR_NOMEM.
 */
PL_CHECKED pl_status pl_clocks_derive(pl_store *store, pl_clocks **out, pl_error *err);
/* Ends `clocks`; NULL is allowed. */
void pl_clocks_free(pl_clocks *clocks);
/* Tells the findings clock.offset and clock.jump. */
PL_CHECKED pl_status pl_judge_clocks(pl_store *store, const pl_clocks *clocks, pl_error *err);

/*
 * How much the clock of the node is ahead (> 0) of the common time at its moment `us`, give or take
 * *error_us: the common time is us - *offset_us.  False, and both are 0, when nothing is known; so
 * it is for every node when `clocks` is NULL.  What a clock that went back may have shown twice
 * is told with as much give or take.
 */
bool pl_clock_offset(const pl_clocks *clocks, int64_t node_id, int64_t us, int64_t *offset_us,
                     int64_t *error_us);
/*
 * How much earlier moment `a_us` of one node is than `b_us` of another in common time (< 0: later),
 * give or take *error_us.  Clocks of which nothing is known are taken to be right.
 */
int64_t pl_clock_lead(const pl_clocks *clocks, int64_t a_node, int64_t a_us, int64_t b_node,
                      int64_t b_us, int64_t *error_us);
/* May the node's clock have been set between its moments `from_us` and `to_us`?  Then nobody knows
 * how long that was. */
bool pl_clock_jumps(const pl_clocks *clocks, int64_t node_id, int64_t from_us, int64_t to_us);

#endif
