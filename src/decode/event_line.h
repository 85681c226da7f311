/*
 * event_line.h - writes a Windows event record as one line, the same from EVTX, XML and CSV.
 *
 *   TIME PROVIDER/ID COMPUTER CHANNEL RECORD LEVEL NAME=VALUE NAME=VALUE ...
 *   2026-05-11T09:15:42.1234567Z Service Control Manager/7036 N1.corp.example System 47 Information
 *   1="Cluster Service" 2=stopped                                             (all on one line)
 *
 * Equal records give equal bytes, so that copies of a record in several exports count once: line
 * ends inside a value are \n whatever they were, as XML makes them.  What is written is UTF-8
 * without control characters: invalid bytes and controls become U+FFFD, NULs are left out.
 */
#ifndef PL_DECODE_EVENT_LINE_H
#define PL_DECODE_EVENT_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* All strings are borrowed, UTF-8 as far as they go; what is empty is written as '-'. */
typedef struct pl_event_head {
    int64_t ticks;   /* 100 ns since 1601-01-01 UTC; 0, or beyond year 9999: see `stamp` */
    pl_str stamp;    /* the time as text without blanks, when `ticks` says none */
    pl_str provider; /* stands bare, blanks and all */
    uint32_t id;     /* masked with 0xffff: what is above are Qualifiers */
    pl_str computer, channel;
    uint64_t record;
    bool has_record;
    unsigned level; /* 1 Critical, 2 Error, 3 Warning, 5 Verbose; all else is Information */
} pl_event_head;

/* Appends the line up to and with LEVEL. */
void pl_event_line_begin(pl_buf *out, const pl_event_head *head);
/*
 * Appends ` NAME=VALUE`.  Each is bare when it is not empty and holds no blank, quote, backslash,
 * '=' or control; else in "..." with \" \\ \n \t.
 */
void pl_event_line_pair(pl_buf *out, pl_str name, pl_str value);
/* Appends the line end.  Failures of all three are those of `out`. */
void pl_event_line_end(pl_buf *out);

#endif
