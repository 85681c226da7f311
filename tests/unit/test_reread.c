/* test_reread.c - lines once more: those around the wanted ones, from the same content only. */
#include "ingest/reread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <check.h>

#include "base/alloc.h"
#include "base/buf.h"

static char path[64];
static pl_reread reread;
static pl_error err;
static const char *why;

static void write_file(pl_str bytes)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    fclose(file);
}

/* The content hash of a small member. */
static pl_hash128 content_of(pl_str bytes)
{
    pl_hash128 chunk = pl_hash128_of(bytes);
    return pl_hash128_of((pl_str){(const char *)chunk.bytes, sizeof chunk.bytes});
}

static void setup(void)
{
    snprintf(path, sizeof path, "/tmp/phaseline-reread-XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    pl_reread_init(&reread);
    why = "not asked";
}

static void teardown(void)
{
    pl_alloc_fail_after(-1);
    pl_reread_release(&reread);
    unlink(path);
}

static void want(uint64_t line_no)
{
    ck_assert_int_eq(pl_reread_want(&reread, line_no, &err), PL_OK);
}

static void read_again(pl_str content)
{
    pl_hash128 hash = content_of(content);
    pl_status status = pl_reread_lines(&reread, path, PL_STR(""), &hash, &why, &err);
    ck_assert_msg(status == PL_OK, "%s", err.msg);
}

/* "3=three|4=four" */
static void assert_lines(const char *wanted)
{
    pl_buf got;
    pl_buf_init(&got, 65536);
    for (size_t i = 0; i < reread.line_count; i++)
        pl_buf_appendf(&got, "%s%d=" PL_FMT, i > 0 ? "|" : "", (int)reread.lines[i].line_no,
                       PL_ARG(reread.lines[i].text));
    ck_assert_str_eq(got.ptr, wanted);
    pl_buf_release(&got);
}

#define TEN PL_STR("one\ntwo\r\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten")

START_TEST(two_lines_before_and_after_are_there)
{
    write_file(TEN);
    want(5);
    read_again(TEN);
    ck_assert_ptr_null(why);
    assert_lines("3=three|4=four|5=five|6=six|7=seven");
}
END_TEST

START_TEST(the_ends_of_a_source_have_fewer)
{
    write_file(TEN);
    want(10);
    want(1);
    read_again(TEN);
    assert_lines("1=one|2=two|3=three|8=eight|9=nine|10=ten");
}
END_TEST

START_TEST(lines_wanted_twice_are_there_once)
{
    write_file(TEN);
    want(4);
    want(3);
    want(4);
    read_again(TEN);
    assert_lines("1=one|2=two|3=three|4=four|5=five|6=six");
}
END_TEST

START_TEST(a_last_line_end_is_no_line)
{
    write_file(PL_STR("a\nb\n"));
    want(2);
    read_again(PL_STR("a\nb\n"));
    assert_lines("1=a|2=b");
}
END_TEST

START_TEST(a_long_line_is_one_line_and_is_cut)
{
    enum { LONG = 200000 };
    static char bytes[LONG + 16];
    memset(bytes, 'x', LONG);
    memcpy(bytes + LONG, "\nnext\n", 6);
    pl_str text = {bytes, LONG + 6};
    write_file(text);
    want(2);
    read_again(text);
    ck_assert_uint_eq(reread.line_count, 2);
    ck_assert_uint_eq(reread.lines[0].text.len, PL_REREAD_BYTES);
    ck_assert(pl_str_equal(reread.lines[1].text, PL_STR("next")));
}
END_TEST

START_TEST(lines_of_another_content_are_not_shown)
{
    write_file(PL_STR("one\ntwo, but other\nthree\n"));
    want(2);
    read_again(PL_STR("one\ntwo\nthree\n"));
    ck_assert_str_eq(why, "its content is no longer what was read");
    ck_assert_uint_eq(reread.line_count, 0);
}
END_TEST

START_TEST(what_is_no_file_is_not_read)
{
    want(1);
    unlink(path);
    read_again(TEN);
    ck_assert_str_eq(why, "its file cannot be found from here");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    read_again(TEN); /* would wait for ever */
    ck_assert_str_eq(why, "it is no regular file");
    snprintf(path, sizeof path, "-");
    read_again(TEN);
    ck_assert_str_eq(why, "it was read from standard input");
}
END_TEST

START_TEST(a_member_that_is_gone_is_told)
{
    pl_hash128 hash = content_of(TEN);
    write_file(TEN);
    want(1);
    ck_assert_int_eq(pl_reread_lines(&reread, path, PL_STR("a.log"), &hash, &why, &err), PL_OK);
    ck_assert_str_eq(why, "it is no longer in its archive");
}
END_TEST

START_TEST(every_failed_allocation_is_told)
{
    pl_hash128 hash = content_of(TEN);
    pl_status status = PL_ERR_NOMEM;
    write_file(TEN);
    for (long count = 0; status != PL_OK; count++) {
        pl_reread_release(&reread);
        pl_reread_init(&reread);
        pl_alloc_fail_after(count);
        status = pl_reread_want(&reread, 5, &err);
        if (status == PL_OK)
            status = pl_reread_lines(&reread, path, PL_STR(""), &hash, &why, &err);
        pl_alloc_fail_after(-1);
        ck_assert_msg(status == PL_OK || status == PL_ERR_NOMEM, "%d %s", status, err.msg);
        ck_assert_int_lt(count, 1000);
    }
    assert_lines("3=three|4=four|5=five|6=six|7=seven");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reread");
    TCase *tcase = tcase_create("reread");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, two_lines_before_and_after_are_there);
    tcase_add_test(tcase, the_ends_of_a_source_have_fewer);
    tcase_add_test(tcase, lines_wanted_twice_are_there_once);
    tcase_add_test(tcase, a_last_line_end_is_no_line);
    tcase_add_test(tcase, a_long_line_is_one_line_and_is_cut);
    tcase_add_test(tcase, lines_of_another_content_are_not_shown);
    tcase_add_test(tcase, what_is_no_file_is_not_read);
    tcase_add_test(tcase, a_member_that_is_gone_is_told);
    tcase_add_test(tcase, every_failed_allocation_is_told);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
