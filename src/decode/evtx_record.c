/* evtx_record.c - a record as a line: finds what it is, and when it is wanted takes the steps. */
#include "decode/evtx_inside.h"

#include <stdio.h>

#include "base/alloc.h"
#include "decode/event_line.h"

enum token { END_OF_FRAGMENT = 0x00, TEMPLATE_INSTANCE = 0x0c, FRAGMENT_HEADER = 0x0f };

/* A field in front of the pairs. */
struct field {
    pl_evtx_part part;
    pl_evtx_value value; /* of a part that is a value */
};

/* The pair that is being put together. */
struct pair {
    const pl_evtx_step *begin; /* NULL: none */
    bool is_over;              /* nothing of it is to be written */
    pl_evtx_value array;       /* its value is this array; ptr NULL: it is what evtx->value holds */
};

static bool push_value(pl_evtx *evtx, pl_evtx_value value)
{
    if (!pl_grow(&evtx->values, &evtx->value_room, evtx->value_count + 1, sizeof value)) {
        evtx->has_memory = false;
        return false;
    }
    evtx->values[evtx->value_count++] = value;
    return true;
}

/* How many values follow, the size and type of each, their bytes. */
static bool read_values(pl_evtx *evtx, pl_evtx_cursor *in, pl_evtx_view *view)
{
    const uint32_t count = pl_evtx_u32(evtx, in);
    const unsigned char *told = pl_evtx_bytes(evtx, in, 4 * (size_t)count);
    *view = (pl_evtx_view){.first_value = evtx->value_count, .value_count = count};
    if (told == NULL || !pl_evtx_spend(evtx, count))
        return false;
    for (uint32_t i = 0; i < count; i++, told += 4) {
        const uint16_t len = pl_le16(told);
        const unsigned char *bytes = pl_evtx_bytes(evtx, in, len);
        if (bytes == NULL || !push_value(evtx, (pl_evtx_value){bytes, len, told[2]}))
            return false;
    }
    return true;
}

/* An instance of a template, behind its token.  The definition may stand in it. */
static bool read_instance(pl_evtx *evtx, pl_evtx_cursor *in, pl_evtx_place place,
                          pl_evtx_view *view)
{
    pl_evtx_bytes(evtx, in, 5); /* unknown, a part of the GUID */
    const uint32_t def_off = pl_evtx_u32(evtx, in);
    size_t plan;
    if (!in->is_bad && def_off == in->at) {
        pl_evtx_bytes(evtx, in, 20);
        pl_evtx_bytes(evtx, in, pl_evtx_u32(evtx, in));
    }
    if (in->is_bad || !read_values(evtx, in, view) || !pl_evtx_plan_of(evtx, def_off, place, &plan))
        return false;
    view->plan = plan;
    return true;
}

/* What comes next in a fragment that stands at `place`; false: nothing, or it is_bad. */
static bool next_view(pl_evtx *evtx, pl_evtx_cursor *in, pl_evtx_place place, pl_evtx_view *view)
{
    while (!in->is_bad && in->at < in->end) {
        const uint8_t token = evtx->chunk[in->at];
        bool is_good = false;
        if (token == END_OF_FRAGMENT)
            return false;
        if (token == FRAGMENT_HEADER) {
            pl_evtx_bytes(evtx, in, 4);
            continue;
        }
        if (token == TEMPLATE_INSTANCE) {
            in->at++;
            is_good = read_instance(evtx, in, place, view);
        } else {
            *view = (pl_evtx_view){.first_value = evtx->value_count};
            is_good = pl_evtx_plan_here(evtx, in, place, &view->plan);
        }
        in->is_bad |= !is_good;
        return is_good;
    }
    return false;
}

static const pl_evtx_value *value_of(const pl_evtx *evtx, const pl_evtx_view *view, uint16_t id)
{
    static const pl_evtx_value none = {.type = PL_EVTX_NULL};
    return id < view->value_count ? &evtx->values[view->first_value + id] : &none;
}

static pl_evtx_cursor inside(const pl_evtx *evtx, const pl_evtx_value *value)
{
    const size_t at = (size_t)(value->ptr - evtx->chunk);
    return (pl_evtx_cursor){.at = at, .end = at + value->len};
}

/* The fields that the plan tells; where it is only the frame of an event, those of what is in it.
 */
static void find_head(pl_evtx *evtx, const pl_evtx_view *view, struct field *fields, unsigned nest)
{
    for (int i = 0; i < PL_EVTX_FIELDS; i++) {
        const pl_evtx_part *part = &evtx->plans[view->plan].head[i];
        if (part->kind == PL_EVTX_NO_PART || fields[i].part.kind != PL_EVTX_NO_PART)
            continue;
        fields[i].part = *part;
        if (part->kind == PL_EVTX_VALUE_PART)
            fields[i].value = *value_of(evtx, view, part->id);
    }
    const size_t count = evtx->plans[view->plan].count;
    if (fields[PL_EVTX_ID].part.kind != PL_EVTX_NO_PART || nest >= PL_EVTX_NEST_MAX)
        return;
    for (size_t i = 0; i < count && pl_evtx_spend(evtx, 1); i++) {
        const pl_evtx_step *step = &evtx->steps[evtx->plans[view->plan].first + i];
        if (step->verb != PL_EVTX_INNER || step->place > PL_EVTX_AT_SYSTEM)
            continue;
        const pl_evtx_place place = step->place;
        const pl_evtx_value *value = value_of(evtx, view, step->id);
        if (value->type != PL_EVTX_XML)
            continue;
        const size_t mark = evtx->value_count;
        pl_evtx_cursor in = inside(evtx, value);
        pl_evtx_view inner;
        while (next_view(evtx, &in, place, &inner))
            find_head(evtx, &inner, fields, nest + 1);
        evtx->value_count = mark;
    }
}

static uint64_t field_number(const pl_evtx *evtx, const struct field *field)
{
    uint64_t number = 0;
    if (field->part.kind == PL_EVTX_VALUE_PART)
        return pl_evtx_value_number(&field->value);
    const pl_str text = pl_str_slice(pl_buf_str(&evtx->text), field->part.off, field->part.len);
    return field->part.kind == PL_EVTX_TEXT_PART && pl_str_to_u64(text, &number) ? number : 0;
}

static void append_field(pl_evtx *evtx, const struct field *field, pl_buf *out)
{
    if (field->part.kind == PL_EVTX_TEXT_PART)
        pl_buf_append(out, pl_str_slice(pl_buf_str(&evtx->text), field->part.off, field->part.len));
    else if (field->part.kind == PL_EVTX_VALUE_PART)
        pl_evtx_value_append(out, &field->value);
}

/* Leaves the provider in evtx->name, as the filter spells it; false: the event is not wanted. */
static bool is_wanted(pl_evtx *evtx, const struct field *fields, uint32_t id)
{
    const bool may_be = (evtx->ids[id / 64 % 16] >> id % 64 & 1) != 0;
    if (evtx->filter != NULL && !may_be)
        return false;
    pl_buf_clear(&evtx->name);
    append_field(evtx, &fields[PL_EVTX_PROVIDER], &evtx->name);
    if (evtx->name.len == 0)
        append_field(evtx, &fields[PL_EVTX_EVENT_SOURCE], &evtx->name);
    if (evtx->filter == NULL)
        return true;
    const pl_event_pair *pair = pl_event_filter_find(evtx->filter, pl_buf_str(&evtx->name), id);
    if (pair == NULL)
        return false;
    pl_buf_clear(&evtx->name);
    pl_buf_append(&evtx->name, pair->provider);
    return true;
}

/* What stands in front of the pairs; the provider is in evtx->name. */
static void write_head(pl_evtx *evtx, const struct field *fields, const pl_evtx_record *record,
                       uint64_t number)
{
    enum { PROVIDER, COMPUTER, CHANNEL, STAMP, PIECES };
    pl_buf *text = &evtx->head;
    size_t ends[PIECES];
    const struct field *time = &fields[PL_EVTX_TIME];
    const bool is_stamp =
        time->part.kind == PL_EVTX_TEXT_PART || time->value.type == PL_EVTX_STRING;
    pl_buf_clear(text);
    pl_buf_append(text, pl_buf_str(&evtx->name));
    ends[PROVIDER] = text->len;
    append_field(evtx, &fields[PL_EVTX_COMPUTER], text);
    ends[COMPUTER] = text->len;
    append_field(evtx, &fields[PL_EVTX_CHANNEL], text);
    ends[CHANNEL] = text->len;
    if (is_stamp)
        append_field(evtx, time, text);
    ends[STAMP] = text->len;
    const uint64_t told = is_stamp ? 0 : field_number(evtx, time);
    const pl_str all = pl_buf_str(text);
    const pl_event_head head = {
        .ticks = (int64_t)(is_stamp || told > 0 ? told : record->ticks),
        .stamp = pl_str_slice(all, ends[CHANNEL], ends[STAMP] - ends[CHANNEL]),
        .provider = pl_str_slice(all, 0, ends[PROVIDER]),
        .id = (uint32_t)field_number(evtx, &fields[PL_EVTX_ID]),
        .computer = pl_str_slice(all, ends[PROVIDER], ends[COMPUTER] - ends[PROVIDER]),
        .channel = pl_str_slice(all, ends[COMPUTER], ends[CHANNEL] - ends[COMPUTER]),
        .record = number,
        .has_record = true,
        .level = (unsigned)field_number(evtx, &fields[PL_EVTX_LEVEL]),
    };
    pl_event_line_begin(&evtx->records->text, &head);
}

/* Writes a pair of the line, unless that is too long to count by now. */
static void write_pair(pl_evtx *evtx, const struct pair *pair)
{
    char digits[24];
    pl_buf *line = &evtx->records->text;
    pl_str name = pl_buf_str(&evtx->name);
    if (name.len == 0)
        name = pl_str_slice(pl_buf_str(&evtx->text), pair->begin->off, pair->begin->len);
    if (pair->begin->verb == PL_EVTX_DATA)
        evtx->position++;
    if (name.len == 0)
        name = (pl_str){digits, (size_t)snprintf(digits, sizeof digits, "%zu", evtx->position)};
    if (line->len - evtx->line_off <= PL_LINE_MAX)
        pl_event_line_pair(line, name, pl_buf_str(&evtx->value));
}

static void end_pair(pl_evtx *evtx, const struct pair *pair)
{
    pl_evtx_value item;
    if (pair->begin == NULL || pair->is_over)
        return;
    if (pair->begin->verb == PL_EVTX_MESSAGE) {
        pl_buf_append(&evtx->message, pl_buf_str(&evtx->value));
        return;
    }
    if (pair->array.ptr == NULL) {
        write_pair(evtx, pair);
        return;
    }
    for (size_t at = 0; pl_evtx_value_next(&pair->array, &at, &item) && pl_evtx_spend(evtx, 1);) {
        pl_buf_clear(&evtx->value);
        pl_evtx_value_append(&evtx->value, &item);
        write_pair(evtx, pair);
    }
}

static void run(pl_evtx *evtx, const pl_evtx_view *view, unsigned nest);

static void run_inner(pl_evtx *evtx, const pl_evtx_value *value, pl_evtx_place place, unsigned nest)
{
    if (value->type != PL_EVTX_XML || nest >= PL_EVTX_NEST_MAX)
        return;
    const size_t mark = evtx->value_count;
    pl_evtx_cursor in = inside(evtx, value);
    pl_evtx_view inner;
    while (next_view(evtx, &in, place, &inner))
        run(evtx, &inner, nest + 1);
    evtx->is_damaged |= in.is_bad;
    evtx->value_count = mark;
}

/* The value goes on; XML in it takes its place. */
static void add_value(pl_evtx *evtx, struct pair *pair, const pl_evtx_value *value, unsigned nest)
{
    if (value->type == PL_EVTX_XML) {
        pair->is_over = true;
        run_inner(evtx, value, PL_EVTX_AT_TREE, nest);
    } else if ((value->type & PL_EVTX_ARRAY) != 0) {
        pair->array = *value;
    } else if (evtx->value.len <= PL_LINE_MAX) {
        pl_evtx_value_append(&evtx->value, value);
    }
}

/* One step; returns where to go on. */
static size_t take_step(pl_evtx *evtx, const pl_evtx_view *view, size_t at, struct pair *pair,
                        unsigned nest)
{
    const pl_evtx_step step = evtx->steps[at];
    const pl_evtx_value *value = value_of(evtx, view, step.id);
    switch ((pl_evtx_verb)step.verb) {
    case PL_EVTX_UNLESS:
        return value->type == PL_EVTX_NULL ? step.off : at + 1;
    case PL_EVTX_PAIR:
    case PL_EVTX_DATA:
    case PL_EVTX_MESSAGE:
        *pair = (struct pair){.begin = &evtx->steps[at]};
        pl_buf_clear(&evtx->name);
        pl_buf_clear(&evtx->value);
        break;
    case PL_EVTX_NAME:
        pl_evtx_value_append(&evtx->name, value);
        break;
    case PL_EVTX_TEXT:
        if (evtx->value.len <= PL_LINE_MAX)
            pl_buf_append(&evtx->value, pl_str_slice(pl_buf_str(&evtx->text), step.off, step.len));
        break;
    case PL_EVTX_VALUE:
        add_value(evtx, pair, value, nest);
        break;
    case PL_EVTX_END:
        end_pair(evtx, pair);
        *pair = (struct pair){0};
        break;
    case PL_EVTX_INNER:
        run_inner(evtx, value, step.place, nest);
        break;
    case PL_EVTX_NOTHING:
        break;
    }
    return at + 1;
}

static void run(pl_evtx *evtx, const pl_evtx_view *view, unsigned nest)
{
    struct pair pair = {0};
    const size_t first = evtx->plans[view->plan].first;
    const size_t end = first + evtx->plans[view->plan].count;
    for (size_t at = first; at < end && pl_evtx_spend(evtx, 1);)
        at = take_step(evtx, view, at, &pair, nest);
}

pl_evtx_outcome pl_evtx_write(pl_evtx *evtx, const pl_evtx_record *record, uint64_t *number)
{
    pl_evtx_cursor in = record->xml;
    pl_evtx_view view;
    struct field fields[PL_EVTX_FIELDS] = {0};
    pl_buf *line = &evtx->records->text;
    evtx->value_count = evtx->position = 0;
    evtx->is_damaged = false;
    evtx->line_off = line->len;
    if (!next_view(evtx, &in, PL_EVTX_AT_ROOT, &view))
        return PL_EVTX_DAMAGED;
    find_head(evtx, &view, fields, 0);
    if (fields[PL_EVTX_ID].part.kind == PL_EVTX_NO_PART || evtx->steps_left < 0)
        return PL_EVTX_DAMAGED;
    *number = field_number(evtx, &fields[PL_EVTX_RECORD]);
    if (*number == 0)
        *number = record->number;
    if (!is_wanted(evtx, fields, (uint32_t)field_number(evtx, &fields[PL_EVTX_ID]) & UINT16_MAX))
        return PL_EVTX_UNWANTED;
    if (line->len > PL_RECORDS_TEXT_MAX - PL_EVTX_LINE_ROOM)
        return PL_EVTX_DAMAGED;
    write_head(evtx, fields, record, *number);
    pl_buf_clear(&evtx->message);
    run(evtx, &view, 0);
    if (evtx->message.len > 0)
        pl_event_line_pair(line, PL_STR("message"), pl_buf_str(&evtx->message));
    pl_event_line_end(line);
    if (!evtx->is_damaged && evtx->steps_left >= 0)
        return PL_EVTX_WRITTEN;
    pl_buf_cut(line, evtx->line_off);
    return PL_EVTX_DAMAGED;
}
