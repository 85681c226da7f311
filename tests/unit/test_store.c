/* test_store.c - the database file: opening, refusing, recovery, transactions. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <check.h>
#include <sqlite3.h>

#include "base/alloc.h"
#include "store/handle.h"

#define NOBODY 65534
#define COUNT(array) (sizeof(array) / sizeof *(array))

static char folder[64];
static char path[96];
static pl_error err;

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/phaseline-store-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.db", folder);
}

static int remove_one(const char *name, const struct stat *info, int type, struct FTW *walk)
{
    (void)info, (void)type, (void)walk;
    return remove(name);
}

static void remove_folder(void)
{
    chmod(folder, 0700);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static pl_store *open_ok(pl_store_mode mode)
{
    pl_store *store = NULL;
    pl_status status = pl_store_open(path, mode, &store, &err);
    ck_assert_msg(status == PL_OK, "%d: %s", status, err.msg);
    return store;
}

static void refuse(pl_store_mode mode, pl_status wanted, const char *words)
{
    pl_store *store = NULL;
    ck_assert_int_eq(pl_store_open(path, mode, &store, &err), wanted);
    ck_assert_ptr_null(store);
    ck_assert_int_eq(err.status, wanted);
    ck_assert_msg(strstr(err.msg, words) != NULL, "\"%s\" lacks \"%s\"", err.msg, words);
    ck_assert_msg(strstr(err.msg, "a.db") != NULL, "\"%s\" does not name the file", err.msg);
}

static void ok(pl_status status)
{
    ck_assert_msg(status == PL_OK, "%d: %s", status, err.msg);
}

static pl_stmt *get(pl_store *store, const char *sql)
{
    pl_stmt *stmt = NULL;
    ok(pl_stmt_get(store, sql, &stmt, &err));
    return stmt;
}

static void run(pl_store *store, const char *sql)
{
    ok(pl_stmt_run(get(store, sql), &err));
}

static int64_t number(pl_store *store, const char *sql)
{
    pl_stmt *stmt = get(store, sql);
    ok(pl_stmt_step(stmt, &err));
    int64_t value = pl_stmt_int(stmt, 0);
    pl_stmt_reset(stmt);
    return value;
}

static bool has_text(const pl_stmt *stmt, int column, pl_str wanted)
{
    return pl_str_equal(pl_stmt_text(stmt, column), wanted);
}

/* Works on the file as another program would, without the store. */
static void by_hand(const char *sql)
{
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    int result = sqlite3_exec(db, sql, NULL, NULL, NULL);
    ck_assert_msg(result == SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void write_file(const char *name, const void *bytes, size_t len)
{
    FILE *file = fopen(name, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

static void make_database(void)
{
    pl_store_close(open_ok(PL_STORE_WRITE));
}

/* ---- opening */

START_TEST(missing_file_becomes_a_database)
{
    pl_store *store = open_ok(PL_STORE_WRITE);
    ck_assert_int_eq(number(store, "PRAGMA application_id"), 0x70686c6e);
    ck_assert_int_eq(number(store, "PRAGMA user_version"), 1);
    ck_assert_int_eq(number(store, "PRAGMA page_size"), 8192);
    ck_assert_int_eq(number(store, "PRAGMA foreign_keys"), 1);
    ck_assert_int_eq(number(store, "PRAGMA synchronous"), 2);
    ck_assert_int_eq(number(store, "SELECT count(*) FROM v_event"), 0);
    pl_stmt *stmt = get(store, "PRAGMA journal_mode");
    ok(pl_stmt_step(stmt, &err));
    ck_assert(has_text(stmt, 0, PL_STR("delete")));
    pl_store_close(store);
}
END_TEST

START_TEST(empty_file_becomes_a_database)
{
    write_file(path, "", 0);
    make_database();
    pl_store *store = open_ok(PL_STORE_READ);
    ck_assert_int_eq(number(store, "SELECT value FROM meta WHERE key = 'api_version'"), 1);
    pl_store_close(store);
}
END_TEST

START_TEST(opening_again_keeps_what_was_written)
{
    pl_store *store = open_ok(PL_STORE_WRITE);
    run(store, "INSERT INTO cluster VALUES (7, 'kept')");
    pl_store_close(store);
    store = open_ok(PL_STORE_WRITE);
    ck_assert_int_eq(number(store, "SELECT cluster_id FROM cluster WHERE name = 'kept'"), 7);
    pl_store_close(store);
}
END_TEST

START_TEST(processes_that_make_the_same_file_agree)
{
    pid_t children[4];
    for (size_t i = 0; i < COUNT(children); i++) {
        children[i] = fork();
        ck_assert_int_ge(children[i], 0);
        if (children[i] == 0) {
            pl_store *store = NULL;
            _exit(pl_store_open(path, PL_STORE_WRITE, &store, NULL) == PL_OK ? 0 : 1);
        }
    }
    for (size_t i = 0; i < COUNT(children); i++) {
        int state = 0;
        ck_assert_int_eq(waitpid(children[i], &state, 0), children[i]);
        ck_assert_int_eq(state, 0);
    }
    pl_store *store = open_ok(PL_STORE_READ);
    ck_assert_int_eq(number(store, "SELECT count(*) FROM cluster"), 1);
    pl_store_close(store);
}
END_TEST

START_TEST(temporary_database_needs_no_path)
{
    pl_store *store = NULL;
    ok(pl_store_open(NULL, PL_STORE_TEMP, &store, &err));
    run(store, "INSERT INTO cluster VALUES (2, 'gone soon')");
    ck_assert_int_eq(number(store, "SELECT count(*) FROM cluster"), 2);
    pl_store_close(store);
}
END_TEST

START_TEST(names_with_a_meaning_for_sqlite_are_plain_files)
{
    static const char *const names[] = {":memory:", "file:a.db?mode=memory", "-x"};
    pl_store *store = NULL;
    ck_assert_int_eq(chdir(folder), 0);
    ok(pl_store_open(names[_i], PL_STORE_WRITE, &store, &err));
    pl_store_close(store);
    struct stat info;
    ck_assert_int_eq(stat(names[_i], &info), 0);
    ck_assert_int_gt(info.st_size, 8192);
}
END_TEST

START_TEST(long_path_is_named_by_its_end)
{
    char name[512];
    snprintf(name, sizeof name, "%s/%0300d/end.db", folder, 0);
    pl_store *store = NULL;
    ck_assert_int_eq(pl_store_open(name, PL_STORE_READ, &store, &err), PL_ERR_IO);
    ck_assert_int_eq(err.sys_errno, ENAMETOOLONG);
    ck_assert_ptr_nonnull(strstr(err.msg, "0/end.db cannot be opened: "));
}
END_TEST

/* ---- refusing */

START_TEST(missing_file_is_not_made_by_reading)
{
    refuse(PL_STORE_READ, PL_ERR_IO, "cannot be opened");
    ck_assert_int_eq(err.sys_errno, ENOENT);
    ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

START_TEST(missing_folder_is_told)
{
    snprintf(path, sizeof path, "%s/none/a.db", folder);
    refuse(PL_STORE_WRITE, PL_ERR_IO, "No such file or directory");
}
END_TEST

START_TEST(empty_file_cannot_be_read)
{
    write_file(path, "", 0);
    refuse(PL_STORE_READ, PL_ERR_DB, "is empty: ingest into it first");
}
END_TEST

START_TEST(other_kinds_of_files_are_refused)
{
    ck_assert_int_eq(mkdir(path, 0700), 0);
    refuse(PL_STORE_READ, PL_ERR_IO, "is not a regular file");
    refuse(PL_STORE_WRITE, PL_ERR_IO, "is not a regular file");
    ck_assert_int_eq(rmdir(path), 0);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    refuse(PL_STORE_READ, PL_ERR_IO, "is not a regular file");
}
END_TEST

START_TEST(text_file_is_no_database_and_stays_as_it_is)
{
    static const size_t lens[] = {1, 99, 5000};
    char text[5000], after[5001];
    memset(text, 'x', sizeof text);
    write_file(path, text, lens[_i]);
    refuse(PL_STORE_READ, PL_ERR_DB, "is not a phaseline database");
    refuse(PL_STORE_WRITE, PL_ERR_DB, "is not a phaseline database");
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(after, 1, sizeof after, file), lens[_i]);
    fclose(file);
    ck_assert_mem_eq(text, after, lens[_i]);
}
END_TEST

START_TEST(database_of_another_program_stays_as_it_is)
{
    by_hand("PRAGMA journal_mode = WAL; CREATE TABLE theirs (x)");
    refuse(PL_STORE_WRITE, PL_ERR_DB, "is not a phaseline database");
    refuse(PL_STORE_READ, PL_ERR_DB, "is not a phaseline database");
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, "PRAGMA journal_mode", -1, &stmt, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    ck_assert_str_eq((const char *)sqlite3_column_text(stmt, 0), "wal");
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}
END_TEST

static const struct {
    const char *sql, *words;
} alterations[] = {
    {"PRAGMA user_version = 2",
     "was written by a newer phaseline (schema 2, this one knows 1): use that one"},
    {"PRAGMA application_id = 7", "is not a phaseline database"},
    {"DROP VIEW v_stall", "tables or views differ"},
    {"DROP VIEW v_stall; CREATE VIEW v_stall AS SELECT 1", "tables or views differ"},
    {"CREATE TABLE extra (x)", "tables or views differ"},
    {"CREATE TRIGGER t AFTER INSERT ON meta BEGIN SELECT 1; END", "tables or views differ"},
    {"DROP INDEX place_source", "tables or views differ"},
    {"ALTER TABLE meta ADD COLUMN more TEXT", "tables or views differ"},
    {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, ' AS TEXT', "
     "'ASTEXT')"
     " WHERE name = 'v_node'; UPDATE sqlite_schema SET sql = replace(sql, '''stalled''', ''' "
     "stalled''')"
     " WHERE name = 'v_stall'",
     "tables or views differ"},
};

START_TEST(altered_database_is_refused)
{
    make_database();
    by_hand(alterations[_i].sql);
    refuse(PL_STORE_READ, PL_ERR_DB, alterations[_i].words);
    refuse(PL_STORE_WRITE, PL_ERR_DB, alterations[_i].words);
}
END_TEST

START_TEST(comments_blanks_and_statistics_are_no_difference)
{
    make_database();
    by_hand(
        "INSERT INTO cluster VALUES (2, 'x'); ANALYZE; PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = replace(sql, '-- 1-based', '/* first is 1 */ -- ''so''')"
        " WHERE name = 'line';"
        "UPDATE sqlite_schema SET sql = replace(sql, ' WHERE', char(10) || '  WHERE')"
        " WHERE name = 'v_stall'");
    pl_store_close(open_ok(PL_STORE_READ));
    pl_store_close(open_ok(PL_STORE_WRITE));
}
END_TEST

START_TEST(truncated_database_is_damaged)
{
    make_database();
    ck_assert_int_eq(truncate(path, 24576), 0);
    refuse(PL_STORE_READ, PL_ERR_DB, "is damaged: ");
    refuse(PL_STORE_WRITE, PL_ERR_DB, "is damaged: ");
}
END_TEST

START_TEST(damage_inside_is_told_when_it_is_met)
{
    static const char garbage[8192] = {5, 1, 1, 1, 1, 1, 1, 1};
    make_database();
    pl_store *store = open_ok(PL_STORE_WRITE);
    int64_t page = number(store, "SELECT rootpage FROM sqlite_schema WHERE name = 'cluster'");
    pl_store_close(store);
    int fd = open(path, O_WRONLY);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pwrite(fd, garbage, sizeof garbage, (page - 1) * 8192), 8192);
    close(fd);
    store = open_ok(PL_STORE_READ);
    pl_stmt *stmt = get(store, "SELECT count(name) FROM cluster");
    ck_assert_int_eq(pl_stmt_step(stmt, &err), PL_ERR_DB);
    ck_assert_ptr_nonnull(strstr(err.msg, "a.db is damaged: "));
    pl_store_close(store);
}
END_TEST

/* ---- several processes: two handles of one process lock each other out just the same */

START_TEST(second_writer_is_told_of_the_lock)
{
    pl_store *first = open_ok(PL_STORE_WRITE), *second = open_ok(PL_STORE_WRITE);
    sqlite3_busy_timeout(second->db, 50);
    ok(pl_store_begin(first, &err));
    ck_assert_int_eq(pl_store_begin(second, &err), PL_ERR_DB);
    ck_assert_ptr_nonnull(strstr(err.msg, "a.db is locked by another process"));
    ok(pl_store_commit(first, &err));
    ok(pl_store_begin(second, &err));
    pl_store_rollback(second);
    pl_store_close(second);
    pl_store_close(first);
}
END_TEST

START_TEST(reader_sees_one_state_until_it_commits)
{
    pl_store *writer = open_ok(PL_STORE_WRITE), *reader = open_ok(PL_STORE_READ);
    sqlite3_busy_timeout(writer->db, 50);
    ok(pl_store_begin(writer, &err));
    run(writer, "INSERT INTO cluster VALUES (2, 'x')");
    ok(pl_store_begin(reader, &err));
    ck_assert_int_eq(number(reader, "SELECT count(*) FROM cluster"), 1);
    ck_assert_int_eq(pl_store_commit(writer, &err), PL_ERR_DB);
    ok(pl_store_commit(reader, &err));
    ok(pl_store_commit(writer, &err));
    ck_assert_int_eq(number(reader, "SELECT count(*) FROM cluster"), 2);
    pl_store_close(reader);
    pl_store_close(writer);
}
END_TEST

/* Leaves a database of one cluster behind whose writer was killed in the middle of 20 MB. */
static void kill_a_writer(void)
{
    make_database();
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        pl_store *store = open_ok(PL_STORE_WRITE);
        ok(pl_store_begin(store, &err));
        run(store, "WITH RECURSIVE c(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM c LIMIT 5000) "
                   "INSERT INTO cluster SELECT i, i || hex(zeroblob(2000)) FROM c");
        _exit(0);
    }
    int state = 1;
    ck_assert_int_eq(waitpid(child, &state, 0), child);
    ck_assert_int_eq(state, 0);
    char journal[128];
    snprintf(journal, sizeof journal, "%s-journal", path);
    ck_assert_int_eq(access(journal, F_OK), 0);
}

START_TEST(killed_writer_is_undone)
{
    static const pl_store_mode modes[] = {PL_STORE_READ, PL_STORE_WRITE};
    kill_a_writer();
    pl_store *store = open_ok(modes[_i]);
    ck_assert_int_eq(number(store, "SELECT count(*) FROM cluster"), 1);
    pl_store_close(store);
    by_hand("PRAGMA quick_check");
}
END_TEST

/* Goes on as a user whom permissions bind; the sanitizers may still look at the process. */
static void become_nobody(void)
{
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(NOBODY), 0);
    ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 1), 0);
}

/* As who the test began. */
static void become_oneself(void)
{
    ck_assert_int_eq(seteuid(getuid()), 0);
}

START_TEST(read_only_folder_can_be_read)
{
    make_database();
    ck_assert_int_eq(chmod(path, 0444), 0);
    ck_assert_int_eq(chmod(folder, 0555), 0);
    become_nobody();
    pl_store *store = open_ok(PL_STORE_READ);
    ck_assert_int_eq(number(store, "SELECT count(*) FROM v_run"), 0);
    pl_store_close(store);
    refuse(PL_STORE_WRITE, PL_ERR_IO, "Permission denied");
    become_oneself();
}
END_TEST

START_TEST(killed_writer_in_a_read_only_folder_is_told)
{
    kill_a_writer();
    ck_assert_int_eq(chmod(path, 0444), 0);
    ck_assert_int_eq(chmod(folder, 0555), 0);
    become_nobody();
    refuse(PL_STORE_READ, PL_ERR_DB, "make it and its folder writable");
    become_oneself();
}
END_TEST

/* The end of a rollback journal that names `victim` as the journal of a larger transaction. */
static void write_journal_naming(const char *victim)
{
    unsigned char bytes[1024] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    static const unsigned char magic[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    size_t len = strlen(victim), at = 512;
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i++) {
        sum += (unsigned char)victim[i];
        bytes[at + 4 + i] = (unsigned char)victim[i];
    }
    at += 4 + len;
    bytes[at + 3] = (unsigned char)len;
    bytes[at + 6] = (unsigned char)(sum >> 8);
    bytes[at + 7] = (unsigned char)sum;
    memcpy(bytes + at + 8, magic, sizeof magic);
    char journal[128];
    snprintf(journal, sizeof journal, "%s-journal", path);
    write_file(journal, bytes, at + 16);
}

START_TEST(journal_that_came_along_deletes_no_other_file)
{
    static const pl_store_mode modes[] = {PL_STORE_READ, PL_STORE_WRITE};
    char victim[96];
    snprintf(victim, sizeof victim, "%s/victim", folder);
    write_file(victim, "precious", 8);
    make_database();
    write_journal_naming(victim);
    refuse(modes[_i], PL_ERR_DB, "makes SQLite delete another file");
    ck_assert_int_eq(access(victim, F_OK), 0);
    by_hand("SELECT count(*) FROM cluster"); /* what the store is careful about */
    ck_assert_int_eq(access(victim, F_OK), -1);
}
END_TEST

/* ---- transactions */

START_TEST(rollback_undoes_and_may_be_called_for_nothing)
{
    pl_store *store = open_ok(PL_STORE_WRITE);
    pl_store_rollback(store);
    ok(pl_store_begin(store, &err));
    run(store, "INSERT INTO cluster VALUES (2, 'x')");
    ok(pl_stmt_step(get(store, "SELECT * FROM cluster"), &err)); /* still open */
    pl_store_rollback(store);
    ck_assert_int_eq(number(store, "SELECT count(*) FROM cluster"), 1);
    ok(pl_store_begin(store, &err));
    ok(pl_store_commit(store, &err));
    pl_store_close(store);
}
END_TEST

START_TEST(mark_is_kept_or_undone)
{
    static const char insert[] = "INSERT INTO cluster (name) VALUES (?1)";
    pl_store *store = open_ok(PL_STORE_WRITE);
    ok(pl_store_begin(store, &err));
    for (int i = 0; i < 4; i++) {
        ok(pl_store_mark(store, &err));
        pl_stmt *stmt = get(store, insert);
        pl_stmt_bind_int(stmt, 1, i);
        ok(pl_stmt_run(stmt, &err));
        ok(i % 2 == 0 ? pl_store_mark_undo(store, &err) : pl_store_mark_keep(store, &err));
    }
    ok(pl_store_commit(store, &err));
    ck_assert_int_eq(number(store, "SELECT count(*) FROM cluster WHERE name IN ('1', '3')"), 2);
    ck_assert_int_eq(number(store, "SELECT count(*) FROM cluster"), 3);
    pl_store_close(store);
}
END_TEST

START_TEST(full_disk_is_told)
{
    pl_store *store = open_ok(PL_STORE_WRITE);
    ck_assert_int_gt(number(store, "PRAGMA max_page_count = 1"), 1); /* what it has is the least */
    pl_stmt *stmt = get(store, "INSERT INTO cluster VALUES (2, hex(zeroblob(100000)))");
    ck_assert_int_eq(pl_stmt_run(stmt, &err), PL_ERR_DB);
    ck_assert_ptr_nonnull(strstr(err.msg, "a.db cannot grow: the disk is full"));
    pl_store_close(store);
}
END_TEST

/* ---- memory */

/* Opens, reads and closes; the first failure, or PL_OK. */
static pl_status use(pl_store_mode mode)
{
    static const char sql[] = "SELECT count(*) FROM cluster";
    pl_store *store = NULL;
    pl_stmt *stmt = NULL;
    pl_status status = pl_store_open(path, mode, &store, &err);
    if (status == PL_OK)
        status = pl_store_begin(store, &err);
    if (status == PL_OK)
        status = pl_stmt_get(store, sql, &stmt, &err);
    if (status == PL_OK)
        status = pl_stmt_run(stmt, &err);
    if (status == PL_OK)
        status = pl_store_commit(store, &err);
    pl_store_close(store);
    return status;
}

START_TEST(every_failed_allocation_is_told)
{
    static const pl_store_mode modes[] = {PL_STORE_READ, PL_STORE_WRITE, PL_STORE_TEMP};
    make_database();
    ck_assert_int_eq(chdir(folder), 0);
    snprintf(path, sizeof path, "a.db"); /* a relative path takes one more */
    long failed = 0;
    for (;; failed++) {
        pl_alloc_fail_after(failed);
        pl_status status = use(modes[_i]);
        pl_alloc_fail_after(-1);
        if (status == PL_OK)
            break;
        ck_assert_int_eq(status, PL_ERR_NOMEM);
        ck_assert_int_eq(err.status, PL_ERR_NOMEM);
    }
    ck_assert_int_ge(failed, 4);
    ok(use(modes[_i]));
}
END_TEST

static TCase *opening(void)
{
    TCase *tcase = tcase_create("opening");
    tcase_add_checked_fixture(tcase, make_folder, remove_folder);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, missing_file_becomes_a_database);
    tcase_add_test(tcase, empty_file_becomes_a_database);
    tcase_add_test(tcase, opening_again_keeps_what_was_written);
    tcase_add_test(tcase, processes_that_make_the_same_file_agree);
    tcase_add_test(tcase, temporary_database_needs_no_path);
    tcase_add_loop_test(tcase, names_with_a_meaning_for_sqlite_are_plain_files, 0, 3);
    tcase_add_test(tcase, long_path_is_named_by_its_end);
    tcase_add_test(tcase, missing_file_is_not_made_by_reading);
    tcase_add_test(tcase, missing_folder_is_told);
    tcase_add_test(tcase, empty_file_cannot_be_read);
    tcase_add_test(tcase, other_kinds_of_files_are_refused);
    tcase_add_loop_test(tcase, text_file_is_no_database_and_stays_as_it_is, 0, 3);
    tcase_add_test(tcase, database_of_another_program_stays_as_it_is);
    tcase_add_loop_test(tcase, altered_database_is_refused, 0, (int)COUNT(alterations));
    tcase_add_test(tcase, comments_blanks_and_statistics_are_no_difference);
    tcase_add_test(tcase, truncated_database_is_damaged);
    tcase_add_test(tcase, damage_inside_is_told_when_it_is_met);
    return tcase;
}

static TCase *processes(void)
{
    TCase *tcase = tcase_create("processes");
    tcase_add_checked_fixture(tcase, make_folder, remove_folder);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, second_writer_is_told_of_the_lock);
    tcase_add_test(tcase, reader_sees_one_state_until_it_commits);
    tcase_add_loop_test(tcase, killed_writer_is_undone, 0, 2);
    tcase_add_test(tcase, read_only_folder_can_be_read);
    tcase_add_test(tcase, killed_writer_in_a_read_only_folder_is_told);
    tcase_add_loop_test(tcase, journal_that_came_along_deletes_no_other_file, 0, 2);
    return tcase;
}

static TCase *transactions(void)
{
    TCase *tcase = tcase_create("transactions");
    tcase_add_checked_fixture(tcase, make_folder, remove_folder);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, rollback_undoes_and_may_be_called_for_nothing);
    tcase_add_test(tcase, mark_is_kept_or_undone);
    tcase_add_test(tcase, full_disk_is_told);
    tcase_add_loop_test(tcase, every_failed_allocation_is_told, 0, 3);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("store");
    suite_add_tcase(suite, opening());
    suite_add_tcase(suite, processes());
    suite_add_tcase(suite, transactions());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
