/*
 * progress.c - how far a run is, and how long it will take.
 *
 * Every node has the work phases of the model to go through; each weighs what it took here (the
 * median), else what the model expects, else as much as the others do on average.  What is left
 * goes on at the pace of what is done: in the time since the run began so much of the work was
 * done.
 */
#include "analysis/state.h"

#include <string.h>

#include "base/alloc.h"

#define NEARLY_PERMILLE 990 /* of a run in which a node is not done */
#define RANGE_SPANS_MIN 3   /* with fewer spans of a phase the range is half to twice the weight */

struct weight {
    bool counts;                         /* the phase is work that every node must do */
    int64_t usual_us, least_us, most_us; /* usual: -1 while nobody knows */
};

/* Work, in microseconds of one node. */
struct work {
    double done, left, least, most;              /* of all nodes */
    double longest, longest_least, longest_most; /* left of the node with most to do */
    size_t nodes, nodes_done;
};

struct forecast {
    pl_run_state *run;
    struct weight *weights; /* owned; by phase */
    bool has_phases, is_timed;
    struct work work;
};

static bool is_step(const pl_stored_phase *phase)
{
    return phase->parent < 0 && phase->rank > 0 && !phase->optional && !phase->rest &&
           !phase->is_done && !phase->is_down && !phase->is_queued;
}

/* ---- weights */

static void weigh(struct weight *weight, const int64_t *us, size_t count)
{
    if (count == 0)
        return;
    weight->usual_us = us[(count - 1) / 2];
    weight->least_us = count >= RANGE_SPANS_MIN ? us[0] : weight->usual_us / 2;
    weight->most_us = count >= RANGE_SPANS_MIN ? us[count - 1] : weight->usual_us * 2;
}

static pl_status weigh_phase(struct forecast *forecast, size_t at, pl_error *err)
{
    static const char sql[] =
        "SELECT duration_us - paused_us FROM span WHERE run_id = ?1 AND phase_id = ?2 AND result = "
        "'ok' AND duration_us - paused_us IS NOT NULL ORDER BY 1";
    const pl_run_state *run = forecast->run;
    const pl_stored_phase *phase = &run->scope->model->phases[at];
    struct weight *weight = &forecast->weights[at];
    int64_t *us = NULL;
    size_t count = 0, room = 0;
    *weight = (struct weight){.counts = is_step(phase), .usual_us = -1};
    if (!weight->counts)
        return PL_OK;
    forecast->has_phases = true;
    weigh(weight, &phase->expect_us, phase->expect_us >= 0 ? 1 : 0);
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, run->run_id);
    pl_stmt_bind_int(stmt, 2, phase->phase_id);
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        if (!pl_grow(&us, &room, count + 1, sizeof *us)) {
            status = pl_fail(err, PL_ERR_NOMEM, "no memory for durations");
            break;
        }
        us[count++] = pl_stmt_int(stmt, 0);
    }
    weigh(weight, us, count);
    pl_release(us);
    return status == PL_DONE ? PL_OK : status;
}

/* A phase nobody knows weighs as much as the others do. */
static void weigh_unknown(struct forecast *forecast)
{
    size_t phases = forecast->run->scope->model->phase_count, known = 0;
    int64_t sum_us = 0;
    for (size_t i = 0; i < phases; i++)
        if (forecast->weights[i].counts && forecast->weights[i].usual_us >= 0) {
            sum_us += forecast->weights[i].usual_us;
            known++;
        }
    const int64_t others_us = known > 0 ? sum_us / (int64_t)known : PL_US_PER_SECOND;
    forecast->is_timed = sum_us > 0;
    for (size_t i = 0; i < phases; i++)
        if (forecast->weights[i].counts && (forecast->weights[i].usual_us < 0 || sum_us == 0))
            weigh(&forecast->weights[i], sum_us > 0 ? &others_us : &(int64_t){PL_US_PER_SECOND}, 1);
}

static pl_status weigh_all(struct forecast *forecast, pl_error *err)
{
    size_t phases = forecast->run->scope->model->phase_count;
    forecast->weights = pl_alloc(phases + 1, sizeof *forecast->weights);
    if (forecast->weights == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for weights");
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < phases; i++)
        status = weigh_phase(forecast, i, err);
    weigh_unknown(forecast);
    return status;
}

/* ---- work */

/* How long the node has been at work in the phase of its rank; -1: it is through with it.  Waiting
 * in vain is no work. */
static int64_t spent_us(const struct forecast *forecast, const pl_node_state *node)
{
    const pl_run_state *run = forecast->run;
    const pl_open_span *span = &node->open[0]; /* as it was when it was left open */
    int64_t now_us = run->as_of_us != PL_TIME_NONE ? run->as_of_us : node->end_us;
    if (!node->has_final || run->scope->model->phases[span->phase].rank != node->last_rank)
        return -1;
    if (node->stalled || node->silent || span->enter_us == PL_TIME_NONE || now_us == PL_TIME_NONE ||
        span->paused_us == PL_TIME_NONE || now_us < span->enter_us)
        return 0;
    return now_us - span->enter_us - span->paused_us;
}

/* Of a phase that goes on a tenth is left at least. */
static double left_of(int64_t weight_us, int64_t spent)
{
    int64_t least_us = spent == INT64_MAX ? 0 : weight_us / 10;
    return weight_us - least_us > spent ? (double)(weight_us - spent) : (double)least_us;
}

static void add_node(struct forecast *forecast, const pl_node_state *node)
{
    const pl_stored_model *model = forecast->run->scope->model;
    struct work *work = &forecast->work;
    bool is_down = node->last_phase >= 0 && model->phases[node->last_phase].is_down;
    bool is_done =
        node->done && !is_down && !node->left_done && !node->broken && !node->rolled_back;
    bool starts_over = node->broken || node->rolled_back;
    int64_t spent = spent_us(forecast, node);
    double left = 0, least = 0, most = 0;
    work->nodes++;
    work->nodes_done += is_done;
    for (size_t i = 0; i < model->phase_count; i++) {
        const struct weight *weight = &forecast->weights[i];
        int rank = model->phases[i].rank;
        if (!weight->counts)
            continue;
        bool is_here = rank == node->last_rank && !is_done && !starts_over;
        bool is_past = is_done || (!starts_over && rank < node->last_rank);
        int64_t here = is_past || (is_here && spent < 0) ? INT64_MAX : is_here ? spent : 0;
        work->done += (double)weight->usual_us - left_of(weight->usual_us, here);
        left += left_of(weight->usual_us, here);
        least += left_of(weight->least_us, here);
        most += left_of(weight->most_us, here);
    }
    work->left += left;
    work->least += least;
    work->most += most;
    work->longest = left > work->longest ? left : work->longest;
    work->longest_least = least > work->longest_least ? least : work->longest_least;
    work->longest_most = most > work->longest_most ? most : work->longest_most;
}

static void add_nodes(struct forecast *forecast)
{
    const pl_run_state *run = forecast->run;
    for (size_t i = 0; i < run->node_count; i++)
        if (run->nodes[i]->started && run->nodes[i]->node_id > 0)
            add_node(forecast, run->nodes[i]);
    for (size_t i = 0; forecast->work.nodes == 0 && i < run->node_count; i++)
        if (run->nodes[i]->started)
            add_node(forecast, run->nodes[i]);
    if (forecast->has_phases)
        return;
    /* No order of phases: a node is done or it is not. */
    struct work *work = &forecast->work;
    work->done = (double)work->nodes_done;
    work->left = (double)(work->nodes - work->nodes_done);
    work->least = work->left / 2;
    work->most = work->left * 2;
    forecast->is_timed = work->nodes_done > 0;
}

/* ---- answers */

static void bind_forecast(pl_stmt *stmt, int at, double left, double pace, double longest)
{
    double us = left * pace > longest ? left * pace : longest;
    if (us < 9e17) /* 28,000 years: no number to tell, and one that still fits */
        pl_stmt_bind_int(stmt, at, (int64_t)(us / PL_US_PER_SECOND + 0.5) * PL_US_PER_SECOND);
}

static pl_status write(const struct forecast *forecast, const char *assessment, pl_error *err)
{
    static const char sql[] = "UPDATE run SET completion_pct = ?2, remaining_us = ?3, "
                              "remaining_min_us = ?4, remaining_max_us = ?5 WHERE run_id = ?1";
    const pl_run_state *run = forecast->run;
    const struct work *work = &forecast->work;
    int64_t now_us = run->as_of_us != PL_TIME_NONE ? run->as_of_us : run->end_us;
    bool is_open = strcmp(assessment, "Progressing") == 0 || strcmp(assessment, "Slow") == 0;
    bool is_dated = run->started_us != PL_TIME_NONE && now_us > run->started_us;
    double all = work->done + work->left;
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(run->scope->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    int64_t permille = all > 0 ? (int64_t)(1000 * work->done / all + 0.5) : 0;
    pl_stmt_bind_int(stmt, 1, run->run_id);
    bool is_over = work->nodes > 0 && work->nodes_done == work->nodes;
    if (is_over || permille > NEARLY_PERMILLE)
        permille = is_over ? 1000 : NEARLY_PERMILLE;
    pl_stmt_bind_real(stmt, 2, (double)permille / 10);
    if (is_open && is_dated && forecast->is_timed && work->done > 0 && work->left > 0) {
        double pace = (double)(now_us - run->started_us) / work->done;
        bind_forecast(stmt, 3, work->left, pace, work->longest);
        bind_forecast(stmt, 4, work->least, pace, work->longest_least);
        bind_forecast(stmt, 5, work->most, pace, work->longest_most);
    }
    return pl_stmt_run(stmt, err);
}

pl_status pl_measure_progress(pl_run_state *run, const char *assessment, pl_error *err)
{
    struct forecast forecast = {.run = run};
    pl_status status = weigh_all(&forecast, err);
    if (status == PL_OK) {
        add_nodes(&forecast);
        status = write(&forecast, assessment, err);
    }
    pl_release(forecast.weights);
    return status;
}
