/* dialects.h - dialects from where they are kept: in the program, and in files. */
#ifndef PL_API_DIALECTS_H
#define PL_API_DIALECTS_H

#include <stddef.h>

#include "phaseline/error.h"

#include "dialect/dialect.h"

/* What the `file` of a built-in dialect begins with; the name of its file follows. */
#define PL_BUILT_IN "built-in "

/* Loads the dialects that are part of the program into `set` (initialised). */
PL_CHECKED pl_status pl_dialects_built_in(pl_dialect_set *set, pl_error *err);
/*
 * Loads the `count` files in this order.  PL_ERR_FORMAT: one is not well formed; PL_ERR_USAGE: one
 * cannot be read, or is too large.
 */
PL_CHECKED pl_status pl_dialects_files(const char *const *files, size_t count, pl_dialect_set *set,
                                       pl_error *err);

#endif
