/* exec.h - runs compiled patterns on lines, within limits that no line can exceed. */
#ifndef PL_MATCH_EXEC_H
#define PL_MATCH_EXEC_H

#include <stdbool.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/str.h"
#include "dialect/regex.h"

/* A pattern that needs more is treated as not matching and counted: PCRE2's own defaults are 10 M
 * and 20 GB. */
#define PL_MATCH_STEPS_MAX 200000
#define PL_MATCH_DEPTH_MAX 2000
#define PL_MATCH_HEAP_KIB_MAX 20000
#define PL_JIT_STACK_BYTES ((size_t)512 << 10)

typedef struct pl_captures {
    const pl_regex *regex;              /* borrowed */
    pl_str groups[PL_REGEX_GROUPS_MAX]; /* views into the subject; .ptr NULL: not set; [0]: the
                                           whole match */
} pl_captures;

typedef struct pl_exec pl_exec; /* scratch memory of PCRE2; one thread at a time */

PL_CHECKED pl_status pl_exec_new(pl_exec **out, pl_error *err);
void pl_exec_free(pl_exec *exec);
/* True: `regex` is found in `subject`, and *captures says where. */
bool pl_exec_match(pl_exec *exec, const pl_regex *regex, pl_str subject, pl_captures *captures);
/* How many matches hit a limit so far. */
uint64_t pl_exec_limited(const pl_exec *exec);
/* True when the interpreter needs no more than `steps_max` steps to know whether `regex` matches.
 */
bool pl_exec_within(pl_exec *exec, const pl_regex *regex, pl_str subject, uint32_t steps_max);
/* How many bytes of `subject` some match attempt of `regex` got through: for the caret of a failing
 * sample. */
size_t pl_exec_reach(pl_exec *exec, const pl_regex *regex, pl_str subject);
/* What the group of that name holds; .ptr NULL when it is not set or not there.  Of several the one
 * that is set. */
pl_str pl_capture(const pl_captures *captures, pl_str name);

#endif
