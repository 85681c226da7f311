/* test_ahead.c - blocks that are read ahead are the blocks of the reader. */
#include "ingest/ahead.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define LINE_BYTES 64
#define LINES ((9 * PL_BLOCK_BYTES) / LINE_BYTES) /* 9 MiB: more blocks than there are buffers */

/* Numbered lines of LINE_BYTES each; the caller's. */
static char *make_text(size_t lines)
{
    char *text = pl_alloc(lines * LINE_BYTES + 1, 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < lines; i++)
        snprintf(text + i * LINE_BYTES, LINE_BYTES + 1, "%0*zu\n", LINE_BYTES - 1, i);
    return text;
}

static pl_reader *open_text(pl_str text)
{
    pl_error err;
    pl_reader *reader = NULL;
    pl_member member;
    ck_assert_int_eq(pl_reader_open_memory(text, "text.log", &reader, &err), PL_OK);
    ck_assert_int_eq(pl_reader_next(reader, &member, &err), PL_OK);
    return reader;
}

START_TEST(all_bytes_come_in_order_and_only_once)
{
    pl_error err;
    pl_ahead *ahead = NULL;
    pl_block block;
    char *text = make_text(LINES);
    pl_str whole = {text, (size_t)LINES * LINE_BYTES};
    ck_assert_int_eq(pl_ahead_new(_i, &ahead, &err), PL_OK);
    for (int round = 0; round < 3; round++) {
        pl_reader *reader = open_text(whole);
        size_t at = 0;
        uint32_t no = 0;
        pl_status status;
        pl_ahead_begin(ahead, reader);
        while ((status = pl_ahead_block(ahead, &block, &err)) == PL_OK) {
            ck_assert_uint_eq(block.no, no++);
            ck_assert_uint_eq(block.byte_off, at);
            ck_assert_uint_le(at + block.len, whole.len);
            ck_assert(memcmp(block.ptr, text + at, block.len) == 0);
            at += block.len;
        }
        pl_ahead_end(ahead);
        ck_assert_int_eq(status, PL_DONE);
        ck_assert_uint_eq(at, whole.len);
        ck_assert_uint_gt(no, PL_BLOCKS_KEPT);
        pl_reader_free(reader);
    }
    pl_ahead_free(ahead);
    pl_release(text);
}
END_TEST

START_TEST(who_takes_may_stop_after_any_block)
{
    pl_error err;
    pl_ahead *ahead = NULL;
    pl_block block;
    char *text = make_text(LINES);
    ck_assert_int_eq(pl_ahead_new(2, &ahead, &err), PL_OK);
    for (int blocks = 0; blocks < 6; blocks++) {
        pl_member_end end;
        pl_reader *reader = open_text((pl_str){text, (size_t)LINES * LINE_BYTES});
        pl_ahead_begin(ahead, reader);
        for (int i = 0; i < blocks; i++)
            ck_assert_int_eq(pl_ahead_block(ahead, &block, &err), PL_OK);
        pl_ahead_end(ahead);
        ck_assert_int_eq(pl_reader_end(reader, &end, &err), PL_OK); /* the reader is the caller's */
        ck_assert_uint_eq(end.bytes, (size_t)LINES * LINE_BYTES);
        pl_reader_free(reader);
    }
    pl_ahead_free(ahead);
    pl_release(text);
}
END_TEST

START_TEST(a_member_of_one_block_needs_no_thread)
{
    pl_error err;
    pl_ahead *ahead = NULL;
    pl_block block;
    pl_reader *reader = open_text(PL_STR("one\ntwo\n"));
    ck_assert_int_eq(pl_ahead_new(2, &ahead, &err), PL_OK);
    pl_ahead_begin(ahead, reader);
    ck_assert_int_eq(pl_ahead_block(ahead, &block, &err), PL_OK);
    ck_assert_uint_eq(block.len, 8);
    ck_assert(block.last);
    ck_assert_int_eq(pl_ahead_block(ahead, &block, &err), PL_DONE);
    pl_ahead_end(ahead);
    pl_ahead_free(ahead);
    pl_reader_free(reader);
}
END_TEST

START_TEST(nothing_is_begun_without_memory)
{
    pl_error err;
    pl_ahead *ahead = NULL;
    pl_alloc_fail_after(0);
    ck_assert_int_eq(pl_ahead_new(2, &ahead, &err), PL_ERR_NOMEM);
    pl_alloc_fail_after(-1);
    ck_assert_ptr_null(ahead);
    pl_ahead_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ahead");
    TCase *tcase = tcase_create("ahead");
    tcase_add_loop_test(tcase, all_bytes_come_in_order_and_only_once, 1, 4);
    tcase_add_test(tcase, who_takes_may_stop_after_any_block);
    tcase_add_test(tcase, a_member_of_one_block_needs_no_thread);
    tcase_add_test(tcase, nothing_is_begun_without_memory);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
