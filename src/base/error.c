/* error.c - formats the words of an error into the caller's struct. */
#include "phaseline/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Ends `text` before a UTF-8 character that its last byte left incomplete. */
static void drop_cut_character(char *text, size_t len)
{
    size_t start = len;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start > 0 && (unsigned char)text[start - 1] >= 0xc0)
        text[start - 1] = '\0';
}

static void store_words(pl_error *err, const char *words, size_t words_len)
{
    size_t len = words_len < sizeof err->msg ? words_len : sizeof err->msg - 1;
    memcpy(err->msg, words, len);
    err->msg[len] = '\0';
    for (size_t i = 0; i < len; i++) /* a word of the caller's may hold what it likes */
        if (err->msg[i] == '\n' || err->msg[i] == '\r')
            err->msg[i] = ' ';
    if (len < words_len)
        drop_cut_character(err->msg, len);
}

pl_status pl_fail(pl_error *err, pl_status status, const char *format, ...)
{
    int saved_errno = errno;
    if (err == NULL)
        return status;
    char words[2 * sizeof err->msg]; /* apart from err->msg, which may be an argument */
    va_list args;
    va_start(args, format);
    int len = vsnprintf(words, sizeof words, format, args);
    va_end(args);
    store_words(err, words, len < 0 ? 0 : strlen(words));
    err->status = status;
    err->sys_errno = status == PL_ERR_IO ? saved_errno : 0;
    errno = saved_errno;
    return status;
}

void pl_error_context(pl_error *err, const char *format, ...)
{
    if (err == NULL)
        return;
    char words[3 * sizeof err->msg];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(words, 2 * sizeof err->msg, format, args);
    va_end(args);
    if (len < 0)
        return;
    size_t used = strlen(words);
    int tail_len = snprintf(words + used, sizeof words - used, ": %s", err->msg);
    store_words(err, words, tail_len < 0 ? used : strlen(words));
}
