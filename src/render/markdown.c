/* markdown.c - all that Markdown reads as more than a letter is ASCII punctuation, and may be
 * written with a backslash; what HTML reads is written as an entity. */
#include "render/markdown.h"

#include <stdbool.h>
#include <string.h>

#include "base/escape.h"

static bool ends_with_www(pl_str s, size_t at)
{
    return pl_str_ends(pl_str_slice(s, 0, at), PL_STR("www"));
}

/* Addresses must not become links, so that a log cannot place one. */
static bool begins_address(pl_str s, size_t at)
{
    if (s.ptr[at] == '.')
        return ends_with_www(s, at);
    return s.ptr[at] == ':' && at + 1 < s.len && s.ptr[at + 1] == '/';
}

static bool is_mark(pl_str s, size_t at)
{
    char c = s.ptr[at];
    return c != '\0' && (strchr("\\`*_[]|~#$", c) != NULL || begins_address(s, at));
}

static const char *entity_of(char c)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    default:
        return NULL;
    }
}

void pl_markdown_append(pl_buf *buf, pl_str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char *entity = entity_of(s.ptr[i]);
        bool is_escaped = entity == NULL && is_mark(s, i);
        if (entity == NULL && !is_escaped)
            continue;
        pl_escape_terminal(buf, pl_str_slice(s, from, i - from));
        if (is_escaped)
            pl_buf_appendf(buf, "\\%c", s.ptr[i]);
        else
            pl_buf_appendf(buf, "%s", entity);
        from = i + 1;
    }
    pl_escape_terminal(buf, pl_str_slice(s, from, SIZE_MAX));
}

void pl_markdown_append_code(pl_buf *buf, pl_str s)
{
    pl_buf_append(buf, PL_STR("<code>"));
    pl_markdown_append(buf, s);
    pl_buf_append(buf, PL_STR("</code>"));
}
