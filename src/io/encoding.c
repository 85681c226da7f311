/* encoding.c - judges bytes by what writers of logs do, not by what standards allow. */
#include "io/encoding.h"

#include "base/escape.h"

/* What the bytes look like when read as UTF-16 of one byte order. */
struct utf16_view {
    size_t units;
    size_t narrow; /* code units below 256: their high byte is NUL */
    size_t nul;    /* code units whose low byte is NUL */
    size_t odd;    /* control characters, unpaired surrogates, noncharacters */
};

static bool is_text_control(unsigned c)
{
    return c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\b' || c == 0x1b;
}

static unsigned unit_at(pl_str s, size_t at, bool big_endian)
{
    unsigned first = (unsigned char)s.ptr[at], second = (unsigned char)s.ptr[at + 1];
    return big_endian ? first << 8 | second : second << 8 | first;
}

static bool is_odd_unit(unsigned unit, bool after_high)
{
    bool low = unit >= 0xdc00 && unit <= 0xdfff;
    if (low != after_high)
        return true;
    return (unit < 0x20 && !is_text_control(unit)) || unit >= 0xfffe;
}

static struct utf16_view view_utf16(pl_str s, bool big_endian)
{
    struct utf16_view view = {.units = s.len / 2};
    bool after_high = false;
    for (size_t i = 0; i + 1 < s.len; i += 2) {
        unsigned unit = unit_at(s, i, big_endian);
        view.narrow += unit < 0x100;
        view.nul += (unit & 0xff) == 0;
        view.odd += is_odd_unit(unit, after_high);
        after_high = unit >= 0xd800 && unit <= 0xdbff;
    }
    return view;
}

/*
 * Western text has a NUL in nearly every unit.  Other scripts have them only at blanks and line
 * ends; there the rest must make sense as UTF-16, and none as UTF-8, as stray NULs in a log do not.
 */
static bool is_utf16(pl_str s, bool big_endian)
{
    struct utf16_view view = view_utf16(s, big_endian);
    if (view.units < 2 || view.nul > view.units / 100 || view.odd > view.units / 100)
        return false;
    if (view.narrow >= view.units - view.units * 3 / 10)
        return true;
    return view.narrow >= 16 && view.narrow >= view.units / 50 && !pl_utf8_valid(s);
}

static bool is_binary(pl_str s)
{
    size_t control = 0, not_nul = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        not_nul += c != 0;
        control += c != 0 && ((c < 0x20 && !is_text_control(c)) || c == 0x7f);
    }
    return (s.len > 0 && not_nul == 0) || control > not_nul / 20;
}

/* `s` without a last character whose end is missing. */
static pl_str without_cut_character(pl_str s)
{
    for (size_t back = 1; back <= 3 && back <= s.len; back++) {
        unsigned char c = (unsigned char)s.ptr[s.len - back];
        if ((c & 0xc0) == 0x80)
            continue;
        size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
        return length > back ? pl_str_slice(s, 0, s.len - back) : s;
    }
    return s;
}

pl_encoding pl_encoding_detect(pl_str probe, size_t *bom_bytes)
{
    *bom_bytes = 0;
    if (pl_str_starts(probe, PL_STR("\xef\xbb\xbf"))) {
        *bom_bytes = 3;
        return PL_ENCODING_UTF8;
    }
    bool little = pl_str_starts(probe, PL_STR("\xff\xfe"));
    if (little || pl_str_starts(probe, PL_STR("\xfe\xff"))) {
        *bom_bytes = 2;
        return little ? PL_ENCODING_UTF16LE : PL_ENCODING_UTF16BE;
    }
    if (is_utf16(probe, false))
        return PL_ENCODING_UTF16LE;
    if (is_utf16(probe, true))
        return PL_ENCODING_UTF16BE;
    if (is_binary(probe))
        return PL_ENCODING_BINARY;
    return pl_utf8_valid(without_cut_character(probe)) ? PL_ENCODING_UTF8 : PL_ENCODING_CP1252;
}

const char *pl_encoding_name(pl_encoding encoding)
{
    switch (encoding) {
    case PL_ENCODING_UTF8:
        return "utf-8";
    case PL_ENCODING_UTF16LE:
        return "utf-16le";
    case PL_ENCODING_UTF16BE:
        return "utf-16be";
    case PL_ENCODING_CP1252:
        return "windows-1252";
    case PL_ENCODING_BINARY:
        break;
    }
    return "binary";
}

size_t pl_encoding_narrow(pl_str s, pl_encoding encoding, char *out)
{
    const size_t unit = pl_encoding_unit(encoding), count = s.len / unit;
    for (size_t i = 0; i < count; i++) {
        const unsigned code = unit == 1 ? (unsigned char)s.ptr[i]
                                        : unit_at(s, 2 * i, encoding == PL_ENCODING_UTF16BE);
        out[i] = code < 0x80 ? (char)code : '?';
    }
    return count;
}
