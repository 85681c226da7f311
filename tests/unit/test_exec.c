/* test_exec.c - patterns run within limits, and captures are found by name. */
#include "match/exec.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static pl_arena arena;
static pl_exec *exec;
static pl_regex regex;
static pl_captures captures;
static pl_error err;

static void setup(void)
{
    pl_arena_init(&arena);
    regex = (pl_regex){0};
    ck_assert_int_eq(pl_exec_new(&exec, &err), PL_OK);
}

static void teardown(void)
{
    pl_regex_release(&regex);
    pl_exec_free(exec);
    pl_arena_release(&arena);
}

static void compile(const char *pattern)
{
    pl_regex_release(&regex);
    pl_status status = pl_regex_compile(pl_str_of(pattern), &arena, &regex, &err);
    ck_assert_msg(status == PL_OK, "%s: %s", pattern, err.msg);
}

static bool finds(const char *subject)
{
    return pl_exec_match(exec, &regex, pl_str_of(subject), &captures);
}

static void assert_str(pl_str got, const char *wanted)
{
    ck_assert_msg(got.ptr != NULL && pl_str_equal(got, pl_str_of(wanted)), "'" PL_FMT "', not '%s'",
                  PL_ARG(got), wanted);
}

static void assert_group(const char *name, const char *wanted)
{
    assert_str(pl_capture(&captures, pl_str_of(name)), wanted);
}

START_TEST(captures_are_views_into_the_subject)
{
    static const char subject[] = "the node n1 is up";
    compile("node (?<node>\\w+) is");
    ck_assert(finds(subject));
    assert_group("node", "n1");
    ck_assert_ptr_eq(pl_capture(&captures, PL_STR("node")).ptr, subject + 9);
    assert_str(captures.groups[0], "node n1 is");
    ck_assert_ptr_eq(captures.regex, &regex);
    ck_assert(!finds("no such thing"));
    ck_assert_uint_eq(pl_exec_limited(exec), 0);
}
END_TEST

START_TEST(a_group_that_is_not_set_is_not_the_empty_one)
{
    compile("^a(?<set>b*)(?<unset>c)?(?<last>d)?$");
    ck_assert(finds("a"));
    assert_group("set", "");
    ck_assert_ptr_null(pl_capture(&captures, PL_STR("unset")).ptr);
    ck_assert_ptr_null(pl_capture(&captures, PL_STR("last")).ptr);
    ck_assert_ptr_null(pl_capture(&captures, PL_STR("nowhere")).ptr);
    ck_assert(finds("ad"));
    ck_assert_ptr_null(pl_capture(&captures, PL_STR("unset")).ptr);
    assert_group("last", "d");
}
END_TEST

START_TEST(groups_of_the_match_before_are_forgotten)
{
    compile("^(?<x>x)?(?<y>y)?");
    ck_assert(finds("xy"));
    ck_assert(finds("."));
    ck_assert_ptr_null(pl_capture(&captures, PL_STR("x")).ptr);
    ck_assert_ptr_null(pl_capture(&captures, PL_STR("y")).ptr);
}
END_TEST

START_TEST(of_groups_of_one_name_the_one_that_is_set_counts)
{
    compile("^node=(?:\"(?<node>[^\"]*)\"|(?<node>\\S+)|<(?<node>[^>]*)>)$");
    ck_assert(finds("node=\"n 1\""));
    assert_group("node", "n 1");
    ck_assert(finds("node=n2"));
    assert_group("node", "n2");
    ck_assert(finds("node=\"\""));
    assert_group("node", "");
}
END_TEST

START_TEST(a_pattern_may_use_all_31_groups)
{
    char pattern[31 * 3 + 16] = "";
    for (size_t i = 0; i < 30; i++)
        memcpy(pattern + 3 * i, "(a)", 4);
    memcpy(pattern + 90, "(?<end>b)", 10);
    compile(pattern);
    ck_assert(finds("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"));
    assert_group("end", "b");
    assert_str(captures.groups[30], "a");
}
END_TEST

START_TEST(subjects_may_be_empty_hold_nul_and_be_no_utf8)
{
    compile("^(?<all>.*)$");
    ck_assert(pl_exec_match(exec, &regex, (pl_str){0}, &captures));
    ck_assert_uint_eq(captures.groups[0].len, 0);
    const pl_str odd = PL_STR("a\0b\xff\xc3");
    ck_assert(pl_exec_match(exec, &regex, odd, &captures));
    ck_assert(pl_str_equal(pl_capture(&captures, PL_STR("all")), odd));
}
END_TEST

/* Patterns that try exponentially many ways before they give up. */
static const struct {
    const char *pattern;
    char fill;
} bombs[] = {
    {"^(?:a|aa)+$", 'a'},     {"^(?:a+)+$", 'a'},         {"^(?:(?:\\w*)*)*(?<tail>[xy])$", 'a'},
    {"^(?:\\w+\\s?)+$", 'b'}, {"^(a?){200}a{200}$", 'a'},
};

START_TEST(a_pattern_that_explodes_ends_quickly_and_is_counted)
{
    static char subject[60000];
    memset(subject, bombs[_i].fill, sizeof subject - 2);
    subject[sizeof subject - 2] = '!';
    compile(bombs[_i].pattern);
    uint64_t before = pl_exec_limited(exec);
    for (int again = 0; again < 20; again++)
        ck_assert(!finds(subject));
    ck_assert_msg(pl_exec_limited(exec) == before + 20, "%s: %d", bombs[_i].pattern,
                  (int)(pl_exec_limited(exec) - before));
    /* and the next pattern is none the worse for it */
    compile("(?<mark>!)$");
    ck_assert(finds(subject));
    ck_assert_uint_eq(pl_exec_limited(exec), before + 20);
}
END_TEST

START_TEST(a_line_of_full_length_is_no_reason_to_give_up)
{
    static char subject[(64 << 10) + 1];
    memset(subject, 'a', sizeof subject - 1);
    compile("^\\[?(?<level>\\w)(?<text>.*?)$");
    ck_assert(finds(subject));
    ck_assert_uint_eq(pl_capture(&captures, PL_STR("text")).len, (64 << 10) - 1);
    ck_assert_uint_eq(pl_exec_limited(exec), 0);
}
END_TEST

START_TEST(reach_is_how_far_a_failing_line_fitted)
{
    static const struct {
        const char *pattern, *subject;
        size_t reach;
    } cases[] = {
        {"^Shifting (\\w+) -> (\\w+)", "Shifting OPEN => JOINED", 14}, /* '=' does not fit */
        {"^Shifting (\\w+) -> (\\w+)", "shifting OPEN -> JOINED", 0},
        {"^abc$", "abcd", 3},
        {"^abc\\d", "abc", 3}, /* all of it fitted, and then it ended */
        {"^(?:ab|abcd)x", "abcd!", 4},
        {"^x", "", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        compile(cases[i].pattern);
        ck_assert(!finds(cases[i].subject));
        size_t reach = pl_exec_reach(exec, &regex, pl_str_of(cases[i].subject));
        ck_assert_msg(reach == cases[i].reach, "%s: %zu", cases[i].pattern, reach);
    }
}
END_TEST

START_TEST(no_memory_is_told_and_the_next_try_is_whole)
{
    pl_exec *other = NULL;
    pl_alloc_fail_after(0);
    ck_assert_int_eq(pl_exec_new(&other, &err), PL_ERR_NOMEM);
    pl_alloc_fail_after(-1);
    ck_assert_ptr_null(other);
    ck_assert_int_eq(pl_exec_new(&other, &err), PL_OK);
    pl_exec_free(other);
    pl_exec_free(NULL);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("exec");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, captures_are_views_into_the_subject);
    tcase_add_test(tcase, a_group_that_is_not_set_is_not_the_empty_one);
    tcase_add_test(tcase, groups_of_the_match_before_are_forgotten);
    tcase_add_test(tcase, of_groups_of_one_name_the_one_that_is_set_counts);
    tcase_add_test(tcase, a_pattern_may_use_all_31_groups);
    tcase_add_test(tcase, subjects_may_be_empty_hold_nul_and_be_no_utf8);
    tcase_add_loop_test(tcase, a_pattern_that_explodes_ends_quickly_and_is_counted, 0,
                        COUNT(bombs));
    tcase_add_test(tcase, a_line_of_full_length_is_no_reason_to_give_up);
    tcase_add_test(tcase, reach_is_how_far_a_failing_line_fitted);
    tcase_add_test(tcase, no_memory_is_told_and_the_next_try_is_whole);
    Suite *suite = suite_create("exec");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
