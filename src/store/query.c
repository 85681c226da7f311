/*
 * query.c - the sandbox: what a handle for reading lets through, and how much of it.
 *
 * The user wrote the query and somebody else maybe the database, so neither is trusted: the
 * authorizer decides what a statement may do, the limits how large it may be, the progress handler
 * how long it may run, the heap limit what it may hold.
 */
#include "store/store.h"

#include <string.h>

#include "base/alloc.h"
#include "store/handle.h"

#define OPS_BETWEEN_CHECKS 10000

/* Debian's own library has the first two; the others come with shells and common extensions. */
static const char *const refused_functions[] = {
    "load_extension", "fts3_tokenizer", "readfile", "writefile",        "edit",
    "fsdir",          "lsmode",         "zipfile",  "sqlar_uncompress", "eval",
};

/*
 * The first use of a table-valued function compiles a change of the schema, which the authorizer
 * refuses: so these two, connected before, are the only ones a query can use.
 */
static const char connect_json[] = "SELECT 1 FROM json_each('[]'), json_tree('[]')";

static bool is_refused(const char *function)
{
    for (size_t i = 0; i < sizeof refused_functions / sizeof *refused_functions; i++) {
        if (sqlite3_stricmp(function, refused_functions[i]) == 0)
            return true;
    }
    return false;
}

/* Transactions are let through for pl_store_begin(); a user's query must have columns. */
static int authorize(void *unused, int action, const char *table, const char *name,
                     const char *database, const char *trigger)
{
    (void)unused, (void)table, (void)database, (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return is_refused(name) ? SQLITE_DENY : SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

static void set_limits(sqlite3 *db)
{
    static const struct {
        int id, value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, 16 << 20},    {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
        {SQLITE_LIMIT_EXPR_DEPTH, 100},     {SQLITE_LIMIT_COMPOUND_SELECT, 50},
        {SQLITE_LIMIT_VDBE_OP, 250000},     {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 99}, {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(db, limits[i].id, limits[i].value);
}

pl_status pl_store_seal(pl_store *store, pl_error *err)
{
    if (store->sealed)
        return PL_OK;
    if (sqlite3_get_autocommit(store->db) == 0)
        return pl_fail(err, PL_ERR_USAGE, "a transaction is open");
    pl_status status = pl_store_exec(store, connect_json, err);
    if (status == PL_OK)
        status = pl_store_exec(store, "PRAGMA query_only = ON", err);
    if (status != PL_OK)
        return status;
    set_limits(store->db);
    int result = sqlite3_set_authorizer(store->db, authorize, NULL);
    if (result != SQLITE_OK)
        return pl_store_fail(store, result, err);
    store->sealed = true;
    return PL_OK;
}

/* Counts steps, not seconds: a query that ends on one machine ends on every other. */
static int count_ops(void *context)
{
    pl_store *store = context;
    store->query_ops += OPS_BETWEEN_CHECKS;
    return store->query_ops > store->query_ops_max;
}

pl_status pl_query_fail(const pl_store *store, int result, pl_error *err)
{
    switch (result & 0xff) {
    case SQLITE_INTERRUPT:
        return pl_fail(err, PL_ERR_LIMIT, "the query takes too long: stopped after %lld steps",
                       (long long)store->query_ops);
    case SQLITE_NOMEM:
        return pl_fail(err, PL_ERR_LIMIT, "the query needs more memory than %lld MiB",
                       (long long)(PL_QUERY_HEAP_BYTES >> 20));
    case SQLITE_TOOBIG:
        return pl_fail(err, PL_ERR_LIMIT, "the query makes a value or row of more than 16 MiB");
    case SQLITE_AUTH:
        return pl_fail(err, PL_ERR_SQL, "only queries that read are allowed here: %s",
                       sqlite3_errmsg(store->db));
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
        return pl_fail(err, PL_ERR_SQL, "%s", sqlite3_errmsg(store->db));
    default:
        return pl_store_fail(store, result, err);
    }
}

static pl_status prepare(pl_store *store, pl_str sql, sqlite3_stmt **out, pl_error *err)
{
    const char *tail = NULL;
    if (sql.len > (size_t)sqlite3_limit(store->db, SQLITE_LIMIT_SQL_LENGTH, -1))
        return pl_fail(err, PL_ERR_SQL, "the query is longer than 1 MiB");
    if (memchr(sql.ptr, '\0', sql.len) != NULL)
        return pl_fail(err, PL_ERR_SQL, "the query holds a NUL byte");
    int result = sqlite3_prepare_v3(store->db, sql.ptr, (int)sql.len, 0, out, &tail);
    if (result != SQLITE_OK)
        return pl_query_fail(store, result, err);
    if (pl_sql_skip(pl_str_slice(sql, (size_t)(tail - sql.ptr), sql.len)).len > 0)
        return pl_fail(err, PL_ERR_SQL, "only one statement is allowed");
    if (sqlite3_column_count(*out) == 0)
        return pl_fail(err, PL_ERR_SQL, "only queries that give rows are allowed here");
    return PL_OK;
}

pl_status pl_query_open(pl_store *store, pl_str sql, pl_stmt **out, pl_error *err)
{
    if (!store->sealed || store->query != NULL)
        return pl_fail(err, PL_ERR_USAGE, "a query needs a sealed handle without another query");
    if (pl_sql_skip(sql).len == 0)
        return pl_fail(err, PL_ERR_SQL, "there is no statement");
    pl_stmt *stmt = pl_alloc(1, sizeof *stmt);
    if (stmt == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a query");
    stmt->store = store;
    store->query = stmt;
    store->query_ops = 0;
    store->heap_before = sqlite3_hard_heap_limit64(PL_QUERY_HEAP_BYTES);
    sqlite3_progress_handler(store->db, OPS_BETWEEN_CHECKS, count_ops, store);
    pl_status status = prepare(store, sql, &stmt->raw, err);
    if (status != PL_OK) {
        pl_query_end(stmt);
        return status;
    }
    *out = stmt;
    return PL_OK;
}

void pl_query_end(pl_stmt *stmt)
{
    if (stmt == NULL)
        return;
    pl_store *store = stmt->store;
    sqlite3_finalize(stmt->raw);
    sqlite3_progress_handler(store->db, 0, NULL, NULL);
    sqlite3_hard_heap_limit64(store->heap_before);
    store->query = NULL;
    pl_release(stmt);
}
