/* clock.c - stamps, zones and the years that logs leave out. */
#include "match/clock.h"

#include "base/stamp.h"

/* A time of day this far back is of the next day; after a midnight, one this far ahead is a line
 * from before it that comes late. */
#define MIDNIGHT_BACKSTEP_US (12 * 3600 * PL_US_PER_SECOND)
#define MIDNIGHT_LATE_US (23 * 3600 * PL_US_PER_SECOND)
#define BOOT_BACKSTEP_US PL_US_PER_SECOND /* seconds since boot this far back began again */
/* A line may stand this far below one that was written later: of several threads, or forwarded. */
#define LATE_LINE_US (60 * PL_US_PER_SECOND)

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
                        .line_us = PL_TIME_NONE,
                        .anchor = PL_MOMENT_NONE};
}

void pl_clock_set_zone(pl_clock *clock, const pl_zone *zone)
{
    clock->zone = *zone;
    clock->has_zone = true;
}

/* NULL: nobody said it. */
static const pl_zone *zone_of(const pl_clock *clock)
{
    if (clock->options.has_zone)
        return &clock->options.zone;
    return clock->has_zone ? &clock->zone : NULL;
}

bool pl_clock_is_set(const pl_clock *clock)
{
    const pl_zone *zone = zone_of(clock);
    return zone != NULL && zone->tz != NULL;
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
    clock->zone = (pl_zone){.minutes = -clock->bias_minutes};
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
    clock->zone = (pl_zone){0};
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

/* Does the source go on with `second_us` where it cannot with `first_us`? */
static bool is_second(const pl_clock *clock, int64_t first_us, int64_t second_us)
{
    return clock->line_us != PL_TIME_NONE && clock->line_us > first_us + LATE_LINE_US &&
           clock->line_us <= second_us + LATE_LINE_US;
}

/* What the wall showed, as a moment; where nobody tells the zone, as if that were UTC. */
static pl_moment zoned(const pl_clock *clock, int64_t wall_us, pl_quality quality)
{
    pl_moment moment = {.us = wall_us, .quality = quality};
    const pl_zone *zone = zone_of(clock);
    int64_t second_us = wall_us;
    if (zone != NULL)
        moment.wall = pl_zone_moments(zone, wall_us, &moment.us, &second_us);
    else if (quality > PL_QUALITY_ZONE_ASSUMED)
        moment.quality = PL_QUALITY_ZONE_ASSUMED;
    if (moment.wall == PL_WALL_TWICE && is_second(clock, moment.us, second_us))
        moment.us = second_us;
    if (moment.wall != PL_WALL_ONCE && quality > PL_QUALITY_DERIVED)
        moment.quality = PL_QUALITY_DERIVED;
    return moment;
}

/* The same for a stamp, which may hold its zone. */
static pl_moment stamped(const pl_clock *clock, const pl_stamp *stamp, int64_t wall_us,
                         pl_quality quality)
{
    if (!stamp->has_zone)
        return zoned(clock, wall_us, quality);
    return (pl_moment){.us = wall_us - stamp->zone_minutes * 60 * PL_US_PER_SECOND,
                       .quality = quality};
}

/* 1601 and 1970 are clocks that were never set, also those west of Greenwich. */
static bool is_plausible(int year)
{
    return year > 1970;
}

/* A full date without a zone: it may be known only at the end of the source. */
static pl_moment read_local(const pl_clock *clock, int64_t wall_us)
{
    if (clock->options.local_epoch > 0 && zone_of(clock) == NULL)
        return (pl_moment){.us = wall_us,
                           .quality = PL_QUALITY_DERIVED,
                           .dated = true,
                           .epoch = clock->options.local_epoch};
    pl_moment moment = zoned(clock, wall_us, PL_QUALITY_EXACT);
    moment.dated = true;
    return moment;
}

pl_moment pl_clock_local(const pl_clock *clock, int64_t wall_us)
{
    pl_clock alone = *clock;
    alone.line_us = PL_TIME_NONE;
    return read_local(&alone, wall_us);
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
        return read_local(clock, local_us);
    pl_moment moment = stamped(clock, stamp, local_us, PL_QUALITY_EXACT);
    moment.dated = true;
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
        if (local_us == PL_TIME_NONE)
            continue;
        pl_moment moment = stamped(clock, stamp, local_us, PL_QUALITY_YEAR_ASSUMED);
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

/* Where between its first stamp and its last the epoch's zone has its clocks set. */
static void turn_epoch(const pl_clock *clock, pl_epoch *epoch)
{
    int64_t before_us = clock->first_us, after_us = clock->last_us;
    int64_t turned_us = zoned(clock, clock->base_us + after_us, PL_QUALITY_EXACT).us - after_us;
    if (turned_us == epoch->base_us || after_us <= before_us)
        return;
    while (after_us - before_us > 1) {
        int64_t us = before_us + (after_us - before_us) / 2;
        if (zoned(clock, clock->base_us + us, PL_QUALITY_EXACT).us - us == epoch->base_us)
            before_us = us;
        else
            after_us = us;
    }
    epoch->turn_us = after_us;
    epoch->turned_us = turned_us - epoch->base_us;
}

/* `base_us`: midnight of the epoch's first day on the wall; the zone is that known by now. */
static void date_epoch(pl_clock *clock, int64_t base_us, pl_quality quality)
{
    pl_epoch *epoch = current(clock);
    int64_t first_us = clock->first_us == PL_TIME_NONE ? 0 : clock->first_us;
    clock->line_us = PL_TIME_NONE;
    pl_moment first = zoned(clock, base_us + first_us, quality);
    clock->base_us = base_us;
    epoch->quality = first.quality;
    epoch->base_us = first.us - first_us;
    epoch->known = true;
    if (clock->first_us != PL_TIME_NONE)
        turn_epoch(clock, epoch);
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
    if (epoch->known && clock->of_day)
        return zoned(clock, clock->base_us + us, PL_QUALITY_DERIVED);
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
    if (out->us != PL_TIME_NONE && out->epoch == 0)
        clock->line_us = out->us;
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
        clock->zone = (pl_zone){.minutes = stamp.zone_minutes};
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
    clock->ended_us = clock->base_us + clock->last_us;
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
    clock->line_us = PL_TIME_NONE;
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
        int64_t gap_us = clock->ended_us - clock->first_us;
        date_epoch(clock, (gap_us + PL_US_PER_DAY - 1) / PL_US_PER_DAY * PL_US_PER_DAY,
                   PL_QUALITY_DATE_ASSUMED);
    } else if (clock->options.has_date) {
        date_epoch(clock, midnight(clock->options.date), PL_QUALITY_DATE_ASSUMED);
    }
}

int64_t pl_epochs_moment(const pl_epochs *epochs, int64_t us, uint32_t epoch)
{
    if (us == PL_TIME_NONE || epoch == 0)
        return us;
    const pl_epoch *item = &epochs->items[epoch - 1];
    if (!item->known)
        return PL_TIME_NONE;
    return item->base_us + us + (us >= item->turn_us ? item->turned_us : 0);
}
