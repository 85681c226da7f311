/* memory.c - a list: sources say few things. */
#include "match/memory.h"

#include "base/alloc.h"
#include "base/buf.h"

#define TEXT_BYTES_MAX ((size_t)4 << 10) /* of a key or value; longer ones are no names */

struct pl_memory_item {
    const void *owner;
    pl_buf key, value;
};

void pl_memory_init(pl_memory *memory)
{
    *memory = (pl_memory){0};
}

void pl_memory_release(pl_memory *memory)
{
    for (size_t i = 0; i < memory->count; i++) {
        pl_buf_release(&memory->items[i].key);
        pl_buf_release(&memory->items[i].value);
    }
    pl_release(memory->items);
    pl_memory_init(memory);
}

static struct pl_memory_item *find(const pl_memory *memory, const void *owner, pl_str key)
{
    for (size_t i = 0; i < memory->count; i++) {
        struct pl_memory_item *item = &memory->items[i];
        if (item->owner == owner && pl_str_equal(pl_buf_str(&item->key), key))
            return item;
    }
    return NULL;
}

bool pl_memory_set(pl_memory *memory, const void *owner, pl_str key, pl_str value)
{
    struct pl_memory_item *item = find(memory, owner, key);
    if (key.len > TEXT_BYTES_MAX || value.len > TEXT_BYTES_MAX ||
        (item == NULL && memory->count == PL_MEMORY_MAX))
        return true;
    if (item == NULL) {
        if (!pl_grow(&memory->items, &memory->room, memory->count + 1, sizeof *item))
            return false;
        item = &memory->items[memory->count++];
        item->owner = owner;
        pl_buf_init(&item->key, TEXT_BYTES_MAX + 1);
        pl_buf_init(&item->value, TEXT_BYTES_MAX + 1);
        pl_buf_append(&item->key, key);
    }
    pl_buf_clear(&item->value);
    pl_buf_append(&item->value, value);
    return pl_buf_status(&item->key, NULL) == PL_OK && pl_buf_status(&item->value, NULL) == PL_OK;
}

pl_str pl_memory_get(const pl_memory *memory, const void *owner, pl_str key)
{
    const struct pl_memory_item *item = find(memory, owner, key);
    return item == NULL ? (pl_str){0} : pl_buf_str(&item->value);
}
