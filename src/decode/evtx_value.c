/* evtx_value.c - a case per type. */
#include "decode/evtx_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"

#define TICKS_PER_US 10                                         /* of 100 ns */
#define UNIX_EPOCH_US (INT64_C(11644473600) * PL_US_PER_SECOND) /* since 1601-01-01 */
#define UTF8_PER_UNIT 3                                         /* bytes at most */
#define SID_HEAD 8                                              /* its bytes before the parts */

/* The types that are only named here. */
enum {
    ANSI = 0x02,
    INT8,
    UINT8,
    INT16,
    UINT16,
    INT32,
    UINT32,
    INT64,
    UINT64,
    REAL32,
    REAL64,
    BOOLEAN,
    BINARY,
    GUID,
    SIZE_T,
    SYSTEMTIME = 0x12,
    SID,
    HEX32,
    HEX64,
};

uint16_t pl_le16(const unsigned char *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

uint32_t pl_le32(const unsigned char *at)
{
    return (uint32_t)pl_le16(at) | (uint32_t)pl_le16(at + 2) << 16;
}

uint64_t pl_le64(const unsigned char *at)
{
    return (uint64_t)pl_le32(at) | (uint64_t)pl_le32(at + 4) << 32;
}

/* The bytes of a value of a fixed size; 0: it has none. */
static size_t size_of(uint8_t type)
{
    static const uint8_t sizes[] = {
        [INT8] = 1,
        [UINT8] = 1,
        [INT16] = 2,
        [UINT16] = 2,
        [INT32] = 4,
        [UINT32] = 4,
        [INT64] = 8,
        [UINT64] = 8,
        [REAL32] = 4,
        [REAL64] = 8,
        [BOOLEAN] = 4,
        [GUID] = 16,
        [PL_EVTX_FILETIME] = 8,
        [SYSTEMTIME] = 16,
        [HEX32] = 4,
        [HEX64] = 8,
    };
    return type < sizeof sizes ? sizes[type] : 0;
}

static char *put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *to++ = (char)(0xe0 | code >> 12);
        } else {
            *to++ = (char)(0xf0 | code >> 18);
            *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        }
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
    }
    *to++ = (char)(0x80 | (code & 0x3f));
    return to;
}

/* Four units at a time as long as all are ASCII; returns how many units that are. */
static size_t narrow(char *to, const unsigned char *units, size_t count)
{
    const uint64_t beyond_ascii = UINT64_C(0xff80ff80ff80ff80);
    size_t at = 0;
    for (; at + 4 <= count; at += 4) {
        uint64_t four = pl_le64(units + 2 * at);
        if ((four & beyond_ascii) != 0)
            break;
        four |= four >> 8;
        to[at] = (char)four;
        to[at + 1] = (char)(four >> 16);
        to[at + 2] = (char)(four >> 32);
        to[at + 3] = (char)(four >> 48);
    }
    return at;
}

void pl_utf16_append(pl_buf *out, const unsigned char *units, size_t count)
{
    const size_t before = out->len;
    char *to = count == 0 ? NULL : pl_buf_reserve(out, UTF8_PER_UNIT * count);
    if (to == NULL)
        return;
    const char *start = to;
    size_t at = narrow(to, units, count);
    to += at;
    while (at < count) {
        uint32_t code = pl_le16(units + 2 * at++);
        const bool is_high = code >= 0xd800 && code < 0xdc00;
        const uint32_t low = is_high && at < count ? pl_le16(units + 2 * at) : 0;
        if (low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            at++;
        } else if (code >= 0xd800 && code < 0xe000) {
            code = 0xfffd;
        }
        to = put_utf8(to, code);
    }
    pl_buf_cut(out, before + (size_t)(to - start));
}

/* Up to the first NUL. */
static void append_string(pl_buf *out, const pl_evtx_value *value)
{
    size_t count = value->len / 2, at = 0;
    while (at < count && (value->ptr[2 * at] | value->ptr[2 * at + 1]) != 0)
        at++;
    pl_utf16_append(out, value->ptr, at);
}

/* Windows-1252, which is Latin-1 but for these. */
static void append_ansi(pl_buf *out, const pl_evtx_value *value)
{
    static const uint16_t high[32] = {
        0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
        0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
    };
    const size_t before = out->len;
    char *to = value->len == 0 ? NULL : pl_buf_reserve(out, UTF8_PER_UNIT * (size_t)value->len);
    if (to == NULL)
        return;
    const char *start = to;
    for (size_t i = 0; i < value->len && value->ptr[i] != 0; i++) {
        const unsigned char c = value->ptr[i];
        to = put_utf8(to, c >= 0x80 && c < 0xa0 ? high[c - 0x80] : c);
    }
    pl_buf_cut(out, before + (size_t)(to - start));
}

static void append_hex(pl_buf *out, const unsigned char *bytes, size_t count)
{
    static const char digits[] = "0123456789ABCDEF";
    char *to = count == 0 ? NULL : pl_buf_reserve(out, 2 * count);
    for (size_t i = 0; to != NULL && i < count; i++) {
        to[2 * i] = digits[bytes[i] >> 4];
        to[2 * i + 1] = digits[bytes[i] & 15];
    }
}

static void append_number(pl_buf *out, uint64_t number, bool is_negative)
{
    char digits[21], *at = digits + sizeof digits;
    if (is_negative)
        number = -number;
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    if (is_negative)
        *--at = '-';
    pl_buf_append(out, (pl_str){at, (size_t)(digits + sizeof digits - at)});
}

/* The fewest digits that tell it from every other number. */
static void append_real(pl_buf *out, double number, bool is_double)
{
    char text[32];
    for (int digits = is_double ? 15 : 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        const double back = strtod(text, NULL);
        if (is_double ? memcmp(&back, &number, sizeof back) == 0
                      : (float)back <= (float)number && (float)back >= (float)number)
            break;
    }
    pl_buf_append(out, pl_str_of(text));
}

static void append_guid(pl_buf *out, const unsigned char *at)
{
    pl_buf_appendf(out, "{%08" PRIX32 "-%04X-%04X-", pl_le32(at), pl_le16(at + 4), pl_le16(at + 6));
    append_hex(out, at + 8, 2);
    pl_buf_append_char(out, '-');
    append_hex(out, at + 10, 6);
    pl_buf_append_char(out, '}');
}

static void append_civil(pl_buf *out, pl_civil civil)
{
    pl_buf_appendf(out, "%04d-%02d-%02dT%02d:%02d:%02d.", civil.year, civil.month, civil.day,
                   civil.hour, civil.minute, civil.second);
}

/* 100 ns since 1601: seven digits behind the second. */
static void append_filetime(pl_buf *out, uint64_t ticks)
{
    const int64_t us = (int64_t)(ticks / TICKS_PER_US) - UNIX_EPOCH_US;
    const pl_civil civil = pl_civil_of_us(us);
    if (ticks > INT64_MAX || pl_civil_to_us(civil) != us) { /* beyond the year 9999 */
        append_number(out, ticks, false);
        return;
    }
    append_civil(out, civil);
    pl_buf_appendf(out, "%06d%uZ", civil.us, (unsigned)(ticks % TICKS_PER_US));
}

/* Year, month, day of the week, day, hour, minute, second, milliseconds. */
static void append_systemtime(pl_buf *out, const unsigned char *at)
{
    append_civil(out, (pl_civil){.year = pl_le16(at),
                                 .month = pl_le16(at + 2),
                                 .day = pl_le16(at + 6),
                                 .hour = pl_le16(at + 8),
                                 .minute = pl_le16(at + 10),
                                 .second = pl_le16(at + 12)});
    pl_buf_appendf(out, "%03uZ", pl_le16(at + 14));
}

/* How many bytes the SID at `at` has; 0: it is none. */
static size_t sid_bytes(const unsigned char *at, size_t len)
{
    const size_t bytes = len < SID_HEAD ? 0 : SID_HEAD + 4 * (size_t)at[1];
    return bytes <= len ? bytes : 0;
}

/* Revision, how many parts, the authority in six bytes, big-endian, and the parts. */
static void append_sid(pl_buf *out, const unsigned char *at)
{
    uint64_t authority = 0;
    for (size_t i = 2; i < SID_HEAD; i++)
        authority = authority << 8 | at[i];
    pl_buf_appendf(out, "S-%u-%" PRIu64, at[0], authority);
    for (size_t i = 0; i < at[1]; i++)
        pl_buf_appendf(out, "-%" PRIu32, pl_le32(at + SID_HEAD + 4 * i));
}

static uint64_t raw_number(const unsigned char *at, size_t len)
{
    if (len == 8)
        return pl_le64(at);
    if (len == 4)
        return pl_le32(at);
    return len == 2 ? pl_le16(at) : at[0];
}

/* The same with its sign, of a number of `len` bytes. */
static int64_t extend(uint64_t raw, size_t len)
{
    const uint64_t sign = UINT64_C(1) << (8 * len - 1);
    return (int64_t)((raw ^ sign) - sign);
}

/* A value of a fixed size. */
static void append_fixed(pl_buf *out, const pl_evtx_value *value)
{
    const size_t size = size_of(value->type);
    const uint64_t raw = size <= 8 ? raw_number(value->ptr, size) : 0;
    float real;
    double real64;
    switch (value->type) {
    case INT8:
    case INT16:
    case INT32:
    case INT64:
        append_number(out, (uint64_t)extend(raw, size), extend(raw, size) < 0);
        return;
    case REAL32:
        memcpy(&real, value->ptr, sizeof real);
        append_real(out, (double)real, false);
        return;
    case REAL64:
        memcpy(&real64, value->ptr, sizeof real64);
        append_real(out, real64, true);
        return;
    case BOOLEAN:
        pl_buf_append(out, raw != 0 ? PL_STR("true") : PL_STR("false"));
        return;
    case GUID:
        append_guid(out, value->ptr);
        return;
    case PL_EVTX_FILETIME:
        append_filetime(out, raw);
        return;
    case SYSTEMTIME:
        append_systemtime(out, value->ptr);
        return;
    case HEX32:
    case HEX64:
        pl_buf_appendf(out, "0x%" PRIx64, raw);
        return;
    default:
        append_number(out, raw, false);
    }
}

void pl_evtx_value_append(pl_buf *out, const pl_evtx_value *value)
{
    const size_t size = size_of(value->type);
    if (value->type == PL_EVTX_STRING)
        append_string(out, value);
    else if (value->type == ANSI)
        append_ansi(out, value);
    else if (size > 0 && value->len >= size)
        append_fixed(out, value);
    else if (value->type == SIZE_T && (value->len == 4 || value->len == 8))
        pl_buf_appendf(out, "0x%" PRIx64, raw_number(value->ptr, value->len));
    else if (value->type == SID && sid_bytes(value->ptr, value->len) > 0)
        append_sid(out, value->ptr);
    else if (value->type != PL_EVTX_NULL)
        append_hex(out, value->ptr, value->len);
}

/* The bytes of the string at `at`, its NUL included. */
static size_t string_bytes(const unsigned char *at, size_t len, size_t unit)
{
    size_t end = 0;
    while (end + unit <= len && (at[end] | at[end + unit - 1]) != 0)
        end += unit;
    return end + unit <= len ? end + unit : len;
}

bool pl_evtx_value_next(const pl_evtx_value *array, size_t *at, pl_evtx_value *item)
{
    const uint8_t type = array->type & 0x7f;
    if (*at >= array->len)
        return false;
    const unsigned char *from = array->ptr + *at;
    const size_t left = array->len - *at;
    size_t bytes = size_of(type);
    if (type == PL_EVTX_STRING || type == ANSI)
        bytes = string_bytes(from, left, type == ANSI ? 1 : 2);
    else if (type == SID)
        bytes = sid_bytes(from, left);
    if (bytes == 0 || bytes > left)
        bytes = left;
    *item = (pl_evtx_value){from, (uint32_t)bytes, type};
    *at += bytes;
    return true;
}

uint64_t pl_evtx_value_number(const pl_evtx_value *value)
{
    const size_t size = size_of(value->type);
    uint64_t number = 0;
    if (size > 0 && size <= 8 && value->len >= size)
        return raw_number(value->ptr, size);
    if (value->type != PL_EVTX_STRING)
        return 0;
    for (size_t i = 0; i + 2 <= value->len && i < 40; i += 2) {
        const uint16_t c = pl_le16(value->ptr + i);
        if (c < '0' || c > '9')
            break;
        number = number * 10 + (c - '0');
    }
    return number;
}
