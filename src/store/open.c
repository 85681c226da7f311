/* open.c - opens and closes the file, undoes what a killed writer left, and runs transactions. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "store/handle.h"

#define FILE_BYTES_MIN 512   /* the smallest page */
#define PATH_BYTES_MAX 65536 /* no system opens a longer one */

/* Page size acts on a new file only.  A temporary database needs no safety from power loss. */
static const char configure_read[] = "PRAGMA cell_size_check = ON;"
                                     "PRAGMA mmap_size = 0;"
                                     "PRAGMA cache_size = -16384;"
                                     "PRAGMA foreign_keys = ON;";
static const char configure_write[] = "PRAGMA page_size = 8192;"
                                      "PRAGMA secure_delete = OFF;"
                                      "PRAGMA journal_mode = DELETE;"
                                      "PRAGMA synchronous = FULL;";
static const char configure_temp[] = "PRAGMA page_size = 8192;"
                                     "PRAGMA secure_delete = OFF;"
                                     "PRAGMA synchronous = OFF;";

static const struct {
    int result;
    bool detailed;
    const char *words;
} failures[] = {
    {SQLITE_BUSY, false, "is locked by another process: try again when it has ended"},
    {SQLITE_LOCKED, false, "is locked by another statement"},
    {SQLITE_CORRUPT, true, "is damaged"},
    {SQLITE_NOTADB, true, "is damaged"},
    {SQLITE_FULL, false, "cannot grow: the disk is full"},
    {SQLITE_READONLY, true, "cannot be written"},
    {SQLITE_IOERR, true, "cannot be read or written"},
    {SQLITE_CANTOPEN, true, "cannot be opened"},
};

pl_status pl_store_fail(const pl_store *store, int result, pl_error *err)
{
    if ((result & 0xff) == SQLITE_NOMEM)
        return pl_fail(err, PL_ERR_NOMEM, "no memory to work on %s", store->name);
    const char *words = "failed", *detail = sqlite3_errmsg(store->db);
    bool detailed = true;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        if (failures[i].result == (result & 0xff)) {
            words = failures[i].words;
            detailed = failures[i].detailed;
        }
    }
    char text[128];
    int number = 0;
    if ((result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN)
        number = sqlite3_system_errno(store->db);
    if (number != 0)
        detail = strerror_r(number, text, sizeof text);
    pl_status status = pl_fail(err, PL_ERR_DB, "%s %s%s%s", store->name, words,
                               detailed ? ": " : "", detailed ? detail : "");
    if (err != NULL)
        err->sys_errno = number;
    return status;
}

/* PL_ERR_IO about a file that SQLite was not even asked for, or could not open. */
static pl_status fail_io(const pl_store *store, int number, pl_error *err)
{
    char text[128];
    pl_status status = pl_fail(err, PL_ERR_IO, "%s cannot be opened: %s", store->name,
                               strerror_r(number, text, sizeof text));
    if (err != NULL)
        err->sys_errno = number;
    return status;
}

pl_status pl_store_exec(pl_store *store, const char *sql, pl_error *err)
{
    int result = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? PL_OK : pl_store_fail(store, result, err);
}

int pl_sqlite_int(sqlite3 *db, const char *sql, int64_t *out)
{
    sqlite3_stmt *raw = NULL;
    int result = sqlite3_prepare_v2(db, sql, -1, &raw, NULL);
    if (result != SQLITE_OK)
        return result;
    if (sqlite3_step(raw) == SQLITE_ROW)
        *out = sqlite3_column_int64(raw, 0);
    return sqlite3_finalize(raw);
}

/* Messages are short: of a long path they show the end, which tells files apart. */
static void name_store(pl_store *store, const char *path)
{
    const char *dots = "";
    size_t len = strlen(path), room = sizeof store->name - sizeof "...";
    if (len > room) {
        dots = "...";
        path += len - room;
        while (((unsigned char)*path & 0xc0) == 0x80) /* no half characters */
            path++;
    }
    snprintf(store->name, sizeof store->name, "%s%s", dots, path);
}

/* Whatever is no regular file is refused before it is opened: opening a pipe waits for ever. */
static pl_status check_path(const pl_store *store, const char *path, pl_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return errno == ENOENT && store->mode == PL_STORE_WRITE ? PL_OK
                                                                : fail_io(store, errno, err);
    if (!S_ISREG(info.st_mode))
        return pl_fail(err, PL_ERR_IO, "%s is not a regular file", store->name);
    /* SQLite takes a file of one byte for an empty one, and would write over it. */
    if (info.st_size > 0 && info.st_size < FILE_BYTES_MIN)
        return pl_fail(err, PL_ERR_DB, "%s is not a phaseline database", store->name);
    return PL_OK;
}

static pl_status open_raw(pl_store *store, const char *path, pl_error *err)
{
    int flags = store->mode == PL_STORE_READ ? SQLITE_OPEN_READONLY
                                             : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int result = sqlite3_open_v2(path, &store->db,
                                 flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (store->db == NULL || (result & 0xff) == SQLITE_NOMEM)
        return pl_fail(err, PL_ERR_NOMEM, "no memory to open %s", store->name);
    if (result != SQLITE_OK)
        return fail_io(store, sqlite3_system_errno(store->db), err);
    if (store->mode == PL_STORE_WRITE && sqlite3_db_readonly(store->db, "main") == 1)
        return fail_io(store, EACCES, err);
    return PL_OK;
}

static pl_status open_file(pl_store *store, const char *path, pl_error *err)
{
    if (store->mode == PL_STORE_TEMP)
        return open_raw(store, "", err);
    pl_status status = check_path(store, path, err);
    if (status != PL_OK)
        return status;
    pl_buf literal; /* "./" keeps SQLite from reading :memory: and file: as more than a name */
    pl_buf_init(&literal, PATH_BYTES_MAX);
    if (path[0] != '/')
        pl_buf_append(&literal, PL_STR("./"));
    pl_buf_append(&literal, pl_str_of(path));
    status = pl_buf_status(&literal, err);
    if (status == PL_OK)
        status = open_raw(store, literal.ptr, err);
    pl_buf_release(&literal);
    return status;
}

/* What no mode needs is off before the first byte of a file that may be hostile is read. */
static pl_status harden(pl_store *store, pl_error *err)
{
    static const struct {
        int option, value;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        int result = sqlite3_db_config(store->db, settings[i].option, settings[i].value, NULL);
        if (result != SQLITE_OK)
            return pl_store_fail(store, result, err);
    }
    int result = sqlite3_busy_timeout(store->db, PL_STORE_BUSY_MS);
    return result == SQLITE_OK ? PL_OK : pl_store_fail(store, result, err);
}

/*
 * A journal that ends in this mark names a second file, which SQLite deletes when it undoes the
 * first: with a database someone sent, any file of the reader's.  Ours never name one.
 */
static bool journal_names_file(const char *path)
{
    static const unsigned char mark[8] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    unsigned char tail[sizeof mark];
    struct stat info;
    bool named = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    if (fstat(fd, &info) == 0 && info.st_size >= (off_t)sizeof tail &&
        pread(fd, tail, sizeof tail, info.st_size - (off_t)sizeof tail) == (ssize_t)sizeof tail)
        named = memcmp(tail, mark, sizeof mark) == 0;
    close(fd);
    return named;
}

/* Undoes what a killed writer left behind, which a read-only handle cannot. */
static int undo_unfinished(const pl_store *store)
{
    sqlite3 *db = NULL;
    int64_t ignored = 0;
    int result = sqlite3_open_v2(sqlite3_db_filename(store->db, "main"), &db,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_busy_timeout(db, PL_STORE_BUSY_MS);
    if (result == SQLITE_OK)
        result = pl_sqlite_int(db, "PRAGMA application_id", &ignored);
    sqlite3_close(db);
    return result;
}

/* The first look into the file tells whether it is a database, and takes care of a left journal. */
static pl_status first_read(pl_store *store, pl_error *err)
{
    const char *file = sqlite3_db_filename(store->db, "main");
    if (store->mode != PL_STORE_TEMP && journal_names_file(sqlite3_filename_journal(file)))
        return pl_fail(err, PL_ERR_DB,
                       "%s came with a journal that makes SQLite delete another file: "
                       "remove the -journal file beside it",
                       store->name);
    int64_t ignored = 0;
    int result = pl_sqlite_int(store->db, "PRAGMA application_id", &ignored);
    if (result == SQLITE_READONLY_ROLLBACK || result == SQLITE_READONLY_RECOVERY) {
        int undone = undo_unfinished(store);
        if (undone != SQLITE_OK && undone != SQLITE_BUSY)
            return pl_fail(err, PL_ERR_DB,
                           "%s was left by a killed writer and cannot be repaired here: "
                           "make it and its folder writable",
                           store->name);
        result = pl_sqlite_int(store->db, "PRAGMA application_id", &ignored);
    }
    if (result == SQLITE_NOTADB)
        return pl_fail(err, PL_ERR_DB, "%s is not a phaseline database", store->name);
    return result == SQLITE_OK ? PL_OK : pl_store_fail(store, result, err);
}

static pl_status configure(pl_store *store, pl_error *err)
{
    pl_status status = pl_store_exec(store, configure_read, err);
    if (status == PL_OK && store->mode == PL_STORE_WRITE)
        status = pl_store_exec(store, configure_write, err);
    if (status == PL_OK && store->mode == PL_STORE_TEMP)
        status = pl_store_exec(store, configure_temp, err);
    return status;
}

/* Identity comes before configuring, which would already change a file that is not ours. */
static pl_status prepare_schema(pl_store *store, sqlite3 *wanted, pl_error *err)
{
    bool fresh = false;
    pl_status status = pl_schema_identify(store, wanted, &fresh, err);
    if (status == PL_OK)
        status = configure(store, err);
    if (status != PL_OK)
        return status;
    return fresh ? pl_schema_make(store, wanted, err) : pl_schema_compare(store, wanted, err);
}

static pl_status open_store(pl_store *store, const char *path, pl_error *err)
{
    sqlite3 *wanted = NULL;
    pl_status status = open_file(store, path, err);
    if (status == PL_OK)
        status = harden(store, err);
    if (status == PL_OK)
        status = first_read(store, err);
    if (status == PL_OK)
        status = pl_schema_wanted(&wanted, err);
    if (status == PL_OK)
        status = prepare_schema(store, wanted, err);
    sqlite3_close(wanted);
    if (status == PL_OK && store->mode == PL_STORE_READ)
        status = pl_store_seal(store, err);
    return status;
}

pl_status pl_store_open(const char *path, pl_store_mode mode, pl_store **out, pl_error *err)
{
    pl_store *store = pl_alloc(1, sizeof *store);
    if (store == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a database handle");
    store->mode = mode;
    store->query_ops_max = PL_QUERY_OPS_MAX;
    name_store(store, mode == PL_STORE_TEMP ? "the temporary database" : path);
    pl_status status = open_store(store, path, err);
    if (status != PL_OK) {
        pl_store_close(store);
        return status;
    }
    *out = store;
    return PL_OK;
}

void pl_store_close(pl_store *store)
{
    if (store == NULL)
        return;
    for (pl_stmt *stmt = store->stmts, *next; stmt != NULL; stmt = next) {
        next = stmt->next;
        sqlite3_finalize(stmt->raw);
        pl_release(stmt);
    }
    sqlite3_close(store->db);
    pl_release(store);
}

static pl_status run(pl_store *store, const char *sql, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    return status == PL_OK ? pl_stmt_run(stmt, err) : status;
}

pl_status pl_store_begin(pl_store *store, pl_error *err)
{
    static const char read[] = "BEGIN", write[] = "BEGIN IMMEDIATE";
    return run(store, store->sealed ? read : write, err);
}

pl_status pl_store_commit(pl_store *store, pl_error *err)
{
    static const char sql[] = "COMMIT";
    return run(store, sql, err);
}

void pl_store_rollback(pl_store *store)
{
    for (pl_stmt *stmt = store->stmts; stmt != NULL; stmt = stmt->next)
        pl_stmt_reset(stmt);
    /* After some errors SQLite has already rolled back by itself. */
    if (sqlite3_get_autocommit(store->db) == 0)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

pl_status pl_store_mark(pl_store *store, pl_error *err)
{
    static const char sql[] = "SAVEPOINT mark";
    return run(store, sql, err);
}

pl_status pl_store_mark_keep(pl_store *store, pl_error *err)
{
    static const char sql[] = "RELEASE mark";
    return run(store, sql, err);
}

pl_status pl_store_mark_undo(pl_store *store, pl_error *err)
{
    static const char sql[] = "ROLLBACK TO mark";
    pl_status status = run(store, sql, err);
    return status == PL_OK ? pl_store_mark_keep(store, err) : status;
}

int64_t pl_store_changes(const pl_store *store)
{
    return sqlite3_changes64(store->db);
}

int64_t pl_store_last_id(const pl_store *store)
{
    return sqlite3_last_insert_rowid(store->db);
}
