/* ends.c - where the sources of a run end: the reference times of its verdicts. */
#include "analysis/ends.h"

#include "base/alloc.h"

/* A source: whose log it is, and its first and last stamped line. */
struct source {
    int64_t source_id, cluster_id, node_id; /* node_id 0: nobody's own */
    int64_t first_us, last_us;              /* PL_TIME_NONE: no line is stamped */
    int64_t bytes;
    bool is_cut, is_beside; /* as in pl_end */
    int64_t newest_us;      /* its last event in the scope under way; PL_TIME_NONE: it has none */
    int64_t run_id,
        seen_us;     /* the run that an event of it was in last, and the newest time there */
    bool has_events; /* in the scope under way */
};

/* The last event of a source in one cluster and model. */
struct newest {
    int64_t cluster_id, model_id, source_id, order_us;
};

struct pl_ends {
    struct source *sources; /* by id; owned */
    size_t source_count, source_room;
    struct newest *newest; /* by scope; owned */
    size_t newest_count, newest_room;
};

static pl_status no_memory(pl_error *err)
{
    return pl_fail(err, PL_ERR_NOMEM, "no memory for the ends of sources");
}

static pl_status load_sources(pl_store *store, pl_ends *ends, pl_error *err)
{
    static const char sql[] =
        "SELECT s.source_id, s.cluster_id, w.node_id, s.first_us, s.last_us, s.bytes,"
        " NOT EXISTS (SELECT 1 FROM place l WHERE l.source_id = s.source_id AND l.status = 'read'),"
        " EXISTS (SELECT 1 FROM place l WHERE l.source_id = s.source_id AND l.path IN (SELECT path"
        "   FROM place WHERE source_id IS NULL AND status IN ('truncated', 'damaged', 'encrypted',"
        "   'unreadable', 'limit', 'too-deep')))"
        " FROM source s"
        " LEFT JOIN node_name w ON w.cluster_id = s.cluster_id AND w.name_id = s.own_name"
        " WHERE s.dialect IS NOT NULL ORDER BY s.source_id";
    pl_stmt *row = NULL;
    pl_status status = pl_stmt_get(store, sql, &row, err);
    while (status == PL_OK && (status = pl_stmt_step(row, err)) == PL_OK) {
        if (!pl_grow(&ends->sources, &ends->source_room, ends->source_count + 1,
                     sizeof *ends->sources))
            return no_memory(err);
        ends->sources[ends->source_count++] = (struct source){
            .source_id = pl_stmt_int(row, 0),
            .cluster_id = pl_stmt_int(row, 1),
            .node_id = pl_stmt_int(row, 2),
            .first_us = pl_stmt_int_or(row, 3, PL_TIME_NONE),
            .last_us = pl_stmt_int_or(row, 4, PL_TIME_NONE),
            .bytes = pl_stmt_int(row, 5),
            .is_cut = pl_stmt_int(row, 6) != 0,
            .is_beside = pl_stmt_int(row, 7) != 0,
        };
    }
    return status == PL_DONE ? PL_OK : status;
}

static pl_status load_newest(pl_store *store, pl_ends *ends, pl_error *err)
{
    static const char sql[] = "SELECT cluster_id, model_id, line_id >> 25, max(order_us) FROM line "
                              "WHERE model_id IS NOT NULL"
                              " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
    pl_stmt *row = NULL;
    pl_status status = pl_stmt_get(store, sql, &row, err);
    while (status == PL_OK && (status = pl_stmt_step(row, err)) == PL_OK) {
        if (!pl_grow(&ends->newest, &ends->newest_room, ends->newest_count + 1,
                     sizeof *ends->newest))
            return no_memory(err);
        ends->newest[ends->newest_count++] =
            (struct newest){pl_stmt_int(row, 0), pl_stmt_int(row, 1), pl_stmt_int(row, 2),
                            pl_stmt_int_or(row, 3, PL_TIME_NONE)};
    }
    return status == PL_DONE ? PL_OK : status;
}

pl_status pl_ends_new(pl_store *store, pl_ends **out, pl_error *err)
{
    pl_ends *ends = pl_alloc(1, sizeof *ends);
    if (ends == NULL)
        return no_memory(err);
    pl_status status = load_sources(store, ends, err);
    if (status == PL_OK)
        status = load_newest(store, ends, err);
    if (status == PL_OK)
        *out = ends;
    else
        pl_ends_free(ends);
    return status;
}

void pl_ends_free(pl_ends *ends)
{
    if (ends == NULL)
        return;
    pl_release(ends->sources);
    pl_release(ends->newest);
    pl_release(ends);
}

static struct source *find_source(pl_ends *ends, int64_t source_id)
{
    size_t from = 0, to = ends->source_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (ends->sources[middle].source_id == source_id)
            return &ends->sources[middle];
        if (ends->sources[middle].source_id < source_id)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

static bool is_before(const struct newest *item, int64_t cluster_id, int64_t model_id)
{
    return item->cluster_id < cluster_id ||
           (item->cluster_id == cluster_id && item->model_id < model_id);
}

void pl_ends_scope(pl_ends *ends, int64_t cluster_id, int64_t model_id)
{
    size_t from = 0, to = ends->newest_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (is_before(&ends->newest[middle], cluster_id, model_id))
            from = middle + 1;
        else
            to = middle;
    }
    for (size_t i = 0; i < ends->source_count; i++)
        ends->sources[i].has_events = false;
    for (; from < ends->newest_count && ends->newest[from].cluster_id == cluster_id &&
           ends->newest[from].model_id == model_id;
         from++) {
        struct source *source = find_source(ends, ends->newest[from].source_id);
        if (source == NULL)
            continue;
        source->has_events = true;
        source->newest_us = ends->newest[from].order_us;
        source->run_id = 0;
    }
}

void pl_ends_note(pl_ends *ends, int64_t source_id, int64_t run_id, int64_t us, bool has_order)
{
    struct source *source = find_source(ends, source_id);
    if (source == NULL || (!has_order && source->last_us != PL_TIME_NONE))
        return;
    if (source->run_id != run_id)
        source->seen_us = PL_TIME_NONE;
    source->run_id = run_id;
    if (us > source->seen_us) /* PL_TIME_NONE is before all */
        source->seen_us = us;
}

static bool is_rotated(const struct source *source, const pl_ends_run *run)
{
    return run->started_us != PL_TIME_NONE && source->cluster_id == run->cluster_id &&
           source->last_us != PL_TIME_NONE && source->last_us >= run->started_us &&
           source->first_us - run->gap_us <= run->last_us &&
           (run->cap_us == PL_TIME_NONE || source->last_us < run->cap_us);
}

/* The end of a source with events of the run; when it goes on into the next run, its last event
 * before the hole, or where there is none the start of the next run. */
static int64_t end_within(const struct source *source, const pl_ends_run *run)
{
    bool beyond = run->cap_us != PL_TIME_NONE && source->newest_us >= run->cap_us;
    if (!beyond)
        return source->last_us;
    return run->cap_us - run->last_us > run->gap_us ? source->seen_us : run->cap_us;
}

bool pl_ends_next(const pl_ends *ends, const pl_ends_run *run, size_t *at, pl_end *out)
{
    while (*at < ends->source_count) {
        const struct source *source = &ends->sources[(*at)++];
        bool within = source->has_events && source->run_id == run->run_id;
        if (!within && (source->has_events || !is_rotated(source, run)))
            continue;
        *out = (pl_end){.node_id = source->node_id,
                        .has_events = within,
                        .us = within ? end_within(source, run) : source->last_us,
                        .bytes = source->bytes,
                        .is_cut = source->is_cut,
                        .is_beside = source->is_beside};
        return true;
    }
    return false;
}
