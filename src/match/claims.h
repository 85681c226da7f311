/* claims.h - who says which node a source is of, and which cluster; and whether two of them differ.
 */
#ifndef PL_MATCH_CLAIMS_H
#define PL_MATCH_CLAIMS_H

#include <stdbool.h>

#include "base/buf.h"

typedef enum pl_claimant { PL_BY_OPTION, PL_BY_LINE, PL_BY_CONTEXT, PL_BY_PATH } pl_claimant;
enum { PL_CLAIMANTS = PL_BY_PATH + 1 };

typedef struct pl_claims {
    pl_buf said[PL_CLAIMANTS]; /* the first name of each; empty: none */
    bool many[PL_CLAIMANTS];   /* it named another one later: then it claims nothing */
} pl_claims;

/* Two that differ; views of the claims. */
typedef struct pl_conflict {
    const char *one_by, *other_by; /* option, line, context, path */
    pl_str one, other;
} pl_conflict;

void pl_claims_init(pl_claims *claims);
void pl_claims_release(pl_claims *claims);
/* False: no memory.  An empty name claims nothing. */
bool pl_claim(pl_claims *claims, pl_claimant by, pl_str name);
/*
 * True: two of them name different ones.  Names that differ in case only or are the first label of
 * each other are the same, and an address may be anybody's.
 */
bool pl_claims_differ(const pl_claims *claims, pl_conflict *out);

#endif
