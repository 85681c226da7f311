/*
 * table.h - cells in, aligned lines out.
 *
 * The first rows are kept until the widths are known; the rest goes straight through with these
 * widths, so memory is bounded whatever the number of rows.  Cells are escaped for a terminal, or
 * as a Markdown table, whose first row is its head.
 */
#ifndef PL_RENDER_TABLE_H
#define PL_RENDER_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "phaseline/error.h"

#include "base/str.h"
#include "render/sink.h"

#define PL_TABLE_ROWS_KEPT 1000                   /* rows that decide the widths ... */
#define PL_TABLE_BYTES_KEPT ((size_t)4 << 20)     /* ... or fewer, when they are large */
#define PL_TABLE_PAD_MAX 100                      /* longer cells push the rest of their line */
#define PL_TABLE_ROW_BYTES_MAX ((size_t)64 << 20) /* of one row; more is PL_ERR_LIMIT */

typedef enum pl_cell {
    PL_CELL_TEXT,
    PL_CELL_NUMBER, /* a column of numbers is aligned at its right */
    PL_CELL_WORD,   /* an assessment or a severity: has a colour */
    PL_CELL_HEAD,
    PL_CELL_NULL, /* shown as "-" */
} pl_cell;

typedef struct pl_table pl_table;

typedef struct pl_table_options {
    size_t columns; /* > 0 */
    size_t width;   /* the last column is cut at this width of the line; 0: never */
    bool colour;
    size_t gap;    /* blanks between columns */
    bool markdown; /* bars instead; width, colour and gap do not matter then */
} pl_table_options;

/* On PL_OK *out is the caller's, ended with pl_table_free(); `sink` is borrowed until then. */
PL_CHECKED pl_status pl_table_new(const pl_table_options *options, const pl_sink *sink,
                                  pl_table **out, pl_error *err);
/* The next cell of the row; failures are told by pl_table_end_row(). */
void pl_table_cell(pl_table *table, pl_cell kind, pl_str text);
/* Ends a row of exactly `columns` cells. */
PL_CHECKED pl_status pl_table_end_row(pl_table *table, pl_error *err);
/* Writes what is still kept. */
PL_CHECKED pl_status pl_table_finish(pl_table *table, pl_error *err);
void pl_table_free(pl_table *table);

#endif
