/* encoding.h - what the bytes of a source are, decided once on its first 64 KiB. */
#ifndef PL_IO_ENCODING_H
#define PL_IO_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define PL_ENCODING_PROBE ((size_t)64 << 10)

typedef enum pl_encoding {
    PL_ENCODING_UTF8,
    PL_ENCODING_UTF16LE,
    PL_ENCODING_UTF16BE,
    PL_ENCODING_CP1252,
    /* Not text: of the bytes that are not NUL, over 5 % are control bytes; or all are NUL. */
    PL_ENCODING_BINARY,
} pl_encoding;

/*
 * Judges `probe`, the first bytes of a source: byte order mark, then UTF-16 by where its NULs
 * stand, then binary, then valid UTF-8 (a character cut at the very end is no fault), else
 * Windows-1252.  Without bytes: UTF-8.  *bom_bytes is the length of the mark, 0, 2 or 3.
 */
pl_encoding pl_encoding_detect(pl_str probe, size_t *bom_bytes);
/* "utf-8", "utf-16le", "utf-16be", "windows-1252", "binary". */
const char *pl_encoding_name(pl_encoding encoding);
/* 2 for UTF-16, else 1. */
static inline size_t pl_encoding_unit(pl_encoding encoding)
{
    return encoding == PL_ENCODING_UTF16LE || encoding == PL_ENCODING_UTF16BE ? 2 : 1;
}
/*
 * Copies the characters of `s` as ASCII to `out` (room for s.len bytes), '?' for what is none: a
 * byte, or a unit of UTF-16.  Returns how many, s.len / pl_encoding_unit().
 */
size_t pl_encoding_narrow(pl_str s, pl_encoding encoding, char *out);

#endif
