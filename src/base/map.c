/*
 * map.c - linear probing over a table of a power of two, at most three quarters full.
 *
 * The table is allocated with the first key.  Keys are in an arena, as they leave only together.
 */
#include "base/map.h"

#include "base/alloc.h"
#include "base/arena.h"

enum { ROOM_MIN = 16 };

struct slot {
    pl_str key; /* .ptr NULL: free */
    uint64_t hash;
    int64_t value;
};

struct pl_map {
    struct slot *slots; /* owned; NULL when room is 0 */
    size_t count, room; /* room is 0 or a power of two */
    pl_arena keys;
};

pl_map *pl_map_new(void)
{
    pl_map *map = pl_alloc(1, sizeof *map);
    if (map != NULL)
        pl_arena_init(&map->keys);
    return map;
}

void pl_map_free(pl_map *map)
{
    if (map == NULL)
        return;
    pl_arena_release(&map->keys);
    pl_release(map->slots);
    pl_release(map);
}

/* FNV-1a, folded so that the low bits, which choose the slot, hold all of it. */
static uint64_t hash_of(pl_str key)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (unsigned char)key.ptr[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 32;
}

/* The slot that holds `key`, or the free one where it belongs; there is always one. */
static struct slot *seek(struct slot *slots, size_t room, pl_str key, uint64_t hash)
{
    size_t at = (size_t)hash & (room - 1);
    while (slots[at].key.ptr != NULL &&
           (slots[at].hash != hash || !pl_str_equal(slots[at].key, key)))
        at = (at + 1) & (room - 1);
    return &slots[at];
}

static bool make_room(pl_map *map)
{
    if (map->count < map->room / 4 * 3)
        return true;
    size_t room = map->room == 0 ? ROOM_MIN : map->room * 2;
    struct slot *slots = pl_alloc(room, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < map->room; i++) {
        const struct slot *old = &map->slots[i];
        if (old->key.ptr != NULL)
            *seek(slots, room, old->key, old->hash) = *old;
    }
    pl_release(map->slots);
    map->slots = slots;
    map->room = room;
    return true;
}

int64_t *pl_map_at(pl_map *map, pl_str key)
{
    int64_t *value = pl_map_find(map, key);
    if (value != NULL)
        return value;
    if (!make_room(map))
        return NULL;
    pl_str copy = pl_arena_copy(&map->keys, key);
    if (copy.ptr == NULL)
        return NULL;
    uint64_t hash = hash_of(key);
    struct slot *slot = seek(map->slots, map->room, key, hash);
    *slot = (struct slot){.key = copy, .hash = hash};
    map->count++;
    return &slot->value;
}

int64_t *pl_map_find(const pl_map *map, pl_str key)
{
    if (map->room == 0)
        return NULL;
    struct slot *slot = seek(map->slots, map->room, key, hash_of(key));
    return slot->key.ptr == NULL ? NULL : &slot->value;
}

size_t pl_map_count(const pl_map *map)
{
    return map->count;
}

void pl_map_clear(pl_map *map)
{
    for (size_t i = 0; i < map->room; i++)
        map->slots[i] = (struct slot){0};
    pl_arena_release(&map->keys);
    map->count = 0;
}
