/*
 * buf.h - builds text: grows by itself, always terminated, remembers that it failed.
 *
 * A run of appends is checked once, with pl_buf_status(); after a failure appends do nothing.
 */
#ifndef PL_BASE_BUF_H
#define PL_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "phaseline/error.h"

#include "base/str.h"

typedef struct pl_buf {
    char *ptr; /* owned; terminated; never NULL after init (points to "" before the first byte) */
    size_t len, room, max;
    pl_status failed; /* PL_OK, PL_ERR_NOMEM, or PL_ERR_LIMIT: more than `max` bytes */
} pl_buf;

/* Makes an empty buffer that will never hold more than `max` bytes; allocates nothing. */
void pl_buf_init(pl_buf *buf, size_t max);
/* Frees the bytes; the buffer is as after init. */
void pl_buf_release(pl_buf *buf);
/* Empties for reuse and forgets a failure; keeps the memory. */
void pl_buf_clear(pl_buf *buf);
void pl_buf_append(pl_buf *buf, pl_str s);
void pl_buf_append_char(pl_buf *buf, char c);
void pl_buf_append_repeat(pl_buf *buf, char c, size_t count);
void pl_buf_appendf(pl_buf *buf, const char *format, ...) PL_PRINTF(2, 3);
/*
 * Makes the buffer `len` bytes longer and returns the first of them, for the caller to write; what
 * is not used goes with pl_buf_cut().  NULL when failed.
 */
char *pl_buf_reserve(pl_buf *buf, size_t len);
/* Cuts back to `len` bytes (<= buf->len). */
void pl_buf_cut(pl_buf *buf, size_t len);
/* A view of all bytes, good until the next call on `buf`. */
pl_str pl_buf_str(const pl_buf *buf);
/* PL_OK, or the first failure of the run of appends, with words in `err`. */
PL_CHECKED pl_status pl_buf_status(const pl_buf *buf, pl_error *err);

#endif
