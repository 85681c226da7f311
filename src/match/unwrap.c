/* unwrap.c - just enough of JSON (RFC 8259) to take one string field out of a flat object. */
#include "match/unwrap.h"

#include <string.h>

#include "io/reader.h"

static size_t skip_blanks(pl_str s, size_t at)
{
    while (at < s.len && strchr(" \t\r\n", s.ptr[at]) != NULL && s.ptr[at] != '\0')
        at++;
    return at;
}

/* The offset after the string that opens at `at`, or 0 when it does not close. */
static size_t skip_string(pl_str s, size_t at)
{
    for (at++; at < s.len; at++) {
        if (s.ptr[at] == '\\')
            at++;
        else if (s.ptr[at] == '"')
            return at + 1;
    }
    return 0;
}

/* The offset after the value at `at`: strings are skipped whole, nested objects and lists by their
 * depth. */
static size_t skip_value(pl_str s, size_t at)
{
    size_t depth = 0;
    while (at < s.len) {
        char c = s.ptr[at];
        if (c == '"') {
            at = skip_string(s, at);
            if (at == 0)
                return s.len;
            continue;
        }
        if ((c == ',' || c == '}' || c == ']') && depth == 0)
            return at;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at++;
    }
    return at;
}

/* The raw inside of the string value of `field` in the object `s`; .ptr NULL: not there. */
static pl_str find_field(pl_str s, pl_str field)
{
    size_t at = skip_blanks(s, 0);
    if (at >= s.len || s.ptr[at] != '{')
        return (pl_str){0};
    for (at = skip_blanks(s, at + 1); at < s.len && s.ptr[at] == '"';) {
        size_t key_end = skip_string(s, at);
        if (key_end == 0)
            break;
        pl_str key = pl_str_slice(s, at + 1, key_end - at - 2);
        at = skip_blanks(s, key_end);
        if (at >= s.len || s.ptr[at] != ':')
            break;
        at = skip_blanks(s, at + 1);
        size_t end = at < s.len && s.ptr[at] == '"' ? skip_string(s, at) : 0;
        if (end != 0 && pl_str_equal(key, field))
            return pl_str_slice(s, at + 1, end - at - 2);
        at = skip_blanks(s, skip_value(s, at));
        at = at < s.len && s.ptr[at] == ',' ? skip_blanks(s, at + 1) : s.len;
    }
    return (pl_str){0};
}

/* Four hexadecimal digits at `at`, or -1. */
static int32_t hex4(pl_str s, size_t at)
{
    int32_t value = 0;
    if (at + 4 > s.len)
        return -1;
    for (size_t i = at; i < at + 4; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *found = s.ptr[i] == '\0' ? NULL : strchr(digits, s.ptr[i]);
        if (found == NULL)
            return -1;
        value = value * 16 + (int32_t)((found - digits) % 16);
    }
    return value;
}

static void append_code_point(pl_buf *out, uint32_t c)
{
    if (c < 0x80) {
        pl_buf_append_char(out, (char)c);
    } else if (c < 0x800) {
        pl_buf_append_char(out, (char)(0xC0 | c >> 6));
        pl_buf_append_char(out, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        pl_buf_append_char(out, (char)(0xE0 | c >> 12));
        pl_buf_append_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
        pl_buf_append_char(out, (char)(0x80 | (c & 0x3F)));
    } else {
        pl_buf_append_char(out, (char)(0xF0 | c >> 18));
        pl_buf_append_char(out, (char)(0x80 | (c >> 12 & 0x3F)));
        pl_buf_append_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
        pl_buf_append_char(out, (char)(0x80 | (c & 0x3F)));
    }
}

/* The \uXXXX (or pair of them) whose digits begin at `at`; returns the offset after it. */
static size_t append_unicode(pl_buf *out, pl_str raw, size_t at)
{
    int32_t high = hex4(raw, at);
    if (high < 0)
        return at;
    at += 4;
    if (high >= 0xD800 && high < 0xDC00 && at + 6 <= raw.len && raw.ptr[at] == '\\' &&
        raw.ptr[at + 1] == 'u') {
        int32_t low = hex4(raw, at + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            append_code_point(out, 0x10000U + ((uint32_t)(high - 0xD800) << 10) +
                                       (uint32_t)(low - 0xDC00));
            return at + 6;
        }
    }
    append_code_point(out, high >= 0xD800 && high < 0xE000 ? 0xFFFD : (uint32_t)high);
    return at;
}

/* `raw` may be part of `out`: what is written stays behind what is read, as no escape is shorter
 * than what it stands for and a field has its object's begin before it. */
static pl_str unescape(pl_str raw, pl_buf *out)
{
    static const char names[] = "bfnrt", values[] = "\b\f\n\r\t";
    pl_buf_clear(out);
    for (size_t at = 0; at < raw.len;) {
        char c = raw.ptr[at++];
        if (c != '\\' || at == raw.len) {
            pl_buf_append_char(out, c);
            continue;
        }
        c = raw.ptr[at++];
        const char *name = strchr(names, c);
        if (c == 'u')
            at = append_unicode(out, raw, at);
        else
            pl_buf_append_char(out, name != NULL && c != '\0' ? values[name - names] : c);
    }
    return pl_buf_str(out);
}

static pl_str without_line_end(pl_str s)
{
    while (s.len > 0 && (s.ptr[s.len - 1] == '\n' || s.ptr[s.len - 1] == '\r'))
        s.len--;
    return s;
}

bool pl_unwrap_room(pl_buf *scratch)
{
    pl_buf_init(scratch, PL_LINE_MAX);
    bool fine = pl_buf_reserve(scratch, PL_LINE_MAX) != NULL;
    pl_buf_clear(scratch);
    return fine;
}

static pl_str unwrap_json(const pl_unwrap *step, pl_str line, pl_buf *scratch, pl_str *stamp)
{
    pl_str raw = find_field(line, step->json_field);
    bool in_scratch = line.ptr >= scratch->ptr && line.ptr < scratch->ptr + scratch->len;
    if (raw.ptr == NULL)
        return line;
    if (step->json_stamp.len > 0 && !in_scratch) /* else it is written over */
        *stamp = find_field(line, step->json_stamp);
    return without_line_end(unescape(raw, scratch));
}

static pl_str unwrap_prefix(const pl_unwrap *step, pl_exec *exec, pl_str line, pl_str *stamp)
{
    pl_captures captures;
    if (!pl_exec_match(exec, &step->strip, line, &captures) || captures.groups[0].ptr != line.ptr)
        return line;
    pl_str said = pl_capture(&captures, PL_STR("ts"));
    if (said.ptr != NULL)
        *stamp = said;
    return pl_str_slice(line, captures.groups[0].len, SIZE_MAX);
}

pl_str pl_unwrap_line(const pl_dialect *dialect, pl_exec *exec, pl_str line, pl_buf *scratch,
                      pl_str *stamp)
{
    pl_str found = {0};
    for (size_t i = 0; i < dialect->unwrap_count; i++) {
        const pl_unwrap *step = &dialect->unwraps[i];
        line = step->json_field.len > 0 ? unwrap_json(step, line, scratch, &found)
                                        : unwrap_prefix(step, exec, line, &found);
    }
    if (stamp != NULL)
        *stamp = found;
    return line;
}
