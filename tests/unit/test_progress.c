/* test_progress.c - how far a run is, and how long it will still take. */
#include "analysis/state.h"

#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define FORECAST                                                                                   \
    "SELECT assessment, completion_pct, remaining_us, remaining_min_us, remaining_max_us FROM "    \
    "v_run ORDER BY run_id"
/* Two work phases, and none that counts besides. */
#define TWO                                                                                        \
    "model m node\n"                                                                               \
    "phase wait kind=queued\nphase one limit=9000\nphase two limit=9000\n"                         \
    "phase maybe optional limit=9000\nphase part parent=one limit=9000\nphase ready done rest\n"
#define STATES "model m node\nphase up norank limit=9000\nphase ready norank done rest\n"

static const evidence_case cases[] = {
    {"all done is 100, and nothing is left",
     TWO "0 A enter one\n100 A enter two\n400 A enter ready\n", FORECAST,
     "Completed 100.0 - - -\n"},
    /* one: 100 s, two: 300 s; A is done (400 of 400), B was in one (100) and is in two since 0 s: a
     * quarter.  500 of 800. */
    {"phases weigh what they took here",
     TWO "0 A enter one\n100 A enter two\n400 A enter ready\n400 B enter one\n500 B enter two\n",
     "SELECT completion_pct FROM v_run", "62.5\n"},
    /* As above: 500 s of work took 500 s, 300 s are left.  One span of two: half to twice it. */
    {"what is left goes on at the pace of what is done",
     TWO "0 A enter one\n100 A enter two\n400 A enter ready\n400 B enter one\n500 B enter two\n",
     FORECAST, "Progressing 62.5 300 150 600\n"},
    /* A to C took 100, 200, 300 s in one phase each, at once; D is in it since 400 s.  Usual 200,
     * done 600 of 800 s in 400 s of the clock: 200 s of work take 133 s, but one node needs 200. */
    {"but no less than the node with most to do needs; with three spans the range is theirs",
     "model m node\nphase one limit=9000\nphase ready done rest\n"
     "0 A enter one\n0 B enter one\n0 C enter one\n100 A enter ready\n200 B enter ready\n"
     "300 C enter ready\n400 D enter one\n",
     FORECAST, "Progressing 75.0 200 100 300\n"},
    /* D worked for 100 s of 200: 700 of 800 in 500 s; 100 s of work take 71 s, but D needs 100. */
    {"the time in an open phase counts",
     "model m node\nphase one limit=9000\nphase ready done rest\n"
     "0 A enter one\n0 B enter one\n0 C enter one\n100 A enter ready\n200 B enter ready\n"
     "300 C enter ready\n400 D enter one\n500 D progress\n",
     "SELECT completion_pct, remaining_us FROM v_run", "87.5 100\n"},
    /* 10 of 100 s are left, however long it takes: 190 of 200. */
    {"but never all of it",
     "model m node\nphase one limit=9000\nphase ready done rest\n"
     "0 A enter one\n100 A enter ready\n100 B enter one\n700 B progress\n",
     "SELECT completion_pct FROM v_run", "95.0\n"},
    {"without spans the expected durations weigh",
     "model m node\nphase one limit=9000 expect=100\nphase two limit=9000 expect=300\n"
     "phase ready done rest\n0 A enter one\n100 A enter two\n",
     "SELECT completion_pct, remaining_us FROM v_run", "25.0 300\n"},
    {"without these all weigh the same, and nobody knows how long it takes",
     TWO "- A enter one\n- A enter two\n", FORECAST, "Progressing 50.0 - - -\n"},
    {"a stalled run has a share and no time",
     "model m node\nphase one limit=60\nphase two limit=60\nphase ready done rest\n"
     "0 A enter one\n50 A enter two\n100 A enter ready\n100 B enter one\n150 B enter two\n"
     "300 C note\n",
     "SELECT assessment, remaining_us, remaining_min_us FROM v_run", "Stalled - -\n"},
    /* Of B nothing but one counts: 150 of 200; of C, which has done nothing, nothing. */
    {"of a stalled phase nothing counts",
     "model m node\nphase one limit=60\nphase two limit=60\nphase ready done rest\n"
     "0 A enter one\n50 A enter two\n100 A enter ready\n100 B enter one\n150 B enter two\n"
     "300 B note\n",
     "SELECT completion_pct FROM v_run", "75.0\n"},
    {"who failed begins again",
     TWO "0 A enter one\n100 A enter two\n400 A enter ready\n400 B enter one\n500 B enter two\n"
         "510 B fail\n",
     FORECAST, "Failed 50.0 - - -\n"},
    {"without an order of phases nodes count",
     STATES "0 A enter up\n100 A enter ready\n100 B enter up\n", FORECAST,
     "Progressing 50.0 100 50 200\n"},
    {"a node that is through with its phases and not done keeps it under 100",
     TWO "0 A enter one\n100 A enter two\n400 A exit\n", "SELECT completion_pct FROM v_run",
     "99.0\n"},
    {"a node that was done and is down is not done",
     "model m node\nphase up norank done rest\nphase off norank down rest\n"
     "0 A enter up\n0 B enter up\n50 B enter off\n",
     "SELECT completion_pct, nodes_done FROM v_run", "50.0 1\n"},
    {"while none is done, nobody knows how long it takes", STATES "0 A enter up\n50 A progress\n",
     FORECAST, "Progressing 0.0 - - -\n"},
    {"paused time is no work",
     "model m node\nphase one limit=9000\nphase ready done rest\n"
     "0 A enter one\n100 A enter ready\n100 B enter one\n120 B pause\n900 B resume\n910 B "
     "progress\n",
     "SELECT completion_pct FROM v_run", "65.0\n"},
};

START_TEST(a_run_says_how_far_it_is)
{
    evidence_check(&cases[_i]);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("progress");
    tcase_add_loop_test(tcase, a_run_says_how_far_it_is, 0, COUNT(cases));
    return evidence_main("progress", tcase);
}
