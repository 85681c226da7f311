/*
 * kernel_nibbles.h - the kernel for processors that look bytes up among 16 entries.
 *
 * Included by a source that defines, for its vectors: VECTOR, KERNEL (the function's name), TARGET
 * (attributes), LOAD(at), TABLE(at) (16 bytes, in every lane), BYTES(c), AND, OR, XOR,
 * SHIFT_RIGHT(v, n) (of 16-bit numbers), LOOK_UP(table, v), EQUAL(v, w), TOP_BITS(v) (of each byte,
 * as uint32_t).
 */
#include "scan/kernel.h"

/* The five bytes from each place on.  Loops over them are written out: gcc -O2 does not. */
struct windows {
    VECTOR a, b, c, d, e;
};

struct tables {
    VECTOR low[PL_WINDOW_PAIRS], mixed[PL_WINDOW_PAIRS];
};

TARGET static inline void load_tables(struct tables *tables, const pl_plan *plan, size_t half)
{
    for (size_t i = 0; i < PL_WINDOW_PAIRS; i++) {
        tables->low[i] = TABLE(plan->low[half][i]);
        tables->mixed[i] = TABLE(plan->mixed[half][i]);
    }
}

/* The buckets that fit the i-th pair: lower halves by `low`, and as pl_mixed_kind() by `mixed`. */
TARGET static inline __attribute__((always_inline)) VECTOR
look_up(const struct tables *tables, size_t i, VECTOR first, VECTOR second)
{
    const VECTOR low = BYTES(0x0f);
    const VECTOR kind = AND(XOR(SHIFT_RIGHT(first, 4), SHIFT_RIGHT(second, 2)), low);
    return AND(LOOK_UP(tables->low[i], AND(first, low)), LOOK_UP(tables->mixed[i], kind));
}

TARGET static inline __attribute__((always_inline)) VECTOR fit(const struct tables *tables,
                                                               const struct windows *at)
{
    return AND(AND(look_up(tables, 0, at->a, at->b), look_up(tables, 1, at->b, at->c)),
               AND(look_up(tables, 2, at->c, at->d), look_up(tables, 3, at->d, at->e)));
}

TARGET static inline __attribute__((always_inline)) size_t run(const pl_plan *plan, const char *at,
                                                               size_t len, uint16_t *places,
                                                               size_t *line_ends,
                                                               const bool is_halved)
{
    struct tables first, second;
    load_tables(&first, plan, 0);
    load_tables(&second, plan, 1);
    const VECTOR newline = BYTES('\n'), none = BYTES(0);
    const uint32_t all = TOP_BITS(EQUAL(none, none));
    uint16_t *to = places;
    size_t ends = 0;
    for (size_t i = 0; i < len; i += sizeof(VECTOR)) {
        const char *here = at + i;
        const struct windows windows = {LOAD(here), LOAD(here + 1), LOAD(here + 2), LOAD(here + 3),
                                        LOAD(here + 4)};
        VECTOR buckets = fit(&first, &windows);
        if (is_halved)
            buckets = OR(buckets, fit(&second, &windows));
        const uint32_t mask = TOP_BITS(EQUAL(buckets, none)) ^ all;
        ends += (size_t)__builtin_popcount(TOP_BITS(EQUAL(windows.a, newline)));
        if (mask != 0)
            to = pl_kernel_put(to, i, mask);
    }
    *line_ends = ends;
    return pl_kernel_sift(plan, at, places, (size_t)(to - places));
}

TARGET size_t KERNEL(const pl_plan *plan, const char *at, size_t len, uint16_t *places,
                     size_t *line_ends)
{
    return plan->is_halved ? run(plan, at, len, places, line_ends, true)
                           : run(plan, at, len, places, line_ends, false);
}
