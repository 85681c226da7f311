/* timeline.c - run by run: what it is, its lanes, and what is not drawn. */
#include "render/timeline.h"

#include "base/civil.h"
#include "base/escape.h"
#include "render/lanes.h"
#include "render/report.h"
#include "render/text.h"

#define TEXT_BYTES_MAX ((size_t)256 << 20) /* of a run's lanes; more is PL_ERR_LIMIT */
#define LINES_OF_OURS 9                    /* heads, axis and legend: not there for lanes */
#define LANES_MIN 8                        /* on the lowest terminal */

enum { RUN_ID, RUN_CLUSTER, RUN_MODEL, RUN_ASSESSMENT, RUN_NTH, RUN_COUNT };

static const char runs_sql[] =
    "SELECT run_id, cluster, model, assessment, nth, runs "
    "FROM (SELECT *, row_number() OVER (ORDER BY started_us, run_id) AS nth,"
    "  count(*) OVER () AS runs FROM v_run) WHERE ?1 IN (0, run_id) ORDER BY nth";

static size_t width_of(const pl_timeline_options *options)
{
    if (options->width == 0)
        return PL_LANES_WIDTH;
    if (options->width < PL_LANES_WIDTH_MIN)
        return PL_LANES_WIDTH_MIN;
    return options->width < PL_LANES_WIDTH_MAX ? options->width : PL_LANES_WIDTH_MAX;
}

static size_t lanes_max(const pl_timeline_options *options)
{
    size_t height = options->height == 0 ? PL_LANES_HEIGHT : options->height;
    return height > LINES_OF_OURS + LANES_MIN ? height - LINES_OF_OURS : LANES_MIN;
}

/* Nodes that need a look are always shown; the healthy ones that still fit, in their order. */
static void fold(pl_lanes *lanes, const pl_timeline_options *options)
{
    size_t room = lanes_max(options), needed = 0;
    for (size_t i = 0; i < lanes->node_count; i++)
        if (!lanes->nodes[i].is_healthy)
            needed += lanes->nodes[i].depth_max + 1;
    room = room > needed ? room - needed : 0;
    for (size_t i = 0; !options->every_node && i < lanes->node_count; i++) {
        pl_lane_node *node = &lanes->nodes[i];
        size_t height = node->depth_max + 1;
        node->is_folded = node->is_healthy && (lanes->folded > 0 || height > room);
        lanes->folded += node->is_folded ? 1 : 0;
        room -= node->is_healthy && !node->is_folded ? height : 0;
    }
}

static void append_moment(pl_buf *buf, int64_t us)
{
    size_t from = buf->len;
    pl_time_append(buf, us);
    if (buf->len - from > 19)
        pl_buf_cut(buf, from + 19); /* whole seconds are enough here */
    pl_buf_append_char(buf, 'Z');
}

static void append_heads(pl_buf *buf, const pl_stmt *run, const pl_lanes *lanes,
                         const pl_timeline_options *options)
{
    pl_text_append_capitals(buf, pl_stmt_text(run, RUN_ASSESSMENT), options->colour);
    pl_buf_append(buf, PL_STR("  "));
    pl_escape_terminal(buf, pl_stmt_text(run, RUN_CLUSTER));
    pl_buf_append(buf, PL_STR("  "));
    pl_escape_terminal(buf, pl_stmt_text(run, RUN_MODEL));
    pl_buf_append(buf, PL_STR("  run "));
    pl_text_append_count(buf, pl_stmt_int(run, RUN_ID));
    if (pl_stmt_int(run, RUN_COUNT) > 1) {
        pl_buf_append(buf, PL_STR(" ("));
        pl_text_append_count(buf, pl_stmt_int(run, RUN_NTH));
        pl_buf_append(buf, PL_STR(" of "));
        pl_text_append_count(buf, pl_stmt_int(run, RUN_COUNT));
        pl_buf_append_char(buf, ')');
    }
    pl_buf_append_char(buf, '\n');
    if (lanes->span_count == 0)
        return;
    append_moment(buf, lanes->from_us);
    pl_buf_append(buf, PL_STR(" .. "));
    append_moment(buf, lanes->to_us);
    pl_buf_append(buf, PL_STR("  ("));
    pl_duration_append(buf, lanes->to_us - lanes->from_us);
    pl_buf_append(buf, PL_STR(")\n\n"));
}

static void append_missing(pl_buf *buf, const pl_lanes *lanes)
{
    if (lanes->folded > 0) {
        pl_text_append_counted(buf, (int64_t)lanes->folded, "completed node");
        pl_buf_append(buf, PL_STR(" not shown (--details nodes)\n"));
    }
    if (lanes->untimed > 0) {
        pl_text_append_counted(buf, (int64_t)lanes->untimed, "phase");
        pl_buf_append(buf, PL_STR(" without a time not shown\n"));
    }
}

static pl_status write_run(pl_store *store, const pl_stmt *run, const pl_timeline_options *options,
                           pl_buf *buf, pl_error *err)
{
    pl_lanes lanes;
    pl_status status = pl_lanes_load(store, pl_stmt_int(run, RUN_ID), &lanes, err);
    if (status == PL_OK) {
        fold(&lanes, options);
        append_heads(buf, run, &lanes, options);
        if (lanes.span_count > 0)
            pl_lanes_draw(&lanes, options, width_of(options), buf);
        append_missing(buf, &lanes);
    }
    pl_lanes_release(&lanes);
    return status;
}

static pl_status write_runs(pl_store *store, const pl_timeline_options *options,
                            const pl_sink *sink, pl_buf *buf, pl_error *err)
{
    int64_t run_id = options->run_id;
    pl_stmt *run = NULL;
    size_t count = 0;
    pl_status status = pl_report_run(store, &run_id, err);
    if (status == PL_OK)
        status = pl_stmt_get(store, runs_sql, &run, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(run, 1, run_id);
    while ((status = pl_stmt_step(run, err)) == PL_OK) {
        pl_buf_append(buf, count++ > 0 ? PL_STR("\n") : PL_STR(""));
        status = write_run(store, run, options, buf, err);
        if (status == PL_OK)
            status = pl_sink_flush(sink, buf, err);
        if (status != PL_OK)
            return status;
    }
    if (count == 0)
        pl_buf_append(buf, PL_STR("No upgrade run found.\n"));
    return status == PL_DONE ? pl_sink_flush(sink, buf, err) : status;
}

pl_status pl_timeline(pl_store *store, const pl_timeline_options *options, const pl_sink *sink,
                      pl_error *err)
{
    pl_buf buf;
    pl_buf_init(&buf, TEXT_BYTES_MAX);
    pl_status status = write_runs(store, options, sink, &buf, err);
    pl_buf_release(&buf);
    return status;
}
