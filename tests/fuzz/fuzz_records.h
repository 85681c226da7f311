/* fuzz_records.h - what holds of the records of every block of exported events. */
#ifndef PL_TESTS_FUZZ_RECORDS_H
#define PL_TESTS_FUZZ_RECORDS_H

#include "base/buf.h"
#include "base/escape.h"
#include "decode/decode.h"
#include "fuzz.h"

#define FUZZ_RECORDS_MAX ((size_t)1 << 24) /* bytes of the lines of one input */

/* The ASCII character that is the unit at `at`. */
static inline char fuzz_char(const pl_block *block, size_t at)
{
    char c = '\0';
    const pl_str unit = {block->ptr + at, pl_encoding_unit(block->encoding)};
    pl_encoding_narrow(unit, block->encoding, &c);
    return c;
}

/* Each record stands in the block behind the one before it, on the line it says. */
static inline void fuzz_check_places(const pl_block *block, const pl_text *text)
{
    const size_t unit = pl_encoding_unit(block->encoding);
    size_t at = 0, lines = 0;
    for (size_t i = 0; i < text->record_count; i++) {
        PROMISE(text->records[i].byte_off >= block->byte_off + at);
        const size_t off = (size_t)(text->records[i].byte_off - block->byte_off);
        PROMISE(off % unit == 0 && off + unit <= block->len);
        for (; at < off; at += unit)
            lines += fuzz_char(block, at) == '\n';
        PROMISE(text->records[i].line == lines);
    }
    PROMISE(lines <= text->line_count);
}

/* A line for every record, of characters that do no harm. */
static inline void fuzz_check_lines(const pl_text *text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text->str.len; i++) {
        const unsigned char c = (unsigned char)text->str.ptr[i];
        PROMISE(c == '\n' || (c >= ' ' && c != 0x7f));
        lines += c == '\n';
    }
    PROMISE(lines == text->record_count);
    PROMISE(pl_utf8_valid(text->str));
}

/* Decodes `block`, checks it, and appends its lines; all the rest that is known comes back. */
static inline pl_text fuzz_decode(pl_decoder *decoder, const pl_block *block,
                                  const pl_event_filter *filter, pl_buf *lines)
{
    pl_text text;
    PROMISE(pl_decode_block(decoder, block, filter, &text, NULL) == PL_OK);
    fuzz_check_places(block, &text);
    fuzz_check_lines(&text);
    pl_buf_append(lines, text.str);
    PROMISE(lines->failed == PL_OK);
    return text;
}

#endif
