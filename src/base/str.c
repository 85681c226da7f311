/* str.c - comparing, searching and cutting views. */
#include "base/str.h"

#include <string.h>

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

pl_str pl_str_of(const char *terminated)
{
    return (pl_str){terminated, terminated == NULL ? 0 : strlen(terminated)};
}

bool pl_str_equal(pl_str a, pl_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool pl_str_equal_nocase(pl_str a, pl_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    }
    return true;
}

bool pl_str_starts(pl_str s, pl_str prefix)
{
    return s.len >= prefix.len && pl_str_equal(pl_str_slice(s, 0, prefix.len), prefix);
}

bool pl_str_ends(pl_str s, pl_str suffix)
{
    return s.len >= suffix.len &&
           pl_str_equal(pl_str_slice(s, s.len - suffix.len, suffix.len), suffix);
}

int pl_str_compare(pl_str a, pl_str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common == 0 ? 0 : memcmp(a.ptr, b.ptr, common);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

size_t pl_str_find(pl_str s, pl_str needle, size_t from)
{
    if (from > s.len)
        return SIZE_MAX;
    if (needle.len == 0)
        return from;
    if (needle.len > s.len - from)
        return SIZE_MAX;
    const char *hit = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
    return hit == NULL ? SIZE_MAX : (size_t)(hit - s.ptr);
}

pl_str pl_str_slice(pl_str s, size_t from, size_t len)
{
    if (s.ptr == NULL)
        return (pl_str){0};
    if (from > s.len)
        from = s.len;
    size_t rest = s.len - from;
    return (pl_str){s.ptr + from, len < rest ? len : rest};
}

pl_str pl_str_trim(pl_str s)
{
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    size_t from = 0;
    while (from < s.len && is_blank(s.ptr[from]))
        from++;
    return pl_str_slice(s, from, s.len);
}

bool pl_str_to_u64(pl_str s, uint64_t *out)
{
    uint64_t number = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.ptr[i] - '0');
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, digit, &number))
            return false;
    }
    if (s.len == 0)
        return false;
    *out = number;
    return true;
}
