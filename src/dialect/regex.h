/* regex.h - a compiled pattern and the names of its groups (PCRE2, JIT; UTF is off: bytes in, bytes
 * out, \C forbidden). */
#ifndef PL_DIALECT_REGEX_H
#define PL_DIALECT_REGEX_H

#include <stdint.h>

#include "phaseline/error.h"

#include "base/arena.h"
#include "base/str.h"

#define PL_REGEX_GROUPS_MAX 32 /* capture groups of one pattern */

typedef struct pl_regex_name {
    pl_str name;
    uint32_t group; /* 1.. */
} pl_regex_name;

typedef struct pl_regex {
    void *code;     /* pcre2_code, owned; NULL: no pattern */
    pl_str pattern; /* a view into the dialect's memory */
    uint32_t group_count;
    pl_regex_name *names; /* in the dialect's memory; one name may stand for several groups */
    uint32_t name_count;
} pl_regex;

/* Compiles `pattern`; PL_ERR_FORMAT with PCRE2's words and the offset, PL_ERR_NOMEM.  Names are
 * copied to `arena`. */
PL_CHECKED pl_status pl_regex_compile(pl_str pattern, pl_arena *arena, pl_regex *out,
                                      pl_error *err);
void pl_regex_release(pl_regex *regex);
/* True when a group has that name. */
_Bool pl_regex_has(const pl_regex *regex, pl_str name);

#endif
