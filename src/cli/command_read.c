/* command_read.c - report, the views, explain, sql: a database as it stands, opened so that a
 * foreign one does no harm. */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "api/slurp.h"
#include "render/explain.h"
#include "render/report.h"
#include "render/rules.h"
#include "render/timeline.h"
#include "render/views.h"
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

pl_status pl_command_gate(const pl_args *args, pl_store *store, pl_exit *code, pl_error *err)
{
    bool met = false;
    pl_status status = PL_OK;
    if (args->fail_on.len > 0)
        status = pl_gate_met(store, args->fail_on, args->run_id, &met, err);
    if (met)
        *code = pl_exit_worse(*code, PL_EXIT_GATE);
    met = false;
    if (status == PL_OK && args->strict)
        status = pl_gate_met(store, PL_STR("coverage"), PL_RUN_ALL, &met, err);
    if (met)
        *code = pl_exit_worse(*code, PL_EXIT_INPUT);
    return status;
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
    return pl_command_gate(args, store, code, err);
}

pl_exit pl_command_report(const pl_args *args, pl_console *console)
{
    return with_store(args, console, read_report);
}

static pl_status read_view(const pl_args *args, pl_console *console, pl_store *store, pl_exit *code,
                           pl_error *err)
{
    (void)code;
    return pl_view_render(store, args->verb->name, args->run_id, &console->render, &console->out,
                          err);
}

pl_exit pl_command_view(const pl_args *args, pl_console *console)
{
    return with_store(args, console, read_view);
}

static pl_status read_timeline(const pl_args *args, pl_console *console, pl_store *store,
                               pl_exit *code, pl_error *err)
{
    if (args->format != PL_FORMAT_TEXT)
        return read_view(args, console, store, code, err);
    pl_timeline_options options = {
        .width = console->render.width,
        .height = console->height,
        .colour = console->render.colour,
        .unicode = args->glyphs == PL_GLYPHS_UNICODE ||
                   (args->glyphs == PL_GLYPHS_AUTO && console->is_utf8),
        .every_node = args->details != PL_DETAILS_NONE,
        .run_id = args->run_id,
    };
    return pl_timeline(store, &options, &console->out, err);
}

pl_exit pl_command_timeline(const pl_args *args, pl_console *console)
{
    return with_store(args, console, read_timeline);
}

static pl_status read_diff(const pl_args *args, pl_console *console, pl_store *store, pl_exit *code,
                           pl_error *err)
{
    int64_t runs[2];
    (void)code;
    for (size_t i = 0; i < 2; i++)
        if (!pl_args_run(args->operands[i], &runs[i]))
            return pl_fail(err, PL_ERR_USAGE, "a run is a number or latest, not '%s'",
                           args->operands[i]);
    return pl_diff_render(store, runs[0], runs[1], &console->render, &console->out, err);
}

pl_exit pl_command_diff(const pl_args *args, pl_console *console)
{
    return with_store(args, console, read_diff);
}

static pl_status read_explain(const pl_args *args, pl_console *console, pl_store *store,
                              pl_exit *code, pl_error *err)
{
    (void)code;
    return pl_explain(store, pl_str_of(args->operands[0]), &console->render, &console->out, err);
}

pl_exit pl_command_explain(const pl_args *args, pl_console *console)
{
    return with_store(args, console, read_explain);
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
