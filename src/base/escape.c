/* escape.c - walks characters, not bytes, and changes only those that do harm where they go. */
#include "base/escape.h"

#include <inttypes.h>

#define REPLACEMENT PL_STR("\xef\xbf\xbd") /* U+FFFD */

struct range {
    uint32_t first, last;
};

static bool in_ranges(uint32_t code, const struct range *ranges, size_t count)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && code >= ranges[low].first;
}

#define IN_RANGES(code, table) in_ranges((code), (table), sizeof(table) / sizeof *(table))

/* What a lead byte allows: how many bytes follow, and the bounds of the first of them. */
struct lead {
    unsigned char follow, low, high;
};

/* The bounds keep out overlong forms, surrogates and code points over U+10FFFF. */
static struct lead lead_of(unsigned char byte)
{
    if (byte >= 0xc2 && byte <= 0xdf)
        return (struct lead){1, 0x80, 0xbf};
    if (byte >= 0xe0 && byte <= 0xef)
        return (struct lead){2, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf};
    if (byte >= 0xf0 && byte <= 0xf4)
        return (struct lead){3, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf};
    return (struct lead){0};
}

size_t pl_utf8_next(pl_str s, uint32_t *out)
{
    unsigned char first = (unsigned char)s.ptr[0];
    *out = first;
    if (first < 0x80)
        return 1;
    struct lead lead = lead_of(first);
    uint32_t code = first & (0x3fU >> lead.follow);
    for (size_t i = 1; i <= lead.follow; i++) {
        unsigned char byte = i < s.len ? (unsigned char)s.ptr[i] : 0;
        if (byte < (i == 1 ? lead.low : 0x80) || byte > (i == 1 ? lead.high : 0xbf)) {
            *out = UINT32_MAX;
            return i;
        }
        code = code << 6 | (byte & 0x3fU);
    }
    *out = lead.follow == 0 ? UINT32_MAX : code;
    return lead.follow + (size_t)1;
}

/* Takes the first character off `s`; its bytes are in *bytes, its code point is returned. */
static uint32_t take(pl_str *s, pl_str *bytes)
{
    uint32_t code;
    size_t len = pl_utf8_next(*s, &code);
    *bytes = pl_str_slice(*s, 0, len);
    *s = pl_str_slice(*s, len, SIZE_MAX);
    return code;
}

bool pl_utf8_valid(pl_str s)
{
    pl_str bytes;
    while (s.len > 0) {
        if (take(&s, &bytes) == UINT32_MAX)
            return false;
    }
    return true;
}

/* Control characters, and those that change the direction or the line of what follows. */
static bool is_harmful(uint32_t code)
{
    static const struct range harmful[] = {
        {0x0000, 0x001f}, {0x007f, 0x009f}, {0x061c, 0x061c},
        {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
    };
    return IN_RANGES(code, harmful);
}

/* Copies the longest start of *s that printable ASCII is, without '"' and '\\', which JSON escapes.
 */
static void append_plain(pl_buf *buf, pl_str *s)
{
    size_t len = 0;
    while (len < s->len && s->ptr[len] >= ' ' && s->ptr[len] < 0x7f && s->ptr[len] != '"' &&
           s->ptr[len] != '\\')
        len++;
    pl_buf_append(buf, pl_str_slice(*s, 0, len));
    *s = pl_str_slice(*s, len, SIZE_MAX);
}

/* The letter of a two-character JSON escape of `code`, or '\0'. */
static char json_letter(uint32_t code)
{
    switch (code) {
    case '"':
        return '"';
    case '\\':
        return '\\';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return '\0';
    }
}

static void append_json_char(pl_buf *buf, uint32_t code, pl_str bytes)
{
    char letter = json_letter(code);
    if (code == UINT32_MAX)
        pl_buf_append(buf, REPLACEMENT);
    else if (letter != '\0')
        pl_buf_appendf(buf, "\\%c", letter);
    else if (is_harmful(code))
        pl_buf_appendf(buf, "\\u%04" PRIx32, code);
    else
        pl_buf_append(buf, bytes);
}

void pl_escape_json(pl_buf *buf, pl_str s)
{
    pl_buf_append_char(buf, '"');
    for (append_plain(buf, &s); s.len > 0; append_plain(buf, &s)) {
        pl_str bytes;
        uint32_t code = take(&s, &bytes);
        append_json_char(buf, code, bytes);
    }
    pl_buf_append_char(buf, '"');
}

static bool csv_needs_quotes(pl_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == ',' || s.ptr[i] == '"' || s.ptr[i] == '\r' || s.ptr[i] == '\n')
            return true;
    }
    return false;
}

void pl_escape_csv(pl_buf *buf, pl_str s)
{
    if (!csv_needs_quotes(s)) {
        pl_buf_append(buf, s);
        return;
    }
    pl_buf_append_char(buf, '"');
    for (size_t quote; (quote = pl_str_find(s, PL_STR("\""), 0)) != SIZE_MAX;) {
        pl_buf_append(buf, pl_str_slice(s, 0, quote + 1));
        pl_buf_append_char(buf, '"');
        s = pl_str_slice(s, quote + 1, SIZE_MAX);
    }
    pl_buf_append(buf, s);
    pl_buf_append_char(buf, '"');
}

void pl_escape_terminal(pl_buf *buf, pl_str s)
{
    for (append_plain(buf, &s); s.len > 0; append_plain(buf, &s)) {
        pl_str bytes;
        uint32_t code = take(&s, &bytes);
        if (code == '\t' || code == '\r' || code == '\n')
            pl_buf_append_char(buf, ' ');
        else
            pl_buf_append(buf, code == UINT32_MAX || is_harmful(code) ? REPLACEMENT : bytes);
    }
}

/* Combining marks of the common scripts, joiners, variation selectors: no column of their own. */
static const struct range zero_width[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},   {0x05bf, 0x05bf}, {0x05c1, 0x05c2},
    {0x05c4, 0x05c5}, {0x05c7, 0x05c7}, {0x0610, 0x061a},   {0x064b, 0x065f}, {0x0670, 0x0670},
    {0x06d6, 0x06dc}, {0x06df, 0x06e4}, {0x06e7, 0x06e8},   {0x06ea, 0x06ed}, {0x0900, 0x0902},
    {0x093a, 0x093a}, {0x093c, 0x093c}, {0x0941, 0x0948},   {0x094d, 0x094d}, {0x0e31, 0x0e31},
    {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},   {0x1dc0, 0x1dff}, {0x200b, 0x200d},
    {0x2060, 0x2060}, {0x20d0, 0x20ff}, {0x302a, 0x302d},   {0x3099, 0x309a}, {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};

/* East Asian wide and fullwidth, and the emoji blocks. */
static const struct range double_width[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x23f0, 0x23f0},   {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
    {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},
    {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},
    {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},
    {0x2728, 0x2728},   {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27b0, 0x27b0},   {0x27bf, 0x27bf},
    {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x2e80, 0x303e},
    {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},
    {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
    {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
    {0x1f7e0, 0x1f7eb}, {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
};

size_t pl_utf8_width(pl_str s)
{
    size_t columns = 0;
    pl_str bytes;
    while (s.len > 0) {
        uint32_t code = take(&s, &bytes);
        if (IN_RANGES(code, double_width))
            columns += 2;
        else if (!IN_RANGES(code, zero_width))
            columns += 1;
    }
    return columns;
}
