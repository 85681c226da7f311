/*
 * clock_jumps.c - where the distance of two clocks changes, and whose clock it was that was set.
 *
 * Two nodes alone cannot tell whose it was; a third that agrees with one of them all along can.
 * Where nothing tells, it was the one that went forward, if its logs have a hole as long as that,
 * else the other, which went back.
 */
#include "analysis/clocks_inside.h"

#include <stdlib.h>

#include "base/alloc.h"

/* A change from one piece of an edge to the next. */
struct sighting {
    size_t edge, piece;      /* the piece behind it */
    int64_t by_us, error_us; /* of a's clock against b's */
    size_t node;             /* whose it is */
};

struct sightings {
    struct sighting *items; /* owned */
    size_t count, room;
};

/* Lines of one node's logs between which its clock was set: its moments come twice where it went
 * back, its places once. */
struct window {
    const pl_mark *from, *to;
};

/* The same in moments; to_us may be the smaller one. */
struct stretch {
    int64_t from_us, to_us;
};

static pl_status nomem(pl_error *err)
{
    return pl_fail(err, PL_ERR_NOMEM, "no memory for the clocks of the nodes");
}

static int64_t magnitude(int64_t us)
{
    return us < 0 ? -us : us;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

const pl_mark *pl_pair_mark(const pl_clock_pair *pair, size_t node)
{
    return pair->a.node == node ? &pair->a : &pair->b;
}

static int64_t resolution_us(const pl_clocks *clocks, const pl_clock_edge *edge)
{
    return larger(clocks->nodes[edge->a].resolution_us, clocks->nodes[edge->b].resolution_us);
}

int64_t pl_piece_middle(const pl_clock_piece *piece)
{
    return piece->low_us + (piece->high_us - piece->low_us) / 2;
}

int64_t pl_piece_error(const pl_clocks *clocks, const pl_clock_piece *piece)
{
    return larger((piece->high_us - piece->low_us + 1) / 2,
                  resolution_us(clocks, &clocks->edges[piece->edge]));
}

/* ---- pieces */

static int64_t gap_us(const pl_clock_piece *a, const pl_clock_piece *b)
{
    return larger(0, larger(a->low_us - b->high_us, b->low_us - a->high_us));
}

static bool is_lone(const pl_clock_piece *piece)
{
    return piece->first == piece->last;
}

static void join_piece(pl_clock_piece *into, const pl_clock_piece *next)
{
    into->last = next->last;
    into->low_us = smaller(into->low_us, next->low_us);
    into->high_us = larger(into->high_us, next->high_us);
}

/* Pairs that agree become one piece. */
static pl_status cut_edge(pl_clocks *clocks, size_t at, pl_error *err)
{
    pl_clock_edge *edge = &clocks->edges[at];
    int64_t near_us = PL_CLOCK_OFF_US + resolution_us(clocks, edge);
    edge->piece_first = clocks->piece_count;
    for (size_t i = edge->pair_first; i < edge->pair_first + edge->pair_count; i++) {
        int64_t us = clocks->pairs[i].a.us - clocks->pairs[i].b.us;
        const pl_clock_piece fresh = {
            .edge = at, .first = i, .last = i, .low_us = us, .high_us = us};
        pl_clock_piece *piece = clocks->piece_count > edge->piece_first
                                    ? &clocks->pieces[clocks->piece_count - 1]
                                    : NULL;
        if (piece != NULL && gap_us(piece, &fresh) <= near_us) {
            join_piece(piece, &fresh);
            continue;
        }
        if (!pl_grow(&clocks->pieces, &clocks->piece_room, clocks->piece_count + 1,
                     sizeof *clocks->pieces))
            return nomem(err);
        clocks->pieces[clocks->piece_count++] = fresh;
    }
    return PL_OK;
}

/* One pair alone that is a little off tells of a line that came late, and makes the piece beside it
 * less sure. */
static void join_late(pl_clocks *clocks, pl_clock_edge *edge)
{
    int64_t near_us = PL_CLOCK_OFF_US + resolution_us(clocks, edge);
    pl_clock_piece *pieces = &clocks->pieces[edge->piece_first];
    size_t count = clocks->piece_count - edge->piece_first, kept = 1; /* no edge is without pairs */
    for (size_t i = 1; i < count; i++) {
        pl_clock_piece *before = &pieces[kept - 1];
        int64_t us = gap_us(before, &pieces[i]);
        bool lone = is_lone(before) || is_lone(&pieces[i]);
        if (us <= near_us || (lone && us < PL_CLOCK_LONE_US))
            join_piece(before, &pieces[i]);
        else
            pieces[kept++] = pieces[i];
    }
    edge->piece_count = kept;
    clocks->piece_count = edge->piece_first + kept;
}

static pl_status cut_edges(pl_clocks *clocks, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < clocks->edge_count; i++) {
        status = cut_edge(clocks, i, err);
        if (status == PL_OK)
            join_late(clocks, &clocks->edges[i]);
    }
    return status;
}

/* ---- sightings */

/* How far apart two clocks are said to be: not at all while it may be nothing. */
static int64_t told_us(const pl_clocks *clocks, const pl_clock_piece *piece)
{
    int64_t us = pl_piece_middle(piece);
    int64_t least_us = larger(pl_piece_error(clocks, piece) + 1, PL_CLOCK_OFF_US);
    return magnitude(us) < least_us ? 0 : us;
}

static pl_status look(const pl_clocks *clocks, struct sightings *out, pl_error *err)
{
    for (size_t i = 1; i < clocks->piece_count; i++) {
        const pl_clock_piece *before = &clocks->pieces[i - 1], *behind = &clocks->pieces[i];
        if (before->edge != behind->edge)
            continue;
        if (!pl_grow(&out->items, &out->room, out->count + 1, sizeof *out->items))
            return nomem(err);
        out->items[out->count++] = (struct sighting){
            .edge = behind->edge,
            .piece = i,
            .by_us = told_us(clocks, behind) - told_us(clocks, before),
            .error_us = pl_piece_error(clocks, before) + pl_piece_error(clocks, behind),
        };
    }
    return PL_OK;
}

static bool has_node(const pl_clock_edge *edge, size_t node)
{
    return edge->a == node || edge->b == node;
}

static const pl_clock_pair *last_before(const pl_clocks *clocks, const struct sighting *seen)
{
    return &clocks->pairs[clocks->pieces[seen->piece - 1].last];
}

static const pl_clock_pair *first_behind(const pl_clocks *clocks, const struct sighting *seen)
{
    return &clocks->pairs[clocks->pieces[seen->piece].first];
}

static struct window window_of(const pl_clocks *clocks, const struct sighting *seen, size_t node)
{
    return (struct window){pl_pair_mark(last_before(clocks, seen), node),
                           pl_pair_mark(first_behind(clocks, seen), node)};
}

static int64_t by_us(const pl_clocks *clocks, const struct sighting *seen, size_t node)
{
    return clocks->edges[seen->edge].a == node ? seen->by_us : -seen->by_us;
}

static bool overlap(struct window a, struct window b)
{
    return larger(a.from->place, b.from->place) < smaller(a.to->place, b.to->place);
}

/* Do both tell of the same jump of `node`? */
static bool is_same(const pl_clocks *clocks, const struct sighting *one,
                    const struct sighting *other, size_t node)
{
    int64_t off_us = magnitude(by_us(clocks, one, node) - by_us(clocks, other, node));
    return off_us <= one->error_us + other->error_us + PL_CLOCK_OFF_US &&
           overlap(window_of(clocks, one, node), window_of(clocks, other, node));
}

/* Did the clocks of an edge keep their distance all over the window? */
static bool is_steady(const pl_clocks *clocks, const pl_clock_edge *edge, size_t node,
                      struct window window)
{
    for (size_t i = edge->piece_first; i < edge->piece_first + edge->piece_count; i++) {
        const pl_clock_piece *piece = &clocks->pieces[i];
        if (pl_pair_mark(&clocks->pairs[piece->first], node)->place <= window.from->place &&
            pl_pair_mark(&clocks->pairs[piece->last], node)->place >= window.to->place)
            return true;
    }
    return false;
}

/* What the other nodes say about its being this node's: for it, less what speaks against it. */
static int64_t votes(const pl_clocks *clocks, const struct sightings *all,
                     const struct sighting *seen, size_t node)
{
    int64_t sum = 0;
    struct window window = window_of(clocks, seen, node);
    for (size_t i = 0; i < all->count; i++) {
        const struct sighting *other = &all->items[i];
        sum += other->edge != seen->edge && has_node(&clocks->edges[other->edge], node) &&
               is_same(clocks, seen, other, node);
    }
    for (size_t i = 0; i < clocks->edge_count; i++)
        sum -= i != seen->edge && has_node(&clocks->edges[i], node) &&
               is_steady(clocks, &clocks->edges[i], node, window);
    return sum;
}

/*
 * Narrows the stretch to the holes of the node's logs that are `long_us` or longer: of what is
 * known of them, the stamps of events and the ends of logs.  *found: there is one.
 */
static pl_status find_holes(pl_store *store, const pl_clock_node *node, int64_t long_us,
                            struct stretch *stretch, bool *found, pl_error *err)
{
    static const char sql[] =
        "SELECT e.ts_us FROM event e JOIN node_name w ON w.cluster_id = e.cluster_id AND w.name_id "
        "= coalesce(e.witness_id, e.name_id) WHERE w.node_id = ?1 AND e.ts_us BETWEEN ?2 AND ?3 "
        "AND "
        "e.floor = 0"
        " UNION SELECT s.first_us FROM source s JOIN node_name w ON w.cluster_id = s.cluster_id "
        "AND "
        "w.name_id = s.own_name WHERE w.node_id = ?1 AND s.first_us BETWEEN ?2 AND ?3"
        " UNION SELECT s.last_us FROM source s JOIN node_name w ON w.cluster_id = s.cluster_id AND "
        "w.name_id = s.own_name WHERE w.node_id = ?1 AND s.last_us BETWEEN ?2 AND ?3 ORDER BY 1";
    struct stretch holes = *stretch;
    int64_t before_us = stretch->from_us;
    pl_stmt *row = NULL;
    pl_status status = pl_stmt_get(store, sql, &row, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(row, 1, node->node_id);
    pl_stmt_bind_int(row, 2, stretch->from_us);
    pl_stmt_bind_int(row, 3, stretch->to_us);
    *found = false;
    while ((status = pl_stmt_step(row, err)) == PL_OK) {
        int64_t us = pl_stmt_int(row, 0);
        if (us - before_us >= long_us) {
            holes.from_us = *found ? holes.from_us : before_us;
            holes.to_us = us;
            *found = true;
        }
        before_us = us;
    }
    if (*found)
        *stretch = holes;
    return status == PL_DONE ? PL_OK : status;
}

/* Whose clock it was. */
static pl_status choose(pl_store *store, const pl_clocks *clocks, const struct sightings *all,
                        struct sighting *seen, pl_error *err)
{
    const pl_clock_edge *edge = &clocks->edges[seen->edge];
    size_t forward = seen->by_us > 0 ? edge->a : edge->b;
    size_t back = seen->by_us > 0 ? edge->b : edge->a;
    int64_t more = votes(clocks, all, seen, forward) - votes(clocks, all, seen, back);
    bool found = more > 0;
    pl_status status = PL_OK;
    if (more == 0) {
        struct window window = window_of(clocks, seen, forward);
        struct stretch stretch = {window.from->us, window.to->us};
        status = find_holes(store, &clocks->nodes[forward], magnitude(seen->by_us) - seen->error_us,
                            &stretch, &found, err);
    }
    seen->node = found ? forward : back;
    return status;
}

/* ---- jumps */

/* The same jump as another edge sees it: what both allow is left. */
static void join_jump(pl_clock_jump *jump, const pl_clock_jump *other)
{
    size_t node = jump->node;
    if (pl_pair_mark(&other->before, node)->place > pl_pair_mark(&jump->before, node)->place)
        jump->before = other->before;
    if (pl_pair_mark(&other->behind, node)->place < pl_pair_mark(&jump->behind, node)->place)
        jump->behind = other->behind;
    jump->from_us = pl_pair_mark(&jump->before, node)->us;
    jump->to_us = pl_pair_mark(&jump->behind, node)->us;
    jump->seen++;
}

static pl_status add_jump(pl_clocks *clocks, const struct sighting *seen, pl_error *err)
{
    struct window window = window_of(clocks, seen, seen->node);
    const pl_clock_jump fresh = {
        .node = seen->node,
        .by_us = by_us(clocks, seen, seen->node),
        .error_us = seen->error_us,
        .from_us = window.from->us,
        .to_us = window.to->us,
        .before = *last_before(clocks, seen),
        .behind = *first_behind(clocks, seen),
        .seen = 1,
    };
    for (size_t i = 0; i < clocks->jump_count; i++) {
        pl_clock_jump *jump = &clocks->jumps[i];
        const struct window other = {pl_pair_mark(&jump->before, jump->node),
                                     pl_pair_mark(&jump->behind, jump->node)};
        if (jump->node == fresh.node && overlap(window, other) &&
            magnitude(jump->by_us - fresh.by_us) <=
                jump->error_us + fresh.error_us + PL_CLOCK_OFF_US) {
            join_jump(jump, &fresh);
            return PL_OK;
        }
    }
    if (!pl_grow(&clocks->jumps, &clocks->jump_room, clocks->jump_count + 1, sizeof *clocks->jumps))
        return nomem(err);
    clocks->jumps[clocks->jump_count++] = fresh;
    return PL_OK;
}

static int compare_jumps(const void *left, const void *right)
{
    const pl_clock_jump *l = left, *r = right;
    if (l->node != r->node)
        return l->node < r->node ? -1 : 1;
    int64_t left_place = pl_pair_mark(&l->behind, l->node)->place;
    int64_t right_place = pl_pair_mark(&r->behind, r->node)->place;
    return left_place < right_place ? -1 : left_place > right_place;
}

/* A clock that went forward left a hole: there it was. */
static pl_status narrow(pl_store *store, const pl_clocks *clocks, pl_clock_jump *jump,
                        pl_error *err)
{
    struct stretch stretch = {jump->from_us, jump->to_us};
    bool found;
    if (jump->by_us < 0)
        return PL_OK;
    pl_status status = find_holes(store, &clocks->nodes[jump->node], jump->by_us - jump->error_us,
                                  &stretch, &found, err);
    jump->from_us = stretch.from_us;
    jump->to_us = stretch.to_us;
    return status;
}

static pl_status settle_jumps(pl_store *store, pl_clocks *clocks, pl_error *err)
{
    pl_status status = PL_OK;
    if (clocks->jump_count > 1)
        qsort(clocks->jumps, clocks->jump_count, sizeof *clocks->jumps, compare_jumps);
    for (size_t i = 0; status == PL_OK && i < clocks->jump_count; i++) {
        pl_clock_node *node = &clocks->nodes[clocks->jumps[i].node];
        if (node->jump_count++ == 0)
            node->jump_first = i;
        status = narrow(store, clocks, &clocks->jumps[i], err);
    }
    return status;
}

pl_status pl_clocks_find_jumps(pl_store *store, pl_clocks *clocks, pl_error *err)
{
    struct sightings all = {0};
    pl_status status = cut_edges(clocks, err);
    if (status == PL_OK)
        status = look(clocks, &all, err);
    for (size_t i = 0; status == PL_OK && i < all.count; i++)
        status = choose(store, clocks, &all, &all.items[i], err);
    for (size_t i = 0; status == PL_OK && i < all.count; i++)
        status = add_jump(clocks, &all.items[i], err);
    pl_release(all.items);
    return status == PL_OK ? settle_jumps(store, clocks, err) : status;
}
