/* embedded.h - the files that are part of the program: schema.sql and dialects, written by the
 * build. */
#ifndef PL_BASE_EMBEDDED_H
#define PL_BASE_EMBEDDED_H

#include <stddef.h>

typedef struct pl_embedded {
    const char *name; /* the file's name without its folder */
    const char *text; /* terminated */
    size_t len;       /* without the terminator */
} pl_embedded;

extern const pl_embedded pl_embedded_schema;
/* By file name; with a count of 0 the array holds one empty entry. */
extern const pl_embedded pl_embedded_dialects[];
extern const size_t pl_embedded_dialect_count;

#endif
