/*
 * records.h - how a source is divided: into lines, or into records that know their own beginning
 * and end.
 */
#ifndef PL_IO_RECORDS_H
#define PL_IO_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "io/encoding.h"

#define PL_EVTX_HEADER_BYTES ((size_t)4 << 10) /* before the first chunk of an EVTX file */
#define PL_EVTX_CHUNK_BYTES ((size_t)64 << 10)

typedef enum pl_layout {
    PL_LAYOUT_LINES,
    PL_LAYOUT_EVTX,      /* Windows event log: a header, then chunks */
    PL_LAYOUT_EVENT_XML, /* Windows events exported as XML: <Event ...> ... </Event> */
    PL_LAYOUT_EVENT_CSV, /* Windows events exported as CSV: one row each, maybe of several lines */
} pl_layout;

/* Judges `probe`, the first PL_ENCODING_PROBE bytes of a source, byte order mark included. */
pl_layout pl_layout_detect(pl_str probe, pl_encoding encoding);

/* A piece of a source that begins where a record does. */
typedef struct pl_record_bytes {
    pl_str bytes;
    uint64_t off; /* of the first in the source */
    pl_encoding encoding;
    bool open_start; /* it begins inside a record that was too long: what is left of it counts as a
                        record */
} pl_record_bytes;

/* How many of the bytes are whole records of that layout (not PL_LAYOUT_LINES); 0: none is. */
size_t pl_layout_whole(pl_layout layout, const pl_record_bytes *bytes);

#endif
