/* failures.c - attempts that failed, were tried again, or were rolled back. */
#include "analysis/findings.h"
#include "analysis/state.h"

static void word_failure(const pl_run_state *run, const pl_node_state *node,
                         const pl_failure *failure, bool again, pl_buf *out)
{
    pl_buf_append(out, node->node_id > 0 ? node->name : run->scope->cluster);
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
    if (again)
        pl_buf_append(out, failure->attempt < node->attempt ? PL_STR("; it was tried again")
                                                            : PL_STR("; it went on"));
}

static pl_status tell_failure(pl_run_state *run, const pl_node_state *node,
                              const pl_failure *failure, bool is_last, pl_error *err)
{
    pl_buf summary, about, id;
    pl_buf_init(&summary, (size_t)1 << 16);
    pl_buf_init(&about, (size_t)1 << 16);
    pl_buf_init(&id, 256);
    word_failure(run, node, failure, !is_last, &summary);
    pl_describe_subject(run, node, failure->phase, &about);
    bool timed = failure->phase >= 0 && failure->at_us != PL_TIME_NONE &&
                 failure->since_us != PL_TIME_NONE && failure->at_us >= failure->since_us;
    const pl_finding finding = {
        .rule = is_last ? "failed" : "retried",
        .severity = is_last ? "error" : "info",
        .confidence = "high",
        .run_id = run->run_id,
        .cluster_id = run->scope->cluster_id,
        .node_id = node->node_id,
        .phase_id = failure->phase >= 0 ? run->scope->model->phases[failure->phase].phase_id : 0,
        .attempt = failure->attempt,
        .since_us = failure->since_us,
        .duration_us = timed ? failure->at_us - failure->since_us : PL_TIME_NONE,
        .limit_us = PL_TIME_NONE,
        .summary = pl_buf_str(&summary),
        .about = pl_buf_str(&about),
    };
    pl_status status = pl_buf_status(&summary, err);
    if (status == PL_OK)
        status = pl_buf_status(&about, err);
    if (status == PL_OK)
        status = pl_finding_add(run->scope->store, &finding, &id, err);
    if (status == PL_OK)
        status =
            pl_evidence_add(run->scope->store, pl_buf_str(&id), failure->event, 0, "failure", err);
    pl_buf_release(&summary);
    pl_buf_release(&about);
    pl_buf_release(&id);
    return status;
}

static pl_status tell_rollback(pl_run_state *run, const pl_node_state *node, pl_error *err)
{
    pl_buf summary, about, id;
    pl_buf_init(&summary, (size_t)1 << 16);
    pl_buf_init(&about, (size_t)1 << 16);
    pl_buf_init(&id, 256);
    pl_buf_append(&summary, node->node_id > 0 ? node->name : run->scope->cluster);
    pl_buf_appendf(&summary, " was rolled back (attempt %lld)", (long long)node->attempt);
    pl_describe_subject(run, node, -1, &about);
    const pl_finding finding = {
        .rule = "rolled-back",
        .severity = "error",
        .confidence = "high",
        .run_id = run->run_id,
        .cluster_id = run->scope->cluster_id,
        .node_id = node->node_id,
        .attempt = node->attempt,
        .since_us = node->rolled_us,
        .duration_us = PL_TIME_NONE,
        .limit_us = PL_TIME_NONE,
        .summary = pl_buf_str(&summary),
        .about = pl_buf_str(&about),
    };
    pl_status status = pl_buf_status(&summary, err);
    if (status == PL_OK)
        status = pl_buf_status(&about, err);
    if (status == PL_OK)
        status = pl_finding_add(run->scope->store, &finding, &id, err);
    if (status == PL_OK)
        status = pl_evidence_add(run->scope->store, pl_buf_str(&id), node->rolled_event, 0,
                                 "rollback", err);
    pl_buf_release(&summary);
    pl_buf_release(&about);
    pl_buf_release(&id);
    return status;
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
