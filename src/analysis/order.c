/* order.c - does the phase that is entered come where the model has it?  Ranked phases that are
 * nested in none with a rank. */
#include "analysis/state.h"

static pl_status tell(pl_run_state *run, pl_node_state *node, const pl_step *step,
                      pl_verdict *verdict, pl_error *err)
{
    bool is_exit = pl_str_equal(step->transition, PL_STR("exit"));
    bool is_fail = pl_str_equal(step->transition, PL_STR("fail"));
    node->step_bad_count++;
    verdict->attempt = node->attempt;
    verdict->since_us = step->us;
    pl_verdict_show(verdict, node->last_event, "before");
    pl_verdict_show(verdict, step->event_id, is_fail ? "failure" : is_exit ? "exit" : "enter");
    return pl_verdict_tell(run, verdict, err);
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

/* The next phase that must come after rank `rank`; empty: any may, or none is left. */
static pl_str next_mandatory(const pl_run_state *run, int rank)
{
    const pl_stored_model *model = run->scope->model;
    const pl_stored_phase *next = NULL;
    for (size_t i = 0; i < model->phase_count; i++) {
        const pl_stored_phase *phase = &model->phases[i];
        if (phase->parent < 0 && !phase->optional && phase->rank > rank &&
            (next == NULL || phase->rank < next->rank))
            next = phase;
    }
    return next == NULL ? (pl_str){0} : next->name;
}

static void word_backward(const pl_run_state *run, const pl_node_state *node, const pl_step *step,
                          pl_buf *out)
{
    pl_str next = next_mandatory(run, node->last_rank);
    pl_verdict_name(run, node, out);
    pl_buf_append(out, PL_STR(" went back from "));
    word_way(run, node, step, out);
    pl_buf_append(out, PL_STR(" without a failure in between"));
    if (next.len > 0)
        pl_buf_appendf(out, "; next would be " PL_FMT, PL_ARG(next));
}

static void word_skipped(const pl_run_state *run, const pl_node_state *node, const pl_step *step,
                         pl_str missing, pl_buf *out)
{
    pl_verdict_name(run, node, out);
    pl_buf_append(out, PL_STR(" went from "));
    word_way(run, node, step, out);
    pl_buf_appendf(out, " without " PL_FMT, PL_ARG(missing));
}

pl_status pl_check_order(pl_run_state *run, pl_node_state *node, const pl_step *step, pl_error *err)
{
    const pl_stored_phase *phase = &run->scope->model->phases[step->phase];
    if (phase->inner || phase->rank == 0)
        return PL_OK;
    node->step_count++;
    if (node->last_rank == 0 || node->rolled_back)
        return PL_OK;
    bool goes_back = phase->rank < node->last_rank && !phase->repeatable && !node->stumbled;
    pl_buf missing;
    pl_buf_init(&missing, (size_t)1 << 16);
    bool skips =
        phase->rank > node->last_rank && list_missing(run, node, phase->rank, &missing) > 0;
    pl_status status = PL_OK;
    if (goes_back || skips) {
        pl_verdict verdict;
        pl_verdict_init(&verdict, skips ? "order.skipped" : "order.backward", "warning", node,
                        step->phase);
        if (skips)
            word_skipped(run, node, step, pl_buf_str(&missing), &verdict.summary);
        else
            word_backward(run, node, step, &verdict.summary);
        status = tell(run, node, step, &verdict, err);
    }
    pl_buf_release(&missing);
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
    pl_verdict verdict;
    pl_verdict_init(&verdict, "order.unexpected", "warning", node, step->phase);
    pl_verdict_name(run, node, &verdict.summary);
    pl_buf_appendf(&verdict.summary, " %s " PL_FMT " at ", is_exit ? "left" : "failed in",
                   PL_ARG(phases[step->phase].name));
    pl_time_append(&verdict.summary, step->us);
    pl_buf_appendf(&verdict.summary, ", which it had not entered: it was in " PL_FMT,
                   PL_ARG(phases[node->open[0].phase].name));
    node->step_count++;
    return tell(run, node, step, &verdict, err);
}
