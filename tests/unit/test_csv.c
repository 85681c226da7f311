/* test_csv.c - rows of CSV. */
#include "base/csv.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
#define ROOM 4

/* The fields of the row, unquoted, each in <>; and what is left behind it. */
static const struct {
    const char *text;
    char delimiter;
    const char *fields;
    const char *rest;
} rows[] = {
    {"a,b\nc", ',', "<a><b>", "c"},
    {"a,b\r\nc", ',', "<a><b>", "c"},
    {"\"a\",\"b\"\r\nc", ',', "<a><b>", "c"},
    {"\"a,\nb\r\n\",c", ',', "<a,\nb\r\n><c>", ""},
    {"\"say \"\"hi\"\"\",\"\"\"\"", ',', "<say \"hi\"><\">", ""},
    {"a\"b\";c", ';', "<a\"b\"><c>", ""},
    {"a;b,c\td", '\t', "<a;b,c><d>", ""},
    {"\"\",,", ',', "<><><>", ""},
    {"\n", ',', "<>", ""},
    {"\r\nx", ',', "<>", "x"},
    {"", ',', "<>", ""},
    {"\"a\"\r", ',', "<a>", ""},
};

START_TEST(a_row_ends_at_the_first_line_end_outside_quotes)
{
    pl_csv_field fields[ROOM];
    pl_csv_row row = {.fields = fields, .room = ROOM};
    pl_buf buf;
    pl_buf_init(&buf, 1000);
    pl_str text = pl_str_of(rows[_i].text);
    ck_assert(pl_csv_next(text, rows[_i].delimiter, &row));
    for (size_t i = 0; i < row.count; i++) {
        pl_buf_append_char(&buf, '<');
        pl_csv_unquote(&buf, &fields[i]);
        pl_buf_append_char(&buf, '>');
    }
    ck_assert_str_eq(buf.ptr, rows[_i].fields);
    ck_assert_str_eq(text.ptr + row.len, rows[_i].rest);
    pl_buf_release(&buf);
}
END_TEST

START_TEST(fields_beyond_the_room_are_counted)
{
    pl_csv_field fields[ROOM];
    pl_csv_row row = {.fields = fields, .room = 1};
    ck_assert(pl_csv_next(PL_STR("a,b,c\n"), ',', &row));
    ck_assert_uint_eq(row.count, 3);
    ck_assert(pl_str_equal(fields[0].text, PL_STR("a")));
}
END_TEST

static const struct {
    const char *text;
    size_t count, len;
} broken[] = {
    {"a,\"b", 1, 4},               /* never closed */
    {"\"cut\n\"Next\",b\n", 1, 6}, /* goes on behind its quote */
    {"\"", 0, 1},
};

START_TEST(a_quote_that_does_not_end_its_field_breaks_the_row)
{
    pl_csv_field fields[ROOM];
    pl_csv_row row = {.fields = fields, .room = ROOM};
    ck_assert(!pl_csv_next(pl_str_of(broken[_i].text), ',', &row));
    ck_assert_uint_eq(row.count, broken[_i].count);
    ck_assert_uint_eq(row.len, broken[_i].len);
}
END_TEST

START_TEST(the_delimiter_is_the_most_frequent_one_of_the_first_line)
{
    ck_assert_int_eq(pl_csv_delimiter(PL_STR("a,b;c,d\n;;;;")), ',');
    ck_assert_int_eq(pl_csv_delimiter(PL_STR("\"a,b,\";c\n,,,")), ';');
    ck_assert_int_eq(pl_csv_delimiter(PL_STR("a\tb\",;\n;;;")), '\t');
    ck_assert_int_eq(pl_csv_delimiter(PL_STR("a\tb")), '\t');
    ck_assert_int_eq(pl_csv_delimiter(PL_STR("a")), ',');
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("csv");
    tcase_add_loop_test(tcase, a_row_ends_at_the_first_line_end_outside_quotes, 0, COUNT(rows));
    tcase_add_test(tcase, fields_beyond_the_room_are_counted);
    tcase_add_loop_test(tcase, a_quote_that_does_not_end_its_field_breaks_the_row, 0,
                        COUNT(broken));
    tcase_add_test(tcase, the_delimiter_is_the_most_frequent_one_of_the_first_line);
    Suite *suite = suite_create("csv");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
