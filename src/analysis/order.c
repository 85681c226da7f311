/* order.c - does the phase that is entered come where the model has it?  Ranked phases that are
 * nested in none with a rank. */
#include "analysis/findings.h"
#include "analysis/state.h"

struct disorder {
    const char *rule, *role; /* role: of the line that shows it */
    pl_buf summary;
};

static void describe(const pl_run_state *run, const pl_node_state *node, pl_buf *out)
{
    pl_buf_append(out, node->node_id > 0 ? node->name : run->scope->cluster);
}

static pl_status tell(pl_run_state *run, pl_node_state *node, const pl_step *step,
                      struct disorder *disorder, pl_error *err)
{
    pl_buf about, id;
    pl_buf_init(&about, (size_t)1 << 16);
    pl_buf_init(&id, 256);
    const pl_stored_phase *phase = &run->scope->model->phases[step->phase];
    pl_describe_subject(run, node, step->phase, &about);
    const pl_finding finding = {
        .rule = disorder->rule,
        .severity = "warning",
        .confidence = "high",
        .run_id = run->run_id,
        .cluster_id = run->scope->cluster_id,
        .node_id = node->node_id,
        .phase_id = phase->phase_id,
        .attempt = node->attempt,
        .since_us = step->us,
        .duration_us = PL_TIME_NONE,
        .limit_us = PL_TIME_NONE,
        .summary = pl_buf_str(&disorder->summary),
        .about = pl_buf_str(&about),
    };
    pl_status status = pl_buf_status(&about, err);
    if (status == PL_OK)
        status = pl_buf_status(&disorder->summary, err);
    if (status == PL_OK)
        status = pl_finding_add(run->scope->store, &finding, &id, err);
    if (status == PL_OK)
        status =
            pl_evidence_add(run->scope->store, pl_buf_str(&id), node->last_event, 0, "before", err);
    if (status == PL_OK)
        status = pl_evidence_add(run->scope->store, pl_buf_str(&id), step->event_id, 0,
                                 disorder->role, err);
    pl_buf_release(&about);
    pl_buf_release(&id);
    return status;
}

static pl_str phase_at_rank(const pl_run_state *run, int rank)
{
    const pl_stored_model *model = run->scope->model;
    for (size_t i = 0; i < model->phase_count; i++)
        if (model->phases[i].rank == rank)
            return model->phases[i].name;
    return (pl_str){0};
}

/* Mandatory top-level phases between the last one and this one that nobody saw; their number, and
 * names in `out`. */
static size_t list_missing(const pl_run_state *run, const pl_node_state *node, int rank,
                           pl_buf *out)
{
    const pl_stored_model *model = run->scope->model;
    size_t missing = 0;
    for (size_t i = 0; i < model->phase_count && i < PL_SEEN_PHASES; i++) {
        const pl_stored_phase *phase = &model->phases[i];
        if (phase->inner || phase->optional || node->seen_phase[i])
            continue;
        if (phase->rank <= node->last_rank || phase->rank >= rank)
            continue;
        pl_buf_append(out, missing++ > 0 ? PL_STR(", ") : PL_STR(""));
        pl_buf_append(out, phase->name);
    }
    return missing;
}

static void word_way(const pl_run_state *run, const pl_node_state *node, const pl_step *step,
                     pl_buf *out)
{
    pl_buf_appendf(out, PL_FMT " to " PL_FMT, PL_ARG(phase_at_rank(run, node->last_rank)),
                   PL_ARG(run->scope->model->phases[step->phase].name));
    if (step->us == PL_TIME_NONE)
        return;
    pl_buf_append(out, PL_STR(" at "));
    pl_time_append(out, step->us);
}

static void word_backward(const pl_run_state *run, const pl_node_state *node, const pl_step *step,
                          pl_buf *out)
{
    describe(run, node, out);
    pl_buf_append(out, PL_STR(" went back from "));
    word_way(run, node, step, out);
    pl_buf_append(out, PL_STR(" without a failure in between"));
}

static void word_skipped(const pl_run_state *run, const pl_node_state *node, const pl_step *step,
                         pl_str missing, pl_buf *out)
{
    describe(run, node, out);
    pl_buf_append(out, PL_STR(" went from "));
    word_way(run, node, step, out);
    pl_buf_appendf(out, " without " PL_FMT, PL_ARG(missing));
}

pl_status pl_check_order(pl_run_state *run, pl_node_state *node, const pl_step *step, pl_error *err)
{
    const pl_stored_phase *phase = &run->scope->model->phases[step->phase];
    if (phase->inner || phase->rank == 0 || node->last_rank == 0 || node->rolled_back)
        return PL_OK;
    struct disorder disorder = {.role = "enter"};
    pl_buf missing;
    pl_buf_init(&missing, (size_t)1 << 16);
    pl_buf_init(&disorder.summary, (size_t)1 << 16);
    if (phase->rank < node->last_rank && !phase->repeatable && !node->stumbled) {
        disorder.rule = "order.backward";
        word_backward(run, node, step, &disorder.summary);
    } else if (phase->rank > node->last_rank &&
               list_missing(run, node, phase->rank, &missing) > 0) {
        disorder.rule = "order.skipped";
        word_skipped(run, node, step, pl_buf_str(&missing), &disorder.summary);
    }
    pl_status status = disorder.rule == NULL ? PL_OK : tell(run, node, step, &disorder, err);
    pl_buf_release(&missing);
    pl_buf_release(&disorder.summary);
    return status;
}

/* It never entered the phase in this attempt, nor does the line tell when, and is past it.  Of one
 * still to come only the end may be what is logged. */
static bool is_unexpected(const pl_run_state *run, const pl_node_state *node, const pl_step *step)
{
    bool ends = pl_str_equal(step->transition, PL_STR("exit")) ||
                pl_str_equal(step->transition, PL_STR("fail"));
    if (!ends || step->phase < 0 || step->phase >= PL_SEEN_PHASES || node->open_count == 0)
        return false;
    const pl_stored_phase *phases = run->scope->model->phases;
    const pl_stored_phase *other = &phases[node->open[0].phase];
    return !phases[step->phase].inner && phases[step->phase].rank > 0 && other->rank > 0 &&
           phases[step->phase].rank < other->rank && !node->seen_phase[step->phase] &&
           step->lasted_us < 0;
}

pl_status pl_check_unexpected(pl_run_state *run, pl_node_state *node, const pl_step *step,
                              pl_error *err)
{
    if (!is_unexpected(run, node, step))
        return PL_OK;
    const pl_stored_phase *phases = run->scope->model->phases;
    bool is_exit = pl_str_equal(step->transition, PL_STR("exit"));
    struct disorder disorder = {.rule = "order.unexpected", .role = is_exit ? "exit" : "failure"};
    pl_buf_init(&disorder.summary, (size_t)1 << 16);
    describe(run, node, &disorder.summary);
    pl_buf_appendf(&disorder.summary, " %s " PL_FMT " at ", is_exit ? "left" : "failed in",
                   PL_ARG(phases[step->phase].name));
    pl_time_append(&disorder.summary, step->us);
    pl_buf_appendf(&disorder.summary, ", which it had not entered: it was in " PL_FMT,
                   PL_ARG(phases[node->open[0].phase].name));
    pl_status status = tell(run, node, step, &disorder, err);
    pl_buf_release(&disorder.summary);
    return status;
}
