/* command_read.c - report, sources, sql: a database as it stands, opened so that a foreign one does
 * no harm. */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "api/slurp.h"
#include "render/report.h"
#include "store/conclusions.h"
#include "store/store.h"

#define SQL_BYTES_MAX ((size_t)1 << 20) /* of a statement on standard input */

/* What a verb does with the open database; *code is for outcomes that are no failures. */
typedef pl_status (*reading)(const pl_args *args, pl_console *console, pl_store *store,
                             pl_exit *code, pl_error *err);

static pl_status check_ready(pl_store *store, const char *path, pl_error *err)
{
    bool ready = false;
    pl_status status = pl_conclusions_ready(store, &ready, err);
    if (status == PL_OK && !ready)
        status =
            pl_fail(err, PL_ERR_DB, "the last ingest into %s was interrupted; run it again", path);
    return status;
}

/* All that a command reads is one state of the database, whatever others write meanwhile. */
static pl_status read_store(const pl_args *args, pl_console *console, pl_store *store, reading read,
                            pl_exit *code, pl_error *err)
{
    pl_status status = pl_store_begin(store, err);
    if (status != PL_OK)
        return status;
    status = check_ready(store, pl_command_db(args), err);
    if (status == PL_OK)
        status = read(args, console, store, code, err);
    pl_store_rollback(store);
    return status;
}

static pl_exit with_store(const pl_args *args, pl_console *console, reading read)
{
    const char *path = pl_command_db(args);
    pl_error err;
    pl_store *store = NULL;
    pl_exit code = PL_EXIT_DONE;
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        pl_complain("%s: no such database (make one with `phaseline ingest PATH...`)", path);
        return PL_EXIT_DB;
    }
    pl_status status = pl_store_open(path, PL_STORE_READ, &store, &err);
    if (status == PL_OK)
        status = read_store(args, console, store, read, &code, &err);
    pl_store_close(store);
    return status == PL_OK ? code : pl_command_fail(console, status, &err);
}

pl_status pl_command_render_report(const pl_args *args, pl_console *console, pl_store *store,
                                   pl_error *err)
{
    pl_report_options options = {
        .render = console->render, .details = args->details, .run_id = args->run_id};
    return pl_report(store, &options, &console->out, err);
}

static pl_status read_report(const pl_args *args, pl_console *console, pl_store *store,
                             pl_exit *code, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_command_render_report(args, console, store, err);
    if (status == PL_OK)
        status = pl_stmt_get(store, "SELECT 1 FROM v_event LIMIT 1", &stmt, err);
    if (status == PL_OK)
        status = pl_stmt_step(stmt, err);
    if (status < 0)
        return status;
    *code = status == PL_OK ? PL_EXIT_DONE : PL_EXIT_NO_EVENT;
    pl_stmt_reset(stmt);
    return PL_OK;
}

pl_exit pl_command_report(const pl_args *args, pl_console *console)
{
    return with_store(args, console, read_report);
}

/* Verbs that show a view: as a table its telling columns, else all. */
static const struct view {
    pl_verb_id id;
    const char *text_sql, *all_sql;
} views[] = {
    {PL_VERB_SOURCES,
     "SELECT status AS STATUS, dialect AS DIALECT, node AS NODE, encoding AS ENCODING,"
     "  bytes AS BYTES, lines AS LINES, events AS EVENTS,"
     "  path || CASE WHEN member <> '' THEN '!' || member ELSE '' END AS SOURCE,"
     "  coalesce(problem, '') AS PROBLEM FROM v_source ORDER BY path, member, source_id",
     "SELECT * FROM v_source ORDER BY path, member, source_id"},
};

static pl_status read_view(const pl_args *args, pl_console *console, pl_store *store, pl_exit *code,
                           pl_error *err)
{
    (void)code;
    const struct view *view = views;
    while (view->id != args->verb->id)
        view++;
    pl_stmt *stmt = NULL;
    const char *sql = args->format == PL_FORMAT_TEXT ? view->text_sql : view->all_sql;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    return status == PL_OK ? pl_render_rows(stmt, &console->render, &console->out, err) : status;
}

pl_exit pl_command_sources(const pl_args *args, pl_console *console)
{
    return with_store(args, console, read_view);
}

static pl_status query(pl_console *console, pl_store *store, pl_str sql, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_query_open(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    status = pl_render_rows(stmt, &console->render, &console->out, err);
    pl_query_end(stmt);
    return status;
}

static pl_status read_sql(const pl_args *args, pl_console *console, pl_store *store, pl_exit *code,
                          pl_error *err)
{
    (void)code;
    if (args->operand_count > 0 && strcmp(args->operands[0], "-") != 0)
        return query(console, store, pl_str_of(args->operands[0]), err);
    pl_buf sql;
    pl_buf_init(&sql, SQL_BYTES_MAX);
    pl_status status = pl_slurp("-", &sql, err);
    if (status == PL_OK)
        status = query(console, store, pl_buf_str(&sql), err);
    pl_buf_release(&sql);
    return status;
}

pl_exit pl_command_sql(const pl_args *args, pl_console *console)
{
    return with_store(args, console, read_sql);
}
