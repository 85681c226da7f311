/* reading.c - shapes, stamps above a line, and who is speaking. */
#include "match/reading.h"

#include <inttypes.h>
#include <string.h>

#include "decode/decode.h"
#include "match/unwrap.h"

void pl_name_set(pl_buf *name, pl_str value)
{
    if (value.len == 0 || value.len > PL_NAME_BYTES_MAX)
        return;
    pl_buf_clear(name);
    pl_decode_line(value, name);
}

static bool from_path(pl_reading *reading, const pl_provider *provider, pl_str capture, pl_buf *out)
{
    pl_captures captures;
    if (provider->kind != PL_FROM_PATH || out->len > 0)
        return true;
    if (pl_exec_match(reading->exec, &provider->path, reading->options->source_path, &captures))
        pl_name_set(out, pl_capture(&captures, capture));
    return pl_buf_status(out, NULL) == PL_OK;
}

void pl_reading_release(pl_reading *reading)
{
    pl_buf_release(&reading->path_node);
    pl_buf_release(&reading->path_cluster);
    pl_buf_release(&reading->context_node);
    pl_buf_release(&reading->context_cluster);
    pl_buf_release(&reading->context_group);
    pl_buf_release(&reading->context_speaker);
    pl_buf_release(&reading->above_node);
    pl_buf_release(&reading->above_cluster);
    pl_buf_release(&reading->above_group);
    pl_buf_release(&reading->scratch);
    pl_buf_release(&reading->zones);
    pl_memory_release(&reading->memory);
}

void pl_reading_finish(pl_reading *reading)
{
    pl_clock_finish(&reading->clock);
    pl_told_finish(&reading->told, &reading->clock);
}

bool pl_reading_allows(const pl_reading *reading, const pl_rule *rule)
{
    for (size_t i = 0; i < rule->when_count; i++) {
        pl_str said = pl_memory_get(&reading->memory, NULL, rule->whens[i].key);
        pl_str wanted = rule->whens[i].value;
        bool anything = pl_str_equal(wanted, PL_STR("*"));
        if (anything ? said.len == 0 : !pl_str_equal(said, wanted))
            return false;
    }
    return true;
}

bool pl_reading_tell(pl_reading *reading, const pl_captures *captures)
{
    pl_told *told = &reading->told;
    pl_str instant = pl_capture(captures, PL_STR("instant"));
    pl_str utc = pl_capture(captures, PL_STR("utc")), local = pl_capture(captures, PL_STR("local"));
    pl_told_since(told, pl_capture(captures, PL_STR("since")));
    if (utc.len > 0)
        return pl_told_read(told, &reading->clock, PL_TOLD_UTC, utc, instant);
    return local.len > 0 && pl_told_read(told, &reading->clock, PL_TOLD_LOCAL, local, instant);
}

void pl_describe_name(pl_buf *out, const char *what, pl_str name)
{
    pl_buf_appendf(out, "%s %zu ", what, name.len);
    pl_buf_append(out, name);
    pl_buf_append_char(out, '\n');
}

static bool needs_year(const pl_dialect *dialect)
{
    for (size_t i = 0; i < dialect->shape_count; i++)
        if (dialect->shapes[i].time == PL_TIME_YEARLESS)
            return true;
    return false;
}

static void describe_year(pl_reading *reading, pl_str text, pl_buf *out)
{
    pl_shaped shaped;
    size_t budget = PL_LOOKBACK_BYTES;
    int64_t us = reading->options->reference_us;
    if (pl_reading_first_stamp(reading, text, &budget, &shaped) &&
        shaped.moment.quality == PL_QUALITY_YEAR_ASSUMED)
        us = shaped.moment.us;
    if (us != PL_TIME_NONE)
        pl_buf_appendf(out, "year %d\n", pl_civil_of_us(us).year);
}

static bool has_weak(const pl_dialect *dialect)
{
    for (size_t i = 0; i < dialect->rule_count; i++)
        if (dialect->rules[i].weak)
            return true;
    return false;
}

void pl_reading_describe(pl_reading *reading, pl_str text, pl_buf *out)
{
    const pl_dialect *dialect = reading->dialect;
    pl_describe_name(out, "dialect", dialect->name);
    pl_buf_appendf(out, "text %016" PRIx64 "\n", dialect->text_hash);
    if (reading->options->asked && has_weak(dialect))
        pl_buf_append(out, PL_STR("asked\n"));
    pl_describe_name(out, "path node", pl_buf_str(&reading->path_node));
    pl_describe_name(out, "path cluster", pl_buf_str(&reading->path_cluster));
    if (needs_year(dialect) && !reading->options->clock.has_date)
        describe_year(reading, text, out);
}

/* The stamp around the line, where it says more than the line's own. */
static void take_wrapping(pl_reading *reading, pl_str stamp, pl_shaped *out)
{
    pl_moment around;
    if (stamp.ptr == NULL || !pl_clock_read(&reading->clock, PL_TIME_ABSOLUTE, stamp, &around))
        return;
    if (around.quality > out->moment.quality || out->moment.epoch > 0)
        out->moment = around;
    out->stamped = true;
}

bool pl_reading_shape(pl_reading *reading, pl_str line, pl_shaped *out)
{
    const pl_dialect *dialect = reading->dialect;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    pl_str around;
    line = pl_unwrap_line(dialect, reading->exec, line, &reading->scratch, &around);
    for (size_t i = 0; i < dialect->shape_count; i++) {
        const pl_shape *shape = &dialect->shapes[i];
        pl_captures captures;
        if (!pl_exec_match(reading->exec, &shape->regex, line, &captures))
            continue;
        *out = (pl_shaped){
            .line = line,
            .text = pl_capture(&captures, PL_STR("text")),
            .time = shape->time,
            .moment = PL_MOMENT_NONE,
            .node = pl_capture(&captures, PL_STR("node")),
            .cluster = pl_capture(&captures, PL_STR("cluster")),
            .group = pl_capture(&captures, PL_STR("group")),
        };
        out->stamped = pl_clock_read(&reading->clock, shape->time,
                                     pl_capture(&captures, PL_STR("ts")), &out->moment);
        take_wrapping(reading, around, out);
        return true;
    }
    return false;
}

/* Looking around must not move the clock, nor begin an epoch of it. */
static pl_clock hold_clock(pl_reading *reading)
{
    pl_clock clock = reading->clock;
    reading->clock.options.epochs = NULL;
    reading->clock.epoch = 0;
    return clock;
}

static bool is_relative(pl_time_kind kind)
{
    return kind == PL_TIME_OF_DAY || kind == PL_TIME_SINCE_BOOT;
}

/* Are its stamps relative, as far as its head shows? */
static bool has_relative_stamps(pl_reading *reading, pl_str head)
{
    pl_shaped shaped;
    bool any = false;
    for (size_t at = 0; at < head.len;) {
        size_t end = pl_str_find(head, PL_STR("\n"), at);
        end = end == SIZE_MAX ? head.len : end;
        bool fits = pl_reading_shape(reading, pl_str_slice(head, at, end - at), &shaped);
        if (fits && shaped.stamped && is_relative(shaped.time))
            return true;
        any |= fits && shaped.stamped;
        at = end + 1;
    }
    return !any;
}

/*
 * A dialect that knows dates as well as times of day, or seconds since boot, goes from line to line
 * only where the head of the source has such stamps.
 */
static bool follows_lines(pl_reading *reading, pl_str head)
{
    const pl_dialect *dialect = reading->dialect;
    size_t full = 0;
    for (size_t i = 0; i < dialect->shape_count; i++)
        full +=
            dialect->shapes[i].time != PL_TIME_UNSTAMPED && !is_relative(dialect->shapes[i].time);
    if (dialect->visit_lines || !dialect->follow_lines || full == 0 || head.len == 0)
        return dialect->follow_lines;
    pl_clock clock = hold_clock(reading);
    bool follows = has_relative_stamps(reading, pl_str_slice(head, 0, PL_LOOKBACK_BYTES));
    reading->clock = clock;
    return follows;
}

pl_status pl_reading_open(pl_reading *reading, const pl_dialect *dialect,
                          const pl_matcher_options *options, pl_exec *exec, pl_epochs *epochs,
                          pl_error *err)
{
    *reading = (pl_reading){.dialect = dialect,
                            .options = options,
                            .exec = exec,
                            .is_sure = options->asked,
                            .above = PL_MOMENT_NONE,
                            .before = PL_MOMENT_NONE};
    pl_buf *names[] = {
        &reading->path_node,       &reading->path_cluster,  &reading->context_node,
        &reading->context_cluster, &reading->context_group, &reading->above_node,
        &reading->above_cluster,   &reading->above_group,   &reading->context_speaker};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        pl_buf_init(names[i], 3 * PL_NAME_BYTES_MAX);
    pl_buf_init(&reading->scratch, PL_LINE_MAX + 1);
    pl_buf_init(&reading->zones, PL_NAMED_ZONES_BYTES_MAX + 2 * PL_NAME_BYTES_MAX);
    pl_clock_options clock = options->clock;
    clock.reference_us = options->reference_us;
    clock.epochs = epochs;
    if (dialect->two_clocks && epochs != NULL && epochs->count < PL_EPOCHS_MAX) {
        epochs->items[epochs->count++] = (pl_epoch){.order_us = PL_TIME_NONE};
        clock.local_epoch = (uint32_t)epochs->count;
    }
    reading->walked_us = PL_TIME_NONE;
    pl_clock_init(&reading->clock, &clock);
    pl_told_init(&reading->told);
    pl_memory_init(&reading->memory);
    bool fine = dialect->unwrap_count == 0 || pl_unwrap_room(&reading->scratch);
    for (size_t i = 0; fine && i < dialect->node_provider_count; i++)
        fine = from_path(reading, &dialect->node_providers[i], PL_STR("node"), &reading->path_node);
    for (size_t i = 0; fine && i < dialect->cluster_provider_count; i++)
        fine = from_path(reading, &dialect->cluster_providers[i], PL_STR("cluster"),
                         &reading->path_cluster);
    if (fine) {
        reading->follow_lines = follows_lines(reading, options->head);
        return PL_OK;
    }
    pl_reading_release(reading);
    return pl_fail(err, PL_ERR_NOMEM, "no memory for a reading");
}

static pl_status remember(pl_buf *buf, pl_str said, pl_error *err)
{
    pl_buf_clear(buf);
    pl_buf_append(buf, pl_str_slice(said, 0, PL_NAME_BYTES_MAX));
    return pl_buf_status(buf, err);
}

pl_status pl_reading_follow(pl_reading *reading, pl_shaped *shaped, pl_error *err)
{
    struct {
        pl_str *said;
        pl_buf *above;
    } names[] = {{&shaped->node, &reading->above_node},
                 {&shaped->cluster, &reading->above_cluster},
                 {&shaped->group, &reading->above_group}};
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < sizeof names / sizeof *names; i++) {
        if (shaped->stamped)
            status = remember(names[i].above, *names[i].said, err);
        else if (names[i].said->ptr == NULL && names[i].above->len > 0)
            *names[i].said = pl_buf_str(names[i].above);
    }
    if (shaped->stamped) {
        reading->before = reading->above;
        reading->above = shaped->moment;
        return status;
    }
    shaped->moment = reading->above;
    shaped->moment.dated = false;
    if (shaped->moment.quality > PL_QUALITY_DERIVED)
        shaped->moment.quality = PL_QUALITY_DERIVED;
    return status;
}

static bool last_stamp(pl_reading *reading, pl_str region, bool timed, size_t *budget,
                       pl_shaped *out)
{
    size_t end = region.len;
    if (end > 0 && region.ptr[end - 1] == '\n')
        end--;
    while (end > 0) {
        const char *before = memrchr(region.ptr, '\n', end);
        size_t start = before == NULL ? 0 : (size_t)(before - region.ptr) + 1;
        if (end - start + 1 > *budget)
            break;
        *budget -= end - start + 1;
        if (pl_reading_shape(reading, pl_str_slice(region, start, end - start), out) &&
            out->stamped && (!timed || out->moment.us != PL_TIME_NONE))
            return true;
        end = start == 0 ? 0 : start - 1;
    }
    return false;
}

bool pl_reading_last_stamp(pl_reading *reading, pl_str region, size_t *budget, pl_shaped *out)
{
    pl_clock clock = hold_clock(reading);
    bool found = last_stamp(reading, region, false, budget, out);
    reading->clock = clock;
    return found;
}

bool pl_reading_last_time(pl_reading *reading, pl_str region, size_t *budget, pl_shaped *out)
{
    pl_clock clock = hold_clock(reading);
    bool found = last_stamp(reading, region, true, budget, out);
    reading->clock = clock;
    return found;
}

static bool first_stamp(pl_reading *reading, pl_str region, size_t *budget, pl_shaped *out)
{
    for (size_t at = 0; at < region.len;) {
        const char *end = memchr(region.ptr + at, '\n', region.len - at);
        size_t next = end == NULL ? region.len : (size_t)(end - region.ptr);
        if (next - at + 1 > *budget)
            break;
        *budget -= next - at + 1;
        if (pl_reading_shape(reading, pl_str_slice(region, at, next - at), out) && out->stamped &&
            out->moment.us != PL_TIME_NONE)
            return true;
        at = next + 1;
    }
    return false;
}

bool pl_reading_first_stamp(pl_reading *reading, pl_str region, size_t *budget, pl_shaped *out)
{
    pl_clock clock = hold_clock(reading);
    bool found = first_stamp(reading, region, budget, out);
    reading->clock = clock;
    return found;
}

int64_t pl_reading_walk(pl_reading *reading, pl_str region, int64_t us)
{
    pl_clock clock = hold_clock(reading);
    pl_shaped shaped;
    reading->clock.line_us = us;
    for (size_t at = 0; at < region.len;) {
        size_t end = pl_str_find(region, PL_STR("\n"), at);
        end = end == SIZE_MAX ? region.len : end;
        pl_reading_shape(reading, pl_str_slice(region, at, end - at), &shaped);
        at = end + 1;
    }
    us = reading->clock.line_us;
    reading->clock = clock;
    return us;
}

pl_str pl_reading_writer(const pl_reading *reading, const pl_shaped *shaped)
{
    const pl_dialect *dialect = reading->dialect;
    pl_str option = reading->options->node;
    for (size_t i = 0; i < dialect->node_provider_count; i++) {
        pl_provider_kind kind = dialect->node_providers[i].kind;
        if (kind != PL_FROM_LINE && option.len > 0)
            continue;
        pl_str said = {0};
        if (kind == PL_FROM_LINE)
            said = shaped->node;
        else
            said =
                pl_buf_str(kind == PL_FROM_CONTEXT ? &reading->context_node : &reading->path_node);
        if (said.len > 0)
            return said;
    }
    return option.len > 0 ? option : pl_buf_str(&reading->context_speaker);
}

pl_str pl_reading_cluster(const pl_reading *reading, const pl_shaped *shaped)
{
    if (shaped->cluster.len > 0)
        return shaped->cluster;
    if (reading->options->cluster.len > 0)
        return reading->options->cluster;
    return pl_buf_str(reading->context_cluster.len > 0 ? &reading->context_cluster
                                                       : &reading->path_cluster);
}
