/*
 * analysis.c - the flow, as a table of contents:
 *
 *     names -> nodes; equal lines -> one counts; pairs of lines -> clocks; per cluster and model:
 * events -> runs, attempts, spans -> findings; what is missing
 */
#include "analysis/analysis.h"

#include "analysis/clocks.h"
#include "analysis/findings.h"
#include "analysis/inside.h"
#include "store/conclusions.h"

static pl_status derive(pl_store *store, int64_t as_of_us, pl_error *err)
{
    pl_clocks *clocks = NULL;
    pl_status status = pl_conclusions_drop(store, err);
    if (status == PL_OK)
        status = pl_derive_nodes(store, err);
    if (status == PL_OK)
        status = pl_derive_copies(store, err);
    if (status == PL_OK)
        status = pl_clocks_derive(store, &clocks, err);
    if (status == PL_OK)
        status = pl_walk(store, clocks, as_of_us, err);
    if (status == PL_OK)
        status = pl_judge_beside(store, err);
    if (status == PL_OK)
        status = pl_judge_after(store, clocks, err);
    if (status == PL_OK)
        status = pl_judge_mixed(store, as_of_us, err);
    if (status == PL_OK)
        status = pl_judge_clocks(store, clocks, err);
    if (status == PL_OK)
        status = pl_judge_gaps(store, clocks, err);
    pl_clocks_free(clocks);
    if (status == PL_OK)
        status = pl_judge_known(store, err);
    if (status == PL_OK)
        status = pl_judge_coverage(store, err);
    if (status == PL_OK)
        status = pl_findings_temper(store, err);
    if (status == PL_OK)
        status = pl_findings_rank(store, err);
    return status == PL_OK ? pl_conclusions_mark(store, as_of_us, err) : status;
}

pl_status pl_conclude(pl_store *store, int64_t as_of_us, pl_error *err)
{
    pl_status status = pl_store_begin(store, err);
    if (status != PL_OK)
        return status;
    status = derive(store, as_of_us, err);
    if (status == PL_OK)
        status = pl_store_commit(store, err);
    if (status != PL_OK)
        pl_store_rollback(store);
    return status;
}

pl_status pl_conclude_if_changed(pl_store *store, int64_t as_of_us, pl_error *err)
{
    bool stand = false;
    pl_status status = pl_conclusions_stand(store, as_of_us, &stand, err);
    return status != PL_OK || stand ? status : pl_conclude(store, as_of_us, err);
}
