/* recognise.h - which dialects read a source. */
#ifndef PL_MATCH_RECOGNISE_H
#define PL_MATCH_RECOGNISE_H

#include <stdbool.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/buf.h"
#include "dialect/dialect.h"
#include "match/exec.h"

/* Appends path/member as patterns see it: '/' for '\' and for the '!' between nested archives. */
void pl_source_path(pl_buf *out, pl_str path, pl_str member);

/* A glob is held against as many last components of `path`, which has '/' only, as it has itself.
 */
bool pl_glob_matches(pl_str glob, const char *path);

/*
 * A bit for every dialect of `set` that recognises the source: by path or by a marker, and by a
 * stamped shape (any shape, in dialects without stamps), both in the first 64 KiB of `text`, the
 * source's first block.  For sources of lines.
 */
PL_CHECKED pl_status pl_recognise(const pl_dialect_set *set, pl_exec *exec, pl_str source_path,
                                  pl_str text, uint64_t *mask, pl_error *err);
/* The same for a source that is made of Windows events: the dialects that read them. */
uint64_t pl_recognise_events(const pl_dialect_set *set);

#endif
