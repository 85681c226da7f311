/* test_zones.c - zones by name, from a folder, and from nowhere else. */
#include "match/zones.h"

#include <stdlib.h>

#include <check.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "support/zone_file.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static zone_folder the_folder;
static pl_zones *the_zones;

static void setup(void)
{
    char path[128];
    zone_folder_make(&the_folder);
    zone_folder_path(&the_folder, "Europe", path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    zone_folder_add(&the_folder, "Europe/Berlin", ZONE_CENTRAL);
    zone_folder_add(&the_folder, "EST", "EST5");
    zone_folder_add(&the_folder, "posixrules", "EST5");
    zone_folder_write(&the_folder, "Words", "not binary\n", 11);
    the_zones = pl_zones_new(the_folder.path);
    ck_assert_ptr_nonnull(the_zones);
}

static void teardown(void)
{
    pl_zones_free(the_zones);
    zone_folder_remove(&the_folder);
}

START_TEST(offsets_need_no_files)
{
    static const struct {
        const char *name;
        int minutes;
    } cases[] = {{"UTC", 0}, {"Z", 0}, {"+02:00", 120}, {"-0330", -210}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        pl_zone zone;
        int64_t first_us, second_us;
        ck_assert_int_eq(pl_zones_find(NULL, pl_str_of(cases[i].name), &zone, NULL), PL_OK);
        ck_assert(zone.tz == NULL && zone.minutes == cases[i].minutes);
        ck_assert_int_eq(pl_zone_moments(&zone, 0, &first_us, &second_us), PL_WALL_ONCE);
        ck_assert_int_eq(first_us, -cases[i].minutes * 60 * PL_US_PER_SECOND);
        ck_assert_int_eq(second_us, first_us);
    }
}
END_TEST

START_TEST(a_name_is_read_from_its_file_once)
{
    pl_zone zone, again;
    int64_t first_us, second_us;
    ck_assert_int_eq(pl_zones_find(the_zones, PL_STR("Europe/Berlin"), &zone, NULL), PL_OK);
    zone_folder_add(&the_folder, "Europe/Berlin", "EST5");
    ck_assert_int_eq(pl_zones_find(the_zones, PL_STR("EST"), &again, NULL), PL_OK);
    ck_assert_int_eq(pl_zones_find(the_zones, PL_STR("Europe/Berlin"), &again, NULL), PL_OK);
    ck_assert_ptr_eq(zone.tz, again.tz);
    int64_t wall_us =
        pl_civil_to_us((pl_civil){.year = 2026, .month = 10, .day = 25, .hour = 2, .minute = 30});
    ck_assert_int_eq(pl_zone_moments(&zone, wall_us, &first_us, &second_us), PL_WALL_TWICE);
    ck_assert_int_eq(first_us, wall_us - 7200 * PL_US_PER_SECOND);
    ck_assert_int_eq(second_us, wall_us - 3600 * PL_US_PER_SECOND);
}
END_TEST

static void describe(const char *folder, const char *name, pl_buf *out)
{
    pl_zone zone;
    pl_zones *zones = pl_zones_new(folder);
    pl_buf_init(out, 256);
    ck_assert_int_eq(pl_zones_find(zones, pl_str_of(name), &zone, NULL), PL_OK);
    pl_zone_describe(&zone, out);
    pl_zones_free(zones);
}

START_TEST(the_description_tells_the_name_and_the_content_of_the_file)
{
    pl_buf texts[4];
    describe(the_folder.path, "Europe/Berlin", &texts[0]);
    describe(the_folder.path, "EST", &texts[1]);
    zone_folder_add(&the_folder, "Europe/Berlin", "EST5");
    describe(the_folder.path, "Europe/Berlin", &texts[2]);
    describe(the_folder.path, "-05:00", &texts[3]);
    for (size_t i = 0; i < COUNT(texts); i++)
        for (size_t k = 0; k < i; k++)
            ck_assert(!pl_str_equal(pl_buf_str(&texts[k]), pl_buf_str(&texts[i])));
    ck_assert_str_eq(texts[3].ptr, "zone -300\n");
    for (size_t i = 0; i < COUNT(texts); i++)
        pl_buf_release(&texts[i]);
}
END_TEST

START_TEST(only_what_is_named_as_a_zone_is_looked_for)
{
    static const char *const names[] = {
        "Europe/Berlin", "Etc/GMT+5", "EST5EDT", "America/Argentina/Buenos_Aires", "W-SU", "GMT-0"};
    static const char *const others[] = {
        "",
        "/etc/passwd",
        "../passwd",
        "Europe/../../passwd",
        "Europe//Berlin",
        "Europe/",
        "posixrules",
        "localtime",
        "right/Europe/Berlin",
        "Zone.tab",
        "Europe/Berlin\n",
        "Europe Berlin",
        "Europe/5",
        "\xC3\x89urope",
        ("A234567890123456789012345678901234567890123456789012345678"
         "9012345")};
    for (size_t i = 0; i < COUNT(names); i++)
        ck_assert_msg(pl_zone_is_name(pl_str_of(names[i])), "%s", names[i]);
    for (size_t i = 0; i < COUNT(others); i++) {
        pl_zone zone;
        ck_assert_msg(!pl_zone_is_name(pl_str_of(others[i])), "%s", others[i]);
        ck_assert_int_eq(pl_zones_find(the_zones, pl_str_of(others[i]), &zone, NULL), PL_ERR_USAGE);
    }
    ck_assert(!pl_zone_is_name((pl_str){"A\0B", 3}));
}
END_TEST

/* The words have the folder between `before` and `after`. */
static void assert_unknown(const char *name, const char *before, const char *after)
{
    char words[256];
    pl_zone zone;
    pl_error err;
    snprintf(words, sizeof words, "%s%s%s", before, the_folder.path, after);
    for (int i = 0; i < 2; i++) { /* also the second time */
        ck_assert_int_eq(pl_zones_find(the_zones, pl_str_of(name), &zone, &err), PL_ERR_USAGE);
        ck_assert_str_eq(err.msg, words);
    }
}

START_TEST(what_is_not_there_is_said_with_what_to_do)
{
    static const char advice[] = "; give UTC, an offset such as +01:00, or a name such as "
                                 "Europe/Berlin";
    char large[PL_TZ_BYTES_MAX + 1] = "TZif2";
    zone_folder_write(&the_folder, "Large", large, sizeof large);
    assert_unknown("Europe/Berln", "no zone 'Europe/Berln' in ", advice);
    assert_unknown("Europe", "no zone 'Europe' in ", advice);
    assert_unknown("EST/Berlin", "no zone 'EST/Berlin' in ", advice);
    assert_unknown("Words", "", "/Words: not a zone file");
    assert_unknown("Large", "", "/Large: over 64 KiB are no zone file");
}
END_TEST

START_TEST(a_folder_that_is_missing_is_named)
{
    pl_zone zone;
    pl_error err;
    pl_zones *zones = pl_zones_new("/nowhere/zoneinfo");
    ck_assert_int_eq(pl_zones_find(zones, PL_STR("Europe/Berlin"), &zone, &err), PL_ERR_USAGE);
    ck_assert_str_eq(err.msg,
                     "no zone 'Europe/Berlin': there is no folder of zone files "
                     "/nowhere/zoneinfo; install tzdata, or give an offset such as +01:00");
    pl_zones_free(zones);
}
END_TEST

START_TEST(a_pipe_is_no_zone_and_holds_nobody_up)
{
    char path[128];
    zone_folder_path(&the_folder, "Pipe", path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    assert_unknown("Pipe", "no zone 'Pipe' in ",
                   "; give UTC, an offset such as +01:00, or a name such as Europe/Berlin");
}
END_TEST

START_TEST(names_beyond_the_limit_are_unknown)
{
    pl_zone zone;
    for (int i = 0; i < PL_ZONES_NAMES_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "Mars/A%d", i);
        ck_assert_int_eq(pl_zones_find(the_zones, pl_str_of(name), &zone, NULL), PL_ERR_USAGE);
    }
    ck_assert_int_eq(pl_zones_find(the_zones, PL_STR("EST"), &zone, NULL), PL_ERR_USAGE);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    pl_status status = PL_ERR_NOMEM;
    for (long i = 0; status == PL_ERR_NOMEM; i++) {
        pl_zone zone;
        ck_assert_int_lt(i, 100);
        pl_alloc_fail_after(i);
        pl_zones *zones = pl_zones_new(the_folder.path);
        status = zones == NULL ? PL_ERR_NOMEM
                               : pl_zones_find(zones, PL_STR("Europe/Berlin"), &zone, NULL);
        pl_alloc_fail_after(-1);
        pl_zones_free(zones);
    }
    ck_assert_int_eq(status, PL_OK);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("zones");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, offsets_need_no_files);
    tcase_add_test(tcase, a_name_is_read_from_its_file_once);
    tcase_add_test(tcase, the_description_tells_the_name_and_the_content_of_the_file);
    tcase_add_test(tcase, only_what_is_named_as_a_zone_is_looked_for);
    tcase_add_test(tcase, what_is_not_there_is_said_with_what_to_do);
    tcase_add_test(tcase, a_folder_that_is_missing_is_named);
    tcase_add_test(tcase, a_pipe_is_no_zone_and_holds_nobody_up);
    tcase_add_test(tcase, names_beyond_the_limit_are_unknown);
    tcase_add_test(tcase, every_allocation_may_fail);
    Suite *suite = suite_create("zones");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
