/* bench.c - literal, unwrap, shape, pattern: the same steps as in a log. */
#include "match/bench.h"

pl_status pl_bench_open(pl_bench *bench, const pl_dialect_set *set, const pl_dialect *dialect,
                        pl_buf *out, pl_error *err)
{
    *bench = (pl_bench){
        .set = set,
        .dialect = dialect,
        .options = {.set = set, .source_path = PL_STR("sample"), .reference_us = 0},
        .out = out,
    };
    pl_arena_init(&bench->arena);
    pl_status status = pl_exec_new(&bench->shapes, err);
    if (status == PL_OK)
        status = pl_exec_new(&bench->rules, err);
    if (status == PL_OK)
        status =
            pl_reading_open(&bench->reading, dialect, &bench->options, bench->shapes, NULL, err);
    bench->open = status == PL_OK;
    return status;
}

void pl_bench_close(pl_bench *bench)
{
    if (bench->open)
        pl_reading_release(&bench->reading);
    pl_arena_release(&bench->arena);
    pl_exec_free(bench->shapes);
    pl_exec_free(bench->rules);
}

void pl_bench_try(pl_bench *bench, const pl_rule *rule, pl_str line, pl_outcome *out)
{
    *out = (pl_outcome){0};
    if (rule->literal.len > 0 && !pl_rule_is_in(rule, line)) {
        out->stopped = "the literal is not in the line";
        return;
    }
    if (!pl_reading_shape(&bench->reading, line, &out->shaped)) {
        const pl_dialect *dialect = bench->dialect;
        out->stopped = "no shape fits the line";
        for (size_t i = 0; i < dialect->shape_count; i++) {
            size_t reach = pl_exec_reach(bench->shapes, &dialect->shapes[i].regex, line);
            out->reach = reach > out->reach ? reach : out->reach;
        }
        return;
    }
    if (!pl_exec_match(bench->rules, &rule->regex, out->shaped.text, &out->captures)) {
        out->stopped = "the pattern does not match the text of the line";
        size_t skipped = line.len > out->shaped.text.len ? line.len - out->shaped.text.len : 0;
        out->reach = skipped + pl_exec_reach(bench->rules, &rule->regex, out->shaped.text);
    }
}

void pl_bench_tell(pl_bench *bench, const pl_rule *rule, const pl_sample *sample, const char *what,
                   size_t at)
{
    pl_buf_appendf(bench->out, PL_FMT ":%u: rule '" PL_FMT "': %s\n    " PL_FMT "\n    ",
                   PL_ARG(bench->dialect->file), sample->file_line, PL_ARG(rule->id), what,
                   PL_ARG(sample->line));
    pl_buf_append_repeat(bench->out, ' ', at);
    pl_buf_append(bench->out, PL_STR("^\n"));
}
