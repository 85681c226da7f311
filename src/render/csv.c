/* csv.c - one field at a time; quoting is pl_escape_csv()'s. */
#include "render/csv.h"

#include "base/escape.h"

/* What steers a terminal goes first: quoting must see the text as it will be. */
static void append_clean(pl_buf *buf, pl_str text)
{
    pl_buf clean;
    pl_buf_init(&clean, buf->max);
    pl_escape_terminal(&clean, text);
    pl_escape_csv(buf, pl_buf_str(&clean));
    if (clean.failed != PL_OK)
        buf->failed = clean.failed;
    pl_buf_release(&clean);
}

void pl_csv_append_field(pl_buf *buf, size_t index, const pl_value *value, bool for_terminal)
{
    if (index > 0)
        pl_buf_append_char(buf, ',');
    if (value->type != PL_TYPE_TEXT)
        pl_value_append(buf, value);
    else if (value->text.len == 0)
        pl_buf_append(buf, PL_STR("\"\""));
    else if (for_terminal)
        append_clean(buf, value->text);
    else
        pl_escape_csv(buf, value->text);
}

void pl_csv_end_row(pl_buf *buf)
{
    pl_buf_append(buf, PL_STR("\r\n"));
}
