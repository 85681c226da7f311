/*
 * report.h - what happened, to whom, since when and where that is written: the views as one answer.
 *
 * Reads only the views; the same database gives the same bytes.
 */
#ifndef PL_RENDER_REPORT_H
#define PL_RENDER_REPORT_H

#include <stdint.h>

#include "phaseline/error.h"

#include "render/rows.h"
#include "render/sink.h"
#include "store/store.h"

#define PL_RUN_ALL INT64_C(0)
#define PL_RUN_LATEST INT64_C(-1)

typedef enum pl_details {
    PL_DETAILS_NONE,  /* healthy nodes are counted; the first lines of long evidence */
    PL_DETAILS_NODES, /* every node */
    PL_DETAILS_ALL,   /* every node, and all evidence */
} pl_details;

typedef struct pl_report_options {
    pl_render_options render;
    pl_details details;
    int64_t run_id; /* v_run.run_id, PL_RUN_ALL or PL_RUN_LATEST */
} pl_report_options;

/*
 * The report on `store`, a handle for reading with its conclusions ready.  PL_ERR_USAGE: there is
 * no such run, and nothing was written; else what the sink or the store says.
 */
PL_CHECKED pl_status pl_report(pl_store *store, const pl_report_options *options,
                               const pl_sink *sink, pl_error *err);

/*
 * Makes PL_RUN_LATEST in *run_id the number of that run, or PL_RUN_ALL when there are none; refuses
 * a run there is not with PL_ERR_USAGE.
 */
PL_CHECKED pl_status pl_report_run(pl_store *store, int64_t *run_id, pl_error *err);

#endif
