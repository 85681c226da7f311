/* around.c - stamps above and below a line, and where sections begin. */
#include "match/matcher_inside.h"

#include <string.h>

void pl_matcher_keep_tail(pl_matcher *matcher)
{
    pl_buf *tail = &matcher->tail;
    pl_str text = pl_str_slice(matcher->text, matcher->section_off, SIZE_MAX);
    size_t fresh = text.len < tail->max ? text.len : tail->max;
    size_t old = tail->len < tail->max - fresh ? tail->len : tail->max - fresh;
    memmove(tail->ptr, tail->ptr + tail->len - old, old);
    pl_buf_cut(tail, old);
    pl_buf_append(tail, pl_str_slice(text, text.len - fresh, fresh));
}

void pl_matcher_note_stamp(pl_matcher *matcher, pl_moment moment)
{
    if (moment.us == PL_TIME_NONE)
        return;
    bool by_time =
        matcher->decoded->records != NULL || (matcher->has_sections && moment.epoch == 0);
    if (matcher->first.us == PL_TIME_NONE || (by_time && moment.us < matcher->first.us))
        matcher->first = moment;
    if (!by_time || moment.us > matcher->last.us) /* PL_TIME_NONE is before all */
        matcher->last = moment;
}

void pl_matcher_note_end(pl_matcher *matcher, pl_stamp_finder *find)
{
    pl_str region = pl_str_slice(matcher->text, matcher->whole_off, SIZE_MAX);
    pl_moment nearest = PL_MOMENT_NONE;
    size_t most_left = 0;
    for (size_t i = 0; i < matcher->reading_count; i++) {
        size_t budget = PL_LOOKBACK_BYTES;
        pl_shaped shaped;
        if (matcher->readings[i].follow_lines)
            continue;
        if (!find(&matcher->readings[i], region, &budget, &shaped) || budget < most_left)
            continue;
        most_left = budget;
        nearest = shaped.moment;
    }
    pl_matcher_note_stamp(matcher, nearest);
}

/* When it was above `off`, told by the lines since the last stamped candidate. */
static int64_t walk_to(const pl_matcher *matcher, pl_reading *reading, size_t off)
{
    size_t from = reading->walked_off;
    pl_str region = pl_str_slice(matcher->text, from, off > from ? off - from : 0);
    return pl_reading_walk(reading, region, reading->walked_us);
}

bool pl_matcher_shape(pl_matcher *matcher, pl_reading *reading, pl_str line, pl_shaped *shaped)
{
    pl_clock *clock = &reading->clock;
    if (reading->follow_lines)
        return pl_reading_shape(reading, line, shaped);
    size_t off = (size_t)(line.ptr - matcher->text.ptr);
    if (matcher->record != NULL)
        clock->line_us = PL_TIME_NONE;
    reading->walked_off = reading->next_off;
    reading->walked_us = clock->line_us;
    bool fits = pl_reading_shape(reading, line, shaped);
    if (fits && shaped->moment.wall == PL_WALL_TWICE && matcher->record == NULL) {
        clock->line_us = walk_to(matcher, reading, off);
        fits = pl_reading_shape(reading, line, shaped);
    }
    if (fits && shaped->stamped)
        reading->next_off = off + line.len;
    return fits;
}

void pl_matcher_begin_walk(pl_matcher *matcher)
{
    for (size_t i = 0; i < matcher->reading_count; i++)
        matcher->readings[i].next_off = matcher->whole_off;
}

void pl_matcher_end_walk(pl_matcher *matcher)
{
    pl_str region = pl_str_slice(matcher->text, matcher->whole_off, SIZE_MAX);
    for (size_t i = 0; i < matcher->reading_count; i++) {
        pl_reading *reading = &matcher->readings[i];
        size_t budget = PL_LOOKBACK_BYTES;
        pl_shaped last;
        if (reading->follow_lines || !pl_clock_is_set(&reading->clock) ||
            !pl_reading_last_time(reading, region, &budget, &last))
            continue;
        reading->walked_off = reading->next_off;
        reading->walked_us = reading->clock.line_us;
        reading->clock.line_us = last.moment.wall == PL_WALL_TWICE
                                     ? walk_to(matcher, reading, matcher->text.len)
                                     : last.moment.us;
    }
}

/* The reading that knows the stamps of this block best: the first that finds one. */
static pl_reading *stamp_reader(pl_matcher *matcher, pl_str region)
{
    for (size_t i = 0; i < matcher->reading_count; i++) {
        size_t budget = PL_LOOKBACK_BYTES;
        pl_shaped shaped;
        if (matcher->readings[i].follow_lines)
            return NULL; /* it sees every line */
        if (pl_reading_first_stamp(&matcher->readings[i], region, &budget, &shaped))
            return &matcher->readings[i];
    }
    return NULL;
}

void pl_matcher_look_for_gaps(pl_matcher *matcher, size_t to)
{
    const pl_gap_part part = {matcher->text, matcher->whole_off, to, matcher->summary.lines,
                              matcher->found->line_count};
    pl_reading *reading =
        to > part.from ? stamp_reader(matcher, pl_str_slice(part.text, part.from, to - part.from))
                       : NULL;
    if (reading != NULL)
        pl_gaps_look(&matcher->gaps, reading, &part);
}

static bool find_above(pl_matcher *matcher, pl_reading *reading, pl_str line, pl_stamp_finder *find,
                       pl_shaped *above)
{
    size_t budget = PL_LOOKBACK_BYTES;
    size_t line_off = (size_t)(line.ptr - matcher->text.ptr);
    pl_str before = pl_str_slice(matcher->text, matcher->whole_off, line_off - matcher->whole_off);
    if (find(reading, before, &budget, above))
        return true;
    return matcher->whole_off == 0 && before.len <= PL_LOOKBACK_BYTES &&
           find(reading, pl_buf_str(&matcher->tail), &budget, above);
}

bool pl_matcher_above(pl_matcher *matcher, pl_reading *reading, pl_str line, pl_stamp_finder *find,
                      pl_shaped *above)
{
    bool found = find_above(matcher, reading, line, find, above);
    if (!found || above->moment.wall != PL_WALL_TWICE || reading->follow_lines)
        return found;
    int64_t us = walk_to(matcher, reading, (size_t)(line.ptr - matcher->text.ptr));
    found = find_above(matcher, reading, line, find, above); /* its views ended with the walk */
    above->moment.us = us;
    return found;
}

/* The ends of the section above `line_off`, as far as it is in this block: by now its lines have
 * told the zone. */
static void note_section(pl_matcher *matcher, pl_reading *reading, size_t line_off)
{
    size_t budget = PL_LOOKBACK_BYTES;
    pl_str region = pl_str_slice(matcher->text, matcher->whole_off, line_off - matcher->whole_off);
    pl_shaped near;
    if (pl_reading_first_stamp(reading, region, &budget, &near))
        pl_matcher_note_stamp(matcher, near.moment);
    if (pl_matcher_above(matcher, reading, matcher->line, pl_reading_last_time, &near))
        pl_matcher_note_stamp(matcher, near.moment);
}

void pl_matcher_section(pl_matcher *matcher, pl_reading *reading)
{
    size_t line_off = (size_t)(matcher->line.ptr - matcher->text.ptr);
    if (!matcher->has_sections && matcher->block->no == 0)
        matcher->first = matcher->last = PL_MOMENT_NONE; /* read before any line told the zone */
    matcher->has_sections = true;
    if (!reading->follow_lines) {
        note_section(matcher, reading, line_off);
        pl_matcher_look_for_gaps(matcher, line_off);
    }
    pl_gaps_section(&matcher->gaps);
    reading->above = reading->before = PL_MOMENT_NONE;
    pl_map_clear(matcher->orders);
    pl_buf_clear(&matcher->tail);
    pl_clock_section(&reading->clock);
    reading->next_off = line_off;
    reading->walked_off = line_off;
    reading->walked_us = PL_TIME_NONE;
    matcher->order = PL_MOMENT_NONE;
    matcher->whole_off = matcher->section_off = line_off;
}

pl_status pl_matcher_borrow(pl_matcher *matcher, pl_reading *reading, pl_str line,
                            pl_shaped *shaped, pl_error *err)
{
    pl_shaped above;
    shaped->moment = reading->clock.anchor;
    if (!pl_matcher_above(matcher, reading, line, pl_reading_last_stamp, &above))
        return PL_OK;
    shaped->moment = above.moment;
    shaped->moment.dated = false;
    if (shaped->moment.quality > PL_QUALITY_DERIVED)
        shaped->moment.quality = PL_QUALITY_DERIVED;
    const struct {
        pl_str from, *to;
    } names[] = {{above.node, &shaped->node},
                 {above.cluster, &shaped->cluster},
                 {above.group, &shaped->group}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].to->ptr != NULL || names[i].from.ptr == NULL)
            continue;
        *names[i].to = pl_arena_copy(&matcher->line_arena, names[i].from);
        if (names[i].to->ptr == NULL)
            return pl_fail(err, PL_ERR_NOMEM, "no memory for a name");
    }
    return PL_OK;
}
