/* csv.c - quoted fields are found by their quotes, the others byte by byte. */
#include "base/csv.h"

#include <string.h>

/* Reads the field whose opening quote is at `at`; true: *end is where the row goes on. */
static bool read_quoted(pl_str text, size_t at, pl_csv_field *field, size_t *end)
{
    const size_t start = at + 1;
    field->has_doubled = false;
    for (at = start; at < text.len;) {
        const char *quote = memchr(text.ptr + at, '"', text.len - at);
        if (quote == NULL)
            break;
        at = (size_t)(quote - text.ptr);
        if (at + 1 == text.len || text.ptr[at + 1] != '"') {
            field->text = pl_str_slice(text, start, at - start);
            *end = at + 1;
            return true;
        }
        field->has_doubled = true;
        at += 2;
    }
    *end = text.len;
    return false;
}

static size_t read_bare(pl_str text, size_t at, char delimiter, pl_csv_field *field)
{
    const size_t start = at;
    while (at < text.len && text.ptr[at] != delimiter && text.ptr[at] != '\n')
        at++;
    field->text = pl_str_slice(text, start, at - start);
    field->has_doubled = false;
    if ((at == text.len || text.ptr[at] == '\n') && pl_str_ends(field->text, PL_STR("\r")))
        field->text.len--;
    return at;
}

/* The end of the row that goes on at `at`, behind its line end; 0: there is no line end. */
static size_t row_end(pl_str text, size_t at)
{
    if (at < text.len && text.ptr[at] == '\r')
        at++;
    if (at >= text.len)
        return text.len;
    return text.ptr[at] == '\n' ? at + 1 : 0;
}

bool pl_csv_next(pl_str text, char delimiter, pl_csv_row *row)
{
    size_t at = 0;
    bool is_good = true;
    row->count = 0;
    row->len = 0;
    while (is_good) {
        pl_csv_field field = {0};
        if (at < text.len && text.ptr[at] == '"')
            is_good = read_quoted(text, at, &field, &at);
        else
            at = read_bare(text, at, delimiter, &field);
        if (is_good && row->count < row->room)
            row->fields[row->count] = field;
        row->count += is_good;
        if (!is_good || at >= text.len || text.ptr[at] != delimiter)
            break;
        at++;
    }
    row->len = is_good ? row_end(text, at) : at;
    if (row->len > 0 || text.len == 0)
        return is_good;
    row->len = at;
    return false;
}

void pl_csv_unquote(pl_buf *out, const pl_csv_field *field)
{
    pl_str rest = field->text;
    while (field->has_doubled) {
        const char *quote = memchr(rest.ptr, '"', rest.len);
        if (quote == NULL)
            break;
        const size_t len = (size_t)(quote - rest.ptr) + 1;
        pl_buf_append(out, pl_str_slice(rest, 0, len));
        rest = pl_str_slice(rest, len + 1, SIZE_MAX);
    }
    pl_buf_append(out, rest);
}

char pl_csv_delimiter(pl_str text)
{
    static const char delimiters[] = {',', ';', '\t'};
    size_t counts[sizeof delimiters] = {0};
    bool is_quoted = false;
    for (size_t at = 0; at < text.len && text.ptr[at] != '\n'; at++) {
        const char c = text.ptr[at];
        is_quoted = is_quoted != (c == '"');
        for (size_t i = 0; !is_quoted && i < sizeof delimiters; i++)
            counts[i] += c == delimiters[i];
    }
    size_t best = 0;
    for (size_t i = 1; i < sizeof delimiters; i++)
        if (counts[i] > counts[best])
            best = i;
    return delimiters[best];
}
