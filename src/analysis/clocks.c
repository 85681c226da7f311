/* clocks.c - from pairs of lines to the offset of every node's clock, piece by piece. */
#include "analysis/clocks_inside.h"

#include <stdlib.h>

#include "base/alloc.h"

/* What two nodes' clocks are apart before the first jump of either. */
struct distance {
    int64_t us, error_us; /* a's clock minus b's */
};

/* Scratch memory, one for each node. */
struct work {
    size_t *partners;    /* other nodes it has pairs with */
    int64_t *offsets_us; /* of one component, to be sorted */
};

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* By how much the clock had been set when it wrote the line. */
static int64_t set_so_far(const pl_clocks *clocks, const pl_mark *mark)
{
    const pl_clock_node *node = &clocks->nodes[mark->node];
    int64_t sum_us = 0;
    for (size_t i = node->jump_first; i < node->jump_first + node->jump_count; i++)
        if (mark->place >= pl_pair_mark(&clocks->jumps[i].behind, mark->node)->place)
            sum_us += clocks->jumps[i].by_us;
    return sum_us;
}

/* All pieces of an edge, without what is known to have been set: pieces that do not agree then make
 * the answer less sure. */
static struct distance measure(const pl_clocks *clocks, const pl_clock_edge *edge)
{
    int64_t low_us = INT64_MAX, high_us = INT64_MIN, error_us = 0;
    for (size_t i = edge->piece_first; i < edge->piece_first + edge->piece_count; i++) {
        const pl_clock_piece *piece = &clocks->pieces[i];
        const pl_clock_pair *pair = &clocks->pairs[piece->first];
        int64_t set_us = set_so_far(clocks, &pair->a) - set_so_far(clocks, &pair->b);
        low_us = smaller(low_us, piece->low_us - set_us);
        high_us = larger(high_us, piece->high_us - set_us);
        error_us = larger(error_us, pl_piece_error(clocks, piece));
    }
    int64_t half_us = (high_us - low_us + 1) / 2;
    return (struct distance){low_us + (high_us - low_us) / 2, larger(error_us, half_us)};
}

/* Nodes that have pairs, be it by way of others, get the same component: the lowest of them. */
static void find_components(pl_clocks *clocks)
{
    bool changed = true;
    for (size_t i = 0; i < clocks->node_count; i++)
        clocks->nodes[i].component = i;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < clocks->edge_count; i++) {
            pl_clock_node *a = &clocks->nodes[clocks->edges[i].a];
            pl_clock_node *b = &clocks->nodes[clocks->edges[i].b];
            changed |= a->component != b->component;
            a->component = b->component = a->component < b->component ? a->component : b->component;
        }
    }
}

/* Offsets are told from the node on that most others have pairs with. */
static void choose_roots(pl_clocks *clocks, size_t *partners)
{
    for (size_t i = 0; i < clocks->edge_count; i++) {
        partners[clocks->edges[i].a]++;
        partners[clocks->edges[i].b]++;
    }
    for (size_t c = 0; c < clocks->node_count; c++) {
        size_t root = c;
        if (clocks->nodes[c].component != c || partners[c] == 0)
            continue;
        for (size_t i = c + 1; i < clocks->node_count; i++)
            if (clocks->nodes[i].component == c && partners[i] > partners[root])
                root = i;
        clocks->nodes[root].known = true;
    }
}

/* Goes the way from `from` to the other end of the edge, if that tells it better. */
static bool spread(pl_clock_node *from, pl_clock_node *to, int64_t apart_us, int64_t error_us,
                   size_t edge)
{
    int64_t sum_us = from->error_us + error_us;
    if (!from->known || (to->known && to->error_us <= sum_us))
        return false;
    to->known = true;
    to->offset_us = from->offset_us + apart_us;
    to->error_us = sum_us;
    to->edge = edge;
    return true;
}

static void spread_offsets(pl_clocks *clocks)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < clocks->edge_count; i++) {
            pl_clock_node *a = &clocks->nodes[clocks->edges[i].a];
            pl_clock_node *b = &clocks->nodes[clocks->edges[i].b];
            struct distance apart = measure(clocks, &clocks->edges[i]);
            changed |= spread(a, b, -apart.us, apart.error_us, i);
            changed |= spread(b, a, apart.us, apart.error_us, i);
        }
    }
}

/* The one they were told from is no surer than the surest of the others. */
static void settle_roots(pl_clocks *clocks)
{
    for (size_t i = 0; i < clocks->edge_count; i++) {
        const pl_clock_edge *edge = &clocks->edges[i];
        pl_clock_node *ends[] = {&clocks->nodes[edge->a], &clocks->nodes[edge->b]};
        for (int e = 0; e < 2; e++) {
            const pl_clock_node *other = ends[1 - e];
            bool is_root = ends[e]->edge == SIZE_MAX;
            if (is_root && other->edge == i &&
                (ends[e]->error_us == 0 || other->error_us < ends[e]->error_us))
                ends[e]->error_us = other->error_us;
        }
    }
    for (size_t i = 0; i < clocks->edge_count; i++)
        for (int e = 0; e < 2; e++) {
            pl_clock_node *end = &clocks->nodes[e == 0 ? clocks->edges[i].a : clocks->edges[i].b];
            end->edge = end->edge == SIZE_MAX ? i : end->edge;
        }
}

static int compare_us(const void *left, const void *right)
{
    const int64_t *l = left, *r = right;
    return *l < *r ? -1 : *l > *r;
}

/* Common time is that of the clock in the middle, of two the one that is behind. */
static void center(pl_clocks *clocks, size_t component, int64_t *offsets_us)
{
    size_t count = 0;
    for (size_t i = component; i < clocks->node_count; i++)
        if (clocks->nodes[i].known && clocks->nodes[i].component == component)
            offsets_us[count++] = clocks->nodes[i].offset_us;
    if (count == 0)
        return;
    qsort(offsets_us, count, sizeof *offsets_us, compare_us);
    int64_t middle_us = offsets_us[(count - 1) / 2];
    for (size_t i = component; i < clocks->node_count; i++)
        if (clocks->nodes[i].component == component)
            clocks->nodes[i].offset_us -= middle_us;
}

static pl_status find_offsets(pl_clocks *clocks, pl_error *err)
{
    size_t room = clocks->node_count + 1;
    struct work work = {pl_alloc(room, sizeof(size_t)), pl_alloc(room, sizeof(int64_t))};
    pl_status status = PL_OK;
    if (work.partners == NULL || work.offsets_us == NULL) {
        status = pl_fail(err, PL_ERR_NOMEM, "no memory for the clocks of the nodes");
    } else {
        for (size_t i = 0; i < clocks->node_count; i++)
            clocks->nodes[i].edge = SIZE_MAX;
        find_components(clocks);
        choose_roots(clocks, work.partners);
        spread_offsets(clocks);
        settle_roots(clocks);
        for (size_t i = 0; i < clocks->node_count; i++)
            if (clocks->nodes[i].component == i)
                center(clocks, i, work.offsets_us);
    }
    pl_release(work.partners);
    pl_release(work.offsets_us);
    return status;
}

static pl_status insert_piece(pl_store *store, const pl_clock_node *node, size_t number,
                              int64_t from_us, int64_t offset_us, pl_error *err)
{
    static const char sql[] = "INSERT INTO clock (node_id, piece, from_us, offset_us, error_us)"
                              " VALUES (?1, ?2, ?3, ?4, ?5)";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, node->node_id);
    pl_stmt_bind_int(stmt, 2, (int64_t)number);
    if (from_us != PL_TIME_NONE)
        pl_stmt_bind_int(stmt, 3, from_us);
    pl_stmt_bind_int(stmt, 4, offset_us);
    pl_stmt_bind_int(stmt, 5, node->error_us);
    return pl_stmt_run(stmt, err);
}

static pl_status store_node(pl_store *store, const pl_clocks *clocks, const pl_clock_node *node,
                            pl_error *err)
{
    int64_t offset_us = node->offset_us;
    if (!node->known)
        return PL_OK;
    pl_status status = insert_piece(store, node, 1, PL_TIME_NONE, offset_us, err);
    for (size_t i = 0; status == PL_OK && i < node->jump_count; i++) {
        const pl_clock_jump *jump = &clocks->jumps[node->jump_first + i];
        offset_us += jump->by_us;
        status = insert_piece(store, node, i + 2, jump->to_us, offset_us, err);
    }
    return status;
}

pl_status pl_clocks_derive(pl_store *store, pl_clocks **out, pl_error *err)
{
    pl_clocks *clocks = pl_alloc(1, sizeof *clocks);
    pl_status status = PL_OK;
    if (clocks != NULL) {
        pl_arena_init(&clocks->arena);
        clocks->index = pl_map_new();
    }
    if (clocks == NULL || clocks->index == NULL)
        status = pl_fail(err, PL_ERR_NOMEM, "no memory for the clocks of the nodes");
    if (status == PL_OK)
        status = pl_clocks_load(store, clocks, err);
    if (status == PL_OK)
        status = pl_clocks_find_jumps(store, clocks, err);
    if (status == PL_OK)
        status = find_offsets(clocks, err);
    for (size_t i = 0; status == PL_OK && i < clocks->node_count; i++)
        status = store_node(store, clocks, &clocks->nodes[i], err);
    if (status == PL_OK)
        *out = clocks;
    else
        pl_clocks_free(clocks);
    return status;
}

void pl_clocks_free(pl_clocks *clocks)
{
    if (clocks == NULL)
        return;
    pl_arena_release(&clocks->arena);
    pl_map_free(clocks->index);
    pl_release(clocks->nodes);
    pl_release(clocks->pairs);
    pl_release(clocks->edges);
    pl_release(clocks->pieces);
    pl_release(clocks->jumps);
    pl_release(clocks);
}

/* ---- what the other parts of the analysis ask */

static const pl_clock_node *find(const pl_clocks *clocks, int64_t node_id)
{
    if (clocks == NULL)
        return NULL;
    const pl_str key = {(const char *)&node_id, sizeof node_id};
    const int64_t *slot = pl_map_find(clocks->index, key);
    return slot == NULL || *slot == 0 ? NULL : &clocks->nodes[*slot - 1];
}

bool pl_clock_offset(const pl_clocks *clocks, int64_t node_id, int64_t us, int64_t *offset_us,
                     int64_t *error_us)
{
    const pl_clock_node *node = find(clocks, node_id);
    *offset_us = *error_us = 0;
    if (node == NULL || !node->known)
        return false;
    *offset_us = node->offset_us;
    *error_us = node->error_us;
    for (size_t i = node->jump_first; i < node->jump_first + node->jump_count; i++) {
        const pl_clock_jump *jump = &clocks->jumps[i];
        int64_t size_us = jump->by_us < 0 ? -jump->by_us : jump->by_us;
        int64_t twice_us = jump->by_us < 0 ? size_us : 0; /* what it goes over once more */
        if (us <= smaller(jump->from_us - twice_us, jump->to_us))
            continue;
        bool is_behind = us >= larger(jump->from_us, jump->to_us + twice_us);
        *offset_us += is_behind ? jump->by_us : jump->by_us / 2;
        *error_us += is_behind ? 0 : size_us / 2 + 1;
    }
    return true;
}

int64_t pl_clock_lead(const pl_clocks *clocks, int64_t a_node, int64_t a_us, int64_t b_node,
                      int64_t b_us, int64_t *error_us)
{
    int64_t a_off_us, b_off_us, a_error_us, b_error_us;
    pl_clock_offset(clocks, a_node, a_us, &a_off_us, &a_error_us);
    pl_clock_offset(clocks, b_node, b_us, &b_off_us, &b_error_us);
    *error_us = a_node == b_node ? 0 : a_error_us + b_error_us;
    return (b_us - b_off_us) - (a_us - a_off_us);
}

bool pl_clock_jumps(const pl_clocks *clocks, int64_t node_id, int64_t from_us, int64_t to_us)
{
    const pl_clock_node *node = find(clocks, node_id);
    if (node == NULL)
        return false;
    for (size_t i = node->jump_first; i < node->jump_first + node->jump_count; i++) {
        const pl_clock_jump *jump = &clocks->jumps[i];
        if (from_us < larger(jump->from_us, jump->to_us) &&
            to_us > smaller(jump->from_us, jump->to_us))
            return true;
    }
    return false;
}
