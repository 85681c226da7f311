/* across.c - what one node does while another does: too many out, too early, the wrong group. */
#include "analysis/state.h"

#include <stdlib.h>

#include "analysis/clocks.h"
#include "base/alloc.h"

/* Where nothing is known of the clocks of two nodes, less than this says nothing. */
#define CLOCKS_APART_US PL_US_PER_SECOND
#define NAMES_MAX 3 /* of nodes in a sentence */

bool pl_before(const pl_scope *scope, pl_at a, pl_at b)
{
    int64_t ignored_us = 0, error_us = 0;
    if (a.node_id == b.node_id)
        return a.us < b.us;
    bool known = pl_clock_offset(scope->clocks, a.node_id, a.us, &ignored_us, &error_us) &&
                 pl_clock_offset(scope->clocks, b.node_id, b.us, &ignored_us, &error_us);
    int64_t lead_us = pl_clock_lead(scope->clocks, a.node_id, a.us, b.node_id, b.us, &error_us);
    return known ? lead_us > error_us : lead_us >= CLOCKS_APART_US + error_us;
}

static void word_at(pl_buf *out, int64_t us)
{
    if (us == PL_TIME_NONE)
        return;
    pl_buf_append(out, PL_STR(" at "));
    pl_time_append(out, us);
}

/* ---- overlap */

struct outing {
    const pl_node_state *node;
    const pl_outage *outage;
    int64_t end_us;
    int64_t from_us, to_us; /* the same in common time, as far as that is known */
    size_t nth;             /* as told by the walk: order among equal times */
};

static int by_start(const void *a, const void *b)
{
    const struct outing *x = a, *y = b;
    if (x->from_us != y->from_us)
        return x->from_us < y->from_us ? -1 : 1;
    return x->nth < y->nth ? -1 : 1;
}

static bool same_group(const pl_node_state *a, const pl_node_state *b)
{
    return pl_str_equal(pl_str_of(a->group), pl_str_of(b->group));
}

/* `other`, which went out no later than `mine`, was out at the same time for sure. */
static bool overlaps(const pl_run_state *run, const struct outing *other, const struct outing *mine)
{
    const pl_at other_start = {other->node->node_id, other->outage->start_us},
                other_end = {other->node->node_id, other->end_us},
                my_start = {mine->node->node_id, mine->outage->start_us},
                my_end = {mine->node->node_id, mine->end_us};
    return pl_before(run->scope, my_start, other_end) && pl_before(run->scope, other_start, my_end);
}

static pl_status tell_overlap(pl_run_state *run, const struct outing *all, size_t at,
                              const size_t *others, size_t count, pl_error *err)
{
    const struct outing *mine = &all[at];
    const pl_stored_model *model = run->scope->model;
    pl_verdict verdict;
    pl_verdict_init(&verdict, "order.overlap", "warning", mine->node, mine->outage->phase);
    verdict.since_us = mine->outage->start_us;
    pl_verdict_name(run, mine->node, &verdict.summary);
    pl_buf_appendf(&verdict.summary, " went into " PL_FMT,
                   PL_ARG(model->phases[mine->outage->phase].name));
    word_at(&verdict.summary, mine->outage->start_us);
    pl_buf_append(&verdict.summary, PL_STR(" while "));
    for (size_t i = 0; i < count && i < NAMES_MAX; i++)
        pl_buf_appendf(&verdict.summary, "%s" PL_FMT, i > 0 ? ", " : "",
                       PL_ARG(all[others[i]].node->name));
    if (count > NAMES_MAX)
        pl_buf_appendf(&verdict.summary, " and %zu more", count - NAMES_MAX);
    pl_buf_appendf(&verdict.summary, " %s out: %zu at once", count == 1 ? "was" : "were",
                   count + 1);
    if (mine->node->group[0] != '\0')
        pl_buf_appendf(&verdict.summary, " of the group %s", mine->node->group);
    pl_buf_appendf(&verdict.summary, ", where the model allows %d", model->parallel);
    pl_buf_appendf(&verdict.arithmetic, "%zu + 1 = %zu out > %d", count, count + 1,
                   model->parallel);
    for (size_t i = 0; i < count; i++)
        pl_verdict_show(&verdict, all[others[i]].outage->event, "other");
    pl_verdict_show(&verdict, mine->outage->event, "enter");
    return pl_verdict_tell(run, &verdict, err);
}

/* Each that goes out is compared with those still out: these are kept, so that it stays quick. */
static pl_status judge_outings(pl_run_state *run, const struct outing *all, size_t count,
                               size_t *out, size_t *others, pl_error *err)
{
    size_t out_count = 0;
    pl_status status = PL_OK;
    for (size_t at = 0; status == PL_OK && at < count; at++) {
        size_t kept = 0, found = 0;
        for (size_t i = 0; i < out_count; i++) {
            const struct outing *other = &all[out[i]];
            if (other->to_us < all[at].from_us)
                continue;
            out[kept++] = out[i];
            if (other->node != all[at].node && same_group(other->node, all[at].node) &&
                overlaps(run, other, &all[at]))
                others[found++] = out[i];
        }
        out[kept++] = at;
        out_count = kept;
        if (found >= (size_t)run->scope->model->parallel)
            status = tell_overlap(run, all, at, others, found, err);
    }
    return status;
}

static int64_t common_us(const pl_run_state *run, const pl_node_state *node, int64_t us)
{
    int64_t offset_us = 0, error_us = 0;
    pl_clock_offset(run->scope->clocks, node->node_id, us, &offset_us, &error_us);
    return us - offset_us;
}

static size_t list_outings(const pl_run_state *run, struct outing *all)
{
    size_t count = 0;
    for (size_t i = 0; i < run->node_count; i++) {
        const pl_node_state *node = run->nodes[i];
        for (size_t k = 0; node->node_id > 0 && k < node->outage_count; k++) {
            const pl_outage *outage = &node->outages[k];
            int64_t end_us = outage->end_us != PL_TIME_NONE ? outage->end_us : node->end_us;
            if (all != NULL)
                all[count] = (struct outing){node,
                                             outage,
                                             end_us,
                                             common_us(run, node, outage->start_us),
                                             common_us(run, node, end_us),
                                             count};
            count++;
        }
    }
    return count;
}

static pl_status judge_overlap(pl_run_state *run, pl_error *err)
{
    size_t count = run->scope->model->parallel > 0 ? list_outings(run, NULL) : 0;
    if (count == 0)
        return PL_OK;
    struct outing *all = pl_alloc(count, sizeof *all);
    size_t *out = pl_alloc(count, sizeof *out), *others = pl_alloc(count, sizeof *others);
    pl_status status = PL_ERR_NOMEM;
    if (all != NULL && out != NULL && others != NULL) {
        list_outings(run, all);
        qsort(all, count, sizeof *all, by_start);
        status = judge_outings(run, all, count, out, others, err);
    } else {
        status = pl_fail(err, PL_ERR_NOMEM, "no memory for outages");
    }
    pl_release(all);
    pl_release(out);
    pl_release(others);
    return status;
}

/* ---- groups */

/* In which place the group of the node comes; -1: the model does not say. */
static int stage_of(const pl_run_state *run, const pl_node_state *node)
{
    const pl_stored_model *model = run->scope->model;
    for (size_t i = 0; i < model->group_count; i++)
        if (pl_str_equal_nocase(model->groups[i], pl_str_of(node->group)))
            return model->stages[i];
    return -1;
}

/* `first` is of a group that comes before that of `node`, and was not done when `node` began. */
static bool is_passed(const pl_run_state *run, const pl_node_state *first,
                      const pl_node_state *node)
{
    if (first->node_id == 0 || !first->started || first->work_phase < 0 ||
        stage_of(run, first) < 0 || stage_of(run, first) >= stage_of(run, node))
        return false;
    const pl_at began = {node->node_id, node->work_us}, done = {first->node_id, first->done_us};
    return !first->was_done ||
           (first->done_us != PL_TIME_NONE && pl_before(run->scope, began, done));
}

static pl_status tell_group(pl_run_state *run, const pl_node_state *node,
                            const pl_node_state *first, size_t count, pl_error *err)
{
    pl_verdict verdict;
    pl_verdict_init(&verdict, "order.group", "warning", node, node->work_phase);
    verdict.since_us = node->work_us;
    pl_verdict_name(run, node, &verdict.summary);
    pl_buf_appendf(&verdict.summary, " of the group %s began " PL_FMT, node->group,
                   PL_ARG(run->scope->model->phases[node->work_phase].name));
    word_at(&verdict.summary, node->work_us);
    pl_buf_append(&verdict.summary, PL_STR(" before "));
    pl_verdict_name(run, first, &verdict.summary);
    if (count > 1)
        pl_buf_appendf(&verdict.summary, " and %zu more", count - 1);
    pl_buf_appendf(&verdict.summary, " of the group %s %s done", first->group,
                   count > 1 ? "were" : "was");
    if (first->was_done && count == 1)
        word_at(&verdict.summary, first->done_us);
    pl_buf_append(&verdict.summary, PL_STR(", which the model has first"));
    pl_verdict_show(&verdict, first->work_event, "other");
    pl_verdict_show(&verdict, node->work_event, "enter");
    return pl_verdict_tell(run, &verdict, err);
}

static pl_status judge_groups(pl_run_state *run, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; run->scope->model->group_count > 0 && i < run->node_count; i++) {
        const pl_node_state *node = run->nodes[i], *first = NULL;
        size_t count = 0;
        if (node->node_id == 0 || node->work_us == PL_TIME_NONE || stage_of(run, node) < 0)
            continue;
        for (size_t k = 0; k < run->node_count; k++)
            if (is_passed(run, run->nodes[k], node) && count++ == 0)
                first = run->nodes[k];
        if (first != NULL)
            status = tell_group(run, node, first, count, err);
        if (status != PL_OK)
            return status;
    }
    return PL_OK;
}

/* ---- premature */

/* Of a node of the run: it was not done when the cluster committed. */
static bool is_behind(const pl_run_state *run, const pl_node_state *node)
{
    const pl_at commit = {0, run->commit_us}, done = {node->node_id, node->done_us};
    if (!node->started || node->node_id == 0)
        return false;
    return !node->was_done ||
           (node->done_us != PL_TIME_NONE && pl_before(run->scope, commit, done));
}

static pl_status judge_commit(pl_run_state *run, pl_error *err)
{
    pl_verdict verdict;
    size_t count = 0;
    if (run->commit_phase < 0 || run->commit_us == PL_TIME_NONE)
        return PL_OK;
    pl_verdict_init(&verdict, "order.premature", "warning", NULL, run->commit_phase);
    verdict.since_us = run->commit_us;
    pl_verdict_name(run, NULL, &verdict.summary);
    pl_buf_appendf(&verdict.summary, " entered " PL_FMT,
                   PL_ARG(run->scope->model->phases[run->commit_phase].name));
    word_at(&verdict.summary, run->commit_us);
    pl_buf_append(&verdict.summary, PL_STR(" before every node was done: not "));
    pl_verdict_show(&verdict, run->commit_event, "enter");
    for (size_t i = 0; i < run->node_count; i++) {
        const pl_node_state *node = run->nodes[i];
        if (!is_behind(run, node) || count++ >= NAMES_MAX)
            continue;
        pl_buf_appendf(&verdict.summary, "%s" PL_FMT, count > 1 ? ", " : "", PL_ARG(node->name));
        pl_verdict_show(&verdict, node->last_enter_event, "other");
    }
    if (count > NAMES_MAX)
        pl_buf_appendf(&verdict.summary, " and %zu more", count - NAMES_MAX);
    if (count > 0)
        return pl_verdict_tell(run, &verdict, err);
    pl_buf_release(&verdict.summary);
    pl_buf_release(&verdict.arithmetic);
    return PL_OK;
}

pl_status pl_judge_across(pl_run_state *run, pl_error *err)
{
    pl_status status = judge_overlap(run, err);
    if (status == PL_OK)
        status = judge_groups(run, err);
    return status == PL_OK ? judge_commit(run, err) : status;
}
