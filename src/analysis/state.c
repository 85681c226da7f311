/* state.c - what enter, exit, fail and the others do to a node. */
#include "analysis/state.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"

static const pl_stored_phase *phase_of(const pl_run_state *run, int phase)
{
    return &run->scope->model->phases[phase];
}

static void begin_attempt(pl_node_state *node)
{
    node->attempt++;
    node->done = node->failed = node->after_terminal = node->rolled_back = false;
    node->left_done = node->stumbled = node->worked = false;
    node->left_phase = -1;
    node->failed_rank = node->last_rank = 0;
    pl_forget_phases(node);
}

/* Does entering `phase` begin a new attempt?  See "Attempt" in docs/architecture.md. */
static bool begins_attempt(const pl_run_state *run, const pl_node_state *node, const pl_step *step)
{
    const pl_stored_phase *phase = phase_of(run, step->phase);
    if (!node->started || node->last_phase < 0)
        return false;
    if (run->scope->model->has_begins)
        return step->begins && !node->done && node->worked;
    if (run->scope->model->serial && node->done)
        return true;
    if (node->after_terminal)
        return true;
    return phase->rank > 0 && phase->rank <= node->failed_rank;
}

/* Is `inner` nested in `outer`? */
static bool is_within(const pl_run_state *run, int inner, int outer)
{
    int up = phase_of(run, inner)->parent;
    while (up >= 0 && up != outer)
        up = phase_of(run, up)->parent;
    return up >= 0;
}

size_t pl_state_innermost(const pl_run_state *run, const pl_node_state *node)
{
    size_t at = node->open_count - 1;
    for (size_t i = at; i-- > 0;)
        if (is_within(run, node->open[i].phase, node->open[at].phase))
            at = i;
    return at;
}

/* How many open spans stay open when `phase` is entered: its ancestors, and what is nested in it
 * and began before anyone told of it. */
static size_t ancestors_open(const pl_run_state *run, const pl_node_state *node, int phase)
{
    size_t keep = 0;
    for (size_t i = 0; i < node->open_count; i++)
        if (is_within(run, phase, node->open[i].phase) ||
            is_within(run, node->open[i].phase, phase))
            keep = i + 1;
    return keep;
}

/* The open spans waited since the pause; over one without a time nobody knows how long. */
static void end_pause(pl_node_state *node, const pl_step *step)
{
    bool known = step->us != PL_TIME_NONE && !step->floor && node->paused_us != PL_TIME_NONE;
    int64_t waited_us = known && step->us > node->paused_us ? step->us - node->paused_us : 0;
    for (size_t i = 0; node->paused && i < node->open_count; i++)
        if (node->open[i].paused_us != PL_TIME_NONE)
            node->open[i].paused_us = known ? node->open[i].paused_us + waited_us : PL_TIME_NONE;
    node->paused = false;
}

static size_t find_open(const pl_node_state *node, int phase)
{
    for (size_t i = 0; i < node->open_count; i++)
        if (node->open[i].phase == phase)
            return i;
    return SIZE_MAX;
}

/* Whatever went wrong before, the node got there. */
static void reach_done(pl_node_state *node, const pl_step *step)
{
    node->done = true;
    if (!node->was_done && !step->floor)
        node->done_us = step->us;
    node->was_done = true;
    node->left_done = node->rolled_back = false;
    for (size_t i = 0; i < node->failure_count; i++)
        node->failures[i].made_good = true;
}

/* Two logs may tell a wait and the move before it a little out of step. */
static void unblock(pl_node_state *node, const pl_step *step)
{
    bool known = step->us != PL_TIME_NONE && node->blocker_us != PL_TIME_NONE;
    if (!known || step->us - node->blocker_us >= PL_US_PER_SECOND)
        node->blocker[0] = '\0';
}

/*
 * The outermost `count` open spans have moved.  A line without a time says that, but not when: the
 * last known moment stands.
 */
static void move_spans(pl_node_state *node, size_t count, const pl_step *step)
{
    unblock(node, step);
    if (step->us != PL_TIME_NONE && !step->floor && step->us >= node->moved_us) {
        node->moved_us = step->us;
        node->moved_event = step->event_id;
    }
    for (size_t i = 0; step->us != PL_TIME_NONE && !step->floor && i < count; i++) {
        node->open[i].progress_us = step->us;
        node->open[i].progress_event = step->event_id;
    }
}

/* Order checks begin anew behind a terminal phase. */
static void note_rank(pl_node_state *node, const pl_stored_phase *phase, const pl_step *step)
{
    if (phase->rank > 0) {
        node->stumbled = false;
        node->failed_rank = 0;
    }
    if (!phase->inner && phase->rank > 0) {
        node->last_rank = phase->rank;
        node->last_event = step->event_id;
    }
    if (node->after_terminal) {
        node->last_rank = 0;
        pl_forget_phases(node);
    }
    pl_see_phase(node, step->phase);
}

static void note_entered(const pl_run_state *run, pl_node_state *node, const pl_step *step)
{
    const pl_stored_phase *phase = phase_of(run, step->phase);
    node->after_terminal = phase->is_done || phase->is_down;
    node->failed = false;
    node->worked |= !phase->is_down;
    if (phase->is_done)
        reach_done(node, step);
    else if (!phase->rest && !phase->is_down)
        node->left_done = true;
    note_rank(node, phase, step);
    node->last_phase = step->phase;
    node->last_phase_us = step->us;
    node->last_enter_event = step->event_id;
    bool works = !phase->rest && !phase->is_done && !phase->is_down && !phase->is_queued;
    if (works && node->work_phase < 0) {
        node->work_phase = step->phase;
        node->work_us = step->floor ? PL_TIME_NONE : step->us;
        node->work_event = step->event_id;
    }
}

/* The work on a node of a serial model is over. */
static void end_pass(pl_run_state *run, const pl_step *step)
{
    pl_node_state *node = run->current;
    if (node != NULL && !node->failed && !node->rolled_back)
        reach_done(node, step);
}

static bool waits_its_turn(const pl_run_state *run, const pl_node_state *node)
{
    return node->open_count > 0 && phase_of(run, node->open[node->open_count - 1].phase)->is_queued;
}

/* In a serial model the work goes from node to node: who is entered closes what the others have
 * open, but for those that wait for their turn. */
static pl_status serial_enter(pl_run_state *run, pl_node_state *node, const pl_step *step,
                              pl_error *err)
{
    /* A node that was done in the pass under way: a new one has begun, and what is open was not
     * finished but left. */
    bool new_pass = node->done && (run->current == NULL || run->current->attempt <= node->attempt);
    const pl_close close =
        pl_close_by(step, new_pass ? "evidence-end" : "implied", new_pass ? "open" : "ok");
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < run->node_count; i++) {
        pl_node_state *other = run->nodes[i];
        if (other == node || other->done || waits_its_turn(run, other))
            continue;
        end_pause(other, step);
        status = pl_span_close_to(run, other, 0, &close, err);
    }
    if (!new_pass)
        end_pass(run, step);
    run->current = node;
    return status;
}

/* Each of the others says that the node came through, at the same time as far as clocks tell. */
static bool is_told_again(const pl_node_state *node, const pl_step *step)
{
    return step->only_underway && step->phase == node->last_phase &&
           step->phase == node->left_phase && step->us != PL_TIME_NONE &&
           node->left_us != PL_TIME_NONE && step->us - node->left_us < PL_US_PER_SECOND;
}

static pl_status enter(pl_run_state *run, pl_node_state *node, const pl_step *step, pl_error *err)
{
    pl_status status = PL_OK;
    bool anew = begins_attempt(run, node, step);
    if (find_open(node, step->phase) != SIZE_MAX && !(step->begins && anew))
        return PL_OK; /* a re-enter of the open phase is a retry: no progress, no new span */
    if (is_told_again(node, step))
        return PL_OK;
    end_pause(node, step);
    if (run->scope->model->serial && node != run->current && !phase_of(run, step->phase)->is_queued)
        status = serial_enter(run, node, step, err);
    if (status == PL_OK && anew)
        status = pl_judge_cut(run, node, step, err);
    if (status == PL_OK && anew) {
        const pl_close cut = pl_close_by(step, "evidence-end", "open");
        status = pl_span_close_to(run, node, 0, &cut, err);
        begin_attempt(node);
    }
    if (status == PL_OK)
        status = pl_check_order(run, node, step, err);
    const pl_close close = pl_close_by(step, "implied", "ok");
    if (status == PL_OK)
        status = pl_span_close_to(run, node, ancestors_open(run, node, step->phase), &close, err);
    if (status == PL_OK)
        status = pl_span_open(run, node, step->phase, step, err);
    if (status != PL_OK)
        return status;
    if (pl_state_innermost(run, node) == node->open_count - 1)
        move_spans(node, node->open_count, step); /* what moves around an open one is no progress */
    note_entered(run, node, step);
    return PL_OK;
}

/* Does a node that leaves this phase have nothing more to do?  Where no phase says that, the last
 * one does; in a serial model the end of the pass. */
static bool is_last(const pl_run_state *run, int phase)
{
    const pl_stored_model *model = run->scope->model;
    const pl_stored_phase *own = &model->phases[phase];
    if (model->serial || own->parent >= 0 || own->rank == 0)
        return false;
    for (size_t i = 0; i < model->phase_count; i++)
        if (model->phases[i].is_done ||
            (model->phases[i].parent < 0 && model->phases[i].rank > own->rank))
            return false;
    return true;
}

static void note_left(const pl_run_state *run, pl_node_state *node, int phase, const pl_step *step)
{
    if (!is_last(run, phase))
        return;
    reach_done(node, step);
    node->after_terminal = true;
}

/* Does the line tell both when it ended and how long it took? */
static bool tells_length(const pl_step *step)
{
    return step->lasted_us >= 0 && step->us != PL_TIME_NONE && !step->floor;
}

/* A line that tells the end of a phase nobody saw begin, and how long it took: the beginning
 * follows. */
static pl_status leave_entered(pl_run_state *run, pl_node_state *node, const pl_step *step,
                               pl_error *err)
{
    pl_step began = *step;
    if (tells_length(step))
        began.us -= step->lasted_us;
    pl_close close = pl_close_by(step, "explicit", "ok");
    close.told_us = step->lasted_us;
    pl_status status = enter(run, node, &began, err);
    if (status == PL_OK)
        status = pl_span_close(run, node, &close, err);
    if (status == PL_OK)
        note_left(run, node, step->phase, step);
    return status;
}

/* It began before the evidence does: a span without a beginning. */
static pl_status leave_unseen(pl_run_state *run, pl_node_state *node, const pl_step *step,
                              pl_error *err)
{
    pl_step began = *step;
    began.us = PL_TIME_NONE;
    const pl_close close = pl_close_by(step, "explicit", "ok");
    pl_status status = pl_span_open(run, node, step->phase, &began, err);
    if (status == PL_OK)
        status = pl_span_close(run, node, &close, err);
    note_entered(run, node, &began);
    move_spans(node, 0, step);
    note_left(run, node, step->phase, step);
    return status;
}

static pl_status leave(pl_run_state *run, pl_node_state *node, const pl_step *step, pl_error *err)
{
    bool is_open = step->phase >= 0 && find_open(node, step->phase) != SIZE_MAX;
    if (step->phase >= 0 && !is_open && step->lasted_us >= 0)
        return leave_entered(run, node, step, err);
    if (step->phase >= 0 && node->last_phase < 0)
        return leave_unseen(run, node, step, err);
    pl_close close = pl_close_by(step, "explicit", "ok");
    size_t at = step->phase >= 0 ? find_open(node, step->phase) : node->open_count - 1;
    if (node->open_count == 0 || at == SIZE_MAX)
        return PL_OK; /* an exit of what was not entered is only a note */
    end_pause(node, step);
    move_spans(node, at, step);
    int phase = node->open[at].phase;
    node->left_phase = phase;
    node->left_us = step->floor ? PL_TIME_NONE : step->us;
    pl_status status = pl_span_close_to(run, node, at + 1, &close, err);
    close.told_us = step->lasted_us;
    if (status == PL_OK)
        status = pl_span_close(run, node, &close, err);
    if (status == PL_OK)
        note_left(run, node, phase, step);
    return status;
}

/* An exit without a node ends the pass of whoever is being worked on. */
static pl_status serial_leave(pl_run_state *run, const pl_step *step, pl_error *err)
{
    pl_status status = PL_OK;
    if (step->phase >= 0)
        return run->current == NULL ? PL_OK : leave(run, run->current, step, err);
    const pl_close close = pl_close_by(step, "explicit", "ok");
    for (size_t i = 0; status == PL_OK && i < run->node_count; i++) {
        pl_node_state *node = run->nodes[i];
        if (waits_its_turn(run, node))
            continue;
        end_pause(node, step);
        status = pl_span_close_to(run, node, 0, &close, err);
    }
    end_pass(run, step);
    run->current = NULL;
    return status;
}

static pl_status remember_failure(pl_node_state *node, int phase, int64_t since_us,
                                  const pl_step *step, pl_error *err)
{
    if (!pl_grow(&node->failures, &node->failure_room, node->failure_count + 1,
                 sizeof *node->failures))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a failure");
    pl_failure *failure = &node->failures[node->failure_count++];
    *failure = (pl_failure){.attempt = node->attempt,
                            .phase = phase,
                            .since_us = since_us,
                            .at_us = step->us,
                            .floor = step->floor,
                            .event = step->event_id};
    pl_text_copy(failure->code, sizeof failure->code, step->code);
    bool names = step->blocker.len > 0; /* the line that tells the failure knows best */
    pl_text_copy(failure->blocker, sizeof failure->blocker,
                 names ? step->blocker : pl_str_of(node->blocker));
    failure->blocker_event = names ? step->event_id : node->blocker_event;
    return PL_OK;
}

/* A phase that was never entered was so all the same: what stood beside it was over. */
static pl_status fail_unentered(pl_run_state *run, pl_node_state *node, int phase,
                                const pl_step *step, pl_error *err)
{
    const pl_close over = pl_close_by(step, "implied", "ok");
    node->last_phase = phase;
    node->last_phase_us = step->us;
    node->last_enter_event = step->event_id;
    pl_status status = pl_span_close_to(run, node, ancestors_open(run, node, phase), &over, err);
    return status == PL_OK ? pl_span_point(run, node, phase, step, "failed", err) : status;
}

static void note_failed(const pl_run_state *run, pl_node_state *node, int phase)
{
    node->failed = node->stumbled = node->worked = true;
    node->done = false;
    if (phase >= 0 && phase_of(run, phase)->rank > 0)
        node->failed_rank = phase_of(run, phase)->rank;
}

/* When a failure began that nobody saw begin. */
static int64_t began_us(const pl_step *step)
{
    return tells_length(step) ? step->us - step->lasted_us : step->us;
}

/* The failure was told before; its code maybe only now. */
static pl_status say_more(pl_node_state *node, const pl_step *step)
{
    pl_failure *last = node->failure_count > 0 ? &node->failures[node->failure_count - 1] : NULL;
    if (last != NULL && last->code[0] == '\0' && last->at_us == step->us)
        pl_text_copy(last->code, sizeof last->code, step->code);
    return PL_OK;
}

/* Closes the phase (the innermost one when none is named), what is nested in it, and fails its
 * ancestors. */
static pl_status fail(pl_run_state *run, pl_node_state *node, const pl_step *step, pl_error *err)
{
    const pl_close close = pl_close_by(step, "explicit", "failed");
    int phase = step->phase;
    if (phase < 0 && node->open_count > 0)
        phase = node->open[node->open_count - 1].phase;
    if (node->open_count == 0 && node->failed)
        return say_more(node, step);
    end_pause(node, step);
    size_t at = phase >= 0 ? find_open(node, phase) : SIZE_MAX;
    int64_t since_us = at != SIZE_MAX ? node->open[at].enter_us : began_us(step);
    pl_status status = PL_OK;
    if (at == SIZE_MAX && phase >= 0)
        status = fail_unentered(run, node, phase, step, err);
    if (status == PL_OK)
        status = pl_span_close_to(run, node, 0, &close, err);
    if (status == PL_OK)
        status = remember_failure(node, phase, since_us, step, err);
    note_failed(run, node, phase);
    node->blocker[0] = '\0';
    return status;
}

/* Reads 42, 42.5 or 42.5% in thousandths. */
static bool read_counter(pl_str text, int64_t *out)
{
    uint64_t whole = 0, part = 0;
    if (pl_str_ends(text, PL_STR("%")))
        text.len--;
    size_t dot = pl_str_find(text, PL_STR("."), 0);
    if (!pl_str_to_u64(pl_str_slice(text, 0, dot), &whole) || whole >= INT64_MAX / 1000)
        return false;
    *out = (int64_t)whole * 1000;
    if (dot == SIZE_MAX)
        return true;
    pl_str fraction = pl_str_slice(text, dot + 1, 3);
    if (!pl_str_to_u64(fraction, &part))
        return false;
    *out += (int64_t)part * (fraction.len == 1 ? 100 : fraction.len == 2 ? 10 : 1);
    return true;
}

/* A counter that moved is progress, a line without one as well; the same number again is none. */
static void progress(pl_node_state *node, const pl_step *step)
{
    size_t at = step->phase >= 0 ? find_open(node, step->phase) : node->open_count - 1;
    if (node->open_count == 0 || at == SIZE_MAX)
        return;
    pl_open_span *span = &node->open[at];
    pl_str text = step->cur.ptr != NULL ? step->cur : step->percent;
    int64_t counter = 0;
    if (read_counter(text, &counter)) {
        bool moved = !span->has_counter ||
                     (step->falling ? counter < span->counter : counter > span->counter);
        if (!moved)
            return;
        span->has_counter = true;
        span->counter = counter;
    }
    move_spans(node, at + 1, step);
}

static pl_status skip(pl_run_state *run, pl_node_state *node, const pl_step *step, pl_error *err)
{
    const pl_close close = pl_close_by(step, "explicit", "skipped");
    if (step->phase < 0)
        return PL_OK;
    size_t at = find_open(node, step->phase);
    return at == SIZE_MAX ? pl_span_point(run, node, step->phase, step, "skipped", err)
                          : pl_span_close_to(run, node, at, &close, err);
}

static pl_status roll_back(pl_run_state *run, pl_node_state *node, const pl_step *step,
                           pl_error *err)
{
    const pl_close close = pl_close_by(step, "explicit", "rolled-back");
    if (step->phase >= 0 && find_open(node, step->phase) != SIZE_MAX)
        return PL_OK; /* the same rollback, its next step */
    end_pause(node, step);
    pl_status status = pl_span_close_to(run, node, 0, &close, err);
    node->rolled_back = true;
    node->rolled_us = step->us;
    node->rolled_event = step->event_id;
    node->done = false;
    if (status == PL_OK && step->phase >= 0) {
        status = pl_span_open(run, node, step->phase, step, err);
        if (status == PL_OK)
            note_entered(run, node, step);
    }
    return status;
}

/* The last line of the node before the hole: above the boot in its log, else the end of another of
 * its logs, else its last event. */
static pl_status last_before(pl_run_state *run, const pl_node_state *node, const pl_step *step,
                             int64_t *us, pl_error *err)
{
    static const char sql[] =
        "SELECT max(s.last_us) FROM source s JOIN node_name w ON w.cluster_id = s.cluster_id"
        " AND w.name_id = s.own_name WHERE w.node_id = ?1 AND s.last_us <= ?2";
    pl_stmt *stmt = NULL;
    int64_t line_us = step->before_us;
    pl_status status = PL_OK;
    if (line_us == PL_TIME_NONE && step->us != PL_TIME_NONE) {
        status = pl_stmt_get(run->scope->store, sql, &stmt, err);
        if (status != PL_OK)
            return status;
        pl_stmt_bind_int(stmt, 1, node->node_id);
        pl_stmt_bind_int(stmt, 2, step->us);
        status = pl_stmt_step(stmt, err);
        line_us = status == PL_OK ? pl_stmt_int_or(stmt, 0, PL_TIME_NONE) : PL_TIME_NONE;
        pl_stmt_reset(stmt);
    }
    *us = line_us > node->seen_us ? line_us : node->seen_us;
    return status < 0 ? status : PL_OK;
}

/* The node started anew: that ends a reboot.  What else was open ended somewhere before, nobody saw
 * how.  A node at rest stays where it is. */
static pl_status boot(pl_run_state *run, pl_node_state *node, const pl_step *step, pl_error *err)
{
    pl_close close = {PL_TIME_NONE, step->event_id, "evidence-end", "open", 0};
    const pl_close booted = pl_close_by(step, "explicit", "ok");
    pl_status status = PL_OK;
    if (node->open_count > 0 && phase_of(run, node->open[node->open_count - 1].phase)->is_reboot)
        status = pl_span_close(run, node, &booted, err);
    if (status != PL_OK || node->open_count == 0 ||
        phase_of(run, node->open[node->open_count - 1].phase)->rest)
        return status;
    status = last_before(run, node, step, &close.us, err);
    return status == PL_OK ? pl_span_close_to(run, node, 0, &close, err) : status;
}

/* A boot of a phase: where the node was at work the hole before the line is that phase. */
static pl_status boot_of(pl_run_state *run, pl_node_state *node, const pl_step *step, pl_error *err)
{
    pl_step began = *step;
    size_t at = find_open(node, step->phase);
    if (at == SIZE_MAX &&
        (node->open_count == 0 ||
         !pl_phase_is_work(phase_of(run, node->open[node->open_count - 1].phase))))
        return boot(run, node, step, err);
    pl_status status = at == SIZE_MAX ? last_before(run, node, step, &began.us, err) : PL_OK;
    if (status == PL_OK && at == SIZE_MAX)
        status = enter(run, node, &began, err);
    return status == PL_OK ? leave(run, node, step, err) : status;
}

static void set_paused(pl_node_state *node, const pl_step *step, bool paused)
{
    if (!paused && node->paused) {
        end_pause(node, step);
        move_spans(node, node->open_count, step);
    }
    if (!paused || node->paused)
        return;
    node->paused = true;
    node->paused_us = step->floor ? PL_TIME_NONE : step->us;
    node->paused_event = step->event_id;
}

/* Who pauses a whole cluster pauses all nodes at work, in a model that tells nodes apart. */
static void pause_all(pl_run_state *run, const pl_step *step, bool paused)
{
    for (size_t i = 0; i < run->node_count; i++) {
        pl_node_state *node = run->nodes[i];
        if (node->node_id == 0 || node->open_count == 0)
            continue;
        const pl_stored_phase *open = phase_of(run, node->open[node->open_count - 1].phase);
        if (!open->rest && !open->is_done && !open->is_down)
            set_paused(node, step, paused);
    }
}

/* The line tells an end that is still to come. */
static void await_end(pl_run_state *run, pl_node_state *node, const pl_step *step)
{
    size_t at = find_open(node, step->phase);
    int64_t began_us = at == SIZE_MAX ? step->us : node->open[at].enter_us;
    int64_t end_us = began_us == PL_TIME_NONE ? step->us : began_us + step->lasted_us;
    run->due = (pl_due){.node = node,
                        .step = {.event_id = step->event_id,
                                 .source_id = step->source_id,
                                 .line_no = step->line_no,
                                 .us = step->us,
                                 .lasted_us = step->lasted_us,
                                 .phase = step->phase,
                                 .of_model = true},
                        .end_us = end_us > step->us ? end_us : step->us,
                        .entered = at != SIZE_MAX};
}

/* The program appends how long it took to the line it printed last; a line of another beginning
 * below it that comes before the end shows that this one was printed at the end. */
static bool was_stamped_at_end(const pl_due *due, const pl_step *next)
{
    return !due->entered && next != NULL && next->source_id == due->step.source_id &&
           next->line_no != due->step.line_no && next->us != PL_TIME_NONE && !next->floor &&
           next->us < due->end_us;
}

/* Takes what is due off the run, begun at least. */
static pl_status take_due(pl_run_state *run, pl_due *due, pl_error *err)
{
    *due = run->due;
    run->due.node = NULL;
    return due->entered ? PL_OK : enter(run, due->node, &due->step, err);
}

/* At --as-of it was still under way: the line has what it was going to say. */
static bool is_to_come(const pl_run_state *run)
{
    return run->scope->as_of_us != PL_TIME_NONE && run->due.end_us > run->scope->as_of_us;
}

static void note_end(pl_run_state *run, const pl_due *due)
{
    if (run->last_us < due->end_us)
        run->last_us = due->end_us;
    due->node->seen_us = due->end_us;
}

/* Ends what is due at its end; `next` is the line below, NULL: none is. */
static pl_status end_due(pl_run_state *run, const pl_step *next, pl_error *err)
{
    pl_due due = run->due;
    if (was_stamped_at_end(&due, next)) {
        run->due.node = NULL;
        return leave_entered(run, due.node, &due.step, err);
    }
    bool to_come = is_to_come(run);
    pl_status status = take_due(run, &due, err);
    if (status != PL_OK || to_come)
        return status;
    note_end(run, &due);
    due.step.us = due.end_us;
    return leave(run, due.node, &due.step, err);
}

pl_status pl_state_settle(pl_run_state *run, pl_error *err)
{
    return run->due.node == NULL ? PL_OK : end_due(run, NULL, err);
}

/* Does the line tell that what is due failed? */
static bool fails_due(const pl_due *due, const pl_step *next)
{
    return pl_str_equal(next->transition, PL_STR("fail")) &&
           next->source_id == due->step.source_id && next->node_id == due->node->node_id;
}

/* What is due ends before `next` does anything, or fails by it, at its end.  False in *happened:
 * that is still to come. */
static pl_status settle_before(pl_run_state *run, pl_step *next, bool *happened, pl_error *err)
{
    pl_due due;
    *happened = true;
    if (run->due.node == NULL || !next->of_model)
        return PL_OK;
    if (!fails_due(&run->due, next))
        return end_due(run, next, err);
    *happened = !is_to_come(run);
    pl_status status = take_due(run, &due, err);
    if (*happened)
        note_end(run, &due);
    next->us = due.end_us;
    return status;
}

static pl_status exit_node(pl_run_state *run, pl_node_state *node, const pl_step *step,
                           pl_error *err)
{
    if (!step->at_begin || step->phase < 0 || !tells_length(step))
        return leave(run, node, step, err);
    await_end(run, node, step);
    return PL_OK;
}

static pl_status apply_to_node(pl_run_state *run, pl_node_state *node, const pl_step *step,
                               pl_error *err)
{
    pl_str what = step->transition;
    pl_status status = pl_check_unexpected(run, node, step, err);
    if (status != PL_OK)
        return status;
    if (!pl_str_equal(what, PL_STR("note")))
        pl_see_phase(node, step->phase);
    if (pl_str_equal(what, PL_STR("enter")))
        return step->phase >= 0 ? enter(run, node, step, err) : PL_OK;
    if (pl_str_equal(what, PL_STR("retry")) && step->phase >= 0)
        return enter(run, node, step, err); /* of the open phase: nothing new */
    if (pl_str_equal(what, PL_STR("exit")))
        return exit_node(run, node, step, err);
    if (pl_str_equal(what, PL_STR("fail")))
        return fail(run, node, step, err);
    if (pl_str_equal(what, PL_STR("skip")))
        return skip(run, node, step, err);
    if (pl_str_equal(what, PL_STR("rollback")))
        return roll_back(run, node, step, err);
    if (pl_str_equal(what, PL_STR("boot")))
        return step->phase >= 0 ? boot_of(run, node, step, err) : boot(run, node, step, err);
    if (pl_str_equal(what, PL_STR("progress")))
        progress(node, step);
    bool pauses = pl_str_equal(what, PL_STR("pause"));
    if (pauses || pl_str_equal(what, PL_STR("resume"))) {
        set_paused(node, step, pauses);
        if (node->node_id == 0)
            pause_all(run, step, pauses);
    }
    return PL_OK; /* a note changes nothing */
}

static pl_status apply(pl_run_state *run, const pl_step *step, pl_error *err)
{
    const pl_stored_model *model = run->scope->model;
    bool nobody = step->node_id == 0 && model->serial;
    if (nobody && pl_str_equal(step->transition, PL_STR("exit")))
        return serial_leave(run, step, err);
    pl_node_state *node = nobody ? run->current : pl_state_node(run, step->node_id, step->node);
    if (nobody && node == NULL)
        return PL_OK; /* about whatever is open, and nothing is */
    if (node == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a node");
    pl_note_facts(run, node, step);
    pl_status status = apply_to_node(run, node, step, err);
    pl_note_blocker(node, step);
    if (step->node_id == 0 && step->of_model)
        pl_note_commit(run, step);
    if (status == PL_OK && model->parallel > 0 && !model->serial)
        status = pl_note_outage(run, node, step, err);
    /* A note about the whole cluster makes it no part of a model of nodes. */
    bool aside = step->node_id == 0 && !model->cluster_scope &&
                 pl_str_equal(step->transition, PL_STR("note"));
    node->started |= step->of_model && !aside;
    if (node->started && node->first_event == 0)
        node->first_event = step->event_id;
    if (step->us != PL_TIME_NONE && !step->floor)
        node->seen_us = step->us;
    return status;
}

pl_status pl_state_apply(pl_run_state *run, const pl_step *step, pl_error *err)
{
    pl_step now = *step;
    bool happened;
    pl_status status = settle_before(run, &now, &happened, err);
    return status == PL_OK && happened ? apply(run, &now, err) : status;
}
