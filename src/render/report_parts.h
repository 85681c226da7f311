/* report_parts.h - what the formats of the report share; used inside the layer only. */
#ifndef PL_RENDER_REPORT_PARTS_H
#define PL_RENDER_REPORT_PARTS_H

#include "render/report.h"

#define PL_REPORT_INDENT ((size_t)10) /* of what stands after "Cluster", "Verdict" ... */
#define PL_RUN_NONE INT64_MIN         /* findings that belong to no run */

/* The order of findings wherever they are told, the verdict included: the worst first. */
#define PL_WORST_FIRST                                                                             \
    "ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, "                \
    "CASE rule WHEN 'failed' THEN 0 WHEN 'rolled-back' THEN 1 WHEN 'stalled' THEN 2 "              \
    "WHEN 'silent' THEN 3 WHEN 'slow' THEN 4 ELSE 5 END, "                                         \
    "is_primary = 0, since_us IS NULL, since_us, node, rule, finding_id"

typedef struct pl_report_job {
    pl_store *store;
    pl_render_options render;
    pl_details details;
    int64_t run_id; /* a run there is, or PL_RUN_ALL */
    const pl_sink *sink;
    pl_buf buf;    /* what is not flushed yet */
    pl_buf common; /* how all places begin, left out where lines are cited; empty: nothing is */
} pl_report_job;

/* The columns of v_finding that the text says; the statement gives all of them, for JSON. */
enum {
    FINDING_ID = 0,
    FINDING_RULE = 1,
    FINDING_SEVERITY = 2,
    FINDING_CONFIDENCE = 3,
    FINDING_SUMMARY = 15,
    FINDING_ADVICE = 16,
};

/* Findings of `run_id` (or PL_RUN_NONE): the worst first, in an order that never changes. */
PL_CHECKED pl_status pl_report_findings(pl_report_job *job, int64_t run_id, pl_stmt **out,
                                        pl_error *err);

/* The columns of v_evidence. */
enum {
    EVIDENCE_ROLE = 2,
    EVIDENCE_SOURCE = 3,
    EVIDENCE_MEMBER = 4,
    EVIDENCE_LINE_NO = 5,
    EVIDENCE_TS = 7,
    EVIDENCE_TEXT = 8,
};

PL_CHECKED pl_status pl_report_evidence(pl_report_job *job, pl_str finding_id, pl_stmt **out,
                                        pl_error *err);

/* One row per status of the ledger, archives left out.  LOG: bytes of logs, MISSING: how many bytes
 * of them, or of what may be one, were not read, UNSIZED: places of which nobody knows that. */
enum {
    COVERAGE_STATUS,
    COVERAGE_PLACES,
    COVERAGE_BYTES,
    COVERAGE_LINES,
    COVERAGE_LOG,
    COVERAGE_MISSING,
    COVERAGE_UNSIZED,
};
PL_CHECKED pl_status pl_report_coverage(pl_report_job *job, pl_stmt **out, pl_error *err);

/* Number of events that count. */
PL_CHECKED pl_status pl_report_events(pl_report_job *job, int64_t *out, pl_error *err);
/* The one integer that `sql` gives. */
PL_CHECKED pl_status pl_report_number(pl_report_job *job, const char *sql, int64_t *out,
                                      pl_error *err);
PL_CHECKED pl_status pl_report_flush(pl_report_job *job, pl_error *err);

/* report_words.c: text and Markdown, line by line. */
bool pl_report_is_markdown(const pl_report_job *job);
/* Begins a line: "Cluster   ", or an item of a list; `label` is shorter than PL_REPORT_INDENT. */
void pl_report_label(pl_report_job *job, pl_str label);
void pl_report_heading(pl_report_job *job, const char *heading);
/* Words of the views, escaped for the format. */
void pl_report_say(pl_report_job *job, pl_str words);
/* The same; on a terminal wrapped as pl_text_append_wrapped() does. */
void pl_report_say_wrapped(pl_report_job *job, pl_str words, size_t column, size_t indent);

/* The report in its format; pl_report_text() writes Markdown too. */
PL_CHECKED pl_status pl_report_text(pl_report_job *job, pl_error *err);
PL_CHECKED pl_status pl_report_json(pl_report_job *job, pl_error *err);

/* report_nodes.c: the table of nodes of a run, and of the phases that are the whole cluster's. */
PL_CHECKED pl_status pl_report_nodes(pl_report_job *job, int64_t run_id, pl_error *err);
PL_CHECKED pl_status pl_report_phases(pl_report_job *job, int64_t run_id, pl_error *err);
/* report_findings.c: a finding is a sentence, what to do, and the lines that say so. */
PL_CHECKED pl_status pl_report_findings_text(pl_report_job *job, int64_t run_id, pl_error *err);
/* report_coverage.c: how the places of all sources begin, where it is long enough to be in the way;
 * into job->common. */
PL_CHECKED pl_status pl_report_common(pl_report_job *job, pl_error *err);
/* What was read, and what times are assumed. */
PL_CHECKED pl_status pl_report_coverage_text(pl_report_job *job, pl_error *err);

#endif
