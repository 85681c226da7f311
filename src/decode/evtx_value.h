/*
 * evtx_value.h - the typed values of binary XML, as text.
 *
 * Written as Windows writes them into XML; the types are those of [MS-EVEN6] 2.2.12.  All numbers
 * are little-endian and stand on any byte.
 */
#ifndef PL_DECODE_EVTX_VALUE_H
#define PL_DECODE_EVTX_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define PL_EVTX_NULL 0x00
#define PL_EVTX_STRING 0x01
#define PL_EVTX_FILETIME 0x11
#define PL_EVTX_XML 0x21   /* a fragment of binary XML */
#define PL_EVTX_ARRAY 0x80 /* with the type of its items */

typedef struct pl_evtx_value {
    const unsigned char *ptr; /* borrowed */
    uint32_t len;
    uint8_t type;
} pl_evtx_value;

uint16_t pl_le16(const unsigned char *at);
uint32_t pl_le32(const unsigned char *at);
uint64_t pl_le64(const unsigned char *at);

/* Appends `count` units of UTF-16LE as UTF-8; halves of characters become U+FFFD. */
void pl_utf16_append(pl_buf *out, const unsigned char *units, size_t count);
/*
 * Appends the text of a value that is no array and no XML.  Of a type that is not known, or too
 * short for its type: the bytes in hexadecimal digits.
 */
void pl_evtx_value_append(pl_buf *out, const pl_evtx_value *value);
/* The next item of an array, *at being 0 for the first; false: no more. */
bool pl_evtx_value_next(const pl_evtx_value *array, size_t *at, pl_evtx_value *item);
/* The number that an integer or a string of digits tells; 0: none. */
uint64_t pl_evtx_value_number(const pl_evtx_value *value);

#endif
