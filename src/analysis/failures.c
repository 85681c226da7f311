/* failures.c - attempts that failed, were tried again, rolled back or cut off by the next one. */
#include "analysis/state.h"

static void word_failure(const pl_run_state *run, const pl_node_state *node,
                         const pl_failure *failure, bool again, pl_buf *out)
{
    pl_verdict_name(run, node, out);
    pl_buf_append(out, PL_STR(" failed"));
    if (failure->phase >= 0)
        pl_buf_appendf(out, " in " PL_FMT, PL_ARG(run->scope->model->phases[failure->phase].name));
    if (failure->at_us != PL_TIME_NONE) {
        pl_buf_append(out, failure->floor ? PL_STR(" after ") : PL_STR(" at "));
        pl_time_append(out, failure->at_us);
    }
    if (!failure->floor && failure->at_us != PL_TIME_NONE && failure->since_us != PL_TIME_NONE &&
        failure->at_us > failure->since_us) {
        pl_buf_append(out, PL_STR(", after "));
        pl_seconds_append(out, failure->at_us - failure->since_us);
    }
    if (failure->code[0] != '\0')
        pl_buf_appendf(out, ", code %s", failure->code);
    pl_buf_appendf(out, " (attempt %lld)", (long long)failure->attempt);
    if (failure->blocker[0] != '\0')
        pl_buf_appendf(out, "; it waited for %s", failure->blocker);
    if (again)
        pl_buf_append(out, failure->attempt < node->attempt ? PL_STR("; it was tried again")
                                                            : PL_STR("; it went on"));
}

static pl_status tell_failure(pl_run_state *run, const pl_node_state *node,
                              const pl_failure *failure, bool is_last, pl_error *err)
{
    pl_verdict verdict;
    pl_verdict_init(&verdict, is_last ? "failed" : "retried", is_last ? "error" : "info", node,
                    failure->phase);
    word_failure(run, node, failure, !is_last, &verdict.summary);
    if (failure->phase >= 0 && failure->at_us != PL_TIME_NONE &&
        failure->since_us != PL_TIME_NONE && failure->at_us >= failure->since_us)
        verdict.duration_us = failure->at_us - failure->since_us;
    verdict.attempt = failure->attempt;
    verdict.since_us = failure->since_us;
    verdict.blocker = pl_str_of(failure->blocker);
    pl_verdict_show(&verdict, failure->event, "failure");
    if (failure->blocker[0] != '\0')
        pl_verdict_show(&verdict, failure->blocker_event, "blocker");
    return pl_verdict_tell(run, &verdict, err);
}

static pl_status tell_rollback(pl_run_state *run, const pl_node_state *node, pl_error *err)
{
    pl_verdict verdict;
    pl_verdict_init(&verdict, "rolled-back", "error", node, -1);
    pl_verdict_name(run, node, &verdict.summary);
    pl_buf_appendf(&verdict.summary, " was rolled back (attempt %lld)", (long long)node->attempt);
    verdict.attempt = node->attempt;
    verdict.since_us = node->rolled_us;
    pl_verdict_show(&verdict, node->rolled_event, "rollback");
    return pl_verdict_tell(run, &verdict, err);
}

/* The last failure that nothing made good is the verdict; all others were tried again. */
static pl_status judge_node(pl_run_state *run, pl_node_state *node, pl_error *err)
{
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < node->failure_count; i++)
        if (!node->failures[i].made_good)
            last = i;
    node->broken = last != SIZE_MAX;
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < node->failure_count; i++)
        status = tell_failure(run, node, &node->failures[i], i == last, err);
    if (status == PL_OK && node->rolled_back)
        status = tell_rollback(run, node, err);
    return status;
}

pl_status pl_judge_failures(pl_run_state *run, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < run->node_count; i++)
        if (run->nodes[i]->started)
            status = judge_node(run, run->nodes[i], err);
    return status;
}

static void word_cut(const pl_run_state *run, const pl_node_state *node, const pl_step *step,
                     pl_verdict *verdict)
{
    pl_buf *out = &verdict->summary;
    pl_verdict_name(run, node, out);
    pl_buf_appendf(out, " in " PL_FMT, PL_ARG(run->scope->model->phases[verdict->phase].name));
    if (verdict->since_us != PL_TIME_NONE) {
        pl_buf_append(out, PL_STR(" since "));
        pl_time_append(out, verdict->since_us);
    }
    pl_buf_appendf(out, " (attempt %lld): nothing says how it ended; the next attempt began",
                   (long long)node->attempt);
    if (step->us != PL_TIME_NONE) {
        pl_buf_append(out, PL_STR(" at "));
        pl_time_append(out, step->us);
    }
}

pl_status pl_judge_cut(pl_run_state *run, const pl_node_state *node, const pl_step *step,
                       pl_error *err)
{
    const pl_open_span *open = node->open_count > 0 ? &node->open[node->open_count - 1] : NULL;
    /* Of a failure that is tried again that is said. */
    if (open == NULL || node->stumbled ||
        !pl_phase_is_work(&run->scope->model->phases[open->phase]))
        return PL_OK;
    pl_verdict verdict;
    pl_verdict_init(&verdict, "incomplete", "warning", node, open->phase);
    verdict.attempt = node->attempt;
    verdict.since_us = open->enter_us;
    word_cut(run, node, step, &verdict);
    pl_verdict_show(&verdict, open->enter_event, "enter");
    pl_verdict_show(&verdict, open->progress_event, "progress");
    pl_verdict_show(&verdict, step->event_id, "next");
    return pl_verdict_tell(run, &verdict, err);
}
