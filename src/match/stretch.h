/* stretch.h - finds patterns that explode, by trying them on samples whose pieces are repeated. */
#ifndef PL_MATCH_STRETCH_H
#define PL_MATCH_STRETCH_H

#include "base/buf.h"
#include "match/exec.h"

/* A piece of at most PIECE_MAX bytes is repeated to this length, so that squares stay small, and at
 * least TIMES_MIN times: 2 to that power is beyond every limit. */
#define PL_STRETCH_BYTES 256
#define PL_STRETCH_TIMES_MIN 24
#define PL_STRETCH_PIECE_MAX 10

/*
 * True when `regex` takes over `steps_max` steps on `text` with one of its pieces (a word, a word
 * with what follows it) repeated and the rest spoilt: *at is where in `text` that piece begins.
 * `scratch` is emptied and used.
 */
bool pl_stretch_explodes(pl_exec *exec, const pl_regex *regex, pl_str text, uint32_t steps_max,
                         pl_buf *scratch, size_t *at);

#endif
