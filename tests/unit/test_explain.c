/* test_explain.c - the arithmetic of a finding, its peers, and ids with a slip in them. */
#include "render/explain.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "base/buf.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define S "*1000000"

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

/* n1 waits since 1,000 s, moved last at 1,200 s, judged at 1,500 s, limit 90 s = 3 x 30 s.  Peers
 * are n2 to n4 with 20 s, 30 s and 40 s; n5 is of another group, n6 failed. */
static const char *const stalled[] = {
    "INSERT INTO cluster VALUES (2, 'alpha')",
    "INSERT INTO model (model_id, name, scope, serial, gap_us, begins, run_key) "
    "VALUES (1, 'roll', 'node', 0, 1, 0, NULL)",
    "INSERT INTO phase VALUES (1,1,NULL,0,'WORK',1,'install',0,NULL,0,0,NULL,60000000)",
    "INSERT INTO source VALUES (1, 1, x'01', x'01', 1500, 30, 'utf-8', 'roll', 0, 7, 2, NULL)",
    "INSERT INTO place VALUES (1, '/nowhere/x.log', 'a|b', x'01', 'zip', 1, 'read', 0, NULL, NULL)",
    "INSERT INTO line (line_id, line_no, sub, byte_off, ts_us, ts_quality, order_us,"
    " cluster_id, model_id, phase_id, transition, rule, text, key, dated) VALUES"
    " ((1 << 25) + 101, 7, 0, 900, 1000" S
    ", 'exact', 0, 2, 1, 1, 'enter', 'r', 'in ' || char(27), 1, 1),"
    " ((1 << 25) + 102, 9, 0, 950, 1200" S ", 'exact', 0, 2, 1, 1, 'progress', 'r', '<i>', 2, 1)",
    "INSERT INTO standing (event_id, line_id, run_id) VALUES (101, (1 << 25) + 101, 1), (102, "
    "(1 << 25) + 102, 1)",
    "INSERT INTO run (run_id, cluster_id, model_id, started_us, ended_us, as_of_us, assessment)"
    " VALUES (1, 2, 1, 0, 1500" S ", 1500" S ", 'Stalled')",
    "INSERT INTO node VALUES (1,2,'n1',NULL,'',0,1), (2,2,'n2',NULL,'',0,1), "
    "(3,2,'n3',NULL,'',0,1),"
    " (4,2,'n4',NULL,'',0,1), (5,2,'n5',NULL,'',0,1), (6,2,'n6',NULL,'',0,1)",
    "INSERT INTO run_node (run_id, node_id, assessment, attempts, node_group) SELECT 1, node_id,"
    " 'Completed', 1, CASE node_id WHEN 5 THEN 'masters' ELSE 'workers' END FROM node",
    "INSERT INTO span (run_id, node_id, attempt, phase_id, enter_us, exit_us, open_us, closed_by,"
    " result, enter_event_id) VALUES (1, 1, 1, 1, 1000" S ", NULL, 500" S
    ", 'evidence-end', 'open', 101),"
    " (1, 2, 1, 1, 0, 20" S ", NULL, 'explicit', 'ok', 101),"
    " (1, 3, 1, 1, 0, 40" S ", NULL, 'explicit', 'ok', 101),"
    " (1, 4, 1, 1, 0, 30" S ", NULL, 'explicit', 'ok', 101),"
    " (1, 5, 1, 1, 0, 25" S ", NULL, 'explicit', 'ok', 101),"
    " (1, 6, 1, 1, 0, 26" S ", NULL, 'explicit', 'failed', 101)",
    "INSERT INTO finding (finding, rule, severity, confidence, run_id, cluster_id, node_id, "
    "attempt, phase_id, since_us, duration_us, limit_us, limit_from, summary, advice) VALUES"
    " ('stalled-a1b2c3', 'stalled', 'error', 'high', 1, 2, 1, 1, 1, 1000" S ", 500" S ", 90" S
    ", '3 x the median 30 s of 3 peers', 'n1 stalls', 'wait'),"
    " ('known.full-d4e5f6', 'known.full', 'warning', 'low', NULL, 2, NULL, NULL, NULL, NULL, NULL,"
    " NULL, NULL, 'the disk is full', NULL)",
    "INSERT INTO evidence VALUES ('stalled-a1b2c3', 1, 101, NULL, 'enter'),"
    " ('stalled-a1b2c3', 2, 102, NULL, 'progress'), ('known.full-d4e5f6', 1, NULL, 1, 'source')",
};

static void setup(void)
{
    pl_buf_init(&out, (size_t)1 << 20);
    ck_assert_int_eq(pl_store_open(NULL, PL_STORE_TEMP, &store, &err), PL_OK);
    for (size_t i = 0; i < COUNT(stalled); i++) {
        pl_stmt *stmt = NULL;
        pl_status status = pl_stmt_get(store, stalled[i], &stmt, &err);
        if (status == PL_OK)
            status = pl_stmt_run(stmt, &err);
        ck_assert_msg(status == PL_OK, "%s: %s", stalled[i], err.msg);
    }
    ck_assert_int_eq(pl_store_seal(store, &err), PL_OK);
}

static void teardown(void)
{
    pl_alloc_fail_after(-1);
    pl_store_close(store);
    pl_buf_release(&out);
}

static void explain(const char *id, pl_render_options options)
{
    pl_buf_clear(&out);
    pl_status status = pl_explain(store, pl_str_of(id), &options, &sink, &err);
    ck_assert_msg(status == PL_OK, "%d: %s", status, err.msg);
}

START_TEST(a_stall_is_measured_from_its_last_progress)
{
    explain("stalled-a1b2c3", (pl_render_options){.format = PL_FORMAT_TEXT});
    /* 1,500 - 1,200 = 300 s of 90 s: 210 s over, 3.33 times. */
    ck_assert_str_eq(
        out.ptr,
        "ERROR     n1 stalls\n"
        "Finding   stalled-a1b2c3, confidence high, cluster alpha, run 1, node n1, attempt 1, phase"
        " WORK\n"
        "Rule      stalled: open at the reference time, without progress for longer than the "
        "limit; on the cluster: two nodes or more are stalled and no other moves\n"
        "Limit     90 s: 3 x the median 30 s of 3 peers\n"
        "Duration  open for 500 s; since its last progress at 1970-01-01T00:20:00.000000Z it waited"
        " 300 s: 210 s over the limit, 3.3 times as long\n"
        "Unless    a line of progress within the limit before the reference time, a longer limit, "
        "or"
        " a line that the node is paused or waits for its turn\n"
        "Advice    wait\n"
        "\nPeers\n"
        "PEER  DURATION  ATTEMPT\n"
        "n2        20 s        1\n"
        "n4        30 s        1  the median\n"
        "n3        40 s        1\n"
        "\nEvidence\n"
        "enter 1970-01-01T00:16:40.000000Z /nowhere/x.log!a|b:7\n"
        ">      7  in \xef\xbf\xbd\n"
        "          as stored, without the lines around it: its source is no text\n"
        "progress 1970-01-01T00:20:00.000000Z /nowhere/x.log!a|b:9\n"
        ">      9  <i>\n"
        "          as stored, without the lines around it: its source is no text\n");
}
END_TEST

START_TEST(a_finding_without_limit_has_no_arithmetic)
{
    explain("known.full-d4e5f6", (pl_render_options){.format = PL_FORMAT_TEXT});
    ck_assert_str_eq(out.ptr,
                     "WARNING   the disk is full\n"
                     "Finding   known.full-d4e5f6, confidence low, cluster alpha\n"
                     "Rule      known.full: a line that a dialect knows as the signature of a "
                     "failure, with its cause and advice\n"
                     "Unless    nothing: the line is there; what follows from it the other "
                     "findings tell\n"
                     "\nEvidence\n"
                     "source /nowhere/x.log!a|b\n");
}
END_TEST

START_TEST(markdown_escapes_what_the_log_says)
{
    explain("stalled-a1b2c3", (pl_render_options){.format = PL_FORMAT_MARKDOWN});
    ck_assert_ptr_nonnull(strstr(out.ptr, "## ERROR stalled\n\nn1 stalls\n\n- **Finding** "));
    ck_assert_ptr_nonnull(strstr(out.ptr, "| n4 | 30 s | 1 | the median |\n"));
    ck_assert_ptr_nonnull(strstr(out.ptr, "/nowhere/x.log!a\\|b:9\n  - **9** <code>&lt;i&gt;"));
}
END_TEST

START_TEST(json_holds_the_row_the_peers_and_the_evidence)
{
    explain("stalled-a1b2c3", (pl_render_options){.format = PL_FORMAT_JSON});
    ck_assert_ptr_nonnull(strstr(out.ptr, "{\"schema\":\"phaseline-explain/1\",\n"
                                          "\"finding_id\":\"stalled-a1b2c3\",\"rule\":"));
    ck_assert_ptr_nonnull(strstr(
        out.ptr, "\"peers\":[\n{\"node\":\"n2\",\"attempt\":1,\"duration_us\":20000000},\n"));
    ck_assert_ptr_nonnull(strstr(out.ptr, "\"line_no\":9,\"ts\":\"1970-01-01T00:20:00.000000Z\","
                                          "\"text\":\"<i>\",\"as_stored_because\":"
                                          "\"its source is no text\",\"context\":[]}]}\n"));
}
END_TEST

START_TEST(an_unknown_id_names_the_nearest)
{
    static const struct {
        const char *id, *words;
    } slips[] = {
        {"stalled-a1b2c4",
         "there is no finding 'stalled-a1b2c4'; the nearest: stalled-a1b2c3, known.full-d4e5f6"},
        {"known.ful-d4e5f6",
         "there is no finding 'known.ful-d4e5f6'; the nearest: known.full-d4e5f6, stalled-a1b2c3"},
        {"", "there is no finding ''; the nearest: stalled-a1b2c3, known.full-d4e5f6"},
    };
    pl_render_options options = {.format = PL_FORMAT_TEXT};
    for (size_t i = 0; i < COUNT(slips); i++) {
        pl_status status = pl_explain(store, pl_str_of(slips[i].id), &options, &sink, &err);
        ck_assert_int_eq(status, PL_ERR_USAGE);
        ck_assert_str_eq(err.msg, slips[i].words);
    }
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(every_failed_allocation_is_told)
{
    static const pl_format formats[] = {PL_FORMAT_TEXT, PL_FORMAT_JSON, PL_FORMAT_MARKDOWN};
    pl_render_options options = {.format = formats[_i]};
    explain("stalled-a1b2c3", options);
    size_t whole = out.len;
    pl_status status = PL_ERR_NOMEM;
    for (long count = 0; status != PL_OK; count++) {
        pl_buf_clear(&out);
        ck_assert_ptr_nonnull(pl_buf_reserve(&out, 2 * whole));
        pl_buf_cut(&out, 0);
        pl_alloc_fail_after(count);
        status = pl_explain(store, PL_STR("stalled-a1b2c3"), &options, &sink, &err);
        pl_alloc_fail_after(-1);
        ck_assert_msg(status == PL_OK || status == PL_ERR_NOMEM, "%d %s", status, err.msg);
        ck_assert_int_lt(count, 1000);
    }
    ck_assert_uint_eq(out.len, whole);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("explain");
    TCase *tcase = tcase_create("explain");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_stall_is_measured_from_its_last_progress);
    tcase_add_test(tcase, a_finding_without_limit_has_no_arithmetic);
    tcase_add_test(tcase, markdown_escapes_what_the_log_says);
    tcase_add_test(tcase, json_holds_the_row_the_peers_and_the_evidence);
    tcase_add_test(tcase, an_unknown_id_names_the_nearest);
    tcase_add_loop_test(tcase, every_failed_allocation_is_told, 0, 3);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
