/* matcher.c - candidates in, events out, in the order of the source. */
#include "match/matcher.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "decode/decode.h"
#include "io/hash.h"
#include "match/effects.h"
#include "match/reading.h"
#include "match/unwrap.h"

#define JITTER_US                                                                                  \
    PL_US_PER_SECOND /* steps back under this are no disorder: lines of one file keep their order  \
                      */
#define NO_LITERAL UINT32_MAX

/* A rule and the literal that a line must hold for it. */
struct ref {
    uint32_t literal; /* index in literals; NO_LITERAL: any line will do */
    size_t reading;
    const pl_rule *rule;
};

struct pl_matcher {
    pl_matcher_options options;
    pl_exec *shapes, *rules;
    pl_reading *readings;
    size_t reading_count;
    pl_str *literals;
    size_t literal_count, literal_room;
    struct ref *refs; /* in the order rules apply: by dialect, contexts first */
    size_t ref_count, ref_room;
    bool every_line;
    /* the block under way */
    const pl_block *block;
    pl_str text;
    const pl_scan_result *found;
    size_t next_candidate;
    pl_line_cursor cursor;
    pl_buf tail; /* the end of the text before this block */
    /* the line under way, and what it means */
    pl_event *queue;
    size_t queued, taken, queue_room;
    pl_arena line_arena;
    pl_buf line_text;
    int64_t order_us;
    pl_matcher_summary summary;
    pl_buf node, cluster, writer; /* the first ones named */
    bool many_writers;
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

/* Aliases and pairs have no events of their own. */
static bool is_used(const pl_rule *rule)
{
    return rule->kind != PL_RULE_ALIAS && rule->kind != PL_RULE_PAIR;
}

static bool add_refs(pl_matcher *matcher, size_t reading)
{
    const pl_dialect *dialect = matcher->readings[reading].dialect;
    matcher->every_line |= dialect->visit_lines;
    for (size_t i = 0; i < dialect->rule_count; i++) {
        const pl_rule *rule = &dialect->rules[i];
        struct ref ref = {NO_LITERAL, reading, rule};
        if (!is_used(rule))
            continue;
        if (rule->literal.len > 0 && !add_literal(matcher, rule->literal, &ref.literal))
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
        pl_status status = pl_reading_open(&matcher->readings[matcher->reading_count],
                                           set->items[i], &matcher->options, matcher->shapes, err);
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
    matcher->order_us = PL_TIME_NONE;
    matcher->summary.first_us = matcher->summary.last_us = PL_TIME_NONE;
    pl_arena_init(&matcher->line_arena);
    pl_buf_init(&matcher->tail, PL_LOOKBACK_BYTES);
    pl_buf_init(&matcher->line_text, 4 * PL_LINE_MAX);
    pl_buf_init(&matcher->node, PL_LINE_MAX);
    pl_buf_init(&matcher->cluster, PL_LINE_MAX);
    pl_buf_init(&matcher->writer, PL_LINE_MAX);
    pl_status status = pl_exec_new(&matcher->shapes, err);
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
    pl_exec_free(matcher->shapes);
    pl_exec_free(matcher->rules);
    pl_arena_release(&matcher->line_arena);
    pl_buf_release(&matcher->tail);
    pl_buf_release(&matcher->line_text);
    pl_buf_release(&matcher->node);
    pl_buf_release(&matcher->cluster);
    pl_buf_release(&matcher->writer);
    pl_release(matcher);
}

const pl_str *pl_matcher_literals(const pl_matcher *matcher, size_t *count, bool *every_line)
{
    *count = matcher->literal_count;
    *every_line = matcher->every_line;
    return matcher->literals;
}

static void describe_name(pl_buf *out, const char *what, pl_str name)
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

void pl_matcher_describe(const pl_matcher *matcher, pl_buf *out)
{
    describe_name(out, "node", matcher->options.node);
    describe_name(out, "cluster", matcher->options.cluster);
    for (size_t i = 0; i < matcher->reading_count; i++) {
        const pl_reading *reading = &matcher->readings[i];
        describe_name(out, "dialect", reading->dialect->name);
        pl_buf_appendf(out, "text %016" PRIx64 "\n", reading->dialect->text_hash);
        describe_name(out, "path node", pl_buf_str(&reading->path_node));
        describe_name(out, "path cluster", pl_buf_str(&reading->path_cluster));
        if (needs_year(reading->dialect) && matcher->options.reference_us != PL_TIME_NONE)
            pl_buf_appendf(out, "year %d\n", pl_civil_of_us(matcher->options.reference_us).year);
    }
}

static void keep_tail(pl_matcher *matcher)
{
    pl_str text = matcher->text;
    size_t keep = text.len < PL_LOOKBACK_BYTES ? text.len : PL_LOOKBACK_BYTES;
    pl_buf_clear(&matcher->tail);
    pl_buf_append(&matcher->tail, pl_str_slice(text, text.len - keep, keep));
}

pl_status pl_matcher_block(pl_matcher *matcher, const pl_block *block, pl_str text,
                           const pl_scan_result *found, pl_error *err)
{
    matcher->block = block;
    matcher->text = text;
    matcher->found = found;
    matcher->next_candidate = 0;
    matcher->cursor = (pl_line_cursor){0};
    return pl_buf_status(&matcher->tail, err);
}

static void remember_first(pl_buf *first, pl_str name)
{
    if (first->len == 0)
        pl_buf_append(first, name);
}

static void note_writer(pl_matcher *matcher, pl_str writer)
{
    if (matcher->writer.len > 0 && writer.len > 0)
        matcher->many_writers |= !pl_str_equal_nocase(pl_buf_str(&matcher->writer), writer);
    remember_first(&matcher->writer, writer);
}

/* An unstamped line belongs to the stamped one above it, maybe in the block before. */
static void borrow_stamp(pl_matcher *matcher, pl_reading *reading, pl_str line, pl_shaped *shaped)
{
    pl_shaped above;
    size_t budget = PL_LOOKBACK_BYTES;
    pl_str before = pl_str_slice(matcher->text, 0, (size_t)(line.ptr - matcher->text.ptr));
    if (!pl_reading_last_stamp(reading, before, &budget, &above) &&
        (before.len > budget ||
         !pl_reading_last_stamp(reading, pl_buf_str(&matcher->tail), &budget, &above)))
        return;
    shaped->moment = above.moment;
    shaped->moment.dated = false;
    if (shaped->moment.quality > PL_QUALITY_DERIVED)
        shaped->moment.quality = PL_QUALITY_DERIVED;
    if (shaped->node.ptr == NULL)
        shaped->node = pl_arena_copy(&matcher->line_arena, above.node);
    if (shaped->cluster.ptr == NULL)
        shaped->cluster = pl_arena_copy(&matcher->line_arena, above.cluster);
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

/* Its place among the events of other sources: file order wins over small steps back. */
static int64_t next_order(pl_matcher *matcher, int64_t ts_us)
{
    int64_t before = matcher->order_us;
    if (ts_us != PL_TIME_NONE &&
        (before == PL_TIME_NONE || ts_us >= before || before - ts_us >= JITTER_US))
        matcher->order_us = ts_us;
    return matcher->order_us;
}

static pl_status push(pl_matcher *matcher, const pl_event *event, pl_error *err)
{
    if (!pl_grow(&matcher->queue, &matcher->queue_room, matcher->queued + 1, sizeof *event))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for events");
    matcher->queue[matcher->queued] = *event;
    matcher->queue[matcher->queued].sub = (uint32_t)matcher->queued;
    matcher->queued++;
    return PL_OK;
}

/* Names and captures live in buffers that the next line overwrites, and may hold bytes that are no
 * UTF-8. */
static pl_status own_names(pl_matcher *matcher, pl_event *event, pl_error *err)
{
    pl_str *views[] = {&event->node, &event->witness, &event->cluster, &event->code};
    pl_buf text;
    pl_buf_init(&text, 4 * PL_LINE_MAX);
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < sizeof views / sizeof *views; i++) {
        if (views[i]->ptr == NULL)
            continue;
        pl_buf_clear(&text);
        pl_decode_line(*views[i], &text);
        status = pl_buf_status(&text, err);
        *views[i] = pl_arena_copy(&matcher->line_arena, pl_buf_str(&text));
        if (status == PL_OK && views[i]->ptr == NULL)
            status = pl_fail(err, PL_ERR_NOMEM, "no memory for a name");
    }
    pl_buf_release(&text);
    return status;
}

static pl_status apply_rule(pl_matcher *matcher, const struct ref *ref, const pl_shaped *shaped,
                            const pl_event *line, pl_error *err)
{
    pl_captures captures;
    pl_reading *reading = &matcher->readings[ref->reading];
    const pl_rule *rule = ref->rule;
    if (!pl_exec_match(matcher->rules, &rule->regex, shaped->text, &captures))
        return PL_OK;
    pl_status status = PL_OK;
    if (rule->kind == PL_RULE_CONTEXT) {
        status = pl_context_apply(reading, &captures, err);
        remember_first(&matcher->node, pl_buf_str(&reading->context_node));
        if (!pl_regex_has(&rule->regex, PL_STR("version")))
            return status;
    }
    pl_hit hit = {matcher->options.set, reading, rule, &captures, shaped, &matcher->line_arena};
    size_t count = rule->effect_count > 0 ? rule->effect_count : 1;
    for (size_t i = 0; status == PL_OK && i < count; i++) {
        pl_event event = *line;
        event.moment = shaped->moment;
        event.cluster = pl_reading_cluster(reading, shaped);
        status = pl_effect_event(&hit, i, &event, err);
        note_writer(matcher, pl_reading_writer(reading, shaped));
        if (status == PL_OK)
            status = own_names(matcher, &event, err);
        if (status == PL_OK)
            status = push(matcher, &event, err);
    }
    return status;
}

static bool wants(const struct ref *ref, const pl_scan_result *found, const pl_candidate *candidate)
{
    if (ref->literal == NO_LITERAL)
        return true;
    for (uint32_t i = 0; i < candidate->hit_count; i++)
        if (found->hits[candidate->first_hit + i] == ref->literal)
            return true;
    return false;
}

/* All rules of one dialect on one line; the line is shaped once, when the first rule wants it. */
static pl_status apply_reading(pl_matcher *matcher, size_t at, const pl_candidate *candidate,
                               const pl_event *line, pl_error *err)
{
    pl_reading *reading = &matcher->readings[at];
    pl_shaped shaped;
    bool is_shaped = false;
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < matcher->ref_count; i++) {
        const struct ref *ref = &matcher->refs[i];
        if (ref->reading != at || !wants(ref, matcher->found, candidate))
            continue;
        if (!is_shaped) {
            if (!pl_reading_shape(reading, candidate->line, &shaped))
                return PL_OK;
            status = own_shaped(matcher, &shaped, err);
            if (status == PL_OK && !shaped.stamped)
                borrow_stamp(matcher, reading, candidate->line, &shaped);
            is_shaped = true;
        }
        if (status == PL_OK)
            status = apply_rule(matcher, ref, &shaped, line, err);
    }
    if (status == PL_OK && is_shaped)
        remember_first(&matcher->cluster, pl_reading_cluster(reading, &shaped));
    return status;
}

/* What is the same for all events of a line: its place, text and key. */
static pl_status finish_line(pl_matcher *matcher, const pl_candidate *candidate, pl_error *err)
{
    pl_buf *text = &matcher->line_text;
    pl_str line = candidate->line;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    uint64_t key = pl_hash64(line);
    if (matcher->readings[0].dialect->unwrap_count > 0)
        line = pl_unwrap_line(matcher->readings[0].dialect, matcher->shapes, line,
                              &matcher->readings[0].scratch);
    pl_buf_clear(text);
    size_t repaired = pl_decode_line(line, text);
    size_t cut = text->len < PL_EVENT_TEXT_MAX ? text->len : PL_EVENT_TEXT_MAX;
    while (cut > 0 && cut < text->len && ((unsigned char)text->ptr[cut] & 0xC0) == 0x80)
        cut--;
    pl_buf_cut(text, cut);
    uint64_t off = pl_decode_line_off(matcher->block, candidate->line_index, &matcher->cursor);
    const char *text_end = matcher->text.ptr + matcher->text.len;
    bool partial = matcher->block->last && candidate->line.ptr + candidate->line.len == text_end;
    for (size_t i = 0; i < matcher->queued; i++) {
        pl_event *event = &matcher->queue[i];
        event->byte_off = off;
        event->text = pl_buf_str(text);
        event->repaired = (uint32_t)repaired;
        event->key = key;
        event->partial = partial;
        event->order_us = next_order(matcher, event->moment.us);
    }
    return pl_buf_status(text, err);
}

static pl_status read_candidate(pl_matcher *matcher, const pl_candidate *candidate, pl_error *err)
{
    pl_event line = {.line_no = matcher->summary.lines + candidate->line_index + 1};
    pl_status status = PL_OK;
    matcher->queued = matcher->taken = 0;
    pl_arena_release(&matcher->line_arena);
    for (size_t i = 0; status == PL_OK && i < matcher->reading_count; i++)
        status = apply_reading(matcher, i, candidate, &line, err);
    if (status == PL_OK && matcher->queued > 0)
        status = finish_line(matcher, candidate, err);
    return status;
}

/* The ends of the evidence: stamped lines, whether they mean something or not. */
static void note_ends(pl_matcher *matcher)
{
    pl_shaped shaped;
    for (size_t i = 0; matcher->summary.first_us == PL_TIME_NONE && i < matcher->reading_count; i++)
        if (pl_reading_first_stamp(&matcher->readings[i], matcher->text, &shaped))
            matcher->summary.first_us = shaped.moment.us;
    for (size_t i = 0; i < matcher->reading_count; i++) {
        size_t budget = PL_LOOKBACK_BYTES;
        if (!pl_reading_last_stamp(&matcher->readings[i], matcher->text, &budget, &shaped))
            continue;
        if (shaped.moment.us != PL_TIME_NONE)
            matcher->summary.last_us = shaped.moment.us;
        return;
    }
}

static void finish_block(pl_matcher *matcher)
{
    note_ends(matcher);
    keep_tail(matcher);
    matcher->summary.lines += matcher->found->line_count;
    matcher->summary.cut_lines += matcher->found->cut_count;
    matcher->block = NULL;
}

pl_status pl_matcher_next(pl_matcher *matcher, pl_event *event, pl_error *err)
{
    while (matcher->taken == matcher->queued) {
        if (matcher->block == NULL)
            return PL_DONE;
        if (matcher->next_candidate == matcher->found->count) {
            finish_block(matcher);
            return PL_DONE;
        }
        pl_status status =
            read_candidate(matcher, &matcher->found->items[matcher->next_candidate++], err);
        if (status != PL_OK)
            return status;
    }
    *event = matcher->queue[matcher->taken++];
    return PL_OK;
}

void pl_matcher_finish(const pl_matcher *matcher, pl_matcher_summary *summary)
{
    *summary = matcher->summary;
    summary->node = pl_buf_str(&matcher->node);
    summary->cluster = pl_buf_str(&matcher->cluster);
    summary->limited = pl_exec_limited(matcher->shapes) + pl_exec_limited(matcher->rules);
    summary->own_node = pl_buf_str(&matcher->writer);
    for (size_t i = 0; summary->own_node.len == 0 && i < matcher->reading_count; i++)
        summary->own_node = pl_buf_str(&matcher->readings[i].path_node);
    if (matcher->many_writers)
        summary->own_node = (pl_str){0};
}
