/* walk.c - the events of each cluster in each model, in order of time, cut into runs. */
#include "analysis/ends.h"
#include "analysis/state.h"

#include <string.h>

#include "base/alloc.h"

/*
 * All events once, by cluster and model, and a line that is of no model in each of its cluster's.
 * Files without any time come first; within one instant the order is that of content and line: the
 * same every time.
 */
static const char events_sql[] =
    "WITH scope AS MATERIALIZED (SELECT cluster_id, model_id, row_number() OVER (ORDER BY c.name, "
    "m.name) AS nth FROM (SELECT DISTINCT cluster_id, model_id FROM line WHERE model_id IS NOT "
    "NULL) JOIN cluster c USING (cluster_id) JOIN model m USING (model_id)),"
    " ranked AS MATERIALIZED (SELECT source_id, row_number() OVER (ORDER BY content, reading) AS "
    "nth FROM source)"
    " SELECT e.event_id, e.ts_us, w.node_id, n.name, e.model_id IS NOT NULL, e.phase_id, "
    "e.transition, e.begins, e.code,"
    " json_extract(e.facts, '$.version'), json_extract(e.facts, '$.from'), json_extract(e.facts, "
    "'$.to'),"
    " CASE WHEN m.run_key <> '' THEN json_extract(e.facts, '$.\"' || m.run_key || '\"') END, "
    "json_extract(e.facts, '$.group'),"
    " json_extract(e.facts, '$.cur'), json_extract(e.facts, '$.percent'), json_extract(e.facts, "
    "'$.falling') IS NOT NULL, e.floor, json_extract(e.facts, '$.lasted'), e.before_us,"
    " e.source_id, e.copy, e.order_us IS NOT NULL, json_extract(e.facts, '$.blocker'),"
    " p.cluster_id, p.model_id, e.underway, json_extract(e.facts, '$.purpose'),"
    " e.line_no, json_extract(e.facts, '$.stamp')"
    " FROM event e CROSS JOIN scope p ON p.cluster_id = e.cluster_id AND (p.model_id = e.model_id"
    "   OR e.model_id IS NULL) CROSS JOIN ranked s ON s.source_id = e.source_id"
    " CROSS JOIN model m ON m.model_id = p.model_id"
    " LEFT JOIN node_name w ON w.cluster_id = e.cluster_id AND w.name_id = e.name_id LEFT JOIN "
    "node n ON n.node_id = w.node_id"
    " WHERE (e.model_id IS NOT NULL OR (w.node_id IS NOT NULL AND e.copy = 0))"
    " AND (?1 IS NULL OR e.ts_us IS NULL OR e.ts_us <= ?1)"
    " ORDER BY p.nth, e.order_us NULLS FIRST, e.copy, s.nth, e.line_no, e.byte_off, e.sub";

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
        .copy = pl_stmt_int(stmt, 21) != 0,
        .has_order = !pl_stmt_is_null(stmt, 22),
        .blocker = pl_stmt_text(stmt, 23),
        .only_underway = pl_stmt_int(stmt, 26) != 0,
        .purpose = pl_stmt_text(stmt, 27),
        .line_no = pl_stmt_int(stmt, 28),
        .at_begin = pl_str_equal(pl_stmt_text(stmt, 29), PL_STR("begin")),
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
    pl_status status = pl_stmt_get(
        run->scope->store, "UPDATE standing SET run_id = ?2, attempt = ?3 WHERE event_id = ?1",
        &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, step->event_id);
    pl_stmt_bind_int(stmt, 2, run->run_id);
    if (node != NULL && step->of_model)
        pl_stmt_bind_int(stmt, 3, node->attempt);
    return pl_stmt_run(stmt, err);
}

/* A line of some other business, which means an upgrade only while one is under way. */
static bool is_beside(const pl_run_state *run, const pl_step *step)
{
    return step->only_underway && (is_new_run(run, step) || !pl_state_is_underway(run, step));
}

static pl_status apply_step(pl_run_state *run, const pl_step *step, pl_error *err)
{
    pl_status status = PL_OK;
    if (is_beside(run, step))
        return PL_OK;
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

/* Of a line that counts in another source only the source is taken: it may go on for longer. */
static pl_status take_step(pl_run_state *run, const pl_step *step, pl_error *err)
{
    pl_status status = step->copy ? PL_OK : apply_step(run, step, err);
    if (status == PL_OK && step->of_model && run->active)
        pl_ends_note(run->scope->ends, step->source_id, run->run_id, step->us, step->has_order);
    return status;
}

/* The scopes one after the other, and the run under way. */
struct walk {
    pl_store *store;
    const pl_stored_model *models;
    size_t model_count;
    pl_scope scope;
    pl_run_state run;
    pl_arena names; /* of the cluster */
};

static pl_status end_scope(struct walk *walk, pl_error *err)
{
    pl_run_state *run = &walk->run;
    pl_status status = run->active ? pl_run_finish(run, PL_TIME_NONE, err) : PL_OK;
    for (size_t i = 0; i < run->node_count; i++) {
        pl_release(run->nodes[i]->failures);
        pl_release(run->nodes[i]->outages);
        pl_release(run->nodes[i]->skips);
    }
    pl_release(run->nodes);
    pl_map_free(run->index);
    pl_arena_release(&run->arena);
    walk->run = (pl_run_state){0};
    return status;
}

static pl_status find_cluster(struct walk *walk, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status =
        pl_stmt_get(walk->store, "SELECT name FROM cluster WHERE cluster_id = ?1", &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, walk->scope.cluster_id);
    status = pl_stmt_step(stmt, err);
    if (status != PL_OK)
        return status < 0 ? status : pl_fail(err, PL_ERR_DB, "a cluster is gone");
    pl_arena_release(&walk->names);
    walk->scope.cluster = pl_arena_copy(&walk->names, pl_stmt_text(stmt, 0));
    pl_stmt_reset(stmt);
    return walk->scope.cluster.ptr != NULL ? PL_OK
                                           : pl_fail(err, PL_ERR_NOMEM, "no memory for a cluster");
}

static pl_status begin_scope(struct walk *walk, int64_t cluster_id, int64_t model_id, pl_error *err)
{
    pl_status status = end_scope(walk, err);
    walk->scope.cluster_id = cluster_id;
    walk->scope.model = NULL;
    for (size_t i = 0; i < walk->model_count; i++)
        if (walk->models[i].model_id == model_id)
            walk->scope.model = &walk->models[i];
    if (status == PL_OK)
        status = find_cluster(walk, err);
    if (status == PL_OK && walk->scope.model == NULL)
        status = pl_fail(err, PL_ERR_DB, "a model is gone");
    if (status != PL_OK)
        return status;
    pl_ends_scope(walk->scope.ends, cluster_id, model_id);
    walk->run =
        (pl_run_state){.scope = &walk->scope, .started_us = PL_TIME_NONE, .last_us = PL_TIME_NONE};
    pl_arena_init(&walk->run.arena);
    walk->run.index = pl_map_new();
    return walk->run.index != NULL ? PL_OK : pl_fail(err, PL_ERR_NOMEM, "no memory for a run");
}

static pl_status walk_events(struct walk *walk, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_step step;
    pl_status status = pl_stmt_get(walk->store, events_sql, &stmt, err);
    if (status == PL_OK && walk->scope.as_of_us != PL_TIME_NONE)
        pl_stmt_bind_int(stmt, 1, walk->scope.as_of_us);
    while (status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK) {
        int64_t cluster_id = pl_stmt_int(stmt, 24), model_id = pl_stmt_int(stmt, 25);
        if (walk->scope.model == NULL || walk->scope.cluster_id != cluster_id ||
            walk->scope.model->model_id != model_id)
            status = begin_scope(walk, cluster_id, model_id, err);
        if (status != PL_OK)
            return status;
        read_step(stmt, walk->scope.model, &step);
        status = take_step(&walk->run, &step, err);
    }
    return status == PL_DONE ? end_scope(walk, err) : status;
}

pl_status pl_walk(pl_store *store, const struct pl_clocks *clocks, int64_t as_of_us, pl_error *err)
{
    struct walk walk = {.store = store,
                        .scope = {.store = store, .as_of_us = as_of_us, .clocks = clocks}};
    pl_stored_model *models = NULL;
    pl_arena arena;
    pl_arena_init(&arena);
    pl_arena_init(&walk.names);
    pl_arena_init(&walk.run.arena);
    pl_status status = pl_load_models(store, &arena, &models, &walk.model_count, err);
    walk.models = models;
    if (status == PL_OK)
        status = pl_ends_new(store, &walk.scope.ends, err);
    if (status == PL_OK)
        status = walk_events(&walk, err);
    walk.run.active = false; /* after a failure nothing is concluded */
    pl_status ended = end_scope(&walk, err);
    pl_ends_free(walk.scope.ends);
    pl_arena_release(&walk.names);
    pl_arena_release(&arena);
    return status == PL_OK ? ended : status;
}
