/*
 * timeline.h - who was in which phase when, as swim lanes: a lane per node, nested phases below it.
 *
 * Reads only the views; the same database and options give the same bytes.
 */
#ifndef PL_RENDER_TIMELINE_H
#define PL_RENDER_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "render/sink.h"
#include "store/store.h"

#define PL_LANES_WIDTH_MIN 60  /* narrower terminals get lines of this width */
#define PL_LANES_WIDTH_MAX 300 /* wider ones too */
#define PL_LANES_WIDTH 100     /* where there is no terminal */
#define PL_LANES_HEIGHT 49     /* where there is none: room for 40 lanes */

typedef struct pl_timeline_options {
    size_t width, height; /* of the terminal; 0: there is none */
    bool colour;
    bool unicode;    /* else lanes are drawn in ASCII */
    bool every_node; /* else healthy nodes are counted where they do not fit on the screen */
    int64_t run_id;  /* v_run.run_id, PL_RUN_ALL or PL_RUN_LATEST */
} pl_timeline_options;

/* The lanes of a run, or of all.  PL_ERR_USAGE: there is no such run, and nothing was written. */
PL_CHECKED pl_status pl_timeline(pl_store *store, const pl_timeline_options *options,
                                 const pl_sink *sink, pl_error *err);

#endif
