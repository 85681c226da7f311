/* lanes_load.c - the spans of a run, node by node, and how each went. */
#include "render/lanes.h"

#include "base/alloc.h"

/* Phases in the order of their ranks, so that keys count up; nested ones with their depth. */
static const char phases_sql[] =
    "WITH RECURSIVE nested(phase, depth) AS (SELECT phase, 0 FROM v_phase WHERE model ="
    "  (SELECT model FROM v_run WHERE run_id = ?1) AND parent_phase IS NULL"
    " UNION SELECT p.phase, n.depth + 1 FROM v_phase p JOIN nested n ON p.parent_phase = n.phase"
    "  WHERE p.model = (SELECT model FROM v_run WHERE run_id = ?1) AND n.depth < 16)"
    "SELECT n.phase, n.depth FROM nested n"
    " JOIN v_phase p ON p.phase = n.phase AND p.model = (SELECT model FROM v_run WHERE run_id = ?1)"
    " ORDER BY n.depth, p.phase_rank IS NULL, p.phase_rank, p.phase";

enum {
    SPAN_NODE,
    SPAN_CLUSTER,
    SPAN_PHASE,
    SPAN_FROM,
    SPAN_TO,
    SPAN_RESULT,
    SPAN_RESTS,
    SPAN_FINDING,
    SPAN_HEALTHY
};

static const char spans_sql[] =
    "WITH worst AS (SELECT node, min(CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1"
    "   ELSE 2 END) AS severity FROM v_finding WHERE run_id = ?1 GROUP BY node),"
    " told AS (SELECT node, phase, attempt, since_us, rule FROM v_finding"
    "  WHERE run_id = ?1 AND rule IN ('stalled', 'slow', 'silent')) "
    "SELECT t.node, t.cluster, t.phase, t.enter_us,"
    "  coalesce(t.exit_us, t.enter_us + coalesce(t.open_us, 0)), t.result,"
    "  p.rest <> 0 OR p.terminal IS NOT NULL OR p.kind = 'queued',"
    "  (SELECT max(CASE f.rule WHEN 'stalled' THEN 3 WHEN 'silent' THEN 2 ELSE 1 END) FROM told f"
    "   WHERE f.node IS t.node AND f.phase = t.phase AND (f.since_us = t.enter_us"
    "     OR (f.rule = 'silent' AND f.attempt = t.attempt AND t.result = 'open'))),"
    "  t.node IS NOT NULL AND n.assessment = 'Completed' AND coalesce(w.severity, 2) = 2 "
    "FROM v_timeline t LEFT JOIN v_phase p ON p.model = t.model AND p.phase = t.phase"
    " LEFT JOIN v_node n ON n.run_id = t.run_id AND n.node = t.node"
    " LEFT JOIN worst w ON w.node = t.node "
    "WHERE t.run_id = ?1 "
    "ORDER BY t.node IS NOT NULL, min(t.enter_us) OVER (PARTITION BY t.node), t.node,"
    "  t.enter_us, t.span_id";

static pl_status no_memory(pl_error *err)
{
    return pl_fail(err, PL_ERR_NOMEM, "no memory for the lanes of a run");
}

static pl_status start(pl_store *store, const char *sql, int64_t run_id, pl_stmt **out,
                       pl_error *err)
{
    pl_status status = pl_stmt_get(store, sql, out, err);
    if (status == PL_OK)
        pl_stmt_bind_int(*out, 1, run_id);
    return status;
}

static pl_status load_phases(pl_store *store, int64_t run_id, pl_lanes *lanes, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = start(store, phases_sql, run_id, &stmt, err);
    while (status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK) {
        pl_str name = pl_arena_copy(&lanes->arena, pl_stmt_text(stmt, 0));
        if (name.ptr == NULL || !pl_grow(&lanes->phases, &lanes->phase_room, lanes->phase_count + 1,
                                         sizeof *lanes->phases))
            return no_memory(err);
        lanes->phases[lanes->phase_count++] =
            (pl_lane_phase){.name = name, .depth = (size_t)pl_stmt_int(stmt, 1)};
    }
    return status == PL_DONE ? PL_OK : status;
}

static size_t find_phase(const pl_lanes *lanes, pl_str name)
{
    size_t i = 0;
    while (i < lanes->phase_count && !pl_str_equal(lanes->phases[i].name, name))
        i++;
    return i;
}

static pl_lane_style style_of(const pl_stmt *stmt)
{
    static const pl_lane_style of_finding[] = {PL_LANE_OK, PL_LANE_SLOW, PL_LANE_SILENT,
                                               PL_LANE_STALLED};
    pl_str result = pl_stmt_text(stmt, SPAN_RESULT);
    int64_t finding = pl_stmt_int(stmt, SPAN_FINDING);
    if (pl_str_equal(result, PL_STR("failed")))
        return PL_LANE_FAILED;
    if (pl_str_equal(result, PL_STR("rolled-back")))
        return PL_LANE_ROLLED_BACK;
    if (pl_str_equal(result, PL_STR("skipped")))
        return PL_LANE_SKIPPED;
    if (finding > 0)
        return of_finding[finding];
    if (pl_stmt_int(stmt, SPAN_RESTS) != 0)
        return PL_LANE_REST;
    return pl_str_equal(result, PL_STR("open")) ? PL_LANE_OPEN : PL_LANE_OK;
}

/* The node of the row: the last one, or a new one. */
static pl_lane_node *node_of(pl_lanes *lanes, const pl_stmt *stmt)
{
    bool is_cluster = pl_stmt_is_null(stmt, SPAN_NODE);
    pl_str name = pl_stmt_text(stmt, is_cluster ? SPAN_CLUSTER : SPAN_NODE);
    pl_lane_node *last = lanes->node_count > 0 ? &lanes->nodes[lanes->node_count - 1] : NULL;
    if (last != NULL && last->is_cluster == is_cluster && pl_str_equal(last->name, name))
        return last;
    if (!pl_grow(&lanes->nodes, &lanes->node_room, lanes->node_count + 1, sizeof *lanes->nodes))
        return NULL;
    last = &lanes->nodes[lanes->node_count];
    *last = (pl_lane_node){.name = pl_arena_copy(&lanes->arena, name),
                           .is_cluster = is_cluster,
                           .is_healthy = pl_stmt_int(stmt, SPAN_HEALTHY) != 0,
                           .first = lanes->span_count};
    if (last->name.ptr == NULL)
        return NULL;
    lanes->node_count++;
    return last;
}

static void stretch(pl_lanes *lanes, const pl_lane_span *span)
{
    bool is_first = lanes->span_count == 0;
    if (is_first || span->from_us < lanes->from_us)
        lanes->from_us = span->from_us;
    if (is_first || span->to_us > lanes->to_us)
        lanes->to_us = span->to_us;
}

static pl_status add_span(pl_lanes *lanes, const pl_stmt *stmt, pl_error *err)
{
    if (pl_stmt_is_null(stmt, SPAN_FROM) || pl_stmt_is_null(stmt, SPAN_TO)) {
        lanes->untimed++;
        return PL_OK;
    }
    pl_lane_node *node = node_of(lanes, stmt);
    if (node == NULL ||
        !pl_grow(&lanes->spans, &lanes->span_room, lanes->span_count + 1, sizeof *lanes->spans))
        return no_memory(err);
    pl_lane_span span = {
        .from_us = pl_stmt_int(stmt, SPAN_FROM),
        .to_us = pl_stmt_int(stmt, SPAN_TO),
        .phase = find_phase(lanes, pl_stmt_text(stmt, SPAN_PHASE)),
        .style = style_of(stmt),
    };
    if (span.phase == lanes->phase_count)
        return pl_fail(err, PL_ERR_DB, "a phase of the timeline is not in its model");
    if (span.to_us < span.from_us)
        span.to_us = span.from_us;
    span.depth = lanes->phases[span.phase].depth;
    lanes->phases[span.phase].is_used = true;
    node->depth_max = span.depth > node->depth_max ? span.depth : node->depth_max;
    node->count++;
    stretch(lanes, &span);
    lanes->spans[lanes->span_count++] = span;
    return PL_OK;
}

pl_status pl_lanes_load(pl_store *store, int64_t run_id, pl_lanes *out, pl_error *err)
{
    *out = (pl_lanes){0};
    pl_arena_init(&out->arena);
    pl_stmt *stmt = NULL;
    pl_status status = load_phases(store, run_id, out, err);
    if (status == PL_OK)
        status = start(store, spans_sql, run_id, &stmt, err);
    while (status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK)
        status = add_span(out, stmt, err);
    if (out->to_us == out->from_us)
        out->to_us++;
    return status == PL_DONE ? PL_OK : status;
}

void pl_lanes_release(pl_lanes *lanes)
{
    pl_release(lanes->phases);
    pl_release(lanes->spans);
    pl_release(lanes->nodes);
    pl_arena_release(&lanes->arena);
}
