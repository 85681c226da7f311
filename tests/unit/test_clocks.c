/* test_clocks.c - how far clocks are off, told by moments that two nodes write down. */
#include "analysis/clocks.h"

#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define MODEL                                                                                      \
    "model m node\n"                                                                               \
    "phase work norank limit=600\n"                                                                \
    "phase ready norank done rest\n"
#define A "source a own=A\n"
#define B "source b own=B\n"
#define C "source c own=C\n"

/* Offset and error in milliseconds. */
#define CLOCKS                                                                                     \
    "SELECT n.name, k.piece, k.from_us, k.offset_us / 1000, k.error_us / 1000 FROM clock k JOIN "  \
    "node n USING (node_id) ORDER BY 1, 2"
#define TOLD                                                                                       \
    "SELECT rule, severity, node, since_us, duration_us FROM v_finding WHERE rule LIKE 'clock.%' " \
    "ORDER BY rule, node, since_us"

/* ---- offsets */

static const evidence_case offset_cases[] = {
    {"the offset is in the middle of what the pairs allow, the error half of their spread",
     A
     "0.001 A note nomodel pair=1\n100 A note nomodel pair=2\n200 A note nomodel pair=3\n" B
     "2.001 B note nomodel pair=1\n102.004 B note nomodel pair=2\n201.998 B note nomodel pair=3\n",
     CLOCKS, "A 1 - 0 3\nB 1 - 2001 3\n"},
    {"it is told from a second on, of two clocks for the one that is ahead",
     A "0.001 A note nomodel pair=1\n" B "2.001 B note nomodel pair=1\n", TOLD,
     "clock.offset info B - 2\n"},
    {"from a minute on it is a warning",
     A "0.001 A note nomodel pair=1\n" B "60.001 B note nomodel pair=1\n", TOLD,
     "clock.offset warning B - 60\n"},
    {"less than a second is not told",
     A "0.001 A note nomodel pair=1\n" B "1 B note nomodel pair=1\n", TOLD, ""},
    {"no clock is surer than its stamps: whole seconds",
     A "0 A note nomodel pair=1\n100 A note nomodel pair=2\n" B
       "5 B note nomodel pair=1\n105 B note nomodel pair=2\n",
     CLOCKS, "A 1 - 0 1000\nB 1 - 5000 1000\n"},
    {"what the error may explain is not told",
     A "0 A note nomodel pair=1\n100 A note nomodel pair=2\n" B
       "0 B note nomodel pair=1\n102 B note nomodel pair=2\n",
     TOLD, ""},
    {"common time is that of the clock in the middle",
     A "10.001 A note nomodel pair=1\n" B "5.001 B note nomodel pair=1\n" C
       "5.002 C note nomodel pair=1\n",
     CLOCKS, "A 1 - 4999 1\nB 1 - -1 1\nC 1 - 0 1\n"},
    {"two nodes that never wrote the same are compared by way of a third, and less surely",
     A "10.001 A note nomodel pair=1\n" B
       "12.001 B note nomodel pair=1\n20.001 B note nomodel pair=2\n" C
       "23.001 C note nomodel pair=2\n40.001 C note nomodel pair=3\n"
       "source d own=D\n44.001 D note nomodel pair=3\n",
     CLOCKS, "A 1 - -2000 1\nB 1 - 0 1\nC 1 - 3000 1\nD 1 - 7000 2\n"},
    {"clocks of nodes without pairs are not known",
     A "0.001 A note nomodel pair=1\n" B "0.001 B note nomodel pair=2\n", CLOCKS, ""},
    {"what one node writes twice is no pair",
     A "0.001 A note nomodel pair=1\n7.001 A note nomodel pair=1\n", CLOCKS, ""},
    {"the n-th of one is the n-th of the other",
     A "0.001 A note nomodel pair=1\n3000 A note nomodel pair=1\n" B
       "2.001 B note nomodel pair=1\n3002 B note nomodel pair=1\n",
     CLOCKS, "A 1 - 0 1\nB 1 - 2000 1\n"},
    {"of a log that has fewer they are laid where they are nearest",
     A "0.001 A note nomodel pair=1\n3000 A note nomodel pair=1\n6000 A note nomodel pair=1\n" B
       "3002 B note nomodel pair=1\n",
     CLOCKS, "A 1 - 0 1000\nB 1 - 2000 1000\n"},
    {"further apart than the dialect allows they are two moments",
     A "0.001 A note nomodel pair=1 within=100\n" B "100.002 B note nomodel pair=1 within=100\n",
     CLOCKS, ""},
    {"as far apart as it allows they are one",
     A "0.001 A note nomodel pair=1 within=100\n" B "100.001 B note nomodel pair=1 within=100\n",
     CLOCKS, "A 1 - 0 1\nB 1 - 100000 1\n"},
    {"clusters are not compared",
     "source a own=A cluster=X\n0.001 A note nomodel pair=1\n"
     "source b own=B cluster=Y\n9.001 B note nomodel pair=1\n",
     CLOCKS, ""},
    {"a copy of a log gives no pairs of its own",
     A "0.001 A note nomodel pair=1\n900 A note nomodel pair=1\n"
       "source a2 own=A content=a2\n0.001 A note nomodel pair=1\n" B
       "2.001 B note nomodel pair=1\n902 B note nomodel pair=1\n",
     CLOCKS, "A 1 - 0 1\nB 1 - 2000 1\n"},
    {"the evidence of an offset is two pairs at its ends",
     A
     "0.001 A note nomodel pair=1\n100 A note nomodel pair=2\n200 A note nomodel pair=3\n" B
     "2.001 B note nomodel pair=1\n102.004 B note nomodel pair=2\n201.998 B note nomodel pair=3\n",
     "SELECT role, source, line_no FROM v_evidence ORDER BY position",
     "pair a 2\npair b 2\npair a 3\npair b 3\n"},
    {"the sentence says how much, how sure and by what",
     A "0.001 A note nomodel pair=1\n100 A note nomodel pair=2\n" B
       "200.001 B note nomodel pair=1\n300.005 B note nomodel pair=2\n",
     "SELECT summary FROM v_finding",
     "B: its clock is 3 min 20.0025 s ahead of the others', give or take 0.0025 s, by 2 moments "
     "that "
     "it and A wrote down\n"},
    {"a node's row has its last offset",
     MODEL A "0 A enter ready\n0.001 A note nomodel pair=1\n" B
             "2 B enter ready\n2.001 B note nomodel pair=1\n",
     "SELECT node, clock_offset_us / 1000 FROM v_node ORDER BY node", "A 0\nB 2000\n"},
};

START_TEST(offset_is_told_with_its_error)
{
    evidence_check(&offset_cases[_i]);
}
END_TEST

/* ---- jumps */

/* A and C agree all along; B comes back 4,629.651 s behind. */
#define BEFORE_A "0.001 A note nomodel pair=c1\n5 A note nomodel pair=b1\n"
#define AFTER_A "10000 A note nomodel pair=b2\n11000 A note nomodel pair=c2\n"
#define LINES_B "5.100 B note nomodel pair=b1\n5370.349 B note nomodel pair=b2\n"
#define LINES_C "0.004 C note nomodel pair=c1\n11000.100 C note nomodel pair=c2\n"

static const evidence_case jump_cases[] = {
    {"a clock jumps where its offset changes; who agrees with a third all along did not",
     A BEFORE_A AFTER_A B LINES_B C LINES_C, TOLD, "clock.jump warning B 5370.349 4629.651\n"},
    {"offsets are in pieces", A BEFORE_A AFTER_A B LINES_B C LINES_C,
     "SELECT n.name, k.piece, k.from_us, k.offset_us / 1000 FROM clock k JOIN node n USING "
     "(node_id) ORDER BY 1, 2",
     "A 1 - -50\nB 1 - 0\nB 2 5370.349 -4629651\nC 1 - 1\n"},
    {"of two, it is the one that went forward, if its log has a hole as long as that",
     A "5 A note nomodel pair=b1\n10000 A note nomodel pair=b2\n" B LINES_B, TOLD,
     "clock.jump warning A 10000 4629.651\n"},
    {"else the other one, which went back",
     A "5 A note nomodel pair=b1\n4000 A note nomodel\n8000 A note nomodel\n"
       "10000 A note nomodel pair=b2\n" B LINES_B,
     TOLD, "clock.jump warning B 5370.349 4629.651\n"},
    {"where it went forward is known as well as the hole",
     A "5 A note nomodel pair=b1\n1000 A note nomodel\n6000 A note nomodel\n"
       "10000 A note nomodel pair=b2\n" B LINES_B,
     TOLD, "clock.jump warning A 6000 4629.651\n"},
    {"the ends of logs without events show no hole, either",
     A "5 A note nomodel pair=b1\n"
       "source a2 own=A first=3000 last=7000\nsource a3 own=A\n10000 A note nomodel pair=b2\n" B
           LINES_B,
     TOLD, "clock.jump warning B 5370.349 4629.651\n"},
    {"of a clock that goes over the same hours twice the place in the log tells what comes first",
     A "5000 A note nomodel pair=1\n4190 A note nomodel pair=2\n4790 A note nomodel pair=3\n"
       "5390 A note nomodel pair=4\n" B
       "5000.010 B note nomodel pair=1\n5600 B note nomodel pair=2\n6200 B note nomodel pair=3\n"
       "6800 B note nomodel pair=4\n" C
       "5000.010 C note nomodel pair=1\n5600 C note nomodel pair=2\n6200 C note nomodel pair=3\n"
       "6800 C note nomodel pair=4\n"
       "source d own=D\n5000.010 D note nomodel pair=1\n6200 D note nomodel pair=3\n"
       "6800 D note nomodel pair=4\n"
       "source e own=E\n5600 E note nomodel pair=2\n6200 E note nomodel pair=3\n"
       "6800 E note nomodel pair=4\n",
     "SELECT rule, node FROM v_finding WHERE rule IN ('clock.jump', 'clock.offset')",
     "clock.jump A\n"},
    {"what several others see is one jump",
     A "0.001 A note nomodel pair=1\n50 A note nomodel pair=2\n5000 A note nomodel pair=3\n"
       "5100 A note nomodel pair=4\n" B "0.001 B note nomodel pair=1\n105 B note nomodel pair=3\n" C
       "50 C note nomodel pair=2\n203 C note nomodel pair=4\n",
     "SELECT rule, node, since_us, duration_us, summary FROM v_finding",
     "clock.jump A 5000 4895 A: its clock jumps forward by 81 min 35 s between "
     "2023-11-14T22:14:10.000000Z and 2023-11-14T23:36:40.000000Z against 2 other nodes, give or "
     "take 0.002 s: durations over it are not known\n"},
    {"a line that comes late makes no jump but an offset less sure",
     A "0.001 A note nomodel pair=1\n100 A note nomodel pair=2\n200 A note nomodel pair=3\n" B
       "0.001 B note nomodel pair=1\n130 B note nomodel pair=2\n200 B note nomodel pair=3\n",
     CLOCKS, "A 1 - 0 15000\nB 1 - 15000 15000\n"},
    {"and nothing is said then",
     A "0.001 A note nomodel pair=1\n100 A note nomodel pair=2\n200 A note nomodel pair=3\n" B
       "0.001 B note nomodel pair=1\n130 B note nomodel pair=2\n200 B note nomodel pair=3\n",
     TOLD, ""},
    {"two that come equally late make one",
     A "0.001 A note nomodel pair=1\n100 A note nomodel pair=2\n200 A note nomodel pair=3\n"
       "300 A note nomodel pair=4\n" B
       "0.001 B note nomodel pair=1\n100 B note nomodel pair=2\n230 B note nomodel pair=3\n"
       "330 B note nomodel pair=4\n",
     TOLD, "clock.jump warning B 230 30\n"},
    {"a clock that drifts does not jump",
     A "0.001 A note nomodel pair=1\n100 A note nomodel pair=2\n200 A note nomodel pair=3\n" B
       "0.001 B note nomodel pair=1\n100.900 B note nomodel pair=2\n201.800 B note nomodel "
       "pair=3\n",
     TOLD, ""},
    {"the evidence of a jump is the pairs before and behind it",
     A BEFORE_A AFTER_A B LINES_B C LINES_C,
     "SELECT role, source, line_no FROM v_evidence ORDER BY position",
     "before a 2\nbefore b 1\nafter a 3\nafter b 2\n"},
};

START_TEST(jump_is_told_with_its_place)
{
    evidence_check(&jump_cases[_i]);
}
END_TEST

/* ---- durations */

#define JUMPING A BEFORE_A AFTER_A C LINES_C B
#define MIDDLE "5.100 B note nomodel pair=b1\n"
#define END "5370.349 B note nomodel pair=b2\n"

static const evidence_case duration_cases[] = {
    {"over a jump no duration is known",
     MODEL JUMPING "0 B enter work\n" MIDDLE END "5400 B exit\n", SPANS,
     "B 1 work 0 - - ok explicit\n"},
    {"and no verdict is told", MODEL JUMPING "0 B enter work\n" MIDDLE END "5400 B exit\n",
     "SELECT rule FROM v_finding", "clock.jump\n"},
    {"before it they are", MODEL JUMPING "0 B enter work\n5 B exit\n" MIDDLE END, SPANS,
     "B 1 work 0 5 - ok explicit\n"},
    {"behind it, too", MODEL JUMPING MIDDLE END "5400 B enter work\n6100 B exit\n", FINDINGS,
     "clock.jump B - - 5370.349 4629.651 -\nslow B 1 work 5400 700 600\n"},
    {"what is open over a jump is not stalled but incomplete",
     MODEL JUMPING "0 B enter work\n" MIDDLE END, "SELECT rule FROM v_finding ORDER BY rule",
     "clock.jump\nincomplete\n"},
    {"a node whose log ends early only because its clock is behind is not silent",
     MODEL A "0 A enter ready\n1000 A note nomodel pair=1\n2000 A note\n" B
             "0 B enter work\n100 B note nomodel pair=1\n500 B exit\n1100 B note\n",
     "SELECT rule FROM v_finding", "clock.offset\n"},
    /* Stamps of whole seconds: 800 s, less 1 s for each of the two clocks. */
    {"one that ends early though its clock is ahead is",
     MODEL A "0 A enter ready\n100 A note nomodel pair=1\n2000 A note\n" B
             "900 B enter work\n1100 B note nomodel pair=1\n1500 B exit\n2200 B note\n",
     "SELECT rule, node, duration_us FROM v_finding WHERE rule = 'silent'", "silent B 798\n"},
    {"a third clock that is ahead excuses nobody",
     MODEL A "0 A enter ready\n100 A note nomodel pair=1\n2000 A note\n" B
             "0 B enter work\n100 B note nomodel pair=1\n500 B exit\n1200 B note\n" C
             "5000 C enter ready\n5100 C note nomodel pair=1\n6900 C note\n",
     "SELECT rule, node, duration_us FROM v_finding WHERE rule = 'silent'", "silent B 798\n"},
};

START_TEST(durations_over_a_jump_are_not_known)
{
    evidence_check(&duration_cases[_i]);
}
END_TEST

/* ---- what the other parts of the analysis ask */

static int64_t node_of(evidence *e, const char *name)
{
    return evidence_id(e, "SELECT node_id FROM node WHERE name = ?1", pl_str_of(name));
}

static pl_clocks *derive(evidence *e, const char *text)
{
    pl_clocks *clocks = NULL;
    evidence_open(e);
    evidence_conclude(e, text);
    evidence_run(e, evidence_sql(e, "DELETE FROM clock"));
    evidence_ok(e, pl_clocks_derive(e->store, &clocks, &e->err));
    return clocks;
}

static int64_t at_ms(int64_t ms)
{
    return EVIDENCE_START_US + ms * 1000;
}

START_TEST(moment_is_on_the_piece_of_its_clock_unless_that_went_over_it_twice)
{
    static const struct {
        int64_t at_ms, offset_ms, error_ms;
    } moments[] = {{-4624551, 0, 50},
                   {0, -2314825, 2314875}, /* before it, or once more behind it */
                   {3000000, -2314825, 2314875},
                   {9999999, -2314825, 2314875},
                   {10000000, -4629651, 50}};
    evidence e;
    pl_clocks *clocks = derive(&e, A BEFORE_A AFTER_A B LINES_B C LINES_C);
    int64_t b = node_of(&e, "B"), offset_us, error_us;
    for (int i = 0; i < COUNT(moments); i++) {
        ck_assert(pl_clock_offset(clocks, b, at_ms(moments[i].at_ms), &offset_us, &error_us));
        ck_assert_int_eq(offset_us / 1000, moments[i].offset_ms);
        ck_assert_int_eq(error_us / 1000, moments[i].error_ms);
    }
    pl_clocks_free(clocks);
    evidence_close(&e);
}
END_TEST

START_TEST(moments_of_two_nodes_are_compared_in_common_time)
{
    evidence e;
    int64_t error_us;
    pl_clocks *clocks =
        derive(&e, A "0.001 A note nomodel pair=1\n" B "10.001 B note nomodel pair=1\n");
    int64_t a = node_of(&e, "A"), b = node_of(&e, "B");
    /* B's 15 s are A's 5 s. */
    ck_assert_int_eq(pl_clock_lead(clocks, a, at_ms(4000), b, at_ms(15000), &error_us), 1000000);
    ck_assert_int_eq(error_us, 2000);
    ck_assert_int_eq(pl_clock_lead(clocks, b, at_ms(15000), a, at_ms(4000), &error_us), -1000000);
    ck_assert_int_eq(pl_clock_lead(clocks, b, at_ms(15000), b, at_ms(16000), &error_us), 1000000);
    ck_assert_int_eq(error_us, 0);
    pl_clocks_free(clocks);
    evidence_close(&e);
}
END_TEST

START_TEST(clocks_of_which_nothing_is_known_are_right)
{
    evidence e;
    int64_t offset_us = 1, error_us = 1;
    pl_clocks *clocks = derive(&e, A "0 A note nomodel\n" B "5 B note nomodel\n");
    int64_t a = node_of(&e, "A"), b = node_of(&e, "B");
    ck_assert(!pl_clock_offset(clocks, a, at_ms(0), &offset_us, &error_us));
    ck_assert_int_eq(offset_us, 0);
    ck_assert_int_eq(error_us, 0);
    ck_assert_int_eq(pl_clock_lead(clocks, a, at_ms(0), b, at_ms(5000), &error_us), 5000000);
    ck_assert_int_eq(pl_clock_lead(NULL, a, at_ms(0), b, at_ms(5000), &error_us), 5000000);
    ck_assert(!pl_clock_jumps(clocks, a, at_ms(0), at_ms(5000)));
    ck_assert(!pl_clock_jumps(NULL, a, at_ms(0), at_ms(5000)));
    pl_clocks_free(clocks);
    pl_clocks_free(NULL);
    evidence_close(&e);
}
END_TEST

START_TEST(stretch_has_a_jump_when_it_reaches_into_where_it_may_have_been)
{
    evidence e;
    pl_clocks *clocks = derive(&e, A BEFORE_A AFTER_A B LINES_B C LINES_C);
    int64_t a = node_of(&e, "A"), b = node_of(&e, "B");
    ck_assert(pl_clock_jumps(clocks, b, at_ms(5100), at_ms(5200)));
    ck_assert(pl_clock_jumps(clocks, b, at_ms(0), at_ms(9999999)));
    ck_assert(!pl_clock_jumps(clocks, b, at_ms(0), at_ms(5100)));
    ck_assert(!pl_clock_jumps(clocks, b, at_ms(5370349), at_ms(9999999)));
    ck_assert(!pl_clock_jumps(clocks, a, at_ms(0), at_ms(9999999)));
    pl_clocks_free(clocks);
    evidence_close(&e);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("clocks");
    tcase_add_loop_test(tcase, offset_is_told_with_its_error, 0, COUNT(offset_cases));
    tcase_add_loop_test(tcase, jump_is_told_with_its_place, 0, COUNT(jump_cases));
    tcase_add_loop_test(tcase, durations_over_a_jump_are_not_known, 0, COUNT(duration_cases));
    tcase_add_test(tcase, moment_is_on_the_piece_of_its_clock_unless_that_went_over_it_twice);
    tcase_add_test(tcase, moments_of_two_nodes_are_compared_in_common_time);
    tcase_add_test(tcase, clocks_of_which_nothing_is_known_are_right);
    tcase_add_test(tcase, stretch_has_a_jump_when_it_reaches_into_where_it_may_have_been);
    return evidence_main("clocks", tcase);
}
