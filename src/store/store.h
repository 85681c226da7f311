/*
 * store.h - one SQLite file: opening it (schema checked), statements on it, and safe reading.
 *
 * The only layer that knows SQLite.  schema.sql is the only DDL; every statement text is a
 * constant, values are bound. A handle belongs to one thread at a time.
 */
#ifndef PL_STORE_STORE_H
#define PL_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/str.h"

#define PL_STORE_BUSY_MS 5000 /* how long to wait for another process's lock before PL_ERR_DB */
/* Steps of SQLite's machine, about a minute of them; then a user's query ends as PL_ERR_LIMIT. */
#define PL_QUERY_OPS_MAX INT64_C(4000000000)
#define PL_QUERY_HEAP_BYTES (INT64_C(1) << 30) /* SQLite's memory while a user's query runs */

typedef struct pl_store pl_store;

typedef enum pl_store_mode {
    PL_STORE_READ,  /* must exist; read-only and sandboxed: safe on a database someone sent */
    PL_STORE_WRITE, /* made when it does not exist; journal DELETE, synchronous FULL */
    PL_STORE_TEMP,  /* private, gone with the handle; spills to disk; `path` is ignored */
} pl_store_mode;

/*
 * Opens `path`.  PL_ERR_DB: locked, corrupt, not a phaseline database, a newer schema, or tables
 * and views that differ from schema.sql; PL_ERR_IO: cannot be opened or made; PL_ERR_NOMEM.  *out
 * is the caller's, ended with pl_store_close().
 *
 * PL_STORE_READ: query_only, defensive, trusted_schema off, double-quoted strings off, no
 * extensions, triggers, attach or fts3_tokenizer(); an authorizer lets only SELECT, reads,
 * recursion and harmless functions through; cell checks on, no mmap.  What a killed writer left is
 * undone first, in every mode; a journal that would make SQLite delete another file is refused.
 */
PL_CHECKED pl_status pl_store_open(const char *path, pl_store_mode mode, pl_store **out,
                                   pl_error *err);
void pl_store_close(pl_store *store);
/* A PL_STORE_TEMP handle that was written is from here on as safe for reading as PL_STORE_READ. */
PL_CHECKED pl_status pl_store_seal(pl_store *store, pl_error *err);

/*
 * Transactions do not nest; rollback is for after an error and cannot fail.  On a handle for
 * reading all that is read until the commit is one state of the database, whatever others write.
 */
PL_CHECKED pl_status pl_store_begin(pl_store *store, pl_error *err);
PL_CHECKED pl_status pl_store_commit(pl_store *store, pl_error *err);
void pl_store_rollback(pl_store *store);
/* One savepoint inside a transaction: set, then either kept or undone. */
PL_CHECKED pl_status pl_store_mark(pl_store *store, pl_error *err);
PL_CHECKED pl_status pl_store_mark_keep(pl_store *store, pl_error *err);
PL_CHECKED pl_status pl_store_mark_undo(pl_store *store, pl_error *err);
/* Rows changed by the last statement; row id of the last insert. */
int64_t pl_store_changes(const pl_store *store);
int64_t pl_store_last_id(const pl_store *store);

/* ---- statements: prepared once per text and kept until close */
typedef struct pl_stmt pl_stmt;

/*
 * The prepared statement of `sql`, a constant of the program with static storage: the same pointer
 * gives the same statement, reset and with its bindings cleared.  Owned by the store.
 */
PL_CHECKED pl_status pl_stmt_get(pl_store *store, const char *sql, pl_stmt **out, pl_error *err);
/* Bind parameter `at` (1..).  Text and blobs are copied.  A mistake is remembered and told by the
 * next step. */
void pl_stmt_bind_int(pl_stmt *stmt, int at, int64_t value);
void pl_stmt_bind_text(pl_stmt *stmt, int at, pl_str value); /* .ptr NULL: NULL; "" stays "" */
/* The same without a copy: for what stays as it is until the statement has run. */
void pl_stmt_bind_view(pl_stmt *stmt, int at, pl_str value);
void pl_stmt_bind_blob(pl_stmt *stmt, int at, pl_str value);
void pl_stmt_bind_real(pl_stmt *stmt, int at, double value);
void pl_stmt_bind_null(pl_stmt *stmt, int at);
/* PL_OK: a row is ready; PL_DONE: no (more) rows, and the statement is reset. */
PL_CHECKED pl_status pl_stmt_step(pl_stmt *stmt, pl_error *err);
/* Steps to the end and resets: for statements without rows. */
PL_CHECKED pl_status pl_stmt_run(pl_stmt *stmt, pl_error *err);
void pl_stmt_reset(pl_stmt *stmt);

typedef enum pl_type {
    PL_TYPE_NULL,
    PL_TYPE_INT,
    PL_TYPE_REAL,
    PL_TYPE_TEXT,
    PL_TYPE_BLOB
} pl_type;
int pl_stmt_columns(const pl_stmt *stmt);
const char *pl_stmt_name(const pl_stmt *stmt, int column); /* 0..; good as long as the statement */
pl_type pl_stmt_type(const pl_stmt *stmt, int column);
bool pl_stmt_is_null(const pl_stmt *stmt, int column);
int64_t pl_stmt_int(const pl_stmt *stmt, int column); /* 0 for NULL */
int64_t pl_stmt_int_or(const pl_stmt *stmt, int column, int64_t if_null);
double pl_stmt_real(const pl_stmt *stmt, int column);
pl_str pl_stmt_text(const pl_stmt *stmt,
                    int column); /* .ptr NULL for NULL; good until the next step */
pl_str pl_stmt_blob(const pl_stmt *stmt, int column);

/*
 * A user's own query on a PL_STORE_READ or sealed handle: one statement, at most PL_QUERY_OPS_MAX
 * and PL_QUERY_HEAP_BYTES. Stepped and read like any other, and ended with pl_query_end() before
 * the next one and before the handle.  PL_ERR_SQL: it does not parse, is not allowed, or more than
 * one statement.  Stepping gives PL_ERR_LIMIT when the time or the memory is used up.
 */
PL_CHECKED pl_status pl_query_open(pl_store *store, pl_str sql, pl_stmt **out, pl_error *err);
void pl_query_end(pl_stmt *stmt);

/* The embedded schema.sql, terminated. */
const char *pl_store_schema(void);

#endif
