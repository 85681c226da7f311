/* test_buf.c - text that is built piece by piece and checked once. */
#include "base/buf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"

START_TEST(empty_buffer_is_an_empty_terminated_string)
{
    pl_buf buf;
    pl_buf_init(&buf, 100);
    ck_assert_str_eq(buf.ptr, "");
    ck_assert_uint_eq(pl_buf_str(&buf).len, 0);
    pl_buf_append(&buf, PL_STR(""));
    pl_buf_append(&buf, (pl_str){NULL, 0});
    pl_buf_cut(&buf, 0);
    pl_buf_clear(&buf);
    ck_assert_str_eq(buf.ptr, "");
    ck_assert_int_eq(pl_buf_status(&buf, NULL), PL_OK);
    pl_buf_release(&buf);
}
END_TEST

START_TEST(appends_follow_each_other_and_stay_terminated)
{
    pl_buf buf;
    pl_buf_init(&buf, 1000);
    pl_buf_append(&buf, PL_STR("node "));
    pl_buf_append_char(&buf, '"');
    pl_buf_appendf(&buf, "hvc%02d", 1);
    pl_buf_append_char(&buf, '"');
    pl_buf_append_repeat(&buf, '-', 3);
    pl_buf_append_repeat(&buf, '-', 0);
    pl_buf_appendf(&buf, "%s", "");
    ck_assert_str_eq(buf.ptr, "node \"hvc01\"---");
    ck_assert_uint_eq(buf.len, 15);
    pl_buf_append(&buf, PL_STR("\0x"));
    ck_assert_uint_eq(pl_buf_str(&buf).len, 17);
    ck_assert_int_eq(buf.ptr[17], '\0');
    pl_buf_release(&buf);
}
END_TEST

START_TEST(long_formats_fit)
{
    pl_buf buf;
    pl_buf_init(&buf, 100000);
    pl_buf_appendf(&buf, "%050000d|", 7);
    ck_assert_int_eq(pl_buf_status(&buf, NULL), PL_OK);
    ck_assert_uint_eq(buf.len, 50001);
    ck_assert_str_eq(buf.ptr + 49998, "07|");
    pl_buf_release(&buf);
}
END_TEST

START_TEST(reserved_bytes_belong_to_the_text_until_cut)
{
    pl_buf buf;
    pl_buf_init(&buf, 100);
    pl_buf_append(&buf, PL_STR("ab"));
    char *fresh = pl_buf_reserve(&buf, 10);
    ck_assert_ptr_nonnull(fresh);
    memset(fresh, 'x', 10);
    ck_assert_str_eq(buf.ptr, "abxxxxxxxxxx");
    pl_buf_cut(&buf, 4);
    ck_assert_str_eq(buf.ptr, "abxx");
    ck_assert_uint_eq(buf.len, 4);
    pl_buf_release(&buf);
}
END_TEST

START_TEST(maximum_is_reached_but_not_passed)
{
    pl_buf buf;
    pl_buf_init(&buf, 4);
    pl_buf_append(&buf, PL_STR("abcd"));
    ck_assert_int_eq(pl_buf_status(&buf, NULL), PL_OK);
    pl_buf_append_char(&buf, 'e');
    pl_error err;
    ck_assert_int_eq(pl_buf_status(&buf, &err), PL_ERR_LIMIT);
    ck_assert_str_eq(err.msg, "text would be longer than 4 bytes");
    ck_assert_str_eq(buf.ptr, "abcd");
    pl_buf_release(&buf);
}
END_TEST

START_TEST(failure_is_remembered_until_clear)
{
    pl_buf buf;
    pl_buf_init(&buf, 4);
    pl_buf_append(&buf, PL_STR("abcde"));
    pl_buf_append(&buf, PL_STR("f"));
    pl_buf_appendf(&buf, "%d", 1);
    ck_assert_ptr_null(pl_buf_reserve(&buf, 1));
    ck_assert_str_eq(buf.ptr, "");
    ck_assert_int_eq(pl_buf_status(&buf, NULL), PL_ERR_LIMIT);
    pl_buf_clear(&buf);
    pl_buf_append(&buf, PL_STR("f"));
    ck_assert_int_eq(pl_buf_status(&buf, NULL), PL_OK);
    ck_assert_str_eq(buf.ptr, "f");
    pl_buf_release(&buf);
    ck_assert_str_eq(buf.ptr, "");
    ck_assert_uint_eq(buf.max, 4);
}
END_TEST

START_TEST(unlimited_buffer_still_refuses_what_cannot_be)
{
    pl_buf buf;
    pl_buf_init(&buf, SIZE_MAX);
    ck_assert_ptr_null(pl_buf_reserve(&buf, SIZE_MAX));
    ck_assert_int_eq(pl_buf_status(&buf, NULL), PL_ERR_LIMIT);
    pl_buf_release(&buf);
}
END_TEST

START_TEST(every_failed_allocation_is_told)
{
    pl_status status = PL_ERR_NOMEM;
    for (long n = 0; status != PL_OK; n++) {
        ck_assert_int_lt(n, 20);
        pl_buf buf;
        pl_buf_init(&buf, 10000);
        pl_alloc_fail_after(n);
        for (int i = 0; i < 100; i++)
            pl_buf_appendf(&buf, "%09d", i);
        pl_alloc_fail_after(-1);
        status = pl_buf_status(&buf, NULL);
        ck_assert(status == PL_OK || status == PL_ERR_NOMEM);
        ck_assert_uint_eq(strlen(buf.ptr), buf.len);
        ck_assert(status != PL_OK || buf.len == 900);
        pl_buf_release(&buf);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("buf");
    TCase *tcase = tcase_create("buf");
    tcase_add_test(tcase, empty_buffer_is_an_empty_terminated_string);
    tcase_add_test(tcase, appends_follow_each_other_and_stay_terminated);
    tcase_add_test(tcase, long_formats_fit);
    tcase_add_test(tcase, reserved_bytes_belong_to_the_text_until_cut);
    tcase_add_test(tcase, maximum_is_reached_but_not_passed);
    tcase_add_test(tcase, failure_is_remembered_until_clear);
    tcase_add_test(tcase, unlimited_buffer_still_refuses_what_cannot_be);
    tcase_add_test(tcase, every_failed_allocation_is_told);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
