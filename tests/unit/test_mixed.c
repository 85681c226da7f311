/* test_mixed.c - several versions in one cluster: since when, for how long, on which nodes. */
#include "analysis/inside.h"

#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define MIXED                                                                                      \
    "SELECT severity, since_us, duration_us, limit_us FROM v_finding WHERE rule = 'mixed' ORDER "  \
    "BY since_us"
#define SUMMARY "SELECT summary FROM v_finding WHERE rule = 'mixed' ORDER BY since_us"
#define LINES                                                                                      \
    "SELECT role, line_no FROM v_finding JOIN v_evidence USING (finding_id) WHERE rule = 'mixed' " \
    "ORDER BY position"
#define MODELS                                                                                     \
    "model level cluster\nphase raised done rest kind=done\n"                                      \
    "model roll node mixed=level/3600\nphase drain limit=9000 kind=drain\n"                        \
    "phase ready done rest kind=done\n"
#define RAISED "* enter raised model=level\n"

static const evidence_case mixed_cases[] = {
    {"two nodes of different versions are mixed, until the end of the evidence",
     MODELS "0 A enter drain version=9\n10 B note version=10\n600 A note\n", MIXED,
     "info 10 590 3600\n"},
    {"with who runs what, the least first by its number",
     MODELS "0 A enter drain version=10\n10 B note version=9\n20 C note version=10\n600 A note\n",
     SUMMARY,
     "default runs several versions since 2023-11-14T22:13:30.000000Z, for 9m50s, and level is not "
     "done; 9 on B; 10 on A, C\n"},
    {"the other model ends it",
     MODELS "0 A enter drain version=9\n10 B note version=10\n600 " RAISED "900 A note\n", MIXED,
     "info 10 590 3600\n"},
    {"in words", MODELS "0 A enter drain version=9\n10 B note version=10\n600 " RAISED, SUMMARY,
     "default ran several versions from 2023-11-14T22:13:30.000000Z to "
     "2023-11-14T22:23:20.000000Z, for 9m50s, when level was done; 9 on A; 10 on B\n"},
    {"longer than the model allows is a warning",
     MODELS "0 A enter drain version=9\n10 B note version=10\n3611 A note\n", MIXED,
     "warning 10 3601 3600\n"},
    {"exactly as long is none",
     MODELS "0 A enter drain version=9\n10 B note version=10\n3610 A note\n", MIXED,
     "info 10 3600 3600\n"},
    {"a line may say it in so many words", MODELS "0 A enter drain mixed=versions\n600 A note\n",
     MIXED, "info 0 600 3600\n"},
    {"of whom nobody says what he runs is told",
     MODELS "0 A enter drain mixed=versions\n600 A note\n", SUMMARY,
     "default runs several versions since 2023-11-14T22:13:20.000000Z, for 10m00s, and level is "
     "not done; nobody says of A\n"},
    {"the first node that moved began it, once another one is seen to be different",
     MODELS "0 A enter drain from=9 version=10\n60 B note version=9\n600 A note\n", MIXED,
     "info 0 600 3600\n"},
    {"one node that moves is no cluster of several versions",
     MODELS "0 A enter drain version=9\n60 A note version=10\n600 A note\n", MIXED, ""},
    {"nodes of one version are not mixed",
     MODELS "0 A enter drain version=9\n60 B note version=9\n600 A note\n", MIXED, ""},
    {"versions of another form are not compared",
     MODELS "0 A enter drain version=10.0.17763\n60 B note version=20348\n600 A note\n", MIXED, ""},
    {"what comes after the end is another story",
     MODELS "0 A enter drain version=9\n10 B note version=10\n600 " RAISED
            "700 A note version=10\n800 B note version=11\n1000 A note\n",
     MIXED, "info 10 590 3600\ninfo 800 200 3600\n"},
    {"its lines: the first that shows it, and those with the least",
     MODELS "0 A enter drain version=9\n10 B note version=10\n20 C note version=10\n", LINES,
     "first 2\nversion 1\n"},
    {"a model that does not ask is not told",
     "model roll node\nphase drain limit=9000 kind=drain\n0 A enter drain version=9\n"
     "10 B note version=10\n600 A note\n",
     MIXED, ""},
};

START_TEST(several_versions_are_told_from_the_first_sign_to_the_end)
{
    evidence_check(&mixed_cases[_i]);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("mixed");
    tcase_add_loop_test(tcase, several_versions_are_told_from_the_first_sign_to_the_end, 0,
                        COUNT(mixed_cases));
    return evidence_main("mixed", tcase);
}
