/* test_rows.c - a statement as a table, JSON and CSV: the same values in each, and exactly. */
#include "render/rows.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"

static pl_store *store;
static pl_buf out;
static pl_error err;

static pl_status take(void *arg, pl_str bytes, pl_error *error)
{
    (void)arg, (void)error;
    pl_buf_append(&out, bytes);
    return PL_OK;
}

static const pl_sink sink = {.write = take};

static void setup(void)
{
    pl_buf_init(&out, (size_t)1 << 20);
    ck_assert_int_eq(pl_store_open(NULL, PL_STORE_TEMP, &store, &err), PL_OK);
}

static void teardown(void)
{
    pl_alloc_fail_after(-1);
    pl_store_close(store);
    pl_buf_release(&out);
}

static void render(const char *sql, pl_format format, size_t width)
{
    pl_stmt *stmt = NULL;
    pl_render_options options = {.format = format, .width = width};
    pl_buf_clear(&out);
    ck_assert_int_eq(pl_stmt_get(store, sql, &stmt, &err), PL_OK);
    pl_status status = pl_render_rows(stmt, &options, &sink, &err);
    ck_assert_msg(status == PL_OK, "%d: %s", status, err.msg);
}

static const char every_type[] =
    "SELECT 9223372036854775807 AS i, 0.1 AS r, 'a\"b,c' AS t, x'00ff' AS b, NULL AS n "
    "UNION ALL SELECT -9223372036854775808, 1e300, '', x'', ''";

START_TEST(json_is_exact)
{
    render(every_type, PL_FORMAT_JSON, 0);
    ck_assert_str_eq(out.ptr,
                     "[\n"
                     "{\"i\":9223372036854775807,\"r\":0.1,\"t\":\"a\\\"b,c\",\"b\":\"00ff\","
                     "\"n\":null},\n"
                     "{\"i\":-9223372036854775808,\"r\":1e+300,\"t\":\"\",\"b\":\"\",\"n\":\"\"}\n"
                     "]\n");
}
END_TEST

START_TEST(csv_tells_null_from_empty)
{
    render(every_type, PL_FORMAT_CSV, 0);
    ck_assert_str_eq(out.ptr, "i,r,t,b,n\r\n"
                              "9223372036854775807,0.1,\"a\"\"b,c\",00ff,\r\n"
                              "-9223372036854775808,1e+300,\"\",,\"\"\r\n");
}
END_TEST

START_TEST(text_has_a_header_and_dashes_for_null)
{
    render(every_type, PL_FORMAT_TEXT, 0);
    ck_assert_str_eq(out.ptr, "                   i       r  t      b     n\n"
                              " 9223372036854775807     0.1  a\"b,c  00ff  -\n"
                              "-9223372036854775808  1e+300\n");
}
END_TEST

START_TEST(no_rows_are_still_a_result)
{
    static const char sql[] = "SELECT 1 AS one, 2 AS two WHERE 0";
    render(sql, PL_FORMAT_TEXT, 0);
    ck_assert_str_eq(out.ptr, "one  two\n");
    render(sql, PL_FORMAT_CSV, 0);
    ck_assert_str_eq(out.ptr, "one,two\r\n");
    render(sql, PL_FORMAT_JSON, 0);
    ck_assert_str_eq(out.ptr, "[]\n");
}
END_TEST

START_TEST(reals_have_the_fewest_digits_that_read_back)
{
    render("SELECT 2.0, 0.1 + 0.2, 1e999, -0.0, 5e-324", PL_FORMAT_CSV, 0);
    const char *row = strstr(out.ptr, "\r\n") + 2;
    ck_assert_str_eq(row, "2.0,0.30000000000000004,9.0e+999,-0.0,4.94065645841247e-324\r\n");
}
END_TEST

START_TEST(csv_for_a_terminal_steers_nothing)
{
    static const char sql[] = "SELECT 'a' || char(27) || '[2J,' AS t";
    render(sql, PL_FORMAT_CSV, 80);
    ck_assert_str_eq(out.ptr, "t\r\n\"a\xef\xbf\xbd[2J,\"\r\n");
    render(sql, PL_FORMAT_CSV, 0);
    ck_assert_str_eq(out.ptr, "t\r\n\"a\x1b[2J,\"\r\n");
}
END_TEST

START_TEST(every_failed_allocation_is_told)
{
    static const pl_render_options formats[] = {{.format = PL_FORMAT_TEXT},
                                                {.format = PL_FORMAT_JSON},
                                                {.format = PL_FORMAT_CSV, .width = 80}};
    pl_status status = PL_ERR_NOMEM;
    render(every_type, PL_FORMAT_JSON, 0); /* the sink and the statement have their room */
    for (long count = 0; status != PL_OK; count++) {
        pl_stmt *stmt = NULL;
        ck_assert_int_lt(count, 100);
        ck_assert_int_eq(pl_stmt_get(store, every_type, &stmt, &err), PL_OK);
        pl_alloc_fail_after(count);
        pl_buf_clear(&out);
        status = pl_render_rows(stmt, &formats[_i], &sink, &err);
        pl_alloc_fail_after(-1);
        ck_assert(status == PL_OK || status == PL_ERR_NOMEM);
        ck_assert(status != PL_OK || count > 2);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rows");
    TCase *tcase = tcase_create("rows");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, json_is_exact);
    tcase_add_test(tcase, csv_tells_null_from_empty);
    tcase_add_test(tcase, text_has_a_header_and_dashes_for_null);
    tcase_add_test(tcase, no_rows_are_still_a_result);
    tcase_add_test(tcase, reals_have_the_fewest_digits_that_read_back);
    tcase_add_test(tcase, csv_for_a_terminal_steers_nothing);
    tcase_add_loop_test(tcase, every_failed_allocation_is_told, 0, 3);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
