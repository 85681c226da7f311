/* csv_head.h - the first row of Windows events exported as CSV: which column holds what. */
#ifndef PL_IO_CSV_HEAD_H
#define PL_IO_CSV_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define PL_CSV_COLUMNS_MAX                                                                         \
    64 /* what an event has, four times over; a row of more is no such head */

/* The properties of an EventLogRecord that its line tells. */
typedef enum pl_csv_column {
    PL_CSV_MESSAGE,
    PL_CSV_ID,
    PL_CSV_PROVIDER,
    PL_CSV_CHANNEL,
    PL_CSV_COMPUTER,
    PL_CSV_RECORD,
    PL_CSV_LEVEL,
    PL_CSV_LEVEL_NAME,
    PL_CSV_TIME,
    PL_CSV_COLUMN_COUNT,
} pl_csv_column;

typedef struct pl_csv_head {
    char delimiter;
    size_t at[PL_CSV_COLUMN_COUNT]; /* which field, 0..; SIZE_MAX: there is none */
    size_t len;                     /* bytes up to the first event: line of types and head */
} pl_csv_head;

/*
 * Reads what `text`, UTF-8 or narrower, begins with: maybe a line `#TYPE ...`, then names in any
 * order and case.  False: not the head of exported events, which have a time, an id, and a provider
 * or a LevelDisplayName; or it does not end in `text`.
 */
bool pl_csv_head_read(pl_str text, pl_csv_head *out);

#endif
