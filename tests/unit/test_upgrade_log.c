/* test_upgrade_log.c - what a caller of ClusterUpgradeFunctionalLevel() leaves in the log, byte for
 * byte. */
#include "phaseline/upgrade_log.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#define TEXT_MAX 4096
#define NODE1 " cluster=HVC01 node=NODE1 model=wsfc-functional-level"

/* 2026-05-01T12:00:00Z is day 20574 of 1970; a second goes by at every look. */
static int64_t ticking_now(void)
{
    static int64_t looks;
    return (INT64_C(20574) * 86400 + INT64_C(12) * 3600 + looks++) * 1000000;
}

static pl_upgrade_log open_log(void)
{
    pl_upgrade_log log = {0};
    log.out = tmpfile();
    ck_assert_ptr_nonnull(log.out);
    log.cluster = "HVC01";
    log.node = "NODE1";
    log.now = ticking_now;
    return log;
}

static void assert_log(pl_upgrade_log *log, const char *want)
{
    char text[TEXT_MAX];
    ck_assert_int_eq(log->failed, 0);
    rewind(log->out);
    text[fread(text, 1, sizeof text - 1, log->out)] = '\0';
    ck_assert_str_eq(text, want);
    fclose(log->out);
}

/* In the form of ClusterUpgradeFunctionalLevel(): phases 1 to `last`, then `result`. */
static unsigned long walk_phases(int last, unsigned long result, pl_upgrade_callback progress,
                                 void *arg)
{
    for (int phase = 1; phase <= last; phase++)
        ck_assert(progress(arg, (pl_upgrade_phase)phase));
    return result;
}

START_TEST(a_whole_upgrade_is_five_lines)
{
    pl_upgrade_log log = open_log();
    ck_assert_uint_eq(walk_phases(5, 0, pl_upgrade_log_progress, &log), 0);
    ck_assert_int_eq(log.phase, 5);
    assert_log(&log,
               "time=2026-05-01T12:00:00.000000Z" NODE1 " phase=Initialize event=enter\n"
               "time=2026-05-01T12:00:01.000000Z" NODE1 " phase=ValidatingUpgrade event=enter\n"
               "time=2026-05-01T12:00:02.000000Z" NODE1 " phase=UpgradingComponents event=enter\n"
               "time=2026-05-01T12:00:03.000000Z" NODE1
               " phase=InstallingNewComponents event=enter\n"
               "time=2026-05-01T12:00:04.000000Z" NODE1 " phase=UpgradeComplete event=enter\n");
}
END_TEST

START_TEST(a_failed_upgrade_names_its_last_phase_and_the_code)
{
    pl_upgrade_log log = open_log();
    unsigned long error = walk_phases(2, 5973, pl_upgrade_log_progress, &log);
    pl_upgrade_log_failed(&log, log.phase, error);
    assert_log(&log,
               "time=2026-05-01T12:00:00.000000Z" NODE1 " phase=Initialize event=enter\n"
               "time=2026-05-01T12:00:01.000000Z" NODE1 " phase=ValidatingUpgrade event=enter\n"
               "time=2026-05-01T12:00:02.000000Z" NODE1
               " phase=ValidatingUpgrade event=fail error=5973\n");
}
END_TEST

START_TEST(a_failure_before_the_first_phase_names_none)
{
    pl_upgrade_log log = open_log();
    pl_upgrade_log_failed(&log, log.phase, 4294967295);
    assert_log(&log, "time=2026-05-01T12:00:00.000000Z" NODE1 " event=fail error=4294967295\n");
}
END_TEST

START_TEST(a_phase_nobody_knows_is_written_as_its_number)
{
    pl_upgrade_log log = open_log();
    ck_assert(pl_upgrade_log_progress(&log, (pl_upgrade_phase)9));
    ck_assert(pl_upgrade_log_progress(&log, (pl_upgrade_phase)0));
    pl_upgrade_log_failed(&log, 6, 1);
    assert_log(&log, "time=2026-05-01T12:00:00.000000Z" NODE1 " phase=9 event=enter\n"
                     "time=2026-05-01T12:00:01.000000Z" NODE1 " phase=0 event=enter\n"
                     "time=2026-05-01T12:00:02.000000Z" NODE1 " phase=6 event=fail error=1\n");
}
END_TEST

START_TEST(a_note_has_no_phase)
{
    pl_upgrade_log log = open_log();
    pl_upgrade_log_note(&log, "still here");
    assert_log(&log, "time=2026-05-01T12:00:00.000000Z" NODE1 " event=note msg=\"still here\"\n");
}
END_TEST

START_TEST(an_entry_of_ones_own_keeps_the_order_of_the_keys)
{
    pl_upgrade_log log = open_log();
    pl_upgrade_entry entry = {.phase = "UpgradeComplete", .event = "exit", .error = "0"};
    entry.from = "10.32771";
    entry.to = "11.32772";
    entry.msg = "done";
    log.node = NULL;
    pl_upgrade_log_write(&log, &entry);
    assert_log(&log,
               "time=2026-05-01T12:00:00.000000Z cluster=HVC01 model=wsfc-functional-level"
               " phase=UpgradeComplete event=exit error=0 from=10.32771 to=11.32772 msg=done\n");
}
END_TEST

static const struct quoting {
    const char *value, *written;
} quotings[] = {
    {"plain", "plain"},
    {"", "\"\""},
    {"two words", "\"two words\""},
    {"a=b", "\"a=b\""},
    {"say \"no\"", "\"say \\\"no\\\"\""},
    {"DOMAIN\\node", "DOMAIN\\node"}, /* without quotes a backslash is itself */
    {"C:\\Program Files", "\"C:\\\\Program Files\""},
    {"two\nlines", "\"two\\nlines\""},
    {"tab\tcr\rdel\x7f", "\"tab\\x09cr\\x0ddel\\x7f\""},
    {"k\xc3\xb6ln", "k\xc3\xb6ln"},
};

START_TEST(a_value_is_quoted_when_it_must_be)
{
    char want[TEXT_MAX];
    pl_upgrade_log log = open_log();
    log.cluster = NULL;
    log.node = quotings[_i].value;
    pl_upgrade_log_note(&log, "x");
    snprintf(want, sizeof want,
             "time=2026-05-01T12:00:00.000000Z node=%s model=wsfc-functional-level event=note"
             " msg=x\n",
             quotings[_i].written);
    assert_log(&log, want);
}
END_TEST

static const struct moment {
    int64_t us;
    const char *text;
} moments[] = {
    {0, "time=1970-01-01T00:00:00.000000Z"},
    {INT64_C(951782400000001), "time=2000-02-29T00:00:00.000001Z"},
    {INT64_C(951868799999999), "time=2000-02-29T23:59:59.999999Z"},
    {INT64_C(951868800000000), "time=2000-03-01T00:00:00.000000Z"},
    {INT64_C(1767225599999999), "time=2025-12-31T23:59:59.999999Z"},
    {INT64_C(1767225600000000), "time=2026-01-01T00:00:00.000000Z"},
    {INT64_C(4107542399000000), "time=2100-02-28T23:59:59.000000Z"}, /* 2100 has no leap day */
    {INT64_C(4107542400000000), "time=2100-03-01T00:00:00.000000Z"},
};

START_TEST(time_is_utc_with_microseconds)
{
    char text[TEXT_MAX];
    FILE *out = tmpfile();
    ck_assert_ptr_nonnull(out);
    pl_upgrade_log_put_time(out, moments[_i].us);
    rewind(out);
    text[fread(text, 1, sizeof text - 1, out)] = '\0';
    ck_assert_str_eq(text, moments[_i].text);
    fclose(out);
}
END_TEST

START_TEST(without_a_clock_of_the_callers_the_systems_is_taken)
{
    struct timeval before, after;
    gettimeofday(&before, NULL);
    int64_t us = pl_upgrade_log_system_us();
    gettimeofday(&after, NULL);
    ck_assert_int_ge(us, (int64_t)before.tv_sec * 1000000 + before.tv_usec);
    ck_assert_int_le(us, (int64_t)after.tv_sec * 1000000 + after.tv_usec);
}
END_TEST

START_TEST(a_full_disk_is_remembered_and_stops_nothing)
{
    pl_upgrade_log log = open_log();
    fclose(log.out);
    log.out = fopen("/dev/full", "w");
    if (log.out == NULL)
        return; /* not every system has one */
    ck_assert_uint_eq(walk_phases(5, 0, pl_upgrade_log_progress, &log), 0);
    ck_assert_int_eq(log.failed, ENOSPC);
    ck_assert_int_eq(log.phase, 5);
    fclose(log.out);
}
END_TEST

START_TEST(a_log_that_could_not_be_opened_stops_nothing)
{
    pl_upgrade_log log = {0};
    ck_assert_uint_eq(walk_phases(5, 0, pl_upgrade_log_progress, &log), 0);
    ck_assert_int_eq(log.failed, EBADF);
}
END_TEST

START_TEST(every_line_is_on_disk_before_the_call_returns)
{
    char text[TEXT_MAX], path[] = "/tmp/pl_upgrade_log_XXXXXX";
    int handle = mkstemp(path);
    ck_assert_int_ge(handle, 0);
    pl_upgrade_log log = open_log();
    fclose(log.out);
    log.out = fdopen(handle, "w");
    ck_assert_ptr_nonnull(log.out);
    pl_upgrade_log_note(&log, "one");
    FILE *reader = fopen(path, "r");
    ck_assert_ptr_nonnull(reader);
    text[fread(text, 1, sizeof text - 1, reader)] = '\0';
    ck_assert_str_eq(text, "time=2026-05-01T12:00:00.000000Z" NODE1 " event=note msg=one\n");
    fclose(reader);
    fclose(log.out);
    remove(path);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

static Suite *upgrade_log_suite(void)
{
    TCase *tcase = tcase_create("upgrade_log");
    tcase_add_test(tcase, a_whole_upgrade_is_five_lines);
    tcase_add_test(tcase, a_failed_upgrade_names_its_last_phase_and_the_code);
    tcase_add_test(tcase, a_failure_before_the_first_phase_names_none);
    tcase_add_test(tcase, a_phase_nobody_knows_is_written_as_its_number);
    tcase_add_test(tcase, a_note_has_no_phase);
    tcase_add_test(tcase, an_entry_of_ones_own_keeps_the_order_of_the_keys);
    tcase_add_loop_test(tcase, a_value_is_quoted_when_it_must_be, 0, COUNT(quotings));
    tcase_add_loop_test(tcase, time_is_utc_with_microseconds, 0, COUNT(moments));
    tcase_add_test(tcase, without_a_clock_of_the_callers_the_systems_is_taken);
    tcase_add_test(tcase, a_full_disk_is_remembered_and_stops_nothing);
    tcase_add_test(tcase, a_log_that_could_not_be_opened_stops_nothing);
    tcase_add_test(tcase, every_line_is_on_disk_before_the_call_returns);
    Suite *suite = suite_create("upgrade_log");
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(upgrade_log_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
