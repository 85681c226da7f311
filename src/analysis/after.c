/* after.c - a model that may begin only when every node is at some phase of another one. */
#include "analysis/findings.h"

#define NAMES_MAX 3 /* of nodes in the sentence; also of lines */

/* A run that should have come later, and the nodes it did not wait for. */
struct early {
    int64_t run_id, cluster_id, phase_id, since_us, event;
    int64_t nodes[NAMES_MAX];
    size_t count;
    pl_buf summary, about;
};

/*
 * The runs of models with `after`, each with the phase it began with, if it got to one; and of the
 * other model's run that was under way, or else began next, every node, with the time it was there
 * and the phase it was in then.  A node that was put out of the cluster is waited for by nobody.
 */
static const char early_sql[] =
    "WITH began AS (SELECT r.*, f.phase_id, coalesce(f.enter_us, r.started_us) AS began_us, "
    "coalesce(f.enter_event_id, (SELECT event_id FROM event e WHERE e.run_id = r.run_id ORDER BY "
    "order_us, event_id LIMIT 1)) AS event_id FROM run r LEFT JOIN span f ON f.span_id = (SELECT "
    "span_id FROM span WHERE run_id = r.run_id AND enter_us IS NOT NULL AND result <> 'skipped' "
    "ORDER BY enter_us, span_id LIMIT 1) WHERE f.span_id IS NOT NULL OR r.assessment = 'Failed'), "
    "last AS (SELECT s.run_id, s.node_id, s.enter_us, s.enter_event_id, s.span_id, p.name, "
    "p.terminal FROM span s JOIN phase p USING (phase_id) WHERE s.enter_us IS NOT NULL)"
    "SELECT r.run_id, r.cluster_id, r.phase_id, r.began_us, r.event_id, c.name, m.name, "
    "p.name, m.after_model, m.after_phase, n.node_id, n.name,"
    " (SELECT min(s.enter_us) FROM span s JOIN phase q USING (phase_id) WHERE s.run_id = o.run_id"
    "   AND s.node_id = n.node_id AND (q.phase_id = ap.phase_id OR q.rank > ap.rank)),"
    " (SELECT enter_event_id FROM last l WHERE l.run_id = o.run_id AND l.node_id = n.node_id ORDER "
    "   BY enter_us DESC, span_id DESC LIMIT 1),"
    " (SELECT name FROM last l WHERE l.run_id = o.run_id AND l.node_id = n.node_id AND l.enter_us "
    "   <= r.began_us ORDER BY enter_us DESC, span_id DESC LIMIT 1)"
    " FROM began r JOIN model m USING (model_id) JOIN cluster c ON c.cluster_id = r.cluster_id"
    " LEFT JOIN phase p ON p.phase_id = r.phase_id"
    " JOIN model am ON am.name = m.after_model AND am.model_id <> m.model_id"
    " JOIN phase ap ON ap.model_id = am.model_id AND ap.name = m.after_phase COLLATE NOCASE"
    " JOIN run o ON o.run_id = coalesce((SELECT x.run_id FROM run x WHERE x.cluster_id = "
    "   r.cluster_id AND x.model_id = am.model_id AND x.started_us <= r.began_us ORDER BY "
    "   x.started_us DESC, x.run_id LIMIT 1), (SELECT x.run_id FROM run x WHERE x.cluster_id = "
    "   r.cluster_id AND x.model_id = am.model_id AND x.started_us > r.began_us AND x.started_us "
    "   <= r.began_us + m.gap_us ORDER BY x.started_us, x.run_id LIMIT 1))"
    " JOIN run_node y ON y.run_id = o.run_id JOIN node n ON n.node_id = y.node_id"
    " WHERE m.after_model IS NOT NULL AND r.began_us IS NOT NULL AND EXISTS (SELECT 1 FROM span s "
    "   WHERE s.run_id = o.run_id AND s.node_id = n.node_id) AND coalesce((SELECT l.terminal "
    "   FROM last l WHERE l.run_id = o.run_id AND l.node_id = n.node_id AND l.enter_us <= "
    "   r.began_us ORDER BY enter_us DESC, span_id DESC LIMIT 1), '') <> 'down'"
    " ORDER BY r.run_id, n.name";

static pl_status tell(pl_store *store, struct early *early, pl_error *err)
{
    pl_buf id;
    pl_buf_init(&id, 256);
    if (early->count > NAMES_MAX)
        pl_buf_appendf(&early->summary, " and %zu more", early->count - NAMES_MAX);
    const pl_finding finding = {
        .rule = "order.premature",
        .severity = "warning",
        .confidence = "high",
        .run_id = early->run_id,
        .cluster_id = early->cluster_id,
        .phase_id = early->phase_id,
        .since_us = early->since_us,
        .duration_us = PL_TIME_NONE,
        .limit_us = PL_TIME_NONE,
        .about = pl_buf_str(&early->about),
        .summary = pl_buf_str(&early->summary),
    };
    pl_status status = pl_buf_status(&early->summary, err);
    if (status == PL_OK)
        status = pl_finding_add(store, &finding, &id, err);
    if (status == PL_OK)
        status = pl_evidence_add(store, pl_buf_str(&id), early->event, 0, "enter", err);
    for (size_t i = 0; status == PL_OK && i < early->count && i < NAMES_MAX; i++)
        status = pl_evidence_add(store, pl_buf_str(&id), early->nodes[i], 0, "other", err);
    pl_buf_release(&id);
    return status;
}

static void begin(struct early *early, const pl_stmt *row)
{
    early->run_id = pl_stmt_int(row, 0);
    early->cluster_id = pl_stmt_int(row, 1);
    early->phase_id = pl_stmt_int(row, 2);
    early->since_us = pl_stmt_int(row, 3);
    early->event = pl_stmt_int(row, 4);
    early->count = 0;
    pl_buf_clear(&early->summary);
    pl_buf_clear(&early->about);
    pl_str cluster = pl_stmt_text(row, 5), model = pl_stmt_text(row, 6);
    pl_buf_appendf(&early->about, PL_FMT "\n" PL_FMT, PL_ARG(cluster), PL_ARG(model));
    pl_buf_appendf(&early->summary, PL_FMT " began " PL_FMT, PL_ARG(cluster), PL_ARG(model));
    if (!pl_stmt_is_null(row, 7))
        pl_buf_appendf(&early->summary, " with " PL_FMT, PL_ARG(pl_stmt_text(row, 7)));
    pl_buf_append(&early->summary, PL_STR(" at "));
    pl_time_append(&early->summary, early->since_us);
    pl_buf_appendf(&early->summary, " before every node was at " PL_FMT " of " PL_FMT ": not ",
                   PL_ARG(pl_stmt_text(row, 9)), PL_ARG(pl_stmt_text(row, 8)));
}

/* The node of the row was there later for sure, or never. */
static void take_node(struct early *early, const struct pl_clocks *clocks, const pl_stmt *row)
{
    const pl_scope scope = {
        .as_of_us = PL_TIME_NONE, .cluster_id = early->cluster_id, .clocks = clocks};
    const pl_at began = {0, early->since_us},
                there = {pl_stmt_int(row, 10), pl_stmt_int_or(row, 12, PL_TIME_NONE)};
    if (there.us != PL_TIME_NONE && !pl_before(&scope, began, there))
        return;
    if (early->count < NAMES_MAX) {
        early->nodes[early->count] = pl_stmt_int(row, 13);
        pl_buf_appendf(&early->summary, "%s" PL_FMT, early->count > 0 ? ", " : "",
                       PL_ARG(pl_stmt_text(row, 11)));
        if (!pl_stmt_is_null(row, 14))
            pl_buf_appendf(&early->summary, " (" PL_FMT ")", PL_ARG(pl_stmt_text(row, 14)));
    }
    early->count++;
}

static pl_status judge(pl_store *store, const struct pl_clocks *clocks, struct early *early,
                       pl_error *err)
{
    pl_stmt *row = NULL;
    pl_status status = pl_stmt_get(store, early_sql, &row, err);
    while (status == PL_OK && (status = pl_stmt_step(row, err)) == PL_OK) {
        if (early->run_id != pl_stmt_int(row, 0)) {
            if (early->count > 0)
                status = tell(store, early, err);
            begin(early, row);
        }
        if (status == PL_OK)
            take_node(early, clocks, row);
    }
    if (status == PL_DONE)
        status = early->count > 0 ? tell(store, early, err) : PL_OK;
    return status;
}

pl_status pl_judge_after(pl_store *store, const struct pl_clocks *clocks, pl_error *err)
{
    struct early early = {0};
    pl_buf_init(&early.summary, (size_t)1 << 16);
    pl_buf_init(&early.about, (size_t)1 << 16);
    pl_status status = judge(store, clocks, &early, err);
    pl_buf_release(&early.summary);
    pl_buf_release(&early.about);
    return status;
}
