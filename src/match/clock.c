/* clock.c - stamps, zones and the years that logs leave out. */
#include "match/clock.h"

#include "base/stamp.h"

/* A time of day this far back is of the next day; after a midnight, one this far ahead is a line
 * from before it that comes late. */
#define MIDNIGHT_BACKSTEP_US (12 * 3600 * PL_US_PER_SECOND)
#define MIDNIGHT_LATE_US (23 * 3600 * PL_US_PER_SECOND)
#define BOOT_BACKSTEP_US PL_US_PER_SECOND /* seconds since boot this far back began again */

static const char *const quality_names[] = {
    [PL_QUALITY_NONE] = "none",
    [PL_QUALITY_SINCE_BOOT] = "since-boot",
    [PL_QUALITY_DATE_ASSUMED] = "date-assumed",
    [PL_QUALITY_YEAR_ASSUMED] = "year-assumed",
    [PL_QUALITY_ZONE_ASSUMED] = "zone-assumed",
    [PL_QUALITY_DERIVED] = "derived",
    [PL_QUALITY_EXACT] = "exact",
};

const char *pl_quality_name(pl_quality quality)
{
    return quality_names[quality];
}

void pl_clock_init(pl_clock *clock, const pl_clock_options *options)
{
    *clock = (pl_clock){.options = *options,
                        .first_us = PL_TIME_NONE,
                        .last_us = PL_TIME_NONE,
                        .ended_us = PL_TIME_NONE,
                        .anchor = PL_MOMENT_NONE};
}

void pl_clock_set_zone(pl_clock *clock, pl_str zone)
{
    if (pl_zone_parse(zone, &clock->zone_minutes))
        clock->has_zone = true;
}

/* "-330", "240", "+05:30", "8:00": minutes, of at most a day. */
static bool read_bias(pl_str text, int *minutes)
{
    uint64_t hours = 0, rest = 0;
    bool negative = text.len > 0 && text.ptr[0] == '-';
    if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        text = pl_str_slice(text, 1, SIZE_MAX);
    size_t colon = pl_str_find(text, PL_STR(":"), 0);
    if (colon != SIZE_MAX && !pl_str_to_u64(pl_str_slice(text, 0, colon), &hours))
        return false;
    pl_str last = colon == SIZE_MAX ? text : pl_str_slice(text, colon + 1, 2);
    if (!pl_str_to_u64(last, &rest) || hours >= 24 || rest >= (colon == SIZE_MAX ? 1440 : 60))
        return false;
    *minutes = (int)(hours * 60 + rest) * (negative ? -1 : 1);
    return true;
}

static void settle_zone(pl_clock *clock)
{
    if (!clock->is_local)
        return;
    clock->has_zone = clock->has_bias;
    clock->zone_minutes = -clock->bias_minutes;
}

void pl_clock_set_bias(pl_clock *clock, pl_str bias)
{
    if (!read_bias(bias, &clock->bias_minutes))
        return;
    clock->has_bias = true;
    settle_zone(clock);
}

void pl_clock_set_kind(pl_clock *clock, pl_str kind)
{
    if (kind.len == 0)
        return;
    clock->is_local = pl_str_equal_nocase(kind, PL_STR("local"));
    clock->has_zone = true;
    clock->zone_minutes = 0;
    settle_zone(clock);
}

static int64_t midnight(pl_civil civil)
{
    return pl_civil_to_us((pl_civil){.year = civil.year, .month = civil.month, .day = civil.day});
}

static int64_t time_of_day(pl_civil civil)
{
    return ((civil.hour * INT64_C(60) + civil.minute) * 60 + civil.second) * PL_US_PER_SECOND +
           civil.us;
}

/* Without zones: what the clock on the wall showed, as if that were UTC. */
static int64_t zoned(const pl_clock *clock, const pl_stamp *stamp, int64_t local_us,
                     pl_quality *quality)
{
    int minutes = 0;
    if (stamp != NULL && stamp->has_zone)
        minutes = stamp->zone_minutes;
    else if (clock->options.has_zone)
        minutes = clock->options.zone_minutes;
    else if (clock->has_zone)
        minutes = clock->zone_minutes;
    else if (*quality > PL_QUALITY_ZONE_ASSUMED)
        *quality = PL_QUALITY_ZONE_ASSUMED;
    return local_us - minutes * 60 * PL_US_PER_SECOND;
}

/* 1601 and 1970 are clocks that were never set, also those west of Greenwich. */
static bool is_plausible(int year)
{
    return year > 1970;
}

pl_moment pl_clock_local(const pl_clock *clock, int64_t wall_us)
{
    pl_moment moment = {.us = wall_us, .quality = PL_QUALITY_EXACT, .dated = true};
    if (clock->options.local_epoch > 0 && !clock->options.has_zone && !clock->has_zone) {
        moment.quality = PL_QUALITY_DERIVED;
        moment.epoch = clock->options.local_epoch;
        return moment;
    }
    moment.us = zoned(clock, NULL, wall_us, &moment.quality);
    return moment;
}

void pl_clock_settle_local(pl_clock *clock, bool known, int zone_minutes)
{
    if (clock->options.local_epoch == 0)
        return;
    pl_epoch *epoch = &clock->options.epochs->items[clock->options.local_epoch - 1];
    epoch->known = true;
    epoch->quality = known ? PL_QUALITY_DERIVED : PL_QUALITY_ZONE_ASSUMED;
    epoch->base_us = known ? -zone_minutes * 60 * PL_US_PER_SECOND : 0;
}

static pl_moment read_full(const pl_clock *clock, const pl_stamp *stamp)
{
    int64_t local_us = pl_civil_to_us(stamp->civil);
    if (local_us == PL_TIME_NONE || !is_plausible(stamp->civil.year))
        return PL_MOMENT_NONE;
    if (!stamp->has_zone)
        return pl_clock_local(clock, local_us);
    pl_moment moment = {.quality = PL_QUALITY_EXACT, .dated = true};
    moment.us = zoned(clock, stamp, local_us, &moment.quality);
    return moment;
}

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/*
 * The year that brings the stamp nearest to the user's date; without one the latest in which it is
 * not over a day after the reference.  29 February needs a leap year.
 */
static pl_moment read_yearless(const pl_clock *clock, const pl_stamp *stamp)
{
    pl_moment best = PL_MOMENT_NONE;
    const pl_clock_options *options = &clock->options;
    pl_civil civil = stamp->civil;
    int64_t near_us = options->has_date ? midnight(options->date) : options->reference_us;
    if (near_us == PL_TIME_NONE)
        return best;
    int newest = pl_civil_of_us(near_us).year + (options->has_date ? 4 : 1);
    for (int year = newest; year > newest - 10; year--) {
        civil.year = year;
        int64_t local_us = pl_civil_to_us(civil);
        pl_moment moment = {.quality = PL_QUALITY_YEAR_ASSUMED};
        if (local_us == PL_TIME_NONE)
            continue;
        moment.us = zoned(clock, stamp, local_us, &moment.quality);
        if (!options->has_date && moment.us <= near_us + PL_US_PER_DAY)
            return moment;
        if (options->has_date &&
            (best.us == PL_TIME_NONE || distance(moment.us, near_us) < distance(best.us, near_us)))
            best = moment;
    }
    return best;
}

static pl_epoch *current(const pl_clock *clock)
{
    return &clock->options.epochs->items[clock->epoch - 1];
}

static bool is_undated(const pl_clock *clock)
{
    return clock->epoch > 0 && clock->of_day && !current(clock)->known;
}

/* `base_us`: midnight of the epoch's first day on the wall; the zone is that known by now. */
static void date_epoch(pl_clock *clock, int64_t base_us, pl_quality quality)
{
    pl_epoch *epoch = current(clock);
    clock->base_us = base_us;
    epoch->quality = quality;
    epoch->base_us = zoned(clock, NULL, base_us, &epoch->quality);
    epoch->known = true;
}

/* False: there are too many. */
static bool begin_epoch(pl_clock *clock, bool of_day)
{
    pl_epochs *epochs = clock->options.epochs;
    if (epochs == NULL || epochs->count == PL_EPOCHS_MAX)
        return false;
    epochs->items[epochs->count++] = (pl_epoch){.order_us = PL_TIME_NONE};
    clock->epoch = (uint32_t)epochs->count;
    clock->of_day = of_day;
    clock->begin = false;
    clock->first_us = clock->last_us = PL_TIME_NONE;
    clock->days_us = 0;
    if (!of_day || !clock->has_header)
        return true;
    if (clock->header.has_time)
        clock->last_us = clock->header.time_us;
    date_epoch(clock, clock->header.day_us, PL_QUALITY_DERIVED);
    clock->has_header = false;
    return true;
}

/* `us` in the clock's epoch, as a moment when that is known by now. */
static pl_moment relative(pl_clock *clock, int64_t us)
{
    const pl_epoch *epoch = current(clock);
    clock->fresh = clock->first_us == PL_TIME_NONE;
    if (clock->fresh)
        clock->first_us = us;
    clock->last_us = us;
    if (epoch->known && clock->of_day) {
        pl_moment moment = {.quality = PL_QUALITY_DERIVED};
        moment.us = zoned(clock, NULL, clock->base_us + us, &moment.quality);
        return moment;
    }
    if (epoch->known)
        return (pl_moment){.us = epoch->base_us + us, .quality = epoch->quality};
    return (pl_moment){.us = us, .quality = PL_QUALITY_DERIVED, .epoch = clock->epoch};
}

static pl_moment read_time_of_day(pl_clock *clock, const pl_stamp *stamp)
{
    bool goes_on = clock->epoch > 0 && clock->of_day && !clock->begin;
    if (!goes_on && !begin_epoch(clock, true))
        return PL_MOMENT_NONE;
    int64_t us = clock->days_us + time_of_day(stamp->civil);
    int64_t step_us = clock->afresh || clock->last_us == PL_TIME_NONE ? 0 : us - clock->last_us;
    clock->afresh = false;
    if (step_us < -MIDNIGHT_BACKSTEP_US) {
        us += PL_US_PER_DAY;
        clock->days_us += PL_US_PER_DAY;
    } else if (clock->days_us > 0 && step_us > MIDNIGHT_LATE_US) {
        us -= PL_US_PER_DAY;
    }
    return relative(clock, us);
}

static pl_moment read_uptime(pl_clock *clock, int64_t us)
{
    bool goes_on = clock->epoch > 0 && !clock->of_day && !clock->begin &&
                   clock->last_us - us < BOOT_BACKSTEP_US;
    if (!goes_on && !begin_epoch(clock, false))
        return PL_MOMENT_NONE;
    return relative(clock, us);
}

bool pl_clock_read(pl_clock *clock, pl_time_kind kind, pl_str text, pl_moment *out)
{
    pl_stamp stamp;
    if (kind == PL_TIME_UNSTAMPED || kind == PL_TIME_TOLD || !pl_stamp_parse(text, &stamp))
        return false;
    *out = PL_MOMENT_NONE;
    switch (stamp.form) {
    case PL_STAMP_FULL:
        *out = read_full(clock, &stamp);
        break;
    case PL_STAMP_YEARLESS:
        *out = read_yearless(clock, &stamp);
        break;
    case PL_STAMP_CLOCK:
        if (kind == PL_TIME_OF_DAY)
            *out = read_time_of_day(clock, &stamp);
        break;
    case PL_STAMP_UPTIME:
        if (kind == PL_TIME_SINCE_BOOT)
            *out = read_uptime(clock, stamp.uptime_us);
        break;
    }
    return true;
}

/* "2018-05-18" as well as a full stamp, whose zone is from now on that of the source. */
static bool read_dating(pl_clock *clock, pl_str text, pl_dating *out)
{
    static const char no_time[] = " 00:00:00";
    pl_stamp stamp;
    char whole[64];
    bool has_time = pl_stamp_parse(text, &stamp);
    if (!has_time && text.len + sizeof no_time <= sizeof whole) {
        for (size_t i = 0; i < text.len; i++)
            whole[i] = text.ptr[i];
        for (size_t i = 0; i < sizeof no_time; i++)
            whole[text.len + i] = no_time[i];
        if (!pl_stamp_parse((pl_str){whole, text.len + sizeof no_time - 1}, &stamp))
            return false;
    } else if (!has_time) {
        return false;
    }
    if (stamp.form != PL_STAMP_FULL || !is_plausible(stamp.civil.year))
        return false;
    if (stamp.has_zone) {
        clock->has_zone = true;
        clock->zone_minutes = stamp.zone_minutes;
    }
    *out = (pl_dating){midnight(stamp.civil), time_of_day(stamp.civil), has_time};
    return true;
}

/*
 * Dates the epoch by a date below its stamps.  With a time of day it is told near the first stamp
 * or the last one ("started", "finished"); else it is the day of the last.
 */
static void date_by_footer(pl_clock *clock, const pl_dating *date)
{
    int64_t days = clock->last_us / PL_US_PER_DAY, best = days, best_us = INT64_MAX;
    for (int64_t day = -1; date->has_time && day <= days + 1; day++) {
        int64_t us = day * PL_US_PER_DAY + date->time_us;
        int64_t to_first = distance(us, clock->first_us), to_last = distance(us, clock->last_us);
        int64_t off_us = to_first < to_last ? to_first : to_last;
        if (off_us < best_us) {
            best_us = off_us;
            best = day;
        }
    }
    date_epoch(clock, date->day_us - best * PL_US_PER_DAY, PL_QUALITY_DERIVED);
    clock->ended_us = current(clock)->base_us + clock->last_us;
}

void pl_clock_set_date(pl_clock *clock, pl_str text)
{
    pl_dating date;
    if (!read_dating(clock, text, &date))
        return;
    if (is_undated(clock)) {
        date_by_footer(clock, &date);
        clock->has_footers = true;
        clock->begin = true;
    } else if (!clock->has_footers) {
        clock->header = date;
        clock->has_header = true;
        clock->begin = true;
    }
}

bool pl_clock_anchor(pl_clock *clock, pl_str at, pl_moment *out)
{
    pl_stamp stamp;
    if (!pl_stamp_parse(at, &stamp) || stamp.form != PL_STAMP_FULL)
        return false;
    pl_moment moment = read_full(clock, &stamp);
    if (moment.us == PL_TIME_NONE)
        return false;
    if (clock->epoch > 0 && clock->of_day) {
        pl_clock_set_date(clock, at);
        return false;
    }
    if (clock->epoch > 0) {
        if (!current(clock)->known)
            *current(clock) =
                (pl_epoch){.known = true,
                           .base_us = moment.us - clock->last_us,
                           .quality = moment.quality < PL_QUALITY_DERIVED ? moment.quality
                                                                          : PL_QUALITY_DERIVED,
                           .order_us = PL_TIME_NONE};
        return false;
    }
    if (moment.quality > PL_QUALITY_DERIVED)
        moment.quality = PL_QUALITY_DERIVED;
    moment.dated = false;
    moment.floor = true;
    clock->anchor = *out = moment;
    return true;
}

void pl_clock_section(pl_clock *clock)
{
    clock->afresh = true;
    clock->days_us = 0;
}

void pl_clock_boot(pl_clock *clock)
{
    if (clock->epoch > 0 && !clock->of_day && !clock->fresh)
        clock->begin = true;
}

void pl_clock_finish(pl_clock *clock)
{
    if (!is_undated(clock))
        return;
    if (clock->ended_us != PL_TIME_NONE) {
        date_epoch(clock, 0, PL_QUALITY_DATE_ASSUMED);
        pl_epoch *epoch = current(clock);
        int64_t gap_us = clock->ended_us - (epoch->base_us + clock->first_us);
        epoch->base_us += (gap_us + PL_US_PER_DAY - 1) / PL_US_PER_DAY * PL_US_PER_DAY;
    } else if (clock->options.has_date) {
        date_epoch(clock, midnight(clock->options.date), PL_QUALITY_DATE_ASSUMED);
    }
}

int64_t pl_epochs_moment(const pl_epochs *epochs, int64_t us, uint32_t epoch)
{
    if (us == PL_TIME_NONE || epoch == 0)
        return us;
    const pl_epoch *item = &epochs->items[epoch - 1];
    return item->known ? item->base_us + us : PL_TIME_NONE;
}
