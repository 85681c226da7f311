/* commands.h - the verbs: arguments in, an exit code out. */
#ifndef PL_CLI_COMMANDS_H
#define PL_CLI_COMMANDS_H

#include "cli/args.h"
#include "cli/console.h"
#include "cli/exit.h"

/* The whole program but main(): parses, runs, flushes. */
pl_exit pl_cli_run(int argc, char **argv);

/* command_read.c: verbs that read a database. */
pl_exit pl_command_report(const pl_args *args, pl_console *console);
pl_exit pl_command_view(const pl_args *args, pl_console *console);
pl_exit pl_command_timeline(const pl_args *args, pl_console *console);
pl_exit pl_command_diff(const pl_args *args, pl_console *console);
pl_exit pl_command_explain(const pl_args *args, pl_console *console);
pl_exit pl_command_sql(const pl_args *args, pl_console *console);
/* command_ingest.c */
pl_exit pl_command_ingest(const pl_args *args, pl_console *console);
pl_exit pl_command_post_mortem(const pl_args *args, pl_console *console);
/* command_dialects.c */
pl_exit pl_command_dialects(const pl_args *args, pl_console *console);

/* The database that the arguments and the environment name. */
const char *pl_command_db(const pl_args *args);
/* Complains about `err`, unless it is that the output could not be written: the console tells that.
 */
pl_exit pl_command_fail(pl_console *console, pl_status status, const pl_error *err);
/* The report as the arguments want it. */
PL_CHECKED pl_status pl_command_render_report(const pl_args *args, pl_console *console,
                                              pl_store *store, pl_error *err);

/* What --fail-on and --strict add to `code`, by the findings of `store`. */
PL_CHECKED pl_status pl_command_gate(const pl_args *args, pl_store *store, pl_exit *code,
                                     pl_error *err);

#endif
