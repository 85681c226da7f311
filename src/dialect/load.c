/* load.c - a dialect file: its head, shapes and providers; sets of dialects. */
#include "dialect/dialect.h"

#include <string.h>

#include "base/alloc.h"
#include "dialect/loader.h"
#include "io/hash.h"

pl_status pl_loader_take(pl_loader *loader, size_t count, size_t size, void *out_ptr, pl_error *err)
{
    void *memory = pl_arena_take(&loader->dialect->arena, count == 0 ? 1 : count, size);
    if (memory == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a dialect");
    memcpy(out_ptr, &memory, sizeof memory);
    return PL_OK;
}

pl_status pl_loader_strings(pl_loader *loader, pl_yaml_node node, const char *what, pl_str **out,
                            size_t *count, pl_error *err)
{
    size_t found = 0;
    pl_status status = pl_yaml_count(&loader->yaml, node, what, &found, err);
    if (status == PL_OK)
        status = pl_loader_take(loader, found, sizeof **out, out, err);
    for (size_t i = 0; status == PL_OK && i < found; i++)
        status = pl_yaml_string(&loader->yaml, pl_yaml_item(&loader->yaml, node, i), what,
                                &(*out)[i], err);
    *count = status == PL_OK ? found : 0;
    return status;
}

pl_status pl_loader_regex(pl_loader *loader, pl_yaml_node node, pl_regex *out, pl_error *err)
{
    pl_str pattern = {0};
    pl_status status = pl_yaml_string(&loader->yaml, node, "a pattern", &pattern, err);
    if (status != PL_OK)
        return status;
    status = pl_regex_compile(pattern, &loader->dialect->arena, out, err);
    if (status == PL_ERR_FORMAT || status == PL_ERR_LIMIT)
        pl_yaml_context(&loader->yaml, node, err);
    return status;
}

static pl_status read_recognise(pl_loader *loader, pl_yaml_node node, pl_error *err)
{
    struct keys {
        pl_yaml_node paths, markers;
        int records;
    } nodes = {0};
    static const char *const records[] = {"none", "windows-events", NULL};
    static const pl_yaml_field fields[] = {
        {"paths", PL_YAML_NODE, false, offsetof(struct keys, paths), NULL},
        {"markers", PL_YAML_NODE, false, offsetof(struct keys, markers), NULL},
        {"records", PL_YAML_WORD, false, offsetof(struct keys, records), records},
        {0},
    };
    pl_dialect *dialect = loader->dialect;
    pl_status status = pl_yaml_read(&loader->yaml, node, "recognise", fields, &nodes, err);
    if (status == PL_OK)
        status = pl_loader_strings(loader, nodes.paths, "paths", &dialect->paths,
                                   &dialect->path_count, err);
    if (status == PL_OK)
        status = pl_loader_strings(loader, nodes.markers, "markers", &dialect->markers,
                                   &dialect->marker_count, err);
    dialect->reads_events = nodes.records == 1;
    if (status == PL_OK && dialect->path_count + dialect->marker_count == 0 &&
        !dialect->reads_events)
        status =
            pl_yaml_fail(&loader->yaml, node, err, "recognise needs a path, a marker or records");
    return status;
}

static pl_status read_unwraps(pl_loader *loader, pl_yaml_node node, pl_error *err)
{
    struct unwrap_nodes {
        pl_str json, ts;
        pl_yaml_node strip;
    };
    static const pl_yaml_field fields[] = {
        {"json", PL_YAML_STR, false, offsetof(struct unwrap_nodes, json), NULL},
        {"ts", PL_YAML_STR, false, offsetof(struct unwrap_nodes, ts), NULL},
        {"strip", PL_YAML_NODE, false, offsetof(struct unwrap_nodes, strip), NULL},
        {0},
    };
    pl_dialect *dialect = loader->dialect;
    size_t count = 0;
    pl_status status = pl_yaml_count(&loader->yaml, node, "unwrap", &count, err);
    if (status == PL_OK)
        status = pl_loader_take(loader, count, sizeof *dialect->unwraps, &dialect->unwraps, err);
    for (size_t i = 0; status == PL_OK && i < count; i++) {
        struct unwrap_nodes one = {0};
        pl_yaml_node item = pl_yaml_item(&loader->yaml, node, i);
        status = pl_yaml_read(&loader->yaml, item, "an unwrap step", fields, &one, err);
        if (status == PL_OK && (one.json.len > 0) == (one.strip != 0))
            status =
                pl_yaml_fail(&loader->yaml, item, err, "an unwrap step is either json or strip");
        if (status == PL_OK && one.ts.len > 0 && one.strip != 0)
            status = pl_yaml_fail(&loader->yaml, item, err,
                                  "ts is a field beside json; in strip it is a capture");
        dialect->unwraps[i].json_field = one.json;
        dialect->unwraps[i].json_stamp = one.ts;
        dialect->unwrap_count = i + 1;
        if (status == PL_OK && one.strip != 0)
            status = pl_loader_regex(loader, one.strip, &dialect->unwraps[i].strip, err);
    }
    return status;
}

static const char *const time_words[] = {
    [PL_TIME_ABSOLUTE] = "absolute",     [PL_TIME_LOCAL] = "local",
    [PL_TIME_YEARLESS] = "yearless",     [PL_TIME_OF_DAY] = "time-of-day",
    [PL_TIME_SINCE_BOOT] = "since-boot", [PL_TIME_TOLD] = "told",
    [PL_TIME_UNSTAMPED] = "none",        NULL,
};

static pl_status read_shape(pl_loader *loader, pl_yaml_node item, pl_shape *shape, pl_error *err)
{
    struct shape_nodes {
        pl_str id;
        pl_yaml_node pattern;
        int time;
    } one = {0};
    static const pl_yaml_field fields[] = {
        {"id", PL_YAML_STR, true, offsetof(struct shape_nodes, id), NULL},
        {"pattern", PL_YAML_NODE, true, offsetof(struct shape_nodes, pattern), NULL},
        {"time", PL_YAML_WORD, true, offsetof(struct shape_nodes, time), time_words},
        {0},
    };
    pl_status status = pl_yaml_read(&loader->yaml, item, "a shape", fields, &one, err);
    if (status != PL_OK)
        return status;
    shape->id = one.id;
    shape->time = (pl_time_kind)one.time;
    status = pl_loader_regex(loader, one.pattern, &shape->regex, err);
    if (status != PL_OK)
        return status;
    if (!pl_regex_has(&shape->regex, PL_STR("text")))
        return pl_yaml_fail(&loader->yaml, one.pattern, err, "a shape needs the capture 'text'");
    if (pl_regex_has(&shape->regex, PL_STR("ts")) == (shape->time == PL_TIME_UNSTAMPED))
        return pl_yaml_fail(&loader->yaml, one.pattern, err,
                            "a shape has the capture 'ts', or 'time: none', and not both");
    if (shape->time == PL_TIME_OF_DAY || shape->time == PL_TIME_SINCE_BOOT)
        loader->dialect->follow_lines = true;
    return PL_OK;
}

static pl_status read_shapes(pl_loader *loader, pl_yaml_node node, pl_error *err)
{
    pl_dialect *dialect = loader->dialect;
    size_t count = 0;
    pl_status status = pl_yaml_count(&loader->yaml, node, "shapes", &count, err);
    if (status == PL_OK && count == 0)
        status = pl_yaml_fail(&loader->yaml, node, err, "a dialect needs a shape");
    if (status == PL_OK)
        status = pl_loader_take(loader, count, sizeof *dialect->shapes, &dialect->shapes, err);
    for (size_t i = 0; status == PL_OK && i < count; i++) {
        dialect->shape_count = i + 1;
        status = read_shape(loader, pl_yaml_item(&loader->yaml, node, i), &dialect->shapes[i], err);
    }
    return status;
}

/* A provider is the word `line`, the word `context`, or {path: pattern}. */
static pl_status read_provider(pl_loader *loader, pl_yaml_node item, const char *capture,
                               pl_provider *provider, pl_error *err)
{
    static const pl_yaml_field fields[] = {{"path", PL_YAML_NODE, true, 0, NULL}, {0}};
    pl_yaml_node path = 0;
    pl_str word = {0};
    pl_status as_word = pl_yaml_string(&loader->yaml, item, capture, &word, NULL);
    if (as_word == PL_ERR_NOMEM)
        return pl_fail(err, as_word, "no memory for a dialect");
    if (as_word == PL_OK) {
        provider->kind = pl_str_equal(word, PL_STR("line")) ? PL_FROM_LINE : PL_FROM_CONTEXT;
        if (provider->kind == PL_FROM_CONTEXT && !pl_str_equal(word, PL_STR("context")))
            return pl_yaml_fail(&loader->yaml, item, err,
                                "a %s comes from line, context or {path: pattern}", capture);
        return PL_OK;
    }
    provider->kind = PL_FROM_PATH;
    pl_status status = pl_yaml_read(&loader->yaml, item, capture, fields, &path, err);
    if (status == PL_OK)
        status = pl_loader_regex(loader, path, &provider->path, err);
    if (status == PL_OK && !pl_regex_has(&provider->path, pl_str_of(capture)))
        status =
            pl_yaml_fail(&loader->yaml, path, err, "the pattern needs the capture '%s'", capture);
    return status;
}

static pl_status read_providers(pl_loader *loader, pl_yaml_node node, const char *capture,
                                pl_provider **out, size_t *count, pl_error *err)
{
    size_t found = 0;
    pl_status status = pl_yaml_count(&loader->yaml, node, capture, &found, err);
    if (status == PL_OK)
        status = pl_loader_take(loader, found, sizeof **out, out, err);
    for (size_t i = 0; status == PL_OK && i < found; i++) {
        *count = i + 1;
        status =
            read_provider(loader, pl_yaml_item(&loader->yaml, node, i), capture, &(*out)[i], err);
    }
    return status;
}

/* The top of the file as it stands. */
struct head {
    pl_str dialect, title, source;
    int visit;
    pl_yaml_node recognise, unwrap, shapes, node, cluster, models;
    pl_rule_nodes rules;
};

static pl_status read_head(pl_loader *loader, struct head *head, pl_error *err)
{
    static const char *const visits[] = {"literals", "lines", NULL};
    static const pl_yaml_field fields[] = {
        {"dialect", PL_YAML_STR, true, offsetof(struct head, dialect), NULL},
        {"title", PL_YAML_STR, true, offsetof(struct head, title), NULL},
        {"source", PL_YAML_STR, true, offsetof(struct head, source), NULL},
        {"visit", PL_YAML_WORD, false, offsetof(struct head, visit), visits},
        {"recognise", PL_YAML_NODE, true, offsetof(struct head, recognise), NULL},
        {"unwrap", PL_YAML_NODE, false, offsetof(struct head, unwrap), NULL},
        {"shapes", PL_YAML_NODE, true, offsetof(struct head, shapes), NULL},
        {"context", PL_YAML_NODE, false, offsetof(struct head, rules.context), NULL},
        {"node", PL_YAML_NODE, false, offsetof(struct head, node), NULL},
        {"cluster", PL_YAML_NODE, false, offsetof(struct head, cluster), NULL},
        {"aliases", PL_YAML_NODE, false, offsetof(struct head, rules.aliases), NULL},
        {"models", PL_YAML_NODE, false, offsetof(struct head, models), NULL},
        {"rules", PL_YAML_NODE, true, offsetof(struct head, rules.rules), NULL},
        {"known", PL_YAML_NODE, false, offsetof(struct head, rules.known), NULL},
        {"pairs", PL_YAML_NODE, false, offsetof(struct head, rules.pairs), NULL},
        {0},
    };
    return pl_yaml_read(&loader->yaml, pl_yaml_root(&loader->yaml), "a dialect", fields, head, err);
}

static pl_status read_dialect(pl_loader *loader, pl_error *err)
{
    struct head head = {0};
    pl_dialect *dialect = loader->dialect;
    pl_status status = read_head(loader, &head, err);
    dialect->name = head.dialect;
    dialect->title = head.title;
    dialect->source = head.source;
    dialect->visit_lines = dialect->follow_lines = head.visit == 1;
    if (status == PL_OK)
        status = read_recognise(loader, head.recognise, err);
    if (status == PL_OK)
        status = read_unwraps(loader, head.unwrap, err);
    if (status == PL_OK)
        status = read_shapes(loader, head.shapes, err);
    if (status == PL_OK)
        status = read_providers(loader, head.node, "node", &dialect->node_providers,
                                &dialect->node_provider_count, err);
    if (status == PL_OK)
        status = read_providers(loader, head.cluster, "cluster", &dialect->cluster_providers,
                                &dialect->cluster_provider_count, err);
    if (status == PL_OK)
        status = pl_loader_models(loader, head.models, err);
    if (status == PL_OK)
        status = pl_loader_rules(loader, head.rules, err);
    return status;
}

static void free_dialect(pl_dialect *dialect)
{
    if (dialect == NULL)
        return;
    for (size_t i = 0; i < dialect->unwrap_count; i++)
        pl_regex_release(&dialect->unwraps[i].strip);
    for (size_t i = 0; i < dialect->shape_count; i++)
        pl_regex_release(&dialect->shapes[i].regex);
    for (size_t i = 0; i < dialect->node_provider_count; i++)
        pl_regex_release(&dialect->node_providers[i].path);
    for (size_t i = 0; i < dialect->cluster_provider_count; i++)
        pl_regex_release(&dialect->cluster_providers[i].path);
    for (size_t i = 0; i < dialect->rule_count; i++)
        pl_regex_release(&dialect->rules[i].regex);
    pl_arena_release(&dialect->arena);
    pl_release(dialect);
}

static pl_status parse(pl_str text, pl_str file, pl_dialect *dialect, pl_error *err)
{
    pl_loader loader = {.dialect = dialect};
    dialect->file = pl_arena_copy(&dialect->arena, file);
    if (dialect->file.ptr == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a dialect");
    dialect->text_hash = pl_hash64(text);
    pl_status status = pl_yaml_open(text, dialect->file, &dialect->arena, &loader.yaml, err);
    if (status == PL_OK)
        status = read_dialect(&loader, err);
    pl_yaml_close(&loader.yaml);
    return status;
}

void pl_dialect_set_init(pl_dialect_set *set)
{
    *set = (pl_dialect_set){0};
}

void pl_dialect_set_release(pl_dialect_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        free_dialect(set->items[i]);
    pl_dialect_set_init(set);
}

pl_status pl_dialect_load(pl_dialect_set *set, pl_str yaml, pl_str file, pl_error *err)
{
    if (yaml.len > PL_DIALECT_BYTES_MAX)
        return pl_fail(err, PL_ERR_LIMIT, PL_FMT ": over %zu bytes", PL_ARG(file),
                       PL_DIALECT_BYTES_MAX);
    pl_dialect *dialect = pl_alloc(1, sizeof *dialect);
    if (dialect == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a dialect");
    pl_arena_init(&dialect->arena);
    pl_status status = parse(yaml, file, dialect, err);
    size_t at = 0;
    while (status == PL_OK && at < set->count && !pl_str_equal(set->items[at]->name, dialect->name))
        at++;
    if (status == PL_OK && at == PL_DIALECTS_MAX)
        status = pl_fail(err, PL_ERR_LIMIT, "more than %d dialects", PL_DIALECTS_MAX);
    if (status != PL_OK) {
        free_dialect(dialect);
        return status;
    }
    if (at < set->count)
        free_dialect(set->items[at]);
    else
        set->count++;
    set->items[at] = dialect;
    return PL_OK;
}

bool pl_rule_is_in(const pl_rule *rule, pl_str line)
{
    bool found = pl_str_find(line, rule->literal, 0) != SIZE_MAX;
    for (size_t i = 0; !found && i < rule->more_count; i++)
        found = pl_str_find(line, rule->more_literals[i], 0) != SIZE_MAX;
    return found;
}

const pl_dialect *pl_dialect_find(const pl_dialect_set *set, pl_str name)
{
    for (size_t i = 0; i < set->count; i++)
        if (pl_str_equal(set->items[i]->name, name))
            return set->items[i];
    return NULL;
}

const pl_model *pl_model_find(const pl_dialect_set *set, pl_str name)
{
    for (size_t i = 0; i < set->count; i++)
        for (size_t m = 0; m < set->items[i]->model_count; m++)
            if (pl_str_equal(set->items[i]->models[m].name, name))
                return &set->items[i]->models[m];
    return NULL;
}
