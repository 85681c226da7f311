/* exit.h - the exit codes, a public contract, and which of several wins. */
#ifndef PL_CLI_EXIT_H
#define PL_CLI_EXIT_H

#include "phaseline/error.h"

#include "ingest/ingest.h"

typedef enum pl_exit {
    PL_EXIT_DONE = 0,
    PL_EXIT_GATE = 1,     /* --fail-on met */
    PL_EXIT_USAGE = 2,    /* usage, dialect or SQL error */
    PL_EXIT_INPUT = 3,    /* an input could not be read */
    PL_EXIT_NO_EVENT = 4, /* no upgrade event in what was given */
    PL_EXIT_DB = 5,       /* locked, corrupt, newer schema, not there */
    PL_EXIT_LIMIT =
        6, /* a limit was hit, or the output could not be written: results are partial */
} pl_exit;

/* Which of two wins: 2, 5, 6, 3, 1, 4, 0. */
pl_exit pl_exit_worse(pl_exit a, pl_exit b);
/* Of a failure; PL_EXIT_DONE for PL_OK and PL_DONE. */
pl_exit pl_exit_of_status(pl_status status);
/* Of an ingest that came to its end. */
pl_exit pl_exit_of_stats(const pl_ingest_stats *stats);

#endif
