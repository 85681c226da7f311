/* exit.c - codes by weight. */
#include "cli/exit.h"

static int weight_of(pl_exit code)
{
    static const int weights[] = {
        [PL_EXIT_DONE] = 0,     [PL_EXIT_GATE] = 2, [PL_EXIT_USAGE] = 6, [PL_EXIT_INPUT] = 3,
        [PL_EXIT_NO_EVENT] = 1, [PL_EXIT_DB] = 5,   [PL_EXIT_LIMIT] = 4,
    };
    return weights[code];
}

pl_exit pl_exit_worse(pl_exit a, pl_exit b)
{
    return weight_of(a) >= weight_of(b) ? a : b;
}

pl_exit pl_exit_of_status(pl_status status)
{
    switch (status) {
    case PL_OK:
    case PL_DONE:
        return PL_EXIT_DONE;
    case PL_ERR_USAGE:
    case PL_ERR_FORMAT:
    case PL_ERR_SQL:
        return PL_EXIT_USAGE;
    case PL_ERR_NOMEM:
    case PL_ERR_LIMIT:
        return PL_EXIT_LIMIT;
    case PL_ERR_IO: /* of the database: inputs are rows of the ledger, the output has its own way */
    case PL_ERR_DB:
        break;
    }
    return PL_EXIT_DB;
}

pl_exit pl_exit_of_stats(const pl_ingest_stats *stats)
{
    pl_exit code = PL_EXIT_DONE;
    if (stats->limited > 0)
        code = pl_exit_worse(code, PL_EXIT_LIMIT);
    if (stats->unreadable > 0)
        code = pl_exit_worse(code, PL_EXIT_INPUT);
    if (stats->events_new + stats->events_known == 0)
        code = pl_exit_worse(code, PL_EXIT_NO_EVENT);
    return code;
}
