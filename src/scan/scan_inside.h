/* scan_inside.h - a scan by a kernel of one's own choice: for tests, which compare them, and bench.
 */
#ifndef PL_SCAN_INSIDE_H
#define PL_SCAN_INSIDE_H

#include "scan/kernel.h"
#include "scan/scan.h"

typedef struct pl_scan_input {
    pl_str text;
    pl_scan_options options;
} pl_scan_input;

/* As pl_scan(). */
PL_CHECKED pl_status pl_scan_by(pl_kernel kernel, const pl_scan_set *set,
                                const pl_scan_input *input, pl_scan_result *result, pl_error *err);

#endif
