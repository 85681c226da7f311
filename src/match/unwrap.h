/* unwrap.h - takes the wrapping off a line: a JSON object around it, a prefix in front of it. */
#ifndef PL_MATCH_UNWRAP_H
#define PL_MATCH_UNWRAP_H

#include "base/buf.h"
#include "dialect/dialect.h"
#include "match/exec.h"

/* Gives `scratch` room for any line, so that unwrapping never fails.  False: no memory. */
bool pl_unwrap_room(pl_buf *scratch);
/*
 * `line` after the dialect's unwrap steps, each where it applies: a view into `line` or into
 * `scratch`, which has had pl_unwrap_room(), good until the next call with it.  *stamp (NULL
 * allowed) is the stamp that the last step that had one took off, a view too; .ptr NULL: none had.
 */
pl_str pl_unwrap_line(const pl_dialect *dialect, pl_exec *exec, pl_str line, pl_buf *scratch,
                      pl_str *stamp);

#endif
