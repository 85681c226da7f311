/* test_tz.c - zone files: what a wall clock shows is one moment, two, or none. */
#include "base/tz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/stamp.h"
#include "base/tz_rule.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HOUR 3600

static int64_t us_of(const char *text)
{
    pl_stamp stamp;
    ck_assert_msg(pl_stamp_parse(pl_str_of(text), &stamp), "%s", text);
    return pl_civil_to_us(stamp.civil);
}

/* ---- files made by hand */

struct change {
    int64_t at_s;
    int type;
};

/* A zone file, as far as a test says what is in it. */
struct made {
    char version;
    const struct change *changes;
    size_t change_count;
    int32_t offsets[4]; /* of its types */
    size_t type_count;
    uint32_t leaps;
    const char *footer; /* NULL: none */
};

static void put(pl_buf *out, int64_t number, size_t width)
{
    for (size_t i = width; i-- > 0;)
        pl_buf_append_char(out, (char)((uint64_t)number >> (8 * i) & 0xFF));
}

static void put_block(pl_buf *out, const struct made *made, size_t width)
{
    pl_buf_append(out, PL_STR("TZif"));
    pl_buf_append_char(out, made->version);
    pl_buf_append_repeat(out, '\0', 15);
    const size_t counts[] = {made->type_count,   made->type_count, made->leaps,
                             made->change_count, made->type_count, 4};
    for (size_t i = 0; i < COUNT(counts); i++)
        put(out, (int64_t)counts[i], 4);
    for (size_t i = 0; i < made->change_count; i++)
        put(out, made->changes[i].at_s, width);
    for (size_t i = 0; i < made->change_count; i++)
        put(out, made->changes[i].type, 1);
    for (size_t i = 0; i < made->type_count; i++) {
        put(out, made->offsets[i], 4);
        pl_buf_append_repeat(out, '\0', 2);
    }
    pl_buf_append(out, PL_STR("ABC"));
    pl_buf_append_char(out, '\0');
    pl_buf_append_repeat(out, '\0', made->leaps * (width + 4) + 2 * made->type_count);
}

static void put_file(pl_buf *out, const struct made *made)
{
    pl_buf_init(out, PL_TZ_BYTES_MAX);
    put_block(out, made, 4);
    if (made->version != '\0')
        put_block(out, made, 8);
    if (made->footer != NULL)
        pl_buf_appendf(out, "\n%s\n", made->footer);
    ck_assert_int_eq(pl_buf_status(out, NULL), PL_OK);
}

static pl_status read_made(const struct made *made, pl_tz **out, pl_error *err)
{
    pl_buf bytes;
    put_file(&bytes, made);
    pl_status status = pl_tz_new(pl_buf_str(&bytes), out, err);
    pl_buf_release(&bytes);
    return status;
}

/* From 2020-01-01T00:00:00Z an hour ahead, from 2021-01-01T00:00:00Z two. */
static const struct change two_changes[] = {{1577836800, 1}, {1609459200, 2}};

static struct made plain(char version, const char *footer)
{
    return (struct made){version, two_changes, 2, {1800, HOUR, 2 * HOUR}, 3, 0, footer};
}

START_TEST(a_file_tells_what_holds_before_between_and_after_its_changes)
{
    static const struct {
        char version;
        const char *footer;
        int32_t last_s; /* in 2030 */
    } cases[] = {{'\0', NULL, 2 * HOUR},
                 {'2', "", 2 * HOUR},
                 {'2', "AAA-2", 2 * HOUR},
                 {'3', "AAA-5", 5 * HOUR},
                 {'4', "<+0545>-5:45", 5 * HOUR + 2700}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct made made = plain(cases[i].version, cases[i].footer);
        pl_tz *tz = NULL;
        ck_assert_int_eq(read_made(&made, &tz, NULL), PL_OK);
        ck_assert_int_eq(pl_tz_offset(tz, -INT64_C(9999999999)), 1800);
        ck_assert_int_eq(pl_tz_offset(tz, 1577836799), 1800);
        ck_assert_int_eq(pl_tz_offset(tz, 1577836800), HOUR);
        ck_assert_int_eq(pl_tz_offset(tz, 1609459199), HOUR);
        ck_assert_int_eq(pl_tz_offset(tz, 1893456000), cases[i].last_s);
        pl_tz_free(tz);
    }
}
END_TEST

START_TEST(a_file_without_changes_has_its_rule_or_its_first_type)
{
    const struct made fixed = {'2', NULL, 0, {7 * HOUR}, 1, 0, ""};
    const struct made ruled = {'2', NULL, 0, {7 * HOUR}, 1, 0, "AAA3"};
    const struct made *const files[] = {&fixed, &ruled};
    static const int32_t offsets[] = {7 * HOUR, -3 * HOUR};
    for (size_t i = 0; i < COUNT(files); i++) {
        pl_tz *tz = NULL;
        ck_assert_int_eq(read_made(files[i], &tz, NULL), PL_OK);
        ck_assert_int_eq(pl_tz_offset(tz, 0), offsets[i]);
        pl_tz_free(tz);
    }
}
END_TEST

START_TEST(of_a_later_version_only_the_long_times_count)
{
    pl_buf bytes;
    pl_tz *tz = NULL;
    const struct change far[] = {{INT64_C(4102444800), 1}}; /* 2100 does not fit 4 bytes */
    const struct made made = {'2', far, 1, {0, HOUR}, 2, 0, ""};
    put_file(&bytes, &made);
    ck_assert_int_eq(pl_tz_new(pl_buf_str(&bytes), &tz, NULL), PL_OK);
    ck_assert_int_eq(pl_tz_offset(tz, INT64_C(4102444799)), 0);
    ck_assert_int_eq(pl_tz_offset(tz, INT64_C(4102444800)), HOUR);
    pl_tz_free(tz);
    pl_buf_release(&bytes);
}
END_TEST

START_TEST(a_file_that_is_cut_anywhere_is_refused)
{
    pl_buf bytes;
    const struct made made = plain('2', "AAA-2");
    put_file(&bytes, &made);
    for (size_t len = 0; len < bytes.len; len++) {
        pl_tz *tz = NULL;
        char *copy = malloc(len + 1); /* exact, so that sanitizers see a byte too far */
        memcpy(copy, bytes.ptr, len);
        copy = realloc(copy, len > 0 ? len : 1);
        ck_assert_msg(pl_tz_new((pl_str){copy, len}, &tz, NULL) == PL_ERR_FORMAT, "%zu", len);
        ck_assert_ptr_null(tz);
        free(copy);
    }
    pl_buf_release(&bytes);
}
END_TEST

START_TEST(what_contradicts_itself_is_refused)
{
    static const struct change backward[] = {{1609459200, 1}, {1577836800, 2}};
    static const struct change twice[] = {{1577836800, 1}, {1577836800, 2}};
    static const struct change nowhere[] = {{1577836800, 3}};
    const struct {
        struct made made;
        const char *words;
    } cases[] = {
        {{'2', backward, 2, {0, HOUR, 0}, 3, 0, ""}, "the zone file is damaged"},
        {{'2', twice, 2, {0, HOUR, 0}, 3, 0, ""}, "the zone file is damaged"},
        {{'2', nowhere, 1, {0, HOUR, 0}, 3, 0, ""}, "the zone file is damaged"},
        {{'2', NULL, 0, {0}, 0, 0, ""}, "the zone file is damaged"},
        {{'2', NULL, 0, {26 * HOUR}, 1, 0, ""}, "the zone file is damaged"},
        {{'2', NULL, 0, {INT32_MIN}, 1, 0, ""}, "the zone file is damaged"},
        {{'2', NULL, 0, {0}, 1, 0, "noon"}, "the zone file is damaged"},
        {{'2', NULL, 0, {0}, 1, 1, ""}, "the zone file counts leap seconds"},
        {{'2', NULL, 0, {0}, 1, 0, NULL}, "the zone file is damaged"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        pl_tz *tz = NULL;
        pl_error err;
        ck_assert_int_eq(read_made(&cases[i].made, &tz, &err), PL_ERR_FORMAT);
        ck_assert_str_eq(err.msg, cases[i].words);
    }
}
END_TEST

START_TEST(other_files_are_none_and_counts_that_lie_reach_nowhere)
{
    static char large[PL_TZ_BYTES_MAX + 1];
    char huge[100] = "TZif2";
    pl_tz *tz = NULL;
    pl_error err;
    ck_assert_int_eq(pl_tz_new(PL_STR("# version 2024a\n"), &tz, &err), PL_ERR_FORMAT);
    ck_assert_str_eq(err.msg, "not a zone file");
    memset(huge + 20, 0xFF, 24);
    ck_assert_int_eq(pl_tz_new((pl_str){huge, sizeof huge}, &tz, &err), PL_ERR_FORMAT);
    ck_assert_str_eq(err.msg, "the zone file is cut");
    ck_assert_int_eq(pl_tz_new((pl_str){large, sizeof large}, &tz, &err), PL_ERR_FORMAT);
    ck_assert_str_eq(err.msg, "over 64 KiB are no zone file");
    ck_assert_ptr_null(tz);
}
END_TEST

START_TEST(without_memory_there_is_no_zone_and_no_leak)
{
    pl_buf bytes;
    const struct made made = plain('2', "AAA-2");
    put_file(&bytes, &made);
    pl_status status = PL_ERR_NOMEM;
    for (long i = 0; status == PL_ERR_NOMEM; i++) {
        pl_tz *tz = NULL;
        ck_assert_int_lt(i, 10);
        pl_alloc_fail_after(i);
        status = pl_tz_new(pl_buf_str(&bytes), &tz, NULL);
        pl_alloc_fail_after(-1);
        ck_assert((tz != NULL) == (status == PL_OK));
        pl_tz_free(tz);
    }
    ck_assert_int_eq(status, PL_OK);
    pl_buf_release(&bytes);
}
END_TEST

/* ---- rules */

START_TEST(a_rule_tells_the_offset_of_any_year)
{
    static const char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";
    static const char sydney[] = "AEST-10AEDT,M10.1.0,M4.1.0/3";
    static const char dublin[] = "IST-1GMT0,M10.5.0,M3.5.0/1"; /* the winter is what is set */
    static const char nuuk[] = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0";
    static const struct {
        const char *rule, *utc;
        int32_t offset_s;
    } cases[] = {
        {"UTC0", "2026-07-01 00:00:00", 0},
        {"<+0530>-5:30", "2026-07-01 00:00:00", 5 * HOUR + 1800},
        {"LMT0:25:21", "2026-07-01 00:00:00", -1521},
        {berlin, "2026-03-29 00:59:59", HOUR},
        {berlin, "2026-03-29 01:00:00", 2 * HOUR},
        {berlin, "2026-10-25 00:59:59", 2 * HOUR},
        {berlin, "2026-10-25 01:00:00", HOUR},
        {berlin, "2026-12-31 23:30:00", HOUR},
        {berlin, "2400-02-29 12:00:00", HOUR},
        {berlin, "9999-07-01 00:00:00", 2 * HOUR},
        {sydney, "2026-01-01 00:00:00", 11 * HOUR},
        {sydney, "2026-04-04 15:59:59", 11 * HOUR},
        {sydney, "2026-04-04 16:00:00", 10 * HOUR},
        {sydney, "2026-10-03 15:59:59", 10 * HOUR},
        {sydney, "2026-10-03 16:00:00", 11 * HOUR},
        {dublin, "2026-07-01 00:00:00", HOUR},
        {dublin, "2026-01-01 00:00:00", 0},
        {dublin, "2026-12-01 00:00:00", 0},
        {nuuk, "2026-03-29 00:59:59", -2 * HOUR},
        {nuuk, "2026-03-29 01:00:00", -HOUR},
        {nuuk, "2026-10-25 00:59:59", -HOUR},
        {nuuk, "2026-10-25 01:00:00", -2 * HOUR},
        /* Israel: the Friday before the last Sunday, as 26 h after a Thursday */
        {"IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-26 23:59:59", 2 * HOUR},
        {"IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27 00:00:00", 3 * HOUR},
        /* summer time all the year, as RFC 8536 writes it, twice */
        {"EST5EDT,0/0,J365/25", "2026-01-01 04:59:59", -4 * HOUR},
        {"EST5EDT,0/0,J365/25", "2026-01-01 05:00:00", -4 * HOUR},
        {"EST5EDT,0/0,J365/25", "2024-12-31 23:59:59", -4 * HOUR},
        {"XXX3EDT4,0/0,J365/23", "2026-01-01 03:00:00", -4 * HOUR},
        {"XXX3EDT4,0/0,J365/23", "2026-01-01 02:59:59", -4 * HOUR},
        /* days of the year: J60 is 1 March always, 59 is it only without a leap day */
        {"AAA0BBB,J60/0,J61/0", "2024-02-29 12:00:00", 0},
        {"AAA0BBB,J60/0,J61/0", "2024-03-01 12:00:00", HOUR},
        {"AAA0BBB,J60/0,J61/0", "2023-03-01 12:00:00", HOUR},
        {"AAA0BBB,59/0,60/0", "2024-02-29 12:00:00", HOUR},
        {"AAA0BBB,59/0,60/0", "2024-03-01 12:00:00", 0},
        {"AAA0BBB,59/0,60/0", "2023-03-01 12:00:00", HOUR},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        pl_tz_rule rule;
        ck_assert_msg(pl_tz_rule_parse(pl_str_of(cases[i].rule), &rule), "%s", cases[i].rule);
        int32_t offset_s = pl_tz_rule_offset(&rule, us_of(cases[i].utc) / PL_US_PER_SECOND);
        ck_assert_msg(offset_s == cases[i].offset_s, "%s at %s: %d, not %d", cases[i].rule,
                      cases[i].utc, (int)offset_s, (int)cases[i].offset_s);
    }
}
END_TEST

START_TEST(what_is_no_rule_is_refused)
{
    static const char *const bad[] = {"",
                                      "CE-1",
                                      "CET",
                                      "CET-25",
                                      "CET-1:60",
                                      "<+01-1",
                                      "CET-1CEST",
                                      "CET-1CEST,M3.5.0",
                                      "CET-1CEST,M13.5.0,M10.5.0",
                                      "CET-1CEST,M0.5.0,M10.5.0",
                                      "CET-1CEST,M3.6.0,M10.5.0",
                                      "CET-1CEST,M3.0.0,M10.5.0",
                                      "CET-1CEST,M3.5.7,M10.5.0",
                                      "CET-1CEST,J0,J100",
                                      "CET-1CEST,J366,J100",
                                      "CET-1CEST,0,366",
                                      "CET-1CEST,M3.5.0/168,M10.5.0",
                                      "CET-1CEST,M3.5.0,M10.5.0/",
                                      "CET-1CEST,M3.5.0,M10.5.0/3 "};
    for (size_t i = 0; i < COUNT(bad); i++) {
        pl_tz_rule rule;
        ck_assert_msg(!pl_tz_rule_parse(pl_str_of(bad[i]), &rule), "'%s'", bad[i]);
    }
}
END_TEST

/* ---- the system's files */

/* NULL: this machine has none. */
static pl_tz *system_zone(const char *name)
{
    char path[100], bytes[PL_TZ_BYTES_MAX];
    pl_tz *tz = NULL;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    ck_assert_int_eq(pl_tz_new((pl_str){bytes, len}, &tz, NULL), PL_OK);
    return tz;
}

START_TEST(the_walls_of_the_world)
{
    static const struct {
        const char *zone, *wall;
        pl_wall kind;
        const char *first, *second; /* UTC */
    } cases[] = {
        {"Europe/Berlin", "2026-03-29 01:59:59", PL_WALL_ONCE, "2026-03-29 00:59:59", NULL},
        {"Europe/Berlin", "2026-03-29 02:00:00", PL_WALL_NEVER, "2026-03-29 01:00:00", NULL},
        {"Europe/Berlin", "2026-03-29 02:30:00", PL_WALL_NEVER, "2026-03-29 01:30:00", NULL},
        {"Europe/Berlin", "2026-03-29 02:59:59.9", PL_WALL_NEVER, "2026-03-29 01:59:59.9", NULL},
        {"Europe/Berlin", "2026-03-29 03:00:00", PL_WALL_ONCE, "2026-03-29 01:00:00", NULL},
        {"Europe/Berlin", "2026-10-25 01:59:59.9", PL_WALL_ONCE, "2026-10-24 23:59:59.9", NULL},
        {"Europe/Berlin", "2026-10-25 02:00:00", PL_WALL_TWICE, "2026-10-25 00:00:00",
         "2026-10-25 01:00:00"},
        {"Europe/Berlin", "2026-10-25 02:59:59.9", PL_WALL_TWICE, "2026-10-25 00:59:59.9",
         "2026-10-25 01:59:59.9"},
        {"Europe/Berlin", "2026-10-25 03:00:00", PL_WALL_ONCE, "2026-10-25 02:00:00", NULL},
        /* far behind the last change of the file: its rule */
        {"Europe/Berlin", "2100-07-01 12:00:00", PL_WALL_ONCE, "2100-07-01 10:00:00", NULL},
        {"Europe/Berlin", "2100-03-28 02:30:00", PL_WALL_NEVER, "2100-03-28 01:30:00", NULL},
        {"Europe/Berlin", "2100-10-31 02:30:00", PL_WALL_TWICE, "2100-10-31 00:30:00",
         "2100-10-31 01:30:00"},
        /* before the first: the sun, 53 min 28 s ahead */
        {"Europe/Berlin", "1850-01-01 00:53:28", PL_WALL_ONCE, "1850-01-01 00:00:00", NULL},
        {"America/New_York", "2026-03-08 02:30:00", PL_WALL_NEVER, "2026-03-08 07:30:00", NULL},
        {"America/New_York", "2026-07-04 12:00:00", PL_WALL_ONCE, "2026-07-04 16:00:00", NULL},
        {"America/New_York", "2026-11-01 01:30:00", PL_WALL_TWICE, "2026-11-01 05:30:00",
         "2026-11-01 06:30:00"},
        {"Asia/Kolkata", "2026-06-01 12:00:00", PL_WALL_ONCE, "2026-06-01 06:30:00", NULL},
        {"Asia/Kolkata", "2090-12-01 12:00:00", PL_WALL_ONCE, "2090-12-01 06:30:00", NULL},
        {"Etc/GMT+5", "2026-06-01 12:00:00", PL_WALL_ONCE, "2026-06-01 17:00:00", NULL},
        /* half an hour back, and a day that never was */
        {"Australia/Lord_Howe", "2026-04-05 01:45:00", PL_WALL_TWICE, "2026-04-04 14:45:00",
         "2026-04-04 15:15:00"},
        {"Pacific/Apia", "2011-12-29 23:00:00", PL_WALL_ONCE, "2011-12-30 09:00:00", NULL},
        {"Pacific/Apia", "2011-12-30 12:00:00", PL_WALL_NEVER, "2011-12-30 22:00:00", NULL},
        {"Pacific/Apia", "2011-12-31 00:00:00", PL_WALL_ONCE, "2011-12-30 10:00:00", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t first_us = 0, second_us = 0;
        pl_tz *tz = system_zone(cases[i].zone);
        if (tz == NULL)
            continue;
        pl_wall kind = pl_tz_moments(tz, us_of(cases[i].wall), &first_us, &second_us);
        ck_assert_msg(kind == cases[i].kind, "%s %s: %d", cases[i].zone, cases[i].wall, (int)kind);
        ck_assert_msg(first_us == us_of(cases[i].first), "%s %s: %lld", cases[i].zone,
                      cases[i].wall, (long long)first_us);
        ck_assert_int_eq(second_us,
                         us_of(cases[i].second != NULL ? cases[i].second : cases[i].first));
        pl_tz_free(tz);
    }
}
END_TEST

START_TEST(every_moment_is_shown_and_what_is_shown_leads_back_to_it)
{
    static const char *const zones[] = {"Europe/Berlin",   "America/New_York", "Africa/Casablanca",
                                        "America/Caracas", "Asia/Pyongyang",   "Antarctica/Troll"};
    for (size_t i = 0; i < COUNT(zones); i++) {
        pl_tz *tz = system_zone(zones[i]);
        for (int64_t utc_s = 31536000; tz != NULL && utc_s < INT64_C(2300000000); utc_s += 12131) {
            int64_t us = utc_s * PL_US_PER_SECOND, first_us = 0, second_us = 0;
            int64_t wall_us = us + pl_tz_offset(tz, utc_s) * PL_US_PER_SECOND;
            pl_wall kind = pl_tz_moments(tz, wall_us, &first_us, &second_us);
            bool found = us == first_us || us == second_us;
            if (kind == PL_WALL_NEVER || !found ||
                (kind == PL_WALL_TWICE) != (first_us < second_us))
                ck_abort_msg("%s %lld", zones[i], (long long)utc_s);
        }
        pl_tz_free(tz);
    }
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("tz");
    tcase_add_test(tcase, a_file_tells_what_holds_before_between_and_after_its_changes);
    tcase_add_test(tcase, a_file_without_changes_has_its_rule_or_its_first_type);
    tcase_add_test(tcase, of_a_later_version_only_the_long_times_count);
    tcase_add_test(tcase, a_file_that_is_cut_anywhere_is_refused);
    tcase_add_test(tcase, what_contradicts_itself_is_refused);
    tcase_add_test(tcase, other_files_are_none_and_counts_that_lie_reach_nowhere);
    tcase_add_test(tcase, without_memory_there_is_no_zone_and_no_leak);
    tcase_add_test(tcase, a_rule_tells_the_offset_of_any_year);
    tcase_add_test(tcase, what_is_no_rule_is_refused);
    tcase_add_test(tcase, the_walls_of_the_world);
    tcase_add_test(tcase, every_moment_is_shown_and_what_is_shown_leads_back_to_it);
    Suite *suite = suite_create("tz");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
