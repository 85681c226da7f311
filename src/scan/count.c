/* count.c - line ends in lanes of bytes, long lines in steps of the longest line allowed. */
#include "scan/count.h"

#include <stdint.h>
#include <string.h>

#include "io/reader.h"

#define LANES 32
#define ROUNDS 255 /* more would overflow a lane */

/* Counts in up to ROUNDS groups of LANES bytes; small enough a loop for the compiler's SIMD. */
static size_t count_groups(const char *at, size_t groups)
{
    uint8_t lanes[LANES] = {0};
    for (; groups > 0; groups--, at += LANES)
        for (size_t i = 0; i < LANES; i++)
            lanes[i] = (uint8_t)(lanes[i] + (at[i] == '\n'));
    size_t count = 0;
    for (size_t i = 0; i < LANES; i++)
        count += lanes[i];
    return count;
}

size_t pl_count_line_ends(pl_str text)
{
    size_t count = 0;
    while (text.len >= LANES) {
        const size_t groups = text.len / LANES < ROUNDS ? text.len / LANES : ROUNDS;
        count += count_groups(text.ptr, groups);
        text = pl_str_slice(text, groups * LANES, SIZE_MAX);
    }
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count;
}

size_t pl_count_long_lines(pl_str text)
{
    size_t count = 0;
    /* A window one byte longer than the longest line: without a '\n' in it, its line is too long.
     */
    while (text.len > PL_LINE_MAX) {
        const char *end = memrchr(text.ptr, '\n', PL_LINE_MAX + 1);
        if (end == NULL) {
            count++;
            end = memchr(text.ptr, '\n', text.len);
        }
        if (end == NULL)
            break;
        text = pl_str_slice(text, (size_t)(end - text.ptr) + 1, SIZE_MAX);
    }
    return count;
}
