/* findings.h - conclusions as rows, with ids that stay the same from ingest to ingest. */
#ifndef PL_ANALYSIS_FINDINGS_H
#define PL_ANALYSIS_FINDINGS_H

#include "analysis/inside.h"

typedef struct pl_finding {
    const char *rule;
    const char *severity;                                    /* error, warning, info */
    const char *confidence;                                  /* high, medium, low */
    int64_t run_id, cluster_id, node_id, phase_id;           /* 0: of none */
    int64_t attempt;                                         /* 0: of none */
    int64_t since_us, duration_us, limit_us;                 /* PL_TIME_NONE: not known */
    pl_str limit_from, summary, advice, arithmetic, blocker; /* empty: none */
    pl_str about; /* what makes it this finding and no other, besides rule and since: hashed into
                     the id */
} pl_finding;

/* Inserts the finding; *id is its id, good until the next insert with the same `id_text`. */
PL_CHECKED pl_status pl_finding_add(pl_store *store, const pl_finding *finding, pl_buf *id_text,
                                    pl_error *err);
/* Adds the next piece of evidence: an event (0: none) or a place of the ledger (0: none). */
PL_CHECKED pl_status pl_evidence_add(pl_store *store, pl_str finding_id, int64_t event_id,
                                     int64_t place_id, const char *role, pl_error *err);
/* No finding is surer than the lines it rests on. */
PL_CHECKED pl_status pl_findings_temper(pl_store *store, pl_error *err);
/*
 * Marks, for every node of every run, all findings but one as detail: failed before rolled-back,
 * stalled, silent, incomplete, paused, queued, slow, order.*, retried and what was incomplete
 * before the last attempt.  Where the whole cluster is stalled, that the nodes are is detail.
 */
PL_CHECKED pl_status pl_findings_rank(pl_store *store, pl_error *err);

#endif
