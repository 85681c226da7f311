/* test_held.c - a stream held in memory: what it gives, when it can seek, whose fault it tells. */
#include "io/held.h"

#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "io/archive.h"
#include "io/unpack.h"
#include "pack.h"

static pl_meter meter;

/* A stream that cannot seek: `bytes` of which the last `cut` packed ones are missing. */
static pl_stream *open_packed(pl_buf *packed, pl_str bytes, size_t cut)
{
    meter = (pl_meter){.free_bytes = PL_UNPACK_FREE_BYTES};
    pl_buf_init(packed, PACK_MAX);
    pack(packed, PL_FORMAT_GZIP, bytes);
    pl_buf_cut(packed, packed->len - cut);
    return pl_unpack_new(PL_FORMAT_GZIP, pl_stream_open_memory(pl_buf_str(packed), &meter));
}

static void assert_gives(pl_stream *stream, const char *expected)
{
    char dst[64];
    size_t len = pl_stream_fill(stream, dst, sizeof dst);
    ck_assert_uint_eq(len, strlen(expected));
    ck_assert_mem_eq(dst, expected, len);
}

START_TEST(what_fits_can_be_read_again_from_anywhere)
{
    pl_buf packed;
    pl_stream *stream = pl_held_new(open_packed(&packed, PL_STR("0123456789"), 0), 10);
    ck_assert(stream->ops->seek != NULL);
    ck_assert_uint_eq(stream->size, 10);
    assert_gives(stream, "0123456789");
    pl_stream_seek(stream, 7);
    assert_gives(stream, "789");
    pl_stream_seek(stream, 99);
    assert_gives(stream, "");
    pl_stream_seek(stream, 0);
    assert_gives(stream, "0123456789");
    ck_assert_int_eq(stream->ending.status, PL_SOURCE_READ);
    pl_stream_free(stream);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(what_does_not_fit_goes_by_once)
{
    pl_buf packed;
    pl_stream *stream = pl_held_new(open_packed(&packed, PL_STR("0123456789"), 0), 9);
    ck_assert(stream->ops->seek == NULL);
    assert_gives(stream, "0123456789");
    ck_assert_int_eq(stream->ending.status, PL_SOURCE_READ);
    pl_stream_free(stream);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(the_fault_below_is_told_after_every_seek)
{
    pl_buf packed;
    pl_stream *stream = pl_held_new(open_packed(&packed, PL_STR("0123456789"), 8), 100);
    ck_assert(stream->ops->seek != NULL);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(stream->ending.status, PL_SOURCE_TRUNCATED);
        assert_gives(stream, "0123456789");
        ck_assert_int_eq(stream->ending.status, PL_SOURCE_TRUNCATED);
        ck_assert_ptr_nonnull(strstr(stream->ending.problem, "gzip stream ends early"));
        pl_stream_seek(stream, 0);
    }
    pl_stream_free(stream);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(a_zip_that_does_not_fit_is_read_as_it_comes)
{
    static const pack_file file = {"a.log", PL_STR_INIT("alpha\n"), 0, NULL};
    pl_buf zip, packed;
    pl_buf_init(&zip, PACK_MAX);
    pack_zip(&zip, true, &file, 1);
    pl_stream *stream = pl_held_new(open_packed(&packed, pl_buf_str(&zip), 0), zip.len - 1);
    pl_archive *archive = pl_archive_new(PL_FORMAT_ZIP, stream);
    pl_entry entry;
    ck_assert_int_eq(pl_archive_next(archive, &entry), PL_OK);
    ck_assert(pl_str_equal(entry.name, PL_STR("a.log")));
    pl_stream *member = pl_archive_entry_stream(archive);
    assert_gives(member, "alpha\n");
    pl_stream_free(member);
    ck_assert_int_eq(pl_archive_next(archive, &entry), PL_DONE);
    ck_assert_int_eq(pl_archive_ending(archive)->status, PL_SOURCE_READ);
    pl_archive_free(archive);
    pl_buf_release(&zip);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(no_memory_to_hold_it_is_told)
{
    pl_buf packed;
    pl_stream *under = open_packed(&packed, PL_STR("0123456789"), 0);
    pl_alloc_fail_after(0);
    pl_stream *stream = pl_held_new(under, 100);
    ck_assert_ptr_null(stream);
    pl_alloc_fail_after(1);
    stream = pl_held_new(under, 100);
    pl_alloc_fail_after(-1);
    ck_assert_ptr_nonnull(stream);
    ck_assert(meter.nomem);
    pl_stream_free(stream);
    pl_buf_release(&packed);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("held");
    TCase *tcase = tcase_create("held");
    tcase_add_test(tcase, what_fits_can_be_read_again_from_anywhere);
    tcase_add_test(tcase, what_does_not_fit_goes_by_once);
    tcase_add_test(tcase, the_fault_below_is_told_after_every_seek);
    tcase_add_test(tcase, a_zip_that_does_not_fit_is_read_as_it_comes);
    tcase_add_test(tcase, no_memory_to_hold_it_is_told);
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
