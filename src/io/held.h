/*
 * held.h - the front of a stream held in memory, so that an archive in it can be read by seeking.
 */
#ifndef PL_IO_HELD_H
#define PL_IO_HELD_H

#include "io/stream.h"

/*
 * Of one archive that is inside another or comes through a pipe: such bundles of logs are seldom
 * larger, and with PL_ARCHIVE_DEPTH_MAX of them open at once memory stays bounded.  What needs
 * seeking and is larger is `limit`.
 */
#define PL_ARCHIVE_HELD_MAX ((size_t)64 << 20)

/*
 * A stream of the bytes of `under`, read ahead up to `held_max` of them.  It can seek (ops->seek)
 * only when that is all of `under`; then its size is known.  A fault of `under` is its fault, said
 * from the beginning when all is held.  Takes over `under`.  NULL: no memory, and `under` is still
 * the caller's.
 */
pl_stream *pl_held_new(pl_stream *under, size_t held_max);

#endif
