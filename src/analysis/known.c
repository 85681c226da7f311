/* known.c - failure signatures that a dialect knows: cause and advice stand in the event's facts.
 */
#include "analysis/findings.h"

/* One row per node and signature in a run; the earliest line is the evidence. */
static const char known_sql[] =
    "SELECT rule, run_id, cluster_id, node_id, ts_us, event_id, json_extract(facts, '$.advice'), "
    "cluster || char(10) || coalesce(node, '') || char(10) || coalesce(started_us, '') || char(10) "
    "|| cause, coalesce(node, cluster) || ': ' || cause || CASE lines WHEN 1 THEN '' ELSE ' (' || "
    "lines || ' lines)' END FROM (SELECT e.rule, e.run_id, e.cluster_id, w.node_id, e.ts_us, "
    "e.event_id, e.facts, c.name AS cluster, n.name AS node, r.started_us, json_extract(e.facts, "
    "'$.cause') AS cause, count(*) OVER same AS lines, row_number() OVER (same ORDER BY "
    "e.order_us, e.event_id) AS nth FROM event e JOIN cluster c USING (cluster_id) LEFT JOIN run r "
    "ON r.run_id = e.run_id LEFT JOIN node_name w ON w.cluster_id = e.cluster_id AND w.name_id = "
    "e.name_id LEFT JOIN node n ON n.node_id = w.node_id WHERE e.copy = 0 AND e.rule LIKE "
    "'known.%' WINDOW same AS (PARTITION BY e.rule, e.run_id, e.cluster_id, w.node_id, "
    "json_extract(e.facts, '$.cause'))) WHERE nth = 1 ORDER BY rule, 8";

static pl_status tell(pl_store *store, const pl_stmt *row, pl_error *err)
{
    pl_buf rule, id;
    pl_buf_init(&rule, 1024);
    pl_buf_init(&id, 2048);
    pl_buf_append(&rule, pl_stmt_text(row, 0));
    const pl_finding finding = {
        .rule = rule.ptr,
        .severity = "warning",
        .confidence = "high",
        .run_id = pl_stmt_int(row, 1),
        .cluster_id = pl_stmt_int(row, 2),
        .node_id = pl_stmt_int(row, 3),
        .since_us = pl_stmt_int_or(row, 4, PL_TIME_NONE),
        .duration_us = PL_TIME_NONE,
        .limit_us = PL_TIME_NONE,
        .advice = pl_stmt_text(row, 6),
        .about = pl_stmt_text(row, 7),
        .summary = pl_stmt_text(row, 8),
    };
    pl_status status = pl_buf_status(&rule, err);
    if (status == PL_OK)
        status = pl_finding_add(store, &finding, &id, err);
    if (status == PL_OK)
        status = pl_evidence_add(store, pl_buf_str(&id), pl_stmt_int(row, 5), 0, "line", err);
    pl_buf_release(&rule);
    pl_buf_release(&id);
    return status;
}

pl_status pl_judge_known(pl_store *store, pl_error *err)
{
    pl_stmt *row = NULL;
    pl_status status = pl_stmt_get(store, known_sql, &row, err);
    while (status == PL_OK && (status = pl_stmt_step(row, err)) == PL_OK)
        status = tell(store, row, err);
    return status == PL_DONE ? PL_OK : status;
}
