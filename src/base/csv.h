/* csv.h - takes rows of CSV text apart (RFC 4180, with any delimiter and line end). */
#ifndef PL_BASE_CSV_H
#define PL_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

typedef struct pl_csv_field {
    pl_str text;      /* a view, without the quotes around it */
    bool has_doubled; /* it holds quotes, each written twice: pl_csv_unquote() */
} pl_csv_field;

typedef struct pl_csv_row {
    pl_csv_field *fields; /* the caller's: the first `room` fields of the row go there */
    size_t room;
    size_t count; /* fields the row has */
    size_t len;   /* bytes of the row, line end included */
} pl_csv_row;

/*
 * Takes the first row of `text`.  False: it is none, as a quoted field goes on after its closing
 * quote or never ends; then count and len are those of what was read until there.
 */
bool pl_csv_next(pl_str text, char delimiter, pl_csv_row *row);
/* Appends the text of `field` with each doubled quote as one. */
void pl_csv_unquote(pl_buf *out, const pl_csv_field *field);
/* Which of ',' ';' and tab is the delimiter of the first line of `text`: the most frequent one
 * outside quotes; ',' without any. */
char pl_csv_delimiter(pl_str text);

#endif
