/* records.c - told by what stands at the beginning, cut where a record ends. */
#include "io/records.h"

#include <string.h>

#include "io/csv_head.h"

#define LEAD_MAX 64 /* bytes of text, such as the name of a tool, before the first tag */
#define UNITS_AT_ONCE 32

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The offset of the first byte at or after `at` that is no blank. */
static size_t skip_blanks(pl_str s, size_t at)
{
    while (at < s.len && is_blank(s.ptr[at]))
        at++;
    return at;
}

/* True when a tag of that name, "<Event" say, begins at `at`. */
static bool is_tag(pl_str s, size_t at, pl_str tag)
{
    const pl_str there = pl_str_slice(s, at, tag.len + 1);
    return there.len > tag.len && pl_str_starts(there, tag) &&
           (is_blank(there.ptr[tag.len]) || there.ptr[tag.len] == '>');
}

/* What follows the first `end` at or after `at`, blanks passed over; s.len without one. */
static size_t behind(pl_str s, size_t at, pl_str end)
{
    const size_t found = pl_str_find(s, end, at);
    return found == SIZE_MAX ? s.len : skip_blanks(s, found + end.len);
}

/* True when the tags of a Windows event stand at `at`, where "<Event" does. */
static bool is_event(pl_str s, size_t at)
{
    at = behind(s, at, PL_STR(">"));
    if (!is_tag(s, at, PL_STR("<System")))
        return false;
    return is_tag(s, behind(s, at, PL_STR(">")), PL_STR("<Provider"));
}

/* Before the first event: a declaration, comments, one root element, a little text. */
static bool is_event_xml(pl_str s)
{
    size_t text_bytes = 0, roots = 0, at = 0;
    while (at < s.len && text_bytes <= LEAD_MAX && roots <= 1) {
        if (is_tag(s, at, PL_STR("<Event")))
            return is_event(s, at);
        const pl_str there = pl_str_slice(s, at, 4);
        if (pl_str_starts(there, PL_STR("<?"))) {
            at = behind(s, at, PL_STR("?>"));
        } else if (pl_str_equal(there, PL_STR("<!--"))) {
            at = behind(s, at, PL_STR("-->"));
        } else if (pl_str_starts(there, PL_STR("<"))) {
            at = behind(s, at, PL_STR(">"));
            roots++;
        } else {
            text_bytes += !is_blank(s.ptr[at++]);
        }
    }
    return false;
}

/* What `probe` begins with, in `narrow`. */
static pl_str narrow_start(pl_str probe, pl_encoding encoding, char narrow[PL_RECORD_HEAD_MAX])
{
    probe = pl_str_slice(probe, 0, PL_RECORD_HEAD_MAX);
    return (pl_str){narrow, pl_encoding_narrow(probe, encoding, narrow)};
}

pl_layout pl_layout_detect(pl_str probe, pl_encoding encoding)
{
    char narrow[PL_RECORD_HEAD_MAX];
    pl_csv_head head;
    if (pl_str_starts(probe, PL_STR("ElfFile\0")))
        return PL_LAYOUT_EVTX;
    if (encoding == PL_ENCODING_BINARY)
        return PL_LAYOUT_LINES;
    const pl_str text = narrow_start(probe, encoding, narrow);
    if (is_event_xml(text))
        return PL_LAYOUT_EVENT_XML;
    return pl_csv_head_read(text, &head) ? PL_LAYOUT_EVENT_CSV : PL_LAYOUT_LINES;
}

size_t pl_layout_head(pl_layout layout, pl_str probe, pl_encoding encoding)
{
    char narrow[PL_RECORD_HEAD_MAX];
    pl_csv_head head;
    if (layout != PL_LAYOUT_EVENT_CSV ||
        !pl_csv_head_read(narrow_start(probe, encoding, narrow), &head))
        return 0;
    return head.len * pl_encoding_unit(encoding);
}

/* Up to the end of the last whole chunk. */
static size_t whole_chunks(const pl_record_bytes *bytes)
{
    uint64_t end = bytes->off + bytes->bytes.len;
    if (end < PL_EVTX_HEADER_BYTES)
        return 0;
    uint64_t cut = end - (end - PL_EVTX_HEADER_BYTES) % PL_EVTX_CHUNK_BYTES;
    return cut > bytes->off ? (size_t)(cut - bytes->off) : 0;
}

/* The ASCII character that is the unit at `at`; '?' when it is none, '\0' at the end. */
static char unit_char(const pl_record_bytes *bytes, size_t at)
{
    char c = '\0';
    const pl_str unit = pl_str_slice(bytes->bytes, at, pl_encoding_unit(bytes->encoding));
    pl_encoding_narrow(unit, bytes->encoding, &c);
    return c;
}

/* The offset behind the end tag of an event that begins at `at`, and behind the line if nothing
 * else stands on it; 0: it is none, or not whole. */
static size_t behind_event(const pl_record_bytes *bytes, size_t at)
{
    static const char tag[] = "</Event";
    const size_t unit = pl_encoding_unit(bytes->encoding);
    for (const char *c = tag; *c != '\0'; c++, at += unit)
        if (unit_char(bytes, at) != *c)
            return 0;
    while (is_blank(unit_char(bytes, at)))
        at += unit;
    if (unit_char(bytes, at) != '>')
        return 0;
    at += unit;
    size_t line_end = at;
    while (is_blank(unit_char(bytes, line_end)) && unit_char(bytes, line_end) != '\n')
        line_end += unit;
    return unit_char(bytes, line_end) == '\n' ? line_end + unit : at;
}

/* Up to the end of the last event; tags are looked for from the end. */
static size_t whole_events(const pl_record_bytes *bytes)
{
    const size_t unit = pl_encoding_unit(bytes->encoding);
    size_t left = bytes->bytes.len;
    while (left > 0) {
        const char *open = memrchr(bytes->bytes.ptr, '<', left);
        if (open == NULL)
            break;
        left = (size_t)(open - bytes->bytes.ptr);
        const size_t end = behind_event(bytes, left - left % unit);
        if (end > 0)
            return end;
    }
    return 0;
}

/* How often `c` stands in `s`, in whole groups up to *done: loops the compiler makes SIMD of. */
static size_t count_bytes(pl_str s, char c, size_t *done)
{
    size_t count = 0, at = 0;
    for (; s.len - at >= UNITS_AT_ONCE; at += UNITS_AT_ONCE) {
        unsigned char found = 0;
        for (size_t i = 0; i < UNITS_AT_ONCE; i++)
            found = (unsigned char)(found + (s.ptr[at + i] == c));
        count += found;
    }
    *done = at;
    return count;
}

static size_t count_units(pl_str s, uint16_t wanted, size_t *done)
{
    size_t count = 0, at = 0;
    uint16_t units[UNITS_AT_ONCE];
    for (; s.len - at >= sizeof units; at += sizeof units) {
        memcpy(units, s.ptr + at, sizeof units);
        uint16_t found = 0;
        for (size_t i = 0; i < UNITS_AT_ONCE; i++)
            found = (uint16_t)(found + (units[i] == wanted));
        count += found;
    }
    *done = at;
    return count;
}

/* True when the quotes of `bytes` do not pair off: their end is inside a quoted field. */
static bool is_quoted_at_end(const pl_record_bytes *bytes)
{
    const size_t unit = pl_encoding_unit(bytes->encoding);
    const char quote[] = {bytes->encoding == PL_ENCODING_UTF16BE ? '\0' : '"',
                          bytes->encoding == PL_ENCODING_UTF16BE ? '"' : '\0'};
    uint16_t wide;
    memcpy(&wide, quote, sizeof wide);
    size_t at = 0;
    size_t count =
        unit == 1 ? count_bytes(bytes->bytes, '"', &at) : count_units(bytes->bytes, wide, &at);
    for (; at < bytes->bytes.len; at += unit)
        count += unit_char(bytes, at) == '"';
    return count % 2 == 1;
}

/* Up to the last line end outside quotes.  Too long a row counts as over at its next line end. */
static size_t whole_rows(const pl_record_bytes *bytes)
{
    const size_t unit = pl_encoding_unit(bytes->encoding);
    pl_record_bytes rows = *bytes;
    size_t start = 0;
    while (bytes->open_start && start < bytes->bytes.len && unit_char(bytes, start) != '\n')
        start += unit;
    rows.bytes = pl_str_slice(bytes->bytes, start, SIZE_MAX);
    bool is_quoted = is_quoted_at_end(&rows);
    for (size_t at = rows.bytes.len - rows.bytes.len % unit; at >= unit; at -= unit) {
        const char c = unit_char(&rows, at - unit);
        if (c == '\n' && !is_quoted)
            return start + at;
        is_quoted = is_quoted != (c == '"');
    }
    return 0;
}

size_t pl_layout_whole(pl_layout layout, const pl_record_bytes *bytes)
{
    switch (layout) {
    case PL_LAYOUT_EVTX:
        return whole_chunks(bytes);
    case PL_LAYOUT_EVENT_XML:
        return whole_events(bytes);
    case PL_LAYOUT_EVENT_CSV:
        return whole_rows(bytes);
    case PL_LAYOUT_LINES:
        break;
    }
    return 0;
}
