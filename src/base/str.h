/* str.h - a view of bytes: never owned, never assumed terminated, may hold NUL. */
#ifndef PL_BASE_STR_H
#define PL_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pl_str {
    const char *ptr; /* borrowed; may be NULL when len is 0 */
    size_t len;
} pl_str;

/* A view of a string literal; in static tables, where ISO C wants constants, PL_STR_INIT. */
#define PL_STR(literal) ((pl_str){(literal), sizeof(literal) - 1})
#define PL_STR_INIT(literal)                                                                       \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }
/* For "%.*s": printf(PL_FMT, PL_ARG(s)).  Cuts at INT_MAX. */
#define PL_FMT "%.*s"
#define PL_ARG(s) (int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len), (s).ptr == NULL ? "" : (s).ptr

/* The view of a terminated string; NULL gives the empty view. */
pl_str pl_str_of(const char *terminated);
bool pl_str_equal(pl_str a, pl_str b);
/* Equal when ASCII letters are taken without case. */
bool pl_str_equal_nocase(pl_str a, pl_str b);
bool pl_str_starts(pl_str s, pl_str prefix);
bool pl_str_ends(pl_str s, pl_str suffix);
/* Bytewise order, shorter first: < 0, 0, > 0. */
int pl_str_compare(pl_str a, pl_str b);
/* Offset of the first `needle` in `s` at or after `from`, or SIZE_MAX. */
size_t pl_str_find(pl_str s, pl_str needle, size_t from);
/* `s` without its first `from` bytes, at most `len` of them; clamped to `s`. */
pl_str pl_str_slice(pl_str s, size_t from, size_t len);
/* `s` without blanks, tabs, CR and LF at both ends. */
pl_str pl_str_trim(pl_str s);
/* Reads a whole decimal number without sign; false when `s` is anything else or too large. */
bool pl_str_to_u64(pl_str s, uint64_t *out);

#endif
