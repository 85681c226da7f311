/* test_alloc.c - the door to the heap, and the countdown that closes it. */
#include "base/alloc.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <check.h>

START_TEST(fresh_memory_is_zeroed)
{
    int *numbers = pl_alloc(100, sizeof *numbers);
    ck_assert_ptr_nonnull(numbers);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(numbers[i], 0);
    pl_release(numbers);
    pl_release(NULL);
}
END_TEST

START_TEST(no_elements_are_still_an_allocation)
{
    char *none = pl_alloc(0, 8);
    ck_assert_ptr_nonnull(none);
    char *resized = pl_resize(none, 0, 8);
    ck_assert_ptr_nonnull(resized);
    pl_release(resized);
}
END_TEST

START_TEST(sizes_that_overflow_are_refused)
{
    volatile size_t half = SIZE_MAX / 2; /* volatile: the compiler must not see the size coming */
    ck_assert_ptr_null(pl_alloc(half, 4));
    char *kept = pl_alloc(1, 1);
    ck_assert_ptr_nonnull(kept);
    ck_assert_ptr_null(pl_resize(kept, half, 4));
    kept[0] = 'k';
    pl_release(kept);
}
END_TEST

START_TEST(resizing_keeps_what_was_there)
{
    char *text = pl_resize(NULL, 2, 1);
    ck_assert_ptr_nonnull(text);
    text[0] = 'a';
    text[1] = 'b';
    text = pl_resize(text, 5000, 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(text[0], 'a');
    ck_assert_int_eq(text[1], 'b');
    text[4999] = 'z';
    pl_release(text);
}
END_TEST

START_TEST(growing_makes_room_by_half_and_more)
{
    uint32_t *ids = NULL;
    size_t room = 0;
    ck_assert(pl_grow(&ids, &room, 1, sizeof *ids));
    ck_assert_uint_ge(room, 1);
    ids[0] = 42;
    for (size_t need = 2; need <= 10000; need++) {
        size_t before = room;
        ck_assert(pl_grow(&ids, &room, need, sizeof *ids));
        ck_assert_uint_ge(room, need);
        ck_assert(room == before || room >= before + before / 2);
        ids[need - 1] = 7;
    }
    ck_assert_uint_eq(ids[0], 42);
    uint32_t *same = ids;
    ck_assert(pl_grow(&ids, &room, 1, sizeof *ids));
    ck_assert_ptr_eq(ids, same);
    pl_release(ids);
}
END_TEST

START_TEST(growing_that_fails_changes_nothing)
{
    uint64_t *items = NULL;
    size_t room = 0;
    ck_assert(pl_grow(&items, &room, 10, sizeof *items));
    uint64_t *before = items;
    size_t room_before = room;
    pl_alloc_fail_after(0);
    ck_assert(!pl_grow(&items, &room, 1000, sizeof *items));
    pl_alloc_fail_after(-1);
    ck_assert(!pl_grow(&items, &room, SIZE_MAX / 2, sizeof *items));
    ck_assert_ptr_eq(items, before);
    ck_assert_uint_eq(room, room_before);
    items[9] = 1;
    pl_release(items);
}
END_TEST

/* How many of five allocations succeed. */
static int successes(void)
{
    int count = 0;
    for (int i = 0; i < 5; i++) {
        void *ptr = i % 2 == 0 ? pl_alloc(1, 8) : pl_resize(NULL, 1, 8);
        count += ptr != NULL;
        pl_release(ptr);
    }
    return count;
}

START_TEST(countdown_fails_the_chosen_allocation_and_all_after_it)
{
    for (int n = 0; n < 5; n++) {
        pl_alloc_fail_after(n);
        ck_assert_int_eq(successes(), n);
        ck_assert_int_eq(successes(), 0);
    }
    pl_alloc_fail_after(-1);
    ck_assert_int_eq(successes(), 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alloc");
    TCase *tcase = tcase_create("alloc");
    tcase_add_test(tcase, fresh_memory_is_zeroed);
    tcase_add_test(tcase, no_elements_are_still_an_allocation);
    tcase_add_test(tcase, sizes_that_overflow_are_refused);
    tcase_add_test(tcase, resizing_keeps_what_was_there);
    tcase_add_test(tcase, growing_makes_room_by_half_and_more);
    tcase_add_test(tcase, growing_that_fails_changes_nothing);
    tcase_add_test(tcase, countdown_fails_the_chosen_allocation_and_all_after_it);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
