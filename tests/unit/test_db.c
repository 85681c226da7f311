/* test_db.c - the public library: opening, reading in, asking, reporting. */
#include "phaseline/phaseline.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <check.h>

#include "base/alloc.h"
#include "base/buf.h"

#define ALLOCATIONS_MAX 200000
#define OUT_MAX ((size_t)1 << 20)

static char folder[] = "/tmp/phaseline-db-XXXXXX";
static char logs[4096], path[4096];

static void make_folder(void)
{
    const char *root = getenv("PHASELINE_ROOT");
    snprintf(logs, sizeof logs, "%s/fixtures/demo/logs", root != NULL ? root : ".");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/upgrade.db", folder);
}

static void remove_folder(void)
{
    unlink(path);
    rmdir(folder);
}

static const char *const one_path[] = {logs};
static const pl_db_inputs demo = {.paths = one_path, .path_count = 1};

static pl_db *open_db(pl_db_mode mode)
{
    pl_db *db = NULL;
    ck_assert_int_eq(pl_db_open(path, mode, &db, NULL), PL_OK);
    return db;
}

static pl_db *open_with_demo(pl_db_mode mode)
{
    pl_db *db = open_db(mode);
    ck_assert_int_eq(pl_db_ingest(db, &demo, NULL, NULL), PL_OK);
    return db;
}

/* What a query gave: rows on lines, fields with '|' between. */
static pl_status append_row(void *arg, const pl_field *fields, size_t count, pl_error *err)
{
    pl_buf *out = arg;
    for (size_t i = 0; i < count; i++) {
        pl_buf_append(out, i > 0 ? PL_STR("|") : PL_STR(""));
        if (fields[i].type == PL_FIELD_INTEGER)
            pl_buf_appendf(out, "%lld", (long long)fields[i].integer);
        else if (fields[i].type == PL_FIELD_REAL)
            pl_buf_appendf(out, "%g", fields[i].real);
        else
            pl_buf_append(out, (pl_str){fields[i].bytes, fields[i].byte_count});
    }
    pl_buf_append_char(out, '\n');
    return pl_buf_status(out, err);
}

static void assert_rows(pl_db *db, const char *sql, const char *expected)
{
    pl_buf out;
    pl_error err = {.msg = ""};
    pl_buf_init(&out, OUT_MAX);
    ck_assert_msg(pl_db_query(db, sql, append_row, &out, &err) == PL_OK, "%s", err.msg);
    ck_assert_str_eq(out.ptr, expected);
    pl_buf_release(&out);
}

START_TEST(a_temporary_database_answers_after_one_ingest)
{
    pl_db *db = NULL;
    pl_db_counts counts = {0};
    ck_assert_int_eq(pl_db_open(NULL, PL_DB_TEMP, &db, NULL), PL_OK);
    ck_assert_int_eq(pl_db_ingest(db, &demo, &counts, NULL), PL_OK);
    ck_assert_uint_eq(counts.places, 6);
    ck_assert_uint_eq(counts.events_new, 44);
    ck_assert_uint_eq(counts.events_known, 0);
    assert_rows(db, "SELECT node, duration_us FROM v_finding WHERE rule = 'stalled'",
                "NODE2|2077224043\n");
    assert_rows(db, "SELECT nodes_total, nodes_done FROM v_run", "6|4\n");
    pl_db_close(db);
}
END_TEST

START_TEST(a_temporary_database_that_was_read_takes_no_more)
{
    pl_error err;
    pl_db *db = open_with_demo(PL_DB_TEMP);
    ck_assert_int_eq(pl_db_ingest(db, &demo, NULL, NULL), PL_OK);
    assert_rows(db, "SELECT count(*) FROM v_event", "44\n");
    ck_assert_int_eq(pl_db_ingest(db, &demo, NULL, &err), PL_ERR_USAGE);
    ck_assert_str_eq(err.msg, "the database is open for reading only");
    assert_rows(db, "SELECT count(*) FROM v_event", "44\n");
    pl_db_close(db);
}
END_TEST

START_TEST(a_file_may_be_read_and_written_in_turns)
{
    pl_db_counts counts = {0};
    pl_db *db = open_with_demo(PL_DB_WRITE);
    assert_rows(db, "SELECT count(*) FROM v_event", "44\n");
    ck_assert_int_eq(pl_db_ingest(db, &demo, &counts, NULL), PL_OK);
    ck_assert_uint_eq(counts.events_new, 0);
    ck_assert_uint_eq(counts.events_known, 44);
    assert_rows(db, "SELECT count(*) FROM v_event", "44\n");
    pl_db_close(db);
    db = open_db(PL_DB_READ);
    assert_rows(db, "SELECT count(*) FROM v_event", "44\n");
    ck_assert_int_eq(pl_db_ingest(db, &demo, NULL, NULL), PL_ERR_USAGE);
    pl_db_close(db);
}
END_TEST

START_TEST(what_is_not_there_cannot_be_opened_for_reading)
{
    pl_db *db = NULL;
    ck_assert_int_eq(pl_db_open(path, PL_DB_READ, &db, NULL), PL_ERR_IO);
    ck_assert_int_eq(pl_db_open(NULL, PL_DB_WRITE, &db, NULL), PL_ERR_USAGE);
    ck_assert_int_eq(pl_db_open("", PL_DB_READ, &db, NULL), PL_ERR_USAGE);
    ck_assert_ptr_null(db);
    ck_assert_int_ne(access(path, F_OK), 0);
    pl_db_close(NULL);
}
END_TEST

START_TEST(before_the_first_ingest_there_is_no_answer)
{
    pl_error err;
    pl_db *db = open_db(PL_DB_WRITE);
    ck_assert_int_eq(pl_db_query(db, "SELECT 1", append_row, NULL, &err), PL_ERR_DB);
    ck_assert_str_eq(err.msg, "nothing was ingested, or the last ingest was interrupted");
    pl_db_close(db);
}
END_TEST

static const char *const refused[] = {
    "SELEC 1", "DELETE FROM meta", "SELECT 1; SELECT 2", "ATTACH 'x' AS y", "SELECT * FROM nowhere",
};

START_TEST(only_one_select_is_allowed)
{
    pl_db *db = open_with_demo(PL_DB_TEMP);
    ck_assert_int_eq(pl_db_query(db, refused[_i], append_row, NULL, NULL), PL_ERR_SQL);
    assert_rows(db, "SELECT count(*) FROM v_event", "44\n");
    pl_db_close(db);
}
END_TEST

static pl_status check_types(void *arg, const pl_field *fields, size_t count, pl_error *err)
{
    (void)err;
    *(bool *)arg = true;
    ck_assert_uint_eq(count, 5);
    ck_assert_int_eq(fields[0].type, PL_FIELD_REAL);
    ck_assert_double_eq(fields[0].real, 1.5);
    ck_assert_int_eq(fields[1].type, PL_FIELD_NULL);
    ck_assert_ptr_null(fields[1].bytes);
    ck_assert_int_eq(fields[2].integer, INT64_MIN);
    ck_assert_int_eq(fields[3].type, PL_FIELD_BLOB);
    ck_assert_uint_eq(fields[3].byte_count, 2);
    ck_assert_mem_eq(fields[3].bytes, "A", 2);
    ck_assert_int_eq(fields[4].type, PL_FIELD_TEXT);
    ck_assert_ptr_nonnull(fields[4].bytes);
    ck_assert_uint_eq(fields[4].byte_count, 0);
    return PL_OK;
}

START_TEST(a_field_keeps_its_type_and_its_nuls)
{
    bool seen = false;
    pl_db *db = open_with_demo(PL_DB_TEMP);
    ck_assert_int_eq(pl_db_query(db, "SELECT 1.5, NULL, -9223372036854775807 - 1, x'4100', ''",
                                 check_types, &seen, NULL),
                     PL_OK);
    ck_assert(seen);
    pl_db_close(db);
}
END_TEST

/* Takes rows until `left` runs out, then answers `with`. */
struct eater {
    int left;
    pl_status with;
};

static pl_status eat(void *arg, const pl_field *fields, size_t count, pl_error *err)
{
    struct eater *eater = arg;
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(fields[0].name, "node");
    if (--eater->left > 0)
        return PL_OK;
    return eater->with == PL_DONE ? PL_DONE : pl_fail(err, eater->with, "had enough");
}

START_TEST(the_callback_ends_a_query)
{
    pl_error err;
    struct eater fed = {2, PL_DONE}, sick = {2, PL_ERR_IO};
    pl_db *db = open_with_demo(PL_DB_TEMP);
    ck_assert_int_eq(pl_db_query(db, "SELECT node FROM v_node", eat, &fed, NULL), PL_OK);
    ck_assert_int_eq(fed.left, 0);
    ck_assert_int_eq(pl_db_query(db, "SELECT node FROM v_node", eat, &sick, &err), PL_ERR_IO);
    ck_assert_str_eq(err.msg, "had enough");
    ck_assert_int_eq(sick.left, 0);
    assert_rows(db, "SELECT count(*) FROM v_node", "6\n");
    pl_db_close(db);
}
END_TEST

static pl_status append_bytes(void *arg, const char *bytes, size_t len, pl_error *err)
{
    pl_buf_append(arg, (pl_str){bytes, len});
    return pl_buf_status(arg, err);
}

static const struct {
    const char *format, *begins;
} formats[] = {{"text", "Cluster   HVC01 "}, {"json", "{\"schema\":"}, {"csv", "finding_id,"}};

START_TEST(a_report_comes_in_each_format)
{
    pl_buf out;
    pl_buf_init(&out, OUT_MAX);
    pl_db *db = open_with_demo(PL_DB_TEMP);
    ck_assert_int_eq(pl_db_report(db, formats[_i].format, append_bytes, &out, NULL), PL_OK);
    ck_assert_msg(pl_str_starts(pl_buf_str(&out), pl_str_of(formats[_i].begins)), "%.60s", out.ptr);
    pl_buf_clear(&out);
    ck_assert_int_eq(pl_db_report(db, "stone", append_bytes, &out, NULL), PL_ERR_USAGE);
    ck_assert_uint_eq(out.len, 0);
    pl_db_close(db);
    pl_buf_release(&out);
}
END_TEST

static void write_file(const char *file, const char *text)
{
    FILE *out = fopen(file, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
}

START_TEST(dialect_files_and_their_mistakes_are_the_callers)
{
    pl_error err;
    const char *const files[] = {path};
    pl_db_inputs inputs = demo;
    pl_db *db = NULL;
    ck_assert_int_eq(pl_db_open(NULL, PL_DB_TEMP, &db, NULL), PL_OK);
    inputs.dialect_files = files;
    inputs.dialect_file_count = 1;
    ck_assert_int_eq(pl_db_ingest(db, &inputs, NULL, NULL), PL_ERR_USAGE);
    write_file(path, "dialect: mine\ncolour: red\n");
    ck_assert_int_eq(pl_db_ingest(db, &inputs, NULL, &err), PL_ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.msg, "upgrade.db:2: a dialect has no key 'colour'"));
    inputs = demo;
    inputs.dialect = "nonesuch";
    ck_assert_int_eq(pl_db_ingest(db, &inputs, NULL, NULL), PL_ERR_USAGE);
    ck_assert_int_eq(pl_db_ingest(db, &demo, NULL, NULL), PL_OK);
    pl_db_close(db);
}
END_TEST

static pl_status whole_way(pl_db **db, pl_buf *out)
{
    pl_status status = pl_db_open(NULL, PL_DB_TEMP, db, NULL);
    if (status == PL_OK)
        status = pl_db_ingest(*db, &demo, NULL, NULL);
    if (status == PL_OK)
        status = pl_db_query(*db, "SELECT node FROM v_node ORDER BY 1", append_row, out, NULL);
    return status == PL_OK ? pl_db_report(*db, "json", append_bytes, out, NULL) : status;
}

START_TEST(no_memory_is_an_answer_everywhere)
{
    pl_status status = PL_ERR_NOMEM;
    for (long count = 0; status != PL_OK; count += 1 + count / 16) {
        pl_db *db = NULL;
        pl_buf out;
        ck_assert_int_lt(count, ALLOCATIONS_MAX);
        pl_buf_init(&out, OUT_MAX);
        pl_alloc_fail_after(count);
        status = whole_way(&db, &out);
        pl_alloc_fail_after(-1);
        ck_assert_msg(status == PL_OK || status == PL_ERR_NOMEM, "status %d", (int)status);
        pl_db_close(db);
        pl_buf_release(&out);
    }
}
END_TEST

START_TEST(the_version_is_the_projects)
{
    ck_assert_str_eq(pl_version(), PL_VERSION);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("db");
    TCase *tcase = tcase_create("db");
    tcase_add_checked_fixture(tcase, make_folder, remove_folder);
    tcase_add_test(tcase, a_temporary_database_answers_after_one_ingest);
    tcase_add_test(tcase, a_temporary_database_that_was_read_takes_no_more);
    tcase_add_test(tcase, a_file_may_be_read_and_written_in_turns);
    tcase_add_test(tcase, what_is_not_there_cannot_be_opened_for_reading);
    tcase_add_test(tcase, before_the_first_ingest_there_is_no_answer);
    tcase_add_loop_test(tcase, only_one_select_is_allowed, 0, sizeof refused / sizeof *refused);
    tcase_add_test(tcase, a_field_keeps_its_type_and_its_nuls);
    tcase_add_test(tcase, the_callback_ends_a_query);
    tcase_add_loop_test(tcase, a_report_comes_in_each_format, 0, sizeof formats / sizeof *formats);
    tcase_add_test(tcase, dialect_files_and_their_mistakes_are_the_callers);
    tcase_add_test(tcase, no_memory_is_an_answer_everywhere);
    tcase_add_test(tcase, the_version_is_the_projects);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
