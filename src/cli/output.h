/*
 * output.h - the file of -o: all of it or nothing.
 *
 * What is written goes to a file of another name beside it, which takes its place at the end; what
 * is there before stands until then.  A device or a pipe is written as it is.
 */
#ifndef PL_CLI_OUTPUT_H
#define PL_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "phaseline/error.h"

typedef struct pl_output {
    FILE *file;         /* open between open and close */
    char *path, *draft; /* owned; draft NULL: written in place */
} pl_output;

/* PL_ERR_USAGE: cannot be made, and says why. */
PL_CHECKED pl_status pl_output_open(const char *path, pl_output *out, pl_error *err);
/* Ends it; `keeps` false takes back what was written.  Returns 0, or the errno of what went wrong.
 */
int pl_output_close(pl_output *output, bool keeps);

#endif
