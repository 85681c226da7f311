/* records.h - the lines that the records of a block become, on their way into a pl_text. */
#ifndef PL_DECODE_RECORDS_H
#define PL_DECODE_RECORDS_H

#include "decode/decode.h"

/*
 * The lines of one block.  A record of a few bytes can name a template of many, so the lines have a
 * maximum of their own: what comes behind it counts as damaged.
 */
#define PL_RECORDS_TEXT_MAX ((size_t)64 << 20)

typedef struct pl_records {
    pl_buf text; /* the lines; a reader of records appends them */
    pl_record_at *items;
    size_t count, room;
    size_t line_count, bad; /* as in pl_text */
    bool numbered;
    int64_t first_us, last_us;
} pl_records;

void pl_records_init(pl_records *records);
void pl_records_release(pl_records *records);
/* Empties for the next block. */
void pl_records_clear(pl_records *records);
/* A record was written at `us`, wanted or not; PL_TIME_NONE: it does not say. */
void pl_records_time(pl_records *records, int64_t us);
/* Takes note of where the line appended last comes from. */
PL_CHECKED pl_status pl_records_add(pl_records *records, pl_record_at at, pl_error *err);
/* A view of all of it, good until the next call on `records`. */
PL_CHECKED pl_status pl_records_text(const pl_records *records, pl_text *out, pl_error *err);
/* The pair of `filter` that the event is, or NULL. */
const pl_event_pair *pl_event_filter_find(const pl_event_filter *filter, pl_str provider,
                                          uint32_t id);

#endif
