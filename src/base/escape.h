/* escape.h - makes bytes safe for where they go: JSON, CSV, a terminal. */
#ifndef PL_BASE_ESCAPE_H
#define PL_BASE_ESCAPE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/*
 * Appends `s` as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD.  What
 * pl_escape_terminal() replaces is written as an escape, so that JSON too may go to a terminal.
 */
void pl_escape_json(pl_buf *buf, pl_str s);
/* Appends `s` as one RFC 4180 field: quoted only where it must be. */
void pl_escape_csv(pl_buf *buf, pl_str s);
/* Appends `s` with C0, C1, DEL, bidi and line separator characters replaced by U+FFFD or a blank
 * (tab, CR, LF): nothing in it can move a cursor or reverse a line. */
void pl_escape_terminal(pl_buf *buf, pl_str s);

/*
 * Decodes the first character of `s` (len > 0).  Returns its length in bytes, 1 to 4, and the code
 * point in *out; for an invalid sequence the length of the bad piece and UINT32_MAX.
 */
size_t pl_utf8_next(pl_str s, uint32_t *out);
/* True when every byte of `s` belongs to a valid UTF-8 character. */
bool pl_utf8_valid(pl_str s);
/* Columns `s` takes on a terminal after escaping: wide characters 2, combining marks 0, all
 * others 1. */
size_t pl_utf8_width(pl_str s);

#endif
