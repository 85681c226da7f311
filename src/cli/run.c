/* run.c - from argv to the exit code. */
#include "cli/commands.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"

#define HELP_BYTES_MAX ((size_t)64 << 10)

const char *pl_command_db(const pl_args *args)
{
    const char *env = getenv("PHASELINE_DB");
    if (args->db != NULL)
        return args->db;
    return env != NULL && env[0] != '\0' ? env : "phaseline.db";
}

pl_exit pl_command_fail(pl_console *console, pl_status status, const pl_error *err)
{
    console->failed = true;
    if (console->write_errno != 0)
        return PL_EXIT_DONE;
    pl_complain("%s", err->msg);
    return pl_exit_of_status(status);
}

static void append_sqlite_version(pl_buf *buf)
{
    pl_store *store = NULL;
    pl_stmt *stmt = NULL;
    pl_status status = pl_store_open(NULL, PL_STORE_TEMP, &store, NULL);
    if (status == PL_OK)
        status = pl_stmt_get(store, "SELECT sqlite_version()", &stmt, NULL);
    if (status == PL_OK)
        status = pl_stmt_step(stmt, NULL);
    if (status == PL_OK)
        pl_buf_appendf(buf, " (SQLite " PL_FMT ")", PL_ARG(pl_stmt_text(stmt, 0)));
    pl_store_close(store);
}

/* --help and --version: results, so on standard output. */
static pl_exit tell(const pl_args *args, pl_console *console)
{
    pl_error err;
    pl_buf buf;
    pl_buf_init(&buf, HELP_BYTES_MAX);
    if (args->help) {
        pl_args_append_help(&buf, args->verb);
    } else {
        pl_buf_append(&buf, PL_STR("phaseline " PL_VERSION));
        append_sqlite_version(&buf);
        pl_buf_append_char(&buf, '\n');
    }
    pl_status status = pl_sink_flush(&console->out, &buf, &err);
    pl_buf_release(&buf);
    return status == PL_OK ? PL_EXIT_DONE : pl_command_fail(console, status, &err);
}

/* A word that is neither a command nor a file: most likely a command with a slip of the finger. */
static bool is_slip(const pl_args *args)
{
    const char *word = args->operands[0];
    return args->verb->id == PL_VERB_NONE && strcmp(word, "-") != 0 &&
           strpbrk(word, "/.\\*?") == NULL && access(word, F_OK) != 0 && errno == ENOENT;
}

static pl_exit run_verb(const pl_args *args, pl_console *console)
{
    switch (args->verb->id) {
    case PL_VERB_NONE:
        return pl_command_post_mortem(args, console);
    case PL_VERB_INGEST:
        return pl_command_ingest(args, console);
    case PL_VERB_REPORT:
        return pl_command_report(args, console);
    case PL_VERB_TIMELINE:
        return pl_command_timeline(args, console);
    case PL_VERB_PHASES:
    case PL_VERB_STALLS:
    case PL_VERB_ORDER:
    case PL_VERB_SOURCES:
        return pl_command_view(args, console);
    case PL_VERB_DIFF:
        return pl_command_diff(args, console);
    case PL_VERB_EXPLAIN:
        return pl_command_explain(args, console);
    case PL_VERB_SQL:
        return pl_command_sql(args, console);
    case PL_VERB_DIALECTS:
        break;
    }
    return pl_command_dialects(args, console);
}

static pl_exit say_usage(void)
{
    pl_buf buf;
    pl_buf_init(&buf, HELP_BYTES_MAX);
    pl_args_append_usage(&buf);
    fputs(buf.ptr, stderr);
    pl_buf_release(&buf);
    return PL_EXIT_USAGE;
}

pl_exit pl_cli_run(int argc, char **argv)
{
    pl_args args;
    pl_console console;
    pl_error err;
    if (argc < 2)
        return say_usage();
    signal(SIGPIPE, SIG_IGN);
    if (pl_args_parse(argc, argv, &args, &err) != PL_OK) {
        pl_complain("%s", err.msg);
        return PL_EXIT_USAGE;
    }
    if (!args.help && !args.version && is_slip(&args)) {
        pl_complain("'%s' is neither a command nor a path that exists; see phaseline --help",
                    args.operands[0]);
        return PL_EXIT_USAGE;
    }
    if (pl_console_init(&console, &args, &err) != PL_OK) {
        pl_complain("%s", err.msg);
        return PL_EXIT_USAGE;
    }
    if (args.help || args.version)
        return pl_console_finish(&console, tell(&args, &console));
    return pl_console_finish(&console, run_verb(&args, &console));
}
