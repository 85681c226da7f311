/* test_conclude.c - conclusions as a whole: the same from the same evidence, or none at all. */
#include "analysis/analysis.h"

#include <stdio.h>

#include "base/alloc.h"
#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* All columns, but for ids of events, which come from the ids of sources. */
#define TIMELINE                                                                                   \
    "SELECT span_id, cluster, run_id, node, attempt, model, phase, phase_rank, kind, "             \
    "parent_phase, enter_us, enter, exit_us, exit, duration_us, open_us, closed_by, result "       \
    "FROM v_timeline ORDER BY span_id"
#define ALL_FINDINGS "SELECT * FROM v_finding ORDER BY finding_id"
#define ALL_EVIDENCE                                                                               \
    "SELECT finding_id, position, role, source, line_no, text FROM v_evidence ORDER BY 1, 2"
#define ALL_NODES "SELECT * FROM v_node ORDER BY run_id, node"
#define ALL_RUNS "SELECT * FROM v_run ORDER BY run_id"
#define ALL_EVENTS                                                                                 \
    "SELECT cluster, run_id, node, attempt, model, phase, transition, ts_us, source, line_no "     \
    "FROM v_event ORDER BY ts_us, source, line_no"

static const char *const all_views[] = {TIMELINE,  ALL_FINDINGS, ALL_EVIDENCE,
                                        ALL_NODES, ALL_RUNS,     ALL_EVENTS};
#define CONCLUSIONS 5 /* of them are nothing but conclusions */

/* Two models, and sources with something of everything. */
#define ROLL                                                                                       \
    "model roll node\n"                                                                            \
    "phase prep limit=600\n"                                                                       \
    "phase drain limit=600\n"                                                                      \
    "phase install limit=600\n"                                                                    \
    "phase ready done rest\n"
#define OTHER                                                                                      \
    "model other cluster\n"                                                                        \
    "phase first limit=100\n"                                                                      \
    "phase second parent=first limit=100\n"
#define STALLED                                                                                    \
    "model m node\n"                                                                               \
    "phase prep limit=600\n"                                                                       \
    "source m.log id=100\n"                                                                        \
    "0 N1 enter prep\n"                                                                            \
    "700 N1 note\n"
static const char *const models[] = {ROLL, OTHER};
static const struct {
    const char *head, *lines;
} sources[] = {
    /* done, after a failure, with a step back; a clock that is off, and jumps */
    {"a.log content=c1 cluster=C own=n1",
     "0 n1 enter prep model=roll\n10 n1 enter drain model=roll\n20 n1 fail model=roll code=5\n"
     "30 n1 enter prep model=roll\n40 n1 enter drain model=roll\n50 n1 enter install model=roll\n"
     "60 n1 enter drain model=roll\n70 n1 enter install model=roll\n"
     "80 n1 enter ready model=roll\n95 n1 note model=roll text=abcd\n96 n1 note nomodel pair=v1\n"
     "1990 n1 note nomodel pair=v2\n2000 n1 note nomodel\n"},
    /* the same node under another name, lines that are copies, and one that was cut */
    {"a2.log content=c0 cluster=C own=N1.example",
     "70 n1 enter install model=roll\n80 n1 enter ready model=roll\n"
     "90 N1.example boot nomodel version=2.0\n95 N1.example note model=roll text=abc partial\n"},
    /* stalled, a jump over two phases, a word that nobody knows; a moment that c.log has too */
    {"b.log content=c3 cluster=C own=n2",
     "5 n2 enter prep model=roll\n15 n2 enter ready model=roll\n"
     "17 n2 enter prep model=roll unrecognised=Polishing\n18 n2 note nomodel pair=v1\n"
     "500 n2 note nomodel pair=v2\n6 n5 enter prep model=roll\n"
     "2000 n2 note model=roll\n"},
    /* silent; of no node; of the whole cluster */
    {"c.log content=c2 cluster=C own=n3 status=truncated",
     "7 n3 enter prep model=roll\n8 ? enter prep model=roll repaired=2\n"
     "6 n5 enter drain model=roll\n9 * enter first model=other\n9 * enter second model=other\n"},
    /* without a time; a known failure */
    {"d.log content=c4", "- n9 enter drain model=roll\n- n9 enter prep model=roll\n"
                         "- n9 note nomodel rule=known.full cause=disk advice=clean\n"},
};

static void write_source(evidence *e, int index, int id)
{
    char head[256];
    snprintf(head, sizeof head, "source %s id=%d\n", sources[index].head, id);
    evidence_write(e, head);
    evidence_write(e, sources[index].lines);
}

static void write_all(evidence *e)
{
    for (int i = 0; i < COUNT(models); i++)
        evidence_write(e, models[i]);
    for (int i = 0; i < COUNT(sources); i++)
        write_source(e, i, i + 1);
}

static void write_all_backwards(evidence *e)
{
    for (int i = COUNT(models); i-- > 0;)
        evidence_write(e, models[i]);
    for (int i = COUNT(sources); i-- > 0;)
        write_source(e, i, 77 - 5 * i);
}

static void expect_equal(evidence *a, evidence *b, const char *sql)
{
    pl_buf rows;
    evidence_rows(a, sql, &rows);
    ck_assert_uint_gt(rows.len, 0);
    evidence_expect(b, sql, rows.ptr);
    pl_buf_release(&rows);
}

START_TEST(same_events_in_another_order_and_with_other_ids_give_the_same_rows)
{
    evidence a, b;
    evidence_open(&a);
    evidence_open(&b);
    write_all(&a);
    write_all_backwards(&b);
    evidence_conclude(&a, "");
    evidence_conclude(&b, "");
    expect_equal(&a, &b, all_views[_i]);
    evidence_close(&a);
    evidence_close(&b);
}
END_TEST

START_TEST(the_evidence_of_these_tests_has_something_of_everything)
{
    evidence e;
    evidence_open(&e);
    write_all(&e);
    evidence_conclude(&e, "");
    evidence_expect(
        &e, "SELECT DISTINCT rule FROM v_finding ORDER BY rule",
        "clock.jump\nclock.offset\ncoverage.no-log\ncoverage.no-node\ncoverage.no-time\ncoverage."
        "truncated\n"
        "coverage.undecodable\ncoverage.unrecognised\nincomplete\nknown.full\norder.backward\n"
        "order.skipped\nretried\nsilent\nstalled\n");
    evidence_expect(&e, "SELECT max(copy) FROM event", "1\n");
    evidence_close(&e);
}
END_TEST

START_TEST(concluding_twice_gives_the_same)
{
    evidence once, twice;
    evidence_open(&once);
    evidence_open(&twice);
    write_all(&once);
    write_all(&twice);
    evidence_conclude(&once, "");
    evidence_conclude(&twice, "");
    evidence_conclude(&twice, "");
    expect_equal(&once, &twice, all_views[_i]);
    evidence_close(&once);
    evidence_close(&twice);
}
END_TEST

START_TEST(concluding_piece_by_piece_gives_the_same_as_at_once)
{
    evidence once, often;
    evidence_open(&once);
    evidence_open(&often);
    write_all(&once);
    evidence_conclude(&once, "");
    for (int i = 0; i < COUNT(models); i++)
        evidence_conclude(&often, models[i]);
    for (int i = COUNT(sources); i-- > 0;) {
        write_source(&often, i, i + 1);
        evidence_conclude(&often, "");
    }
    expect_equal(&once, &often, all_views[_i]);
    evidence_close(&once);
    evidence_close(&often);
}
END_TEST

START_TEST(finding_keeps_its_id_while_the_evidence_grows)
{
    evidence e;
    evidence_open(&e);
    evidence_conclude(&e, STALLED);
    pl_buf before;
    evidence_rows(&e, "SELECT finding_id FROM v_finding", &before);
    evidence_conclude(&e, "5 N2 enter prep\n10 N2 exit\n9000 N1 note\n");
    evidence_expect(&e, "SELECT finding_id FROM v_finding", before.ptr);
    evidence_expect(&e, FINDINGS, "stalled N1 1 prep 0 9000 600\n");
    pl_buf_release(&before);
    evidence_close(&e);
}
END_TEST

START_TEST(finding_ids_are_the_rule_and_six_digits)
{
    evidence e;
    evidence_open(&e);
    write_all(&e);
    evidence_conclude(&e, "");
    evidence_expect(&e,
                    "SELECT finding_id FROM v_finding WHERE finding_id NOT GLOB rule || "
                    "'-[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'",
                    "");
    evidence_close(&e);
}
END_TEST

START_TEST(one_finding_per_node_and_run_is_primary)
{
    evidence e;
    evidence_open(&e);
    evidence_conclude(&e, "model m node\n"
                          "phase prep limit=600\nphase drain limit=600\nphase install limit=600\n"
                          "0 N1 enter prep\n10 N1 fail\n20 N1 enter prep\n30 N1 fail\n"
                          "40 N1 enter prep\n50 N1 enter install\n"
                          "0 N2 enter drain\n10 N2 enter prep\n800 N2 enter drain\n"
                          "900 N1 note\n");
    evidence_expect(&e, FINDINGS,
                    "failed N1 2 prep 20 10 -\n"
                    "(order.skipped) N1 3 install 50 - -\n"
                    "(retried) N1 1 prep 0 10 -\n"
                    "(stalled) N1 3 install 50 850 600\n"
                    "slow N2 1 prep 10 790 600\n"
                    "(order.backward) N2 1 prep 10 - -\n");
    evidence_close(&e);
}
END_TEST

START_TEST(whole_cluster_has_one_primary_finding_too)
{
    evidence e;
    evidence_open(&e);
    evidence_conclude(&e, "model m cluster\nphase prep limit=600\nphase drain limit=600\n"
                          "0 * enter drain\n10 * enter prep\n900 * note\n");
    evidence_expect(&e, FINDINGS,
                    "stalled - 1 prep 10 890 600\n"
                    "(order.backward) - 1 prep 10 - -\n");
    evidence_close(&e);
}
END_TEST

START_TEST(coverage_is_nobodys_detail)
{
    evidence e;
    evidence_open(&e);
    write_all(&e);
    evidence_conclude(&e, "");
    evidence_expect(
        &e, "SELECT count(*) FROM v_finding WHERE rule LIKE 'coverage.%' AND is_primary = 0",
        "0\n");
    evidence_close(&e);
}
END_TEST

START_TEST(every_rule_has_its_severity)
{
    evidence e;
    evidence_open(&e);
    write_all(&e);
    evidence_conclude(&e, "0 N7 enter prep model=roll\n1 N7 fail model=roll\n"
                          "0 N8 enter prep model=roll\n1 N8 rollback model=roll\n"
                          "0 N9 enter install model=roll\n1900 N9 enter ready model=roll\n");
    evidence_expect(&e,
                    "SELECT DISTINCT rule, severity, confidence FROM v_finding WHERE rule NOT LIKE "
                    "'coverage.%' ORDER BY rule",
                    "clock.jump warning high\n"
                    "clock.offset warning high\n"
                    "failed error high\n"
                    "known.full warning high\n"
                    "order.backward warning high\n"
                    "order.skipped warning high\n"
                    "retried info high\n"
                    "rolled-back error high\n"
                    "silent warning medium\n"
                    "slow warning high\n"
                    "stalled error high\n");
    evidence_close(&e);
}
END_TEST

START_TEST(every_finding_has_evidence)
{
    evidence e;
    evidence_open(&e);
    write_all(&e);
    evidence_conclude(&e, "");
    evidence_expect(&e,
                    "SELECT rule FROM v_finding WHERE finding_id NOT IN (SELECT finding_id FROM "
                    "v_evidence)",
                    "");
    evidence_close(&e);
}
END_TEST

START_TEST(nothing_gives_no_conclusions)
{
    evidence e;
    evidence_open(&e);
    evidence_conclude(&e, "");
    evidence_expect(&e, "SELECT count(*) FROM v_run", "0\n");
    evidence_expect(&e, "SELECT count(*) FROM v_finding", "0\n");
    evidence_expect(&e, "SELECT value FROM meta WHERE key = 'concluded'", "1\n");
    evidence_close(&e);
}
END_TEST

START_TEST(reference_time_of_the_user_is_remembered)
{
    evidence e;
    evidence_open(&e);
    evidence_conclude_as_of(&e, "", 5);
    evidence_expect(&e, "SELECT value FROM meta WHERE key = 'as_of_us'", "1700000005000000\n");
    evidence_conclude(&e, "");
    evidence_expect(&e, "SELECT value FROM meta WHERE key = 'as_of_us'", "");
    evidence_close(&e);
}
END_TEST

static void keep_rows(evidence *e, pl_buf rows[COUNT(all_views)])
{
    for (int i = 0; i < COUNT(all_views); i++)
        evidence_rows(e, all_views[i], &rows[i]);
}

START_TEST(failed_allocation_leaves_the_old_conclusions)
{
    evidence e;
    pl_buf before[COUNT(all_views)];
    evidence_open(&e);
    evidence_conclude(&e, STALLED);
    keep_rows(&e, before);
    write_all(&e);
    pl_status status = PL_ERR_NOMEM;
    long n = 0;
    for (; status != PL_OK; n++) {
        ck_assert_int_lt(n, 5000);
        pl_alloc_fail_after(n);
        status = pl_conclude(e.store, PL_TIME_NONE, &e.err);
        pl_alloc_fail_after(-1);
        ck_assert(status == PL_OK || status == PL_ERR_NOMEM);
        for (int i = 0; status != PL_OK && n % 10 == 0 && i < CONCLUSIONS; i++)
            evidence_expect(&e, all_views[i], before[i].ptr);
    }
    ck_assert_int_gt(n, 100);
    evidence all;
    evidence_open(&all);
    evidence_write(&all, STALLED);
    write_all(&all);
    evidence_conclude(&all, "");
    for (int i = 0; i < COUNT(all_views); i++) {
        expect_equal(&all, &e, all_views[i]);
        pl_buf_release(&before[i]);
    }
    evidence_close(&all);
    evidence_close(&e);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("conclude");
    tcase_add_test(tcase, the_evidence_of_these_tests_has_something_of_everything);
    tcase_add_loop_test(tcase, same_events_in_another_order_and_with_other_ids_give_the_same_rows,
                        0, COUNT(all_views));
    tcase_add_loop_test(tcase, concluding_twice_gives_the_same, 0, COUNT(all_views));
    tcase_add_loop_test(tcase, concluding_piece_by_piece_gives_the_same_as_at_once, 0,
                        COUNT(all_views));
    tcase_add_test(tcase, finding_keeps_its_id_while_the_evidence_grows);
    tcase_add_test(tcase, finding_ids_are_the_rule_and_six_digits);
    tcase_add_test(tcase, one_finding_per_node_and_run_is_primary);
    tcase_add_test(tcase, whole_cluster_has_one_primary_finding_too);
    tcase_add_test(tcase, coverage_is_nobodys_detail);
    tcase_add_test(tcase, every_rule_has_its_severity);
    tcase_add_test(tcase, every_finding_has_evidence);
    tcase_add_test(tcase, nothing_gives_no_conclusions);
    tcase_add_test(tcase, reference_time_of_the_user_is_remembered);
    tcase_add_test(tcase, failed_allocation_leaves_the_old_conclusions);
    return evidence_main("conclude", tcase);
}
