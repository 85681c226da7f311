/* test_clock.c - what a stamp leaves out comes from the context or is assumed, and the quality says
 * so. */
#include "match/clock.h"

#include <stdlib.h>

#include <check.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static pl_clock the_clock;

/* The moment of a full UTC stamp, by the calendar alone. */
static int64_t utc(int year, int month, int day, int hour, int minute, int second)
{
    int64_t us = pl_civil_to_us((pl_civil){year, month, day, hour, minute, second, 0});
    ck_assert_int_ne(us, PL_TIME_NONE);
    return us;
}

static void start(int64_t reference_us)
{
    pl_clock_init(&the_clock, reference_us);
}

static void assert_reads(pl_time_kind kind, const char *stamp, int64_t us, pl_quality quality)
{
    pl_moment moment = {0};
    ck_assert_msg(pl_clock_read(&the_clock, kind, pl_str_of(stamp), &moment), "%s", stamp);
    ck_assert_msg(moment.us == us, "%s: %lld, not %lld", stamp, (long long)moment.us,
                  (long long)us);
    ck_assert_str_eq(pl_quality_name(moment.quality), pl_quality_name(quality));
}

static void assert_timeless(pl_time_kind kind, const char *stamp)
{
    assert_reads(kind, stamp, PL_TIME_NONE, PL_QUALITY_NONE);
}

START_TEST(qualities_have_the_words_of_the_schema_worst_first)
{
    static const char *const words[] = {
        "none", "since-boot", "date-assumed", "year-assumed", "zone-assumed", "derived", "exact"};
    for (size_t i = 0; i < COUNT(words); i++)
        ck_assert_str_eq(pl_quality_name((pl_quality)i), words[i]);
}
END_TEST

START_TEST(an_absolute_stamp_is_exact_whatever_the_context_says)
{
    start(PL_TIME_NONE);
    pl_clock_set_zone(&the_clock, PL_STR("+05:00"));
    assert_reads(PL_TIME_ABSOLUTE, "2023-03-12T19:35:07Z", utc(2023, 3, 12, 19, 35, 7),
                 PL_QUALITY_EXACT);
    assert_reads(PL_TIME_ABSOLUTE, "2023-03-12T19:35:07+02:00", utc(2023, 3, 12, 17, 35, 7),
                 PL_QUALITY_EXACT);
    assert_reads(PL_TIME_ABSOLUTE, "2023-03-01T00:30:00.000250+0130",
                 utc(2023, 2, 28, 23, 0, 0) + 250, PL_QUALITY_EXACT);
}
END_TEST

START_TEST(a_local_stamp_takes_the_zone_of_the_context_else_utc_is_assumed)
{
    start(PL_TIME_NONE);
    assert_reads(PL_TIME_LOCAL, "2023-05-23 00:21:30", utc(2023, 5, 23, 0, 21, 30),
                 PL_QUALITY_ZONE_ASSUMED);
    pl_clock_set_zone(&the_clock, PL_STR("-0800"));
    assert_reads(PL_TIME_LOCAL, "2023-05-23 00:21:30", utc(2023, 5, 23, 8, 21, 30),
                 PL_QUALITY_EXACT);
    pl_clock_set_zone(&the_clock, PL_STR("Mars/Olympus"));
    assert_reads(PL_TIME_LOCAL, "2023-05-23 00:21:30", utc(2023, 5, 23, 8, 21, 30),
                 PL_QUALITY_EXACT);
    pl_clock_set_zone(&the_clock, PL_STR("UTC"));
    assert_reads(PL_TIME_LOCAL, "2023-05-23 00:21:30", utc(2023, 5, 23, 0, 21, 30),
                 PL_QUALITY_EXACT);
}
END_TEST

START_TEST(only_a_line_that_holds_its_full_date_is_dated)
{
    static const struct {
        pl_time_kind kind;
        const char *stamp;
        bool dated;
    } cases[] = {{PL_TIME_ABSOLUTE, "2023-03-12T19:35:07Z", true},
                 {PL_TIME_LOCAL, "2023-03-12 19:35:07", true},
                 {PL_TIME_YEARLESS, "0312 19:35:07.000000", false},
                 {PL_TIME_OF_DAY, "19:35:07.000", false},
                 {PL_TIME_SINCE_BOOT, "5558.951362", false}};
    start(utc(2023, 6, 1, 0, 0, 0));
    pl_clock_set_date(&the_clock, PL_STR("2023-03-12"));
    for (size_t i = 0; i < COUNT(cases); i++) {
        pl_moment moment = {.dated = !cases[i].dated};
        ck_assert(pl_clock_read(&the_clock, cases[i].kind, pl_str_of(cases[i].stamp), &moment));
        ck_assert_msg(moment.dated == cases[i].dated, "%s", cases[i].stamp);
    }
}
END_TEST

START_TEST(clocks_that_were_never_set_give_no_time)
{
    start(PL_TIME_NONE);
    assert_timeless(PL_TIME_ABSOLUTE, "1970-01-01T00:00:07Z");
    assert_timeless(PL_TIME_ABSOLUTE, "1601-01-01T00:00:00Z");
    assert_timeless(PL_TIME_LOCAL, "1970-12-31 23:59:59");
    assert_reads(PL_TIME_ABSOLUTE, "1969-12-31T23:59:59Z", -PL_US_PER_SECOND, PL_QUALITY_EXACT);
    assert_reads(PL_TIME_ABSOLUTE, "1971-01-01T00:00:00Z", 365 * PL_US_PER_DAY, PL_QUALITY_EXACT);
    pl_clock_set_date(&the_clock, PL_STR("1970-01-01"));
    assert_timeless(PL_TIME_OF_DAY, "10:00:00");
}
END_TEST

struct yearless {
    const char *stamp;
    int64_t reference_us, us;
};

START_TEST(a_yearless_stamp_is_in_the_latest_year_not_a_day_after_the_reference)
{
    const struct yearless cases[] = {
        {"0312 19:35:07", utc(2023, 6, 1, 0, 0, 0), utc(2023, 3, 12, 19, 35, 7)},
        {"Mar 12 19:35:07", utc(2023, 1, 31, 0, 0, 0), utc(2022, 3, 12, 19, 35, 7)},
        /* the turn of the year, both ways */
        {"Dec 31 23:59:59", utc(2023, 1, 2, 8, 0, 0), utc(2022, 12, 31, 23, 59, 59)},
        {"Jan  1 06:00:00", utc(2022, 12, 31, 12, 0, 0), utc(2023, 1, 1, 6, 0, 0)},
        {"Jan  2 06:00:00", utc(2022, 12, 31, 12, 0, 0), utc(2022, 1, 2, 6, 0, 0)},
        /* a day after the reference to the second, and one more */
        {"Jun 11 12:00:00", utc(2023, 6, 10, 12, 0, 0), utc(2023, 6, 11, 12, 0, 0)},
        {"Jun 11 12:00:01", utc(2023, 6, 10, 12, 0, 0), utc(2022, 6, 11, 12, 0, 1)},
        /* 29 February needs a leap year; 2100 is none */
        {"Feb 29 01:00:00", utc(2023, 6, 1, 0, 0, 0), utc(2020, 2, 29, 1, 0, 0)},
        {"Feb 29 01:00:00", utc(2024, 2, 28, 12, 0, 0), utc(2024, 2, 29, 1, 0, 0)},
        {"Feb 29 01:00:00", utc(2024, 2, 27, 12, 0, 0), utc(2020, 2, 29, 1, 0, 0)},
        {"Feb 29 01:00:00", utc(2103, 6, 1, 0, 0, 0), utc(2096, 2, 29, 1, 0, 0)},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        start(cases[i].reference_us);
        assert_reads(PL_TIME_YEARLESS, cases[i].stamp, cases[i].us, PL_QUALITY_YEAR_ASSUMED);
    }
}
END_TEST

START_TEST(a_yearless_stamp_without_a_reference_has_no_time)
{
    start(PL_TIME_NONE);
    assert_timeless(PL_TIME_YEARLESS, "Mar 12 19:35:07");
}
END_TEST

START_TEST(the_worst_quality_wins_a_known_zone_does_not_cure_an_assumed_year)
{
    start(utc(2023, 6, 1, 0, 0, 0));
    pl_clock_set_zone(&the_clock, PL_STR("+02"));
    assert_reads(PL_TIME_YEARLESS, "Mar 12 01:00:00", utc(2023, 3, 11, 23, 0, 0),
                 PL_QUALITY_YEAR_ASSUMED);
    start(PL_TIME_NONE);
    pl_clock_set_date(&the_clock, PL_STR("2023-03-12"));
    assert_reads(PL_TIME_OF_DAY, "01:00:00", utc(2023, 3, 12, 1, 0, 0), PL_QUALITY_ZONE_ASSUMED);
    pl_clock_set_zone(&the_clock, PL_STR("+02"));
    assert_reads(PL_TIME_OF_DAY, "01:00:00", utc(2023, 3, 11, 23, 0, 0), PL_QUALITY_DERIVED);
}
END_TEST

START_TEST(the_zone_of_the_context_counts_where_the_year_is_chosen)
{
    /* 23:30 at +12:00 is 11:30 UTC, less than a day after the reference; read as UTC it is more. */
    start(utc(2023, 6, 10, 12, 0, 0));
    assert_reads(PL_TIME_YEARLESS, "Jun 11 23:30:00", utc(2022, 6, 11, 23, 30, 0),
                 PL_QUALITY_YEAR_ASSUMED);
    pl_clock_set_zone(&the_clock, PL_STR("+12:00"));
    assert_reads(PL_TIME_YEARLESS, "Jun 11 23:30:00", utc(2023, 6, 11, 11, 30, 0),
                 PL_QUALITY_YEAR_ASSUMED);
}
END_TEST

START_TEST(a_time_of_day_needs_a_date_and_crosses_midnight)
{
    start(PL_TIME_NONE);
    assert_timeless(PL_TIME_OF_DAY, "23:00:00");
    pl_clock_set_date(&the_clock, PL_STR("2023-02-27"));
    pl_clock_set_zone(&the_clock, PL_STR("Z"));
    assert_reads(PL_TIME_OF_DAY, "23:00:00", utc(2023, 2, 27, 23, 0, 0), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "22:59:58", utc(2023, 2, 27, 22, 59, 58), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "00:00:01.5", utc(2023, 2, 28, 0, 0, 1) + 500000,
                 PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "23:00:00", utc(2023, 2, 28, 23, 0, 0), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "01:00:00", utc(2023, 3, 1, 1, 0, 0), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "00:30:00", utc(2023, 3, 1, 0, 30, 0), PL_QUALITY_DERIVED);
    pl_clock_set_date(&the_clock, PL_STR("2023-03-05"));
    assert_reads(PL_TIME_OF_DAY, "00:10:00", utc(2023, 3, 5, 0, 10, 0), PL_QUALITY_DERIVED);
}
END_TEST

START_TEST(a_line_that_comes_late_after_midnight_is_of_the_day_before)
{
    start(PL_TIME_NONE);
    pl_clock_set_zone(&the_clock, PL_STR("-03:00"));
    pl_clock_set_date(&the_clock, PL_STR("2023-12-31"));
    /* no midnight yet: the date of the context line holds */
    assert_reads(PL_TIME_OF_DAY, "00:00:01", utc(2023, 12, 31, 3, 0, 1), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "23:59:59", utc(2024, 1, 1, 2, 59, 59), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "00:00:01", utc(2024, 1, 1, 3, 0, 1), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "23:59:58", utc(2024, 1, 1, 2, 59, 58), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "00:00:02", utc(2024, 1, 1, 3, 0, 2), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "14:00:00", utc(2024, 1, 1, 17, 0, 0), PL_QUALITY_DERIVED);
}
END_TEST

START_TEST(half_a_day_back_is_no_midnight_more_is)
{
    start(PL_TIME_NONE);
    pl_clock_set_zone(&the_clock, PL_STR("Z"));
    pl_clock_set_date(&the_clock, PL_STR("2023-03-05"));
    assert_reads(PL_TIME_OF_DAY, "13:00:00", utc(2023, 3, 5, 13, 0, 0), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "01:00:00", utc(2023, 3, 5, 1, 0, 0), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "13:00:01", utc(2023, 3, 5, 13, 0, 1), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_OF_DAY, "01:00:00", utc(2023, 3, 6, 1, 0, 0), PL_QUALITY_DERIVED);
}
END_TEST

START_TEST(a_date_that_cannot_be_read_changes_nothing)
{
    static const char *const bad[] = {"", "2023-02-30", "12 March", "2023-03-12T10:00:00 and more",
                                      "0312"};
    start(PL_TIME_NONE);
    pl_clock_set_date(&the_clock, PL_STR("2023/03/12"));
    for (size_t i = 0; i < COUNT(bad); i++)
        pl_clock_set_date(&the_clock, pl_str_of(bad[i]));
    pl_clock_set_date(&the_clock, (pl_str){0});
    assert_reads(PL_TIME_OF_DAY, "10:00:00", utc(2023, 3, 12, 10, 0, 0), PL_QUALITY_ZONE_ASSUMED);
}
END_TEST

START_TEST(seconds_since_boot_are_a_stamp_without_a_time)
{
    start(utc(2023, 6, 1, 0, 0, 0));
    pl_clock_set_date(&the_clock, PL_STR("2023-03-12"));
    assert_timeless(PL_TIME_SINCE_BOOT, "5558.951362");
}
END_TEST

START_TEST(what_is_no_stamp_is_told_and_leaves_the_moment)
{
    static const char *const bad[] = {"", "yesterday", "2023-13-01T00:00:00Z", "25:00:00", "5558"};
    start(utc(2023, 6, 1, 0, 0, 0));
    for (size_t i = 0; i < COUNT(bad); i++) {
        pl_moment moment = {42, PL_QUALITY_EXACT, true};
        ck_assert_msg(!pl_clock_read(&the_clock, PL_TIME_LOCAL, pl_str_of(bad[i]), &moment), "%s",
                      bad[i]);
        ck_assert_int_eq(moment.us, 42);
    }
    pl_moment moment;
    ck_assert(
        !pl_clock_read(&the_clock, PL_TIME_UNSTAMPED, PL_STR("2023-03-12T19:35:07Z"), &moment));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("clock");
    tcase_add_test(tcase, qualities_have_the_words_of_the_schema_worst_first);
    tcase_add_test(tcase, an_absolute_stamp_is_exact_whatever_the_context_says);
    tcase_add_test(tcase, a_local_stamp_takes_the_zone_of_the_context_else_utc_is_assumed);
    tcase_add_test(tcase, only_a_line_that_holds_its_full_date_is_dated);
    tcase_add_test(tcase, clocks_that_were_never_set_give_no_time);
    tcase_add_test(tcase, a_yearless_stamp_is_in_the_latest_year_not_a_day_after_the_reference);
    tcase_add_test(tcase, a_yearless_stamp_without_a_reference_has_no_time);
    tcase_add_test(tcase, the_worst_quality_wins_a_known_zone_does_not_cure_an_assumed_year);
    tcase_add_test(tcase, the_zone_of_the_context_counts_where_the_year_is_chosen);
    tcase_add_test(tcase, a_time_of_day_needs_a_date_and_crosses_midnight);
    tcase_add_test(tcase, a_line_that_comes_late_after_midnight_is_of_the_day_before);
    tcase_add_test(tcase, half_a_day_back_is_no_midnight_more_is);
    tcase_add_test(tcase, a_date_that_cannot_be_read_changes_nothing);
    tcase_add_test(tcase, seconds_since_boot_are_a_stamp_without_a_time);
    tcase_add_test(tcase, what_is_no_stamp_is_told_and_leaves_the_moment);
    Suite *suite = suite_create("clock");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
