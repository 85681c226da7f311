/* test_arena.c - pieces that live and die together. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
    enum { PIECES = 3000 };
    static unsigned char *pieces[PIECES];
    pl_arena arena;
    pl_arena_init(&arena);
    for (size_t i = 0; i < PIECES; i++) {
        size_t len = i % 50 + 1;
        pieces[i] = pl_arena_take(&arena, len, 1);
        ck_assert_ptr_nonnull(pieces[i]);
        ck_assert_uint_eq((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < len; j++)
            ck_assert_uint_eq(pieces[i][j], 0);
        memset(pieces[i], (int)(i % 251 + 1), len);
    }
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t j = 0; j < i % 50 + 1; j++)
            ck_assert_uint_eq(pieces[i][j], i % 251 + 1);
    }
    pl_arena_release(&arena);
}
END_TEST

START_TEST(large_and_empty_pieces_are_pieces)
{
    pl_arena arena;
    pl_arena_init(&arena);
    char *none = pl_arena_take(&arena, 0, 8);
    char *large = pl_arena_take(&arena, 1, (size_t)1 << 20);
    char *small = pl_arena_take(&arena, 1, 1);
    ck_assert_ptr_nonnull(none);
    ck_assert_ptr_nonnull(large);
    ck_assert_ptr_nonnull(small);
    ck_assert_ptr_ne(none, small);
    large[((size_t)1 << 20) - 1] = 'x';
    ck_assert_int_eq(small[0], 0);
    pl_arena_release(&arena);
}
END_TEST

START_TEST(copies_are_terminated_and_independent)
{
    pl_arena arena;
    pl_arena_init(&arena);
    char source[] = "hvc01";
    pl_str first = pl_arena_copy(&arena, pl_str_of(source));
    pl_str second = pl_arena_copy(&arena, PL_STR("a\0b"));
    pl_str empty = pl_arena_copy(&arena, (pl_str){NULL, 0});
    uint64_t *number = pl_arena_take(&arena, 1, sizeof *number);
    source[0] = 'X';
    ck_assert_str_eq(first.ptr, "hvc01");
    ck_assert_uint_eq(first.len, 5);
    ck_assert(pl_str_equal(second, PL_STR("a\0b")));
    ck_assert_int_eq(second.ptr[3], '\0');
    ck_assert_str_eq(empty.ptr, "");
    ck_assert_uint_eq(empty.len, 0);
    ck_assert_ptr_nonnull(number);
    ck_assert_uint_eq((uintptr_t)number % alignof(uint64_t), 0);
    pl_arena_release(&arena);
}
END_TEST

START_TEST(released_arena_is_as_new)
{
    pl_arena arena;
    pl_arena_init(&arena);
    pl_arena_release(&arena);
    ck_assert_ptr_nonnull(pl_arena_take(&arena, 1, 1));
    pl_arena_release(&arena);
    ck_assert_ptr_null(arena.chunks);
    char *again = pl_arena_take(&arena, 3, 1);
    ck_assert_ptr_nonnull(again);
    ck_assert_int_eq(again[2], 0);
    pl_arena_release(&arena);
}
END_TEST

START_TEST(sizes_that_overflow_are_refused)
{
    pl_arena arena;
    pl_arena_init(&arena);
    ck_assert_ptr_null(pl_arena_take(&arena, SIZE_MAX / 2, 4));
    ck_assert_ptr_null(pl_arena_take(&arena, SIZE_MAX, 1));
    ck_assert_ptr_null(pl_arena_copy(&arena, (pl_str){"x", SIZE_MAX}).ptr);
    ck_assert_ptr_nonnull(pl_arena_take(&arena, 1, 1));
    pl_arena_release(&arena);
}
END_TEST

/* Three pieces, each too large for what is left of a chunk; true when all could be had. */
static _Bool take_three(pl_arena *arena)
{
    return pl_arena_take(arena, 1, 20000) != NULL &&
           pl_arena_copy(arena, PL_STR("text")).ptr != NULL &&
           pl_arena_take(arena, 1, 20000) != NULL;
}

START_TEST(every_failed_allocation_is_told)
{
    for (long n = 0; n <= 3; n++) {
        pl_arena arena;
        pl_arena_init(&arena);
        pl_alloc_fail_after(n);
        ck_assert_int_eq(take_three(&arena), n == 3);
        pl_alloc_fail_after(-1);
        ck_assert_ptr_nonnull(pl_arena_copy(&arena, PL_STR("later")).ptr);
        pl_arena_release(&arena);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena");
    TCase *tcase = tcase_create("arena");
    tcase_add_test(tcase, pieces_are_zeroed_aligned_and_apart);
    tcase_add_test(tcase, large_and_empty_pieces_are_pieces);
    tcase_add_test(tcase, copies_are_terminated_and_independent);
    tcase_add_test(tcase, released_arena_is_as_new);
    tcase_add_test(tcase, sizes_that_overflow_are_refused);
    tcase_add_test(tcase, every_failed_allocation_is_told);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
