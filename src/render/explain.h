/* explain.h - why there is a finding: its rule, its limit, its arithmetic, and its lines with those
 * around them. */
#ifndef PL_RENDER_EXPLAIN_H
#define PL_RENDER_EXPLAIN_H

#include "phaseline/error.h"

#include "render/rows.h"
#include "render/sink.h"
#include "store/store.h"

/*
 * Explains the finding `finding_id`.  Lines are read again from their source when it is a file, or
 * a member of an archive, whose content is as recorded; else they are shown as stored, with the
 * reason.  PL_ERR_USAGE: there is no such finding; the message names the nearest ids.
 */
PL_CHECKED pl_status pl_explain(pl_store *store, pl_str finding_id,
                                const pl_render_options *options, const pl_sink *sink,
                                pl_error *err);

#endif
