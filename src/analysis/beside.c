/*
 * beside.c - a model may look on while another one tells the story: what goes wrong with a node in
 * both is told once, by the other.
 */
#include "analysis/findings.h"

static pl_status run_sql(pl_store *store, const char *sql, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    return status == PL_OK ? pl_stmt_run(stmt, err) : status;
}

/* The other model's run covers the moment and has a verdict on the node. */
#define TOLD                                                                                       \
    "SELECT f.finding FROM finding f JOIN run r USING (run_id) JOIN model m USING (model_id)"      \
    " JOIN model om ON om.name = m.beside JOIN run o ON o.cluster_id = r.cluster_id AND "          \
    "o.model_id = om.model_id AND o.started_us <= coalesce(f.since_us, r.started_us) AND "         \
    "coalesce(f.since_us, r.started_us) <= o.ended_us WHERE " BAD(                                 \
        "f") " AND EXISTS (SELECT 1 "                                                              \
             "FROM finding x WHERE x.run_id = o.run_id AND x.node_id = f.node_id AND " BAD(        \
                 "x") ")"
#define BAD(f) f ".rule IN ('failed', 'retried', 'rolled-back', 'stalled', 'silent', 'incomplete')"

/* What is left of a node is where it is: how it came there the other run says. */
static const char *const steps[] = {
    "DELETE FROM evidence WHERE finding IN (" TOLD ")",
    "UPDATE run_node AS y SET assessment = 'Unknown' WHERE assessment IN ('Failed', 'RolledBack', "
    "'Stalled', 'Silent', 'Slow', 'Progressing') AND EXISTS (SELECT 1 FROM finding f WHERE "
    "f.run_id = y.run_id AND f.node_id = y.node_id AND f.finding IN (" TOLD
    ") AND f.rule <> 'retried')",
    "UPDATE run AS r SET assessment = (SELECT CASE y.assessment WHEN 'Silent' THEN 'Unknown' WHEN "
    "'Queued' THEN 'Progressing' WHEN 'Paused' THEN 'Progressing' ELSE y.assessment END FROM "
    "run_node y WHERE y.run_id = r.run_id ORDER BY instr('Failed RolledBack Stalled Unknown Silent "
    "Slow Progressing Queued Paused Completed', y.assessment) LIMIT 1) WHERE run_id IN (SELECT "
    "run_id FROM finding f WHERE f.finding IN (" TOLD ") AND f.rule <> 'retried')",
    "DELETE FROM finding WHERE finding IN (" TOLD ")",
};

pl_status pl_judge_beside(pl_store *store, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < sizeof steps / sizeof *steps; i++)
        status = run_sql(store, steps[i], err);
    return status;
}
