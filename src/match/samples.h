/* samples.h - runs the sample lines of a dialect through the very code that reads logs. */
#ifndef PL_MATCH_SAMPLES_H
#define PL_MATCH_SAMPLES_H

#include <stddef.h>

#include "phaseline/error.h"

#include "base/buf.h"
#include "dialect/dialect.h"

typedef struct pl_samples_result {
    size_t passed, failed;
} pl_samples_result;

/*
 * Tests every `match` and `not` line of `dialect`.  Appends to `out`, for each that fails, one line
 * "file:line: rule 'id': what is wrong", the sample, and a caret under the byte up to which it
 * matched.
 */
PL_CHECKED pl_status pl_samples_test(const pl_dialect_set *set, const pl_dialect *dialect,
                                     pl_buf *out, pl_samples_result *result, pl_error *err);

#endif
