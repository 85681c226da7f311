/*
 * ends.h - where the sources of a run end: the reference times of its verdicts.
 *
 * Loaded once; the walk tells it which source holds events of which run.
 */
#ifndef PL_ANALYSIS_ENDS_H
#define PL_ANALYSIS_ENDS_H

#include "analysis/inside.h"

typedef struct pl_ends pl_ends;

/* A run whose ends are asked for.  cap_us: when the next run starts, PL_TIME_NONE: none does. */
typedef struct pl_ends_run {
    int64_t cluster_id, run_id, started_us, last_us, cap_us, gap_us;
} pl_ends_run;

typedef struct pl_end {
    int64_t node_id; /* whose own log it is; 0: nobody's */
    bool has_events; /* of the run; else it goes on where the run was: rotation */
    int64_t us;      /* its last stamped line that counts for the run; PL_TIME_NONE: it has none */
    int64_t bytes;   /* read of it */
    bool is_cut;     /* it was not read to its end */
    bool is_beside;  /* more of its file could not be read */
} pl_end;

/* Reads the ends of all sources; the caller owns *out.  PL_ERR_NOMEM, PL_ERR_DB. */
PL_CHECKED pl_status pl_ends_new(pl_store *store, pl_ends **out, pl_error *err);
void pl_ends_free(pl_ends *ends);

/* From here on events are of that cluster and model. */
void pl_ends_scope(pl_ends *ends, int64_t cluster_id, int64_t model_id);
/* The source holds an event of the run at `us` (PL_TIME_NONE: only its order is known, at most; in
 * a source with times an event without an order is not told to be of any run). */
void pl_ends_note(pl_ends *ends, int64_t source_id, int64_t run_id, int64_t us, bool has_order);
/* The next end that counts for the run, in order of source; false: no more.  *at begins with 0. */
bool pl_ends_next(const pl_ends *ends, const pl_ends_run *run, size_t *at, pl_end *out);

#endif
