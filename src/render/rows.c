/* rows.c - JSON is an array with a row per line; CSV has a header; a table has one too, in
 * text and in Markdown. */
#include "render/rows.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "render/csv.h"
#include "render/json.h"
#include "render/table.h"

struct pl_rows {
    pl_format format;
    bool for_terminal;
    const char *const *names;
    size_t columns;
    const pl_sink *sink;
    bool has_row;
    pl_buf buf;      /* a row of JSON or CSV, or a cell */
    pl_table *table; /* of text and Markdown */
};

static bool is_table(const pl_rows *rows)
{
    return rows->format == PL_FORMAT_TEXT || rows->format == PL_FORMAT_MARKDOWN;
}

static pl_status start_table(pl_rows *rows, const pl_render_options *options, pl_error *err)
{
    pl_table_options table_options = {
        .columns = rows->columns,
        .width = options->width,
        .colour = options->colour,
        .gap = 2,
        .markdown = options->format == PL_FORMAT_MARKDOWN,
    };
    pl_status status = pl_table_new(&table_options, rows->sink, &rows->table, err);
    if (status != PL_OK)
        return status;
    for (size_t i = 0; i < rows->columns; i++)
        pl_table_cell(rows->table, PL_CELL_HEAD, pl_str_of(rows->names[i]));
    return pl_table_end_row(rows->table, err);
}

static pl_status start_csv(pl_rows *rows, pl_error *err)
{
    for (size_t i = 0; i < rows->columns; i++) {
        pl_value name = pl_value_text(pl_str_of(rows->names[i]));
        pl_csv_append_field(&rows->buf, i, &name, rows->for_terminal);
    }
    pl_csv_end_row(&rows->buf);
    return pl_sink_flush(rows->sink, &rows->buf, err);
}

pl_status pl_rows_new(const char *const *names, size_t columns, const pl_render_options *options,
                      const pl_sink *sink, pl_rows **out, pl_error *err)
{
    pl_rows *rows = pl_alloc(1, sizeof *rows);
    if (rows == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for rows");
    rows->format = options->format;
    rows->for_terminal = options->width > 0;
    rows->names = names;
    rows->columns = columns;
    rows->sink = sink;
    pl_buf_init(&rows->buf, PL_ROW_BYTES_MAX);
    pl_status status = PL_OK;
    if (is_table(rows))
        status = start_table(rows, options, err);
    else if (options->format == PL_FORMAT_CSV)
        status = start_csv(rows, err);
    if (status == PL_OK)
        *out = rows;
    else
        pl_rows_free(rows);
    return status;
}

static pl_cell kind_of(const pl_value *value)
{
    if (value->type == PL_TYPE_NULL)
        return PL_CELL_NULL;
    return value->type == PL_TYPE_INT || value->type == PL_TYPE_REAL ? PL_CELL_NUMBER
                                                                     : PL_CELL_TEXT;
}

static pl_status add_to_table(pl_rows *rows, const pl_value *values, pl_error *err)
{
    for (size_t i = 0; i < rows->columns; i++) {
        pl_buf_clear(&rows->buf);
        pl_value_append(&rows->buf, &values[i]);
        pl_status status = pl_buf_status(&rows->buf, err);
        if (status != PL_OK)
            return status;
        pl_table_cell(rows->table, kind_of(&values[i]), pl_buf_str(&rows->buf));
    }
    return pl_table_end_row(rows->table, err);
}

static pl_status add_to_json(pl_rows *rows, const pl_value *values, pl_error *err)
{
    pl_buf_append(&rows->buf, rows->has_row ? PL_STR(",\n{") : PL_STR("[\n{"));
    for (size_t i = 0; i < rows->columns; i++)
        pl_json_append_member(&rows->buf, i, rows->names[i], &values[i]);
    pl_buf_append_char(&rows->buf, '}');
    rows->has_row = true;
    return pl_sink_flush(rows->sink, &rows->buf, err);
}

static pl_status add_to_csv(pl_rows *rows, const pl_value *values, pl_error *err)
{
    for (size_t i = 0; i < rows->columns; i++)
        pl_csv_append_field(&rows->buf, i, &values[i], rows->for_terminal);
    pl_csv_end_row(&rows->buf);
    return pl_sink_flush(rows->sink, &rows->buf, err);
}

pl_status pl_rows_add(pl_rows *rows, const pl_value *values, pl_error *err)
{
    switch (rows->format) {
    case PL_FORMAT_JSON:
        return add_to_json(rows, values, err);
    case PL_FORMAT_CSV:
        return add_to_csv(rows, values, err);
    case PL_FORMAT_TEXT:
    case PL_FORMAT_MARKDOWN:
        break;
    }
    return add_to_table(rows, values, err);
}

pl_status pl_rows_finish(pl_rows *rows, pl_error *err)
{
    if (is_table(rows))
        return pl_table_finish(rows->table, err);
    if (rows->format == PL_FORMAT_JSON)
        pl_buf_append(&rows->buf, rows->has_row ? PL_STR("\n]\n") : PL_STR("[]\n"));
    return pl_sink_flush(rows->sink, &rows->buf, err);
}

void pl_rows_free(pl_rows *rows)
{
    if (rows == NULL)
        return;
    pl_buf_release(&rows->buf);
    pl_table_free(rows->table);
    pl_release(rows);
}

static pl_status add_all(pl_rows *rows, pl_stmt *stmt, pl_value *values, pl_error *err)
{
    pl_status status;
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        for (size_t i = 0; i < rows->columns; i++)
            values[i] = pl_value_of(stmt, (int)i);
        status = pl_rows_add(rows, values, err);
        if (status != PL_OK)
            return status;
    }
    return status == PL_DONE ? pl_rows_finish(rows, err) : status;
}

static pl_status render(pl_stmt *stmt, pl_arena *arena, const pl_render_options *options,
                        const pl_sink *sink, pl_error *err)
{
    size_t columns = (size_t)pl_stmt_columns(stmt);
    const char **names = pl_arena_take(arena, columns, sizeof *names);
    pl_value *values = pl_arena_take(arena, columns, sizeof *values);
    if (names == NULL || values == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for %zu columns", columns);
    for (size_t i = 0; i < columns; i++)
        names[i] = pl_stmt_name(stmt, (int)i);
    pl_rows *rows = NULL;
    pl_status status = pl_rows_new(names, columns, options, sink, &rows, err);
    if (rows == NULL)
        return status;
    status = add_all(rows, stmt, values, err);
    pl_rows_free(rows);
    return status;
}

pl_status pl_render_rows(pl_stmt *stmt, const pl_render_options *options, const pl_sink *sink,
                         pl_error *err)
{
    if (pl_stmt_columns(stmt) == 0)
        return pl_fail(err, PL_ERR_SQL, "the statement gives no rows");
    pl_arena arena;
    pl_arena_init(&arena);
    pl_status status = render(stmt, &arena, options, sink, err);
    pl_arena_release(&arena);
    return status;
}
