/* test_civil.c - the calendar; the seconds of the table are those `date -u +%s` gives. */
#include "base/civil.h"

#include <stdlib.h>

#include <check.h>

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

static const struct {
    pl_civil civil;
    int64_t seconds;
} moments[] = {
    {{1970, 1, 1, 0, 0, 0, 0}, 0},
    {{1969, 12, 31, 23, 59, 59, 0}, -1},
    {{2023, 3, 12, 19, 35, 7, 644570}, INT64_C(1678649707)},
    {{1, 1, 1, 0, 0, 0, 0}, INT64_C(-62135596800)},
    {{4, 2, 29, 0, 0, 0, 1}, INT64_C(-62035891200)},
    {{1601, 1, 1, 0, 0, 0, 0}, INT64_C(-11644473600)},
    {{1900, 3, 1, 0, 0, 0, 0}, INT64_C(-2203891200)},
    {{2000, 2, 29, 0, 0, 0, 0}, 951782400},
    {{2024, 2, 29, 12, 0, 0, 999999}, 1709208000},
    {{2100, 3, 1, 0, 0, 0, 0}, INT64_C(4107542400)},
    {{9999, 12, 31, 23, 59, 59, 999999}, INT64_C(253402300799)},
};

START_TEST(moment_and_calendar_agree_both_ways)
{
    pl_civil want = moments[_i].civil;
    int64_t us = moments[_i].seconds * PL_US_PER_SECOND + want.us;
    ck_assert_int_eq(pl_civil_to_us(want), us);
    pl_civil got = pl_civil_of_us(us);
    ck_assert_int_eq(got.year, want.year);
    ck_assert_int_eq(got.month, want.month);
    ck_assert_int_eq(got.day, want.day);
    ck_assert_int_eq(got.hour, want.hour);
    ck_assert_int_eq(got.minute, want.minute);
    ck_assert_int_eq(got.second, want.second);
    ck_assert_int_eq(got.us, want.us);
}
END_TEST

/* Walks all days of the calendar by counting, which shares nothing with the arithmetic. */
START_TEST(every_day_of_the_calendar_follows_the_one_before)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t us = INT64_C(-62135596800) * PL_US_PER_SECOND;
    pl_civil day = {.year = 1, .month = 1, .day = 1};
    bool right = true;
    for (; right && day.year <= 9999; us += PL_US_PER_DAY) {
        pl_civil got = pl_civil_of_us(us + PL_US_PER_DAY - 1);
        right = got.year == day.year && got.month == day.month && got.day == day.day &&
                pl_civil_to_us(day) == us;
        bool leap = day.year % 400 == 0 || (day.year % 4 == 0 && day.year % 100 != 0);
        if (++day.day > month_days[day.month - 1] + (leap && day.month == 2)) {
            day.day = 1;
            day.year += day.month == 12;
            day.month = day.month % 12 + 1;
        }
    }
    ck_assert_msg(right, "wrong at %04d-%02d-%02d", day.year, day.month, day.day);
    ck_assert_int_eq(us, INT64_C(253402300800) * PL_US_PER_SECOND);
}
END_TEST

static const pl_civil impossible[] = {
    {0, 1, 1, 0, 0, 0, 0},     {10000, 1, 1, 0, 0, 0, 0}, {2023, 0, 1, 0, 0, 0, 0},
    {2023, 13, 1, 0, 0, 0, 0}, {2023, 1, 0, 0, 0, 0, 0},  {2023, 1, 32, 0, 0, 0, 0},
    {2023, 4, 31, 0, 0, 0, 0}, {2023, 2, 29, 0, 0, 0, 0}, {1900, 2, 29, 0, 0, 0, 0},
    {2024, 2, 30, 0, 0, 0, 0}, {2023, 1, 1, 24, 0, 0, 0}, {2023, 1, 1, -1, 0, 0, 0},
    {2023, 1, 1, 0, 60, 0, 0}, {2023, 1, 1, 0, -1, 0, 0}, {2023, 1, 1, 0, 0, 61, 0},
    {2023, 1, 1, 0, 0, -1, 0}, {2023, 1, 1, 0, 0, 0, -1}, {2023, 1, 1, 0, 0, 0, 1000000},
    {-4, 2, 29, 0, 0, 0, 0},   {2023, -1, 1, 0, 0, 0, 0}, {2023, 1, -1, 0, 0, 0, 0},
};

START_TEST(impossible_dates_and_times_are_no_moment)
{
    ck_assert_int_eq(pl_civil_to_us(impossible[_i]), PL_TIME_NONE);
}
END_TEST

START_TEST(leap_second_is_the_second_before_it)
{
    int64_t us = pl_civil_to_us((pl_civil){2016, 12, 31, 23, 59, 60, 250000});
    ck_assert_int_eq(us, pl_civil_to_us((pl_civil){2016, 12, 31, 23, 59, 59, 250000}));
    ck_assert_int_ne(us, PL_TIME_NONE);
}
END_TEST

static const struct {
    int64_t us;
    const char *want;
} times[] = {
    {INT64_C(1678649707644570), "2023-03-12T19:35:07.644570Z"},
    {0, "1970-01-01T00:00:00.000000Z"},
    {-1, "1969-12-31T23:59:59.999999Z"},
    {INT64_C(-62135596800000000), "0001-01-01T00:00:00.000000Z"},
    {INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
    {PL_TIME_NONE, ""},
};

START_TEST(time_is_written_as_iso_8601)
{
    pl_buf buf;
    pl_buf_init(&buf, 100);
    pl_time_append(&buf, times[_i].us);
    ck_assert_str_eq(buf.ptr, times[_i].want);
    pl_buf_release(&buf);
}
END_TEST

static const struct {
    pl_str text;
    int64_t us;
} durations[] = {
    {PL_STR_INIT("0s"), 0},
    {PL_STR_INIT("90s"), INT64_C(90000000)},
    {PL_STR_INIT("1h30m"), INT64_C(5400000000)},
    {PL_STR_INIT("250ms"), 250000},
    {PL_STR_INIT("2d"), INT64_C(172800000000)},
    {PL_STR_INIT("12us"), 12},
    {PL_STR_INIT("1d2h3m4s5ms6us"), INT64_C(93784005006)},
    {PL_STR_INIT("5m5ms"), INT64_C(300005000)},
    {PL_STR_INIT("36525d"), INT64_C(3155760000000000)},
};

START_TEST(durations_are_read)
{
    int64_t us = -1;
    ck_assert(pl_duration_parse(durations[_i].text, &us));
    ck_assert_int_eq(us, durations[_i].us);
}
END_TEST

static const pl_str not_durations[] = {
    PL_STR_INIT(""),
    PL_STR_INIT("90"),
    PL_STR_INIT("s"),
    PL_STR_INIT("-1s"),
    PL_STR_INIT("1.5s"),
    PL_STR_INIT("1 s"),
    PL_STR_INIT("1s "),
    PL_STR_INIT("1s1m"),
    PL_STR_INIT("1s1s"),
    PL_STR_INIT("1m30"),
    PL_STR_INIT("1w"),
    PL_STR_INIT("1H"),
    PL_STR_INIT("1h30mx"),
    PL_STR_INIT("36526d"),
    PL_STR_INIT("36525d1us"),
    PL_STR_INIT("1ms1s"),
    PL_STR_INIT("99999999999999999999s"),
    PL_STR_INIT("9223372036854775807d"),
    {NULL, 0},
};

START_TEST(anything_else_is_no_duration)
{
    int64_t us = -1;
    ck_assert(!pl_duration_parse(not_durations[_i], &us));
    ck_assert_int_eq(us, -1);
}
END_TEST

static const struct {
    pl_str text;
    int64_t us; /* -1: not how long anything took */
} elapsed[] = {
    {PL_STR_INIT("00:09:29"), INT64_C(569000000)},
    {PL_STR_INIT("03:48"), INT64_C(228000000)},
    {PL_STR_INIT("25:00:00.5"), INT64_C(90000500000)},
    {PL_STR_INIT("12"), INT64_C(12000000)},
    {PL_STR_INIT("12.5"), INT64_C(12500000)},
    {PL_STR_INIT("1m2.5s"), INT64_C(62500000)},
    {PL_STR_INIT("2h3m"), INT64_C(7380000000)},
    {PL_STR_INIT("367.227894ms"), INT64_C(367227)},
    {PL_STR_INIT("1.604103195s"), INT64_C(1604103)},
    {PL_STR_INIT("873.2us"), INT64_C(873)},
    {PL_STR_INIT("873.2\302\265s"), INT64_C(873)},
    {PL_STR_INIT(""), -1},
    {PL_STR_INIT(":"), -1},
    {PL_STR_INIT("1:2:3:4"), -1},
    {PL_STR_INIT("1.5:30"), -1},
    {PL_STR_INIT("-1s"), -1},
    {PL_STR_INIT("1."), -1},
    {PL_STR_INIT("1.s"), -1},
    {PL_STR_INIT("1.5"), INT64_C(1500000)},
    {PL_STR_INIT("1.5m30s"), -1},
    {PL_STR_INIT("1.5 s"), -1},
    {PL_STR_INIT(".5s"), -1},
    {PL_STR_INIT("1.5x"), -1},
    {PL_STR_INIT("99999999999"), -1},
    {PL_STR_INIT("99999999:99:99"), -1},
};

START_TEST(what_something_took_is_read_in_every_form)
{
    int64_t us = -1;
    ck_assert_int_eq(pl_elapsed_parse(elapsed[_i].text, &us), elapsed[_i].us != -1);
    ck_assert_int_eq(us, elapsed[_i].us);
}
END_TEST

static const struct {
    int64_t us;
    const char *want;
} readable[] = {
    {0, "0s"},
    {1, "1us"},
    {700, "700us"},
    {999, "999us"},
    {1000, "1ms"},
    {85000, "85ms"},
    {999999, "999ms"},
    {1000000, "1s"},
    {1900000, "1.9s"},
    {1999999, "1.9s"},
    {INT64_C(16800000), "16.8s"},
    {INT64_C(59999999), "59.9s"},
    {INT64_C(60000000), "1m00s"},
    {INT64_C(121000000), "2m01s"},
    {INT64_C(1869000000), "31m09s"},
    {INT64_C(3599999999), "59m59s"},
    {INT64_C(7200000000), "2h00m"},
    {INT64_C(8725757663), "2h25m"},
    {INT64_C(86399999999), "23h59m"},
    {INT64_C(86400000000), "1d"},
    {INT64_C(273600000000), "3d4h"},
    {-85000, "-85ms"},
    {INT64_C(-1869000000), "-31m09s"},
    {INT64_MAX, "106751991d4h"},
    {INT64_MIN, "-106751991d4h"},
};

START_TEST(durations_are_written_for_people)
{
    pl_buf buf;
    pl_buf_init(&buf, 100);
    pl_duration_append(&buf, readable[_i].us);
    ck_assert_str_eq(buf.ptr, readable[_i].want);
    pl_buf_release(&buf);
}
END_TEST

static const struct {
    int64_t us;
    const char *want;
} exact[] = {
    {INT64_C(8725757663), "8,725.757663 s"},
    {0, "0 s"},
    {1, "0.000001 s"},
    {388800000, "388.8 s"},
    {INT64_C(60000000), "60 s"},
    {100, "0.0001 s"},
    {INT64_C(999999999), "999.999999 s"},
    {INT64_C(1000000000), "1,000 s"},
    {INT64_C(1234567000001), "1,234,567.000001 s"},
    {-1500000, "-1.5 s"},
    {INT64_C(-8725757663), "-8,725.757663 s"},
    {INT64_MAX, "9,223,372,036,854.775807 s"},
};

START_TEST(seconds_are_written_to_the_microsecond)
{
    pl_buf buf;
    pl_buf_init(&buf, 100);
    pl_seconds_append(&buf, exact[_i].us);
    ck_assert_str_eq(buf.ptr, exact[_i].want);
    pl_buf_release(&buf);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("civil");
    TCase *tcase = tcase_create("civil");
    tcase_add_loop_test(tcase, moment_and_calendar_agree_both_ways, 0, COUNT(moments));
    tcase_add_test(tcase, every_day_of_the_calendar_follows_the_one_before);
    tcase_add_loop_test(tcase, impossible_dates_and_times_are_no_moment, 0, COUNT(impossible));
    tcase_add_test(tcase, leap_second_is_the_second_before_it);
    tcase_add_loop_test(tcase, time_is_written_as_iso_8601, 0, COUNT(times));
    tcase_add_loop_test(tcase, durations_are_read, 0, COUNT(durations));
    tcase_add_loop_test(tcase, anything_else_is_no_duration, 0, COUNT(not_durations));
    tcase_add_loop_test(tcase, what_something_took_is_read_in_every_form, 0, COUNT(elapsed));
    tcase_add_loop_test(tcase, durations_are_written_for_people, 0, COUNT(readable));
    tcase_add_loop_test(tcase, seconds_are_written_to_the_microsecond, 0, COUNT(exact));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
