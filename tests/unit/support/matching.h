/*
 * matching.h - runs a text through decode, scan and match, and keeps copies of its events.
 *
 * The blocks are one, or cut where a test wants, or those the reader makes.
 */
#ifndef PL_TESTS_MATCHING_H
#define PL_TESTS_MATCHING_H

#include <check.h>

#include "base/arena.h"
#include "base/buf.h"
#include "decode/decode.h"
#include "match/matcher.h"

#define MATCHING_EVENTS_MAX 4096

#define SAMPLES "match: [{line: x}], not: [y]}\n"
#define DAY "2024-02-06T"

/* Has something of everything. */
static const char matching_dialect[] =
    "dialect: t\ntitle: T\nsource: s\nrecognise: {markers: [x]}\n"
    "shapes:\n"
    "  - {id: new, time: absolute, pattern: '^(?<ts>\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z)"
    "(?: <(?:(?<group>\\w+):)?(?<node>[^@>]+)(?:@(?<cluster>[^>]+))?>)? (?<text>.*)$'}\n"
    "  - {id: old, time: local, pattern: '^(?<ts>\\d{4}/\\d\\d/\\d\\d [\\d:.]+) (?<text>.*)$'}\n"
    "  - {id: bare, time: none, pattern: '^(?<text>.*)$'}\n"
    "context:\n"
    "  - {id: node, literal: 'I am ', pattern: '^I am (?<node>\\S+)$', " SAMPLES
    "  - {id: cluster, literal: 'part of ', pattern: '^part of (?<cluster>\\S+)$', " SAMPLES
    "  - {id: group, literal: 'one of ', pattern: '^one of (?<group>\\S+)$', " SAMPLES
    "  - {id: version, literal: 'running ', pattern: '^running (?<version>\\S+)$', " SAMPLES
    "node: [line, context, {path: '/(?<node>\\w+)\\.log$'}]\n"
    "cluster: [context, {path: '^(?<cluster>\\w+)/'}]\n"
    "models:\n"
    "  - model: roll\n    scope: node\n    phases:\n      - {phase: drain, kind: drain}\n"
    "      - {phase: install, kind: install}\n      - {phase: done, kind: done}\n"
    "  - model: one\n    scope: node\n    serial: yes\n    phases:\n"
    "      - {phase: drain, kind: drain}\n"
    "  - model: all\n    scope: cluster\n    phases:\n      - {phase: commit, kind: commit}\n"
    "rules:\n"
    "  - {id: enter, literal: 'enter ', gives: [{model: roll, phase: '{phase}', transition: enter,"
    " begins: attempt}], words: {D: drain}, pattern: '^enter (?<phase>[^ ;]+)"
    "(?: of (?<subject>[^ ;]+))?(?: seen by (?<witness>[^ ;]+))?(?:; (?<why>.*))?$', " SAMPLES
    "  - {id: both, literal: 'both ', gives: [{model: roll, phase: drain, transition: exit},"
    " {model: roll, phase: install, transition: enter}], pattern: '^both ', " SAMPLES
    "  - {id: said, literal: 'said ', gives: [{model: '{model}', phase: '{phase}', transition:"
    " '{event}'}], words: {started: enter, II: install},"
    " pattern: '^said (?<model>\\w+)?/(?<phase>\\w+)?/(?<event>\\w+)?$', " SAMPLES
    "  - {id: step, literal: 'step ', gives: [{model: one, phase: drain, transition: enter}],"
    " pattern: '^step on(?: (?<subject>\\w+))?$', " SAMPLES
    "  - {id: commit, literal: 'commit ', gives: [{model: all, phase: commit, transition: enter}],"
    " pattern: '^commit now(?: says (?<witness>\\w+))?(?: of (?<subject>\\w+))?$', " SAMPLES
    "  - {id: left, literal: ' left', gives: [{model: roll, phase: drain, transition: progress,"
    " falling: yes}], pattern: '^(?<cur>\\d+) of (?<total>\\d+) left(?: "
    "\\((?<code>\\w+)\\))?', " SAMPLES
    "  - {id: boot, literal: 'boot ', gives: [{transition: boot}], pattern: '^boot ', " SAMPLES
    "  - {id: slow, literal: 'aaaaaaaaaa', gives: [{transition: note}], pattern: "
    "'^(?:a+)+$', " SAMPLES "known:\n"
    "  - {id: disk, literal: 'disk ', phase: install, cause: 'the {what} of {nobody}is {state}',"
    " advice: 'swap {what} {', pattern: '^disk (?<what>\\S+) (?<state>bad|full)$', " SAMPLES
    "pairs:\n"
    "  - {id: joined, literal: 'joined ', pattern: '^joined as (?<key>\\d+)$', within: 5s, " SAMPLES
    "  - {id: met, moment: meeting, literal: 'met ', pattern: '^met (?<who>\\w+)$', within: "
    "3h, " SAMPLES;

typedef struct matching {
    pl_dialect_set set;
    pl_matcher_options options;
    pl_arena arena; /* what the copies point to */
    pl_event events[MATCHING_EVENTS_MAX];
    size_t count;
    pl_matcher_summary summary;
    pl_error err;
    /* while a text is read */
    pl_matcher *matcher;
    pl_scan_set *literals;
    pl_scan_result found;
    pl_decoder *decoder;
    bool every_line;
} matching;

static inline void matching_init(matching *m)
{
    *m = (matching){.options = {.source_path = PL_STR("a.log"), .reference_us = PL_TIME_NONE}};
    m->options.set = &m->set;
    pl_dialect_set_init(&m->set);
    pl_arena_init(&m->arena);
}

static inline void matching_release(matching *m)
{
    pl_arena_release(&m->arena);
    pl_dialect_set_release(&m->set);
}

/* All dialects loaded so far read what follows. */
static inline void matching_load(matching *m, const char *yaml)
{
    pl_status status = pl_dialect_load(&m->set, pl_str_of(yaml), PL_STR("t.yaml"), &m->err);
    if (status == PL_OK)
        status = pl_dialect_link(&m->set, &m->err);
    ck_assert_msg(status == PL_OK, "%s", m->err.msg);
    m->options.mask = (UINT64_C(1) << m->set.count) - 1;
}

static inline pl_status matching_begin(matching *m)
{
    size_t count = 0;
    pl_arena_release(&m->arena);
    m->count = 0;
    m->matcher = NULL;
    m->literals = NULL;
    m->decoder = NULL;
    pl_scan_result_init(&m->found);
    pl_status status = pl_decoder_new(&m->decoder, &m->err);
    if (status == PL_OK)
        status = pl_matcher_new(&m->options, &m->matcher, &m->err);
    if (status != PL_OK)
        return status;
    const pl_str *literals = pl_matcher_literals(m->matcher, &count, &m->every_line);
    return pl_scan_set_new(literals, count, &m->literals, &m->err);
}

static inline bool matching_keep(matching *m, const pl_event *event)
{
    ck_assert_uint_lt(m->count, MATCHING_EVENTS_MAX);
    pl_event *kept = &m->events[m->count++];
    *kept = *event;
    pl_str *views[] = {&kept->node, &kept->witness, &kept->cluster, &kept->rule,
                       &kept->code, &kept->facts,   &kept->text,    &kept->pair_key};
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        if (views[i]->ptr == NULL)
            continue;
        *views[i] = pl_arena_copy(&m->arena, *views[i]);
        if (views[i]->ptr == NULL)
            return false;
    }
    return true;
}

static inline pl_status matching_block(matching *m, const pl_block *block)
{
    pl_text text;
    pl_event event;
    const pl_scan_options options = {m->every_line, block->open_start, block->open_end};
    pl_status status = pl_decode_block(m->decoder, block, NULL, &text, &m->err);
    if (status == PL_OK)
        status = pl_scan(m->literals, text.str, options, &m->found, &m->err);
    if (status == PL_OK)
        status = pl_matcher_block(m->matcher, block, &text, &m->found, &m->err);
    while (status == PL_OK && (status = pl_matcher_next(m->matcher, &event, &m->err)) == PL_OK)
        status = matching_keep(m, &event) ? PL_OK : PL_ERR_NOMEM;
    return status == PL_DONE ? PL_OK : status;
}

/* Also after a failure. */
static inline pl_status matching_end(matching *m, pl_status status)
{
    if (status == PL_OK) {
        pl_matcher_finish(m->matcher, &m->summary);
        pl_str *views[] = {&m->summary.node, &m->summary.cluster, &m->summary.own_node};
        for (size_t i = 0; status == PL_OK && i < sizeof views / sizeof *views; i++) {
            *views[i] = pl_arena_copy(&m->arena, *views[i]);
            status = views[i]->ptr == NULL ? PL_ERR_NOMEM : PL_OK;
        }
        pl_gap *gaps = pl_arena_take(&m->arena, m->summary.gap_count + 1, sizeof *gaps);
        for (size_t i = 0; gaps != NULL && i < m->summary.gap_count; i++)
            gaps[i] = m->summary.gaps[i];
        m->summary.gaps = gaps;
        status = status == PL_OK && gaps == NULL ? PL_ERR_NOMEM : status;
    }
    pl_matcher_free(m->matcher);
    pl_scan_set_free(m->literals);
    pl_scan_result_release(&m->found);
    pl_decoder_free(m->decoder);
    return status;
}

/* `text` in UTF-8, cut behind the offsets `cuts`, each the end of a line.  Every block is a copy of
 * its own that is gone when the next one is read: a view into it that is kept is seen. */
static inline pl_status matching_try(matching *m, pl_str text, const size_t *cuts, size_t cut_count)
{
    size_t at = 0;
    pl_status status = matching_begin(m);
    for (size_t i = 0; status == PL_OK && i <= cut_count; i++) {
        size_t end = i < cut_count ? cuts[i] : text.len;
        pl_arena bytes;
        pl_arena_init(&bytes);
        pl_str copy = pl_arena_copy(&bytes, pl_str_slice(text, at, end - at));
        const pl_block block = {.ptr = copy.ptr,
                                .len = copy.len,
                                .byte_off = at,
                                .no = (uint32_t)i,
                                .encoding = PL_ENCODING_UTF8,
                                .last = i == cut_count};
        status = copy.ptr == NULL ? PL_ERR_NOMEM : matching_block(m, &block);
        pl_arena_release(&bytes);
        at = end;
    }
    return matching_end(m, status);
}

static inline void matching_cut(matching *m, pl_str text, const size_t *cuts, size_t cut_count)
{
    pl_status status = matching_try(m, text, cuts, cut_count);
    ck_assert_msg(status == PL_OK, "%d: %s", status, m->err.msg);
}

static inline void matching_text(matching *m, const char *text)
{
    matching_cut(m, pl_str_of(text), NULL, 0);
}

/* As the reader cuts it. */
static inline void matching_bytes(matching *m, pl_str bytes)
{
    pl_reader *reader = NULL;
    pl_member member;
    pl_block block;
    pl_status status = pl_reader_open_memory(bytes, "a.log", &reader, &m->err);
    if (status == PL_OK)
        status = pl_reader_next(reader, &member, &m->err);
    ck_assert_int_eq(status, PL_OK);
    ck_assert(member.has_blocks);
    status = matching_begin(m);
    while (status == PL_OK && (status = pl_reader_block(reader, &block, &m->err)) == PL_OK)
        status = matching_block(m, &block);
    status = matching_end(m, status == PL_DONE ? PL_OK : status);
    pl_reader_free(reader);
    ck_assert_msg(status == PL_OK, "%d: %s", status, m->err.msg);
}

/* Everything an event says, as text: equal texts are equal events. */
static inline void matching_render(const pl_event *event, pl_buf *out)
{
    pl_buf_appendf(out, "%llu.%u @%llu ", (unsigned long long)event->line_no, event->sub,
                   (unsigned long long)event->byte_off);
    pl_time_append(out, event->moment.us);
    pl_buf_appendf(out, " %s%s ", pl_quality_name(event->moment.quality),
                   event->moment.dated ? " dated" : "");
    pl_time_append(out, event->order_us);
    pl_buf_appendf(out, " node=" PL_FMT " witness=" PL_FMT " cluster=" PL_FMT " " PL_FMT,
                   PL_ARG(event->node), PL_ARG(event->witness), PL_ARG(event->cluster),
                   PL_ARG(event->rule));
    if (event->model != NULL)
        pl_buf_appendf(out, " " PL_FMT "/%d", PL_ARG(event->model->name), event->phase);
    pl_buf_appendf(out,
                   " %s%s%s%s code=" PL_FMT " facts=" PL_FMT " repaired=%u key=%llx '" PL_FMT "'\n",
                   pl_transition_name(event->transition), event->whole_cluster ? " all" : "",
                   event->begins_attempt ? " begins" : "", event->partial ? " partial" : "",
                   PL_ARG(event->code), PL_ARG(event->facts), event->repaired,
                   (unsigned long long)event->key, PL_ARG(event->text));
}

/* line.sub, time of day, quality, node (? nobody, * the cluster) and witness, cluster, meaning. */
static inline void matching_brief(const pl_event *event, pl_buf *out)
{
    size_t start = out->len;
    pl_buf_appendf(out, "%llu.%u ", (unsigned long long)event->line_no, event->sub);
    if (event->moment.us == PL_TIME_NONE) {
        pl_buf_append_char(out, '-');
    } else {
        pl_buf time;
        pl_buf_init(&time, 64);
        pl_time_append(&time, event->moment.us);
        pl_buf_append(out, pl_str_slice(pl_buf_str(&time), 11, 8));
        pl_buf_release(&time);
    }
    const char *nobody = event->whole_cluster ? "*" : "?";
    pl_buf_appendf(out, " %s " PL_FMT "%s" PL_FMT " " PL_FMT " ",
                   pl_quality_name(event->moment.quality),
                   PL_ARG(event->node.len > 0 ? event->node : pl_str_of(nobody)),
                   event->witness.len > 0 ? "<" : "", PL_ARG(event->witness),
                   PL_ARG(event->cluster.len > 0 ? event->cluster : PL_STR("?")));
    if (event->model != NULL)
        pl_buf_appendf(
            out, PL_FMT "/" PL_FMT " ", PL_ARG(event->model->name),
            PL_ARG(event->phase >= 0 ? event->model->phases[event->phase].name : PL_STR("-")));
    pl_buf_appendf(out, "%s%s\n", pl_transition_name(event->transition),
                   event->begins_attempt ? " begins" : "");
    ck_assert_uint_gt(out->len, start);
}

static inline void matching_assert_events(const matching *m, const char *wanted)
{
    pl_buf got;
    pl_buf_init(&got, 1 << 20);
    for (size_t i = 0; i < m->count; i++)
        matching_brief(&m->events[i], &got);
    ck_assert_str_eq(got.ptr, wanted);
    pl_buf_release(&got);
}

static inline void assert_str(pl_str got, const char *wanted)
{
    ck_assert_msg(pl_str_equal(got, pl_str_of(wanted)), "'" PL_FMT "', not '%s'", PL_ARG(got),
                  wanted);
}

#endif
