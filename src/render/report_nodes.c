/* report_nodes.c - one line per node that needs a look, the healthy ones counted; and the cluster's
 * own phases. */
#include "base/civil.h"
#include "render/report_parts.h"
#include "render/table.h"
#include "render/text.h"

#define NODES_SHOWN_MAX 12 /* when all are healthy and there are no more, they are shown */
#define NOTE_COLUMNS_MAX 72

enum {
    NODE,
    ASSESSMENT,
    PHASE,
    SINCE,
    ELAPSED_US,
    EXPECTED_US,
    NOTE,
    HEALTHY,
    HEALTHY_ALL,
    ALL,
    FITNESS
};

static const char nodes_sql[] =
    "WITH worst AS ("
    "  SELECT node, phase, severity, limit_us, summary, row_number() OVER (PARTITION BY node ORDER "
    "BY"
    "    CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, is_primary DESC,"
    "    since_us IS NULL, since_us, rule, finding_id) AS nth"
    "  FROM v_finding WHERE run_id = ?1 AND node IS NOT NULL),"
    " still AS (SELECT node, phase, enter_us, max(open_us) AS open_us FROM v_timeline"
    "  WHERE run_id = ?1 AND result = 'open' GROUP BY node, phase, enter_us),"
    " seen AS ("
    "  SELECT n.node, n.assessment, n.phase, n.since_us, substr(n.since, 1, 19) || 'Z' AS since,"
    "    CASE WHEN s.node IS NOT NULL AND p.terminal IS NULL THEN s.open_us END"
    "      AS elapsed_us,"
    "    CASE WHEN w.phase IS n.phase AND w.limit_us IS NOT NULL THEN w.limit_us"
    "      WHEN s.node IS NOT NULL AND p.terminal IS NULL AND p.rest = 0 THEN p.limit_us END"
    "      AS expected_us,"
    "    w.summary, n.fitness, n.assessment = 'Completed' AND coalesce(w.severity, 'info') = "
    "'info' AS healthy"
    "  FROM v_node n JOIN v_run r USING (run_id)"
    "  LEFT JOIN v_phase p ON p.model = r.model AND p.phase = n.phase"
    "  LEFT JOIN worst w ON w.node = n.node AND w.nth = 1"
    "  LEFT JOIN still s ON s.node = n.node AND s.phase = n.phase AND s.enter_us IS n.since_us"
    "  WHERE n.run_id = ?1)"
    "SELECT node, assessment, phase, since, elapsed_us, expected_us, summary, healthy,"
    "  sum(healthy) OVER (), count(*) OVER (), CAST(fitness * 100 AS INTEGER) FROM seen "
    "ORDER BY CASE assessment WHEN 'Failed' THEN 0 WHEN 'RolledBack' THEN 1 WHEN 'Stalled' THEN 2"
    "  WHEN 'Silent' THEN 3 WHEN 'Paused' THEN 4 WHEN 'Slow' THEN 5 WHEN 'Unknown' THEN 6"
    "  WHEN 'Queued' THEN 7 WHEN 'Progressing' THEN 8 ELSE 9 END, healthy, since_us, node";

static pl_status new_table(pl_report_job *job, const char *const *heads, size_t columns,
                           pl_table **out, pl_error *err)
{
    pl_table_options options = {
        .columns = columns,
        .width = job->render.width,
        .colour = job->render.colour,
        .gap = 2,
        .markdown = pl_report_is_markdown(job),
    };
    pl_status status = pl_table_new(&options, job->sink, out, err);
    for (size_t i = 0; status == PL_OK && i < columns; i++)
        pl_table_cell(*out, PL_CELL_HEAD, pl_str_of(heads[i]));
    return status == PL_OK ? pl_table_end_row(*out, err) : status;
}

static void add_text(pl_table *table, const pl_stmt *stmt, int column)
{
    pl_table_cell(table, pl_stmt_is_null(stmt, column) ? PL_CELL_NULL : PL_CELL_TEXT,
                  pl_stmt_text(stmt, column));
}

static void add_duration(pl_table *table, const pl_stmt *stmt, int column, const char *before)
{
    pl_buf text;
    pl_buf_init(&text, 64);
    pl_buf_append(&text, pl_str_of(before));
    pl_duration_append(&text, pl_stmt_int(stmt, column));
    pl_table_cell(table, pl_stmt_is_null(stmt, column) ? PL_CELL_NULL : PL_CELL_TEXT,
                  pl_buf_str(&text));
    pl_buf_release(&text);
}

static void add_share(pl_table *table, const pl_stmt *stmt, int column)
{
    pl_buf text;
    pl_buf_init(&text, 64);
    pl_buf_appendf(&text, "%d %%", (int)pl_stmt_int(stmt, column));
    pl_table_cell(table, pl_stmt_is_null(stmt, column) ? PL_CELL_NULL : PL_CELL_TEXT,
                  pl_buf_str(&text));
    pl_buf_release(&text);
}

/* The summary without the node's name in front, which the line has already. */
static pl_str note_of(pl_str summary, pl_str node)
{
    if (!pl_str_starts(summary, node))
        return summary;
    pl_str rest = pl_str_slice(summary, node.len, SIZE_MAX);
    return pl_str_starts(rest, PL_STR(" ")) ? pl_str_trim(rest) : summary;
}

static pl_status add_node(pl_report_job *job, pl_table *table, const pl_stmt *stmt, pl_error *err)
{
    add_text(table, stmt, NODE);
    pl_table_cell(table, PL_CELL_WORD, pl_stmt_text(stmt, ASSESSMENT));
    add_text(table, stmt, PHASE);
    add_text(table, stmt, SINCE);
    add_duration(table, stmt, ELAPSED_US, "");
    add_duration(table, stmt, EXPECTED_US, "<");
    if (job->details != PL_DETAILS_NONE)
        add_share(table, stmt, FITNESS);
    size_t from = job->buf.len;
    pl_text_append_cut(&job->buf, note_of(pl_stmt_text(stmt, NOTE), pl_stmt_text(stmt, NODE)),
                       NOTE_COLUMNS_MAX);
    pl_table_cell(table, PL_CELL_TEXT, pl_str_slice(pl_buf_str(&job->buf), from, SIZE_MAX));
    pl_buf_cut(&job->buf, from);
    return pl_table_end_row(table, err);
}

static bool is_folded(const pl_report_job *job, const pl_stmt *stmt)
{
    if (job->details != PL_DETAILS_NONE || pl_stmt_int(stmt, HEALTHY) == 0)
        return false;
    int64_t all = pl_stmt_int(stmt, ALL);
    return pl_stmt_int(stmt, HEALTHY_ALL) < all || all > NODES_SHOWN_MAX;
}

/* With details also the share of transitions that conform. */
static pl_status new_node_table(pl_report_job *job, pl_table **out, pl_error *err)
{
    static const char *const heads[] = {"NODE",    "ASSESSMENT", "PHASE", "SINCE",
                                        "ELAPSED", "EXPECTED",   "NOTE"};
    static const char *const more[] = {"NODE",    "ASSESSMENT", "PHASE",   "SINCE",
                                       "ELAPSED", "EXPECTED",   "FITNESS", "NOTE"};
    return job->details == PL_DETAILS_NONE
               ? new_table(job, heads, sizeof heads / sizeof *heads, out, err)
               : new_table(job, more, sizeof more / sizeof *more, out, err);
}

/* Adds the nodes that are shown to *table, made with the first of them, and counts the others. */
static pl_status add_nodes(pl_report_job *job, pl_stmt *stmt, pl_table **table, int64_t *folded,
                           pl_error *err)
{
    pl_status status;
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        if (is_folded(job, stmt)) {
            ++*folded;
            continue;
        }
        if (*table == NULL)
            status = new_node_table(job, table, err);
        if (status == PL_OK)
            status = add_node(job, *table, stmt, err);
        if (status != PL_OK)
            return status;
    }
    if (status == PL_DONE)
        status = *table == NULL ? PL_OK : pl_table_finish(*table, err);
    return status;
}

/* Tables write to the sink themselves: what stands above them must be out. */
static pl_status start_section(pl_report_job *job, const char *sql, int64_t run_id, pl_stmt **stmt,
                               pl_error *err)
{
    pl_buf_append_char(&job->buf, '\n');
    pl_status status = pl_report_flush(job, err);
    if (status == PL_OK)
        status = pl_stmt_get(job->store, sql, stmt, err);
    if (status == PL_OK)
        pl_stmt_bind_int(*stmt, 1, run_id);
    return status;
}

pl_status pl_report_nodes(pl_report_job *job, int64_t run_id, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_table *table = NULL;
    int64_t folded = 0;
    pl_status status = start_section(job, nodes_sql, run_id, &stmt, err);
    if (status == PL_OK)
        status = add_nodes(job, stmt, &table, &folded, err);
    pl_table_free(table);
    if (status != PL_OK || folded == 0)
        return status;
    if (pl_report_is_markdown(job))
        pl_buf_append_char(&job->buf, '\n'); /* a paragraph, not a row */
    else
        pl_buf_append_repeat(&job->buf, ' ', 8);
    pl_text_append_counted(&job->buf, folded, "completed node");
    pl_buf_append(&job->buf, PL_STR(" not shown (--details nodes)\n"));
    return PL_OK;
}

static pl_status add_phases(pl_stmt *stmt, pl_table *table, pl_error *err)
{
    pl_status status;
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        add_text(table, stmt, 0);
        pl_table_cell(table, PL_CELL_WORD, pl_stmt_text(stmt, 1));
        add_text(table, stmt, 2);
        add_duration(table, stmt, 3, "");
        add_duration(table, stmt, 4, "<");
        status = pl_table_end_row(table, err);
        if (status != PL_OK)
            return status;
    }
    return status == PL_DONE ? pl_table_finish(table, err) : status;
}

pl_status pl_report_phases(pl_report_job *job, int64_t run_id, pl_error *err)
{
    static const char sql[] =
        "SELECT t.phase, CASE WHEN t.result = 'open' AND p.terminal IS NOT NULL THEN 'reached'"
        "  ELSE t.result END, substr(t.enter, 1, 19) || 'Z',"
        "  CASE WHEN t.duration_us IS NOT NULL OR p.terminal IS NULL"
        "    THEN coalesce(t.duration_us, t.open_us) END,"
        "  CASE WHEN p.terminal IS NULL AND p.rest = 0 THEN p.limit_us END "
        "FROM v_timeline t LEFT JOIN v_phase p ON p.model = t.model AND p.phase = t.phase "
        "WHERE t.run_id = ?1 AND t.node IS NULL ORDER BY t.enter_us, t.span_id";
    static const char *const heads[] = {"PHASE", "RESULT", "SINCE", "ELAPSED", "EXPECTED"};
    pl_stmt *stmt = NULL;
    pl_table *table = NULL;
    pl_status status = start_section(job, sql, run_id, &stmt, err);
    if (status == PL_OK)
        status = new_table(job, heads, sizeof heads / sizeof *heads, &table, err);
    if (status == PL_OK)
        status = add_phases(stmt, table, err);
    pl_table_free(table);
    return status;
}
