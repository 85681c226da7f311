/* decoded.h - the records of a block as a test wants to see them. */
#ifndef PL_TESTS_DECODED_H
#define PL_TESTS_DECODED_H

#include <check.h>

#include "decode/decode.h"

/* Decodes `block` and appends to `out` for each record LINE_INDEX@BYTE_OFF, a blank and its line;
 * returns the rest of what is known of them. */
static inline pl_text append_records(const pl_block *block, const pl_event_filter *filter,
                                     pl_buf *out)
{
    pl_decoder *decoder = NULL;
    pl_error err = {0};
    pl_text text;
    ck_assert_int_eq(pl_decoder_new(&decoder, &err), PL_OK);
    ck_assert_msg(pl_decode_block(decoder, block, filter, &text, &err) == PL_OK, "%s", err.msg);
    size_t from = 0;
    for (size_t i = 0; i < text.record_count; i++) {
        const size_t end = pl_str_find(text.str, PL_STR("\n"), from);
        ck_assert_uint_ne(end, SIZE_MAX);
        pl_buf_appendf(out, "%d@%d ", (int)text.records[i].line, (int)text.records[i].byte_off);
        pl_buf_append(out, pl_str_slice(text.str, from, end + 1 - from));
        from = end + 1;
    }
    ck_assert_uint_eq(from, text.str.len);
    pl_decoder_free(decoder);
    text.str = (pl_str){0};
    text.records = NULL;
    return text;
}

#endif
