/* fuzz_reader.c - the blocks of a member, put together again, are the bytes it says it had. */
#include "io/reader.h"

#include <string.h>

#include "base/buf.h"
#include "fuzz.h"

#define INPUT_MAX ((size_t)1 << 16)
#define WHOLE_MAX ((size_t)64 << 20) /* members that unpack to more are not put together */

static bool ends_line(const pl_block *block)
{
    size_t unit = pl_encoding_unit(block->encoding);
    const char *end = block->ptr + block->len;
    if (block->len < unit)
        return false;
    if (unit == 1)
        return end[-1] == '\n';
    return block->encoding == PL_ENCODING_UTF16LE ? end[-2] == '\n' && end[-1] == '\0'
                                                  : end[-2] == '\0' && end[-1] == '\n';
}

/* A block goes on where the one before ended; only the last may end without a line end. */
static void check_block(const pl_block *before, const pl_block *block)
{
    PROMISE(block->len > 0 && block->len <= PL_BLOCK_BYTES + PL_LINE_MAX + 1);
    PROMISE(block->last || block->open_end || ends_line(block));
    if (block->no == 0) {
        PROMISE(block->byte_off <= 3 && !block->open_start);
        return;
    }
    PROMISE(!before->last && block->no == before->no + 1);
    PROMISE(block->encoding == before->encoding);
    PROMISE(block->byte_off == before->byte_off + before->len);
    PROMISE(block->open_start == before->open_end);
}

static void append_mark(const pl_block *block, pl_buf *whole)
{
    if (block->no > 0 || block->byte_off == 0)
        return;
    switch (block->encoding) {
    case PL_ENCODING_UTF8:
        pl_buf_append(whole, PL_STR("\xef\xbb\xbf"));
        break;
    case PL_ENCODING_UTF16LE:
        pl_buf_append(whole, PL_STR("\xff\xfe"));
        break;
    case PL_ENCODING_UTF16BE:
        pl_buf_append(whole, PL_STR("\xfe\xff"));
        break;
    case PL_ENCODING_CP1252:
    case PL_ENCODING_BINARY:
        break;
    }
}

static pl_hash128 hash_of(pl_str bytes)
{
    pl_content_hash *hash = pl_content_hash_new();
    PROMISE(hash != NULL);
    pl_content_hash_add(hash, bytes);
    pl_hash128 content = pl_content_hash_now(hash);
    pl_content_hash_free(hash);
    return content;
}

static void read_blocks(pl_reader *reader, pl_buf *whole)
{
    pl_block before = {0}, block;
    pl_status status;
    while ((status = pl_reader_block(reader, &block, NULL)) == PL_OK) {
        check_block(&before, &block);
        append_mark(&block, whole);
        pl_buf_append(whole, (pl_str){block.ptr, block.len});
        before = block;
    }
    PROMISE(status == PL_DONE);
}

static void read_member(pl_reader *reader, const pl_member *member)
{
    pl_buf whole;
    pl_member_end end;
    pl_buf_init(&whole, WHOLE_MAX);
    if (member->has_blocks)
        read_blocks(reader, &whole);
    PROMISE(pl_reader_end(reader, &end, NULL) == PL_OK);
    PROMISE((end.status == PL_SOURCE_READ || end.status == PL_SOURCE_CONTAINER) ==
            (end.problem == NULL));
    bool is_whole = member->has_blocks && end.has_content && whole.failed == PL_OK;
    PROMISE(!is_whole || end.bytes == whole.len);
    if (is_whole) {
        pl_hash128 content = hash_of(pl_buf_str(&whole));
        PROMISE(memcmp(content.bytes, end.content.bytes, sizeof content.bytes) == 0);
    }
    pl_buf_release(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pl_reader *reader = NULL;
    pl_member member;
    pl_status status;
    if (size > INPUT_MAX)
        return 0;
    PROMISE(pl_reader_open_memory(fuzz_bytes(data, size), "fuzz", &reader, NULL) == PL_OK);
    size_t members = 0;
    for (; (status = pl_reader_next(reader, &member, NULL)) == PL_OK; members++)
        read_member(reader, &member);
    PROMISE(status == PL_DONE && members > 0);
    pl_reader_free(reader);
    return 0;
}
