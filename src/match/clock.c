/* clock.c - stamps, zones and the years that logs leave out. */
#include "match/clock.h"

#include "base/stamp.h"

/* A time of day this far back is of the next day; after a midnight, one this far ahead is a line
 * from before it that comes late. */
#define MIDNIGHT_BACKSTEP_US (12 * 3600 * PL_US_PER_SECOND)
#define MIDNIGHT_LATE_US (23 * 3600 * PL_US_PER_SECOND)

static const char *const quality_names[] = {
    [PL_QUALITY_NONE] = "none",
    [PL_QUALITY_SINCE_BOOT] = "since-boot",
    [PL_QUALITY_DATE_ASSUMED] = "date-assumed",
    [PL_QUALITY_YEAR_ASSUMED] = "year-assumed",
    [PL_QUALITY_ZONE_ASSUMED] = "zone-assumed",
    [PL_QUALITY_DERIVED] = "derived",
    [PL_QUALITY_EXACT] = "exact",
};

static const pl_moment no_moment = {PL_TIME_NONE, PL_QUALITY_NONE, false};

const char *pl_quality_name(pl_quality quality)
{
    return quality_names[quality];
}

void pl_clock_init(pl_clock *clock, int64_t reference_us)
{
    *clock = (pl_clock){.reference_us = reference_us, .last_us = PL_TIME_NONE};
}

void pl_clock_set_zone(pl_clock *clock, pl_str zone)
{
    if (pl_zone_parse(zone, &clock->zone_minutes))
        clock->has_zone = true;
}

/* 1601 and 1970 are clocks that were never set. */
static bool is_plausible(int year)
{
    return year != 1601 && year != 1970;
}

void pl_clock_set_date(pl_clock *clock, pl_str date)
{
    pl_stamp stamp;
    char text[32];
    if (date.len > 20)
        return;
    for (size_t i = 0; i < date.len; i++)
        text[i] = date.ptr[i];
    for (size_t i = 0; i < 9; i++)
        text[date.len + i] = " 00:00:00"[i];
    if (!pl_stamp_parse((pl_str){text, date.len + 9}, &stamp) || stamp.form != PL_STAMP_FULL)
        return;
    clock->date = stamp.civil;
    clock->has_date = is_plausible(stamp.civil.year);
    clock->crossed = false;
    clock->last_us = PL_TIME_NONE;
}

static int64_t zoned(const pl_clock *clock, const pl_stamp *stamp, int64_t local_us,
                     pl_quality *quality)
{
    int minutes = 0;
    if (stamp->has_zone)
        minutes = stamp->zone_minutes;
    else if (clock->has_zone)
        minutes = clock->zone_minutes;
    else if (*quality > PL_QUALITY_ZONE_ASSUMED)
        *quality = PL_QUALITY_ZONE_ASSUMED;
    return local_us - minutes * 60 * PL_US_PER_SECOND;
}

static pl_moment read_full(const pl_clock *clock, const pl_stamp *stamp)
{
    pl_moment moment = {pl_civil_to_us(stamp->civil), PL_QUALITY_EXACT, true};
    if (moment.us == PL_TIME_NONE || !is_plausible(stamp->civil.year))
        return no_moment;
    moment.us = zoned(clock, stamp, moment.us, &moment.quality);
    return moment;
}

/* The latest year in which the stamp is not over a day after the reference; 29 February needs a
 * leap year. */
static pl_moment read_yearless(const pl_clock *clock, const pl_stamp *stamp)
{
    pl_moment moment = {PL_TIME_NONE, PL_QUALITY_YEAR_ASSUMED, false};
    pl_civil civil = stamp->civil;
    if (clock->reference_us == PL_TIME_NONE)
        return no_moment;
    int newest = pl_civil_of_us(clock->reference_us).year + 1;
    for (int year = newest; year > newest - 10; year--) {
        civil.year = year;
        int64_t local_us = pl_civil_to_us(civil);
        if (local_us == PL_TIME_NONE)
            continue;
        moment.us = zoned(clock, stamp, local_us, &moment.quality);
        if (moment.us <= clock->reference_us + PL_US_PER_DAY)
            return moment;
    }
    return no_moment;
}

static pl_moment read_time_of_day(pl_clock *clock, const pl_stamp *stamp)
{
    if (!clock->has_date)
        return no_moment;
    pl_moment moment = {PL_TIME_NONE, PL_QUALITY_DERIVED, false};
    pl_civil civil = stamp->civil;
    civil.year = clock->date.year;
    civil.month = clock->date.month;
    civil.day = clock->date.day;
    int64_t local_us = pl_civil_to_us(civil);
    moment.us = zoned(clock, stamp, local_us, &moment.quality);
    int64_t step_us = clock->last_us == PL_TIME_NONE ? 0 : moment.us - clock->last_us;
    if (step_us < -MIDNIGHT_BACKSTEP_US) {
        moment.us += PL_US_PER_DAY;
        clock->date = pl_civil_of_us(local_us + PL_US_PER_DAY);
        clock->crossed = true;
    } else if (clock->crossed && step_us > MIDNIGHT_LATE_US) {
        moment.us -= PL_US_PER_DAY;
    }
    clock->last_us = moment.us;
    return moment;
}

bool pl_clock_read(pl_clock *clock, pl_time_kind kind, pl_str text, pl_moment *out)
{
    pl_stamp stamp;
    if (kind == PL_TIME_UNSTAMPED || !pl_stamp_parse(text, &stamp))
        return false;
    switch (stamp.form) {
    case PL_STAMP_FULL:
        *out = read_full(clock, &stamp);
        return true;
    case PL_STAMP_YEARLESS:
        *out = read_yearless(clock, &stamp);
        return true;
    case PL_STAMP_CLOCK:
        *out = read_time_of_day(clock, &stamp);
        return true;
    case PL_STAMP_UPTIME:
        break;
    }
    *out = no_moment; /* seconds since boot: an order, not a moment */
    return true;
}
