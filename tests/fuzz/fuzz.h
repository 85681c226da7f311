/* fuzz.h - what the fuzz targets share: a promise that stops the program when it is broken. */
#ifndef PL_TESTS_FUZZ_H
#define PL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

#define PROMISE(holds)                                                                             \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #holds);            \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Called by libFuzzer, and by replay.c with every seed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline pl_str fuzz_bytes(const uint8_t *data, size_t size)
{
    return (pl_str){(const char *)data, size};
}

#endif
