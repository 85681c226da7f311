/* civil.c - days by eras of 400 years that begin on 1 March, so that leap days come last. */
#include "base/civil.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DAYS_PER_ERA = 146097, DAYS_TO_1970 = 719468, YEAR_MAX = 9999 };

#define US_PER_MINUTE (60 * PL_US_PER_SECOND)
#define US_PER_HOUR (60 * US_PER_MINUTE)
#define DURATION_MAX (36525 * PL_US_PER_DAY)

static int64_t floor_div(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

static bool is_date(int year, int month, int day)
{
    return year >= 1 && year <= YEAR_MAX && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in_month(year, month);
}

static bool is_time(int hour, int minute, int second, int us)
{
    return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60 &&
           us >= 0 && us < PL_US_PER_SECOND;
}

static int64_t days_since_1970(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t era = floor_div(y, 400), year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

int64_t pl_civil_to_us(pl_civil civil)
{
    if (!is_date(civil.year, civil.month, civil.day) ||
        !is_time(civil.hour, civil.minute, civil.second, civil.us))
        return PL_TIME_NONE;
    int second = civil.second == 60 ? 59 : civil.second;
    return days_since_1970(civil.year, civil.month, civil.day) * PL_US_PER_DAY +
           civil.hour * US_PER_HOUR + civil.minute * US_PER_MINUTE + second * PL_US_PER_SECOND +
           civil.us;
}

static void set_date(pl_civil *civil, int64_t days)
{
    days += DAYS_TO_1970;
    int64_t era = floor_div(days, DAYS_PER_ERA), day_of_era = days - era * DAYS_PER_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153; /* 0: March */
    civil->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    civil->month = (int)(month < 10 ? month + 3 : month - 9);
    civil->year = (int)(year_of_era + era * 400 + (civil->month <= 2));
}

pl_civil pl_civil_of_us(int64_t us)
{
    int64_t days = floor_div(us, PL_US_PER_DAY);
    int64_t rest = us - days * PL_US_PER_DAY;
    pl_civil civil = {
        .hour = (int)(rest / US_PER_HOUR),
        .minute = (int)(rest / US_PER_MINUTE % 60),
        .second = (int)(rest / PL_US_PER_SECOND % 60),
        .us = (int)(rest % PL_US_PER_SECOND),
    };
    set_date(&civil, days);
    return civil;
}

void pl_time_append(pl_buf *buf, int64_t us)
{
    if (us == PL_TIME_NONE)
        return;
    pl_civil c = pl_civil_of_us(us);
    pl_buf_appendf(buf, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", c.year, c.month, c.day, c.hour,
                   c.minute, c.second, c.us);
}

struct unit {
    pl_str name;
    int64_t us;
};

/* The unit that `name` begins with: the longest such name, so that "ms" is not "m". */
static const struct unit *find_unit(pl_str name)
{
    static const struct unit units[] = {
        {PL_STR_INIT("ms"), 1000},         {PL_STR_INIT("us"), 1},
        {PL_STR_INIT("\302\265s"), 1}, /* as Go writes it */
        {PL_STR_INIT("d"), PL_US_PER_DAY}, {PL_STR_INIT("h"), US_PER_HOUR},
        {PL_STR_INIT("m"), US_PER_MINUTE}, {PL_STR_INIT("s"), PL_US_PER_SECOND},
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (pl_str_starts(name, units[i].name))
            return &units[i];
    }
    return NULL;
}

static size_t digits_at(pl_str s, size_t from)
{
    size_t end = from;
    while (end < s.len && s.ptr[end] >= '0' && s.ptr[end] <= '9')
        end++;
    return end - from;
}

bool pl_duration_parse(pl_str s, int64_t *us_out)
{
    int64_t total_us = 0, smallest_us = INT64_MAX, part_us;
    for (size_t at = 0; at < s.len;) {
        size_t digits = digits_at(s, at);
        uint64_t number;
        const struct unit *unit = find_unit(pl_str_slice(s, at + digits, SIZE_MAX));
        if (!pl_str_to_u64(pl_str_slice(s, at, digits), &number) || unit == NULL ||
            unit->us >= smallest_us || __builtin_mul_overflow(number, unit->us, &part_us) ||
            __builtin_add_overflow(total_us, part_us, &total_us) || total_us > DURATION_MAX)
            return false;
        smallest_us = unit->us;
        at += digits + unit->name.len;
    }
    if (s.len == 0)
        return false;
    *us_out = total_us;
    return true;
}

/* `digits` after the decimal point of something `unit_us` long; false when there are none, or
 * others. */
static bool fraction_of(pl_str digits, int64_t unit_us, int64_t *us_out)
{
    int64_t us = 0, place_us = unit_us;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return false;
        place_us /= 10;
        us += (digits.ptr[i] - '0') * place_us;
    }
    *us_out = us;
    return digits.len > 0;
}

/* Whole seconds, or with a fraction: 12, 12.5. */
static bool read_seconds(pl_str s, int64_t *us_out)
{
    size_t point = pl_str_find(s, PL_STR("."), 0);
    uint64_t seconds;
    int64_t fraction_us = 0;
    if (!pl_str_to_u64(pl_str_slice(s, 0, point), &seconds) ||
        seconds > (uint64_t)(DURATION_MAX / PL_US_PER_SECOND))
        return false;
    if (point != SIZE_MAX &&
        !fraction_of(pl_str_slice(s, point + 1, SIZE_MAX), PL_US_PER_SECOND, &fraction_us))
        return false;
    *us_out = (int64_t)seconds * PL_US_PER_SECOND + fraction_us;
    return true;
}

/* 09:29, 00:09:29.5. */
static bool read_clocked(pl_str s, int64_t *us_out)
{
    int64_t before_us = 0, part_us;
    for (int parts = 1; parts <= 3; parts++) {
        size_t colon = pl_str_find(s, PL_STR(":"), 0);
        if (!read_seconds(pl_str_slice(s, 0, colon), &part_us) ||
            (colon != SIZE_MAX && part_us % PL_US_PER_SECOND != 0))
            return false;
        before_us = before_us * 60 + part_us;
        if (before_us > DURATION_MAX)
            return false;
        if (colon == SIZE_MAX) {
            *us_out = before_us;
            return parts > 1;
        }
        s = pl_str_slice(s, colon + 1, SIZE_MAX);
    }
    return false;
}

/* 1m2.5s, 367.227894ms: only the last part has a fraction. */
static bool read_united(pl_str s, int64_t *us_out)
{
    size_t point = pl_str_find(s, PL_STR("."), 0), end = point;
    if (point == SIZE_MAX)
        return pl_duration_parse(s, us_out);
    end += 1 + digits_at(s, point + 1);
    const struct unit *unit = find_unit(pl_str_slice(s, end, SIZE_MAX));
    char whole[64];
    size_t tail = unit == NULL ? 0 : unit->name.len;
    int64_t fraction_us;
    if (unit == NULL || end + tail != s.len || point + tail > sizeof whole ||
        !fraction_of(pl_str_slice(s, point + 1, end - point - 1), unit->us, &fraction_us))
        return false;
    memcpy(whole, s.ptr, point);
    memcpy(whole + point, unit->name.ptr, tail);
    if (!pl_duration_parse((pl_str){whole, point + tail}, us_out))
        return false;
    *us_out += fraction_us;
    return true;
}

bool pl_elapsed_parse(pl_str s, int64_t *us_out)
{
    int64_t us;
    if (!read_seconds(s, &us) && !read_clocked(s, &us) && !read_united(s, &us))
        return false;
    *us_out = us;
    return true;
}

static uint64_t magnitude(int64_t number)
{
    return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

static void append_under_minute(pl_buf *buf, uint64_t us)
{
    uint64_t tenths = us / (PL_US_PER_SECOND / 10);
    if (us == 0)
        pl_buf_append(buf, PL_STR("0s"));
    else if (us < 1000)
        pl_buf_appendf(buf, "%" PRIu64 "us", us);
    else if (us < PL_US_PER_SECOND)
        pl_buf_appendf(buf, "%" PRIu64 "ms", us / 1000);
    else if (tenths % 10 == 0)
        pl_buf_appendf(buf, "%" PRIu64 "s", tenths / 10);
    else
        pl_buf_appendf(buf, "%" PRIu64 ".%" PRIu64 "s", tenths / 10, tenths % 10);
}

void pl_duration_append(pl_buf *buf, int64_t us)
{
    uint64_t rest_us = magnitude(us), seconds = rest_us / PL_US_PER_SECOND;
    uint64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
    if (us < 0)
        pl_buf_append_char(buf, '-');
    if (days > 0 && hours % 24 == 0)
        pl_buf_appendf(buf, "%" PRIu64 "d", days);
    else if (days > 0)
        pl_buf_appendf(buf, "%" PRIu64 "d%" PRIu64 "h", days, hours % 24);
    else if (hours > 0)
        pl_buf_appendf(buf, "%" PRIu64 "h%02" PRIu64 "m", hours, minutes % 60);
    else if (minutes > 0)
        pl_buf_appendf(buf, "%" PRIu64 "m%02" PRIu64 "s", minutes, seconds % 60);
    else
        append_under_minute(buf, rest_us);
}

void pl_seconds_append(pl_buf *buf, int64_t us)
{
    uint64_t rest_us = magnitude(us);
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, rest_us / PL_US_PER_SECOND);
    if (us < 0)
        pl_buf_append_char(buf, '-');
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            pl_buf_append_char(buf, ',');
        pl_buf_append_char(buf, digits[i]);
    }
    uint64_t fraction = rest_us % PL_US_PER_SECOND;
    int decimals = fraction == 0 ? 0 : 6;
    for (; decimals > 0 && fraction % 10 == 0; decimals--)
        fraction /= 10;
    if (decimals > 0)
        pl_buf_appendf(buf, ".%0*" PRIu64, decimals, fraction);
    pl_buf_append(buf, PL_STR(" s"));
}
