/*
 * judge.c - slow, stalled, silent, incomplete, paused, queued: how long a phase took or takes,
 * against its limit (limits.h); and when nobody moves at all.
 */
#include "analysis/clocks.h"
#include "analysis/limits.h"

#include <string.h>

#define DEPENDENTS_MAX 3 /* nodes that wait for a stalled one, named in its sentence */

/* A span as it is judged. */
struct judged {
    int64_t span_id, node_id, attempt, enter_us, exit_us, duration_us, progress_us;
    int64_t paused_us; /* PL_TIME_NONE: not known */
    int64_t enter_event, exit_event, progress_event;
    bool is_ok;
};

/* What is judged: a span in its phase and group, by a limit, as of a moment. */
struct judging {
    pl_peers peers;
    pl_limit limit;
    pl_node_state *node;
    struct judged span; /* with node 0 and no enter where the node is between two phases */
    bool has_span;
    int64_t now_us;
};

static const pl_stored_phase *phase_of(const struct judging *j)
{
    return &j->peers.run->scope->model->phases[j->peers.phase];
}

/* ---- words */

static void begin(const struct judging *j, pl_verdict *verdict, const char *rule,
                  const char *severity)
{
    pl_verdict_init(verdict, rule, severity, j->node, j->peers.phase);
    verdict->attempt = j->has_span ? j->span.attempt : j->node->attempt;
    verdict->since_us = j->has_span ? j->span.enter_us : j->node->last_phase_us;
    pl_verdict_name(j->peers.run, j->node, &verdict->summary);
    pl_buf_appendf(&verdict->summary, " in " PL_FMT, PL_ARG(phase_of(j)->name));
    pl_verdict_show(verdict, j->has_span ? j->span.enter_event : j->node->last_enter_event,
                    "enter");
}

static void word_since(pl_buf *out, int64_t us)
{
    if (us == PL_TIME_NONE)
        return;
    pl_buf_append(out, PL_STR(" since "));
    pl_time_append(out, us);
}

static void word_until(const struct judging *j, pl_buf *out)
{
    if (j->now_us == PL_TIME_NONE)
        return;
    pl_buf_append(out, j->peers.run->as_of_us == PL_TIME_NONE
                           ? PL_STR(", to the end of its evidence at ")
                           : PL_STR(", as of "));
    pl_time_append(out, j->now_us);
}

static void word_blocker(const struct judging *j, pl_verdict *verdict)
{
    if (j->node->blocker[0] == '\0')
        return;
    pl_buf_appendf(&verdict->summary, "; it waits for %s", j->node->blocker);
    verdict->blocker = pl_str_of(j->node->blocker);
    pl_verdict_show(verdict, j->node->blocker_event, "blocker");
}

/* "12 s - 60 s limit (...)": how much over, or under, it is. */
static void word_sum(pl_verdict *verdict, const pl_limit *limit, const char *what, int64_t us)
{
    pl_buf *out = &verdict->arithmetic;
    pl_buf_append(out, PL_STR("limit "));
    pl_buf_append(out, pl_buf_str(&limit->arithmetic));
    pl_buf_appendf(out, "; %s ", what);
    pl_seconds_append(out, us);
    pl_buf_append(out, PL_STR(" - "));
    pl_seconds_append(out, limit->us);
    pl_buf_append(out, PL_STR(" = "));
    pl_seconds_append(out, us - limit->us);
    pl_buf_append(out, PL_STR(" over"));
}

static void word_limit(const struct judging *j, pl_verdict *verdict)
{
    const pl_limit *limit = &j->limit;
    verdict->limit_us = limit->us;
    verdict->limit_from = pl_buf_str(&limit->from);
    pl_buf_append(&verdict->summary, PL_STR("; the limit is "));
    pl_seconds_append(&verdict->summary, limit->us);
    pl_buf_append(&verdict->summary, PL_STR(" ("));
    pl_buf_append(&verdict->summary, pl_buf_str(&limit->from));
    pl_buf_append_char(&verdict->summary, ')');
}

/* ---- verdicts on one node */

static pl_status tell_slow(struct judging *j, pl_error *err)
{
    pl_verdict verdict;
    const struct judged *span = &j->span;
    bool is_over = span->exit_us != PL_TIME_NONE;
    begin(j, &verdict, "slow", "warning");
    verdict.duration_us = span->duration_us;
    pl_buf_append(&verdict.summary, PL_STR(" took "));
    pl_seconds_append(&verdict.summary, span->duration_us);
    if (span->enter_us != PL_TIME_NONE) {
        pl_buf_append(&verdict.summary, PL_STR(", from "));
        pl_time_append(&verdict.summary, span->enter_us);
    }
    if (span->enter_us == PL_TIME_NONE) {
        pl_buf_append(&verdict.summary, PL_STR(", as its last line says"));
    } else if (is_over) {
        pl_buf_append(&verdict.summary, PL_STR(" to "));
        pl_time_append(&verdict.summary, span->exit_us);
    } else {
        pl_buf_append(&verdict.summary, PL_STR(" on, and still moves"));
    }
    if (span->paused_us > 0) {
        pl_buf_append(&verdict.summary, PL_STR("; it was paused for "));
        pl_seconds_append(&verdict.summary, span->paused_us);
        pl_buf_append(&verdict.summary, PL_STR(" of that, which do not count"));
    }
    word_limit(j, &verdict);
    word_sum(&verdict, &j->limit, span->paused_us > 0 ? "took, without pauses," : "took",
             span->duration_us - span->paused_us);
    pl_verdict_show(&verdict, is_over ? span->exit_event : span->progress_event,
                    is_over ? "exit" : "progress");
    if (!is_over)
        word_blocker(j, &verdict);
    return pl_verdict_tell(j->peers.run, &verdict, err);
}

static bool waits_for(const char *blocker, const pl_node_state *node)
{
    return blocker[0] != '\0' && pl_str_equal_nocase(pl_str_of(blocker), node->name);
}

/* Who waits for the node, or failed while it did. */
static void word_dependents(const struct judging *j, pl_buf *out)
{
    size_t named = 0;
    const pl_run_state *run = j->peers.run;
    for (size_t i = 0; j->node->name.len > 0 && i < run->node_count; i++) {
        const pl_node_state *other = run->nodes[i];
        bool waits = other->has_final && waits_for(other->blocker, j->node), failed = false;
        for (size_t f = 0; f < other->failure_count; f++)
            failed |= waits_for(other->failures[f].blocker, j->node);
        if (other == j->node || !(waits || failed) || named++ >= DEPENDENTS_MAX)
            continue;
        pl_buf_appendf(out, "; " PL_FMT " %s", PL_ARG(other->name),
                       waits ? "waits for it" : "failed waiting for it");
    }
    if (named > DEPENDENTS_MAX)
        pl_buf_appendf(out, "; so do %zu more", named - DEPENDENTS_MAX);
}

static pl_status tell_stalled(struct judging *j, pl_error *err)
{
    pl_verdict verdict;
    int64_t waited_us = j->now_us - j->span.progress_us;
    begin(j, &verdict, "stalled", "error");
    verdict.duration_us = j->now_us - j->span.enter_us;
    word_since(&verdict.summary, j->span.enter_us);
    pl_buf_append(&verdict.summary, PL_STR(": no progress for "));
    pl_seconds_append(&verdict.summary, waited_us);
    word_until(j, &verdict.summary);
    word_limit(j, &verdict);
    word_sum(&verdict, &j->limit, "without progress", waited_us);
    pl_verdict_show(&verdict, j->span.progress_event, "progress");
    word_blocker(j, &verdict);
    word_dependents(j, &verdict.summary);
    return pl_verdict_tell(j->peers.run, &verdict, err);
}

static pl_status tell_silent(struct judging *j, int64_t silent_us, pl_error *err)
{
    pl_verdict verdict;
    begin(j, &verdict, "silent", "warning");
    verdict.attempt = j->node->attempt;
    verdict.since_us = j->node->own_end_us;
    verdict.duration_us = silent_us;
    pl_buf_append(&verdict.summary, PL_STR(": its log ends at "));
    pl_time_append(&verdict.summary, j->node->own_end_us);
    pl_buf_append(&verdict.summary, PL_STR(", "));
    pl_seconds_append(&verdict.summary, silent_us);
    pl_buf_append(&verdict.summary, PL_STR(" before the others'"));
    word_limit(j, &verdict);
    if (j->node->log_cut) {
        pl_buf_append(&verdict.summary, PL_STR("; but its log was not read to its end"));
        verdict.confidence = "medium";
    }
    word_sum(&verdict, &j->limit, "silent for", silent_us);
    return pl_verdict_tell(j->peers.run, &verdict, err);
}

/* Open at the end, and nothing that could be measured says whether that is long. */
static pl_status tell_incomplete(struct judging *j, pl_error *err)
{
    pl_verdict verdict;
    begin(j, &verdict, "incomplete", "warning");
    if (j->limit.us >= 0)
        verdict.limit_us = j->limit.us;
    verdict.limit_from = pl_buf_str(&j->limit.from);
    word_since(&verdict.summary, j->span.enter_us);
    pl_buf_append(&verdict.summary, PL_STR(": nothing says how it went on; "));
    pl_buf_append(&verdict.summary, j->limit.us < 0
                                        ? PL_STR("the phase has no limit to judge it by")
                                        : PL_STR("how long it is open is not known"));
    pl_verdict_show(&verdict, j->span.progress_event, "progress");
    word_blocker(j, &verdict);
    return pl_verdict_tell(j->peers.run, &verdict, err);
}

/* Its log cannot go on while it is down. */
static pl_status tell_cut_off(struct judging *j, pl_error *err)
{
    pl_verdict verdict;
    begin(j, &verdict, "incomplete", "warning");
    word_since(&verdict.summary, j->span.enter_us);
    pl_buf_append(&verdict.summary, PL_STR(": its log ends there, at "));
    pl_time_append(&verdict.summary, j->node->own_end_us);
    pl_buf_append(&verdict.summary, PL_STR("; nothing says whether it came back"));
    return pl_verdict_tell(j->peers.run, &verdict, err);
}

/* Waiting is no stall: for its turn, or because somebody said so. */
static pl_status tell_waiting(struct judging *j, bool is_paused, pl_error *err)
{
    pl_verdict verdict;
    begin(j, &verdict, is_paused ? "paused" : "queued", is_paused ? "warning" : "info");
    int64_t since_us = is_paused ? j->node->paused_us : verdict.since_us;
    bool timed = since_us != PL_TIME_NONE && j->now_us != PL_TIME_NONE && j->now_us >= since_us;
    word_since(&verdict.summary, verdict.since_us);
    pl_buf_append(&verdict.summary,
                  is_paused ? PL_STR(": paused") : PL_STR(": waits for its turn"));
    if (is_paused)
        word_since(&verdict.summary, since_us);
    if (timed) {
        verdict.duration_us = j->now_us - since_us;
        pl_buf_append(&verdict.summary, is_paused ? PL_STR(", for ") : PL_STR(" for "));
        pl_seconds_append(&verdict.summary, verdict.duration_us);
    }
    word_until(j, &verdict.summary);
    verdict.since_us = since_us;
    if (is_paused)
        pl_verdict_show(&verdict, j->node->paused_event, "pause");
    word_blocker(j, &verdict);
    return pl_verdict_tell(j->peers.run, &verdict, err);
}

/* ---- which verdict */

/* How much a clock of the run may be ahead of the node's own. */
static int64_t behind_us(const pl_run_state *run, const pl_node_state *node)
{
    int64_t most_us = 0;
    for (size_t i = 0; i < run->node_count; i++) {
        int64_t error_us, end_us = run->end_us;
        int64_t lead_us = pl_clock_lead(run->scope->clocks, run->nodes[i]->node_id, end_us,
                                        node->node_id, node->own_end_us, &error_us);
        int64_t ahead_us = lead_us - (node->own_end_us - end_us) + error_us;
        most_us = ahead_us > most_us ? ahead_us : most_us;
    }
    return most_us;
}

/*
 * For how long at least the run's evidence goes on behind the end of the node's own log: another
 * node's log, on the clocks of both; else what is nobody's own, whatever clock wrote it.  Not when
 * the clocks may be all there is to it.
 */
static int64_t silence_us(const pl_run_state *run, const pl_node_state *node)
{
    int64_t most_us = 0, last_us = PL_TIME_NONE;
    if (node->own_end_us == PL_TIME_NONE || run->end_us == PL_TIME_NONE)
        return 0;
    for (size_t i = 0; i < run->node_count; i++) {
        int64_t error_us = 0, end_us = run->nodes[i]->own_end_us;
        if (end_us == PL_TIME_NONE)
            continue;
        int64_t lead_us = pl_clock_lead(run->scope->clocks, node->node_id, node->own_end_us,
                                        run->nodes[i]->node_id, end_us, &error_us);
        most_us = lead_us - error_us > most_us ? lead_us - error_us : most_us;
        last_us = end_us > last_us ? end_us : last_us;
    }
    int64_t others_us = run->end_us - node->own_end_us - behind_us(run, node);
    return run->end_us > last_us && others_us > most_us ? others_us : most_us;
}

/* Does the node's own log end in a reboot, which is not judged at a later moment? */
static bool is_cut_off(const struct judging *j)
{
    return phase_of(j)->is_reboot && j->node->own_end_us != PL_TIME_NONE &&
           j->peers.run->as_of_us == PL_TIME_NONE;
}

/* Is it known how long the span has been open, and how long without progress? */
static bool is_measured(const struct judging *j)
{
    return j->span.progress_us != PL_TIME_NONE && j->now_us != PL_TIME_NONE &&
           !pl_clock_jumps(j->peers.run->scope->clocks, j->span.node_id, j->span.enter_us,
                           j->now_us);
}

/* An open span that can be measured. */
static pl_status judge_open(struct judging *j, pl_error *err)
{
    pl_node_state *node = j->node;
    struct judged *span = &j->span;
    int64_t open_us = j->now_us - span->enter_us;
    node->stalled = j->now_us - span->progress_us > j->limit.us;
    node->slow = !node->stalled && span->paused_us != PL_TIME_NONE &&
                 open_us - span->paused_us > j->limit.us;
    if (node->stalled)
        return tell_stalled(j, err);
    span->duration_us = open_us;
    return node->slow ? tell_slow(j, err) : PL_OK;
}

/* A node at the end of the run, in the peers' phase: moving, slow, stalled, silent, waiting. */
static pl_status judge_final(struct judging *j, pl_error *err)
{
    pl_node_state *node = j->node;
    int64_t as_of_us = j->peers.run->as_of_us;
    pl_status status = PL_OK;
    j->now_us = as_of_us != PL_TIME_NONE ? as_of_us : node->end_us;
    pl_limit_find(&j->peers, -1, &j->limit);
    if (node->paused || (j->has_span && phase_of(j)->is_queued && !phase_of(j)->rest))
        return node->broken ? PL_OK : tell_waiting(j, node->paused, err);
    if (!pl_phase_is_work(phase_of(j)))
        return PL_OK;
    node->limit_us = j->limit.us;
    int64_t silent_us = silence_us(j->peers.run, node);
    node->silent = j->limit.us >= 0 && silent_us > j->limit.us;
    node->cut_off = !node->silent && j->has_span && is_cut_off(j);
    if (node->silent)
        status = tell_silent(j, silent_us, err);
    if (status != PL_OK || !j->has_span)
        return status;
    if (node->cut_off)
        return tell_cut_off(j, err);
    if (j->limit.us < 0)
        return tell_incomplete(j, err);
    if (is_measured(j))
        return judge_open(j, err);
    return node->silent ? PL_OK : tell_incomplete(j, err);
}

static pl_status judge_span(struct judging *j, pl_error *err)
{
    const struct judged *span = &j->span;
    j->node = pl_state_find(j->peers.run, span->node_id);
    j->has_span = true;
    if (j->node == NULL)
        return PL_OK;
    if (j->node->has_final && j->node->final.span_id == span->span_id)
        return judge_final(j, err);
    if (!span->is_ok || span->duration_us == PL_TIME_NONE || span->paused_us == PL_TIME_NONE ||
        !pl_phase_is_work(phase_of(j)))
        return PL_OK;
    pl_limit_find(&j->peers, span->duration_us - span->paused_us, &j->limit);
    bool is_slow = j->limit.us >= 0 && span->duration_us - span->paused_us > j->limit.us;
    return is_slow ? tell_slow(j, err) : PL_OK;
}

/* ---- all of a run */

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
        .paused_us = pl_stmt_int_or(stmt, 11, PL_TIME_NONE),
    };
}

static pl_status judge_spans_of(struct judging *j, int64_t phase_id, pl_error *err)
{
    static const char sql[] =
        "SELECT span_id, node_id, attempt, enter_us, exit_us, duration_us, result, progress_us, "
        "enter_event_id, exit_event_id, progress_event_id, paused_us FROM span WHERE run_id = ?1 "
        "AND phase_id = ?2 AND coalesce(node_group, '') = ?3 ORDER BY span_id";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(j->peers.run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, j->peers.run->run_id);
    pl_stmt_bind_int(stmt, 2, phase_id);
    pl_stmt_bind_text(stmt, 3, pl_str_of(j->peers.group));
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        read_judged(stmt, &j->span);
        status = judge_span(j, err);
        if (status != PL_OK)
            return status;
    }
    return status == PL_DONE ? PL_OK : status;
}

/* Nodes that are between two phases at the end can still have gone silent: by the limit of their
 * last phase. */
static pl_status judge_between(struct judging *j, pl_error *err)
{
    pl_status status = PL_OK;
    j->has_span = false;
    for (size_t i = 0; status == PL_OK && i < j->peers.run->node_count; i++) {
        pl_node_state *node = j->peers.run->nodes[i];
        bool here = node->last_phase == j->peers.phase &&
                    pl_str_equal(pl_str_of(node->group), pl_str_of(j->peers.group));
        bool is_over = node->broken || (node->done && !node->left_done);
        j->node = node;
        if (here && node->started && !node->has_final && !is_over)
            status = judge_final(j, err);
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

static pl_status judge_groups(struct judging *j, pl_error *err)
{
    static const char sql[] = "SELECT DISTINCT phase_id, coalesce(node_group, ''), position FROM "
                              "span JOIN phase USING (phase_id) WHERE run_id = ?1 ORDER BY 3, 2";
    pl_peers *peers = &j->peers;
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
        status = pl_peers_load(peers, err);
        if (status == PL_OK)
            status = judge_spans_of(j, phase_id, err);
        if (status == PL_OK)
            status = judge_between(j, err);
        if (status != PL_OK)
            return status;
    }
    return status == PL_DONE ? PL_OK : status;
}

/* ---- the whole cluster */

/* What the nodes of a run do at its end. */
struct standing {
    size_t nodes, stalled, moving;
    int64_t limit_us;          /* the longest of those that are stalled */
    const pl_node_state *last; /* who moved last */
};

static struct standing count_nodes(const pl_run_state *run)
{
    struct standing all = {.limit_us = -1};
    for (size_t i = 0; i < run->node_count; i++) {
        const pl_node_state *node = run->nodes[i];
        if (!node->started)
            continue;
        if (node->moved_us != PL_TIME_NONE &&
            (all.last == NULL || node->moved_us > all.last->moved_us))
            all.last = node;
        if (node->node_id == 0)
            continue;
        all.nodes++;
        all.stalled += node->stalled;
        if (node->stalled && node->limit_us > all.limit_us)
            all.limit_us = node->limit_us;
        const pl_stored_phase *open =
            node->has_final ? &run->scope->model->phases[node->final.phase] : NULL;
        bool at_work = open != NULL && pl_phase_is_work(open) && !node->paused && !node->broken;
        all.moving += node->silent || (at_work && !node->stalled);
    }
    return all;
}

/* Two nodes or more are stalled, none moves or may do so unseen, and the last that did was so long
 * ago that it would be stalled as well. */
static pl_status judge_cluster(pl_run_state *run, pl_error *err)
{
    struct standing all = count_nodes(run);
    int64_t now_us = run->as_of_us != PL_TIME_NONE ? run->as_of_us : run->end_us;
    if (all.stalled < 2 || all.moving > 0 || all.last == NULL ||
        now_us - all.last->moved_us <= all.limit_us)
        return PL_OK;
    pl_verdict verdict;
    int64_t waited_us = now_us - all.last->moved_us;
    pl_verdict_init(&verdict, "stalled", "error", NULL, -1);
    verdict.since_us = all.last->moved_us;
    verdict.duration_us = waited_us;
    verdict.limit_us = all.limit_us;
    verdict.limit_from = PL_STR("the longest of the nodes that are stalled");
    pl_verdict_name(run, NULL, &verdict.summary);
    pl_buf_appendf(&verdict.summary, ": nobody moves; %zu of %zu nodes are stalled, and ",
                   all.stalled, all.nodes);
    pl_verdict_name(run, all.last, &verdict.summary);
    pl_buf_append(&verdict.summary, PL_STR(" was the last to make progress, at "));
    pl_time_append(&verdict.summary, all.last->moved_us);
    pl_buf_append(&verdict.summary, PL_STR(", "));
    pl_seconds_append(&verdict.summary, waited_us);
    pl_buf_append(&verdict.summary, run->as_of_us == PL_TIME_NONE
                                        ? PL_STR(" before the end of the evidence")
                                        : PL_STR(" before the moment it is judged at"));
    pl_buf_append(&verdict.arithmetic, PL_STR("without progress "));
    pl_seconds_append(&verdict.arithmetic, waited_us);
    pl_buf_append(&verdict.arithmetic, PL_STR(" > "));
    pl_seconds_append(&verdict.arithmetic, all.limit_us);
    pl_verdict_show(&verdict, all.last->moved_event, "progress");
    return pl_verdict_tell(run, &verdict, err);
}

pl_status pl_judge_spans(pl_run_state *run, pl_error *err)
{
    struct judging j = {.peers = {.run = run}, .limit = {.us = -1}};
    pl_buf_init(&j.limit.from, 4096);
    pl_buf_init(&j.limit.arithmetic, 4096);
    pl_status status = judge_groups(&j, err);
    if (status == PL_OK)
        status = judge_cluster(run, err);
    pl_buf_release(&j.limit.from);
    pl_buf_release(&j.limit.arithmetic);
    pl_peers_release(&j.peers);
    return status;
}
