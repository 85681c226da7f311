/* slurp.c - reads in pieces, as a stream does not say how long it is. */
#include "api/slurp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PIECE_BYTES ((size_t)64 << 10)

static bool read_all(FILE *file, pl_buf *buf)
{
    char piece[PIECE_BYTES];
    size_t len;
    while (buf->failed == PL_OK && (len = fread(piece, 1, sizeof piece, file)) > 0)
        pl_buf_append(buf, (pl_str){piece, len});
    return ferror(file) == 0;
}

pl_status pl_slurp(const char *path, pl_buf *buf, pl_error *err)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    bool is_read = file != NULL && read_all(file, buf);
    int read_errno = errno;
    if (file != NULL && !is_stdin)
        fclose(file);
    if (!is_read)
        return pl_fail(err, PL_ERR_USAGE, "cannot read %s: %s", is_stdin ? "standard input" : path,
                       strerror(read_errno));
    pl_status status = pl_buf_status(buf, err);
    if (status != PL_OK)
        pl_error_context(err, "%s", is_stdin ? "standard input" : path);
    return status;
}
