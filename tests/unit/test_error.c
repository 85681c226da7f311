/* test_error.c - the words and the number of a failure. */
#include "phaseline/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

START_TEST(fail_fills_the_error_and_returns_the_status)
{
    pl_error err;
    pl_status status = pl_fail(&err, PL_ERR_LIMIT, "tally is full at %d marks", 7);
    ck_assert_int_eq(status, PL_ERR_LIMIT);
    ck_assert_int_eq(err.status, PL_ERR_LIMIT);
    ck_assert_str_eq(err.msg, "tally is full at 7 marks");
}
END_TEST

START_TEST(nobody_has_to_want_the_words)
{
    ck_assert_int_eq(pl_fail(NULL, PL_ERR_DB, "locked"), PL_ERR_DB);
    pl_error_context(NULL, "a.yaml line %d", 3);
}
END_TEST

START_TEST(only_a_refusal_of_the_system_carries_errno)
{
    pl_error err;
    errno = ENOENT;
    ck_assert_int_eq(pl_fail(&err, PL_ERR_IO, "cannot open"), PL_ERR_IO);
    ck_assert_int_eq(err.sys_errno, ENOENT);
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_int_eq(pl_fail(&err, PL_ERR_FORMAT, "no phases"), PL_ERR_FORMAT);
    ck_assert_int_eq(err.sys_errno, 0);
}
END_TEST

START_TEST(context_goes_in_front_and_keeps_the_rest)
{
    pl_error err;
    errno = EACCES;
    ck_assert_int_eq(pl_fail(&err, PL_ERR_IO, "cannot open"), PL_ERR_IO);
    pl_error_context(&err, "%s line %d", "a.yaml", 3);
    pl_error_context(&err, "dialects");
    ck_assert_str_eq(err.msg, "dialects: a.yaml line 3: cannot open");
    ck_assert_int_eq(err.status, PL_ERR_IO);
    ck_assert_int_eq(err.sys_errno, EACCES);
}
END_TEST

START_TEST(words_may_be_made_from_the_error_they_replace)
{
    pl_error err;
    ck_assert_int_eq(pl_fail(&err, PL_ERR_IO, "disk full"), PL_ERR_IO);
    ck_assert_int_eq(pl_fail(&err, PL_ERR_DB, "commit: %s", err.msg), PL_ERR_DB);
    ck_assert_str_eq(err.msg, "commit: disk full");
    pl_error_context(&err, "%s", err.msg);
    ck_assert_str_eq(err.msg, "commit: disk full: commit: disk full");
}
END_TEST

START_TEST(words_are_one_line)
{
    pl_error err;
    ck_assert_int_eq(pl_fail(&err, PL_ERR_FORMAT, "no key '%s'", "a\nb\r\n"), PL_ERR_FORMAT);
    ck_assert_str_eq(err.msg, "no key 'a b  '");
    pl_error_context(&err, "x\ny");
    ck_assert_str_eq(err.msg, "x y: no key 'a b  '");
}
END_TEST

START_TEST(long_words_are_cut_and_terminated)
{
    char words[1000];
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    pl_error err;
    ck_assert_int_eq(pl_fail(&err, PL_ERR_USAGE, "%s", words), PL_ERR_USAGE);
    ck_assert_uint_eq(strlen(err.msg), sizeof err.msg - 1);
    pl_error_context(&err, "where");
    ck_assert_uint_eq(strlen(err.msg), sizeof err.msg - 1);
    ck_assert_int_eq(strncmp(err.msg, "where: xxx", 10), 0);
    pl_error_context(&err, "%s", words);
    ck_assert_uint_eq(strlen(err.msg), sizeof err.msg - 1);
}
END_TEST

/* 254 x and a two-byte character fill 256 bytes, one more than there is room for. */
START_TEST(words_are_never_cut_inside_a_character)
{
    char words[300];
    memset(words, 'x', sizeof words);
    memcpy(words + 254, "\xc3\xa9", 3);
    pl_error err;
    ck_assert_int_eq(pl_fail(&err, PL_ERR_USAGE, "%s", words), PL_ERR_USAGE);
    ck_assert_uint_eq(strlen(err.msg), 254);
    memcpy(words + 253, "\xc3\xa9", 3);
    ck_assert_int_eq(pl_fail(&err, PL_ERR_USAGE, "%s", words), PL_ERR_USAGE);
    ck_assert_str_eq(err.msg + 253, "\xc3\xa9");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("error");
    TCase *tcase = tcase_create("error");
    tcase_add_test(tcase, fail_fills_the_error_and_returns_the_status);
    tcase_add_test(tcase, nobody_has_to_want_the_words);
    tcase_add_test(tcase, only_a_refusal_of_the_system_carries_errno);
    tcase_add_test(tcase, context_goes_in_front_and_keeps_the_rest);
    tcase_add_test(tcase, words_may_be_made_from_the_error_they_replace);
    tcase_add_test(tcase, words_are_one_line);
    tcase_add_test(tcase, long_words_are_cut_and_terminated);
    tcase_add_test(tcase, words_are_never_cut_inside_a_character);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
