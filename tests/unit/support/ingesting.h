/*
 * ingesting.h - a temporary folder of logs and a database they are ingested into, for the tests of
 * ingest.
 */
#ifndef PL_TESTS_INGESTING_H
#define PL_TESTS_INGESTING_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <check.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/embedded.h"
#include "ingest/ingest.h"

/* Everything an event says, by names and not by their ids. */
#define EVENTS                                                                                     \
    "SELECT e.event_id, e.event_id >> 25, e.line_no, e.sub, e.byte_off, e.ts_us, e.ts_quality, "   \
    "e.order_us, c.name, n.value, w.value, m.name, p.name, e.transition, e.begins, e.rule, "       \
    "e.code, e.facts, e.text, e.repaired, e.key, e.dated, e.partial FROM event e JOIN cluster c "  \
    "USING (cluster_id) LEFT JOIN name n USING (name_id) LEFT JOIN name w ON w.name_id = "         \
    "e.witness_id LEFT JOIN model m USING (model_id) LEFT JOIN phase p USING (phase_id) ORDER BY " \
    "e.event_id"
#define SOURCES                                                                                    \
    "SELECT s.public_id, hex(s.content), hex(s.reading), s.bytes, s.lines, s.encoding, "           \
    "s.dialect, s.first_us, s.last_us, c.name, n.value FROM source s LEFT JOIN cluster c USING "   \
    "(cluster_id) LEFT JOIN name n ON n.name_id = s.own_name ORDER BY s.public_id"
#define PLACES                                                                                     \
    "SELECT substr(path, length(rtrim(path, replace(path, '/', ''))) + 1), member, kind, status, " \
    "bytes, problem FROM place ORDER BY path, member, content"

typedef struct ingesting {
    char folder[64];
    pl_dialect_set set;
    pl_ingest_options options;
    pl_ingest_stats stats;
    pl_store *store;
    pl_error err;
    pl_buf rows; /* of the last query */
} ingesting;

static inline void ingesting_ok(const ingesting *in, pl_status status)
{
    ck_assert_msg(status == PL_OK, "%d: %s", status, in->err.msg);
}

static inline void ingesting_load(ingesting *in, const char *yaml, size_t len, const char *name)
{
    ingesting_ok(in, pl_dialect_load(&in->set, (pl_str){yaml, len}, pl_str_of(name), &in->err));
}

/* With the built-in dialects and a private database. */
static inline void ingesting_open(ingesting *in)
{
    *in =
        (ingesting){.folder = "/tmp/phaseline-ingest-XXXXXX", .options = {.now_us = PL_TIME_NONE}};
    pl_buf_init(&in->rows, 256 << 20);
    ck_assert_ptr_nonnull(mkdtemp(in->folder));
    pl_dialect_set_init(&in->set);
    for (size_t i = 0; i < pl_embedded_dialect_count; i++)
        ingesting_load(in, pl_embedded_dialects[i].text, pl_embedded_dialects[i].len,
                       pl_embedded_dialects[i].name);
    ingesting_ok(in, pl_dialect_link(&in->set, &in->err));
    ingesting_ok(in, pl_store_open(NULL, PL_STORE_TEMP, &in->store, &in->err));
}

/* Another database: `name` in the folder; NULL: a private one. */
static inline void ingesting_reopen(ingesting *in, const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", in->folder, name == NULL ? "" : name);
    pl_store_close(in->store);
    in->store = NULL;
    ingesting_ok(in, pl_store_open(path, name == NULL ? PL_STORE_TEMP : PL_STORE_WRITE, &in->store,
                                   &in->err));
}

static inline int ingesting_remove(const char *name, const struct stat *info, int type,
                                   struct FTW *walk)
{
    (void)info, (void)type, (void)walk;
    return remove(name);
}

static inline void ingesting_close(ingesting *in)
{
    pl_store_close(in->store);
    pl_dialect_set_release(&in->set);
    pl_buf_release(&in->rows);
    nftw(in->folder, ingesting_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* Writes a file into the folder; folders in `name` are made. */
static inline void ingesting_write(const ingesting *in, const char *name, pl_str bytes)
{
    char path[512];
    size_t folder_len = strlen(in->folder);
    snprintf(path, sizeof path, "%s/%s", in->folder, name);
    for (char *at = path + folder_len + 1; (at = strchr(at, '/')) != NULL; *at++ = '/') {
        *at = '\0';
        mkdir(path, 0700);
    }
    FILE *file = fopen(path, "wb");
    ck_assert_msg(file != NULL, "%s", path);
    if (bytes.len > 0)
        ck_assert_uint_eq(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    ck_assert_int_eq(fclose(file), 0);
}

/* Ingests one path in the folder; "" is all of it. */
static inline pl_status ingesting_try(ingesting *in, const char *name)
{
    char path[512];
    const char *paths[] = {path};
    snprintf(path, sizeof path, "%s/%s", in->folder, name);
    in->options.paths = paths;
    in->options.path_count = 1;
    return pl_ingest(in->store, &in->set, &in->options, &in->stats, &in->err);
}

static inline void ingesting_run(ingesting *in, const char *name)
{
    ingesting_ok(in, ingesting_try(in, name));
}

/* The rows of a constant query: '|' between columns, a line each; good until the next call. */
static inline const char *ingesting_rows(ingesting *in, const char *sql)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(in->store, sql, &stmt, &in->err);
    ingesting_ok(in, status);
    pl_buf_clear(&in->rows);
    while ((status = pl_stmt_step(stmt, &in->err)) == PL_OK) {
        for (int i = 0; i < pl_stmt_columns(stmt); i++) {
            if (i > 0)
                pl_buf_append_char(&in->rows, '|');
            pl_buf_append(&in->rows, pl_stmt_text(stmt, i));
        }
        pl_buf_append_char(&in->rows, '\n');
    }
    ck_assert_int_eq(status, PL_DONE);
    return in->rows.ptr;
}

static inline int64_t ingesting_number(ingesting *in, const char *sql)
{
    return strtoll(ingesting_rows(in, sql), NULL, 10);
}

/* A line of Galera 4 at `second` after 10:00. */
static inline void galera_line(pl_buf *out, unsigned second, const char *text)
{
    pl_buf_appendf(out, "2024-02-06T%02u:%02u:%02u.000000Z 0 [Note] [MY-000000] [Galera] %s\n",
                   10 + second / 3600, second / 60 % 60, second % 60, text);
}

#endif
