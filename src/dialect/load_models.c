/* load_models.c - the phase models of a dialect file. */
#include "dialect/loader.h"

#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/escape.h"

#define GAP_DEFAULT_US (24 * 3600 * PL_US_PER_SECOND)
#define GROUPS_BYTES_MAX ((size_t)64 << 10) /* of the lists of groups of a model */

struct run_keys {
    int64_t gap_us;
    pl_str id;
};

struct after_keys {
    pl_str model, phase;
};

struct mixed_keys {
    pl_str until;
    int64_t limit_us;
};

struct model_keys {
    pl_str model, beside;
    int scope;
    bool serial;
    int parallel;
    pl_yaml_node run, after, mixed, groups, phases;
};

struct phase_keys {
    pl_str phase, parent;
    pl_yaml_node kind;
    int rank, terminal;
    bool optional, repeatable, rest;
    int64_t expect_us, limit_us;
};

static const char *const scope_words[] = {"node", "cluster", NULL};
static const char *const rank_words[] = {"position", "none", NULL};
static const char *const terminal_words[] = {"no", "done", "down", NULL};

static const pl_yaml_field phase_fields[] = {
    {"phase", PL_YAML_STR, true, offsetof(struct phase_keys, phase), NULL},
    {"kind", PL_YAML_NODE, true, offsetof(struct phase_keys, kind), NULL},
    {"rank", PL_YAML_WORD, false, offsetof(struct phase_keys, rank), rank_words},
    {"terminal", PL_YAML_WORD, false, offsetof(struct phase_keys, terminal), terminal_words},
    {"optional", PL_YAML_BOOL, false, offsetof(struct phase_keys, optional), NULL},
    {"repeatable", PL_YAML_BOOL, false, offsetof(struct phase_keys, repeatable), NULL},
    {"rest", PL_YAML_BOOL, false, offsetof(struct phase_keys, rest), NULL},
    {"parent", PL_YAML_STR, false, offsetof(struct phase_keys, parent), NULL},
    {"expect", PL_YAML_DURATION, false, offsetof(struct phase_keys, expect_us), NULL},
    {"limit", PL_YAML_DURATION, false, offsetof(struct phase_keys, limit_us), NULL},
    {0},
};

/* 1 for a phase that is nested in none. */
static int depth_of(const pl_model *model, const pl_phase *phase)
{
    int depth = 1;
    for (int up = phase->parent; up >= 0; up = model->phases[up].parent)
        depth++;
    return depth;
}

static pl_status read_phase(pl_loader *loader, pl_yaml_node item, pl_model *model, pl_error *err)
{
    struct phase_keys keys = {.expect_us = -1, .limit_us = -1};
    pl_status status = pl_yaml_read(&loader->yaml, item, "a phase", phase_fields, &keys, err);
    pl_str kind = {0};
    if (status == PL_OK)
        status = pl_yaml_string(&loader->yaml, keys.kind, "kind", &kind, err);
    if (status != PL_OK)
        return status;
    pl_phase *phase = &model->phases[model->phase_count];
    *phase = (pl_phase){
        .name = keys.phase,
        .rank = keys.rank == 0 ? (int)model->phase_count + 1 : 0,
        .parent = -1,
        .terminal = (pl_terminal)keys.terminal,
        .optional = keys.optional,
        .repeatable = keys.repeatable,
        .rest = keys.rest,
        .expect_us = keys.expect_us,
        .limit_us = keys.limit_us,
        .file_line = pl_yaml_line(&loader->yaml, item),
    };
    if (!pl_phase_kind_of(kind, &phase->kind))
        return pl_yaml_fail(&loader->yaml, keys.kind, err,
                            "no kind of phase is called '" PL_FMT "'", PL_ARG(kind));
    if (pl_model_phase(model, keys.phase) >= 0)
        return pl_yaml_fail(&loader->yaml, item, err, "phase '" PL_FMT "' stands twice",
                            PL_ARG(keys.phase));
    if (keys.parent.len > 0)
        phase->parent = pl_model_phase(model, keys.parent);
    if (keys.parent.len > 0 && phase->parent < 0)
        return pl_yaml_fail(&loader->yaml, item, err, "no phase above is called '" PL_FMT "'",
                            PL_ARG(keys.parent));
    if (depth_of(model, phase) > PL_NESTED_MAX)
        return pl_yaml_fail(&loader->yaml, item, err, "over %d phases nested in each other",
                            PL_NESTED_MAX);
    model->phase_count++;
    return PL_OK;
}

static pl_status read_phases(pl_loader *loader, pl_yaml_node node, pl_model *model, pl_error *err)
{
    size_t count = 0;
    pl_status status = pl_yaml_count(&loader->yaml, node, "phases", &count, err);
    if (status == PL_OK && count == 0)
        status = pl_yaml_fail(&loader->yaml, node, err, "a model needs a phase");
    if (status == PL_OK)
        status = pl_loader_take(loader, count, sizeof *model->phases, &model->phases, err);
    for (size_t i = 0; status == PL_OK && i < count; i++)
        status = read_phase(loader, pl_yaml_item(&loader->yaml, node, i), model, err);
    return status;
}

static pl_status read_run(pl_loader *loader, pl_yaml_node node, pl_model *model, pl_error *err)
{
    static const pl_yaml_field fields[] = {
        {"gap", PL_YAML_DURATION, false, offsetof(struct run_keys, gap_us), NULL},
        {"id", PL_YAML_STR, false, offsetof(struct run_keys, id), NULL},
        {0},
    };
    struct run_keys keys = {.gap_us = GAP_DEFAULT_US};
    pl_status status = PL_OK;
    if (node != 0)
        status = pl_yaml_read(&loader->yaml, node, "run", fields, &keys, err);
    model->gap_us = keys.gap_us;
    model->run_key = keys.id;
    return status;
}

static pl_status read_after(pl_loader *loader, pl_yaml_node node, pl_model *model, pl_error *err)
{
    static const pl_yaml_field fields[] = {
        {"model", PL_YAML_STR, true, offsetof(struct after_keys, model), NULL},
        {"phase", PL_YAML_STR, true, offsetof(struct after_keys, phase), NULL},
        {0},
    };
    struct after_keys keys = {0};
    if (node == 0)
        return PL_OK;
    pl_status status = pl_yaml_read(&loader->yaml, node, "after", fields, &keys, err);
    model->after_model = keys.model;
    model->after_phase = keys.phase;
    return status;
}

static pl_status read_mixed(pl_loader *loader, pl_yaml_node node, pl_model *model, pl_error *err)
{
    static const pl_yaml_field fields[] = {
        {"until", PL_YAML_STR, true, offsetof(struct mixed_keys, until), NULL},
        {"limit", PL_YAML_DURATION, false, offsetof(struct mixed_keys, limit_us), NULL},
        {0},
    };
    struct mixed_keys keys = {.limit_us = -1};
    pl_status status = PL_OK;
    if (node != 0)
        status = pl_yaml_read(&loader->yaml, node, "mixed", fields, &keys, err);
    model->mixed_until = keys.until;
    model->mixed_limit_us = keys.limit_us;
    return status;
}

/* Appends one list of groups, ["a","b"]. */
static pl_status append_groups(pl_loader *loader, pl_yaml_node list, pl_buf *json, pl_error *err)
{
    size_t count = 0;
    pl_status status = pl_yaml_count(&loader->yaml, list, "groups", &count, err);
    pl_buf_append_char(json, '[');
    for (size_t i = 0; status == PL_OK && i < count; i++) {
        pl_str name = {0};
        status = pl_yaml_string(&loader->yaml, pl_yaml_item(&loader->yaml, list, i), "a group",
                                &name, err);
        pl_buf_append(json, i > 0 ? PL_STR(",") : PL_STR(""));
        pl_escape_json(json, name);
    }
    pl_buf_append_char(json, ']');
    return status;
}

static pl_status read_groups(pl_loader *loader, pl_yaml_node node, pl_model *model, pl_error *err)
{
    pl_buf json;
    size_t count = 0;
    if (node == 0)
        return PL_OK;
    pl_buf_init(&json, GROUPS_BYTES_MAX);
    pl_status status = pl_yaml_count(&loader->yaml, node, "groups", &count, err);
    pl_buf_append_char(&json, '[');
    for (size_t i = 0; status == PL_OK && i < count; i++) {
        pl_buf_append(&json, i > 0 ? PL_STR(",") : PL_STR(""));
        status = append_groups(loader, pl_yaml_item(&loader->yaml, node, i), &json, err);
    }
    pl_buf_append_char(&json, ']');
    if (status == PL_OK)
        status = pl_buf_status(&json, err);
    char *kept = NULL;
    if (status == PL_OK)
        status = pl_loader_take(loader, json.len + 1, 1, &kept, err);
    if (status == PL_OK) {
        memcpy(kept, json.ptr, json.len);
        model->groups = (pl_str){kept, json.len};
    }
    pl_buf_release(&json);
    return status;
}

static pl_status read_model(pl_loader *loader, pl_yaml_node item, pl_model *model, pl_error *err)
{
    static const pl_yaml_field fields[] = {
        {"model", PL_YAML_STR, true, offsetof(struct model_keys, model), NULL},
        {"scope", PL_YAML_WORD, true, offsetof(struct model_keys, scope), scope_words},
        {"run", PL_YAML_NODE, false, offsetof(struct model_keys, run), NULL},
        {"serial", PL_YAML_BOOL, false, offsetof(struct model_keys, serial), NULL},
        {"parallel", PL_YAML_UINT, false, offsetof(struct model_keys, parallel), NULL},
        {"after", PL_YAML_NODE, false, offsetof(struct model_keys, after), NULL},
        {"beside", PL_YAML_STR, false, offsetof(struct model_keys, beside), NULL},
        {"mixed", PL_YAML_NODE, false, offsetof(struct model_keys, mixed), NULL},
        {"groups", PL_YAML_NODE, false, offsetof(struct model_keys, groups), NULL},
        {"phases", PL_YAML_NODE, true, offsetof(struct model_keys, phases), NULL},
        {0},
    };
    struct model_keys keys = {0};
    pl_status status = pl_yaml_read(&loader->yaml, item, "a model", fields, &keys, err);
    if (status != PL_OK)
        return status;
    model->name = keys.model;
    model->cluster_scope = keys.scope == 1;
    model->serial = keys.serial;
    model->parallel = keys.parallel;
    model->beside = keys.beside;
    model->file_line = pl_yaml_line(&loader->yaml, item);
    status = read_run(loader, keys.run, model, err);
    if (status == PL_OK)
        status = read_after(loader, keys.after, model, err);
    if (status == PL_OK)
        status = read_mixed(loader, keys.mixed, model, err);
    if (status == PL_OK)
        status = read_groups(loader, keys.groups, model, err);
    if (status == PL_OK)
        status = read_phases(loader, keys.phases, model, err);
    return status;
}

pl_status pl_loader_models(pl_loader *loader, pl_yaml_node node, pl_error *err)
{
    pl_dialect *dialect = loader->dialect;
    size_t count = 0;
    pl_status status = pl_yaml_count(&loader->yaml, node, "models", &count, err);
    if (status == PL_OK)
        status = pl_loader_take(loader, count, sizeof *dialect->models, &dialect->models, err);
    for (size_t i = 0; status == PL_OK && i < count; i++) {
        status = read_model(loader, pl_yaml_item(&loader->yaml, node, i), &dialect->models[i], err);
        dialect->model_count = i + 1;
    }
    return status;
}
