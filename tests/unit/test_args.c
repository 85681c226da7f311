/* test_args.c - what a command line means, what is wrong with it in one line, and which exit code
 * wins. */
#include "cli/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/civil.h"
#include "cli/exit.h"

#define WORDS_MAX 80

static char line[4096];
static char *words[WORDS_MAX + 1];
static pl_args args;
static pl_error err;

/* Splits `text` at blanks, as a shell would; "phaseline" comes in front. */
static pl_status parse(const char *text)
{
    int count = 0;
    char *rest = line;
    snprintf(line, sizeof line, "phaseline %s", text);
    for (char *word; (word = strsep(&rest, " ")) != NULL && count < WORDS_MAX;)
        if (*word != '\0')
            words[count++] = word;
    words[count] = NULL;
    args = (pl_args){0};
    return pl_args_parse(count, words, &args, &err);
}

static void parse_ok(const char *text)
{
    pl_status status = parse(text);
    ck_assert_msg(status == PL_OK, "%s: %s", text, err.msg);
}

START_TEST(a_path_alone_is_the_post_mortem)
{
    parse_ok("a.zip logs --details nodes -q");
    ck_assert_int_eq((int)args.verb->id, PL_VERB_NONE);
    ck_assert_uint_eq(args.operand_count, 2);
    ck_assert_str_eq(args.operands[0], "a.zip");
    ck_assert_str_eq(args.operands[1], "logs");
    ck_assert_int_eq((int)args.details, PL_DETAILS_NODES);
    ck_assert(args.quiet);
    ck_assert(args.as_of_us == PL_TIME_NONE);
    ck_assert_int_eq((int)args.run_id, PL_RUN_ALL);
}
END_TEST

START_TEST(options_stand_anywhere_after_the_verb)
{
    parse_ok("ingest one -d x.db two --node=n1 --cluster C --dialect-file a --dialect-file b");
    ck_assert_int_eq((int)args.verb->id, PL_VERB_INGEST);
    ck_assert_str_eq(args.db, "x.db");
    ck_assert_uint_eq(args.operand_count, 2);
    ck_assert(pl_str_equal(args.node, PL_STR("n1")));
    ck_assert(pl_str_equal(args.cluster, PL_STR("C")));
    ck_assert_uint_eq(args.dialect_file_count, 2);
    ck_assert_str_eq(args.dialect_files[1], "b");
}
END_TEST

START_TEST(standard_input_is_an_operand)
{
    parse_ok("-");
    ck_assert_int_eq((int)args.verb->id, PL_VERB_NONE);
    ck_assert_str_eq(args.operands[0], "-");
}
END_TEST

START_TEST(as_of_is_a_moment_in_utc)
{
    parse_ok("ingest x --as-of 1970-01-02T01:00:00.5+01:00");
    ck_assert_int_eq(args.as_of_us, INT64_C(86400500000));
}
END_TEST

START_TEST(a_run_is_a_number_or_a_word)
{
    parse_ok("report --run latest");
    ck_assert_int_eq(args.run_id, PL_RUN_LATEST);
    parse_ok("report --run 7");
    ck_assert_int_eq(args.run_id, 7);
}
END_TEST

START_TEST(lanes_are_text_in_glyphs_of_choice)
{
    parse_ok("timeline --format ascii");
    ck_assert_int_eq((int)args.format, PL_FORMAT_TEXT);
    ck_assert_int_eq((int)args.glyphs, PL_GLYPHS_ASCII);
    parse_ok("timeline --format unicode");
    ck_assert_int_eq((int)args.glyphs, PL_GLYPHS_UNICODE);
    parse_ok("timeline --format markdown");
    ck_assert_int_eq((int)args.format, PL_FORMAT_MARKDOWN);
    ck_assert_int_eq((int)args.glyphs, PL_GLYPHS_AUTO);
}
END_TEST

START_TEST(gates_take_rules_groups_and_severities)
{
    parse_ok("a.zip --fail-on stalled,order,known.sst-failed,coverage.no-time,warning,any --strict"
             " -o out.md --progress json");
    ck_assert_uint_eq(args.fail_on.len, strlen("stalled,order,known.sst-failed,coverage.no-time,"
                                               "warning,any"));
    ck_assert(args.strict);
    ck_assert_str_eq(args.output, "out.md");
    ck_assert_int_eq((int)args.progress, PL_PROGRESS_JSON);
}
END_TEST

START_TEST(help_needs_no_operands)
{
    parse_ok("ingest --help");
    ck_assert(args.help);
    ck_assert_int_eq((int)args.verb->id, PL_VERB_INGEST);
}
END_TEST

static const struct {
    const char *line, *words;
} wrong[] = {
    {"--format xml a", "--format is text, json, csv or markdown, not 'xml'"},
    {"a --colour always", "unknown or ambiguous option '--colour'; see phaseline --help"},
    {"report -x", "unknown option '-x'; see phaseline report --help"},
    {"ingest a --db", "--db needs its FILE"},
    {"ingest a -d", "--db needs its FILE"},
    {"report --help=x", "--help takes no argument"},
    {"ingest", "ingest: nothing to do: give PATH..."},
    {"-q", "nothing to do: give PATH..."},
    {"report extra", "report: 'extra' is one argument too many"},
    {"-q report", "'report' is a command and comes first; a path of that name needs ./"},
    {"report --run 0", "--run is a number, latest or all, not '0'"},
    {"a --as-of 2023-03-12",
     "--as-of is a time with its zone such as 2023-03-12T19:35:07Z, not '2023-03-12'"},
    {"a --as-of 2023-03-12T19:35:07",
     "--as-of is a time with its zone such as 2023-03-12T19:35:07Z, not '2023-03-12T19:35:07'"},
    {"a --node=", "--node needs a name"},
    {"a --source-tz *.log=../Berlin", "--source-tz is GLOB=ZONE such as '*.log=Europe/Berlin' or "
                                      "'*.log=+02:00', not '*.log=../Berlin'"},
    {"a --source-tz *.log=europe/berlin", "--source-tz is GLOB=ZONE such as '*.log=Europe/Berlin' "
                                          "or '*.log=+02:00', not '*.log=europe/berlin'"},
    {"a --source-tz *.log=",
     "--source-tz is GLOB=ZONE such as '*.log=Europe/Berlin' or '*.log=+02:00', not '*.log='"},
    {"a --source-tz =UTC",
     "--source-tz is GLOB=ZONE such as '*.log=Europe/Berlin' or '*.log=+02:00', not '=UTC'"},
    {"a --source-tz UTC",
     "--source-tz is GLOB=ZONE such as '*.log=Europe/Berlin' or '*.log=+02:00', not 'UTC'"},
    {"timeline --format xml", "--format is text, json, csv, markdown, ascii or unicode, not 'xml'"},
    {"report --format ascii", "--format is text, json, csv or markdown, not 'ascii'"},
    {"a --progress on", "--progress is auto, always, never or json, not 'on'"},
    {"report --fail-on stalled,ordre", "--fail-on takes rules, error, warning or any, not 'ordre'"},
    {"report --fail-on stalled,", "--fail-on takes rules, error, warning or any, not ''"},
    {"report -o", "--output needs its FILE"},
    {"report --output=", "--output needs a file"},
    {"explain", "explain: nothing to do: give FINDING-ID"},
    {"explain a b", "explain: 'b' is one argument too many"},
};

START_TEST(what_is_wrong_is_one_line)
{
    ck_assert_int_eq(parse(wrong[_i].line), PL_ERR_USAGE);
    ck_assert_str_eq(err.msg, wrong[_i].words);
    ck_assert_ptr_null(args.verb); /* untouched */
}
END_TEST

START_TEST(too_many_dialect_files_are_refused)
{
    char *many[2 * PL_DIALECT_FILES_MAX + 8];
    char program[] = "phaseline", path[] = "x", option[] = "--dialect-file", file[] = "f";
    int count = 0;
    many[count++] = program;
    many[count++] = path;
    for (int i = 0; i <= PL_DIALECT_FILES_MAX; i++) {
        many[count++] = option;
        many[count++] = file;
    }
    many[count] = NULL;
    ck_assert_int_eq(pl_args_parse(count, many, &args, &err), PL_ERR_USAGE);
    ck_assert_str_eq(err.msg, "more than 64 dialect files");
}
END_TEST

START_TEST(help_shows_every_option_of_every_verb)
{
    size_t count;
    const pl_verb *verbs = pl_verbs(&count);
    for (size_t i = 0; i < count; i++) {
        pl_buf help;
        pl_buf_init(&help, (size_t)1 << 16);
        pl_args_append_help(&help, &verbs[i]);
        ck_assert_ptr_nonnull(strstr(help.ptr, verbs[i].help));
        for (const pl_option *option = verbs[i].options; option->name != NULL; option++) {
            ck_assert_ptr_nonnull(strstr(help.ptr, option->name));
            ck_assert_ptr_nonnull(strstr(help.ptr, option->help));
        }
        for (const char *at = help.ptr; *at != '\0';) {
            size_t len = strcspn(at, "\n");
            ck_assert_msg(len <= 90, "too wide: %.*s", (int)len, at);
            at += len + 1;
        }
        pl_buf_release(&help);
    }
}
END_TEST

START_TEST(the_worst_exit_code_wins)
{
    static const pl_exit order[] = {PL_EXIT_USAGE, PL_EXIT_DB,       PL_EXIT_LIMIT, PL_EXIT_INPUT,
                                    PL_EXIT_GATE,  PL_EXIT_NO_EVENT, PL_EXIT_DONE};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        for (size_t k = i; k < sizeof order / sizeof *order; k++) {
            ck_assert_int_eq((int)pl_exit_worse(order[i], order[k]), (int)order[i]);
            ck_assert_int_eq((int)pl_exit_worse(order[k], order[i]), (int)order[i]);
        }
    }
}
END_TEST

START_TEST(statistics_become_codes)
{
    pl_ingest_stats stats = {.events_known = 1};
    ck_assert_int_eq((int)pl_exit_of_stats(&stats), PL_EXIT_DONE);
    stats.unreadable = 1;
    ck_assert_int_eq((int)pl_exit_of_stats(&stats), PL_EXIT_INPUT);
    stats.limited = 1;
    ck_assert_int_eq((int)pl_exit_of_stats(&stats), PL_EXIT_LIMIT);
    stats = (pl_ingest_stats){.incomplete = 1, .unrecognised = 1};
    ck_assert_int_eq((int)pl_exit_of_stats(&stats), PL_EXIT_NO_EVENT);
}
END_TEST

START_TEST(statuses_become_codes)
{
    static const struct {
        pl_status status;
        pl_exit code;
    } table[] = {
        {PL_OK, PL_EXIT_DONE},       {PL_DONE, PL_EXIT_DONE},        {PL_ERR_USAGE, PL_EXIT_USAGE},
        {PL_ERR_SQL, PL_EXIT_USAGE}, {PL_ERR_FORMAT, PL_EXIT_USAGE}, {PL_ERR_DB, PL_EXIT_DB},
        {PL_ERR_IO, PL_EXIT_DB},     {PL_ERR_NOMEM, PL_EXIT_LIMIT},  {PL_ERR_LIMIT, PL_EXIT_LIMIT},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        ck_assert_int_eq((int)pl_exit_of_status(table[i].status), (int)table[i].code);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("args");
    TCase *tcase = tcase_create("args");
    tcase_add_test(tcase, a_path_alone_is_the_post_mortem);
    tcase_add_test(tcase, options_stand_anywhere_after_the_verb);
    tcase_add_test(tcase, standard_input_is_an_operand);
    tcase_add_test(tcase, as_of_is_a_moment_in_utc);
    tcase_add_test(tcase, a_run_is_a_number_or_a_word);
    tcase_add_test(tcase, lanes_are_text_in_glyphs_of_choice);
    tcase_add_test(tcase, gates_take_rules_groups_and_severities);
    tcase_add_test(tcase, help_needs_no_operands);
    tcase_add_loop_test(tcase, what_is_wrong_is_one_line, 0, (int)(sizeof wrong / sizeof *wrong));
    tcase_add_test(tcase, too_many_dialect_files_are_refused);
    tcase_add_test(tcase, help_shows_every_option_of_every_verb);
    tcase_add_test(tcase, the_worst_exit_code_wins);
    tcase_add_test(tcase, statistics_become_codes);
    tcase_add_test(tcase, statuses_become_codes);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
