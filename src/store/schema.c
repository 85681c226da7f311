/* schema.c - whose database this is, and whether its tables and views are those of schema.sql. */
#include "store/store.h"

#include <string.h>

#include "base/embedded.h"
#include "store/handle.h"

struct header {
    int64_t application, version; /* whose, and which schema */
    int64_t changes;              /* of the schema since the file was made; 0: none ever */
};

const char *pl_store_schema(void)
{
    return pl_embedded_schema.text;
}

pl_status pl_schema_wanted(sqlite3 **out, pl_error *err)
{
    sqlite3 *db = NULL;
    int result =
        sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_exec(db, pl_store_schema(), NULL, NULL, NULL);
    if (result == SQLITE_OK) {
        *out = db;
        return PL_OK;
    }
    pl_status status = (result & 0xff) == SQLITE_NOMEM ? PL_ERR_NOMEM : PL_ERR_FORMAT;
    status = pl_fail(err, status, "schema.sql: %s", sqlite3_errmsg(db));
    sqlite3_close(db);
    return status;
}

static int read_header(sqlite3 *db, struct header *out)
{
    int result = pl_sqlite_int(db, "PRAGMA application_id", &out->application);
    if (result == SQLITE_OK)
        result = pl_sqlite_int(db, "PRAGMA user_version", &out->version);
    if (result == SQLITE_OK)
        result = pl_sqlite_int(db, "PRAGMA schema_version", &out->changes);
    return result;
}

static bool is_fresh(const struct header *header)
{
    return header->application == 0 && header->version == 0 && header->changes == 0;
}

pl_status pl_schema_identify(pl_store *store, sqlite3 *wanted, bool *fresh_out, pl_error *err)
{
    struct header have = {0}, want = {0};
    int result = read_header(wanted, &want);
    if (result == SQLITE_OK)
        result = read_header(store->db, &have);
    if (result != SQLITE_OK)
        return pl_store_fail(store, result, err);
    if (is_fresh(&have) && store->mode == PL_STORE_READ)
        return pl_fail(err, PL_ERR_DB, "%s is empty: ingest into it first", store->name);
    if (!is_fresh(&have) && have.application != want.application)
        return pl_fail(err, PL_ERR_DB, "%s is not a phaseline database", store->name);
    if (have.version > want.version)
        return pl_fail(err, PL_ERR_DB,
                       "%s was written by a newer phaseline (schema %lld, this one knows %lld): "
                       "use that one",
                       store->name, (long long)have.version, (long long)want.version);
    *fresh_out = is_fresh(&have);
    return PL_OK;
}

pl_status pl_schema_make(pl_store *store, sqlite3 *wanted, pl_error *err)
{
    bool fresh = false;
    pl_status status = pl_store_begin(store, err);
    if (status != PL_OK)
        return status;
    status = pl_schema_identify(store, wanted, &fresh, err);
    if (status == PL_OK && fresh)
        status = pl_store_exec(store, pl_store_schema(), err);
    if (status == PL_OK)
        status = pl_schema_compare(store, wanted, err);
    if (status == PL_OK)
        status = pl_store_commit(store, err);
    if (status != PL_OK)
        pl_store_rollback(store);
    return status;
}

pl_str pl_sql_skip(pl_str sql)
{
    for (;;) {
        size_t len = 0, end;
        while (len < sql.len && strchr(" \t\r\n\f", sql.ptr[len]) != NULL && sql.ptr[len] != '\0')
            len++;
        sql = pl_str_slice(sql, len, sql.len);
        if (pl_str_starts(sql, PL_STR("--")))
            end = pl_str_find(sql, PL_STR("\n"), 2);
        else if (pl_str_starts(sql, PL_STR("/*")))
            end = pl_str_find(sql, PL_STR("*/"), 2);
        else
            return sql;
        end = end == SIZE_MAX ? sql.len : end + (sql.ptr[0] == '/' ? 2 : 1);
        sql = pl_str_slice(sql, end, sql.len);
    }
}

/* The length of the piece of `sql` (not empty, not blank) that must be equal byte for byte. */
static size_t piece_len(pl_str sql)
{
    static const char quotes[] = "'\"`[";
    static const char closing[] = "'\"`]";
    const char *quote = strchr(quotes, sql.ptr[0]);
    if (quote == NULL || *quote == '\0')
        return 1;
    size_t end = pl_str_find(sql, (pl_str){closing + (quote - quotes), 1}, 1);
    return end == SIZE_MAX ? sql.len : end + 1;
}

/* Equal but for comments and blanks; where one has a gap the other must have one. */
static bool same_ddl(pl_str a, pl_str b)
{
    for (;;) {
        pl_str next_a = pl_sql_skip(a), next_b = pl_sql_skip(b);
        if ((next_a.len < a.len) != (next_b.len < b.len))
            return false;
        if (next_a.len == 0 || next_b.len == 0)
            return next_a.len == next_b.len;
        size_t len = piece_len(next_a);
        if (!pl_str_equal(pl_str_slice(next_a, 0, len), pl_str_slice(next_b, 0, len)))
            return false;
        a = pl_str_slice(next_a, len, next_a.len);
        b = pl_str_slice(next_b, len, next_b.len);
    }
}

static pl_str column_text(sqlite3_stmt *raw, int column)
{
    const void *text = sqlite3_column_text(raw, column);
    return (pl_str){text, (size_t)sqlite3_column_bytes(raw, column)};
}

static bool same_row(sqlite3_stmt *a, sqlite3_stmt *b)
{
    return pl_str_equal(column_text(a, 0), column_text(b, 0)) &&
           pl_str_equal(column_text(a, 1), column_text(b, 1)) &&
           same_ddl(column_text(a, 2), column_text(b, 2));
}

/* Walks both lists side by side.  SQLITE_OK and *same_out, or SQLite's failure on the first. */
static int compare_rows(sqlite3_stmt *have, sqlite3_stmt *want, bool *same_out)
{
    for (;;) {
        int result = sqlite3_step(have);
        if (result != SQLITE_ROW && result != SQLITE_DONE)
            return result;
        *same_out = result == sqlite3_step(want);
        if (!*same_out || result == SQLITE_DONE)
            return SQLITE_OK;
        *same_out = same_row(have, want);
        if (!*same_out)
            return SQLITE_OK;
    }
}

pl_status pl_schema_compare(pl_store *store, sqlite3 *wanted, pl_error *err)
{
    /* Statistics are no part of the schema: ANALYZE by hand does no harm. */
    static const char sql[] =
        "SELECT type, name, sql FROM sqlite_schema "
        "WHERE NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4')) "
        "ORDER BY type, name";
    sqlite3_stmt *have = NULL, *want = NULL;
    bool same = false;
    int result = sqlite3_prepare_v2(wanted, sql, -1, &want, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_prepare_v2(store->db, sql, -1, &have, NULL);
    if (result == SQLITE_OK)
        result = compare_rows(have, want, &same);
    pl_status status = PL_OK;
    if (result != SQLITE_OK)
        status = pl_store_fail(store, result, err);
    else if (!same)
        status = pl_fail(err, PL_ERR_DB,
                         "%s: its tables or views differ from this version's schema: "
                         "ingest into a new file",
                         store->name);
    sqlite3_finalize(have);
    sqlite3_finalize(want);
    return status;
}
