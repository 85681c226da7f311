/* console.h - standard output as a sink, standard error as one line per complaint, and what the
 * terminal is. */
#ifndef PL_CLI_CONSOLE_H
#define PL_CLI_CONSOLE_H

#include "phaseline/error.h"

#include "cli/args.h"
#include "cli/exit.h"
#include "render/rows.h"
#include "render/sink.h"

typedef struct pl_console {
    pl_sink out; /* standard output; its arg is this struct, which must not move */
    pl_render_options render;
    int write_errno; /* of the first write that failed; 0: none */
} pl_console;

/* Looks at the terminal, NO_COLOR and TERM once. */
void pl_console_init(pl_console *console, const pl_args *args);
/* Writes what is still held back.  A reader that went away is no failure of ours: PL_EXIT_DONE. */
pl_exit pl_console_finish(pl_console *console, pl_exit code);
/* "phaseline: ..." on standard error, one line, its control bytes replaced. */
void pl_complain(const char *format, ...) PL_PRINTF(1, 2);

#endif
