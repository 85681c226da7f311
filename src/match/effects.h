/* effects.h - what a rule that matched says: events with their model, phase, names and facts. */
#ifndef PL_MATCH_EFFECTS_H
#define PL_MATCH_EFFECTS_H

#include "base/arena.h"
#include "match/matcher.h"
#include "match/reading.h"

#define PL_FACTS_BYTES_MAX ((size_t)16 << 10)

/* A rule that matched a line. */
typedef struct pl_hit {
    const pl_dialect_set *set;
    const pl_reading *reading;
    const pl_rule *rule;
    const pl_captures *captures;
    const pl_shaped *shaped;
    pl_arena *arena; /* keeps what outlives the captures */
    bool told;       /* the line tells its moment: it is the reading's last */
    bool first;      /* the first sight of what the rule watches: a note */
    pl_str from, to; /* what changed; .ptr NULL: the rule watches nothing */
} pl_hit;

/* Takes over what a context line says. */
PL_CHECKED pl_status pl_context_apply(pl_reading *reading, const pl_captures *captures,
                                      pl_error *err);
/*
 * Whom effect `at` of the rule is about, one after the other: *from is 0 at first.  One that names
 * a list is about every name in it; any other once, about the capture `subject`.  False: that was
 * all.
 */
bool pl_effect_about(const pl_hit *hit, size_t at, size_t *from, pl_str *subject);
/*
 * Fills in what effect `at` of the rule (any for rules without effects) means for `subject` (empty:
 * the one who writes): model, phase, transition, node, code, facts.  What is the same for the whole
 * line is the caller's.  PL_ERR_NOMEM.
 */
PL_CHECKED pl_status pl_effect_event(const pl_hit *hit, size_t at, pl_str subject, pl_event *event,
                                     pl_error *err);
/*
 * Where the rule watches a capture (`changes`): whether its value is another than the last in this
 * source and cluster, and which that was, for `hit`; *holds false: it is the same, and the line
 * says nothing.  Other rules always hold.  PL_ERR_NOMEM.
 */
PL_CHECKED pl_status pl_watch_change(pl_hit *hit, pl_reading *reading, bool *holds, pl_error *err);

#endif
