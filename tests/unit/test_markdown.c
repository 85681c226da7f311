/* test_markdown.c - what a log says is text in a Markdown document, and only text. */
#include "render/markdown.h"

#include <stdlib.h>

#include <check.h>

static const struct {
    pl_str text;
    const char *markdown;
} cases[] = {
    {PL_STR_INIT("plain, with a-b.c (d) 12 %"), "plain, with a-b.c (d) 12 %"},
    {PL_STR_INIT("*a* _b_ `c` ~d~ $e$ #1"), "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\$e\\$ \\#1"},
    {PL_STR_INIT("[x](y) a|b c\\d"), "\\[x\\](y) a\\|b c\\\\d"},
    {PL_STR_INIT("<script>1 && 2</script>"), "&lt;script&gt;1 &amp;&amp; 2&lt;/script&gt;"},
    {PL_STR_INIT("http://x www.x.org 12:30"), "http\\://x www\\.x.org 12:30"},
    {PL_STR_INIT("two\nlines\ttab"), "two lines tab"},
    {PL_STR_INIT("red \x1b[31m"), "red \xef\xbf\xbd\\[31m"},
    {PL_STR_INIT("bad \xff*"), "bad \xef\xbf\xbd\\*"},
    {PL_STR_INIT("\0"), "\xef\xbf\xbd"},
    {PL_STR_INIT("\xe7\xaf\x80|"), "\xe7\xaf\x80\\|"},
    {PL_STR_INIT(":"), ":"},
    {PL_STR_INIT(""), ""},
};

START_TEST(marks_lose_their_meaning)
{
    pl_buf buf;
    pl_buf_init(&buf, 4096);
    pl_markdown_append(&buf, cases[_i].text);
    ck_assert_str_eq(buf.ptr, cases[_i].markdown);
    pl_buf_release(&buf);
}
END_TEST

START_TEST(a_line_of_a_log_is_set_as_code)
{
    pl_buf buf;
    pl_buf_init(&buf, 4096);
    pl_markdown_append_code(&buf, PL_STR("</code>`*"));
    ck_assert_str_eq(buf.ptr, "<code>&lt;/code&gt;\\`\\*</code>");
    pl_buf_release(&buf);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("markdown");
    TCase *tcase = tcase_create("markdown");
    tcase_add_loop_test(tcase, marks_lose_their_meaning, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tcase, a_line_of_a_log_is_set_as_code);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
