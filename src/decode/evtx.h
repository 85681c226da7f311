/* evtx.h - Windows event logs (EVTX): one normal line per record. */
#ifndef PL_DECODE_EVTX_H
#define PL_DECODE_EVTX_H

#include "decode/records.h"

/*
 * Appends the wanted records of `block`, whose layout is PL_LAYOUT_EVTX, to `records`, empty so
 * far.  Chunks and records that are damaged count as bad, and the next one follows.  PL_ERR_NOMEM.
 */
PL_CHECKED pl_status pl_evtx_decode(const pl_block *block, const pl_event_filter *filter,
                                    pl_records *records, pl_error *err);

#endif
