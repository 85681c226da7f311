/* walk.c - the events of one cluster in one model, in order of time, cut into runs. */
#include "analysis/state.h"

#include <string.h>

#include "base/alloc.h"

/* Files without any time come first; within one instant the order is that of content and line: the
 * same every time. */
static const char events_sql[] =
    "SELECT e.event_id, e.ts_us, w.node_id, n.name, e.model_id IS NOT NULL, e.phase_id, "
    "e.transition, e.begins, e.code,"
    " json_extract(e.facts, '$.version'), json_extract(e.facts, '$.from'), json_extract(e.facts, "
    "'$.to'),"
    " CASE WHEN ?3 = '' THEN NULL ELSE json_extract(e.facts, '$.\"' || ?3 || '\"') END, "
    "json_extract(e.facts, '$.group'),"
    " json_extract(e.facts, '$.cur'), json_extract(e.facts, '$.percent'), json_extract(e.facts, "
    "'$.falling') IS NOT NULL, e.floor, json_extract(e.facts, '$.lasted'), e.before_us, "
    "e.source_id, e.line_no, json_extract(e.facts, '$.stamp')"
    " FROM event e JOIN source s USING (source_id)"
    " LEFT JOIN node_name w ON w.cluster_id = e.cluster_id AND w.name_id = e.name_id LEFT JOIN "
    "node n ON n.node_id = w.node_id"
    " WHERE e.copy = 0 AND e.cluster_id = ?1 AND (e.model_id = ?2 OR (e.model_id IS NULL AND "
    "w.node_id IS NOT NULL))"
    " AND (?4 IS NULL OR e.ts_us IS NULL OR e.ts_us <= ?4)"
    " ORDER BY e.order_us NULLS FIRST, s.content, s.reading, e.line_no, e.sub";

static int phase_index(const pl_stored_model *model, int64_t phase_id)
{
    for (size_t i = 0; i < model->phase_count; i++)
        if (model->phases[i].phase_id == phase_id)
            return (int)i;
    return -1;
}

static void read_step(const pl_stmt *stmt, const pl_stored_model *model, pl_step *step)
{
    *step = (pl_step){
        .event_id = pl_stmt_int(stmt, 0),
        .us = pl_stmt_int_or(stmt, 1, PL_TIME_NONE),
        .node_id = pl_stmt_int(stmt, 2),
        .node = pl_stmt_text(stmt, 3),
        .of_model = pl_stmt_int(stmt, 4) != 0 &&
                    !pl_str_equal(pl_stmt_text(stmt, 6), PL_STR("boot")), /* begins no run */
        .phase = pl_stmt_is_null(stmt, 5) ? -1 : phase_index(model, pl_stmt_int(stmt, 5)),
        .transition = pl_stmt_text(stmt, 6),
        .begins = pl_stmt_int(stmt, 7) != 0,
        .code = pl_stmt_text(stmt, 8),
        .version = pl_stmt_text(stmt, 9),
        .from = pl_stmt_text(stmt, 10),
        .to = pl_stmt_text(stmt, 11),
        .run_key = pl_stmt_text(stmt, 12),
        .group = pl_stmt_text(stmt, 13),
        .cur = pl_stmt_text(stmt, 14),
        .percent = pl_stmt_text(stmt, 15),
        .falling = pl_stmt_int(stmt, 16) != 0,
        .floor = pl_stmt_int(stmt, 17) != 0,
        .lasted_us = -1,
        .before_us = pl_stmt_int_or(stmt, 19, PL_TIME_NONE),
        .source_id = pl_stmt_int(stmt, 20),
        .line_no = pl_stmt_int(stmt, 21),
        .at_begin = pl_str_equal(pl_stmt_text(stmt, 22), PL_STR("begin")),
    };
    (void)pl_elapsed_parse(pl_stmt_text(stmt, 18), &step->lasted_us);
}

/* A run ends where its captured id changes; while none is known, before a long hole in its dated
 * events. */
static bool is_new_run(const pl_run_state *run, const pl_step *step)
{
    if (!run->active)
        return true;
    if (step->run_key.len > 0 && run->run_key[0] != '\0')
        return !pl_str_equal(step->run_key, pl_str_of(run->run_key));
    bool dated = step->us != PL_TIME_NONE && run->last_us != PL_TIME_NONE;
    return dated && step->us - run->last_us > run->scope->model->gap_us;
}

static void note_run(pl_run_state *run, const pl_step *step)
{
    if (step->us != PL_TIME_NONE && step->us > run->last_us)
        run->last_us = step->us; /* PL_TIME_NONE is before all */
    if (step->us != PL_TIME_NONE && run->started_us == PL_TIME_NONE)
        run->started_us = step->us;
    if (step->run_key.len > 0 && step->run_key.len < sizeof run->run_key) {
        memcpy(run->run_key, step->run_key.ptr, step->run_key.len);
        run->run_key[step->run_key.len] = '\0';
    }
}

/* Tells the event where it belongs, for v_event. */
static pl_status place_event(pl_run_state *run, const pl_step *step, pl_error *err)
{
    pl_stmt *stmt = NULL;
    const pl_node_state *node = step->node_id == 0 && run->current != NULL
                                    ? run->current
                                    : pl_state_find(run, step->node_id);
    pl_status status =
        pl_stmt_get(run->scope->store,
                    "UPDATE event SET run_id = ?2, attempt = ?3 WHERE event_id = ?1", &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, step->event_id);
    pl_stmt_bind_int(stmt, 2, run->run_id);
    if (node != NULL && step->of_model)
        pl_stmt_bind_int(stmt, 3, node->attempt);
    return pl_stmt_run(stmt, err);
}

static pl_status take_step(pl_run_state *run, const pl_step *step, pl_error *err)
{
    pl_status status = PL_OK;
    bool begins = step->of_model && is_new_run(run, step);
    if (begins && step->node_id == 0 && run->scope->model->serial)
        return PL_OK; /* about whatever is open, and nothing is */
    if (begins) {
        if (run->active)
            status = pl_run_finish(run, step->us, err);
        if (status == PL_OK)
            status = pl_run_begin(run, step, err);
    }
    if (status == PL_OK && step->of_model)
        note_run(run, step);
    if (status == PL_OK)
        status = pl_state_apply(run, step, err);
    return status == PL_OK && run->active ? place_event(run, step, err) : status;
}

static pl_status walk(pl_run_state *run, pl_error *err)
{
    const pl_scope *scope = run->scope;
    pl_stmt *stmt = NULL;
    pl_step step;
    pl_status status = pl_stmt_get(scope->store, events_sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, scope->cluster_id);
    pl_stmt_bind_int(stmt, 2, scope->model->model_id);
    if (scope->as_of_us != PL_TIME_NONE)
        pl_stmt_bind_int(stmt, 4, scope->as_of_us);
    pl_stmt_bind_text(stmt, 3, scope->model->run_key.len > 0 ? scope->model->run_key : PL_STR(""));
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        read_step(stmt, scope->model, &step);
        status = take_step(run, &step, err);
        if (status != PL_OK)
            return status;
    }
    if (status == PL_DONE)
        status = run->active ? pl_run_finish(run, PL_TIME_NONE, err) : PL_OK;
    return status;
}

pl_status pl_walk_scope(const pl_scope *scope, pl_error *err)
{
    pl_run_state run = {.scope = scope, .started_us = PL_TIME_NONE, .last_us = PL_TIME_NONE};
    pl_arena_init(&run.arena);
    run.index = pl_map_new();
    pl_status status =
        run.index == NULL ? pl_fail(err, PL_ERR_NOMEM, "no memory for a run") : walk(&run, err);
    for (size_t i = 0; i < run.node_count; i++)
        pl_release(run.nodes[i]->failures);
    pl_release(run.nodes);
    pl_map_free(run.index);
    pl_arena_release(&run.arena);
    return status;
}
