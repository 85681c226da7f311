/*
 * memory.h - what a source has said before, by name: the captures of context lines that rules
 * recall, and the last value of what a rule watches for a change.
 */
#ifndef PL_MATCH_MEMORY_H
#define PL_MATCH_MEMORY_H

#include <stdbool.h>

#include "base/str.h"

#define PL_MEMORY_MAX ((size_t)256) /* of one dialect in one source; more is not remembered */

typedef struct pl_memory {
    struct pl_memory_item *items; /* owned */
    size_t count, room;
} pl_memory;

void pl_memory_init(pl_memory *memory);
void pl_memory_release(pl_memory *memory);
/*
 * Remembers `value` under `key` of `owner` (compared as a pointer; NULL: the dialect's own), both
 * copied.  False: no memory.
 */
bool pl_memory_set(pl_memory *memory, const void *owner, pl_str key, pl_str value);
/* What is remembered, good until the next set of that key; .ptr NULL: nothing was. */
pl_str pl_memory_get(const pl_memory *memory, const void *owner, pl_str key);

#endif
