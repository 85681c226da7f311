/* conclusions.h - whether the database holds conclusions, and dropping them before its evidence
 * changes. */
#ifndef PL_STORE_CONCLUSIONS_H
#define PL_STORE_CONCLUSIONS_H

#include <stdbool.h>

#include "phaseline/error.h"

#include "store/store.h"

/* Deletes all derived rows and marks the database as not concluded; inside the caller's
 * transaction. */
PL_CHECKED pl_status pl_conclusions_drop(pl_store *store, pl_error *err);
/* Marks it as concluded, judged at `as_of_us` (PL_TIME_NONE: the end of the evidence). */
PL_CHECKED pl_status pl_conclusions_mark(pl_store *store, int64_t as_of_us, pl_error *err);
/* True: the conclusions there are were judged at `as_of_us`, so that none need to be derived. */
PL_CHECKED pl_status pl_conclusions_stand(pl_store *store, int64_t as_of_us, bool *stand,
                                          pl_error *err);
/* False: an ingest was interrupted; or nothing was ever ingested. */
PL_CHECKED pl_status pl_conclusions_ready(pl_store *store, bool *ready, pl_error *err);

#endif
