/* samples.c - every sample takes the way a log line takes: literal, unwrap, shape, pattern,
 * effects. */
#include "match/samples.h"

#include "base/arena.h"
#include "match/effects.h"
#include "match/reading.h"

/* A dialect under test. */
struct bench {
    const pl_dialect_set *set;
    pl_reading reading;
    pl_exec *shapes, *rules;
    pl_buf *out;
    pl_arena arena;
};

/* How far a line came, and what came of it. */
struct outcome {
    const char *stopped; /* NULL: it matched */
    size_t reach;        /* bytes of the line that still fitted */
    pl_shaped shaped;
    pl_captures captures;
};

static void try_line(struct bench *bench, const pl_rule *rule, pl_str line, struct outcome *out)
{
    *out = (struct outcome){0};
    if (rule->literal.len > 0 && pl_str_find(line, rule->literal, 0) == SIZE_MAX) {
        out->stopped = "the literal is not in the line";
        return;
    }
    if (!pl_reading_shape(&bench->reading, line, &out->shaped)) {
        const pl_dialect *dialect = bench->reading.dialect;
        out->stopped = "no shape fits the line";
        for (size_t i = 0; i < dialect->shape_count; i++) {
            size_t reach = pl_exec_reach(bench->shapes, &dialect->shapes[i].regex, line);
            out->reach = reach > out->reach ? reach : out->reach;
        }
        return;
    }
    if (!pl_exec_match(bench->rules, &rule->regex, out->shaped.text, &out->captures)) {
        out->stopped = "the pattern does not match the text of the line";
        size_t skipped = line.len > out->shaped.text.len ? line.len - out->shaped.text.len : 0;
        out->reach = skipped + pl_exec_reach(bench->rules, &rule->regex, out->shaped.text);
    }
}

static void tell(struct bench *bench, const pl_rule *rule, const pl_sample *sample,
                 const char *what, size_t reach)
{
    pl_buf_appendf(bench->out, PL_FMT ":%u: rule '" PL_FMT "': %s\n    " PL_FMT "\n    ",
                   PL_ARG(bench->reading.dialect->file), sample->file_line, PL_ARG(rule->id), what,
                   PL_ARG(sample->line));
    pl_buf_append_repeat(bench->out, ' ', reach);
    pl_buf_append(bench->out, PL_STR("^\n"));
}

/* A captured word that names no phase would be a note in the log: in a sample it is a mistake. */
static pl_status check_effects(struct bench *bench, const pl_rule *rule,
                               const struct outcome *outcome, bool *fine, pl_error *err)
{
    pl_hit hit = {bench->set,         &bench->reading,  rule,
                  &outcome->captures, &outcome->shaped, &bench->arena};
    for (size_t i = 0; i < rule->effect_count; i++) {
        pl_event event = {0};
        pl_status status = pl_effect_event(&hit, i, &event, err);
        if (status != PL_OK)
            return status;
        *fine &= pl_str_find(event.facts, PL_STR("\"unrecognised\":"), 0) == SIZE_MAX;
    }
    return PL_OK;
}

static pl_status test_match(struct bench *bench, const pl_rule *rule, const pl_sample *sample,
                            bool *passed, pl_error *err)
{
    struct outcome outcome;
    try_line(bench, rule, sample->line, &outcome);
    *passed = outcome.stopped == NULL;
    if (!*passed) {
        tell(bench, rule, sample, outcome.stopped, outcome.reach);
        return PL_OK;
    }
    for (size_t i = 0; i < sample->give_count; i++) {
        pl_str got = pl_capture(&outcome.captures, sample->gives[i].key);
        if (pl_str_equal(got, sample->gives[i].value))
            continue;
        *passed = false;
        tell(bench, rule, sample, "a capture is not what the sample says", 0);
        pl_buf_appendf(bench->out, "    " PL_FMT " is '" PL_FMT "', not '" PL_FMT "'\n",
                       PL_ARG(sample->gives[i].key), PL_ARG(got), PL_ARG(sample->gives[i].value));
    }
    bool fine = true;
    pl_status status = check_effects(bench, rule, &outcome, &fine, err);
    if (status == PL_OK && !fine)
        tell(bench, rule, sample, "a captured word names no model, phase or transition", 0);
    *passed &= fine;
    return status;
}

static pl_status test_rule(struct bench *bench, const pl_rule *rule, pl_samples_result *result,
                           pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < rule->sample_count; i++) {
        bool passed = false;
        status = test_match(bench, rule, &rule->samples[i], &passed, err);
        result->passed += passed;
        result->failed += !passed;
    }
    for (size_t i = 0; i < rule->not_count; i++) {
        struct outcome outcome;
        try_line(bench, rule, rule->nots[i].line, &outcome);
        if (outcome.stopped == NULL)
            tell(bench, rule, &rule->nots[i], "the line must not match, and does",
                 rule->nots[i].line.len);
        result->passed += outcome.stopped != NULL;
        result->failed += outcome.stopped == NULL;
    }
    return status;
}

pl_status pl_samples_test(const pl_dialect_set *set, const pl_dialect *dialect, pl_buf *out,
                          pl_samples_result *result, pl_error *err)
{
    const pl_matcher_options options = {
        .set = set, .source_path = PL_STR("sample"), .reference_us = 0};
    struct bench bench = {.set = set, .out = out};
    pl_arena_init(&bench.arena);
    *result = (pl_samples_result){0};
    pl_status status = pl_exec_new(&bench.shapes, err);
    if (status == PL_OK)
        status = pl_exec_new(&bench.rules, err);
    if (status == PL_OK)
        status = pl_reading_open(&bench.reading, dialect, &options, bench.shapes, NULL, err);
    if (status == PL_OK) {
        for (size_t i = 0; status == PL_OK && i < dialect->rule_count; i++)
            status = test_rule(&bench, &dialect->rules[i], result, err);
        pl_reading_release(&bench.reading);
    }
    pl_arena_release(&bench.arena);
    pl_exec_free(bench.shapes);
    pl_exec_free(bench.rules);
    return status == PL_OK ? pl_buf_status(out, err) : status;
}
