/* fuzz_evtx.c - chunks of an event log give whole lines of clean UTF-8, the same each time, and
 * what a filter leaves of them stands among all of them. */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "decode/decode.h"
#include "fuzz.h"

#define INPUT_MAX ((size_t)3 << 16)

static const pl_event_pair pairs[] = {{PL_STR_INIT("Oak"), 7}, {PL_STR_INIT("elm"), 1074}};

static pl_text decode(pl_decoder *decoder, pl_str bytes, const pl_event_filter *filter)
{
    const pl_block block = {.ptr = bytes.ptr,
                            .len = bytes.len,
                            .byte_off = PL_EVTX_HEADER_BYTES,
                            .no = 1,
                            .encoding = PL_ENCODING_BINARY,
                            .layout = PL_LAYOUT_EVTX,
                            .last = true};
    pl_text text;
    PROMISE(pl_decode_block(decoder, &block, filter, &text, NULL) == PL_OK);
    return text;
}

/* The line that begins at *at, with its end; *at goes behind it. */
static pl_str next_line(pl_str text, size_t *at)
{
    const size_t end = pl_str_find(text, PL_STR("\n"), *at);
    PROMISE(end != SIZE_MAX);
    const pl_str line = pl_str_slice(text, *at, end + 1 - *at);
    *at = end + 1;
    return line;
}

static void check_lines(const pl_text *text, pl_str bytes)
{
    size_t at = 0;
    PROMISE(pl_utf8_valid(text->str));
    PROMISE(text->numbered && text->record_count <= text->line_count);
    for (size_t i = 0; i < text->record_count; i++) {
        const pl_str line = next_line(text->str, &at);
        PROMISE(memchr(line.ptr, '\0', line.len) == NULL);
        PROMISE(text->records[i].byte_off - PL_EVTX_HEADER_BYTES < bytes.len);
        PROMISE(i == 0 || text->records[i].byte_off > text->records[i - 1].byte_off);
    }
    PROMISE(at == text->str.len);
}

/* The record that begins at `byte_off`, which is one of `all`. */
static size_t find(const pl_text *all, uint64_t byte_off)
{
    size_t i = 0;
    while (i < all->record_count && all->records[i].byte_off != byte_off)
        i++;
    PROMISE(i < all->record_count);
    return i;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const pl_event_filter filter = {pairs, sizeof pairs / sizeof *pairs};
    const pl_str bytes = {(const char *)data, size};
    pl_decoder *one = NULL, *other = NULL;
    if (size > INPUT_MAX)
        return 0;
    PROMISE(pl_decoder_new(&one, NULL) == PL_OK && pl_decoder_new(&other, NULL) == PL_OK);
    const pl_text all = decode(one, bytes, NULL);
    check_lines(&all, bytes);
    const pl_text wanted = decode(other, bytes, &filter);
    check_lines(&wanted, bytes);
    for (size_t i = 0; i < wanted.record_count; i++)
        PROMISE(wanted.records[i].line == all.records[find(&all, wanted.records[i].byte_off)].line);
    const pl_text again = decode(other, bytes, NULL);
    PROMISE(pl_str_equal(again.str, all.str));
    pl_decoder_free(one);
    pl_decoder_free(other);
    return 0;
}
