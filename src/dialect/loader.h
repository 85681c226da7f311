/* loader.h - the parts of reading a dialect file; used inside the layer only. */
#ifndef PL_DIALECT_LOADER_H
#define PL_DIALECT_LOADER_H

#include "dialect/dialect.h"
#include "dialect/yaml.h"

/* A dialect on its way in: the document, and what it becomes. */
typedef struct pl_loader {
    pl_yaml yaml;
    pl_dialect *dialect;
} pl_loader;

/* Zeroed memory that lives as long as the dialect. */
PL_CHECKED pl_status pl_loader_take(pl_loader *loader, size_t count, size_t size, void *out_ptr,
                                    pl_error *err);
/* A list of strings; an absent node is an empty list. */
PL_CHECKED pl_status pl_loader_strings(pl_loader *loader, pl_yaml_node node, const char *what,
                                       pl_str **out, size_t *count, pl_error *err);
/* Compiles the pattern that stands at `node`. */
PL_CHECKED pl_status pl_loader_regex(pl_loader *loader, pl_yaml_node node, pl_regex *out,
                                     pl_error *err);
/* load_models.c and load_rules.c: fill dialect->models and dialect->rules. */
PL_CHECKED pl_status pl_loader_models(pl_loader *loader, pl_yaml_node node, pl_error *err);

/* The four lists of rules of a file. */
typedef struct pl_rule_nodes {
    pl_yaml_node context, aliases, rules, known, pairs;
} pl_rule_nodes;
PL_CHECKED pl_status pl_loader_rules(pl_loader *loader, pl_rule_nodes nodes, pl_error *err);

#endif
