/*
 * analysis.c - the flow, as a table of contents:
 *
 *     names -> nodes; equal lines -> one counts; pairs of lines -> clocks; per cluster and model:
 * events -> runs, attempts, spans -> findings; what is missing
 */
#include "analysis/analysis.h"

#include "analysis/clocks.h"
#include "analysis/findings.h"
#include "analysis/inside.h"
#include "base/alloc.h"
#include "store/conclusions.h"

struct clusters {
    int64_t *ids;
    pl_str *names;
    size_t count, id_room, name_room;
};

static pl_status load_clusters(pl_store *store, pl_arena *arena, struct clusters *out,
                               pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status =
        pl_stmt_get(store, "SELECT cluster_id, name FROM cluster ORDER BY name", &stmt, err);
    while (status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK) {
        if (!pl_grow(&out->ids, &out->id_room, out->count + 1, sizeof *out->ids) ||
            !pl_grow(&out->names, &out->name_room, out->count + 1, sizeof *out->names))
            return pl_fail(err, PL_ERR_NOMEM, "no memory for clusters");
        out->ids[out->count] = pl_stmt_int(stmt, 0);
        out->names[out->count] = pl_arena_copy(arena, pl_stmt_text(stmt, 1));
        if (out->names[out->count++].ptr == NULL)
            return pl_fail(err, PL_ERR_NOMEM, "no memory for clusters");
    }
    return status == PL_DONE ? PL_OK : status;
}

static pl_status walk_all(pl_store *store, const pl_clocks *clocks, int64_t as_of_us, pl_error *err)
{
    pl_arena arena;
    pl_stored_model *models = NULL;
    size_t model_count = 0;
    struct clusters clusters = {0};
    pl_arena_init(&arena);
    pl_status status = pl_load_models(store, &arena, &models, &model_count, err);
    if (status == PL_OK)
        status = load_clusters(store, &arena, &clusters, err);
    for (size_t c = 0; status == PL_OK && c < clusters.count; c++)
        for (size_t m = 0; status == PL_OK && m < model_count; m++) {
            const pl_scope scope = {store,      as_of_us, clusters.ids[c], clusters.names[c],
                                    &models[m], clocks};
            status = pl_walk_scope(&scope, err);
        }
    pl_release(clusters.ids);
    pl_release(clusters.names);
    pl_arena_release(&arena);
    return status;
}

static pl_status derive(pl_store *store, int64_t as_of_us, pl_error *err)
{
    pl_clocks *clocks = NULL;
    pl_status status = pl_conclusions_drop(store, err);
    if (status == PL_OK)
        status = pl_derive_nodes(store, err);
    if (status == PL_OK)
        status = pl_derive_copies(store, err);
    if (status == PL_OK)
        status = pl_clocks_derive(store, &clocks, err);
    if (status == PL_OK)
        status = walk_all(store, clocks, as_of_us, err);
    if (status == PL_OK)
        status = pl_judge_clocks(store, clocks, err);
    pl_clocks_free(clocks);
    if (status == PL_OK)
        status = pl_judge_known(store, err);
    if (status == PL_OK)
        status = pl_judge_coverage(store, err);
    if (status == PL_OK)
        status = pl_findings_rank(store, err);
    return status == PL_OK ? pl_conclusions_mark(store, as_of_us, err) : status;
}

pl_status pl_conclude(pl_store *store, int64_t as_of_us, pl_error *err)
{
    pl_status status = pl_store_begin(store, err);
    if (status != PL_OK)
        return status;
    status = derive(store, as_of_us, err);
    if (status == PL_OK)
        status = pl_store_commit(store, err);
    if (status != PL_OK)
        pl_store_rollback(store);
    return status;
}

pl_status pl_conclude_if_changed(pl_store *store, int64_t as_of_us, pl_error *err)
{
    bool stand = false;
    pl_status status = pl_conclusions_stand(store, as_of_us, &stand, err);
    return status != PL_OK || stand ? status : pl_conclude(store, as_of_us, err);
}
