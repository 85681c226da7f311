/* test_unpack.c - the five codecs: what comes out, and what is said when the bytes are not right.
 */
#include "io/unpack.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "pack.h"

static const pl_format codecs[] = {PL_FORMAT_GZIP, PL_FORMAT_XZ, PL_FORMAT_ZSTD, PL_FORMAT_BZIP2,
                                   PL_FORMAT_LZ4};
#define CODECS (int)(sizeof codecs / sizeof *codecs)

/* Unpacks all of `packed` into `out` in pieces of `step`; returns how that ended. */
static pl_ending unpack_all(pl_format format, pl_str packed, size_t step, pl_buf *out)
{
    pl_meter meter = {.free_bytes = PL_UNPACK_FREE_BYTES};
    pl_stream *memory = pl_stream_open_memory(packed, &meter);
    ck_assert_ptr_nonnull(memory);
    ck_assert_str_eq(pl_format_name(pl_sniff(pl_stream_peek(memory, PL_STREAM_HEAD))),
                     pl_format_name(format));
    pl_stream *stream = pl_unpack_new(format, memory);
    ck_assert_ptr_nonnull(stream);
    pl_buf_init(out, PACK_MAX);
    for (;;) {
        char *dst = pl_buf_reserve(out, step);
        size_t len = pl_stream_read(stream, dst, step);
        pl_buf_cut(out, out->len - step + len);
        if (len == 0)
            break;
    }
    ck_assert(!meter.nomem);
    pl_ending ending = stream->ending;
    pl_stream_free(stream);
    return ending;
}

static void assert_unpacks(pl_format format, pl_str packed, pl_source_status status,
                           pl_str expected)
{
    pl_buf out;
    pl_ending ending = unpack_all(format, packed, 65536, &out);
    ck_assert_str_eq(pl_source_status_name(ending.status), pl_source_status_name(status));
    ck_assert_uint_eq(out.len, expected.len);
    ck_assert_mem_eq(out.ptr, expected.ptr, expected.len);
    pl_buf_release(&out);
}

static void make(pl_buf *plain, pl_buf *packed, pl_format format, size_t bytes)
{
    pl_buf_init(plain, PACK_MAX);
    pl_buf_init(packed, PACK_MAX);
    pack_lines(plain, bytes);
    pack(packed, format, pl_buf_str(plain));
}

START_TEST(what_was_packed_comes_out)
{
    static const size_t steps[] = {1, 7, 4096, 1 << 20};
    pl_buf plain, packed;
    make(&plain, &packed, codecs[_i], 300000);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        pl_buf out;
        pl_ending ending = unpack_all(codecs[_i], pl_buf_str(&packed), steps[i], &out);
        ck_assert_int_eq(ending.status, PL_SOURCE_READ);
        ck_assert_str_eq(ending.problem, "");
        ck_assert_uint_eq(out.len, plain.len);
        ck_assert_mem_eq(out.ptr, plain.ptr, plain.len);
        pl_buf_release(&out);
    }
    pl_buf_release(&plain);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(several_streams_with_padding_are_one)
{
    pl_buf packed;
    pl_buf_init(&packed, PACK_MAX);
    pack(&packed, codecs[_i], PL_STR("first\n"));
    pack(&packed, codecs[_i], PL_STR(""));
    pack(&packed, codecs[_i], PL_STR("second\n"));
    pl_buf_append_repeat(&packed, '\0', 1024);
    pack(&packed, codecs[_i], PL_STR("third\n"));
    pl_buf_append_repeat(&packed, '\0', 200000);
    assert_unpacks(codecs[_i], pl_buf_str(&packed), PL_SOURCE_READ,
                   PL_STR("first\nsecond\nthird\n"));
    pl_buf_release(&packed);
}
END_TEST

START_TEST(other_bytes_behind_are_damage_that_loses_nothing)
{
    pl_buf packed;
    pl_buf_init(&packed, PACK_MAX);
    pack(&packed, codecs[_i], PL_STR("kept\n"));
    pl_buf_append(&packed, PL_STR("\0\0what is this"));
    assert_unpacks(codecs[_i], pl_buf_str(&packed), PL_SOURCE_DAMAGED, PL_STR("kept\n"));
    pl_buf_release(&packed);
}
END_TEST

START_TEST(a_second_stream_cut_in_its_magic_is_truncated)
{
    pl_buf packed;
    pl_buf_init(&packed, PACK_MAX);
    pack(&packed, codecs[_i], PL_STR("kept\n"));
    size_t first = packed.len;
    pack(&packed, codecs[_i], PL_STR("lost\n"));
    pl_buf_cut(&packed, first + 2);
    assert_unpacks(codecs[_i], pl_buf_str(&packed), PL_SOURCE_TRUNCATED, PL_STR("kept\n"));
    pl_buf_release(&packed);
}
END_TEST

/* The bytes a stream must have to be known: fewer are no stream. */
static size_t magic_bytes(pl_format format)
{
    return format == PL_FORMAT_GZIP   ? 3
           : format == PL_FORMAT_XZ   ? 6
           : format == PL_FORMAT_ZSTD ? 4
           : format == PL_FORMAT_LZ4  ? 4
                                      : 10;
}

START_TEST(a_cut_anywhere_keeps_the_front_and_is_truncated)
{
    pl_buf plain, packed;
    make(&plain, &packed, codecs[_i], 5000);
    for (size_t cut = magic_bytes(codecs[_i]); cut < packed.len; cut++) {
        pl_buf out;
        pl_ending ending =
            unpack_all(codecs[_i], pl_str_slice(pl_buf_str(&packed), 0, cut), 999, &out);
        ck_assert_int_eq(ending.status, PL_SOURCE_TRUNCATED);
        ck_assert_uint_le(out.len, plain.len);
        ck_assert_mem_eq(out.ptr, plain.ptr, out.len);
        pl_buf_release(&out);
    }
    pl_buf_release(&plain);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(half_of_a_long_stream_gives_nearly_half_of_the_bytes)
{
    pl_buf plain, packed, out;
    make(&plain, &packed, codecs[_i], 2 << 20);
    pl_str half = pl_str_slice(pl_buf_str(&packed), 0, packed.len / 2);
    pl_ending ending = unpack_all(codecs[_i], half, 65536, &out);
    ck_assert_int_eq(ending.status, PL_SOURCE_TRUNCATED);
    ck_assert_mem_eq(out.ptr, plain.ptr, out.len);
    /* at most the block that the codec had begun is missing: 128 KiB of zstd, 100 kB of bzip2 */
    ck_assert_uint_gt(out.len, plain.len / 2 - (200 << 10));
    pl_buf_release(&plain);
    pl_buf_release(&packed);
    pl_buf_release(&out);
}
END_TEST

START_TEST(a_flipped_bit_is_never_taken_for_good_bytes)
{
    pl_buf plain, packed;
    make(&plain, &packed, codecs[_i], 3000);
    for (size_t at = magic_bytes(codecs[_i]); at < packed.len; at++) {
        pl_buf out;
        packed.ptr[at] ^= 0x10;
        pl_ending ending = unpack_all(codecs[_i], pl_buf_str(&packed), 4096, &out);
        bool same = pl_str_equal(pl_buf_str(&out), pl_buf_str(&plain));
        ck_assert_msg(same || ending.status != PL_SOURCE_READ, "flipped byte %zu", at);
        packed.ptr[at] ^= 0x10;
        pl_buf_release(&out);
    }
    pl_buf_release(&plain);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(problems_say_what_and_where)
{
    pl_buf packed, out;
    pl_buf_init(&packed, PACK_MAX);
    pack(&packed, PL_FORMAT_GZIP, PL_STR("0123456789"));
    pl_ending ending =
        unpack_all(PL_FORMAT_GZIP, pl_str_slice(pl_buf_str(&packed), 0, packed.len - 1), 64, &out);
    ck_assert_str_eq(ending.problem, "gzip stream ends early after 10 bytes unpacked");
    pl_buf_release(&out);
    packed.ptr[packed.len - 8] ^= 1; /* the check sum */
    ending = unpack_all(PL_FORMAT_GZIP, pl_buf_str(&packed), 64, &out);
    ck_assert_str_eq(ending.problem,
                     "gzip stream is damaged (incorrect data check) after 10 bytes unpacked");
    pl_buf_release(&out);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(skippable_zstd_frames_are_skipped)
{
    pl_buf packed;
    pl_buf_init(&packed, PACK_MAX);
    pl_buf_append(&packed, PL_STR("\x5a\x2a\x4d\x18\x03\0\0\0abc"));
    pack(&packed, PL_FORMAT_ZSTD, PL_STR("after\n"));
    pl_buf_append(&packed, PL_STR("\x50\x2a\x4d\x18\0\0\0\0"));
    assert_unpacks(PL_FORMAT_ZSTD, pl_buf_str(&packed), PL_SOURCE_READ, PL_STR("after\n"));
    pl_buf_release(&packed);
}
END_TEST

START_TEST(zstd_windows_over_128_mib_are_a_limit)
{
    pl_buf packed;
    for (int window_log = 27; window_log <= 28; window_log++) {
        pl_buf_init(&packed, PACK_MAX);
        pack_zstd_window(&packed, PL_STR("small\n"), window_log);
        bool fits = window_log == PL_UNPACK_ZSTD_WINDOW_LOG_MAX;
        assert_unpacks(PL_FORMAT_ZSTD, pl_buf_str(&packed), fits ? PL_SOURCE_READ : PL_SOURCE_LIMIT,
                       fits ? PL_STR("small\n") : PL_STR(""));
        pl_buf_release(&packed);
    }
}
END_TEST

START_TEST(bombs_end_as_limit_and_honest_streams_do_not)
{
    pl_buf zeros, packed;
    pl_buf_init(&zeros, PACK_MAX);
    pl_buf_init(&packed, PACK_MAX);
    pl_buf_append_repeat(&zeros, '\0', (size_t)64 << 20);
    pack(&packed, PL_FORMAT_ZSTD, pl_buf_str(&zeros)); /* about 10,000 : 1 */
    for (int honest = 0; honest <= 1; honest++) {
        pl_meter meter = {.free_bytes = honest ? zeros.len : (uint64_t)1 << 20};
        pl_stream *memory = pl_stream_open_memory(pl_buf_str(&packed), &meter);
        pl_stream *stream = pl_unpack_new(PL_FORMAT_ZSTD, memory);
        char dst[65536];
        uint64_t total = 0;
        for (size_t len; (len = pl_stream_read(stream, dst, sizeof dst)) > 0;)
            total += len;
        ck_assert_int_eq(stream->ending.status, honest ? PL_SOURCE_READ : PL_SOURCE_LIMIT);
        if (honest)
            ck_assert_uint_eq(total, zeros.len);
        else
            ck_assert_uint_le(total, packed.len * PL_UNPACK_RATIO_MAX + 2 * PL_UNPACK_RATIO_MAX +
                                         sizeof dst);
        pl_stream_free(stream);
    }
    pl_buf_release(&zeros);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(the_fault_of_the_bytes_below_is_the_one_told)
{
    pl_buf inner, outer, out;
    pl_buf_init(&inner, PACK_MAX);
    pl_buf_init(&outer, PACK_MAX);
    pl_buf_init(&out, PACK_MAX);
    pack(&inner, PL_FORMAT_XZ, PL_STR("log\n"));
    pack(&outer, PL_FORMAT_GZIP, pl_buf_str(&inner));
    pl_meter meter = {.free_bytes = PL_UNPACK_FREE_BYTES};
    pl_str cut = pl_str_slice(pl_buf_str(&outer), 0, outer.len - 4);
    pl_stream *gzip = pl_unpack_new(PL_FORMAT_GZIP, pl_stream_open_memory(cut, &meter));
    pl_stream *xz = pl_unpack_new(PL_FORMAT_XZ, gzip);
    char dst[16];
    ck_assert_uint_eq(pl_stream_fill(xz, dst, sizeof dst), 4);
    ck_assert_int_eq(xz->ending.status, PL_SOURCE_TRUNCATED);
    ck_assert_ptr_nonnull(strstr(xz->ending.problem, "gzip stream ends early"));
    pl_stream_free(xz);
    pl_buf_release(&inner);
    pl_buf_release(&outer);
}
END_TEST

START_TEST(heads_can_be_looked_at_without_being_read)
{
    pl_meter meter = {.free_bytes = PL_UNPACK_FREE_BYTES};
    pl_stream *stream = pl_stream_open_memory(PL_STR("0123456789"), &meter);
    ck_assert_uint_eq(pl_stream_peek(stream, 4).len, 10);
    char dst[4];
    ck_assert_uint_eq(pl_stream_read(stream, dst, 4), 4);
    ck_assert_mem_eq(dst, "0123", 4);
    ck_assert(pl_str_equal(pl_stream_peek(stream, PL_STREAM_HEAD), PL_STR("456789")));
    ck_assert_uint_eq(pl_stream_read(stream, dst, 4), 4);
    ck_assert_uint_eq(pl_stream_fill(stream, dst, 4), 2);
    ck_assert_mem_eq(dst, "89", 2);
    ck_assert_uint_eq(pl_stream_read(stream, dst, 4), 0);
    pl_stream_free(stream);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("unpack");
    TCase *tcase = tcase_create("unpack");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, what_was_packed_comes_out, 0, CODECS);
    tcase_add_loop_test(tcase, several_streams_with_padding_are_one, 0, CODECS);
    tcase_add_loop_test(tcase, other_bytes_behind_are_damage_that_loses_nothing, 0, CODECS);
    tcase_add_loop_test(tcase, a_second_stream_cut_in_its_magic_is_truncated, 0, CODECS);
    tcase_add_loop_test(tcase, a_cut_anywhere_keeps_the_front_and_is_truncated, 0, CODECS);
    tcase_add_loop_test(tcase, half_of_a_long_stream_gives_nearly_half_of_the_bytes, 0, CODECS);
    tcase_add_loop_test(tcase, a_flipped_bit_is_never_taken_for_good_bytes, 0, CODECS);
    tcase_add_test(tcase, problems_say_what_and_where);
    tcase_add_test(tcase, skippable_zstd_frames_are_skipped);
    tcase_add_test(tcase, zstd_windows_over_128_mib_are_a_limit);
    tcase_add_test(tcase, bombs_end_as_limit_and_honest_streams_do_not);
    tcase_add_test(tcase, the_fault_of_the_bytes_below_is_the_one_told);
    tcase_add_test(tcase, heads_can_be_looked_at_without_being_read);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(make_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
