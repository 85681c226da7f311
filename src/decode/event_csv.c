/* event_csv.c - takes all rows apart, writes those that are wanted. */
#include "decode/event_csv.h"

#include <string.h>

#include "base/civil.h"
#include "base/csv.h"
#include "decode/event_at.h"
#include "decode/event_line.h"
#include "decode/event_time.h"
#include "io/csv_head.h"

#define TICKS_PER_US 10
#define LEVEL_INFORMATION 4

struct csv {
    const pl_event_filter *filter;
    pl_records *records;
    pl_csv_head head;
    pl_event_at at;
    pl_date_order order;
    pl_buf stamp, message;
    int64_t above_us; /* the time of the row above */
    pl_csv_field fields[PL_CSV_COLUMNS_MAX];
    pl_csv_row row; /* the one under way */
};

static pl_str field(const struct csv *csv, pl_csv_column column)
{
    const size_t at = csv->head.at[column];
    return at < csv->row.count && at < csv->row.room ? csv->fields[at].text : PL_STR("");
}

/* Takes the row at `from` apart; false: it is none. */
static bool take_row(struct csv *csv, size_t from)
{
    return pl_csv_next(pl_str_slice(csv->at.text, from, SIZE_MAX), csv->head.delimiter, &csv->row);
}

static size_t behind_line(pl_str text, size_t from)
{
    const size_t end = pl_str_find(text, PL_STR("\n"), from);
    return end == SIZE_MAX ? text.len : end + 1;
}

/* What the times from `from` on tell of the order of their dates. */
static pl_date_order find_order(struct csv *csv, size_t from)
{
    pl_date_order order = PL_DATE_UNKNOWN;
    while (from < csv->at.text.len && order == PL_DATE_UNKNOWN) {
        if (take_row(csv, from)) {
            order = pl_event_time_order(field(csv, PL_CSV_TIME));
            from += csv->row.len;
        } else {
            from = behind_line(csv->at.text, from);
        }
    }
    return order;
}

static unsigned level_of(const struct csv *csv)
{
    static const pl_str names[] = {
        PL_STR_INIT(""),        PL_STR_INIT("Critical"),    PL_STR_INIT("Error"),
        PL_STR_INIT("Warning"), PL_STR_INIT("Information"), PL_STR_INIT("Verbose"),
    };
    uint64_t number;
    if (pl_str_to_u64(field(csv, PL_CSV_LEVEL), &number))
        return (unsigned)(number & 0xff);
    for (unsigned i = 1; i < sizeof names / sizeof *names; i++)
        if (pl_str_equal_nocase(field(csv, PL_CSV_LEVEL_NAME), names[i]))
            return i;
    return LEVEL_INFORMATION;
}

/* Puts the time of the row into `head`; false: it cannot be read. */
static bool place_time(struct csv *csv, pl_event_head *head)
{
    pl_event_time time;
    pl_buf_clear(&csv->stamp);
    if (!pl_event_time_read(field(csv, PL_CSV_TIME), csv->order, &time))
        return false;
    if (time.has_zone)
        head->ticks = time.ticks;
    else
        pl_event_time_append_local(&csv->stamp, time.ticks);
    head->stamp = pl_buf_str(&csv->stamp);
    return true;
}

static void write_line(struct csv *csv, pl_event_head *head)
{
    pl_buf *out = &csv->records->text;
    const pl_str time = field(csv, PL_CSV_TIME);
    const bool has_time = place_time(csv, head);
    pl_event_line_begin(out, head);
    if (!has_time && time.len > 0)
        pl_event_line_pair(out, PL_STR("time"), time);
    pl_buf_clear(&csv->message);
    if (field(csv, PL_CSV_MESSAGE).len > 0)
        pl_csv_unquote(&csv->message, &csv->fields[csv->head.at[PL_CSV_MESSAGE]]);
    if (csv->message.len > 0)
        pl_event_line_pair(out, PL_STR("message"), pl_buf_str(&csv->message));
    pl_event_line_end(out);
}

/* The moment of the row, where its zone is known. */
static int64_t time_of(const struct csv *csv)
{
    pl_event_time time;
    if (!pl_event_time_read(field(csv, PL_CSV_TIME), csv->order, &time) || !time.has_zone)
        return PL_TIME_NONE;
    return (time.ticks - PL_TICKS_AT_1970) / TICKS_PER_US;
}

/* Reads the row under way, which begins at `from`; *is_event: it is an event. */
static pl_status read_row(struct csv *csv, size_t from, bool *is_event, pl_error *err)
{
    pl_event_head head = {.provider = field(csv, PL_CSV_PROVIDER),
                          .computer = field(csv, PL_CSV_COMPUTER),
                          .channel = field(csv, PL_CSV_CHANNEL)};
    uint64_t id = 0;
    *is_event = pl_str_to_u64(field(csv, PL_CSV_ID), &id);
    if (!*is_event)
        return PL_OK;
    const int64_t us = time_of(csv), above_us = csv->above_us;
    pl_records_time(csv->records, us);
    csv->above_us = us;
    head.id = (uint32_t)(id & 0xffff);
    if (csv->filter != NULL) {
        const pl_event_pair *pair = pl_event_filter_find(csv->filter, head.provider, head.id);
        if (pair == NULL)
            return PL_OK;
        head.provider = pair->provider;
    }
    head.has_record = pl_str_to_u64(field(csv, PL_CSV_RECORD), &head.record);
    head.level = level_of(csv);
    write_line(csv, &head);
    pl_event_at_move(&csv->at, from);
    return pl_records_add(csv->records,
                          (pl_record_at){csv->at.byte_off, csv->at.line_index, above_us}, err);
}

static pl_status read_rows(struct csv *csv, const pl_block *block, size_t from, pl_error *err)
{
    const pl_str text = csv->at.text;
    bool was_bad = false;
    pl_status status = PL_OK;
    while (status == PL_OK && from < text.len) {
        const bool is_row = take_row(csv, from);
        const bool is_cut = block->open_end && from + csv->row.len == text.len;
        const bool is_blank = is_row && csv->row.count == 1 && csv->fields[0].text.len == 0;
        bool is_event = false;
        if (is_cut)
            break;
        if (is_row)
            status = read_row(csv, from, &is_event, err);
        csv->records->bad += !is_event && !is_blank && !was_bad;
        was_bad = !is_event && !is_blank;
        from = is_row ? from + csv->row.len : behind_line(text, from);
    }
    return status;
}

/* Where the first row begins that is an event. */
static size_t first_row(const struct csv *csv, const pl_block *block)
{
    pl_csv_head head;
    if (block->no == 0)
        return pl_csv_head_read(csv->at.text, &head) ? head.len : 0;
    return block->open_start ? behind_line(csv->at.text, 0) : 0;
}

pl_status pl_event_csv_decode(const pl_block *block, pl_str text, const pl_event_filter *filter,
                              pl_records *records, pl_error *err)
{
    char narrow[PL_RECORD_HEAD_MAX];
    struct csv csv = {.filter = filter,
                      .records = records,
                      .at = pl_event_at_start(block, text),
                      .above_us = PL_TIME_NONE};
    csv.row = (pl_csv_row){.fields = csv.fields, .room = PL_CSV_COLUMNS_MAX};
    const pl_str raw = pl_str_slice(block->head, 0, sizeof narrow);
    const pl_str head = {narrow, pl_encoding_narrow(raw, block->encoding, narrow)};
    if (!pl_csv_head_read(head, &csv.head))
        return pl_fail(err, PL_ERR_USAGE, "a block of CSV without its head");
    pl_buf_init(&csv.stamp, PL_RECORDS_TEXT_MAX);
    pl_buf_init(&csv.message, PL_RECORDS_TEXT_MAX);
    const size_t from = first_row(&csv, block);
    csv.order = find_order(&csv, from);
    pl_status status = read_rows(&csv, block, from, err);
    records->line_count = pl_event_at_lines(&csv.at, block);
    if (status == PL_OK)
        status = pl_buf_status(&csv.stamp, err);
    if (status == PL_OK)
        status = pl_buf_status(&csv.message, err);
    pl_buf_release(&csv.stamp);
    pl_buf_release(&csv.message);
    return status;
}
