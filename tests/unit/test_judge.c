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
#define STEP "phase step limit=600\n"
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
    {"peers are of the same group, also where a later line of the phase tells it",
     TIMED "0 A enter work\n0 B enter work\n0 C enter work\n0 D enter work\n"
           "100 A exit group=x\n100 B exit group=x\n100 C exit group=x\n301 D exit group=y\n",
     FINDINGS, ""},
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
    {"a phase without a rank has no history: it is a state, no step",
     "model m node gap=1000\n" PHASES "0 A enter work\n0 B enter work\n0 C enter work\n"
     "100 A exit\n100 B exit\n100 C exit\n2000 D enter work\n2301 D exit\n",
     FINDINGS, ""},
    {"with too few peers three spans of earlier runs tell what is usual",
     "model m node gap=1000\n" PHASES STEP "0 A enter step\n0 B enter step\n0 C enter step\n"
     "100 A exit\n100 B exit\n100 C exit\n2000 D enter step\n2301 D exit\n",
     FINDINGS, "slow D 1 step 2000 301 300\n"},
    {"two of them do not",
     "model m node gap=1000\n" PHASES STEP
     "0 A enter step\n0 B enter step\n100 A exit\n100 B exit\n"
     "2000 D enter step\n2301 D exit\n",
     FINDINGS, ""},
    {"nor do spans of a run that comes later",
     "model m node gap=1000\n" PHASES STEP "0 D enter step\n301 D exit\n2000 A enter step\n"
     "2000 B enter step\n2000 C enter step\n2100 A exit\n2100 B exit\n2100 C exit\n",
     FINDINGS, ""},
    {"nor those of another cluster",
     "model m node gap=1000\n" PHASES STEP "source x cluster=X\n0 A enter step\n0 B enter step\n"
     "0 C enter step\n100 A exit\n100 B exit\n100 C exit\nsource y cluster=Y\n"
     "2000 D enter step\n2301 D exit\n",
     FINDINGS, ""},
    {"peers of the run come before history",
     "model m node gap=1000\n" PHASES STEP "0 A enter step\n0 B enter step\n0 C enter step\n"
     "100 A exit\n100 B exit\n100 C exit\n2000 A enter step\n2000 B enter step\n"
     "2000 C enter step\n2000 D enter step\n2200 A exit\n2200 B exit\n2200 C exit\n"
     "2601 D exit\n",
     FINDINGS, "slow D 1 step 2000 601 600\n"},
    {"a limit says where it comes from: history",
     "model m node gap=1000\n" PHASES STEP "0 A enter step\n0 B enter step\n0 C enter step\n"
     "100 A exit\n100 B exit\n100 C exit\n2000 D enter step\n2301 D exit\n",
     "SELECT limit_from FROM v_finding", "3 x the median 100 s of 3 spans of earlier runs\n"},
    {"the sum is told: peers", TIMED PEERS("work") "301 D exit\n",
     "SELECT arithmetic FROM v_finding",
     "limit max(3 x median(100 s, 100 s, 100 s) = 300 s, least 60 s) = 300 s; took 301 s - 300 s "
     "= 1 s over\n"},
    {"the sum is told: expected", TIMED PEERS("usual") "1001 D exit\n",
     "SELECT arithmetic FROM v_finding",
     "limit max(3 x median(100 s, 100 s, 100 s) = 300 s, expected 1,000 s, least 60 s) = 1,000 s; "
     "took 1,001 s - 1,000 s = 1 s over\n"},
    {"the sum is told: declared", TIMED "0 A enter work\n601 B note\n",
     "SELECT arithmetic FROM v_finding",
     "limit declared 600 s; without progress 601 s - 600 s = 1 s over\n"},
    {"time that was paused does not count",
     TIMED PEERS("work") "150 D pause\n1000 D resume\n1150 D exit\n", FINDINGS, ""},
    {"what is more than that does", TIMED PEERS("work") "150 D pause\n1000 D resume\n1151 D exit\n",
     FINDINGS, "slow D 1 work 0 1151 300\n"},
    {"nor does it in what peers took",
     TIMED "0 A enter work\n0 B enter work\n0 C enter work\n0 D enter work\n50 A pause\n"
           "50 B pause\n950 A resume\n950 B resume\n1000 A exit\n1000 B exit\n100 C exit\n"
           "301 D exit\n",
     FINDINGS, "slow D 1 work 0 301 300\n"},
    {"over a pause without a time nothing is said",
     TIMED PEERS("work") "source d\n0 D enter slack\n1 D enter work\n- D pause\n"
                         "900 D resume\n901 D exit\n",
     "SELECT rule FROM v_finding WHERE node = 'D'", ""},
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
    {"nothing at rest or terminal is ever slow or stalled",
     TIMED "0 A enter idle\n0 C enter ready\n0 D enter off\n50000 E note\n", FINDINGS, ""},
    {"who waits for his turn is queued", TIMED "0 B enter wait\n50000 E note\n", FINDINGS,
     "queued B 1 wait 0 50000 -\n"},
    {"and says so", TIMED "0 B enter wait blocker=A\n50000 E note\n",
     "SELECT severity, summary FROM v_finding",
     "info B in wait since 2023-11-14T22:13:20.000000Z: waits for its turn for 50,000 s, to the "
     "end of its evidence at 2023-11-15T12:06:40.000000Z; it waits for A\n"},
    {"whose turn has come is not", TIMED "0 B enter wait\n50000 B enter ready\n", FINDINGS, ""},
    {"nor is it slow when it is over", TIMED PEERS("idle") "50000 D enter ready\n", FINDINGS, ""},
    {"a paused phase is never stalled", TIMED "0 A enter work\n100 A pause\n50000 B note\n",
     FINDINGS, "paused A 1 work 100 49900 -\n"},
    {"it says since when it is paused, and shows the line",
     TIMED "0 A enter work\n100 A pause\n50000 B note\n",
     "SELECT f.summary, role, line_no FROM v_finding f JOIN v_evidence USING (finding_id)",
     "A in work since 2023-11-14T22:13:20.000000Z: paused since 2023-11-14T22:15:00.000000Z, for "
     "49,900 s, to the end of its evidence at 2023-11-15T12:06:40.000000Z enter 1\n"
     "A in work since 2023-11-14T22:13:20.000000Z: paused since 2023-11-14T22:15:00.000000Z, for "
     "49,900 s, to the end of its evidence at 2023-11-15T12:06:40.000000Z pause 2\n"},
    {"who pauses the cluster pauses all nodes at work",
     TIMED "0 A enter work\n0 B enter work\n0 C enter ready\n100 * pause\n50000 D note\n",
     "SELECT rule, node, duration_us FROM v_finding", "paused A 49900\npaused B 49900\n"},
    {"and lets them go on",
     TIMED "0 A enter work\n0 B enter work\n100 * pause\n50000 * resume\n50100 D note\n",
     "SELECT rule, node FROM v_finding", ""},
    {"a resumed one is again, counted from then",
     TIMED "0 A enter work\n100 A pause\n5000 A resume\n5601 B note\n", FINDINGS,
     "stalled A 1 work 0 5601 600\n"},
    {"a resumed one is no stall before that",
     TIMED "0 A enter work\n100 A pause\n5000 A resume\n5500 B note\n",
     "SELECT rule FROM v_finding", ""},
    {"but slow by what it worked",
     TIMED "0 A enter work\n100 A pause\n5000 A resume\n5501 B note\n", FINDINGS,
     "slow A 1 work 0 5501 600\n"},
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

/* ---- whom it waits for */

#define BLOCKERS "SELECT rule, node, blocker FROM v_finding ORDER BY rule, node"

static const evidence_case blocker_cases[] = {
    {"a stall names whom a line of the phase names",
     TIMED "0 A enter work\n10 A note work blocker=pod-1\n700 B note\n", BLOCKERS,
     "stalled A pod-1\n"},
    {"also the line that enters it", TIMED "0 A enter work blocker=pod-1\n700 B note\n", BLOCKERS,
     "stalled A pod-1\n"},
    {"the last one counts",
     TIMED "0 A enter work\n10 A note work blocker=pod-1\n20 A note work blocker=pod-2\n"
           "700 B note\n",
     BLOCKERS, "stalled A pod-2\n"},
    {"who moved on since waits for nobody",
     TIMED "0 A enter work\n10 A note work blocker=pod-1\n11 A progress\n700 B note\n", BLOCKERS,
     "stalled A -\n"},
    {"within a second of it he does: two logs may differ so much",
     TIMED "0 A enter work\n10 A note work blocker=db3\n10.999 A enter slack\n"
           "11 A enter usual\n700 B note\n",
     BLOCKERS, "stalled A -\n"},
    {"a note of no model does as well",
     TIMED "0 A enter work\n10 A note blocker=db3 nomodel\n10.500 A enter usual\n700 B note\n",
     BLOCKERS, "stalled A db3\n"},
    {"a failure names it, and the node it waited for says who did",
     TIMED "0 A enter work\n0 B enter work\n10 A note work blocker=b\n100 A fail\n700 B note\n",
     "SELECT rule, node, blocker, summary LIKE '%; it waited for b', summary LIKE '%; A failed "
     "waiting for it' FROM v_finding ORDER BY rule",
     "failed A b 1 0\nstalled B - 0 1\n"},
    {"the line of the failure knows best", TIMED "0 A enter work blocker=x\n100 A fail blocker=y\n",
     BLOCKERS, "failed A y\n"},
    {"who waits for a stalled node stands behind it",
     TIMED "0 A enter wait blocker=B\n0 B enter work\n700 B note\n",
     "SELECT rule, node, blocker, summary LIKE '%; A waits for it' FROM v_finding ORDER BY rule",
     "queued A B 0\nstalled B - 1\n"},
    {"its line is evidence", TIMED "0 A enter work\n10 A note work blocker=pod-1\n700 B note\n",
     "SELECT role, line_no FROM v_evidence ORDER BY position", "enter 1\nblocker 2\n"},
};

START_TEST(the_blocker_is_named_where_a_line_names_it)
{
    evidence_check(&blocker_cases[_i]);
}
END_TEST

/* ---- the whole cluster */

#define STALLS                                                                                     \
    "SELECT rule, node, is_primary, since_us, duration_us, limit_us FROM v_finding WHERE rule = "  \
    "'stalled' ORDER BY node"

static const evidence_case cluster_cases[] = {
    {"when two nodes are stalled and none moves, the cluster is: theirs is detail",
     TIMED "0 A enter work\n5 B enter work\n700 C note\n", STALLS,
     "stalled - 1 5 695 600\nstalled A 0 0 700 600\nstalled B 0 5 695 600\n"},
    {"it says who was the last to move", TIMED "0 A enter work\n5 B enter work\n700 C note\n",
     "SELECT summary FROM v_finding WHERE node IS NULL",
     "default: nobody moves; 2 of 3 nodes are stalled, and B was the last to make progress, at "
     "2023-11-14T22:13:25.000000Z, 695 s before the end of the evidence\n"},
    {"one node that moves is enough",
     TIMED "0 A enter work\n5 B enter work\n600 C enter usual\n700 C note\n", STALLS,
     "stalled A 1 0 700 600\nstalled B 1 5 695 600\n"},
    {"one that is done since less than the limit as well",
     TIMED "0 A enter work\n5 B enter work\n600 C enter ready\n700 C note\n", STALLS,
     "stalled A 1 0 700 600\nstalled B 1 5 695 600\n"},
    {"one stalled node is no stalled cluster",
     TIMED "0 A enter work\n0 B enter ready\n700 C note\n", STALLS, "stalled A 1 0 700 600\n"},
    {"those that wait do not move",
     TIMED "0 A enter work\n0 B enter work\n0 C enter wait\n700 D note\n",
     "SELECT count(*) FROM v_finding WHERE rule = 'stalled' AND node IS NULL", "1\n"},
    {"nobody knows whether a silent one moves",
     TIMED "source a\n0 A enter work\n0 B enter work\nsource c own=C first=0 last=10\n"
           "0 C enter work\nsource d\n700 D note\n",
     "SELECT count(*) FROM v_finding WHERE rule = 'stalled' AND node IS NULL", "0\n"},
};

START_TEST(a_cluster_is_stalled_when_nobody_moves)
{
    evidence_check(&cluster_cases[_i]);
}
END_TEST

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
     FINDINGS,
     "coverage.no-log - - - 0 - -\nsilent D 1 work 700 301 300\n(slow) D 1 work 0 700 300\n"},
};

START_TEST(silent_nodes_are_told)
{
    evidence_check(&silent_cases[_i]);
}
END_TEST

/* ---- cut off */

#define BOOTING TIMED "phase restart norank kind=reboot limit=600\n"
#define A_RESTARTS "source a own=A first=0 last=30\n0 A enter work\n20 A enter restart\n"

static const evidence_case cut_cases[] = {
    {"a log that ends in a reboot is incomplete", BOOTING A_RESTARTS, FINDINGS,
     "incomplete A 1 restart 20 - -\n"},
    {"and the node is unknown", BOOTING A_RESTARTS, NODES, "A Unknown restart 20 1\n"},
    {"so is the run", BOOTING A_RESTARTS, "SELECT assessment FROM v_run", "Unknown\n"},
    {"it says where the log ends", BOOTING A_RESTARTS, "SELECT summary FROM v_finding",
     "A in restart since 2023-11-14T22:13:40.000000Z: its log ends there, at "
     "2023-11-14T22:13:50.000000Z; nothing says whether it came back\n"},
    {"a reboot without a limit is judged the same",
     TIMED "phase restart norank kind=reboot\n" A_RESTARTS, FINDINGS,
     "incomplete A 1 restart 20 - -\n"},
    {"a log that goes on behind the boot is complete",
     BOOTING "source a own=A first=0 last=30\n0 A enter work\n20 A enter restart\n"
             "25 A boot nomodel\n30 A enter ready\n",
     FINDINGS, ""},
    {"a node that only others tell of is under way",
     BOOTING "0 A enter work\n20 A enter restart\n30 B note\n", FINDINGS, ""},
    {"when the others go on for longer than the limit it is silent", BOOTING A_RESTARTS B_GOES_ON,
     FINDINGS, "silent A 1 restart 30 970 600\n"},
    {"an attempt that the next one cuts off at work is incomplete",
     "model m node begins\n" PHASES "0 A enter work begins\n10 A enter slack\n"
     "50 A enter work begins\n60 A enter ready\n",
     FINDINGS, "incomplete A 1 slack 10 - -\n"},
    {"it shows the enter and what began the next",
     "model m node begins\n" PHASES "0 A enter work begins\n50 A enter work begins\n"
     "60 A enter ready\n",
     "SELECT role, line_no FROM v_evidence ORDER BY position", "enter 1\nnext 2\n"},
    {"one that was at rest is not",
     "model m node begins\n" PHASES "0 A enter work begins\n10 A enter idle\n"
     "50 A enter work begins\n60 A enter ready\n",
     FINDINGS, ""},
    {"nor is one that failed",
     "model m node begins\n" PHASES "0 A enter work begins\n10 A fail\n20 A enter slack\n"
     "50 A enter work begins\n60 A enter ready\n",
     FINDINGS, "retried A 1 work 0 10 -\n"},
    {"what the last attempt is comes first",
     "model m node begins\n" PHASES "phase restart norank kind=reboot\nsource a own=A\n"
     "0 A enter work begins\n50 A enter work begins\n60 A enter restart\n",
     FINDINGS, "incomplete A 2 restart 60 - -\n(incomplete) A 1 work 0 - -\n"},
};

START_TEST(what_the_evidence_cuts_off_is_incomplete)
{
    evidence_check(&cut_cases[_i]);
}
END_TEST

START_TEST(a_reboot_is_judged_at_the_moment_asked_for)
{
    evidence e;
    evidence_open(&e);
    evidence_conclude_as_of(&e, BOOTING A_RESTARTS, 40);
    evidence_expect(&e, NODES, "A Progressing restart 20 1\n");
    evidence_close(&e);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("judge");
    tcase_add_loop_test(tcase, limits_come_from_peers_and_else_from_the_model, 0,
                        COUNT(limit_cases));
    tcase_add_loop_test(tcase, open_phases_are_judged_by_their_progress, 0, COUNT(open_cases));
    tcase_add_loop_test(tcase, the_blocker_is_named_where_a_line_names_it, 0, COUNT(blocker_cases));
    tcase_add_loop_test(tcase, a_cluster_is_stalled_when_nobody_moves, 0, COUNT(cluster_cases));
    tcase_add_loop_test(tcase, silent_nodes_are_told, 0, COUNT(silent_cases));
    tcase_add_loop_test(tcase, what_the_evidence_cuts_off_is_incomplete, 0, COUNT(cut_cases));
    tcase_add_test(tcase, a_reboot_is_judged_at_the_moment_asked_for);
    return evidence_main("judge", tcase);
}
