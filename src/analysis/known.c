/* known.c - failure signatures that a dialect knows: cause and advice stand in the event's facts.
 */
#include "analysis/findings.h"

/*
 * One row per node and failure in a run; the earliest line is the evidence.  What several dialects
 * call by one name is one failure.  A line about the whole cluster is of the run that another event
 * of it belongs to.  A name that goes on behind the dot of another one says the same more exactly.
 * Events of one line have numbers close to each other.
 */
static const char known_sql[] =
    "WITH told AS MATERIALIZED (SELECT coalesce('known.' || json_extract(e.facts, '$.as'), e.rule) "
    "AS rule, json_extract(e.facts, '$.as') IS NOT NULL AS named, coalesce(e.run_id, (SELECT "
    "min(x.run_id) FROM event x WHERE x.event_id BETWEEN e.event_id - 64 AND e.event_id + 64 AND "
    "x.source_id = e.source_id AND x.line_no = e.line_no AND x.byte_off = e.byte_off)) AS run_id, "
    "e.cluster_id, w.node_id, e.ts_us, e.order_us, "
    "e.event_id, e.facts, json_extract(e.facts, '$.cause') AS cause FROM event e LEFT JOIN "
    "node_name w ON w.cluster_id = e.cluster_id AND w.name_id = e.name_id WHERE e.copy = 0 AND "
    "e.rule LIKE 'known.%'), grouped AS (SELECT t.*, count(*) OVER same AS lines, row_number() "
    "OVER "
    "(same ORDER BY order_us, event_id) AS nth FROM told t WINDOW same AS (PARTITION BY rule, "
    "run_id, cluster_id, node_id, cause))"
    " SELECT g.rule, g.run_id, g.cluster_id, g.node_id, g.ts_us, g.event_id, json_extract(g.facts, "
    "'$.advice'), c.name || char(10) || coalesce(n.name, '') || char(10) || "
    "coalesce(r.started_us, '') || char(10) || cause, coalesce(n.name, c.name) || ': ' || cause || "
    "CASE lines WHEN 1 THEN '' ELSE ' (' || lines || ' lines)' END FROM grouped g JOIN cluster c "
    "USING (cluster_id) LEFT JOIN node n ON n.node_id = g.node_id LEFT JOIN run r ON r.run_id = "
    "g.run_id WHERE nth = 1 AND NOT (named AND EXISTS (SELECT 1 FROM told x WHERE x.named AND "
    "x.run_id IS g.run_id AND x.cluster_id = g.cluster_id AND x.node_id IS g.node_id AND "
    "substr(x.rule, 1, length(g.rule) + 1) = g.rule || '.')) ORDER BY g.rule, 8";

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
