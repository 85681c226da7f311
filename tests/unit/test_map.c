/* test_map.c - values by key. */
#include "base/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"

START_TEST(new_key_holds_zero_and_keeps_its_value)
{
    pl_map *map = pl_map_new();
    ck_assert_ptr_nonnull(map);
    ck_assert_ptr_null(pl_map_find(map, PL_STR("hvc01")));
    int64_t *value = pl_map_at(map, PL_STR("hvc01"));
    ck_assert_int_eq(*value, 0);
    *value = INT64_MIN;
    ck_assert_int_eq(*pl_map_at(map, PL_STR("hvc01")), INT64_MIN);
    ck_assert_int_eq(*pl_map_find(map, PL_STR("hvc01")), INT64_MIN);
    ck_assert_ptr_null(pl_map_find(map, PL_STR("hvc0")));
    ck_assert_ptr_null(pl_map_find(map, PL_STR("HVC01")));
    ck_assert_uint_eq(pl_map_count(map), 1);
    pl_map_free(map);
    pl_map_free(NULL);
}
END_TEST

START_TEST(keys_are_bytes_and_the_empty_one_is_a_key)
{
    pl_map *map = pl_map_new();
    *pl_map_at(map, PL_STR("a\0b")) = 1;
    *pl_map_at(map, PL_STR("a\0c")) = 2;
    *pl_map_at(map, PL_STR("a")) = 3;
    ck_assert_ptr_null(pl_map_find(map, PL_STR("")));
    *pl_map_at(map, (pl_str){NULL, 0}) = 4;
    ck_assert_int_eq(*pl_map_find(map, PL_STR("a\0b")), 1);
    ck_assert_int_eq(*pl_map_find(map, PL_STR("a\0c")), 2);
    ck_assert_int_eq(*pl_map_find(map, PL_STR("a")), 3);
    ck_assert_int_eq(*pl_map_find(map, PL_STR("")), 4);
    ck_assert_uint_eq(pl_map_count(map), 4);
    pl_map_free(map);
}
END_TEST

START_TEST(key_is_copied)
{
    pl_map *map = pl_map_new();
    char name[] = "hvc01";
    *pl_map_at(map, pl_str_of(name)) = 7;
    name[4] = '2';
    ck_assert_int_eq(*pl_map_find(map, PL_STR("hvc01")), 7);
    ck_assert_ptr_null(pl_map_find(map, PL_STR("hvc02")));
    pl_map_free(map);
}
END_TEST

START_TEST(hundred_thousand_keys_keep_their_values)
{
    enum { KEYS = 100000 };
    pl_map *map = pl_map_new();
    for (int i = 0; i < KEYS; i++)
        *pl_map_at(map, (pl_str){(const char *)&i, sizeof i}) = i + 1;
    ck_assert_uint_eq(pl_map_count(map), KEYS);
    for (int i = 0; i < KEYS; i++) {
        const int64_t *value = pl_map_find(map, (pl_str){(const char *)&i, sizeof i});
        ck_assert(value != NULL && *value == i + 1);
    }
    int missing = KEYS;
    ck_assert_ptr_null(pl_map_find(map, (pl_str){(const char *)&missing, sizeof missing}));
    pl_map_free(map);
}
END_TEST

START_TEST(cleared_map_is_empty_and_works)
{
    pl_map *map = pl_map_new();
    pl_map_clear(map);
    *pl_map_at(map, PL_STR("a")) = 1;
    pl_map_clear(map);
    ck_assert_uint_eq(pl_map_count(map), 0);
    ck_assert_ptr_null(pl_map_find(map, PL_STR("a")));
    ck_assert_int_eq(*pl_map_at(map, PL_STR("a")), 0);
    ck_assert_uint_eq(pl_map_count(map), 1);
    pl_map_free(map);
}
END_TEST

/* Counts 100 keys; false when memory ran out, with every key got so far still there. */
static _Bool fill(pl_map *map)
{
    for (int i = 0; i < 100; i++) {
        int64_t *value = pl_map_at(map, (pl_str){(const char *)&i, sizeof i});
        if (value == NULL) {
            ck_assert_uint_eq(pl_map_count(map), (size_t)i);
            return 0;
        }
        *value = i;
    }
    return 1;
}

START_TEST(every_failed_allocation_is_told_and_the_map_stays_good)
{
    _Bool filled = 0;
    for (long n = 0; !filled; n++) {
        ck_assert_int_lt(n, 200);
        pl_alloc_fail_after(n);
        pl_map *map = pl_map_new();
        filled = map != NULL && fill(map);
        pl_alloc_fail_after(-1);
        ck_assert(n > 0 || map == NULL);
        if (map != NULL)
            ck_assert(fill(map));
        pl_map_free(map);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("map");
    TCase *tcase = tcase_create("map");
    tcase_add_test(tcase, new_key_holds_zero_and_keeps_its_value);
    tcase_add_test(tcase, keys_are_bytes_and_the_empty_one_is_a_key);
    tcase_add_test(tcase, key_is_copied);
    tcase_add_test(tcase, hundred_thousand_keys_keep_their_values);
    tcase_add_test(tcase, cleared_map_is_empty_and_works);
    tcase_add_test(tcase, every_failed_allocation_is_told_and_the_map_stays_good);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
