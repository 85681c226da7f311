/*
 * yaml.h - a YAML document as nodes with line numbers, and mappings read by table.
 *
 * Every message is "file:line: what".  Aliases and anchors are refused: a dialect says what it
 * means where it says it.  Strings are copied to the arena.
 */
#ifndef PL_DIALECT_YAML_H
#define PL_DIALECT_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "phaseline/error.h"

#include "base/arena.h"
#include "base/str.h"

typedef struct pl_yaml {
    void *document;  /* yaml_document_t, owned */
    pl_str file;     /* borrowed, for messages */
    pl_arena *arena; /* borrowed */
} pl_yaml;

typedef int pl_yaml_node; /* 0: absent */

PL_CHECKED pl_status pl_yaml_open(pl_str text, pl_str file, pl_arena *arena, pl_yaml *out,
                                  pl_error *err);
void pl_yaml_close(pl_yaml *yaml);
pl_yaml_node pl_yaml_root(const pl_yaml *yaml);
unsigned pl_yaml_line(const pl_yaml *yaml, pl_yaml_node node);
/* Fills err with "file:line: ..." for `node` and returns PL_ERR_FORMAT. */
pl_status pl_yaml_fail(const pl_yaml *yaml, pl_yaml_node node, pl_error *err, const char *format,
                       ...) PL_PRINTF(4, 5);
/* Puts "file:line: " in front of what `err` says already. */
void pl_yaml_context(const pl_yaml *yaml, pl_yaml_node node, pl_error *err);

typedef enum pl_yaml_type {
    PL_YAML_STR,      /* pl_str */
    PL_YAML_BOOL,     /* bool: yes no true false */
    PL_YAML_UINT,     /* int, 1.. */
    PL_YAML_DURATION, /* int64_t microseconds */
    PL_YAML_WORD,     /* int: index in `words` */
    PL_YAML_NODE,     /* pl_yaml_node: read by the caller */
} pl_yaml_type;

typedef struct pl_yaml_field {
    const char *key;
    pl_yaml_type type;
    bool required;
    size_t offset;            /* of the member in the struct that is filled */
    const char *const *words; /* PL_YAML_WORD: terminated by NULL */
} pl_yaml_field;

/* Fills `into` from the mapping `node`: unknown, double and missing keys are refused.  `what` names
 * it in messages. */
PL_CHECKED pl_status pl_yaml_read(const pl_yaml *yaml, pl_yaml_node node, const char *what,
                                  const pl_yaml_field *fields, void *into, pl_error *err);
PL_CHECKED pl_status pl_yaml_string(const pl_yaml *yaml, pl_yaml_node node, const char *what,
                                    pl_str *out, pl_error *err);
/* Number of items of a sequence (0 for an absent one); PL_ERR_FORMAT when it is none. */
PL_CHECKED pl_status pl_yaml_count(const pl_yaml *yaml, pl_yaml_node node, const char *what,
                                   size_t *out, pl_error *err);
pl_yaml_node pl_yaml_item(const pl_yaml *yaml, pl_yaml_node node, size_t index);
/* The same for a mapping: its pairs in file order. */
PL_CHECKED pl_status pl_yaml_pair_count(const pl_yaml *yaml, pl_yaml_node node, const char *what,
                                        size_t *out, pl_error *err);
void pl_yaml_pair(const pl_yaml *yaml, pl_yaml_node node, size_t index, pl_yaml_node *key,
                  pl_yaml_node *value);

#endif
