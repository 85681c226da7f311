/* test_blocks.c - where a stream of text is cut, in every encoding, however its bytes come. */
#include "io/blocks.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "ledger.h"
#include "pack.h"

/* A stream that gives its bytes in pieces of changing size, as a pipe does. */
struct dribble {
    pl_stream stream;
    pl_meter meter;
    pl_str rest;
    size_t step_max;
    uint32_t state;
};

static size_t dribble_read(pl_stream *stream, char *dst, size_t room)
{
    struct dribble *dribble = (struct dribble *)stream;
    dribble->state = dribble->state * 1664525 + 1013904223;
    size_t step = 1 + (dribble->state >> 8) % dribble->step_max;
    pl_str part = pl_str_slice(dribble->rest, 0, step < room ? step : room);
    memcpy(dst, part.ptr, part.len);
    dribble->rest = pl_str_slice(dribble->rest, part.len, dribble->rest.len);
    return part.len;
}

static const pl_stream_ops dribble_ops = {"dribble", dribble_read, NULL, NULL};

static void dribble_init(struct dribble *dribble, pl_str bytes, size_t step_max)
{
    *dribble = (struct dribble){.rest = bytes, .step_max = step_max, .state = 1};
    dribble->meter.free_bytes = UINT64_MAX;
    dribble->stream.ops = &dribble_ops;
    dribble->stream.meter = &dribble->meter;
}

/* Cuts `bytes` and checks what holds of all blocks; the lengths of the blocks go to `lens`. */
static size_t cut_all(pl_str bytes, size_t step_max, size_t *lens, size_t lens_max)
{
    struct dribble dribble;
    dribble_init(&dribble, bytes, step_max);
    pl_blocks *blocks = pl_blocks_new();
    ck_assert_ptr_nonnull(blocks);
    ledger_row row = {.has_blocks = true};
    size_t count = 0;
    pl_layout layout;
    ck_assert_uint_gt(pl_blocks_begin(blocks, &dribble.stream, &row.encoding, &layout), 0);
    ck_assert_int_eq(layout, PL_LAYOUT_LINES);
    uint64_t off = 0;
    bool is_open = false, is_last = false;
    pl_block block;
    while (pl_blocks_next(blocks, &block)) {
        ck_assert(!is_last);
        ledger_check_block(&row, &block, (uint32_t)count, is_open);
        if (count > 0)
            ck_assert_uint_eq(block.byte_off, off);
        ck_assert_mem_eq(block.ptr, bytes.ptr + block.byte_off, block.len);
        off = block.byte_off + block.len;
        is_open = block.open_end;
        is_last = block.last;
        ck_assert_uint_lt(count, lens_max);
        lens[count++] = block.len;
    }
    ck_assert(is_last);
    ck_assert_uint_eq(off, bytes.len);
    ck_assert_uint_eq(pl_content_hash_bytes(pl_blocks_content(blocks)), bytes.len);
    pl_blocks_free(blocks);
    return count;
}

/* ASCII to `encoding`, without a mark. */
static void encode(pl_buf *out, pl_str ascii, pl_encoding encoding)
{
    if (pl_encoding_unit(encoding) == 1) {
        pl_buf_append(out, ascii);
        return;
    }
    char *to = pl_buf_reserve(out, 2 * ascii.len);
    memset(to, 0, 2 * ascii.len);
    for (size_t i = 0; i < ascii.len; i++)
        to[2 * i + (encoding == PL_ENCODING_UTF16BE ? 1 : 0)] = ascii.ptr[i];
}

static const struct {
    const char *mark;
    size_t mark_len;
    pl_encoding encoding;
} scripts[] = {
    {"", 0, PL_ENCODING_UTF8},    {"\xef\xbb\xbf", 3, PL_ENCODING_UTF8},
    {"", 0, PL_ENCODING_UTF16LE}, {"\xff\xfe", 2, PL_ENCODING_UTF16LE},
    {"", 0, PL_ENCODING_UTF16BE}, {"\xfe\xff", 2, PL_ENCODING_UTF16BE},
};

START_TEST(blocks_together_are_the_text_however_it_comes)
{
    static const size_t steps[] = {700, 65536, 3 << 20};
    pl_buf ascii, bytes;
    pl_buf_init(&ascii, PACK_MAX);
    pl_buf_init(&bytes, PACK_MAX);
    pack_lines(&ascii, (2 << 20) + 12345);
    pl_buf_append(&bytes, (pl_str){scripts[_i].mark, scripts[_i].mark_len});
    encode(&bytes, pl_buf_str(&ascii), scripts[_i].encoding);
    size_t first[16], again[16];
    size_t count = cut_all(pl_buf_str(&bytes), steps[0], first, 16);
    ck_assert_uint_eq(count, bytes.len / PL_BLOCK_BYTES + 1);
    for (size_t i = 1; i < 3; i++) {
        ck_assert_uint_eq(cut_all(pl_buf_str(&bytes), steps[i], again, 16), count);
        ck_assert_mem_eq(again, first, count * sizeof *first);
    }
    pl_buf_release(&ascii);
    pl_buf_release(&bytes);
}
END_TEST

START_TEST(every_cut_of_the_end_is_still_all_of_the_text)
{
    pl_buf ascii, bytes;
    pl_buf_init(&ascii, PACK_MAX);
    pl_buf_init(&bytes, PACK_MAX);
    pack_lines(&ascii, 600);
    pl_buf_append(&bytes, (pl_str){scripts[_i].mark, scripts[_i].mark_len});
    encode(&bytes, pl_buf_str(&ascii), scripts[_i].encoding);
    for (size_t len = bytes.len - 200; len <= bytes.len; len++) {
        size_t lens[2];
        ck_assert_uint_eq(cut_all(pl_str_slice(pl_buf_str(&bytes), 0, len), 97, lens, 2), 1);
        ck_assert_uint_eq(lens[0], len - scripts[_i].mark_len);
    }
    pl_buf_release(&ascii);
    pl_buf_release(&bytes);
}
END_TEST

/*
 * A text of PL_BLOCK_BYTES + 100 bytes or more, whose first block ends `rest` units after a line
 * end: the block has `head` units of short lines before that.
 */
static void make_rest(pl_buf *out, pl_encoding encoding, size_t rest, size_t tail)
{
    pl_buf ascii;
    pl_buf_init(&ascii, PACK_MAX);
    size_t unit = pl_encoding_unit(encoding);
    pack_lines(&ascii, PL_BLOCK_BYTES / unit - rest);
    pl_buf_append_repeat(&ascii, 'x', rest + tail);
    pl_buf_append(&ascii, PL_STR("\nend\n"));
    encode(out, pl_buf_str(&ascii), encoding);
    pl_buf_release(&ascii);
}

START_TEST(a_line_is_cut_only_when_longer_than_the_maximum)
{
    static const size_t rests[] = {0, 1, PL_LINE_MAX - 1, PL_LINE_MAX, PL_LINE_MAX + 1};
    pl_encoding encoding = scripts[_i].encoding;
    size_t unit = pl_encoding_unit(encoding);
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
        pl_buf bytes;
        pl_buf_init(&bytes, PACK_MAX);
        make_rest(&bytes, encoding, rests[i], 100);
        size_t lens[4];
        ck_assert_uint_eq(cut_all(pl_buf_str(&bytes), 1 << 20, lens, 4), 2);
        bool whole = rests[i] > PL_LINE_MAX;
        ck_assert_uint_eq(lens[0], PL_BLOCK_BYTES - (whole ? 0 : rests[i] * unit));
        pl_buf_release(&bytes);
    }
}
END_TEST

START_TEST(endless_lines_come_in_blocks_that_are_open)
{
    pl_buf bytes;
    pl_buf_init(&bytes, PACK_MAX);
    pl_encoding encoding = scripts[_i].encoding;
    pl_buf ascii;
    pl_buf_init(&ascii, PACK_MAX);
    pl_buf_append(&ascii, PL_STR("first\n"));
    pl_buf_append_repeat(&ascii, 'x', 3 << 20);
    pl_buf_append(&ascii, PL_STR("\nlast\n"));
    pl_buf_append(&bytes, (pl_str){scripts[_i].mark, scripts[_i].mark_len});
    encode(&bytes, pl_buf_str(&ascii), encoding);
    size_t lens[16];
    size_t count = cut_all(pl_buf_str(&bytes), 1 << 20, lens, 16);
    ck_assert_uint_eq(count, pl_encoding_unit(encoding) == 1 ? 4 : 7);
    pl_buf_release(&ascii);
    pl_buf_release(&bytes);
}
END_TEST

START_TEST(text_that_fills_a_block_exactly_is_one_block)
{
    pl_buf bytes;
    pl_buf_init(&bytes, PACK_MAX);
    size_t lens[4];
    pack_lines(&bytes, PL_BLOCK_BYTES);
    ck_assert_uint_eq(cut_all(pl_buf_str(&bytes), 1 << 20, lens, 4), 1);
    pl_buf_append(&bytes, PL_STR("\n"));
    ck_assert_uint_eq(cut_all(pl_buf_str(&bytes), 1 << 20, lens, 4), 2);
    ck_assert_uint_eq(lens[1], 1);
    pl_buf_release(&bytes);
}
END_TEST

START_TEST(a_newline_byte_that_is_half_of_another_character_ends_no_line)
{
    /* U+0A41 and U+410A hold the byte of a line end, at either place */
    pl_buf bytes;
    pl_buf_init(&bytes, PACK_MAX);
    pl_buf_append(&bytes, PL_STR("\xff\xfe"
                                 "a\0\n\0"));
    while (bytes.len < PL_BLOCK_BYTES + 1000)
        pl_buf_append(&bytes, PL_STR("\x41\x0a\x0a\x41"));
    size_t lens[4];
    ck_assert_uint_eq(cut_all(pl_buf_str(&bytes), 1 << 20, lens, 4), 2);
    /* given whole, without the mark: no line end in the last 128 KiB */
    ck_assert_uint_eq(lens[0], PL_BLOCK_BYTES);
    pl_buf_release(&bytes);
}
END_TEST

START_TEST(one_buffer_serves_one_stream_after_another)
{
    pl_blocks *blocks = pl_blocks_new();
    ck_assert_ptr_nonnull(blocks);
    for (int i = 0; i < 3; i++) {
        struct dribble dribble;
        dribble_init(&dribble, PL_STR("one\ntwo"), 2);
        pl_encoding encoding;
        pl_layout layout;
        pl_block block;
        ck_assert_uint_eq(pl_blocks_begin(blocks, &dribble.stream, &encoding, &layout), 7);
        ck_assert(pl_blocks_next(blocks, &block));
        ck_assert(block.last && !block.open_start && block.no == 0 && block.byte_off == 0);
        ck_assert(pl_str_equal((pl_str){block.ptr, block.len}, PL_STR("one\ntwo")));
        ck_assert(!pl_blocks_next(blocks, &block));
        ck_assert(!pl_blocks_next(blocks, &block));
    }
    pl_blocks_free(blocks);
}
END_TEST

START_TEST(no_memory_gives_null)
{
    for (long n = 0; n < 2; n++) {
        pl_alloc_fail_after(n);
        ck_assert_ptr_null(pl_blocks_new());
        pl_alloc_fail_after(-1);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("blocks");
    TCase *tcase = tcase_create("blocks");
    int all = sizeof scripts / sizeof *scripts;
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, blocks_together_are_the_text_however_it_comes, 0, all);
    tcase_add_loop_test(tcase, every_cut_of_the_end_is_still_all_of_the_text, 0, all);
    tcase_add_loop_test(tcase, a_line_is_cut_only_when_longer_than_the_maximum, 0, all);
    tcase_add_loop_test(tcase, endless_lines_come_in_blocks_that_are_open, 0, all);
    tcase_add_test(tcase, text_that_fills_a_block_exactly_is_one_block);
    tcase_add_test(tcase, a_newline_byte_that_is_half_of_another_character_ends_no_line);
    tcase_add_test(tcase, one_buffer_serves_one_stream_after_another);
    tcase_add_test(tcase, no_memory_gives_null);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
