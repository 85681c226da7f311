/*
 * evtx.h - Windows event logs (EVTX): one normal line per record.
 *
 * Nothing that the file says about itself as a whole is trusted: a log that is being written has an
 * old header.  Chunks are found by their place, records by their structure; checksums are not
 * looked at, as those of a live log are wrong.
 */
#ifndef PL_DECODE_EVTX_H
#define PL_DECODE_EVTX_H

#include "decode/records.h"

typedef struct pl_evtx pl_evtx; /* scratch space; one thread at a time */

/* NULL: no memory. */
pl_evtx *pl_evtx_new(void);
void pl_evtx_free(pl_evtx *evtx);
/*
 * Appends the wanted records of `block`, whose layout is PL_LAYOUT_EVTX, to `records`, empty so
 * far.  Chunks and records that are damaged count as bad, and the next one follows.  PL_ERR_NOMEM.
 */
PL_CHECKED pl_status pl_evtx_decode(pl_evtx *evtx, const pl_block *block,
                                    const pl_event_filter *filter, pl_records *records,
                                    pl_error *err);

#endif
