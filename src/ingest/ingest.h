/*
 * ingest.h - from what a user offers to rows: reads, recognises, matches, stores; idempotent and
 * resumable.
 *
 * A file that is as it was when it was read to its end is not opened (unchanged.h).  A commit holds
 * whole sources.  Killed in the middle, the database is as after the last commit, and the same
 * command goes on from there: what is known already is not matched again.  Conclusions are dropped
 * before the first change; pl_conclude() (analysis.h) derives them anew and must follow.
 */
#ifndef PL_INGEST_INGEST_H
#define PL_INGEST_INGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/civil.h"
#include "base/str.h"
#include "dialect/dialect.h"
#include "io/reader.h"
#include "match/zones.h"
#include "store/store.h"

/* Small sources share a commit until it holds this many rows or stands for this many bytes of
 * input. */
#define PL_COMMIT_ROWS_MAX 50000
#define PL_COMMIT_BYTES_MAX (UINT64_C(256) << 20)
/* Events one source can hold; more end it as `limit`.  An event_id is source_id * this + number. */
#define PL_SOURCE_EVENTS_MAX (INT64_C(1) << 25)

typedef struct pl_ingest_progress {
    const char *path;              /* being read */
    uint64_t files, bytes, events; /* so far */
} pl_ingest_progress;

/* Sources whose path/member the glob matches, as globs of a dialect do, are in that zone. */
typedef struct pl_zone_rule {
    pl_str glob;  /* borrowed */
    pl_zone zone; /* the same */
} pl_zone_rule;

typedef struct pl_ingest_options {
    const char *const *paths; /* files, folders, "-"; borrowed */
    size_t path_count;
    pl_str cluster, node; /* given by the user: a line that names one wins over them, they win over
                             context lines and paths; empty: not given */
    pl_str dialect; /* read every source with this one only; empty: with those that recognise it */
    const pl_zone_rule *zones; /* for stamps without a zone, by path; borrowed */
    size_t zone_count;
    pl_zones *named_zones; /* where zones that logs name are sought; NULL: nowhere; borrowed */
    bool has_date;         /* `date` is given: year, month and day for stamps without them */
    pl_civil date;
    bool rehash;    /* read files that are known and unchanged, too */
    int jobs;       /* 0, 1: no thread besides the caller's; more: one reads ahead */
    int64_t now_us; /* stands in for a modification time where there is none (stdin) */
    void (*progress)(void *arg,
                     const pl_ingest_progress *progress); /* NULL: none; called after every block */
    void *progress_arg;
    /* NULL: none; called for every place with a problem.  All views are good during the call only.
     */
    void (*on_problem)(void *arg, pl_str path, pl_str member, pl_source_status status,
                       const char *problem);
    void *problem_arg;
} pl_ingest_options;

typedef struct pl_ingest_stats {
    uint64_t places; /* rows of the ledger that this ingest offered */
    uint64_t sources_new, sources_known;
    uint64_t events_new, events_known; /* in this command's sources */
    uint64_t bytes, lines;
    uint64_t unreadable;   /* refused, missing, encrypted, damaged from the first byte */
    uint64_t incomplete;   /* truncated or damaged: what was read before counts */
    uint64_t unrecognised; /* no dialect recognises them */
    uint64_t limited;      /* a documented maximum was met; partial results are kept */
} pl_ingest_stats;

/*
 * Reads everything.  What cannot be read is a row of the ledger, never an error.  PL_ERR_DB,
 * PL_ERR_NOMEM: the work cannot go on; what was committed stays.  PL_ERR_USAGE: options.dialect is
 * not in `set`.
 */
PL_CHECKED pl_status pl_ingest(pl_store *store, const pl_dialect_set *set,
                               const pl_ingest_options *options, pl_ingest_stats *stats,
                               pl_error *err);

#endif
