/* test_event_line.c - Windows event records as lines. */
#include "decode/event_line.h"

#include <stdlib.h>

#include <check.h>

#include "base/alloc.h"

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
#define BAD "\xef\xbf\xbd" /* U+FFFD */

/* 2026-05-11T09:15:42.1234567Z: days from 1601 to that day are 155358. */
#define MAY_11 ((INT64_C(155358) * 86400 + 9 * 3600 + 15 * 60 + 42) * 10000000 + 1234567)

static void check_head(const pl_event_head *head, const char *want)
{
    pl_buf buf;
    pl_buf_init(&buf, 1000);
    pl_event_line_begin(&buf, head);
    ck_assert_str_eq(buf.ptr, want);
    ck_assert_int_eq(pl_buf_status(&buf, NULL), PL_OK);
    pl_buf_release(&buf);
}

static const struct {
    pl_event_head head;
    const char *want;
} heads[] = {
    {{.ticks = MAY_11,
      .provider = PL_STR_INIT("Microsoft-Windows-FailoverClustering"),
      .id = 1135,
      .computer = PL_STR_INIT("HVC01-N1.corp.example"),
      .channel = PL_STR_INIT("System"),
      .record = 4711,
      .has_record = true,
      .level = 2},
     "2026-05-11T09:15:42.1234567Z Microsoft-Windows-FailoverClustering/1135 "
     "HVC01-N1.corp.example System 4711 Error"},
    {{.stamp = PL_STR_INIT("2026-05-11T09:15:42"),
      .provider = PL_STR_INIT("Service Control Manager"),
      .id = 0x80001b7c,
      .record = UINT64_MAX,
      .has_record = true},
     "2026-05-11T09:15:42 Service Control Manager/7036 - - 18446744073709551615 Information"},
    {{.level = 1}, "- -/0 - - - Critical"},
    {{.level = 3, .provider = PL_STR_INIT("a\tb\nc\"\\d\1\0e")},
     "- a b c\"\\d" BAD "e/0 - - - Warning"},
    {{.level = 5, .channel = PL_STR_INIT("Windows PowerShell")},
     "- -/0 - \"Windows PowerShell\" - Verbose"},
    {{.level = 6, .computer = PL_STR_INIT("n\xff")}, "- -/0 n" BAD " - - Information"},
    {{.ticks = 1}, "1601-01-01T00:00:00.0000001Z -/0 - - - Information"},
    {{.ticks = INT64_MAX, .stamp = PL_STR_INIT("never")}, "never -/0 - - - Information"},
    {{.ticks = -1}, "- -/0 - - - Information"},
};

START_TEST(head_says_time_provider_computer_channel_record_and_level)
{
    check_head(&heads[_i].head, heads[_i].want);
}
END_TEST

static const struct {
    pl_str name, value;
    const char *want;
} pairs[] = {
    {PL_STR_INIT("NodeName"), PL_STR_INIT("HVC01-N3"), " NodeName=HVC01-N3"},
    {PL_STR_INIT("1"), PL_STR_INIT(""), " 1=\"\""},
    {PL_STR_INIT("1"), {NULL, 0}, " 1=\"\""},
    {PL_STR_INIT("Host OS Build number"), PL_STR_INIT("16299"), " \"Host OS Build number\"=16299"},
    {PL_STR_INIT("a"), PL_STR_INIT("two words"), " a=\"two words\""},
    {PL_STR_INIT("a"), PL_STR_INIT("x=y"), " a=\"x=y\""},
    {PL_STR_INIT("a"), PL_STR_INIT("C:\\x"), " a=\"C:\\\\x\""},
    {PL_STR_INIT("a"), PL_STR_INIT("\"x\""), " a=\"\\\"x\\\"\""},
    {PL_STR_INIT("a"), PL_STR_INIT("1\r\n2\n3\r4\r"), " a=\"1\\n2\\n3\\n4\\n\""},
    {PL_STR_INIT("a"), PL_STR_INIT("\t"), " a=\"\\t\""},
    {PL_STR_INIT("a"), PL_STR_INIT("x\0y\1z\x7f"), " a=\"xy" BAD "z" BAD "\""},
    {PL_STR_INIT("a"), PL_STR_INIT("kn\xc3\xb6t"), " a=kn\xc3\xb6t"},
    {PL_STR_INIT("a"), PL_STR_INIT("kn\xc3"), " a=kn" BAD},
    {PL_STR_INIT("a"), PL_STR_INIT("\xf0\x9f\x9a\x80 \xed\xa0\x80"),
     " a=\"\xf0\x9f\x9a\x80 " BAD BAD BAD "\""},
    {PL_STR_INIT("a"), PL_STR_INIT("\xe2\x80\x8e"), " a=\xe2\x80\x8e"},
};

START_TEST(pairs_are_bare_or_quoted_and_never_break_a_line)
{
    pl_buf buf;
    pl_buf_init(&buf, 1000);
    pl_event_line_pair(&buf, pairs[_i].name, pairs[_i].value);
    ck_assert_str_eq(buf.ptr, pairs[_i].want);
    ck_assert_int_eq(pl_buf_status(&buf, NULL), PL_OK);
    pl_buf_release(&buf);
}
END_TEST

START_TEST(a_buffer_that_is_full_says_so)
{
    pl_buf buf;
    pl_buf_init(&buf, 20);
    pl_event_line_begin(&buf, &heads[0].head);
    pl_event_line_pair(&buf, PL_STR("a"), PL_STR("b\n"));
    pl_event_line_end(&buf);
    ck_assert_int_eq(pl_buf_status(&buf, NULL), PL_ERR_LIMIT);
    pl_buf_release(&buf);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("event_line");
    tcase_add_loop_test(tcase, head_says_time_provider_computer_channel_record_and_level, 0,
                        COUNT(heads));
    tcase_add_loop_test(tcase, pairs_are_bare_or_quoted_and_never_break_a_line, 0, COUNT(pairs));
    tcase_add_test(tcase, a_buffer_that_is_full_says_so);
    Suite *suite = suite_create("event_line");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
