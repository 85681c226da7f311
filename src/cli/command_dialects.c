/* command_dialects.c - what kinds of log are known, how they are written, and what is wrong with
 * them. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "api/dialects.h"
#include "api/slurp.h"
#include "base/embedded.h"
#include "cli/load.h"
#include "match/lint.h"
#include "match/samples.h"

#define FAILURES_BYTES_MAX ((size_t)16 << 20)

static void append_models(pl_buf *buf, const pl_dialect *dialect)
{
    for (size_t i = 0; i < dialect->model_count; i++) {
        pl_buf_append(buf, i > 0 ? PL_STR(", ") : PL_STR(""));
        pl_buf_append(buf, dialect->models[i].name);
    }
}

static pl_status add_dialect(pl_rows *rows, const pl_dialect *dialect, pl_error *err)
{
    pl_buf models;
    pl_buf_init(&models, PL_DIALECT_BYTES_MAX);
    append_models(&models, dialect);
    const pl_value values[] = {
        pl_value_text(dialect->name),       pl_value_text(dialect->title),
        pl_value_text(pl_buf_str(&models)), pl_value_int((int64_t)dialect->rule_count),
        pl_value_text(dialect->file),
    };
    pl_status status = pl_buf_status(&models, err);
    if (status == PL_OK)
        status = pl_rows_add(rows, values, err);
    pl_buf_release(&models);
    return status;
}

static pl_status list(const pl_args *args, const pl_dialect_set *set, pl_console *console,
                      pl_exit *code, pl_error *err)
{
    (void)args;
    *code = PL_EXIT_DONE;
    static const char *const names[] = {"name", "title", "models", "rules", "file"};
    pl_rows *rows = NULL;
    pl_status status = pl_rows_new(names, sizeof names / sizeof *names, &console->render,
                                   &console->out, &rows, err);
    for (size_t i = 0; status == PL_OK && i < set->count; i++)
        status = add_dialect(rows, set->items[i], err);
    if (status == PL_OK)
        status = pl_rows_finish(rows, err);
    pl_rows_free(rows);
    return status;
}

/* True when `dialect` came from one of the files, or no files are named. */
static bool is_chosen(const pl_dialect *dialect, const char *const *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pl_str_equal(dialect->file, pl_str_of(files[i])))
            return true;
    return count == 0;
}

/* What a check of one dialect says in `out`, and how often it found and did not find fault. */
typedef pl_status (*check)(const pl_dialect_set *set, const pl_dialect *dialect, pl_buf *out,
                           pl_samples_result *result, pl_error *err);

static pl_status check_all(const pl_args *args, const pl_dialect_set *set, pl_console *console,
                           check check_one, pl_samples_result *total, pl_error *err)
{
    pl_status status = PL_OK;
    pl_buf out;
    pl_buf_init(&out, FAILURES_BYTES_MAX);
    for (size_t i = 0; status == PL_OK && i < set->count; i++) {
        if (!is_chosen(set->items[i], args->operands + 1, args->operand_count - 1))
            continue;
        pl_samples_result result = {0};
        status = check_one(set, set->items[i], &out, &result, err);
        if (status == PL_OK)
            status = pl_sink_flush(&console->out, &out, err);
        total->passed += result.passed;
        total->failed += result.failed;
    }
    pl_buf_release(&out);
    return status;
}

/* The last line of a check; with a fault the exit code is that of a broken dialect. */
static pl_status conclude(pl_console *console, pl_buf *line, size_t faults, pl_exit *code,
                          pl_error *err)
{
    pl_status status = pl_sink_flush(&console->out, line, err);
    pl_buf_release(line);
    *code = faults > 0 ? PL_EXIT_USAGE : PL_EXIT_DONE;
    return status;
}

static pl_status test(const pl_args *args, const pl_dialect_set *set, pl_console *console,
                      pl_exit *code, pl_error *err)
{
    pl_samples_result total = {0};
    pl_buf line;
    pl_status status = check_all(args, set, console, pl_samples_test, &total, err);
    if (status != PL_OK)
        return status;
    pl_buf_init(&line, FAILURES_BYTES_MAX);
    pl_buf_appendf(&line, "%zu samples passed, %zu failed\n", total.passed, total.failed);
    return conclude(console, &line, total.failed, code, err);
}

static pl_status lint_one(const pl_dialect_set *set, const pl_dialect *dialect, pl_buf *out,
                          pl_samples_result *result, pl_error *err)
{
    pl_status status = pl_lint(set, dialect, out, &result->failed, err);
    result->passed = result->failed == 0;
    return status;
}

static pl_status lint(const pl_args *args, const pl_dialect_set *set, pl_console *console,
                      pl_exit *code, pl_error *err)
{
    pl_samples_result total = {0};
    pl_buf line;
    pl_status status = check_all(args, set, console, lint_one, &total, err);
    if (status != PL_OK)
        return status;
    pl_buf_init(&line, FAILURES_BYTES_MAX);
    pl_buf_appendf(&line, "%zu finding%s\n", total.failed, total.failed == 1 ? "" : "s");
    return conclude(console, &line, total.failed, code, err);
}

/* The file of `dialect` as it stands, wherever it is kept. */
static pl_status append_file(const pl_dialect *dialect, pl_buf *out, pl_error *err)
{
    for (size_t i = 0; i < pl_embedded_dialect_count; i++) {
        const pl_embedded *file = &pl_embedded_dialects[i];
        if (pl_str_starts(dialect->file, PL_STR(PL_BUILT_IN)) &&
            pl_str_ends(dialect->file, pl_str_of(file->name))) {
            pl_buf_append(out, (pl_str){file->text, file->len});
            return pl_buf_status(out, err);
        }
    }
    return pl_slurp(dialect->file.ptr, out, err);
}

static pl_status show(const pl_args *args, const pl_dialect_set *set, pl_console *console,
                      pl_exit *code, pl_error *err)
{
    const pl_dialect *dialect = pl_dialect_find(set, pl_str_of(args->operands[1]));
    if (dialect == NULL)
        return pl_fail(err, PL_ERR_USAGE, "no dialect '%s'; see phaseline dialects list",
                       args->operands[1]);
    pl_buf out;
    pl_buf_init(&out, 2 * PL_DIALECT_BYTES_MAX);
    pl_buf_appendf(&out, "# from: " PL_FMT "\n", PL_ARG(dialect->file));
    pl_status status = append_file(dialect, &out, err);
    if (status == PL_OK)
        status = pl_sink_flush(&console->out, &out, err);
    pl_buf_release(&out);
    *code = PL_EXIT_DONE;
    return status;
}

static const struct action {
    const char *name;
    size_t operands_min, operands_max; /* besides its name */
    bool takes_files;                  /* its operands are dialect files, to be loaded too */
    pl_status (*run)(const pl_args *args, const pl_dialect_set *set, pl_console *console,
                     pl_exit *code, pl_error *err);
} actions[] = {
    {"list", 0, 0, false, list},
    {"show", 1, 1, false, show},
    {"lint", 0, SIZE_MAX, true, lint},
    {"test", 0, SIZE_MAX, true, test},
};

/* NULL: the operands are wrong, and `err` says how. */
static const struct action *find_action(const pl_args *args, pl_error *err)
{
    pl_status status = PL_OK;
    size_t at = 0, operand_count = args->operand_count - 1;
    while (at < sizeof actions / sizeof *actions &&
           strcmp(actions[at].name, args->operands[0]) != 0)
        at++;
    if (at == sizeof actions / sizeof *actions) {
        (void)pl_fail(err, PL_ERR_USAGE, "dialects: list, show, lint or test, not '%s'",
                      args->operands[0]);
        return NULL;
    }
    if (operand_count > actions[at].operands_max)
        status = pl_fail(err, PL_ERR_USAGE, "dialects %s: '%s' is one argument too many",
                         actions[at].name, args->operands[1 + actions[at].operands_max]);
    else if (operand_count < actions[at].operands_min)
        status =
            pl_fail(err, PL_ERR_USAGE, "dialects %s needs the name of a dialect", actions[at].name);
    return status == PL_OK ? &actions[at] : NULL;
}

pl_exit pl_command_dialects(const pl_args *args, pl_console *console)
{
    pl_error err;
    pl_dialect_set set;
    pl_exit code = PL_EXIT_DONE;
    const struct action *action = find_action(args, &err);
    if (action == NULL)
        return pl_command_fail(console, PL_ERR_USAGE, &err);
    pl_dialect_set_init(&set);
    size_t file_count = action->takes_files ? args->operand_count - 1 : 0;
    pl_status status = pl_load_dialects(args, args->operands + 1, file_count, &set, &err);
    if (status == PL_OK)
        status = action->run(args, &set, console, &code, &err);
    pl_dialect_set_release(&set);
    return status == PL_OK ? code : pl_command_fail(console, status, &err);
}
