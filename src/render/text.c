/* text.c - columns are those of a terminal (pl_utf8_width), not bytes. */
#include "render/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"

#define DOTS PL_STR("...")

/* The longest start of `s` that takes at most `columns`. */
static pl_str fit(pl_str s, size_t columns)
{
    size_t len = 0, used = 0;
    while (len < s.len) {
        uint32_t code;
        size_t step = pl_utf8_next(pl_str_slice(s, len, SIZE_MAX), &code);
        used += pl_utf8_width(pl_str_slice(s, len, step));
        if (used > columns)
            break;
        len += step;
    }
    return pl_str_slice(s, 0, len);
}

void pl_text_append_cut(pl_buf *buf, pl_str s, size_t columns)
{
    size_t from = buf->len;
    pl_escape_terminal(buf, s);
    pl_str added = pl_str_slice(pl_buf_str(buf), from, SIZE_MAX);
    if (columns == 0 || buf->failed != PL_OK || pl_utf8_width(added) <= columns)
        return;
    size_t dots = columns < DOTS.len ? columns : DOTS.len;
    pl_buf_cut(buf, from + fit(added, columns - dots).len);
    pl_buf_append_repeat(buf, '.', dots);
}

void pl_text_append_wrapped(pl_buf *buf, pl_str s, size_t column, size_t indent, size_t width)
{
    bool at_start = true;
    while (s.len > 0) {
        size_t end = pl_str_find(s, PL_STR(" "), 0);
        pl_str word = pl_str_slice(s, 0, end);
        s = pl_str_slice(s, end == SIZE_MAX ? s.len : end + 1, SIZE_MAX);
        size_t columns = pl_utf8_width(word);
        bool breaks = !at_start && width > 0 && column + 1 + columns > width;
        if (breaks) {
            pl_buf_append_char(buf, '\n');
            pl_buf_append_repeat(buf, ' ', indent);
            column = indent;
        } else if (!at_start) {
            pl_buf_append_char(buf, ' ');
            column++;
        }
        pl_escape_terminal(buf, word);
        column += columns;
        at_start = false;
    }
}

static const char *colour_of(pl_str word)
{
    static const struct {
        pl_str word;
        const char *colour;
    } colours[] = {
        {PL_STR_INIT("failed"), "1;31"},  {PL_STR_INIT("rolledback"), "1;31"},
        {PL_STR_INIT("stalled"), "1;31"}, {PL_STR_INIT("silent"), "1;31"},
        {PL_STR_INIT("error"), "1;31"},   {PL_STR_INIT("slow"), "33"},
        {PL_STR_INIT("paused"), "33"},    {PL_STR_INIT("unknown"), "33"},
        {PL_STR_INIT("warning"), "33"},   {PL_STR_INIT("completed"), "32"},
    };
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        if (pl_str_equal_nocase(word, colours[i].word))
            return colours[i].colour;
    return NULL;
}

bool pl_text_begin_colour(pl_buf *buf, pl_str word, bool colour)
{
    const char *sgr = colour ? colour_of(word) : NULL;
    if (sgr != NULL)
        pl_buf_appendf(buf, "\x1b[%sm", sgr);
    return sgr != NULL;
}

void pl_text_end_colour(pl_buf *buf, bool is_begun)
{
    if (is_begun)
        pl_buf_append(buf, PL_STR("\x1b[0m"));
}

void pl_text_append_word(pl_buf *buf, pl_str word, bool colour)
{
    bool is_begun = pl_text_begin_colour(buf, word, colour);
    pl_escape_terminal(buf, word);
    pl_text_end_colour(buf, is_begun);
}

static char capital(char c)
{
    if (c >= 'a' && c <= 'z')
        return (char)(c - ('a' - 'A'));
    return c;
}

size_t pl_text_append_capitals(pl_buf *buf, pl_str word, bool colour)
{
    bool is_begun = pl_text_begin_colour(buf, word, colour);
    size_t columns = word.len;
    for (size_t i = 0; i < word.len; i++) {
        if (i > 0 && word.ptr[i] >= 'A' && word.ptr[i] <= 'Z') {
            pl_buf_append_char(buf, ' ');
            columns++;
        }
        char c = capital(word.ptr[i]);
        pl_escape_terminal(buf, (pl_str){&c, 1});
    }
    pl_text_end_colour(buf, is_begun);
    return columns;
}

void pl_text_append_count(pl_buf *buf, int64_t count)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, count);
    size_t len = strlen(digits), sign = count < 0;
    for (size_t i = 0; i < len; i++) {
        if (i > sign && (len - i) % 3 == 0)
            pl_buf_append_char(buf, ',');
        pl_buf_append_char(buf, digits[i]);
    }
}

void pl_text_append_counted(pl_buf *buf, int64_t count, const char *noun)
{
    pl_text_append_count(buf, count);
    pl_buf_appendf(buf, " %s%s", noun, count == 1 ? "" : "s");
}

void pl_text_append_bytes(pl_buf *buf, int64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) {
        pl_buf_appendf(buf, "%" PRId64 " B", bytes);
        return;
    }
    size_t unit = 0;
    int64_t size = 1000;
    while (bytes / size >= 1000) {
        size *= 1000;
        unit++;
    }
    int64_t tenths = bytes / (size / 10);
    pl_buf_appendf(buf, "%" PRId64 ".%" PRId64 " %s", tenths / 10, tenths % 10, units[unit]);
}

void pl_text_append_place(pl_buf *buf, pl_str path, pl_str member)
{
    pl_escape_terminal(buf, path);
    if (member.len == 0)
        return;
    pl_buf_append_char(buf, '!');
    pl_escape_terminal(buf, member);
}
