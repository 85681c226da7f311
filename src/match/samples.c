/* samples.c - what each sample must come to: captures, and words that mean something. */
#include "match/samples.h"

#include "match/bench.h"
#include "match/effects.h"

/* A captured word that names no phase would be a note in the log: in a sample it is a mistake. */
static pl_status check_effects(pl_bench *bench, const pl_rule *rule, const pl_outcome *outcome,
                               bool *fine, pl_error *err)
{
    const pl_hit hit = {.set = bench->set,
                        .reading = &bench->reading,
                        .rule = rule,
                        .captures = &outcome->captures,
                        .shaped = &outcome->shaped,
                        .arena = &bench->arena};
    for (size_t i = 0; i < rule->effect_count; i++) {
        pl_event event = {0};
        pl_status status = pl_effect_event(&hit, i, (pl_str){0}, &event, err);
        if (status != PL_OK)
            return status;
        *fine &= pl_str_find(event.facts, PL_STR("\"unrecognised\":"), 0) == SIZE_MAX;
    }
    return PL_OK;
}

static pl_status test_match(pl_bench *bench, const pl_rule *rule, const pl_sample *sample,
                            bool *passed, pl_error *err)
{
    pl_outcome outcome;
    pl_bench_try(bench, rule, sample->line, &outcome);
    *passed = outcome.stopped == NULL;
    if (!*passed) {
        pl_bench_tell(bench, rule, sample, outcome.stopped, outcome.reach);
        return PL_OK;
    }
    for (size_t i = 0; i < sample->give_count; i++) {
        pl_str got = pl_capture(&outcome.captures, sample->gives[i].key);
        if (pl_str_equal(got, sample->gives[i].value))
            continue;
        *passed = false;
        pl_bench_tell(bench, rule, sample, "a capture is not what the sample says", 0);
        pl_buf_appendf(bench->out, "    " PL_FMT " is '" PL_FMT "', not '" PL_FMT "'\n",
                       PL_ARG(sample->gives[i].key), PL_ARG(got), PL_ARG(sample->gives[i].value));
    }
    bool fine = true;
    pl_status status = check_effects(bench, rule, &outcome, &fine, err);
    if (status == PL_OK && !fine)
        pl_bench_tell(bench, rule, sample, "a captured word names no model, phase or transition",
                      0);
    *passed &= fine;
    return status;
}

static pl_status test_rule(pl_bench *bench, const pl_rule *rule, pl_samples_result *result,
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
        pl_outcome outcome;
        pl_bench_try(bench, rule, rule->nots[i].line, &outcome);
        if (outcome.stopped == NULL)
            pl_bench_tell(bench, rule, &rule->nots[i], "the line must not match, and does",
                          rule->nots[i].line.len);
        result->passed += outcome.stopped != NULL;
        result->failed += outcome.stopped == NULL;
    }
    return status;
}

pl_status pl_samples_test(const pl_dialect_set *set, const pl_dialect *dialect, pl_buf *out,
                          pl_samples_result *result, pl_error *err)
{
    pl_bench bench;
    *result = (pl_samples_result){0};
    pl_status status = pl_bench_open(&bench, set, dialect, out, err);
    for (size_t i = 0; status == PL_OK && i < dialect->rule_count; i++)
        status = test_rule(&bench, &dialect->rules[i], result, err);
    pl_bench_close(&bench);
    return status == PL_OK ? pl_buf_status(out, err) : status;
}
