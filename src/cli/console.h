/* console.h - standard output, or the file of -o, as a sink; standard error as one line per
 * complaint; and what the terminal is. */
#ifndef PL_CLI_CONSOLE_H
#define PL_CLI_CONSOLE_H

#include "phaseline/error.h"

#include "cli/args.h"
#include "cli/exit.h"
#include "cli/output.h"
#include "render/rows.h"
#include "render/sink.h"

typedef struct pl_console {
    pl_sink out; /* the results; its arg is this struct, which must not move */
    pl_render_options render;
    pl_output output; /* of -o */
    bool has_written;
    size_t height;   /* lines of the terminal; 0: it is none */
    bool is_utf8;    /* the terminal shows UTF-8 */
    bool failed;     /* a command could not go on: what is written is not all of it */
    int write_errno; /* of the first write that failed; 0: none */
} pl_console;

/* Looks at the terminal, its character set, NO_COLOR and TERM once, and opens the file of -o. */
PL_CHECKED pl_status pl_console_init(pl_console *console, const pl_args *args, pl_error *err);
/* Writes what is still held back.  A reader that went away is no failure of ours: PL_EXIT_DONE.
 * The file of -o takes its place only when all of it was written. */
pl_exit pl_console_finish(pl_console *console, pl_exit code);
/* "phaseline: ..." on standard error, one line, its control bytes replaced. */
void pl_complain(const char *format, ...) PL_PRINTF(1, 2);

#endif
