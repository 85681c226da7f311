/* models.c - phase models back from the database: conclusions need no dialect files. */
#include "analysis/inside.h"

static pl_status no_memory(pl_error *err)
{
    return pl_fail(err, PL_ERR_NOMEM, "no memory for a model");
}

/* In these a node does not serve; in the others it does, or may. */
static bool is_out_kind(pl_str kind)
{
    static const char *const kinds[] = {"drain", "stop",   "install", "reboot",
                                        "start", "rejoin", "rollback"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (pl_str_equal(kind, pl_str_of(kinds[i])))
            return true;
    return false;
}

static pl_status load_phase(pl_stmt *stmt, pl_arena *arena, pl_stored_model *model, pl_error *err)
{
    pl_stored_phase *phase = &model->phases[model->phase_count];
    pl_str terminal = pl_stmt_text(stmt, 6);
    *phase = (pl_stored_phase){
        .phase_id = pl_stmt_int(stmt, 0),
        .name = pl_arena_copy(arena, pl_stmt_text(stmt, 1)),
        .rank = (int)pl_stmt_int(stmt, 2),
        .parent = -1,
        .rest = pl_stmt_int(stmt, 4) != 0,
        .is_queued = pl_str_equal(pl_stmt_text(stmt, 5), PL_STR("queued")),
        .is_reboot = pl_str_equal(pl_stmt_text(stmt, 5), PL_STR("reboot")),
        .is_done = pl_str_equal(terminal, PL_STR("done")),
        .is_down = pl_str_equal(terminal, PL_STR("down")),
        .optional = pl_stmt_int(stmt, 7) != 0,
        .repeatable = pl_stmt_int(stmt, 8) != 0,
        .expect_us = pl_stmt_int_or(stmt, 9, -1),
        .limit_us = pl_stmt_int_or(stmt, 10, -1),
    };
    phase->is_out = phase->is_down || is_out_kind(pl_stmt_text(stmt, 5));
    phase->is_commit = pl_str_equal(pl_stmt_text(stmt, 5), PL_STR("commit"));
    for (size_t i = 0; i < model->phase_count; i++)
        if (!pl_stmt_is_null(stmt, 3) && model->phases[i].phase_id == pl_stmt_int(stmt, 3))
            phase->parent = (int)i;
    const pl_stored_phase *around = phase->parent < 0 ? NULL : &model->phases[phase->parent];
    phase->inner = around != NULL && (around->rank > 0 || around->inner);
    model->phase_count++;
    return phase->name.ptr == NULL ? no_memory(err) : PL_OK;
}

static pl_status load_phases(pl_store *store, pl_arena *arena, pl_stored_model *model, size_t count,
                             pl_error *err)
{
    static const char sql[] = "SELECT phase_id, name, rank, parent_id, rest, kind, terminal, "
                              "optional, repeatable, expect_us, limit_us"
                              " FROM phase WHERE model_id = ?1 ORDER BY position, phase_id";
    pl_stmt *stmt = NULL;
    model->phases = pl_arena_take(arena, count + 1, sizeof *model->phases);
    if (model->phases == NULL)
        return no_memory(err);
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, model->model_id);
    while ((status = pl_stmt_step(stmt, err)) == PL_OK)
        if ((status = load_phase(stmt, arena, model, err)) != PL_OK)
            return status;
    return status == PL_DONE ? PL_OK : status;
}

static pl_status load_groups(pl_store *store, pl_arena *arena, pl_stored_model *model,
                             pl_error *err)
{
    static const char sql[] =
        "SELECT g.value, s.key FROM model m, json_each(m.groups) s, json_each(s.value) g"
        " WHERE m.model_id = ?1 ORDER BY s.key, g.key";
    pl_stmt *stmt = NULL;
    size_t count = model->group_count;
    model->group_count = 0;
    model->groups = pl_arena_take(arena, count + 1, sizeof *model->groups);
    model->stages = pl_arena_take(arena, count + 1, sizeof *model->stages);
    if (model->groups == NULL || model->stages == NULL)
        return no_memory(err);
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, model->model_id);
    while (model->group_count < count && (status = pl_stmt_step(stmt, err)) == PL_OK) {
        model->groups[model->group_count] = pl_arena_copy(arena, pl_stmt_text(stmt, 0));
        model->stages[model->group_count] = (int)pl_stmt_int(stmt, 1);
        if (model->groups[model->group_count++].ptr == NULL)
            return no_memory(err);
    }
    pl_stmt_reset(stmt);
    return status < 0 ? status : PL_OK;
}

static pl_status count_models(pl_store *store, size_t *count, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, "SELECT count(*) FROM model", &stmt, err);
    if (status == PL_OK)
        status = pl_stmt_step(stmt, err);
    if (status != PL_OK)
        return status;
    *count = (size_t)pl_stmt_int(stmt, 0);
    pl_stmt_reset(stmt);
    return PL_OK;
}

static pl_status load_model(pl_stmt *stmt, pl_arena *arena, pl_stored_model *model, pl_error *err)
{
    *model = (pl_stored_model){
        .model_id = pl_stmt_int(stmt, 0),
        .name = pl_arena_copy(arena, pl_stmt_text(stmt, 1)),
        .cluster_scope = pl_str_equal(pl_stmt_text(stmt, 2), PL_STR("cluster")),
        .serial = pl_stmt_int(stmt, 3) != 0,
        .gap_us = pl_stmt_int(stmt, 4),
        .has_begins = pl_stmt_int(stmt, 5) != 0,
        .run_key = pl_arena_copy(arena, pl_stmt_text(stmt, 6)),
    };
    model->phase_count = (size_t)pl_stmt_int(stmt, 7);
    model->parallel = (int)pl_stmt_int(stmt, 8);
    model->after_model = pl_arena_copy(arena, pl_stmt_text(stmt, 9));
    model->after_phase = pl_arena_copy(arena, pl_stmt_text(stmt, 10));
    model->group_count = (size_t)pl_stmt_int(stmt, 11);
    bool kept = model->name.ptr != NULL && model->run_key.ptr != NULL &&
                model->after_model.ptr != NULL && model->after_phase.ptr != NULL;
    return kept ? PL_OK : no_memory(err);
}

pl_status pl_load_models(pl_store *store, pl_arena *arena, pl_stored_model **out, size_t *count,
                         pl_error *err)
{
    static const char sql[] =
        "SELECT model_id, name, scope, serial, gap_us, begins, coalesce(run_key, ''),"
        " (SELECT count(*) FROM phase p WHERE p.model_id = m.model_id), parallel,"
        " coalesce(after_model, ''), coalesce(after_phase, ''),"
        " coalesce((SELECT sum(json_array_length(value)) FROM json_each(m.groups)), 0)"
        " FROM model m ORDER BY name";
    size_t models = 0, found = 0;
    pl_stmt *stmt = NULL;
    pl_status status = count_models(store, &models, err);
    if (status != PL_OK)
        return status;
    *out = pl_arena_take(arena, models + 1, sizeof **out);
    if (*out == NULL)
        return no_memory(err);
    status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    while (found < models && (status = pl_stmt_step(stmt, err)) == PL_OK)
        if ((status = load_model(stmt, arena, &(*out)[found++], err)) != PL_OK)
            return status;
    pl_stmt_reset(stmt);
    for (size_t i = 0; status >= 0 && i < found; i++) {
        size_t phases = (*out)[i].phase_count;
        (*out)[i].phase_count = 0;
        status = load_phases(store, arena, &(*out)[i], phases, err);
        if (status == PL_OK)
            status = load_groups(store, arena, &(*out)[i], err);
    }
    *count = found;
    return status < 0 ? status : PL_OK;
}

bool pl_phase_is_work(const pl_stored_phase *phase)
{
    return !phase->rest && !phase->is_done && !phase->is_down && !phase->is_queued;
}
