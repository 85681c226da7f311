/*
 * kernel.h - the hot loop in the forms that processors have instructions for.
 *
 * All find the same literals (tests/unit/test_scan.c, tests/fuzz/fuzz_scan.c); the scalar one runs
 * everywhere.
 */
#ifndef PL_SCAN_KERNEL_H
#define PL_SCAN_KERNEL_H

#include "scan/plan.h"

#define PL_KERNEL_STEP ((size_t)64)      /* lengths are multiples of it */
#define PL_KERNEL_BEYOND (PL_WINDOW - 1) /* bytes behind the length that are read, too */
#define PL_KERNEL_MAX                                                                              \
    ((size_t)8 << 10) /* the longest length: places fit, and stay in the cache                     \
                       */

/*
 * Writes to `places`, ascending, the offsets below `len` (<= PL_KERNEL_MAX) where a window of
 * `plan` may begin: all where one does, and few others.  Returns how many (<= len); *line_ends is
 * the number of '\n' in the `len` bytes.
 */
typedef size_t pl_kernel_run(const pl_plan *plan, const char *at, size_t len, uint16_t *places,
                             size_t *line_ends);

typedef struct pl_kernel {
    const char *name;
    pl_kernel_run *run;
} pl_kernel;

/* The kernels that this processor can run, the fastest first; at least one. */
size_t pl_kernels(pl_kernel *out, size_t room);

pl_kernel_run pl_kernel_scalar;
#if defined(__x86_64__)
pl_kernel_run pl_kernel_ssse3, pl_kernel_avx2, pl_kernel_avx512;
#endif

/* For kernels: the set bits of `mask` as places behind `base`. */
static inline uint16_t *pl_kernel_put(uint16_t *places, size_t base, uint64_t mask)
{
    for (; mask != 0; mask &= mask - 1)
        *places++ = (uint16_t)(base + (size_t)__builtin_ctzll(mask));
    return places;
}

/* For kernels: keeps of `count` places in `text` those where sieve 2 lets through. */
static inline size_t pl_kernel_sift(const pl_plan *plan, const char *text, uint16_t *places,
                                    size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const uint16_t place = places[i];
        places[kept] = place;
        kept += pl_plan_maybe(plan, text + place);
    }
    return kept;
}

#endif
