/*
 * told.h - moments that lines tell, on either of two clocks: that of Greenwich and the machine's.
 *
 * A transcript shows some stamps in UTC and some in local time, and says of none which it is: the
 * dialect knows.  Where the same instant stands in both, the zone of the machine follows, maybe
 * only at the end of the source: local moments wait in an epoch of their own until then.
 */
#ifndef PL_MATCH_TOLD_H
#define PL_MATCH_TOLD_H

#include "match/clock.h"

#define PL_TOLD_MAX ((size_t)256) /* instants kept to find a pair; later ones find only those */

typedef enum pl_told_clock { PL_TOLD_UTC, PL_TOLD_LOCAL } pl_told_clock;

typedef struct pl_told {
    int64_t since_us;        /* the last `since`, as it stands; PL_TIME_NONE: none */
    pl_moment begin, moment; /* of the last moment told: the `since` it counts from, and itself */
    int64_t first_us[2];     /* the earliest on each clock, as they stand; PL_TIME_NONE: none */
    int64_t last_us;         /* the latest in UTC */
    struct pl_instant {
        uint64_t key;
        int64_t us;
        pl_told_clock clock;
    } instants[PL_TOLD_MAX];
    size_t instant_count;
    bool paired; /* an instant stood on both clocks */
    int zone_minutes;
} pl_told;

void pl_told_init(pl_told *told);
/* A stamp whose clock is not known yet; what is no stamp changes nothing. */
void pl_told_since(pl_told *told, pl_str stamp);
/*
 * What a line tells of `which` clock: a stamp, or a duration since the last `since`; then
 * told->moment is that moment.  `instant` names it, equal on both clocks; empty: it has no name.
 * False: neither a stamp nor a duration.
 */
bool pl_told_read(pl_told *told, const pl_clock *clock, pl_told_clock which, pl_str text,
                  pl_str instant);
/* The line's own stamp is one of the machine's clock. */
void pl_told_see(pl_told *told, const pl_clock *clock, const pl_moment *stamp);
/* At the end of the source: what zone the machine was in, as far as pairs tell it. */
void pl_told_finish(const pl_told *told, pl_clock *clock);

#endif
