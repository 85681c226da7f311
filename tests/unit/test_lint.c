/* test_lint.c - each kind of finding, once made and once not, by one change to a clean dialect. */
#include "match/lint.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"

#define OUT_MAX ((size_t)1 << 20)
#define ALLOCATIONS_MAX 10000

/* A clean dialect.  Line numbers are those of the messages below. */
static const char *const clean[] = {
    /*  1 */ "dialect: oak",
    /*  2 */ "title: Oak",
    /*  3 */ "source: made up",
    /*  4 */ "recognise: {markers: [oakd]}",
    /*  5 */ "visit: literals",
    /*  6 */ "shapes:",
    /*  7 */ "  - {id: s, pattern: '^(?<ts>\\S+) (?<text>.*)$', time: absolute}",
    /*  8 */ "context:",
    /*  9 */ "  - {id: who, literal: 'I am ', pattern: '^I am (?<node>\\w+)$',",
    /* 10 */ "     match: [{line: 'T I am oak1'}], not: ['T I am']}",
    /* 11 */ "models:",
    /* 12 */ "  - model: grow",
    /* 13 */ "    scope: node",
    /* 14 */ "    phases:",
    /* 15 */ "      - {phase: seed, kind: install, limit: 5m}",
    /* 16 */ "      - {phase: tree, kind: done, terminal: done, rest: yes}",
    /* 17 */ "rules:",
    /* 18 */ "  - {id: seed, literal: 'seed ', pattern: '^seed (?<n>\\d+)$',",
    /* 19 */ "     gives: [{model: grow, phase: seed, transition: enter}],",
    /* 20 */ "     match: [{line: 'T seed 12'}], not: ['T seed x']}",
    /* 21 */ "  - {id: tree, literal: 'grown ', pattern: '^grown (?<how>(?:\\w+ ?){1,3})$',",
    /* 22 */ "     gives: [{model: grow, phase: tree, transition: enter}],",
    /* 23 */ "     match: [{line: 'T grown tall and wide'}], not: ['T grown a b c d']}",
};
#define LINES (sizeof clean / sizeof *clean)

/* Line `line` (0: none) gives way to `text`. */
struct change {
    size_t line;
    const char *text;
};

static void write_dialect(const struct change *changes, size_t count, pl_buf *out)
{
    for (size_t i = 0; i < LINES; i++) {
        const char *text = clean[i];
        for (size_t c = 0; c < count; c++)
            text = changes[c].line == i + 1 ? changes[c].text : text;
        pl_buf_appendf(out, "%s\n", text);
    }
}

static pl_status lint(const struct change *changes, size_t count, pl_buf *out, size_t *findings,
                      pl_error *err)
{
    pl_dialect_set set;
    pl_buf yaml;
    pl_dialect_set_init(&set);
    pl_buf_init(&yaml, OUT_MAX);
    write_dialect(changes, count, &yaml);
    pl_status status = pl_buf_status(&yaml, err);
    if (status == PL_OK)
        status = pl_dialect_load(&set, pl_buf_str(&yaml), PL_STR("oak"), err);
    if (status == PL_OK)
        status = pl_dialect_link(&set, err);
    if (status == PL_OK)
        status = pl_lint(&set, set.items[0], out, findings, err);
    pl_buf_release(&yaml);
    pl_dialect_set_release(&set);
    return status;
}

static void assert_lint(const struct change *changes, size_t count, const char *expected)
{
    size_t findings = 0, lines = 0;
    pl_error err = {.msg = ""};
    pl_buf out;
    pl_buf_init(&out, OUT_MAX);
    ck_assert_msg(lint(changes, count, &out, &findings, &err) == PL_OK, "%s", err.msg);
    ck_assert_str_eq(out.ptr, expected);
    for (const char *at = strstr(out.ptr, "oak:"); at != NULL; at = strstr(at + 1, "\noak:"))
        lines++;
    ck_assert_uint_eq(findings, lines);
    pl_buf_release(&out);
}

START_TEST(a_clean_dialect_gives_nothing)
{
    assert_lint(NULL, 0, "");
}
END_TEST

static const struct {
    struct change changes[2];
    const char *expected;
} faults[] = {
    {{{18, "  - {id: seed, literal: 'see', pattern: '^seed (?<n>\\d+)$',"}},
     "oak:18: rule 'seed' has a literal that is too short to tell\n"},
    {{{5, "visit: lines"}, {9, "  - {id: who, pattern: '^I am (?<node>\\w+)$',"}},
     "oak:9: rule 'who' has no literal, and what it says holds for every line that follows\n"},
    {{{15, "      - {phase: seed, kind: install}"}},
     "oak:15: phase 'seed' takes time and has no limit: without peers it is never slow or "
     "stalled\n"},
    {{{15, "      - {phase: seed, kind: install, rest: yes}"}}, ""},
    {{{15, "      - {phase: seed, kind: queued}"}}, ""},
    {{{22, "     gives: [{model: grow, phase: seed, transition: enter}],"}},
     "oak:16: phase 'tree' is entered by no rule\n"},
    {{{19, "     gives: [{transition: note}],"}, {22, "     gives: [{transition: note}],"}},
     "oak:12: model 'grow' is used by no rule\n"},
    {{{22, "     gives: [{model: grow, phase: '{how}', transition: enter}],"},
      {23, "     words: {tall: tree}, match: [{line: 'T grown tall'}], not: ['T grown']}"}},
     ""},
    {{{21, "  - {id: tree, literal: 'grown ', pattern: '^(?:grown|seed) (?<how>\\w+)',"}}, ""},
    {{{21, "  - {id: tree, literal: 'seed ', pattern: '^(?:grown )?seed (?<how>\\w+)$',"},
      {23, "     match: [{line: 'T grown seed 1'}], not: ['T grown']}"}},
     "oak:20: rule 'seed': rule 'tree' of line 21 matches this line too\n"
     "    T seed 12\n"
     "    ^\n"},
    {{{21, "  - {id: tree, literal: 'grown ', pattern: '^grown (?<how>(?:\\w+ ?)+)$',"},
      {23, "     match: [{line: 'T grown tall and wide'}], not: ['T grown .']}"}},
     "oak:23: rule 'tree': the pattern explodes when this goes on and on\n"
     "    T grown tall and wide\n"
     "      ^\n"},
    {{{7, "  - {id: s, pattern: '^(?<ts>(?:\\S+)+) (?<text>\\w.*)$', time: absolute}"}},
     "oak:10: rule 'who': the pattern of shape 's' explodes when this goes on and on\n"
     "    T I am oak1\n"
     "    ^\n"},
};

START_TEST(each_fault_is_found_where_it_stands)
{
    assert_lint(faults[_i].changes, 2, faults[_i].expected);
}
END_TEST

START_TEST(a_literal_in_most_other_lines_is_common)
{
    const struct change changes[] = {
        {18, "  - {id: seed, literal: 'grown ', pattern: '^grown seed (?<n>\\d+)$',"},
        {20, "     match: [{line: 'T grown seed 12'}], not: ['T grown seed x']}"},
        {21, "  - {id: tree, literal: ' tall', pattern: '^grown (?<how>(?:\\w+ ?){1,3})$',"},
        {23, "     match: [{line: T grown tall a}, {line: T grown tall b}, {line: T grown tall c}],"
             " not: [T grown tall a b c, T grown tall d e f, T grown tall g h i]}"},
    };
    assert_lint(changes, 4,
                "oak:18: rule 'seed' has a literal that most lines of the other rules "
                "hold\n");
    /* The same with seven other lines: too few to say. */
    const struct change fewer[] = {
        changes[0],
        changes[1],
        changes[2],
        {23, "     match: [{line: T grown tall a}, {line: T grown tall b}, {line: T grown tall c}],"
             " not: [T grown tall a b c, T grown tall d e f]}"}};
    assert_lint(fewer, 4, "");
}
END_TEST

START_TEST(no_memory_is_an_answer)
{
    pl_status status = PL_ERR_NOMEM;
    for (long count = 0; status != PL_OK; count++) {
        size_t findings = 0;
        pl_buf out;
        ck_assert_int_lt(count, ALLOCATIONS_MAX);
        pl_buf_init(&out, OUT_MAX);
        pl_alloc_fail_after(count);
        status = lint(faults[0].changes, 2, &out, &findings, NULL);
        pl_alloc_fail_after(-1);
        ck_assert_msg(status == PL_OK || status == PL_ERR_NOMEM, "status %d", (int)status);
        pl_buf_release(&out);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lint");
    TCase *tcase = tcase_create("lint");
    tcase_add_test(tcase, a_clean_dialect_gives_nothing);
    tcase_add_loop_test(tcase, each_fault_is_found_where_it_stands, 0,
                        sizeof faults / sizeof *faults);
    tcase_add_test(tcase, a_literal_in_most_other_lines_is_common);
    tcase_add_test(tcase, no_memory_is_an_answer);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
