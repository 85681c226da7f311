/* load.h - the dialects of a command: built in, the user's own, and those named by option. */
#ifndef PL_CLI_LOAD_H
#define PL_CLI_LOAD_H

#include <stddef.h>

#include "phaseline/error.h"

#include "cli/args.h"
#include "dialect/dialect.h"

/*
 * Loads into `set` (initialised) the built-in dialects, the .yaml files of the user's folder
 * ($XDG_CONFIG_HOME/phaseline/dialects) by name, the files of --dialect-file and the `count` of
 * `files`; later ones replace earlier ones of the same name.  Then links them.  A file that is not
 * well formed is PL_ERR_FORMAT, one that cannot be read PL_ERR_USAGE.
 */
PL_CHECKED pl_status pl_load_dialects(const pl_args *args, const char *const *files, size_t count,
                                      pl_dialect_set *set, pl_error *err);

#endif
