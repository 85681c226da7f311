/* sink.c - the one place where a buffer becomes output. */
#include "render/sink.h"

pl_status pl_sink_flush(const pl_sink *sink, pl_buf *buf, pl_error *err)
{
    pl_status status = pl_buf_status(buf, err);
    if (status == PL_OK && buf->len > 0)
        status = sink->write(sink->arg, pl_buf_str(buf), err);
    pl_buf_clear(buf);
    return status;
}
