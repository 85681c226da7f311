/*
 * handle.h - what the files of the store share: the handle, its statements, and the words for
 * SQLite's results.  Nobody outside the store includes it, save its tests.
 */
#ifndef PL_STORE_HANDLE_H
#define PL_STORE_HANDLE_H

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "store/store.h"

struct pl_stmt {
    pl_store *store;   /* borrowed */
    sqlite3_stmt *raw; /* owned */
    const char *sql;   /* borrowed, the key of the cache; NULL: a user's query */
    int bind_result;   /* the first failure of a bind since the statement was got */
    pl_stmt *next;     /* owned by the store; a few dozen at most */
};

struct pl_store {
    sqlite3 *db;    /* owned; NULL until opened */
    char name[128]; /* what messages call it: the path, or the end of a long one */
    pl_store_mode mode;
    bool sealed;
    pl_stmt *stmts;        /* owned, the newest first */
    pl_stmt *query;        /* borrowed: the user's query that is open, or NULL */
    int64_t query_ops_max; /* PL_QUERY_OPS_MAX; tests set it lower */
    int64_t query_ops;     /* done by the open query */
    int64_t heap_before;   /* the heap limit of the process before the query */
};

/* Puts SQLite's `result` on `store` into words; PL_ERR_DB or PL_ERR_NOMEM. */
PL_CHECKED pl_status pl_store_fail(const pl_store *store, int result, pl_error *err);
/* The same for a result of the open query; PL_ERR_SQL and PL_ERR_LIMIT too. */
PL_CHECKED pl_status pl_query_fail(const pl_store *store, int result, pl_error *err);

/* Runs constant statements without bindings. */
PL_CHECKED pl_status pl_store_exec(pl_store *store, const char *sql, pl_error *err);
/* Reads the first column of the first row of `sql`, when there is one; gives SQLite's result. */
int pl_sqlite_int(sqlite3 *db, const char *sql, int64_t *out);

/* Refuses a database of another program or a newer schema; tells whether it was ever written to. */
PL_CHECKED pl_status pl_schema_identify(pl_store *store, sqlite3 *wanted, bool *fresh_out,
                                        pl_error *err);
/* A private database made from schema.sql, to compare with; ended with sqlite3_close(). */
PL_CHECKED pl_status pl_schema_wanted(sqlite3 **out, pl_error *err);
/* Makes the schema in one transaction, unless another process was faster. */
PL_CHECKED pl_status pl_schema_make(pl_store *store, sqlite3 *wanted, pl_error *err);
/* PL_ERR_DB unless tables, views and indexes are those of `wanted`, comments and blanks aside. */
PL_CHECKED pl_status pl_schema_compare(pl_store *store, sqlite3 *wanted, pl_error *err);

/* The first byte of `sql` that is neither blank nor comment, or its end. */
pl_str pl_sql_skip(pl_str sql);

#endif
