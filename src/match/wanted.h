/* wanted.h - which Windows events the dialects that read a source have rules for. */
#ifndef PL_MATCH_WANTED_H
#define PL_MATCH_WANTED_H

#include "decode/decode.h"
#include "dialect/dialect.h"

typedef struct pl_wanted {
    pl_event_filter filter;
    pl_event_pair *pairs; /* owned */
    size_t room;
    bool any; /* a rule goes by other bytes, or looks at every line: no event can be left out */
} pl_wanted;

/* Collects the events of the dialects in `mask`; views into `set`.  To be released after a failure,
 * too. */
PL_CHECKED pl_status pl_wanted_open(pl_wanted *wanted, const pl_dialect_set *set, uint64_t mask,
                                    pl_error *err);
/* For pl_decode_block(): NULL when no event can be left out. */
const pl_event_filter *pl_wanted_filter(const pl_wanted *wanted);
/* A zeroed one is allowed. */
void pl_wanted_release(pl_wanted *wanted);

#endif
