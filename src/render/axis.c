/* axis.c - the smallest round step whose labels have room. */
#include "base/civil.h"
#include "render/lanes.h"

#define MINUTE (60 * PL_US_PER_SECOND)
#define HOUR (60 * MINUTE)
/* Weeks begin on a Monday; 1970-01-01 was a Thursday. */
#define WEEK (7 * PL_US_PER_DAY)
#define FIRST_MONDAY (4 * PL_US_PER_DAY)
/* Beyond this length columns are counted in coarser units, so that nothing overflows. */
#define FINE_LENGTH_MAX (INT64_MAX / 1024)

static const int64_t steps[] = {
    1,
    10,
    100,
    1000,
    2000,
    5000,
    10000,
    20000,
    50000,
    100000,
    200000,
    500000,
    PL_US_PER_SECOND,
    2 * PL_US_PER_SECOND,
    5 * PL_US_PER_SECOND,
    10 * PL_US_PER_SECOND,
    15 * PL_US_PER_SECOND,
    30 * PL_US_PER_SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    PL_US_PER_DAY,
    2 * PL_US_PER_DAY,
    WEEK,
    2 * WEEK,
    4 * WEEK,
    13 * WEEK,
    52 * WEEK,
    520 * WEEK,
    5200 * WEEK,
    52000 * WEEK,
};

static size_t label_columns(int64_t step_us)
{
    if (step_us >= WEEK)
        return 10; /* 2026-05-01 */
    if (step_us >= MINUTE)
        return 5; /* 05-01, 12:30 */
    if (step_us >= PL_US_PER_SECOND)
        return 8;
    return step_us >= 1000 ? 12 : 15;
}

/* Columns that lie in `step_us`; 0 when less than one. */
static size_t step_columns(const pl_axis *axis, int64_t step_us)
{
    int64_t length_us = axis->to_us - axis->from_us;
    if (step_us >= length_us)
        return axis->columns;
    if (length_us > FINE_LENGTH_MAX) {
        length_us /= 1024;
        step_us /= 1024;
    }
    return (size_t)(step_us * (int64_t)axis->columns / length_us);
}

pl_axis pl_axis_new(int64_t from_us, int64_t to_us, size_t columns)
{
    pl_axis axis = {.from_us = from_us, .to_us = to_us, .columns = columns};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        axis.step_us = steps[i];
        if (step_columns(&axis, steps[i]) >= label_columns(steps[i]) + 3)
            break;
    }
    return axis;
}

size_t pl_axis_column(const pl_axis *axis, int64_t us)
{
    int64_t length_us = axis->to_us - axis->from_us, at_us = us - axis->from_us;
    if (length_us > FINE_LENGTH_MAX) {
        length_us /= 1024;
        at_us /= 1024;
    }
    size_t column = (size_t)(at_us * (int64_t)axis->columns / length_us);
    return column < axis->columns ? column : axis->columns - 1;
}

int64_t pl_axis_tick(const pl_axis *axis, int64_t us)
{
    int64_t origin_us = axis->step_us >= WEEK ? FIRST_MONDAY : 0;
    int64_t past_us = (us - origin_us) % axis->step_us;
    if (past_us < 0)
        past_us += axis->step_us;
    int64_t wait_us = past_us == 0 ? 0 : axis->step_us - past_us;
    return wait_us > axis->to_us - us ? INT64_MAX : us + wait_us;
}

void pl_axis_append_label(const pl_axis *axis, int64_t tick_us, pl_buf *buf)
{
    pl_civil at = pl_civil_of_us(tick_us);
    bool is_midnight = at.hour == 0 && at.minute == 0 && at.second == 0 && at.us == 0;
    if (axis->step_us >= WEEK)
        pl_buf_appendf(buf, "%04d-%02d-%02d", at.year, at.month, at.day);
    else if (is_midnight)
        pl_buf_appendf(buf, "%02d-%02d", at.month, at.day);
    else if (axis->step_us >= MINUTE)
        pl_buf_appendf(buf, "%02d:%02d", at.hour, at.minute);
    else
        pl_buf_appendf(buf, "%02d:%02d:%02d", at.hour, at.minute, at.second);
    if (axis->step_us >= PL_US_PER_SECOND || is_midnight)
        return;
    if (axis->step_us >= 1000)
        pl_buf_appendf(buf, ".%03d", at.us / 1000);
    else
        pl_buf_appendf(buf, ".%06d", at.us);
}
