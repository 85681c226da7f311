/* coverage.c - what the evidence lacks: each thing missing is a finding, so that no verdict looks
 * surer than it is. */
#include "analysis/findings.h"

/* A kind of gap: a query that gives one row for each, and how it is told. */
struct gap {
    const char *rule, *severity, *role;
    /* Columns: cluster_id, event_id, place_id, what the id is made of, the sentence. */
    const char *sql;
};

static const struct gap gaps[] = {
    {"coverage.truncated", "warning", "source",
     "SELECT NULL, NULL, place_id, path || '!' || member, path || CASE WHEN member = '' THEN '' "
     "ELSE '!' || member END"
     " || ' is ' || status || ': ' || coalesce(problem, 'no more is known') FROM place WHERE "
     "status IN ('truncated', 'damaged')"
     " ORDER BY path, member, content"},
    {"coverage.unread", "warning", "source",
     "SELECT NULL, NULL, place_id, path || '!' || member, path || CASE WHEN member = '' THEN '' "
     "ELSE '!' || member END"
     " || ' was not read in full (' || status || '): ' || coalesce(problem, 'no more is known') "
     "FROM place"
     " WHERE status IN ('encrypted', 'unreadable', 'limit', 'too-deep') ORDER BY path, member, "
     "content"},
    {"coverage.undecodable", "info", "line",
     "SELECT cluster_id, min(event_id), NULL, (SELECT min(hex(content)) FROM source s WHERE "
     "s.source_id = e.source_id), sum(repaired) || CASE sum(repaired) WHEN 1 THEN ' byte' ELSE "
     "' bytes' END || ' in ' || count(*) || CASE count(*) WHEN 1 THEN ' line that counts' ELSE "
     "' lines that count' END || ': no text in the encoding of the source' FROM event e WHERE "
     "repaired > 0 AND copy = 0 AND sub = 0 GROUP BY cluster_id, source_id ORDER BY 4, 1"},
    {"coverage.unrecognised", "warning", "line",
     "SELECT cluster_id, event_id, NULL, model || char(10) || word, '''' || word || ''' is no "
     "phase that the model ' || model || ' knows; ' || lines || CASE lines WHEN 1 THEN ' line says "
     "it' ELSE ' lines say it' END FROM (SELECT cluster_id, event_id, m.name AS model, "
     "json_extract(facts, '$.unrecognised') AS word, count(*) OVER same AS lines, row_number() "
     "OVER (same ORDER BY order_us, event_id) AS nth FROM event JOIN model m USING (model_id) "
     "WHERE copy = 0 AND json_extract(facts, '$.unrecognised') IS NOT NULL WINDOW same AS "
     "(PARTITION BY cluster_id, m.name, json_extract(facts, '$.unrecognised'))) WHERE nth = 1 "
     "ORDER BY 4, 1"},
    /* Names that a line joins as one node are none. */
    {"coverage.conflict", "warning", "source",
     "SELECT s.cluster_id, NULL, (SELECT place_id FROM place WHERE source_id = s.source_id ORDER "
     "BY "
     "path, member, place_id LIMIT 1), hex(s.content) || char(10) || what, 'the ' || what || ' is "
     "' "
     "|| one || ' by the ' || one_by || ' and ' || other || ' by the ' || other_by FROM conflict "
     "JOIN source s USING (source_id) WHERE what = 'cluster' OR NOT EXISTS (SELECT 1 FROM name a "
     "JOIN node_name x ON x.name_id = a.name_id JOIN name b ON b.value = other JOIN node_name y ON "
     "y.name_id = b.name_id AND y.node_id = x.node_id WHERE a.value = one AND x.cluster_id = "
     "s.cluster_id) ORDER BY 4, 5"},
    {"coverage.no-node", "warning", "line",
     "SELECT e.cluster_id, min(e.event_id), NULL, hex(s.content), count(*) || CASE count(*) WHEN 1 "
     "THEN ' event names' ELSE"
     " ' events name' END || ' no node: name it with --node, or by the name of the file or folder'"
     " FROM event e JOIN source s USING (source_id) WHERE e.copy = 0 AND e.name_id = 1 AND "
     "e.model_id IS NOT NULL"
     " GROUP BY e.cluster_id, e.source_id ORDER BY 4, 1"},
    {"coverage.no-time", "warning", "line",
     "SELECT e.cluster_id, min(e.event_id), NULL, hex(s.content), count(*) || CASE count(*) WHEN 1 "
     "THEN ' event has' ELSE"
     " ' events have' END || ' no time: order is kept, durations are not known' FROM event e JOIN "
     "source s USING (source_id)"
     " WHERE e.copy = 0 AND e.ts_us IS NULL AND e.model_id IS NOT NULL AND e.transition <> 'note' "
     "GROUP BY e.cluster_id, "
     "e.source_id ORDER BY 4, 1"},
    {"clock.backward", "warning", "line",
     "SELECT e.cluster_id, min(e.event_id), NULL, hex(s.content), 'a clock goes back by up to '"
     " || ((max(e.order_us - e.ts_us) + 999999) / 1000000) || ' s: the order is that of the file, "
     "durations over it are not known'"
     " FROM event e JOIN source s USING (source_id)"
     " WHERE e.copy = 0 AND e.model_id IS NOT NULL AND e.order_us - e.ts_us >= 1000000"
     " GROUP BY e.cluster_id, e.source_id ORDER BY 4, 1"},
};

static pl_status tell(pl_store *store, const struct gap *gap, const pl_stmt *row, pl_error *err)
{
    pl_buf id;
    pl_buf_init(&id, 256);
    const pl_finding finding = {
        .rule = gap->rule,
        .severity = gap->severity,
        .confidence = "high",
        .cluster_id = pl_stmt_int(row, 0),
        .since_us = PL_TIME_NONE,
        .duration_us = PL_TIME_NONE,
        .limit_us = PL_TIME_NONE,
        .about = pl_stmt_text(row, 3),
        .summary = pl_stmt_text(row, 4),
    };
    pl_status status = pl_finding_add(store, &finding, &id, err);
    if (status == PL_OK)
        status = pl_evidence_add(store, pl_buf_str(&id), pl_stmt_int(row, 1), pl_stmt_int(row, 2),
                                 gap->role, err);
    pl_buf_release(&id);
    return status;
}

pl_status pl_judge_coverage(pl_store *store, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < sizeof gaps / sizeof *gaps; i++) {
        pl_stmt *row = NULL;
        status = pl_stmt_get(store, gaps[i].sql, &row, err);
        while (status == PL_OK && (status = pl_stmt_step(row, err)) == PL_OK)
            status = tell(store, &gaps[i], row, err);
        if (status == PL_DONE)
            status = PL_OK;
    }
    return status;
}
