/* test_claims.c - two that name different nodes for one source differ; all else is agreement. */
#include "match/claims.h"

#include <stdlib.h>

#include <check.h>

#include "base/alloc.h"

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

static const struct {
    const char *option, *line, *line_later, *path;
    const char *one_by, *other_by; /* NULL: they agree */
} cases[] = {
    {"", "", "", "", NULL, NULL},
    {"n1", "", "", "", NULL, NULL},
    {"n1", "N1", "", "n1", NULL, NULL},
    {"n1", "n1.example.org", "", "N1", NULL, NULL},
    {"n1", "", "", "n2", "option", "path"},
    {"", "n1", "", "n2", "line", "path"},
    {"n1", "n2", "", "n2", "option", "line"},
    {"", "n1", "n1", "n11", "line", "path"},
    /*  ^ a beginning is no first label */
    {"", "n1.a", "", "n1.b", "line", "path"},
    {"", "10.0.0.7", "", "n1", NULL, NULL},
    {"", "fe80::7", "", "n1", NULL, NULL},
    /* an orchestrator's lines name many and claim nothing */
    {"", "n1", "n2", "n3", NULL, NULL},
    {"n3", "n1", "n2", "n4", "option", "path"},
};

static void claim_all(pl_claims *claims, int at, bool *fine)
{
    *fine = pl_claim(claims, PL_BY_OPTION, pl_str_of(cases[at].option)) &&
            pl_claim(claims, PL_BY_LINE, pl_str_of(cases[at].line)) &&
            pl_claim(claims, PL_BY_LINE, pl_str_of(cases[at].line_later)) &&
            pl_claim(claims, PL_BY_PATH, pl_str_of(cases[at].path));
}

START_TEST(names_that_cannot_be_one_node_differ)
{
    pl_claims claims;
    pl_conflict conflict;
    bool fine = false;
    pl_claims_init(&claims);
    claim_all(&claims, _i, &fine);
    ck_assert(fine);
    ck_assert_int_eq(pl_claims_differ(&claims, &conflict), cases[_i].one_by != NULL);
    if (cases[_i].one_by != NULL) {
        ck_assert_str_eq(conflict.one_by, cases[_i].one_by);
        ck_assert_str_eq(conflict.other_by, cases[_i].other_by);
    }
    pl_claims_release(&claims);
}
END_TEST

START_TEST(no_memory_is_told)
{
    pl_claims claims;
    pl_claims_init(&claims);
    pl_alloc_fail_after(0);
    bool fine = pl_claim(&claims, PL_BY_LINE, PL_STR("n1"));
    pl_alloc_fail_after(-1);
    ck_assert(!fine);
    pl_claims_release(&claims);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("claims");
    TCase *tcase = tcase_create("claims");
    tcase_add_loop_test(tcase, names_that_cannot_be_one_node_differ, 0, COUNT(cases));
    tcase_add_test(tcase, no_memory_is_told);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
