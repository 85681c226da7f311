/* runs.c - where a run begins and ends, and what it says of itself and of its nodes. */
#include "analysis/ends.h"
#include "analysis/state.h"

#include <stdio.h>
#include <string.h>

static void reset_node(pl_node_state *node)
{
    pl_node_state fresh = {.node_id = node->node_id,
                           .name = node->name,
                           .attempt = 1,
                           .last_phase = -1,
                           .left_phase = -1,
                           .work_phase = -1,
                           .seen_us = PL_TIME_NONE,
                           .moved_us = PL_TIME_NONE,
                           .work_us = PL_TIME_NONE,
                           .done_us = PL_TIME_NONE,
                           .limit_us = -1,
                           .failures = node->failures,
                           .failure_room = node->failure_room,
                           .outages = node->outages,
                           .outage_room = node->outage_room,
                           .skips = node->skips,
                           .skip_room = node->skip_room};
    memcpy(fresh.version, node->version, sizeof fresh.version);
    memcpy(fresh.version_from, node->version, sizeof fresh.version_from);
    memcpy(fresh.group, node->group, sizeof fresh.group);
    *node = fresh;
}

pl_status pl_run_begin(pl_run_state *run, const pl_step *step, pl_error *err)
{
    static const char sql[] =
        "INSERT INTO run (cluster_id, model_id, assessment) VALUES (?1, ?2, 'Unknown')";
    pl_stmt *stmt = NULL;
    for (size_t i = 0; i < run->node_count; i++)
        reset_node(run->nodes[i]);
    run->active = true;
    run->started_us = run->last_us = PL_TIME_NONE;
    run->current = NULL;
    run->purpose = NULL;
    run->commit_phase = -1;
    run->due.node = NULL;
    run->from_version[0] = run->to_version[0] = run->run_key[0] = '\0';
    run->first_version[0] = run->last_version[0] = '\0';
    if (step->us != PL_TIME_NONE)
        run->started_us = step->us;
    pl_status status = pl_stmt_get(run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, run->scope->cluster_id);
    pl_stmt_bind_int(stmt, 2, run->scope->model->model_id);
    status = pl_stmt_run(stmt, err);
    run->run_id = pl_store_last_id(run->scope->store);
    return status;
}

static int64_t earlier(int64_t a, int64_t b)
{
    if (a == PL_TIME_NONE || b == PL_TIME_NONE)
        return a == PL_TIME_NONE ? b : a;
    return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b; /* PL_TIME_NONE is before all */
}

static void take_end(pl_run_state *run, const pl_end *end)
{
    pl_node_state *node = end->node_id == 0 ? NULL : pl_state_find(run, end->node_id);
    int64_t end_us = earlier(end->us, run->scope->as_of_us);
    if (node != NULL && !node->started)
        node = NULL;
    if (node == NULL && !end->has_events)
        return;
    run->evidence.sources++;
    run->evidence.cut += end->is_cut;
    run->evidence.beside += end->is_beside;
    run->evidence.bytes += end->bytes;
    if (node != NULL) {
        node->log_count++;
        node->log_cut |= end->is_cut;
    }
    if (end->us == PL_TIME_NONE)
        return;
    run->end_us = later(run->end_us, end_us);
    if (node != NULL)
        node->own_end_us = later(node->own_end_us, end_us);
}

static void take_ends(pl_run_state *run, int64_t cap_us)
{
    const pl_ends_run wanted = {run->scope->cluster_id, run->run_id, run->started_us,
                                run->last_us,           cap_us,      run->scope->model->gap_us};
    pl_end end;
    for (size_t at = 0; pl_ends_next(run->scope->ends, &wanted, &at, &end);)
        take_end(run, &end);
}

/* What is open in the last run is judged at --as-of; earlier runs were over by then. */
static void find_ends(pl_run_state *run, int64_t cap_us)
{
    run->end_us = run->last_us;
    run->as_of_us = cap_us == PL_TIME_NONE ? run->scope->as_of_us : PL_TIME_NONE;
    memset(&run->evidence, 0, sizeof run->evidence);
    for (size_t i = 0; i < run->node_count; i++)
        run->nodes[i]->own_end_us = PL_TIME_NONE;
    take_ends(run, cap_us);
    for (size_t i = 0; i < run->node_count; i++) {
        pl_node_state *node = run->nodes[i];
        node->end_us = node->own_end_us == PL_TIME_NONE ? run->end_us : node->own_end_us;
    }
}

/* What is paused at the end waits until then. */
static void leave_paused(pl_node_state *node, int64_t end_us)
{
    bool known = end_us != PL_TIME_NONE && node->paused_us != PL_TIME_NONE;
    for (size_t i = 0; node->paused && i < node->open_count; i++) {
        pl_open_span *span = &node->open[i];
        int64_t waited_us = known && end_us > node->paused_us ? end_us - node->paused_us : 0;
        if (span->paused_us != PL_TIME_NONE)
            span->paused_us = known ? span->paused_us + waited_us : PL_TIME_NONE;
    }
}

/* What is still open is left open, and how long it was so far is known. */
static pl_status leave_open(pl_run_state *run, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < run->node_count; i++) {
        pl_node_state *node = run->nodes[i];
        const int64_t as_of_us = run->as_of_us;
        const pl_close close = {as_of_us != PL_TIME_NONE ? as_of_us : node->end_us, 0,
                                "evidence-end", "open", 0};
        node->has_final = node->open_count > 0;
        leave_paused(node, close.us);
        if (node->has_final)
            node->final = node->open[pl_state_innermost(run, node)];
        status = pl_span_close_to(run, node, 0, &close, err);
    }
    return status;
}

static const char *assess_node(const pl_run_state *run, const pl_node_state *node)
{
    const pl_stored_phase *phases = run->scope->model->phases;
    const pl_stored_phase *open = node->has_final ? &phases[node->final.phase] : NULL;
    bool is_down = node->last_phase >= 0 && phases[node->last_phase].is_down;
    bool working = open != NULL && !open->rest && !open->is_done && !open->is_down;
    if (node->broken)
        return "Failed";
    if (node->rolled_back)
        return "RolledBack";
    if (node->stalled)
        return "Stalled";
    if (node->silent)
        return "Silent";
    if (node->cut_off)
        return "Unknown";
    if (node->paused)
        return "Paused";
    if (working && open->is_queued)
        return "Queued";
    if (working)
        return node->slow ? "Slow" : "Progressing";
    return node->done && !node->left_done && !is_down ? "Completed" : "Unknown";
}

static pl_status insert_run_node(pl_run_state *run, const pl_node_state *node,
                                 const char *assessment, pl_error *err)
{
    static const char sql[] =
        "INSERT INTO run_node (run_id, node_id, assessment, phase_id, "
        "since_us, attempts, version_from,"
        " version, node_group, fitness, logs) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
        "?11)";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    int phase = node->has_final ? node->final.phase : node->last_phase;
    int64_t since_us = node->has_final ? node->final.enter_us : node->last_phase_us;
    pl_stmt_bind_int(stmt, 1, run->run_id);
    pl_stmt_bind_int(stmt, 2, node->node_id);
    pl_stmt_bind_text(stmt, 3, pl_str_of(assessment));
    if (phase >= 0)
        pl_stmt_bind_int(stmt, 4, run->scope->model->phases[phase].phase_id);
    if (phase >= 0 && since_us != PL_TIME_NONE)
        pl_stmt_bind_int(stmt, 5, since_us);
    pl_stmt_bind_int(stmt, 6, node->attempt);
    if (node->version_from[0] != '\0')
        pl_stmt_bind_text(stmt, 7, pl_str_of(node->version_from));
    if (node->version[0] != '\0')
        pl_stmt_bind_text(stmt, 8, pl_str_of(node->version));
    if (node->group[0] != '\0')
        pl_stmt_bind_text(stmt, 9, pl_str_of(node->group));
    if (node->step_count > 0)
        pl_stmt_bind_real(stmt, 10,
                          (double)(node->step_count - node->step_bad_count) / node->step_count);
    pl_stmt_bind_int(stmt, 11, node->log_count);
    return pl_stmt_run(stmt, err);
}

/* The run is as its worst node; what nobody knows comes before what goes well. */
static const char *worse(const char *a, const char *b)
{
    static const char *const order[] = {"Failed", "RolledBack",  "Stalled", "Unknown", "Silent",
                                        "Slow",   "Progressing", "Queued",  "Paused",  "Completed"};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (strcmp(order[i], a) == 0 || strcmp(order[i], b) == 0)
            return order[i];
    return a;
}

static const char *run_word(const char *worst)
{
    if (strcmp(worst, "Silent") == 0)
        return "Unknown";
    if (strcmp(worst, "Queued") == 0 || strcmp(worst, "Paused") == 0)
        return "Progressing";
    return worst;
}

static bool is_done(const pl_node_state *node)
{
    return node->started && node->node_id > 0 && node->done && !node->left_done;
}

/* Which version most nodes that are done run, the one they came from only where there is no other;
 * of equally many that of the node named first.  Empty: none is done, or no line says. */
static const char *version_of_most(const pl_run_state *run, const char *from)
{
    const char *best = "";
    size_t best_count = 0;
    for (size_t i = 0; i < run->node_count; i++) {
        const char *version = run->nodes[i]->version;
        size_t count = 0;
        if (!is_done(run->nodes[i]) || version[0] == '\0')
            continue;
        for (size_t k = 0; k < run->node_count; k++)
            count += is_done(run->nodes[k]) && strcmp(run->nodes[k]->version, version) == 0;
        bool is_new = strcmp(version, from) != 0, best_is_new = strcmp(best, from) != 0;
        if (best_count == 0 || (is_new && !best_is_new) ||
            (is_new == best_is_new && count > best_count)) {
            best = version;
            best_count = count;
        }
    }
    return best;
}

static const char *to_version(const pl_run_state *run, const char *from)
{
    if (run->to_version[0] != '\0')
        return run->to_version;
    const char *most = version_of_most(run, from);
    return most[0] != '\0' ? most : run->last_version;
}

static pl_status update_run(pl_run_state *run, const char *assessment, pl_error *err)
{
    static const char sql[] = "UPDATE run SET from_version = ?2, to_version = ?3, started_us = ?4, "
                              "ended_us = ?5, as_of_us = ?6,"
                              " assessment = ?7, purpose = ?8 WHERE run_id = ?1";
    const char *from = run->from_version[0] != '\0' ? run->from_version : run->first_version;
    const char *to = to_version(run, from);
    int64_t as_of_us = run->as_of_us != PL_TIME_NONE ? run->as_of_us : run->end_us;
    const int64_t moments[] = {run->started_us, run->last_us, as_of_us};
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, run->run_id);
    if (from[0] != '\0')
        pl_stmt_bind_text(stmt, 2, pl_str_of(from));
    if (to[0] != '\0')
        pl_stmt_bind_text(stmt, 3, pl_str_of(to));
    for (int i = 0; i < 3; i++)
        if (moments[i] != PL_TIME_NONE)
            pl_stmt_bind_int(stmt, 4 + i, moments[i]);
    pl_stmt_bind_text(stmt, 7, pl_str_of(assessment));
    if (run->purpose != NULL)
        pl_stmt_bind_text(stmt, 8, pl_str_of(run->purpose));
    return pl_stmt_run(stmt, err);
}

static pl_status write_nodes(pl_run_state *run, pl_error *err)
{
    const char *worst = "Completed";
    size_t total = 0;
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < run->node_count; i++) {
        const pl_node_state *node = run->nodes[i];
        if (!node->started)
            continue;
        const char *assessment = assess_node(run, node);
        worst = worse(worst, assessment);
        total++;
        if (node->node_id > 0)
            status = insert_run_node(run, node, assessment, err);
    }
    const char *word = total == 0 ? "Unknown" : run_word(worst);
    if (status == PL_OK)
        status = update_run(run, word, err);
    return status == PL_OK ? pl_measure_progress(run, word, err) : status;
}

pl_status pl_run_finish(pl_run_state *run, int64_t cap_us, pl_error *err)
{
    pl_status status = pl_state_settle(run, err);
    find_ends(run, cap_us);
    if (status == PL_OK)
        status = leave_open(run, err);
    if (status == PL_OK)
        status = pl_judge_failures(run, err);
    if (status == PL_OK)
        status = pl_judge_spans(run, err);
    if (status == PL_OK)
        status = pl_judge_across(run, err);
    if (status == PL_OK)
        status = pl_judge_skips(run, err);
    if (status == PL_OK)
        status = write_nodes(run, err);
    return status == PL_OK ? pl_judge_evidence(run, err) : status;
}
