/* event_line.c - a table says of every byte what has to be done about it. */
#include "decode/event_line.h"

#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "base/escape.h"

#define REPLACEMENT PL_STR("\xef\xbf\xbd")                      /* U+FFFD */
#define TICKS_PER_US 10                                         /* of 100 ns */
#define UNIX_EPOCH_US (INT64_C(11644473600) * PL_US_PER_SECOND) /* since 1601-01-01 */

enum { PLAIN, QUOTE, ESCAPE, HIGH }; /* HIGH: part of a character beyond ASCII */

/* What has to be done about a string. */
struct need {
    bool quotes;
    bool work; /* not to be copied as it is */
};

static unsigned class_of(unsigned char c)
{
    if (c >= 0x80)
        return HIGH;
    if (c < ' ' || c == 0x7f || c == '"' || c == '\\')
        return ESCAPE;
    return c == ' ' || c == '=' ? QUOTE : PLAIN;
}

static struct need need_of(pl_str s)
{
    bool seen[HIGH + 1] = {false};
    for (size_t i = 0; i < s.len; i++)
        seen[class_of((unsigned char)s.ptr[i])] = true;
    return (struct need){.quotes = s.len == 0 || seen[QUOTE] || seen[ESCAPE],
                         .work = seen[ESCAPE] || (seen[HIGH] && !pl_utf8_valid(s))};
}

/* Writes one character that cannot stay; `is_quoted` tells whether a backslash means anything. */
static void put_escaped(pl_buf *out, char c, bool is_quoted)
{
    const bool is_line_end = c == '\n' || c == '\r';
    if (c == '\0')
        return;
    if (!is_quoted && (is_line_end || c == '\t'))
        pl_buf_append_char(out, ' ');
    else if (is_line_end)
        pl_buf_append(out, PL_STR("\\n"));
    else if (c == '\t')
        pl_buf_append(out, PL_STR("\\t"));
    else if (c != '"' && c != '\\')
        pl_buf_append(out, REPLACEMENT);
    else if (is_quoted)
        pl_buf_append(out, c == '"' ? PL_STR("\\\"") : PL_STR("\\\\"));
    else
        pl_buf_append_char(out, c);
}

/* Writes `s` with what cannot stay replaced. */
static void put_worked(pl_buf *out, pl_str s, bool is_quoted)
{
    size_t good = 0; /* [good, at) stays and is not yet written */
    for (size_t at = 0; at < s.len;) {
        uint32_t code;
        const size_t len = pl_utf8_next(pl_str_slice(s, at, SIZE_MAX), &code);
        const char c = s.ptr[at];
        if (code != UINT32_MAX && (code >= 0x80 || class_of((unsigned char)c) != ESCAPE)) {
            at += len;
            continue;
        }
        pl_buf_append(out, pl_str_slice(s, good, at - good));
        const bool is_pair = c == '\r' && at + 1 < s.len && s.ptr[at + 1] == '\n';
        if (code == UINT32_MAX)
            pl_buf_append(out, REPLACEMENT);
        else if (!is_pair)
            put_escaped(out, c, is_quoted);
        at += len;
        good = at;
    }
    pl_buf_append(out, pl_str_slice(s, good, SIZE_MAX));
}

static void put(pl_buf *out, pl_str s, struct need need, bool is_quoted)
{
    if (is_quoted)
        pl_buf_append_char(out, '"');
    if (need.work)
        put_worked(out, s, is_quoted);
    else
        pl_buf_append(out, s);
    if (is_quoted)
        pl_buf_append_char(out, '"');
}

static void put_value(pl_buf *out, pl_str s)
{
    const struct need need = need_of(s);
    put(out, s, need, need.quotes);
}

static void put_bare(pl_buf *out, pl_str s)
{
    if (s.len == 0)
        pl_buf_append_char(out, '-');
    else
        put(out, s, need_of(s), false);
}

static void put_or_dash(pl_buf *out, pl_str s)
{
    if (s.len == 0)
        pl_buf_append_char(out, '-');
    else
        put_value(out, s);
}

static void put_digits(char *to, int value, size_t count)
{
    for (size_t i = count; i-- > 0; value /= 10)
        to[i] = (char)('0' + value % 10);
}

static bool put_ticks(pl_buf *out, int64_t ticks)
{
    static const char pattern[] = "0000-00-00T00:00:00.0000000Z";
    const int64_t us = ticks / TICKS_PER_US - UNIX_EPOCH_US;
    const pl_civil c = pl_civil_of_us(us);
    if (ticks <= 0 || pl_civil_to_us(c) != us)
        return false;
    char *to = pl_buf_reserve(out, sizeof pattern - 1);
    if (to == NULL)
        return true;
    memcpy(to, pattern, sizeof pattern - 1);
    put_digits(to, c.year, 4);
    put_digits(to + 5, c.month, 2);
    put_digits(to + 8, c.day, 2);
    put_digits(to + 11, c.hour, 2);
    put_digits(to + 14, c.minute, 2);
    put_digits(to + 17, c.second, 2);
    put_digits(to + 20, c.us, 6);
    put_digits(to + 26, (int)(ticks % TICKS_PER_US), 1);
    return true;
}

static pl_str level_name(unsigned level)
{
    static const pl_str names[] = {
        [1] = PL_STR_INIT("Critical"), [2] = PL_STR_INIT("Error"),
        [3] = PL_STR_INIT("Warning"),  [4] = PL_STR_INIT("Information"),
        [5] = PL_STR_INIT("Verbose"),
    };
    return names[level >= 1 && level <= 5 ? level : 4];
}

void pl_event_line_begin(pl_buf *out, const pl_event_head *head)
{
    if (!put_ticks(out, head->ticks))
        put_bare(out, head->stamp);
    pl_buf_append_char(out, ' ');
    put_bare(out, head->provider);
    pl_buf_appendf(out, "/%" PRIu32 " ", head->id & 0xffff);
    put_or_dash(out, head->computer);
    pl_buf_append_char(out, ' ');
    put_or_dash(out, head->channel);
    if (head->has_record)
        pl_buf_appendf(out, " %" PRIu64 " ", head->record);
    else
        pl_buf_append(out, PL_STR(" - "));
    pl_buf_append(out, level_name(head->level));
}

void pl_event_line_pair(pl_buf *out, pl_str name, pl_str value)
{
    pl_buf_append_char(out, ' ');
    put_value(out, name);
    pl_buf_append_char(out, '=');
    put_value(out, value);
}

void pl_event_line_end(pl_buf *out)
{
    pl_buf_append_char(out, '\n');
}
