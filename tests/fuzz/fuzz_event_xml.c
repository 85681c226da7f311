/* fuzz_event_xml.c - events exported as XML are the same however they are shared out among blocks,
 * and stand where they begin. */
#include "fuzz_records.h"
#include "io/records.h"

#define INPUT_MAX ((size_t)1 << 16)

static void check_starts(const pl_block *block, const pl_text *text)
{
    static const char tag[] = "<Event";
    const size_t unit = pl_encoding_unit(block->encoding);
    for (size_t i = 0; i < text->record_count; i++)
        for (size_t c = 0; c < sizeof tag - 1; c++)
            PROMISE(fuzz_char(block, (size_t)text->records[i].byte_off + c * unit) == tag[c]);
}

/* Those that a filter wants are those of all that it names, but for the spelling of its names. */
static void check_filter(pl_decoder *decoder, const pl_block *block, size_t all_count)
{
    static const pl_event_pair pairs[] = {{PL_STR_INIT("P"), 7}};
    const pl_event_filter filter = {pairs, 1};
    pl_buf lines;
    pl_buf_init(&lines, FUZZ_RECORDS_MAX);
    PROMISE(fuzz_decode(decoder, block, &filter, &lines).record_count <= all_count);
    pl_buf_release(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > INPUT_MAX)
        return 0;
    const pl_str bytes = fuzz_bytes(data + 2, size - 2);
    pl_block block = {.ptr = bytes.ptr,
                      .len = bytes.len,
                      .encoding = (pl_encoding)(data[0] % 4),
                      .layout = PL_LAYOUT_EVENT_XML,
                      .last = true};
    const size_t unit = pl_encoding_unit(block.encoding), units = bytes.len / unit;
    pl_decoder *decoder = NULL;
    pl_buf whole, pieces;
    pl_buf_init(&whole, FUZZ_RECORDS_MAX);
    pl_buf_init(&pieces, FUZZ_RECORDS_MAX);
    PROMISE(pl_decoder_new(&decoder, NULL) == PL_OK);
    const pl_text all = fuzz_decode(decoder, &block, NULL, &whole);
    check_starts(&block, &all);
    check_filter(decoder, &block, all.record_count);

    const pl_record_bytes front = {.bytes = pl_str_slice(bytes, 0, units * data[1] / 255 * unit),
                                   .encoding = block.encoding};
    const size_t cut = pl_layout_whole(PL_LAYOUT_EVENT_XML, &front);
    PROMISE(cut <= front.bytes.len);
    block.len = cut;
    block.last = cut == bytes.len;
    const pl_text first = fuzz_decode(decoder, &block, NULL, &pieces);
    block.ptr = bytes.ptr + cut;
    block.len = bytes.len - cut;
    block.byte_off = cut;
    block.last = true;
    const pl_text second = fuzz_decode(decoder, &block, NULL, &pieces);
    PROMISE(pl_str_equal(pl_buf_str(&whole), pl_buf_str(&pieces)));
    PROMISE(first.bad + second.bad == all.bad);
    PROMISE(first.line_count + second.line_count == all.line_count);
    pl_decoder_free(decoder);
    pl_buf_release(&whole);
    pl_buf_release(&pieces);
    return 0;
}
