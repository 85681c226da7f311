/* report_coverage.c - what the answer rests on: the ledger in one line, and the clocks in another.
 */
#include "base/escape.h"
#include "render/report_parts.h"
#include "render/text.h"

/* How a status reads after a number; what a status without words says is its own name. */
static pl_str words_of(pl_str status)
{
    static const struct {
        pl_str status, words;
    } table[] = {
        {PL_STR_INIT("no-dialect"), PL_STR_INIT("not recognised")},
        {PL_STR_INIT("special"), PL_STR_INIT("not regular files")},
        {PL_STR_INIT("limit"), PL_STR_INIT("cut at a limit")},
        {PL_STR_INIT("too-deep"), PL_STR_INIT("nested too deep")},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (pl_str_equal(status, table[i].status))
            return table[i].words;
    return status;
}

/* What was read to its end, whether or not it meant something. */
static bool is_read(pl_str status)
{
    return pl_str_equal(status, PL_STR("read")) || pl_str_equal(status, PL_STR("no-dialect")) ||
           pl_str_equal(status, PL_STR("empty"));
}

struct sums {
    int64_t places, read, bytes, lines, log, missing, unsized;
    pl_buf rest; /* ", "-joined: everything that is not plainly read */
};

static void add_status(struct sums *sums, const pl_stmt *stmt)
{
    pl_str status = pl_stmt_text(stmt, COVERAGE_STATUS);
    int64_t places = pl_stmt_int(stmt, COVERAGE_PLACES);
    sums->places += places;
    sums->read += is_read(status) ? places : 0;
    sums->bytes += pl_stmt_int(stmt, COVERAGE_BYTES);
    sums->lines += pl_stmt_int(stmt, COVERAGE_LINES);
    sums->log += pl_stmt_int(stmt, COVERAGE_LOG);
    sums->missing += pl_stmt_int(stmt, COVERAGE_MISSING);
    sums->unsized += pl_stmt_int(stmt, COVERAGE_UNSIZED);
    if (pl_str_equal(status, PL_STR("read")))
        return;
    if (sums->rest.len > 0)
        pl_buf_append(&sums->rest, PL_STR(", "));
    pl_text_append_count(&sums->rest, places);
    pl_buf_append_char(&sums->rest, ' ');
    pl_escape_terminal(&sums->rest, words_of(status));
}

/* "98.7 % of bytes, what 2 files lack is not known, ", where something of a log is missing; never
 * rounded up. */
static void append_share(pl_buf *buf, const struct sums *sums)
{
    if (sums->missing == 0 && sums->unsized == 0)
        return;
    if (sums->missing > 0) {
        int64_t all = sums->log + sums->missing;
        int tenths = (int)(1000.0 * (double)sums->log / (double)all);
        pl_buf_appendf(buf, "%s%d.%d %% of bytes, ", sums->unsized > 0 ? "at most " : "",
                       tenths / 10, tenths % 10);
    }
    if (sums->unsized == 0)
        return;
    pl_buf_append(buf, PL_STR("what "));
    pl_text_append_counted(buf, sums->unsized, "file");
    pl_buf_append(buf, sums->unsized == 1 ? PL_STR(" lacks is not known")
                                          : PL_STR(" lack is not known"));
    pl_buf_append(buf, PL_STR(", "));
}

/* "5 of 6 nodes, " of the runs in the report, where any node has a log of its own. */
static pl_status append_nodes(pl_report_job *job, pl_error *err)
{
    static const char sql[] =
        "SELECT count(*) FILTER (WHERE logs > 0), count(*) FROM (SELECT max(logs) AS logs FROM "
        "v_node WHERE run_id IN (SELECT run_id FROM v_run WHERE nodes_logged > 0 AND ?1 IN (0, "
        "run_id)) GROUP BY cluster, node)";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(job->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, job->run_id);
    status = pl_stmt_step(stmt, err);
    if (status != PL_OK)
        return status < 0 ? status : PL_OK;
    int64_t logged = pl_stmt_int(stmt, 0), total = pl_stmt_int(stmt, 1);
    if (logged > 0) {
        pl_text_append_count(&job->buf, logged);
        pl_buf_append(&job->buf, PL_STR(" of "));
        pl_text_append_counted(&job->buf, total, "node");
        pl_buf_append(&job->buf, PL_STR(", "));
    }
    pl_stmt_reset(stmt);
    return PL_OK;
}

static void append_sums(pl_report_job *job, const struct sums *sums)
{
    pl_buf *buf = &job->buf;
    append_share(buf, sums);
    pl_text_append_count(buf, sums->read);
    pl_buf_append(buf, PL_STR(" of "));
    pl_text_append_counted(buf, sums->places, "file");
    pl_buf_append(buf, PL_STR(" read, "));
    pl_text_append_bytes(buf, sums->bytes);
    pl_buf_append(buf, PL_STR(", "));
    pl_text_append_counted(buf, sums->lines, "line");
    pl_buf_append(buf, PL_STR("; "));
    if (sums->rest.len == 0) {
        pl_buf_append(buf, PL_STR("complete\n"));
        return;
    }
    pl_buf_append(buf, pl_buf_str(&sums->rest));
    pl_buf_append(buf, PL_STR("; see `phaseline sources`\n"));
}

static pl_status write_coverage(pl_report_job *job, pl_error *err)
{
    pl_stmt *stmt = NULL;
    struct sums sums = {0};
    pl_buf_init(&sums.rest, PL_ROW_BYTES_MAX);
    pl_report_label(job, PL_STR("Coverage"));
    pl_status status = append_nodes(job, err);
    if (status == PL_OK)
        status = pl_report_coverage(job, &stmt, err);
    while (status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK)
        add_status(&sums, stmt);
    if (status == PL_DONE)
        status = pl_buf_status(&sums.rest, err);
    if (status == PL_OK)
        append_sums(job, &sums);
    pl_buf_release(&sums.rest);
    return status;
}

static pl_str clock_words_of(pl_str quality)
{
    static const struct {
        pl_str quality, words;
    } table[] = {
        {PL_STR_INIT("date-assumed"), PL_STR_INIT("date assumed")},
        {PL_STR_INIT("year-assumed"),
         PL_STR_INIT("year assumed, and UTC where no zone is written,")},
        {PL_STR_INIT("zone-assumed"), PL_STR_INIT("UTC assumed")},
        {PL_STR_INIT("since-boot"), PL_STR_INIT("only time since boot")},
        {PL_STR_INIT("none"), PL_STR_INIT("no time")},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (pl_str_equal(quality, table[i].quality))
            return table[i].words;
    return quality;
}

static pl_status write_clocks(pl_report_job *job, pl_error *err)
{
    static const char sql[] =
        "SELECT ts_quality, count(DISTINCT source || char(10) || member) FROM v_event "
        "WHERE ts_quality NOT IN ('exact', 'derived') AND NOT (ts_quality = 'none' AND transition "
        "= 'note') GROUP BY ts_quality ORDER BY ts_quality";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(job->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    size_t count = 0;
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        if (count++ == 0)
            pl_report_label(job, PL_STR("Clocks"));
        else
            pl_buf_append(&job->buf, PL_STR(", "));
        pl_escape_terminal(&job->buf, clock_words_of(pl_stmt_text(stmt, 0)));
        pl_buf_append(&job->buf, PL_STR(" in "));
        pl_text_append_counted(&job->buf, pl_stmt_int(stmt, 1), "source");
    }
    if (count > 0)
        pl_buf_append_char(&job->buf, '\n');
    return status == PL_DONE ? PL_OK : status;
}

#define COMMON_MIN 48 /* bytes: a shorter beginning leaves room enough for the line */

pl_status pl_report_common(pl_report_job *job, pl_error *err)
{
    static const char sql[] =
        "SELECT min(place), max(place) FROM (SELECT path || CASE member WHEN '' THEN '' ELSE '!' "
        "|| member END AS place FROM v_source WHERE source_id IS NOT NULL) HAVING count(*) > 1";
    pl_stmt *stmt = NULL;
    size_t same = 0, cut = 0;
    pl_status status = pl_stmt_get(job->store, sql, &stmt, err);
    if (status == PL_OK)
        status = pl_stmt_step(stmt, err);
    if (status != PL_OK)
        return status < 0 ? status : PL_OK;
    /* What the least and the greatest begin with all do. */
    pl_str first = pl_stmt_text(stmt, 0), last = pl_stmt_text(stmt, 1);
    while (same < first.len && same < last.len && first.ptr[same] == last.ptr[same]) {
        bool ends_part = first.ptr[same] == '/' || first.ptr[same] == '!';
        same++;
        if (ends_part)
            cut = same;
    }
    if (cut >= COMMON_MIN)
        pl_buf_append(&job->common, pl_str_slice(first, 0, cut));
    pl_stmt_reset(stmt);
    return pl_buf_status(&job->common, err);
}

static void append_common(pl_report_job *job)
{
    if (job->common.len == 0)
        return;
    pl_report_label(job, PL_STR("Places"));
    pl_buf_append(&job->buf, PL_STR("below "));
    pl_escape_terminal(&job->buf, pl_buf_str(&job->common));
    pl_buf_append_char(&job->buf, '\n');
}

pl_status pl_report_coverage_text(pl_report_job *job, pl_error *err)
{
    pl_status status = write_coverage(job, err);
    append_common(job);
    return status == PL_OK ? write_clocks(job, err) : status;
}
