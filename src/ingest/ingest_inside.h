/* ingest_inside.h - what the parts of an ingest share. */
#ifndef PL_INGEST_INGEST_INSIDE_H
#define PL_INGEST_INGEST_INSIDE_H

#include "base/buf.h"
#include "decode/decode.h"
#include "ingest/ahead.h"
#include "ingest/halves.h"
#include "ingest/ingest.h"
#include "ingest/writer.h"
#include "match/exec.h"
#include "match/matcher.h"
#include "scan/scan.h"

/* Changes when the same bytes would give other events although no dialect changed. */
#define PL_ENGINE "phaseline engine 3\n"

typedef struct pl_ingest_run {
    pl_store *store;
    const pl_dialect_set *set;
    const pl_ingest_options *options;
    pl_ingest_stats *stats;
    pl_writer *writer; /* NULL: not writing */
    bool is_writing;   /* else nothing has changed so far, and no transaction is open */
    pl_ahead *ahead;
    pl_halves *halves;
    pl_decoder *decoder;
    pl_exec *exec;            /* for recognising */
    pl_scan_set *literals;    /* of the last source that had some; NULL: none had */
    pl_scan_set *no_literals; /* of sources that nobody recognises */
    pl_scan_result found;
    pl_buf path;        /* of the file under way, valid UTF-8 */
    pl_buf source_path; /* of the member under way, as patterns see it */
    pl_buf words;       /* a problem that is put together here */
    const char *file;   /* for progress; borrowed */
    int64_t rows;       /* since the last commit */
    uint64_t bytes;     /* the same */
    uint64_t only_mask; /* the dialect the user named; 0: none */
    pl_hash128 reading; /* of every file; see unchanged.h */
    bool names_zones;   /* the file under way: its reading is known only when it is read */
} pl_ingest_run;

/* Reads the current member of `reader` to its end: its source, events and row of the ledger. */
PL_CHECKED pl_status pl_ingest_member(pl_ingest_run *run, pl_reader *reader,
                                      const pl_member *member, pl_error *err);
/* Writes a row of the ledger and counts it. */
PL_CHECKED pl_status pl_ingest_place(pl_ingest_run *run, const pl_place *place, pl_error *err);
/* Commits and begins anew when enough has come together. */
PL_CHECKED pl_status pl_ingest_breathe(pl_ingest_run *run, pl_error *err);

#endif
