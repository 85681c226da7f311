/* explain.c - finds the finding, or what it might have been called. */
#include "render/explain.h"

#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "render/explain_parts.h"

#define ID_BYTES_MAX ((size_t)64) /* of a word that is compared with ids; longer ones are cut */
#define NEAREST_MAX 3

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters to change, add or leave out between two words. */
static size_t distance(pl_str a, pl_str b)
{
    size_t row[ID_BYTES_MAX + 1];
    a.len = least(a.len, ID_BYTES_MAX);
    b.len = least(b.len, ID_BYTES_MAX);
    for (size_t k = 0; k <= b.len; k++)
        row[k] = k;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= b.len; k++) {
            size_t above = row[k];
            row[k] = least(least(above, row[k - 1]) + 1,
                           diagonal + (a.ptr[i - 1] == b.ptr[k - 1] ? 0 : 1));
            diagonal = above;
        }
    }
    return row[b.len];
}

struct near {
    pl_str ids[NEAREST_MAX];
    size_t distances[NEAREST_MAX];
    size_t count;
};

/* Keeps the nearest in order; of equal ones those that came first. */
static void keep(struct near *near, pl_str id, size_t away)
{
    size_t at = near->count;
    while (at > 0 && near->distances[at - 1] > away)
        at--;
    if (at == NEAREST_MAX)
        return;
    near->count += near->count < NEAREST_MAX ? 1 : 0;
    for (size_t i = near->count - 1; i > at; i--) {
        near->ids[i] = near->ids[i - 1];
        near->distances[i] = near->distances[i - 1];
    }
    near->ids[at] = id;
    near->distances[at] = away;
}

static pl_status find_nearest(pl_store *store, pl_str id, pl_arena *arena, struct near *near,
                              pl_error *err)
{
    static const char sql[] = "SELECT finding_id FROM v_finding ORDER BY finding_id";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    while (status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK) {
        pl_str other = pl_arena_copy(arena, pl_stmt_text(stmt, 0));
        if (other.ptr == NULL)
            return pl_fail(err, PL_ERR_NOMEM, "no memory for ids");
        keep(near, other, distance(id, other));
    }
    return status == PL_DONE ? PL_OK : status;
}

static pl_status refuse(pl_explanation *explanation, pl_error *err)
{
    struct near near = {.count = 0};
    pl_buf words;
    pl_status status =
        find_nearest(explanation->job.store, explanation->id, &explanation->arena, &near, err);
    if (status != PL_OK)
        return status;
    pl_buf_init(&words, 4096);
    for (size_t i = 0; i < near.count; i++) {
        pl_buf_appendf(&words, "%s" PL_FMT, i > 0 ? ", " : "; the nearest: ", PL_ARG(near.ids[i]));
    }
    pl_str id = pl_str_slice(explanation->id, 0, ID_BYTES_MAX);
    status = pl_fail(err, PL_ERR_USAGE, "there is no finding '" PL_FMT "'%s", PL_ARG(id),
                     near.count > 0 ? words.ptr : ": there are none");
    pl_buf_release(&words);
    return status;
}

pl_status pl_explain_finding(pl_explanation *explanation, pl_stmt **out, pl_error *err)
{
    static const char sql[] = "SELECT * FROM v_finding WHERE finding_id = ?1";
    pl_status status = pl_stmt_get(explanation->job.store, sql, out, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(*out, 1, explanation->id);
    return pl_stmt_step(*out, err);
}

pl_status pl_explain_peers(pl_explanation *explanation, pl_stmt **out, pl_error *err)
{
    static const char sql[] =
        "SELECT t.node, t.attempt, t.duration_us - t.paused_us AS duration_us FROM v_finding f"
        " JOIN v_timeline t ON t.run_id = f.run_id AND t.phase = f.phase "
        "WHERE f.finding_id = ?1 AND f.limit_us IS NOT NULL AND t.result = 'ok'"
        " AND t.duration_us - t.paused_us IS NOT NULL"
        " AND NOT (t.node IS f.node AND t.attempt IS f.attempt AND t.enter_us IS f.since_us)"
        " AND (SELECT node_group FROM v_node n WHERE n.run_id = t.run_id AND n.node = t.node)"
        "  IS (SELECT node_group FROM v_node n WHERE n.run_id = f.run_id AND n.node = f.node) "
        "ORDER BY 3, t.node, t.span_id";
    pl_status status = pl_stmt_get(explanation->job.store, sql, out, err);
    if (status == PL_OK)
        pl_stmt_bind_text(*out, 1, explanation->id);
    return status;
}

static pl_status load_numbers(pl_explanation *explanation, pl_error *err)
{
    static const char sql[] =
        "SELECT rule, since_us, duration_us, limit_us, (SELECT max(e.ts_us) FROM v_evidence v"
        "  JOIN v_event e USING (event_id) WHERE v.finding_id = ?1 AND v.role = 'progress') "
        "FROM v_finding WHERE finding_id = ?1";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(explanation->job.store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, explanation->id);
    status = pl_stmt_step(stmt, err);
    if (status != PL_OK)
        return status == PL_DONE ? refuse(explanation, err) : status;
    explanation->rule = pl_arena_copy(&explanation->arena, pl_stmt_text(stmt, 0));
    explanation->since_us = pl_stmt_int_or(stmt, 1, PL_TIME_NONE);
    explanation->duration_us = pl_stmt_int_or(stmt, 2, PL_TIME_NONE);
    explanation->limit_us = pl_stmt_int_or(stmt, 3, PL_TIME_NONE);
    explanation->progress_us = pl_stmt_int_or(stmt, 4, PL_TIME_NONE);
    pl_stmt_reset(stmt);
    return explanation->rule.ptr != NULL ? PL_OK
                                         : pl_fail(err, PL_ERR_NOMEM, "no memory for a finding");
}

static pl_status write_csv(pl_explanation *explanation, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_report_evidence(&explanation->job, explanation->id, &stmt, err);
    if (status != PL_OK)
        return status;
    return pl_render_rows(stmt, &explanation->job.render, explanation->job.sink, err);
}

static pl_status explain(pl_explanation *explanation, pl_error *err)
{
    pl_status status = load_numbers(explanation, err);
    if (status != PL_OK)
        return status;
    if (explanation->job.render.format == PL_FORMAT_CSV)
        return write_csv(explanation, err);
    status = pl_explain_load_evidence(explanation, err);
    if (status != PL_OK)
        return status;
    return explanation->job.render.format == PL_FORMAT_JSON ? pl_explain_json(explanation, err)
                                                            : pl_explain_text(explanation, err);
}

pl_status pl_explain(pl_store *store, pl_str finding_id, const pl_render_options *options,
                     const pl_sink *sink, pl_error *err)
{
    pl_explanation explanation = {
        .job = {.store = store, .render = *options, .details = PL_DETAILS_ALL, .sink = sink},
        .id = finding_id,
    };
    pl_arena_init(&explanation.arena);
    pl_buf_init(&explanation.job.buf, PL_ROW_BYTES_MAX);
    pl_status status = explain(&explanation, err);
    pl_explain_release_evidence(&explanation);
    pl_buf_release(&explanation.job.buf);
    pl_arena_release(&explanation.arena);
    return status;
}
