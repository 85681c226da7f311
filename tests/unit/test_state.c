/* test_state.c - what the transitions do to a node: spans, attempts, failures. */
#include "analysis/state.h"

#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define RANKED                                                                                     \
    "model m node\n"                                                                               \
    "phase prep limit=600\n"                                                                       \
    "phase drain limit=600\n"                                                                      \
    "phase install limit=600\n"                                                                    \
    "phase check limit=600 optional\n"                                                             \
    "phase ready done rest\n"                                                                      \
    "phase wait norank limit=600\n"                                                                \
    "phase off norank down rest\n"
#define NESTED                                                                                     \
    "model m node\n"                                                                               \
    "phase up limit=600\n"                                                                         \
    "phase fetch parent=up limit=600\n"                                                            \
    "phase unpack parent=fetch limit=600\n"                                                        \
    "phase apply parent=up limit=600\n"                                                            \
    "phase ready done rest\n"
#define BEGINS                                                                                     \
    "model m node begins\n"                                                                        \
    "phase out norank rest down\n"                                                                 \
    "phase join norank limit=600\n"                                                                \
    "phase copy norank limit=600\n"                                                                \
    "phase synced norank done rest\n"
#define SERIAL                                                                                     \
    "model m node serial\n"                                                                        \
    "phase drain limit=600 optional\n"                                                             \
    "phase replace limit=600\n"                                                                    \
    "phase validate limit=600 optional\n"
#define PRINTED                                                                                    \
    "model m node\n"                                                                               \
    "phase make limit=600 optional\n"                                                              \
    "phase update limit=600\n"                                                                     \
    "phase step parent=update limit=600\n"
#define TURNS                                                                                      \
    "model m node serial\n"                                                                        \
    "phase safe kind=queued optional repeatable\n"                                                 \
    "phase replace limit=600\n"
#define LENGTHS "SELECT phase, enter_us, duration_us, result FROM v_timeline ORDER BY span_id"

/* ---- enter, exit, skip, rollback */

static const evidence_case span_cases[] = {
    {"an enter closes the open sibling: implied, ok",
     RANKED "0 N1 enter prep\n60 N1 enter drain\n90 N1 enter ready\n", SPANS,
     "N1 1 prep 0 60 - ok implied\n"
     "N1 1 drain 60 90 - ok implied\n"
     "N1 1 ready 90 - 0 open evidence-end\n"},
    {"an exit that tells the length of a phase nobody saw begin tells its beginning",
     RANKED "0 N1 enter prep\n90 N1 exit drain lasted=00:00:30\n", SPANS,
     "N1 1 prep 0 60 - ok implied\n"
     "N1 1 drain 60 90 - ok explicit\n"},
    {"where a line told the beginning the length changes nothing",
     RANKED "0 N1 enter prep\n90 N1 exit prep lasted=30s\n", SPANS,
     "N1 1 prep 0 90 - ok explicit\n"},
    {"so does a failure of a phase nobody saw begin", RANKED "90 N1 fail drain lasted=30\n", SPANS,
     "N1 1 drain 60 90 - failed explicit\n"},
    {"an exit closes its phase: explicit, ok",
     RANKED "0 N1 enter prep\n30 N1 exit prep\n50 N1 enter drain\n80 N1 exit\n90 N1 note\n", SPANS,
     "N1 1 prep 0 30 - ok explicit\n"
     "N1 1 drain 50 80 - ok explicit\n"},
    {"what nobody closes is open to the last line of the log, not to its last event",
     RANKED "source log first=0 last=100\n0 N1 enter prep\n", SPANS,
     "N1 1 prep 0 - 100 open evidence-end\n"},
    {"an enter closes siblings and what is nested in them, never ancestors",
     NESTED "0 N1 enter up\n10 N1 enter fetch\n20 N1 enter unpack\n30 N1 enter apply\n"
            "40 N1 enter ready\n",
     SPANS,
     "N1 1 up 0 40 - ok implied\n"
     "N1 1 fetch 10 30 - ok implied\n"
     "N1 1 unpack 20 30 - ok implied\n"
     "N1 1 apply 30 40 - ok implied\n"
     "N1 1 ready 40 - 0 open evidence-end\n"},
    {"entering what is around an open phase leaves that open",
     NESTED "0 N1 enter fetch\n10 N1 enter up\n20 N1 exit up\n30 N1 enter ready\n", SPANS,
     "N1 1 fetch 0 30 - ok implied\n"
     "N1 1 up 10 20 - ok explicit\n"
     "N1 1 ready 30 - 0 open evidence-end\n"},
    {"an exit closes what is nested in its phase too",
     NESTED "0 N1 enter up\n10 N1 enter fetch\n20 N1 exit up\n30 N1 note\n", SPANS,
     "N1 1 up 0 20 - ok explicit\n"
     "N1 1 fetch 10 20 - ok explicit\n"},
    {"an exit that names no phase closes the innermost",
     NESTED "0 N1 enter up\n10 N1 enter fetch\n20 N1 exit\n30 N1 note\n", SPANS,
     "N1 1 up 0 - 30 open evidence-end\n"
     "N1 1 fetch 10 20 - ok explicit\n"},
    {"an exit before anything was entered: it began before the evidence, and nobody knows when",
     RANKED "50 N1 exit drain\n60 N1 enter install\n90 N1 enter ready\n", SPANS,
     "N1 1 drain - 50 - ok explicit\n"
     "N1 1 install 60 90 - ok implied\n"
     "N1 1 ready 90 - 0 open evidence-end\n"},
    {"an exit of a phase that was never entered is a note",
     RANKED "0 N1 enter prep\n10 N1 exit install\n", SPANS, "N1 1 prep 0 - 10 open evidence-end\n"},
    {"entering the open phase again is no new span",
     RANKED "0 N1 enter prep\n30 N1 enter prep\n60 N1 enter drain\n", SPANS,
     "N1 1 prep 0 60 - ok implied\n"
     "N1 1 drain 60 - 0 open evidence-end\n"},
    {"entering an open ancestor again leaves what is nested in it open",
     NESTED "0 N1 enter up\n10 N1 enter fetch\n20 N1 enter up\n30 N1 note\n", SPANS,
     "N1 1 up 0 - 30 open evidence-end\n"
     "N1 1 fetch 10 - 20 open evidence-end\n"},
    {"nodes do not close each other's phases",
     RANKED "0 N1 enter prep\n10 N2 enter prep\n20 N2 enter drain\n30 N1 exit\n", SPANS,
     "N1 1 prep 0 30 - ok explicit\n"
     "N2 1 prep 10 20 - ok implied\n"
     "N2 1 drain 20 - 10 open evidence-end\n"},
    {"a skip is a span without length and closes nothing",
     RANKED "0 N1 enter prep\n10 N1 skip drain\n20 N1 enter install\n", SPANS,
     "N1 1 prep 0 20 - ok implied\n"
     "N1 1 drain 10 10 - skipped explicit\n"
     "N1 1 install 20 - 0 open evidence-end\n"},
    {"a skip of the open phase ends it",
     RANKED "0 N1 enter drain\n10 N1 skip drain\n20 N1 enter install\n", SPANS,
     "N1 1 drain 0 10 - skipped explicit\n"
     "N1 1 install 20 - 0 open evidence-end\n"},
    {"a rollback closes all and enters its phase",
     RANKED "0 N1 enter prep\n10 N1 rollback wait\n30 N1 exit\n", SPANS,
     "N1 1 prep 0 10 - rolled-back explicit\n"
     "N1 1 wait 10 30 - ok explicit\n"},
    {"a rollback that goes on is not another one",
     RANKED "0 N1 enter prep\n10 N1 rollback wait\n20 N1 rollback wait\n30 N1 exit\n", SPANS,
     "N1 1 prep 0 10 - rolled-back explicit\n"
     "N1 1 wait 10 30 - ok explicit\n"},
    {"retry, pause, resume, progress and notes leave spans alone",
     RANKED "0 N1 enter prep\n10 N1 retry\n20 N1 pause\n30 N1 resume\n40 N1 progress\n50 N1 note "
            "drain\n60 N1 enter drain\n",
     SPANS,
     "N1 1 prep 0 60 - ok implied\n"
     "N1 1 drain 60 - 0 open evidence-end\n"},
    {"events without a time keep their order and have no durations",
     RANKED "- N1 enter prep\n- N1 enter drain\n", SPANS,
     "N1 1 prep - - - ok implied\n"
     "N1 1 drain - - - open evidence-end\n"},
    {"an event without a time keeps its place between those that have one",
     RANKED "0 N1 enter prep\n- N1 enter drain\n50 N1 enter install\n", SPANS,
     "N1 1 prep 0 - - ok implied\n"
     "N1 1 drain - 50 - ok implied\n"
     "N1 1 install 50 - 0 open evidence-end\n"},
    {"over a clock that was set back the order is the file's, and the length not known",
     RANKED "10 N1 enter prep\n5 N1 enter drain\n20 N1 exit\n", SPANS,
     "N1 1 prep 10 - - ok implied\n"
     "N1 1 drain 5 20 - ok explicit\n"},
    {"a retry of a phase that is not open enters it",
     RANKED "0 N1 retry prep\n10 N1 retry\n20 N1 enter drain\n", SPANS,
     "N1 1 prep 0 20 - ok implied\n"
     "N1 1 drain 20 - 0 open evidence-end\n"},
    {"a clock that steps back a little makes no negative length",
     RANKED "10.500 N1 enter prep\n10.200 N1 enter drain\n20 N1 exit\n", SPANS,
     "N1 1 prep 10.500 10.500 - ok implied\n"
     "N1 1 drain 10.200 20 - ok explicit\n"},
};

START_TEST(transitions_open_and_close_spans)
{
    evidence_check(&span_cases[_i]);
}
END_TEST

/* ---- lines that are printed at the beginning, and get the length when it is over */

static const evidence_case printed_cases[] = {
    {"a line of its own was stamped at the beginning",
     PRINTED "0 A exit update stamp=begin lasted=53s\n60 B enter update\n", SPANS,
     "A 1 update 0 53 - ok explicit\n"
     "B 1 update 60 - 0 open evidence-end\n"},
    {"the length counts from the line that told the beginning, and ends what is nested",
     PRINTED "0 A enter update\n10 A enter step\n20 A exit update stamp=begin lasted=30s\n", SPANS,
     "A 1 update 0 30 - ok explicit\n"
     "A 1 step 10 30 - ok explicit\n"},
    {"a second line stands at the end",
     PRINTED "0 A enter update\n0 B enter update\n49 A exit update stamp=begin lasted=49s\n"
             "51 B exit update stamp=begin lasted=50s\n",
     SPANS,
     "A 1 update 0 49 - ok explicit\n"
     "B 1 update 0 51 - ok explicit\n"},
    {"a failure in the next line is how it ended, and when",
     PRINTED
     "0 A enter update\n10 A enter step\n10 A exit update stamp=begin lasted=228s\n10 A fail\n"
     "228 A fail\n",
     SPANS,
     "A 1 update 0 228 - failed explicit\n"
     "A 1 step 10 228 - failed explicit\n"},
    {"so it is where one line tells all",
     PRINTED "0 A exit update stamp=begin lasted=53s\n0 A fail\n", SPANS,
     "A 1 update 0 53 - failed explicit\n"},
    {"a failure of another is not",
     PRINTED "0 B enter update\n0 A exit update stamp=begin lasted=5s\n9 B fail\n", SPANS,
     "B 1 update 0 9 - failed explicit\n"
     "A 1 update 0 5 - ok explicit\n"},
    {"a line below that comes before its end shows it was stamped at the end",
     PRINTED "21 A exit make stamp=begin lasted=21s\n28 B exit make stamp=begin lasted=28s\n"
             "40 A enter update\n",
     SPANS,
     "A 1 make 0 21 - ok explicit\n"
     "B 1 make 0 28 - ok explicit\n"
     "A 1 update 40 - 0 open evidence-end\n"},
    {"the run lasts to the end that the last line tells",
     PRINTED "0 A exit update stamp=begin lasted=53s\n", RUNS, "0 53 53 Completed\n"},
    {"a node that leaves the last phase is done where no phase says so",
     PRINTED "0 A enter update\n5 B enter make\n30 A exit update\n40 B exit make\n", NODES,
     "A Completed update 0 1\n"
     "B Unknown make 5 1\n"},
    {"and begins anew with the next phase",
     PRINTED "0 A enter update\n30 A exit update\n60 A enter update\n", SPANS,
     "A 1 update 0 30 - ok explicit\n"
     "A 2 update 60 - 0 open evidence-end\n"},
    {"a length that a line tells counts where times are missing",
     PRINTED
     "- A exit make lasted=367ms\n- A enter update\n- A enter step\n- A exit step lasted=2s\n"
     "- A exit update\n",
     LENGTHS,
     "make - 0.367 ok\n"
     "update - - ok\n"
     "step - 2 ok\n"},
};

START_TEST(lines_that_tell_their_end)
{
    evidence_check(&printed_cases[_i]);
}
END_TEST

/* ---- fail and boot */

static const evidence_case fail_cases[] = {
    {"a fail that names no phase closes the innermost and fails its ancestors; a second is a note",
     NESTED "0 N1 enter up\n10 N1 enter fetch\n20 N1 enter unpack\n30 N1 fail\n40 N1 fail\n", SPANS,
     "N1 1 up 0 30 - failed explicit\n"
     "N1 1 fetch 10 30 - failed explicit\n"
     "N1 1 unpack 20 30 - failed explicit\n"},
    {"a fail of a phase fails what is nested in it",
     NESTED "0 N1 enter up\n10 N1 enter fetch\n20 N1 fail up\n", SPANS,
     "N1 1 up 0 20 - failed explicit\n"
     "N1 1 fetch 10 20 - failed explicit\n"},
    {"a fail of a phase that was never entered is a span without length",
     RANKED "0 N1 fail install\n", SPANS, "N1 1 install 0 0 - failed explicit\n"},
    {"a fail of a phase that was never entered does not fail the phase before it",
     RANKED "0 N1 enter prep\n50 N1 fail install\n", SPANS,
     "N1 1 prep 0 50 - ok implied\n"
     "N1 1 install 50 50 - failed explicit\n"},
    {"a fail of a nested phase that was never entered fails its ancestors only",
     NESTED "0 N1 enter up\n10 N1 enter fetch\n20 N1 fail apply\n", SPANS,
     "N1 1 up 0 20 - failed explicit\n"
     "N1 1 fetch 10 20 - ok implied\n"
     "N1 1 apply 20 20 - failed explicit\n"},
    {"a boot closes what is open at the node's last line before it",
     RANKED "0 N1 enter prep\n30 N1 note\n60 N2 note\n100 N1 boot nomodel\n200 N1 enter prep\n",
     SPANS,
     "N1 1 prep 0 - 30 open evidence-end\n"
     "N1 1 prep 200 - 0 open evidence-end\n"},
    {"the last line before a boot may be of another of its logs, and mean nothing",
     RANKED "source a.log own=N1 first=0 last=50\n0 N1 enter prep\n"
            "source b.log own=N1 first=100 last=300\n100 N1 boot nomodel\n",
     SPANS, "N1 1 prep 0 - 50 open evidence-end\n"},
    {"a boot leaves a node at rest where it is",
     RANKED "0 N1 enter ready\n100 N1 boot nomodel\n150 N1 note\n", SPANS,
     "N1 1 ready 0 - 150 open evidence-end\n"},
    {"a boot ends a reboot: ok, and nobody saw how what it is nested in ended",
     "model m node\nphase up limit=600\nphase restart parent=up kind=reboot limit=600\n"
     "0 N1 enter up\n10 N1 enter restart\n100 N1 boot nomodel\n200 N1 note\n",
     SPANS,
     "N1 1 up 0 - 10 open evidence-end\n"
     "N1 1 restart 10 100 - ok explicit\n"},
    {"a boot of a phase: the hole before it is that phase, and what was open ended where it began",
     RANKED "0 N1 enter drain\n20 N1 progress drain\n100 N1 boot install\n110 N1 enter ready\n",
     SPANS,
     "N1 1 drain 0 20 - ok implied\n"
     "N1 1 install 20 100 - ok explicit\n"
     "N1 1 ready 110 - 0 open evidence-end\n"},
    {"a boot of a phase that was entered ends it",
     RANKED "0 N1 enter drain\n20 N1 enter install\n30 N1 note\n100 N1 boot install\n", SPANS,
     "N1 1 drain 0 20 - ok implied\n"
     "N1 1 install 20 100 - ok explicit\n"},
    {"a boot of a phase is nothing to a node at rest",
     RANKED "0 N1 enter ready\n100 N1 boot install\n150 N1 note\n", SPANS,
     "N1 1 ready 0 - 150 open evidence-end\n"},
    {"a boot of a phase is a mere boot to a node that waits for its turn",
     TURNS "0 N1 enter safe\n30 N1 note\n100 N1 boot replace\n", SPANS,
     "N1 1 safe 0 - 30 open evidence-end\n"},
    {"a boot begins no run", RANKED "0 N1 boot install\n", RUNS, ""},
    {"a boot of another node closes nothing", RANKED "0 N1 enter prep\n100 N2 boot nomodel\n",
     SPANS, "N1 1 prep 0 - 100 open evidence-end\n"},
};

START_TEST(failures_and_boots_close_spans)
{
    evidence_check(&fail_cases[_i]);
}
END_TEST

/* ---- serial models */

static const evidence_case serial_cases[] = {
    {"who waits for its turn takes it from nobody, and keeps waiting while others are worked on",
     TURNS "0 A enter safe\n0 B enter safe\n10 A enter replace\n40 B enter replace\n90 * exit\n",
     SPANS,
     "A 1 safe 0 10 - ok implied\n"
     "B 1 safe 0 40 - ok implied\n"
     "A 1 replace 10 40 - ok implied\n"
     "B 1 replace 40 90 - ok explicit\n"},
    {"an exit without a node is not about those that wait",
     TURNS "0 A enter replace\n10 B enter safe\n20 * exit\n", SPANS,
     "A 1 replace 0 20 - ok explicit\n"
     "B 1 safe 10 - 10 open evidence-end\n"},
    {"within the second pass an enter closes as ever",
     SERIAL "0 A enter replace\n100 B enter replace\n200 C enter replace\n300 A enter replace\n"
            "400 B enter replace\n500 * exit\n",
     SPANS,
     "A 1 replace 0 100 - ok implied\n"
     "B 1 replace 100 200 - ok implied\n"
     "C 1 replace 200 - 100 open evidence-end\n"
     "A 2 replace 300 400 - ok implied\n"
     "B 2 replace 400 500 - ok explicit\n"},
    {"a line about whatever is open begins no run", SERIAL "0 * exit\n", RUNS, ""},
    {"an enter on one node closes what another has open, an exit without a node the last",
     SERIAL "0 A enter replace\n100 B enter replace\n200 * exit\n", SPANS,
     "A 1 replace 0 100 - ok implied\n"
     "B 1 replace 100 200 - ok explicit\n"},
    {"a line without a node is about the node that is open",
     SERIAL "0 A enter drain\n10 * enter replace\n20 * enter validate\n30 * exit\n", SPANS,
     "A 1 drain 0 10 - ok implied\n"
     "A 1 replace 10 20 - ok implied\n"
     "A 1 validate 20 30 - ok explicit\n"},
    {"a line without a node is about nobody while nothing is open",
     SERIAL "0 * enter replace\n10 A enter replace\n20 * exit\n", SPANS,
     "A 1 replace 10 20 - ok explicit\n"},
    {"an exit of a phase without a node closes that phase",
     SERIAL "0 A enter replace\n30 * exit replace\n40 * note\n", SPANS,
     "A 1 replace 0 30 - ok explicit\n"},
    {"a close does not reach across a node that was done: that is the second pass",
     SERIAL "0 A enter replace\n100 B enter replace\n200 A enter replace\n300 * exit\n", SPANS,
     "A 1 replace 0 100 - ok implied\n"
     "B 1 replace 100 - 100 open evidence-end\n"
     "A 2 replace 200 300 - ok explicit\n"},
    {"a node that was only talked about was not done",
     SERIAL "0 B note\n10 A enter replace\n100 B enter replace\n200 * exit\n", SPANS,
     "A 1 replace 10 100 - ok implied\n"
     "B 1 replace 100 200 - ok explicit\n"},
    {"a node that failed was not done: its next try is no second pass",
     SERIAL "0 A enter replace\n50 A fail\n100 B enter replace\n150 A enter replace\n300 * exit\n",
     SPANS,
     "A 1 replace 0 50 - failed explicit\n"
     "B 1 replace 100 150 - ok implied\n"
     "A 2 replace 150 300 - ok explicit\n"},
    {"the nodes that were closed are Completed, the one left in the second pass is Unknown",
     SERIAL "0 A enter replace\n100 B enter replace\n200 A enter replace\n300 * exit\n", NODES,
     "A Completed replace 200 2\n"
     "B Unknown replace 100 1\n"},
    {"a node that was rolled back and left is not Completed",
     SERIAL "0 A enter replace\n50 A rollback\n100 B enter replace\n200 * exit\n", NODES,
     "A RolledBack replace 0 1\n"
     "B Completed replace 100 1\n"},
    {"an exit without a node completes no node that was only talked about",
     SERIAL "0 B note\n10 A enter replace\n200 * exit\n", NODES,
     "A Completed replace 10 1\n"
     "B Unknown - - 1\n"},
};

START_TEST(serial_models_go_from_node_to_node)
{
    evidence_check(&serial_cases[_i]);
}
END_TEST

/* ---- attempts */

static const evidence_case attempt_cases[] = {
    {"the first enter after a terminal phase begins an attempt and closes nothing as ok",
     RANKED "0 N1 enter install\n100 N1 enter ready\n200 N1 enter prep\n", SPANS,
     "N1 1 install 0 100 - ok implied\n"
     "N1 1 ready 100 - 100 open evidence-end\n"
     "N1 2 prep 200 - 0 open evidence-end\n"},
    {"a terminal phase that means down counts as well",
     RANKED "0 N1 enter prep\n10 N1 enter off\n20 N1 enter prep\n", SPANS,
     "N1 1 prep 0 10 - ok implied\n"
     "N1 1 off 10 - 10 open evidence-end\n"
     "N1 2 prep 20 - 0 open evidence-end\n"},
    {"the open terminal phase entered again begins none",
     RANKED "0 N1 enter ready\n10 N1 enter ready\n", SPANS,
     "N1 1 ready 0 - 10 open evidence-end\n"},
    {"after a failure the failed phase begins an attempt",
     RANKED "0 N1 enter prep\n10 N1 enter drain\n20 N1 fail\n30 N1 enter drain\n", SPANS,
     "N1 1 prep 0 10 - ok implied\n"
     "N1 1 drain 10 20 - failed explicit\n"
     "N1 2 drain 30 - 0 open evidence-end\n"},
    {"after a failure a phase before the failed one begins an attempt",
     RANKED "0 N1 enter drain\n20 N1 fail\n30 N1 enter prep\n", SPANS,
     "N1 1 drain 0 20 - failed explicit\n"
     "N1 2 prep 30 - 0 open evidence-end\n"},
    {"after a failure a phase behind the failed one begins none",
     RANKED "0 N1 enter drain\n20 N1 fail\n30 N1 enter install\n", SPANS,
     "N1 1 drain 0 20 - failed explicit\n"
     "N1 1 install 30 - 0 open evidence-end\n"},
    {"a phase without rank begins none, and the next one with a rank still does",
     RANKED "0 N1 enter drain\n20 N1 fail\n30 N1 enter wait\n40 N1 enter prep\n", SPANS,
     "N1 1 drain 0 20 - failed explicit\n"
     "N1 1 wait 30 - 10 open evidence-end\n"
     "N1 2 prep 40 - 0 open evidence-end\n"},
    {"nor does going back once a phase behind it was entered",
     RANKED "0 N1 enter drain\n20 N1 fail\n30 N1 enter install\n40 N1 enter drain\n", SPANS,
     "N1 1 drain 0 20 - failed explicit\n"
     "N1 1 install 30 40 - ok implied\n"
     "N1 1 drain 40 - 0 open evidence-end\n"},
    {"without a failure going back begins none", RANKED "0 N1 enter drain\n10 N1 enter prep\n",
     SPANS,
     "N1 1 drain 0 10 - ok implied\n"
     "N1 1 prep 10 - 0 open evidence-end\n"},
    {"after the failure of a nested phase its parent begins an attempt",
     NESTED "0 N1 enter up\n10 N1 enter apply\n20 N1 fail\n30 N1 enter up\n", SPANS,
     "N1 1 up 0 20 - failed explicit\n"
     "N1 1 apply 10 20 - failed explicit\n"
     "N1 2 up 30 - 0 open evidence-end\n"},
    {"a rule marked so begins an attempt, unless the one before got to done",
     BEGINS "0 N1 enter join begins\n10 N1 enter copy\n20 N1 fail\n30 N1 enter join begins\n"
            "40 N1 enter copy\n50 N1 enter synced\n60 N1 enter join begins\n",
     SPANS,
     "N1 1 join 0 10 - ok implied\n"
     "N1 1 copy 10 20 - failed explicit\n"
     "N1 2 join 30 40 - ok implied\n"
     "N1 2 copy 40 50 - ok implied\n"
     "N1 2 synced 50 60 - ok implied\n"
     "N1 2 join 60 - 0 open evidence-end\n"},
    {"a node that was only down so far is in its first attempt",
     BEGINS "0 N1 enter out\n10 N1 enter join begins\n", SPANS,
     "N1 1 out 0 10 - ok implied\n"
     "N1 1 join 10 - 0 open evidence-end\n"},
    {"what is open at the boundary is never closed as ok",
     BEGINS "0 N1 enter join begins\n10 N1 enter copy\n30 N1 enter join begins\n", SPANS,
     "N1 1 join 0 10 - ok implied\n"
     "N1 1 copy 10 - 20 open evidence-end\n"
     "N1 2 join 30 - 0 open evidence-end\n"},
    {"the open phase entered again by a rule marked so begins an attempt",
     BEGINS "0 N1 enter join begins\n10 N1 enter join begins\n", SPANS,
     "N1 1 join 0 - 10 open evidence-end\n"
     "N1 2 join 10 - 0 open evidence-end\n"},
    {"but after done it is a retry like any other",
     BEGINS "0 N1 enter synced\n10 N1 enter join begins\n20 N1 enter join begins\n"
            "30 N1 enter synced\n",
     SPANS,
     "N1 1 synced 0 10 - ok implied\n"
     "N1 1 join 10 30 - ok implied\n"
     "N1 1 synced 30 - 0 open evidence-end\n"},
    {"in a model with such rules neither terminal phases nor failures begin one",
     BEGINS "0 N1 enter out\n10 N1 enter join\n20 N1 fail\n30 N1 enter join\n", SPANS,
     "N1 1 out 0 10 - ok implied\n"
     "N1 1 join 10 20 - failed explicit\n"
     "N1 1 join 30 - 0 open evidence-end\n"},
};

START_TEST(attempts_begin_where_the_model_says)
{
    evidence_check(&attempt_cases[_i]);
}
END_TEST

/* ---- failed, retried, made good, rolled back */

static const evidence_case failure_cases[] = {
    {"a failure is told once, from the enter of its phase",
     NESTED "0 N1 enter up\n10 N1 enter fetch\n20 N1 fail\n30 N1 fail\n", FINDINGS,
     "failed N1 1 fetch 10 10 -\n"},
    {"a failure in no phase has no length", RANKED "0 N1 fail\n", FINDINGS,
     "failed N1 1 - 0 - -\n"},
    {"a failure over a clock that was set back has no length",
     RANKED "10 N1 enter prep\n5 N1 fail\n", FINDINGS,
     "clock.backward - - - - - -\nfailed N1 1 prep 10 - -\n"},
    {"a failed attempt before one that got to done was retried",
     RANKED "0 N1 enter prep\n10 N1 enter drain\n20 N1 fail\n30 N1 enter prep\n40 N1 enter drain\n"
            "50 N1 enter install\n60 N1 enter ready\n",
     FINDINGS, "retried N1 1 drain 10 10 -\n"},
    {"a failure that the same attempt got over was made good",
     RANKED "0 N1 enter drain\n20 N1 fail\n30 N1 enter install\n40 N1 enter ready\n", FINDINGS,
     "retried N1 1 drain 0 20 -\n"},
    {"of two failed attempts the last is the verdict",
     RANKED "0 N1 enter drain\n10 N1 fail\n20 N1 enter drain\n50 N1 fail\n", FINDINGS,
     "failed N1 2 drain 20 30 -\n"
     "(retried) N1 1 drain 0 10 -\n"},
    {"a failed attempt stays the verdict until one gets to done",
     RANKED "0 N1 enter drain\n10 N1 fail\n20 N1 enter drain\n50 N1 note\n", FINDINGS,
     "failed N1 1 drain 0 10 -\n"},
    {"an attempt that got to done makes all good, whatever follows",
     RANKED "0 N1 enter drain\n10 N1 fail\n20 N1 enter drain\n30 N1 enter install\n"
            "40 N1 enter ready\n50 N1 enter prep\n",
     FINDINGS, "retried N1 1 drain 0 10 -\n"},
    {"a failure after done is one", RANKED "0 N1 enter ready\n10 N1 fail\n", FINDINGS,
     "failed N1 1 ready 0 10 -\n"},
    {"a node of a serial model that was tried again and left for the next one was retried",
     SERIAL "0 A enter replace\n50 A fail\n60 A enter replace\n100 B enter replace\n200 * exit\n",
     FINDINGS, "retried A 1 replace 0 50 -\n"},
    {"a rollback is told, since its own line",
     RANKED "0 N1 enter prep\n10 N1 rollback\n20 N1 note\n", FINDINGS,
     "rolled-back N1 1 - 10 - -\n"},
    {"a rollback that was followed by done is over",
     RANKED "0 N1 enter prep\n10 N1 rollback\n20 N1 enter prep\n30 N1 enter drain\n"
            "40 N1 enter install\n50 N1 enter ready\n",
     FINDINGS, ""},
    {"the evidence of a rollback is its line",
     RANKED "0 N1 enter prep\n10 N1 rollback\n20 N1 enter prep\n",
     "SELECT rule, role, line_no FROM v_finding JOIN v_evidence USING (finding_id)",
     "rolled-back rollback 2\n"},
    {"the evidence of a failure is its line, and the code is told",
     RANKED "0 N1 enter prep\n1.500 N1 fail code=5977\n",
     "SELECT role, line_no, summary FROM v_finding JOIN v_evidence USING (finding_id)",
     "failure 2 N1 failed in prep at 2023-11-14T22:13:21.500000Z, after 1.5 s, code 5977 "
     "(attempt 1)\n"},
};

START_TEST(failures_are_told_by_what_came_after_them)
{
    evidence_check(&failure_cases[_i]);
}
END_TEST

/* ---- lines of some other business */

#define OTHER                                                                                      \
    "model m node\n"                                                                               \
    "phase drain limit=600\n"                                                                      \
    "phase reboot limit=600\n"                                                                     \
    "phase ready done rest\n"                                                                      \
    "phase out norank down rest\n"
#define RUN_OF_EACH "SELECT line_no, transition, run_id IS NOT NULL FROM v_event ORDER BY line_no"

static const evidence_case underway_cases[] = {
    {"a line that counts only underway begins nothing", OTHER "0 N1 enter reboot underway\n", SPANS,
     ""},
    {"it belongs to no run, and is a note", OTHER "0 N1 enter reboot underway\n", RUN_OF_EACH,
     "1 note 0\n"},
    {"underway it counts", OTHER "0 N1 enter drain\n60 N1 enter reboot underway\n", SPANS,
     "N1 1 drain 0 60 - ok implied\nN1 1 reboot 60 - 0 open evidence-end\n"},
    {"as what it is", OTHER "0 N1 enter drain\n60 N1 enter reboot underway\n", RUN_OF_EACH,
     "1 enter 1\n2 enter 1\n"},
    {"another node's way is not this one's",
     OTHER "0 N1 enter drain\n60 N2 enter reboot underway\n", SPANS,
     "N1 1 drain 0 - 60 open evidence-end\n"},
    {"after a failure a node is still underway",
     OTHER "0 N1 enter drain\n30 N1 fail\n60 N1 enter reboot underway\n", SPANS,
     "N1 1 drain 0 30 - failed explicit\nN1 1 reboot 60 - 0 open evidence-end\n"},
    {"one that is done is not", OTHER "0 N1 enter ready\n60 N1 enter reboot underway\n", SPANS,
     "N1 1 ready 0 - 60 open evidence-end\n"},
    {"one that was put out is", OTHER "0 N1 enter out\n60 N1 enter reboot underway\n", SPANS,
     "N1 1 out 0 - 60 open evidence-end\nN1 2 reboot 60 - 0 open evidence-end\n"},
    {"notes put nobody underway", OTHER "0 N1 note\n60 N1 enter reboot underway\n", SPANS, ""},
    {"after the hole that ends a run nobody is",
     "model m node gap=100\nphase drain limit=600\nphase reboot limit=600\n"
     "0 N1 enter drain\n101 N1 enter reboot underway\n",
     "SELECT count(*) FROM v_run", "1\n"},
};

START_TEST(other_business_counts_only_underway)
{
    evidence_check(&underway_cases[_i]);
}
END_TEST

/* ---- how sure */

#define SURE "SELECT rule, confidence FROM v_finding ORDER BY rule"

static const evidence_case sure_cases[] = {
    {"a finding is as sure as its lines", OTHER "0 N1 enter drain\n30 N1 fail\n", SURE,
     "failed high\n"},
    {"and no surer", OTHER "0 N1 enter drain\n30 N1 fail confidence=medium\n", SURE,
     "failed medium\n"},
    {"the least of them counts",
     "source log first=0 last=9000\n" OTHER
     "0 N1 enter drain confidence=low\n30 N1 progress confidence=medium\n",
     SURE, "stalled low\n"},
};

START_TEST(findings_are_no_surer_than_their_lines)
{
    evidence_check(&sure_cases[_i]);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("state");
    tcase_add_loop_test(tcase, transitions_open_and_close_spans, 0, COUNT(span_cases));
    tcase_add_loop_test(tcase, lines_that_tell_their_end, 0, COUNT(printed_cases));
    tcase_add_loop_test(tcase, failures_and_boots_close_spans, 0, COUNT(fail_cases));
    tcase_add_loop_test(tcase, serial_models_go_from_node_to_node, 0, COUNT(serial_cases));
    tcase_add_loop_test(tcase, attempts_begin_where_the_model_says, 0, COUNT(attempt_cases));
    tcase_add_loop_test(tcase, failures_are_told_by_what_came_after_them, 0, COUNT(failure_cases));
    tcase_add_loop_test(tcase, other_business_counts_only_underway, 0, COUNT(underway_cases));
    tcase_add_loop_test(tcase, findings_are_no_surer_than_their_lines, 0, COUNT(sure_cases));
    return evidence_main("state", tcase);
}
