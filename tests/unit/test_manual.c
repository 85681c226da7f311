/* test_manual.c - the man page and the completion say what the tables of options say, no more and
 * no less.  UPDATE_GOLDEN=1 writes the completion anew. */
#include "cli/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#define FILE_BYTES_MAX ((size_t)256 << 10)

static const char *root_path(const char *name)
{
    static char path[4096];
    const char *root = getenv("PHASELINE_ROOT");
    snprintf(path, sizeof path, "%s/%s", root != NULL ? root : ".", name);
    return path;
}

static char *read_file(const char *name)
{
    static char text[FILE_BYTES_MAX];
    FILE *file = fopen(root_path(name), "rb");
    ck_assert_msg(file != NULL, "cannot open %s", name);
    size_t len = fread(text, 1, sizeof text - 1, file);
    text[len] = '\0';
    fclose(file);
    return text;
}

/* True when some line of `text` begins with `start` and then ends, or goes on with a blank. */
static bool has_line(const char *text, const char *start)
{
    size_t len = strlen(start);
    for (const char *at = text; (at = strstr(at, start)) != NULL; at++)
        if ((at == text || at[-1] == '\n') && strchr("\n ", at[len]) != NULL)
            return true;
    return false;
}

START_TEST(the_man_page_describes_every_option)
{
    char *manual = read_file("man/phaseline.1");
    size_t count;
    const pl_verb *verbs = pl_verbs(&count);
    for (size_t i = 0; i < count; i++) {
        for (const pl_option *option = verbs[i].options; option->name != NULL; option++) {
            char line[256], letter[32] = "";
            if (option->letter != '\0')
                snprintf(letter, sizeof letter, "Fl %c , ", option->letter);
            snprintf(line, sizeof line, ".It %sFl -%s%s%s", letter, option->name,
                     option->argument != NULL ? " Ar " : "",
                     option->argument != NULL ? option->argument : "");
            ck_assert_msg(has_line(manual, line), "no line '%s'", line);
        }
    }
}
END_TEST

START_TEST(the_man_page_describes_every_command)
{
    char *manual = read_file("man/phaseline.1");
    size_t count;
    const pl_verb *verbs = pl_verbs(&count);
    for (size_t i = 1; i < count; i++) {
        char line[256];
        snprintf(line, sizeof line, ".It Cm %s", verbs[i].name);
        ck_assert_msg(has_line(manual, line), "no line '%s'", line);
    }
}
END_TEST

static bool is_option(const char *name, size_t len)
{
    size_t count;
    const pl_verb *verbs = pl_verbs(&count);
    for (size_t i = 0; i < count; i++)
        for (const pl_option *option = verbs[i].options; option->name != NULL; option++)
            if (strlen(option->name) == len && strncmp(option->name, name, len) == 0)
                return true;
    return false;
}

START_TEST(the_man_page_knows_no_other_option)
{
    static const char flag[] = "Fl -";
    for (const char *at = read_file("man/phaseline.1"); (at = strstr(at, flag)) != NULL;) {
        at += strlen(flag);
        size_t len = strcspn(at, " \n");
        ck_assert_msg(is_option(at, len), "no option --%.*s", (int)len, at);
    }
}
END_TEST

/* What an option takes, where that is a choice; NULL: `files` says whether it is a file. */
static const struct choice {
    pl_option_id id;
    const char *words;
    bool files;
} choices[] = {
    {PL_OPTION_FORMAT, "text json csv markdown", false},
    {PL_OPTION_DETAILS, "none nodes all", false},
    {PL_OPTION_COLOR, "auto always never", false},
    {PL_OPTION_PROGRESS, "auto always never json", false},
    {PL_OPTION_FAIL_ON, "error warning any stalled failed order", false},
    {PL_OPTION_RUN, "latest all", false},
    {PL_OPTION_DB, NULL, true},
    {PL_OPTION_OUTPUT, NULL, true},
    {PL_OPTION_DIALECT_FILE, NULL, true},
};

#define LANES_WORDS " ascii unicode" /* of --format timeline */

static const struct choice *choice_of(pl_option_id id)
{
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        if (choices[i].id == id)
            return &choices[i];
    return NULL;
}

static void append_options(pl_buf *out, const pl_verb *verb)
{
    pl_buf_append(out, PL_STR("options='"));
    for (const pl_option *option = verb->options; option->name != NULL; option++) {
        if (option->letter != '\0')
            pl_buf_appendf(out, "-%c ", option->letter);
        pl_buf_appendf(out, "--%s%s", option->name, option[1].name != NULL ? " " : "'");
    }
}

static void append_argument(pl_buf *out, const pl_option *option)
{
    const struct choice *choice = choice_of(option->id);
    pl_buf_append(out, PL_STR("    "));
    if (option->letter != '\0')
        pl_buf_appendf(out, "-%c | ", option->letter);
    pl_buf_appendf(out, "--%s) ", option->name);
    if (choice == NULL)
        pl_buf_append(out, PL_STR("return ;;\n"));
    else if (choice->files)
        pl_buf_append(out, PL_STR("words= ;;\n"));
    else
        pl_buf_appendf(out, "words='%s%s' files= ;;\n", choice->words,
                       option->id == PL_OPTION_FORMAT ? LANES_WORDS : "");
}

/* Every option that takes an argument, once. */
static void append_arguments(pl_buf *out)
{
    size_t count;
    bool seen[64] = {false};
    const pl_verb *verbs = pl_verbs(&count);
    for (size_t i = 0; i < count; i++) {
        for (const pl_option *option = verbs[i].options; option->name != NULL; option++) {
            size_t index = (size_t)(option->id - PL_OPTION_DB);
            ck_assert_uint_lt(index, sizeof seen / sizeof *seen);
            if (option->argument != NULL && !seen[index])
                append_argument(out, option);
            seen[index] = true;
        }
    }
}

static void append_completion(pl_buf *out)
{
    size_t count;
    const pl_verb *verbs = pl_verbs(&count);
    pl_buf_append(out,
                  PL_STR("# phaseline.bash - completion for bash, from the tables of options.\n"
                         "_phaseline()\n{\n"
                         "    local options words commands files=1\n"
                         "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                         "    commands='"));
    for (size_t i = 1; i < count; i++)
        pl_buf_appendf(out, "%s%s", i > 1 ? " " : "", verbs[i].name);
    pl_buf_append(out, PL_STR("'\n    case ${COMP_WORDS[1]} in\n"));
    for (size_t i = 1; i <= count; i++) {
        const pl_verb *verb = &verbs[i % count]; /* the post-mortem last */
        pl_buf_appendf(out, "    %s) ", i < count ? verb->name : "*");
        append_options(out, verb);
        pl_buf_append(out, PL_STR(" ;;\n"));
    }
    pl_buf_append(out, PL_STR("    esac\n"
                              "    words=$options\n"
                              "    if [[ $word != -* ]]; then\n"
                              "        ((COMP_CWORD == 1)) && words=$commands || words=\n"
                              "    fi\n"
                              "    case ${COMP_WORDS[COMP_CWORD - 1]} in\n"));
    append_arguments(out);
    pl_buf_append(out, PL_STR("    esac\n"
                              "    mapfile -t COMPREPLY < <(\n"
                              "        compgen -W \"$words\" -- \"$word\"\n"
                              "        [ -z \"$files\" ] || compgen -f -- \"$word\"\n"
                              "    )\n}\n"
                              "complete -o filenames -F _phaseline phaseline\n"));
}

START_TEST(the_completion_is_as_the_tables_make_it)
{
    static const char name[] = "completions/phaseline.bash";
    const char *update = getenv("UPDATE_GOLDEN");
    pl_buf wanted;
    pl_buf_init(&wanted, FILE_BYTES_MAX);
    append_completion(&wanted);
    if (update != NULL && strcmp(update, "1") == 0) {
        FILE *file = fopen(root_path(name), "wb");
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fwrite(wanted.ptr, 1, wanted.len, file), wanted.len);
        fclose(file);
    }
    ck_assert_str_eq(read_file(name), wanted.ptr);
    pl_buf_release(&wanted);
}
END_TEST

static void assert_accepted(const char *option, const char *word)
{
    char words[3][64] = {"phaseline", "timeline", ""};
    char *argv[] = {words[0], words[1], words[2], NULL};
    pl_args args;
    pl_error err;
    snprintf(words[2], sizeof words[2], "--%s=%s", option, word);
    if (strcmp(option, "progress") == 0 || strcmp(option, "fail-on") == 0)
        snprintf(words[1], sizeof words[1], "./x"); /* of the post-mortem */
    ck_assert_msg(pl_args_parse(3, argv, &args, &err) == PL_OK, "%s", err.msg);
}

START_TEST(every_word_the_completion_offers_is_accepted)
{
    static const char *const names[] = {"format", "details", "color", "progress", "fail-on", "run"};
    const struct choice *choice = &choices[_i];
    char list[256], *rest = list;
    snprintf(list, sizeof list, "%s%s", choice->words,
             choice->id == PL_OPTION_FORMAT ? LANES_WORDS : "");
    for (char *word; (word = strsep(&rest, " ")) != NULL;)
        assert_accepted(names[_i], word);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("manual");
    TCase *tcase = tcase_create("manual");
    tcase_add_test(tcase, the_man_page_describes_every_option);
    tcase_add_test(tcase, the_man_page_describes_every_command);
    tcase_add_test(tcase, the_man_page_knows_no_other_option);
    tcase_add_test(tcase, the_completion_is_as_the_tables_make_it);
    tcase_add_loop_test(tcase, every_word_the_completion_offers_is_accepted, 0, 6);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
