/* evtx.c - chunk after chunk, record after record. */
#include "decode/evtx_inside.h"

#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "io/records.h"

#define CHUNK_HEAD 512 /* bytes before the first record */
#define FREE_OFF 48    /* where a chunk says that its records end */
#define RECORD_HEAD 24 /* magic, size, number, when it was written */
#define RECORD_TAIL 4  /* the size again */
#define TEXT_MAX ((size_t)64 << 20)
#define TICKS_PER_US 10                                         /* of 100 ns */
#define UNIX_EPOCH_US (INT64_C(11644473600) * PL_US_PER_SECOND) /* since 1601-01-01 */

static const unsigned char chunk_magic[8] = "ElfChnk";
static const unsigned char record_magic[4] = {'*', '*', 0, 0};

pl_evtx *pl_evtx_new(void)
{
    pl_evtx *evtx = pl_alloc(1, sizeof *evtx);
    if (evtx == NULL)
        return NULL;
    pl_buf *bufs[] = {&evtx->text, &evtx->head, &evtx->name, &evtx->value, &evtx->message};
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        pl_buf_init(bufs[i], TEXT_MAX);
    return evtx;
}

void pl_evtx_free(pl_evtx *evtx)
{
    if (evtx == NULL)
        return;
    pl_buf *bufs[] = {&evtx->text, &evtx->head, &evtx->name, &evtx->value, &evtx->message};
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        pl_buf_release(bufs[i]);
    pl_release(evtx->plans);
    pl_release(evtx->steps);
    pl_release(evtx->values);
    pl_release(evtx);
}

static void set_filter(pl_evtx *evtx, const pl_event_filter *filter)
{
    evtx->filter = filter;
    memset(evtx->ids, 0, sizeof evtx->ids);
    for (size_t i = 0; filter != NULL && i < filter->count; i++)
        evtx->ids[filter->pairs[i].id / 64 % 16] |= UINT64_C(1) << filter->pairs[i].id % 64;
}

static int64_t us_of(uint64_t ticks)
{
    const int64_t us = (int64_t)(ticks / TICKS_PER_US) - UNIX_EPOCH_US;
    const bool is_moment = ticks > 0 && ticks <= INT64_MAX;
    return is_moment && pl_civil_to_us(pl_civil_of_us(us)) == us ? us : PL_TIME_NONE;
}

/* The bytes of the record at `at`; 0: no record stands there. */
static size_t record_bytes(const pl_evtx *evtx, size_t at)
{
    const size_t left = evtx->chunk_len - at;
    if (left < RECORD_HEAD + RECORD_TAIL ||
        memcmp(evtx->chunk + at, record_magic, sizeof record_magic) != 0)
        return 0;
    const size_t bytes = pl_le32(evtx->chunk + at + 4);
    if (bytes < RECORD_HEAD + RECORD_TAIL || bytes > left ||
        pl_le32(evtx->chunk + at + bytes - RECORD_TAIL) != bytes)
        return 0;
    return bytes;
}

/* Where the next record stands at or behind `at`; `end`: nowhere before it. */
static size_t find_record(const pl_evtx *evtx, size_t at, size_t end)
{
    while (at < end) {
        const unsigned char *hit = memchr(evtx->chunk + at, record_magic[0], end - at);
        if (hit == NULL)
            return end;
        at = (size_t)(hit - evtx->chunk);
        if (record_bytes(evtx, at) > 0)
            return at;
        at++;
    }
    return end;
}

/* Takes the record of `bytes` bytes at `at`; *where goes on to the next. */
static pl_status take_record(pl_evtx *evtx, size_t at, size_t bytes, pl_record_at *where,
                             pl_error *err)
{
    pl_records *records = evtx->records;
    const pl_evtx_record record = {
        .number = pl_le64(evtx->chunk + at + 8),
        .ticks = pl_le64(evtx->chunk + at + 16),
        .xml = {.at = at + RECORD_HEAD, .end = at + bytes - RECORD_TAIL},
    };
    const int64_t us = us_of(record.ticks);
    pl_evtx_outcome outcome = pl_evtx_write(evtx, &record, &where->line);
    if (!evtx->has_memory)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for an event record");
    if (outcome == PL_EVTX_DAMAGED) {
        records->bad++;
        return PL_OK;
    }
    records->line_count++;
    pl_records_time(records, us);
    pl_status status = outcome == PL_EVTX_WRITTEN ? pl_records_add(records, *where, err) : PL_OK;
    where->above_us = us;
    return status;
}

/*
 * Where the records of the chunk end.  In a live log the chunk's own word is an old one: records
 * that go on behind it, numbered on, belong to it; others are leftovers.
 */
static size_t end_of_records(const pl_evtx *evtx)
{
    const size_t told = pl_le32(evtx->chunk + FREE_OFF);
    return told >= CHUNK_HEAD && told <= PL_EVTX_CHUNK_BYTES ? told : CHUNK_HEAD;
}

static pl_status read_records(pl_evtx *evtx, uint64_t chunk_off, pl_record_at *where, pl_error *err)
{
    const size_t told = end_of_records(evtx);
    const size_t end = told < evtx->chunk_len ? told : evtx->chunk_len;
    uint64_t number = 0; /* of the record above */
    bool ends_in_hole = false;
    pl_status status = PL_OK;
    for (size_t at = CHUNK_HEAD; status == PL_OK && at < evtx->chunk_len;) {
        const size_t bytes = record_bytes(evtx, at);
        const uint64_t next = bytes > 0 ? pl_le64(evtx->chunk + at + 8) : 0;
        if (at >= end && (bytes == 0 || (number > 0 && next != number + 1)))
            break;
        if (bytes == 0) {
            evtx->records->bad++;
            at = find_record(evtx, at + 1, end);
            ends_in_hole = at == end;
            continue;
        }
        where->byte_off = chunk_off + at;
        status = take_record(evtx, at, bytes, where, err);
        number = next;
        at += bytes;
    }
    evtx->records->bad += told > evtx->chunk_len && !ends_in_hole;
    return status;
}

static bool is_unused(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* `len` is less than that of a chunk when the source ends in it. */
static pl_status read_chunk(pl_evtx *evtx, const char *bytes, size_t len, uint64_t chunk_off,
                            pl_record_at *where, pl_error *err)
{
    evtx->chunk = (const unsigned char *)bytes;
    evtx->chunk_len = len;
    evtx->steps_left = PL_EVTX_STEPS_MAX;
    pl_evtx_plans_clear(evtx);
    if (len >= CHUNK_HEAD && memcmp(bytes, chunk_magic, sizeof chunk_magic) == 0)
        return read_records(evtx, chunk_off, where, err);
    evtx->records->bad += !is_unused(evtx->chunk, len);
    return PL_OK;
}

pl_status pl_evtx_decode(pl_evtx *evtx, const pl_block *block, const pl_event_filter *filter,
                         pl_records *records, pl_error *err)
{
    pl_status status = PL_OK;
    pl_record_at where = {.above_us = PL_TIME_NONE};
    size_t at = block->byte_off == 0 ? PL_EVTX_HEADER_BYTES : 0;
    evtx->records = records;
    evtx->has_memory = true;
    set_filter(evtx, filter);
    records->numbered = true;
    records->bad += at > block->len;
    while (status == PL_OK && at < block->len) {
        const size_t left = block->len - at;
        const size_t len = left < PL_EVTX_CHUNK_BYTES ? left : PL_EVTX_CHUNK_BYTES;
        status = read_chunk(evtx, block->ptr + at, len, block->byte_off + at, &where, err);
        at += len;
    }
    return status;
}
