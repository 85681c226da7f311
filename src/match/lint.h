/* lint.h - what is legal in a dialect and still a mistake: rules that are slow, doubled or dead. */
#ifndef PL_MATCH_LINT_H
#define PL_MATCH_LINT_H

#include <stddef.h>

#include "phaseline/error.h"

#include "base/buf.h"
#include "dialect/dialect.h"

#define PL_LINT_STEPS_MAX 100000 /* half of what a log line may take: PL_MATCH_STEPS_MAX */

/*
 * Looks `dialect` of the linked `set` over.  Appends to `out` for each finding one line
 * "file:line: what", with the sample and a caret under the byte it is about where there is one, and
 * counts them in *findings:
 *
 *   - a literal that is short, or that most lines of other rules hold; a context without one
 *   - a sample that two rules of `rules` match
 *   - a pattern that takes over PL_LINT_STEPS_MAX steps on a stretched sample (stretch.h)
 *   - a phase that takes time and has no limit
 *   - a model or phase that no rule can reach
 */
PL_CHECKED pl_status pl_lint(const pl_dialect_set *set, const pl_dialect *dialect, pl_buf *out,
                             size_t *findings, pl_error *err);

#endif
