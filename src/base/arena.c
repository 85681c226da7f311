/*
 * arena.c - pieces cut from chunks, each chunk a malloc.
 *
 * A piece that does not fit into the rest of the newest chunk starts a new one, so pieces keep
 * their place for good.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

#if defined(__SANITIZE_ADDRESS__)
#define EVERY_PIECE_ALONE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EVERY_PIECE_ALONE 1
#endif
#endif

#ifdef EVERY_PIECE_ALONE
enum { CHUNK_BYTES = 0 };
#else
enum { CHUNK_BYTES = 8 << 10 };
#endif

struct pl_arena_chunk {
    struct pl_arena_chunk *older;
    size_t room;
    alignas(max_align_t) char bytes[];
};

void pl_arena_init(pl_arena *arena)
{
    *arena = (pl_arena){0};
}

void pl_arena_release(pl_arena *arena)
{
    struct pl_arena_chunk *chunk = arena->chunks;
    while (chunk != NULL) {
        struct pl_arena_chunk *older = chunk->older;
        pl_release(chunk);
        chunk = older;
    }
    pl_arena_init(arena);
}

static struct pl_arena_chunk *add_chunk(pl_arena *arena, size_t room)
{
    size_t bytes;
    if (__builtin_add_overflow(sizeof(struct pl_arena_chunk), room, &bytes))
        return NULL;
    struct pl_arena_chunk *chunk = pl_alloc(1, bytes);
    if (chunk == NULL)
        return NULL;
    *chunk = (struct pl_arena_chunk){.older = arena->chunks, .room = room};
    arena->chunks = chunk;
    arena->used = 0;
    return chunk;
}

/* Where the next piece may start in the newest chunk: aligned for any type. */
static size_t next_start(const pl_arena *arena)
{
    size_t mask = alignof(max_align_t) - 1;
    return (arena->used + mask) & ~mask;
}

/* Zeroed, as chunks are and no byte of them is handed out twice. */
static void *take_at(pl_arena *arena, size_t start, size_t bytes)
{
    struct pl_arena_chunk *chunk = arena->chunks;
    if (chunk == NULL || start > chunk->room || bytes > chunk->room - start) {
        chunk = add_chunk(arena, bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES);
        start = 0;
    }
    if (chunk == NULL)
        return NULL;
    arena->used = start + bytes;
    return chunk->bytes + start;
}

void *pl_arena_take(pl_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return take_at(arena, next_start(arena), bytes == 0 ? 1 : bytes);
}

pl_str pl_arena_copy(pl_arena *arena, pl_str s)
{
    if (s.len == SIZE_MAX)
        return (pl_str){0};
    char *copy = take_at(arena, arena->used, s.len + 1);
    if (copy == NULL)
        return (pl_str){0};
    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    return (pl_str){copy, s.len};
}
