/* buf.c - one block of bytes that grows by half; `room` counts the terminator, `len` does not. */
#include "base/buf.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

/* What ptr is before the first byte; nothing is ever written to it, as `room` is 0. */
static char empty[1];

void pl_buf_init(pl_buf *buf, size_t max)
{
    *buf = (pl_buf){.ptr = empty, .max = max};
}

void pl_buf_release(pl_buf *buf)
{
    if (buf->room > 0)
        pl_release(buf->ptr);
    pl_buf_init(buf, buf->max);
}

void pl_buf_clear(pl_buf *buf)
{
    buf->failed = PL_OK;
    pl_buf_cut(buf, 0);
}

char *pl_buf_reserve(pl_buf *buf, size_t len)
{
    if (buf->failed != PL_OK)
        return NULL;
    if (len > buf->max - buf->len || buf->len + len == SIZE_MAX) {
        buf->failed = PL_ERR_LIMIT;
        return NULL;
    }
    char *bytes = buf->room > 0 ? buf->ptr : NULL;
    if (!pl_grow(&bytes, &buf->room, buf->len + len + 1, 1)) {
        buf->failed = PL_ERR_NOMEM;
        return NULL;
    }
    buf->ptr = bytes;
    buf->ptr[buf->len + len] = '\0';
    char *fresh = buf->ptr + buf->len;
    buf->len += len;
    return fresh;
}

void pl_buf_append(pl_buf *buf, pl_str s)
{
    char *fresh = s.len == 0 ? NULL : pl_buf_reserve(buf, s.len);
    if (fresh != NULL)
        memcpy(fresh, s.ptr, s.len);
}

void pl_buf_append_char(pl_buf *buf, char c)
{
    pl_buf_append_repeat(buf, c, 1);
}

void pl_buf_append_repeat(pl_buf *buf, char c, size_t count)
{
    char *fresh = count == 0 ? NULL : pl_buf_reserve(buf, count);
    if (fresh != NULL)
        memset(fresh, c, count);
}

void pl_buf_appendf(pl_buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    char *fresh = len <= 0 ? NULL : pl_buf_reserve(buf, (size_t)len);
    if (fresh != NULL)
        vsnprintf(fresh, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
}

void pl_buf_cut(pl_buf *buf, size_t len)
{
    assert(len <= buf->len);
    buf->len = len;
    if (buf->room > 0)
        buf->ptr[len] = '\0';
}

pl_str pl_buf_str(const pl_buf *buf)
{
    return (pl_str){buf->ptr, buf->len};
}

pl_status pl_buf_status(const pl_buf *buf, pl_error *err)
{
    if (buf->failed == PL_OK)
        return PL_OK;
    if (buf->failed == PL_ERR_LIMIT)
        return pl_fail(err, PL_ERR_LIMIT, "text would be longer than %zu bytes", buf->max);
    return pl_fail(err, buf->failed, "no memory for %zu bytes of text", buf->len);
}
