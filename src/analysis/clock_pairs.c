/* clock_pairs.c - lines that tell the same moment on two nodes, found and laid beside each other.
 */
#include "analysis/clocks_inside.h"

#include <stdlib.h>

#include "base/alloc.h"

/* A moment that several nodes tell, maybe again and again: all lines with the same words and key.
 */
struct moment {
    pl_mark *marks; /* owned; by node, then in the order of its log */
    size_t count, room;
    int64_t within_us;
    pl_buf name; /* what makes it this moment and no other */
};

#define FIRST_NODES 2 /* of those that tell a moment, all others are compared with them */

static const char marks_sql[] =
    "SELECT e.cluster_id, c.name, w.node_id, n.name, p.moment, p.key, p.within_us, e.ts_us,"
    " row_number() OVER (ORDER BY e.order_us, s.content, s.reading, e.line_no, e.sub) AS place,"
    " e.event_id FROM pair p JOIN source s ON s.source_id = p.line_id >> 25 JOIN event e ON "
    "e.event_id = (s.public_id << 25) + (p.line_id & 33554431) JOIN cluster c ON c.cluster_id = "
    "e.cluster_id JOIN node_name w ON w.cluster_id = "
    "e.cluster_id AND w.name_id = coalesce(e.witness_id, e.name_id) JOIN node n ON n.node_id = "
    "w.node_id WHERE e.copy = 0 AND e.ts_us IS NOT NULL AND e.floor = 0 AND w.name_id <> 1 "
    "ORDER BY e.cluster_id, p.moment, p.key, w.node_id, place";

static pl_status nomem(pl_error *err)
{
    return pl_fail(err, PL_ERR_NOMEM, "no memory for the clocks of the nodes");
}

/* The node of a row, made when new. */
static pl_status find_node(pl_clocks *clocks, const pl_stmt *row, size_t *out, pl_error *err)
{
    int64_t node_id = pl_stmt_int(row, 2);
    int64_t *slot = pl_map_at(clocks->index, (pl_str){(const char *)&node_id, sizeof node_id});
    if (slot == NULL)
        return nomem(err);
    if (*slot == 0) {
        if (!pl_grow(&clocks->nodes, &clocks->node_room, clocks->node_count + 1,
                     sizeof *clocks->nodes))
            return nomem(err);
        const pl_clock_node node = {.node_id = node_id,
                                    .cluster_id = pl_stmt_int(row, 0),
                                    .name = pl_arena_copy(&clocks->arena, pl_stmt_text(row, 3)),
                                    .cluster = pl_arena_copy(&clocks->arena, pl_stmt_text(row, 1)),
                                    .resolution_us = PL_US_PER_SECOND};
        if (node.name.ptr == NULL || node.cluster.ptr == NULL)
            return nomem(err);
        clocks->nodes[clocks->node_count++] = node;
        *slot = (int64_t)clocks->node_count;
    }
    *out = (size_t)*slot - 1;
    return PL_OK;
}

/* A clock that tells no more than its stamps do: of whole seconds, milliseconds, microseconds. */
static void note_resolution(pl_clock_node *node, int64_t us)
{
    while (us % node->resolution_us != 0)
        node->resolution_us /= 1000;
}

static pl_status add_mark(pl_clocks *clocks, struct moment *moment, const pl_mark *mark,
                          pl_error *err)
{
    const pl_mark *newest = moment->count > 0 ? &moment->marks[moment->count - 1] : NULL;
    if (newest != NULL && newest->node == mark->node && newest->us == mark->us)
        return PL_OK; /* a line told twice */
    if (!pl_grow(&moment->marks, &moment->room, moment->count + 1, sizeof *moment->marks))
        return nomem(err);
    moment->marks[moment->count++] = *mark;
    note_resolution(&clocks->nodes[mark->node], mark->us);
    return PL_OK;
}

static int64_t apart_us(const pl_mark *a, const pl_mark *b)
{
    return a->us > b->us ? a->us - b->us : b->us - a->us;
}

static pl_status add_pair(pl_clocks *clocks, const pl_mark *one, const pl_mark *other,
                          pl_error *err)
{
    bool in_order = one->node < other->node;
    if (!pl_grow(&clocks->pairs, &clocks->pair_room, clocks->pair_count + 1, sizeof *clocks->pairs))
        return nomem(err);
    clocks->pairs[clocks->pair_count++] =
        (pl_clock_pair){in_order ? *one : *other, in_order ? *other : *one};
    return PL_OK;
}

/* Where in the longer row the shorter one lies nearest. */
static size_t best_slide(const pl_mark *few, size_t few_count, const pl_mark *many,
                         size_t many_count, int64_t within_us)
{
    size_t slides = many_count - few_count + 1, best = 0;
    int64_t best_us = INT64_MAX;
    if (slides > PL_CLOCK_SLIDES_MAX / few_count)
        return 0;
    for (size_t slide = 0; slide < slides; slide++) {
        int64_t sum_us = 0;
        for (size_t i = 0; i < few_count; i++) {
            int64_t us = apart_us(&few[i], &many[slide + i]);
            us = us < within_us ? us : within_us;
            sum_us = sum_us < INT64_MAX - us ? sum_us + us : INT64_MAX;
        }
        if (sum_us < best_us) {
            best_us = sum_us;
            best = slide;
        }
    }
    return best;
}

/* The n-th of one node is the n-th of the other. */
static pl_status join_rows(pl_clocks *clocks, const struct moment *moment, size_t first,
                           size_t first_count, size_t other, size_t other_count, pl_error *err)
{
    bool swap = first_count > other_count;
    const pl_mark *few = &moment->marks[swap ? other : first];
    const pl_mark *many = &moment->marks[swap ? first : other];
    size_t few_count = swap ? other_count : first_count;
    size_t many_count = swap ? first_count : other_count;
    size_t slide = best_slide(few, few_count, many, many_count, moment->within_us);
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < few_count; i++)
        if (apart_us(&few[i], &many[slide + i]) <= moment->within_us)
            status = add_pair(clocks, &few[i], &many[slide + i], err);
    return status;
}

/*
 * Compares every node that tells the moment with the first two that do: where the log of the first
 * one ends, its pairs do, and a clock that is set there would be seen by nobody.
 */
static pl_status join_moment(pl_clocks *clocks, struct moment *moment, pl_error *err)
{
    size_t starts[FIRST_NODES] = {0}, counts[FIRST_NODES] = {0}, known = 0;
    pl_status status = PL_OK;
    for (size_t at = 0; status == PL_OK && at < moment->count;) {
        size_t end = at + 1;
        while (end < moment->count && moment->marks[end].node == moment->marks[at].node)
            end++;
        for (size_t i = 0; status == PL_OK && i < known; i++)
            status = join_rows(clocks, moment, starts[i], counts[i], at, end - at, err);
        if (known < FIRST_NODES) {
            starts[known] = at;
            counts[known++] = end - at;
        }
        at = end;
    }
    moment->count = 0;
    return status;
}

static pl_status take_row(pl_clocks *clocks, struct moment *moment, const pl_stmt *row,
                          pl_error *err)
{
    pl_buf name;
    pl_mark mark = {
        .us = pl_stmt_int(row, 7), .place = pl_stmt_int(row, 8), .event_id = pl_stmt_int(row, 9)};
    pl_buf_init(&name, (size_t)1 << 20);
    pl_buf_appendf(&name, "%lld\n" PL_FMT "\n" PL_FMT, (long long)pl_stmt_int(row, 0),
                   PL_ARG(pl_stmt_text(row, 4)), PL_ARG(pl_stmt_text(row, 5)));
    pl_status status = pl_buf_status(&name, err);
    if (status == PL_OK && !pl_str_equal(pl_buf_str(&name), pl_buf_str(&moment->name))) {
        status = join_moment(clocks, moment, err);
        pl_buf_clear(&moment->name);
        pl_buf_append(&moment->name, pl_buf_str(&name));
        moment->within_us = pl_stmt_int(row, 6);
    }
    pl_buf_release(&name);
    if (status == PL_OK)
        status = find_node(clocks, row, &mark.node, err);
    return status == PL_OK ? add_mark(clocks, moment, &mark, err) : status;
}

static pl_status load_pairs(pl_store *store, pl_clocks *clocks, pl_error *err)
{
    struct moment moment = {0};
    pl_stmt *row = NULL;
    pl_buf_init(&moment.name, (size_t)1 << 20);
    pl_status status = pl_stmt_get(store, marks_sql, &row, err);
    while (status == PL_OK && (status = pl_stmt_step(row, err)) == PL_OK)
        status = take_row(clocks, &moment, row, err);
    if (status == PL_DONE)
        status = join_moment(clocks, &moment, err);
    if (status == PL_OK)
        status = pl_buf_status(&moment.name, err);
    pl_release(moment.marks);
    pl_buf_release(&moment.name);
    return status;
}

static int compare(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_pairs(const void *left, const void *right)
{
    const pl_clock_pair *l = left, *r = right;
    int64_t keys[][2] = {
        {(int64_t)l->a.node, (int64_t)r->a.node},
        {(int64_t)l->b.node, (int64_t)r->b.node},
        {l->a.place, r->a.place},
        {l->b.place, r->b.place},
    };
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof keys / sizeof *keys; i++)
        result = compare(keys[i][0], keys[i][1]);
    return result;
}

static pl_status make_edges(pl_clocks *clocks, pl_error *err)
{
    if (clocks->pair_count > 1)
        qsort(clocks->pairs, clocks->pair_count, sizeof *clocks->pairs, compare_pairs);
    for (size_t i = 0; i < clocks->pair_count; i++) {
        const pl_clock_pair *pair = &clocks->pairs[i];
        pl_clock_edge *edge =
            clocks->edge_count > 0 ? &clocks->edges[clocks->edge_count - 1] : NULL;
        if (edge != NULL && edge->a == pair->a.node && edge->b == pair->b.node) {
            edge->pair_count++;
            continue;
        }
        if (!pl_grow(&clocks->edges, &clocks->edge_room, clocks->edge_count + 1,
                     sizeof *clocks->edges))
            return nomem(err);
        clocks->edges[clocks->edge_count++] =
            (pl_clock_edge){.a = pair->a.node, .b = pair->b.node, .pair_first = i, .pair_count = 1};
    }
    return PL_OK;
}

pl_status pl_clocks_load(pl_store *store, pl_clocks *clocks, pl_error *err)
{
    pl_status status = load_pairs(store, clocks, err);
    return status == PL_OK ? make_edges(clocks, err) : status;
}
