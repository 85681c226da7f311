/* ansi.c - escape sequences as ECMA-48 and xterm know them; a broken one ends where it breaks. */
#include "decode/ansi.h"

#include <string.h>

#define ESC '\x1b'
#define BEL '\a'
#define PIECE_BYTES ((size_t)16 << 10)

static bool within(const char *at, const char *end, unsigned char low, unsigned char high)
{
    return at < end && (unsigned char)*at >= low && (unsigned char)*at <= high;
}

/* Skips bytes of low..high, then one byte of final_low..0x7e if it stands there. */
static const char *skip_until_final(const char *at, const char *end, unsigned char high,
                                    unsigned char final_low)
{
    while (within(at, end, 0x20, high))
        at++;
    return within(at, end, final_low, 0x7e) ? at + 1 : at;
}

/* A control string ends with BEL or ESC \; any other ESC begins a new sequence, '\n' breaks it off.
 */
static const char *skip_string(const char *at, const char *end)
{
    while (at < end && *at != ESC && *at != BEL && *at != '\n')
        at++;
    if (at == end || *at == '\n')
        return at;
    if (*at == BEL)
        return at + 1;
    return at + 1 < end && at[1] == '\\' ? at + 2 : at;
}

/* `at` stands on an ESC; returns where the text goes on. */
static const char *skip_sequence(const char *at, const char *end)
{
    if (++at == end)
        return at;
    switch (*at) {
    case '[':
        return skip_until_final(at + 1, end, 0x3f, 0x40);
    case ']':
    case 'P':
    case '_':
    case '^':
    case 'X':
        return skip_string(at + 1, end);
    default:
        return skip_until_final(at, end, 0x2f, 0x30);
    }
}

/* In pieces, so that the second look finds the piece in the first cache. */
bool pl_ansi_present(pl_str s)
{
    for (pl_str rest = s; rest.len > 0; rest = pl_str_slice(rest, PIECE_BYTES, SIZE_MAX)) {
        const pl_str piece = pl_str_slice(rest, 0, PIECE_BYTES);
        if (memchr(piece.ptr, ESC, piece.len) != NULL || memchr(piece.ptr, '\0', piece.len) != NULL)
            return true;
    }
    return false;
}

size_t pl_ansi_strip(pl_str s, char *out)
{
    const char *at = s.ptr, *end = s.ptr + s.len;
    char *to = out;
    while (at < end) {
        if (*at == ESC)
            at = skip_sequence(at, end);
        else if (*at == '\0')
            at++;
        else
            *to++ = *at++;
    }
    return (size_t)(to - out);
}
