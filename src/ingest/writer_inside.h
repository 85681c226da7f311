/* writer_inside.h - what writer.c and ledger.c share. */
#ifndef PL_INGEST_WRITER_INSIDE_H
#define PL_INGEST_WRITER_INSIDE_H

#include "ingest/names.h"
#include "ingest/writer.h"

struct pl_writer {
    pl_store *store; /* borrowed */
    pl_names names;
};

/* A hash as the blob it is stored as; a view of it. */
pl_str pl_hash_view(const pl_hash128 *hash);
/* The number in the one row of `stmt`, which is reset; PL_DONE: no row. */
PL_CHECKED pl_status pl_one_int(pl_stmt *stmt, int64_t *value, pl_error *err);

#endif
