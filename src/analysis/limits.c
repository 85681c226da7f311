/* limits.c - medians of what phases took, here and in earlier runs. */
#include "analysis/limits.h"

#include <inttypes.h>

#include "base/alloc.h"

#define TERMS_MAX 9 /* durations of a median that are written out; of more the ends are */

static pl_status load(pl_durations *out, pl_stmt *stmt, pl_error *err)
{
    pl_status status;
    out->count = 0;
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        if (!pl_grow(&out->us, &out->room, out->count + 1, sizeof *out->us))
            return pl_fail(err, PL_ERR_NOMEM, "no memory for durations");
        out->us[out->count++] = pl_stmt_int(stmt, 0);
    }
    return status == PL_DONE ? PL_OK : status;
}

static pl_status load_here(pl_peers *peers, int64_t phase_id, pl_error *err)
{
    static const char sql[] =
        "SELECT duration_us - paused_us FROM span WHERE run_id = ?1 AND phase_id = ?2 AND "
        "coalesce(node_group, '') = ?3 AND result = 'ok' AND duration_us - paused_us IS NOT NULL "
        "ORDER BY 1";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(peers->run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, peers->run->run_id);
    pl_stmt_bind_int(stmt, 2, phase_id);
    pl_stmt_bind_text(stmt, 3, pl_str_of(peers->group));
    return load(&peers->here, stmt, err);
}

static pl_status load_before(pl_peers *peers, int64_t phase_id, pl_error *err)
{
    static const char sql[] =
        "SELECT s.duration_us - s.paused_us FROM run r CROSS JOIN span s ON s.run_id = r.run_id "
        "AND "
        "s.phase_id = ?4 WHERE r.cluster_id = ?1 AND r.model_id = ?2 AND r.run_id < ?3 AND "
        "coalesce(s.node_group, '') = ?5 AND s.result = 'ok' AND s.duration_us - s.paused_us IS "
        "NOT NULL ORDER BY 1";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(peers->run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, peers->run->scope->cluster_id);
    pl_stmt_bind_int(stmt, 2, peers->run->scope->model->model_id);
    pl_stmt_bind_int(stmt, 3, peers->run->run_id);
    pl_stmt_bind_int(stmt, 4, phase_id);
    pl_stmt_bind_text(stmt, 5, pl_str_of(peers->group));
    return load(&peers->before, stmt, err);
}

pl_status pl_peers_load(pl_peers *peers, pl_error *err)
{
    int64_t phase_id = peers->run->scope->model->phases[peers->phase].phase_id;
    pl_status status = load_here(peers, phase_id, err);
    peers->before.count = 0;
    /* One more than is needed: the judged span may be among them. */
    if (status == PL_OK && peers->here.count <= PL_PEERS_MIN)
        status = load_before(peers, phase_id, err);
    return status;
}

void pl_peers_release(pl_peers *peers)
{
    pl_release(peers->here.us);
    pl_release(peers->before.us);
    peers->here = peers->before = (pl_durations){0};
}

/* The i-th shortest of `durations` without the one at `own`. */
static int64_t without(const pl_durations *durations, size_t own, size_t i)
{
    return durations->us[i < own ? i : i + 1];
}

static size_t find_own(const pl_durations *durations, int64_t own_us)
{
    for (size_t i = 0; own_us >= 0 && i < durations->count; i++)
        if (durations->us[i] == own_us)
            return i;
    return durations->count;
}

/* "median(1 s, 2 s, 4 s)", or "median(1 s .. 60 s, 1000 spans)". */
static void word_median(pl_buf *out, const pl_durations *durations, size_t own, size_t count)
{
    pl_buf_appendf(out, "%d x median(", PL_PEER_FACTOR);
    for (size_t i = 0; count <= TERMS_MAX && i < count; i++) {
        pl_buf_append(out, i > 0 ? PL_STR(", ") : PL_STR(""));
        pl_seconds_append(out, without(durations, own, i));
    }
    if (count > TERMS_MAX) {
        pl_seconds_append(out, without(durations, own, 0));
        pl_buf_append(out, PL_STR(" .. "));
        pl_seconds_append(out, without(durations, own, count - 1));
        pl_buf_appendf(out, ", %zu spans", count);
    }
    pl_buf_append_char(out, ')');
}

static void word_source(pl_buf *out, int64_t median_us, size_t count, bool here)
{
    pl_buf_appendf(out, "%d x the median ", PL_PEER_FACTOR);
    pl_seconds_append(out, median_us);
    pl_buf_appendf(out, here ? " of %zu peers" : " of %zu spans of earlier runs", count);
}

/* By the durations, `own` not counted. */
static void limit_by(const pl_stored_phase *phase, const pl_durations *durations, size_t own,
                     bool here, pl_limit *limit)
{
    size_t count = durations->count - (own < durations->count);
    int64_t median_us = without(durations, own, (count - 1) / 2);
    int64_t by_median_us = PL_PEER_FACTOR * median_us;
    limit->us = by_median_us;
    if (phase->expect_us > limit->us)
        limit->us = phase->expect_us;
    if (PL_LIMIT_FLOOR_US > limit->us)
        limit->us = PL_LIMIT_FLOOR_US;
    bool by_floor = limit->us > by_median_us && limit->us == PL_LIMIT_FLOOR_US;
    if (limit->us > by_median_us)
        pl_buf_append(&limit->from, by_floor ? PL_STR("the least that counts; ")
                                             : PL_STR("the expected duration; "));
    word_source(&limit->from, median_us, count, here);
    if (limit->us > by_median_us)
        pl_buf_append(&limit->from, PL_STR(" is less"));
    pl_buf_append(&limit->arithmetic, PL_STR("max("));
    word_median(&limit->arithmetic, durations, own, count);
    pl_buf_append(&limit->arithmetic, PL_STR(" = "));
    pl_seconds_append(&limit->arithmetic, by_median_us);
    if (phase->expect_us >= 0) {
        pl_buf_append(&limit->arithmetic, PL_STR(", expected "));
        pl_seconds_append(&limit->arithmetic, phase->expect_us);
    }
    pl_buf_append(&limit->arithmetic, PL_STR(", least "));
    pl_seconds_append(&limit->arithmetic, PL_LIMIT_FLOOR_US);
    pl_buf_append(&limit->arithmetic, PL_STR(") = "));
    pl_seconds_append(&limit->arithmetic, limit->us);
}

static void limit_declared(const pl_peers *peers, size_t count, pl_limit *limit)
{
    const pl_stored_model *model = peers->run->scope->model;
    limit->us = model->phases[peers->phase].limit_us;
    if (limit->us < 0)
        return;
    pl_buf_appendf(&limit->from, "declared by the model " PL_FMT "; %zu peer%s too few",
                   PL_ARG(model->name), count, count == 1 ? " is" : "s are");
    pl_buf_append(&limit->arithmetic, PL_STR("declared "));
    pl_seconds_append(&limit->arithmetic, limit->us);
}

void pl_limit_find(const pl_peers *peers, int64_t own_us, pl_limit *limit)
{
    const pl_stored_phase *phase = &peers->run->scope->model->phases[peers->phase];
    size_t own = find_own(&peers->here, own_us);
    size_t count = peers->here.count - (own < peers->here.count);
    pl_buf_clear(&limit->from);
    pl_buf_clear(&limit->arithmetic);
    if (count >= PL_PEERS_MIN)
        limit_by(phase, &peers->here, own, true, limit);
    else if (peers->before.count >= PL_PEERS_MIN && phase->rank > 0)
        limit_by(phase, &peers->before, peers->before.count, false, limit);
    else
        limit_declared(peers, count, limit);
}
