/* test_escape.c - bytes on their way into JSON, CSV and terminals. */
#include "base/escape.h"

#include <stdlib.h>

#include <check.h>

#include "base/alloc.h"

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
#define BAD "\xef\xbf\xbd" /* U+FFFD */

struct sample {
    pl_str text;
    const char *want;
};

static void check_sample(void (*escape)(pl_buf *, pl_str), const struct sample *sample)
{
    pl_buf buf;
    pl_buf_init(&buf, 1000);
    escape(&buf, sample->text);
    ck_assert_str_eq(buf.ptr, sample->want);
    ck_assert_int_eq(pl_buf_status(&buf, NULL), PL_OK);
    pl_buf_release(&buf);
}

static const struct sample json[] = {
    {PL_STR_INIT(""), "\"\""},
    {{NULL, 0}, "\"\""},
    {PL_STR_INIT("plain / text"), "\"plain / text\""},
    {PL_STR_INIT("C:\\log \"a\""), "\"C:\\\\log \\\"a\\\"\""},
    {PL_STR_INIT("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
    {PL_STR_INIT("a\0b\x1b[2J\x7f"), "\"a\\u0000b\\u001b[2J\\u007f\""},
    {PL_STR_INIT("\xc2\x9b"), "\"\\u009b\""},
    {PL_STR_INIT("\xe2\x80\xaegol.exe\xe2\x80\xa8"), "\"\\u202egol.exe\\u2028\""},
    {PL_STR_INIT("kn\xc3\xb6t \xe2\x82\xac \xf0\x9f\x9a\x80"),
     "\"kn\xc3\xb6t \xe2\x82\xac \xf0\x9f\x9a\x80\""},
    {PL_STR_INIT("a\xff\xc3"), "\"a" BAD BAD "\""},
    {PL_STR_INIT("\xe2\x82x"), "\"" BAD "x\""},
};

START_TEST(json_strings_are_valid_and_harmless)
{
    check_sample(pl_escape_json, &json[_i]);
}
END_TEST

static const struct sample csv[] = {
    {PL_STR_INIT(""), ""},
    {{NULL, 0}, ""},
    {PL_STR_INIT("plain text; 'fine'"), "plain text; 'fine'"},
    {PL_STR_INIT("a,b"), "\"a,b\""},
    {PL_STR_INIT("say \"hi\""), "\"say \"\"hi\"\"\""},
    {PL_STR_INIT("\""), "\"\"\"\""},
    {PL_STR_INIT("a\nb"), "\"a\nb\""},
    {PL_STR_INIT("a\rb"), "\"a\rb\""},
    {PL_STR_INIT(" tab\t "), " tab\t "},
};

START_TEST(csv_fields_are_quoted_only_where_they_must_be)
{
    check_sample(pl_escape_csv, &csv[_i]);
}
END_TEST

static const struct sample terminal[] = {
    {PL_STR_INIT(""), ""},
    {PL_STR_INIT("plain \"text\" \\ here"), "plain \"text\" \\ here"},
    {PL_STR_INIT("\x1b[31mred\x1b[0m"), BAD "[31mred" BAD "[0m"},
    {PL_STR_INIT("\x1b]0;title\x07"), BAD "]0;title" BAD},
    {PL_STR_INIT("a\tb\rc\nd"), "a b c d"},
    {PL_STR_INIT("\b\v\f\x7f"), BAD BAD BAD BAD},
    {PL_STR_INIT("csi \xc2\x9b"
                 "2J nel \xc2\x85"),
     "csi " BAD "2J nel " BAD},
    {PL_STR_INIT("\xe2\x80\xae"
                 "abc\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c"),
     BAD "abc" BAD BAD BAD},
    {PL_STR_INIT("\xe2\x80\xa8\xe2\x80\xa9"), BAD BAD},
    {PL_STR_INIT("raw \x9b"
                 "2J"),
     "raw " BAD "2J"},
    {PL_STR_INIT("kn\xc3\xb6t \xe6\xbc\xa2"), "kn\xc3\xb6t \xe6\xbc\xa2"},
    {PL_STR_INIT("cut \xf0\x9f\x9a"), "cut " BAD},
};

START_TEST(nothing_moves_the_cursor_of_a_terminal)
{
    check_sample(pl_escape_terminal, &terminal[_i]);
}
END_TEST

static const struct {
    pl_str text;
    size_t len;
    uint32_t code;
} characters[] = {
    {PL_STR_INIT("A"), 1, 'A'},
    {PL_STR_INIT("\0"), 1, 0},
    {PL_STR_INIT("\x7f"), 1, 0x7f},
    {PL_STR_INIT("\xc2\x80"), 2, 0x80},
    {PL_STR_INIT("\xdf\xbf"), 2, 0x7ff},
    {PL_STR_INIT("\xe0\xa0\x80"), 3, 0x800},
    {PL_STR_INIT("\xed\x9f\xbf"), 3, 0xd7ff},
    {PL_STR_INIT("\xee\x80\x80"), 3, 0xe000},
    {PL_STR_INIT("\xef\xbf\xbf"), 3, 0xffff},
    {PL_STR_INIT("\xf0\x90\x80\x80"), 4, 0x10000},
    {PL_STR_INIT("\xf4\x8f\xbf\xbf"), 4, 0x10ffff},
    /* a continuation byte, overlong forms, a surrogate, beyond U+10FFFF, bytes UTF-8 never has */
    {PL_STR_INIT("\x80"), 1, UINT32_MAX},
    {PL_STR_INIT("\xc0\x80"), 1, UINT32_MAX},
    {PL_STR_INIT("\xc1\xbf"), 1, UINT32_MAX},
    {PL_STR_INIT("\xe0\x9f\xbf"), 1, UINT32_MAX},
    {PL_STR_INIT("\xf0\x8f\xbf\xbf"), 1, UINT32_MAX},
    {PL_STR_INIT("\xed\xa0\x80"), 1, UINT32_MAX},
    {PL_STR_INIT("\xf4\x90\x80\x80"), 1, UINT32_MAX},
    {PL_STR_INIT("\xf5\x80\x80\x80"), 1, UINT32_MAX},
    {PL_STR_INIT("\xff"), 1, UINT32_MAX},
    /* cut or broken off: the good start is one bad piece */
    {PL_STR_INIT("\xc3"), 1, UINT32_MAX},
    {PL_STR_INIT("\xe2\x82"), 2, UINT32_MAX},
    {PL_STR_INIT("\xe2\x82x"), 2, UINT32_MAX},
    {PL_STR_INIT("\xf0\x9f\x9a"), 3, UINT32_MAX},
    {PL_STR_INIT("\xf0\x9f\xc3\xb6"), 2, UINT32_MAX},
};

START_TEST(characters_are_decoded_strictly)
{
    uint32_t code = 0;
    ck_assert_uint_eq(pl_utf8_next(characters[_i].text, &code), characters[_i].len);
    ck_assert_uint_eq(code, characters[_i].code);
    bool valid = characters[_i].code != UINT32_MAX;
    ck_assert_int_eq(pl_utf8_valid(characters[_i].text), valid);
}
END_TEST

START_TEST(valid_text_is_valid_to_its_last_byte)
{
    ck_assert(pl_utf8_valid((pl_str){NULL, 0}));
    ck_assert(pl_utf8_valid(PL_STR("kn\xc3\xb6t")));
    ck_assert(!pl_utf8_valid(PL_STR("kn\xc3\xb6t\xc3")));
    ck_assert(!pl_utf8_valid(PL_STR("\xc3kn")));
}
END_TEST

static const struct {
    pl_str text;
    size_t columns;
} widths[] = {
    {{NULL, 0}, 0},
    {PL_STR_INIT("hvc01"), 5},
    {PL_STR_INIT("kn\xc3\xb6t"), 4},
    {PL_STR_INIT("kno\xcc\x88t"), 4},
    {PL_STR_INIT("\xe6\xbc\xa2\xe5\xad\x97"), 4},
    {PL_STR_INIT("\xea\xb0\x80\xef\xbc\xa1"), 4},
    {PL_STR_INIT("\xf0\x9f\x9a\x80"), 2},
    {PL_STR_INIT("\xe2\x9c\x94\xef\xb8\x8e"), 1},
    {PL_STR_INIT("a\xff"
                 "b"),
     3},
};

START_TEST(width_counts_columns)
{
    ck_assert_uint_eq(pl_utf8_width(widths[_i].text), widths[_i].columns);
}
END_TEST

START_TEST(failed_allocations_are_told_by_the_buffer)
{
    void (*const escapes[])(pl_buf *, pl_str) = {pl_escape_json, pl_escape_csv, pl_escape_terminal};
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        pl_buf buf;
        pl_buf_init(&buf, 1000);
        pl_alloc_fail_after(1);
        escapes[i](&buf, PL_STR("a \"long\" line, with a tab\t and a newline\n at its end"));
        pl_alloc_fail_after(-1);
        ck_assert_int_eq(pl_buf_status(&buf, NULL), PL_ERR_NOMEM);
        pl_buf_release(&buf);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("escape");
    TCase *tcase = tcase_create("escape");
    tcase_add_loop_test(tcase, json_strings_are_valid_and_harmless, 0, COUNT(json));
    tcase_add_loop_test(tcase, csv_fields_are_quoted_only_where_they_must_be, 0, COUNT(csv));
    tcase_add_loop_test(tcase, nothing_moves_the_cursor_of_a_terminal, 0, COUNT(terminal));
    tcase_add_loop_test(tcase, characters_are_decoded_strictly, 0, COUNT(characters));
    tcase_add_test(tcase, valid_text_is_valid_to_its_last_byte);
    tcase_add_loop_test(tcase, width_counts_columns, 0, COUNT(widths));
    tcase_add_test(tcase, failed_allocations_are_told_by_the_buffer);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
