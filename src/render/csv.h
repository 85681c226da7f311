/* csv.h - rows as RFC 4180: a header, CRLF after every row; NULL is nothing, an empty text is "".
 */
#ifndef PL_RENDER_CSV_H
#define PL_RENDER_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "render/value.h"

/*
 * Appends a field, with a comma in front unless `index` is 0.  `for_terminal`: bytes that steer a
 * terminal are replaced, which a file does not want.
 */
void pl_csv_append_field(pl_buf *buf, size_t index, const pl_value *value, bool for_terminal);
void pl_csv_end_row(pl_buf *buf);

#endif
