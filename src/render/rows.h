/* rows.h - rows of any kind, as a table, JSON, CSV or Markdown: one writer for statements and for
 * lists of our own. */
#ifndef PL_RENDER_ROWS_H
#define PL_RENDER_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "phaseline/error.h"

#include "render/sink.h"
#include "render/value.h"
#include "store/store.h"

#define PL_ROW_BYTES_MAX ((size_t)64 << 20) /* of one row of JSON or CSV; more is PL_ERR_LIMIT */

typedef enum pl_format {
    PL_FORMAT_TEXT,
    PL_FORMAT_JSON,
    PL_FORMAT_CSV,
    PL_FORMAT_MARKDOWN,
} pl_format;

typedef struct pl_render_options {
    pl_format format;
    size_t width; /* columns of the terminal; 0: it goes elsewhere, nothing is cut for its sake */
    bool colour;  /* of assessments and severities, in text */
} pl_render_options;

typedef struct pl_rows pl_rows;

/* `names` (of `columns` > 0 columns) and `sink` are borrowed until pl_rows_free(). */
PL_CHECKED pl_status pl_rows_new(const char *const *names, size_t columns,
                                 const pl_render_options *options, const pl_sink *sink,
                                 pl_rows **out, pl_error *err);
/* Adds a row of `columns` values. */
PL_CHECKED pl_status pl_rows_add(pl_rows *rows, const pl_value *values, pl_error *err);
/* Ends the output: without it, it is not complete. */
PL_CHECKED pl_status pl_rows_finish(pl_rows *rows, pl_error *err);
void pl_rows_free(pl_rows *rows);

/* All rows of `stmt` from where it stands to its end. */
PL_CHECKED pl_status pl_render_rows(pl_stmt *stmt, const pl_render_options *options,
                                    const pl_sink *sink, pl_error *err);

#endif
