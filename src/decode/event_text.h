/* event_text.h - Windows events exported as XML or CSV: one normal line each. */
#ifndef PL_DECODE_EVENT_TEXT_H
#define PL_DECODE_EVENT_TEXT_H

#include "decode/records.h"

/*
 * Appends the wanted records of `block`, whose layout is PL_LAYOUT_EVENT_XML or _CSV and which
 * `text` is decoded, to `records`, empty so far.  What is no record counts as bad.  PL_ERR_NOMEM.
 */
PL_CHECKED pl_status pl_event_text_decode(const pl_block *block, pl_str text,
                                          const pl_event_filter *filter, pl_records *records,
                                          pl_error *err);

#endif
