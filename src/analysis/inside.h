/* inside.h - what the parts of the analysis share: models as stored, and the run under way. */
#ifndef PL_ANALYSIS_INSIDE_H
#define PL_ANALYSIS_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/map.h"
#include "store/store.h"

#define PL_OPEN_MAX 16   /* spans one node can have open at once: the depth of nesting */
#define PL_PEERS_MIN 3   /* fewer closed spans of a phase say nothing about what is normal */
#define PL_PEER_FACTOR 3 /* that many times their median is long */
#define PL_LIMIT_FLOOR_US                                                                          \
    (60 * PL_US_PER_SECOND) /* less than this is never long by the peer rule */

typedef struct pl_stored_phase {
    int64_t phase_id;
    pl_str name;
    int rank, parent; /* as in dialect/model.h; parent is an index, -1: none */
    bool rest, optional, repeatable, is_done, is_down, is_queued, is_reboot;
    int64_t expect_us, limit_us; /* -1: not said */
} pl_stored_phase;

typedef struct pl_stored_model {
    int64_t model_id;
    pl_str name;
    bool cluster_scope, serial, has_begins;
    int64_t gap_us;
    pl_str run_key;
    pl_stored_phase *phases;
    size_t phase_count;
} pl_stored_model;

/* The analysis of one cluster in one model. */
typedef struct pl_scope {
    pl_store *store;
    int64_t as_of_us; /* PL_TIME_NONE: the end of the evidence */
    int64_t cluster_id;
    pl_str cluster;
    const pl_stored_model *model;
} pl_scope;

/* An event as the walk sees it.  Views are good until the next one. */
typedef struct pl_step {
    int64_t event_id, source_id, line_no;
    int64_t us;        /* PL_TIME_NONE: no time */
    bool floor;        /* `us` is not when, but since when: nothing can be measured with it */
    int64_t lasted_us; /* how long the line says it took; -1: it does not */
    int64_t before_us; /* boot: the last stamped line above it; PL_TIME_NONE: none */
    int64_t node_id;   /* 0: the whole cluster */
    pl_str node;
    bool of_model; /* false: a boot, or a note that belongs to no model */
    int phase;     /* index; -1: none */
    pl_str transition;
    bool begins;
    pl_str code, version, from, to, run_key, group, cur, percent;
    bool falling;
    bool at_begin; /* exit: `us` is not its end; that comes `lasted_us` after the beginning */
} pl_step;

/* ---- nodes.c: names to nodes, and which of equal lines counts */
PL_CHECKED pl_status pl_derive_nodes(pl_store *store, pl_error *err);
PL_CHECKED pl_status pl_derive_copies(pl_store *store, pl_error *err);
/* ---- models.c: all models with their phases; memory in `arena` */
PL_CHECKED pl_status pl_load_models(pl_store *store, pl_arena *arena, pl_stored_model **out,
                                    size_t *count, pl_error *err);
/* ---- walk.c: runs, attempts, spans, order findings of one scope */
PL_CHECKED pl_status pl_walk_scope(const pl_scope *scope, pl_error *err);
/* ---- known.c: failure signatures of the dialects */
PL_CHECKED pl_status pl_judge_known(pl_store *store, pl_error *err);
/* ---- coverage.c: what the evidence lacks */
PL_CHECKED pl_status pl_judge_coverage(pl_store *store, pl_error *err);

#endif
