/*
 * clock.h - turns the stamp of a line into a moment, and says how far it can be trusted.
 *
 * What a line leaves out (zone, year, date) comes from what the source said before, else it is
 * assumed.
 */
#ifndef PL_MATCH_CLOCK_H
#define PL_MATCH_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/str.h"
#include "dialect/dialect.h"

/* Worst first: of several the smallest applies. */
typedef enum pl_quality {
    PL_QUALITY_NONE,
    PL_QUALITY_SINCE_BOOT,
    PL_QUALITY_DATE_ASSUMED,
    PL_QUALITY_YEAR_ASSUMED, /* and the zone too, where the line has none */
    PL_QUALITY_ZONE_ASSUMED, /* read as UTC */
    PL_QUALITY_DERIVED,      /* the line above's, or computed */
    PL_QUALITY_EXACT,
} pl_quality;

/* "none", "since-boot", ...: the words of v_event.ts_quality. */
const char *pl_quality_name(pl_quality quality);

typedef struct pl_clock {
    int64_t reference_us; /* yearless stamps are at most a day after it */
    bool has_zone;        /* a context line said it */
    int zone_minutes;
    bool has_date; /* a context line said it, or midnights since; year, month, day of `date` */
    pl_civil date;
    bool crossed;    /* a midnight since the context line */
    int64_t last_us; /* of a time-of-day clock: it may cross midnight */
} pl_clock;

typedef struct pl_moment {
    int64_t us; /* PL_TIME_NONE with PL_QUALITY_NONE */
    pl_quality quality;
    bool dated; /* the line itself holds its full date */
} pl_moment;

void pl_clock_init(pl_clock *clock, int64_t reference_us);
/* What a context line captured as `zone` or `date`; what cannot be read changes nothing. */
void pl_clock_set_zone(pl_clock *clock, pl_str zone);
void pl_clock_set_date(pl_clock *clock, pl_str date);
/* The moment of `stamp`, written by a clock of that kind.  False: not a stamp at all. */
bool pl_clock_read(pl_clock *clock, pl_time_kind kind, pl_str stamp, pl_moment *out);

#endif
