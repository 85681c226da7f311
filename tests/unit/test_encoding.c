/* test_encoding.c - what first bytes are taken for. */
#include "io/encoding.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

/* `text` in UTF-16 of either order; the caller frees. */
static pl_str widen(const char *text, bool big_endian)
{
    size_t len = strlen(text);
    char *wide = calloc(len + 1, 2);
    ck_assert_ptr_nonnull(wide);
    for (size_t i = 0; i < len; i++)
        wide[2 * i + (big_endian ? 1 : 0)] = text[i];
    return (pl_str){wide, 2 * len};
}

static const struct {
    pl_str probe;
    pl_encoding encoding;
    size_t bom_bytes;
} cases[] = {
    {{"", 0}, PL_ENCODING_UTF8, 0},
    {{"node1 up\n", 9}, PL_ENCODING_UTF8, 0},
    {{"\xef\xbb\xbf", 3}, PL_ENCODING_UTF8, 3},
    {{"\xef\xbb\xbfnode", 7}, PL_ENCODING_UTF8, 3},
    {{"\xff\xfen\0", 4}, PL_ENCODING_UTF16LE, 2},
    {{"\xfe\xff\0n", 4}, PL_ENCODING_UTF16BE, 2},
    {{"Knoten f\xc3\xa4llt aus", 16}, PL_ENCODING_UTF8, 0},
    {{"Knoten f\xe4llt aus", 15}, PL_ENCODING_CP1252, 0},
    /* the last character is cut: not a fault */
    {{"Knoten f\xc3", 9}, PL_ENCODING_UTF8, 0},
    {{"price \xe2\x82", 8}, PL_ENCODING_UTF8, 0},
    {{"smile \xf0\x9f\x98", 9}, PL_ENCODING_UTF8, 0},
    /* the same bytes in the middle are */
    {{"price \xe2\x82 net", 12}, PL_ENCODING_CP1252, 0},
    /* a continuation without a lead at the end is no cut character */
    {{"abc\x80", 4}, PL_ENCODING_CP1252, 0},
    /* colours of a terminal are text, NULs of a crash are too */
    {{"\x1b[31mfailed\x1b[0m\r\n", 16}, PL_ENCODING_UTF8, 0},
    {{"boot\0\0\0\0\0\0done", 14}, PL_ENCODING_UTF8, 0},
    {{"abc\0", 4}, PL_ENCODING_UTF8, 0},
    /* one control byte of twenty is allowed, one of nineteen is not */
    {{"\x01"
      "234567890123456789x",
      20},
     PL_ENCODING_UTF8,
     0},
    {{"\x01"
      "234567890123456789",
      19},
     PL_ENCODING_BINARY,
     0},
    {{"\x01\x02\x03\x04", 4}, PL_ENCODING_BINARY, 0},
    {{"\0\0\0\0", 4}, PL_ENCODING_BINARY, 0},
};

START_TEST(first_bytes_tell_the_encoding)
{
    size_t bom_bytes = 99;
    ck_assert_str_eq(pl_encoding_name(pl_encoding_detect(cases[_i].probe, &bom_bytes)),
                     pl_encoding_name(cases[_i].encoding));
    ck_assert_uint_eq(bom_bytes, cases[_i].bom_bytes);
}
END_TEST

START_TEST(western_utf16_without_mark_is_seen_by_its_nuls)
{
    size_t bom_bytes;
    for (int big_endian = 0; big_endian <= 1; big_endian++) {
        pl_str wide = widen("2023/05/23-00:21:30.123 INFO node up\r\n", big_endian != 0);
        ck_assert_int_eq(pl_encoding_detect(wide, &bom_bytes),
                         big_endian ? PL_ENCODING_UTF16BE : PL_ENCODING_UTF16LE);
        ck_assert_uint_eq(bom_bytes, 0);
        /* half a unit at the end, as at the end of a cut file */
        wide.len--;
        ck_assert_int_eq(pl_encoding_detect(wide, &bom_bytes),
                         big_endian ? PL_ENCODING_UTF16BE : PL_ENCODING_UTF16LE);
        free((void *)(uintptr_t)wide.ptr);
    }
}
END_TEST

START_TEST(chinese_utf16_without_mark_is_seen_by_its_blanks)
{
    char text[600];
    for (size_t i = 0; i < sizeof text; i += 6)
        memcpy(text + i, "\x82\x82\x55\x5c \0", 6); /* two characters and a blank, low byte first */
    size_t bom_bytes;
    ck_assert_int_eq(pl_encoding_detect((pl_str){text, sizeof text}, &bom_bytes),
                     PL_ENCODING_UTF16LE);
}
END_TEST

START_TEST(little_endian_numbers_are_not_text)
{
    char bytes[4096];
    for (size_t i = 0; i < sizeof bytes; i += 4)
        memcpy(bytes + i, (const unsigned[]){(unsigned)(i / 4) * 7 % 256}, 4);
    size_t bom_bytes;
    ck_assert_int_eq(pl_encoding_detect((pl_str){bytes, sizeof bytes}, &bom_bytes),
                     PL_ENCODING_BINARY);
}
END_TEST

START_TEST(units_and_names_are_told)
{
    ck_assert_uint_eq(pl_encoding_unit(PL_ENCODING_UTF8), 1);
    ck_assert_uint_eq(pl_encoding_unit(PL_ENCODING_CP1252), 1);
    ck_assert_uint_eq(pl_encoding_unit(PL_ENCODING_UTF16LE), 2);
    ck_assert_uint_eq(pl_encoding_unit(PL_ENCODING_UTF16BE), 2);
    ck_assert_str_eq(pl_encoding_name(PL_ENCODING_UTF8), "utf-8");
    ck_assert_str_eq(pl_encoding_name(PL_ENCODING_UTF16LE), "utf-16le");
    ck_assert_str_eq(pl_encoding_name(PL_ENCODING_UTF16BE), "utf-16be");
    ck_assert_str_eq(pl_encoding_name(PL_ENCODING_CP1252), "windows-1252");
    ck_assert_str_eq(pl_encoding_name(PL_ENCODING_BINARY), "binary");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("encoding");
    TCase *tcase = tcase_create("encoding");
    tcase_add_loop_test(tcase, first_bytes_tell_the_encoding, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tcase, western_utf16_without_mark_is_seen_by_its_nuls);
    tcase_add_test(tcase, chinese_utf16_without_mark_is_seen_by_its_blanks);
    tcase_add_test(tcase, little_endian_numbers_are_not_text);
    tcase_add_test(tcase, units_and_names_are_told);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
