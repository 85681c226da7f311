/*
 * phaseline/phaseline.h - the library: reads the logs of a cluster and says what became of its
 * rolling upgrade.
 *
 *     pl_db *db = NULL;
 *     pl_error err;
 *     const char *paths[] = {"logs"};
 *     pl_db_inputs inputs = {.paths = paths, .path_count = 1};
 *     pl_status status = pl_db_open(NULL, PL_DB_TEMP, &db, &err);
 *     if (status == PL_OK)
 *         status = pl_db_ingest(db, &inputs, NULL, &err);
 *     if (status == PL_OK)
 *         status = pl_db_report(db, "text", write, NULL, &err);
 *     if (status != PL_OK)
 *         fprintf(stderr, "%s\n", err.msg);
 *     pl_db_close(db);
 *
 * The library prints nothing, keeps no global state and reads no clock, environment or locale.  All
 * text is UTF-8, all times are microseconds since 1970-01-01T00:00:00Z.  A handle belongs to one
 * thread at a time; any number of handles may be open.
 */
#ifndef PHASELINE_PHASELINE_H
#define PHASELINE_PHASELINE_H

#include <stddef.h>
#include <stdint.h>

#include "phaseline/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library that runs, "1.2.3"; a constant. */
PL_API const char *pl_version(void);

/* A database of upgrade events and of what follows from them. */
typedef struct pl_db pl_db;

typedef enum pl_db_mode {
    PL_DB_READ,  /* must exist; cannot be changed, and is safe to read wherever it comes from */
    PL_DB_WRITE, /* made when it does not exist */
    PL_DB_TEMP,  /* private to the handle and gone with it; `path` is ignored */
} pl_db_mode;

/*
 * Opens the database at `path`.
 *
 * On PL_OK *out is the caller's, ended with pl_db_close().  PL_ERR_IO: it is not there, or cannot
 * be opened or made; PL_ERR_DB: locked, damaged, of a newer version, or not a database of
 * phaseline; PL_ERR_USAGE: no path; PL_ERR_NOMEM.  On failure *out is untouched.
 */
PL_API PL_CHECKED pl_status pl_db_open(const char *path, pl_db_mode mode, pl_db **out,
                                       pl_error *err);

/* Ends `db`; NULL is allowed. */
PL_API void pl_db_close(pl_db *db);

/* What to read, and what the logs do not say.  Zero it, set `paths`; all is borrowed. */
typedef struct pl_db_inputs {
    const char *const *paths; /* files, folders, archives, "-" for standard input */
    size_t path_count;
    const char *const *dialect_files; /* YAML files besides the built-in dialects; one of the same
                                         name replaces a built-in one (docs/dialects.md) */
    size_t dialect_file_count;
    const char *dialect; /* read all with this dialect; NULL: each with those that recognise it */
    const char *cluster; /* whose logs these are, where they do not say it; NULL: not known */
    const char *node;
    int64_t as_of_us; /* judge what is open at this time; 0: at the end of the evidence */
    int64_t now_us;   /* the time now: when standard input counts as written */
} pl_db_inputs;

/* What an ingest met. */
typedef struct pl_db_counts {
    uint64_t places;                   /* files and members of archives */
    uint64_t events_new, events_known; /* upgrade events in them; known: stored before */
    uint64_t unreadable;               /* places that could not be read */
    uint64_t incomplete;               /* truncated, damaged, encrypted: what was read counts */
    uint64_t unrecognised;             /* no dialect knows this kind of file */
    uint64_t limited;                  /* a documented limit was met, what was found is kept */
} pl_db_counts;

/*
 * Reads `inputs` into `db` and draws all conclusions anew.  The same input again adds nothing.
 *
 * *counts (NULL allowed) says what it met; what cannot be read is no failure, it has its row in
 * v_source.  PL_ERR_USAGE: `db` is for reading (PL_DB_TEMP: was read from already), or the dialect
 * is not known.  PL_ERR_FORMAT: a dialect file is not well formed.  PL_ERR_DB, PL_ERR_NOMEM: what
 * was committed stays, and the same call goes on from there.
 */
PL_API PL_CHECKED pl_status pl_db_ingest(pl_db *db, const pl_db_inputs *inputs,
                                         pl_db_counts *counts, pl_error *err);

typedef enum pl_field_type {
    PL_FIELD_NULL,
    PL_FIELD_INTEGER,
    PL_FIELD_REAL,
    PL_FIELD_TEXT,
    PL_FIELD_BLOB,
} pl_field_type;

/* A value of a row; views are good during the callback. */
typedef struct pl_field {
    const char *name; /* of its column */
    pl_field_type type;
    int64_t integer;   /* PL_FIELD_INTEGER */
    double real;       /* PL_FIELD_REAL */
    const char *bytes; /* PL_FIELD_TEXT and PL_FIELD_BLOB; may hold NULs; else NULL */
    size_t byte_count;
} pl_field;

/* Takes a row.  PL_OK: go on; PL_DONE: enough; a failure ends the query with that status. */
typedef pl_status (*pl_row_fn)(void *arg, const pl_field *fields, size_t count, pl_error *err);

/*
 * Runs `sql`, one SELECT on the views of docs/sql.md, and calls `row` with every row.
 *
 * PL_ERR_SQL: it does not parse, or is not allowed; PL_ERR_LIMIT: it took too long or too much
 * memory; PL_ERR_DB: nothing was ingested, the last ingest was interrupted, or the file is damaged.
 * `row` must not use `db`.
 */
PL_API PL_CHECKED pl_status pl_db_query(pl_db *db, const char *sql, pl_row_fn row, void *arg,
                                        pl_error *err);

/* Takes the next `len` bytes of a report; a failure ends the report with that status. */
typedef pl_status (*pl_write_fn)(void *arg, const char *bytes, size_t len, pl_error *err);

/*
 * Writes the report on all runs as `format`: "text", "json", or "csv" (its findings only).  The
 * same database gives the same bytes.
 *
 * PL_ERR_USAGE: no such format, and nothing was written; PL_ERR_DB as with pl_db_query().  `write`
 * must not use `db`.
 */
PL_API PL_CHECKED pl_status pl_db_report(pl_db *db, const char *format, pl_write_fn write,
                                         void *arg, pl_error *err);

#ifdef __cplusplus
}
#endif

#endif
