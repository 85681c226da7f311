/* ansi.h - takes what steers a terminal out of text: escape sequences (ECMA-48) and NULs. */
#ifndef PL_DECODE_ANSI_H
#define PL_DECODE_ANSI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* True when `s` holds an ESC or a NUL: only then is there something to take out. */
bool pl_ansi_present(pl_str s);
/*
 * Copies `s` to `out` (room for s.len bytes; may be s.ptr itself) without NULs and escape
 * sequences. Every '\n' stays: no sequence reaches over a line end.  Returns the bytes written.
 */
size_t pl_ansi_strip(pl_str s, char *out);

#endif
