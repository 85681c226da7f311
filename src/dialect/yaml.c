/* yaml.c - libyaml's document tree, read by tables. */
#include "dialect/yaml.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <yaml.h>

#include "base/alloc.h"
#include "base/civil.h"

#define SEEN_MAX 32 /* keys of one mapping */

static const yaml_node_t *node_of(const pl_yaml *yaml, pl_yaml_node node)
{
    return node == 0 ? NULL : yaml_document_get_node(yaml->document, node);
}

pl_status pl_yaml_fail(const pl_yaml *yaml, pl_yaml_node node, pl_error *err, const char *format,
                       ...)
{
    char words[200];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    return pl_fail(err, PL_ERR_FORMAT, PL_FMT ":%u: %s", PL_ARG(yaml->file),
                   pl_yaml_line(yaml, node), words);
}

void pl_yaml_context(const pl_yaml *yaml, pl_yaml_node node, pl_error *err)
{
    pl_error_context(err, PL_FMT ":%u", PL_ARG(yaml->file), pl_yaml_line(yaml, node));
}

/* Aliases are refused before the tree is built: the document API resolves them silently. */
static pl_status refuse_aliases(pl_str text, pl_str file, pl_error *err)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a parser");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    pl_status status = PL_OK;
    bool done = false;
    while (!done && status == PL_OK) {
        yaml_token_t token;
        if (!yaml_parser_scan(&parser, &token))
            break; /* the loader says what is wrong */
        done = token.type == YAML_STREAM_END_TOKEN;
        if (token.type == YAML_ALIAS_TOKEN || token.type == YAML_ANCHOR_TOKEN)
            status = pl_fail(err, PL_ERR_FORMAT, PL_FMT ":%zu: aliases and anchors are not allowed",
                             PL_ARG(file), token.start_mark.line + 1);
        yaml_token_delete(&token);
    }
    yaml_parser_delete(&parser);
    return status;
}

static pl_status load_document(pl_str text, pl_yaml *yaml, pl_error *err)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a parser");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    pl_status status = PL_OK;
    if (!yaml_parser_load(&parser, yaml->document))
        status = pl_fail(err, parser.error == YAML_MEMORY_ERROR ? PL_ERR_NOMEM : PL_ERR_FORMAT,
                         PL_FMT ":%zu: %s", PL_ARG(yaml->file), parser.problem_mark.line + 1,
                         parser.problem == NULL ? "not YAML" : parser.problem);
    yaml_parser_delete(&parser);
    return status;
}

pl_status pl_yaml_open(pl_str text, pl_str file, pl_arena *arena, pl_yaml *out, pl_error *err)
{
    pl_status status = refuse_aliases(text, file, err);
    if (status != PL_OK)
        return status;
    pl_yaml yaml = {.file = file, .arena = arena};
    yaml.document = pl_alloc(1, sizeof(yaml_document_t));
    if (yaml.document == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a document");
    status = load_document(text, &yaml, err);
    if (status != PL_OK) {
        pl_release(yaml.document);
        return status;
    }
    if (pl_yaml_root(&yaml) == 0) {
        pl_yaml_close(&yaml);
        return pl_fail(err, PL_ERR_FORMAT, PL_FMT ":1: the file is empty", PL_ARG(file));
    }
    *out = yaml;
    return PL_OK;
}

void pl_yaml_close(pl_yaml *yaml)
{
    if (yaml->document == NULL)
        return;
    yaml_document_delete(yaml->document);
    pl_release(yaml->document);
    yaml->document = NULL;
}

pl_yaml_node pl_yaml_root(const pl_yaml *yaml)
{
    return yaml_document_get_root_node(yaml->document) == NULL ? 0 : 1;
}

unsigned pl_yaml_line(const pl_yaml *yaml, pl_yaml_node node)
{
    const yaml_node_t *found = node_of(yaml, node);
    return found == NULL ? 1 : (unsigned)found->start_mark.line + 1;
}

pl_status pl_yaml_string(const pl_yaml *yaml, pl_yaml_node node, const char *what, pl_str *out,
                         pl_error *err)
{
    const yaml_node_t *found = node_of(yaml, node);
    if (found == NULL || found->type != YAML_SCALAR_NODE)
        return pl_yaml_fail(yaml, node, err, "%s must be one string", what);
    pl_str copy = pl_arena_copy(
        yaml->arena, (pl_str){(const char *)found->data.scalar.value, found->data.scalar.length});
    if (copy.ptr == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a dialect");
    *out = copy;
    return PL_OK;
}

static pl_status word_value(const pl_yaml *yaml, pl_yaml_node node, const pl_yaml_field *field,
                            pl_str value, int *out, pl_error *err)
{
    char known[120] = "";
    for (int i = 0; field->words[i] != NULL; i++) {
        if (pl_str_equal(value, pl_str_of(field->words[i]))) {
            *out = i;
            return PL_OK;
        }
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i == 0 ? "" : ", ", field->words[i]);
    }
    return pl_yaml_fail(yaml, node, err, "%s is one of %s, not '" PL_FMT "'", field->key, known,
                        PL_ARG(value));
}

static pl_status bool_value(const pl_yaml *yaml, pl_yaml_node node, const char *key, pl_str value,
                            bool *out, pl_error *err)
{
    *out = pl_str_equal(value, PL_STR("yes")) || pl_str_equal(value, PL_STR("true"));
    if (!*out && !pl_str_equal(value, PL_STR("no")) && !pl_str_equal(value, PL_STR("false")))
        return pl_yaml_fail(yaml, node, err, "%s is yes or no, not '" PL_FMT "'", key,
                            PL_ARG(value));
    return PL_OK;
}

static pl_status set_field(const pl_yaml *yaml, pl_yaml_node node, const pl_yaml_field *field,
                           void *into, pl_error *err)
{
    void *member = (char *)into + field->offset;
    if (field->type == PL_YAML_NODE) {
        *(pl_yaml_node *)member = node;
        return PL_OK;
    }
    pl_str value = {0};
    uint64_t number = 0;
    pl_status status = pl_yaml_string(yaml, node, field->key, &value, err);
    if (status != PL_OK)
        return status;
    switch (field->type) {
    case PL_YAML_BOOL:
        return bool_value(yaml, node, field->key, value, member, err);
    case PL_YAML_WORD:
        return word_value(yaml, node, field, value, member, err);
    case PL_YAML_UINT:
        if (!pl_str_to_u64(value, &number) || number == 0 || number > INT32_MAX)
            return pl_yaml_fail(yaml, node, err, "%s is a whole number above 0", field->key);
        *(int *)member = (int)number;
        return PL_OK;
    case PL_YAML_DURATION:
        if (!pl_duration_parse(value, member))
            return pl_yaml_fail(yaml, node, err,
                                "%s is a duration such as 90s, 5m or 24h, not '" PL_FMT "'",
                                field->key, PL_ARG(value));
        return PL_OK;
    case PL_YAML_STR:
    case PL_YAML_NODE:
        break;
    }
    *(pl_str *)member = value;
    return PL_OK;
}

static int find_field(const pl_yaml_field *fields, pl_str key)
{
    for (int i = 0; fields[i].key != NULL; i++)
        if (pl_str_equal(key, pl_str_of(fields[i].key)))
            return i;
    return -1;
}

/* One mapping on its way into a struct. */
struct mapping {
    const char *what;
    const pl_yaml_field *fields;
    void *into;
    bool seen[SEEN_MAX];
};

static pl_status read_pair(const pl_yaml *yaml, const yaml_node_pair_t *pair, struct mapping *map,
                           pl_error *err)
{
    const yaml_node_t *key = node_of(yaml, pair->key);
    pl_str name = {0};
    if (key != NULL && key->type == YAML_SCALAR_NODE)
        name = (pl_str){(const char *)key->data.scalar.value, key->data.scalar.length};
    int at = find_field(map->fields, name);
    if (at < 0)
        return pl_yaml_fail(yaml, pair->key, err, "%s has no key '" PL_FMT "'", map->what,
                            PL_ARG(name));
    if (map->seen[at])
        return pl_yaml_fail(yaml, pair->key, err, "%s stands twice", map->fields[at].key);
    map->seen[at] = true;
    return set_field(yaml, pair->value, &map->fields[at], map->into, err);
}

pl_status pl_yaml_read(const pl_yaml *yaml, pl_yaml_node node, const char *what,
                       const pl_yaml_field *fields, void *into, pl_error *err)
{
    struct mapping map = {.what = what, .fields = fields, .into = into};
    const yaml_node_t *found = node_of(yaml, node);
    if (found == NULL || found->type != YAML_MAPPING_NODE)
        return pl_yaml_fail(yaml, node, err, "%s must be a mapping of keys to values", what);
    for (yaml_node_pair_t *pair = found->data.mapping.pairs.start;
         pair < found->data.mapping.pairs.top; pair++) {
        pl_status status = read_pair(yaml, pair, &map, err);
        if (status != PL_OK)
            return status;
    }
    for (int i = 0; fields[i].key != NULL; i++)
        if (fields[i].required && !map.seen[i])
            return pl_yaml_fail(yaml, node, err, "%s lacks the key '%s'", what, fields[i].key);
    return PL_OK;
}

pl_status pl_yaml_count(const pl_yaml *yaml, pl_yaml_node node, const char *what, size_t *out,
                        pl_error *err)
{
    const yaml_node_t *found = node_of(yaml, node);
    if (found == NULL) {
        *out = 0;
        return PL_OK;
    }
    if (found->type != YAML_SEQUENCE_NODE)
        return pl_yaml_fail(yaml, node, err, "%s must be a list", what);
    *out = (size_t)(found->data.sequence.items.top - found->data.sequence.items.start);
    return PL_OK;
}

pl_yaml_node pl_yaml_item(const pl_yaml *yaml, pl_yaml_node node, size_t index)
{
    const yaml_node_t *found = node_of(yaml, node);
    return found == NULL ? 0 : found->data.sequence.items.start[index];
}

pl_status pl_yaml_pair_count(const pl_yaml *yaml, pl_yaml_node node, const char *what, size_t *out,
                             pl_error *err)
{
    const yaml_node_t *found = node_of(yaml, node);
    if (found == NULL) {
        *out = 0;
        return PL_OK;
    }
    if (found->type != YAML_MAPPING_NODE)
        return pl_yaml_fail(yaml, node, err, "%s must be a mapping", what);
    *out = (size_t)(found->data.mapping.pairs.top - found->data.mapping.pairs.start);
    return PL_OK;
}

void pl_yaml_pair(const pl_yaml *yaml, pl_yaml_node node, size_t index, pl_yaml_node *key,
                  pl_yaml_node *value)
{
    const yaml_node_t *found = node_of(yaml, node);
    *key = found == NULL ? 0 : found->data.mapping.pairs.start[index].key;
    *value = found == NULL ? 0 : found->data.mapping.pairs.start[index].value;
}
