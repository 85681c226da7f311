/* link.c - joins the rules of all dialects to the models, which any of them may declare. */
#include "dialect/dialect.h"

static pl_status link_fail(const pl_dialect *dialect, const pl_rule *rule, pl_error *err,
                           const char *what, pl_str word)
{
    return pl_fail(err, PL_ERR_FORMAT, PL_FMT ":%u: rule '" PL_FMT "': %s '" PL_FMT "'",
                   PL_ARG(dialect->file), rule->file_line, PL_ARG(rule->id), what, PL_ARG(word));
}

/* A phase word that is no capture must be a phase; so must what the words of the rule stand for. */
static pl_status check_phases(const pl_dialect *dialect, const pl_rule *rule,
                              const pl_effect *effect, pl_error *err)
{
    bool fixed = effect->phase_word.len > 0 && effect->phase_word.ptr[0] != '{';
    if (fixed && pl_model_phase(effect->model, effect->phase_word) < 0)
        return link_fail(dialect, rule, err, "its model has no phase", effect->phase_word);
    pl_transition ignored;
    bool captured = effect->phase_word.len > 0 && !fixed;
    for (size_t w = 0; captured && w < rule->word_count; w++)
        if (pl_model_phase(effect->model, rule->words[w].value) < 0 &&
            !pl_transition_of(rule->words[w].value, &ignored))
            return link_fail(dialect, rule, err, "its words name no phase or transition",
                             rule->words[w].value);
    return PL_OK;
}

static pl_status link_effect(const pl_dialect_set *set, const pl_dialect *dialect,
                             const pl_rule *rule, pl_effect *effect, pl_error *err)
{
    if (effect->model_word.len == 0 || effect->model_word.ptr[0] == '{')
        return PL_OK;
    effect->model = pl_model_find(set, effect->model_word);
    if (effect->model == NULL)
        return link_fail(dialect, rule, err, "no dialect declares the model", effect->model_word);
    return check_phases(dialect, rule, effect, err);
}

/* A model that another one names is there; empty names none. */
static pl_status find_other(const pl_dialect_set *set, const pl_dialect *dialect,
                            const pl_model *model, const char *what, pl_str name, pl_error *err)
{
    if (name.len == 0 || pl_model_find(set, name) != NULL)
        return PL_OK;
    return pl_fail(err, PL_ERR_FORMAT,
                   PL_FMT ":%u: model '" PL_FMT "': no dialect declares the model '" PL_FMT "' %s",
                   PL_ARG(dialect->file), model->file_line, PL_ARG(model->name), PL_ARG(name),
                   what);
}

/* What a model comes after is a phase of a model that there is. */
static pl_status check_others(const pl_dialect_set *set, const pl_dialect *dialect,
                              const pl_model *model, pl_error *err)
{
    pl_status status = find_other(set, dialect, model, "it comes after", model->after_model, err);
    if (status == PL_OK)
        status = find_other(set, dialect, model, "it is beside", model->beside, err);
    if (status == PL_OK)
        status = find_other(set, dialect, model, "it is mixed until", model->mixed_until, err);
    if (status != PL_OK || model->after_model.len == 0 ||
        pl_model_phase(pl_model_find(set, model->after_model), model->after_phase) >= 0)
        return status;
    return pl_fail(err, PL_ERR_FORMAT,
                   PL_FMT ":%u: model '" PL_FMT "': '" PL_FMT "' has no phase '" PL_FMT "'",
                   PL_ARG(dialect->file), model->file_line, PL_ARG(model->name),
                   PL_ARG(model->after_model), PL_ARG(model->after_phase));
}

/* Every model is declared once, and knows whether rules say where its attempts begin. */
static pl_status check_model(const pl_dialect_set *set, const pl_dialect *dialect, pl_model *model,
                             pl_error *err)
{
    if (pl_model_find(set, model->name) != model)
        return pl_fail(err, PL_ERR_FORMAT,
                       PL_FMT ": model '" PL_FMT "' is declared in another dialect too",
                       PL_ARG(dialect->file), PL_ARG(model->name));
    for (size_t d = 0; d < set->count; d++)
        for (size_t r = 0; r < set->items[d]->rule_count; r++)
            for (size_t e = 0; e < set->items[d]->rules[r].effect_count; e++) {
                const pl_effect *effect = &set->items[d]->rules[r].effects[e];
                model->has_begins |= effect->begins_attempt && effect->model == model;
            }
    return check_others(set, dialect, model, err);
}

pl_status pl_dialect_link(pl_dialect_set *set, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t d = 0; status == PL_OK && d < set->count; d++)
        for (size_t r = 0; status == PL_OK && r < set->items[d]->rule_count; r++) {
            pl_rule *rule = &set->items[d]->rules[r];
            for (size_t e = 0; status == PL_OK && e < rule->effect_count; e++)
                status = link_effect(set, set->items[d], rule, &rule->effects[e], err);
        }
    for (size_t d = 0; status == PL_OK && d < set->count; d++)
        for (size_t m = 0; status == PL_OK && m < set->items[d]->model_count; m++)
            status = check_model(set, set->items[d], &set->items[d]->models[m], err);
    return status;
}
