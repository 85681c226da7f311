/*
 * kernel_nibbles.h - the kernel for processors that look bytes up among 16 entries.
 *
 * Included by a source that defines, for its vectors: VECTOR, KERNEL (the function's name), TARGET
 * (attributes), LOAD(at), TABLE(at) (16 bytes, in every lane), BYTES(c), AND, XOR, SHIFT_RIGHT(v,
 * n) (of 16-bit numbers), LOOK_UP(table, v), EQUAL(v, w), TOP_BITS(v) (of each byte, as uint32_t).
 */
#include "scan/kernel.h"

/* The buckets that fit the pairs: lower halves by `low`, and as pl_mixed_kind() by `mixed`. */
TARGET static inline __attribute__((always_inline)) VECTOR look_up(VECTOR low, VECTOR mixed,
                                                                   VECTOR first, VECTOR second)
{
    const VECTOR half = BYTES(0x0f);
    const VECTOR kind = AND(XOR(SHIFT_RIGHT(first, 4), SHIFT_RIGHT(second, 2)), half);
    return AND(LOOK_UP(low, AND(first, half)), LOOK_UP(mixed, kind));
}

TARGET size_t KERNEL(const pl_plan *plan, const char *at, size_t len, uint16_t *places,
                     size_t *line_ends)
{
    VECTOR low[PL_WINDOW_PAIRS], mixed[PL_WINDOW_PAIRS];
    for (size_t i = 0; i < PL_WINDOW_PAIRS; i++) {
        low[i] = TABLE(plan->low[i]);
        mixed[i] = TABLE(plan->mixed[i]);
    }
    const VECTOR newline = BYTES('\n'), none = BYTES(0);
    const uint32_t all = TOP_BITS(EQUAL(none, none));
    uint16_t *to = places;
    size_t ends = 0;
    for (size_t i = 0; i < len; i += sizeof(VECTOR)) {
        const char *here = at + i;
        const VECTOR a = LOAD(here), b = LOAD(here + 1), c = LOAD(here + 2), d = LOAD(here + 3),
                     e = LOAD(here + 4);
        const VECTOR fit =
            AND(AND(look_up(low[0], mixed[0], a, b), look_up(low[1], mixed[1], b, c)),
                AND(look_up(low[2], mixed[2], c, d), look_up(low[3], mixed[3], d, e)));
        const uint32_t mask = TOP_BITS(EQUAL(fit, none)) ^ all;
        ends += (size_t)__builtin_popcount(TOP_BITS(EQUAL(a, newline)));
        if (mask != 0)
            to = pl_kernel_put(to, i, mask);
    }
    *line_ends = ends;
    return pl_kernel_sift(plan, at, places, (size_t)(to - places));
}
