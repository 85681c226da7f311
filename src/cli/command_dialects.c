/* command_dialects.c - what kinds of log are known, and whether they still know their own samples.
 */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "cli/load.h"
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

static pl_status list(const pl_dialect_set *set, pl_console *console, pl_error *err)
{
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

static pl_status test(const pl_args *args, const pl_dialect_set *set, pl_console *console,
                      pl_exit *code, pl_error *err)
{
    size_t passed = 0, failed = 0;
    pl_status status = PL_OK;
    pl_buf out;
    pl_buf_init(&out, FAILURES_BYTES_MAX);
    for (size_t i = 0; status == PL_OK && i < set->count; i++) {
        if (!is_chosen(set->items[i], args->operands + 1, args->operand_count - 1))
            continue;
        pl_samples_result result = {0};
        status = pl_samples_test(set, set->items[i], &out, &result, err);
        if (status == PL_OK)
            status = pl_sink_flush(&console->out, &out, err);
        passed += result.passed;
        failed += result.failed;
    }
    pl_buf_appendf(&out, "%zu samples passed, %zu failed\n", passed, failed);
    if (status == PL_OK)
        status = pl_sink_flush(&console->out, &out, err);
    pl_buf_release(&out);
    *code = failed > 0 ? PL_EXIT_USAGE : PL_EXIT_DONE;
    return status;
}

pl_exit pl_command_dialects(const pl_args *args, pl_console *console)
{
    bool lists = strcmp(args->operands[0], "list") == 0;
    size_t file_count = args->operand_count - 1;
    if (!lists && strcmp(args->operands[0], "test") != 0) {
        pl_complain("dialects: list or test, not '%s'", args->operands[0]);
        return PL_EXIT_USAGE;
    }
    if (lists && file_count > 0) {
        pl_complain("dialects list: '%s' is one argument too many", args->operands[1]);
        return PL_EXIT_USAGE;
    }
    pl_error err;
    pl_dialect_set set;
    pl_exit code = PL_EXIT_DONE;
    pl_dialect_set_init(&set);
    pl_status status = pl_load_dialects(args, args->operands + 1, file_count, &set, &err);
    if (status == PL_OK)
        status = lists ? list(&set, console, &err) : test(args, &set, console, &code, &err);
    pl_dialect_set_release(&set);
    return status == PL_OK ? code : pl_command_fail(console, status, &err);
}
