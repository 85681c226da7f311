/* narrow.c - UTF-16 to bytes with AVX2, and in a loop for other processors. */
#include "decode/narrow.h"

#include <stdint.h>
#include <string.h>

#define UNITS_AT_ONCE 16

size_t pl_narrow_plain(const char *at, size_t count, bool is_big_endian, char *out)
{
    const bool is_swapped = is_big_endian == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
    const unsigned beyond_ascii = is_swapped ? 0x80ff : 0xff80;
    const unsigned shift = is_swapped ? 8 : 0;
    uint16_t units[UNITS_AT_ONCE];
    size_t done = 0;
    for (; done + UNITS_AT_ONCE <= count; done += UNITS_AT_ONCE) {
        memcpy(units, at + done * sizeof *units, sizeof units);
        unsigned any = 0;
        for (size_t i = 0; i < UNITS_AT_ONCE; i++)
            any |= units[i];
        if ((any & beyond_ascii) != 0)
            break;
        for (size_t i = 0; i < UNITS_AT_ONCE; i++)
            out[done + i] = (char)(units[i] >> shift);
    }
    return done;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2"))) static size_t narrow_avx2(const char *at, size_t count,
                                                          bool is_big_endian, char *out)
{
    const __m256i beyond_ascii = _mm256_set1_epi16((short)(is_big_endian ? 0x80ff : 0xff80));
    const __m128i shift = _mm_cvtsi32_si128(is_big_endian ? 8 : 0);
    size_t done = 0;
    for (; done + sizeof(__m256i) <= count; done += sizeof(__m256i)) {
        const __m256i *from = (const __m256i *)(const void *)(at + 2 * done);
        const __m256i a = _mm256_loadu_si256(from), b = _mm256_loadu_si256(from + 1);
        if (_mm256_testz_si256(_mm256_or_si256(a, b), beyond_ascii) == 0)
            break;
        /* packs each half of a vector for itself: the middle quarters then change places */
        const __m256i packed =
            _mm256_packus_epi16(_mm256_srl_epi16(a, shift), _mm256_srl_epi16(b, shift));
        _mm256_storeu_si256((__m256i *)(void *)(out + done),
                            _mm256_permute4x64_epi64(packed, 0xd8));
    }
    return done;
}
#endif

size_t pl_narrow(const char *at, size_t count, bool is_big_endian, char *out)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return narrow_avx2(at, count, is_big_endian, out);
#endif
    return pl_narrow_plain(at, count, is_big_endian, out);
}
