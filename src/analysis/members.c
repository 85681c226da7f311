/* members.c - the nodes of a run, and what lines tell of them besides their phases. */
#include "analysis/state.h"

#include <string.h>

#include "base/alloc.h"

void pl_text_copy(char *out, size_t room, pl_str text)
{
    size_t len = text.len < room - 1 ? text.len : room - 1;
    if (len > 0)
        memcpy(out, text.ptr, len);
    out[len] = '\0';
}

static pl_node_state *new_node(pl_run_state *run, int64_t node_id, pl_str name)
{
    if (!pl_grow(&run->nodes, &run->node_room, run->node_count + 1, sizeof(pl_node_state *)))
        return NULL;
    pl_node_state *node = pl_arena_take(&run->arena, 1, sizeof *node);
    if (node == NULL)
        return NULL;
    *node = (pl_node_state){.node_id = node_id,
                            .attempt = 1,
                            .last_phase = -1,
                            .left_phase = -1,
                            .work_phase = -1,
                            .seen_us = PL_TIME_NONE,
                            .moved_us = PL_TIME_NONE,
                            .work_us = PL_TIME_NONE,
                            .done_us = PL_TIME_NONE};
    node->name = pl_arena_copy(&run->arena, name);
    run->nodes[run->node_count++] = node;
    return node->name.ptr == NULL ? NULL : node;
}

static pl_str key_of(const int64_t *node_id)
{
    return (pl_str){(const char *)node_id, sizeof *node_id};
}

pl_node_state *pl_state_find(const pl_run_state *run, int64_t node_id)
{
    const int64_t *slot = pl_map_find(run->index, key_of(&node_id));
    return slot == NULL || *slot == 0 ? NULL : run->nodes[*slot - 1];
}

pl_node_state *pl_state_node(pl_run_state *run, int64_t node_id, pl_str name)
{
    int64_t *slot = pl_map_at(run->index, key_of(&node_id));
    if (slot == NULL)
        return NULL;
    if (*slot > 0)
        return run->nodes[*slot - 1];
    pl_node_state *node = new_node(run, node_id, name);
    if (node != NULL)
        *slot = (int64_t)run->node_count;
    return node;
}

bool pl_state_is_underway(const pl_run_state *run, const pl_step *step)
{
    const pl_node_state *node = pl_state_find(run, step->node_id);
    return node != NULL && node->last_phase >= 0 &&
           !run->scope->model->phases[node->last_phase].is_done;
}

void pl_note_facts(pl_run_state *run, pl_node_state *node, const pl_step *step)
{
    if (step->group.len > 0)
        pl_text_copy(node->group, sizeof node->group, step->group);
    if (step->version.len > 0)
        pl_text_copy(node->version, sizeof node->version, step->version);
    if (step->version.len > 0 && node->version_from[0] == '\0')
        pl_text_copy(node->version_from, sizeof node->version_from, step->version);
    if (run->active && node->version[0] != '\0') {
        if (run->first_version[0] == '\0')
            memcpy(run->first_version, node->version, sizeof node->version);
        if (step->version.len > 0 || !node->started)
            memcpy(run->last_version, node->version, sizeof node->version);
    }
    if (step->of_model && step->from.len > 0 && run->from_version[0] == '\0')
        pl_text_copy(run->from_version, sizeof run->from_version, step->from);
    if (step->of_model && step->to.len > 0)
        pl_text_copy(run->to_version, sizeof run->to_version, step->to);
    if (step->of_model && pl_str_equal(step->purpose, PL_STR("upgrade")))
        run->purpose = "upgrade";
    else if (step->of_model && run->purpose == NULL && pl_str_equal(step->purpose, PL_STR("patch")))
        run->purpose = "patch";
}

void pl_note_blocker(pl_node_state *node, const pl_step *step)
{
    if (step->blocker.len == 0 || pl_str_equal(step->transition, PL_STR("fail")))
        return;
    pl_text_copy(node->blocker, sizeof node->blocker, step->blocker);
    node->blocker_us = step->us;
    node->blocker_event = step->event_id;
}

pl_status pl_note_outage(const pl_run_state *run, pl_node_state *node, const pl_step *step,
                         pl_error *err)
{
    pl_outage *last = node->outage_count > 0 ? &node->outages[node->outage_count - 1] : NULL;
    bool was_out = last != NULL && last->end_us == PL_TIME_NONE;
    int out = -1;
    for (size_t i = 0; i < node->open_count && out < 0; i++)
        out = run->scope->model->phases[node->open[i].phase].is_out ? node->open[i].phase : -1;
    if ((out >= 0) == was_out)
        return PL_OK;
    bool known = step->us != PL_TIME_NONE && !step->floor;
    if (was_out) {
        last->end_us = known ? step->us : last->start_us;
        return PL_OK;
    }
    if (!known)
        return PL_OK;
    if (!pl_grow(&node->outages, &node->outage_room, node->outage_count + 1, sizeof *node->outages))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for an outage");
    node->outages[node->outage_count++] = (pl_outage){step->us, PL_TIME_NONE, step->event_id, out};
    return PL_OK;
}

void pl_note_commit(pl_run_state *run, const pl_step *step)
{
    bool enters = pl_str_equal(step->transition, PL_STR("enter")) && step->phase >= 0;
    if (!enters || run->scope->model->cluster_scope || run->commit_phase >= 0 ||
        !run->scope->model->phases[step->phase].is_commit)
        return;
    run->commit_phase = step->phase;
    run->commit_us = step->floor ? PL_TIME_NONE : step->us;
    run->commit_event = step->event_id;
}
