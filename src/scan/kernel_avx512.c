/* kernel_avx512.c - 64 places at a time; one instruction looks a pair up among 128 kinds (VBMI). */
#include "scan/kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi,popcnt,bmi")))

struct tables {
    __m512i lower[PL_WINDOW_PAIRS], upper[PL_WINDOW_PAIRS];
};

AVX512 static inline __attribute__((always_inline)) __m512i load(const void *at)
{
    __m512i bytes = _mm512_loadu_si512(at);
    __asm__("" : "+v"(bytes)); /* else it is loaded anew for each use: a fifth slower */
    return bytes;
}

/* The buckets that have the pairs that begin in the 64 bytes at `at`; as pl_pair_kind(). */
AVX512 static inline __attribute__((always_inline)) __m512i
look_up(const struct tables *tables, size_t place, __m512i first, __m512i second)
{
    const __m512i kept =
        _mm512_set1_epi8((char)0xf8); /* what a shift of 16 bits leaves of a byte */
    const __m512i shifted = _mm512_slli_epi16(second, 3);
    const __m512i kind = _mm512_ternarylogic_epi64(shifted, kept, first, (0xf0 & 0xcc) ^ 0xaa);
    return _mm512_permutex2var_epi8(tables->lower[place], kind, tables->upper[place]);
}

AVX512 size_t pl_kernel_avx512(const pl_plan *plan, const char *at, size_t len, uint16_t *places,
                               size_t *line_ends)
{
    struct tables tables;
    for (size_t i = 0; i < PL_WINDOW_PAIRS; i++) {
        tables.lower[i] = load(plan->pairs[i]);
        tables.upper[i] = load(plan->pairs[i] + PL_PAIR_KINDS / 2);
    }
    const __m512i newline = _mm512_set1_epi8('\n');
    uint16_t *to = places;
    size_t ends = 0;
    for (size_t i = 0; i < len; i += sizeof newline) {
        const char *here = at + i;
        const __m512i a = load(here), b = load(here + 1), c = load(here + 2), d = load(here + 3),
                      e = load(here + 4);
        const __m512i three =
            _mm512_ternarylogic_epi64(look_up(&tables, 0, a, b), look_up(&tables, 1, b, c),
                                      look_up(&tables, 2, c, d), 0xf0 & 0xcc & 0xaa);
        const uint64_t mask = _mm512_test_epi8_mask(three, look_up(&tables, 3, d, e));
        ends += (size_t)__builtin_popcountll(_mm512_cmpeq_epi8_mask(a, newline));
        if (__builtin_expect(mask != 0, 0))
            to = pl_kernel_put(to, i, mask);
    }
    *line_ends = ends;
    return pl_kernel_sift(plan, at, places, (size_t)(to - places));
}
#endif
