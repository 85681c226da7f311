/* lint.c - one check after the other over the rules of a dialect, then over its models. */
#include "match/lint.h"

#include "match/bench.h"
#include "match/stretch.h"

#define LITERAL_SHORT 4 /* shorter ones are in words of every kind */
#define LINES_TELLING 8 /* lines of other rules, from which on their number says something */
#define SCRATCH_BYTES_MAX ((size_t)1 << 20)

struct lint {
    pl_bench bench;
    pl_buf scratch;
    size_t findings;
};

/* A finding about a whole rule, phase or model. */
static void report(struct lint *lint, unsigned file_line, const char *noun, pl_str name,
                   const char *what)
{
    pl_buf_appendf(lint->bench.out, PL_FMT ":%u: %s '" PL_FMT "' %s\n",
                   PL_ARG(lint->bench.dialect->file), file_line, noun, PL_ARG(name), what);
    lint->findings++;
}

/* A finding about a sample of `rule`. */
static void report_at(struct lint *lint, const pl_rule *rule, const pl_sample *sample,
                      const char *what, size_t at)
{
    pl_bench_tell(&lint->bench, rule, sample, what, at);
    lint->findings++;
}

static void count_holders(const pl_sample *samples, size_t count, pl_str literal, size_t *holders)
{
    for (size_t i = 0; i < count; i++)
        *holders += pl_str_find(samples[i].line, literal, 0) != SIZE_MAX;
}

/* True when most lines of the rules with other literals hold this one. */
static bool is_common(const pl_dialect *dialect, pl_str literal)
{
    size_t lines = 0, holders = 0;
    for (size_t i = 0; i < dialect->rule_count; i++) {
        const pl_rule *other = &dialect->rules[i];
        if (pl_str_equal(other->literal, literal))
            continue;
        lines += other->sample_count + other->not_count;
        count_holders(other->samples, other->sample_count, literal, &holders);
        count_holders(other->nots, other->not_count, literal, &holders);
    }
    return lines >= LINES_TELLING && 2 * holders > lines;
}

static void check_literal(struct lint *lint, const pl_rule *rule)
{
    if (rule->literal.len == 0 && rule->kind == PL_RULE_CONTEXT)
        report(lint, rule->file_line, "rule", rule->id,
               "has no literal, and what it says holds for every line that follows");
    else if (rule->literal.len > 0 && rule->literal.len < LITERAL_SHORT)
        report(lint, rule->file_line, "rule", rule->id, "has a literal that is too short to tell");
    for (size_t i = 0; i < rule->more_count; i++)
        if (rule->more_literals[i].len < LITERAL_SHORT)
            report(lint, rule->file_line, "rule", rule->id,
                   "has a literal that is too short to tell");
    if (rule->literal.len >= LITERAL_SHORT && is_common(lint->bench.dialect, rule->literal))
        report(lint, rule->file_line, "rule", rule->id,
               "has a literal that most lines of the other rules hold");
}

/* Reports the first sample of `rule` that `other` matches too. */
static void check_overlap(struct lint *lint, const pl_rule *rule, const pl_rule *other)
{
    for (size_t i = 0; i < rule->sample_count; i++) {
        pl_outcome outcome;
        pl_bench_try(&lint->bench, other, rule->samples[i].line, &outcome);
        if (outcome.stopped != NULL)
            continue;
        pl_buf_clear(&lint->scratch);
        pl_buf_appendf(&lint->scratch, "rule '" PL_FMT "' of line %u matches this line too",
                       PL_ARG(other->id), other->file_line);
        report_at(lint, rule, &rule->samples[i], lint->scratch.ptr, 0);
        return;
    }
}

static void check_overlaps(struct lint *lint)
{
    const pl_dialect *dialect = lint->bench.dialect;
    for (size_t a = 0; a < dialect->rule_count; a++)
        for (size_t b = 0; b < dialect->rule_count; b++)
            if (a != b && dialect->rules[a].kind == PL_RULE_EVENT &&
                dialect->rules[b].kind == PL_RULE_EVENT && dialect->rules[a].when_count == 0 &&
                dialect->rules[b].when_count == 0)
                check_overlap(lint, &dialect->rules[a], &dialect->rules[b]);
}

/* Reports where the pattern of `shape`, NULL: of `rule`, explodes on `text`, the end of the
 * sample's line.  True: it does. */
static bool check_steps(struct lint *lint, const pl_rule *rule, const pl_sample *sample,
                        const pl_shape *shape, pl_str text)
{
    size_t at = 0, skipped = sample->line.len > text.len ? sample->line.len - text.len : 0;
    const pl_regex *regex = shape == NULL ? &rule->regex : &shape->regex;
    pl_buf *words = &lint->scratch;
    if (!pl_stretch_explodes(lint->bench.rules, regex, text, PL_LINT_STEPS_MAX, words, &at))
        return false;
    pl_buf_clear(words);
    pl_buf_append(words, PL_STR("the pattern "));
    if (shape != NULL)
        pl_buf_appendf(words, "of shape '" PL_FMT "' ", PL_ARG(shape->id));
    pl_buf_append(words, PL_STR("explodes when this goes on and on"));
    report_at(lint, rule, sample, words->ptr, skipped + at);
    return true;
}

static void check_pattern(struct lint *lint, const pl_rule *rule)
{
    bool exploded = false;
    for (size_t i = 0; !exploded && i < rule->sample_count; i++) {
        pl_outcome outcome;
        pl_bench_try(&lint->bench, rule, rule->samples[i].line, &outcome);
        exploded = check_steps(lint, rule, &rule->samples[i], NULL, outcome.shaped.text);
    }
}

/* The shape on the first sample of each rule. */
static void check_shape(struct lint *lint, const pl_shape *shape)
{
    const pl_dialect *dialect = lint->bench.dialect;
    bool exploded = false;
    for (size_t i = 0; !exploded && i < dialect->rule_count; i++) {
        const pl_rule *rule = &dialect->rules[i];
        pl_outcome outcome;
        pl_bench_try(&lint->bench, rule, rule->samples[0].line, &outcome);
        exploded = check_steps(lint, rule, &rule->samples[0], shape, outcome.shaped.line);
    }
}

static void check_limits(struct lint *lint, const pl_model *model)
{
    for (size_t i = 0; i < model->phase_count; i++) {
        const pl_phase *phase = &model->phases[i];
        bool waits =
            phase->rest || phase->terminal != PL_TERMINAL_NO || phase->kind == PL_KIND_QUEUED;
        if (!waits && phase->limit_us < 0)
            report(lint, phase->file_line, "phase", phase->name,
                   "takes time and has no limit: without peers it is never slow or stalled");
    }
}

/* What rules can reach of a model. */
struct reach {
    const pl_dialect *dialect; /* that declares it */
    const pl_model *model;
    bool *phases; /* by index; borrowed */
    bool any;
};

static void reach_word(struct reach *reach, pl_str word)
{
    int phase = pl_model_phase(reach->model, word);
    if (phase >= 0)
        reach->phases[phase] = true;
}

/* A line that names the model itself may name any, but is meant for those of its own dialect. */
static bool reaches(const struct reach *reach, const pl_dialect *dialect, const pl_effect *effect)
{
    if (effect->model != NULL)
        return effect->model == reach->model;
    return effect->model_word.len > 0 && dialect == reach->dialect;
}

/* A captured word is one of the rule's own words, else the name of any phase. */
static void reach_effect(struct reach *reach, const pl_rule *rule, const pl_effect *effect)
{
    reach->any = true;
    if (effect->phase_word.len == 0)
        return;
    bool captured = effect->phase_word.ptr[0] == '{';
    if (!captured)
        reach_word(reach, effect->phase_word);
    for (size_t i = 0; captured && i < rule->word_count; i++)
        reach_word(reach, rule->words[i].value);
    for (size_t i = 0; captured && rule->word_count == 0 && i < reach->model->phase_count; i++)
        reach->phases[i] = true;
    for (size_t s = 0; captured && s < rule->sample_count; s++)
        for (size_t i = 0; i < rule->samples[s].give_count; i++)
            reach_word(reach, rule->samples[s].gives[i].value);
}

static void reach_all(struct reach *reach, const pl_dialect_set *set)
{
    for (size_t d = 0; d < set->count; d++)
        for (size_t r = 0; r < set->items[d]->rule_count; r++) {
            const pl_rule *rule = &set->items[d]->rules[r];
            for (size_t e = 0; e < rule->effect_count; e++)
                if (reaches(reach, set->items[d], &rule->effects[e]))
                    reach_effect(reach, rule, &rule->effects[e]);
        }
}

/* A phase that holds others is there while they are. */
static bool is_parent(const pl_model *model, size_t phase)
{
    for (size_t i = 0; i < model->phase_count; i++)
        if (model->phases[i].parent == (int)phase)
            return true;
    return false;
}

static bool has_events(const pl_dialect *dialect)
{
    for (size_t i = 0; i < dialect->rule_count; i++)
        if (dialect->rules[i].kind == PL_RULE_EVENT)
            return true;
    return false;
}

static pl_status check_reach(struct lint *lint, const pl_model *model, pl_error *err)
{
    struct reach reach = {.dialect = lint->bench.dialect, .model = model};
    reach.phases = pl_arena_take(&lint->bench.arena, model->phase_count, sizeof *reach.phases);
    if (reach.phases == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a model");
    reach_all(&reach, lint->bench.set);
    if (!reach.any)
        report(lint, model->file_line, "model", model->name, "is used by no rule");
    for (size_t i = 0; reach.any && i < model->phase_count; i++)
        if (!reach.phases[i] && !is_parent(model, i))
            report(lint, model->phases[i].file_line, "phase", model->phases[i].name,
                   "is entered by no rule");
    return PL_OK;
}

static pl_status lint_dialect(struct lint *lint, pl_error *err)
{
    const pl_dialect *dialect = lint->bench.dialect;
    for (size_t i = 0; i < dialect->rule_count; i++)
        check_literal(lint, &dialect->rules[i]);
    check_overlaps(lint);
    for (size_t i = 0; i < dialect->shape_count; i++)
        check_shape(lint, &dialect->shapes[i]);
    for (size_t i = 0; i < dialect->rule_count; i++)
        check_pattern(lint, &dialect->rules[i]);
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < dialect->model_count; i++) {
        check_limits(lint, &dialect->models[i]);
        if (has_events(dialect)) /* else it is made of models alone, for logs that name them */
            status = check_reach(lint, &dialect->models[i], err);
    }
    return status;
}

pl_status pl_lint(const pl_dialect_set *set, const pl_dialect *dialect, pl_buf *out,
                  size_t *findings, pl_error *err)
{
    struct lint lint = {0};
    pl_buf_init(&lint.scratch, SCRATCH_BYTES_MAX);
    pl_buf_append_repeat(&lint.scratch, ' ', PL_LINE_MAX);
    pl_status status = pl_bench_open(&lint.bench, set, dialect, out, err);
    if (status == PL_OK)
        status = pl_buf_status(&lint.scratch, err);
    if (status == PL_OK)
        status = lint_dialect(&lint, err);
    pl_bench_close(&lint.bench);
    pl_buf_release(&lint.scratch);
    *findings = lint.findings;
    return status == PL_OK ? pl_buf_status(out, err) : status;
}
