/* test_beside.c - one failure is told once: by one of two models, under one name of a cause. */
#include "analysis/inside.h"

#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define TOLD "SELECT model, rule, node FROM v_finding ORDER BY model, rule, node"
#define STATES                                                                                     \
    "SELECT r.model, n.node, n.assessment FROM v_node n JOIN v_run r USING (run_id) ORDER BY 1, 2"
#define WORST "SELECT model, assessment FROM v_run ORDER BY model"
#define MODELS                                                                                     \
    "model roll node\nphase join limit=60 kind=rejoin\nphase ready done rest kind=done\n"          \
    "model seen node beside=roll\nphase in limit=60 norank kind=rejoin\n"                          \
    "phase up done rest norank kind=done\nphase off down rest norank kind=state\n"

static const evidence_case beside_cases[] = {
    {"what the other model tells of the node is not told again",
     MODELS "0 A enter in\n0 A enter join model=roll\n5 A fail in code=7\n"
            "5 A fail join model=roll code=7\n6 A enter off\n",
     TOLD, "roll failed A\n"},
    {"the node is where it is, and nobody knows more by this model alone",
     MODELS "0 A enter in\n0 A enter join model=roll\n5 A fail in code=7\n"
            "5 A fail join model=roll code=7\n6 A enter off\n0 B enter up\n",
     STATES, "roll A Failed\nseen A Unknown\nseen B Completed\n"},
    {"and so is the run",
     MODELS "0 A enter in\n0 A enter join model=roll\n5 A fail in code=7\n"
            "5 A fail join model=roll code=7\n6 A enter off\n0 B enter up\n",
     WORST, "roll Failed\nseen Unknown\n"},
    {"where the other has no run it is told",
     MODELS "0 A enter in\n5 A fail in code=7\n6 A enter off\n", TOLD, "seen failed A\n"},
    {"where the other says nothing of the node it is told",
     MODELS "0 A enter in\n0 B enter join model=roll\n5 A fail in\n5 B fail join model=roll\n",
     TOLD, "roll failed B\nseen failed A\n"},
    {"what came after the other's run is told",
     MODELS "0 A enter join model=roll\n5 A fail join model=roll\n"
            "100000 A enter in\n100005 A fail in\n",
     TOLD, "roll failed A\nseen failed A\n"},
    {"what another attempt made good is no verdict of either",
     MODELS "0 A enter in\n0 A enter join model=roll\n5 A fail in\n5 A fail join model=roll\n"
            "9 A enter in\n9 A enter up\n9 A enter ready model=roll\n",
     STATES, "roll A Completed\nseen A Completed\n"},
};

START_TEST(what_two_models_see_is_told_by_one)
{
    evidence_check(&beside_cases[_i]);
}
END_TEST

#define KNOWN "SELECT rule, node, summary FROM v_finding WHERE rule LIKE 'known.%' ORDER BY rule"
#define RUN "model m node\nphase up limit=900\n0 A enter up\n"

static const evidence_case known_cases[] = {
    {"two dialects that call it by one name tell one failure",
     RUN "1 A note nomodel rule=known.one.full cause=disk advice=x as=p.full\n"
         "2 A note nomodel rule=known.two.disk cause=disk advice=x as=p.full\n",
     KNOWN, "known.p.full A A: disk (2 lines)\n"},
    {"of two nodes two",
     RUN "0 B enter up\n1 A note nomodel rule=known.one.full cause=disk advice=x as=p.full\n"
         "2 B note nomodel rule=known.two.disk cause=disk advice=x as=p.full\n",
     KNOWN, "known.p.full A A: disk\nknown.p.full B B: disk\n"},
    {"a special case stands for the general one",
     RUN "1 A note nomodel rule=known.one.full cause=disk advice=x as=p.full\n"
         "2 A note nomodel rule=known.two.disk cause=log advice=x as=p.full.log\n",
     KNOWN, "known.p.full.log A A: log\n"},
    {"of its own node only",
     RUN "0 B enter up\n1 A note nomodel rule=known.one.full cause=disk advice=x as=p.full\n"
         "2 B note nomodel rule=known.two.disk cause=log advice=x as=p.full.log\n",
     KNOWN, "known.p.full A A: disk\nknown.p.full.log B B: log\n"},
    {"names without a dot between are two failures",
     RUN "1 A note nomodel rule=known.one.full cause=disk advice=x as=p.full\n"
         "2 A note nomodel rule=known.two.disk cause=log advice=x as=p.fuller\n",
     KNOWN, "known.p.full A A: disk\nknown.p.fuller A A: log\n"},
    {"a failure that has no such name stands for itself",
     RUN "1 A note nomodel rule=known.one.full cause=disk advice=x\n"
         "2 A note nomodel rule=known.one.full.log cause=log advice=x\n",
     KNOWN, "known.one.full A A: disk\nknown.one.full.log A A: log\n"},
};

START_TEST(one_cause_is_one_failure_whoever_tells_it)
{
    evidence_check(&known_cases[_i]);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("beside");
    tcase_add_loop_test(tcase, what_two_models_see_is_told_by_one, 0, COUNT(beside_cases));
    tcase_add_loop_test(tcase, one_cause_is_one_failure_whoever_tells_it, 0, COUNT(known_cases));
    return evidence_main("beside", tcase);
}
