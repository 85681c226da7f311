/* records.c - told by what stands at the beginning, cut where a record ends. */
#include "io/records.h"

pl_layout pl_layout_detect(pl_str probe, pl_encoding encoding)
{
    (void)encoding;
    if (pl_str_starts(probe, PL_STR("ElfFile\0")))
        return PL_LAYOUT_EVTX;
    return PL_LAYOUT_LINES;
}

/* Up to the end of the last whole chunk. */
static size_t whole_chunks(const pl_record_bytes *bytes)
{
    uint64_t end = bytes->off + bytes->bytes.len;
    if (end < PL_EVTX_HEADER_BYTES)
        return 0;
    uint64_t cut = end - (end - PL_EVTX_HEADER_BYTES) % PL_EVTX_CHUNK_BYTES;
    return cut > bytes->off ? (size_t)(cut - bytes->off) : 0;
}

size_t pl_layout_whole(pl_layout layout, const pl_record_bytes *bytes)
{
    switch (layout) {
    case PL_LAYOUT_EVTX:
        return whole_chunks(bytes);
    case PL_LAYOUT_EVENT_XML:
    case PL_LAYOUT_EVENT_CSV:
    case PL_LAYOUT_LINES:
        break;
    }
    return 0;
}
