/*
 * reread.h - lines, or records, of a source once more, from where they were read, with those around
 * them; only when its content is still what was recorded.
 */
#ifndef PL_INGEST_REREAD_H
#define PL_INGEST_REREAD_H

#include <stddef.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/arena.h"
#include "base/str.h"
#include "io/hash.h"

#define PL_REREAD_AROUND 2                /* lines before a wanted one, and after it */
#define PL_REREAD_BYTES ((size_t)4 << 10) /* of a line; more is cut */

typedef struct pl_reread_line {
    uint64_t line_no; /* as v_event.line_no */
    pl_str text;      /* valid UTF-8, in the arena */
} pl_reread_line;

typedef struct pl_reread {
    pl_arena arena;
    uint64_t *wanted; /* owned */
    size_t wanted_count, wanted_room;
    pl_reread_line *lines; /* owned; in the order of the source */
    size_t line_count, line_room;
} pl_reread;

void pl_reread_init(pl_reread *reread);
void pl_reread_release(pl_reread *reread);
/* Wants the line `line_no` and those that stand around it. */
PL_CHECKED pl_status pl_reread_want(pl_reread *reread, uint64_t line_no, pl_error *err);
/*
 * Reads the wanted lines of the file `path`, or of `member` in it.  *why is NULL when they are
 * there; else it says in a few words why they are not (no such file, other content, ...), which is
 * no failure.
 */
PL_CHECKED pl_status pl_reread_lines(pl_reread *reread, const char *path, pl_str member,
                                     const pl_hash128 *content, const char **why, pl_error *err);

#endif
