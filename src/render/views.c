/* views.c - one table {verb, columns for people, view}; ?1 is the run, 0 for all. */
#include "render/views.h"

#include <assert.h>
#include <string.h>

#include "base/civil.h"
#include "render/report.h"

#define COLUMNS_MAX 16

struct view {
    const char *verb;
    const char *text_sql; /* a column whose name ends in '~' holds durations in microseconds */
    const char *all_sql;
};

static const struct view views[] = {
    {"timeline",
     "SELECT run_id AS RUN, coalesce(node, '(' || cluster || ')') AS NODE, attempt AS ATTEMPT,"
     "  coalesce(parent_phase || ' / ', '') || phase AS PHASE, enter AS ENTER, exit AS EXIT,"
     "  coalesce(duration_us, open_us) AS \"DURATION~\", result AS RESULT "
     "FROM v_timeline WHERE ?1 IN (0, run_id) ORDER BY run_id, node, enter_us, span_id",
     "SELECT * FROM v_timeline WHERE ?1 IN (0, run_id) ORDER BY run_id, node, enter_us, span_id"},
    {"phases",
     "SELECT d.run_id AS RUN, d.cluster AS CLUSTER, d.node_group AS \"GROUP\", d.phase AS PHASE,"
     "  d.nodes AS NODES, d.min_us AS \"MIN~\", d.median_us AS \"MEDIAN~\", d.p90_us AS \"P90~\","
     "  d.max_us AS \"MAX~\", d.slowest_node AS SLOWEST "
     "FROM v_phase_duration d WHERE ?1 IN (0, d.run_id) "
     "ORDER BY d.run_id, d.node_group, d.phase_rank IS NULL, d.phase_rank, d.phase",
     "SELECT * FROM v_phase_duration WHERE ?1 IN (0, run_id) "
     "ORDER BY run_id, node_group, phase_rank IS NULL, phase_rank, phase"},
    {"stalls",
     "SELECT rule AS RULE, node AS NODE, phase AS PHASE, since AS SINCE,"
     "  duration_us AS \"ELAPSED~\", limit_us AS \"LIMIT~\", finding_id AS ID,"
     "  limit_from AS \"LIMIT FROM\" "
     "FROM v_stall WHERE ?1 IN (0, run_id) ORDER BY run_id, since_us, node, finding_id",
     "SELECT * FROM v_stall WHERE ?1 IN (0, run_id) ORDER BY run_id, since_us, node, finding_id"},
    {"order",
     "SELECT rule AS RULE, node AS NODE, since AS SINCE, finding_id AS ID, summary AS SUMMARY "
     "FROM v_order WHERE ?1 IN (0, run_id) ORDER BY run_id, since_us, node, finding_id",
     "SELECT * FROM v_order WHERE ?1 IN (0, run_id) ORDER BY run_id, since_us, node, finding_id"},
    {"sources",
     "SELECT status AS STATUS, dialect AS DIALECT, node AS NODE, encoding AS ENCODING,"
     "  bytes AS BYTES, lines AS LINES, events AS EVENTS,"
     "  path || CASE WHEN member <> '' THEN '!' || member ELSE '' END AS SOURCE,"
     "  coalesce(problem, '') AS PROBLEM FROM v_source ORDER BY path, member, source_id",
     "SELECT * FROM v_source ORDER BY path, member, source_id"},
};

static const struct view *find_view(const char *verb)
{
    const struct view *view = views;
    while (strcmp(view->verb, verb) != 0)
        view++;
    assert(view < views + sizeof views / sizeof *views);
    return view;
}

/* The columns of a statement for people: which are durations, and their names without the mark. */
struct heads {
    char names[COLUMNS_MAX][16];
    const char *pointers[COLUMNS_MAX];
    bool is_duration[COLUMNS_MAX];
    size_t count;
};

static void read_heads(const pl_stmt *stmt, struct heads *heads)
{
    heads->count = (size_t)pl_stmt_columns(stmt);
    assert(heads->count <= COLUMNS_MAX);
    for (size_t i = 0; i < heads->count; i++) {
        pl_str name = pl_str_of(pl_stmt_name(stmt, (int)i));
        heads->is_duration[i] = pl_str_ends(name, PL_STR("~"));
        name.len -= heads->is_duration[i] ? 1 : 0;
        assert(name.len < sizeof heads->names[i]);
        memcpy(heads->names[i], name.ptr, name.len);
        heads->names[i][name.len] = '\0';
        heads->pointers[i] = heads->names[i];
    }
}

static pl_status add_row(pl_rows *rows, const pl_stmt *stmt, const struct heads *heads,
                         pl_buf words[COLUMNS_MAX], pl_error *err)
{
    pl_value values[COLUMNS_MAX];
    for (size_t i = 0; i < heads->count; i++) {
        values[i] = pl_value_of(stmt, (int)i);
        if (!heads->is_duration[i] || values[i].type == PL_TYPE_NULL)
            continue;
        pl_buf_clear(&words[i]);
        pl_duration_append(&words[i], values[i].integer);
        pl_status status = pl_buf_status(&words[i], err);
        if (status != PL_OK)
            return status;
        values[i] = pl_value_text(pl_buf_str(&words[i]));
    }
    return pl_rows_add(rows, values, err);
}

static pl_status add_rows(pl_rows *rows, pl_stmt *stmt, const struct heads *heads, pl_error *err)
{
    pl_buf words[COLUMNS_MAX];
    for (size_t i = 0; i < COLUMNS_MAX; i++)
        pl_buf_init(&words[i], 64);
    pl_status status;
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        status = add_row(rows, stmt, heads, words, err);
        if (status != PL_OK)
            break;
    }
    for (size_t i = 0; i < COLUMNS_MAX; i++)
        pl_buf_release(&words[i]);
    return status == PL_DONE ? pl_rows_finish(rows, err) : status;
}

static pl_status render_for_people(pl_stmt *stmt, const pl_render_options *options,
                                   const pl_sink *sink, pl_error *err)
{
    struct heads heads;
    pl_rows *rows = NULL;
    read_heads(stmt, &heads);
    pl_status status = pl_rows_new(heads.pointers, heads.count, options, sink, &rows, err);
    if (status != PL_OK)
        return status;
    status = add_rows(rows, stmt, &heads, err);
    pl_rows_free(rows);
    return status;
}

static pl_status render(pl_stmt *stmt, const pl_render_options *options, const pl_sink *sink,
                        pl_error *err)
{
    bool for_people = options->format == PL_FORMAT_TEXT || options->format == PL_FORMAT_MARKDOWN;
    return for_people ? render_for_people(stmt, options, sink, err)
                      : pl_render_rows(stmt, options, sink, err);
}

static const char *sql_of(const struct view *view, const pl_render_options *options)
{
    bool for_people = options->format == PL_FORMAT_TEXT || options->format == PL_FORMAT_MARKDOWN;
    return for_people ? view->text_sql : view->all_sql;
}

pl_status pl_view_render(pl_store *store, const char *verb, int64_t run_id,
                         const pl_render_options *options, const pl_sink *sink, pl_error *err)
{
    const struct view *view = find_view(verb);
    pl_stmt *stmt = NULL;
    pl_status status = pl_report_run(store, &run_id, err);
    if (status == PL_OK)
        status = pl_stmt_get(store, sql_of(view, options), &stmt, err);
    if (status != PL_OK)
        return status;
    if (strstr(view->all_sql, "?1") != NULL)
        pl_stmt_bind_int(stmt, 1, run_id);
    return render(stmt, options, sink, err);
}

/* Medians that differ by less than a tenth, or by less than a second, are the same. */
#define DIFF_CTE                                                                                   \
    "WITH med AS (SELECT run_id, node_group, phase, median_us FROM v_phase_duration WHERE "        \
    "run_id IN (?1, ?2)), "                                                                        \
    " ph AS (SELECT run_id, coalesce(n.node_group, '') AS grp, t.phase, min(t.phase_rank) "        \
    "AS rnk FROM v_timeline t LEFT JOIN v_node n USING (run_id, node) WHERE run_id IN "            \
    "(?1, ?2) AND t.result <> 'skipped' GROUP BY 1, 2, 3), "                                       \
    " bad AS (SELECT run_id, CASE run_id WHEN ?1 THEN ?2 ELSE ?1 END AS other, rule, "             \
    "node, phase, finding_id, summary FROM v_finding WHERE run_id IN (?1, ?2) AND "                \
    "severity = 'error'), "                                                                        \
    " both AS (SELECT x.grp, x.phase, x.rnk, a.median_us AS before_us, b.median_us AS "            \
    "after_us FROM ph x JOIN ph y ON y.grp = x.grp AND y.phase = x.phase AND y.run_id = "          \
    "?2 LEFT JOIN med a ON a.run_id = ?1 AND coalesce(a.node_group, '') = x.grp AND "              \
    "a.phase = x.phase LEFT JOIN med b ON b.run_id = ?2 AND coalesce(b.node_group, '') = "         \
    "x.grp AND b.phase = x.phase WHERE x.run_id = ?1), "                                           \
    " one AS (SELECT x.run_id, x.grp, x.phase, x.rnk, m.median_us FROM ph x LEFT JOIN med "        \
    "m ON m.run_id = x.run_id AND coalesce(m.node_group, '') = x.grp AND m.phase = "               \
    "x.phase WHERE NOT EXISTS (SELECT 1 FROM ph y WHERE y.run_id = CASE x.run_id WHEN ?1 "         \
    "THEN ?2 ELSE ?1 END AND y.grp = x.grp AND y.phase = x.phase)), "                              \
    " diff AS (SELECT CASE run_id WHEN ?1 THEN 'gone failure' ELSE 'new failure' END AS "          \
    "change, NULL AS node_group, phase, NULL AS rnk, node, NULL AS before_us, NULL AS "            \
    "after_us, rule, finding_id, summary FROM bad x WHERE NOT EXISTS (SELECT 1 FROM bad y "        \
    "WHERE y.run_id = x.other AND y.rule = x.rule AND y.node IS x.node AND y.phase IS "            \
    "x.phase) "                                                                                    \
    " UNION ALL SELECT CASE WHEN after_us > before_us THEN 'longer' ELSE 'shorter' END, "          \
    "nullif(grp, ''), phase, rnk, NULL, before_us, after_us, NULL, NULL, NULL FROM both "          \
    "WHERE abs(after_us - before_us) >= 1000000 AND abs(after_us - before_us) * 10 >= "            \
    "before_us "                                                                                   \
    " UNION ALL SELECT CASE run_id WHEN ?1 THEN 'missing' ELSE 'new' END, nullif(grp, "            \
    "''), phase, rnk, NULL, CASE run_id WHEN ?1 THEN median_us END, CASE run_id WHEN ?2 "          \
    "THEN median_us END, NULL, NULL, NULL FROM one) "
#define DIFF_ORDER                                                                                 \
    " FROM diff ORDER BY CASE change WHEN 'new failure' THEN 0 WHEN 'gone failure' THEN 1 WHEN "   \
    "'longer' THEN 2 WHEN 'shorter' THEN 3 WHEN 'missing' THEN 4 ELSE 5 END, node_group, rnk IS "  \
    "NULL, rnk, phase, node, rule, finding_id"

static const struct view diff_view = {
    "diff",
    DIFF_CTE "SELECT change AS CHANGE, node_group AS \"GROUP\", phase AS PHASE, node AS NODE, "
             "before_us AS \"BEFORE~\", after_us AS \"AFTER~\", finding_id AS ID, summary AS "
             "SUMMARY" DIFF_ORDER,
    DIFF_CTE "SELECT change, node_group, phase, node, before_us, after_us, rule, finding_id, "
             "summary" DIFF_ORDER,
};

pl_status pl_diff_render(pl_store *store, int64_t before_id, int64_t after_id,
                         const pl_render_options *options, const pl_sink *sink, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_report_run(store, &before_id, err);
    if (status == PL_OK)
        status = pl_report_run(store, &after_id, err);
    if (status == PL_OK && (before_id == PL_RUN_ALL || after_id == PL_RUN_ALL))
        status = pl_fail(err, PL_ERR_USAGE, "there are no runs to compare");
    if (status == PL_OK)
        status = pl_stmt_get(store, sql_of(&diff_view, options), &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, before_id);
    pl_stmt_bind_int(stmt, 2, after_id);
    return render(stmt, options, sink, err);
}
