/*
 * unchanged.h - files that are as they were when they were read to their end, in the same reading.
 *
 * Such a file is not opened: its size, time of change and inode vouch for it.  A file changed less
 * than PL_SETTLED_US before it was read could change again within the same tick of its file
 * system's clock, so it is not remembered.
 */
#ifndef PL_INGEST_UNCHANGED_H
#define PL_INGEST_UNCHANGED_H

#include <stdbool.h>

#include "io/hash.h"
#include "ingest/ingest.h"

#define PL_SETTLED_US (2 * PL_US_PER_SECOND)

/* What the system says of a file. */
typedef struct pl_file_state {
    int64_t size, mtime_ns, inode, device;
} pl_file_state;

/* What counted of the file when it was read: added to `stats` when it is passed over. */
typedef struct pl_file_sum {
    int64_t places, sources, events, unreadable, incomplete, unrecognised, limited;
} pl_file_sum;

/* False: no regular file, or the system does not say. */
bool pl_file_state_of(const char *path, pl_file_state *out);
/* The difference between two states of the statistics. */
pl_file_sum pl_file_sum_of(const pl_ingest_stats *before, const pl_ingest_stats *after);
void pl_file_sum_add(pl_ingest_stats *stats, const pl_file_sum *sum);

/* All that decides what any file gives: the dialects, the user's options, the engine `engine`. */
PL_CHECKED pl_status pl_reading_of_all(const pl_dialect_set *set, const pl_ingest_options *options,
                                       pl_str engine, pl_hash128 *out, pl_error *err);

/* PL_OK: *sum is what it gave; PL_DONE: it is to be read. */
PL_CHECKED pl_status pl_unchanged_find(pl_store *store, pl_str path, const pl_file_state *state,
                                       const pl_hash128 *reading, pl_file_sum *sum, pl_error *err);
/* Belongs in the transaction that stores what the file gave. */
PL_CHECKED pl_status pl_unchanged_note(pl_store *store, pl_str path, const pl_file_state *state,
                                       const pl_hash128 *reading, const pl_file_sum *sum,
                                       pl_error *err);
/* Calls options->on_problem for every place of the file with a problem. */
PL_CHECKED pl_status pl_unchanged_problems(pl_store *store, pl_str path,
                                           const pl_ingest_options *options, pl_error *err);

#endif
