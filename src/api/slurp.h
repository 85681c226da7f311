/* slurp.h - a whole small file or stream in memory. */
#ifndef PL_API_SLURP_H
#define PL_API_SLURP_H

#include "phaseline/error.h"

#include "base/buf.h"

/* Appends all of the file `path` ("-": standard input).  PL_ERR_USAGE: cannot be read;
 * PL_ERR_LIMIT: longer than buf->max. */
PL_CHECKED pl_status pl_slurp(const char *path, pl_buf *buf, pl_error *err);

#endif
