/*
 * stamp.c - a cursor over the digits, one reader for each shape.
 *
 * The shapes exclude each other early, so trying one after the other costs a few characters.
 */
#include "base/stamp.h"

enum { FRACTION_DIGITS_MAX = 9, LEAP_YEAR = 2000 };

#define UPTIME_SECONDS_MAX (UINT64_C(100) * 366 * 86400)

struct cursor {
    pl_str rest; /* not read yet */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void advance(struct cursor *at, size_t len)
{
    at->rest = pl_str_slice(at->rest, len, SIZE_MAX);
}

static size_t digits_ahead(const struct cursor *at)
{
    size_t count = 0;
    while (count < at->rest.len && is_digit(at->rest.ptr[count]))
        count++;
    return count;
}

/* Takes exactly `count` (<= 9) digits. */
static bool take_number(struct cursor *at, size_t count, int *out)
{
    if (at->rest.len < count)
        return false;
    int number = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_digit(at->rest.ptr[i]))
            return false;
        number = number * 10 + (at->rest.ptr[i] - '0');
    }
    advance(at, count);
    *out = number;
    return true;
}

/* Takes one character of `set`, which it gives back; '\0': none is ahead. */
static char take_one_of(struct cursor *at, pl_str set)
{
    for (size_t i = 0; i < set.len && at->rest.len > 0; i++) {
        if (at->rest.ptr[0] == set.ptr[i]) {
            advance(at, 1);
            return set.ptr[i];
        }
    }
    return '\0';
}

static size_t take_blanks(struct cursor *at)
{
    size_t count = 0;
    while (take_one_of(at, PL_STR(" ")) != '\0')
        count++;
    return count;
}

/* Takes ".644570" or ",644" when it is there; false when it is there but is no fraction. */
static bool take_fraction(struct cursor *at, int *us)
{
    *us = 0;
    if (take_one_of(at, PL_STR(".,")) == '\0')
        return true;
    size_t count = digits_ahead(at);
    if (count == 0 || count > FRACTION_DIGITS_MAX)
        return false;
    int fraction = 0;
    if (!take_number(at, count, &fraction))
        return false;
    for (; count < 6; count++)
        fraction *= 10;
    for (; count > 6; count--)
        fraction /= 10;
    *us = fraction;
    return true;
}

/* 18:26:37.124, with any separator but ':' where names of files have one. */
static bool take_clock_parts(struct cursor *at, pl_str separator, pl_civil *civil)
{
    return take_number(at, 2, &civil->hour) && take_one_of(at, separator) != '\0' &&
           take_number(at, 2, &civil->minute) && take_one_of(at, separator) != '\0' &&
           take_number(at, 2, &civil->second) && take_fraction(at, &civil->us);
}

static bool take_clock(struct cursor *at, pl_civil *civil)
{
    return take_clock_parts(at, PL_STR(":"), civil);
}

/* 2023-03-12 or 2023/03/12, both separators the same. */
static bool take_date(struct cursor *at, pl_civil *civil)
{
    if (!take_number(at, 4, &civil->year))
        return false;
    char separator = take_one_of(at, PL_STR("-/"));
    return separator != '\0' && take_number(at, 2, &civil->month) &&
           take_one_of(at, PL_STR("-/")) == separator && take_number(at, 2, &civil->day);
}

static bool take_month_name(struct cursor *at, int *month)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++) {
        if (pl_str_starts(at->rest, (pl_str){names + (size_t)i * 3, 3})) {
            advance(at, 3);
            *month = i + 1;
            return true;
        }
    }
    return false;
}

/* "Oct 28 ", "Oct  8 ". */
static bool take_syslog_date(struct cursor *at, pl_civil *civil)
{
    if (!take_month_name(at, &civil->month))
        return false;
    size_t blanks = take_blanks(at), digits = digits_ahead(at);
    return blanks >= 1 && blanks <= 2 && digits >= 1 && digits <= 2 &&
           take_number(at, digits, &civil->day) && take_blanks(at) == 1;
}

/* "1028 ". */
static bool take_klog_date(struct cursor *at, pl_civil *civil)
{
    return take_number(at, 2, &civil->month) && take_number(at, 2, &civil->day) &&
           take_blanks(at) >= 1;
}

/* "Fri " or "Fri, ", when it is there. */
static void take_weekday(struct cursor *at)
{
    static const char names[] = "MonTueWedThuFriSatSun";
    for (size_t i = 0; i < 7; i++) {
        if (pl_str_starts(at->rest, (pl_str){names + i * 3, 3})) {
            advance(at, 3);
            take_one_of(at, PL_STR(","));
            take_blanks(at);
            return;
        }
    }
}

/* Checks what was read, with the year and date a form has none of made up; 23:59:60 becomes :59. */
static bool settle(pl_stamp *stamp)
{
    pl_civil civil = stamp->civil;
    if (stamp->form != PL_STAMP_FULL)
        civil.year = LEAP_YEAR;
    if (stamp->form == PL_STAMP_CLOCK)
        civil.month = civil.day = 1;
    if (stamp->civil.second == 60)
        stamp->civil.second = 59;
    return pl_civil_to_us(civil) != PL_TIME_NONE;
}

/* A zone at the end, when there is anything. */
static bool take_last_zone(struct cursor *at, pl_stamp *out)
{
    if (at->rest.len == 0)
        return true;
    take_blanks(at);
    out->has_zone = pl_zone_parse(at->rest, &out->zone_minutes);
    return out->has_zone;
}

static bool read_full(struct cursor at, pl_stamp *out)
{
    *out = (pl_stamp){.form = PL_STAMP_FULL};
    if (!take_date(&at, &out->civil))
        return false;
    char separator = take_one_of(&at, PL_STR("T -"));
    struct cursor dashed = at;
    if (separator == '-' && take_clock_parts(&dashed, PL_STR("-"), &out->civil))
        at = dashed;
    else if (separator == '\0' || !take_clock(&at, &out->civil))
        return false;
    return take_last_zone(&at, out) && settle(out);
}

/* One digit or two. */
static bool take_short(struct cursor *at, int *out)
{
    size_t digits = digits_ahead(at);
    return digits >= 1 && digits <= 2 && take_number(at, digits, out);
}

/* " AM" or " PM" behind a clock of 1 to 12 hours, when it is there; U+202F is what newer Windows
 * puts before it. */
static bool take_half(struct cursor *at, pl_civil *civil)
{
    static const char narrow_blank[] = "\xE2\x80\xAF";
    struct cursor ahead = *at;
    if (pl_str_starts(ahead.rest, PL_STR(narrow_blank)))
        advance(&ahead, sizeof narrow_blank - 1);
    else
        take_one_of(&ahead, PL_STR(" "));
    char half = take_one_of(&ahead, PL_STR("APap"));
    if (half == '\0' || take_one_of(&ahead, PL_STR("Mm")) == '\0')
        return true;
    if (civil->hour < 1 || civil->hour > 12)
        return false;
    bool afternoon = half == 'P' || half == 'p';
    civil->hour = civil->hour % 12 + (afternoon ? 12 : 0);
    *at = ahead;
    return true;
}

/* 8:21:37 AM, 08:21:37. */
static bool take_short_clock(struct cursor *at, pl_civil *civil)
{
    return take_short(at, &civil->hour) && take_one_of(at, PL_STR(":")) != '\0' &&
           take_number(at, 2, &civil->minute) && take_one_of(at, PL_STR(":")) != '\0' &&
           take_number(at, 2, &civil->second) && take_fraction(at, &civil->us) &&
           take_half(at, civil);
}

/* 05/18/2018 08:21:37 and 5/18/2018 8:21:37 AM: the month comes first. */
static bool read_slashed(struct cursor at, pl_stamp *out)
{
    *out = (pl_stamp){.form = PL_STAMP_FULL};
    pl_civil *civil = &out->civil;
    if (!take_short(&at, &civil->month) || take_one_of(&at, PL_STR("/")) == '\0' ||
        !take_short(&at, &civil->day) || take_one_of(&at, PL_STR("/")) == '\0' ||
        !take_number(&at, 4, &civil->year))
        return false;
    take_one_of(&at, PL_STR(","));
    return take_blanks(&at) == 1 && take_short_clock(&at, civil) && take_last_zone(&at, out) &&
           settle(out);
}

/* 20180518082137, as PowerShell's transcripts have it. */
static bool read_compact(struct cursor at, pl_stamp *out)
{
    *out = (pl_stamp){.form = PL_STAMP_FULL};
    pl_civil *civil = &out->civil;
    return at.rest.len == 14 && take_number(&at, 4, &civil->year) &&
           take_number(&at, 2, &civil->month) && take_number(&at, 2, &civil->day) &&
           take_number(&at, 2, &civil->hour) && take_number(&at, 2, &civil->minute) &&
           take_number(&at, 2, &civil->second) && settle(out);
}

/* Fri May 18 08:21:37 UTC 2018, as date(1) prints it, and without the zone, as ctime(3) does. */
static bool read_year_last(struct cursor at, pl_stamp *out)
{
    *out = (pl_stamp){.form = PL_STAMP_FULL};
    take_weekday(&at);
    if (!take_syslog_date(&at, &out->civil) || !take_clock(&at, &out->civil) || at.rest.len < 5 ||
        at.rest.ptr[0] != ' ')
        return false;
    pl_str zone = pl_str_slice(at.rest, 1, at.rest.len - 5);
    advance(&at, at.rest.len - 4);
    if (zone.len > 0) {
        out->has_zone = zone.ptr[zone.len - 1] == ' ' &&
                        pl_zone_parse(pl_str_slice(zone, 0, zone.len - 1), &out->zone_minutes);
        if (!out->has_zone)
            return false;
    }
    return take_number(&at, 4, &out->civil.year) && settle(out);
}

/* Fri, 18 May 2018 08:21:37 +0000, as mail has it, and 18/May/2018:08:21:37 +0000 of web servers.
 */
static bool read_day_first(struct cursor at, pl_stamp *out)
{
    *out = (pl_stamp){.form = PL_STAMP_FULL};
    take_weekday(&at);
    size_t digits = digits_ahead(&at);
    if (digits < 1 || digits > 2 || !take_number(&at, digits, &out->civil.day))
        return false;
    char separator = take_one_of(&at, PL_STR(" /"));
    pl_str again = separator == '/' ? PL_STR("/") : PL_STR(" ");
    return separator != '\0' && take_month_name(&at, &out->civil.month) &&
           take_one_of(&at, again) != '\0' && take_number(&at, 4, &out->civil.year) &&
           take_one_of(&at, PL_STR(" :")) != '\0' && take_clock(&at, &out->civil) &&
           take_last_zone(&at, out) && settle(out);
}

static bool read_yearless(struct cursor at, pl_stamp *out)
{
    *out = (pl_stamp){.form = PL_STAMP_YEARLESS};
    bool klog = digits_ahead(&at) > 0;
    bool dated = klog ? take_klog_date(&at, &out->civil) : take_syslog_date(&at, &out->civil);
    return dated && take_clock(&at, &out->civil) && at.rest.len == 0 && settle(out);
}

static bool read_clock(struct cursor at, pl_stamp *out)
{
    *out = (pl_stamp){.form = PL_STAMP_CLOCK};
    return take_clock(&at, &out->civil) && at.rest.len == 0 && settle(out);
}

/* Seconds with a fraction: a bare number is more likely anything else. */
static bool read_uptime(struct cursor at, pl_stamp *out)
{
    *out = (pl_stamp){.form = PL_STAMP_UPTIME};
    size_t digits = digits_ahead(&at);
    uint64_t seconds;
    int us;
    if (!pl_str_to_u64(pl_str_slice(at.rest, 0, digits), &seconds) || seconds > UPTIME_SECONDS_MAX)
        return false;
    advance(&at, digits);
    if (at.rest.len == 0 || !take_fraction(&at, &us) || at.rest.len > 0)
        return false;
    out->uptime_us = (int64_t)seconds * PL_US_PER_SECOND + us;
    return true;
}

bool pl_stamp_parse(pl_str s, pl_stamp *out)
{
    static bool (*const readers[])(struct cursor, pl_stamp *) = {
        read_full,      read_yearless,  read_clock,   read_uptime,
        read_year_last, read_day_first, read_slashed, read_compact,
    };
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        pl_stamp stamp;
        if (readers[i]((struct cursor){s}, &stamp)) {
            *out = stamp;
            return true;
        }
    }
    return false;
}

bool pl_zone_parse(pl_str s, int *minutes_out)
{
    if (pl_str_equal(s, PL_STR("Z")) || pl_str_equal(s, PL_STR("UTC")) ||
        pl_str_equal(s, PL_STR("GMT"))) {
        *minutes_out = 0;
        return true;
    }
    struct cursor at = {s};
    int hours = 0, minutes = 0;
    char sign = take_one_of(&at, PL_STR("+-"));
    if (sign == '\0' || !take_number(&at, 2, &hours))
        return false;
    bool colon = take_one_of(&at, PL_STR(":")) != '\0';
    if ((colon || at.rest.len > 0) && !take_number(&at, 2, &minutes))
        return false;
    if (at.rest.len > 0 || hours > 23 || minutes > 59)
        return false;
    *minutes_out = (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
    return true;
}
