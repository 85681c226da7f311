/* evidence.c - what a run's conclusions rest on, and what is missing there. */
#include "analysis/state.h"

#include <inttypes.h>

#define UNKNOWN_NODE "(unknown)" /* schema.sql: name 1 */

/* Nodes of a run, and those with logs of their own. */
struct logged {
    size_t nodes, logged;
};

/* A node that nothing names is told by coverage.no-node. */
static bool takes_part(const pl_node_state *node)
{
    return node->started && node->node_id > 0 && !pl_str_equal(node->name, PL_STR(UNKNOWN_NODE));
}

static struct logged count_logged(const pl_run_state *run)
{
    struct logged all = {0};
    for (size_t i = 0; i < run->node_count; i++) {
        const pl_node_state *node = run->nodes[i];
        bool counts = takes_part(node);
        all.nodes += counts;
        all.logged += counts && node->log_count > 0;
    }
    return all;
}

static void begin_word(pl_buf *out)
{
    pl_buf_append(out, out->len > 0 ? PL_STR(", ") : PL_STR(""));
}

/* Where no node has a log of its own somebody else's tells all there is to tell. */
static void word_caveat(const pl_run_state *run, pl_buf *out)
{
    struct logged all = count_logged(run);
    size_t missing = all.logged > 0 ? all.nodes - all.logged : 0;
    if (missing > 0)
        pl_buf_appendf(out, "%zu of %zu nodes %s no log of %s own", missing, all.nodes,
                       missing == 1 ? "has" : "have", missing == 1 ? "its" : "their");
    if (run->evidence.cut > 0) {
        begin_word(out);
        pl_buf_appendf(
            out, "%" PRId64 " of %" PRId64 " source%s %s not read to %s end", run->evidence.cut,
            run->evidence.sources, run->evidence.sources == 1 ? "" : "s",
            run->evidence.cut == 1 ? "was" : "were", run->evidence.cut == 1 ? "its" : "their");
    }
    if (run->evidence.beside > 0) {
        begin_word(out);
        pl_buf_append(out, PL_STR("more of the same file could not be read"));
    }
}

static pl_status write(pl_run_state *run, const pl_buf *caveat, pl_error *err)
{
    static const char sql[] = "UPDATE run SET sources = ?2, sources_cut = ?3, bytes = ?4, "
                              "confidence = ?5, caveat = ?6 WHERE run_id = ?1";
    pl_stmt *stmt = NULL;
    pl_status status = pl_buf_status(caveat, err);
    if (status == PL_OK)
        status = pl_stmt_get(run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, run->run_id);
    pl_stmt_bind_int(stmt, 2, run->evidence.sources);
    pl_stmt_bind_int(stmt, 3, run->evidence.cut);
    pl_stmt_bind_int(stmt, 4, run->evidence.bytes);
    pl_stmt_bind_text(stmt, 5, caveat->len > 0 ? PL_STR("medium") : PL_STR("high"));
    if (caveat->len > 0)
        pl_stmt_bind_text(stmt, 6, pl_buf_str(caveat));
    return pl_stmt_run(stmt, err);
}

/* ---- nodes that only others tell of */

#define NAMES_MAX 3 /* of nodes in the sentence; also of lines */

static pl_status tell_no_log(pl_run_state *run, const struct logged *all, pl_error *err)
{
    pl_verdict verdict;
    pl_buf *out = &verdict.summary;
    size_t missing = all->nodes - all->logged, named = 0;
    pl_verdict_init(&verdict, "coverage.no-log", "warning", NULL, -1);
    verdict.since_us = run->started_us;
    for (size_t i = 0; i < run->node_count && named < NAMES_MAX; i++) {
        const pl_node_state *node = run->nodes[i];
        if (!takes_part(node) || node->log_count > 0)
            continue;
        pl_buf_appendf(out, "%s" PL_FMT, named++ > 0 ? ", " : "", PL_ARG(node->name));
        pl_verdict_show(&verdict, node->first_event, "mention");
    }
    if (missing > named)
        pl_buf_appendf(out, " and %zu more", missing - named);
    pl_buf_appendf(out,
                   " %s known only from the logs of others; %zu of %zu nodes %s logs of %s own",
                   missing == 1 ? "is" : "are", all->logged, all->nodes,
                   all->logged == 1 ? "has" : "have", all->logged == 1 ? "its" : "their");
    return pl_verdict_tell(run, &verdict, err);
}

pl_status pl_judge_evidence(pl_run_state *run, pl_error *err)
{
    struct logged all = count_logged(run);
    pl_buf caveat;
    pl_buf_init(&caveat, 4096);
    word_caveat(run, &caveat);
    pl_status status = write(run, &caveat, err);
    pl_buf_release(&caveat);
    if (status == PL_OK && all.logged > 0 && all.logged < all.nodes)
        status = tell_no_log(run, &all, err);
    return status;
}
