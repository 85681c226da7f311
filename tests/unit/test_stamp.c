/* test_stamp.c - the time stamps that logs carry, and what only looks like one. */
#include "base/stamp.h"

#include <stdlib.h>

#include <check.h>

#include "base/alloc.h"

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

static const struct {
    pl_str text;
    pl_stamp want;
} stamps[] = {
    {PL_STR_INIT("2023-03-12T19:35:07.644570Z"),
     {PL_STAMP_FULL, {2023, 3, 12, 19, 35, 7, 644570}, true, 0, 0}},
    {PL_STR_INIT("2023-03-12 19:35:07,644+0200"),
     {PL_STAMP_FULL, {2023, 3, 12, 19, 35, 7, 644000}, true, 120, 0}},
    {PL_STR_INIT("2023-03-12T19:35:07+05:30"),
     {PL_STAMP_FULL, {2023, 3, 12, 19, 35, 7, 0}, true, 330, 0}},
    {PL_STR_INIT("2023-03-12T19:35:07 -08"),
     {PL_STAMP_FULL, {2023, 3, 12, 19, 35, 7, 0}, true, -480, 0}},
    {PL_STR_INIT("2018-05-18 08:21:37 UTC"),
     {PL_STAMP_FULL, {2018, 5, 18, 8, 21, 37, 0}, true, 0, 0}},
    {PL_STR_INIT("2023-05-23 00:21:30"), {PL_STAMP_FULL, {2023, 5, 23, 0, 21, 30, 0}, false, 0, 0}},
    {PL_STR_INIT("2023/05/23-00:21:30.123"),
     {PL_STAMP_FULL, {2023, 5, 23, 0, 21, 30, 123000}, false, 0, 0}},
    {PL_STR_INIT("2025-03-04 10:14:00,000"),
     {PL_STAMP_FULL, {2025, 3, 4, 10, 14, 0, 0}, false, 0, 0}},
    {PL_STR_INIT("2022-06-09T08:28:17.366013759Z"),
     {PL_STAMP_FULL, {2022, 6, 9, 8, 28, 17, 366013}, true, 0, 0}},
    {PL_STR_INIT("2023-03-12T19:35:07.6Z"),
     {PL_STAMP_FULL, {2023, 3, 12, 19, 35, 7, 600000}, true, 0, 0}},
    {PL_STR_INIT("2024-02-29T23:59:60Z"),
     {PL_STAMP_FULL, {2024, 2, 29, 23, 59, 59, 0}, true, 0, 0}},
    {PL_STR_INIT("Fri May 18 08:21:37 UTC 2018"),
     {PL_STAMP_FULL, {2018, 5, 18, 8, 21, 37, 0}, true, 0, 0}},
    {PL_STR_INIT("Tue May  8 08:21:37.5 +0200 2018"),
     {PL_STAMP_FULL, {2018, 5, 8, 8, 21, 37, 500000}, true, 120, 0}},
    {PL_STR_INIT("May 18 08:21:37 2018"),
     {PL_STAMP_FULL, {2018, 5, 18, 8, 21, 37, 0}, false, 0, 0}},
    {PL_STR_INIT("Fri, 18 May 2018 08:21:37 +0000"),
     {PL_STAMP_FULL, {2018, 5, 18, 8, 21, 37, 0}, true, 0, 0}},
    {PL_STR_INIT("8 May 2018 08:21:37 GMT"),
     {PL_STAMP_FULL, {2018, 5, 8, 8, 21, 37, 0}, true, 0, 0}},
    {PL_STR_INIT("18/May/2018:08:21:37 -0330"),
     {PL_STAMP_FULL, {2018, 5, 18, 8, 21, 37, 0}, true, -210, 0}},
    {PL_STR_INIT("05/18/2018 08:21:37"), {PL_STAMP_FULL, {2018, 5, 18, 8, 21, 37, 0}, false, 0, 0}},
    {PL_STR_INIT("8/19/2021 9:33:40 AM"),
     {PL_STAMP_FULL, {2021, 8, 19, 9, 33, 40, 0}, false, 0, 0}},
    {PL_STR_INIT("8/9/2021 12:00:01 AM"), {PL_STAMP_FULL, {2021, 8, 9, 0, 0, 1, 0}, false, 0, 0}},
    {PL_STR_INIT("12/31/2021 12:13:08 PM"),
     {PL_STAMP_FULL, {2021, 12, 31, 12, 13, 8, 0}, false, 0, 0}},
    {PL_STR_INIT("1/30/2020, 11:01:08.5 pm"),
     {PL_STAMP_FULL, {2020, 1, 30, 23, 1, 8, 500000}, false, 0, 0}},
    {PL_STR_INIT("1/30/2020 8:01:08\xE2\x80\xAFPM"),
     {PL_STAMP_FULL, {2020, 1, 30, 20, 1, 8, 0}, false, 0, 0}},
    {PL_STR_INIT("5/18/2018 8:21:37 PM +02:00"),
     {PL_STAMP_FULL, {2018, 5, 18, 20, 21, 37, 0}, true, 120, 0}},
    {PL_STR_INIT("04/05/2026 00:20:05"), {PL_STAMP_FULL, {2026, 4, 5, 0, 20, 5, 0}, false, 0, 0}},
    {PL_STR_INIT("20260511091542"), {PL_STAMP_FULL, {2026, 5, 11, 9, 15, 42, 0}, false, 0, 0}},
    {PL_STR_INIT("01/01/1970 01:00:03"), {PL_STAMP_FULL, {1970, 1, 1, 1, 0, 3, 0}, false, 0, 0}},
    {PL_STR_INIT("2019-05-21-23-19-16"),
     {PL_STAMP_FULL, {2019, 5, 21, 23, 19, 16, 0}, false, 0, 0}},
    {PL_STR_INIT("1601-01-01T00:00:00Z"), {PL_STAMP_FULL, {1601, 1, 1, 0, 0, 0, 0}, true, 0, 0}},
    {PL_STR_INIT("1970-01-01 00:00:00"), {PL_STAMP_FULL, {1970, 1, 1, 0, 0, 0, 0}, false, 0, 0}},
    {PL_STR_INIT("1028 18:26:37.124152"),
     {PL_STAMP_YEARLESS, {0, 10, 28, 18, 26, 37, 124152}, false, 0, 0}},
    {PL_STR_INIT("0229 00:00:00.000001"), {PL_STAMP_YEARLESS, {0, 2, 29, 0, 0, 0, 1}, false, 0, 0}},
    {PL_STR_INIT("Oct 28 18:26:37"), {PL_STAMP_YEARLESS, {0, 10, 28, 18, 26, 37, 0}, false, 0, 0}},
    {PL_STR_INIT("Oct  8 01:02:03"), {PL_STAMP_YEARLESS, {0, 10, 8, 1, 2, 3, 0}, false, 0, 0}},
    {PL_STR_INIT("Jan 01 00:00:00.5"),
     {PL_STAMP_YEARLESS, {0, 1, 1, 0, 0, 0, 500000}, false, 0, 0}},
    {PL_STR_INIT("Dec 31 23:59:59"), {PL_STAMP_YEARLESS, {0, 12, 31, 23, 59, 59, 0}, false, 0, 0}},
    {PL_STR_INIT("18:26:37.124"), {PL_STAMP_CLOCK, {0, 0, 0, 18, 26, 37, 124000}, false, 0, 0}},
    {PL_STR_INIT("00:00:00"), {PL_STAMP_CLOCK, {0, 0, 0, 0, 0, 0, 0}, false, 0, 0}},
    {PL_STR_INIT("5558.951362"),
     {PL_STAMP_UPTIME, {0, 0, 0, 0, 0, 0, 0}, false, 0, INT64_C(5558951362)}},
    {PL_STR_INIT("0.000000"), {PL_STAMP_UPTIME, {0, 0, 0, 0, 0, 0, 0}, false, 0, 0}},
    {PL_STR_INIT("1028.5"),
     {PL_STAMP_UPTIME, {0, 0, 0, 0, 0, 0, 0}, false, 0, INT64_C(1028500000)}},
};

START_TEST(stamps_are_read)
{
    pl_stamp got;
    const pl_stamp *want = &stamps[_i].want;
    ck_assert(pl_stamp_parse(stamps[_i].text, &got));
    ck_assert_int_eq(got.form, want->form);
    ck_assert_int_eq(got.civil.year, want->civil.year);
    ck_assert_int_eq(got.civil.month, want->civil.month);
    ck_assert_int_eq(got.civil.day, want->civil.day);
    ck_assert_int_eq(got.civil.hour, want->civil.hour);
    ck_assert_int_eq(got.civil.minute, want->civil.minute);
    ck_assert_int_eq(got.civil.second, want->civil.second);
    ck_assert_int_eq(got.civil.us, want->civil.us);
    ck_assert_int_eq(got.has_zone, want->has_zone);
    ck_assert_int_eq(got.zone_minutes, want->zone_minutes);
    ck_assert_int_eq(got.uptime_us, want->uptime_us);
}
END_TEST

/* Whatever is cut off a stamp's end, reading stays inside the view and never sees the rest. */
START_TEST(every_cut_of_a_stamp_is_read_within_its_bounds)
{
    for (size_t len = 0; len < stamps[_i].text.len; len++) {
        char *copy =
            pl_alloc(len, 1); /* exactly as long, so that the sanitizer sees any byte more */
        ck_assert_ptr_nonnull(copy);
        for (size_t i = 0; i < len; i++)
            copy[i] = stamps[_i].text.ptr[i];
        pl_stamp got = {.uptime_us = 77};
        if (!pl_stamp_parse((pl_str){copy, len}, &got))
            ck_assert_int_eq(got.uptime_us, 77);
        pl_release(copy);
    }
}
END_TEST

static const pl_str not_stamps[] = {
    PL_STR_INIT(""),
    PL_STR_INIT("yesterday"),
    PL_STR_INIT("2023-13-12T19:35:07Z"),
    /*           ^^^^^^^ no such month */
    PL_STR_INIT("2023-00-12T19:35:07Z"),
    PL_STR_INIT("2023-02-30T19:35:07Z"),
    PL_STR_INIT("2023-02-29T19:35:07Z"),
    PL_STR_INIT("1900-02-29 00:00:00"),
    PL_STR_INIT("0000-01-01T00:00:00Z"),
    PL_STR_INIT("2023-03-12T24:00:00Z"),
    PL_STR_INIT("2023-03-12T19:60:07Z"),
    PL_STR_INIT("2023-03-12T19:35:61Z"),
    PL_STR_INIT("2023-03-12T19:35:07Zjunk"),
    PL_STR_INIT("2023-03-12T19:35:07 "),
    PL_STR_INIT(" 2023-03-12T19:35:07"),
    PL_STR_INIT("2023-03-12T19:35:07 CEST"),
    PL_STR_INIT("2023-03-12T19:35:07."),
    PL_STR_INIT("2023-03-12T19:35:07.Z"),
    PL_STR_INIT("2023-03-12T19:35:07.1234567890Z"),
    PL_STR_INIT("2023-03/12 19:35:07"),
    PL_STR_INIT("2023-03-12T19:35"),
    PL_STR_INIT("2023-03-12"),
    PL_STR_INIT("2023-3-12T19:35:07"),
    PL_STR_INIT("23-03-12T19:35:07"),
    PL_STR_INIT("2023-03-12x19:35:07"),
    PL_STR_INIT("2023-03-12T19:35:07+2460"),
    PL_STR_INIT("1328 18:26:37.124152"),
    PL_STR_INIT("0230 18:26:37.124152"),
    PL_STR_INIT("1028 18:26:37.124152 "),
    PL_STR_INIT("102818:26:37.124152"),
    PL_STR_INIT("Okt 28 18:26:37"),
    PL_STR_INIT("oct 28 18:26:37"),
    PL_STR_INIT("Feb 30 18:26:37"),
    PL_STR_INIT("Oct 0 18:26:37"),
    PL_STR_INIT("Oct   8 01:02:03"),
    PL_STR_INIT("Oct 128 01:02:03"),
    PL_STR_INIT("Oct28 18:26:37"),
    PL_STR_INIT("Oct 28 18:26:37Z"),
    PL_STR_INIT("Fri May 18 08:21:37 CEST 2018"),
    /*                              ^^^^ which zone that is, only a list would know */
    PL_STR_INIT("Fri May 18 08:21:37  2018"),
    PL_STR_INIT("Fri May 18 08:21:37 UTC2018"),
    PL_STR_INIT("Fri May 32 08:21:37 UTC 2018"),
    PL_STR_INIT("May 18 08:21:37 UTC 218"),
    PL_STR_INIT("18-May-2018 08:21:37"),
    PL_STR_INIT("18/May 2018:08:21:37"),
    PL_STR_INIT("18/05/2018 08:21:37"),
    /*           ^^ no such month */
    PL_STR_INIT("8/19/2021 13:33:40 PM"),
    /*                     ^^ not of half a day */
    PL_STR_INIT("8/19/2021 0:33:40 AM"),
    PL_STR_INIT("8/19/2021 9:33:40 XM"),
    PL_STR_INIT("8/19/2021 9:3:40 AM"),
    PL_STR_INIT("8/19/21 9:33:40 AM"),
    PL_STR_INIT("8/19/2021  9:33:40 AM"),
    PL_STR_INIT("20261311091542"),
    /*               ^^ no such month */
    PL_STR_INIT("2026051109154"),
    PL_STR_INIT("202605110915420"),
    PL_STR_INIT("2019-05-21-23-19"),
    PL_STR_INIT("2019-05-21T23-19-16"),
    PL_STR_INIT("8:26:37"),
    PL_STR_INIT("18:26"),
    PL_STR_INIT("18:26:37.1234567890"),
    PL_STR_INIT("25:00:00"),
    PL_STR_INIT("5558"),
    PL_STR_INIT("5558."),
    PL_STR_INIT(".951362"),
    PL_STR_INIT("-5558.951362"),
    PL_STR_INIT("5558.951362s"),
    PL_STR_INIT("5558.1234567890"),
    PL_STR_INIT("99999999999999.5"),
    PL_STR_INIT("99999999999999999999.5"),
    PL_STR_INIT("18:26:37\0"),
    {NULL, 0},
};

START_TEST(anything_else_is_no_stamp_and_leaves_the_output)
{
    pl_stamp got = {.uptime_us = 77};
    ck_assert(!pl_stamp_parse(not_stamps[_i], &got));
    ck_assert_int_eq(got.uptime_us, 77);
}
END_TEST

static const struct {
    pl_str text;
    int minutes;
} zones[] = {
    {PL_STR_INIT("Z"), 0},         {PL_STR_INIT("UTC"), 0},      {PL_STR_INIT("GMT"), 0},
    {PL_STR_INIT("+00"), 0},       {PL_STR_INIT("-00:00"), 0},   {PL_STR_INIT("+02"), 120},
    {PL_STR_INIT("+0530"), 330},   {PL_STR_INIT("+05:45"), 345}, {PL_STR_INIT("-0800"), -480},
    {PL_STR_INIT("-03:30"), -210}, {PL_STR_INIT("+2359"), 1439}, {PL_STR_INIT("-23:59"), -1439},
};

START_TEST(zones_are_read)
{
    int minutes = 9999;
    ck_assert(pl_zone_parse(zones[_i].text, &minutes));
    ck_assert_int_eq(minutes, zones[_i].minutes);
}
END_TEST

static const pl_str not_zones[] = {
    PL_STR_INIT(""),        PL_STR_INIT("z"),      PL_STR_INIT("CET"),   PL_STR_INIT("0200"),
    PL_STR_INIT("+"),       PL_STR_INIT("+2"),     PL_STR_INIT("+020"),  PL_STR_INIT("+02:"),
    PL_STR_INIT("+02:0"),   PL_STR_INIT("+02000"), PL_STR_INIT("+2400"), PL_STR_INIT("+0260"),
    PL_STR_INIT("+02:00 "), PL_STR_INIT("UTC+2"),  PL_STR_INIT("+-200"), {NULL, 0},
};

START_TEST(anything_else_is_no_zone)
{
    int minutes = 9999;
    ck_assert(!pl_zone_parse(not_zones[_i], &minutes));
    ck_assert_int_eq(minutes, 9999);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stamp");
    TCase *tcase = tcase_create("stamp");
    tcase_add_loop_test(tcase, stamps_are_read, 0, COUNT(stamps));
    tcase_add_loop_test(tcase, every_cut_of_a_stamp_is_read_within_its_bounds, 0, COUNT(stamps));
    tcase_add_loop_test(tcase, anything_else_is_no_stamp_and_leaves_the_output, 0,
                        COUNT(not_stamps));
    tcase_add_loop_test(tcase, zones_are_read, 0, COUNT(zones));
    tcase_add_loop_test(tcase, anything_else_is_no_zone, 0, COUNT(not_zones));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
