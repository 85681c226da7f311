/* test_report.c - the report on a store made by hand: every word of it is in the views, and nothing
 * else is. */
#include "render/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static pl_store *store;
static pl_buf out;
static pl_error err;

static pl_status take(void *arg, pl_str bytes, pl_error *error)
{
    (void)arg, (void)error;
    pl_buf_append(&out, bytes);
    return PL_OK;
}

static const pl_sink sink = {.write = take};

/* All times are microseconds after 1970-01-01T00:00:00Z, so that they can be read: 3600000000 is
 * 01:00. */
#define HOUR "3600000000"

/* A galera-like roll: n1 failed, n3 hangs since 01:00 in JOINING (limit 1 min), n2 and n4 are done.
 */
static const char *const one_run[] = {
    "INSERT INTO cluster VALUES (2, 'alpha')",
    "INSERT INTO name VALUES (11,'name','n1'), (12,'name','n2'), (13,'name','n3'), "
    "(14,'name','n4')",
    "INSERT INTO model (model_id, name, scope, serial, gap_us, begins, run_key) "
    "VALUES (1, 'roll', 'node', 0, 1, 0, NULL)",
    "INSERT INTO phase VALUES (1,1,NULL,0,'JOINING',1,'rejoin',0,NULL,0,0,NULL,60000000),"
    " (2,1,NULL,1,'SYNCED',2,'done',0,'done',0,0,NULL,NULL)",
    "INSERT INTO source VALUES (1, 1, x'01', x'01', 1500, 30, 'utf-8', 'roll', 0, 7, 2, 13)",
    "INSERT INTO place VALUES (1, 'logs/n3.log', '', x'01', 'file', 1, 'read', 0, NULL, NULL),"
    " (2, 'b.zip', 'n1.log', x'02', 'zip', NULL, 'truncated', 10, 'ends early', 500),"
    " (3, 'b.zip', '', x'', 'zip', NULL, 'container', 0, NULL, NULL)",
    "INSERT INTO line (line_id, line_no, sub, byte_off, ts_us, ts_quality, order_us,"
    " cluster_id, name_id, model_id, phase_id, transition, rule, text, key, dated)"
    " VALUES ((1 << 25) + 101, 7, 0, 900, " HOUR ", 'exact', " HOUR
    ", 2, 13, 1, 1, 'enter', 'roll.join', 'Shifting to ' || char(27) || '[31mJOINING', 1, 1),"
    " ((1 << 25) + 102, 8, 0, 950, 2*" HOUR ", 'zone-assumed', 2*" HOUR
    ", 2, 11, 1, 1, 'fail', 'roll.fail', 'Aborting', 2, 1)",
    "INSERT INTO standing (event_id, line_id, run_id, attempt) VALUES (101, (1 << 25) + 101, 1, "
    "1), (102, (1 << 25) + 102, 1, 1)",
    "INSERT INTO node VALUES (1,2,'n1',NULL,'',0,1), (2,2,'n2',NULL,'',0,1), "
    "(3,2,'n3',NULL,'',0,1),"
    " (4,2,'n4',NULL,'',0,1)",
    "INSERT INTO run (run_id, cluster_id, model_id, from_version, to_version, started_us, ended_us,"
    " as_of_us, assessment, completion_pct, remaining_us)"
    " VALUES (1, 2, 1, '5.7', '8.0', 0, 2*" HOUR ", 3*" HOUR ", 'Failed', 50.0, NULL)",
    "INSERT INTO run_node (run_id, node_id, assessment, phase_id, since_us, attempts) VALUES"
    " (1,1,'Failed',1,2*" HOUR ",2), (1,2,'Completed',2,5,1), (1,3,'Stalled',1," HOUR
    ",1), (1,4,'Completed',2,6,1)",
    "INSERT INTO span (span_id, run_id, node_id, attempt, phase_id, enter_us, open_us, closed_by,"
    " result, enter_event_id) VALUES (1, 1, 3, 1, 1, " HOUR ", 2*" HOUR
    ", 'evidence-end', 'open', 101)",
    "INSERT INTO finding (finding, rule, severity, confidence, run_id, cluster_id, node_id, "
    "attempt,"
    " phase_id, since_us, duration_us, limit_us, limit_from, summary, advice) VALUES"
    " ('stalled-a', 'stalled', 'error', 'high', 1, 2, 3, 1, 1, " HOUR ", 2*" HOUR
    ", 60000000, 'declared', 'n3 in JOINING since 01:00', 'look at the donor'),"
    " ('failed-b', 'failed', 'error', 'medium', 1, 2, 1, 2, 1, 2*" HOUR
    ", NULL, NULL, NULL, 'n1 failed in JOINING', NULL),"
    " ('retried-c', 'retried', 'info', 'high', 1, 2, 1, 1, 1, 5, NULL, NULL, NULL,"
    " 'n1 was tried twice', NULL),"
    " ('coverage.truncated-d', 'coverage.truncated', 'warning', 'high', NULL, NULL, NULL, NULL, "
    "NULL,"
    " NULL, NULL, NULL, NULL, 'b.zip!n1.log ends early', NULL)",
    "INSERT INTO evidence VALUES ('stalled-a', 1, 101, NULL, 'enter'),"
    " ('failed-b', 1, 102, NULL, 'fail'), ('coverage.truncated-d', 1, NULL, 2, 'place')",
};

static const char *const second_run[] = {
    "INSERT INTO model (model_id, name, scope, serial, gap_us, begins, run_key) "
    "VALUES (2, 'level', 'cluster', 0, 1, 0, NULL)",
    "INSERT INTO phase VALUES (3,2,NULL,0,'Initialize',1,'precheck',0,NULL,0,0,NULL,1000000),"
    " (4,2,NULL,1,'Complete',2,'done',0,'done',0,0,NULL,NULL)",
    "INSERT INTO run (run_id, cluster_id, model_id, started_us, ended_us, as_of_us, assessment,"
    " completion_pct) VALUES (9, 2, 2, 5*" HOUR ", 6*" HOUR ", 6*" HOUR ", 'Completed', 100.0)",
    "INSERT INTO span (span_id, run_id, attempt, phase_id, enter_us, exit_us, open_us, closed_by,"
    " result, enter_event_id) VALUES"
    " (2, 9, 1, 3, 5*" HOUR ", 5*" HOUR "+90000000, NULL, 'implied', 'ok', 101),"
    " (3, 9, 1, 4, 5*" HOUR "+90000000, NULL, 5, 'evidence-end', 'open', 101)",
};

static void execute(const char *const *statements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pl_stmt *stmt = NULL;
        pl_status status = pl_stmt_get(store, statements[i], &stmt, &err);
        if (status == PL_OK)
            status = pl_stmt_run(stmt, &err);
        ck_assert_msg(status == PL_OK, "%s: %s", statements[i], err.msg);
    }
}

static void setup(void)
{
    pl_buf_init(&out, (size_t)1 << 20);
    ck_assert_int_eq(pl_store_open(NULL, PL_STORE_TEMP, &store, &err), PL_OK);
}

static void teardown(void)
{
    pl_alloc_fail_after(-1);
    pl_store_close(store);
    pl_buf_release(&out);
}

static void report(pl_report_options options)
{
    pl_buf_clear(&out);
    ck_assert_int_eq(pl_store_seal(store, &err), PL_OK);
    pl_status status = pl_report(store, &options, &sink, &err);
    ck_assert_msg(status == PL_OK, "%d: %s", status, err.msg);
}

static void assert_out(const char *want)
{
    ck_assert_msg(strcmp(out.ptr, want) == 0, "got:\n%s\nwant:\n%s", out.ptr, want);
}

static void assert_holds(const char *want)
{
    ck_assert_msg(strstr(out.ptr, want) != NULL, "no '%s' in:\n%s", want, out.ptr);
}

static void assert_lacks(const char *unwanted)
{
    ck_assert_msg(strstr(out.ptr, unwanted) == NULL, "'%s' in:\n%s", unwanted, out.ptr);
}

#define FINDINGS                                                                                   \
    "\nFindings\n"                                                                                 \
    "  ERROR   failed    n1 failed in JOINING\n"                                                   \
    "          fail      1970-01-01T02:00:00.000000Z  logs/n3.log:8   Aborting\n"                  \
    "          id failed-b, confidence medium\n"                                                   \
    "  ERROR   stalled   n3 in JOINING since 01:00\n"                                              \
    "          advice    look at the donor\n"                                                      \
    "          enter     1970-01-01T01:00:00.000000Z  logs/n3.log:7   Shifting to "                \
    "\xef\xbf\xbd[31mJOINING\n"                                                                    \
    "          id stalled-a\n"                                                                     \
    "  INFO    retried   n1 was tried twice\n"                                                     \
    "          id retried-c\n"                                                                     \
    "\nFindings outside runs\n"                                                                    \
    "  WARNING coverage.truncated  b.zip!n1.log ends early\n"                                      \
    "          place     b.zip!n1.log\n"                                                           \
    "          id coverage.truncated-d\n"

START_TEST(one_run_is_told_from_its_verdict_to_its_evidence)
{
    execute(one_run, COUNT(one_run));
    report((pl_report_options){0});
    assert_out(
        "Cluster   alpha    roll    run 1    1970-01-01T00:00:00Z .. 1970-01-01T02:00:00Z  "
        "(2h00m)\n"
        "Versions  5.7 -> 8.0\n"
        "Verdict   FAILED: 2 of 4 nodes done; n1 failed in JOINING; 2 more findings\n"
        "Coverage  75.0 % of bytes, 1 of 2 files read, 1.5 kB, 30 lines; 1 truncated; see "
        "`phaseline sources`\n"
        "Clocks    UTC assumed in 1 source\n"
        "\n"
        "NODE  ASSESSMENT  PHASE    SINCE                 ELAPSED  EXPECTED  NOTE\n"
        "n1    Failed      JOINING  1970-01-01T02:00:00Z  -        -         failed in JOINING\n"
        "n3    Stalled     JOINING  1970-01-01T01:00:00Z  2h00m    <1m00s    in JOINING since "
        "01:00\n"
        "        2 completed nodes not shown (--details nodes)\n" FINDINGS);
}
END_TEST

START_TEST(what_is_missing_stands_on_the_first_screen)
{
    static const char *const missing[] = {
        "UPDATE run_node SET logs = node_id % 4",
        "UPDATE run SET confidence = 'medium', caveat = '1 of 4 nodes has no log of its own'",
        "UPDATE place SET size = NULL WHERE place_id = 2"};
    execute(one_run, COUNT(one_run));
    execute(missing, COUNT(missing));
    report((pl_report_options){0});
    assert_holds("; 2 more findings; confidence medium: 1 of 4 nodes has no log of its own\n");
    assert_holds("Coverage  3 of 4 nodes, what 1 file lacks is not known, 1 of 2 files read, ");
}
END_TEST

START_TEST(details_show_every_node)
{
    execute(one_run, COUNT(one_run));
    report((pl_report_options){.details = PL_DETAILS_NODES});
    assert_holds("\nn2    Completed   SYNCED   1970-01-01T00:00:00Z  -        -         -\n"
                 "n4    Completed ");
    assert_lacks("not shown");
}
END_TEST

START_TEST(healthy_nodes_are_shown_when_they_are_few_and_all)
{
    execute(one_run, COUNT(one_run));
    static const char *const heal[] = {
        "DELETE FROM evidence", "DELETE FROM finding",
        "UPDATE run_node SET assessment = 'Completed', phase_id = 2",
        "UPDATE run SET assessment = 'Completed', completion_pct = 100"};
    execute(heal, COUNT(heal));
    report((pl_report_options){0});
    assert_holds("Verdict   COMPLETED: 4 of 4 nodes done\n");
    assert_holds("\nn4    Completed");
    assert_lacks("not shown");
    assert_lacks("Findings");
}
END_TEST

START_TEST(a_narrow_terminal_wraps_and_cuts)
{
    execute(one_run, COUNT(one_run));
    report((pl_report_options){.render = {.width = 80}});
    /* the place takes 62 columns, so the line stands below it */
    assert_holds("enter     1970-01-01T01:00:00.000000Z  logs/n3.log:7\n"
                 "                    Shifting to ");
    assert_holds("-         failed in...\n"); /* NOTE has the 12 columns from the 69th */
}
END_TEST

START_TEST(colour_is_on_assessments_and_severities_only)
{
    execute(one_run, COUNT(one_run));
    report((pl_report_options){.render = {.colour = true}});
    assert_holds("Verdict   \x1b[1;31mFAILED\x1b[0m: 2 of 4 nodes done; n1");
    assert_holds("n3    \x1b[1;31mStalled\x1b[0m     JOINING");
    assert_holds("  \x1b[33mWARNING\x1b[0m coverage.truncated  ");
    assert_holds("  INFO    retried");
}
END_TEST

START_TEST(several_runs_begin_with_a_list_of_them)
{
    execute(one_run, COUNT(one_run));
    execute(second_run, COUNT(second_run));
    report((pl_report_options){0});
    assert_holds(
        "RUN  CLUSTER  MODEL  STARTED               ENDED                 NODES  ASSESSMENT\n"
        "  1  alpha    roll   1970-01-01T00:00:00Z  1970-01-01T02:00:00Z  2/4    Failed\n"
        "  9  alpha    level  1970-01-01T05:00:00Z  1970-01-01T06:00:00Z  -      Completed\n"
        "\nCluster   alpha    roll    run 1 (1 of 2)");
    ck_assert_int_eq(strncmp(out.ptr, "Coverage", 8), 0);
}
END_TEST

START_TEST(phases_of_the_whole_cluster_have_a_table)
{
    execute(one_run, COUNT(one_run));
    execute(second_run, COUNT(second_run));
    report((pl_report_options){.run_id = PL_RUN_LATEST});
    assert_holds("Cluster   alpha    level    run 9 (2 of 2)");
    assert_holds("Verdict   COMPLETED\n");
    assert_holds("PHASE       RESULT   SINCE                 ELAPSED  EXPECTED\n"
                 "Initialize  ok       1970-01-01T05:00:00Z  1m30s    <1s\n"
                 "Complete    reached  1970-01-01T05:01:30Z  -        -\n");
    assert_lacks("n1 failed");
    assert_lacks("NODE");
}
END_TEST

START_TEST(a_run_that_is_not_there_is_refused)
{
    execute(one_run, COUNT(one_run));
    pl_report_options options = {.run_id = 7};
    ck_assert_int_eq(pl_report(store, &options, &sink, &err), PL_ERR_USAGE);
    ck_assert_str_eq(err.msg, "there is no run 7");
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(nothing_found_says_what_there_was)
{
    static const char *const places[] = {
        "INSERT INTO place VALUES (1, 'a.txt', '', x'01', 'file', NULL, 'no-dialect', 5, NULL, "
        "NULL),"
        " (2, 'b.txt', '', x'02', 'file', NULL, 'no-dialect', 5, NULL, NULL),"
        " (3, 'c.png', '', x'', 'file', NULL, 'binary', 5, NULL, NULL)"};
    execute(places, COUNT(places));
    report((pl_report_options){.run_id = PL_RUN_LATEST});
    assert_out("No upgrade event found in 3 sources.\n  1 binary\n  2 no-dialect\n");
}
END_TEST

START_TEST(long_evidence_is_counted)
{
    execute(one_run, COUNT(one_run));
    static const char *const more[] = {
        "INSERT INTO evidence VALUES ('retried-c', 1, 101, NULL, 'a'), ('retried-c', 2, 101, NULL, "
        "'b'),"
        " ('retried-c', 3, 101, NULL, 'c'), ('retried-c', 4, 101, NULL, 'd'),"
        " ('retried-c', 5, 101, NULL, 'e'), ('retried-c', 6, 101, NULL, 'sixth')"};
    execute(more, COUNT(more));
    report((pl_report_options){0});
    assert_holds("          1 more line (--details all)\n          id retried-c\n");
    assert_lacks("sixth");
    report((pl_report_options){.details = PL_DETAILS_ALL});
    assert_holds("          sixth     1970");
    assert_lacks("more line (");
}
END_TEST

static const struct {
    const char *set, *want;
} remainders[] = {
    {"UPDATE run SET assessment = 'Progressing', remaining_us = 2400000000, remaining_min_us = "
     "1500000000, remaining_max_us = 4200000000",
     "PROGRESSING: 2 of 4 nodes done, about 40 min left (25 to 70 min)"},
    {"UPDATE run SET assessment = 'Progressing', remaining_us = 119000000, remaining_min_us = "
     "1900000, remaining_max_us = 300000001",
     "PROGRESSING: 2 of 4 nodes done, about 119 s left (1 to 301 s)"},
    {"UPDATE run SET assessment = 'Progressing', remaining_us = 18000000000, remaining_min_us = "
     "7200000000, remaining_max_us = 36000000000, completion_pct = 61.4",
     "PROGRESSING: 2 of 4 nodes done, 61 %, about 5 h left (2 to 10 h)"},
    {"UPDATE run SET assessment = 'Progressing', remaining_us = 60000000",
     "PROGRESSING: 2 of 4 nodes done, about 60 s left;"},
};

START_TEST(the_remaining_time_is_a_guess_with_its_range)
{
    execute(one_run, COUNT(one_run));
    execute(&remainders[_i].set, 1);
    report((pl_report_options){0});
    assert_holds(remainders[_i].want);
}
END_TEST

START_TEST(fitness_is_told_with_the_details)
{
    static const char *const fit[] = {"UPDATE run_node SET fitness = 0.75 WHERE node_id = 1",
                                      "UPDATE run_node SET fitness = 1.0 WHERE node_id > 1"};
    execute(one_run, COUNT(one_run));
    execute(fit, COUNT(fit));
    report((pl_report_options){0});
    assert_lacks("FITNESS");
    report((pl_report_options){.details = PL_DETAILS_NODES});
    assert_holds("EXPECTED  FITNESS  NOTE\n");
    assert_holds("-         75 %     failed in JOINING\n");
}
END_TEST

START_TEST(json_holds_the_views_row_by_row)
{
    execute(one_run, COUNT(one_run));
    report((pl_report_options){.render = {.format = PL_FORMAT_JSON}});
    assert_holds(
        "{\"schema\":\"phaseline-report/1\",\n\"runs\":[\n{\"run_id\":1,\"cluster\":\"alpha\",");
    assert_holds(
        "\"completion_pct\":50.0,\"remaining_us\":null,\"nodes_total\":4,\"nodes_done\":2,"
        "\"remaining_min_us\":null,\"remaining_max_us\":null,\"purpose\":null,\"confidence\":"
        "\"high\",\"caveat\":null,\"nodes_logged\":0,\"sources\":0,\"sources_cut\":0,"
        "\"bytes\":0,\n"
        "\"nodes\":[\n{\"cluster\":\"alpha\",\"run_id\":1,\"node\":\"n1\",");
    assert_holds("\"phases\":[],\n\"findings\":[\n{\"finding_id\":\"failed-b\",");
    assert_holds(
        "\"evidence\":[\n{\"finding_id\":\"stalled-a\",\"event_id\":101,\"role\":\"enter\",");
    assert_holds("Shifting to \\u001b[31mJOINING");
    assert_holds("\"evidence\":[]}]}],\n\"findings\":[\n{\"finding_id\":\"coverage.truncated-d\",");
    assert_holds(
        "\"coverage\":{\"sources\":{\"read\":1,\"truncated\":1},\"bytes\":1510,\"lines\":30,"
        "\"events\":2,\"log_bytes\":1500,\"bytes_missing\":500,\"sources_unsized\":0}}\n");
}
END_TEST

START_TEST(json_of_nothing_is_whole)
{
    report((pl_report_options){.render = {.format = PL_FORMAT_JSON}});
    assert_out("{\"schema\":\"phaseline-report/1\",\n\"runs\":[],\n\"findings\":[],\n"
               "\"coverage\":{\"sources\":{},\"bytes\":0,\"lines\":0,\"events\":0,"
               "\"log_bytes\":0,\"bytes_missing\":0,\"sources_unsized\":0}}\n");
}
END_TEST

START_TEST(csv_is_the_findings)
{
    execute(one_run, COUNT(one_run));
    report((pl_report_options){.render = {.format = PL_FORMAT_CSV}});
    ck_assert_int_eq(strncmp(out.ptr, "finding_id,rule,severity,", 25), 0);
    assert_holds("\r\nstalled-a,stalled,error,high,alpha,1,n3,1,roll,JOINING,3600000000,"
                 "1970-01-01T01:00:00.000000Z,7200000000,60000000,declared,n3 in JOINING since "
                 "01:00,look at the donor,1,,\r\n");
    assert_holds("\r\ncoverage.truncated-d,");
}
END_TEST

static pl_status refuse(void *arg, pl_str bytes, pl_error *error)
{
    (void)arg, (void)bytes;
    return pl_fail(error, PL_ERR_IO, "broken");
}

START_TEST(a_sink_that_refuses_ends_the_report)
{
    static const pl_sink broken = {.write = refuse};
    execute(one_run, COUNT(one_run));
    pl_report_options options = {.render = {.format = (pl_format)_i}};
    ck_assert_int_eq(pl_report(store, &options, &broken, &err), PL_ERR_IO);
}
END_TEST

START_TEST(every_failed_allocation_is_told)
{
    execute(one_run, COUNT(one_run));
    execute(second_run, COUNT(second_run));
    pl_report_options options = {.render = {.format = (pl_format)_i}};
    report(options); /* the sink has its room, the store its statements */
    char *want = strdup(out.ptr);
    ck_assert_ptr_nonnull(want);
    pl_status status = PL_ERR_NOMEM;
    long count = 0;
    for (; status != PL_OK; count++) {
        ck_assert_int_lt(count, 1000);
        pl_buf_clear(&out);
        pl_alloc_fail_after(count);
        status = pl_report(store, &options, &sink, &err);
        pl_alloc_fail_after(-1);
        ck_assert_msg(status == PL_OK || status == PL_ERR_NOMEM, "%d: %s", status, err.msg);
    }
    ck_assert_int_gt(count, 2);
    assert_out(want);
    free(want);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report");
    TCase *tcase = tcase_create("report");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, one_run_is_told_from_its_verdict_to_its_evidence);
    tcase_add_test(tcase, what_is_missing_stands_on_the_first_screen);
    tcase_add_test(tcase, details_show_every_node);
    tcase_add_test(tcase, healthy_nodes_are_shown_when_they_are_few_and_all);
    tcase_add_test(tcase, a_narrow_terminal_wraps_and_cuts);
    tcase_add_test(tcase, colour_is_on_assessments_and_severities_only);
    tcase_add_test(tcase, several_runs_begin_with_a_list_of_them);
    tcase_add_test(tcase, phases_of_the_whole_cluster_have_a_table);
    tcase_add_test(tcase, a_run_that_is_not_there_is_refused);
    tcase_add_test(tcase, nothing_found_says_what_there_was);
    tcase_add_test(tcase, long_evidence_is_counted);
    tcase_add_loop_test(tcase, the_remaining_time_is_a_guess_with_its_range, 0, COUNT(remainders));
    tcase_add_test(tcase, fitness_is_told_with_the_details);
    tcase_add_test(tcase, json_holds_the_views_row_by_row);
    tcase_add_test(tcase, json_of_nothing_is_whole);
    tcase_add_test(tcase, csv_is_the_findings);
    tcase_add_loop_test(tcase, a_sink_that_refuses_ends_the_report, 0, 3);
    tcase_add_loop_test(tcase, every_failed_allocation_is_told, 0, 3);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
