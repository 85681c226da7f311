/* records.c - a growing text, and beside it where each of its lines comes from. */
#include "decode/records.h"

#include "base/alloc.h"
#include "base/civil.h"

void pl_records_init(pl_records *records)
{
    *records = (pl_records){.first_us = PL_TIME_NONE, .last_us = PL_TIME_NONE};
    pl_buf_init(&records->text, PL_RECORDS_TEXT_MAX);
}

void pl_records_release(pl_records *records)
{
    pl_buf_release(&records->text);
    pl_release(records->items);
}

void pl_records_clear(pl_records *records)
{
    pl_buf_clear(&records->text);
    records->count = records->line_count = records->bad = 0;
    records->numbered = false;
    records->first_us = records->last_us = PL_TIME_NONE;
}

void pl_records_time(pl_records *records, int64_t us)
{
    if (us == PL_TIME_NONE)
        return;
    if (records->first_us == PL_TIME_NONE || us < records->first_us)
        records->first_us = us;
    if (us > records->last_us)
        records->last_us = us;
}

pl_status pl_records_add(pl_records *records, pl_record_at at, pl_error *err)
{
    if (!pl_grow(&records->items, &records->room, records->count + 1, sizeof *records->items))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for %zu records", records->count + 1);
    records->items[records->count++] = at;
    return PL_OK;
}

pl_status pl_records_text(const pl_records *records, pl_text *out, pl_error *err)
{
    static const pl_record_at none = {0};
    pl_status status = pl_buf_status(&records->text, err);
    if (status == PL_OK)
        *out = (pl_text){.str = pl_buf_str(&records->text),
                         .records = records->items != NULL ? records->items : &none,
                         .record_count = records->count,
                         .line_count = records->line_count,
                         .numbered = records->numbered,
                         .bad = records->bad,
                         .first_us = records->first_us,
                         .last_us = records->last_us};
    return status;
}

const pl_event_pair *pl_event_filter_find(const pl_event_filter *filter, pl_str provider,
                                          uint32_t id)
{
    for (size_t i = 0; i < filter->count; i++)
        if (filter->pairs[i].id == id && pl_str_equal_nocase(filter->pairs[i].provider, provider))
            return &filter->pairs[i];
    return NULL;
}
