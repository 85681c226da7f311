/* test_event_time.c - the times of exported events. */
#include "decode/event_time.h"

#include <stdlib.h>

#include <check.h>

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

static const struct {
    const char *text;
    pl_date_order order;
    const char *want; /* as local time; with Z behind it when the zone is known */
} times[] = {
    /* what exporters of XML write */
    {"2018-07-06T18:37:44.881628300Z", PL_DATE_UNKNOWN, "2018-07-06T18:37:44.8816283Z"},
    {"2018-07-06T18:37:44.8816283Z", PL_DATE_UNKNOWN, "2018-07-06T18:37:44.8816283Z"},
    {"2018-07-06T18:37:44.881Z", PL_DATE_UNKNOWN, "2018-07-06T18:37:44.8810000Z"},
    {"2018-07-06T18:37:44.123456789Z", PL_DATE_UNKNOWN, "2018-07-06T18:37:44.1234567Z"},
    {"2018-07-06T20:37:44.5000000+02:00", PL_DATE_UNKNOWN, "2018-07-06T18:37:44.5000000Z"},
    {"2018-07-06 18:37:44.881628", PL_DATE_UNKNOWN, "2018-07-06T18:37:44.8816280"},
    {"1601-01-01T00:00:00.0000001Z", PL_DATE_UNKNOWN, "1601-01-01T00:00:00.0000001Z"},
    /* the year first, or dots: nothing to ask */
    {"2021-08-19 09:33:40", PL_DATE_MONTH_FIRST, "2021-08-19T09:33:40"},
    {"2021/8/9 9:33:40", PL_DATE_UNKNOWN, "2021-08-09T09:33:40"},
    {"09.08.2021 09:33:40", PL_DATE_MONTH_FIRST, "2021-08-09T09:33:40"},
    {"9.8.2021 9.33.40", PL_DATE_UNKNOWN, "2021-08-09T09:33:40"},
    /* the United States */
    {"8/19/2021 9:33:40 AM", PL_DATE_UNKNOWN, "2021-08-19T09:33:40"},
    {"8/9/2021 12:33:40 AM", PL_DATE_UNKNOWN, "2021-08-09T00:33:40"},
    {"8/9/2021 12:33:40 PM", PL_DATE_UNKNOWN, "2021-08-09T12:33:40"},
    {"8/9/2021 1:33:40 pm", PL_DATE_UNKNOWN, "2021-08-09T13:33:40"},
    {"8/9/2021 1:33:40\xe2\x80\xafPM", PL_DATE_UNKNOWN, "2021-08-09T13:33:40"},
    {"\xe2\x80\x8e"
     "8/\xe2\x80\x8e"
     "9/2021 1:33 PM",
     PL_DATE_UNKNOWN, "2021-08-09T13:33:00"},
    /* Australia: others show that the day is first */
    {"9/08/2021 1:33:40 p.m.", PL_DATE_DAY_FIRST, "2021-08-09T13:33:40"},
    {"9/08/2021 1:33:40 p. m.", PL_DATE_DAY_FIRST, "2021-08-09T13:33:40"},
    /* day or month first: their own numbers or others tell */
    {"19/08/2021 09:33:40", PL_DATE_UNKNOWN, "2021-08-19T09:33:40"},
    {"08/19/2021 09:33:40", PL_DATE_UNKNOWN, "2021-08-19T09:33:40"},
    {"05/05/2026 00:20:05", PL_DATE_UNKNOWN, "2026-05-05T00:20:05"},
    {"04/05/2026 00:20:05", PL_DATE_DAY_FIRST, "2026-05-04T00:20:05"},
    {"04/05/2026 00:20:05", PL_DATE_MONTH_FIRST, "2026-04-05T00:20:05"},
    {"04-05-2026 00:20:05", PL_DATE_DAY_FIRST, "2026-05-04T00:20:05"},
    /* not known, or no time */
    {"04/05/2026 00:20:05", PL_DATE_UNKNOWN, NULL},
    {"04/05/2026 00:20:05", PL_DATE_PLAIN, NULL},
    {"19/08/2021 09:33:40", PL_DATE_MONTH_FIRST, NULL},
    {"29.02.2021 09:33:40", PL_DATE_UNKNOWN, NULL},
    {"2021-08-19", PL_DATE_UNKNOWN, NULL},
    {"2021-08-19 24:00:00", PL_DATE_UNKNOWN, NULL},
    {"8/9/2021 13:33:40 PM", PL_DATE_UNKNOWN, NULL},
    {"8/9/21 1:33:40 PM", PL_DATE_UNKNOWN, NULL},
    {"8-9/2021 1:33:40 PM", PL_DATE_UNKNOWN, NULL},
    {"2021-08-19 09:33:40.", PL_DATE_UNKNOWN, NULL},
    {"2021-08-19 09:33:40 CEST", PL_DATE_UNKNOWN, NULL},
    {"1600-12-31T23:59:59Z", PL_DATE_UNKNOWN, NULL},
    {"2021-08-19 09:33:40                                      x", PL_DATE_UNKNOWN, NULL},
    {"", PL_DATE_UNKNOWN, NULL},
};

START_TEST(times_are_read_when_it_is_known_which)
{
    pl_event_time time = {-1, false};
    pl_buf buf;
    pl_buf_init(&buf, 100);
    const bool is_read = pl_event_time_read(pl_str_of(times[_i].text), times[_i].order, &time);
    ck_assert_msg(is_read == (times[_i].want != NULL), "%s", times[_i].text);
    if (is_read) {
        pl_event_time_append_local(&buf, time.ticks);
        if (time.has_zone)
            pl_buf_append_char(&buf, 'Z');
        ck_assert_str_eq(buf.ptr, times[_i].want);
    } else {
        ck_assert_int_eq(time.ticks, -1);
    }
    pl_buf_release(&buf);
}
END_TEST

static const struct {
    const char *text;
    pl_date_order want;
} orders[] = {
    {"19/08/2021 09:33:40", PL_DATE_DAY_FIRST},
    {"8/19/2021 9:33:40 AM", PL_DATE_MONTH_FIRST},
    {"13-08-2021 09:33:40", PL_DATE_DAY_FIRST},
    {"8/9/2021 9:33:40 AM", PL_DATE_UNKNOWN},
    {"13/13/2021 09:33:40", PL_DATE_UNKNOWN},
    {"19.08.2021 09:33:40", PL_DATE_PLAIN},
    {"2021/08/19 09:33:40", PL_DATE_PLAIN},
    {"TimeCreated", PL_DATE_UNKNOWN},
    {"", PL_DATE_UNKNOWN},
};

START_TEST(a_number_over_12_is_a_day)
{
    ck_assert_int_eq(pl_event_time_order(pl_str_of(orders[_i].text)), orders[_i].want);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("event_time");
    tcase_add_loop_test(tcase, times_are_read_when_it_is_known_which, 0, COUNT(times));
    tcase_add_loop_test(tcase, a_number_over_12_is_a_day, 0, COUNT(orders));
    Suite *suite = suite_create("event_time");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
