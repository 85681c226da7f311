/* stmt.c - prepared statements: kept by the address of their text, bound, stepped and read. */
#include "store/store.h"

#include "base/alloc.h"
#include "store/handle.h"

static pl_status prepare(pl_store *store, const char *sql, pl_stmt **out, pl_error *err)
{
    pl_stmt *stmt = pl_alloc(1, sizeof *stmt);
    if (stmt == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a statement");
    int result =
        sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt->raw, NULL);
    if (result != SQLITE_OK) {
        pl_release(stmt);
        return pl_store_fail(store, result, err);
    }
    stmt->store = store;
    stmt->sql = sql;
    stmt->next = store->stmts;
    store->stmts = stmt;
    *out = stmt;
    return PL_OK;
}

pl_status pl_stmt_get(pl_store *store, const char *sql, pl_stmt **out, pl_error *err)
{
    for (pl_stmt *stmt = store->stmts; stmt != NULL; stmt = stmt->next) {
        if (stmt->sql != sql)
            continue;
        sqlite3_reset(stmt->raw);
        sqlite3_clear_bindings(stmt->raw);
        stmt->bind_result = SQLITE_OK;
        *out = stmt;
        return PL_OK;
    }
    return prepare(store, sql, out, err);
}

static void remember(pl_stmt *stmt, int result)
{
    if (stmt->bind_result == SQLITE_OK)
        stmt->bind_result = result;
}

void pl_stmt_bind_int(pl_stmt *stmt, int at, int64_t value)
{
    remember(stmt, sqlite3_bind_int64(stmt->raw, at, value));
}

void pl_stmt_bind_text(pl_stmt *stmt, int at, pl_str value)
{
    remember(stmt, sqlite3_bind_text64(stmt->raw, at, value.ptr, value.len, SQLITE_TRANSIENT,
                                       SQLITE_UTF8));
}

void pl_stmt_bind_view(pl_stmt *stmt, int at, pl_str value)
{
    remember(stmt,
             sqlite3_bind_text64(stmt->raw, at, value.ptr, value.len, SQLITE_STATIC, SQLITE_UTF8));
}

void pl_stmt_bind_blob(pl_stmt *stmt, int at, pl_str value)
{
    remember(stmt, sqlite3_bind_blob64(stmt->raw, at, value.ptr, value.len, SQLITE_TRANSIENT));
}

void pl_stmt_bind_real(pl_stmt *stmt, int at, double value)
{
    remember(stmt, sqlite3_bind_double(stmt->raw, at, value));
}

void pl_stmt_bind_null(pl_stmt *stmt, int at)
{
    remember(stmt, sqlite3_bind_null(stmt->raw, at));
}

static pl_status bind_failed(const pl_stmt *stmt, pl_error *err)
{
    switch (stmt->bind_result & 0xff) {
    case SQLITE_NOMEM:
        return pl_fail(err, PL_ERR_NOMEM, "no memory to bind a value");
    case SQLITE_TOOBIG:
        return pl_fail(err, PL_ERR_LIMIT, "a value is too large for the database");
    default:
        return pl_fail(err, PL_ERR_USAGE, "a value was bound where it cannot be: %s",
                       sqlite3_sql(stmt->raw));
    }
}

pl_status pl_stmt_step(pl_stmt *stmt, pl_error *err)
{
    if (stmt->bind_result != SQLITE_OK)
        return bind_failed(stmt, err);
    int result = sqlite3_step(stmt->raw);
    if (result == SQLITE_ROW)
        return PL_OK;
    pl_status status = PL_DONE;
    if (result != SQLITE_DONE)
        status = stmt->sql == NULL ? pl_query_fail(stmt->store, result, err)
                                   : pl_store_fail(stmt->store, result, err);
    sqlite3_reset(stmt->raw);
    return status;
}

pl_status pl_stmt_run(pl_stmt *stmt, pl_error *err)
{
    pl_status status;
    do {
        status = pl_stmt_step(stmt, err);
    } while (status == PL_OK);
    return status == PL_DONE ? PL_OK : status;
}

void pl_stmt_reset(pl_stmt *stmt)
{
    sqlite3_reset(stmt->raw);
}

int pl_stmt_columns(const pl_stmt *stmt)
{
    return sqlite3_column_count(stmt->raw);
}

const char *pl_stmt_name(const pl_stmt *stmt, int column)
{
    return sqlite3_column_name(stmt->raw, column);
}

pl_type pl_stmt_type(const pl_stmt *stmt, int column)
{
    switch (sqlite3_column_type(stmt->raw, column)) {
    case SQLITE_INTEGER:
        return PL_TYPE_INT;
    case SQLITE_FLOAT:
        return PL_TYPE_REAL;
    case SQLITE_TEXT:
        return PL_TYPE_TEXT;
    case SQLITE_BLOB:
        return PL_TYPE_BLOB;
    default:
        return PL_TYPE_NULL;
    }
}

bool pl_stmt_is_null(const pl_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt->raw, column) == SQLITE_NULL;
}

int64_t pl_stmt_int(const pl_stmt *stmt, int column)
{
    return sqlite3_column_int64(stmt->raw, column);
}

int64_t pl_stmt_int_or(const pl_stmt *stmt, int column, int64_t if_null)
{
    return pl_stmt_is_null(stmt, column) ? if_null : pl_stmt_int(stmt, column);
}

double pl_stmt_real(const pl_stmt *stmt, int column)
{
    return sqlite3_column_double(stmt->raw, column);
}

pl_str pl_stmt_text(const pl_stmt *stmt, int column)
{
    /* When memory runs out the text is NULL here, and the next step says so. */
    const void *text = sqlite3_column_text(stmt->raw, column);
    return (pl_str){text, text == NULL ? 0 : (size_t)sqlite3_column_bytes(stmt->raw, column)};
}

pl_str pl_stmt_blob(const pl_stmt *stmt, int column)
{
    if (pl_stmt_is_null(stmt, column))
        return (pl_str){NULL, 0};
    const void *blob = sqlite3_column_blob(stmt->raw, column);
    if (blob == NULL) /* SQLite's way to say that it is empty */
        return PL_STR("");
    return (pl_str){blob, (size_t)sqlite3_column_bytes(stmt->raw, column)};
}
