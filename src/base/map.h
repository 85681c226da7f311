/* map.h - counts and remembers by name or number: open addressing, keys copied, never shrinks. */
#ifndef PL_BASE_MAP_H
#define PL_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

typedef struct pl_map pl_map;

/* Makes an empty map, ended with pl_map_free(); NULL: no memory. */
pl_map *pl_map_new(void);
void pl_map_free(pl_map *map);
/*
 * The value slot of `key` (a new one holds 0), good until the next call on `map`; NULL: no memory.
 * The key's bytes are copied.
 */
int64_t *pl_map_at(pl_map *map, pl_str key);
/* The value slot of `key`, or NULL when it was never asked for with pl_map_at(). */
int64_t *pl_map_find(const pl_map *map, pl_str key);
size_t pl_map_count(const pl_map *map);
void pl_map_clear(pl_map *map);

#endif
