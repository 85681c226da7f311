/* text.h - pieces of text for people: cut, wrapped, coloured, counted.  Never a byte that steers a
 * terminal. */
#ifndef PL_RENDER_TEXT_H
#define PL_RENDER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Appends `s`, escaped; when it takes more than `columns` (0: any number) it is cut and ends with
 * "...". */
void pl_text_append_cut(pl_buf *buf, pl_str s, size_t columns);
/*
 * Appends `s`, escaped, its words broken into lines of at most `width` columns (0: one line).  The
 * first begins at `column`, the others after `indent` blanks.  A longer word has a line of its own.
 */
void pl_text_append_wrapped(pl_buf *buf, pl_str s, size_t column, size_t indent, size_t width);
/* Begins the colour of `word`, if it has one and `colour`; returns whether it did, and then
 * pl_text_end_colour() ends it. */
bool pl_text_begin_colour(pl_buf *buf, pl_str word, bool colour);
void pl_text_end_colour(pl_buf *buf, bool is_begun);
/* Appends an assessment or a severity, in its colour if `colour`: the only words that have one. */
void pl_text_append_word(pl_buf *buf, pl_str word, bool colour);
/* The same in capitals, "ROLLED BACK" for "RolledBack"; returns the columns it takes. */
size_t pl_text_append_capitals(pl_buf *buf, pl_str word, bool colour);
/* Appends 1,234,567. */
void pl_text_append_count(pl_buf *buf, int64_t count);
/* Appends "1 node", "1,234 nodes". */
void pl_text_append_counted(pl_buf *buf, int64_t count, const char *noun);
/* Appends 17 B, 788.7 kB, 1.2 GB. */
void pl_text_append_bytes(pl_buf *buf, int64_t bytes);
/* Appends "path!member", or "path" when `member` is empty; escaped. */
void pl_text_append_place(pl_buf *buf, pl_str path, pl_str member);

#endif
