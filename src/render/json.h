/* json.h - rows as JSON: int64 exactly, reals that read back the same, blobs as hexadecimal
 * strings. */
#ifndef PL_RENDER_JSON_H
#define PL_RENDER_JSON_H

#include <stddef.h>

#include "base/buf.h"
#include "render/value.h"
#include "store/store.h"

/* Appends `"name":value`, with a comma in front unless `index` is 0. */
void pl_json_append_member(pl_buf *buf, size_t index, const char *name, const pl_value *value);
/* Appends the members of the current row of `stmt`, without braces. */
void pl_json_append_row(pl_buf *buf, const pl_stmt *stmt);

#endif
