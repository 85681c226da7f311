/* views.h - the commands that show one view: as a table its telling columns, for programs all of
 * them. */
#ifndef PL_RENDER_VIEWS_H
#define PL_RENDER_VIEWS_H

#include <stdint.h>

#include "phaseline/error.h"

#include "render/rows.h"
#include "render/sink.h"
#include "store/store.h"

/*
 * Shows the view of the command `verb`: timeline, phases, stalls, order or sources.  `run_id` is a
 * run of v_run, PL_RUN_ALL or PL_RUN_LATEST; the ledger has no runs and takes no notice.
 * PL_ERR_USAGE: there is no such run.
 */
PL_CHECKED pl_status pl_view_render(pl_store *store, const char *verb, int64_t run_id,
                                    const pl_render_options *options, const pl_sink *sink,
                                    pl_error *err);

/*
 * Shows what differs between two runs (of v_run, or PL_RUN_LATEST): failures that are new or gone,
 * phases that took longer or shorter (by a tenth and a second at least, medians of each group), and
 * phases that only one of them has.  PL_ERR_USAGE: there is no such run.
 */
PL_CHECKED pl_status pl_diff_render(pl_store *store, int64_t before_id, int64_t after_id,
                                    const pl_render_options *options, const pl_sink *sink,
                                    pl_error *err);

#endif
