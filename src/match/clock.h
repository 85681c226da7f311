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
#include "match/zones.h"

/* Worst first: of several the smallest applies. */
typedef enum pl_quality {
    PL_QUALITY_NONE,
    PL_QUALITY_SINCE_BOOT,
    PL_QUALITY_DATE_ASSUMED,
    PL_QUALITY_YEAR_ASSUMED, /* and the zone too, where the line has none */
    PL_QUALITY_ZONE_ASSUMED, /* read as UTC */
    PL_QUALITY_DERIVED,      /* the line above's, computed, or one of two */
    PL_QUALITY_EXACT,
} pl_quality;

/* "none", "since-boot", ...: the words of v_event.ts_quality. */
const char *pl_quality_name(pl_quality quality);

/*
 * A stretch of a source whose stamps count from something (midnight of a day, a boot) that only
 * another line tells, maybe a later one.  Their moments stay relative until the end of the source.
 */
typedef struct pl_epoch {
    bool known;
    int64_t base_us;            /* the moment its stamps count from; with `known` */
    int64_t turn_us, turned_us; /* from turn_us on, by its stamps, turned_us is to be added to that:
                                   the clocks were set; both 0: nowhere */
    pl_quality quality;
    bool placed;          /* the order below is set */
    int64_t order_us;     /* place in order of its events while it is not known ... */
    uint32_t order_epoch; /* ... in the epoch of that number, an earlier one */
} pl_epoch;

#define PL_EPOCHS_MAX                                                                              \
    256 /* of one source: boots and undated days; stamps after them give no time */

typedef struct pl_epochs {
    pl_epoch items[PL_EPOCHS_MAX]; /* number 1 first */
    size_t count;
} pl_epochs;

typedef struct pl_moment {
    int64_t us; /* PL_TIME_NONE with PL_QUALITY_NONE */
    pl_quality quality;
    bool dated;     /* the line itself holds its full date */
    bool floor;     /* dated by an anchor above: it happened then or later */
    bool told;      /* not when the line was written, but what it tells: lines need not be in its
                       order */
    pl_wall wall;   /* not once: the zone's clocks were set; then it is no better than derived */
    uint32_t epoch; /* 0: `us` is a moment; else it counts from that epoch's base */
} pl_moment;

#define PL_MOMENT_NONE                                                                             \
    (pl_moment)                                                                                    \
    {                                                                                              \
        .us = PL_TIME_NONE                                                                         \
    }

/* What is known of a source's clock from outside. */
typedef struct pl_clock_options {
    int64_t reference_us; /* yearless stamps are at most a day after it */
    bool has_zone;        /* the user said it: beats context lines */
    pl_zone zone;
    bool has_date;     /* the user said it: dates what no line dates, and tells the year */
    pl_civil date;     /* of it year, month, day */
    pl_epochs *epochs; /* NULL: stamps without a date have no time; borrowed */
    uint32_t
        local_epoch; /* of stamps without a zone, which is known at the end; 0: it is assumed */
} pl_clock_options;

/* A date that a line tells: with a time of day, or of the whole day. */
typedef struct pl_dating {
    int64_t day_us, time_us; /* midnight, and from there; neither knows of zones */
    bool has_time;
} pl_dating;

typedef struct pl_clock {
    pl_clock_options options;
    bool has_zone; /* a context line said it */
    pl_zone zone;
    int64_t line_us;         /* the stamp that was read last, as a moment; PL_TIME_NONE: none */
    bool has_bias, is_local; /* a context line told what to add to local time, and that it writes
                                local time */
    int bias_minutes;
    uint32_t epoch;               /* of the last relative stamp; 0: none was read */
    bool of_day;                  /* it counts from midnight, else from a boot */
    bool fresh;                   /* the epoch has one stamp so far */
    bool afresh;                  /* a section began: the next time of day is of the first day */
    bool begin;                   /* the next relative stamp begins another epoch */
    int64_t base_us;              /* on the wall, of a dated epoch that counts from midnight */
    int64_t days_us;              /* midnights crossed in it */
    int64_t first_us, last_us;    /* in the epoch; PL_TIME_NONE: none */
    bool has_header, has_footers; /* the date stands above its stamps, or below them */
    pl_dating header;
    int64_t ended_us; /* on the wall, the end of the last epoch that a footer dated; PL_TIME_NONE:
                         none */
    pl_moment anchor; /* what lines without a stamp are dated by; PL_MOMENT_NONE: nothing */
} pl_clock;

void pl_clock_init(pl_clock *clock, const pl_clock_options *options);
/* What a context line captured as `zone`; the zone is borrowed. */
void pl_clock_set_zone(pl_clock *clock, const pl_zone *zone);
/* Are local stamps read in a zone whose clocks are set? */
bool pl_clock_is_set(const pl_clock *clock);
/*
 * What a context line captured as `bias`: what is to be added to local time for UTC, in minutes
 * (-330, 240) or as hh:mm.  It is the source's zone once pl_clock_set_kind() says that its stamps
 * are local, before or after.
 */
void pl_clock_set_bias(pl_clock *clock, pl_str bias);
/* What a context line captured as `clock`: `local`, else its stamps are UTC. */
void pl_clock_set_kind(pl_clock *clock, pl_str kind);
/*
 * What a context line captured as `date`: a date, or a date with a time of day and maybe a zone.
 * It dates the times of day above it when nothing has dated them, else those below.
 */
void pl_clock_set_date(pl_clock *clock, pl_str date);
/*
 * What a line captured as `at`, its own moment: tells when the boot was or which day it is; in a
 * log without stamps it dates the lines from here on, and *out is that time.  False: it dates no
 * lines.
 */
bool pl_clock_anchor(pl_clock *clock, pl_str at, pl_moment *out);
/* A section begins: stamps below are not held against those above, times of day are of the same
 * day. */
void pl_clock_section(pl_clock *clock);
/* The machine started anew: seconds since boot begin again, also where they do not go back. */
void pl_clock_boot(pl_clock *clock);
/*
 * The moment of `stamp`, written by a clock of that kind.  False: not a stamp at all.
 *
 * Of the two moments of a time that a wall clock shows twice it is the first, unless the stamp read
 * before is of later: stamps are read in the order of the source.
 */
bool pl_clock_read(pl_clock *clock, pl_time_kind kind, pl_str stamp, pl_moment *out);
/* What the machine's clock showed, as a moment; of two the first. */
pl_moment pl_clock_local(const pl_clock *clock, int64_t wall_us);
/* The zone of the stamps that waited for it; not `known`: they are read as UTC. */
void pl_clock_settle_local(pl_clock *clock, bool known, int zone_minutes);
/* At the end of the source: dates what no line dated, as far as the user or the lines above can. */
void pl_clock_finish(pl_clock *clock);
/* The moment that `us` in `epoch` is; PL_TIME_NONE while that is not known. */
int64_t pl_epochs_moment(const pl_epochs *epochs, int64_t us, uint32_t epoch);

#endif
