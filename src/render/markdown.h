/* markdown.h - text that stands in a Markdown document as it is: no mark-up, link, HTML or table
 * of its own. */
#ifndef PL_RENDER_MARKDOWN_H
#define PL_RENDER_MARKDOWN_H

#include "base/buf.h"
#include "base/str.h"

/*
 * Appends `s`, escaped for a terminal, for HTML and for Markdown (CommonMark with tables) inside a
 * paragraph, a heading, a list item or a cell: something of ours stands before it on its line.
 */
void pl_markdown_append(pl_buf *buf, pl_str s);
/* The same in the type of a program's output: a line of a log. */
void pl_markdown_append_code(pl_buf *buf, pl_str s);

#endif
