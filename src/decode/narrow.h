/* narrow.h - runs of ASCII in UTF-16, by the group. */
#ifndef PL_DECODE_NARROW_H
#define PL_DECODE_NARROW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes the units at `at` (`count` of them, unaligned) as bytes to `out`, in groups, up to the
 * first group that is not all ASCII.  Returns how many units: up to a group fewer than are ASCII.
 * `is_big_endian` is of the units.
 */
size_t pl_narrow(const char *at, size_t count, bool is_big_endian, char *out);
/* The same without SIMD: for tests, and where there is none. */
size_t pl_narrow_plain(const char *at, size_t count, bool is_big_endian, char *out);

#endif
