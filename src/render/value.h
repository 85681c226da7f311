/* value.h - one value of a row, and its digits. */
#ifndef PL_RENDER_VALUE_H
#define PL_RENDER_VALUE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "store/store.h"

typedef struct pl_value {
    pl_type type;
    int64_t integer; /* PL_TYPE_INT */
    double real;     /* PL_TYPE_REAL */
    pl_str text;     /* PL_TYPE_TEXT and PL_TYPE_BLOB: a view */
} pl_value;

/* The value at `column` of the current row; its text is good until the next step. */
pl_value pl_value_of(const pl_stmt *stmt, int column);
pl_value pl_value_int(int64_t integer);
pl_value pl_value_text(pl_str text);

/*
 * Appends the value: NULL as nothing, integers exactly, reals with the fewest of 15 to 17 digits
 * that give the same number again and always with a point or an exponent, text as it stands, blobs
 * as hexadecimal digits.
 */
void pl_value_append(pl_buf *buf, const pl_value *value);

#endif
