/*
 * evtx_writer.h - writes EVTX files for tests: chunks, templates and their instances, for any list
 * of events; and binary XML token by token, for the odd ones.
 *
 * A template's definition stands in the first record of a chunk that uses it, a name where it is
 * first used, as Windows does it.  Lengths and checksums are right, so that other readers read it
 * too.
 */
#ifndef PL_TESTS_EVTX_WRITER_H
#define PL_TESTS_EVTX_WRITER_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <zlib.h>

#include "base/buf.h"
#include "base/escape.h"
#include "io/records.h"

#define EVTX_CHUNK_HEAD 512
#define EVTX_DEFS_MAX 128
#define EVTX_NAMES_MAX 512
#define EVTX_DEPTH_MAX 64
#define EVTX_PAIRS_MAX 256
#define EVTX_NO_DEPENDENCY 0xffff

/* A value as it stands in the file. */
typedef struct evtx_value {
    uint8_t type;
    pl_str bytes; /* of strings (type 1): UTF-8, written as UTF-16 */
} evtx_value;

typedef struct evtx_pair {
    pl_str name; /* empty: a Data without a name */
    evtx_value value;
} evtx_pair;

typedef struct evtx_event {
    uint64_t ticks; /* 100 ns since 1601-01-01 UTC */
    uint64_t record;
    pl_str provider, computer, channel;
    uint16_t id;
    uint8_t level;
    bool is_user_data;
    const evtx_pair *pairs; /* named `Binary`: not a Data */
    size_t pair_count;
    pl_str message; /* empty: not rendered */
} evtx_event;

/* What was written at an offset of the chunk. */
typedef struct evtx_mark {
    char key[96];
    uint32_t off;
} evtx_mark;

typedef struct evtx_writer {
    pl_buf file;
    unsigned char chunk[PL_EVTX_CHUNK_BYTES];
    size_t at;     /* in the chunk */
    bool is_full;  /* something did not fit into the chunk */
    bool is_dirty; /* the headers say that nothing was written yet */
    uint32_t chunks;
    uint64_t next_record, first_record; /* in this chunk */
    size_t record_at;                   /* of the last record; 0: none */
    evtx_mark defs[EVTX_DEFS_MAX], names[EVTX_NAMES_MAX];
    size_t def_count, name_count;
    size_t open[EVTX_DEPTH_MAX]; /* where the length of each open element stands */
    size_t depth;
    size_t attributes; /* where the length of the attributes stands; 0: there are none */
    bool in_template;
} evtx_writer;

static inline void evtx_poke(evtx_writer *w, size_t at, uint64_t value, size_t count)
{
    for (size_t i = 0; i < count && at + i < sizeof w->chunk; i++)
        w->chunk[at + i] = (unsigned char)(value >> 8 * i);
}

static inline void evtx_put(evtx_writer *w, uint64_t value, size_t count)
{
    w->is_full |= count > sizeof w->chunk - w->at;
    if (w->is_full)
        return;
    evtx_poke(w, w->at, value, count);
    w->at += count;
}

static inline void evtx_put_bytes(evtx_writer *w, pl_str bytes)
{
    w->is_full |= bytes.len > sizeof w->chunk - w->at;
    if (w->is_full || bytes.len == 0)
        return;
    memcpy(w->chunk + w->at, bytes.ptr, bytes.len);
    w->at += bytes.len;
}

/* UTF-8 as UTF-16; returns how many units that are. */
static inline size_t evtx_put_utf16(evtx_writer *w, pl_str text)
{
    size_t units = 0;
    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        i += pl_utf8_next(pl_str_slice(text, i, SIZE_MAX), &code);
        if (code > 0xffff && code != UINT32_MAX) {
            evtx_put(w, 0xd800 + ((code - 0x10000) >> 10), 2);
            code = 0xdc00 + ((code - 0x10000) & 0x3ff);
            units++;
        }
        evtx_put(w, code, 2);
        units++;
    }
    return units;
}

/* The offset that `key` was written at; 0: it was not yet. */
static inline uint32_t evtx_find(const evtx_mark *marks, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(marks[i].key, key) == 0)
            return marks[i].off;
    return 0;
}

static inline void evtx_remember(evtx_mark *marks, size_t *count, size_t max, const char *key,
                                 uint32_t off)
{
    if (*count == max || strlen(key) >= sizeof marks->key)
        return;
    memcpy(marks[*count].key, key, strlen(key) + 1);
    marks[(*count)++].off = off;
}

/* A name, where it stands already or here. */
static inline void evtx_name(evtx_writer *w, const char *name)
{
    const uint32_t known = evtx_find(w->names, w->name_count, name);
    uint32_t hash = 0;
    if (known > 0) {
        evtx_put(w, known, 4);
        return;
    }
    for (const char *c = name; *c != '\0'; c++)
        hash = hash * 65599 + (unsigned char)*c;
    evtx_put(w, w->at + 4, 4);
    evtx_remember(w->names, &w->name_count, EVTX_NAMES_MAX, name, (uint32_t)w->at);
    evtx_put(w, 0, 4);
    evtx_put(w, hash & 0xffff, 2);
    const size_t count_at = w->at;
    evtx_put(w, 0, 2);
    evtx_poke(w, count_at, evtx_put_utf16(w, pl_str_of(name)), 2);
    evtx_put(w, 0, 2);
}

static inline void evtx_open_on(evtx_writer *w, const char *name, uint16_t dependency,
                                bool has_attributes)
{
    evtx_put(w, has_attributes ? 0x41 : 0x01, 1);
    if (w->in_template)
        evtx_put(w, dependency, 2);
    assert(w->depth < EVTX_DEPTH_MAX);
    w->open[w->depth++] = w->at;
    evtx_put(w, 0, 4);
    evtx_name(w, name);
    w->attributes = has_attributes ? w->at : 0;
    if (has_attributes)
        evtx_put(w, 0, 4);
}

static inline void evtx_open(evtx_writer *w, const char *name, bool has_attributes)
{
    evtx_open_on(w, name, EVTX_NO_DEPENDENCY, has_attributes);
}

static inline void evtx_attribute(evtx_writer *w, const char *name, bool is_last)
{
    evtx_put(w, is_last ? 0x06 : 0x46, 1);
    evtx_name(w, name);
}

static inline void evtx_text(evtx_writer *w, pl_str text)
{
    evtx_put(w, 0x05, 1);
    evtx_put(w, 1, 1);
    const size_t count_at = w->at;
    evtx_put(w, 0, 2);
    evtx_poke(w, count_at, evtx_put_utf16(w, text), 2);
}

static inline void evtx_substitution(evtx_writer *w, uint16_t id, uint8_t type, bool is_optional)
{
    evtx_put(w, is_optional ? 0x0e : 0x0d, 1);
    evtx_put(w, id, 2);
    evtx_put(w, type, 1);
}

/* The start tag ends: elements and text follow. */
static inline void evtx_close(evtx_writer *w)
{
    if (w->attributes > 0)
        evtx_poke(w, w->attributes, w->at - w->attributes - 4, 4);
    w->attributes = 0;
    evtx_put(w, 0x02, 1);
}

static inline void evtx_end_with(evtx_writer *w, uint8_t token)
{
    if (w->attributes > 0)
        evtx_poke(w, w->attributes, w->at - w->attributes - 4, 4);
    w->attributes = 0;
    evtx_put(w, token, 1);
    const size_t open = w->open[--w->depth];
    evtx_poke(w, open, w->at - open - 4, 4);
}

static inline void evtx_end(evtx_writer *w)
{
    evtx_end_with(w, 0x04);
}

static inline void evtx_end_empty(evtx_writer *w)
{
    evtx_end_with(w, 0x03);
}

/* <name>%id</name>, not there when the value is NULL. */
static inline void evtx_leaf(evtx_writer *w, const char *name, uint16_t id, uint8_t type)
{
    evtx_open_on(w, name, id, false);
    evtx_close(w);
    evtx_substitution(w, id, type, true);
    evtx_end(w);
}

static inline void evtx_fragment(evtx_writer *w)
{
    evtx_put(w, 0x0001010f, 4);
}

/* An instance of the template `key`.  True: its definition follows now, up to evtx_defined(). */
static inline bool evtx_instance(evtx_writer *w, const char *key, size_t *def_at)
{
    const uint32_t known = evtx_find(w->defs, w->def_count, key);
    evtx_put(w, 0x0c, 1);
    evtx_put(w, 1, 1);
    evtx_put(w, 0x1234, 4);
    evtx_put(w, known > 0 ? known : w->at + 4, 4);
    *def_at = w->at;
    if (known > 0)
        return false;
    evtx_remember(w->defs, &w->def_count, EVTX_DEFS_MAX, key, (uint32_t)w->at);
    evtx_put(w, 0, 4);
    evtx_put(w, 0x1234, 4);
    evtx_put_bytes(w, PL_STR("phaselines !"));
    evtx_put(w, 0, 4);
    evtx_fragment(w);
    w->in_template = true;
    return true;
}

static inline void evtx_defined(evtx_writer *w, size_t def_at)
{
    evtx_put(w, 0, 1);
    evtx_poke(w, def_at + 20, w->at - def_at - 24, 4);
    w->in_template = false;
}

static inline size_t evtx_value_bytes(evtx_writer *w, const evtx_value *value)
{
    const size_t from = w->at;
    if (value->type == 1)
        evtx_put_utf16(w, value->bytes);
    else
        evtx_put_bytes(w, value->bytes);
    return w->at - from;
}

/* The number of values and what they are; each is then told by evtx_told(). */
static inline size_t evtx_values(evtx_writer *w, size_t count)
{
    evtx_put(w, count, 4);
    const size_t told = w->at;
    for (size_t i = 0; i < count; i++)
        evtx_put(w, 0, 4);
    return told;
}

static inline void evtx_told(evtx_writer *w, size_t told, size_t at, uint8_t type, size_t bytes)
{
    evtx_poke(w, told + 4 * at, bytes, 2);
    evtx_poke(w, told + 4 * at + 2, type, 1);
}

static inline void evtx_tell(evtx_writer *w, size_t told, size_t at, evtx_value value)
{
    evtx_told(w, told, at, value.type, evtx_value_bytes(w, &value));
}

static inline void evtx_begin(evtx_writer *w)
{
    memset(w, 0, sizeof *w);
    pl_buf_init(&w->file, (size_t)1 << 31);
    pl_buf_append_repeat(&w->file, '\0', PL_EVTX_HEADER_BYTES);
    w->at = EVTX_CHUNK_HEAD;
    w->next_record = w->first_record = 1;
}

static inline void evtx_chunk_end(evtx_writer *w)
{
    const size_t end = w->is_dirty ? EVTX_CHUNK_HEAD : w->at;
    memcpy(w->chunk, "ElfChnk", 8);
    evtx_poke(w, 8, w->first_record, 8);
    evtx_poke(w, 16, w->next_record - 1, 8);
    evtx_poke(w, 24, w->first_record, 8);
    evtx_poke(w, 32, w->next_record - 1, 8);
    evtx_poke(w, 40, 128, 4);
    evtx_poke(w, 44, w->record_at, 4);
    evtx_poke(w, 48, end, 4);
    evtx_poke(w, 52, crc32(0, w->chunk + EVTX_CHUNK_HEAD, (unsigned)(end - EVTX_CHUNK_HEAD)), 4);
    evtx_poke(w, 124, crc32(crc32(0, w->chunk, 120), w->chunk + 128, EVTX_CHUNK_HEAD - 128), 4);
    pl_buf_append(&w->file, (pl_str){(const char *)w->chunk, sizeof w->chunk});
    memset(w->chunk, 0, sizeof w->chunk);
    w->at = EVTX_CHUNK_HEAD;
    w->record_at = w->def_count = w->name_count = 0;
    w->first_record = w->next_record;
    w->chunks++;
}

static inline void evtx_record_begin(evtx_writer *w, uint64_t record, uint64_t ticks)
{
    w->record_at = w->at;
    w->next_record = record;
    evtx_put(w, 0x2a2a, 4);
    evtx_put(w, 0, 4);
    evtx_put(w, record, 8);
    evtx_put(w, ticks, 8);
}

static inline void evtx_record_end(evtx_writer *w)
{
    while (!w->is_full && (w->at - w->record_at) % 8 != 4)
        evtx_put(w, 0, 1);
    const size_t bytes = w->at - w->record_at + 4;
    evtx_put(w, bytes, 4);
    evtx_poke(w, w->record_at + 4, bytes, 4);
    w->next_record++;
}

static inline void evtx_define_event(evtx_writer *w, bool has_pairs, bool has_message)
{
    evtx_open(w, "Event", true);
    evtx_attribute(w, "xmlns", true);
    evtx_text(w, PL_STR("http://schemas.microsoft.com/win/2004/08/events/event"));
    evtx_close(w);
    evtx_open(w, "System", false);
    evtx_close(w);
    evtx_open(w, "Provider", true);
    evtx_attribute(w, "Name", true);
    evtx_substitution(w, 0, 1, true);
    evtx_end_empty(w);
    evtx_leaf(w, "EventID", 1, 6);
    evtx_leaf(w, "Level", 2, 4);
    evtx_open(w, "TimeCreated", true);
    evtx_attribute(w, "SystemTime", true);
    evtx_substitution(w, 3, 0x11, true);
    evtx_end_empty(w);
    evtx_leaf(w, "EventRecordID", 4, 0x0a);
    evtx_leaf(w, "Channel", 5, 1);
    evtx_leaf(w, "Computer", 6, 1);
    evtx_end(w);
    if (has_pairs)
        evtx_substitution(w, 7, 0x21, true);
    if (has_message) {
        evtx_open(w, "RenderingInfo", false);
        evtx_close(w);
        evtx_leaf(w, "Message", 8, 1);
        evtx_end(w);
    }
    evtx_end(w);
}

static inline void evtx_define_pairs(evtx_writer *w, const evtx_event *event)
{
    char name[96];
    evtx_open(w, event->is_user_data ? "UserData" : "EventData", false);
    evtx_close(w);
    for (size_t i = 0; i < event->pair_count; i++) {
        const evtx_pair *pair = &event->pairs[i];
        const bool is_data = !event->is_user_data && !pl_str_equal(pair->name, PL_STR("Binary"));
        snprintf(name, sizeof name, PL_FMT, PL_ARG(pair->name));
        evtx_open(w, is_data ? "Data" : name, is_data && pair->name.len > 0);
        if (is_data && pair->name.len > 0) {
            evtx_attribute(w, "Name", true);
            evtx_text(w, pair->name);
        }
        evtx_close(w);
        evtx_substitution(w, (uint16_t)i, pair->value.type, false);
        evtx_end(w);
    }
    evtx_end(w);
}

/* The pairs as a fragment with a template of their own, one for all events with these names. */
static inline void evtx_pairs(evtx_writer *w, const evtx_event *event)
{
    char key[96] = {0};
    size_t def_at, len = 0;
    uint32_t crc = (uint32_t)event->is_user_data;
    for (size_t i = 0; i < event->pair_count; i++) {
        const evtx_pair *pair = &event->pairs[i];
        crc = (uint32_t)crc32(crc, (const unsigned char *)pair->name.ptr, (unsigned)pair->name.len);
        crc = (uint32_t)crc32(crc, &pair->value.type, 1);
        len += pair->name.len;
    }
    snprintf(key, sizeof key, "%08x %zu %zu", crc, event->pair_count, len);
    evtx_fragment(w);
    if (evtx_instance(w, key, &def_at)) {
        evtx_define_pairs(w, event);
        evtx_defined(w, def_at);
    }
    const size_t told = evtx_values(w, event->pair_count);
    for (size_t i = 0; i < event->pair_count; i++)
        evtx_tell(w, told, i, event->pairs[i].value);
    evtx_put(w, 0, 1);
}

static inline void evtx_number(evtx_writer *w, size_t told, size_t at, uint8_t type,
                               uint64_t number, size_t bytes)
{
    evtx_put(w, number, bytes);
    evtx_told(w, told, at, type, bytes);
}

static inline void evtx_string(evtx_writer *w, size_t told, size_t at, pl_str text)
{
    const evtx_value value = {text.len > 0 ? 1 : 0, text};
    evtx_tell(w, told, at, value);
}

static inline void evtx_event_record(evtx_writer *w, const evtx_event *event)
{
    static const char *const keys[] = {"bare event", "event", "bare rendered", "rendered"};
    const bool has_message = event->message.len > 0, has_pairs = event->pair_count > 0;
    size_t def_at;
    evtx_record_begin(w, event->record, event->ticks);
    evtx_fragment(w);
    if (evtx_instance(w, keys[2 * has_message + has_pairs], &def_at)) {
        evtx_define_event(w, has_pairs, has_message);
        evtx_defined(w, def_at);
    }
    const size_t told = evtx_values(w, has_message ? 9 : 8);
    evtx_string(w, told, 0, event->provider);
    evtx_number(w, told, 1, 6, event->id, 2);
    evtx_number(w, told, 2, 4, event->level, 1);
    evtx_number(w, told, 3, 0x11, event->ticks, 8);
    evtx_number(w, told, 4, 0x0a, event->record, 8);
    evtx_string(w, told, 5, event->channel);
    evtx_string(w, told, 6, event->computer);
    const size_t from = w->at;
    if (has_pairs)
        evtx_pairs(w, event);
    evtx_told(w, told, 7, has_pairs ? 0x21 : 0, w->at - from);
    if (has_message)
        evtx_string(w, told, 8, event->message);
    evtx_put(w, 0, 1);
    evtx_record_end(w);
}

/* Adds a record; begins another chunk when it does not fit into this one.  False: into none. */
static inline bool evtx_add(evtx_writer *w, const evtx_event *event)
{
    for (int tries = 0; tries < 2; tries++) {
        const size_t at = w->at, record_at = w->record_at;
        const size_t defs = w->def_count, names = w->name_count;
        const uint64_t next = w->next_record;
        if (at == EVTX_CHUNK_HEAD)
            w->first_record = event->record;
        evtx_event_record(w, event);
        if (!w->is_full)
            return true;
        w->is_full = w->in_template = false;
        w->depth = w->attributes = 0;
        memset(w->chunk + at, 0, sizeof w->chunk - at);
        w->at = at;
        w->record_at = record_at;
        w->def_count = defs;
        w->name_count = names;
        w->next_record = next;
        if (at == EVTX_CHUNK_HEAD)
            return false;
        evtx_chunk_end(w);
    }
    return false;
}

/* The whole file, good until evtx_release(). */
static inline pl_str evtx_finish(evtx_writer *w)
{
    unsigned char head[128] = "ElfFile";
    if (w->at > EVTX_CHUNK_HEAD)
        evtx_chunk_end(w);
    const uint64_t fields[][3] = {{8, 0, 8},
                                  {16, w->chunks > 0 ? w->chunks - 1 : 0, 8},
                                  {24, w->next_record, 8},
                                  {32, 128, 4},
                                  {36, 1, 2},
                                  {38, 3, 2},
                                  {40, PL_EVTX_HEADER_BYTES, 2},
                                  {42, w->is_dirty ? 1 : w->chunks, 2},
                                  {120, w->is_dirty ? 1 : 0, 4}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        for (size_t b = 0; b < fields[i][2]; b++)
            head[fields[i][0] + b] = (unsigned char)(fields[i][1] >> 8 * b);
    const uint32_t crc = (uint32_t)crc32(0, head, 120);
    for (size_t b = 0; b < 4; b++)
        head[124 + b] = (unsigned char)(crc >> 8 * b);
    if (w->file.failed == PL_OK)
        memcpy(w->file.ptr, head, sizeof head);
    return pl_buf_str(&w->file);
}

static inline void evtx_release(evtx_writer *w)
{
    pl_buf_release(&w->file);
}

#endif
