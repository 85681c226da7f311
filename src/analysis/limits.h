/*
 * limits.h - how long a phase may take, and who says so.
 *
 * Peers are the closed spans with result ok of the same phase and group in this run, without the
 * judged one; paused time does not count.  With PL_PEERS_MIN of them the limit is the largest of
 * PL_PEER_FACTOR times their median, the phase's expected duration and PL_LIMIT_FLOOR_US.  With
 * fewer it comes so from the closed spans of the same cluster's earlier runs of the model, where
 * they are as many; else it is the one the model declares; else there is none.  The median of an
 * even number is the lower one.  Spans whose end nobody saw are in no median: they were at least as
 * long as they were seen, and what is typical is not made of them.
 */
#ifndef PL_ANALYSIS_LIMITS_H
#define PL_ANALYSIS_LIMITS_H

#include "analysis/state.h"

/* Durations, the shortest first. */
typedef struct pl_durations {
    int64_t *us; /* owned */
    size_t count, room;
} pl_durations;

/* The spans of one phase and group. */
typedef struct pl_peers {
    pl_run_state *run;
    int phase;
    char group[256];
    pl_durations here, before; /* of this run; of earlier ones, loaded where these are too few */
} pl_peers;

typedef struct pl_limit {
    int64_t us; /* -1: none */
    pl_buf from, arithmetic;
} pl_limit;

/* Reads the durations of `peers->phase` and `peers->group`; earlier ones are forgotten. */
PL_CHECKED pl_status pl_peers_load(pl_peers *peers, pl_error *err);
void pl_peers_release(pl_peers *peers);

/* The limit of a span; `own_us` is its duration when it is one of the peers', -1: it is none. */
void pl_limit_find(const pl_peers *peers, int64_t own_us, pl_limit *limit);

#endif
