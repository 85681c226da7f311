/* count.h - counts lines at the speed of memory. */
#ifndef PL_SCAN_COUNT_H
#define PL_SCAN_COUNT_H

#include <stddef.h>

#include "base/str.h"

/* How many '\n' stand in `text`. */
size_t pl_count_line_ends(pl_str text);
/* How many lines of `text` are longer than PL_LINE_MAX without their '\n'. */
size_t pl_count_long_lines(pl_str text);

#endif
