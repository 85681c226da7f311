/*
 * progress.h - how far an ingest is, on standard error: one line that is written anew on a
 * terminal, or one JSON object a line.
 *
 * A rate needs a clock, so this is the command line's business alone.
 */
#ifndef PL_CLI_PROGRESS_H
#define PL_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/args.h"
#include "ingest/ingest.h"

#define PL_PROGRESS_STEP_US INT64_C(200000) /* at most one line in this time */

typedef struct pl_progress {
    bool is_shown, is_json, is_terminal;
    bool is_drawn;              /* a line stands on the terminal, without its end */
    size_t width;               /* columns of the terminal */
    int64_t begun_us, drawn_us; /* of a clock that only goes forward */
} pl_progress;

/* Nothing is shown with --progress never, and with auto when standard error is no terminal, or
 * with -q. */
void pl_progress_init(pl_progress *progress, const pl_args *args);
void pl_progress_show(pl_progress *progress, const pl_ingest_progress *now);
/* Takes the line away: something else is to be written there. */
void pl_progress_clear(pl_progress *progress);
/* The last line: all of it.  On a terminal the line goes. */
void pl_progress_finish(pl_progress *progress, const pl_ingest_stats *stats);

#endif
