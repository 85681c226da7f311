/* test_narrow.c - with SIMD and without, ASCII is narrowed up to the group that holds something
 * else. */
#include "decode/narrow.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#define UNITS 150
#define GROUP_MAX 32 /* the largest of all forms */

typedef size_t narrow(const char *at, size_t count, bool is_big_endian, char *out);

static void put_unit(char *at, unsigned unit, bool is_big_endian)
{
    at[is_big_endian ? 1 : 0] = (char)(unit & 0xff);
    at[is_big_endian ? 0 : 1] = (char)(unit >> 8);
}

/* `count` units, all ASCII but for `odd` at `odd_at`. */
static void check_run(narrow *run, size_t count, size_t odd_at, unsigned odd, bool is_big_endian)
{
    char *units = malloc(2 * count + 1), *out = malloc(count + 1);
    ck_assert_ptr_nonnull(units);
    ck_assert_ptr_nonnull(out);
    for (size_t i = 0; i < count; i++)
        put_unit(units + 1 + 2 * i, i == odd_at ? odd : i % 0x80, is_big_endian);
    const size_t ascii = odd_at < count ? odd_at : count;
    const size_t done = run(units + 1, count, is_big_endian, out);
    ck_assert_uint_le(done, ascii);
    ck_assert_uint_gt(done + GROUP_MAX, ascii);
    for (size_t i = 0; i < done; i++)
        ck_assert_int_eq(out[i], (char)(i % 0x80));
    free(out);
    free(units);
}

static const unsigned odds[] = {0x80, 0xff, 0x100, 0x8000, 0x4100, 0xff7f};

START_TEST(the_group_that_is_not_all_ascii_and_what_follows_is_left)
{
    for (size_t odd_at = 0; odd_at <= UNITS; odd_at++)
        for (size_t i = 0; i < sizeof odds / sizeof *odds; i++) {
            check_run(pl_narrow, UNITS, odd_at, odds[i], _i == 1);
            check_run(pl_narrow_plain, UNITS, odd_at, odds[i], _i == 1);
        }
}
END_TEST

START_TEST(no_unit_beyond_the_count_is_touched)
{
    for (size_t count = 0; count < 70; count++) {
        check_run(pl_narrow, count, SIZE_MAX, 0, _i == 1);
        check_run(pl_narrow_plain, count, SIZE_MAX, 0, _i == 1);
    }
}
END_TEST

static Suite *narrow_suite(void)
{
    TCase *tcase = tcase_create("narrow");
    tcase_add_loop_test(tcase, the_group_that_is_not_all_ascii_and_what_follows_is_left, 0, 2);
    tcase_add_loop_test(tcase, no_unit_beyond_the_count_is_touched, 0, 2);
    Suite *suite = suite_create("narrow");
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(narrow_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
