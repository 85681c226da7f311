/* conclusions.c - the derived tables as a whole. */
#include "store/conclusions.h"

#include "base/civil.h"

#include <stddef.h>

/* Children before parents: foreign keys are on. */
static const char *const drops[] = {
    "DELETE FROM evidence",
    "DELETE FROM finding",
    "DELETE FROM span",
    "DELETE FROM run_node",
    "DELETE FROM run",
    "DELETE FROM clock",
    "DELETE FROM node_name",
    "DELETE FROM node",
    "UPDATE standing SET copy = 0, run_id = NULL, attempt = NULL WHERE copy OR run_id > 0",
    "DELETE FROM meta WHERE key IN ('concluded', 'as_of_us')",
};

static pl_status run(pl_store *store, const char *sql, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    return status == PL_OK ? pl_stmt_run(stmt, err) : status;
}

pl_status pl_conclusions_drop(pl_store *store, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < sizeof drops / sizeof *drops; i++)
        status = run(store, drops[i], err);
    return status;
}

pl_status pl_conclusions_mark(pl_store *store, int64_t as_of_us, pl_error *err)
{
    pl_status status = run(store, "INSERT INTO meta VALUES ('concluded', '1')", err);
    if (status != PL_OK || as_of_us == PL_TIME_NONE)
        return status;
    pl_stmt *stmt = NULL;
    status =
        pl_stmt_get(store, "INSERT INTO meta VALUES ('as_of_us', CAST(?1 AS TEXT))", &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, as_of_us);
    return pl_stmt_run(stmt, err);
}

pl_status pl_conclusions_ready(pl_store *store, bool *ready, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, "SELECT 1 FROM meta WHERE key = 'concluded'", &stmt, err);
    if (status != PL_OK)
        return status;
    status = pl_stmt_step(stmt, err);
    if (status < 0)
        return status;
    *ready = status == PL_OK;
    pl_stmt_reset(stmt);
    return PL_OK;
}

pl_status pl_conclusions_stand(pl_store *store, int64_t as_of_us, bool *stand, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_conclusions_ready(store, stand, err);
    if (status != PL_OK || !*stand)
        return status;
    status = pl_stmt_get(store, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'as_of_us'",
                         &stmt, err);
    if (status != PL_OK)
        return status;
    status = pl_stmt_step(stmt, err);
    if (status < 0)
        return status;
    *stand = as_of_us == (status == PL_OK ? pl_stmt_int(stmt, 0) : PL_TIME_NONE);
    pl_stmt_reset(stmt);
    return PL_OK;
}
