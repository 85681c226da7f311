/* lanes.h - a run as swim lanes: what there is to draw, and drawing it; used inside the layer only.
 */
#ifndef PL_RENDER_LANES_H
#define PL_RENDER_LANES_H

#include "base/arena.h"
#include "base/buf.h"
#include "render/timeline.h"

/* How a phase went, from what matters least to what matters most. */
typedef enum pl_lane_style {
    PL_LANE_OK,
    PL_LANE_REST, /* no work is done in it: done, or waiting */
    PL_LANE_SKIPPED,
    PL_LANE_OPEN,
    PL_LANE_SLOW,
    PL_LANE_SILENT,
    PL_LANE_ROLLED_BACK,
    PL_LANE_STALLED,
    PL_LANE_FAILED,
    PL_LANE_STYLES
} pl_lane_style;

typedef struct pl_lane_phase {
    pl_str name;
    size_t depth; /* 0: not nested */
    bool is_used;
} pl_lane_phase;

typedef struct pl_lane_span {
    int64_t from_us, to_us; /* from <= to */
    size_t phase;           /* index; also says its key */
    size_t depth;           /* 0: not nested */
    pl_lane_style style;
} pl_lane_span;

typedef struct pl_lane_node {
    pl_str name;     /* of the whole cluster: the cluster's */
    bool is_cluster; /* phases of no single node */
    bool is_healthy, is_folded;
    size_t first, count; /* of lanes->spans */
    size_t depth_max;
} pl_lane_node;

/* A run, loaded.  Strings are in the arena. */
typedef struct pl_lanes {
    pl_arena arena;
    pl_lane_phase *phases;
    size_t phase_count, phase_room;
    pl_lane_span *spans; /* node by node, in order of time */
    size_t span_count, span_room;
    pl_lane_node *nodes; /* in the order they began */
    size_t node_count, node_room;
    size_t folded, untimed; /* nodes, and phases without a time */
    int64_t from_us, to_us; /* from < to, when there is a span */
} pl_lanes;

/*
 * Reads the spans of `run_id` into *out, to be ended with pl_lanes_release() whatever is returned.
 */
PL_CHECKED pl_status pl_lanes_load(pl_store *store, int64_t run_id, pl_lanes *out, pl_error *err);
void pl_lanes_release(pl_lanes *lanes);
/* Appends axis, lanes and legend, in lines of at most `width` columns. */
void pl_lanes_draw(const pl_lanes *lanes, const pl_timeline_options *options, size_t width,
                   pl_buf *buf);

/* axis.c: ticks at round times. */
typedef struct pl_axis {
    int64_t from_us, to_us; /* from < to */
    size_t columns;
    int64_t step_us; /* between ticks */
} pl_axis;

pl_axis pl_axis_new(int64_t from_us, int64_t to_us, size_t columns);
/* The column of a moment within the axis: 0 .. columns - 1; its end is in the last one. */
size_t pl_axis_column(const pl_axis *axis, int64_t us);
/* The first tick at or after `us`; INT64_MAX: after the end of the axis. */
int64_t pl_axis_tick(const pl_axis *axis, int64_t us);
/* Appends what stands at a tick: the date where a day begins, else as much of the time of day as
 * the step has. */
void pl_axis_append_label(const pl_axis *axis, int64_t tick_us, pl_buf *buf);

#endif
