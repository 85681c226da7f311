/* test_clock.c - what a stamp leaves out comes from the context or is assumed, and the quality says
 * so. */
#include "match/clock.h"

#include <stdlib.h>

#include <check.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static pl_clock the_clock;
static pl_epochs the_epochs;

/* The moment of a full UTC stamp, by the calendar alone. */
static int64_t utc(int year, int month, int day, int hour, int minute, int second)
{
    int64_t us = pl_civil_to_us((pl_civil){year, month, day, hour, minute, second, 0});
    ck_assert_int_ne(us, PL_TIME_NONE);
    return us;
}

static void start(int64_t reference_us)
{
    the_epochs = (pl_epochs){0};
    const pl_clock_options options = {.reference_us = reference_us, .epochs = &the_epochs};
    pl_clock_init(&the_clock, &options);
}

static void set_zone(const char *name)
{
    pl_zone zone;
    ck_assert_int_eq(pl_zones_find(NULL, pl_str_of(name), &zone, NULL), PL_OK);
    pl_clock_set_zone(&the_clock, &zone);
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

/* Told only by what comes later: relative, in an epoch that is not known. */
static pl_moment assert_undated(pl_time_kind kind, const char *stamp)
{
    pl_moment moment = {0};
    ck_assert_msg(pl_clock_read(&the_clock, kind, pl_str_of(stamp), &moment), "%s", stamp);
    ck_assert_msg(moment.epoch > 0, "%s has a moment", stamp);
    ck_assert_int_eq(pl_epochs_moment(&the_epochs, moment.us, moment.epoch), PL_TIME_NONE);
    return moment;
}

static void assert_settled(pl_moment moment, int64_t us, pl_quality quality)
{
    ck_assert_int_eq(pl_epochs_moment(&the_epochs, moment.us, moment.epoch), us);
    ck_assert_str_eq(pl_quality_name(the_epochs.items[moment.epoch - 1].quality),
                     pl_quality_name(quality));
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
    set_zone("+05:00");
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
    set_zone("-0800");
    assert_reads(PL_TIME_LOCAL, "2023-05-23 00:21:30", utc(2023, 5, 23, 8, 21, 30),
                 PL_QUALITY_EXACT);
    set_zone("UTC");
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
    assert_timeless(PL_TIME_LOCAL, "1969-12-31 19:00:03");
    assert_reads(PL_TIME_ABSOLUTE, "1971-01-01T00:00:00Z", 365 * PL_US_PER_DAY, PL_QUALITY_EXACT);
    pl_clock_set_date(&the_clock, PL_STR("1970-01-01"));
    assert_undated(PL_TIME_OF_DAY, "10:00:00");
    pl_clock_finish(&the_clock);
    ck_assert_int_eq(pl_epochs_moment(&the_epochs, 0, 1), PL_TIME_NONE);
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
    set_zone("+02");
    assert_reads(PL_TIME_YEARLESS, "Mar 12 01:00:00", utc(2023, 3, 11, 23, 0, 0),
                 PL_QUALITY_YEAR_ASSUMED);
    start(PL_TIME_NONE);
    pl_clock_set_date(&the_clock, PL_STR("2023-03-12"));
    assert_reads(PL_TIME_OF_DAY, "01:00:00", utc(2023, 3, 12, 1, 0, 0), PL_QUALITY_ZONE_ASSUMED);
    set_zone("+02");
    assert_reads(PL_TIME_OF_DAY, "01:00:00", utc(2023, 3, 11, 23, 0, 0), PL_QUALITY_DERIVED);
}
END_TEST

START_TEST(the_zone_of_the_context_counts_where_the_year_is_chosen)
{
    /* 23:30 at +12:00 is 11:30 UTC, less than a day after the reference; read as UTC it is more. */
    start(utc(2023, 6, 10, 12, 0, 0));
    assert_reads(PL_TIME_YEARLESS, "Jun 11 23:30:00", utc(2022, 6, 11, 23, 30, 0),
                 PL_QUALITY_YEAR_ASSUMED);
    set_zone("+12:00");
    assert_reads(PL_TIME_YEARLESS, "Jun 11 23:30:00", utc(2023, 6, 11, 11, 30, 0),
                 PL_QUALITY_YEAR_ASSUMED);
}
END_TEST

START_TEST(a_time_of_day_takes_the_date_above_it_and_crosses_midnight)
{
    start(PL_TIME_NONE);
    pl_clock_set_date(&the_clock, PL_STR("2023-02-27"));
    set_zone("Z");
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
    set_zone("-03:00");
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
    set_zone("Z");
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

START_TEST(seconds_since_boot_have_no_time_until_an_anchor_tells_the_boot)
{
    pl_moment ignored;
    start(utc(2023, 6, 1, 0, 0, 0));
    pl_clock_set_date(&the_clock, PL_STR("2023-03-12"));
    pl_moment first = assert_undated(PL_TIME_SINCE_BOOT, "10.250000");
    assert_undated(PL_TIME_SINCE_BOOT, "30.250000");
    ck_assert(!pl_clock_anchor(&the_clock, PL_STR("2023-03-12T10:00:00Z"), &ignored));
    assert_settled(first, utc(2023, 3, 12, 9, 59, 40), PL_QUALITY_DERIVED);
    assert_reads(PL_TIME_SINCE_BOOT, "31.250000", utc(2023, 3, 12, 10, 0, 1), PL_QUALITY_DERIVED);
}
END_TEST

START_TEST(seconds_since_boot_that_go_back_are_of_another_boot)
{
    pl_moment ignored;
    start(PL_TIME_NONE);
    pl_moment before = assert_undated(PL_TIME_SINCE_BOOT, "5000.000000");
    ck_assert_uint_eq(assert_undated(PL_TIME_SINCE_BOOT, "4999.500000").epoch, before.epoch);
    pl_moment after = assert_undated(PL_TIME_SINCE_BOOT, "2.000000");
    ck_assert_uint_ne(after.epoch, before.epoch);
    ck_assert(!pl_clock_anchor(&the_clock, PL_STR("2023-03-12T10:00:00Z"), &ignored));
    assert_settled(after, utc(2023, 3, 12, 10, 0, 0), PL_QUALITY_DERIVED);
    ck_assert_int_eq(pl_epochs_moment(&the_epochs, before.us, before.epoch), PL_TIME_NONE);
}
END_TEST

START_TEST(a_boot_marker_begins_another_boot_also_where_the_seconds_go_on)
{
    start(PL_TIME_NONE);
    pl_moment before = assert_undated(PL_TIME_SINCE_BOOT, "1.000000");
    pl_clock_boot(&the_clock); /* the line of the marker itself, the first of its boot */
    ck_assert_uint_eq(assert_undated(PL_TIME_SINCE_BOOT, "2.000000").epoch, before.epoch);
    pl_clock_boot(&the_clock);
    ck_assert_uint_ne(assert_undated(PL_TIME_SINCE_BOOT, "3.000000").epoch, before.epoch);
}
END_TEST

struct footer {
    const char *first, *last, *footer;
    int64_t first_us, last_us;
    pl_quality quality;
};

START_TEST(a_date_below_its_stamps_dates_them_whichever_end_it_tells)
{
    const struct footer cases[] = {
        {"08:21:44", "08:37:03", "Fri May 18 08:21:37 UTC 2018", utc(2018, 5, 18, 8, 21, 44),
         utc(2018, 5, 18, 8, 37, 3), PL_QUALITY_DERIVED},
        /* across midnight, told by when it began, and by when it ended */
        {"23:50:00", "00:30:00", "Fri May 18 23:49:00 UTC 2018", utc(2018, 5, 18, 23, 50, 0),
         utc(2018, 5, 19, 0, 30, 0), PL_QUALITY_DERIVED},
        {"23:50:00", "00:30:00", "Sat May 19 00:31:00 UTC 2018", utc(2018, 5, 18, 23, 50, 0),
         utc(2018, 5, 19, 0, 30, 0), PL_QUALITY_DERIVED},
        /* begun just before midnight, but the first line comes after it */
        {"00:00:10", "01:00:00", "Fri May 18 23:59:50 UTC 2018", utc(2018, 5, 19, 0, 0, 10),
         utc(2018, 5, 19, 1, 0, 0), PL_QUALITY_DERIVED},
        /* a date alone is that of the last line */
        {"23:50:00", "00:30:00", "2018-05-19", utc(2018, 5, 18, 23, 50, 0),
         utc(2018, 5, 19, 0, 30, 0), PL_QUALITY_ZONE_ASSUMED},
        /* the zone of the footer is that of the stamps */
        {"10:00:00", "11:00:00", "Fri, 18 May 2018 11:00:01 +0200", utc(2018, 5, 18, 8, 0, 0),
         utc(2018, 5, 18, 9, 0, 0), PL_QUALITY_DERIVED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        start(PL_TIME_NONE);
        pl_moment first = assert_undated(PL_TIME_OF_DAY, cases[i].first);
        pl_moment last = assert_undated(PL_TIME_OF_DAY, cases[i].last);
        pl_clock_set_date(&the_clock, pl_str_of(cases[i].footer));
        assert_settled(first, cases[i].first_us, cases[i].quality);
        assert_settled(last, cases[i].last_us, cases[i].quality);
    }
}
END_TEST

START_TEST(every_footer_dates_what_stands_between_it_and_the_one_above)
{
    start(PL_TIME_NONE);
    pl_moment first = assert_undated(PL_TIME_OF_DAY, "10:00:00");
    pl_clock_set_date(&the_clock, PL_STR("2018-05-18"));
    pl_clock_set_date(&the_clock, PL_STR("2018-05-19")); /* nothing stands between */
    pl_moment second = assert_undated(PL_TIME_OF_DAY, "09:00:00");
    pl_clock_set_date(&the_clock, PL_STR("2018-05-21"));
    pl_moment rest = assert_undated(PL_TIME_OF_DAY, "08:00:00");
    pl_clock_finish(&the_clock);
    assert_settled(first, utc(2018, 5, 18, 10, 0, 0), PL_QUALITY_ZONE_ASSUMED);
    assert_settled(second, utc(2018, 5, 21, 9, 0, 0), PL_QUALITY_ZONE_ASSUMED);
    /* no footer came: the next time it can have been */
    assert_settled(rest, utc(2018, 5, 22, 8, 0, 0), PL_QUALITY_DATE_ASSUMED);
}
END_TEST

START_TEST(a_header_with_a_time_of_day_knows_when_midnight_was)
{
    start(PL_TIME_NONE);
    pl_clock_set_date(&the_clock, PL_STR("2018-05-18T23:59:58Z"));
    assert_reads(PL_TIME_OF_DAY, "00:00:01", utc(2018, 5, 19, 0, 0, 1), PL_QUALITY_DERIVED);
}
END_TEST

static void start_with(pl_clock_options options)
{
    the_epochs = (pl_epochs){0};
    options.epochs = &the_epochs;
    pl_clock_init(&the_clock, &options);
}

START_TEST(the_zone_of_the_user_beats_the_context_and_gives_way_to_the_line)
{
    start_with((pl_clock_options){.has_zone = true, .zone = {.minutes = 120}});
    set_zone("-08:00");
    assert_reads(PL_TIME_LOCAL, "2023-05-23 02:00:00", utc(2023, 5, 23, 0, 0, 0), PL_QUALITY_EXACT);
    assert_reads(PL_TIME_LOCAL, "2023-05-23 02:00:00Z", utc(2023, 5, 23, 2, 0, 0),
                 PL_QUALITY_EXACT);
}
END_TEST

START_TEST(the_date_of_the_user_dates_what_no_line_dates_and_tells_the_year)
{
    const pl_clock_options options = {.has_date = true,
                                      .date = {.year = 2019, .month = 12, .day = 30},
                                      .reference_us = utc(2023, 6, 1, 0, 0, 0)};
    start_with(options);
    pl_moment first = assert_undated(PL_TIME_OF_DAY, "23:00:00");
    pl_moment last = assert_undated(PL_TIME_OF_DAY, "01:00:00");
    pl_clock_finish(&the_clock);
    assert_settled(first, utc(2019, 12, 30, 23, 0, 0), PL_QUALITY_DATE_ASSUMED);
    assert_settled(last, utc(2019, 12, 31, 1, 0, 0), PL_QUALITY_DATE_ASSUMED);
    assert_reads(PL_TIME_YEARLESS, "Dec 29 10:00:00", utc(2019, 12, 29, 10, 0, 0),
                 PL_QUALITY_YEAR_ASSUMED);
    assert_reads(PL_TIME_YEARLESS, "Jan  2 10:00:00", utc(2020, 1, 2, 10, 0, 0),
                 PL_QUALITY_YEAR_ASSUMED);
    assert_reads(PL_TIME_YEARLESS, "Feb 29 10:00:00", utc(2020, 2, 29, 10, 0, 0),
                 PL_QUALITY_YEAR_ASSUMED);
    start_with(options);
    pl_moment dated = assert_undated(PL_TIME_OF_DAY, "10:00:00");
    pl_clock_set_date(&the_clock, PL_STR("2018-05-18"));
    pl_clock_finish(&the_clock);
    assert_settled(dated, utc(2018, 5, 18, 10, 0, 0), PL_QUALITY_ZONE_ASSUMED);
}
END_TEST

START_TEST(an_anchor_dates_lines_without_stamps_as_then_or_later)
{
    pl_moment moment = {0};
    start(PL_TIME_NONE);
    ck_assert(!pl_clock_anchor(&the_clock, PL_STR(""), &moment));
    ck_assert(!pl_clock_anchor(&the_clock, PL_STR("10:00:00"), &moment));
    ck_assert(!pl_clock_anchor(&the_clock, PL_STR("1970-01-01-00-00-07"), &moment));
    ck_assert_int_eq(the_clock.anchor.us, PL_TIME_NONE);
    ck_assert(pl_clock_anchor(&the_clock, PL_STR("2019-05-21-23-19-16"), &moment));
    ck_assert_int_eq(moment.us, utc(2019, 5, 21, 23, 19, 16));
    ck_assert_str_eq(pl_quality_name(moment.quality), "zone-assumed");
    ck_assert(moment.floor && !moment.dated);
    ck_assert_int_eq(the_clock.anchor.us, moment.us);
    ck_assert(pl_clock_anchor(&the_clock, PL_STR("2019-05-21T23:19:16Z"), &moment));
    ck_assert_str_eq(pl_quality_name(moment.quality), "derived");
}
END_TEST

START_TEST(stamps_of_another_kind_than_the_shape_says_tell_no_time)
{
    start(PL_TIME_NONE);
    assert_timeless(PL_TIME_LOCAL, "10:00:00");
    assert_timeless(PL_TIME_ABSOLUTE, "12.500000");
    assert_timeless(PL_TIME_OF_DAY, "12.500000");
    ck_assert_uint_eq(the_epochs.count, 0);
}
END_TEST

START_TEST(epochs_beyond_the_maximum_tell_no_time)
{
    start(PL_TIME_NONE);
    for (size_t i = 0; i < PL_EPOCHS_MAX; i++) {
        assert_undated(PL_TIME_SINCE_BOOT, "1.0");
        assert_undated(PL_TIME_SINCE_BOOT, "2.5");
    }
    assert_timeless(PL_TIME_SINCE_BOOT, "1.0");
}
END_TEST

START_TEST(what_is_no_stamp_is_told_and_leaves_the_moment)
{
    static const char *const bad[] = {"", "yesterday", "2023-13-01T00:00:00Z", "25:00:00", "5558"};
    start(utc(2023, 6, 1, 0, 0, 0));
    for (size_t i = 0; i < COUNT(bad); i++) {
        pl_moment moment = {.us = 42};
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
    tcase_add_test(tcase, a_time_of_day_takes_the_date_above_it_and_crosses_midnight);
    tcase_add_test(tcase, a_line_that_comes_late_after_midnight_is_of_the_day_before);
    tcase_add_test(tcase, half_a_day_back_is_no_midnight_more_is);
    tcase_add_test(tcase, a_date_that_cannot_be_read_changes_nothing);
    tcase_add_test(tcase, seconds_since_boot_have_no_time_until_an_anchor_tells_the_boot);
    tcase_add_test(tcase, seconds_since_boot_that_go_back_are_of_another_boot);
    tcase_add_test(tcase, a_boot_marker_begins_another_boot_also_where_the_seconds_go_on);
    tcase_add_test(tcase, a_date_below_its_stamps_dates_them_whichever_end_it_tells);
    tcase_add_test(tcase, every_footer_dates_what_stands_between_it_and_the_one_above);
    tcase_add_test(tcase, a_header_with_a_time_of_day_knows_when_midnight_was);
    tcase_add_test(tcase, the_zone_of_the_user_beats_the_context_and_gives_way_to_the_line);
    tcase_add_test(tcase, the_date_of_the_user_dates_what_no_line_dates_and_tells_the_year);
    tcase_add_test(tcase, an_anchor_dates_lines_without_stamps_as_then_or_later);
    tcase_add_test(tcase, stamps_of_another_kind_than_the_shape_says_tell_no_time);
    tcase_add_test(tcase, epochs_beyond_the_maximum_tell_no_time);
    tcase_add_test(tcase, what_is_no_stamp_is_told_and_leaves_the_moment);
    Suite *suite = suite_create("clock");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
