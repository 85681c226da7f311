/* kernel.c - which kernels there are, and the one without SIMD. */
#include "scan/kernel.h"

/* Sieve 2 alone: about as fast as the SIMD kernels of 16 entries with hundreds of literals. */
size_t pl_kernel_scalar(const pl_plan *plan, const char *at, size_t len, uint16_t *places,
                        size_t *line_ends)
{
    size_t count = 0, ends = 0;
    for (size_t i = 0; i < len; i++) {
        places[count] = (uint16_t)i;
        count += pl_plan_maybe(plan, at + i);
        ends += at[i] == '\n';
    }
    *line_ends = ends;
    return count;
}

size_t pl_kernels(pl_kernel *out, size_t room)
{
    size_t count = 0;
#if defined(__x86_64__)
    if (count < room && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw"))
        out[count++] = (pl_kernel){"avx512", pl_kernel_avx512};
    if (count < room && __builtin_cpu_supports("avx2"))
        out[count++] = (pl_kernel){"avx2", pl_kernel_avx2};
    if (count < room && __builtin_cpu_supports("ssse3"))
        out[count++] = (pl_kernel){"ssse3", pl_kernel_ssse3};
#endif
    if (count < room)
        out[count++] = (pl_kernel){"scalar", pl_kernel_scalar};
    return count;
}
