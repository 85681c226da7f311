/* test_table.c - lines up, cuts where it must, and never lets a log steer a terminal. */
#include "render/table.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "render/text.h"

static pl_buf out;
static size_t writes;
static pl_status refusal; /* what the sink answers */
static pl_error err;

static pl_status take(void *arg, pl_str bytes, pl_error *error)
{
    (void)arg;
    writes++;
    if (refusal != PL_OK)
        return pl_fail(error, refusal, "refused");
    pl_buf_append(&out, bytes);
    return PL_OK;
}

static const pl_sink sink = {.write = take};

static void setup(void)
{
    pl_buf_init(&out, (size_t)1 << 20);
    writes = 0;
    refusal = PL_OK;
}

static void teardown(void)
{
    pl_alloc_fail_after(-1);
    pl_buf_release(&out);
}

static pl_table *table_of(size_t columns, size_t width, bool colour)
{
    pl_table_options options = {.columns = columns, .width = width, .colour = colour, .gap = 2};
    pl_table *table = NULL;
    ck_assert_int_eq(pl_table_new(&options, &sink, &table, &err), PL_OK);
    return table;
}

static void add_row(pl_table *table, pl_cell kind, const char *first, const char *second)
{
    pl_table_cell(table, kind, pl_str_of(first));
    pl_table_cell(table, kind, pl_str_of(second));
    ck_assert_int_eq(pl_table_end_row(table, &err), PL_OK);
}

static void finish(pl_table *table)
{
    ck_assert_int_eq(pl_table_finish(table, &err), PL_OK);
    pl_table_free(table);
}

START_TEST(columns_line_up_and_the_last_is_not_padded)
{
    pl_table *table = table_of(2, 0, false);
    add_row(table, PL_CELL_HEAD, "NODE", "NOTE");
    add_row(table, PL_CELL_TEXT, "node-12", "a longer one");
    add_row(table, PL_CELL_TEXT, "n", "b");
    add_row(table, PL_CELL_TEXT, "n", "");
    finish(table);
    ck_assert_str_eq(out.ptr, "NODE     NOTE\n"
                              "node-12  a longer one\n"
                              "n        b\n"
                              "n\n");
}
END_TEST

START_TEST(numbers_stand_at_the_right_and_null_is_a_dash)
{
    pl_table *table = table_of(2, 0, false);
    add_row(table, PL_CELL_HEAD, "LINES", "N");
    add_row(table, PL_CELL_NUMBER, "7", "1000");
    add_row(table, PL_CELL_NULL, "", "");
    finish(table);
    ck_assert_str_eq(out.ptr, "LINES     N\n"
                              "    7  1000\n"
                              "    -     -\n");
}
END_TEST

START_TEST(wide_characters_count_twice)
{
    pl_table *table = table_of(2, 0, false);
    add_row(table, PL_CELL_TEXT, "\xe8\x8a\x82\xe7\x82\xb9",
            "x"); /* two characters, four columns */
    add_row(table, PL_CELL_TEXT, "ab", "y");
    finish(table);
    ck_assert_str_eq(out.ptr, "\xe8\x8a\x82\xe7\x82\xb9  x\nab    y\n");
}
END_TEST

START_TEST(the_last_column_is_cut_at_the_width)
{
    pl_table *table = table_of(2, 12, false);
    add_row(table, PL_CELL_TEXT, "abc", "1234567");  /* 3 + 2 + 7: fits exactly */
    add_row(table, PL_CELL_TEXT, "abc", "12345678"); /* one too many */
    finish(table);
    ck_assert_str_eq(out.ptr, "abc  1234567\nabc  1234...\n");
}
END_TEST

START_TEST(control_bytes_never_come_out)
{
    pl_table *table = table_of(2, 0, false);
    add_row(table, PL_CELL_TEXT, "a\x1b[2Jb", "c\nd\xff");
    finish(table);
    ck_assert_str_eq(out.ptr, "a\xef\xbf\xbd[2Jb  c d\xef\xbf\xbd\n");
}
END_TEST

START_TEST(only_words_have_a_colour_and_it_takes_no_columns)
{
    pl_table *table = table_of(2, 0, true);
    add_row(table, PL_CELL_WORD, "Failed", "x");
    add_row(table, PL_CELL_WORD, "Progressing", "y");
    add_row(table, PL_CELL_TEXT, "Failed", "z");
    finish(table);
    ck_assert_str_eq(out.ptr, "\x1b[1;31mFailed\x1b[0m       x\n"
                              "Progressing  y\n"
                              "Failed       z\n");
}
END_TEST

START_TEST(later_rows_go_straight_through_with_the_first_widths)
{
    pl_table *table = table_of(2, 0, false);
    for (size_t i = 0; i < PL_TABLE_ROWS_KEPT - 1; i++)
        add_row(table, PL_CELL_TEXT, "abc", "d");
    ck_assert_uint_eq(writes, 0);
    add_row(table, PL_CELL_TEXT, "abc", "d");
    ck_assert_uint_eq(writes, PL_TABLE_ROWS_KEPT);
    pl_buf_clear(&out);
    add_row(table, PL_CELL_TEXT, "abcdef", "long");
    add_row(table, PL_CELL_TEXT, "a", "e");
    ck_assert_str_eq(out.ptr, "abcdef  long\na    e\n");
    finish(table);
}
END_TEST

START_TEST(a_sink_that_refuses_is_told)
{
    pl_table *table = table_of(2, 0, false);
    add_row(table, PL_CELL_TEXT, "a", "b");
    refusal = PL_ERR_IO;
    ck_assert_int_eq(pl_table_finish(table, &err), PL_ERR_IO);
    ck_assert_str_eq(err.msg, "refused");
    pl_table_free(table);
}
END_TEST

static pl_status write_small_table(void)
{
    pl_table_options options = {.columns = 1, .gap = 2};
    pl_table *table = NULL;
    pl_status status = pl_table_new(&options, &sink, &table, &err);
    if (status != PL_OK)
        return status;
    pl_table_cell(table, PL_CELL_TEXT, PL_STR("a"));
    status = pl_table_end_row(table, &err);
    if (status == PL_OK)
        status = pl_table_finish(table, &err);
    pl_table_free(table);
    return status;
}

START_TEST(every_failed_allocation_is_told)
{
    pl_buf_append(&out, PL_STR("room for what the sink takes, so that only the table allocates"));
    pl_buf_clear(&out);
    long count = 0;
    for (;; count++) {
        ck_assert_int_lt(count, 100);
        pl_alloc_fail_after(count);
        pl_status status = write_small_table();
        pl_alloc_fail_after(-1);
        if (status == PL_OK)
            break;
        ck_assert_int_eq(status, PL_ERR_NOMEM);
    }
    ck_assert_int_ge(count, 4); /* the table, its columns, cells and text at least */
    ck_assert_str_eq(out.ptr, "a\n");
}
END_TEST

START_TEST(words_wrap_at_the_width)
{
    pl_text_append_wrapped(&out, PL_STR("one two three four"), 4, 2, 12);
    /* columns 5-7 one, 9-11 two; three begins anew after 2 blanks: 3-7, four 9-12 */
    ck_assert_str_eq(out.ptr, "one two\n  three four");
}
END_TEST

START_TEST(without_a_width_nothing_wraps)
{
    pl_text_append_wrapped(&out, PL_STR("one  two\nthree"), 90, 2, 0);
    ck_assert_str_eq(out.ptr, "one  two three");
}
END_TEST

static const struct {
    int64_t bytes;
    const char *text;
} sizes[] = {
    {0, "0 B"},
    {999, "999 B"},
    {1000, "1.0 kB"},
    {788749, "788.7 kB"},
    {999999, "999.9 kB"},
    {INT64_C(1200000000), "1.2 GB"},
    {INT64_MAX, "9.2 EB"},
};

START_TEST(bytes_have_one_decimal_and_never_round_up)
{
    pl_text_append_bytes(&out, sizes[_i].bytes);
    ck_assert_str_eq(out.ptr, sizes[_i].text);
}
END_TEST

START_TEST(counts_are_set_off_in_threes)
{
    static const int64_t counts[] = {0, 999, 1000, -1234567, INT64_MIN};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        pl_text_append_count(&out, counts[i]);
        pl_buf_append_char(&out, ' ');
    }
    ck_assert_str_eq(out.ptr, "0 999 1,000 -1,234,567 -9,223,372,036,854,775,808 ");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("table");
    TCase *tcase = tcase_create("table");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, columns_line_up_and_the_last_is_not_padded);
    tcase_add_test(tcase, numbers_stand_at_the_right_and_null_is_a_dash);
    tcase_add_test(tcase, wide_characters_count_twice);
    tcase_add_test(tcase, the_last_column_is_cut_at_the_width);
    tcase_add_test(tcase, control_bytes_never_come_out);
    tcase_add_test(tcase, only_words_have_a_colour_and_it_takes_no_columns);
    tcase_add_test(tcase, later_rows_go_straight_through_with_the_first_widths);
    tcase_add_test(tcase, a_sink_that_refuses_is_told);
    tcase_add_test(tcase, every_failed_allocation_is_told);
    tcase_add_test(tcase, words_wrap_at_the_width);
    tcase_add_test(tcase, without_a_width_nothing_wraps);
    tcase_add_loop_test(tcase, bytes_have_one_decimal_and_never_round_up, 0,
                        (int)(sizeof sizes / sizeof *sizes));
    tcase_add_test(tcase, counts_are_set_off_in_threes);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
