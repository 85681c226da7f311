/* told.c - pairs of the same instant, and the zone that follows from them. */
#include "match/told.h"

#include "base/stamp.h"
#include "io/hash.h"

#define MINUTE_US (60 * PL_US_PER_SECOND)
#define SLACK_US (2 * MINUTE_US) /* two clocks that show one instant differ by no more */
#define ZONE_MINUTES_MAX (14 * 60)
#define INSTANT_STEP 15 /* zones go by quarters of an hour; few do, so a guess goes by halves */
#define NEAREST_STEP 30

void pl_told_init(pl_told *told)
{
    *told = (pl_told){.since_us = PL_TIME_NONE,
                      .begin = PL_MOMENT_NONE,
                      .moment = PL_MOMENT_NONE,
                      .first_us = {PL_TIME_NONE, PL_TIME_NONE},
                      .last_us = PL_TIME_NONE};
}

void pl_told_since(pl_told *told, pl_str stamp)
{
    pl_stamp parsed;
    if (pl_stamp_parse(stamp, &parsed) && parsed.form == PL_STAMP_FULL)
        told->since_us = pl_civil_to_us(parsed.civil);
}

/* The zone that makes `local_us` the moment `utc_us`, in steps of so many minutes. */
static bool zone_between(int64_t local_us, int64_t utc_us, int step, int *minutes)
{
    int64_t off_us = local_us - utc_us, step_us = step * MINUTE_US;
    if (off_us < -(ZONE_MINUTES_MAX + 2) * MINUTE_US || off_us > (ZONE_MINUTES_MAX + 2) * MINUTE_US)
        return false;
    int64_t half_us = off_us < 0 ? -step_us / 2 : step_us / 2;
    int64_t rounded_us = (off_us + half_us) / step_us * step_us;
    if (off_us - rounded_us > SLACK_US || rounded_us - off_us > SLACK_US)
        return false;
    *minutes = (int)(rounded_us / MINUTE_US);
    return true;
}

static void see(pl_told *told, pl_told_clock which, int64_t us)
{
    if (told->first_us[which] == PL_TIME_NONE || us < told->first_us[which])
        told->first_us[which] = us;
    if (which == PL_TOLD_UTC && us > told->last_us) /* PL_TIME_NONE is before all */
        told->last_us = us;
}

/* Remembers the instant, and looks whether the other clock has shown it. */
static void pair(pl_told *told, pl_told_clock which, int64_t us, pl_str instant)
{
    uint64_t key = pl_hash64(instant);
    for (size_t i = 0; !told->paired && i < told->instant_count; i++) {
        const struct pl_instant *other = &told->instants[i];
        bool is_local = which == PL_TOLD_LOCAL;
        if (other->key == key && other->clock != which)
            told->paired = zone_between(is_local ? us : other->us, is_local ? other->us : us,
                                        INSTANT_STEP, &told->zone_minutes);
    }
    if (told->instant_count < PL_TOLD_MAX)
        told->instants[told->instant_count++] = (struct pl_instant){key, us, which};
}

static pl_moment moment_of(const pl_clock *clock, pl_told_clock which, int64_t us)
{
    pl_moment moment = {.us = us, .quality = PL_QUALITY_EXACT, .told = true};
    if (us == PL_TIME_NONE)
        return PL_MOMENT_NONE;
    if (which == PL_TOLD_UTC)
        return moment;
    moment = pl_clock_local(clock, us);
    moment.told = true;
    return moment;
}

bool pl_told_read(pl_told *told, const pl_clock *clock, pl_told_clock which, pl_str text,
                  pl_str instant)
{
    pl_stamp stamp;
    int64_t us = PL_TIME_NONE, lasted_us = 0;
    if (pl_stamp_parse(text, &stamp) && stamp.form == PL_STAMP_FULL) {
        us = pl_civil_to_us(stamp.civil);
        told->since_us = us;
    } else if (told->since_us != PL_TIME_NONE && pl_elapsed_parse(text, &lasted_us)) {
        us = told->since_us + lasted_us;
    }
    if (us == PL_TIME_NONE || us < PL_US_PER_DAY * 366)
        return false;
    told->begin = moment_of(clock, which, told->since_us);
    told->moment = moment_of(clock, which, us);
    told->moment.dated = lasted_us == 0;
    see(told, which, told->since_us);
    see(told, which, us);
    if (instant.len > 0)
        pair(told, which, told->since_us, instant);
    return true;
}

void pl_told_see(pl_told *told, const pl_clock *clock, const pl_moment *stamp)
{
    if (stamp->epoch > 0 && stamp->epoch == clock->options.local_epoch)
        see(told, PL_TOLD_LOCAL, stamp->us);
}

void pl_told_finish(const pl_told *told, pl_clock *clock)
{
    int minutes = told->zone_minutes;
    const int64_t *first_us = told->first_us;
    bool known = told->paired;
    if (!known && first_us[PL_TOLD_UTC] != PL_TIME_NONE && first_us[PL_TOLD_LOCAL] != PL_TIME_NONE)
        known =
            zone_between(first_us[PL_TOLD_LOCAL], first_us[PL_TOLD_UTC], NEAREST_STEP, &minutes);
    pl_clock_settle_local(clock, known, minutes);
}
