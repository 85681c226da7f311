/* test_memory.c - what a source has said before, by name. */
#include "match/memory.h"

#include <stdlib.h>

#include <check.h>

#include "base/alloc.h"

static pl_memory memory;

static void setup(void)
{
    pl_memory_init(&memory);
}

static void teardown(void)
{
    pl_memory_release(&memory);
}

START_TEST(the_last_value_of_a_name_is_remembered)
{
    ck_assert_ptr_null(pl_memory_get(&memory, NULL, PL_STR("status")).ptr);
    ck_assert(pl_memory_set(&memory, NULL, PL_STR("status"), PL_STR("Failed")));
    ck_assert(pl_memory_set(&memory, NULL, PL_STR("status"), PL_STR("Done")));
    ck_assert(pl_str_equal(pl_memory_get(&memory, NULL, PL_STR("status")), PL_STR("Done")));
    ck_assert_uint_eq(memory.count, 1);
}
END_TEST

START_TEST(owners_do_not_see_each_other)
{
    ck_assert(pl_memory_set(&memory, &memory, PL_STR("a"), PL_STR("10")));
    ck_assert_ptr_null(pl_memory_get(&memory, NULL, PL_STR("a")).ptr);
    ck_assert(pl_str_equal(pl_memory_get(&memory, &memory, PL_STR("a")), PL_STR("10")));
}
END_TEST

/* Nothing is a value, too: it is another than never having been told. */
START_TEST(an_empty_value_is_remembered)
{
    ck_assert(pl_memory_set(&memory, NULL, PL_STR("a"), PL_STR("")));
    pl_str got = pl_memory_get(&memory, NULL, PL_STR("a"));
    ck_assert(got.ptr != NULL && got.len == 0);
}
END_TEST

START_TEST(more_than_there_is_room_for_is_not_remembered)
{
    char name[2] = {0};
    for (size_t i = 0; i < PL_MEMORY_MAX + 1; i++) {
        name[0] = (char)(i % 256);
        name[1] = (char)(i / 256);
        ck_assert(pl_memory_set(&memory, NULL, (pl_str){name, 2}, PL_STR("x")));
    }
    ck_assert_uint_eq(memory.count, PL_MEMORY_MAX);
    ck_assert_ptr_null(pl_memory_get(&memory, NULL, (pl_str){name, 2}).ptr);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    bool done = false;
    for (long i = 0; !done; i++) {
        ck_assert_int_lt(i, 100);
        pl_memory_release(&memory);
        pl_alloc_fail_after(i);
        done = pl_memory_set(&memory, NULL, PL_STR("a"), PL_STR("b"));
        pl_alloc_fail_after(-1);
    }
    ck_assert(pl_str_equal(pl_memory_get(&memory, NULL, PL_STR("a")), PL_STR("b")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tcase = tcase_create("memory");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, the_last_value_of_a_name_is_remembered);
    tcase_add_test(tcase, owners_do_not_see_each_other);
    tcase_add_test(tcase, an_empty_value_is_remembered);
    tcase_add_test(tcase, more_than_there_is_room_for_is_not_remembered);
    tcase_add_test(tcase, every_allocation_may_fail);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
