/* order.c - does the phase that is entered come where the model has it?  Ranked phases that are
 * nested in none with a rank. */
#include "analysis/state.h"

#include <string.h>

#include "base/alloc.h"

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

/* Mandatory top-level phases between the last one and this one that nobody saw; their number. */
static size_t find_missing(const pl_run_state *run, const pl_node_state *node, int rank,
                           bool missing[PL_SEEN_PHASES])
{
    const pl_stored_model *model = run->scope->model;
    size_t count = 0;
    for (size_t i = 0; i < model->phase_count && i < PL_SEEN_PHASES; i++) {
        const pl_stored_phase *phase = &model->phases[i];
        missing[i] = !phase->inner && !phase->optional && !node->seen_phase[i] &&
                     phase->rank > node->last_rank && phase->rank < rank;
        count += missing[i];
    }
    return count;
}

static pl_status keep_skip(pl_node_state *node, const pl_step *step,
                           const bool missing[PL_SEEN_PHASES], pl_error *err)
{
    if (!pl_grow(&node->skips, &node->skip_room, node->skip_count + 1, sizeof *node->skips))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a step over a phase");
    pl_skip *skip = &node->skips[node->skip_count++];
    *skip = (pl_skip){.step = *step,
                      .attempt = node->attempt,
                      .last_event = node->last_event,
                      .last_rank = node->last_rank};
    memcpy(skip->missing, missing, sizeof skip->missing);
    return PL_OK;
}

static void word_way(const pl_run_state *run, int last_rank, const pl_step *step, pl_buf *out)
{
    pl_buf_appendf(out, PL_FMT " to " PL_FMT, PL_ARG(phase_at_rank(run, last_rank)),
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
    word_way(run, node->last_rank, step, out);
    pl_buf_append(out, PL_STR(" without a failure in between"));
    if (next.len > 0)
        pl_buf_appendf(out, "; next would be " PL_FMT, PL_ARG(next));
}

static void word_skipped(const pl_run_state *run, const pl_node_state *node, const pl_skip *skip,
                         pl_buf *out)
{
    const char *sep = " without ";
    pl_verdict_name(run, node, out);
    pl_buf_append(out, PL_STR(" went from "));
    word_way(run, skip->last_rank, &skip->step, out);
    for (size_t i = 0; i < run->scope->model->phase_count && i < PL_SEEN_PHASES; i++) {
        if (!skip->missing[i])
            continue;
        pl_buf_appendf(out, "%s" PL_FMT, sep, PL_ARG(run->scope->model->phases[i].name));
        sep = ", ";
    }
}

pl_status pl_check_order(pl_run_state *run, pl_node_state *node, const pl_step *step, pl_error *err)
{
    const pl_stored_phase *phase = &run->scope->model->phases[step->phase];
    if (phase->inner || phase->rank == 0)
        return PL_OK;
    node->step_count++;
    if (node->last_rank == 0 || node->rolled_back)
        return PL_OK;
    bool missing[PL_SEEN_PHASES] = {false};
    if (phase->rank > node->last_rank)
        return find_missing(run, node, phase->rank, missing) > 0
                   ? keep_skip(node, step, missing, err)
                   : PL_OK;
    if (phase->rank == node->last_rank || phase->repeatable || node->stumbled)
        return PL_OK;
    pl_verdict verdict;
    pl_verdict_init(&verdict, "order.backward", "warning", node, step->phase);
    word_backward(run, node, step, &verdict.summary);
    return tell(run, node, step, &verdict, err);
}

void pl_see_phase(pl_node_state *node, int phase)
{
    if (phase < 0 || phase >= PL_SEEN_PHASES)
        return;
    node->seen_phase[phase] = true;
    for (size_t i = node->skip_first; i < node->skip_count; i++)
        node->skips[i].missing[phase] = false;
}

void pl_forget_phases(pl_node_state *node)
{
    memset(node->seen_phase, 0, sizeof node->seen_phase);
    node->skip_first = node->skip_count;
}

static pl_status judge_skip(pl_run_state *run, pl_node_state *node, const pl_skip *skip,
                            pl_error *err)
{
    if (memchr(skip->missing, true, sizeof skip->missing) == NULL)
        return PL_OK;
    pl_verdict verdict;
    pl_verdict_init(&verdict, "order.skipped", "warning", node, skip->step.phase);
    word_skipped(run, node, skip, &verdict.summary);
    node->step_bad_count++;
    verdict.attempt = skip->attempt;
    verdict.since_us = skip->step.us;
    pl_verdict_show(&verdict, skip->last_event, "before");
    pl_verdict_show(&verdict, skip->step.event_id, "enter");
    return pl_verdict_tell(run, &verdict, err);
}

pl_status pl_judge_skips(pl_run_state *run, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; i < run->node_count; i++)
        for (size_t k = 0; status == PL_OK && k < run->nodes[i]->skip_count; k++)
            status = judge_skip(run, run->nodes[i], &run->nodes[i]->skips[k], err);
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
