/*
 * writer.h - the evidence side of the database: names, models, sources, places, events.
 *
 * Used inside ingest only.  All calls belong in a transaction.
 */
#ifndef PL_INGEST_WRITER_H
#define PL_INGEST_WRITER_H

#include "dialect/dialect.h"
#include "io/reader.h"
#include "match/matcher.h"
#include "store/store.h"

#define PL_NAME_UNKNOWN 1    /* name_id of (unknown) */
#define PL_CLUSTER_DEFAULT 1 /* cluster_id of `default` */

typedef struct pl_writer pl_writer;

/* Writes the models of `set` and makes ready for events of them. */
PL_CHECKED pl_status pl_writer_new(pl_store *store, const pl_dialect_set *set, pl_writer **out,
                                   pl_error *err);
void pl_writer_free(pl_writer *writer);

/* A source on its way in: its row is there from the first event on, its content is known only at
 * the end. */
typedef struct pl_source_draft {
    int64_t source_id;
    pl_hash128 reading;
    bool whole;     /* its first block is all there is, and the reading known ... */
    uint64_t hash;  /* ... and this is its hash */
    int64_t events; /* stored so far */
} pl_source_draft;

/*
 * Begins a source under a savepoint.  What it and its events are called hangs on all of its
 * content: pl_writer_end() tells.
 */
PL_CHECKED pl_status pl_writer_begin(pl_writer *writer, const pl_block *first, pl_hash128 reading,
                                     pl_source_draft *out, pl_error *err);
/* PL_ERR_LIMIT: the source has PL_SOURCE_EVENTS_MAX events; nothing was stored. */
PL_CHECKED pl_status pl_writer_event(pl_writer *writer, pl_source_draft *draft,
                                     const pl_event *event, pl_error *err);

/* How a source was read, known at its end. */
typedef struct pl_source_facts {
    pl_hash128 content;
    uint64_t bytes;
    pl_encoding encoding;
    pl_layout layout;
    pl_str dialects; /* '+'-joined; empty: none */
    pl_matcher_summary summary;
} pl_source_facts;

/*
 * Ends a source, whose reading may be another than at its beginning: keeps it, or, when the same
 * content in the same reading is there already (*known), undoes all of it.  draft->source_id and
 * draft->events are then of the source that stands.
 */
PL_CHECKED pl_status pl_writer_end(pl_writer *writer, pl_source_draft *draft,
                                   const pl_source_facts *facts, bool *known, pl_error *err);

/* A row of the ledger. */
typedef struct pl_place {
    pl_str path, member;
    const char *kind;
    pl_source_status status;
    const char *problem; /* NULL: none */
    uint64_t bytes;
    bool has_size, has_content;
    uint64_t size; /* with has_size: the bytes it should have */
    pl_hash128 content;
    int64_t source_id; /* 0: none */
} pl_place;

/* Writes or renews the row; a source that no place holds any more goes with its events. */
PL_CHECKED pl_status pl_writer_place(pl_writer *writer, const pl_place *place, pl_error *err);

/* A source that stood at the same path and member before. */
typedef struct pl_older {
    int64_t source_id;
    uint64_t bytes;
    pl_hash128 content;
} pl_older;
#define PL_OLDER_MAX 8 /* of one place: the longest are kept */

PL_CHECKED pl_status pl_writer_older(pl_writer *writer, pl_str path, pl_str member, pl_older *out,
                                     size_t *count, pl_error *err);
/* The place goes on with all of `older_id`: the row of the ledger that held the older one goes. */
PL_CHECKED pl_status pl_writer_replace(pl_writer *writer, const pl_place *place, int64_t older_id,
                                       pl_error *err);

#endif
