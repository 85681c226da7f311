/* value.c - numbers are written so that reading them gives the same number. */
#include "render/value.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

pl_value pl_value_of(const pl_stmt *stmt, int column)
{
    pl_value value = {.type = pl_stmt_type(stmt, column)};
    if (value.type == PL_TYPE_INT)
        value.integer = pl_stmt_int(stmt, column);
    else if (value.type == PL_TYPE_REAL)
        value.real = pl_stmt_real(stmt, column);
    else if (value.type == PL_TYPE_TEXT)
        value.text = pl_stmt_text(stmt, column);
    else if (value.type == PL_TYPE_BLOB)
        value.text = pl_stmt_blob(stmt, column);
    return value;
}

pl_value pl_value_int(int64_t integer)
{
    return (pl_value){.type = PL_TYPE_INT, .integer = integer};
}

pl_value pl_value_text(pl_str text)
{
    return (pl_value){.type = PL_TYPE_TEXT, .text = text};
}

static void append_real(pl_buf *buf, double real)
{
    char digits[32] = "";
    if (isinf(real)) { /* as SQLite itself writes it: a number that no double can hold */
        pl_buf_appendf(buf, "%s", real > 0 ? "9.0e+999" : "-9.0e+999");
        return;
    }
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, real);
        if (strtod(digits, NULL) == real)
            break;
    }
    pl_buf_appendf(buf, "%s%s", digits, strpbrk(digits, ".e") == NULL ? ".0" : "");
}

static void append_hex(pl_buf *buf, pl_str bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.ptr[i];
        pl_buf_append_char(buf, digits[byte >> 4]);
        pl_buf_append_char(buf, digits[byte & 0xf]);
    }
}

void pl_value_append(pl_buf *buf, const pl_value *value)
{
    switch (value->type) {
    case PL_TYPE_NULL:
        break;
    case PL_TYPE_INT:
        pl_buf_appendf(buf, "%" PRId64, value->integer);
        break;
    case PL_TYPE_REAL:
        append_real(buf, value->real);
        break;
    case PL_TYPE_TEXT:
        pl_buf_append(buf, value->text);
        break;
    case PL_TYPE_BLOB:
        append_hex(buf, value->text);
        break;
    }
}
