/* report.c - which run, which format; and the statements that the formats share. */
#include "render/report.h"

#include <inttypes.h>

#include "render/report_parts.h"

pl_status pl_report_number(pl_report_job *job, const char *sql, int64_t *out, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(job->store, sql, &stmt, err);
    if (status == PL_OK)
        status = pl_stmt_step(stmt, err);
    if (status != PL_OK)
        return status < 0 ? status : pl_fail(err, PL_ERR_DB, "a count gave no row");
    *out = pl_stmt_int(stmt, 0);
    pl_stmt_reset(stmt);
    return PL_OK;
}

pl_status pl_report_events(pl_report_job *job, int64_t *out, pl_error *err)
{
    return pl_report_number(job, "SELECT count(*) FROM v_event", out, err);
}

pl_status pl_report_flush(pl_report_job *job, pl_error *err)
{
    return pl_sink_flush(job->sink, &job->buf, err);
}

pl_status pl_report_findings(pl_report_job *job, int64_t run_id, pl_stmt **out, pl_error *err)
{
    static const char sql[] = "SELECT * FROM v_finding WHERE run_id IS ?1 " PL_WORST_FIRST;
    pl_status status = pl_stmt_get(job->store, sql, out, err);
    if (status == PL_OK && run_id != PL_RUN_NONE)
        pl_stmt_bind_int(*out, 1, run_id);
    return status;
}

pl_status pl_report_evidence(pl_report_job *job, pl_str finding_id, pl_stmt **out, pl_error *err)
{
    static const char sql[] = "SELECT * FROM v_evidence WHERE finding_id = ?1 ORDER BY position";
    pl_status status = pl_stmt_get(job->store, sql, out, err);
    if (status == PL_OK)
        pl_stmt_bind_text(*out, 1, finding_id);
    return status;
}

/* What was not read in full, and holds a log for all that is known. */
#define MAY_LACK                                                                                   \
    "(dialect IS NOT NULL OR source_id IS NULL) AND status IN ('truncated', 'damaged', "           \
    "'encrypted', 'unreadable', 'limit', 'too-deep')"

pl_status pl_report_coverage(pl_report_job *job, pl_stmt **out, pl_error *err)
{
    static const char sql[] =
        "SELECT status, count(*), coalesce(sum(bytes), 0), coalesce(sum(lines), 0), "
        "coalesce(sum(bytes) FILTER (WHERE dialect IS NOT NULL), 0), "
        "coalesce(sum(max(size - CASE WHEN source_id IS NULL THEN 0 ELSE bytes END, 0))"
        " FILTER (WHERE " MAY_LACK "), 0), count(*) FILTER (WHERE " MAY_LACK " AND size IS NULL) "
        "FROM v_source "
        "WHERE status <> 'container' GROUP BY status ORDER BY status";
    return pl_stmt_get(job->store, sql, out, err);
}

static pl_status report_csv(pl_report_job *job, pl_error *err)
{
    static const char sql[] =
        "SELECT * FROM v_finding WHERE ?1 = 0 OR run_id = ?1 OR run_id IS NULL " PL_WORST_FIRST;
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(job->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, job->run_id);
    return pl_render_rows(stmt, &job->render, job->sink, err);
}

pl_status pl_report_run(pl_store *store, int64_t *run_id, pl_error *err)
{
    static const char sql[] = "SELECT run_id FROM v_run WHERE ?1 IN (-1, run_id) "
                              "ORDER BY started_us DESC, run_id DESC LIMIT 1";
    if (*run_id == PL_RUN_ALL)
        return PL_OK;
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, *run_id);
    status = pl_stmt_step(stmt, err);
    if (status < 0)
        return status;
    if (status == PL_DONE && *run_id != PL_RUN_LATEST)
        return pl_fail(err, PL_ERR_USAGE, "there is no run %" PRId64, *run_id);
    *run_id = status == PL_OK ? pl_stmt_int(stmt, 0) : PL_RUN_ALL;
    pl_stmt_reset(stmt);
    return PL_OK;
}

static pl_status report(pl_report_job *job, pl_error *err)
{
    pl_status status = pl_report_run(job->store, &job->run_id, err);
    if (status != PL_OK)
        return status;
    switch (job->render.format) {
    case PL_FORMAT_JSON:
        return pl_report_json(job, err);
    case PL_FORMAT_CSV:
        return report_csv(job, err);
    case PL_FORMAT_TEXT:
        status = pl_report_common(job, err);
        if (status != PL_OK)
            return status;
        break;
    case PL_FORMAT_MARKDOWN:
        break;
    }
    return pl_report_text(job, err);
}

pl_status pl_report(pl_store *store, const pl_report_options *options, const pl_sink *sink,
                    pl_error *err)
{
    pl_report_job job = {.store = store,
                         .render = options->render,
                         .details = options->details,
                         .run_id = options->run_id,
                         .sink = sink};
    pl_buf_init(&job.buf, PL_ROW_BYTES_MAX);
    pl_buf_init(&job.common, PL_ROW_BYTES_MAX);
    pl_status status = report(&job, err);
    pl_buf_release(&job.buf);
    pl_buf_release(&job.common);
    return status;
}
