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
#include "dialect/model.h"
#include "store/store.h"

#define PL_OPEN_MAX PL_NESTED_MAX /* spans one node can have open at once */
#define PL_PEERS_MIN 3   /* fewer closed spans of a phase say nothing about what is normal */
#define PL_PEER_FACTOR 3 /* that many times their median is long */
#define PL_LIMIT_FLOOR_US                                                                          \
    (60 * PL_US_PER_SECOND) /* less than this is never long by the peer rule */

typedef struct pl_stored_phase {
    int64_t phase_id;
    pl_str name;
    int rank, parent; /* as in dialect/model.h; parent is an index, -1: none */
    bool inner;       /* nested in a phase with a rank: takes no part in order checks */
    bool rest, optional, repeatable, is_done, is_down, is_queued, is_reboot;
    bool is_out;    /* a node in it does not serve: see docs/verdicts.md, order.overlap */
    bool is_commit; /* what is for all nodes at once, and cannot be taken back */
    int64_t expect_us, limit_us; /* -1: not said */
} pl_stored_phase;

typedef struct pl_stored_model {
    int64_t model_id;
    pl_str name;
    bool cluster_scope, serial, has_begins;
    int64_t gap_us;
    pl_str run_key;
    int parallel;                    /* 0: not said */
    pl_str after_model, after_phase; /* empty: not said */
    pl_str *groups;                  /* in the order of their upgrade; stages[i] says in which */
    int *stages;
    size_t group_count;
    pl_stored_phase *phases;
    size_t phase_count;
} pl_stored_model;

struct pl_ends;

/* The analysis of one cluster in one model. */
typedef struct pl_scope {
    pl_store *store;
    struct pl_ends *ends;
    int64_t as_of_us; /* PL_TIME_NONE: the end of the evidence */
    int64_t cluster_id;
    pl_str cluster;
    const pl_stored_model *model;
    const struct pl_clocks *clocks; /* clocks.h; NULL: nothing is known of any */
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
    bool copy;      /* another source has the line, too: it says only how far this one goes */
    bool has_order; /* there is a time in its source, its own or above it */
    bool of_model;  /* false: a boot, or a note that belongs to no model */
    int phase;      /* index; -1: none */
    pl_str transition;
    bool begins;
    bool only_underway; /* counts only for a node in the middle of the model */
    pl_str code, version, from, to, run_key, group, cur, percent, blocker, purpose;
    bool falling;
    bool at_begin; /* exit: `us` is not its end; that comes `lasted_us` after the beginning */
} pl_step;

/* A moment as the clock of a node tells it. */
typedef struct pl_at {
    int64_t node_id; /* 0: of the whole cluster */
    int64_t us;
} pl_at;

/* ---- across.c */
/* True when `a` came before `b` for sure, whatever the clocks of two nodes are off. */
bool pl_before(const pl_scope *scope, pl_at a, pl_at b);
/* ---- after.c: models that may begin only when every node is at some phase of another one; after
 * the walk */
PL_CHECKED pl_status pl_judge_after(pl_store *store, const struct pl_clocks *clocks, pl_error *err);
/* ---- beside.c: what another model tells already; after the walk */
PL_CHECKED pl_status pl_judge_beside(pl_store *store, pl_error *err);
/* ---- mixed.c: several versions in one cluster; after the walk */
PL_CHECKED pl_status pl_judge_mixed(pl_store *store, int64_t as_of_us, pl_error *err);
/* ---- nodes.c: names to nodes, and which of equal lines counts */
PL_CHECKED pl_status pl_derive_nodes(pl_store *store, pl_error *err);
PL_CHECKED pl_status pl_derive_copies(pl_store *store, pl_error *err);
/* ---- models.c: all models with their phases; memory in `arena` */
PL_CHECKED pl_status pl_load_models(pl_store *store, pl_arena *arena, pl_stored_model **out,
                                    size_t *count, pl_error *err);
/* A node in it does something, and is not done with it. */
bool pl_phase_is_work(const pl_stored_phase *phase);
/* ---- walk.c: runs, attempts, spans, order findings of every cluster in every model; events after
 * `as_of_us` (PL_TIME_NONE: none) are left out */
PL_CHECKED pl_status pl_walk(pl_store *store, const struct pl_clocks *clocks, int64_t as_of_us,
                             pl_error *err);
/* ---- gaps.c: holes in the logs of nodes at work; after the walk */
PL_CHECKED pl_status pl_judge_gaps(pl_store *store, const struct pl_clocks *clocks, pl_error *err);
/* ---- known.c: failure signatures of the dialects */
PL_CHECKED pl_status pl_judge_known(pl_store *store, pl_error *err);
/* ---- coverage.c: what the evidence lacks */
PL_CHECKED pl_status pl_judge_coverage(pl_store *store, pl_error *err);

#endif
