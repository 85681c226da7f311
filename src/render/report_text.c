/* report_text.c - the report for people, on a terminal or as Markdown: per run who, what, how sure;
 * then the nodes; then the findings. */
#include "base/civil.h"
#include "base/escape.h"
#include "render/report_parts.h"
#include "render/table.h"
#include "render/text.h"

enum {
    RUN_ID,
    RUN_CLUSTER,
    RUN_MODEL,
    RUN_FROM,
    RUN_TO,
    RUN_STARTED,
    RUN_ENDED,
    RUN_LENGTH_US,
    RUN_ASSESSMENT,
    RUN_PCT,
    RUN_REMAINING_US,
    RUN_NODES,
    RUN_NODES_DONE,
    RUN_NTH,
    RUN_COUNT,
    RUN_CLUSTER_PHASES,
    RUN_REMAINING_MIN_US,
    RUN_REMAINING_MAX_US,
    RUN_PURPOSE,
    RUN_CONFIDENCE,
    RUN_CAVEAT,
    RUN_FOLDED,
};

static const char runs_sql[] =
    "SELECT run_id, cluster, model, from_version, to_version, substr(started, 1, 19) || 'Z',"
    "  substr(ended, 1, 19) || 'Z', ended_us - started_us, assessment,"
    "  CAST(round(completion_pct) AS INTEGER), remaining_us, nodes_total, nodes_done, nth, runs,"
    "  EXISTS (SELECT 1 FROM v_timeline t WHERE t.run_id = r.run_id AND t.node IS NULL),"
    "  remaining_min_us, remaining_max_us, purpose, confidence, caveat,"
    "  assessment IN ('Completed', 'Unknown') AND NOT EXISTS (SELECT 1 FROM v_finding f WHERE "
    "f.run_id = r.run_id) AND EXISTS (SELECT 1 FROM v_finding WHERE run_id IS NOT NULL) "
    "FROM (SELECT *, row_number() OVER (ORDER BY started_us, run_id) AS nth, count(*) OVER () AS "
    "runs"
    "  FROM v_run) r WHERE ?1 IN (0, run_id) ORDER BY nth";

static void append_column(pl_report_job *job, const pl_stmt *stmt, int column, const char *if_null)
{
    if (pl_stmt_is_null(stmt, column))
        pl_buf_append(&job->buf, pl_str_of(if_null));
    else
        pl_report_say(job, pl_stmt_text(stmt, column));
}

/* Of a Markdown document, which is read from its headings. */
static void append_title(pl_report_job *job, const pl_stmt *run)
{
    if (!pl_report_is_markdown(job))
        return;
    pl_buf_append(&job->buf, PL_STR("## "));
    append_column(job, run, RUN_CLUSTER, "-");
    pl_buf_append(&job->buf, PL_STR(": "));
    pl_text_append_capitals(&job->buf, pl_stmt_text(run, RUN_ASSESSMENT), false);
    pl_buf_append(&job->buf, PL_STR("\n\n"));
}

static void append_identity(pl_report_job *job, const pl_stmt *run)
{
    pl_buf *buf = &job->buf;
    pl_report_label(job, PL_STR("Cluster"));
    append_column(job, run, RUN_CLUSTER, "-");
    pl_buf_append(buf, PL_STR("    "));
    append_column(job, run, RUN_MODEL, "-");
    pl_buf_append(buf, PL_STR("    run "));
    pl_text_append_count(buf, pl_stmt_int(run, RUN_ID));
    if (pl_stmt_int(run, RUN_COUNT) > 1) {
        pl_buf_append(buf, PL_STR(" ("));
        pl_text_append_count(buf, pl_stmt_int(run, RUN_NTH));
        pl_buf_append(buf, PL_STR(" of "));
        pl_text_append_count(buf, pl_stmt_int(run, RUN_COUNT));
        pl_buf_append_char(buf, ')');
    }
    pl_buf_append(buf, PL_STR("    "));
    append_column(job, run, RUN_STARTED, "no time");
    pl_buf_append(buf, PL_STR(" .. "));
    append_column(job, run, RUN_ENDED, "no time");
    if (!pl_stmt_is_null(run, RUN_LENGTH_US)) {
        pl_buf_append(buf, PL_STR("  ("));
        pl_duration_append(buf, pl_stmt_int(run, RUN_LENGTH_US));
        pl_buf_append_char(buf, ')');
    }
    pl_buf_append_char(buf, '\n');
    if (pl_str_equal(pl_stmt_text(run, RUN_PURPOSE), PL_STR("patch"))) {
        pl_report_label(job, PL_STR("Purpose"));
        pl_buf_append(buf, PL_STR("patch run, no upgrade\n"));
    }
    if (pl_stmt_is_null(run, RUN_FROM) && pl_stmt_is_null(run, RUN_TO))
        return;
    pl_report_label(job, PL_STR("Versions"));
    append_column(job, run, RUN_FROM, "?");
    pl_buf_append(buf, PL_STR(" -> "));
    append_column(job, run, RUN_TO, "?");
    pl_buf_append_char(buf, '\n');
}

/* "about 40 min left (25 to 70 min)": a guess is not told to the second. */
static void append_remaining(pl_buf *buf, const pl_stmt *run)
{
    static const struct {
        const char *name;
        int64_t us;
    } units[] = {
        {"h", 3600 * PL_US_PER_SECOND}, {"min", 60 * PL_US_PER_SECOND}, {"s", PL_US_PER_SECOND}};
    int64_t left_us = pl_stmt_int(run, RUN_REMAINING_US);
    size_t unit = left_us >= 5 * units[0].us ? 0 : left_us >= 2 * units[1].us ? 1 : 2;
    int64_t each_us = units[unit].us;
    pl_buf_append(buf, PL_STR("about "));
    pl_text_append_count(buf, (left_us + each_us / 2) / each_us);
    pl_buf_appendf(buf, " %s left", units[unit].name);
    if (pl_stmt_is_null(run, RUN_REMAINING_MIN_US) || pl_stmt_is_null(run, RUN_REMAINING_MAX_US))
        return;
    pl_buf_append(buf, PL_STR(" ("));
    pl_text_append_count(buf, pl_stmt_int(run, RUN_REMAINING_MIN_US) / each_us);
    pl_buf_append(buf, PL_STR(" to "));
    pl_text_append_count(buf, (pl_stmt_int(run, RUN_REMAINING_MAX_US) + each_us - 1) / each_us);
    pl_buf_appendf(buf, " %s)", units[unit].name);
}

static void append_progress(pl_buf *buf, const pl_stmt *run)
{
    const char *before = "";
    if (pl_stmt_int(run, RUN_NODES) > 0) {
        pl_text_append_count(buf, pl_stmt_int(run, RUN_NODES_DONE));
        pl_buf_append(buf, PL_STR(" of "));
        pl_text_append_counted(buf, pl_stmt_int(run, RUN_NODES), "node");
        pl_buf_append(buf, PL_STR(" done"));
        before = ", ";
    }
    int64_t nodes = pl_stmt_int(run, RUN_NODES), done = pl_stmt_int(run, RUN_NODES_DONE);
    /* Where all phases weigh the same the percentage says what the nodes say. */
    int64_t by_nodes = nodes > 0 ? (200 * done + nodes) / (2 * nodes) : 100;
    if (pl_stmt_int_or(run, RUN_PCT, by_nodes) != by_nodes) {
        pl_buf_appendf(buf, "%s", before);
        pl_text_append_count(buf, pl_stmt_int(run, RUN_PCT));
        pl_buf_append(buf, PL_STR(" %"));
        before = ", ";
    }
    if (pl_stmt_int(run, RUN_REMAINING_US) > 0) {
        pl_buf_appendf(buf, "%s", before);
        append_remaining(buf, run);
    }
}

/* The first finding, when it is an error or a warning: the reason for the assessment. */
static const char verdict_sql[] =
    "SELECT CASE WHEN severity <> 'info' THEN summary END, count(*) OVER () FROM v_finding "
    "WHERE run_id = ?1 " PL_WORST_FIRST " LIMIT 1";

/* Appends how far it is, the reason, how many findings are still to be told, and how sure it is. */
static void append_reason(pl_buf *buf, const pl_stmt *run, const pl_stmt *finding, bool found)
{
    int64_t count = found ? pl_stmt_int(finding, 1) : 0;
    bool cites = found && !pl_stmt_is_null(finding, 0);
    append_progress(buf, run);
    if (cites) {
        pl_buf_append(buf, buf->len > 0 ? PL_STR("; ") : PL_STR(""));
        pl_buf_append(buf, pl_stmt_text(finding, 0));
    }
    if (count > (cites ? 1 : 0)) {
        pl_buf_append(buf, buf->len > 0 ? PL_STR("; ") : PL_STR(""));
        pl_text_append_counted(buf, count - (cites ? 1 : 0), cites ? "more finding" : "finding");
    }
    if (pl_stmt_is_null(run, RUN_CAVEAT))
        return;
    pl_buf_append(buf, buf->len > 0 ? PL_STR("; ") : PL_STR(""));
    pl_buf_append(buf, PL_STR("confidence "));
    pl_buf_append(buf, pl_stmt_text(run, RUN_CONFIDENCE));
    pl_buf_append(buf, PL_STR(": "));
    pl_buf_append(buf, pl_stmt_text(run, RUN_CAVEAT));
}

static void append_verdict(pl_report_job *job, pl_str assessment, pl_str reason)
{
    pl_buf *buf = &job->buf;
    pl_report_label(job, PL_STR("Verdict"));
    size_t columns = pl_text_append_capitals(buf, assessment, job->render.colour);
    pl_buf_append(buf, reason.len > 0 ? PL_STR(": ") : PL_STR(""));
    pl_report_say_wrapped(job, reason, PL_REPORT_INDENT + columns + 2, PL_REPORT_INDENT);
    pl_buf_append_char(buf, '\n');
}

static pl_status write_verdict(pl_report_job *job, const pl_stmt *run, pl_error *err)
{
    pl_stmt *finding = NULL;
    pl_status status = pl_stmt_get(job->store, verdict_sql, &finding, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(finding, 1, pl_stmt_int(run, RUN_ID));
    status = pl_stmt_step(finding, err);
    if (status < 0)
        return status;
    pl_buf reason;
    pl_buf_init(&reason, PL_ROW_BYTES_MAX);
    append_reason(&reason, run, finding, status == PL_OK);
    pl_stmt_reset(finding);
    append_verdict(job, pl_stmt_text(run, RUN_ASSESSMENT), pl_buf_str(&reason));
    status = pl_buf_status(&reason, err);
    pl_buf_release(&reason);
    return status;
}

static pl_status write_run(pl_report_job *job, const pl_stmt *run, bool alone, pl_error *err)
{
    int64_t run_id = pl_stmt_int(run, RUN_ID);
    append_title(job, run);
    append_identity(job, run);
    pl_status status = write_verdict(job, run, err);
    if (status == PL_OK && alone)
        status = pl_report_coverage_text(job, err);
    if (status == PL_OK && pl_stmt_int(run, RUN_CLUSTER_PHASES) != 0)
        status = pl_report_phases(job, run_id, err);
    if (status == PL_OK && pl_stmt_int(run, RUN_NODES) > 0)
        status = pl_report_nodes(job, run_id, err);
    if (status == PL_OK)
        status = pl_report_findings_text(job, run_id, err);
    return status == PL_OK ? pl_report_flush(job, err) : status;
}

/* What nobody has to look at stands in the overview. */
static void append_folded(pl_report_job *job, int64_t folded)
{
    pl_buf_append_char(&job->buf, '\n');
    pl_text_append_counted(&job->buf, folded, "run");
    pl_buf_append(&job->buf, PL_STR(" without findings not shown (--details nodes)\n"));
}

static pl_status write_runs(pl_report_job *job, bool alone, pl_error *err)
{
    pl_stmt *run = NULL;
    pl_status status = pl_stmt_get(job->store, runs_sql, &run, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(run, 1, job->run_id);
    int64_t folded = 0;
    while ((status = pl_stmt_step(run, err)) == PL_OK) {
        if (!alone && job->details == PL_DETAILS_NONE && pl_stmt_int(run, RUN_FOLDED) != 0) {
            folded++;
            continue;
        }
        pl_buf_append(&job->buf, alone ? PL_STR("") : PL_STR("\n"));
        status = write_run(job, run, alone, err);
        if (status != PL_OK)
            return status;
    }
    if (folded > 0)
        append_folded(job, folded);
    return status == PL_DONE ? PL_OK : status;
}

/* With several runs, first what there is: nobody should have to scroll for the one that failed. */
static pl_status write_overview(pl_report_job *job, pl_error *err)
{
    static const char sql[] =
        "SELECT run_id AS RUN, cluster AS CLUSTER, model AS MODEL,"
        "  substr(started, 1, 19) || 'Z' AS STARTED, substr(ended, 1, 19) || 'Z' AS ENDED,"
        "  CASE WHEN nodes_total > 0 THEN nodes_done || '/' || nodes_total END AS NODES, "
        "assessment AS ASSESSMENT "
        "FROM v_run ORDER BY started_us, run_id";
    pl_stmt *stmt = NULL;
    pl_status status = pl_report_coverage_text(job, err);
    pl_buf_append_char(&job->buf, '\n');
    if (status == PL_OK)
        status = pl_report_flush(job, err);
    if (status == PL_OK)
        status = pl_stmt_get(job->store, sql, &stmt, err);
    return status == PL_OK ? pl_render_rows(stmt, &job->render, job->sink, err) : status;
}

/* Nothing to say is not healthy: what was read then counts. */
static pl_status write_nothing(pl_report_job *job, int64_t events, pl_error *err)
{
    int64_t sources = 0;
    pl_status status = pl_report_number(
        job, "SELECT count(*) FROM v_source WHERE status <> 'container'", &sources, err);
    if (status != PL_OK)
        return status;
    if (events > 0) {
        pl_text_append_counted(&job->buf, events, "event");
        pl_buf_append(&job->buf, PL_STR(", but none that belongs to an upgrade run, in "));
    } else {
        pl_buf_append(&job->buf, PL_STR("No upgrade event found in "));
    }
    pl_text_append_counted(&job->buf, sources, "source");
    pl_buf_append(&job->buf, pl_report_is_markdown(job) ? PL_STR(".\n\n") : PL_STR(".\n"));
    pl_stmt *stmt = NULL;
    status = pl_report_coverage(job, &stmt, err);
    while (status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK) {
        pl_buf_append(&job->buf, pl_report_is_markdown(job) ? PL_STR("- ") : PL_STR("  "));
        pl_text_append_count(&job->buf, pl_stmt_int(stmt, COVERAGE_PLACES));
        pl_buf_append_char(&job->buf, ' ');
        append_column(job, stmt, COVERAGE_STATUS, "-");
        pl_buf_append_char(&job->buf, '\n');
    }
    return status == PL_DONE ? PL_OK : status;
}

pl_status pl_report_text(pl_report_job *job, pl_error *err)
{
    int64_t runs = 0, events = 0;
    pl_status status = pl_report_number(job, "SELECT count(*) FROM v_run", &runs, err);
    bool alone = runs == 1 || job->run_id != PL_RUN_ALL;
    if (status == PL_OK && runs == 0) {
        status = pl_report_events(job, &events, err);
        if (status == PL_OK)
            status = write_nothing(job, events, err);
    } else if (status == PL_OK) {
        status = alone ? PL_OK : write_overview(job, err);
        if (status == PL_OK)
            status = write_runs(job, alone, err);
    }
    if (status == PL_OK)
        status = pl_report_findings_text(job, PL_RUN_NONE, err);
    return status == PL_OK ? pl_report_flush(job, err) : status;
}
