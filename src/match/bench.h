/* bench.h - a dialect under test: its samples take the way a log line takes. */
#ifndef PL_MATCH_BENCH_H
#define PL_MATCH_BENCH_H

#include "base/arena.h"
#include "match/exec.h"
#include "match/reading.h"

typedef struct pl_bench {
    const pl_dialect_set *set;
    const pl_dialect *dialect;
    pl_matcher_options options;
    pl_reading reading;
    pl_exec *shapes, *rules;
    pl_buf *out; /* borrowed */
    pl_arena arena;
    bool open;
} pl_bench;

/* How far a line came, and what came of it. */
typedef struct pl_outcome {
    const char *stopped; /* NULL: it matched */
    size_t reach;        /* bytes of the line that still fitted */
    pl_shaped shaped;
    pl_captures captures;
} pl_outcome;

/* `bench` must not move until pl_bench_close(), which is needed after a failure too. */
PL_CHECKED pl_status pl_bench_open(pl_bench *bench, const pl_dialect_set *set,
                                   const pl_dialect *dialect, pl_buf *out, pl_error *err);
void pl_bench_close(pl_bench *bench);
/* Lets `rule` read `line`; views in *out are good until the next call. */
void pl_bench_try(pl_bench *bench, const pl_rule *rule, pl_str line, pl_outcome *out);
/* Appends "file:line: rule 'id': what", then the sample with a caret under the byte `at`. */
void pl_bench_tell(pl_bench *bench, const pl_rule *rule, const pl_sample *sample, const char *what,
                   size_t at);

#endif
