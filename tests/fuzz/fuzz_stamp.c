/* fuzz_stamp.c - whatever is read as a time exists, and is written as it was read. */
#include "base/stamp.h"

#include "fuzz.h"

static void check_clock(const pl_civil *civil)
{
    PROMISE(civil->hour >= 0 && civil->hour <= 23);
    PROMISE(civil->minute >= 0 && civil->minute <= 59);
    PROMISE(civil->second >= 0 && civil->second <= 59);
    PROMISE(civil->us >= 0 && civil->us <= 999999);
}

static void check_moment(pl_civil civil)
{
    int64_t us = pl_civil_to_us(civil);
    PROMISE(us != PL_TIME_NONE);
    pl_civil again = pl_civil_of_us(us);
    PROMISE(again.year == civil.year && again.month == civil.month && again.day == civil.day);
    PROMISE(again.hour == civil.hour && again.minute == civil.minute);
    PROMISE(again.second == civil.second && again.us == civil.us);
    pl_buf text;
    pl_stamp stamp = {0};
    pl_buf_init(&text, 64);
    pl_time_append(&text, us);
    PROMISE(pl_stamp_parse(pl_buf_str(&text), &stamp));
    PROMISE(stamp.has_zone && stamp.zone_minutes == 0);
    PROMISE(pl_civil_to_us(stamp.civil) == us);
    pl_buf_release(&text);
}

static void check_stamp(const pl_stamp *stamp)
{
    pl_civil civil = stamp->civil;
    PROMISE(!stamp->has_zone || (stamp->zone_minutes > -1440 && stamp->zone_minutes < 1440));
    switch (stamp->form) {
    case PL_STAMP_FULL:
        check_clock(&civil);
        check_moment(civil);
        break;
    case PL_STAMP_YEARLESS:
        check_clock(&civil);
        PROMISE(civil.year == 0);
        civil.year = 2024; /* every day of a year without a number exists in a leap year */
        check_moment(civil);
        break;
    case PL_STAMP_CLOCK:
        check_clock(&civil);
        PROMISE(civil.year == 0 && civil.month == 0 && civil.day == 0);
        break;
    case PL_STAMP_UPTIME:
        PROMISE(stamp->uptime_us >= 0);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pl_stamp stamp = {0};
    int minutes = 0;
    int64_t us = 0;
    pl_str text = fuzz_bytes(data, size);
    if (pl_stamp_parse(text, &stamp))
        check_stamp(&stamp);
    if (pl_zone_parse(text, &minutes))
        PROMISE(minutes > -1440 && minutes < 1440);
    if (pl_duration_parse(text, &us))
        PROMISE(us >= 0 && us <= 100 * 366 * PL_US_PER_DAY);
    return 0;
}
