/*
 * judge.c - slow, stalled, silent: how long a phase took or takes, against what is usual.
 *
 * The limit of a span: with PL_PEERS_MIN peers or more the largest of PL_PEER_FACTOR times their
 * median, the phase's expected duration and PL_LIMIT_FLOOR_US; with fewer the declared limit; else
 * none, and nothing is said.  Peers are the closed spans with result ok of the same phase and group
 * in this run, without the judged one.  The median of an even number is the lower one.
 */
#include "analysis/findings.h"
#include "analysis/state.h"

#include <string.h>

#include "base/alloc.h"

/* The closed spans of one phase and group in the run. */
struct peers {
    pl_run_state *run;
    int phase;
    char group[256];
    int64_t *sorted; /* durations; owned */
    size_t count, room;
};

struct limit {
    int64_t us; /* -1: none */
    pl_buf from;
};

/* What a finding rests on: its words, the event that entered the phase, and the last one. */
struct evidence {
    const pl_buf *summary;
    int64_t enter, last; /* last: 0 or `enter` when there is no other */
    const char *role;    /* of the last one: exit or progress */
};

/* A span as it is judged. */
struct judged {
    int64_t span_id, node_id, attempt, enter_us, exit_us, duration_us, progress_us;
    int64_t enter_event, exit_event, progress_event;
    bool is_ok;
};

static int64_t median_without(const struct peers *peers, int64_t own_us, bool has_own,
                              size_t *count)
{
    size_t own = peers->count;
    for (size_t i = 0; has_own && own == peers->count && i < peers->count; i++)
        if (peers->sorted[i] == own_us)
            own = i;
    *count = peers->count - (own < peers->count);
    if (*count == 0)
        return 0;
    size_t middle = (*count - 1) / 2;
    return peers->sorted[middle < own ? middle : middle + 1];
}

static void word_peers(struct limit *limit, int64_t median_us, size_t count)
{
    pl_buf_appendf(&limit->from, "%d x the median ", PL_PEER_FACTOR);
    pl_seconds_append(&limit->from, median_us);
    pl_buf_appendf(&limit->from, " of %zu peers", count);
}

static void find_limit(const struct peers *peers, int64_t own_us, bool has_own, struct limit *limit)
{
    const pl_stored_phase *phase = &peers->run->scope->model->phases[peers->phase];
    size_t count = 0;
    int64_t median_us = median_without(peers, own_us, has_own, &count);
    pl_buf_clear(&limit->from);
    if (count < PL_PEERS_MIN) {
        limit->us = phase->limit_us;
        if (limit->us >= 0)
            pl_buf_appendf(&limit->from, "declared by the model " PL_FMT "; %zu peer%s too few",
                           PL_ARG(peers->run->scope->model->name), count,
                           count == 1 ? " is" : "s are");
        return;
    }
    limit->us = PL_PEER_FACTOR * median_us;
    if (phase->expect_us > limit->us || PL_LIMIT_FLOOR_US > limit->us) {
        bool floor = PL_LIMIT_FLOOR_US >= phase->expect_us;
        limit->us = floor ? PL_LIMIT_FLOOR_US : phase->expect_us;
        pl_buf_append(&limit->from, floor ? PL_STR("the least that counts; ")
                                          : PL_STR("the expected duration; "));
        word_peers(limit, median_us, count);
        pl_buf_append(&limit->from, PL_STR(" is less"));
        return;
    }
    word_peers(limit, median_us, count);
}

/* The finding about `node` in the peers' phase; its evidence: the enter, and a second event of
 * `role`. */
static pl_status tell(const struct peers *peers, const pl_node_state *node, pl_finding *finding,
                      const struct evidence *evidence, pl_error *err)
{
    pl_run_state *run = peers->run;
    pl_buf about, id;
    pl_buf_init(&about, (size_t)1 << 16);
    pl_buf_init(&id, 256);
    pl_describe_subject(run, node, peers->phase, &about);
    finding->confidence = "high";
    finding->run_id = run->run_id;
    finding->cluster_id = run->scope->cluster_id;
    finding->node_id = node->node_id;
    finding->phase_id = run->scope->model->phases[peers->phase].phase_id;
    finding->summary = pl_buf_str(evidence->summary);
    finding->about = pl_buf_str(&about);
    pl_status status = pl_buf_status(evidence->summary, err);
    if (status == PL_OK)
        status = pl_buf_status(&about, err);
    if (status == PL_OK)
        status = pl_finding_add(run->scope->store, finding, &id, err);
    if (status == PL_OK)
        status =
            pl_evidence_add(run->scope->store, pl_buf_str(&id), evidence->enter, 0, "enter", err);
    if (status == PL_OK && evidence->last != evidence->enter)
        status = pl_evidence_add(run->scope->store, pl_buf_str(&id), evidence->last, 0,
                                 evidence->role, err);
    pl_buf_release(&about);
    pl_buf_release(&id);
    return status;
}

static void word_limit(pl_buf *out, const struct limit *limit)
{
    pl_buf_append(out, PL_STR("; the limit is "));
    pl_seconds_append(out, limit->us);
    pl_buf_append(out, PL_STR(" ("));
    pl_buf_append(out, pl_buf_str(&limit->from));
    pl_buf_append_char(out, ')');
}

static void word_subject(const struct peers *peers, const pl_node_state *node, pl_buf *out)
{
    const pl_run_state *run = peers->run;
    pl_buf_append(out, node->node_id > 0 ? node->name : run->scope->cluster);
    pl_buf_appendf(out, " in " PL_FMT, PL_ARG(run->scope->model->phases[peers->phase].name));
}

static pl_status tell_slow(const struct peers *peers, const pl_node_state *node,
                           const struct judged *span, const struct limit *limit, pl_error *err)
{
    pl_buf summary;
    pl_finding finding = {.rule = "slow",
                          .severity = "warning",
                          .attempt = span->attempt,
                          .since_us = span->enter_us,
                          .duration_us = span->duration_us,
                          .limit_us = limit->us,
                          .limit_from = pl_buf_str(&limit->from)};
    const struct evidence evidence = {&summary, span->enter_event, span->exit_event,
                                      span->exit_us == PL_TIME_NONE ? "progress" : "exit"};
    pl_buf_init(&summary, (size_t)1 << 16);
    word_subject(peers, node, &summary);
    pl_buf_append(&summary, PL_STR(" took "));
    pl_seconds_append(&summary, span->duration_us);
    if (span->enter_us != PL_TIME_NONE) {
        pl_buf_append(&summary, PL_STR(", from "));
        pl_time_append(&summary, span->enter_us);
    }
    if (span->enter_us == PL_TIME_NONE) {
        pl_buf_append(&summary, PL_STR(", as its last line says"));
    } else if (span->exit_us != PL_TIME_NONE) {
        pl_buf_append(&summary, PL_STR(" to "));
        pl_time_append(&summary, span->exit_us);
    } else {
        pl_buf_append(&summary, PL_STR(" on, and still moves"));
    }
    word_limit(&summary, limit);
    pl_status status = tell(peers, node, &finding, &evidence, err);
    pl_buf_release(&summary);
    return status;
}

static pl_status tell_stalled(const struct peers *peers, const pl_node_state *node,
                              const struct judged *span, int64_t now_us, const struct limit *limit,
                              pl_error *err)
{
    pl_buf summary;
    pl_finding finding = {.rule = "stalled",
                          .severity = "error",
                          .attempt = span->attempt,
                          .since_us = span->enter_us,
                          .duration_us = now_us - span->enter_us,
                          .limit_us = limit->us,
                          .limit_from = pl_buf_str(&limit->from)};
    const struct evidence evidence = {&summary, span->enter_event, span->progress_event,
                                      "progress"};
    pl_buf_init(&summary, (size_t)1 << 16);
    word_subject(peers, node, &summary);
    pl_buf_append(&summary, PL_STR(" since "));
    pl_time_append(&summary, span->enter_us);
    pl_buf_append(&summary, PL_STR(": no progress for "));
    pl_seconds_append(&summary, now_us - span->progress_us);
    pl_buf_append(&summary, peers->run->as_of_us == PL_TIME_NONE
                                ? PL_STR(", to the end of its evidence at ")
                                : PL_STR(", as of "));
    pl_time_append(&summary, now_us);
    word_limit(&summary, limit);
    pl_status status = tell(peers, node, &finding, &evidence, err);
    pl_buf_release(&summary);
    return status;
}

static pl_status tell_silent(const struct peers *peers, const pl_node_state *node,
                             const struct limit *limit, pl_error *err)
{
    pl_buf summary;
    int64_t run_end_us = peers->run->end_us;
    pl_finding finding = {.rule = "silent",
                          .severity = "warning",
                          .attempt = node->attempt,
                          .since_us = node->own_end_us,
                          .duration_us = run_end_us - node->own_end_us,
                          .limit_us = limit->us,
                          .limit_from = pl_buf_str(&limit->from)};
    const struct evidence evidence = {&summary, node->last_enter_event, 0, ""};
    pl_buf_init(&summary, (size_t)1 << 16);
    word_subject(peers, node, &summary);
    pl_buf_append(&summary, PL_STR(": its log ends at "));
    pl_time_append(&summary, node->own_end_us);
    pl_buf_append(&summary, PL_STR(", "));
    pl_seconds_append(&summary, run_end_us - node->own_end_us);
    pl_buf_append(&summary, PL_STR(" before the others'"));
    word_limit(&summary, limit);
    pl_status status = tell(peers, node, &finding, &evidence, err);
    pl_buf_release(&summary);
    return status;
}

/* Open at the end, and nothing that could be measured says whether that is long. */
static pl_status tell_incomplete(const struct peers *peers, const pl_node_state *node,
                                 const struct judged *span, const struct limit *limit,
                                 pl_error *err)
{
    pl_buf summary;
    pl_finding finding = {.rule = "incomplete",
                          .severity = "warning",
                          .attempt = span->attempt,
                          .since_us = span->enter_us,
                          .duration_us = PL_TIME_NONE,
                          .limit_us = limit->us >= 0 ? limit->us : PL_TIME_NONE,
                          .limit_from = pl_buf_str(&limit->from)};
    const struct evidence evidence = {&summary, span->enter_event, span->progress_event,
                                      "progress"};
    pl_buf_init(&summary, (size_t)1 << 16);
    word_subject(peers, node, &summary);
    if (span->enter_us != PL_TIME_NONE) {
        pl_buf_append(&summary, PL_STR(" since "));
        pl_time_append(&summary, span->enter_us);
    }
    pl_buf_append(&summary, PL_STR(": nothing says how it went on; "));
    pl_buf_append(&summary, limit->us < 0 ? PL_STR("the phase has no limit to judge it by")
                                          : PL_STR("how long it is open is not known"));
    pl_status status = tell(peers, node, &finding, &evidence, err);
    pl_buf_release(&summary);
    return status;
}

static bool is_work(const pl_stored_phase *phase)
{
    return !phase->rest && !phase->is_done && !phase->is_down && !phase->is_queued;
}

static bool is_silent(const struct peers *peers, const pl_node_state *node, int64_t limit_us)
{
    int64_t end_us = node->own_end_us;
    return end_us != PL_TIME_NONE && peers->run->end_us != PL_TIME_NONE &&
           peers->run->end_us - end_us > limit_us;
}

/* A node at the end of the run, in the peers' phase: moving, slow, stalled, silent. */
static pl_status judge_final(const struct peers *peers, pl_node_state *node,
                             const struct judged *span, struct limit *limit, pl_error *err)
{
    int64_t as_of_us = peers->run->as_of_us;
    int64_t now_us = as_of_us != PL_TIME_NONE ? as_of_us : node->end_us;
    pl_status status = PL_OK;
    find_limit(peers, 0, false, limit);
    if (node->paused || !is_work(&peers->run->scope->model->phases[peers->phase]))
        return PL_OK;
    if (limit->us < 0)
        return span == NULL ? PL_OK : tell_incomplete(peers, node, span, limit, err);
    node->silent = is_silent(peers, node, limit->us);
    if (node->silent)
        status = tell_silent(peers, node, limit, err);
    if (status != PL_OK || span == NULL)
        return status;
    if (span->progress_us == PL_TIME_NONE || now_us == PL_TIME_NONE)
        return node->silent ? PL_OK : tell_incomplete(peers, node, span, limit, err);
    node->stalled = now_us - span->progress_us > limit->us;
    node->slow = !node->stalled && now_us - span->enter_us > limit->us;
    if (node->stalled)
        return tell_stalled(peers, node, span, now_us, limit, err);
    struct judged moving = *span;
    moving.duration_us = now_us - span->enter_us;
    moving.exit_us = PL_TIME_NONE;
    moving.exit_event = span->progress_event;
    return node->slow ? tell_slow(peers, node, &moving, limit, err) : PL_OK;
}

static pl_status judge_span(struct peers *peers, const struct judged *span, struct limit *limit,
                            pl_error *err)
{
    pl_node_state *node = pl_state_find(peers->run, span->node_id);
    if (node == NULL)
        return PL_OK;
    if (node->has_final && node->final.span_id == span->span_id)
        return judge_final(peers, node, span, limit, err);
    if (!span->is_ok || span->duration_us == PL_TIME_NONE ||
        !is_work(&peers->run->scope->model->phases[peers->phase]))
        return PL_OK;
    find_limit(peers, span->duration_us, true, limit);
    return limit->us >= 0 && span->duration_us > limit->us
               ? tell_slow(peers, node, span, limit, err)
               : PL_OK;
}

static pl_status load_durations(struct peers *peers, int64_t phase_id, pl_error *err)
{
    static const char sql[] = "SELECT duration_us FROM span WHERE run_id = ?1 AND phase_id = ?2 "
                              "AND coalesce(node_group, '') = ?3"
                              " AND result = 'ok' AND duration_us IS NOT NULL ORDER BY duration_us";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(peers->run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, peers->run->run_id);
    pl_stmt_bind_int(stmt, 2, phase_id);
    pl_stmt_bind_text(stmt, 3, pl_str_of(peers->group));
    peers->count = 0;
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        if (!pl_grow(&peers->sorted, &peers->room, peers->count + 1, sizeof *peers->sorted))
            return pl_fail(err, PL_ERR_NOMEM, "no memory for durations");
        peers->sorted[peers->count++] = pl_stmt_int(stmt, 0);
    }
    return status == PL_DONE ? PL_OK : status;
}

static void read_judged(const pl_stmt *stmt, struct judged *span)
{
    *span = (struct judged){
        .span_id = pl_stmt_int(stmt, 0),
        .node_id = pl_stmt_int(stmt, 1),
        .attempt = pl_stmt_int(stmt, 2),
        .enter_us = pl_stmt_int_or(stmt, 3, PL_TIME_NONE),
        .exit_us = pl_stmt_int_or(stmt, 4, PL_TIME_NONE),
        .duration_us = pl_stmt_int_or(stmt, 5, PL_TIME_NONE),
        .is_ok = pl_str_equal(pl_stmt_text(stmt, 6), PL_STR("ok")),
        .progress_us = pl_stmt_int_or(stmt, 7, PL_TIME_NONE),
        .enter_event = pl_stmt_int(stmt, 8),
        .exit_event = pl_stmt_int(stmt, 9),
        .progress_event = pl_stmt_int(stmt, 10),
    };
}

static pl_status judge_spans_of(struct peers *peers, int64_t phase_id, struct limit *limit,
                                pl_error *err)
{
    static const char sql[] =
        "SELECT span_id, node_id, attempt, enter_us, exit_us, duration_us, result, progress_us, "
        "enter_event_id,"
        " exit_event_id, progress_event_id FROM span WHERE run_id = ?1 AND phase_id = ?2"
        " AND coalesce(node_group, '') = ?3 ORDER BY span_id";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(peers->run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, peers->run->run_id);
    pl_stmt_bind_int(stmt, 2, phase_id);
    pl_stmt_bind_text(stmt, 3, pl_str_of(peers->group));
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        struct judged span;
        read_judged(stmt, &span);
        status = judge_span(peers, &span, limit, err);
        if (status != PL_OK)
            return status;
    }
    return status == PL_DONE ? PL_OK : status;
}

/* Nodes that are between two phases at the end can still have gone silent: by the limit of their
 * last phase. */
static pl_status judge_between(struct peers *peers, struct limit *limit, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < peers->run->node_count; i++) {
        pl_node_state *node = peers->run->nodes[i];
        bool here = node->last_phase == peers->phase &&
                    pl_str_equal(pl_str_of(node->group), pl_str_of(peers->group));
        bool is_over = node->broken || (node->done && !node->left_done);
        if (here && node->started && !node->has_final && !is_over)
            status = judge_final(peers, node, NULL, limit, err);
    }
    return status;
}

static int phase_of_id(const pl_stored_model *model, int64_t phase_id)
{
    for (size_t i = 0; i < model->phase_count; i++)
        if (model->phases[i].phase_id == phase_id)
            return (int)i;
    return 0;
}

static pl_status judge_groups(struct peers *peers, struct limit *limit, pl_error *err)
{
    static const char sql[] = "SELECT DISTINCT phase_id, coalesce(node_group, ''), position FROM "
                              "span JOIN phase USING (phase_id) WHERE run_id = ?1 ORDER BY 3, 2";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(peers->run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, peers->run->run_id);
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        int64_t phase_id = pl_stmt_int(stmt, 0);
        pl_str group = pl_stmt_text(stmt, 1);
        peers->phase = phase_of_id(peers->run->scope->model, phase_id);
        size_t len = group.len < sizeof peers->group ? group.len : sizeof peers->group - 1;
        memset(peers->group, 0, sizeof peers->group);
        if (len > 0)
            memcpy(peers->group, group.ptr, len);
        status = load_durations(peers, phase_id, err);
        if (status == PL_OK)
            status = judge_spans_of(peers, phase_id, limit, err);
        if (status == PL_OK)
            status = judge_between(peers, limit, err);
        if (status != PL_OK)
            return status;
    }
    return status == PL_DONE ? PL_OK : status;
}

pl_status pl_judge_spans(pl_run_state *run, pl_error *err)
{
    struct peers peers = {.run = run};
    struct limit limit = {.us = -1};
    pl_buf_init(&limit.from, 4096);
    pl_status status = judge_groups(&peers, &limit, err);
    pl_buf_release(&limit.from);
    pl_release(peers.sorted);
    return status;
}
