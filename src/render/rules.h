/* rules.h - the rules of findings, each with what it says: for `explain`, and for gates that name
 * rules. */
#ifndef PL_RENDER_RULES_H
#define PL_RENDER_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/str.h"
#include "store/store.h"

typedef struct pl_rule_text {
    const char *rule; /* as in v_finding.rule; "known.*" stands for all of a group */
    const char *severity;
    const char *when;   /* as in docs/architecture.md, "Verdicts" */
    const char *unless; /* what would change the verdict, as in docs/verdicts.md */
} pl_rule_text;

/* All rules, *count of them. */
const pl_rule_text *pl_rule_texts(size_t *count);
/* What is known about `rule`; NULL: nothing. */
const pl_rule_text *pl_rule_text_of(pl_str rule);

/*
 * True when `word` can stop a gate: a rule, the first part of rules ("order"), a severity (error,
 * warning: or worse) or "any".
 */
bool pl_gate_knows(pl_str word);
/*
 * Whether a finding of `run_id` (of a run, or of none; PL_RUN_ALL, PL_RUN_LATEST) is named by
 * `gate`, a list of words with commas between.
 */
PL_CHECKED pl_status pl_gate_met(pl_store *store, pl_str gate, int64_t run_id, bool *met,
                                 pl_error *err);

#endif
