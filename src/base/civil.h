/*
 * civil.h - calendar arithmetic on microseconds since 1970-01-01T00:00:00Z, without the C library's
 * clocks and zones.  Proleptic Gregorian, years 1 to 9999, no leap seconds (second 60 is 59).
 */
#ifndef PL_BASE_CIVIL_H
#define PL_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define PL_US_PER_SECOND INT64_C(1000000)
#define PL_US_PER_DAY (INT64_C(86400) * PL_US_PER_SECOND)
#define PL_TIME_NONE INT64_MIN /* "no time": never a moment */

typedef struct pl_civil {
    int year, month, day;     /* 1..9999, 1..12, 1..31 */
    int hour, minute, second; /* 0..23, 0..59, 0..59 */
    int us;                   /* 0..999999 */
} pl_civil;

/* The moment of `civil` read as UTC; PL_TIME_NONE when no such date or time of day exists. */
int64_t pl_civil_to_us(pl_civil civil);
pl_civil pl_civil_of_us(int64_t us);
/* Appends 2023-03-12T19:35:07.644570Z; nothing for PL_TIME_NONE. */
void pl_time_append(pl_buf *buf, int64_t us);
/*
 * Reads a duration: whole numbers with units, largest first: 90s, 1h30m, 250ms, 2d, 12us.
 * False when `s` is anything else, or over 100 years.
 */
bool pl_duration_parse(pl_str s, int64_t *us_out);
/*
 * Reads how long something took, as logs have it: 00:09:29, 3:48, 12.5 (seconds), 1m2.5s,
 * 367.227894ms, 1.604103195s; cut to microseconds.  False as above.
 */
bool pl_elapsed_parse(pl_str s, int64_t *us_out);
/* Appends a duration for people, two units at most: 2h25m, 31m09s, 1.9s, 85ms, 3d4h; 0s for 0. */
void pl_duration_append(pl_buf *buf, int64_t us);
/* Appends seconds to the microsecond, thousands set off: 8,725.757663 s, 388.8 s, 60 s. */
void pl_seconds_append(pl_buf *buf, int64_t us);

#endif
