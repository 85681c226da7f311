/* gaps.c - holes in a node's own log while it was at work, which no reboot explains. */
#include "analysis/clocks.h"
#include "analysis/findings.h"

#include <inttypes.h>

/*
 * A hole counts when it is GAP_FACTOR times as long as the lines of its source are apart on
 * average, no other log of the node was written meanwhile, and the innermost span over all of it is
 * work: not at rest, done, down or queued, and no reboot.  A boot within BOOT_LINES lines and
 * BOOT_US behind it explains it, a stall tells it already.  CROSS JOIN: from the few holes to the
 * spans of their nodes.
 */
static const char holes_sql[] =
    "WITH own AS MATERIALIZED (SELECT s.source_id, s.public_id, w.node_id, s.first_us, s.last_us, "
    "s.lines FROM "
    "source s JOIN node_name w ON w.cluster_id = s.cluster_id AND w.name_id = s.own_name WHERE "
    "s.dialect IS NOT NULL AND s.last_us IS NOT NULL),"
    " hole AS MATERIALIZED (SELECT g.*, o.public_id, o.node_id, ?1 * ((o.last_us - o.first_us) / "
    "max(o.lines - "
    "1, 1)) AS usual_us FROM gap g CROSS JOIN own o ON o.source_id = g.source_id WHERE g.to_us - "
    "g.from_us >= ?1 * ((o.last_us - o.first_us) / max(o.lines - 1, 1))"
    "  AND NOT EXISTS (SELECT 1 FROM event b WHERE b.event_id BETWEEN o.public_id << 25 AND "
    "  (o.public_id << 25) + 33554431 AND b.line_no BETWEEN g.line_no AND g.line_no + ?2 AND "
    "b.transition = 'boot' AND b.ts_us <= g.to_us + ?3)"
    "  AND NOT EXISTS (SELECT 1 FROM own x WHERE x.node_id = o.node_id AND x.source_id <> "
    "  o.source_id AND x.first_us < g.to_us AND x.last_us > g.from_us AND NOT EXISTS (SELECT 1 "
    "FROM "
    "  gap y WHERE y.source_id = x.source_id AND y.from_us < g.to_us AND y.to_us > g.from_us))),"
    " inside AS (SELECT h.*, t.run_id, t.phase_id, t.attempt, t.enter_event_id, row_number() OVER "
    "(PARTITION BY h.source_id, h.line_no, t.run_id ORDER BY t.enter_us DESC, t.span_id DESC) AS "
    "nth FROM hole h CROSS JOIN span t ON t.node_id = h.node_id WHERE t.enter_us <= h.from_us AND "
    "coalesce(t.exit_us, t.enter_us + t.open_us) >= h.to_us)"
    " SELECT i.run_id, i.node_id, i.phase_id, i.attempt, i.from_us, i.to_us, i.usual_us, "
    "i.line_no, "
    "i.enter_event_id, (SELECT place_id FROM place WHERE source_id = i.source_id ORDER BY path, "
    "member, place_id LIMIT 1), r.cluster_id, n.name, p.name, c.name || char(10) || m.name"
    " FROM inside i JOIN run r ON r.run_id = i.run_id JOIN node n ON n.node_id = i.node_id JOIN "
    "phase p ON p.phase_id = i.phase_id JOIN cluster c ON c.cluster_id = r.cluster_id JOIN model m "
    "ON m.model_id = r.model_id"
    " WHERE i.nth = 1 AND p.rest = 0 AND p.terminal IS NULL AND p.kind NOT IN ('queued', 'reboot')"
    " AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.rule = 'stalled' AND f.run_id = i.run_id AND "
    "f.node_id = i.node_id)"
    " ORDER BY i.run_id, n.name, i.to_us - i.from_us DESC, i.from_us, i.line_no, i.public_id";

#define GAP_FACTOR 10
#define GAP_LEAST_US (300 * PL_US_PER_SECOND) /* shorter ones are not stored */
#define BOOT_LINES 100                        /* a log begins anew with some lines of its own */
#define BOOT_US (60 * PL_US_PER_SECOND)

/* The longest hole of a node in a run. */
struct hole {
    int64_t run_id, cluster_id, node_id, phase_id, attempt, from_us, to_us, usual_us;
    int64_t enter_event, place_id;
    size_t others;
    pl_buf summary, about;
};

static void begin(struct hole *hole, const pl_stmt *row)
{
    hole->run_id = pl_stmt_int(row, 0);
    hole->node_id = pl_stmt_int(row, 1);
    hole->phase_id = pl_stmt_int(row, 2);
    hole->attempt = pl_stmt_int(row, 3);
    hole->from_us = pl_stmt_int(row, 4);
    hole->to_us = pl_stmt_int(row, 5);
    hole->usual_us = pl_stmt_int(row, 6);
    hole->enter_event = pl_stmt_int(row, 8);
    hole->place_id = pl_stmt_int(row, 9);
    hole->cluster_id = pl_stmt_int(row, 10);
    hole->others = 0;
    pl_str node = pl_stmt_text(row, 11), phase = pl_stmt_text(row, 12);
    pl_buf_clear(&hole->summary);
    pl_buf_clear(&hole->about);
    pl_buf_append(&hole->about, pl_stmt_text(row, 13));
    pl_buf_appendf(&hole->about, "\n" PL_FMT "\n" PL_FMT, PL_ARG(node), PL_ARG(phase));
    pl_buf_appendf(&hole->summary, PL_FMT " in " PL_FMT ": its log has no line from ", PL_ARG(node),
                   PL_ARG(phase));
    pl_time_append(&hole->summary, hole->from_us);
    pl_buf_append(&hole->summary, PL_STR(" to "));
    pl_time_append(&hole->summary, hole->to_us);
    pl_buf_append(&hole->summary, PL_STR(", for "));
    pl_seconds_append(&hole->summary, hole->to_us - hole->from_us);
    pl_buf_appendf(&hole->summary, ", up to line %" PRId64 ", and no reboot explains it",
                   pl_stmt_int(row, 7));
}

static pl_status tell(pl_store *store, struct hole *hole, pl_error *err)
{
    pl_buf id;
    pl_buf_init(&id, 256);
    bool is_usual = hole->usual_us > GAP_LEAST_US;
    if (hole->others > 0)
        pl_buf_appendf(&hole->summary, "; %zu shorter one%s", hole->others,
                       hole->others == 1 ? "" : "s");
    const pl_finding finding = {
        .rule = "coverage.gap",
        .severity = "info",
        .confidence = "high",
        .run_id = hole->run_id,
        .cluster_id = hole->cluster_id,
        .node_id = hole->node_id,
        .phase_id = hole->phase_id,
        .attempt = hole->attempt,
        .since_us = hole->from_us,
        .duration_us = hole->to_us - hole->from_us,
        .limit_us = is_usual ? hole->usual_us : GAP_LEAST_US,
        .limit_from = is_usual ? PL_STR("10 x the usual distance of its lines")
                               : PL_STR("the least that counts"),
        .about = pl_buf_str(&hole->about),
        .summary = pl_buf_str(&hole->summary),
    };
    pl_status status = pl_buf_status(&hole->summary, err);
    if (status == PL_OK)
        status = pl_buf_status(&hole->about, err);
    if (status == PL_OK)
        status = pl_finding_add(store, &finding, &id, err);
    if (status == PL_OK)
        status = pl_evidence_add(store, pl_buf_str(&id), hole->enter_event, 0, "enter", err);
    if (status == PL_OK)
        status = pl_evidence_add(store, pl_buf_str(&id), 0, hole->place_id, "source", err);
    pl_buf_release(&id);
    return status;
}

static pl_status take_row(pl_store *store, const pl_clocks *clocks, struct hole *hole,
                          const pl_stmt *row, pl_error *err)
{
    pl_status status = PL_OK;
    int64_t node_id = pl_stmt_int(row, 1);
    if (pl_clock_jumps(clocks, node_id, pl_stmt_int(row, 4), pl_stmt_int(row, 5)))
        return PL_OK; /* it is not as long as it looks */
    bool same = hole->run_id == pl_stmt_int(row, 0) && hole->node_id == node_id;
    if (same) {
        hole->others++;
        return PL_OK;
    }
    if (hole->run_id != 0)
        status = tell(store, hole, err);
    begin(hole, row);
    return status;
}

static pl_status judge(pl_store *store, const pl_clocks *clocks, struct hole *hole, pl_error *err)
{
    pl_stmt *row = NULL;
    pl_status status = pl_stmt_get(store, holes_sql, &row, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(row, 1, GAP_FACTOR);
    pl_stmt_bind_int(row, 2, BOOT_LINES);
    pl_stmt_bind_int(row, 3, BOOT_US);
    while (status == PL_OK && (status = pl_stmt_step(row, err)) == PL_OK)
        status = take_row(store, clocks, hole, row, err);
    if (status == PL_DONE)
        status = hole->run_id != 0 ? tell(store, hole, err) : PL_OK;
    return status;
}

pl_status pl_judge_gaps(pl_store *store, const pl_clocks *clocks, pl_error *err)
{
    struct hole hole = {0};
    pl_buf_init(&hole.summary, (size_t)1 << 16);
    pl_buf_init(&hole.about, (size_t)1 << 16);
    pl_status status = judge(store, clocks, &hole, err);
    pl_buf_release(&hole.summary);
    pl_buf_release(&hole.about);
    return status;
}
