/* db.c - the library as its callers see it: phaseline/phaseline.h on top of the layers. */
#include "phaseline/phaseline.h"

#include <string.h>

#include "analysis/analysis.h"
#include "api/dialects.h"
#include "base/alloc.h"
#include "ingest/ingest.h"
#include "render/report.h"
#include "store/conclusions.h"

/*
 * Reading goes through a store that is safe for it, never through one that writes: of a file a
 * second store that lives as long as the call; a temporary one is sealed when it is first read.
 */
struct pl_db {
    pl_db_mode mode;
    bool sealed;      /* PL_DB_TEMP: it was read from */
    pl_store *store;  /* owned */
    const char *path; /* owned, after the struct; PL_DB_WRITE */
};

const char *pl_version(void)
{
    return PL_VERSION;
}

static pl_status open_store(const char *path, pl_db_mode mode, pl_store **out, pl_error *err)
{
    if (mode != PL_DB_TEMP && (path == NULL || path[0] == '\0'))
        return pl_fail(err, PL_ERR_USAGE, "a database needs a path");
    switch (mode) {
    case PL_DB_READ:
        return pl_store_open(path, PL_STORE_READ, out, err);
    case PL_DB_WRITE:
        return pl_store_open(path, PL_STORE_WRITE, out, err);
    case PL_DB_TEMP:
        return pl_store_open(NULL, PL_STORE_TEMP, out, err);
    }
    return pl_fail(err, PL_ERR_USAGE, "no such mode of opening: %d", (int)mode);
}

pl_status pl_db_open(const char *path, pl_db_mode mode, pl_db **out, pl_error *err)
{
    size_t path_bytes = path == NULL ? 1 : strlen(path) + 1;
    pl_db *db = pl_alloc(1, sizeof *db + path_bytes);
    if (db == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a database");
    char *copy = (char *)(db + 1);
    memcpy(copy, path == NULL ? "" : path, path_bytes);
    db->mode = mode;
    db->path = copy;
    pl_status status = open_store(path, mode, &db->store, err);
    if (status != PL_OK) {
        pl_db_close(db);
        return status;
    }
    *out = db;
    return PL_OK;
}

void pl_db_close(pl_db *db)
{
    if (db == NULL)
        return;
    pl_store_close(db->store);
    pl_release(db);
}

static pl_status load_dialects(const pl_db_inputs *inputs, pl_dialect_set *set, pl_error *err)
{
    pl_status status = pl_dialects_built_in(set, err);
    if (status == PL_OK)
        status = pl_dialects_files(inputs->dialect_files, inputs->dialect_file_count, set, err);
    return status == PL_OK ? pl_dialect_link(set, err) : status;
}

static pl_status ingest(pl_store *store, const pl_db_inputs *inputs, pl_ingest_stats *stats,
                        pl_error *err)
{
    pl_zones *zones = pl_zones_new(PL_ZONES_FOLDER);
    const pl_ingest_options options = {
        .paths = inputs->paths,
        .path_count = inputs->path_count,
        .cluster = pl_str_of(inputs->cluster),
        .node = pl_str_of(inputs->node),
        .dialect = pl_str_of(inputs->dialect),
        .named_zones = zones,
        .now_us = inputs->now_us,
    };
    pl_dialect_set set;
    pl_dialect_set_init(&set);
    pl_status status = load_dialects(inputs, &set, err);
    if (status == PL_OK && zones == NULL)
        status = pl_fail(err, PL_ERR_NOMEM, "no memory for zones");
    if (status == PL_OK)
        status = pl_ingest(store, &set, &options, stats, err);
    if (status == PL_OK)
        status = pl_conclude_if_changed(
            store, inputs->as_of_us == 0 ? PL_TIME_NONE : inputs->as_of_us, err);
    pl_dialect_set_release(&set);
    pl_zones_free(zones);
    return status;
}

pl_status pl_db_ingest(pl_db *db, const pl_db_inputs *inputs, pl_db_counts *counts, pl_error *err)
{
    pl_ingest_stats stats = {0};
    if (db->mode == PL_DB_READ || db->sealed)
        return pl_fail(err, PL_ERR_USAGE, "the database is open for reading only");
    pl_status status = ingest(db->store, inputs, &stats, err);
    if (status == PL_OK && counts != NULL)
        *counts = (pl_db_counts){
            .places = stats.places,
            .events_new = stats.events_new,
            .events_known = stats.events_known,
            .unreadable = stats.unreadable,
            .incomplete = stats.incomplete,
            .unrecognised = stats.unrecognised,
            .limited = stats.limited,
        };
    return status;
}

/* What a call does with a store that is safe for reading. */
typedef pl_status (*reading)(pl_store *store, const void *wish, pl_error *err);

/* All that a call reads is one state of the database, whatever others write meanwhile. */
static pl_status read_state(pl_store *store, reading read, const void *wish, pl_error *err)
{
    bool ready = false;
    pl_status status = pl_store_begin(store, err);
    if (status != PL_OK)
        return status;
    status = pl_conclusions_ready(store, &ready, err);
    if (status == PL_OK && !ready)
        status =
            pl_fail(err, PL_ERR_DB, "nothing was ingested, or the last ingest was interrupted");
    if (status == PL_OK)
        status = read(store, wish, err);
    pl_store_rollback(store);
    return status;
}

static pl_status read_db(pl_db *db, reading read, const void *wish, pl_error *err)
{
    pl_store *store = NULL;
    pl_status status = PL_OK;
    if (db->mode == PL_DB_TEMP && !db->sealed) {
        status = pl_store_seal(db->store, err);
        db->sealed = true; /* half sealed is no longer for writing either */
    }
    if (db->mode == PL_DB_WRITE)
        status = pl_store_open(db->path, PL_STORE_READ, &store, err);
    if (status == PL_OK)
        status = read_state(store != NULL ? store : db->store, read, wish, err);
    pl_store_close(store);
    return status;
}

struct query {
    const char *sql;
    pl_row_fn row;
    void *arg;
};

static pl_field field_of(const pl_stmt *stmt, int column)
{
    pl_field field = {.name = pl_stmt_name(stmt, column), .type = PL_FIELD_NULL};
    pl_str bytes = {0};
    switch (pl_stmt_type(stmt, column)) {
    case PL_TYPE_NULL:
        break;
    case PL_TYPE_INT:
        field.type = PL_FIELD_INTEGER;
        field.integer = pl_stmt_int(stmt, column);
        break;
    case PL_TYPE_REAL:
        field.type = PL_FIELD_REAL;
        field.real = pl_stmt_real(stmt, column);
        break;
    case PL_TYPE_TEXT:
        field.type = PL_FIELD_TEXT;
        bytes = pl_stmt_text(stmt, column);
        break;
    case PL_TYPE_BLOB:
        field.type = PL_FIELD_BLOB;
        bytes = pl_stmt_blob(stmt, column);
        break;
    }
    field.bytes = bytes.ptr;
    field.byte_count = bytes.len;
    return field;
}

static pl_status give_rows(pl_stmt *stmt, const struct query *query, pl_error *err)
{
    size_t count = (size_t)pl_stmt_columns(stmt);
    pl_field *fields = pl_alloc(count, sizeof *fields);
    if (fields == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a row");
    pl_status status;
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        for (size_t i = 0; i < count; i++)
            fields[i] = field_of(stmt, (int)i);
        status = query->row(query->arg, fields, count, err);
        if (status != PL_OK)
            break;
    }
    pl_release(fields);
    return status == PL_DONE ? PL_OK : status;
}

static pl_status read_query(pl_store *store, const void *wish, pl_error *err)
{
    const struct query *query = wish;
    pl_stmt *stmt = NULL;
    pl_status status = pl_query_open(store, pl_str_of(query->sql), &stmt, err);
    if (status != PL_OK)
        return status;
    status = give_rows(stmt, query, err);
    pl_query_end(stmt);
    return status;
}

pl_status pl_db_query(pl_db *db, const char *sql, pl_row_fn row, void *arg, pl_error *err)
{
    const struct query query = {sql, row, arg};
    return read_db(db, read_query, &query, err);
}

struct writing {
    pl_format format;
    pl_write_fn write;
    void *arg;
};

static pl_status write_piece(void *arg, pl_str bytes, pl_error *err)
{
    const struct writing *writing = arg;
    return writing->write(writing->arg, bytes.ptr, bytes.len, err);
}

static pl_status read_report(pl_store *store, const void *wish, pl_error *err)
{
    struct writing writing = *(const struct writing *)wish;
    const pl_report_options options = {.render = {.format = writing.format}, .run_id = PL_RUN_ALL};
    const pl_sink sink = {.write = write_piece, .arg = &writing};
    return pl_report(store, &options, &sink, err);
}

pl_status pl_db_report(pl_db *db, const char *format, pl_write_fn write, void *arg, pl_error *err)
{
    static const struct {
        const char *word;
        pl_format format;
    } formats[] = {{"text", PL_FORMAT_TEXT}, {"json", PL_FORMAT_JSON}, {"csv", PL_FORMAT_CSV}};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const struct writing writing = {formats[i].format, write, arg};
        if (strcmp(format, formats[i].word) == 0)
            return read_db(db, read_report, &writing, err);
    }
    return pl_fail(err, PL_ERR_USAGE, "no report is written as '%s'", format);
}
