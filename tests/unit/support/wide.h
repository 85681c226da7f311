/* wide.h - text of a test in another encoding. */
#ifndef PL_TESTS_WIDE_H
#define PL_TESTS_WIDE_H

#include <stdlib.h>

#include "io/encoding.h"

/* `s`, ASCII, in `encoding`: itself, or UTF-16 written to `out`. */
static inline pl_str widen(pl_str s, pl_encoding encoding, char *out, size_t room)
{
    if (pl_encoding_unit(encoding) == 1)
        return s;
    if (2 * s.len > room)
        abort();
    for (size_t i = 0; i < s.len; i++) {
        out[2 * i] = encoding == PL_ENCODING_UTF16LE ? s.ptr[i] : '\0';
        out[2 * i + 1] = encoding == PL_ENCODING_UTF16LE ? '\0' : s.ptr[i];
    }
    return (pl_str){out, 2 * s.len};
}

#endif
