/* fuzz_tz.c - whatever is read as a zone file gives offsets of at most a day and two hours, and
 * moments that show what the wall does. */
#include "base/tz.h"

#include "base/civil.h"
#include "base/tz_rule.h"

#include "fuzz.h"

#define OFFSET_MAX_S (26 * 3600)

static void check_wall(const pl_tz *tz, int64_t wall_us)
{
    int64_t first_us = 0, second_us = 0;
    pl_wall kind = pl_tz_moments(tz, wall_us, &first_us, &second_us);
    int64_t first_s = first_us / PL_US_PER_SECOND, second_s = second_us / PL_US_PER_SECOND;
    PROMISE((kind == PL_WALL_TWICE) == (first_us < second_us));
    PROMISE(kind == PL_WALL_TWICE || first_us == second_us);
    PROMISE(first_us - wall_us < OFFSET_MAX_S * PL_US_PER_SECOND);
    PROMISE(wall_us - first_us < OFFSET_MAX_S * PL_US_PER_SECOND);
    if (kind != PL_WALL_TWICE)
        return;
    PROMISE(first_us + pl_tz_offset(tz, first_s) * PL_US_PER_SECOND == wall_us);
    PROMISE(second_us + pl_tz_offset(tz, second_s) * PL_US_PER_SECOND == wall_us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pl_str bytes = fuzz_bytes(data, size);
    pl_tz_rule rule;
    pl_tz *tz = NULL;
    if (pl_tz_rule_parse(bytes, &rule))
        for (int64_t at_s = 0; at_s < INT64_C(4000000000); at_s += 12345678) {
            int32_t offset_s = pl_tz_rule_offset(&rule, at_s);
            PROMISE(offset_s == rule.standard_s || (rule.has_summer && offset_s == rule.summer_s));
        }
    if (pl_tz_new(bytes, &tz, NULL) != PL_OK)
        return 0;
    for (int64_t at_s = 31536000; at_s < INT64_C(4000000000); at_s += 1234567)
        check_wall(tz, at_s * PL_US_PER_SECOND);
    pl_tz_free(tz);
    return 0;
}
