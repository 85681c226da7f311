/* test_query.c - a user's own query: what it may do, how much of it, and every way out tried. */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <check.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "store/handle.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char path[64];
static pl_store *store;
static pl_error err;

static void ok(pl_status status)
{
    ck_assert_msg(status == PL_OK, "%d: %s", status, err.msg);
}

static void open_database(void)
{
    snprintf(path, sizeof path, "/tmp/phaseline-query-XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ok(pl_store_open(path, PL_STORE_WRITE, &store, &err));
    pl_store_close(store);
    ok(pl_store_open(path, PL_STORE_READ, &store, &err));
}

static void close_database(void)
{
    pl_store_close(store);
    unlink(path);
}

static pl_stmt *query(const char *sql)
{
    pl_stmt *stmt = NULL;
    ok(pl_query_open(store, pl_str_of(sql), &stmt, &err));
    return stmt;
}

/* The status in which `sql` ends, at its opening or at a step. */
static pl_status outcome(pl_str sql)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_query_open(store, sql, &stmt, &err);
    if (status == PL_OK)
        status = pl_stmt_run(stmt, &err);
    pl_query_end(stmt);
    return status;
}

static int64_t number(const char *sql)
{
    pl_stmt *stmt = query(sql);
    ok(pl_stmt_step(stmt, &err));
    int64_t value = pl_stmt_int(stmt, 0);
    pl_query_end(stmt);
    return value;
}

/* ---- what is let through */

START_TEST(queries_are_answered)
{
    static const struct {
        const char *sql;
        int64_t answer;
    } queries[] = {
        {"SELECT 42", 42},
        {"VALUES (42)", 42},
        {"  -- the answer\n/* is */ SELECT 42 ; -- really;\n /* so; */ ", 42},
        {"SELECT 42 -- without an end", 42},
        {"SELECT 42 /* without an end", 42},
        {"SELECT count(*) FROM v_timeline", 0},
        {"SELECT count(*) FROM v_phase_duration", 0},
        {"SELECT count(*) FROM sqlite_schema WHERE name = 'v_event'", 1},
        {"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 8) "
         "SELECT sum(i) + 6 FROM c",
         42},
        {"SELECT value FROM json_each('[41,42]') WHERE key = 1", 42},
        {"SELECT count(*) + 39 FROM json_tree('{\"a\":[1]}')", 42},
        {"SELECT sum(x) OVER (ORDER BY x) FROM (SELECT 42 AS x)", 42},
        {"SELECT length(printf('%.*c', 42, 'x'))", 42},
        {"SELECT strftime('%d', 41 * 86400, 'unixepoch') + 31", 42},
        {"SELECT \"cluster_id\" + 41 FROM \"cluster\"", 42},
    };
    ck_assert_int_eq(number(queries[_i].sql), queries[_i].answer);
}
END_TEST

START_TEST(json_is_read_after_the_schema_was_read_again)
{
    static const char sql[] = "SELECT value FROM json_each('[42]')";
    ck_assert_int_eq(number(sql), 42);
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "ANALYZE", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    ck_assert_int_eq(number("SELECT count(*) > 0 FROM sqlite_stat1"), 1);
    ck_assert_int_eq(number(sql), 42);
}
END_TEST

START_TEST(plan_of_a_query_may_be_asked_for)
{
    ck_assert_int_eq(outcome(PL_STR("EXPLAIN QUERY PLAN SELECT * FROM v_event")), PL_OK);
    ck_assert_int_eq(outcome(PL_STR("EXPLAIN SELECT * FROM v_source")), PL_OK);
}
END_TEST

START_TEST(every_view_can_be_read)
{
    static const char *const views[] = {"v_run",   "v_node",           "v_event",   "v_timeline",
                                        "v_phase", "v_phase_duration", "v_finding", "v_evidence",
                                        "v_stall", "v_order",          "v_source"};
    char sql[64];
    for (size_t i = 0; i < COUNT(views); i++) {
        int len = snprintf(sql, sizeof sql, "SELECT * FROM %s", views[i]);
        pl_status status = outcome((pl_str){sql, (size_t)len});
        ck_assert_msg(status == PL_OK, "%s: %s", views[i], err.msg);
    }
}
END_TEST

/* ---- what is not */

static const char *const attacks[] = {
    "INSERT INTO cluster VALUES (9, 'x')",
    "INSERT INTO cluster VALUES (9, 'x') RETURNING *",
    "UPDATE cluster SET name = 'x' RETURNING name",
    "DELETE FROM cluster",
    "REPLACE INTO cluster VALUES (9, 'x')",
    "WITH c AS (SELECT 9, 'x') INSERT INTO cluster SELECT * FROM c",
    "DROP VIEW v_event",
    "ALTER TABLE cluster RENAME TO x",
    "CREATE TABLE x (y)",
    "CREATE TEMP TABLE x (y)",
    "CREATE TEMP VIEW x AS SELECT 1",
    "CREATE TEMP TRIGGER x AFTER INSERT ON cluster BEGIN SELECT 1; END",
    "CREATE VIRTUAL TABLE temp.x USING fts5(y)",
    "CREATE INDEX x ON cluster (name)",
    "ATTACH '/tmp/phaseline-attack.db' AS x",
    "ATTACH ':memory:' AS x",
    "DETACH main",
    "VACUUM",
    "VACUUM INTO '/tmp/phaseline-attack.db'",
    "REINDEX",
    "ANALYZE",
    "PRAGMA query_only = OFF",
    "PRAGMA query_only",
    "PRAGMA writable_schema = ON",
    "PRAGMA journal_mode = WAL",
    "PRAGMA trusted_schema = ON",
    "PRAGMA temp_store_directory = '/tmp'",
    "PRAGMA hard_heap_limit = 0",
    "SELECT * FROM pragma_query_only",
    "SELECT * FROM pragma_journal_mode",
    "BEGIN",
    "BEGIN EXCLUSIVE",
    "COMMIT",
    "SAVEPOINT x",
    "SELECT load_extension('/tmp/x.so')",
    "SELECT LOAD_EXTENSION('/tmp/x.so', 'entry')",
    "SELECT \"load_extension\"('/tmp/x.so')",
    "SELECT CASE WHEN 0 THEN load_extension('/tmp/x.so') END",
    "SELECT hex(fts3_tokenizer('simple'))",
    "SELECT fts3_tokenizer('evil', x'4141414141414141')",
    "WITH x AS (SELECT fts3_tokenizer('simple') AS y) SELECT y FROM x",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('/tmp/phaseline-attack', 'x')",
    "SELECT edit('x')",
    "SELECT * FROM fsdir('/')",
    "SELECT * FROM sqlite_dbpage",
    "EXPLAIN DELETE FROM cluster",
};

START_TEST(attack_is_refused_and_changes_nothing)
{
    ck_assert_int_eq(outcome(pl_str_of(attacks[_i])), PL_ERR_SQL);
    ck_assert_int_eq(err.status, PL_ERR_SQL);
    ck_assert_int_gt((int)strlen(err.msg), 10);
    ck_assert_int_eq(access("/tmp/phaseline-attack.db", F_OK), -1);
    ck_assert_int_eq(number("SELECT group_concat(cluster_id || name) = '1default' FROM cluster"),
                     1);
}
END_TEST

START_TEST(tokenizer_attack_does_not_crash)
{
    static const char *const steps[] = {
        "SELECT fts3_tokenizer('evil', x'4141414141414141')",
        "CREATE VIRTUAL TABLE q USING fts3(a, tokenize=evil)",
        "CREATE VIRTUAL TABLE temp.q USING fts3(a, tokenize=evil)",
        "SELECT * FROM q WHERE a MATCH 'x'",
    };
    for (size_t i = 0; i < COUNT(steps); i++)
        ck_assert_int_eq(outcome(pl_str_of(steps[i])), PL_ERR_SQL);
    /* The setting holds by itself, without the authorizer in front of it. */
    sqlite3_set_authorizer(store->db, NULL, NULL);
    ck_assert_int_eq(outcome(PL_STR("SELECT fts3_tokenizer('evil', x'4141414141414141')")),
                     PL_ERR_SQL);
    ck_assert_ptr_nonnull(strstr(err.msg, "fts3tokenize disabled"));
}
END_TEST

START_TEST(refusal_says_why)
{
    static const struct {
        const char *sql, *words;
    } refusals[] = {
        {"", "there is no statement"},
        {" ; ", "only queries that give rows"},
        {" -- nothing\n /* at all */ ", "there is no statement"},
        {"SELECT 1; SELECT 2", "only one statement is allowed"},
        {"SELECT 1;;", "only one statement is allowed"},
        {"SELECT 1; DROP TABLE cluster", "only one statement is allowed"},
        {"SELEC 1", "near \"SELEC\": syntax error"},
        {"SELECT (1", "incomplete input"},
        {"SELECT 'x", "unrecognized token"},
        {"SELECT nocol FROM v_run", "no such column: nocol"},
        {"SELECT \"nocol\"", "no such column: nocol"},
        {"SELECT 1 WHERE \"nocol\" = 'nocol'", "no such column: nocol"},
        {"SELECT * FROM nowhere", "no such table: nowhere"},
        {"DELETE FROM cluster", "only queries that read are allowed here"},
        {"SELECT load_extension('x')", "not authorized to use function: load_extension"},
        {"SELECT json('{')", "malformed JSON"},
        {"SELECT abs(-9223372036854775807 - 1)", "integer overflow"},
    };
    ck_assert_int_eq(outcome(pl_str_of(refusals[_i].sql)), PL_ERR_SQL);
    ck_assert_msg(strstr(err.msg, refusals[_i].words) != NULL, "%s", err.msg);
}
END_TEST

START_TEST(nul_byte_ends_no_query_early)
{
    ck_assert_int_eq(outcome(PL_STR("SELECT 1\0; DROP TABLE cluster")), PL_ERR_SQL);
    ck_assert_ptr_nonnull(strstr(err.msg, "NUL"));
    ck_assert_int_eq(outcome((pl_str){NULL, 0}), PL_ERR_SQL);
}
END_TEST

START_TEST(bytes_after_the_view_are_not_read)
{
    static const char sql[] = "SELECT 42 oops this is not SQL";
    pl_stmt *stmt = NULL;
    ok(pl_query_open(store, (pl_str){sql, 9}, &stmt, &err));
    ok(pl_stmt_step(stmt, &err));
    ck_assert_int_eq(pl_stmt_int(stmt, 0), 42);
    pl_query_end(stmt);
}
END_TEST

/* ---- how much */

START_TEST(endless_query_ends)
{
    static const char *const endless[] = {
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c",
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION SELECT i + 1 FROM c) SELECT count(*) FROM c",
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT i FROM c",
    };
    store->query_ops_max = 20000000;
    ck_assert_int_eq(outcome(pl_str_of(endless[_i])), PL_ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.msg, "the query takes too long"));
    ck_assert_int_eq(store->query_ops, 20010000); /* looked at every 10,000 steps */
    ck_assert_int_eq(number("SELECT 42"), 42);
    ck_assert_int_eq(store->query_ops, 0);
}
END_TEST

START_TEST(rows_before_the_limit_are_given)
{
    store->query_ops_max = 1000000;
    pl_stmt *stmt = query("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) "
                          "SELECT i FROM c");
    int64_t rows = 0;
    pl_status status;
    while ((status = pl_stmt_step(stmt, &err)) == PL_OK)
        ck_assert_int_eq(pl_stmt_int(stmt, 0), ++rows);
    ck_assert_int_eq(status, PL_ERR_LIMIT);
    ck_assert_int_gt(rows, 10000);
    pl_query_end(stmt);
}
END_TEST

START_TEST(huge_value_is_a_limit)
{
    static const char *const huge[] = {
        "SELECT zeroblob(16777217)",
        "SELECT hex(zeroblob(8388609))",
        "SELECT replace(hex(zeroblob(1000000)), '0', 'xxxxxxxxxx')",
        "SELECT group_concat(hex(zeroblob(4000000))) FROM (VALUES (1), (2), (3))",
    };
    ck_assert_int_eq(outcome(pl_str_of(huge[_i])), PL_ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.msg, "16 MiB"));
    ck_assert_int_eq(number("SELECT length(zeroblob(16000000))"), 16000000);
}
END_TEST

START_TEST(huge_format_gives_null)
{
    ck_assert_int_eq(number("SELECT printf('%.*c', 100000000, 'x') IS NULL"), 1);
    ck_assert_int_eq(number("SELECT printf('%999999999d', 1) IS NULL"), 1);
    ck_assert_int_lt(sqlite3_memory_highwater(0), 64 << 20);
}
END_TEST

START_TEST(memory_of_a_query_is_a_limit)
{
    pl_stmt *stmt = query("SELECT length(hex(zeroblob(8000000)))");
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + (8 << 20));
    ck_assert_int_eq(pl_stmt_step(stmt, &err), PL_ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.msg, "memory"));
    pl_query_end(stmt);
    ck_assert_int_eq(number("SELECT 42"), 42);
}
END_TEST

START_TEST(heap_limit_is_that_of_the_query_only)
{
    sqlite3_hard_heap_limit64(INT64_C(3) << 30);
    pl_stmt *stmt = query("SELECT 1");
    ck_assert_int_eq(sqlite3_hard_heap_limit64(-1), PL_QUERY_HEAP_BYTES);
    pl_query_end(stmt);
    ck_assert_int_eq(sqlite3_hard_heap_limit64(-1), INT64_C(3) << 30);
    ck_assert_int_eq(outcome(PL_STR("SELEC 1")), PL_ERR_SQL);
    ck_assert_int_eq(sqlite3_hard_heap_limit64(-1), INT64_C(3) << 30);
}
END_TEST

/* `count` times `piece` after "SELECT 1". */
static pl_status long_query(const char *piece, size_t count)
{
    pl_buf sql;
    pl_buf_init(&sql, 4 << 20);
    pl_buf_append(&sql, PL_STR("SELECT 1"));
    for (size_t i = 0; i < count; i++)
        pl_buf_append(&sql, pl_str_of(piece));
    ok(pl_buf_status(&sql, &err));
    pl_status status = outcome(pl_buf_str(&sql));
    pl_buf_release(&sql);
    return status;
}

START_TEST(size_of_a_query_is_limited)
{
    ck_assert_int_eq(long_query(" ", (1 << 20) - 8), PL_OK);
    ck_assert_int_eq(long_query(" ", 1 << 20), PL_ERR_SQL);
    ck_assert_ptr_nonnull(strstr(err.msg, "longer than 1 MiB"));
    ck_assert_int_eq(long_query(" + 1", 90), PL_OK);
    ck_assert_int_eq(long_query(" + 1", 110), PL_ERR_SQL);
    ck_assert_int_eq(long_query(" UNION ALL SELECT 1", 40), PL_OK);
    ck_assert_int_eq(long_query(" UNION ALL SELECT 1", 60), PL_ERR_SQL);
}
END_TEST

/* ---- handles */

START_TEST(our_own_statements_are_bound_by_the_same_rules)
{
    pl_stmt *stmt = NULL;
    ck_assert_int_eq(pl_stmt_get(store, "DELETE FROM cluster", &stmt, &err), PL_ERR_DB);
    ck_assert_int_eq(pl_stmt_get(store, "PRAGMA query_only = OFF", &stmt, &err), PL_ERR_DB);
    ck_assert_ptr_null(stmt);
}
END_TEST

START_TEST(sealed_temporary_database_is_as_safe)
{
    static const char insert[] = "INSERT INTO cluster VALUES (2, 'x')";
    pl_store *temp = NULL;
    pl_stmt *stmt = NULL;
    ok(pl_store_open(NULL, PL_STORE_TEMP, &temp, &err));
    ck_assert_int_eq(pl_query_open(temp, PL_STR("SELECT 1"), &stmt, &err), PL_ERR_USAGE);
    ok(pl_store_begin(temp, &err));
    ok(pl_stmt_get(temp, insert, &stmt, &err));
    ok(pl_stmt_run(stmt, &err));
    ck_assert_int_eq(pl_store_seal(temp, &err), PL_ERR_USAGE);
    ok(pl_store_commit(temp, &err));
    ok(pl_store_seal(temp, &err));
    ok(pl_store_seal(temp, &err));
    ck_assert_int_eq(pl_stmt_run(stmt, &err), PL_ERR_DB); /* a statement from before */
    pl_store_close(store);
    store = temp;
    for (size_t i = 0; i < COUNT(attacks); i++)
        ck_assert_int_eq(outcome(pl_str_of(attacks[i])), PL_ERR_SQL);
    ck_assert_int_eq(number("SELECT count(*) FROM cluster"), 2);
}
END_TEST

START_TEST(one_query_is_open_at_a_time)
{
    pl_stmt *first = query("SELECT 1"), *second = NULL;
    ck_assert_int_eq(pl_query_open(store, PL_STR("SELECT 2"), &second, &err), PL_ERR_USAGE);
    ck_assert_ptr_null(second);
    ok(pl_stmt_step(first, &err));
    pl_query_end(first);
    pl_query_end(NULL);
    ck_assert_int_eq(number("SELECT 2"), 2);
}
END_TEST

START_TEST(columns_have_their_names)
{
    pl_stmt *stmt = query("SELECT run_id, 1 AS \"a b\", NULL FROM v_run");
    ck_assert_int_eq(pl_stmt_columns(stmt), 3);
    ck_assert_str_eq(pl_stmt_name(stmt, 0), "run_id");
    ck_assert_str_eq(pl_stmt_name(stmt, 1), "a b");
    ck_assert_int_eq(pl_stmt_step(stmt, &err), PL_DONE);
    pl_query_end(stmt);
}
END_TEST

START_TEST(failed_allocation_is_told)
{
    pl_stmt *stmt = NULL;
    pl_alloc_fail_after(0);
    ck_assert_int_eq(pl_query_open(store, PL_STR("SELECT 1"), &stmt, &err), PL_ERR_NOMEM);
    pl_alloc_fail_after(-1);
    ck_assert_int_eq(number("SELECT 42"), 42);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("query");
    TCase *tcase = tcase_create("sandbox");
    tcase_add_checked_fixture(tcase, open_database, close_database);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, queries_are_answered, 0, 15);
    tcase_add_test(tcase, json_is_read_after_the_schema_was_read_again);
    tcase_add_test(tcase, plan_of_a_query_may_be_asked_for);
    tcase_add_test(tcase, every_view_can_be_read);
    tcase_add_loop_test(tcase, attack_is_refused_and_changes_nothing, 0, (int)COUNT(attacks));
    tcase_add_test(tcase, tokenizer_attack_does_not_crash);
    tcase_add_loop_test(tcase, refusal_says_why, 0, 17);
    tcase_add_test(tcase, nul_byte_ends_no_query_early);
    tcase_add_test(tcase, bytes_after_the_view_are_not_read);
    tcase_add_loop_test(tcase, endless_query_ends, 0, 3);
    tcase_add_test(tcase, rows_before_the_limit_are_given);
    tcase_add_loop_test(tcase, huge_value_is_a_limit, 0, 4);
    tcase_add_test(tcase, huge_format_gives_null);
    tcase_add_test(tcase, memory_of_a_query_is_a_limit);
    tcase_add_test(tcase, heap_limit_is_that_of_the_query_only);
    tcase_add_test(tcase, size_of_a_query_is_limited);
    tcase_add_test(tcase, our_own_statements_are_bound_by_the_same_rules);
    tcase_add_test(tcase, sealed_temporary_database_is_as_safe);
    tcase_add_test(tcase, one_query_is_open_at_a_time);
    tcase_add_test(tcase, columns_have_their_names);
    tcase_add_test(tcase, failed_allocation_is_told);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
