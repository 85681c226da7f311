/* test_halves.c - an event log decoded in halves is the log decoded in one. */
#include "ingest/halves.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "support/evtx_writer.h"

#define RECORDS 4000 /* several chunks */

static evtx_writer *writer;
static pl_str bytes;

static void setup(void)
{
    writer = calloc(1, sizeof *writer);
    evtx_begin(writer);
    const evtx_pair pair = {PL_STR("Group"), {1, PL_STR("VM-Web-07")}};
    for (uint64_t i = 1; i <= RECORDS; i++) {
        const evtx_event event = {.record = i,
                                  .ticks = UINT64_C(134229645421234567) + i,
                                  .provider = PL_STR("Oak"),
                                  .id = 7,
                                  .level = 2,
                                  .computer = PL_STR("N1"),
                                  .channel = PL_STR("System"),
                                  .pairs = &pair,
                                  .pair_count = 1};
        ck_assert(evtx_add(writer, &event));
    }
    bytes = evtx_finish(writer);
}

static void teardown(void)
{
    evtx_release(writer);
    free(writer);
}

/* The text of the whole log, by halves with that many jobs; 0: in one. */
static pl_str read_all(int jobs, pl_buf *out, size_t *pieces)
{
    pl_error err;
    pl_reader *reader = NULL;
    pl_decoder *decoder = NULL;
    pl_halves *halves = NULL;
    pl_member member;
    pl_block block, parts[2];
    pl_text text;
    *pieces = 0;
    ck_assert_int_eq(pl_reader_open_memory(bytes, "System.evtx", &reader, &err), PL_OK);
    ck_assert_int_eq(pl_reader_next(reader, &member, &err), PL_OK);
    ck_assert_int_eq(pl_decoder_new(&decoder, &err), PL_OK);
    ck_assert_int_eq(pl_halves_new(jobs, &halves, &err), PL_OK);
    while (pl_reader_block(reader, &block, &err) == PL_OK) {
        size_t count = jobs == 0 ? 1 : pl_halves_split(&block, parts);
        if (jobs == 0)
            parts[0] = block;
        if (count == 2)
            pl_halves_begin(halves, &parts[1], NULL);
        ck_assert_int_eq(pl_decode_block(decoder, &parts[0], NULL, &text, &err), PL_OK);
        pl_buf_append(out, text.str);
        if (count == 2) {
            ck_assert_int_eq(pl_halves_end(halves, &text, &err), PL_OK);
            ck_assert_uint_gt(text.record_count, 0);
            pl_buf_append(out, text.str);
        }
        *pieces += count;
    }
    pl_halves_free(halves);
    pl_decoder_free(decoder);
    pl_reader_free(reader);
    return pl_buf_str(out);
}

START_TEST(both_halves_together_are_the_whole)
{
    pl_buf whole, halves;
    size_t blocks, pieces;
    pl_buf_init(&whole, (size_t)64 << 20);
    pl_buf_init(&halves, (size_t)64 << 20);
    pl_str wanted = read_all(0, &whole, &blocks), got = read_all(_i, &halves, &pieces);
    ck_assert_uint_gt(wanted.len, RECORDS * 60);
    ck_assert_uint_eq(got.len, wanted.len);
    ck_assert(memcmp(got.ptr, wanted.ptr, wanted.len) == 0);
    ck_assert_uint_eq(pieces, 2 * blocks);
    pl_buf_release(&whole);
    pl_buf_release(&halves);
}
END_TEST

START_TEST(lines_are_never_split)
{
    const pl_block block = {.ptr = "one\ntwo\n", .len = 8, .layout = PL_LAYOUT_LINES};
    pl_block parts[2];
    ck_assert_uint_eq(pl_halves_split(&block, parts), 1);
    ck_assert_uint_eq(parts[0].len, 8);
}
END_TEST

START_TEST(a_log_of_one_chunk_is_one_part)
{
    const pl_block block = {.ptr = "", .len = 4096 + 65536, .layout = PL_LAYOUT_EVTX};
    pl_block parts[2];
    ck_assert_uint_eq(pl_halves_split(&block, parts), 1);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    pl_error err;
    pl_halves *halves = NULL;
    long n = 0;
    pl_status status = PL_ERR_NOMEM;
    while (status == PL_ERR_NOMEM) {
        pl_alloc_fail_after(n++);
        status = pl_halves_new(1, &halves, &err);
        pl_alloc_fail_after(-1);
    }
    ck_assert_int_eq(status, PL_OK);
    ck_assert_int_gt(n, 2);
    pl_halves_free(halves);
    pl_halves_free(NULL);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("halves");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, both_halves_together_are_the_whole, 1, 3);
    tcase_add_test(tcase, lines_are_never_split);
    tcase_add_test(tcase, a_log_of_one_chunk_is_one_part);
    tcase_add_test(tcase, every_allocation_may_fail);
    Suite *suite = suite_create("halves");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
