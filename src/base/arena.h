/*
 * arena.h - memory that dies together.
 *
 * In builds with sanitizers every piece is a malloc of its own, so that they see overruns.
 */
#ifndef PL_BASE_ARENA_H
#define PL_BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

typedef struct pl_arena {
    struct pl_arena_chunk *chunks; /* owned, newest first */
    size_t used;                   /* of the newest chunk */
} pl_arena;

void pl_arena_init(pl_arena *arena);
/* Frees everything taken; the arena is as after init. */
void pl_arena_release(pl_arena *arena);
/* `count` zeroed elements, aligned for any type, good until release; NULL: no memory. */
void *pl_arena_take(pl_arena *arena, size_t count, size_t size);
/* A terminated copy of `s`; .ptr NULL when there is no memory. */
pl_str pl_arena_copy(pl_arena *arena, pl_str s);

#endif
