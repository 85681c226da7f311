/*
 * decode.c - bytes to UTF-8: what is ASCII already is copied or left where it is, iconv does the
 * rest.
 *
 * No conversion makes more than three bytes of one byte, nor of half a UTF-16 pair or an odd last
 * byte, so the scratch space is sized once per block and never runs out inside one.
 */
#include "decode/decode.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "base/escape.h"
#include "decode/ansi.h"
#include "decode/event_csv.h"
#include "decode/event_xml.h"
#include "decode/evtx.h"
#include "decode/narrow.h"
#include "decode/records.h"

#define REPLACEMENT PL_STR("\xef\xbf\xbd") /* U+FFFD */
#define BYTES_OUT_MAX 3                    /* for one byte or one UTF-16 unit */

struct pl_decoder {
    char *scratch; /* owned */
    size_t room;
    iconv_t conversion; /* owned when `is_open`: from `from` to UTF-8 */
    pl_encoding from;
    bool is_open;
    pl_records records; /* of the block under way, when it has a layout of records */
    pl_evtx *evtx;      /* owned; NULL until the first block of EVTX */
};

/* The next free byte of the scratch space, and how many there are. */
struct output {
    char *ptr;
    size_t room;
};

pl_status pl_decoder_new(pl_decoder **out, pl_error *err)
{
    pl_decoder *decoder = pl_alloc(1, sizeof *decoder);
    if (decoder == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a decoder");
    pl_records_init(&decoder->records);
    *out = decoder;
    return PL_OK;
}

static void close_conversion(pl_decoder *decoder)
{
    if (decoder->is_open)
        iconv_close(decoder->conversion);
    decoder->is_open = false;
}

void pl_decoder_free(pl_decoder *decoder)
{
    if (decoder == NULL)
        return;
    close_conversion(decoder);
    pl_records_release(&decoder->records);
    pl_evtx_free(decoder->evtx);
    pl_release(decoder->scratch);
    pl_release(decoder);
}

static const char *iconv_name(pl_encoding encoding)
{
    switch (encoding) {
    case PL_ENCODING_UTF16LE:
        return "UTF-16LE";
    case PL_ENCODING_UTF16BE:
        return "UTF-16BE";
    case PL_ENCODING_CP1252:
        return "CP1252";
    case PL_ENCODING_UTF8:
    case PL_ENCODING_BINARY:
        break;
    }
    return "UTF-8";
}

static pl_status open_conversion(pl_decoder *decoder, pl_encoding from, pl_error *err)
{
    if (decoder->is_open && decoder->from == from)
        return PL_OK;
    close_conversion(decoder);
    iconv_t conversion = iconv_open("UTF-8", iconv_name(from));
    if (conversion == (iconv_t)-1) {
        pl_status status = errno == ENOMEM ? PL_ERR_NOMEM : PL_ERR_IO;
        return pl_fail(err, status, "no conversion from %s to UTF-8", iconv_name(from));
    }
    decoder->conversion = conversion;
    decoder->from = from;
    decoder->is_open = true;
    return PL_OK;
}

static void put(struct output *out, pl_str s)
{
    memcpy(out->ptr, s.ptr, s.len);
    out->ptr += s.len;
    out->room -= s.len;
}

static bool is_ascii_byte(char c)
{
    return (unsigned char)c < 0x80;
}

/* True when a whole unit below 0x80 stands at `at`. */
static bool ascii_at(pl_encoding encoding, const char *at, const char *end)
{
    if ((size_t)(end - at) < pl_encoding_unit(encoding))
        return false;
    if (encoding == PL_ENCODING_UTF16LE)
        return is_ascii_byte(at[0]) && at[1] == 0;
    if (encoding == PL_ENCODING_UTF16BE)
        return at[0] == 0 && is_ascii_byte(at[1]);
    return is_ascii_byte(at[0]);
}

/* Copies the ASCII that stands at `at`; returns where it ends. */
static const char *copy_ascii(pl_encoding encoding, const char *at, const char *end,
                              struct output *out)
{
    const size_t unit = pl_encoding_unit(encoding);
    if (unit == 2) {
        const bool is_big_endian = encoding == PL_ENCODING_UTF16BE;
        const size_t units = pl_narrow(at, (size_t)(end - at) / unit, is_big_endian, out->ptr);
        out->ptr += units;
        out->room -= units;
        at += units * unit;
    }
    for (; ascii_at(encoding, at, end); at += unit) {
        *out->ptr++ = at[encoding == PL_ENCODING_UTF16BE ? 1 : 0];
        out->room--;
    }
    return at;
}

/* Converts the units that are not ASCII; returns where they end. */
static const char *convert_rest(pl_decoder *decoder, const char *at, const char *end,
                                struct output *out)
{
    const size_t unit = pl_encoding_unit(decoder->from);
    const char *stop = at;
    while (stop < end && !ascii_at(decoder->from, stop, end))
        stop += (size_t)(end - stop) < unit ? 1 : unit;
    char *in = (char *)(uintptr_t)at; /* iconv() does not write there */
    size_t left = (size_t)(stop - at);
    while (left > 0 &&
           iconv(decoder->conversion, &in, &left, &out->ptr, &out->room) == (size_t)-1) {
        assert(errno != E2BIG);
        const size_t bad = left < unit ? left : unit;
        put(out, REPLACEMENT);
        in += bad;
        left -= bad;
    }
    return stop;
}

/* The block as UTF-8 in the scratch space. */
static pl_status convert(pl_decoder *decoder, const pl_block *block, pl_str *text, pl_error *err)
{
    struct output out = {.ptr = decoder->scratch, .room = decoder->room};
    const char *at = block->ptr, *end = at + block->len;
    while ((at = copy_ascii(block->encoding, at, end, &out)) < end) {
        pl_status status = open_conversion(decoder, block->encoding, err);
        if (status != PL_OK)
            return status;
        at = convert_rest(decoder, at, end, &out);
    }
    *text = (pl_str){decoder->scratch, (size_t)(out.ptr - decoder->scratch)};
    return PL_OK;
}

static bool is_ascii(pl_str s)
{
    uint64_t any = 0, word;
    size_t i = 0;
    for (; i + sizeof word <= s.len; i += sizeof word) {
        memcpy(&word, s.ptr + i, sizeof word);
        any |= word;
    }
    for (; i < s.len; i++)
        any |= (unsigned char)s.ptr[i];
    return (any & UINT64_C(0x8080808080808080)) == 0;
}

static bool needs_conversion(const pl_block *block)
{
    switch (block->encoding) {
    case PL_ENCODING_UTF16LE:
    case PL_ENCODING_UTF16BE:
        return true;
    case PL_ENCODING_CP1252:
        return !is_ascii((pl_str){block->ptr, block->len});
    case PL_ENCODING_UTF8:
    case PL_ENCODING_BINARY:
        break;
    }
    return false;
}

/* Of records nothing is taken out of the text, so that their places in the bytes can be counted. */
static bool needs_strip(const pl_block *block, pl_str s)
{
    return block->layout == PL_LAYOUT_LINES && pl_ansi_present(s);
}

/* The block as characters, whatever stands in them. */
static pl_status decode_text(pl_decoder *decoder, const pl_block *block, pl_str *text,
                             pl_error *err)
{
    pl_str decoded = {block->ptr, block->len};
    const bool is_converted = block->len > 0 && needs_conversion(block);
    if (!is_converted && !needs_strip(block, decoded)) {
        *text = decoded;
        return PL_OK;
    }
    const size_t need = is_converted ? block->len * BYTES_OUT_MAX : block->len;
    if (!pl_grow(&decoder->scratch, &decoder->room, need, 1))
        return pl_fail(err, PL_ERR_NOMEM, "no memory to decode %zu bytes", block->len);
    if (is_converted) {
        pl_status status = convert(decoder, block, &decoded, err);
        if (status != PL_OK)
            return status;
    }
    if (needs_strip(block, decoded))
        decoded = (pl_str){decoder->scratch, pl_ansi_strip(decoded, decoder->scratch)};
    *text = decoded;
    return PL_OK;
}

static pl_status decode_evtx(pl_decoder *decoder, const pl_block *block,
                             const pl_event_filter *filter, pl_error *err)
{
    if (decoder->evtx == NULL)
        decoder->evtx = pl_evtx_new();
    if (decoder->evtx == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for an event log");
    return pl_evtx_decode(decoder->evtx, block, filter, &decoder->records, err);
}

pl_status pl_decode_block(pl_decoder *decoder, const pl_block *block, const pl_event_filter *filter,
                          pl_text *text, pl_error *err)
{
    pl_str decoded = {0};
    pl_status status = PL_OK;
    pl_records *records = &decoder->records;
    if (block->layout != PL_LAYOUT_EVTX)
        status = decode_text(decoder, block, &decoded, err);
    if (status != PL_OK)
        return status;
    if (block->layout == PL_LAYOUT_LINES) {
        *text = (pl_text){.str = decoded, .first_us = PL_TIME_NONE, .last_us = PL_TIME_NONE};
        return PL_OK;
    }
    pl_records_clear(records);
    if (block->layout == PL_LAYOUT_EVTX)
        status = decode_evtx(decoder, block, filter, err);
    else if (block->layout == PL_LAYOUT_EVENT_XML)
        status = pl_event_xml_decode(block, decoded, filter, records, err);
    else
        status = pl_event_csv_decode(block, decoded, filter, records, err);
    return status == PL_OK ? pl_records_text(records, text, err) : status;
}

/* The offset behind the first line end at or after `from`, or SIZE_MAX. */
static size_t after_line_end(const pl_block *block, size_t from)
{
    const size_t unit = pl_encoding_unit(block->encoding);
    const size_t low = block->encoding == PL_ENCODING_UTF16BE ? 1 : 0;
    while (from < block->len) {
        const char *hit = memchr(block->ptr + from, '\n', block->len - from);
        if (hit == NULL)
            break;
        const size_t at = (size_t)(hit - block->ptr);
        const size_t start = at - at % unit;
        if (unit == 1 || (at % unit == low && start + 1 < block->len && block->ptr[at ^ 1] == 0))
            return start + unit;
        from = at + 1;
    }
    return SIZE_MAX;
}

uint64_t pl_decode_line_off(const pl_block *block, size_t line_index, pl_line_cursor *cursor)
{
    assert(line_index >= cursor->line_index);
    while (cursor->line_index < line_index) {
        const size_t next = after_line_end(block, cursor->raw_off);
        if (next == SIZE_MAX)
            break;
        cursor->raw_off = next;
        cursor->line_index++;
    }
    return block->byte_off + cursor->raw_off;
}

size_t pl_decode_line(pl_str line, pl_buf *out)
{
    if (pl_str_ends(line, PL_STR("\r")))
        line.len--;
    size_t replaced = 0, good = 0; /* [good, at) is valid and not yet appended */
    size_t at = 0;
    while (at < line.len) {
        uint32_t code;
        const size_t len = pl_utf8_next(pl_str_slice(line, at, SIZE_MAX), &code);
        if (code != UINT32_MAX && code != 0) {
            at += len;
            continue;
        }
        pl_buf_append(out, pl_str_slice(line, good, at - good));
        if (code != 0) {
            pl_buf_append(out, REPLACEMENT);
            replaced++;
        }
        at += len;
        good = at;
    }
    pl_buf_append(out, pl_str_slice(line, good, SIZE_MAX));
    return replaced;
}
