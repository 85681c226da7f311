/* tz_rule.c - reads the rule, and finds the last of its changes before a moment. */
#include "base/tz_rule.h"

#include <string.h>

#include "base/civil.h"

#define SECONDS_PER_DAY 86400
#define HOUR_OF_OFFSET_MAX 24
#define HOUR_OF_CHANGE_MAX 167

static bool take_char(pl_str *rest, char c)
{
    if (rest->len == 0 || rest->ptr[0] != c)
        return false;
    *rest = pl_str_slice(*rest, 1, SIZE_MAX);
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A number of at most three digits. */
static bool take_number(pl_str *rest, int most, int *out)
{
    int number = 0;
    size_t len = 0;
    while (len < rest->len && len < 3 && is_digit(rest->ptr[len]))
        number = number * 10 + (rest->ptr[len++] - '0');
    *rest = pl_str_slice(*rest, len, SIZE_MAX);
    *out = number;
    return len > 0 && number <= most;
}

/* CET, or <+0330>: of no use here. */
static bool take_name(pl_str *rest)
{
    size_t len = 0;
    if (take_char(rest, '<')) {
        size_t end = pl_str_find(*rest, PL_STR(">"), 0);
        *rest = pl_str_slice(*rest, end == SIZE_MAX ? rest->len : end + 1, SIZE_MAX);
        return end != SIZE_MAX;
    }
    while (len < rest->len && is_letter(rest->ptr[len]))
        len++;
    *rest = pl_str_slice(*rest, len, SIZE_MAX);
    return len >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(pl_str *rest, int hours_max, int32_t *out)
{
    int hours = 0, minutes = 0, seconds = 0;
    bool negative = take_char(rest, '-');
    if (!negative)
        take_char(rest, '+');
    if (!take_number(rest, hours_max, &hours) ||
        (take_char(rest, ':') && !take_number(rest, 59, &minutes)) ||
        (take_char(rest, ':') && !take_number(rest, 59, &seconds)))
        return false;
    *out = (negative ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
    return true;
}

/* Offsets are written west of Greenwich. */
static bool take_offset(pl_str *rest, int32_t *out)
{
    int32_t west_s = 0;
    if (!take_time(rest, HOUR_OF_OFFSET_MAX, &west_s))
        return false;
    *out = -west_s;
    return true;
}

static bool take_date(pl_str *rest, pl_tz_day *day)
{
    if (take_char(rest, 'J')) {
        day->kind = PL_TZ_DAY_WITHOUT_LEAP;
        return take_number(rest, 365, &day->day) && day->day > 0;
    }
    if (!take_char(rest, 'M')) {
        day->kind = PL_TZ_DAY_OF_YEAR;
        return take_number(rest, 365, &day->day);
    }
    day->kind = PL_TZ_DAY_OF_MONTH;
    return take_number(rest, 12, &day->month) && day->month > 0 && take_char(rest, '.') &&
           take_number(rest, 5, &day->week) && day->week > 0 && take_char(rest, '.') &&
           take_number(rest, 6, &day->day);
}

/* ,date[/time] */
static bool take_day(pl_str *rest, pl_tz_day *day)
{
    day->time_s = 2 * 3600;
    if (!take_char(rest, ',') || !take_date(rest, day))
        return false;
    return !take_char(rest, '/') || take_time(rest, HOUR_OF_CHANGE_MAX, &day->time_s);
}

bool pl_tz_rule_parse(pl_str s, pl_tz_rule *out)
{
    pl_tz_rule rule = {0};
    if (!take_name(&s) || !take_offset(&s, &rule.standard_s))
        return false;
    if (s.len > 0) {
        rule.has_summer = true;
        rule.summer_s = rule.standard_s + 3600;
        if (!take_name(&s) || (s.len > 0 && s.ptr[0] != ',' && !take_offset(&s, &rule.summer_s)) ||
            !take_day(&s, &rule.begin) || !take_day(&s, &rule.end) || s.len > 0)
            return false;
    }
    *out = rule;
    return true;
}

static int64_t day_number(int year, int month, int day)
{
    int64_t us = pl_civil_to_us((pl_civil){.year = year, .month = month, .day = day});
    return us == PL_TIME_NONE ? INT64_MIN : us / PL_US_PER_DAY - (us % PL_US_PER_DAY < 0);
}

/* The day, counted from 1970; the year is one that the calendar has. */
static int64_t day_in_year(const pl_tz_day *day, int year)
{
    int64_t first = day_number(year, 1, 1);
    bool is_leap = day_number(year, 2, 29) != INT64_MIN;
    if (day->kind == PL_TZ_DAY_OF_YEAR)
        return first + day->day;
    if (day->kind == PL_TZ_DAY_WITHOUT_LEAP)
        return first + day->day - 1 + (is_leap && day->day > 59);
    int64_t month = day_number(year, day->month, 1);
    int64_t weekday = ((month + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    int64_t found = month + (day->day - weekday + 7) % 7 + (day->week - 1) * 7;
    int64_t next = day->month == 12 ? month + 31 : day_number(year, day->month + 1, 1);
    return found < next ? found : found - 7;
}

int32_t pl_tz_rule_offset(const pl_tz_rule *rule, int64_t utc_s)
{
    if (!rule->has_summer)
        return rule->standard_s;
    int year = pl_civil_of_us(utc_s * PL_US_PER_SECOND).year;
    int64_t newest_s = INT64_MIN;
    int32_t offset_s = rule->standard_s;
    /* A time far from midnight moves a change over the turn of the year; of two changes at the same
     * moment the later one counts: summer time that ends as it begins never does. */
    for (int i = 0; i < 6; i++) {
        const pl_tz_day *day = i % 2 == 0 ? &rule->begin : &rule->end;
        int32_t before_s = i % 2 == 0 ? rule->standard_s : rule->summer_s;
        int at_year = year - 1 + i / 2;
        if (day_number(at_year, 1, 1) == INT64_MIN)
            continue;
        int64_t at_s = day_in_year(day, at_year) * SECONDS_PER_DAY + day->time_s - before_s;
        if (at_s > utc_s || at_s < newest_s)
            continue;
        newest_s = at_s;
        offset_s = i % 2 == 0 ? rule->summer_s : rule->standard_s;
    }
    return offset_s;
}
