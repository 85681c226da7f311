/* explain_parts.h - what the formats of an explanation share; used inside the layer only. */
#ifndef PL_RENDER_EXPLAIN_PARTS_H
#define PL_RENDER_EXPLAIN_PARTS_H

#include "base/arena.h"
#include "ingest/reread.h"
#include "render/explain.h"
#include "render/report_parts.h"

#define PL_EXPLAIN_EVIDENCE_MAX 50 /* lines; of more the first ones are shown */

typedef struct pl_explain_evidence {
    pl_str role, source, member, ts, text; /* .ptr NULL: not there */
    uint64_t line_no;                      /* 0: the evidence is a source */
    pl_reread context;                     /* no lines: as stored, and why says the reason */
    const char *why;
} pl_explain_evidence;

typedef struct pl_explanation {
    pl_report_job job; /* where it goes, and how */
    pl_arena arena;
    pl_str id, rule;
    int64_t duration_us, limit_us; /* PL_TIME_NONE: there is none */
    int64_t since_us, progress_us; /* progress: the last one before a stall; PL_TIME_NONE: none */
    pl_explain_evidence *evidence;
    size_t evidence_count, evidence_room;
} pl_explanation;

/* explain_evidence.c: reads the evidence, and its lines again from their sources. */
PL_CHECKED pl_status pl_explain_load_evidence(pl_explanation *explanation, pl_error *err);
void pl_explain_release_evidence(pl_explanation *explanation);

/* The row of v_finding; the closed phases it is compared with: node, attempt, duration_us, the
 * shortest first. */
PL_CHECKED pl_status pl_explain_finding(pl_explanation *explanation, pl_stmt **out, pl_error *err);
PL_CHECKED pl_status pl_explain_peers(pl_explanation *explanation, pl_stmt **out, pl_error *err);

PL_CHECKED pl_status pl_explain_text(pl_explanation *explanation, pl_error *err);
PL_CHECKED pl_status pl_explain_json(pl_explanation *explanation, pl_error *err);

#endif
