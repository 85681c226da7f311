/* test_samples.c - samples take the way of log lines, and a failing one is told with its place. */
#include "match/samples.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "base/embedded.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static pl_dialect_set set;
static pl_buf out;
static pl_samples_result result;
static pl_error err;

static void setup(void)
{
    pl_dialect_set_init(&set);
    pl_buf_init(&out, 1 << 20);
}

static void teardown(void)
{
    pl_buf_release(&out);
    pl_dialect_set_release(&set);
}

/* The rule stands in line 13 of the file, its samples in the lines after it. */
static void load(const char *rule)
{
    pl_buf yaml;
    pl_buf_init(&yaml, 8192);
    pl_buf_appendf(&yaml,
                   "dialect: t\ntitle: T\nsource: s\nrecognise: {markers: [x]}\n"
                   "unwrap: [{json: log}]\n"
                   "shapes: [{id: s, pattern: '^(?<ts>\\d\\d:\\d\\d:\\d\\d) (?<text>.*)$', time: "
                   "time-of-day}]\n"
                   "models:\n  - model: roll\n    scope: node\n    phases:\n"
                   "      - {phase: drain, kind: drain}\n"
                   "rules:\n%s\n",
                   rule);
    pl_status status = pl_dialect_load(&set, pl_buf_str(&yaml), PL_STR("t.yaml"), &err);
    if (status == PL_OK)
        status = pl_dialect_link(&set, &err);
    ck_assert_msg(status == PL_OK, "%s", err.msg);
    pl_buf_release(&yaml);
}

static void test(size_t passed, size_t failed, const char *words)
{
    pl_buf_clear(&out);
    pl_status status = pl_samples_test(&set, set.items[0], &out, &result, &err);
    ck_assert_msg(status == PL_OK, "%s", err.msg);
    ck_assert_str_eq(out.ptr, words);
    ck_assert_uint_eq(result.passed, passed);
    ck_assert_uint_eq(result.failed, failed);
}

START_TEST(samples_that_hold_say_nothing)
{
    load("  - id: r\n    literal: 'drain '\n    pattern: '^drain (?<phase>\\w+)(?: on "
         "(?<subject>\\w+))?$'\n"
         "    gives: [{model: roll, phase: '{phase}', transition: enter}]\n    words: {D: drain}\n"
         "    match:\n"
         "      - {line: '10:00:00 drain D on n1', gives: {phase: D, subject: n1}}\n"
         "      - {line: '{\"log\":\"10:00:00 drain 1\\n\"}', gives: {phase: '1'}}\n"
         "    not: ['10:00:00 drain', '10:00:00 no drain D', 'drain D', '10:00 drain D']");
    test(6, 0, "");
}
END_TEST

START_TEST(a_line_without_the_literal_is_told)
{
    load("  - id: r\n    literal: 'drain '\n    pattern: '^drain'\n"
         "    gives: [{transition: note}]\n    match:\n"
         "      - {line: '10:00:00 drains'}\n    not: ['x']");
    test(1, 1,
         "t.yaml:18: rule 'r': the literal is not in the line\n"
         "    10:00:00 drains\n"
         "    ^\n");
}
END_TEST

START_TEST(a_line_without_a_shape_is_told_with_how_far_one_fitted)
{
    load("  - id: r\n    literal: 'drain'\n    pattern: '^drain'\n"
         "    gives: [{transition: note}]\n    match:\n"
         "      - {line: '10:00-00 drain'}\n    not: ['x']");
    test(1, 1,
         "t.yaml:18: rule 'r': no shape fits the line\n"
         "    10:00-00 drain\n"
         "         ^\n");
}
END_TEST

START_TEST(a_line_that_does_not_match_is_told_with_how_far_it_did)
{
    load("  - id: r\n    literal: 'drain'\n    pattern: '^drain of \\d+ pods'\n"
         "    gives: [{transition: note}]\n    match:\n"
         "      - {line: '10:00:00 drain of 1x pods'}\n    not: ['x']");
    test(1, 1,
         "t.yaml:18: rule 'r': the pattern does not match the text of the line\n"
         "    10:00:00 drain of 1x pods\n"
         "                       ^\n");
}
END_TEST

START_TEST(a_capture_that_is_not_what_the_sample_says_is_told)
{
    load("  - id: r\n    literal: 'drain'\n    pattern: '^drain (?<subject>\\w+)(?<code>\\d)?'\n"
         "    gives: [{transition: note}]\n    match:\n"
         "      - {line: '10:00:00 drain n2', gives: {subject: n1}}\n"
         "      - {line: '10:00:00 drain n2', gives: {code: ''}}\n    not: ['x']");
    test(2, 1,
         "t.yaml:18: rule 'r': a capture is not what the sample says\n"
         "    10:00:00 drain n2\n"
         "    ^\n"
         "    subject is 'n2', not 'n1'\n");
}
END_TEST

START_TEST(a_sample_with_several_wrong_captures_fails_once)
{
    load("  - id: r\n    literal: 'drain'\n    pattern: '^drain (?<subject>\\w+) (?<code>\\d)'\n"
         "    gives: [{transition: note}]\n    match:\n"
         "      - {line: '10:00:00 drain n2 4', gives: {subject: n1, code: '5'}}\n    not: ['x']");
    pl_status status = pl_samples_test(&set, set.items[0], &out, &result, &err);
    ck_assert_int_eq(status, PL_OK);
    ck_assert_uint_eq(result.failed, 1);
    ck_assert_ptr_nonnull(strstr(out.ptr, "subject is 'n2', not 'n1'\n"));
    ck_assert_ptr_nonnull(strstr(out.ptr, "code is '4', not '5'\n"));
}
END_TEST

START_TEST(a_captured_word_that_means_nothing_is_told)
{
    load("  - id: r\n    literal: 'drain'\n    pattern: '^drain (?<phase>\\w+)'\n"
         "    gives: [{model: roll, phase: '{phase}', transition: enter}]\n    match:\n"
         "      - {line: '10:00:00 drain DRAIN'}\n"
         "      - {line: '10:00:00 drain DRIAN'}\n    not: ['x']");
    test(2, 1,
         "t.yaml:19: rule 'r': a captured word names no model, phase or transition\n"
         "    10:00:00 drain DRIAN\n"
         "    ^\n");
}
END_TEST

START_TEST(a_line_that_must_not_match_and_does_is_told)
{
    load("  - id: r\n    literal: 'drain'\n    pattern: '^drain'\n"
         "    gives: [{transition: note}]\n    match:\n"
         "      - {line: '10:00:00 drain'}\n    not: ['10:00:00 drained', 'x']");
    test(2, 1,
         "t.yaml:19: rule 'r': the line must not match, and does\n"
         "    10:00:00 drained\n"
         "                    ^\n");
}
END_TEST

static void load_embedded(void)
{
    for (size_t i = 0; i < pl_embedded_dialect_count; i++) {
        const pl_embedded *file = &pl_embedded_dialects[i];
        pl_status status =
            pl_dialect_load(&set, (pl_str){file->text, file->len}, pl_str_of(file->name), &err);
        ck_assert_msg(status == PL_OK, "%s", err.msg);
    }
    ck_assert_int_eq(pl_dialect_link(&set, &err), PL_OK);
}

START_TEST(every_sample_of_the_built_in_dialects_holds)
{
    load_embedded();
    ck_assert_uint_ge(set.count, 3);
    for (size_t i = 0; i < set.count; i++) {
        ck_assert_int_eq(pl_samples_test(&set, set.items[i], &out, &result, &err), PL_OK);
        ck_assert_str_eq(out.ptr, "");
        ck_assert_uint_eq(result.failed, 0);
        ck_assert_uint_gt(result.passed, 0);
    }
}
END_TEST

START_TEST(every_allocation_may_fail_and_the_next_test_is_whole)
{
    load("  - id: r\n    literal: 'drain '\n    pattern: '^drain (?<phase>\\w+) (?<why>\\w+)$'\n"
         "    gives: [{model: roll, phase: '{phase}', transition: enter}]\n    match:\n"
         "      - {line: '10:00:00 drain drain x', gives: {phase: drain}}\n"
         "      - {line: '{\"log\":\"10:00:00 drain no x\"}'}\n    not: ['x']");
    long n = 0;
    for (pl_status status = PL_ERR_NOMEM; status != PL_OK; n++) {
        pl_buf_release(&out);
        pl_alloc_fail_after(n);
        status = pl_samples_test(&set, set.items[0], &out, &result, &err);
        pl_alloc_fail_after(-1);
        ck_assert(status == PL_OK || status == PL_ERR_NOMEM);
    }
    ck_assert_int_gt(n, 3);
    ck_assert_uint_eq(result.passed, 2);
    ck_assert_uint_eq(result.failed, 1);
    ck_assert_ptr_nonnull(strstr(out.ptr, "names no model, phase or transition"));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("samples");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, samples_that_hold_say_nothing);
    tcase_add_test(tcase, a_line_without_the_literal_is_told);
    tcase_add_test(tcase, a_line_without_a_shape_is_told_with_how_far_one_fitted);
    tcase_add_test(tcase, a_line_that_does_not_match_is_told_with_how_far_it_did);
    tcase_add_test(tcase, a_capture_that_is_not_what_the_sample_says_is_told);
    tcase_add_test(tcase, a_sample_with_several_wrong_captures_fails_once);
    tcase_add_test(tcase, a_captured_word_that_means_nothing_is_told);
    tcase_add_test(tcase, a_line_that_must_not_match_and_does_is_told);
    tcase_add_test(tcase, every_sample_of_the_built_in_dialects_holds);
    tcase_add_test(tcase, every_allocation_may_fail_and_the_next_test_is_whole);
    Suite *suite = suite_create("samples");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
