/* matcher.c - candidates in, events out, in the order of the source. */
#include "match/matcher.h"

#include <string.h>

#include "base/alloc.h"
#include "decode/decode.h"
#include "io/hash.h"
#include "match/effects.h"
#include "match/matcher_inside.h"

/* A rule and the literals of which a line must hold one for it. */
struct ref {
    uint32_t literals[PL_LITERALS_MAX]; /* indices in literals */
    size_t literal_count;               /* 0: any line will do */
    size_t reading;
    const pl_rule *rule;
};

static bool add_literal(pl_matcher *matcher, pl_str literal, uint32_t *index)
{
    for (size_t i = 0; i < matcher->literal_count; i++)
        if (pl_str_equal(matcher->literals[i], literal)) {
            *index = (uint32_t)i;
            return true;
        }
    if (!pl_grow(&matcher->literals, &matcher->literal_room, matcher->literal_count + 1,
                 sizeof(pl_str)))
        return false;
    *index = (uint32_t)matcher->literal_count;
    matcher->literals[matcher->literal_count++] = literal;
    return true;
}

static bool add_refs(pl_matcher *matcher, size_t reading)
{
    const pl_dialect *dialect = matcher->readings[reading].dialect;
    matcher->every_line |= matcher->readings[reading].follow_lines;
    for (size_t i = 0; i < dialect->rule_count; i++) {
        const pl_rule *rule = &dialect->rules[i];
        struct ref ref = {.reading = reading, .rule = rule};
        if (rule->literal.len > 0 &&
            !add_literal(matcher, rule->literal, &ref.literals[ref.literal_count++]))
            return false;
        for (size_t k = 0; k < rule->more_count; k++)
            if (!add_literal(matcher, rule->more_literals[k], &ref.literals[ref.literal_count++]))
                return false;
        if (!pl_grow(&matcher->refs, &matcher->ref_room, matcher->ref_count + 1,
                     sizeof(struct ref)))
            return false;
        matcher->refs[matcher->ref_count++] = ref;
    }
    return true;
}

static pl_status open_readings(pl_matcher *matcher, pl_error *err)
{
    const pl_dialect_set *set = matcher->options.set;
    matcher->readings = pl_alloc(set->count + 1, sizeof *matcher->readings);
    if (matcher->readings == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a matcher");
    for (size_t i = 0; i < set->count; i++) {
        if ((matcher->options.mask >> i & 1) == 0)
            continue;
        pl_status status =
            pl_reading_open(&matcher->readings[matcher->reading_count], set->items[i],
                            &matcher->options, matcher->shapes, &matcher->epochs, err);
        if (status != PL_OK)
            return status;
        matcher->reading_count++;
        if (!add_refs(matcher, matcher->reading_count - 1))
            return pl_fail(err, PL_ERR_NOMEM, "no memory for rules");
    }
    return PL_OK;
}

pl_status pl_matcher_new(const pl_matcher_options *options, pl_matcher **out, pl_error *err)
{
    pl_matcher *matcher = pl_alloc(1, sizeof *matcher);
    if (matcher == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a matcher");
    matcher->options = *options;
    matcher->order = matcher->first_order = PL_MOMENT_NONE;
    matcher->first = matcher->last = PL_MOMENT_NONE;
    pl_gaps_init(&matcher->gaps);
    pl_arena_init(&matcher->line_arena);
    pl_buf_init(&matcher->tail, PL_LOOKBACK_BYTES + 1);
    pl_buf_init(&matcher->line_text, 4 * PL_LINE_MAX);
    pl_buf_init(&matcher->node, PL_LINE_MAX);
    pl_buf_init(&matcher->speaker, PL_LINE_MAX);
    pl_buf_init(&matcher->cluster, PL_LINE_MAX);
    pl_buf_init(&matcher->writer, PL_LINE_MAX);
    pl_claims_init(&matcher->claims[0]);
    pl_claims_init(&matcher->claims[1]);
    matcher->orders = pl_map_new();
    pl_status status = matcher->orders == NULL ? pl_fail(err, PL_ERR_NOMEM, "no memory for nodes")
                                               : pl_exec_new(&matcher->shapes, err);
    if (status == PL_OK)
        status = pl_exec_new(&matcher->rules, err);
    if (status == PL_OK)
        status = open_readings(matcher, err);
    if (status != PL_OK) {
        pl_matcher_free(matcher);
        return status;
    }
    *out = matcher;
    return PL_OK;
}

void pl_matcher_free(pl_matcher *matcher)
{
    if (matcher == NULL)
        return;
    for (size_t i = 0; i < matcher->reading_count; i++)
        pl_reading_release(&matcher->readings[i]);
    pl_release(matcher->readings);
    pl_release(matcher->literals);
    pl_release(matcher->refs);
    pl_release(matcher->queue);
    pl_map_free(matcher->orders);
    pl_exec_free(matcher->shapes);
    pl_exec_free(matcher->rules);
    pl_arena_release(&matcher->line_arena);
    pl_buf_release(&matcher->tail);
    pl_buf_release(&matcher->line_text);
    pl_buf_release(&matcher->node);
    pl_buf_release(&matcher->speaker);
    pl_buf_release(&matcher->cluster);
    pl_buf_release(&matcher->writer);
    pl_claims_release(&matcher->claims[0]);
    pl_claims_release(&matcher->claims[1]);
    pl_release(matcher);
}

const pl_str *pl_matcher_literals(const pl_matcher *matcher, size_t *count, bool *every_line)
{
    *count = matcher->literal_count;
    *every_line = matcher->every_line;
    return matcher->literals;
}

void pl_matcher_describe(pl_matcher *matcher, pl_str text, pl_buf *out)
{
    pl_describe_name(out, "node", matcher->options.node);
    pl_describe_name(out, "cluster", matcher->options.cluster);
    const pl_clock_options *clock = &matcher->options.clock;
    if (clock->has_zone)
        pl_zone_describe(&clock->zone, out);
    if (clock->has_date)
        pl_buf_appendf(out, "date %d-%d-%d\n", clock->date.year, clock->date.month,
                       clock->date.day);
    for (size_t i = 0; i < matcher->reading_count; i++)
        pl_reading_describe(&matcher->readings[i], text, out);
}

void pl_matcher_describe_zones(const pl_matcher *matcher, pl_buf *out)
{
    for (size_t i = 0; i < matcher->reading_count; i++)
        pl_buf_append(out, pl_buf_str(&matcher->readings[i].zones));
}

pl_status pl_matcher_block(pl_matcher *matcher, const pl_block *block, const pl_text *text,
                           const pl_scan_result *found, pl_error *err)
{
    matcher->block = block;
    matcher->decoded = text;
    matcher->text = text->str;
    matcher->found = found;
    matcher->next_candidate = 0;
    matcher->cursor = (pl_line_cursor){0};
    matcher->whole_off = matcher->section_off = 0;
    if (text->records != NULL) {
        pl_matcher_note_stamp(matcher, (pl_moment){.us = text->first_us});
        pl_matcher_note_stamp(matcher, (pl_moment){.us = text->last_us});
        return pl_buf_status(&matcher->tail, err);
    }
    if (block->open_start) {
        size_t end = pl_str_find(text->str, PL_STR("\n"), 0);
        matcher->whole_off = end == SIZE_MAX ? text->str.len : end + 1;
    }
    pl_matcher_begin_walk(matcher);
    if (matcher->first.us == PL_TIME_NONE)
        pl_matcher_note_end(matcher, pl_reading_first_stamp);
    return pl_buf_status(&matcher->tail, err);
}

static void remember_first(pl_buf *first, pl_str name)
{
    if (first->len == 0)
        pl_decode_line(name, first);
}

/* Who says of whom the line is, whoever is believed. */
static pl_status note_claims(pl_matcher *matcher, const pl_reading *reading,
                             const pl_shaped *shaped, pl_error *err)
{
    const pl_matcher_options *options = &matcher->options;
    const pl_str claimed[2][PL_CLAIMANTS] = {
        {options->node, shaped->node, pl_buf_str(&reading->context_node),
         pl_buf_str(&reading->path_node)},
        {options->cluster, shaped->cluster, pl_buf_str(&reading->context_cluster),
         pl_buf_str(&reading->path_cluster)},
    };
    for (size_t i = 0; i < 2; i++)
        for (size_t by = 0; by < PL_CLAIMANTS; by++)
            if (!pl_claim(&matcher->claims[i], (pl_claimant)by, claimed[i][by]))
                return pl_fail(err, PL_ERR_NOMEM, "no memory for a name");
    return PL_OK;
}

static void note_writer(pl_matcher *matcher, pl_str writer)
{
    if (matcher->writer.len > 0 && writer.len > 0)
        matcher->many_writers |= !pl_str_equal_nocase(pl_buf_str(&matcher->writer), writer);
    remember_first(&matcher->writer, writer);
}

/* A copy of a shape's views that survives the next call on the reading. */
static pl_status own_shaped(pl_matcher *matcher, pl_shaped *shaped, pl_error *err)
{
    pl_str line = pl_arena_copy(&matcher->line_arena, shaped->line);
    pl_str *views[] = {&shaped->text, &shaped->node, &shaped->cluster, &shaped->group};
    if (line.ptr == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a line");
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if (views[i]->ptr != NULL)
            views[i]->ptr = line.ptr + (views[i]->ptr - shaped->line.ptr);
    shaped->line = line;
    return PL_OK;
}

/* Whose events keep the order of the file: a node's, of one epoch. */
static pl_str order_key(pl_matcher *matcher, const pl_event *event)
{
    bool of_node = !event->whole_cluster && (event->model == NULL || !event->model->serial);
    pl_str name = of_node ? event->node : PL_STR("");
    if (event->moment.epoch == 0)
        return name;
    pl_buf_clear(&matcher->line_text);
    pl_buf_appendf(&matcher->line_text, "%u\n", event->moment.epoch);
    pl_buf_append(&matcher->line_text, name);
    return pl_buf_str(&matcher->line_text);
}

/* Where an epoch stands among the others, told by the event before its first. */
static void place_epoch(pl_matcher *matcher, uint32_t at)
{
    pl_epoch *epoch = &matcher->epochs.items[at - 1];
    if (!epoch->placed && matcher->order.epoch < at) {
        epoch->order_us = matcher->order.us;
        epoch->order_epoch = matcher->order.epoch;
    }
    epoch->placed = true;
}

/*
 * Its place among the events of other sources.  Within a source the order of the file wins over the
 * clock, for each node by itself: a clock that was set back must not shuffle what one node did, and
 * the logs of several nodes in one file must not push each other.
 */
static pl_status take_order(pl_matcher *matcher, const pl_event *event, pl_error *err)
{
    const pl_moment *now = &event->moment;
    if (now->us == PL_TIME_NONE)
        return PL_OK;
    if (now->epoch > 0)
        place_epoch(matcher, now->epoch);
    if (now->told) {
        matcher->order = *now;
        return PL_OK;
    }
    int64_t *newest = pl_map_at(matcher->orders, order_key(matcher, event));
    if (newest == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a node");
    /* 1970 is no date: 0 is no moment.  Records know their time better than their order. */
    if (*newest == 0 || now->us > *newest || matcher->decoded->records != NULL)
        *newest = now->us;
    matcher->order = (pl_moment){.us = *newest, .epoch = now->epoch};
    return PL_OK;
}

static pl_status set_order(pl_matcher *matcher, pl_event *event, pl_error *err)
{
    pl_status status = take_order(matcher, event, err);
    const pl_moment *order = &matcher->order;
    if (order->us == PL_TIME_NONE)
        matcher->is_headless = true;
    else if (matcher->first_order.us == PL_TIME_NONE)
        matcher->first_order = *order;
    event->order_us = order->us;
    event->order_epoch = order->epoch;
    return status;
}

static pl_status push(pl_matcher *matcher, const pl_event *event, pl_error *err)
{
    if (!pl_grow(&matcher->queue, &matcher->queue_room, matcher->queued + 1, sizeof *event))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for events");
    matcher->queue[matcher->queued] = *event;
    matcher->queue[matcher->queued++].sub = event->is_alias ? 0 : matcher->subs++;
    return PL_OK;
}

/* Names and captures live in buffers that the next line overwrites, and may hold bytes that are no
 * UTF-8. */
static pl_status own_text(pl_matcher *matcher, pl_str *view, pl_error *err)
{
    pl_buf *text = &matcher->line_text;
    if (view->ptr == NULL)
        return PL_OK;
    pl_buf_clear(text);
    pl_decode_line(*view, text);
    pl_status status = pl_buf_status(text, err);
    if (status != PL_OK)
        return status;
    *view = pl_arena_copy(&matcher->line_arena, pl_buf_str(text));
    return view->ptr == NULL ? pl_fail(err, PL_ERR_NOMEM, "no memory for a name") : PL_OK;
}

static pl_status own_names(pl_matcher *matcher, pl_event *event, pl_error *err)
{
    pl_str *views[] = {&event->node, &event->witness, &event->cluster, &event->code,
                       &event->pair_key};
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < sizeof views / sizeof *views; i++)
        status = own_text(matcher, views[i], err);
    return status;
}

/* Names of one node: those that the rule captured, and the writer's where it captured only one. */
static pl_status push_aliases(pl_matcher *matcher, const pl_hit *hit, const pl_event *line,
                              pl_error *err)
{
    const pl_regex *regex = hit->captures->regex;
    pl_event alias = *line;
    alias.is_alias = true;
    alias.cluster = pl_reading_cluster(hit->reading, hit->shaped);
    pl_status status = PL_OK;
    size_t pushed = matcher->queued;
    for (uint32_t i = 0; status == PL_OK && i < regex->name_count; i++) {
        pl_str name = hit->captures->groups[regex->names[i].group];
        if (name.len == 0)
            continue;
        alias.witness = name;
        pl_event owned = alias;
        if (alias.node.len > 0 && (status = own_names(matcher, &owned, err)) == PL_OK)
            status = push(matcher, &owned, err);
        alias.node = alias.node.len > 0 ? alias.node : name;
    }
    alias.witness = pl_reading_writer(hit->reading, hit->shaped);
    if (status != PL_OK || matcher->queued > pushed || alias.node.len == 0 ||
        alias.witness.len == 0)
        return status;
    status = own_names(matcher, &alias, err);
    return status == PL_OK ? push(matcher, &alias, err) : status;
}

/* The last stamped line above a boot: there the hole begins. */
static pl_moment before_boot(pl_matcher *matcher, pl_reading *reading, pl_str line,
                             const pl_shaped *shaped)
{
    pl_shaped above;
    int64_t above_us = matcher->record != NULL ? matcher->record->above_us : PL_TIME_NONE;
    if (above_us != PL_TIME_NONE && above_us <= shaped->moment.us)
        return (pl_moment){.us = above_us, .quality = PL_QUALITY_EXACT, .dated = true};
    if (reading->follow_lines)
        return shaped->stamped ? reading->before : reading->above;
    return pl_matcher_above(matcher, reading, line, pl_reading_last_time, &above) ? above.moment
                                                                                  : PL_MOMENT_NONE;
}

/* What a rule of any kind may say about the clock. */
static void apply_clock(pl_reading *reading, const pl_captures *captures, pl_shaped *shaped)
{
    pl_moment moment;
    if (shaped->stamped)
        pl_told_see(&reading->told, &reading->clock, &shaped->moment);
    if (!pl_clock_anchor(&reading->clock, pl_capture(captures, PL_STR("at")), &moment) ||
        shaped->stamped)
        return;
    shaped->moment = moment;
    reading->above = moment;
}

static pl_status push_effect(pl_matcher *matcher, pl_reading *reading, const pl_hit *hit, size_t at,
                             const pl_event *line, pl_error *err)
{
    pl_status status = PL_OK;
    pl_str subject;
    for (size_t from = 0; status == PL_OK && pl_effect_about(hit, at, &from, &subject);) {
        pl_event event = *line;
        event.moment = hit->shaped->moment;
        event.cluster = pl_reading_cluster(hit->reading, hit->shaped);
        status = pl_effect_event(hit, at, subject, &event, err);
        if (event.transition == PL_BOOT) {
            event.before = before_boot(matcher, reading, matcher->line, hit->shaped);
            pl_clock_boot(&reading->clock);
        }
        if (status == PL_OK)
            status = own_names(matcher, &event, err);
        if (status == PL_OK)
            status = push(matcher, &event, err);
    }
    return status;
}

/* What the one who writes calls himself: his name where nothing else tells it, else another one. */
static pl_status apply_speaker(pl_matcher *matcher, const pl_hit *hit, pl_reading *reading,
                               const pl_event *line, pl_error *err)
{
    pl_event alias = *line;
    pl_name_set(&reading->context_speaker, pl_capture(hit->captures, PL_STR("speaker")));
    remember_first(&matcher->speaker, pl_buf_str(&reading->context_speaker));
    alias.is_alias = true;
    alias.cluster = pl_reading_cluster(hit->reading, hit->shaped);
    alias.node = pl_capture(hit->captures, PL_STR("speaker"));
    alias.witness = pl_reading_writer(hit->reading, hit->shaped);
    if (alias.node.len == 0 || pl_str_equal_nocase(alias.node, alias.witness))
        return PL_OK;
    pl_status status = own_names(matcher, &alias, err);
    return status == PL_OK ? push(matcher, &alias, err) : status;
}

/* What holds from this line on. */
static pl_status apply_context(pl_matcher *matcher, const pl_hit *hit, pl_reading *reading,
                               pl_error *err)
{
    if (pl_capture(hit->captures, PL_STR("section")).len > 0)
        pl_matcher_section(matcher, reading);
    pl_status status = pl_context_apply(reading, hit->captures, err);
    remember_first(&matcher->node, pl_buf_str(&reading->context_node));
    return status;
}

static pl_status apply_rule(pl_matcher *matcher, const struct ref *ref, pl_shaped *shaped,
                            const pl_event *line, pl_error *err)
{
    pl_captures captures;
    pl_reading *reading = &matcher->readings[ref->reading];
    const pl_rule *rule = ref->rule;
    if (rule->weak && !reading->is_sure)
        return PL_OK;
    if (!pl_exec_match(matcher->rules, &rule->regex, shaped->text, &captures) ||
        !pl_reading_allows(reading, rule))
        return PL_OK;
    reading->is_sure |= rule->kind == PL_RULE_EVENT;
    pl_status status = PL_OK;
    apply_clock(reading, &captures, shaped);
    pl_hit hit = {.set = matcher->options.set,
                  .reading = reading,
                  .rule = rule,
                  .captures = &captures,
                  .shaped = shaped,
                  .arena = &matcher->line_arena,
                  .told = pl_reading_tell(reading, &captures)};
    if (rule->kind == PL_RULE_CONTEXT)
        status = apply_context(matcher, &hit, reading, err);
    if (status == PL_OK && pl_regex_has(&rule->regex, PL_STR("speaker")))
        status = apply_speaker(matcher, &hit, reading, line, err);
    if (rule->kind == PL_RULE_CONTEXT && !pl_regex_has(&rule->regex, PL_STR("version")))
        return status;
    if (rule->kind == PL_RULE_ALIAS)
        return push_aliases(matcher, &hit, line, err);
    bool holds = true;
    if (status == PL_OK)
        status = pl_watch_change(&hit, reading, &holds, err);
    size_t count = rule->effect_count > 0 && !hit.first ? rule->effect_count : 1;
    if (!holds)
        return status;
    pl_str writer = pl_reading_writer(reading, shaped);
    if (status == PL_OK)
        status = own_text(matcher, &writer, err);
    note_writer(matcher, writer);
    if (status == PL_OK)
        status = note_claims(matcher, reading, shaped, err);
    for (size_t i = 0; status == PL_OK && i < count; i++)
        status = push_effect(matcher, reading, &hit, i, line, err);
    return status;
}

static bool wants(const struct ref *ref, const pl_scan_result *found, const pl_candidate *candidate)
{
    for (uint32_t i = 0; i < candidate->hit_count; i++)
        for (size_t k = 0; k < ref->literal_count; k++)
            if (found->hits[candidate->first_hit + i] == ref->literals[k])
                return true;
    return ref->literal_count == 0;
}

/* Where the line begins in the bytes of the member.  What needed no decoding is still the block
 * itself, and its line ends need not be counted. */
static uint64_t line_off(pl_matcher *matcher, const pl_candidate *candidate)
{
    const pl_block *block = matcher->block;
    if (matcher->record != NULL)
        return matcher->record->byte_off;
    if (matcher->text.ptr == block->ptr)
        return block->byte_off + (uint64_t)(candidate->line.ptr - block->ptr);
    return pl_decode_line_off(block, candidate->line_index, &matcher->cursor);
}

/* What is the same for all events of a line in one reading, queued from `first` on: its place, text
 * and key. */
static pl_status finish_line(pl_matcher *matcher, const pl_candidate *candidate,
                             const pl_shaped *shaped, size_t first, pl_error *err)
{
    pl_buf *text = &matcher->line_text;
    pl_str line = candidate->line;
    const char *line_end = line.ptr + line.len, *text_end = matcher->text.ptr + matcher->text.len;
    bool partial =
        matcher->block->last && memchr(line_end, '\n', (size_t)(text_end - line_end)) == NULL;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    uint64_t key = pl_hash64(line);
    pl_buf_clear(text);
    size_t repaired = pl_decode_line(shaped->line, text);
    size_t cut = text->len < PL_EVENT_TEXT_MAX ? text->len : PL_EVENT_TEXT_MAX;
    while (cut > 0 && cut < text->len && ((unsigned char)text->ptr[cut] & 0xC0) == 0x80)
        cut--;
    pl_buf_cut(text, cut);
    pl_status status = pl_buf_status(text, err);
    pl_str kept = pl_arena_copy(&matcher->line_arena, pl_buf_str(text));
    if (status == PL_OK && kept.ptr == NULL)
        status = pl_fail(err, PL_ERR_NOMEM, "no memory for a line");
    const uint64_t off = line_off(matcher, candidate);
    for (size_t i = first; i < matcher->queued; i++) {
        pl_event *event = &matcher->queue[i];
        event->byte_off = off;
        event->text = kept;
        event->repaired = (uint32_t)repaired;
        event->key = key;
        event->partial = partial;
        if (status == PL_OK && !event->is_alias)
            status = set_order(matcher, event, err);
    }
    return status;
}

static uint64_t line_no(const pl_matcher *matcher, size_t line_index)
{
    if (matcher->record == NULL)
        return matcher->summary.lines + line_index + 1;
    return matcher->record->line + (matcher->decoded->numbered ? 0 : matcher->summary.lines + 1);
}

/* The line as the dialect sees it; false in *fits: no shape does. */
static pl_status shape_line(pl_matcher *matcher, pl_reading *reading, const pl_candidate *candidate,
                            bool *fits, pl_shaped *shaped, pl_error *err)
{
    pl_str line = candidate->line;
    *fits = pl_matcher_shape(matcher, reading, line, shaped);
    if (!*fits)
        return PL_OK;
    pl_status status = own_shaped(matcher, shaped, err);
    if (status != PL_OK)
        return status;
    if (shaped->stamped)
        pl_matcher_note_stamp(matcher, shaped->moment);
    if (shaped->stamped && reading->follow_lines && matcher->record == NULL)
        pl_gaps_step(&matcher->gaps, shaped->moment, line_no(matcher, candidate->line_index));
    if (reading->follow_lines)
        return pl_reading_follow(reading, shaped, err);
    if (shaped->stamped || matcher->record != NULL) /* a record has its own time or none */
        return PL_OK;
    return pl_matcher_borrow(matcher, reading, line, shaped, err);
}

/*
 * All rules of one dialect on one line.  The line is shaped once, when the first rule wants it;
 * where every line is visited it always is, for the sake of the clock.
 */
static pl_status apply_reading(pl_matcher *matcher, size_t at, const pl_candidate *candidate,
                               const pl_event *line, pl_error *err)
{
    pl_reading *reading = &matcher->readings[at];
    pl_shaped shaped;
    bool is_shaped = false, wanted = false;
    size_t first = matcher->queued;
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < matcher->ref_count; i++) {
        const struct ref *ref = &matcher->refs[i];
        bool wants_it = ref->reading == at && wants(ref, matcher->found, candidate);
        if (!wants_it && !(reading->follow_lines && !is_shaped))
            continue;
        if (!is_shaped) {
            status = shape_line(matcher, reading, candidate, &is_shaped, &shaped, err);
            if (!is_shaped)
                return status;
        }
        wanted |= wants_it;
        if (status == PL_OK && wants_it)
            status = apply_rule(matcher, ref, &shaped, line, err);
    }
    if (status == PL_OK && wanted)
        remember_first(&matcher->cluster, pl_reading_cluster(reading, &shaped));
    if (status == PL_OK && matcher->queued > first)
        status = finish_line(matcher, candidate, &shaped, first, err);
    return status;
}

static pl_status read_candidate(pl_matcher *matcher, const pl_candidate *candidate, pl_error *err)
{
    const pl_record_at *records = matcher->decoded->records;
    matcher->record = records != NULL ? &records[candidate->line_index] : NULL;
    pl_event line = {.line_no = line_no(matcher, candidate->line_index),
                     .moment = PL_MOMENT_NONE,
                     .before = PL_MOMENT_NONE,
                     .order_us = PL_TIME_NONE};
    pl_status status = PL_OK;
    matcher->line = candidate->line;
    matcher->queued = matcher->taken = matcher->subs = 0;
    pl_arena_release(&matcher->line_arena);
    for (size_t i = 0; status == PL_OK && i < matcher->reading_count; i++)
        status = apply_reading(matcher, i, candidate, &line, err);
    return status;
}

static pl_status finish_block(pl_matcher *matcher, pl_error *err)
{
    const pl_buf *kept[] = {&matcher->node, &matcher->cluster, &matcher->writer};
    pl_status status = PL_OK;
    bool is_records = matcher->decoded->records != NULL;
    if (!is_records)
        pl_matcher_end_walk(matcher);
    if (!is_records)
        pl_matcher_note_end(matcher, pl_reading_last_time);
    if (matcher->has_sections)
        pl_matcher_note_end(matcher, pl_reading_first_stamp);
    if (!is_records)
        pl_matcher_look_for_gaps(matcher, matcher->text.len);
    pl_matcher_keep_tail(matcher);
    matcher->summary.lines +=
        is_records ? matcher->decoded->line_count : matcher->found->line_count;
    matcher->summary.cut_lines += matcher->found->cut_count;
    matcher->summary.cut_lines += is_records && matcher->block->open_end;
    matcher->summary.bad += matcher->decoded->bad;
    matcher->block = NULL;
    for (size_t i = 0; status == PL_OK && i < sizeof kept / sizeof *kept; i++)
        status = pl_buf_status(kept[i], err);
    return status == PL_OK ? PL_DONE : status;
}

pl_status pl_matcher_next(pl_matcher *matcher, pl_event *event, pl_error *err)
{
    while (matcher->taken == matcher->queued) {
        if (matcher->block == NULL)
            return PL_DONE;
        if (matcher->next_candidate == matcher->found->count)
            return finish_block(matcher, err);
        pl_status status =
            read_candidate(matcher, &matcher->found->items[matcher->next_candidate++], err);
        if (status != PL_OK)
            return status;
    }
    *event = matcher->queue[matcher->taken++];
    return PL_OK;
}

/* What became of the epochs.  Those that stay unknown come in order where the one before ends. */
static void settle_epochs(pl_matcher *matcher)
{
    pl_epochs *epochs = &matcher->epochs;
    for (size_t i = 0; i < matcher->reading_count; i++)
        pl_reading_finish(&matcher->readings[i]);
    for (size_t i = 0; i < epochs->count; i++) {
        pl_epoch *epoch = &epochs->items[i];
        const pl_epoch *earlier =
            epoch->order_epoch > 0 ? &epochs->items[epoch->order_epoch - 1] : NULL;
        epoch->order_us = earlier != NULL && !earlier->known
                              ? earlier->order_us
                              : pl_epochs_moment(epochs, epoch->order_us, epoch->order_epoch);
        epoch->order_epoch = 0;
    }
}

static int64_t moment_of(const pl_matcher *matcher, const pl_moment *moment)
{
    return pl_epochs_moment(&matcher->epochs, moment->us, moment->epoch);
}

void pl_matcher_finish(pl_matcher *matcher, pl_matcher_summary *summary)
{
    settle_epochs(matcher);
    *summary = matcher->summary;
    summary->first_us = moment_of(matcher, &matcher->first);
    summary->last_us = moment_of(matcher, &matcher->last);
    summary->first_order_us =
        matcher->is_headless ? moment_of(matcher, &matcher->first_order) : PL_TIME_NONE;
    pl_gaps_finish(&matcher->gaps);
    summary->gaps = matcher->gaps.items;
    summary->gap_count = matcher->gaps.count;
    summary->epochs = matcher->epochs.items;
    summary->epoch_count = matcher->epochs.count;
    for (size_t i = 0; i < 2; i++)
        summary->conflicting[i] = pl_claims_differ(&matcher->claims[i], &summary->conflicts[i]);
    summary->node = pl_buf_str(matcher->node.len > 0 ? &matcher->node : &matcher->speaker);
    summary->cluster = pl_buf_str(&matcher->cluster);
    summary->limited = pl_exec_limited(matcher->shapes) + pl_exec_limited(matcher->rules);
    summary->own_node = pl_buf_str(&matcher->writer);
    for (size_t i = 0; summary->own_node.len == 0 && i < matcher->reading_count; i++)
        summary->own_node = pl_buf_str(&matcher->readings[i].path_node);
    if (summary->own_node.len == 0)
        summary->own_node = summary->node;
    if (matcher->many_writers)
        summary->own_node = (pl_str){0};
}
