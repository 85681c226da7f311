/* clocks_inside.h - what the parts of the clock estimate share: pairs of lines, jumps, offsets. */
#ifndef PL_ANALYSIS_CLOCKS_INSIDE_H
#define PL_ANALYSIS_CLOCKS_INSIDE_H

#include "analysis/clocks.h"

#define PL_CLOCK_SLIDES_MAX                                                                        \
    1000000 /* comparisons to lay unequal rows of one moment beside each other; more: first with   \
               first */

/* A line in which a node writes down a moment. */
typedef struct pl_mark {
    size_t node; /* index in pl_clocks.nodes */
    int64_t us;
    int64_t place; /* among all marks, in the order of the logs */
    int64_t event_id;
} pl_mark;

/* The same moment, as two nodes tell it; a.node < b.node. */
typedef struct pl_clock_pair {
    pl_mark a, b;
} pl_clock_pair;

/* The clock of one node was set somewhere between two of its moments. */
typedef struct pl_clock_jump {
    size_t node;
    int64_t by_us, error_us; /* > 0: forward */
    int64_t from_us, to_us;  /* the last moment before and the first behind it; where the clock went
                                back, to_us may be the smaller one */
    pl_clock_pair before, behind; /* the pairs that stand nearest to it */
    size_t seen;                  /* by how many other nodes */
} pl_clock_jump;

typedef struct pl_clock_node {
    int64_t node_id, cluster_id;
    pl_str name, cluster; /* in the arena */
    int64_t resolution_us;
    int64_t offset_us, error_us;   /* before its first jump; with `known` */
    bool known;                    /* a pair names it */
    size_t component;              /* index of a node: nodes with the same are compared */
    size_t edge;                   /* that told its offset */
    size_t jump_first, jump_count; /* in pl_clocks.jumps, in order */
} pl_clock_node;

/* A stretch of pairs of two nodes in which their clocks are equally far apart. */
typedef struct pl_clock_piece {
    size_t edge, first, last; /* pairs first..last */
    int64_t low_us, high_us;  /* a's clock minus b's */
} pl_clock_piece;

/* Two nodes that have pairs. */
typedef struct pl_clock_edge {
    size_t a, b;
    size_t pair_first, pair_count;
    size_t piece_first, piece_count;
} pl_clock_edge;

struct pl_clocks {
    pl_arena arena;
    pl_map *index;        /* node_id -> position + 1 */
    pl_clock_node *nodes; /* in order of appearance: the same every time */
    size_t node_count, node_room;
    pl_clock_pair *pairs; /* by edge, then in the order of a's log */
    size_t pair_count, pair_room;
    pl_clock_edge *edges;
    size_t edge_count, edge_room;
    pl_clock_piece *pieces;
    size_t piece_count, piece_room;
    pl_clock_jump *jumps; /* by node, then in order of time */
    size_t jump_count, jump_room;
};

/* ---- clock_pairs.c: fills nodes, pairs and edges */
PL_CHECKED pl_status pl_clocks_load(pl_store *store, pl_clocks *clocks, pl_error *err);

/* ---- clock_jumps.c: fills pieces and jumps */
PL_CHECKED pl_status pl_clocks_find_jumps(pl_store *store, pl_clocks *clocks, pl_error *err);
/* What is between two clocks in a piece, in the middle of what its pairs allow, and give or take.
 */
int64_t pl_piece_middle(const pl_clock_piece *piece);
int64_t pl_piece_error(const pl_clocks *clocks, const pl_clock_piece *piece);
/* The node's line of the pair. */
const pl_mark *pl_pair_mark(const pl_clock_pair *pair, size_t node);

#endif
