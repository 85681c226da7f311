/* clock_findings.c - what is told of clocks: how far off they are, and when they were set. */
#include "analysis/clocks_inside.h"
#include "analysis/findings.h"

#define MINUTE_US (60 * PL_US_PER_SECOND)
#define LONG_SUMMARY ((size_t)1 << 16)

static int64_t magnitude(int64_t us)
{
    return us < 0 ? -us : us;
}

/* 77 min 9.651 s */
static void append_length(pl_buf *out, int64_t us)
{
    us = magnitude(us);
    if (us >= 2 * MINUTE_US) {
        pl_buf_appendf(out, "%lld min ", (long long)(us / MINUTE_US));
        us %= MINUTE_US;
    }
    pl_seconds_append(out, us);
}

static pl_status add_pair(pl_store *store, pl_str finding, const pl_clock_pair *pair,
                          const char *role, pl_error *err)
{
    pl_status status = pl_evidence_add(store, finding, pair->a.event_id, 0, role, err);
    return status == PL_OK ? pl_evidence_add(store, finding, pair->b.event_id, 0, role, err)
                           : status;
}

/* Stores the finding with two pairs as its evidence; both may be the same one. */
static pl_status tell(pl_store *store, const pl_clock_node *node, pl_finding *finding,
                      const pl_clock_pair *pairs[2], const char *const roles[2], pl_error *err)
{
    pl_buf about, id;
    pl_buf_init(&about, (size_t)1 << 12);
    pl_buf_init(&id, 256);
    pl_buf_appendf(&about, PL_FMT "\n" PL_FMT, PL_ARG(node->cluster), PL_ARG(node->name));
    finding->confidence = "high";
    finding->cluster_id = node->cluster_id;
    finding->node_id = node->node_id;
    finding->limit_us = PL_TIME_NONE;
    finding->about = pl_buf_str(&about);
    pl_status status = pl_buf_status(&about, err);
    if (status == PL_OK)
        status = pl_finding_add(store, finding, &id, err);
    if (status == PL_OK)
        status = add_pair(store, pl_buf_str(&id), pairs[0], roles[0], err);
    if (status == PL_OK && pairs[1] != pairs[0])
        status = add_pair(store, pl_buf_str(&id), pairs[1], roles[1], err);
    pl_buf_release(&about);
    pl_buf_release(&id);
    return status;
}

/* The pairs of an edge, without what was set since, between which the offset lies. */
static void find_extremes(const pl_clocks *clocks, const pl_clock_edge *edge,
                          const pl_clock_pair *out[2])
{
    const pl_clock_piece *piece = &clocks->pieces[edge->piece_first];
    out[0] = out[1] = &clocks->pairs[piece->first];
    for (size_t i = piece->first; i <= piece->last; i++) {
        const pl_clock_pair *pair = &clocks->pairs[i];
        int64_t us = pair->a.us - pair->b.us;
        if (us < out[0]->a.us - out[0]->b.us)
            out[0] = pair;
        if (us > out[1]->a.us - out[1]->b.us)
            out[1] = pair;
    }
}

static pl_status tell_offset(pl_store *store, const pl_clocks *clocks, const pl_clock_node *node,
                             pl_error *err)
{
    static const char *const roles[] = {"pair", "pair"};
    const pl_clock_edge *edge = &clocks->edges[node->edge];
    const pl_clock_node *partner =
        &clocks->nodes[&clocks->nodes[edge->a] == node ? edge->b : edge->a];
    const pl_clock_pair *pairs[2];
    pl_buf summary;
    pl_finding finding = {
        .rule = "clock.offset",
        .severity = magnitude(node->offset_us) < MINUTE_US ? "info" : "warning",
        .since_us = PL_TIME_NONE,
        .duration_us = magnitude(node->offset_us),
        .advice = PL_STR("keep the clocks of the nodes in step; its times are told as its log has "
                         "them: take the offset off to compare them with others'"),
    };
    pl_buf_init(&summary, LONG_SUMMARY);
    pl_buf_appendf(&summary, PL_FMT ": its clock is ", PL_ARG(node->name));
    append_length(&summary, node->offset_us);
    pl_buf_appendf(&summary, " %s the others', give or take ",
                   node->offset_us > 0 ? "ahead of" : "behind");
    append_length(&summary, node->error_us);
    pl_buf_appendf(&summary, ", by %zu moment%s that it and " PL_FMT " wrote down",
                   edge->pair_count, edge->pair_count == 1 ? "" : "s", PL_ARG(partner->name));
    find_extremes(clocks, edge, pairs);
    finding.summary = pl_buf_str(&summary);
    pl_status status = pl_buf_status(&summary, err);
    if (status == PL_OK)
        status = tell(store, node, &finding, pairs, roles, err);
    pl_buf_release(&summary);
    return status;
}

static pl_status tell_jump(pl_store *store, const pl_clocks *clocks, const pl_clock_jump *jump,
                           pl_error *err)
{
    static const char *const roles[] = {"before", "after"};
    const pl_clock_node *node = &clocks->nodes[jump->node];
    const pl_clock_pair *pairs[] = {&jump->before, &jump->behind};
    pl_buf summary;
    pl_finding finding = {
        .rule = "clock.jump",
        .severity = "warning",
        .since_us = jump->to_us,
        .duration_us = magnitude(jump->by_us),
        .advice = PL_STR("find out what set the clock there (a machine that stood still, NTP, a "
                         "restart); compare its times on the two sides only by the others' logs"),
    };
    pl_buf_init(&summary, LONG_SUMMARY);
    pl_buf_appendf(&summary, PL_FMT ": its clock jumps %s by ", PL_ARG(node->name),
                   jump->by_us > 0 ? "forward" : "back");
    append_length(&summary, jump->by_us);
    pl_buf_append(&summary, PL_STR(" between "));
    pl_time_append(&summary, jump->from_us);
    pl_buf_append(&summary, PL_STR(" and "));
    pl_time_append(&summary, jump->to_us);
    pl_buf_appendf(&summary, " against %zu other node%s, give or take ", jump->seen,
                   jump->seen == 1 ? "" : "s");
    append_length(&summary, jump->error_us);
    pl_buf_append(&summary, PL_STR(": durations over it are not known"));
    finding.summary = pl_buf_str(&summary);
    pl_status status = pl_buf_status(&summary, err);
    if (status == PL_OK)
        status = tell(store, node, &finding, pairs, roles, err);
    pl_buf_release(&summary);
    return status;
}

pl_status pl_judge_clocks(pl_store *store, const pl_clocks *clocks, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < clocks->node_count; i++) {
        const pl_clock_node *node = &clocks->nodes[i];
        int64_t off_us = magnitude(node->offset_us);
        if (node->known && off_us >= PL_CLOCK_OFF_US && off_us > node->error_us)
            status = tell_offset(store, clocks, node, err);
        for (size_t j = 0; status == PL_OK && j < node->jump_count; j++)
            status = tell_jump(store, clocks, &clocks->jumps[node->jump_first + j], err);
    }
    return status;
}
