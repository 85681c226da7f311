/* test_judge.c - slow, stalled, silent, and the limits they are measured by. */
#include "analysis/findings.h"

#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define PHASES                                                                                     \
    "phase work norank limit=600\n"                                                                \
    "phase slack norank\n"                                                                         \
    "phase usual norank expect=1000 limit=600\n"                                                   \
    "phase idle norank rest limit=600\n"                                                           \
    "phase wait norank kind=queued limit=600\n"                                                    \
    "phase ready norank done limit=600\n"                                                          \
    "phase off norank down limit=600\n"
#define TIMED "model m node\n" PHASES
#define NESTED                                                                                     \
    "model m node\n"                                                                               \
    "phase up limit=600\n"                                                                         \
    "phase fetch parent=up limit=600\n"

/* Three peers of 100 s each; more lines follow. */
#define PEERS(phase)                                                                               \
    "0 A enter " phase "\n0 B enter " phase "\n0 C enter " phase "\n0 D enter " phase "\n"         \
    "100 A exit\n100 B exit\n100 C exit\n"

/* ---- limits */

static const evidence_case limit_cases[] = {
    {"with three peers over three times their median is slow", TIMED PEERS("work") "301 D exit\n",
     FINDINGS, "slow D 1 work 0 301 300\n"},
    {"three times the median is not over it", TIMED PEERS("work") "300 D exit\n", FINDINGS, ""},
    {"the judged span is no peer of its own: two others are too few",
     TIMED "0 A enter work\n0 B enter work\n0 C enter work\n100 A exit\n100 B exit\n301 C exit\n",
     FINDINGS, ""},
    {"with fewer than three peers the declared limit counts",
     TIMED "0 A enter work\n0 B enter work\n0 C enter work\n100 A exit\n100 B exit\n601 C exit\n",
     FINDINGS, "slow C 1 work 0 601 600\n"},
    {"with three peers the declared limit does not count", TIMED PEERS("work") "601 D exit\n",
     FINDINGS, "slow D 1 work 0 601 300\n"},
    {"of an even number of peers the lower median counts, and the judged span is none of them",
     TIMED "0 A enter work\n0 B enter work\n0 C enter work\n0 D enter work\n0 E enter work\n"
           "100 A exit\n100 B exit\n200 C exit\n200 D exit\n500 E exit\n",
     FINDINGS, "slow E 1 work 0 500 300\n"},
    {"the expected duration is never long", TIMED PEERS("usual") "1000 D exit\n", FINDINGS, ""},
    {"over the expected duration is", TIMED PEERS("usual") "1001 D exit\n", FINDINGS,
     "slow D 1 usual 0 1001 1000\n"},
    {"a minute is never long by the peer rule",
     TIMED "0 A enter work\n0 B enter work\n0 C enter work\n0 D enter work\n1 A exit\n1 B exit\n"
           "1 C exit\n60 D exit\n",
     FINDINGS, ""},
    {"over a minute is",
     TIMED "0 A enter work\n0 B enter work\n0 C enter work\n0 D enter work\n1 A exit\n1 B exit\n"
           "1 C exit\n61 D exit\n",
     FINDINGS, "slow D 1 work 0 61 60\n"},
    {"without peers and without a declared limit it is only said to be open",
     TIMED "0 A enter slack\n80000 A note\n", FINDINGS, "incomplete A 1 slack 0 - -\n"},
    {"peers are of the same group",
     TIMED "0 A enter work group=x\n0 B enter work group=x\n0 C enter work group=x\n"
           "0 D enter work group=y\n100 A exit\n100 B exit\n100 C exit\n301 D exit\n",
     FINDINGS, ""},
    {"peers are of the same phase",
     TIMED "0 A enter idle\n0 B enter idle\n0 C enter idle\n0 D enter work\n100 A exit\n"
           "100 B exit\n100 C exit\n301 D exit\n",
     FINDINGS, ""},
    {"peers are of any node, the same one too",
     TIMED "0 A enter work\n100 A exit\n200 A enter work\n300 A exit\n400 A enter work\n"
           "500 A exit\n600 A enter work\n901 A exit\n",
     FINDINGS, "slow A 1 work 600 301 300\n"},
    {"a span that failed is no peer",
     TIMED "0 A enter work\n0 B enter work\n0 C enter work\n0 D enter work\n100 A exit\n"
           "100 B exit\n100 C fail\n301 D exit\n",
     FINDINGS, "failed C 1 work 0 100 -\n"},
    {"a span of another run is no peer",
     "model m node gap=1000\n" PHASES "0 A enter work\n0 B enter work\n0 C enter work\n"
     "100 A exit\n100 B exit\n100 C exit\n2000 D enter work\n2301 D exit\n",
     FINDINGS, ""},
    {"a span without a time is no peer",
     TIMED "source a\n- A enter work\n- A exit\nsource b\n0 B enter work\n0 C enter work\n"
           "0 D enter work\n100 B exit\n100 C exit\n301 D exit\n",
     "SELECT rule FROM v_stall", ""},
    {"a limit says where it comes from: peers", TIMED PEERS("work") "301 D exit\n",
     "SELECT limit_from FROM v_finding", "3 x the median 100 s of 3 peers\n"},
    {"a limit says where it comes from: expected", TIMED PEERS("usual") "1001 D exit\n",
     "SELECT limit_from FROM v_finding",
     "the expected duration; 3 x the median 100 s of 3 peers is less\n"},
    {"a limit says where it comes from: declared", TIMED "0 A enter work\n601 A exit\n",
     "SELECT limit_from FROM v_finding", "declared by the model m; 0 peers are too few\n"},
};

START_TEST(limits_come_from_peers_and_else_from_the_model)
{
    evidence_check(&limit_cases[_i]);
}
END_TEST

/* ---- open phases */

static const evidence_case open_cases[] = {
    {"open without progress for longer than the limit is stalled",
     TIMED "0 A enter work\n601 B note\n", FINDINGS, "stalled A 1 work 0 601 600\n"},
    {"for as long as the limit is not", TIMED "0 A enter work\n600 B note\n", FINDINGS, ""},
    {"open and moving, but over the limit is slow",
     TIMED "0 A enter work\n300 A progress\n900 B note\n", FINDINGS, "slow A 1 work 0 900 600\n"},
    {"stalled is measured from the last progress",
     TIMED "0 A enter work\n300 A progress\n901 B note\n", FINDINGS,
     "stalled A 1 work 0 901 600\n"},
    {"the limit of an open phase comes from its peers", TIMED PEERS("work") "301 B note\n",
     FINDINGS, "stalled D 1 work 0 301 300\n"},
    {"the same number again is no progress",
     TIMED "0 A enter work\n100 A progress cur=5\n200 A progress cur=5\n750 B note\n", FINDINGS,
     "stalled A 1 work 0 750 600\n"},
    {"a counter that rises is",
     TIMED "0 A enter work\n100 A progress cur=5\n200 A progress cur=6\n750 B note\n", FINDINGS,
     "slow A 1 work 0 750 600\n"},
    {"a counter that falls is none when it should rise",
     TIMED "0 A enter work\n100 A progress cur=5\n200 A progress cur=4\n750 B note\n", FINDINGS,
     "stalled A 1 work 0 750 600\n"},
    {"a counter that falls is when it should",
     TIMED "0 A enter work\n100 A progress cur=5 falling=yes\n200 A progress cur=4 falling=yes\n"
           "750 B note\n",
     FINDINGS, "slow A 1 work 0 750 600\n"},
    {"a counter that rises is none when it should fall",
     TIMED "0 A enter work\n100 A progress cur=5 falling=yes\n200 A progress cur=6 falling=yes\n"
           "750 B note\n",
     FINDINGS, "stalled A 1 work 0 750 600\n"},
    {"the same percentage again is no progress",
     TIMED "0 A enter work\n100 A progress percent=12.5\n200 A progress percent=12.50%\n750 B "
           "note\n",
     FINDINGS, "stalled A 1 work 0 750 600\n"},
    {"a fraction more of it is",
     TIMED "0 A enter work\n100 A progress percent=12.5\n200 A progress percent=12.6\n750 B note\n",
     FINDINGS, "slow A 1 work 0 750 600\n"},
    {"a retry is no progress", TIMED "0 A enter work\n500 A enter work\n601 A retry\n", FINDINGS,
     "stalled A 1 work 0 601 600\n"},
    {"a note is no progress", TIMED "0 A enter work\n500 A note work\n601 A note\n", FINDINGS,
     "stalled A 1 work 0 601 600\n"},
    {"progress of another phase is none of this one",
     TIMED "0 A enter work\n500 A progress slack\n601 A note\n", FINDINGS,
     "stalled A 1 work 0 601 600\n"},
    {"work on what is nested in a phase is progress of it",
     NESTED "0 N1 enter up\n10 N1 enter fetch\n590 N1 exit\n750 N1 note\n", FINDINGS,
     "slow N1 1 up 0 750 600\n"},
    {"so is the enter of what is nested in it",
     NESTED "0 N1 enter up\n500 N1 enter fetch\n550 N1 skip fetch\n1100 N1 note\n", FINDINGS,
     "slow N1 1 up 0 1100 600\n"},
    {"progress of what is nested in a phase is progress of it",
     NESTED "0 N1 enter up\n10 N1 enter fetch\n400 N1 progress\n410 N1 exit\n1011 N1 note\n",
     FINDINGS, "stalled N1 1 up 0 1011 600\n"},
    {"progress without a time leaves the last known one",
     TIMED "0 A enter work\n- A progress\n601 B note\n", "SELECT rule, duration_us FROM v_stall",
     "stalled 601\n"},
    {"an open phase without a time cannot be judged",
     TIMED "source a\n- A enter work\n- A progress\nsource b\n0 B note\n9000 B note\n",
     "SELECT rule FROM v_stall", ""},
    {"nothing at rest, terminal or queued is ever slow or stalled",
     TIMED "0 A enter idle\n0 B enter wait\n0 C enter ready\n0 D enter off\n50000 E note\n",
     FINDINGS, ""},
    {"nor is it slow when it is over", TIMED PEERS("idle") "50000 D enter ready\n", FINDINGS, ""},
    {"a paused phase is never stalled", TIMED "0 A enter work\n100 A pause\n50000 B note\n",
     FINDINGS, ""},
    {"a resumed one is again, counted from then",
     TIMED "0 A enter work\n100 A pause\n5000 A resume\n5601 B note\n", FINDINGS,
     "stalled A 1 work 0 5601 600\n"},
    {"a resumed one is no stall before that",
     TIMED "0 A enter work\n100 A pause\n5000 A resume\n5600 B note\n",
     "SELECT rule FROM v_finding", "slow\n"},
    {"the whole cluster can be stalled", "model m cluster\n" PHASES "0 * enter work\n601 * note\n",
     FINDINGS, "stalled - 1 work 0 601 600\n"},
    {"a stall has its enter and its last progress as evidence",
     TIMED "0 A enter work\n300 A progress\n901 B note\n",
     "SELECT role, line_no FROM v_evidence ORDER BY position", "enter 1\nprogress 2\n"},
    {"an open phase that is slow has its enter and its last progress as evidence",
     TIMED "0 A enter work\n300 A progress\n900 B note\n",
     "SELECT role, line_no FROM v_evidence ORDER BY position", "enter 1\nprogress 2\n"},
    {"a closed one has its enter and its exit", TIMED PEERS("work") "301 D exit\n",
     "SELECT role, line_no FROM v_evidence ORDER BY position", "enter 4\nexit 8\n"},
};

START_TEST(open_phases_are_judged_by_their_progress)
{
    evidence_check(&open_cases[_i]);
}
END_TEST

/* ---- silent */

#define B_GOES_ON "source b own=B first=0 last=1000\n0 B enter ready\n"

static const evidence_case silent_cases[] = {
    {"a log that ends by more than the limit before the others' is silent",
     TIMED "source a own=A first=0 last=399\n0 A enter work\n" B_GOES_ON, FINDINGS,
     "silent A 1 work 399 601 600\n"},
    {"by the limit is not", TIMED "source a own=A first=0 last=400\n0 A enter work\n" B_GOES_ON,
     FINDINGS, ""},
    {"a node between two phases is silent by the limit of its last one",
     TIMED "source a own=A first=0 last=399\n0 A enter work\n50 A exit\n" B_GOES_ON, FINDINGS,
     "silent A 1 work 399 601 600\n"},
    {"a node at rest, done or down is not",
     TIMED "source a own=A first=0 last=10\n0 A enter idle\nsource c own=C first=0 last=10\n"
           "0 C enter ready\nsource d own=D first=0 last=10\n0 D enter off\n" B_GOES_ON,
     FINDINGS, ""},
    {"a node without a log of its own is not", TIMED "source a\n0 A enter work\n" B_GOES_ON,
     "SELECT rule FROM v_finding WHERE rule = 'silent'", ""},
    {"a node that failed is not",
     TIMED "source a own=A first=0 last=100\n0 A enter work\n50 A fail\n" B_GOES_ON, FINDINGS,
     "failed A 1 work 0 50 -\n"},
    {"a node whose own log is of long before the run is not",
     TIMED "source old own=A first=0 last=50\nsource a\n5000 A enter work\n5100 B enter ready\n",
     FINDINGS, ""},
    {"the limit of the last phase comes from its peers",
     TIMED "source a own=D first=0 last=700\n" PEERS(
         "work") "690 D progress\n"
                 "source b own=B first=0 last=1001\n1000 B enter ready\n",
     FINDINGS, "silent D 1 work 700 301 300\n(slow) D 1 work 0 700 300\n"},
};

START_TEST(silent_nodes_are_told)
{
    evidence_check(&silent_cases[_i]);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("judge");
    tcase_add_loop_test(tcase, limits_come_from_peers_and_else_from_the_model, 0,
                        COUNT(limit_cases));
    tcase_add_loop_test(tcase, open_phases_are_judged_by_their_progress, 0, COUNT(open_cases));
    tcase_add_loop_test(tcase, silent_nodes_are_told, 0, COUNT(silent_cases));
    return evidence_main("judge", tcase);
}
