/* fuzz_decode.c - a text is the same however its lines are shared out among blocks, has a line for
 * every line of the bytes, and what is stored of it is UTF-8. */
#include "decode/decode.h"

#include <string.h>

#include "base/escape.h"
#include "fuzz.h"

#define INPUT_MAX ((size_t)1 << 16)

static bool ends_line(pl_encoding encoding, const char *at)
{
    if (pl_encoding_unit(encoding) == 1)
        return at[0] == '\n';
    return encoding == PL_ENCODING_UTF16LE ? at[0] == '\n' && at[1] == '\0'
                                           : at[0] == '\0' && at[1] == '\n';
}

/* The offset after the first line end at or after `from`, which is where a unit begins. */
static size_t line_end(pl_str bytes, pl_encoding encoding, size_t from)
{
    size_t unit = pl_encoding_unit(encoding);
    for (size_t at = from; at + unit <= bytes.len; at += unit)
        if (ends_line(encoding, bytes.ptr + at))
            return at + unit;
    return bytes.len;
}

static size_t count_ends(pl_str bytes, pl_encoding encoding)
{
    size_t count = 0, unit = pl_encoding_unit(encoding);
    for (size_t at = 0; at + unit <= bytes.len; at += unit)
        count += ends_line(encoding, bytes.ptr + at);
    return count;
}

static size_t count_lines(pl_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count;
}

/* The offset of every line, counted by hand, and its repaired text. */
static void check_lines(const pl_block *block, pl_str text)
{
    pl_str bytes = {block->ptr, block->len};
    pl_line_cursor cursor = {0};
    size_t off = 0, from = 0, lines = count_lines(text);
    for (size_t line = 0; line < lines; line++) {
        PROMISE(pl_decode_line_off(block, line, &cursor) == block->byte_off + off);
        off = line_end(bytes, block->encoding, off);
        size_t to = pl_str_find(text, PL_STR("\n"), from);
        pl_buf stored;
        pl_buf_init(&stored, 4 * INPUT_MAX);
        pl_decode_line(pl_str_slice(text, from, to - from), &stored);
        PROMISE(stored.failed == PL_OK && pl_utf8_valid(pl_buf_str(&stored)));
        pl_buf_release(&stored);
        from = to + 1;
    }
}

static void decode(pl_decoder *decoder, const pl_block *block, pl_buf *out)
{
    pl_text decoded;
    PROMISE(pl_decode_block(decoder, block, NULL, &decoded, NULL) == PL_OK);
    const pl_str text = decoded.str;
    PROMISE(memchr(text.len == 0 ? "" : text.ptr, '\0', text.len) == NULL);
    pl_buf_append(out, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > INPUT_MAX)
        return 0;
    pl_str bytes = fuzz_bytes(data + 2, size - 2);
    pl_block block = {.ptr = bytes.ptr, .len = bytes.len, .encoding = (pl_encoding)(data[0] % 4)};
    pl_decoder *decoder = NULL;
    pl_buf whole, pieces;
    pl_buf_init(&whole, 4 * INPUT_MAX);
    pl_buf_init(&pieces, 4 * INPUT_MAX);
    PROMISE(pl_decoder_new(&decoder, NULL) == PL_OK);
    decode(decoder, &block, &whole);
    PROMISE(count_lines(pl_buf_str(&whole)) == count_ends(bytes, block.encoding));
    for (size_t at = 0; at < bytes.len;) {
        size_t end = line_end(bytes, block.encoding, at + 2 * (size_t)data[1]);
        pl_block piece = block;
        piece.ptr += at;
        piece.len = end - at;
        decode(decoder, &piece, &pieces);
        at = end;
    }
    PROMISE(pl_str_equal(pl_buf_str(&whole), pl_buf_str(&pieces)));
    check_lines(&block, pl_buf_str(&whole));
    pl_decoder_free(decoder);
    pl_buf_release(&whole);
    pl_buf_release(&pieces);
    return 0;
}
