/* json.c - values and members; the caller owns the brackets. */
#include "render/json.h"

#include "base/escape.h"

static void append_value(pl_buf *buf, const pl_value *value)
{
    if (value->type == PL_TYPE_NULL) {
        pl_buf_append(buf, PL_STR("null"));
    } else if (value->type == PL_TYPE_TEXT) {
        pl_escape_json(buf, value->text);
    } else if (value->type == PL_TYPE_BLOB) {
        pl_buf_append_char(buf, '"');
        pl_value_append(buf, value);
        pl_buf_append_char(buf, '"');
    } else {
        pl_value_append(buf, value);
    }
}

void pl_json_append_member(pl_buf *buf, size_t index, const char *name, const pl_value *value)
{
    if (index > 0)
        pl_buf_append_char(buf, ',');
    pl_escape_json(buf, pl_str_of(name));
    pl_buf_append_char(buf, ':');
    append_value(buf, value);
}

void pl_json_append_row(pl_buf *buf, const pl_stmt *stmt)
{
    int columns = pl_stmt_columns(stmt);
    for (int i = 0; i < columns; i++) {
        pl_value value = pl_value_of(stmt, i);
        pl_json_append_member(buf, (size_t)i, pl_stmt_name(stmt, i), &value);
    }
}
