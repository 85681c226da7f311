/* test_stmt.c - statements: kept, bound, stepped and read; and what the schema does with values. */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static pl_store *store;
static pl_error err;

static void ok(pl_status status)
{
    ck_assert_msg(status == PL_OK, "%d: %s", status, err.msg);
}

static void open_store(void)
{
    ok(pl_store_open(NULL, PL_STORE_TEMP, &store, &err));
}

static void close_store(void)
{
    pl_store_close(store);
}

static pl_stmt *get(const char *sql)
{
    pl_stmt *stmt = NULL;
    ok(pl_stmt_get(store, sql, &stmt, &err));
    return stmt;
}

static void run(const char *sql)
{
    ok(pl_stmt_run(get(sql), &err));
}

static int64_t number(const char *sql)
{
    pl_stmt *stmt = get(sql);
    ok(pl_stmt_step(stmt, &err));
    int64_t value = pl_stmt_int(stmt, 0);
    pl_stmt_reset(stmt);
    return value;
}

static bool has_text(const pl_stmt *stmt, int column, pl_str wanted)
{
    return pl_str_equal(pl_stmt_text(stmt, column), wanted);
}

START_TEST(same_text_is_the_same_statement_without_its_bindings)
{
    static const char sql[] = "SELECT ?1", other[] = "SELECT ?1, 2";
    pl_stmt *first = get(sql);
    pl_stmt_bind_int(first, 1, 5);
    ok(pl_stmt_step(first, &err));
    ck_assert_int_eq(pl_stmt_int(first, 0), 5);
    ck_assert_ptr_ne(get(other), first);
    ck_assert_ptr_eq(get(sql), first);
    ok(pl_stmt_step(first, &err));
    ck_assert(pl_stmt_is_null(first, 0));
}
END_TEST

START_TEST(every_type_comes_back_as_it_was_bound)
{
    static const char text[] = "a\0b\xc3\xa9", blob[] = "\0\xff\0";
    pl_stmt *stmt = get("SELECT ?1 AS \"first one\", ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9");
    pl_stmt_bind_int(stmt, 1, INT64_MIN);
    pl_stmt_bind_text(stmt, 2, PL_STR(text));
    pl_stmt_bind_text(stmt, 3, PL_STR(""));
    pl_stmt_bind_text(stmt, 4, (pl_str){NULL, 0});
    pl_stmt_bind_blob(stmt, 5, PL_STR(blob));
    pl_stmt_bind_blob(stmt, 6, PL_STR(""));
    pl_stmt_bind_blob(stmt, 7, (pl_str){NULL, 0});
    pl_stmt_bind_real(stmt, 8, -0.5);
    pl_stmt_bind_null(stmt, 9);
    ok(pl_stmt_step(stmt, &err));
    static const pl_type types[] = {PL_TYPE_INT,  PL_TYPE_TEXT, PL_TYPE_TEXT,
                                    PL_TYPE_NULL, PL_TYPE_BLOB, PL_TYPE_BLOB,
                                    PL_TYPE_NULL, PL_TYPE_REAL, PL_TYPE_NULL};
    ck_assert_int_eq(pl_stmt_columns(stmt), (int)COUNT(types));
    ck_assert_str_eq(pl_stmt_name(stmt, 0), "first one");
    for (int i = 0; i < (int)COUNT(types); i++) {
        ck_assert_int_eq(pl_stmt_type(stmt, i), types[i]);
        ck_assert_int_eq(pl_stmt_is_null(stmt, i), types[i] == PL_TYPE_NULL);
    }
    ck_assert_int_eq(pl_stmt_int(stmt, 0), INT64_MIN);
    ck_assert(has_text(stmt, 1, PL_STR(text)));
    ck_assert(pl_stmt_text(stmt, 2).ptr != NULL && pl_stmt_text(stmt, 2).len == 0);
    ck_assert_ptr_null(pl_stmt_text(stmt, 3).ptr);
    ck_assert(pl_str_equal(pl_stmt_blob(stmt, 4), PL_STR(blob)));
    ck_assert(pl_stmt_blob(stmt, 5).ptr != NULL && pl_stmt_blob(stmt, 5).len == 0);
    ck_assert_ptr_null(pl_stmt_blob(stmt, 6).ptr);
    ck_assert(pl_stmt_real(stmt, 7) == -0.5);
    ck_assert_int_eq(pl_stmt_int(stmt, 8), 0);
    ck_assert_int_eq(pl_stmt_int_or(stmt, 8, -7), -7);
    ck_assert_int_eq(pl_stmt_int_or(stmt, 0, -7), INT64_MIN);
}
END_TEST

START_TEST(stepping_ends_with_done_and_starts_anew)
{
    pl_stmt *stmt = get("VALUES (1), (2)");
    for (int round = 0; round < 2; round++) {
        ok(pl_stmt_step(stmt, &err));
        ck_assert_int_eq(pl_stmt_int(stmt, 0), 1);
        ok(pl_stmt_step(stmt, &err));
        ck_assert_int_eq(pl_stmt_int(stmt, 0), 2);
        ck_assert_int_eq(pl_stmt_step(stmt, &err), PL_DONE);
    }
}
END_TEST

START_TEST(mistake_in_a_binding_is_told_until_the_statement_is_got_again)
{
    static const char sql[] = "INSERT INTO cluster VALUES (?1, 'x')";
    pl_stmt *stmt = get(sql);
    pl_stmt_bind_int(stmt, 2, 5);
    pl_stmt_bind_int(stmt, 1, 5);
    ck_assert_int_eq(pl_stmt_step(stmt, &err), PL_ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.msg, sql));
    ck_assert_int_eq(number("SELECT count(*) FROM cluster"), 1);
    stmt = get(sql);
    pl_stmt_bind_int(stmt, 1, 5);
    ok(pl_stmt_run(stmt, &err));
}
END_TEST

START_TEST(wrong_sql_of_ours_is_a_database_error)
{
    pl_stmt *stmt = NULL;
    ck_assert_int_eq(pl_stmt_get(store, "SELEC 1", &stmt, &err), PL_ERR_DB);
    ck_assert_ptr_nonnull(strstr(err.msg, "syntax error"));
    ck_assert_ptr_null(stmt);
}
END_TEST

START_TEST(changes_and_last_id_are_of_the_last_statement)
{
    run("INSERT INTO cluster VALUES (41, 'a'), (42, 'b')");
    ck_assert_int_eq(pl_store_changes(store), 2);
    ck_assert_int_eq(pl_store_last_id(store), 42);
    run("DELETE FROM cluster");
    ck_assert_int_eq(pl_store_changes(store), 3);
}
END_TEST

START_TEST(broken_rule_of_the_schema_is_a_database_error)
{
    static const char *const wrong[] = {
        "INSERT INTO cluster VALUES (1, 'again')",
        "INSERT INTO name VALUES (9, 'no such kind', 'x')",
        "INSERT INTO phase (model_id, position, name, kind) VALUES (9, 1, 'orphan', 'state')",
        "INSERT INTO cluster VALUES ('text', 'x')",
    };
    ck_assert_int_eq(pl_stmt_run(get(wrong[_i]), &err), PL_ERR_DB);
    ck_assert_int_gt((int)strlen(err.msg), 20);
}
END_TEST

START_TEST(text_twin_of_a_time_is_its_utc)
{
    static const struct {
        int64_t us;
        const char *text;
    } times[] = {
        {0, "1970-01-01T00:00:00.000000Z"},
        {1, "1970-01-01T00:00:00.000001Z"},
        {999999, "1970-01-01T00:00:00.999999Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {-1000000, "1969-12-31T23:59:59.000000Z"},
        {-1000001, "1969-12-31T23:59:58.999999Z"},
        {INT64_C(951782400000000), "2000-02-29T00:00:00.000000Z"},
        {INT64_C(1678649707644570), "2023-03-12T19:35:07.644570Z"},
        {INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
        {INT64_C(-62135596800000000), "0001-01-01T00:00:00.000000Z"},
    };
    run("INSERT INTO model (model_id, name, scope, gap_us) VALUES (1, 'm', 'node', 1)");
    pl_stmt *stmt = get("INSERT INTO run (cluster_id, model_id, started_us, ended_us, "
                        "assessment) VALUES (1, 1, ?1, NULL, 'Unknown')");
    pl_stmt_bind_int(stmt, 1, times[_i].us);
    ok(pl_stmt_run(stmt, &err));
    stmt = get("SELECT started, ended FROM v_run");
    ok(pl_stmt_step(stmt, &err));
    ck_assert_str_eq(pl_stmt_text(stmt, 0).ptr, times[_i].text);
    ck_assert(pl_stmt_is_null(stmt, 1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stmt");
    TCase *tcase = tcase_create("statements");
    tcase_add_checked_fixture(tcase, open_store, close_store);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, same_text_is_the_same_statement_without_its_bindings);
    tcase_add_test(tcase, every_type_comes_back_as_it_was_bound);
    tcase_add_test(tcase, stepping_ends_with_done_and_starts_anew);
    tcase_add_test(tcase, mistake_in_a_binding_is_told_until_the_statement_is_got_again);
    tcase_add_test(tcase, wrong_sql_of_ours_is_a_database_error);
    tcase_add_test(tcase, changes_and_last_id_are_of_the_last_statement);
    tcase_add_loop_test(tcase, broken_rule_of_the_schema_is_a_database_error, 0, 4);
    tcase_add_loop_test(tcase, text_twin_of_a_time_is_its_utc, 0, 10);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
