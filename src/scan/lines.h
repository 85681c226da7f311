/*
 * lines.h - from hits to the lines that hold them.
 *
 * Takes hits in the order of their windows, and is told of line ends in bulk: only where there is a
 * hit are the ends of its line sought and those before it counted one by one.
 */
#ifndef PL_SCAN_LINES_H
#define PL_SCAN_LINES_H

#include "scan/scan.h"

typedef struct pl_lines {
    pl_str text;
    pl_scan_options options;
    pl_scan_result *result;
    size_t literal_count;
    size_t at;            /* start of the first line not yet begun */
    size_t counted, ends; /* how many line ends there are before `counted` */
    bool is_begun;        /* there is a line under way: */
    size_t start, end;    /* of it, without its '\n' */
    size_t line_index;    /* of it, or of the one before `at` */
    uint64_t hits[PL_SCAN_LITERALS_MAX / 64];
} pl_lines;

/* Begins with the lines from `from` on, 0 or the start of the second line. */
void pl_lines_begin(pl_lines *lines, pl_str text, size_t from, pl_scan_options options);
/* `literal`, of `len` bytes, stands at `start`, with its window at `window`, which never goes back.
 * PL_ERR_NOMEM. */
PL_CHECKED pl_status pl_lines_hit(pl_lines *lines, size_t window, size_t start, size_t len,
                                  size_t literal, pl_error *err);
/* There are `ends` line ends before `to`, and all hits with a window before it have been told. */
void pl_lines_pass(pl_lines *lines, size_t to, size_t ends);
/* The text is over.  PL_ERR_NOMEM. */
PL_CHECKED pl_status pl_lines_end(pl_lines *lines, pl_error *err);

#endif
