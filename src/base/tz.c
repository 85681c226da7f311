/* tz.c - the bytes of a zone file, and both ways between the wall and UTC. */
#include "base/tz.h"

#include <stdbool.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "base/tz_rule.h"

#define HEADER_BYTES ((size_t)44)
#define TYPE_BYTES ((size_t)6)
#define OFFSET_MAX_S (26 * 3600) /* no zone is off by more (RFC 8536, section 3.2) */

struct change {
    int64_t at_s;
    int32_t offset_s;
};

struct pl_tz {
    int32_t first_s;        /* before all changes */
    struct change *changes; /* owned; at_s increases */
    size_t count;
    bool has_rule; /* after all changes */
    pl_tz_rule rule;
};

struct header {
    char version;
    uint32_t is_ut, is_standard, leaps, times, types, letters;
};

static uint32_t read_u32(const char *at)
{
    const unsigned char *bytes = (const unsigned char *)at;
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int64_t read_time(const char *at, size_t width)
{
    uint64_t high = read_u32(at);
    return width == 4 ? (int32_t)high : (int64_t)(high << 32 | read_u32(at + 4));
}

static bool take_header(pl_str *rest, struct header *out)
{
    if (rest->len < HEADER_BYTES || !pl_str_starts(*rest, PL_STR("TZif")))
        return false;
    const char *counts = rest->ptr + 20;
    *out = (struct header){
        .version = rest->ptr[4],
        .is_ut = read_u32(counts),
        .is_standard = read_u32(counts + 4),
        .leaps = read_u32(counts + 8),
        .times = read_u32(counts + 12),
        .types = read_u32(counts + 16),
        .letters = read_u32(counts + 20),
    };
    *rest = pl_str_slice(*rest, HEADER_BYTES, SIZE_MAX);
    return true;
}

/* The block behind a header, whose times have `width` bytes; .ptr NULL: it is cut. */
static pl_str take_data(pl_str *rest, const struct header *header, size_t width)
{
    uint64_t bytes = (uint64_t)header->times * (width + 1) + header->types * UINT64_C(6) +
                     header->letters + header->leaps * (uint64_t)(width + 4) + header->is_standard +
                     header->is_ut;
    if (bytes > rest->len)
        return (pl_str){0};
    pl_str data = pl_str_slice(*rest, 0, (size_t)bytes);
    *rest = pl_str_slice(*rest, (size_t)bytes, SIZE_MAX);
    return data;
}

static bool read_offset(const char *types, size_t type, int32_t *out)
{
    int32_t offset_s = (int32_t)read_u32(types + type * TYPE_BYTES);
    *out = offset_s;
    return offset_s > -OFFSET_MAX_S && offset_s < OFFSET_MAX_S;
}

/* False: it contradicts itself. */
static bool read_changes(pl_tz *tz, const struct header *header, const char *data, size_t width)
{
    const char *indexes = data + header->times * width, *types = indexes + header->times;
    if (header->types == 0 || !read_offset(types, 0, &tz->first_s))
        return false;
    for (size_t i = 0; i < header->times; i++) {
        struct change *change = &tz->changes[i];
        size_t type = (unsigned char)indexes[i];
        change->at_s = read_time(data + i * width, width);
        if (type >= header->types || !read_offset(types, type, &change->offset_s) ||
            (i > 0 && change->at_s <= tz->changes[i - 1].at_s))
            return false;
    }
    tz->count = header->times;
    return true;
}

/* "\nCET-1CEST,M3.5.0,M10.5.0/3\n"; nothing between the line ends: no rule. */
static bool read_rule(pl_tz *tz, pl_str rest)
{
    size_t end =
        rest.len > 0 && rest.ptr[0] == '\n' ? pl_str_find(rest, PL_STR("\n"), 1) : SIZE_MAX;
    if (end == SIZE_MAX)
        return false;
    tz->has_rule = end > 1;
    return !tz->has_rule || pl_tz_rule_parse(pl_str_slice(rest, 1, end - 1), &tz->rule);
}

static pl_status read_file(pl_tz *tz, pl_str rest, pl_error *err)
{
    struct header header;
    size_t width = 4;
    if (!take_header(&rest, &header))
        return pl_fail(err, PL_ERR_FORMAT, "not a zone file");
    pl_str data = take_data(&rest, &header, width);
    if (data.ptr != NULL && header.version != '\0') { /* the same follows, with times of 8 bytes */
        width = 8;
        data = take_header(&rest, &header) ? take_data(&rest, &header, width) : (pl_str){0};
    }
    if (data.ptr == NULL)
        return pl_fail(err, PL_ERR_FORMAT, "the zone file is cut");
    if (header.leaps > 0)
        return pl_fail(err, PL_ERR_FORMAT, "the zone file counts leap seconds");
    tz->changes = pl_alloc(header.times + (size_t)1, sizeof *tz->changes);
    if (tz->changes == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a zone");
    if (!read_changes(tz, &header, data.ptr, width) || (width == 8 && !read_rule(tz, rest)))
        return pl_fail(err, PL_ERR_FORMAT, "the zone file is damaged");
    return PL_OK;
}

pl_status pl_tz_new(pl_str bytes, pl_tz **out, pl_error *err)
{
    if (bytes.len > PL_TZ_BYTES_MAX)
        return pl_fail(err, PL_ERR_FORMAT, "over %zu KiB are no zone file", PL_TZ_BYTES_MAX >> 10);
    pl_tz *tz = pl_alloc(1, sizeof *tz);
    if (tz == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a zone");
    pl_status status = read_file(tz, bytes, err);
    if (status != PL_OK) {
        pl_tz_free(tz);
        return status;
    }
    *out = tz;
    return PL_OK;
}

void pl_tz_free(pl_tz *tz)
{
    if (tz == NULL)
        return;
    pl_release(tz->changes);
    pl_release(tz);
}

int32_t pl_tz_offset(const pl_tz *tz, int64_t utc_s)
{
    size_t low = 0, high = tz->count; /* changes[low - 1] is at or before it */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tz->changes[middle].at_s <= utc_s)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == tz->count && tz->has_rule)
        return pl_tz_rule_offset(&tz->rule, utc_s);
    return low == 0 ? tz->first_s : tz->changes[low - 1].offset_s;
}

static int64_t floor_seconds(int64_t us)
{
    return us / PL_US_PER_SECOND - (us % PL_US_PER_SECOND < 0);
}

static int64_t later(int64_t us, int32_t seconds)
{
    return us + seconds * PL_US_PER_SECOND;
}

/*
 * A change is seen from a day and more on both sides of it, further than any zone is off; two
 * changes within two days are not told apart, and no zone has had them since 1970.
 */
pl_wall pl_tz_moments(const pl_tz *tz, int64_t wall_us, int64_t *first_us, int64_t *second_us)
{
    int64_t wall_s = floor_seconds(wall_us);
    int32_t before_s = pl_tz_offset(tz, wall_s - OFFSET_MAX_S);
    int32_t after_s = pl_tz_offset(tz, wall_s + OFFSET_MAX_S);
    bool is_before = pl_tz_offset(tz, wall_s - before_s) == before_s;
    bool is_after = pl_tz_offset(tz, wall_s - after_s) == after_s;
    *first_us = *second_us = later(wall_us, -(is_after && !is_before ? after_s : before_s));
    if (before_s == after_s || is_before != is_after)
        return PL_WALL_ONCE;
    if (!is_before)
        return PL_WALL_NEVER;
    *first_us = later(wall_us, -(before_s > after_s ? before_s : after_s));
    *second_us = later(wall_us, -(before_s > after_s ? after_s : before_s));
    return PL_WALL_TWICE;
}
