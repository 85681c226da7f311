/* kernel_avx2.c - 32 places at a time. */
#if defined(__x86_64__)
#include <immintrin.h>

#define KERNEL pl_kernel_avx2
#define TARGET __attribute__((target("avx2,popcnt,bmi")))
#define VECTOR __m256i
#define LOAD(at) _mm256_loadu_si256((const __m256i *)(const void *)(at))
#define TABLE(at) _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)(at)))
#define BYTES(c) _mm256_set1_epi8(c)
#define AND(v, w) _mm256_and_si256(v, w)
#define OR(v, w) _mm256_or_si256(v, w)
#define XOR(v, w) _mm256_xor_si256(v, w)
#define SHIFT_RIGHT(v, n) _mm256_srli_epi16(v, n)
#define LOOK_UP(table, v) _mm256_shuffle_epi8(table, v)
#define EQUAL(v, w) _mm256_cmpeq_epi8(v, w)
#define TOP_BITS(v) (uint32_t) _mm256_movemask_epi8(v)
#include "scan/kernel_nibbles.h"
#endif
