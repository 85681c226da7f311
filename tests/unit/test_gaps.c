/* test_gaps.c - holes in a log are found without looking at every line. */
#include "match/gaps.h"

#include <stdlib.h>

#include "base/civil.h"
#include "support/matching.h"

#define START_US INT64_C(1707200000000000)
#define LINES 4000
#define HOLES_MAX 16

static matching *m;

static void setup(void)
{
    m = malloc(sizeof *m);
    ck_assert_ptr_nonnull(m);
    matching_init(m);
    matching_load(m, matching_dialect);
}

static void teardown(void)
{
    matching_release(m);
    free(m);
}

/* A log, and the holes in it: known from how it was made. */
struct made {
    pl_buf text;
    size_t ends[LINES]; /* of lines */
    size_t line_count;
    int64_t now_us;
    pl_gap holes[HOLES_MAX];
    size_t hole_count;
};

static void add_line(struct made *made, int64_t step_us)
{
    made->now_us += step_us;
    if (step_us >= PL_GAP_LEAST_US) {
        ck_assert_uint_lt(made->hole_count, HOLES_MAX);
        made->holes[made->hole_count++] =
            (pl_gap){made->now_us - step_us, made->now_us, made->line_count + 1};
    }
    pl_time_append(&made->text, made->now_us);
    pl_buf_append(&made->text, PL_STR(" nothing to see here\n"));
    made->ends[made->line_count++] = made->text.len;
}

static void add_unstamped(struct made *made)
{
    pl_buf_append(&made->text, PL_STR("    at some.place(Far.java:12)\n"));
    made->ends[made->line_count++] = made->text.len;
}

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1103515245U + 12345U;
    return *seed >> 16 & 0x7fff;
}

/* Lines 0 to 2 s apart, some with lines without a stamp below, and a hole about every 400 lines;
 * also pauses that are a microsecond too short. */
static void make(struct made *made, unsigned seed)
{
    *made = (struct made){.now_us = START_US};
    pl_buf_init(&made->text, (size_t)1 << 20);
    while (made->line_count + 6 < LINES) {
        unsigned what = next_random(&seed) % 400;
        int64_t step_us = next_random(&seed) % 2000 * INT64_C(1000);
        if (what == 0 && made->hole_count < HOLES_MAX)
            step_us = PL_GAP_LEAST_US + next_random(&seed) % 3 * 600 * PL_US_PER_SECOND;
        else if (what == 1)
            step_us = PL_GAP_LEAST_US - 1;
        add_line(made, made->line_count == 0 ? 0 : step_us);
        for (unsigned i = 0; what % 10 == 5 && i < 1 + what % 4; i++)
            add_unstamped(made);
    }
}

static void assert_holes(const struct made *made)
{
    ck_assert_uint_eq(m->summary.gap_count, made->hole_count);
    for (size_t i = 0; i < made->hole_count; i++) {
        ck_assert_int_eq(m->summary.gaps[i].from_us, made->holes[i].from_us);
        ck_assert_int_eq(m->summary.gaps[i].to_us, made->holes[i].to_us);
        ck_assert_uint_eq(m->summary.gaps[i].line_no, made->holes[i].line_no);
    }
}

START_TEST(every_hole_is_found_and_nothing_else)
{
    struct made *made = malloc(sizeof *made);
    ck_assert_ptr_nonnull(made);
    make(made, (unsigned)_i + 1);
    ck_assert_uint_gt(made->hole_count, 0);
    matching_cut(m, pl_buf_str(&made->text), NULL, 0);
    assert_holes(made);
    pl_buf_release(&made->text);
    free(made);
}
END_TEST

START_TEST(wherever_blocks_are_cut)
{
    struct made *made = malloc(sizeof *made);
    ck_assert_ptr_nonnull(made);
    make(made, 3);
    for (size_t line = 1; line < made->line_count; line += 397) {
        const size_t cuts[] = {made->ends[line / 2], made->ends[line]};
        matching_cut(m, pl_buf_str(&made->text), cuts, line < 2 ? 1 : 2);
        assert_holes(made);
    }
    /* right in front of a hole and behind it */
    const size_t cuts[] = {made->ends[made->holes[0].line_no - 2],
                           made->ends[made->holes[0].line_no - 1]};
    matching_cut(m, pl_buf_str(&made->text), cuts, 2);
    assert_holes(made);
    pl_buf_release(&made->text);
    free(made);
}
END_TEST

START_TEST(a_last_line_without_an_end_ends_a_hole_too)
{
    struct made *made = malloc(sizeof *made);
    ck_assert_ptr_nonnull(made);
    *made = (struct made){.now_us = START_US};
    pl_buf_init(&made->text, (size_t)1 << 20);
    for (int i = 0; i < 30; i++)
        add_line(made, i == 29 ? 2 * PL_GAP_LEAST_US : i == 0 ? 0 : PL_US_PER_SECOND);
    pl_buf_cut(&made->text, made->text.len - 1);
    matching_cut(m, pl_buf_str(&made->text), NULL, 0);
    assert_holes(made);
    pl_buf_release(&made->text);
    free(made);
}
END_TEST

START_TEST(lines_that_are_far_apart_as_a_rule_have_no_holes)
{
    struct made *made = malloc(sizeof *made);
    ck_assert_ptr_nonnull(made);
    *made = (struct made){.now_us = START_US};
    pl_buf_init(&made->text, (size_t)1 << 20);
    for (int i = 0; i < 200; i++)
        add_line(made, i == 0 ? 0 : 100 * PL_US_PER_SECOND); /* 10 times that is 1,000 s */
    for (int i = 0; i < 200; i++) {
        made->now_us += (i == 50 ? 900 : i == 100 ? 1500 : 100) * PL_US_PER_SECOND;
        add_line(made, 0);
    }
    matching_cut(m, pl_buf_str(&made->text), NULL, 0);
    ck_assert_uint_eq(m->summary.gap_count, 1);
    ck_assert_uint_eq(m->summary.gaps[0].line_no, 301);
    pl_buf_release(&made->text);
    free(made);
}
END_TEST

START_TEST(the_longest_are_kept)
{
    pl_gaps gaps;
    pl_gaps_init(&gaps);
    int64_t us = START_US;
    for (int i = 0; i < PL_GAPS_MAX + 10; i++) {
        us += PL_GAP_LEAST_US + i;
        pl_gaps_step(&gaps, (pl_moment){.us = us}, (uint64_t)i + 1);
    }
    pl_gaps_finish(&gaps);
    ck_assert_uint_eq(gaps.count, PL_GAPS_MAX);
    ck_assert_uint_eq(gaps.items[0].line_no, 11); /* the first stamp ends none */
    ck_assert_uint_eq(gaps.items[PL_GAPS_MAX - 1].line_no, PL_GAPS_MAX + 10);
}
END_TEST

START_TEST(sections_have_nothing_to_do_with_each_other)
{
    pl_gaps gaps;
    pl_gaps_init(&gaps);
    pl_gaps_step(&gaps, (pl_moment){.us = START_US}, 1);
    pl_gaps_section(&gaps);
    pl_gaps_step(&gaps, (pl_moment){.us = START_US + PL_US_PER_DAY}, 2);
    ck_assert_uint_eq(gaps.count, 0);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("gaps");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, every_hole_is_found_and_nothing_else, 0, 20);
    tcase_add_test(tcase, wherever_blocks_are_cut);
    tcase_add_test(tcase, a_last_line_without_an_end_ends_a_hole_too);
    tcase_add_test(tcase, lines_that_are_far_apart_as_a_rule_have_no_holes);
    tcase_add_test(tcase, the_longest_are_kept);
    tcase_add_test(tcase, sections_have_nothing_to_do_with_each_other);
    Suite *suite = suite_create("gaps");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
