/*
 * event_csv.h - Windows events exported as CSV (Get-WinEvent | Export-Csv): one normal line each.
 *
 * The time is that of the exporter's clock and culture.  Whether day or month stands first is what
 * any time of the block shows; where none does, the line has no time and keeps the text as time=.
 */
#ifndef PL_DECODE_EVENT_CSV_H
#define PL_DECODE_EVENT_CSV_H

#include "decode/records.h"

/*
 * Appends the wanted records of `block`, whose layout is PL_LAYOUT_EVENT_CSV and which `text` is,
 * decoded with nothing taken out, to `records`, empty so far.  Rows that are none, or have no id,
 * count as bad, those beside each other once.  PL_ERR_NOMEM.
 */
PL_CHECKED pl_status pl_event_csv_decode(const pl_block *block, pl_str text,
                                         const pl_event_filter *filter, pl_records *records,
                                         pl_error *err);

#endif
