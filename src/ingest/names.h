/* names.h - row ids of names, clusters, models and phases, looked up once. */
#ifndef PL_INGEST_NAMES_H
#define PL_INGEST_NAMES_H

#include "base/map.h"
#include "dialect/dialect.h"
#include "store/store.h"

typedef struct pl_model_ids {
    const pl_model *model;
    int64_t model_id;
    int64_t *phase_ids; /* owned; by index in the model */
} pl_model_ids;

typedef struct pl_names {
    pl_store *store; /* borrowed */
    pl_map *nodes, *clusters;
    pl_model_ids *models;
    size_t model_count;
} pl_names;

/* Writes all models of `set` (a changed one is renewed) and makes empty caches. */
PL_CHECKED pl_status pl_names_open(pl_names *names, pl_store *store, const pl_dialect_set *set,
                                   pl_error *err);
void pl_names_release(pl_names *names);
/* Forgets node and cluster ids: to be called when a savepoint was undone. */
void pl_names_forget(pl_names *names);
/* The row id of a node's or cluster's name, made when new; the empty name is (unknown), or
 * `default`. */
PL_CHECKED pl_status pl_names_node(pl_names *names, pl_str name, int64_t *id, pl_error *err);
PL_CHECKED pl_status pl_names_cluster(pl_names *names, pl_str name, int64_t *id, pl_error *err);
const pl_model_ids *pl_names_model(const pl_names *names, const pl_model *model);

#endif
