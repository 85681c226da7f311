/*
 * stamp.h - reads the time stamps that logs carry.
 *
 * One reader for all shapes: a dialect says where the stamp is and what kind of clock wrote it, the
 * digits say the rest.  Fractions may have 1 to 9 digits after '.' or ',' (cut to microseconds).
 *
 *   absolute     2023-03-12T19:35:07.644570Z   2023-03-12 19:35:07,644+0200
 *                Fri May 18 08:21:37 UTC 2018   Fri, 18 May 2018 08:21:37 +0000
 *   local        2023-05-23 00:21:30   2023/05/23-00:21:30.123   2019-05-21-23-19-16
 *                Fri May 18 08:21:37 2018   05/18/2018 08:21:37 (the month first)
 *                5/18/2018 8:21:37 AM (the month first)   20180518082137
 *   yearless     1028 18:26:37.124152 (klog)   Oct 28 18:26:37 (syslog)
 *   time-of-day  18:26:37.124
 *   since-boot   5558.951362 (seconds, always with a fraction)
 */
#ifndef PL_BASE_STAMP_H
#define PL_BASE_STAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/str.h"

typedef enum pl_stamp_form {
    PL_STAMP_FULL,     /* date with year, and time of day; maybe a zone */
    PL_STAMP_YEARLESS, /* month, day, time of day: civil.year is 0 */
    PL_STAMP_CLOCK,    /* time of day only: civil.year, month and day are 0 */
    PL_STAMP_UPTIME,   /* seconds since boot: in uptime_us */
} pl_stamp_form;

typedef struct pl_stamp {
    pl_stamp_form form;
    pl_civil civil;
    bool has_zone;
    int zone_minutes; /* east of UTC, -1439..1439; only with has_zone */
    int64_t uptime_us;
} pl_stamp;

/*
 * Reads all of `s` as one stamp.  False: not a stamp, or a date that does not exist (29 February
 * exists without a year).  1970-01-01 and 1601-01-01 are read like any other: what is plausible is
 * the caller's to judge.  *out is untouched on false.
 */
bool pl_stamp_parse(pl_str s, pl_stamp *out);
/* Reads a zone: Z, UTC, GMT, +HH, +HHMM, +HH:MM, and the same with '-'. */
bool pl_zone_parse(pl_str s, int *minutes_out);

#endif
