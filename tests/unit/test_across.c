/* test_across.c - what one node does while another does: overlap, premature, groups; and fitness.
 */
#include "analysis/state.h"

#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define ORDERS                                                                                     \
    "SELECT rule, node, phase, since_us FROM v_order WHERE rule IN ('order.overlap', "             \
    "'order.premature', 'order.group') ORDER BY since_us, node"
#define SUMMARY "SELECT summary FROM v_order ORDER BY since_us, node"
#define EVIDENCE                                                                                   \
    "SELECT role, line_no FROM v_order JOIN v_evidence USING (finding_id) ORDER BY position"

#define PHASES                                                                                     \
    "phase check limit=9000 kind=precheck optional\n"                                              \
    "phase drain limit=9000 kind=drain\n"                                                          \
    "phase install limit=9000 kind=install optional\n"                                             \
    "phase ready done rest kind=done\n"                                                            \
    "phase off norank down kind=state\n"
#define ONE "model m node parallel=1\n" PHASES
#define TWO "model m node parallel=2\n" PHASES

static const evidence_case overlap_cases[] = {
    {"one more than the model allows is told",
     ONE "0 A enter drain\n10 B enter drain\n20 A enter ready\n30 B enter ready\n", ORDERS,
     "order.overlap B drain 10\n"},
    {"with who was out, and what is allowed",
     ONE "0 A enter drain\n10 B enter drain\n20 A enter ready\n30 B enter ready\n", SUMMARY,
     "B went into drain at 2023-11-14T22:13:30.000000Z while A was out: 2 at once, where the model "
     "allows 1\n"},
    {"and both lines",
     ONE "0 A enter drain\n10 B enter drain\n20 A enter ready\n30 B enter ready\n", EVIDENCE,
     "other 1\nenter 2\n"},
    {"one after the other is in order",
     ONE "0 A enter drain\n10 A enter install\n20 A enter ready\n30 B enter drain\n"
         "40 B enter ready\n",
     ORDERS, ""},
    {"as many as are allowed are in order, the next is not",
     TWO "0 A enter drain\n10 B enter drain\n20 C enter drain\n30 A enter ready\n"
         "30 B enter ready\n40 C enter ready\n",
     ORDERS, "order.overlap C drain 20\n"},
    {"a model that does not say allows any number",
     "model m node\n" PHASES "0 A enter drain\n10 B enter drain\n20 A enter ready\n", ORDERS, ""},
    {"each group by itself",
     ONE "0 A enter drain group=x\n10 B enter drain group=y\n20 C enter drain group=x\n"
         "90 A enter ready\n90 B enter ready\n90 C enter ready\n",
     ORDERS, "order.overlap C drain 20\n"},
    {"a check puts nobody out", ONE "0 A enter drain\n10 B enter check\n20 A enter ready\n", ORDERS,
     ""},
    {"a node that is down is out", ONE "0 A enter off\n10 B enter drain\n20 A enter ready\n",
     ORDERS, "order.overlap B drain 10\n"},
    {"the phases of one outage are one",
     ONE "0 A enter drain\n10 B enter drain\n20 B enter install\n30 A enter ready\n"
         "40 B enter ready\n",
     ORDERS, "order.overlap B drain 10\n"},
    {"within a second nobody knows who was first",
     ONE "0 A enter drain\n10 A enter ready\n9.500 B enter drain\n20 B enter ready\n", ORDERS, ""},
    {"beyond it everybody does",
     ONE "0 A enter drain\n10 A enter ready\n9 B enter drain\n20 B enter ready\n", ORDERS,
     "order.overlap B drain 9\n"},
    {"who is out to the end of the evidence is",
     ONE "0 A enter drain\n10 B enter drain\n20 B enter ready\n", ORDERS,
     "order.overlap B drain 10\n"},
    {"a clock that is an hour behind hides nobody",
     ONE "source a own=A\n3600 A note nomodel pair=1\n7300 A note nomodel pair=2\n"
         "7310 A enter drain\n7350 A enter ready\n"
         "source b own=B\n0 B note nomodel pair=1\n3700 B note nomodel pair=2\n"
         "3720 B enter drain\n3760 B enter ready\n",
     ORDERS, "order.overlap B drain 3720\n"},
    {"nor does it make two out at once who were not",
     ONE "source a own=A\n3600 A note nomodel pair=1\n7300 A note nomodel pair=2\n"
         "7310 A enter drain\n7350 A enter ready\n"
         "source b own=B\n0 B note nomodel pair=1\n3700 B note nomodel pair=2\n"
         "7320 B enter drain\n7340 B enter ready\n",
     ORDERS, ""},
    {"without a time nothing is compared",
     ONE "- A enter drain\n- B enter drain\n- A enter ready\n", ORDERS, ""},
};

START_TEST(more_out_at_once_than_allowed_is_told)
{
    evidence_check(&overlap_cases[_i]);
}
END_TEST

#define GROUPS "model m node groups=[[\"master\"],[\"node\",\"spot\"]]\n" PHASES

static const evidence_case group_cases[] = {
    {"a worker that begins before a master is done is told",
     GROUPS "0 M enter drain group=master\n10 W enter drain group=node\n20 M enter ready\n"
            "30 W enter ready\n",
     ORDERS, "order.group W drain 10\n"},
    {"with which, and since when",
     GROUPS "0 M enter drain group=master\n10 W enter drain group=node\n20 M enter ready\n"
            "30 W enter ready\n",
     SUMMARY,
     "W of the group node began drain at 2023-11-14T22:13:30.000000Z before M of the group master "
     "was done at 2023-11-14T22:13:40.000000Z, which the model has first\n"},
    {"also when the master begins after it",
     GROUPS "0 W enter drain group=spot\n10 W enter ready\n20 M enter drain group=master\n"
            "30 M enter ready\n",
     ORDERS, "order.group W drain 0\n"},
    {"or is never done", GROUPS "0 M enter drain group=master\n10 W enter drain group=node\n",
     ORDERS, "order.group W drain 10\n"},
    {"masters before workers are in order",
     GROUPS "0 M enter drain group=master\n10 M enter ready\n20 W enter drain group=node\n", ORDERS,
     ""},
    {"groups of one list come in any order",
     GROUPS "0 W enter drain group=node\n10 S enter drain group=spot\n20 W enter ready\n", ORDERS,
     ""},
    {"a group that the model does not name comes when it likes",
     GROUPS "0 X enter drain group=other\n10 M enter drain group=master\n20 M enter ready\n",
     ORDERS, ""},
    {"within a second nobody knows",
     GROUPS "0 M enter drain group=master\n20 W enter drain group=node\n20.900 M enter ready\n",
     ORDERS, ""},
    {"what is about the whole cluster is of no group, whoever writes it",
     GROUPS "phase level norank kind=commit limit=9000\n"
            "0 M enter drain group=master\n10 M enter ready\n20 W enter drain group=node\n"
            "30 W enter ready\n40 * enter level group=node\n50 * enter level group=master\n",
     "SELECT rule, node FROM v_order WHERE rule = 'order.group'", ""},
    {"nor is a node of a later group before it",
     GROUPS "phase level norank kind=commit limit=9000\n"
            "0 * enter level group=master\n20 W enter drain group=node\n30 W enter ready\n",
     "SELECT rule, node FROM v_order WHERE rule = 'order.group'", ""},
    {"a master that does no work need not be done",
     GROUPS "0 M note drain group=master\n10 W enter drain group=node\n", ORDERS, ""},
};

START_TEST(a_group_before_its_turn_is_told)
{
    evidence_check(&group_cases[_i]);
}
END_TEST

#define COMMIT                                                                                     \
    "model m node\nphase drain limit=9000 kind=drain\nphase ready done rest kind=done\n"           \
    "phase commit norank kind=commit limit=9000\n"
#define AFTER                                                                                      \
    "model roll node\nphase drain limit=9000 kind=drain\nphase back limit=9000 kind=rejoin\n"      \
    "phase ready done rest kind=done\n"                                                            \
    "model level cluster after=roll/back\nphase raise limit=9000 kind=commit\n"

static const evidence_case premature_cases[] = {
    {"a commit of the cluster before every node is done is told",
     COMMIT "0 A enter drain\n0 B enter drain\n10 A enter ready\n20 * enter commit\n"
            "30 B enter ready\n",
     ORDERS, "order.premature - commit 20\n"},
    {"with the nodes that were not",
     COMMIT "0 A enter drain\n0 B enter drain\n10 A enter ready\n20 * enter commit\n"
            "30 B enter ready\n",
     SUMMARY,
     "default entered commit at 2023-11-14T22:13:40.000000Z before every node was done: not B\n"},
    {"after them it is in order",
     COMMIT "0 A enter drain\n0 B enter drain\n10 A enter ready\n11 B enter ready\n"
            "20 * enter commit\n",
     ORDERS, ""},
    {"within a second nobody knows",
     COMMIT "0 A enter drain\n20 * enter commit\n20.900 A enter ready\n", ORDERS, ""},
    {"a model that comes after another one waits for every node of it",
     AFTER "0 A enter drain model=roll\n0 B enter drain model=roll\n10 A enter back model=roll\n"
           "20 * enter raise\n30 B enter back model=roll\n",
     ORDERS, "order.premature - raise 20\n"},
    {"and says who was not there",
     AFTER "0 A enter drain model=roll\n0 B enter drain model=roll\n10 A enter back model=roll\n"
           "20 * enter raise\n30 B enter back model=roll\n",
     SUMMARY,
     "default began level with raise at 2023-11-14T22:13:40.000000Z before every node was at back "
     "of roll: not B (drain)\n"},
    {"with its line, and theirs",
     AFTER "0 A enter drain model=roll\n0 B enter drain model=roll\n10 A enter back model=roll\n"
           "20 * enter raise\n",
     EVIDENCE, "enter 4\nother 2\n"},
    {"a node that nobody saw begin is no news",
     AFTER "0 A enter drain model=roll\n5 B note model=roll\n10 A enter back model=roll\n"
           "20 * enter raise\n",
     ORDERS, ""},
    {"what was skipped did not begin", AFTER "0 A enter drain model=roll\n20 * skip raise\n",
     ORDERS, ""},
    {"what failed without a phase was tried",
     AFTER "0 A enter drain model=roll\n20 * fail code=5973\n", SUMMARY,
     "default began level at 2023-11-14T22:13:40.000000Z before every node was at back of roll: "
     "not A (drain)\n"},
    {"when all are there it is in order",
     AFTER "0 A enter drain model=roll\n10 A enter back model=roll\n20 * enter raise\n", ORDERS,
     ""},
    {"past it is there, too",
     AFTER "0 A enter drain model=roll\n10 A enter ready model=roll\n20 * enter raise\n", ORDERS,
     ""},
    {"by the clocks of the nodes",
     AFTER "source a own=A\n0 A note nomodel pair=1\n10 A enter drain model=roll\n"
           "20 A enter back model=roll\n"
           "source b own=B\n3600 B note nomodel pair=1\n3610 B enter drain model=roll\n"
           "3620 B enter back model=roll\nsource c\n100 * enter raise\n",
     ORDERS, ""},
    {"without a run of the other model nobody knows", AFTER "20 * enter raise\n", ORDERS, ""},
};

START_TEST(what_is_for_all_before_all_are_there_is_told)
{
    evidence_check(&premature_cases[_i]);
}
END_TEST

#define FITNESS "SELECT node, fitness FROM v_node ORDER BY node"
#define RANKED                                                                                     \
    "model m node\nphase a limit=900\nphase b limit=900\nphase c limit=900\nphase x norank\n"

static const evidence_case fitness_cases[] = {
    {"what is in order is 1", RANKED "0 N enter a\n1 N enter b\n2 N enter c\n", FITNESS, "N 1.0\n"},
    {"of four transitions one goes back",
     RANKED "0 N enter a\n1 N enter b\n2 N enter a\n3 N enter b\n", FITNESS, "N 0.75\n"},
    {"a jump is one wrong transition", RANKED "0 N enter a\n1 N enter c\n", FITNESS, "N 0.5\n"},
    {"an end that was never entered is one", RANKED "0 N enter b\n1 N exit a\n", FITNESS,
     "N 0.5\n"},
    {"phases without a rank do not count", RANKED "0 N enter x\n", FITNESS, "N -\n"},
    {"each node by itself", RANKED "0 N enter a\n0 O enter a\n1 N enter c\n1 O enter b\n", FITNESS,
     "N 0.5\nO 1.0\n"},
};

START_TEST(fitness_is_the_share_that_conforms)
{
    evidence_check(&fitness_cases[_i]);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("across");
    tcase_add_loop_test(tcase, more_out_at_once_than_allowed_is_told, 0, COUNT(overlap_cases));
    tcase_add_loop_test(tcase, a_group_before_its_turn_is_told, 0, COUNT(group_cases));
    tcase_add_loop_test(tcase, what_is_for_all_before_all_are_there_is_told, 0,
                        COUNT(premature_cases));
    tcase_add_loop_test(tcase, fitness_is_the_share_that_conforms, 0, COUNT(fitness_cases));
    return evidence_main("across", tcase);
}
