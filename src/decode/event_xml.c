/*
 * event_xml.c - events are found by their tags; expat reads those that may be wanted.
 *
 * For expat all events are children of one element, so that it is set up once; after an event that
 * is broken it begins anew.
 */
#include "decode/event_xml.h"

#include <string.h>

#include <expat.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "base/escape.h"
#include "decode/event_at.h"
#include "decode/event_line.h"
#include "decode/event_time.h"

#define TICKS_PER_US 10
#define ROOT PL_STR("<r>")

/* Depths, of the root, the event, its sections, and what these hold. */
enum { AT_EVENT = 2, AT_SECTION = 3 };

enum section { OTHER, SYSTEM, EVENT_DATA, USER_DATA, RENDERING };

/* What System says; offsets, as the texts are in one buffer that grows. */
struct said {
    size_t provider, computer, channel; /* in `texts`, each terminated; 0: nothing */
    int64_t ticks;
    uint64_t id, record, level;
    bool has_id, has_record, is_done; /* is_done: </System> has gone by */
};

struct xml {
    XML_Parser parser; /* owned */
    const pl_event_filter *filter;
    pl_records *records;
    size_t depth;
    enum section section;
    bool is_leaf;    /* the element that is open has no child so far */
    bool is_wanted;  /* by what System said */
    size_t position; /* of the last Data */
    struct said said;
    pl_buf name, text; /* of the leaf that is open */
    pl_buf texts, message, repaired;
};

static void *take(size_t size)
{
    return pl_alloc(1, size);
}

static void *resize(void *ptr, size_t size)
{
    return pl_resize(ptr, size, 1);
}

static pl_str local_name(const char *name)
{
    const char *colon = strchr(name, ':');
    return pl_str_of(colon == NULL ? name : colon + 1);
}

static pl_str attribute(const char **attributes, pl_str name)
{
    for (; attributes[0] != NULL; attributes += 2)
        if (pl_str_equal(local_name(attributes[0]), name))
            return pl_str_of(attributes[1]);
    return PL_STR("");
}

static pl_str provider_of(const char **attributes)
{
    const pl_str name = attribute(attributes, PL_STR("Name"));
    return name.len > 0 ? name : attribute(attributes, PL_STR("EventSourceName"));
}

static int64_t read_ticks(pl_str s)
{
    pl_event_time time;
    return pl_event_time_read(s, PL_DATE_UNKNOWN, &time) ? time.ticks : 0;
}

static int64_t us_of(int64_t ticks)
{
    return ticks == 0 ? PL_TIME_NONE : (ticks - PL_TICKS_AT_1970) / TICKS_PER_US;
}

/* Keeps `s` terminated; the offset that said_text() takes. */
static size_t keep(struct xml *xml, pl_str s)
{
    const size_t at = xml->texts.len;
    pl_buf_append(&xml->texts, s);
    pl_buf_append_char(&xml->texts, '\0');
    return at;
}

static pl_str said_text(const struct xml *xml, size_t at)
{
    return at == 0 || at >= xml->texts.len ? PL_STR("") : pl_str_of(xml->texts.ptr + at);
}

static enum section section_of(pl_str name)
{
    static const pl_str names[] = {
        [SYSTEM] = PL_STR_INIT("System"),
        [EVENT_DATA] = PL_STR_INIT("EventData"),
        [USER_DATA] = PL_STR_INIT("UserData"),
        [RENDERING] = PL_STR_INIT("RenderingInfo"),
    };
    for (enum section i = SYSTEM; i <= RENDERING; i++)
        if (pl_str_equal(name, names[i]))
            return i;
    return OTHER;
}

/* Names the leaf that may have begun, as its pair is called. */
static void name_leaf(struct xml *xml, pl_str name, const char **attributes)
{
    const bool is_data = xml->section == EVENT_DATA && pl_str_equal(name, PL_STR("Data"));
    const pl_str given = is_data ? attribute(attributes, PL_STR("Name")) : PL_STR("");
    pl_buf_clear(&xml->name);
    pl_buf_clear(&xml->text);
    xml->position += is_data;
    if (given.len > 0)
        pl_buf_append(&xml->name, given);
    else if (is_data)
        pl_buf_appendf(&xml->name, "%zu", xml->position);
    else
        pl_buf_append(&xml->name, name);
}

static void XMLCALL on_start(void *data, const char *name, const char **attributes)
{
    struct xml *xml = data;
    const pl_str local = local_name(name);
    if (xml->depth == AT_EVENT) {
        xml->section = section_of(local);
    } else if (xml->depth == AT_SECTION && xml->section == SYSTEM) {
        if (pl_str_equal(local, PL_STR("Provider")))
            xml->said.provider = keep(xml, provider_of(attributes));
        else if (pl_str_equal(local, PL_STR("TimeCreated")))
            xml->said.ticks = read_ticks(attribute(attributes, PL_STR("SystemTime")));
    }
    xml->is_leaf = xml->depth >= AT_SECTION;
    if (xml->is_leaf)
        name_leaf(xml, local, attributes);
    xml->depth++;
}

static void XMLCALL on_text(void *data, const char *text, int len)
{
    struct xml *xml = data;
    if (xml->is_leaf)
        pl_buf_append(&xml->text, (pl_str){text, (size_t)len});
}

static void end_system_leaf(struct xml *xml, pl_str name)
{
    struct said *said = &xml->said;
    const pl_str text = pl_str_trim(pl_buf_str(&xml->text));
    if (pl_str_equal(name, PL_STR("EventID")))
        said->has_id = pl_str_to_u64(text, &said->id);
    else if (pl_str_equal(name, PL_STR("Level")))
        (void)!pl_str_to_u64(text, &said->level);
    else if (pl_str_equal(name, PL_STR("EventRecordID")))
        said->has_record = pl_str_to_u64(text, &said->record);
    else if (pl_str_equal(name, PL_STR("Channel")))
        said->channel = keep(xml, text);
    else if (pl_str_equal(name, PL_STR("Computer")))
        said->computer = keep(xml, text);
}

static void end_system(struct xml *xml)
{
    const struct said *said = &xml->said;
    const pl_event_pair *pair = NULL;
    pl_event_head head = {.ticks = said->ticks,
                          .provider = said_text(xml, said->provider),
                          .id = (uint32_t)(said->id & 0xffff),
                          .computer = said_text(xml, said->computer),
                          .channel = said_text(xml, said->channel),
                          .record = said->record,
                          .has_record = said->has_record,
                          .level = (unsigned)(said->level & 0xff)};
    xml->said.is_done = said->has_id;
    if (xml->filter != NULL)
        pair = pl_event_filter_find(xml->filter, head.provider, head.id);
    xml->is_wanted = said->has_id && (xml->filter == NULL || pair != NULL);
    if (pair != NULL)
        head.provider = pair->provider;
    if (xml->is_wanted)
        pl_event_line_begin(&xml->records->text, &head);
}

/* A time as evtxexport writes it, with nine digits, as Windows does: with seven. */
static void shorten_time(pl_buf *text)
{
    static const char pattern[] = "0000-00-00T00:00:00.000000000Z";
    const size_t len = sizeof pattern - 1;
    if (text->len != len || memcmp(text->ptr + len - 3, "00Z", 3) != 0)
        return;
    for (size_t i = 0; i < len; i++) {
        const bool is_digit = text->ptr[i] >= '0' && text->ptr[i] <= '9';
        if (pattern[i] == '0' ? !is_digit : text->ptr[i] != pattern[i])
            return;
    }
    pl_buf_cut(text, len - 3);
    pl_buf_append_char(text, 'Z');
}

static void end_leaf(struct xml *xml, pl_str name)
{
    shorten_time(&xml->text);
    const pl_str text = pl_buf_str(&xml->text);
    const bool is_pair = xml->section == EVENT_DATA || xml->section == USER_DATA;
    if (xml->section == SYSTEM)
        end_system_leaf(xml, name);
    else if (xml->is_wanted && is_pair)
        pl_event_line_pair(&xml->records->text, pl_buf_str(&xml->name), text);
    else if (xml->section == RENDERING && pl_str_equal(name, PL_STR("Message")))
        pl_buf_append(&xml->message, text);
}

static void XMLCALL on_end(void *data, const char *name)
{
    struct xml *xml = data;
    xml->depth--;
    if (xml->is_leaf)
        end_leaf(xml, local_name(name));
    xml->is_leaf = false;
    if (xml->depth == AT_EVENT && xml->section == SYSTEM)
        end_system(xml);
}

static bool feed(struct xml *xml, pl_str s)
{
    return XML_Parse(xml->parser, s.ptr, (int)s.len, XML_FALSE) == XML_STATUS_OK;
}

/* Has expat begin, at first or anew. */
static bool begin(struct xml *xml)
{
    xml->depth = 0;
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    return feed(xml, ROOT);
}

static pl_status begin_anew(struct xml *xml, pl_error *err)
{
    const bool is_nomem = XML_GetErrorCode(xml->parser) == XML_ERROR_NO_MEMORY;
    if (is_nomem || !XML_ParserReset(xml->parser, "UTF-8") || !begin(xml))
        return pl_fail(err, PL_ERR_NOMEM, "no memory to read xml");
    return PL_OK;
}

/* The first failure of what was built on the way. */
static pl_status built(const struct xml *xml, pl_error *err)
{
    const pl_buf *bufs[] = {&xml->name, &xml->text, &xml->texts, &xml->message, &xml->repaired};
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < sizeof bufs / sizeof *bufs; i++)
        status = pl_buf_status(bufs[i], err);
    return status;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Has expat read `event` from the start; false: it is no XML, or no event. */
static bool parse(struct xml *xml, pl_str event)
{
    xml->said = (struct said){0};
    xml->section = OTHER;
    xml->is_leaf = xml->is_wanted = false;
    xml->position = 0;
    pl_buf_clear(&xml->texts);
    pl_buf_append_char(&xml->texts, '\0');
    pl_buf_clear(&xml->message);
    return feed(xml, event) && xml->said.is_done;
}

/* Writes `s` to `out` as XML can hold it: other bytes and control characters as U+FFFD, like
 * pl_event_line_pair().  False: there are none. */
static bool repair(pl_str s, pl_buf *out)
{
    bool is_repaired = false;
    pl_buf_clear(out);
    for (size_t at = 0, len; at < s.len; at += len) {
        uint32_t code;
        len = pl_utf8_next(pl_str_slice(s, at, SIZE_MAX), &code);
        const bool is_bad = code == UINT32_MAX || code == 0xfffe || code == 0xffff ||
                            (code < ' ' && !is_blank((char)code));
        if (is_bad && code != 0)
            pl_buf_append(out, PL_STR("\xef\xbf\xbd"));
        else if (!is_bad)
            pl_buf_append(out, pl_str_slice(s, at, len));
        is_repaired |= is_bad;
    }
    return is_repaired;
}

/* Reads the event that `event` is; *has_line: it is wanted, and its line has been written. */
static pl_status read_event(struct xml *xml, pl_str event, bool *has_line, pl_error *err)
{
    pl_buf *out = &xml->records->text;
    const size_t start = out->len;
    pl_status status = PL_OK;
    bool is_good = parse(xml, event);
    if (!is_good && repair(event, &xml->repaired)) {
        status = begin_anew(xml, err);
        if (out->failed == PL_OK)
            pl_buf_cut(out, start);
        is_good = status == PL_OK && parse(xml, pl_buf_str(&xml->repaired));
    }
    *has_line = is_good && xml->is_wanted;
    if (*has_line && xml->message.len > 0)
        pl_event_line_pair(out, PL_STR("message"), pl_buf_str(&xml->message));
    if (*has_line)
        pl_event_line_end(out);
    else if (out->failed == PL_OK)
        pl_buf_cut(out, start);
    xml->records->bad += !is_good;
    if (status == PL_OK)
        status = built(xml, err);
    return status == PL_OK && !is_good ? begin_anew(xml, err) : status;
}

/* The value of an attribute in the first tag of that name, as it stands; false: not there, or with
 * entities. */
static bool peek_attribute(pl_str event, pl_str tag, pl_str name, pl_str *out)
{
    const size_t open = pl_str_find(event, tag, 0);
    if (open == SIZE_MAX)
        return false;
    const pl_str rest = pl_str_slice(event, open, SIZE_MAX);
    const size_t at = pl_str_find(rest, name, 0), end = pl_str_find(rest, PL_STR(">"), 0);
    if (at == SIZE_MAX || at > end || at + name.len >= rest.len)
        return false;
    const char quote = rest.ptr[at + name.len];
    const pl_str value = pl_str_slice(rest, at + name.len + 1, SIZE_MAX);
    const char *close = quote != '"' && quote != '\'' ? NULL : memchr(value.ptr, quote, value.len);
    if (close == NULL)
        return false;
    *out = pl_str_slice(value, 0, (size_t)(close - value.ptr));
    return memchr(out->ptr, '&', out->len) == NULL;
}

static bool peek_id(pl_str event, uint64_t *id)
{
    const size_t open = pl_str_find(event, PL_STR("<EventID"), 0);
    const size_t text = open == SIZE_MAX ? SIZE_MAX : pl_str_find(event, PL_STR(">"), open);
    const size_t end = text == SIZE_MAX ? SIZE_MAX : pl_str_find(event, PL_STR("<"), text);
    if (end == SIZE_MAX)
        return false;
    return pl_str_to_u64(pl_str_trim(pl_str_slice(event, text + 1, end - text - 1)), id);
}

/* True when it is plain to see that the event is not wanted; *ticks is its time then. */
static bool is_unwanted(const struct xml *xml, pl_str event, int64_t *ticks)
{
    pl_str provider, time;
    uint64_t id;
    if (xml->filter == NULL || !peek_id(event, &id) ||
        !peek_attribute(event, PL_STR("<Provider"), PL_STR(" Name="), &provider) ||
        !peek_attribute(event, PL_STR("<TimeCreated"), PL_STR(" SystemTime="), &time))
        return false;
    const uint32_t masked = (uint32_t)(id & 0xffff);
    if (provider.len == 0 || pl_event_filter_find(xml->filter, provider, masked) != NULL)
        return false;
    *ticks = read_ticks(time);
    return true;
}

/* Reads the event at [start, end) of the text. */
static pl_status take_event(struct xml *xml, pl_event_at *at, size_t start, size_t end,
                            int64_t *above_us, pl_error *err)
{
    const pl_str event = pl_str_slice(at->text, start, end - start);
    bool has_line = false;
    int64_t ticks = 0;
    pl_status status = PL_OK;
    if (!is_unwanted(xml, event, &ticks)) {
        status = read_event(xml, event, &has_line, err);
        ticks = xml->said.ticks;
    }
    if (status == PL_OK && has_line) {
        pl_event_at_move(at, start);
        status = pl_records_add(xml->records,
                                (pl_record_at){at->byte_off, at->line_index, *above_us}, err);
    }
    if (ticks != 0)
        *above_us = us_of(ticks);
    pl_records_time(xml->records, us_of(ticks));
    return status;
}

/* Where the tag ends whose name ends at `at`: behind "Event", or behind the '>' of an end tag; 0:
 * it is none. */
static size_t tag_end(pl_str text, size_t at, bool is_end)
{
    if (at >= text.len || (text.ptr[at] != '>' && !is_blank(text.ptr[at])))
        return 0;
    if (!is_end)
        return at;
    while (at < text.len && is_blank(text.ptr[at]))
        at++;
    return at < text.len && text.ptr[at] == '>' ? at + 1 : 0;
}

/* Finds the next tag of an event at or after *from, and goes behind it; false: no more. */
static bool next_tag(pl_str text, size_t *from, size_t *tag, bool *is_end)
{
    const pl_str word = PL_STR("Event");
    size_t at;
    while ((at = pl_str_find(text, word, *from)) != SIZE_MAX) {
        *from = at + word.len;
        *is_end = at > 1 && text.ptr[at - 1] == '/';
        *tag = at - (*is_end ? 2 : 1);
        const size_t end = tag_end(text, *from, *is_end);
        if (at == 0 || end == 0 || text.ptr[*tag] != '<')
            continue;
        *from = end;
        return true;
    }
    return false;
}

static pl_status read_events(struct xml *xml, const pl_block *block, pl_str text, pl_error *err)
{
    pl_event_at at = pl_event_at_start(block, text);
    size_t from = 0, tag = 0, start = SIZE_MAX;
    int64_t above_us = PL_TIME_NONE;
    bool is_end = false;
    pl_status status = PL_OK;
    while (status == PL_OK && next_tag(text, &from, &tag, &is_end)) {
        if (!is_end) {
            xml->records->bad += start != SIZE_MAX;
            start = tag;
        } else if (start != SIZE_MAX) {
            status = take_event(xml, &at, start, from, &above_us, err);
            start = SIZE_MAX;
        }
    }
    xml->records->bad += start != SIZE_MAX && !block->open_end;
    xml->records->line_count = pl_event_at_lines(&at, block);
    return status;
}

pl_status pl_event_xml_decode(const pl_block *block, pl_str text, const pl_event_filter *filter,
                              pl_records *records, pl_error *err)
{
    static const XML_Memory_Handling_Suite memory = {take, resize, pl_release};
    struct xml xml = {.filter = filter, .records = records};
    pl_buf *bufs[] = {&xml.name, &xml.text, &xml.texts, &xml.message, &xml.repaired};
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        pl_buf_init(bufs[i], PL_RECORDS_TEXT_MAX);
    xml.parser = XML_ParserCreate_MM("UTF-8", &memory, NULL);
    pl_status status = PL_OK;
    if (xml.parser == NULL || !begin(&xml))
        status = pl_fail(err, PL_ERR_NOMEM, "no memory to read xml");
    else
        status = read_events(&xml, block, text, err);
    if (xml.parser != NULL)
        XML_ParserFree(xml.parser);
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        pl_buf_release(bufs[i]);
    return status;
}
