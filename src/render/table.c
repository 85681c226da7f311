/* table.c - kept rows are one text and an array of cells; both are emptied when the rows go out. */
#include "render/table.h"

#include <assert.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "render/markdown.h"
#include "render/text.h"

struct cell {
    size_t off, len; /* in table->text */
    size_t width;
    pl_cell kind;
};

struct column {
    size_t width;
    bool has_number, has_text; /* has_text: anything that is aligned at its left */
};

struct pl_table {
    pl_table_options options;
    const pl_sink *sink;
    struct column *columns;
    struct cell *cells;
    size_t cell_count, cell_room, row_count;
    pl_buf text, line;
    bool widths_fixed;
    bool has_head;  /* of Markdown: is written */
    bool no_memory; /* a cell had no room */
};

pl_status pl_table_new(const pl_table_options *options, const pl_sink *sink, pl_table **out,
                       pl_error *err)
{
    assert(options->columns > 0);
    pl_table *table = pl_alloc(1, sizeof *table);
    if (table == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a table");
    table->options = *options;
    table->sink = sink;
    pl_buf_init(&table->text, PL_TABLE_BYTES_KEPT + PL_TABLE_ROW_BYTES_MAX);
    pl_buf_init(&table->line, 2 * PL_TABLE_ROW_BYTES_MAX);
    table->columns = pl_alloc(options->columns, sizeof *table->columns);
    if (table->columns == NULL) {
        pl_table_free(table);
        return pl_fail(err, PL_ERR_NOMEM, "no memory for %zu columns", options->columns);
    }
    *out = table;
    return PL_OK;
}

static void widen(struct column *column, const struct cell *cell)
{
    size_t width = cell->width < PL_TABLE_PAD_MAX ? cell->width : PL_TABLE_PAD_MAX;
    if (width > column->width)
        column->width = width;
    column->has_number |= cell->kind == PL_CELL_NUMBER;
    column->has_text |= cell->kind == PL_CELL_TEXT || cell->kind == PL_CELL_WORD;
}

void pl_table_cell(pl_table *table, pl_cell kind, pl_str text)
{
    size_t cells_max = table->cell_count + 1;
    if (!pl_grow(&table->cells, &table->cell_room, cells_max, sizeof *table->cells)) {
        table->no_memory = true;
        return;
    }
    struct cell *cell = &table->cells[table->cell_count++];
    *cell = (struct cell){.off = table->text.len, .kind = kind};
    pl_escape_terminal(&table->text, kind == PL_CELL_NULL ? PL_STR("-") : text);
    cell->len = table->text.len - cell->off;
    cell->width = pl_utf8_width(pl_str_slice(pl_buf_str(&table->text), cell->off, cell->len));
    if (!table->widths_fixed)
        widen(&table->columns[(table->cell_count - 1) % table->options.columns], cell);
}

static void append_cell(pl_table *table, const struct cell *cell, size_t room)
{
    pl_str text = pl_str_slice(pl_buf_str(&table->text), cell->off, cell->len);
    if (cell->kind == PL_CELL_WORD)
        pl_text_append_word(&table->line, text, table->options.colour);
    else
        pl_text_append_cut(&table->line, text, room);
}

/* Blanks are owed, and paid only before text: no line ends in one. */
static void append_row(pl_table *table, const struct cell *cells)
{
    size_t owed = 0, at = 0, last = table->options.columns - 1, width = table->options.width;
    for (size_t i = 0; i <= last; i++) {
        const struct column *column = &table->columns[i];
        const struct cell *cell = &cells[i];
        bool right = column->has_number && !column->has_text;
        size_t pad = cell->width < column->width ? column->width - cell->width : 0;
        owed += right ? pad : 0;
        if (cell->len > 0) {
            pl_buf_append_repeat(&table->line, ' ', owed);
            at += owed;
            owed = 0;
            bool cuts = i == last && width > at;
            append_cell(table, cell, cuts ? width - at : 0);
            at += cell->width;
        }
        owed += (right ? 0 : pad) + table->options.gap;
    }
    pl_buf_append_char(&table->line, '\n');
}

static void append_markdown_rule(pl_table *table)
{
    for (size_t i = 0; i < table->options.columns; i++) {
        const struct column *column = &table->columns[i];
        bool right = column->has_number && !column->has_text;
        pl_buf_append(&table->line, right ? PL_STR("| --: ") : PL_STR("| --- "));
    }
    pl_buf_append(&table->line, PL_STR("|\n"));
}

static void append_markdown_row(pl_table *table, const struct cell *cells)
{
    for (size_t i = 0; i < table->options.columns; i++) {
        pl_buf_append(&table->line, PL_STR("| "));
        pl_markdown_append(&table->line,
                           pl_str_slice(pl_buf_str(&table->text), cells[i].off, cells[i].len));
        pl_buf_append_char(&table->line, ' ');
    }
    pl_buf_append(&table->line, PL_STR("|\n"));
    if (!table->has_head)
        append_markdown_rule(table);
    table->has_head = true;
}

static pl_status write_rows(pl_table *table, pl_error *err)
{
    pl_status status = pl_buf_status(&table->text, err);
    for (size_t row = 0; status == PL_OK && row < table->row_count; row++) {
        const struct cell *cells = &table->cells[row * table->options.columns];
        if (table->options.markdown)
            append_markdown_row(table, cells);
        else
            append_row(table, cells);
        status = pl_sink_flush(table->sink, &table->line, err);
    }
    pl_buf_clear(&table->text);
    table->cell_count = table->row_count = 0;
    return status;
}

pl_status pl_table_end_row(pl_table *table, pl_error *err)
{
    if (table->no_memory)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a row");
    table->row_count++;
    assert(table->cell_count == table->row_count * table->options.columns);
    if (!table->widths_fixed && table->row_count < PL_TABLE_ROWS_KEPT &&
        table->text.len < PL_TABLE_BYTES_KEPT)
        return pl_buf_status(&table->text, err);
    table->widths_fixed = true;
    return write_rows(table, err);
}

pl_status pl_table_finish(pl_table *table, pl_error *err)
{
    return write_rows(table, err);
}

void pl_table_free(pl_table *table)
{
    if (table == NULL)
        return;
    pl_buf_release(&table->text);
    pl_buf_release(&table->line);
    pl_release(table->columns);
    pl_release(table->cells);
    pl_release(table);
}
