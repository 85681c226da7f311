/* spans.c - rows of spans: made when a phase is entered, completed when it is left. */
#include "analysis/clocks.h"
#include "analysis/state.h"

static void bind_us(pl_stmt *stmt, int at, int64_t us)
{
    if (us != PL_TIME_NONE)
        pl_stmt_bind_int(stmt, at, us);
}

static pl_status insert_span(pl_run_state *run, const pl_node_state *node, int phase,
                             const pl_step *step, pl_error *err)
{
    static const char sql[] = "INSERT INTO span (run_id, node_id, attempt, phase_id, parent_span, "
                              "node_group, enter_us, progress_us, closed_by, result,"
                              " enter_event_id, progress_event_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                              "?7, ?9, 'evidence-end', 'open', ?8, ?8)";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, run->run_id);
    if (node->node_id > 0)
        pl_stmt_bind_int(stmt, 2, node->node_id);
    pl_stmt_bind_int(stmt, 3, node->attempt);
    pl_stmt_bind_int(stmt, 4, run->scope->model->phases[phase].phase_id);
    if (node->open_count > 0)
        pl_stmt_bind_int(stmt, 5, node->open[node->open_count - 1].span_id);
    if (node->group[0] != '\0')
        pl_stmt_bind_text(stmt, 6, pl_str_of(node->group));
    bind_us(stmt, 7, step->us);
    pl_stmt_bind_int(stmt, 8, step->event_id);
    if (!step->floor)
        bind_us(stmt, 9, step->us);
    return pl_stmt_run(stmt, err);
}

pl_close pl_close_by(const pl_step *step, const char *closed_by, const char *result)
{
    int64_t us = step->floor ? PL_TIME_NONE : step->us;
    return (pl_close){us, step->event_id, closed_by, result, 0};
}

pl_status pl_span_open(pl_run_state *run, pl_node_state *node, int phase, const pl_step *step,
                       pl_error *err)
{
    if (node->open_count == PL_OPEN_MAX)
        return pl_fail(err, PL_ERR_LIMIT, "over %d nested phases", PL_OPEN_MAX);
    pl_status status = insert_span(run, node, phase, step, err);
    if (status != PL_OK)
        return status;
    int64_t us = step->floor ? PL_TIME_NONE : step->us;
    node->open[node->open_count++] = (pl_open_span){
        .span_id = pl_store_last_id(run->scope->store),
        .phase = phase,
        .enter_us = us,
        .enter_event = step->event_id,
        .floor = step->floor,
        .progress_us = us,
        .progress_event = step->event_id,
    };
    return PL_OK;
}

pl_status pl_span_close(pl_run_state *run, pl_node_state *node, const pl_close *close,
                        pl_error *err)
{
    static const char sql[] = "UPDATE span SET exit_us = ?2, open_us = ?3, progress_us = ?4, "
                              "progress_event_id = ?5, closed_by = ?6,"
                              " result = ?7, exit_event_id = ?8, paused_us = ?9, told_us = ?10, "
                              "node_group = coalesce(node_group, ?11) WHERE span_id = ?1";
    const pl_open_span *span = &node->open[node->open_count - 1];
    bool stays_open = pl_str_equal(pl_str_of(close->result), PL_STR("open"));
    bool known = close->us != PL_TIME_NONE && span->enter_us != PL_TIME_NONE;
    /* Two lines a little out of step make no negative length; over a clock that was set none is
     * known. */
    int64_t us = known && close->us < span->enter_us ? span->enter_us : close->us;
    if (known && span->enter_us - close->us >= PL_US_PER_SECOND)
        us = PL_TIME_NONE;
    if (known && pl_clock_jumps(run->scope->clocks, node->node_id, span->enter_us, close->us))
        us = PL_TIME_NONE;
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, span->span_id);
    if (!stays_open && !span->floor)
        bind_us(stmt, 2, us);
    else if (known && us != PL_TIME_NONE)
        pl_stmt_bind_int(stmt, 3, us - span->enter_us);
    bind_us(stmt, 4, span->progress_us);
    pl_stmt_bind_int(stmt, 5, span->progress_event);
    pl_stmt_bind_text(stmt, 6, pl_str_of(close->closed_by));
    pl_stmt_bind_text(stmt, 7, pl_str_of(close->result));
    if (close->event > 0)
        pl_stmt_bind_int(stmt, 8, close->event);
    bind_us(stmt, 9, span->paused_us);
    if (close->told_us > 0)
        pl_stmt_bind_int(stmt, 10, close->told_us);
    if (node->group[0] != '\0')
        pl_stmt_bind_text(stmt, 11, pl_str_of(node->group)); /* told since it was entered */
    node->open_count--;
    return pl_stmt_run(stmt, err);
}

pl_status pl_span_close_to(pl_run_state *run, pl_node_state *node, size_t keep,
                           const pl_close *close, pl_error *err)
{
    pl_status status = PL_OK;
    while (status == PL_OK && node->open_count > keep)
        status = pl_span_close(run, node, close, err);
    return status;
}

pl_status pl_span_point(pl_run_state *run, pl_node_state *node, int phase, const pl_step *step,
                        const char *result, pl_error *err)
{
    pl_close close = pl_close_by(step, "explicit", result);
    pl_step began = *step;
    if (step->lasted_us >= 0 && step->us != PL_TIME_NONE && !step->floor)
        began.us -= step->lasted_us;
    if (step->lasted_us > 0)
        close.told_us = step->lasted_us;
    pl_status status = pl_span_open(run, node, phase, &began, err);
    return status == PL_OK ? pl_span_close(run, node, &close, err) : status;
}
