/*
 * analysis.h - from events to conclusions: nodes, runs, attempts, spans, findings (docs/verdicts in
 * docs/architecture.md).
 *
 * A pure function of the events in the store and `as_of_us`: the same events give the same rows,
 * byte for byte, whatever the order they came in.
 */
#ifndef PL_ANALYSIS_ANALYSIS_H
#define PL_ANALYSIS_ANALYSIS_H

#include <stdint.h>

#include "phaseline/error.h"

#include "base/civil.h"
#include "store/store.h"

/*
 * Derives all conclusions anew, in one transaction.  `as_of_us`: the moment open phases are judged
 * at, PL_TIME_NONE for the last stamped line of the evidence.  PL_ERR_DB, PL_ERR_NOMEM: nothing has
 * changed.
 */
PL_CHECKED pl_status pl_conclude(pl_store *store, int64_t as_of_us, pl_error *err);
/* The same, unless the conclusions there are stand: nothing was dropped since, judged at the same
 * moment. */
PL_CHECKED pl_status pl_conclude_if_changed(pl_store *store, int64_t as_of_us, pl_error *err);

#endif
