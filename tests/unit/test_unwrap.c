/* test_unwrap.c - the wrapping comes off where it applies, and other lines stay what they are. */
#include "match/unwrap.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "io/reader.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static pl_dialect_set set;
static pl_exec *exec;
static pl_buf scratch;
static pl_error err;

static void setup(void)
{
    pl_dialect_set_init(&set);
    ck_assert_int_eq(pl_exec_new(&exec, &err), PL_OK);
    ck_assert(pl_unwrap_room(&scratch));
}

static void teardown(void)
{
    pl_buf_release(&scratch);
    pl_exec_free(exec);
    pl_dialect_set_release(&set);
}

static const pl_dialect *with_steps(const char *steps)
{
    pl_buf yaml;
    pl_buf_init(&yaml, 4096);
    pl_buf_appendf(&yaml,
                   "dialect: t\ntitle: T\nsource: s\nrecognise: {markers: [x]}\nunwrap: %s\n"
                   "shapes: [{id: s, pattern: '^(?<text>.*)$', time: none}]\nrules: []\n",
                   steps);
    pl_status status = pl_dialect_load(&set, pl_buf_str(&yaml), PL_STR("t.yaml"), &err);
    ck_assert_msg(status == PL_OK, "%s", err.msg);
    pl_buf_release(&yaml);
    return set.items[0];
}

static pl_str unwrap(const pl_dialect *dialect, const char *line)
{
    return pl_unwrap_line(dialect, exec, pl_str_of(line), &scratch, NULL);
}

struct pair {
    const char *line, *text;
};

static void assert_unwraps(const char *steps, const struct pair *pairs, size_t count)
{
    const pl_dialect *dialect = with_steps(steps);
    for (size_t i = 0; i < count; i++) {
        pl_str text = unwrap(dialect, pairs[i].line);
        ck_assert_msg(pl_str_equal(text, pl_str_of(pairs[i].text)), "%s gives '" PL_FMT "'",
                      pairs[i].line, PL_ARG(text));
    }
}

START_TEST(the_field_may_stand_anywhere_in_the_object)
{
    static const struct pair pairs[] = {
        {"{\"log\":\"a b\"}", "a b"},
        {"{\"log\":\"a b\",\"file\":\"x\"}", "a b"},
        {"{\"file\":\"x\",\"log\":\"a b\"}", "a b"},
        {" { \"n\" : 12.5e3 , \"ok\" : true , \"no\":null,\"log\" : \"a b\" } ", "a b"},
        {"\t{\"log\":\"\"}", ""},
        {"{\"a\":{\"log\":\"inner\",\"b\":[1,{\"c\":\"}\"}]},\"log\":\"outer\"}", "outer"},
        {"{\"a\":[[],[\"]\",\"\\\"]\"],{}],\"log\":\"after lists\"}", "after lists"},
        {"{\"a\":\"\\\\\",\"log\":\"after a backslash\"}", "after a backslash"},
        {"{\"a\":\"\\\"log\\\":\\\"no\\\"\",\"log\":\"yes\"}", "yes"},
        {"{\"log\":7,\"x\":1,\"log\":\"a string\"}", "a string"},
    };
    assert_unwraps("[{json: log}]", pairs, COUNT(pairs));
}
END_TEST

START_TEST(escapes_are_undone_and_the_line_end_goes)
{
    static const struct pair pairs[] = {
        {"{\"log\":\"a\\tb\\\"c\\\"\\\\\\/d\\b\\f\"}", "a\tb\"c\"\\/d\b\f"},
        {"{\"log\":\"line\\n\"}", "line"},
        {"{\"log\":\"line\\r\\n\"}", "line"},
        {"{\"log\":\"two\\nlines\\n\"}", "two\nlines"},
        {"{\"log\":\"\\u0041\\u00e9\\u20AC \\u003e\"}", "A\xc3\xa9\xe2\x82\xac >"},
        {"{\"log\":\"\\ud83d\\ude00!\"}", "\xf0\x9f\x98\x80!"},
        {"{\"log\":\"\\uDBFF\\uDFFF\"}", "\xf4\x8f\xbf\xbf"},
        /* halves of a pair: nothing that is no character comes out */
        {"{\"log\":\"\\ud83d.\"}", "\xef\xbf\xbd."},
        {"{\"log\":\"\\ude00\\ud83d\"}", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"{\"log\":\"\\ud83d\\u0041\"}", "\xef\xbf\xbd"
                                         "A"},
        {"{\"log\":\"\\ud83d\\ud83d\\ude00\"}", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {"{\"log\":\"caf\xc3\xa9 \xff\"}", "caf\xc3\xa9 \xff"},
    };
    assert_unwraps("[{json: log}]", pairs, COUNT(pairs));
}
END_TEST

START_TEST(damaged_escapes_never_read_past_the_line)
{
    static const char *const lines[] = {"{\"log\":\"\\u\"}", "{\"log\":\"\\u12\"}",
                                        "{\"log\":\"\\u12g4\"}", "{\"log\":\"\\ud83d\\u\"}",
                                        "{\"log\":\"\\ud83d\\\"}"};
    const pl_dialect *dialect = with_steps("[{json: log}]");
    for (size_t i = 0; i < COUNT(lines); i++) {
        /* a copy of exact size, so that one byte too far is seen */
        size_t len = strlen(lines[i]);
        char *exact = pl_alloc(len, 1);
        ck_assert_ptr_nonnull(exact);
        memcpy(exact, lines[i], len);
        pl_unwrap_line(dialect, exec, (pl_str){exact, len}, &scratch, NULL);
        pl_release(exact);
    }
}
END_TEST

START_TEST(what_is_no_such_object_stays_as_it_is)
{
    static const char *const lines[] = {
        "",
        " ",
        "{",
        "{}",
        "plain text",
        "[\"log\",\"a\"]",
        "\"log\":\"a\"",
        "x {\"log\":\"a\"}",
        "{\"logs\":\"a\"}",
        "{\"Log\":\"a\"}",
        "{\"log\":12}",
        "{\"log\":null}",
        "{\"log\":{\"log\":\"a\"}}",
        "{\"a\":{\"log\":\"a\"}}",
        "{\"log\"",
        "{\"log\":",
        "{\"log\":\"cut off",
        "{\"log\":\"cut off\\\"",
        "{\"a\":\"cut off, \\\"log\\\":\\\"a\\\"",
        "{\"a\":[1,2,\"log\":\"a\"",
        "{'log':'a'}",
        "{\"a\" \"log\":\"a\"}",
    };
    const pl_dialect *dialect = with_steps("[{json: log}]");
    for (size_t i = 0; i < COUNT(lines); i++) {
        pl_str text = unwrap(dialect, lines[i]);
        ck_assert_msg(text.ptr == lines[i] && text.len == strlen(lines[i]), "%s gives '" PL_FMT "'",
                      lines[i], PL_ARG(text));
    }
}
END_TEST

START_TEST(an_object_that_is_cut_off_after_the_field_still_gives_it)
{
    static const struct pair pairs[] = {{"{\"log\":\"whole\",\"file\":\"/var/lo", "whole"}};
    assert_unwraps("[{json: log}]", pairs, COUNT(pairs));
}
END_TEST

START_TEST(a_prefix_is_cut_off_the_front_only)
{
    static const struct pair pairs[] = {
        {"[n1] text", "text"}, {"[n1] [n2] text", "[n2] text"}, {"text [n1] ", "text [n1] "},
        {"[n1] ", ""},         {"[n1]text", "[n1]text"},        {"", ""},
    };
    assert_unwraps("[{strip: '\\[\\w+\\] '}]", pairs, COUNT(pairs));
}
END_TEST

START_TEST(a_prefix_inside_the_object_comes_off_after_it)
{
    static const struct pair pairs[] = {
        {"{\"log\":\"stdout F \\u0041 text\\n\"}", "A text"},
        {"{\"log\":\"other text\"}", "other text"},
        {"stdout F bare text", "bare text"},
        {"stdout F {\"log\":\"text\"}", "{\"log\":\"text\"}"}, /* in this order only */
    };
    assert_unwraps("[{json: log}, {strip: '^std(?:out|err) F '}]", pairs, COUNT(pairs));
}
END_TEST

START_TEST(an_object_behind_a_prefix_is_opened_after_it)
{
    static const struct pair pairs[] = {
        {"stdout F {\"log\":\"\\u0041 text\\n\"}", "A text"},
        {"{\"log\":\"text\"}", "text"},
        {"stdout F bare text", "bare text"},
        {"{\"log\":\"stdout F text\"}", "stdout F text"},
    };
    assert_unwraps("[{strip: '^std(?:out|err) F '}, {json: log}]", pairs, COUNT(pairs));
}
END_TEST

START_TEST(two_prefixes_come_off_one_after_the_other)
{
    static const struct pair pairs[] = {{"a: b: text", "text"}, {"b: text", "text"}};
    assert_unwraps("[{strip: '^a: '}, {strip: '^b: '}]", pairs, COUNT(pairs));
}
END_TEST

START_TEST(objects_in_objects_come_off_one_after_the_other)
{
    static const struct pair pairs[] = {
        {"{\"log\":\"{\\\"msg\\\":\\\"a \\\\\\\"b\\\\\\\"\\\"}\\n\"}", "a \"b\""},
        {"{\"log\":\"bare\"}", "bare"},
        {"{\"msg\":\"alone\"}", "alone"},
    };
    assert_unwraps("[{json: log}, {json: msg}]", pairs, COUNT(pairs));
}
END_TEST

START_TEST(the_longest_line_needs_no_memory_while_it_is_unwrapped)
{
    const pl_dialect *dialect = with_steps("[{json: log}]");
    char *line = pl_alloc(PL_LINE_MAX, 1);
    ck_assert_ptr_nonnull(line);
    memset(line, 'a', PL_LINE_MAX);
    memcpy(line, "{\"log\":\"", 8);
    memcpy(line + PL_LINE_MAX - 2, "\"}", 2);
    pl_alloc_fail_after(0);
    pl_str text = pl_unwrap_line(dialect, exec, (pl_str){line, PL_LINE_MAX}, &scratch, NULL);
    pl_alloc_fail_after(-1);
    ck_assert_uint_eq(text.len, PL_LINE_MAX - 10);
    pl_release(line);
}
END_TEST

START_TEST(no_memory_for_the_room_is_told)
{
    pl_buf room;
    pl_alloc_fail_after(0);
    ck_assert(!pl_unwrap_room(&room));
    pl_alloc_fail_after(-1);
    ck_assert(pl_unwrap_room(&room));
    pl_buf_release(&room);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("unwrap");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, the_field_may_stand_anywhere_in_the_object);
    tcase_add_test(tcase, escapes_are_undone_and_the_line_end_goes);
    tcase_add_test(tcase, damaged_escapes_never_read_past_the_line);
    tcase_add_test(tcase, what_is_no_such_object_stays_as_it_is);
    tcase_add_test(tcase, an_object_that_is_cut_off_after_the_field_still_gives_it);
    tcase_add_test(tcase, a_prefix_is_cut_off_the_front_only);
    tcase_add_test(tcase, a_prefix_inside_the_object_comes_off_after_it);
    tcase_add_test(tcase, an_object_behind_a_prefix_is_opened_after_it);
    tcase_add_test(tcase, two_prefixes_come_off_one_after_the_other);
    tcase_add_test(tcase, objects_in_objects_come_off_one_after_the_other);
    tcase_add_test(tcase, the_longest_line_needs_no_memory_while_it_is_unwrapped);
    tcase_add_test(tcase, no_memory_for_the_room_is_told);
    Suite *suite = suite_create("unwrap");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
