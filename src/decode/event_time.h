/*
 * event_time.h - the times of exported events: of XML in UTC, of CSV as the exporter's culture has
 * them.
 *
 *   2018-07-06T18:37:44.881628300Z    19.08.2021 09:33:40     8/19/2021 9:33:40 AM
 *   2021/08/19 9:33:40                04/05/2026 00:20:05 (day or month first: only others tell)
 */
#ifndef PL_DECODE_EVENT_TIME_H
#define PL_DECODE_EVENT_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define PL_TICKS_PER_SECOND INT64_C(10000000)
#define PL_TICKS_AT_1970 (INT64_C(11644473600) * PL_TICKS_PER_SECOND)

/* What the numbers of a date stand for. */
typedef enum pl_date_order {
    PL_DATE_UNKNOWN, /* it could be either */
    PL_DATE_PLAIN,   /* the date says so itself: the year stands first, or there are dots */
    PL_DATE_DAY_FIRST,
    PL_DATE_MONTH_FIRST,
} pl_date_order;

typedef struct pl_event_time {
    int64_t ticks; /* 100 ns since 1601-01-01: UTC with has_zone, else what a local clock showed */
    bool has_zone;
} pl_event_time;

/* What `s` tells of the order of the dates beside it: a number over 12 is a day. */
pl_date_order pl_event_time_order(pl_str s);
/*
 * Reads all of `s`; fractions beyond 100 ns are cut.  A date with its year last is read in `order`;
 * when that is PL_DATE_UNKNOWN or _PLAIN, with AM or PM the month first (United States), else only
 * if its own numbers tell.  False: no time, none that exists, one before 1601, or not known which;
 * *out is untouched.
 */
bool pl_event_time_read(pl_str s, pl_date_order order, pl_event_time *out);
/* Appends 2021-08-19T09:33:40 or 2021-08-19T09:33:40.1234567, without a zone. */
void pl_event_time_append_local(pl_buf *out, int64_t ticks);

#endif
