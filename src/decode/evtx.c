/* evtx.c - chunk after chunk, record after record. */
#include "decode/evtx.h"

pl_status pl_evtx_decode(const pl_block *block, const pl_event_filter *filter, pl_records *records,
                         pl_error *err)
{
    (void)block;
    (void)filter;
    (void)records;
    (void)err;
    return PL_OK;
}
