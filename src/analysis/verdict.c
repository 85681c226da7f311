/* verdict.c - a finding about a run: collected, then written with its evidence. */
#include "analysis/findings.h"
#include "analysis/state.h"

#define WORDS_BYTES_MAX ((size_t)1 << 16)

void pl_verdict_init(pl_verdict *verdict, const char *rule, const char *severity,
                     const pl_node_state *node, int phase)
{
    *verdict = (pl_verdict){.rule = rule,
                            .severity = severity,
                            .confidence = "high",
                            .node = node,
                            .phase = phase,
                            .since_us = PL_TIME_NONE,
                            .duration_us = PL_TIME_NONE,
                            .limit_us = PL_TIME_NONE};
    pl_buf_init(&verdict->summary, WORDS_BYTES_MAX);
    pl_buf_init(&verdict->arithmetic, WORDS_BYTES_MAX);
}

void pl_verdict_show(pl_verdict *verdict, int64_t event, const char *role)
{
    if (event == 0 || verdict->evidence_count == PL_VERDICT_EVIDENCE_MAX)
        return;
    for (size_t i = 0; i < verdict->evidence_count; i++)
        if (verdict->evidence[i].event == event)
            return;
    verdict->evidence[verdict->evidence_count].event = event;
    verdict->evidence[verdict->evidence_count++].role = role;
}

void pl_verdict_name(const pl_run_state *run, const pl_node_state *node, pl_buf *out)
{
    pl_buf_append(out, node != NULL && node->node_id > 0 ? node->name : run->scope->cluster);
}

/* What the finding is about, for its id: cluster, model, node, phase. */
static void describe(const pl_run_state *run, const pl_verdict *verdict, pl_buf *out)
{
    const pl_stored_model *model = run->scope->model;
    pl_buf_append(out, run->scope->cluster);
    pl_buf_appendf(out, "\n" PL_FMT "\n", PL_ARG(model->name));
    pl_buf_append(out, verdict->node != NULL ? verdict->node->name : PL_STR(""));
    pl_buf_append_char(out, '\n');
    pl_buf_append(out, verdict->phase >= 0 ? model->phases[verdict->phase].name : PL_STR(""));
}

static pl_status add(pl_run_state *run, const pl_verdict *verdict, pl_str about, pl_error *err)
{
    const pl_stored_model *model = run->scope->model;
    pl_buf id;
    pl_buf_init(&id, 256);
    const pl_finding finding = {
        .rule = verdict->rule,
        .severity = verdict->severity,
        .confidence = verdict->confidence,
        .run_id = run->run_id,
        .cluster_id = run->scope->cluster_id,
        .node_id = verdict->node != NULL ? verdict->node->node_id : 0,
        .phase_id = verdict->phase >= 0 ? model->phases[verdict->phase].phase_id : 0,
        .attempt = verdict->attempt,
        .since_us = verdict->since_us,
        .duration_us = verdict->duration_us,
        .limit_us = verdict->limit_us,
        .limit_from = verdict->limit_from,
        .summary = pl_buf_str(&verdict->summary),
        .arithmetic = pl_buf_str(&verdict->arithmetic),
        .blocker = verdict->blocker,
        .about = about,
    };
    pl_status status = pl_finding_add(run->scope->store, &finding, &id, err);
    for (size_t i = 0; status == PL_OK && i < verdict->evidence_count; i++)
        status = pl_evidence_add(run->scope->store, pl_buf_str(&id), verdict->evidence[i].event, 0,
                                 verdict->evidence[i].role, err);
    pl_buf_release(&id);
    return status;
}

pl_status pl_verdict_tell(pl_run_state *run, pl_verdict *verdict, pl_error *err)
{
    pl_buf about;
    pl_buf_init(&about, WORDS_BYTES_MAX);
    describe(run, verdict, &about);
    pl_status status = pl_buf_status(&verdict->summary, err);
    if (status == PL_OK)
        status = pl_buf_status(&verdict->arithmetic, err);
    if (status == PL_OK)
        status = pl_buf_status(&about, err);
    if (status == PL_OK)
        status = add(run, verdict, pl_buf_str(&about), err);
    pl_buf_release(&about);
    pl_buf_release(&verdict->summary);
    pl_buf_release(&verdict->arithmetic);
    return status;
}
