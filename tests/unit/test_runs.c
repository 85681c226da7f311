/* test_runs.c - where runs begin and end, when they are judged, and what they say. */
#include "analysis/state.h"

#include <stdio.h>

#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define PHASES                                                                                     \
    "phase prep norank limit=600\n"                                                                \
    "phase drain norank limit=600\n"                                                               \
    "phase queue norank kind=queued limit=600\n"                                                   \
    "phase ready norank done rest\n"                                                               \
    "phase idle norank rest\n"                                                                     \
    "phase off norank down rest\n"
#define MODEL "model m node\n" PHASES
#define GAP "model m node gap=1000\n" PHASES
#define BY_ID "model m node gap=1000 id=job\n" PHASES
#define VERSIONS "SELECT node, version_from, version FROM v_node ORDER BY run_id, node"
#define PLACES "SELECT run_id, attempt, ts_us, transition, phase FROM v_event ORDER BY event_id"

/* ---- where they begin and end */

static const evidence_case run_cases[] = {
    {"a run and its evidence end before a hole",
     GAP "0 N1 enter prep\n100 N1 note\n1200 N1 enter drain\n1300 N2 note\n", RUNS,
     "0 100 100 Progressing\n1200 1300 1300 Unknown\n"},
    {"what is open at its end is open to the last line before the hole",
     GAP "0 N1 enter prep\n100 N1 note\n1200 N1 enter prep\n1300 N1 exit\n", SPANS,
     "N1 1 prep 0 - 100 open evidence-end\n"
     "N1 1 prep 1200 1300 - ok explicit\n"},
    {"a hole as long as the gap is none",
     GAP "0 N1 enter prep\n1000 N1 enter drain\n2000 N1 enter ready\n", RUNS,
     "0 2000 2000 Completed\n"},
    {"lines that are not of the model fill no hole",
     GAP "0 N1 enter ready\n900 N1 note nomodel\n1800 N1 enter ready\n", RUNS,
     "0 0 0 Completed\n1800 1800 1800 Completed\n"},
    {"events without a time make no hole",
     GAP "0 N1 enter prep\n- N1 enter drain\n500 N1 enter ready\n", RUNS, "0 500 500 Completed\n"},
    {"a clock that steps back leaves the end of the run where it was",
     MODEL "0 N1 enter prep\n10.500 N1 enter drain\n10 N1 note\n", RUNS,
     "0 10.500 10.500 Progressing\n"},
    {"a run ends where its id changes",
     BY_ID "0 N1 enter prep job=7\n50 N1 enter prep job=8\n60 N1 exit\n", SPANS,
     "N1 1 prep 0 - 50 open evidence-end\n"
     "N1 1 prep 50 60 - ok explicit\n"},
    {"events without an id belong to the run under way",
     BY_ID "0 N1 enter prep job=7\n10 N1 enter drain\n20 N1 enter ready job=7\n", RUNS,
     "0 20 20 Completed\n"},
    {"the same id behind a hole is the same run",
     BY_ID "0 N1 enter ready job=7\n5000 N1 enter ready job=7\n", RUNS, "0 5000 5000 Completed\n"},
    {"attempts are counted anew in every run",
     GAP "0 N1 enter ready\n10 N1 enter prep\n2000 N1 enter prep\n2010 N1 enter ready\n",
     "SELECT run_id, node, attempts FROM v_node ORDER BY run_id", "1 N1 2\n2 N1 1\n"},
    {"a run has the nodes it is about, not those of another one",
     GAP "0 N1 enter ready\n2000 N2 enter ready\n",
     "SELECT run_id, node FROM v_node ORDER BY run_id, node", "1 N1\n2 N2\n"},
    {"clusters and models have runs of their own",
     "model a node\nphase x limit=9\nmodel b node\nphase y limit=9\n"
     "source p cluster=C1\n0 N1 enter x model=a\n0 N1 enter y model=b\n"
     "source q cluster=C2\n0 N1 enter y model=b\n",
     "SELECT cluster, model, nodes_total FROM v_run ORDER BY run_id", "C1 a 1\nC1 b 1\nC2 b 1\n"},
    {"an event says which run and attempt it is of",
     GAP "0 N1 boot nomodel\n10 N1 enter ready\n20 N1 enter prep\n30 N1 note nomodel\n"
         "2000 N1 enter prep\n",
     PLACES,
     "- - 0 boot -\n1 1 10 enter ready\n1 2 20 enter prep\n1 - 30 note -\n2 1 2000 enter prep\n"},
    {"an event of the whole cluster too", "model m cluster\nphase p limit=9\n0 * enter p\n", PLACES,
     "1 1 0 enter p\n"},
    {"a line without a node in a serial model is of the attempt of the node that is open",
     "model m node serial\nphase p limit=9\nphase q limit=9\n0 A enter p\n10 A fail\n20 A enter p\n"
     "30 * enter q\n40 * exit\n",
     PLACES, "1 1 0 enter p\n1 1 10 fail -\n1 2 20 enter p\n1 2 30 enter q\n1 - 40 exit -\n"},
};

START_TEST(runs_are_cut_by_gap_and_id)
{
    evidence_check(&run_cases[_i]);
}
END_TEST

/* ---- when they are judged */

static const evidence_case reference_cases[] = {
    {"a node is judged at the end of its own log, a node without one at the end of the run's",
     MODEL "source a own=A first=0 last=500\n0 A enter prep\n0 C enter prep\n"
           "source b own=B first=0 last=900\n0 B enter prep\n",
     SPANS,
     "A 1 prep 0 - 500 open evidence-end\n"
     "C 1 prep 0 - 900 open evidence-end\n"
     "B 1 prep 0 - 900 open evidence-end\n"},
    {"the run is judged at the end of the last of its sources",
     MODEL "source a own=A first=0 last=500\n0 A enter ready\nsource b first=0 last=900\n0 B enter "
           "ready\n",
     RUNS, "0 0 900 Completed\n"},
    {"a source without an event of the model is not the run's",
     MODEL "source a first=0 last=500\n0 A enter prep\nsource b first=0 last=9000\n100 A note "
           "nomodel\n",
     SPANS, "A 1 prep 0 - 500 open evidence-end\n"},
    {"a source that was begun under another cluster's name is",
     MODEL "source a cluster=C1 first=0 last=500\n0 A enter prep\n"
           "source b cluster=C1 first=0 last=700\n0 B enter ready\n",
     SPANS,
     "A 1 prep 0 - 700 open evidence-end\n"
     "B 1 ready 0 - 700 open evidence-end\n"},
    {"a copy that goes on is part of the evidence",
     MODEL "source a content=aa first=0 last=100\n0 A enter prep\n"
           "source b content=bb first=0 last=400\n0 A enter prep\n",
     SPANS, "A 1 prep 0 - 400 open evidence-end\n"},
    {"an own log without events that goes on where the run was is evidence: rotation",
     MODEL "source a.1 own=A first=0 last=100\n0 A enter prep\n"
           "source a own=A first=100 last=800\n",
     SPANS, "A 1 prep 0 - 800 open evidence-end\n"},
    {"one that begins long after the run is not",
     GAP "source a.1 own=A first=0 last=100\n0 A enter prep\n"
         "source a own=A first=1101 last=1200\n",
     SPANS, "A 1 prep 0 - 100 open evidence-end\n"},
    {"own logs of other kinds count for the node",
     MODEL "source a first=0 last=500\n0 A enter prep\nsource b own=A first=0 last=300\n", SPANS,
     "A 1 prep 0 - 300 open evidence-end\n"},
    {"and beyond the other sources of the run: the node lives",
     MODEL "source a first=0 last=500\n0 A enter prep\nsource b own=A first=0 last=800\n", SPANS,
     "A 1 prep 0 - 800 open evidence-end\n"},
    {"a log of its own from before the run is none",
     MODEL "source old own=A first=0 last=50\nsource a first=100 last=500\n100 A enter prep\n",
     SPANS, "A 1 prep 100 - 400 open evidence-end\n"},
    {"without any time nothing is known of it", MODEL "- A enter prep\n", RUNS,
     "- - - Progressing\n"},
};

START_TEST(reference_time_is_the_last_stamped_line)
{
    evidence_check(&reference_cases[_i]);
}
END_TEST

START_TEST(as_of_is_the_reference_time_of_all_but_earlier_runs)
{
    evidence e;
    evidence_open(&e);
    evidence_conclude_as_of(&e,
                            GAP
                            "source a first=0 last=100\n0 A enter prep\n"
                            "source b first=0 last=2100\n2000 A enter drain\n2000 B enter ready\n",
                            5000);
    evidence_expect(&e, SPANS,
                    "A 1 prep 0 - 100 open evidence-end\n"
                    "A 1 drain 2000 - 3000 open evidence-end\n"
                    "B 1 ready 2000 - 3000 open evidence-end\n");
    evidence_expect(&e, RUNS, "0 0 100 Progressing\n2000 2000 5000 Stalled\n");
    evidence_expect(&e, "SELECT rule, run_id, node, duration_us FROM v_stall ORDER BY run_id",
                    "stalled 2 A 3000\n");
    evidence_close(&e);
}
END_TEST

START_TEST(as_of_before_the_last_line_leaves_out_what_came_after)
{
    evidence e;
    evidence_open(&e);
    evidence_conclude_as_of(&e, MODEL "0 A enter prep\n100 A enter drain\n900 A note\n", 50);
    evidence_expect(&e, SPANS, "A 1 prep 0 - 50 open evidence-end\n");
    evidence_expect(&e, FINDINGS, "");
    evidence_close(&e);
}
END_TEST

/* ---- what they say */

static const evidence_case assessment_cases[] = {
    {"done is Completed", MODEL "0 N1 enter prep\n10 N1 enter ready\n", NODES,
     "N1 Completed ready 10 1\n"},
    {"done and then at rest in the same attempt is Completed",
     "model m node begins\n" PHASES "0 N1 enter ready\n10 N1 enter idle\n", NODES,
     "N1 Completed idle 10 1\n"},
    {"done and then down is Unknown", MODEL "0 N1 enter ready\n10 N1 enter off\n", NODES,
     "N1 Unknown off 10 2\n"},
    {"in the same attempt too",
     "model m node begins\n" PHASES "0 N1 enter ready\n10 N1 enter off\n", NODES,
     "N1 Unknown off 10 1\n"},
    {"in a phase is Progressing", MODEL "0 N1 enter prep\n", NODES, "N1 Progressing prep 0 1\n"},
    {"waiting is Queued", MODEL "0 N1 enter queue\n5000 N1 note\n", NODES, "N1 Queued queue 0 1\n"},
    {"told to wait is Paused", MODEL "0 N1 enter prep\n10 N1 pause\n5000 N1 note\n", NODES,
     "N1 Paused prep 0 1\n"},
    {"going on after that is not", MODEL "0 N1 enter prep\n10 N1 pause\n20 N1 resume\n", NODES,
     "N1 Progressing prep 0 1\n"},
    {"nor is a phase entered after that", MODEL "0 N1 enter prep\n10 N1 pause\n20 N1 enter drain\n",
     NODES, "N1 Progressing drain 20 1\n"},
    {"nor is a phase left after that", MODEL "0 N1 enter prep\n10 N1 pause\n20 N1 exit\n", NODES,
     "N1 Unknown prep 0 1\n"},
    {"over the limit is Slow while it moves",
     MODEL "0 N1 enter prep\n300 N1 progress\n700 N1 note\n", NODES, "N1 Slow prep 0 1\n"},
    {"and Stalled when it does not", MODEL "0 N1 enter prep\n700 N1 note\n", NODES,
     "N1 Stalled prep 0 1\n"},
    {"its log ends in the middle: Silent",
     MODEL "source a own=N1 first=0 last=9\n0 N1 enter prep\nsource b first=0 last=700\n0 N2 enter "
           "ready\n",
     NODES, "N1 Silent prep 0 1\nN2 Completed ready 0 1\n"},
    {"failed is Failed", MODEL "0 N1 enter prep\n10 N1 fail\n", NODES, "N1 Failed prep 0 1\n"},
    {"failed in a phase that was not entered too", MODEL "5 N1 fail prep\n", NODES,
     "N1 Failed prep 5 1\n"},
    {"rolled back is RolledBack", MODEL "0 N1 enter prep\n10 N1 rollback\n", NODES,
     "N1 RolledBack prep 0 1\n"},
    {"in no phase is Unknown", MODEL "0 N1 enter prep\n10 N1 exit\n", NODES,
     "N1 Unknown prep 0 1\n"},
    {"not seen after a boot is Unknown", MODEL "0 N1 enter prep\n10 N1 boot nomodel\n", NODES,
     "N1 Unknown prep 0 1\n"},
    {"not seen after a boot is Unknown, though it was done before",
     "model m node begins\n" PHASES "0 N1 enter ready\n10 N1 enter prep\n20 N1 boot nomodel\n",
     NODES, "N1 Unknown prep 10 1\n"},
    {"only talked about is Unknown", MODEL "0 N1 note\n", NODES, "N1 Unknown - - 1\n"},
    {"a node of no event of the model is not in the run",
     MODEL "0 N1 enter ready\n5 N2 boot nomodel\n", NODES, "N1 Completed ready 0 1\n"},
};

START_TEST(nodes_are_assessed)
{
    evidence_check(&assessment_cases[_i]);
}
END_TEST

static const struct {
    const char *nodes, *expected;
} worst_cases[] = {
    {"0 A enter ready\n0 B enter ready\n", "Completed"},
    {"0 A enter ready\n0 B enter prep\n", "Progressing"},
    {"0 A enter ready\n0 B enter queue\n", "Progressing"},
    {"0 A enter ready\n0 B enter prep\n0 B pause\n", "Progressing"},
    {"0 A enter prep\n0 B enter drain\n500 A progress\n500 B progress\n700 A exit\n", "Unknown"},
    {"0 A enter prep\n0 B enter ready\n500 A progress\n700 B note\n", "Slow"},
    {"0 A enter prep\n0 B enter ready\n700 B note\n", "Stalled"},
    {"0 A enter prep\n0 B enter ready\n5 A exit\n", "Unknown"},
    {"0 A enter prep\n0 B enter drain\n5 B exit\n700 B note\n", "Stalled"},
    {"0 A enter prep\n0 B enter drain\n5 B rollback\n700 B note\n", "RolledBack"},
    {"0 A enter prep\n0 B enter drain\n5 B fail\n700 B note\n", "Failed"},
    {"0 A rollback\n0 B enter drain\n5 B fail\n", "Failed"},
    {"source a own=A first=0 last=1\n0 A enter prep\nsource b first=0 last=900\n0 B enter ready\n",
     "Unknown"},
};

START_TEST(run_is_as_its_worst_node)
{
    char text[1024], expected[32];
    snprintf(text, sizeof text, "%s%s", MODEL, worst_cases[_i].nodes);
    snprintf(expected, sizeof expected, "%s\n", worst_cases[_i].expected);
    const evidence_case item = {worst_cases[_i].nodes, text, "SELECT assessment FROM v_run",
                                expected};
    evidence_check(&item);
}
END_TEST

static const evidence_case word_cases[] = {
    {"completion counts the nodes that are done",
     MODEL "0 A enter ready\n0 B enter prep\n0 C enter ready\n0 D enter prep\n",
     "SELECT completion_pct, nodes_total, nodes_done FROM v_run", "50.0 4 2\n"},
    {"the whole cluster is assessed as a node is",
     "model m cluster\n" PHASES "0 * enter prep\n10 * enter ready\n",
     "SELECT assessment, completion_pct, nodes_total FROM v_run", "Completed 100.0 0\n"},
    {"versions come from boot lines, those before the run too",
     MODEL "0 N1 boot nomodel version=5.7\n10 N1 enter prep\n50 N1 boot nomodel version=8.0\n"
           "60 N1 enter ready\n",
     VERSIONS, "N1 5.7 8.0\n"},
    {"the run has the first and the last of them",
     MODEL "0 N1 boot nomodel version=5.7\n10 N1 enter prep\n50 N1 boot nomodel version=8.0\n"
           "60 N1 enter ready\n",
     "SELECT from_version, to_version FROM v_run", "5.7 8.0\n"},
    {"a node's version of an earlier run is where the next one starts",
     GAP "0 N1 boot nomodel version=5.7\n10 N1 enter prep\n20 N1 boot nomodel version=8.0\n"
         "30 N1 enter ready\n2000 N1 enter prep\n2010 N1 boot nomodel version=8.4\n",
     VERSIONS, "N1 5.7 8.0\nN1 8.0 8.4\n"},
    {"what an event of the model says of the run comes first",
     MODEL "0 N1 boot nomodel version=5.7\n10 N1 enter prep from=10 to=11\n20 N1 enter ready\n",
     "SELECT from_version, to_version FROM v_run", "10 11\n"},
    {"to the version that most nodes which are done run",
     MODEL "0 N1 enter prep version=17\n0 N2 enter prep\n0 N3 enter prep\n0 N4 enter prep\n"
           "10 N1 enter ready version=20\n20 N2 enter ready version=20\n"
           "30 N3 note version=17\n40 N4 note version=26\n",
     "SELECT from_version, to_version FROM v_run", "17 20\n"},
    {"not to the one they came from, which is what lines told of them last",
     MODEL "0 N1 enter prep version=17\n0 N2 enter prep version=17\n0 N3 enter prep version=17\n"
           "10 N1 enter ready\n20 N2 enter ready\n30 N3 enter ready version=20\n",
     "SELECT from_version, to_version FROM v_run", "17 20\n"},
    {"to the last one told where no node is done",
     MODEL "0 N1 enter prep version=17\n0 N2 enter prep version=17\n10 N1 note version=20\n"
           "20 N2 note version=26\n",
     "SELECT from_version, to_version FROM v_run", "17 26\n"},
    {"without a version there is none", MODEL "10 N1 enter prep\n",
     "SELECT from_version, to_version FROM v_run", "- -\n"},
    {"the group is the one named last", MODEL "0 N1 enter prep group=x\n10 N1 note group=y\n",
     "SELECT node_group FROM v_node", "y\n"},
};

START_TEST(runs_say_how_far_and_from_what_to_what)
{
    evidence_check(&word_cases[_i]);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("runs");
    tcase_add_loop_test(tcase, runs_are_cut_by_gap_and_id, 0, COUNT(run_cases));
    tcase_add_loop_test(tcase, reference_time_is_the_last_stamped_line, 0, COUNT(reference_cases));
    tcase_add_test(tcase, as_of_is_the_reference_time_of_all_but_earlier_runs);
    tcase_add_test(tcase, as_of_before_the_last_line_leaves_out_what_came_after);
    tcase_add_loop_test(tcase, nodes_are_assessed, 0, COUNT(assessment_cases));
    tcase_add_loop_test(tcase, run_is_as_its_worst_node, 0, COUNT(worst_cases));
    tcase_add_loop_test(tcase, runs_say_how_far_and_from_what_to_what, 0, COUNT(word_cases));
    return evidence_main("runs", tcase);
}
