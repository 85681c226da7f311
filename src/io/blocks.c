/*
 * blocks.c - a buffer for every block: the rest of the line that the last one left, then the bytes
 * read since.
 *
 * buffer[0] is always at the boundary of a code unit, counted from the start of the text.  The
 * buffers take turns, so that a block lasts while the next ones are read.
 */
#include "io/blocks.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"

/* What a block can leave over: a line that is not yet too long, in the wider encodings. */
#define REST_MAX (2 * PL_LINE_MAX)
#define BUFFER_BYTES (REST_MAX + PL_BLOCK_BYTES)

struct prefix {
    uint64_t bytes;
    bool passed; /* hash is set */
    pl_hash128 hash;
};

struct pl_blocks {
    pl_stream *stream; /* borrowed */
    pl_encoding encoding;
    pl_layout layout;
    uint64_t off; /* of buffer[0] in the member */
    size_t len;   /* bytes in the buffer */
    size_t given; /* of these, the front that is done with */
    size_t fresh; /* where the bytes not yet hashed begin */
    uint32_t next_no;
    bool is_open;          /* the block before ended in the middle of a line or record */
    bool is_over;          /* the last block has been given */
    pl_content_hash *hash; /* owned */
    size_t head_len;
    char head[PL_RECORD_HEAD_MAX]; /* pl_block.head */
    struct prefix prefixes[PL_BLOCKS_PREFIX_MAX];
    size_t prefix_count;
    char *buffer;  /* the one whose turn it is */
    char *buffers; /* owned: PL_BLOCKS_KEPT of BUFFER_BYTES, untouched until they are read into */
};

pl_blocks *pl_blocks_new(void)
{
    pl_blocks *blocks = pl_alloc(1, sizeof *blocks);
    if (blocks == NULL)
        return NULL;
    blocks->hash = pl_content_hash_new();
    blocks->buffers =
        pl_resize(NULL, PL_BLOCKS_KEPT, BUFFER_BYTES); /* most stay empty: not cleared */
    if (blocks->hash == NULL || blocks->buffers == NULL) {
        pl_blocks_free(blocks);
        return NULL;
    }
    return blocks;
}

void pl_blocks_free(pl_blocks *blocks)
{
    if (blocks == NULL)
        return;
    pl_content_hash_free(blocks->hash);
    pl_release(blocks->buffers);
    pl_release(blocks);
}

/* Hands what is not yet hashed to the hash, stopping where a prefix is wanted. */
static void hash_fresh(pl_blocks *blocks)
{
    while (blocks->fresh < blocks->len) {
        uint64_t done = pl_content_hash_bytes(blocks->hash);
        size_t len = blocks->len - blocks->fresh;
        for (size_t i = 0; i < blocks->prefix_count; i++) {
            const struct prefix *prefix = &blocks->prefixes[i];
            if (prefix->bytes > done && prefix->bytes - done < len)
                len = (size_t)(prefix->bytes - done);
        }
        pl_content_hash_add(blocks->hash, (pl_str){blocks->buffer + blocks->fresh, len});
        blocks->fresh += len;
        for (size_t i = 0; i < blocks->prefix_count; i++)
            if (blocks->prefixes[i].bytes == done + len) {
                blocks->prefixes[i].hash = pl_content_hash_now(blocks->hash);
                blocks->prefixes[i].passed = true;
            }
    }
}

static void fill(pl_blocks *blocks, size_t more)
{
    blocks->len += pl_stream_fill(blocks->stream, blocks->buffer + blocks->len, more);
}

size_t pl_blocks_begin(pl_blocks *blocks, pl_stream *stream, pl_encoding *encoding,
                       pl_layout *layout)
{
    blocks->stream = stream;
    blocks->buffer = blocks->buffers;
    blocks->off = 0;
    blocks->len = blocks->given = blocks->fresh = 0;
    blocks->next_no = 0;
    blocks->is_open = blocks->is_over = false;
    blocks->prefix_count = 0;
    pl_content_hash_reset(blocks->hash);
    fill(blocks, PL_ENCODING_PROBE);
    pl_str probe = pl_blocks_probe(blocks);
    blocks->encoding = pl_encoding_detect(probe, &blocks->given);
    pl_str text = pl_str_slice(probe, blocks->given, SIZE_MAX);
    blocks->layout = pl_layout_detect(text, blocks->encoding);
    if (blocks->layout == PL_LAYOUT_EVTX)
        blocks->encoding = PL_ENCODING_BINARY;
    blocks->head_len = pl_layout_head(blocks->layout, text, blocks->encoding);
    memcpy(blocks->head, text.ptr, blocks->head_len);
    *encoding = blocks->encoding;
    *layout = blocks->layout;
    return blocks->len - blocks->given;
}

pl_str pl_blocks_probe(const pl_blocks *blocks)
{
    return (pl_str){blocks->buffer, blocks->len};
}

/* The length up to and with the last line end in the buffer, 0 without one. */
static size_t whole_lines(const pl_blocks *blocks)
{
    if (pl_encoding_unit(blocks->encoding) == 1) {
        const char *end = memrchr(blocks->buffer, '\n', blocks->len);
        return end == NULL ? 0 : (size_t)(end - blocks->buffer) + 1;
    }
    bool big_endian = blocks->encoding == PL_ENCODING_UTF16BE;
    const char *newline = big_endian ? "\0\n" : "\n\0";
    for (size_t at = blocks->len - blocks->len % 2; at >= 2; at -= 2)
        if (memcmp(blocks->buffer + at - 2, newline, 2) == 0)
            return at;
    return 0;
}

/* How much of the buffer is the next block. */
static size_t cut(const pl_blocks *blocks, bool *open_end)
{
    size_t unit = pl_encoding_unit(blocks->encoding);
    const pl_record_bytes bytes = {.bytes = {blocks->buffer, blocks->len},
                                   .off = blocks->off,
                                   .encoding = blocks->encoding,
                                   .open_start = blocks->is_open};
    size_t whole = blocks->layout == PL_LAYOUT_LINES ? whole_lines(blocks)
                                                     : pl_layout_whole(blocks->layout, &bytes);
    *open_end = blocks->len - whole > PL_LINE_MAX * unit;
    return *open_end ? blocks->len - blocks->len % unit : whole;
}

/* The rest goes to the front of the next buffer. */
static void drop_given(pl_blocks *blocks)
{
    char *next = blocks->buffers + (blocks->next_no + 1) % PL_BLOCKS_KEPT * BUFFER_BYTES;
    blocks->off += blocks->given;
    blocks->len -= blocks->given;
    blocks->fresh -= blocks->given;
    memcpy(next, blocks->buffer + blocks->given, blocks->len);
    blocks->buffer = next;
    blocks->given = 0;
}

bool pl_blocks_next(pl_blocks *blocks, pl_block *block)
{
    if (blocks->is_over)
        return false;
    hash_fresh(blocks); /* the mark, too, which is then dropped */
    drop_given(blocks);
    fill(blocks, PL_BLOCK_BYTES - (blocks->next_no == 0 ? blocks->len : 0));
    hash_fresh(blocks);
    blocks->is_over = pl_stream_peek(blocks->stream, 1).len == 0;
    bool open_end = false;
    blocks->given = blocks->is_over ? blocks->len : cut(blocks, &open_end);
    *block = (pl_block){.ptr = blocks->buffer,
                        .len = blocks->given,
                        .byte_off = blocks->off,
                        .no = blocks->next_no++,
                        .encoding = blocks->encoding,
                        .layout = blocks->layout,
                        .head = {blocks->head, blocks->head_len},
                        .open_start = blocks->is_open,
                        .open_end = open_end,
                        .last = blocks->is_over};
    blocks->is_open = open_end;
    return true;
}

pl_status pl_blocks_want_prefix(pl_blocks *blocks, uint64_t bytes, pl_error *err)
{
    if (blocks->prefix_count == PL_BLOCKS_PREFIX_MAX)
        return pl_fail(err, PL_ERR_USAGE, "more than %d prefixes wanted", PL_BLOCKS_PREFIX_MAX);
    if (pl_content_hash_bytes(blocks->hash) > bytes)
        return pl_fail(err, PL_ERR_USAGE, "the first %" PRIu64 " bytes have gone by", bytes);
    struct prefix *prefix = &blocks->prefixes[blocks->prefix_count++];
    *prefix = (struct prefix){.bytes = bytes};
    prefix->passed = pl_content_hash_bytes(blocks->hash) == bytes;
    if (prefix->passed)
        prefix->hash = pl_content_hash_now(blocks->hash);
    return PL_OK;
}

bool pl_blocks_prefix(const pl_blocks *blocks, uint64_t bytes, pl_hash128 *out)
{
    for (size_t i = 0; i < blocks->prefix_count; i++)
        if (blocks->prefixes[i].bytes == bytes && blocks->prefixes[i].passed) {
            *out = blocks->prefixes[i].hash;
            return true;
        }
    return false;
}

const pl_content_hash *pl_blocks_content(const pl_blocks *blocks)
{
    return blocks->hash;
}
