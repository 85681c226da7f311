/* test_coverage.c - what the evidence lacks, and what dialects know of it. */
#include "analysis/findings.h"

#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define MODEL "model m node\nphase prep limit=600\nphase ready done rest\n"
#define TOLD "SELECT rule, severity, cluster, summary FROM v_finding ORDER BY rule, summary"
#define EVIDENCE                                                                                   \
    "SELECT rule, role, source, line_no FROM v_finding JOIN v_evidence USING (finding_id) ORDER "  \
    "BY rule, source"

static const evidence_case cases[] = {
    {"evidence that lacks nothing is told as such", MODEL "0 N1 enter ready\n", TOLD, ""},
    {"a truncated source is told, each",
     MODEL "source a status=truncated\n0 N1 enter ready\nsource b status=damaged\n", TOLD,
     "coverage.truncated warning - a is truncated: no more is known\n"
     "coverage.truncated warning - b is damaged: no more is known\n"},
    {"its evidence is the place", MODEL "source a status=truncated\n0 N1 enter ready\n", EVIDENCE,
     "coverage.truncated source a -\n"},
    {"a source that could not be read is told",
     MODEL "source a status=encrypted\nsource b status=unreadable\nsource c status=limit\n"
           "source d status=too-deep\nsource e status=read\nsource f status=no-dialect\n",
     TOLD,
     "coverage.unread warning - a was not read in full (encrypted): no more is known\n"
     "coverage.unread warning - b was not read in full (unreadable): no more is known\n"
     "coverage.unread warning - c was not read in full (limit): no more is known\n"
     "coverage.unread warning - d was not read in full (too-deep): no more is known\n"},
    {"bytes that are no text are counted per source, a line once",
     MODEL "source a\n0 N1 exit repaired=3\n0 N1 enter ready sub=1 repaired=3\n5 N1 note "
           "repaired=1\n",
     TOLD,
     "coverage.undecodable info default 4 bytes in 2 lines that count: no text in the "
     "encoding of the source\n"},
    {"one byte is one", MODEL "0 N1 enter ready repaired=1\n", TOLD,
     "coverage.undecodable info default 1 byte in 1 line that counts: no text in the "
     "encoding of the source\n"},
    {"a word that no model knows is told once, with how many lines say it",
     MODEL "0 N1 enter ready\n5 N1 note unrecognised=Polishing\n6 N2 note "
           "unrecognised=Polishing\n7 N1 note unrecognised=Drying\n",
     TOLD,
     "coverage.unrecognised warning default 'Drying' is no phase that the model m knows; 1 line "
     "says it\n"
     "coverage.unrecognised warning default 'Polishing' is no phase that the model m knows; 2 "
     "lines say it\n"},
    {"its evidence is the first of them",
     MODEL "source a id=9\n1 N1 note unrecognised=Drying\nsource b id=3\n5 N1 note "
           "unrecognised=Drying\n",
     EVIDENCE, "coverage.unrecognised line a 1\n"},
    {"events that nobody names a node for are told per source",
     MODEL "source a\n0 ? enter prep\n5 ? enter ready\nsource b\n0 ? enter ready\n0 N1 enter "
           "ready\n0 ? boot nomodel\n",
     TOLD,
     "coverage.no-node warning default 1 event names no node: name it with --node, or by the name "
     "of the file or folder\n"
     "coverage.no-node warning default 2 events name no node: name it with --node, or by the name "
     "of the file or folder\n"},
    {"events without a time are told per source", MODEL "- N1 enter prep\n- N1 enter ready\n", TOLD,
     "coverage.no-time warning default 2 events have no time: order is kept, durations are not "
     "known\n"},
    {"a clock that was set back is told per source, by how much",
     MODEL "10 N1 enter prep\n3.500 N1 note\n9 N1 note\n20 N1 enter ready\n", TOLD,
     "clock.backward warning default a clock goes back by up to 7 s: the order is that of the "
     "file, durations over it are not known\n"},
    {"by less than a second it was not", MODEL "10.900 N1 enter prep\n10 N1 enter ready\n", TOLD,
     ""},
    {"copies are not counted",
     MODEL "source a content=aa\n0 ? enter ready\nsource b content=bb\n0 ? enter ready\n", EVIDENCE,
     "coverage.no-node line a 1\n"},
    {"clusters are told apart",
     MODEL "source a cluster=C1\n- N1 enter ready\nsource b cluster=C2\n- N1 enter ready\n",
     "SELECT rule, cluster FROM v_finding ORDER BY cluster",
     "coverage.no-time C1\ncoverage.no-time C2\n"},
    {"a known failure is told once per node, with how many lines say it, since the first",
     MODEL "0 N1 enter prep\n5 N1 note nomodel rule=known.full cause=disk advice=clean\n"
           "7 N1 note nomodel rule=known.full cause=disk advice=clean\n"
           "9 N2 note rule=known.full cause=disk advice=clean\n",
     "SELECT rule, node, since_us, summary, advice FROM v_finding WHERE rule LIKE 'known.%' ORDER "
     "BY node",
     "known.full N1 5 N1: disk (2 lines) clean\n"
     "known.full N2 9 N2: disk clean\n"},
    {"its evidence is the earliest line, whichever source has it",
     MODEL "source a id=9\n1 N1 note rule=known.full cause=disk advice=clean\n"
           "source b id=3\n5 N1 note rule=known.full cause=disk advice=clean\n",
     EVIDENCE, "known.full line a 1\n"},
};

START_TEST(what_is_missing_is_told)
{
    evidence_check(&cases[_i]);
}
END_TEST

/* ---- what a run rests on */

#define OWN(name) "source " name " own=" name "\n0 " name " enter prep\n90 " name " enter ready\n"
#define SURE                                                                                       \
    "SELECT assessment, confidence, caveat, nodes_logged, nodes_total, sources, sources_cut, "     \
    "bytes FROM v_run ORDER BY run_id"

static const evidence_case run_cases[] = {
    {"where every node has its own log nothing is missing", MODEL OWN("N1") OWN("N2"), SURE,
     "Completed high - 2 2 2 0 2000\n"},
    {"where none has, as in an orchestrator's log, nothing is either",
     MODEL "source o bytes=70\n0 N1 enter ready\n0 N2 enter ready\n", SURE,
     "Completed high - 0 2 1 0 70\n"},
    {"a node that only others tell of makes a healthy run less sure",
     MODEL OWN("N1") "0 N2 enter ready\n", SURE,
     "Completed medium 1 of 2 nodes has no log of its own 1 2 1 0 1000\n"},
    {"and is a finding of the run", MODEL OWN("N1") "0 N2 enter ready\n",
     "SELECT rule, severity, run_id, node, since_us, summary FROM v_finding",
     "coverage.no-log warning 1 - 0 N2 is known only from the logs of others; 1 of 2 nodes has "
     "logs of its own\n"},
    {"one finding names three of them, with the first line about each",
     MODEL OWN("N1") "3 N2 enter prep\n4 N2 enter ready\n5 N3 enter ready\n6 N4 enter ready\n"
                     "7 N5 enter ready\n",
     "SELECT summary, group_concat(line_no || role, ',') FROM v_finding JOIN v_evidence USING "
     "(finding_id) GROUP BY finding_id",
     "N2, N3, N4 and 1 more are known only from the logs of others; 1 of 5 nodes has logs of its "
     "own 3mention,5mention,6mention\n"},
    {"who is no part of the run is not missing", MODEL OWN("N1") "0 N2 note nomodel\n",
     "SELECT rule FROM v_finding", ""},
    {"a log of its own without events counts where it goes on where the run was",
     MODEL OWN("N1") "0 N2 enter ready\nsource r own=N2 first=50 last=95\n",
     "SELECT node, logs FROM v_node", "N1 1\nN2 1\n"},
    {"one that ended before the run does not",
     MODEL "source old own=N2 first=0 last=10\nsource a own=N1\n200000 N1 enter ready\n"
           "200000 N2 enter ready\n",
     "SELECT node, logs FROM v_node", "N1 1\nN2 0\n"},
    {"a log without any time counts where its events are",
     MODEL "source a own=N1\n- N1 enter ready\nsource b own=N2\n- N2 enter ready\n",
     "SELECT node, logs FROM v_node", "N1 1\nN2 1\n"},
    {"a source that was not read to its end makes the run less sure",
     MODEL "source a own=N1 status=truncated bytes=90\n0 N1 enter ready\nsource b\n0 N1 note\n",
     SURE, "Completed medium 1 of 2 sources was not read to its end 1 1 2 1 1090\n"},
    {"so does more of the same file that could not be read",
     MODEL "source a own=N1\n0 N1 enter ready\nunread a status=encrypted\n", SURE,
     "Completed medium more of the same file could not be read 1 1 1 0 1000\n"},
    {"of another file nobody knows what it is about",
     MODEL "source a own=N1\n0 N1 enter ready\nunread b status=encrypted\n", SURE,
     "Completed high - 1 1 1 0 1000\n"},
    {"a node is not surely silent whose log was cut",
     MODEL "source a own=N1 status=truncated\n0 N1 enter prep\nsource b own=N2\n"
           "1000 N2 enter ready\n",
     "SELECT rule, confidence, summary LIKE '%; but its log was not read to its end' FROM "
     "v_finding "
     "WHERE rule = 'silent'",
     "silent medium 1\n"},
    {"but one whose log was read is",
     MODEL "source a own=N1\n0 N1 enter prep\nsource b own=N2\n1000 N2 enter ready\n",
     "SELECT rule, confidence FROM v_finding", "silent high\n"},
};

START_TEST(a_run_says_what_it_rests_on)
{
    evidence_check(&run_cases[_i]);
}
END_TEST

/* ---- holes in a log */

#define WORKS(lines)                                                                               \
    "model m node\nphase prep norank limit=9000\nphase restart norank kind=reboot limit=9000\n"    \
    "phase idle norank rest\nphase ready norank done rest\n"                                       \
    "source a own=N1 lines=" lines "\n0 N1 enter prep\n"
#define ENDS "3000 N1 enter ready\n"
#define HOLES "SELECT rule, node, phase, since_us, duration_us, limit_us FROM v_finding"

static const evidence_case hole_cases[] = {
    {"a hole while the node was at work is told", WORKS("1001") "hole 7 100 500\n" ENDS, HOLES,
     "coverage.gap N1 prep 100 400 300\n"},
    {"with the source and the line that begins the phase", WORKS("1001") "hole 7 100 500\n" ENDS,
     "SELECT severity, summary, role, source, line_no FROM v_finding JOIN v_evidence USING "
     "(finding_id) ORDER BY position",
     "info N1 in prep: its log has no line from 2023-11-14T22:15:00.000000Z to "
     "2023-11-14T22:21:40.000000Z, for 400 s, up to line 7, and no reboot explains it enter a 1\n"
     "info N1 in prep: its log has no line from 2023-11-14T22:15:00.000000Z to "
     "2023-11-14T22:21:40.000000Z, for 400 s, up to line 7, and no reboot explains it source a "
     "-\n"},
    {"10 times the usual distance is the least", WORKS("61") "hole 7 100 599\n" ENDS, HOLES, ""},
    {"and enough", WORKS("61") "hole 7 100 600\n" ENDS, HOLES,
     "coverage.gap N1 prep 100 500 500\n"},
    {"of several the longest is told, and how many more there are",
     WORKS("1001") "hole 7 100 500\nhole 8 600 1100\nhole 9 1200 1600\n" ENDS,
     "SELECT since_us, summary LIKE '%; 2 shorter ones' FROM v_finding", "600 1\n"},
    {"a boot at its end explains it",
     WORKS("1001") "hole 3 100 500\n200 N2 note nomodel\n501 N1 boot nomodel\n" ENDS,
     "SELECT count(*) FROM v_finding WHERE rule = 'coverage.gap'", "0\n"},
    {"so does a reboot that was told", WORKS("1001") "90 N1 enter restart\nhole 7 100 500\n" ENDS,
     HOLES, ""},
    {"at rest nothing need be written", WORKS("1001") "90 N1 enter idle\nhole 7 100 500\n" ENDS,
     HOLES, ""},
    {"nor when it is done", WORKS("1001") "90 N1 enter ready\nhole 7 100 500\n4000 N1 note\n",
     HOLES, ""},
    {"a phase that ended in the hole was not open over it",
     WORKS("1001") "hole 7 100 500\n300 N1 enter ready\n", HOLES, ""},
    {"a log of the node that was written meanwhile fills it",
     WORKS("1001") "hole 7 100 500\n" ENDS "source b own=N1 first=50 last=900\n", HOLES, ""},
    {"not one with the same hole",
     WORKS("1001") "hole 7 100 500\n" ENDS "source b own=N1 first=50 last=900\nhole 3 90 450\n",
     HOLES, "coverage.gap N1 prep 100 400 300\n"},
    {"nor that of another node",
     WORKS("1001") "hole 7 100 500\n" ENDS "source b own=N2 first=50 last=900\n", HOLES,
     "coverage.gap N1 prep 100 400 300\n"},
    {"where the node is stalled that says the same",
     "model m node\nphase prep limit=600\nsource a own=N1 lines=1001\n0 N1 enter prep\n"
     "hole 7 100 900\n1000 N1 note nomodel\n",
     "SELECT rule FROM v_finding", "stalled\n"},
    {"a log that is nobody's own says nothing of a node",
     "model m node\nphase prep limit=9000\nphase ready done rest\nsource a lines=1001\n"
     "0 N1 enter prep\nhole 7 100 500\n" ENDS,
     HOLES, ""},
};

START_TEST(holes_count_where_a_node_was_at_work)
{
    evidence_check(&hole_cases[_i]);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("coverage");
    tcase_add_loop_test(tcase, what_is_missing_is_told, 0, COUNT(cases));
    tcase_add_loop_test(tcase, a_run_says_what_it_rests_on, 0, COUNT(run_cases));
    tcase_add_loop_test(tcase, holes_count_where_a_node_was_at_work, 0, COUNT(hole_cases));
    return evidence_main("coverage", tcase);
}
