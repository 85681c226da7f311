/* test_str.c - views of bytes that own nothing. */
#include "base/str.h"

#include <stdlib.h>

#include <check.h>

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

static const pl_str none = {NULL, 0};
static const pl_str with_nul = PL_STR_INIT("a\0b");

START_TEST(terminated_strings_become_views)
{
    ck_assert_uint_eq(pl_str_of("abc").len, 3);
    ck_assert_uint_eq(pl_str_of("").len, 0);
    ck_assert_uint_eq(pl_str_of(NULL).len, 0);
    ck_assert_uint_eq(with_nul.len, 3);
}
END_TEST

START_TEST(equality_is_of_all_bytes)
{
    ck_assert(pl_str_equal(PL_STR("abc"), PL_STR("abc")));
    ck_assert(!pl_str_equal(PL_STR("abc"), PL_STR("abd")));
    ck_assert(!pl_str_equal(PL_STR("abc"), PL_STR("ab")));
    ck_assert(!pl_str_equal(with_nul, PL_STR("a\0c")));
    ck_assert(pl_str_equal(none, PL_STR("")));
    ck_assert(!pl_str_equal(none, PL_STR("a")));
}
END_TEST

START_TEST(case_is_ignored_for_ascii_only)
{
    ck_assert(pl_str_equal_nocase(PL_STR("HVC01.Lab"), PL_STR("hvc01.lAB")));
    ck_assert(!pl_str_equal_nocase(PL_STR("hvc01"), PL_STR("hvc02")));
    ck_assert(!pl_str_equal_nocase(PL_STR("hvc01"), PL_STR("hvc0")));
    ck_assert(!pl_str_equal_nocase(PL_STR("\xc3\x89"), PL_STR("\xc3\xa9")));
    ck_assert(!pl_str_equal_nocase(PL_STR("@["), PL_STR("`{")));
    ck_assert(pl_str_equal_nocase(none, none));
}
END_TEST

START_TEST(starts_and_ends_are_whole_parts)
{
    ck_assert(pl_str_starts(PL_STR("cluster.log"), PL_STR("cluster")));
    ck_assert(pl_str_starts(PL_STR("cluster.log"), PL_STR("")));
    ck_assert(pl_str_starts(none, none));
    ck_assert(!pl_str_starts(PL_STR("clu"), PL_STR("cluster")));
    ck_assert(!pl_str_starts(PL_STR("Cluster"), PL_STR("cluster")));
    ck_assert(pl_str_ends(PL_STR("cluster.log"), PL_STR(".log")));
    ck_assert(pl_str_ends(PL_STR("cluster.log"), PL_STR("")));
    ck_assert(!pl_str_ends(PL_STR("log"), PL_STR(".log")));
    ck_assert(!pl_str_ends(PL_STR("cluster.txt"), PL_STR(".log")));
}
END_TEST

START_TEST(order_is_bytewise_and_shorter_first)
{
    ck_assert_int_lt(pl_str_compare(PL_STR("a"), PL_STR("b")), 0);
    ck_assert_int_gt(pl_str_compare(PL_STR("b"), PL_STR("abc")), 0);
    ck_assert_int_lt(pl_str_compare(PL_STR("ab"), PL_STR("abc")), 0);
    ck_assert_int_gt(pl_str_compare(PL_STR("abc"), PL_STR("ab")), 0);
    ck_assert_int_lt(pl_str_compare(PL_STR("z"), PL_STR("\xc3\xa9")), 0);
    ck_assert_int_eq(pl_str_compare(with_nul, PL_STR("a\0b")), 0);
    ck_assert_int_eq(pl_str_compare(none, PL_STR("")), 0);
    ck_assert_int_lt(pl_str_compare(none, PL_STR("a")), 0);
}
END_TEST

static const struct {
    pl_str s, needle;
    size_t from, want;
} finds[] = {
    {PL_STR_INIT("abcabc"), PL_STR_INIT("bc"), 0, 1},
    {PL_STR_INIT("abcabc"), PL_STR_INIT("bc"), 1, 1},
    {PL_STR_INIT("abcabc"), PL_STR_INIT("bc"), 2, 4},
    {PL_STR_INIT("abcabc"), PL_STR_INIT("bc"), 5, SIZE_MAX},
    {PL_STR_INIT("abcabc"), PL_STR_INIT("bc"), 7, SIZE_MAX},
    {PL_STR_INIT("abc"), PL_STR_INIT("abcd"), 0, SIZE_MAX},
    {PL_STR_INIT("abc"), PL_STR_INIT(""), 2, 2},
    {PL_STR_INIT("abc"), PL_STR_INIT(""), 3, 3},
    {PL_STR_INIT("abc"), PL_STR_INIT(""), 4, SIZE_MAX},
    {PL_STR_INIT("a\0b"), PL_STR_INIT("\0b"), 0, 1},
    {{NULL, 0}, PL_STR_INIT("a"), 0, SIZE_MAX},
    {{NULL, 0}, {NULL, 0}, 0, 0},
};

START_TEST(find_gives_the_first_at_or_after)
{
    ck_assert_uint_eq(pl_str_find(finds[_i].s, finds[_i].needle, finds[_i].from), finds[_i].want);
}
END_TEST

static const struct {
    size_t from, len;
    pl_str want;
} slices[] = {
    {0, 5, PL_STR_INIT("hello")},
    {1, 3, PL_STR_INIT("ell")},
    {0, 99, PL_STR_INIT("hello")},
    {3, SIZE_MAX, PL_STR_INIT("lo")},
    {5, 1, PL_STR_INIT("")},
    {6, 1, PL_STR_INIT("")},
    {SIZE_MAX, SIZE_MAX, PL_STR_INIT("")},
    {2, 0, PL_STR_INIT("")},
};

START_TEST(slices_never_leave_the_view)
{
    pl_str slice = pl_str_slice(PL_STR("hello"), slices[_i].from, slices[_i].len);
    ck_assert(pl_str_equal(slice, slices[_i].want));
    ck_assert_uint_eq(pl_str_slice(none, slices[_i].from, slices[_i].len).len, 0);
}
END_TEST

START_TEST(trimming_takes_blanks_of_both_ends_only)
{
    ck_assert(pl_str_equal(pl_str_trim(PL_STR(" \t a b \r\n")), PL_STR("a b")));
    ck_assert(pl_str_equal(pl_str_trim(PL_STR("ab")), PL_STR("ab")));
    ck_assert(pl_str_equal(pl_str_trim(PL_STR("\v")), PL_STR("\v")));
    ck_assert_uint_eq(pl_str_trim(PL_STR(" \r\n\t ")).len, 0);
    ck_assert_uint_eq(pl_str_trim(none).len, 0);
}
END_TEST

static const pl_str not_numbers[] = {
    PL_STR_INIT(""),   PL_STR_INIT(" 1"),  PL_STR_INIT("1 "),
    PL_STR_INIT("+1"), PL_STR_INIT("-1"),  PL_STR_INIT("0x10"),
    PL_STR_INIT("1."), PL_STR_INIT("1\0"), PL_STR_INIT("18446744073709551616"),
    {NULL, 0},
};

START_TEST(anything_but_digits_is_no_number)
{
    uint64_t number = 99;
    ck_assert(!pl_str_to_u64(not_numbers[_i], &number));
    ck_assert_uint_eq(number, 99);
}
END_TEST

START_TEST(numbers_are_read_up_to_the_largest)
{
    uint64_t number = 99;
    ck_assert(pl_str_to_u64(PL_STR("0"), &number));
    ck_assert_uint_eq(number, 0);
    ck_assert(pl_str_to_u64(PL_STR("00012"), &number));
    ck_assert_uint_eq(number, 12);
    ck_assert(pl_str_to_u64(PL_STR("18446744073709551615"), &number));
    ck_assert_uint_eq(number, UINT64_MAX);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("str");
    TCase *tcase = tcase_create("str");
    tcase_add_test(tcase, terminated_strings_become_views);
    tcase_add_test(tcase, equality_is_of_all_bytes);
    tcase_add_test(tcase, case_is_ignored_for_ascii_only);
    tcase_add_test(tcase, starts_and_ends_are_whole_parts);
    tcase_add_test(tcase, order_is_bytewise_and_shorter_first);
    tcase_add_loop_test(tcase, find_gives_the_first_at_or_after, 0, COUNT(finds));
    tcase_add_loop_test(tcase, slices_never_leave_the_view, 0, COUNT(slices));
    tcase_add_test(tcase, trimming_takes_blanks_of_both_ends_only);
    tcase_add_loop_test(tcase, anything_but_digits_is_no_number, 0, COUNT(not_numbers));
    tcase_add_test(tcase, numbers_are_read_up_to_the_largest);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
