/* fuzz_event_csv.c - rows of exported events stand on their lines, and a later block is read by the
 * head of the first. */
#include "fuzz_records.h"
#include "io/records.h"

#define INPUT_MAX ((size_t)1 << 16)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > INPUT_MAX)
        return 0;
    const pl_str bytes = fuzz_bytes(data + 2, size - 2);
    pl_block block = {.ptr = bytes.ptr,
                      .len = bytes.len,
                      .encoding = (pl_encoding)(data[0] % 4),
                      .layout = PL_LAYOUT_EVENT_CSV,
                      .last = true};
    const size_t head = pl_layout_head(PL_LAYOUT_EVENT_CSV, bytes, block.encoding);
    PROMISE(head <= bytes.len);
    PROMISE(head > 0 || pl_layout_detect(bytes, block.encoding) != PL_LAYOUT_EVENT_CSV);
    if (head == 0)
        return 0;
    block.head = pl_str_slice(bytes, 0, head);
    pl_decoder *decoder = NULL;
    pl_buf lines;
    pl_buf_init(&lines, FUZZ_RECORDS_MAX);
    PROMISE(pl_decoder_new(&decoder, NULL) == PL_OK);
    fuzz_decode(decoder, &block, NULL, &lines);

    const pl_record_bytes rest = {.bytes = pl_str_slice(bytes, head, SIZE_MAX),
                                  .off = head,
                                  .encoding = block.encoding,
                                  .open_start = (data[1] & 1) != 0};
    block.ptr = rest.bytes.ptr;
    block.len = pl_layout_whole(PL_LAYOUT_EVENT_CSV, &rest);
    PROMISE(block.len <= rest.bytes.len);
    block.byte_off = head;
    block.no = 1;
    block.open_start = rest.open_start;
    block.last = false;
    fuzz_decode(decoder, &block, NULL, &lines);
    pl_decoder_free(decoder);
    pl_buf_release(&lines);
    return 0;
}
