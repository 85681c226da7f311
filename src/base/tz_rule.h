/*
 * tz_rule.h - the rule by which a zone goes on: CET-1CEST,M3.5.0,M10.5.0/3, as POSIX writes it and
 * RFC 8536 (section 3.3) widens it.
 */
#ifndef PL_BASE_TZ_RULE_H
#define PL_BASE_TZ_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef enum pl_tz_day_kind {
    PL_TZ_DAY_OF_YEAR,      /* n: 0..365, 29 February counts */
    PL_TZ_DAY_WITHOUT_LEAP, /* Jn: 1..365, 29 February is never named */
    PL_TZ_DAY_OF_MONTH,     /* Mm.w.d: the w-th weekday d, the 5th is the last */
} pl_tz_day_kind;

/* When in a year the clocks are set. */
typedef struct pl_tz_day {
    pl_tz_day_kind kind;
    int month, week, day;
    int32_t time_s; /* on the wall before it, from midnight; -167..167 h */
} pl_tz_day;

typedef struct pl_tz_rule {
    int32_t standard_s; /* east of UTC */
    bool has_summer;
    int32_t summer_s;
    pl_tz_day begin, end; /* of summer time */
} pl_tz_rule;

/* Reads all of `s`.  False: it is no such rule, or says of summer time not when it is; *out is
 * untouched. */
bool pl_tz_rule_parse(pl_str s, pl_tz_rule *out);
/* What is to be added at `utc_s`, seconds since 1970-01-01T00:00:00Z. */
int32_t pl_tz_rule_offset(const pl_tz_rule *rule, int64_t utc_s);

#endif
