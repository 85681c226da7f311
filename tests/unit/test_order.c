/* test_order.c - phases that come in another order than the model has them. */
#include "analysis/state.h"

#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define ORDERS "SELECT rule, node, attempt, phase, since_us FROM v_order ORDER BY since_us, rule"
#define EVIDENCE                                                                                   \
    "SELECT role, line_no FROM v_order JOIN v_evidence USING (finding_id) ORDER BY position"

#define PHASES                                                                                     \
    "phase prep limit=600\n"                                                                       \
    "phase drain limit=600\n"                                                                      \
    "phase install limit=600\n"                                                                    \
    "phase check limit=600 optional\n"                                                             \
    "phase ready done rest\n"                                                                      \
    "phase wait norank limit=600\n"
#define RANKED "model m node\n" PHASES
#define NESTED                                                                                     \
    "model m node\n"                                                                               \
    "phase up limit=600\n"                                                                         \
    "phase fetch parent=up limit=600\n"                                                            \
    "phase apply parent=up limit=600\n"                                                            \
    "phase check limit=600\n"
#define REPEATABLE                                                                                 \
    "model m node\n"                                                                               \
    "phase prep limit=600\n"                                                                       \
    "phase copy limit=600 repeatable\n"                                                            \
    "phase check limit=600\n"

static const evidence_case told_cases[] = {
    {"a phase before the last one is backward",
     RANKED "0 N1 enter prep\n10 N1 enter drain\n20 N1 enter install\n30 N1 enter drain\n", ORDERS,
     "order.backward N1 1 drain 30\n"},
    {"its evidence is the phase entered before, and this one",
     RANKED "0 N1 enter prep\n10 N1 enter drain\n20 N1 enter install\n30 N1 enter drain\n",
     EVIDENCE, "before 3\nenter 4\n"},
    {"going on from there is no disorder",
     RANKED "0 N1 enter drain\n10 N1 enter install\n20 N1 enter drain\n30 N1 enter install\n"
            "40 N1 enter ready\n",
     ORDERS, "order.backward N1 1 drain 20\n"},
    {"every step back is told",
     RANKED "0 N1 enter drain\n10 N1 enter prep\n20 N1 enter drain\n30 N1 enter prep\n", ORDERS,
     "order.backward N1 1 prep 10\norder.backward N1 1 prep 30\n"},
    {"a phase of which a later line tells was not left out",
     RANKED "0 N1 enter prep\n10 N1 enter install\n20 N1 exit drain\n", ORDERS,
     "order.unexpected N1 1 drain 20\n"},
    {"but a line of the next attempt tells nothing of this one",
     RANKED "0 N1 enter prep\n10 N1 enter install\n20 N1 fail\n30 N1 enter prep\n"
            "40 N1 enter drain\n",
     ORDERS, "order.skipped N1 1 install 10\n"},
    {"the end of a phase gone by that was never entered is unexpected",
     RANKED "0 N1 enter drain\n10 N1 exit prep\n", ORDERS, "order.unexpected N1 1 prep 10\n"},
    {"its failure as well", RANKED "0 N1 enter drain\n10 N1 fail prep\n", ORDERS,
     "order.unexpected N1 1 prep 10\n"},
    {"a mandatory phase that is missing is skipped",
     RANKED "0 N1 enter prep\n10 N1 enter install\n", ORDERS, "order.skipped N1 1 install 10\n"},
    {"a failure before it does not stand for it",
     RANKED "0 N1 enter prep\n20 N1 fail\n30 N1 enter install\n", ORDERS,
     "order.skipped N1 1 install 30\n"},
    {"its evidence is the phases on both sides of it",
     RANKED "0 N1 enter prep\n5 N1 note\n10 N1 enter install\n", EVIDENCE, "before 1\nenter 3\n"},
    {"a jump is told once, with all that is missing", RANKED "0 N1 enter prep\n10 N1 enter ready\n",
     "SELECT rule, summary FROM v_finding",
     "order.skipped N1 went from prep to ready at 2023-11-14T22:13:30.000000Z without drain, "
     "install\n"},
    {"a step back says from where to where", RANKED "0 N1 enter drain\n10 N1 enter prep\n",
     "SELECT summary FROM v_finding",
     "N1 went back from drain to prep at 2023-11-14T22:13:30.000000Z without a failure in "
     "between; next would be install\n"},
    {"without a time it says so without one", RANKED "- N1 enter drain\n- N1 enter prep\n",
     "SELECT summary FROM v_order",
     "N1 went back from drain to prep without a failure in between; next would be install\n"},
    {"a note about a phase is no phase seen",
     RANKED "0 N1 enter prep\n5 N1 note drain\n10 N1 enter install\n", ORDERS,
     "order.skipped N1 1 install 10\n"},
    {"a parent takes part, whatever is nested in it",
     NESTED "0 N1 enter up\n10 N1 enter fetch\n20 N1 enter check\n30 N1 enter up\n", ORDERS,
     "order.backward N1 1 up 30\n"},
    {"in the phases of the whole cluster the cluster is the subject",
     "model m cluster\n" PHASES "0 * enter drain\n10 * enter prep\n",
     "SELECT rule, node, substr(summary, 1, 17) FROM v_order",
     "order.backward - default went back\n"},
};

START_TEST(disorder_is_told_with_its_evidence)
{
    evidence_check(&told_cases[_i]);
}
END_TEST

static const struct {
    const char *says, *text;
} quiet_cases[] = {
    {"the order of the model", RANKED "0 N1 enter prep\n10 N1 enter drain\n20 N1 enter install\n"
                                      "30 N1 enter check\n40 N1 enter ready\n"},
    {"without an optional phase", RANKED "0 N1 enter install\n10 N1 enter ready\n"},
    {"with a skip line for a mandatory one",
     RANKED "0 N1 enter prep\n5 N1 skip drain\n10 N1 enter install\n"},
    {"with a mandatory phase of which only the exit was seen",
     RANKED "0 N1 enter prep\n5 N1 exit drain\n10 N1 enter install\n"},
    {"with the end of a phase whose beginning follows from its length",
     RANKED "0 N1 enter prep\n5 N1 exit drain lasted=2s\n"},
    {"with a mandatory phase of which only progress was seen",
     RANKED "0 N1 enter prep\n5 N1 progress drain\n10 N1 enter install\n"},
    {"the first phase seen is not the first of the model", RANKED "0 N1 enter install\n"},
    {"the same phase twice", RANKED "0 N1 enter prep\n5 N1 exit\n10 N1 enter prep\n"},
    {"the open phase again", RANKED "0 N1 enter drain\n10 N1 enter drain\n"},
    {"a repeatable phase again",
     REPEATABLE "0 N1 enter prep\n10 N1 enter copy\n20 N1 enter check\n30 N1 enter copy\n"
                "40 N1 enter check\n"},
    {"back after a failure", RANKED
     "0 N1 enter prep\n10 N1 enter drain\n20 N1 fail\n30 N1 enter prep\n40 N1 enter drain\n"},
    {"back after a failure, by way of a phase without a rank",
     RANKED "0 N1 enter prep\n10 N1 enter drain\n20 N1 fail\n30 N1 enter wait\n40 N1 enter prep\n"},
    {"forward after a failure", RANKED "0 N1 enter prep\n20 N1 fail\n30 N1 enter drain\n"},
    {"back after a failure in a phase without a rank",
     RANKED "0 N1 enter drain\n10 N1 enter wait\n20 N1 fail\n30 N1 enter prep\n"},
    {"back after a rollback", RANKED "0 N1 enter drain\n10 N1 rollback\n20 N1 enter prep\n"},
    {"back after done", RANKED "0 N1 enter install\n10 N1 enter ready\n20 N1 enter prep\n"
                               "30 N1 enter drain\n40 N1 enter install\n50 N1 enter ready\n"},
    {"back after done, where only rules marked so begin attempts",
     "model m node begins\n" PHASES "0 N1 enter prep begins\n10 N1 enter drain\n"
     "20 N1 enter install\n30 N1 enter ready\n40 N1 enter prep begins\n50 N1 enter drain\n"},
    {"nested phases in any order",
     NESTED "0 N1 enter up\n10 N1 enter apply\n20 N1 enter fetch\n30 N1 enter apply\n"
            "40 N1 enter check\n"},
    {"a phase nested in one that is over", NESTED "0 N1 enter check\n10 N1 enter fetch\n"},
    {"phases without a rank in any order",
     RANKED "0 N1 enter install\n10 N1 enter wait\n20 N1 enter ready\n"},
    {"each node on its own",
     RANKED "0 N1 enter install\n10 N2 enter prep\n20 N1 enter ready\n30 N2 enter drain\n"},
    {"a node of a serial model in its second pass",
     "model m node serial\nphase prep limit=600\nphase work limit=600\n"
     "0 A enter prep\n10 A enter work\n20 B enter prep\n30 B enter work\n40 A enter prep\n"},
};

START_TEST(what_is_in_order_is_not_told)
{
    const evidence_case item = {quiet_cases[_i].says, quiet_cases[_i].text,
                                "SELECT rule FROM v_order", ""};
    evidence_check(&item);
}
END_TEST

/* Nothing tells these findings apart: same node, attempt and phase, and no time. */
START_TEST(undated_disorder_without_end_has_an_id_each)
{
    evidence e;
    evidence_open(&e);
    evidence_write(&e, RANKED);
    for (int i = 0; i < 30; i++)
        evidence_write(&e, "- N1 enter drain\n- N1 enter prep\n");
    evidence_conclude(&e, "");
    evidence_expect(&e, "SELECT count(*), count(DISTINCT finding_id) FROM v_order", "30 30\n");
    evidence_close(&e);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("order");
    tcase_add_loop_test(tcase, disorder_is_told_with_its_evidence, 0, COUNT(told_cases));
    tcase_add_loop_test(tcase, what_is_in_order_is_not_told, 0, COUNT(quiet_cases));
    tcase_add_test(tcase, undated_disorder_without_end_has_an_id_each);
    return evidence_main("order", tcase);
}
