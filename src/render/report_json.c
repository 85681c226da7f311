/* report_json.c - {"schema", "runs": [run + nodes + phases + findings], "findings", "coverage"}:
 * rows as the views give them. */
#include "render/json.h"
#include "render/report_parts.h"

/* Before item `index` of a list: its own line. */
static void append_separator(pl_report_job *job, size_t index)
{
    pl_buf_append(&job->buf, index > 0 ? PL_STR(",\n") : PL_STR("\n"));
}

/* "name":[rows of `stmt`], with a comma in front. */
static pl_status write_list(pl_report_job *job, const char *name, pl_stmt *stmt, pl_error *err)
{
    pl_status status;
    pl_buf_appendf(&job->buf, ",\n\"%s\":[", name);
    for (size_t i = 0; (status = pl_stmt_step(stmt, err)) == PL_OK; i++) {
        append_separator(job, i);
        pl_buf_append_char(&job->buf, '{');
        pl_json_append_row(&job->buf, stmt);
        pl_buf_append_char(&job->buf, '}');
        status = pl_report_flush(job, err);
        if (status != PL_OK)
            return status;
    }
    pl_buf_append_char(&job->buf, ']');
    return status == PL_DONE ? PL_OK : status;
}

static pl_status write_run_list(pl_report_job *job, const char *name, const char *sql,
                                int64_t run_id, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(job->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, run_id);
    return write_list(job, name, stmt, err);
}

static pl_status write_finding(pl_report_job *job, const pl_stmt *finding, pl_error *err)
{
    pl_stmt *evidence = NULL;
    pl_buf_append_char(&job->buf, '{');
    pl_json_append_row(&job->buf, finding);
    pl_status status = pl_report_evidence(job, pl_stmt_text(finding, FINDING_ID), &evidence, err);
    if (status == PL_OK)
        status = write_list(job, "evidence", evidence, err);
    pl_buf_append_char(&job->buf, '}');
    return status;
}

static pl_status write_findings(pl_report_job *job, int64_t run_id, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_report_findings(job, run_id, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_buf_append(&job->buf, PL_STR(",\n\"findings\":["));
    for (size_t i = 0; (status = pl_stmt_step(stmt, err)) == PL_OK; i++) {
        append_separator(job, i);
        status = write_finding(job, stmt, err);
        if (status != PL_OK)
            return status;
    }
    pl_buf_append_char(&job->buf, ']');
    return status == PL_DONE ? PL_OK : status;
}

static pl_status write_run(pl_report_job *job, const pl_stmt *run, pl_error *err)
{
    int64_t run_id = pl_stmt_int(run, 0);
    pl_buf_append_char(&job->buf, '{');
    pl_json_append_row(&job->buf, run);
    pl_status status = write_run_list(
        job, "nodes", "SELECT * FROM v_node WHERE run_id = ?1 ORDER BY node", run_id, err);
    if (status == PL_OK)
        status = write_run_list(job, "phases",
                                "SELECT * FROM v_timeline WHERE run_id = ?1 AND node IS NULL "
                                "ORDER BY enter_us, span_id",
                                run_id, err);
    if (status == PL_OK)
        status = write_findings(job, run_id, err);
    pl_buf_append_char(&job->buf, '}');
    return status;
}

static pl_status write_runs(pl_report_job *job, pl_error *err)
{
    static const char sql[] =
        "SELECT * FROM v_run WHERE ?1 IN (0, run_id) ORDER BY started_us, run_id";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(job->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, job->run_id);
    pl_buf_append(&job->buf, PL_STR(",\n\"runs\":["));
    for (size_t i = 0; (status = pl_stmt_step(stmt, err)) == PL_OK; i++) {
        append_separator(job, i);
        status = write_run(job, stmt, err);
        if (status != PL_OK)
            return status;
    }
    pl_buf_append_char(&job->buf, ']');
    return status == PL_DONE ? PL_OK : status;
}

static pl_status write_coverage(pl_report_job *job, pl_error *err)
{
    pl_stmt *stmt = NULL;
    int64_t bytes = 0, lines = 0, events = 0, log = 0, missing = 0, unsized = 0;
    pl_status status = pl_report_events(job, &events, err);
    if (status == PL_OK)
        status = pl_report_coverage(job, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_buf_append(&job->buf, PL_STR(",\n\"coverage\":{\"sources\":{"));
    for (size_t i = 0; (status = pl_stmt_step(stmt, err)) == PL_OK; i++) {
        pl_value places = pl_value_of(stmt, COVERAGE_PLACES);
        /* The words of v_source.status are ours: terminated, without NUL. */
        pl_json_append_member(&job->buf, i, pl_stmt_text(stmt, COVERAGE_STATUS).ptr, &places);
        bytes += pl_stmt_int(stmt, COVERAGE_BYTES);
        lines += pl_stmt_int(stmt, COVERAGE_LINES);
        log += pl_stmt_int(stmt, COVERAGE_LOG);
        missing += pl_stmt_int(stmt, COVERAGE_MISSING);
        unsized += pl_stmt_int(stmt, COVERAGE_UNSIZED);
    }
    if (status != PL_DONE)
        return status;
    static const char *const names[] = {"bytes",     "lines",         "events",
                                        "log_bytes", "bytes_missing", "sources_unsized"};
    const int64_t sums[] = {bytes, lines, events, log, missing, unsized};
    pl_buf_append_char(&job->buf, '}');
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        const pl_value sum = pl_value_int(sums[i]);
        pl_json_append_member(&job->buf, i + 1, names[i], &sum);
    }
    pl_buf_append_char(&job->buf, '}');
    return PL_OK;
}

pl_status pl_report_json(pl_report_job *job, pl_error *err)
{
    pl_buf_append(&job->buf, PL_STR("{\"schema\":\"phaseline-report/1\""));
    pl_status status = write_runs(job, err);
    if (status == PL_OK)
        status = write_findings(job, PL_RUN_NONE, err);
    if (status == PL_OK)
        status = write_coverage(job, err);
    pl_buf_append(&job->buf, PL_STR("}\n"));
    return status == PL_OK ? pl_report_flush(job, err) : status;
}
