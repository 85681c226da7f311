/* names.c - small tables, cached. */
#include "ingest/names.h"

#include "base/alloc.h"
#include "ingest/writer.h"

static pl_status write_phase(pl_names *names, pl_model_ids *ids, size_t at, pl_error *err)
{
    static const char sql[] = "INSERT INTO phase (model_id, parent_id, position, name, rank, kind, "
                              "rest, terminal, optional, repeatable, expect_us,"
                              " limit_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
                              "?12) ON CONFLICT (model_id, name) DO UPDATE SET"
                              " parent_id = ?2, position = ?3, rank = ?5, kind = ?6, rest = ?7, "
                              "terminal = ?8, optional = ?9, repeatable = ?10,"
                              " expect_us = ?11, limit_us = ?12 RETURNING phase_id";
    const pl_phase *phase = &ids->model->phases[at];
    static const char *const terminals[] = {NULL, "done", "down"};
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(names->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, ids->model_id);
    if (phase->parent >= 0)
        pl_stmt_bind_int(stmt, 2, ids->phase_ids[phase->parent]);
    pl_stmt_bind_int(stmt, 3, (int64_t)at + 1);
    pl_stmt_bind_text(stmt, 4, phase->name);
    if (phase->rank > 0)
        pl_stmt_bind_int(stmt, 5, phase->rank);
    pl_stmt_bind_text(stmt, 6, pl_str_of(pl_phase_kind_name(phase->kind)));
    pl_stmt_bind_int(stmt, 7, phase->rest);
    pl_stmt_bind_text(stmt, 8, pl_str_of(terminals[phase->terminal]));
    pl_stmt_bind_int(stmt, 9, phase->optional);
    pl_stmt_bind_int(stmt, 10, phase->repeatable);
    if (phase->expect_us >= 0)
        pl_stmt_bind_int(stmt, 11, phase->expect_us);
    if (phase->limit_us >= 0)
        pl_stmt_bind_int(stmt, 12, phase->limit_us);
    status = pl_stmt_step(stmt, err);
    if (status < 0)
        return status;
    ids->phase_ids[at] = pl_stmt_int(stmt, 0);
    return pl_stmt_run(stmt, err);
}

static pl_status write_model(pl_names *names, pl_model_ids *ids, pl_error *err)
{
    static const char sql[] =
        "INSERT INTO model (name, scope, serial, gap_us, begins, run_key, parallel, after_model, "
        "after_phase, groups, beside, mixed_until, mixed_limit_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
        "?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (name) DO UPDATE SET scope = ?2, serial = ?3, "
        "gap_us = ?4, begins = ?5, run_key = ?6, parallel = ?7, after_model = ?8, after_phase = "
        "?9, groups = ?10, beside = ?11, mixed_until = ?12, mixed_limit_us = ?13 "
        "RETURNING model_id";
    const pl_model *model = ids->model;
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(names->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, model->name);
    pl_stmt_bind_text(stmt, 2, pl_str_of(model->cluster_scope ? "cluster" : "node"));
    pl_stmt_bind_int(stmt, 3, model->serial);
    pl_stmt_bind_int(stmt, 4, model->gap_us);
    pl_stmt_bind_int(stmt, 5, model->has_begins);
    if (model->run_key.len > 0)
        pl_stmt_bind_text(stmt, 6, model->run_key);
    pl_stmt_bind_int(stmt, 7, model->parallel);
    if (model->after_model.len > 0) {
        pl_stmt_bind_text(stmt, 8, model->after_model);
        pl_stmt_bind_text(stmt, 9, model->after_phase);
    }
    if (model->groups.len > 0)
        pl_stmt_bind_text(stmt, 10, model->groups);
    if (model->beside.len > 0)
        pl_stmt_bind_text(stmt, 11, model->beside);
    if (model->mixed_until.len > 0)
        pl_stmt_bind_text(stmt, 12, model->mixed_until);
    if (model->mixed_limit_us >= 0)
        pl_stmt_bind_int(stmt, 13, model->mixed_limit_us);
    status = pl_stmt_step(stmt, err);
    if (status < 0)
        return status;
    ids->model_id = pl_stmt_int(stmt, 0);
    status = pl_stmt_run(stmt, err);
    for (size_t i = 0; status == PL_OK && i < model->phase_count; i++)
        status = write_phase(names, ids, i, err);
    return status;
}

static pl_status add_model(pl_names *names, const pl_model *model, pl_error *err)
{
    int64_t *phase_ids = pl_alloc(model->phase_count, sizeof *phase_ids);
    if (phase_ids == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a model");
    pl_model_ids *ids = &names->models[names->model_count++];
    *ids = (pl_model_ids){.model = model, .phase_ids = phase_ids};
    return write_model(names, ids, err);
}

pl_status pl_names_open(pl_names *names, pl_store *store, const pl_dialect_set *set, pl_error *err)
{
    size_t count = 0;
    for (size_t d = 0; d < set->count; d++)
        count += set->items[d]->model_count;
    *names = (pl_names){.store = store, .nodes = pl_map_new(), .clusters = pl_map_new()};
    names->models = pl_alloc(count + 1, sizeof *names->models);
    if (names->nodes == NULL || names->clusters == NULL || names->models == NULL) {
        pl_names_release(names);
        return pl_fail(err, PL_ERR_NOMEM, "no memory for names");
    }
    pl_status status = PL_OK;
    for (size_t d = 0; status == PL_OK && d < set->count; d++)
        for (size_t m = 0; status == PL_OK && m < set->items[d]->model_count; m++)
            status = add_model(names, &set->items[d]->models[m], err);
    if (status != PL_OK)
        pl_names_release(names);
    return status;
}

void pl_names_release(pl_names *names)
{
    for (size_t i = 0; names->models != NULL && i < names->model_count; i++)
        pl_release(names->models[i].phase_ids);
    pl_release(names->models);
    pl_map_free(names->nodes);
    pl_map_free(names->clusters);
    *names = (pl_names){0};
}

void pl_names_forget(pl_names *names)
{
    pl_map_clear(names->nodes);
    pl_map_clear(names->clusters);
}

/* An address of version 4, or anything with two colons in it. */
static bool is_address(pl_str name)
{
    size_t dots = 0, colons = 0, others = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        dots += c == '.';
        colons += c == ':';
        others += !(c >= '0' && c <= '9') && c != '.';
    }
    return (dots == 3 && others == 0) || colons >= 2;
}

/* The id of `name` by `sql`, which makes the row when it is new and gives its id. */
static pl_status look_up(pl_names *names, pl_map *cache, const char *sql, pl_str name, int64_t *id,
                         pl_error *err)
{
    int64_t *slot = pl_map_at(cache, name);
    if (slot == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a name");
    if (*slot != 0) {
        *id = *slot;
        return PL_OK;
    }
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(names->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, name);
    if (cache == names->nodes)
        pl_stmt_bind_text(stmt, 2, pl_str_of(is_address(name) ? "ip" : "name"));
    status = pl_stmt_step(stmt, err);
    if (status < 0)
        return status;
    *id = *slot = pl_stmt_int(stmt, 0);
    return pl_stmt_run(stmt, err);
}

pl_status pl_names_node(pl_names *names, pl_str name, int64_t *id, pl_error *err)
{
    static const char sql[] = "INSERT INTO name (value, kind) VALUES (?1, ?2)"
                              " ON CONFLICT (value) DO UPDATE SET value = value RETURNING name_id";
    *id = PL_NAME_UNKNOWN;
    return name.len == 0 ? PL_OK : look_up(names, names->nodes, sql, name, id, err);
}

pl_status pl_names_cluster(pl_names *names, pl_str name, int64_t *id, pl_error *err)
{
    static const char sql[] = "INSERT INTO cluster (name) VALUES (?1) ON CONFLICT (name) DO UPDATE "
                              "SET name = name RETURNING cluster_id";
    *id = PL_CLUSTER_DEFAULT;
    return name.len == 0 ? PL_OK : look_up(names, names->clusters, sql, name, id, err);
}

const pl_model_ids *pl_names_model(const pl_names *names, const pl_model *model)
{
    for (size_t i = 0; i < names->model_count; i++)
        if (names->models[i].model == model)
            return &names->models[i];
    return NULL;
}
