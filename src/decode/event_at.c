/* event_at.c - counts what makes a difference, in groups that the compiler makes SIMD of. */
#include "decode/event_at.h"

#include <assert.h>

#define BYTES_AT_ONCE 32

struct counts {
    size_t lines;   /* '\n' */
    size_t follows; /* bytes of a character after its first */
    size_t fours;   /* characters of four bytes: two units */
};

static void count_byte(unsigned char c, struct counts *counts)
{
    counts->lines += c == '\n';
    counts->follows += (c & 0xc0) == 0x80;
    counts->fours += c >= 0xf0;
}

static struct counts count(pl_str s)
{
    struct counts all = {0};
    size_t at = 0;
    for (; s.len - at >= BYTES_AT_ONCE; at += BYTES_AT_ONCE) {
        unsigned char lines = 0, follows = 0, fours = 0;
        for (size_t i = 0; i < BYTES_AT_ONCE; i++) {
            const unsigned char c = (unsigned char)s.ptr[at + i];
            lines = (unsigned char)(lines + (c == '\n'));
            follows = (unsigned char)(follows + ((c & 0xc0) == 0x80));
            fours = (unsigned char)(fours + (c >= 0xf0));
        }
        all.lines += lines;
        all.follows += follows;
        all.fours += fours;
    }
    for (; at < s.len; at++)
        count_byte((unsigned char)s.ptr[at], &all);
    return all;
}

pl_event_at pl_event_at_start(const pl_block *block, pl_str text)
{
    return (pl_event_at){.text = text, .encoding = block->encoding, .byte_off = block->byte_off};
}

void pl_event_at_move(pl_event_at *at, size_t to)
{
    assert(to >= at->at && to <= at->text.len);
    const size_t bytes = to - at->at;
    const struct counts counts = count(pl_str_slice(at->text, at->at, bytes));
    at->at = to;
    at->line_index += counts.lines;
    switch (at->encoding) {
    case PL_ENCODING_UTF8:
    case PL_ENCODING_BINARY:
        at->byte_off += bytes;
        break;
    case PL_ENCODING_CP1252:
        at->byte_off += bytes - counts.follows;
        break;
    case PL_ENCODING_UTF16LE:
    case PL_ENCODING_UTF16BE:
        at->byte_off += 2 * (bytes - counts.follows + counts.fours);
        break;
    }
}

size_t pl_event_at_lines(pl_event_at *at, const pl_block *block)
{
    pl_event_at_move(at, at->text.len);
    const bool is_open = at->text.len > 0 && !pl_str_ends(at->text, PL_STR("\n"));
    return (size_t)at->line_index + (block->last && is_open);
}
