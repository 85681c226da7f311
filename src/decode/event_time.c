/* event_time.c - numbers first, then what they stand for. */
#include "decode/event_time.h"

#include <string.h>

#include "base/civil.h"
#include "base/stamp.h"

#define TICKS_PER_US 10
#define CLEAN_MAX 48 /* the longest time is shorter */
#define YEAR_DIGITS 4

/* Where the reading has come to. */
struct text {
    const char *at, *end;
};

struct date {
    unsigned numbers[3];
    size_t first_digits;
    char separator;
};

struct clock {
    unsigned hour, minute, second;
    int64_t ticks; /* of the second */
    char half;     /* 'A', 'P', or 0 */
};

/* Writes `s` with plain blanks and without direction marks; the number of bytes, 0: too long. */
static size_t clean(pl_str s, char out[CLEAN_MAX])
{
    size_t len = 0;
    s = pl_str_trim(s);
    while (s.len > 0 && len < CLEAN_MAX) {
        const bool is_mark = pl_str_starts(s, PL_STR("\xe2\x80\x8e")) || /* U+200E */
                             pl_str_starts(s, PL_STR("\xe2\x80\x8f"));   /* U+200F */
        const bool is_thin = pl_str_starts(s, PL_STR("\xe2\x80\xaf"));   /* U+202F */
        const bool is_nbsp = pl_str_starts(s, PL_STR("\xc2\xa0"));
        if (!is_mark)
            out[len++] = is_thin || is_nbsp ? ' ' : s.ptr[0];
        s = pl_str_slice(s, is_mark || is_thin ? 3 : is_nbsp ? 2 : 1, SIZE_MAX);
    }
    return s.len > 0 ? 0 : len;
}

static bool is_digit(const struct text *text)
{
    return text->at < text->end && *text->at >= '0' && *text->at <= '9';
}

/* Reads 1 to `digits_max` digits; how many, 0 without. */
static size_t take_number(struct text *text, size_t digits_max, unsigned *out)
{
    size_t digits = 0;
    *out = 0;
    for (; digits < digits_max && is_digit(text); digits++)
        *out = *out * 10 + (unsigned)(*text->at++ - '0');
    return digits;
}

static bool take_any(struct text *text, const char *set)
{
    if (text->at == text->end || *text->at == '\0' || strchr(set, *text->at) == NULL)
        return false;
    text->at++;
    return true;
}

static bool take_date(struct text *text, struct date *date)
{
    date->first_digits = take_number(text, YEAR_DIGITS, &date->numbers[0]);
    if (date->first_digits == 0 || !take_any(text, "/.-"))
        return false;
    date->separator = text->at[-1];
    const char again[] = {date->separator, '\0'};
    if (take_number(text, 2, &date->numbers[1]) == 0 || !take_any(text, again))
        return false;
    const bool is_year_first = date->first_digits == YEAR_DIGITS;
    const size_t last = take_number(text, YEAR_DIGITS, &date->numbers[2]);
    if (is_year_first)
        return last == 1 || last == 2;
    return date->first_digits <= 2 && last == YEAR_DIGITS;
}

static bool take_fraction(struct text *text, int64_t *ticks)
{
    int64_t unit = PL_TICKS_PER_SECOND;
    *ticks = 0;
    if (!take_any(text, ".,"))
        return true;
    if (!is_digit(text))
        return false;
    for (; is_digit(text); text->at++) {
        unit /= 10;
        *ticks += unit * (*text->at - '0');
    }
    return true;
}

/* AM, PM, am, a.m., p. m. ... */
static bool take_half(struct text *text, char *half)
{
    const char first = text->at < text->end ? (char)(*text->at & ~0x20) : '\0';
    *half = '\0';
    if (first != 'A' && first != 'P')
        return true;
    text->at++;
    while (take_any(text, ". "))
        continue;
    if (!take_any(text, "Mm"))
        return false;
    take_any(text, ".");
    *half = first;
    return true;
}

static bool take_clock(struct text *text, struct clock *clock)
{
    clock->second = 0;
    if (take_number(text, 2, &clock->hour) == 0 || !take_any(text, ":.") ||
        take_number(text, 2, &clock->minute) != 2)
        return false;
    if (take_any(text, ":.") && take_number(text, 2, &clock->second) != 2)
        return false;
    if (!take_fraction(text, &clock->ticks))
        return false;
    while (take_any(text, " "))
        continue;
    if (!take_half(text, &clock->half))
        return false;
    if (clock->half == '\0')
        return true;
    const bool fits = clock->hour >= 1 && clock->hour <= 12;
    clock->hour = clock->hour % 12 + (clock->half == 'P' ? 12 : 0);
    return fits;
}

static pl_date_order order_of(const struct date *date)
{
    if (date->first_digits == YEAR_DIGITS || date->separator == '.')
        return PL_DATE_PLAIN;
    const bool is_day = date->numbers[0] > 12, is_month_first = date->numbers[1] > 12;
    if (is_day == is_month_first)
        return PL_DATE_UNKNOWN;
    return is_day ? PL_DATE_DAY_FIRST : PL_DATE_MONTH_FIRST;
}

pl_date_order pl_event_time_order(pl_str s)
{
    char bytes[CLEAN_MAX];
    struct text text = {bytes, bytes + clean(s, bytes)};
    struct date date;
    return take_date(&text, &date) ? order_of(&date) : PL_DATE_UNKNOWN;
}

/* The day that `date` is; false: it could be two. */
static bool place_date(const struct date *date, pl_date_order order, bool has_half, pl_civil *out)
{
    const unsigned *numbers = date->numbers;
    if (date->first_digits == YEAR_DIGITS) {
        *out = (pl_civil){(int)numbers[0], (int)numbers[1], (int)numbers[2], 0, 0, 0, 0};
        return true;
    }
    if (date->separator == '.')
        order = PL_DATE_DAY_FIRST;
    else if (order == PL_DATE_UNKNOWN || order == PL_DATE_PLAIN)
        order = order_of(date);
    if (order == PL_DATE_UNKNOWN && has_half)
        order = PL_DATE_MONTH_FIRST;
    if (order == PL_DATE_UNKNOWN && numbers[0] != numbers[1])
        return false;
    const bool is_day_first = order == PL_DATE_DAY_FIRST;
    out->year = (int)numbers[2];
    out->month = (int)numbers[is_day_first ? 1 : 0];
    out->day = (int)numbers[is_day_first ? 0 : 1];
    return true;
}

bool pl_event_time_read(pl_str s, pl_date_order order, pl_event_time *out)
{
    char bytes[CLEAN_MAX];
    struct text text = {bytes, bytes + clean(s, bytes)};
    struct date date;
    struct clock clock;
    pl_civil civil = {0};
    int zone_minutes = 0;
    if (!take_date(&text, &date) || !take_any(&text, "T ,"))
        return false;
    while (take_any(&text, " "))
        continue;
    if (!take_clock(&text, &clock) || !place_date(&date, order, clock.half != '\0', &civil))
        return false;
    const pl_str zone = pl_str_trim((pl_str){text.at, (size_t)(text.end - text.at)});
    if (zone.len > 0 && !pl_zone_parse(zone, &zone_minutes))
        return false;
    civil.hour = (int)clock.hour;
    civil.minute = (int)clock.minute;
    civil.second = (int)clock.second;
    int64_t us = pl_civil_to_us(civil);
    if (us == PL_TIME_NONE)
        return false;
    us -= zone_minutes * 60 * PL_US_PER_SECOND;
    const int64_t ticks = us * TICKS_PER_US + PL_TICKS_AT_1970 + clock.ticks;
    if (us < -(PL_TICKS_AT_1970 / TICKS_PER_US) || ticks <= 0)
        return false;
    *out = (pl_event_time){ticks, zone.len > 0};
    return true;
}

void pl_event_time_append_local(pl_buf *out, int64_t ticks)
{
    const pl_civil c = pl_civil_of_us((ticks - PL_TICKS_AT_1970) / TICKS_PER_US);
    pl_buf_appendf(out, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
                   c.second);
    const int fraction = (int)(ticks % PL_TICKS_PER_SECOND);
    if (fraction > 0)
        pl_buf_appendf(out, ".%07d", fraction);
}
