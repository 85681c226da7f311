/* kernel_ssse3.c - 16 places at a time. */
#if defined(__x86_64__)
#include <tmmintrin.h>

#define KERNEL pl_kernel_ssse3
#define TARGET __attribute__((target("ssse3")))
#define VECTOR __m128i
#define LOAD(at) _mm_loadu_si128((const __m128i *)(const void *)(at))
#define TABLE(at) LOAD(at)
#define BYTES(c) _mm_set1_epi8(c)
#define AND(v, w) _mm_and_si128(v, w)
#define OR(v, w) _mm_or_si128(v, w)
#define XOR(v, w) _mm_xor_si128(v, w)
#define SHIFT_RIGHT(v, n) _mm_srli_epi16(v, n)
#define LOOK_UP(table, v) _mm_shuffle_epi8(table, v)
#define EQUAL(v, w) _mm_cmpeq_epi8(v, w)
#define TOP_BITS(v) (uint32_t) _mm_movemask_epi8(v)
#include "scan/kernel_nibbles.h"
#endif
