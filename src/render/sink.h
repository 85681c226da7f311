/* sink.h - where rendered bytes go; nothing below cli prints. */
#ifndef PL_RENDER_SINK_H
#define PL_RENDER_SINK_H

#include "phaseline/error.h"

#include "base/buf.h"
#include "base/str.h"

typedef struct pl_sink {
    /* Takes all of `bytes`; PL_ERR_IO when it cannot. */
    pl_status (*write)(void *arg, pl_str bytes, pl_error *err);
    void *arg;
} pl_sink;

/* Gives what `buf` holds to the sink and empties it; a failure that `buf` remembers comes first. */
PL_CHECKED pl_status pl_sink_flush(const pl_sink *sink, pl_buf *buf, pl_error *err);

#endif
