/* test_rules.c - the rules that `explain` tells are those of docs/architecture.md and
 * docs/verdicts.md, word for word. */
#include "render/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "render/report.h"

#define FILE_BYTES_MAX ((size_t)256 << 10)
#define HEAD "| rule | severity | when |\n|---|---|---|\n"

/* A page of docs/, good until the next one is read. */
static const char *read_page(const char *name)
{
    static char text[FILE_BYTES_MAX];
    char path[4096];
    const char *root = getenv("PHASELINE_ROOT");
    snprintf(path, sizeof path, "%s/docs/%s", root != NULL ? root : ".", name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "cannot open %s", path);
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[len] = '\0';
    return text;
}

/* The rows of the table of rules in docs/architecture.md. */
static const char *read_rows(void)
{
    const char *head = strstr(read_page("architecture.md"), HEAD);
    ck_assert_msg(head != NULL, "no table of rules in architecture.md");
    return head + strlen(HEAD);
}

/* Every rule has its section, in the order of the table, with the words that `explain` says. */
START_TEST(each_rule_has_a_section_of_its_own)
{
    size_t count, sections = 0;
    const pl_rule_text *rules = pl_rule_texts(&count);
    const char *page = read_page("verdicts.md"), *at = page;
    for (size_t i = 0; i < count; i++) {
        char head[1024], unless[1024];
        snprintf(head, sizeof head, "\n### `%s` (%s)\n\nWhen: %s.\n", rules[i].rule,
                 rules[i].severity, rules[i].when);
        snprintf(unless, sizeof unless, "\nUnless: %s.\n\nExample: `", rules[i].unless);
        at = strstr(at, head);
        ck_assert_msg(at != NULL, "docs/verdicts.md lacks, or has elsewhere:%s", head);
        const char *next = strstr(at + 1, "\n### "), *found = strstr(at, unless);
        ck_assert_msg(found != NULL && (next == NULL || found < next), "%s: no%s", rules[i].rule,
                      unless);
    }
    for (at = page; (at = strstr(at, "\n### ")) != NULL; at++)
        sections++;
    ck_assert_uint_eq(sections, count);
}
END_TEST

START_TEST(the_documents_say_the_same)
{
    size_t count;
    const pl_rule_text *rules = pl_rule_texts(&count);
    const char *at = read_rows();
    for (size_t i = 0; i < count; i++) {
        char row[1024];
        snprintf(row, sizeof row, "| `%s` | %s | %s |\n", rules[i].rule, rules[i].severity,
                 rules[i].when);
        size_t len = strcspn(at, "\n") + 1;
        ck_assert_msg(strncmp(at, row, len) == 0 && strlen(row) == len, "%.*sis not\n%s", (int)len,
                      at, row);
        at += len;
    }
    ck_assert_msg(at[0] == '\n', "one more rule: %.*s", (int)strcspn(at, "\n"), at);
}
END_TEST

START_TEST(a_rule_is_found_by_name_or_group)
{
    ck_assert_str_eq(pl_rule_text_of(PL_STR("stalled"))->rule, "stalled");
    ck_assert_str_eq(pl_rule_text_of(PL_STR("known.sst-failed"))->rule, "known.*");
    ck_assert_ptr_null(pl_rule_text_of(PL_STR("known")));
    ck_assert_ptr_null(pl_rule_text_of(PL_STR("stalled.not")));
}
END_TEST

static const struct {
    const char *word;
    bool known;
} words[] = {
    {"stalled", true}, {"order", true},   {"order.skipped", true}, {"coverage", true},
    {"known", true},   {"known.*", true}, {"known.x", true},       {"error", true},
    {"warning", true}, {"any", true},     {"ord", false},          {"order.sideways", false},
    {"info", false},   {"", false},       {"Stalled", false},      {"order.", false},
};

START_TEST(a_gate_knows_what_can_ever_be)
{
    ck_assert_msg(pl_gate_knows(pl_str_of(words[_i].word)) == words[_i].known, "'%s'",
                  words[_i].word);
}
END_TEST

static const char *const findings[] = {
    "INSERT INTO cluster VALUES (2, 'alpha')",
    "INSERT INTO model (model_id, name, scope, serial, gap_us, begins, run_key) "
    "VALUES (1, 'roll', 'node', 0, 1, 0, NULL)",
    "INSERT INTO run (run_id, cluster_id, model_id, started_us, assessment) VALUES"
    " (1, 2, 1, 10, 'Completed'), (2, 2, 1, 20, 'Completed')",
    "INSERT INTO finding (finding, rule, severity, confidence, run_id, summary) VALUES"
    " ('a', 'order.skipped', 'warning', 'high', 1, 's'), ('b', 'known.x', 'warning', 'high', 2, "
    "'s'),"
    " ('c', 'coverage.undecodable', 'info', 'high', NULL, 's')",
};

static const struct {
    const char *gate;
    int64_t run_id;
    bool met;
} gates[] = {
    {"order", PL_RUN_ALL, true},
    {"order.skipped", PL_RUN_ALL, true},
    {"order.backward", PL_RUN_ALL, false},
    {"stalled,failed", PL_RUN_ALL, false},
    {"stalled,order", PL_RUN_ALL, true},
    {"known.*", PL_RUN_ALL, true},
    {"known", PL_RUN_ALL, true},
    {"error", PL_RUN_ALL, false},
    {"warning", PL_RUN_ALL, true},
    {"order", 2, false},
    {"known", 2, true},
    {"known", PL_RUN_LATEST, true},
    {"order", PL_RUN_LATEST, false},
    {"coverage", 2, true}, /* of no run: of all */
    {"any", 1, true},
};

START_TEST(a_gate_is_met_by_findings_of_its_runs)
{
    pl_store *store = NULL;
    pl_error err;
    bool met = !gates[_i].met;
    ck_assert_int_eq(pl_store_open(NULL, PL_STORE_TEMP, &store, &err), PL_OK);
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
        pl_stmt *stmt = NULL;
        ck_assert_int_eq(pl_stmt_get(store, findings[i], &stmt, &err), PL_OK);
        ck_assert_msg(pl_stmt_run(stmt, &err) == PL_OK, "%s", err.msg);
    }
    ck_assert_int_eq(pl_store_seal(store, &err), PL_OK);
    pl_status status = pl_gate_met(store, pl_str_of(gates[_i].gate), gates[_i].run_id, &met, &err);
    ck_assert_msg(status == PL_OK, "%s", err.msg);
    ck_assert_msg(met == gates[_i].met, "%s", gates[_i].gate);
    pl_store_close(store);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rules");
    TCase *tcase = tcase_create("rules");
    tcase_add_test(tcase, the_documents_say_the_same);
    tcase_add_test(tcase, each_rule_has_a_section_of_its_own);
    tcase_add_test(tcase, a_rule_is_found_by_name_or_group);
    tcase_add_loop_test(tcase, a_gate_knows_what_can_ever_be, 0,
                        (int)(sizeof words / sizeof *words));
    tcase_add_loop_test(tcase, a_gate_is_met_by_findings_of_its_runs, 0,
                        (int)(sizeof gates / sizeof *gates));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
