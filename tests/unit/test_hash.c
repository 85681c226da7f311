/* test_hash.c - the hashes against values known from xxHash itself, and the shape of content
 * hashes. */
#include "io/hash.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"

/* Readable bytes that do not repeat with the chunk length. */
static char *make_bytes(size_t len)
{
    char *bytes = malloc(len + 1);
    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)('a' + (i * 7 + i / 251) % 26);
    return bytes;
}

static void assert_same(pl_hash128 a, pl_hash128 b)
{
    ck_assert_mem_eq(a.bytes, b.bytes, sizeof a.bytes);
}

static pl_hash128 content_of(pl_str bytes, size_t step)
{
    pl_content_hash *hash = pl_content_hash_new();
    ck_assert_ptr_nonnull(hash);
    for (size_t at = 0; at < bytes.len; at += step)
        pl_content_hash_add(hash, pl_str_slice(bytes, at, step));
    ck_assert_uint_eq(pl_content_hash_bytes(hash), bytes.len);
    pl_hash128 value = pl_content_hash_now(hash);
    pl_content_hash_free(hash);
    return value;
}

START_TEST(hashes_of_nothing_are_those_of_xxh3)
{
    static const uint8_t empty[16] = {0x99, 0xaa, 0x06, 0xd3, 0x01, 0x47, 0x98, 0xd8,
                                      0x60, 0x01, 0xc3, 0x24, 0x46, 0x8d, 0x49, 0x7f};
    pl_str nothing = {NULL, 0};
    ck_assert_uint_eq(pl_hash64(nothing), UINT64_C(0x2d06800538d394c2));
    ck_assert_mem_eq(pl_hash128_of(nothing).bytes, empty, sizeof empty);
    assert_same(content_of(nothing, 1), pl_hash128_of(nothing));
}
END_TEST

START_TEST(content_is_the_hash_over_the_hashes_of_the_chunks)
{
    size_t len = 2 * PL_CONTENT_CHUNK + 5;
    char *bytes = make_bytes(len);
    pl_hash128 chunks[3];
    for (size_t i = 0; i < 3; i++)
        chunks[i] = pl_hash128_of(
            pl_str_slice((pl_str){bytes, len}, i * PL_CONTENT_CHUNK, PL_CONTENT_CHUNK));
    pl_hash128 by_hand = pl_hash128_of((pl_str){(const char *)chunks, sizeof chunks});
    assert_same(content_of((pl_str){bytes, len}, len), by_hand);
    free(bytes);
}
END_TEST

START_TEST(content_does_not_depend_on_how_bytes_come)
{
    static const size_t steps[] = {1, 4096, 65537, PL_CONTENT_CHUNK, 3 * PL_CONTENT_CHUNK};
    size_t len = PL_CONTENT_CHUNK + 70001;
    char *bytes = make_bytes(len);
    pl_str all = {bytes, len};
    assert_same(content_of(all, steps[_i]), content_of(all, len));
    free(bytes);
}
END_TEST

START_TEST(hash_now_leaves_the_rest_as_if_not_asked)
{
    char *bytes = make_bytes(PL_CONTENT_CHUNK);
    pl_str all = {bytes, PL_CONTENT_CHUNK};
    pl_content_hash *hash = pl_content_hash_new();
    ck_assert_ptr_nonnull(hash);
    pl_content_hash_add(hash, pl_str_slice(all, 0, 1000));
    assert_same(pl_content_hash_now(hash), content_of(pl_str_slice(all, 0, 1000), 1000));
    assert_same(pl_content_hash_now(hash), pl_content_hash_now(hash));
    pl_content_hash_add(hash, pl_str_slice(all, 1000, all.len));
    assert_same(pl_content_hash_now(hash), content_of(all, 77));
    pl_content_hash_free(hash);
    free(bytes);
}
END_TEST

START_TEST(reset_forgets_everything)
{
    pl_content_hash *hash = pl_content_hash_new();
    ck_assert_ptr_nonnull(hash);
    pl_content_hash_add(hash, PL_STR("before"));
    pl_content_hash_reset(hash);
    ck_assert_uint_eq(pl_content_hash_bytes(hash), 0);
    pl_content_hash_add(hash, PL_STR("after"));
    assert_same(pl_content_hash_now(hash), content_of(PL_STR("after"), 1));
    pl_content_hash_free(hash);
}
END_TEST

START_TEST(no_memory_gives_null)
{
    pl_alloc_fail_after(0);
    ck_assert_ptr_null(pl_content_hash_new());
    pl_alloc_fail_after(-1);
    pl_content_hash_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hash");
    TCase *tcase = tcase_create("hash");
    tcase_add_test(tcase, hashes_of_nothing_are_those_of_xxh3);
    tcase_add_test(tcase, content_is_the_hash_over_the_hashes_of_the_chunks);
    tcase_add_loop_test(tcase, content_does_not_depend_on_how_bytes_come, 0, 5);
    tcase_add_test(tcase, hash_now_leaves_the_rest_as_if_not_asked);
    tcase_add_test(tcase, reset_forgets_everything);
    tcase_add_test(tcase, no_memory_gives_null);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
