/* alloc.c - the C library's heap, with sizes checked and a countdown for tests. */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 8 };

/* Allocations until the first that fails; < 0: none will.  Atomic, as workers allocate too. */
static _Atomic long allocations_left = -1;

static bool refused(void)
{
    long left = atomic_load_explicit(&allocations_left, memory_order_relaxed);
    while (left > 0 && !atomic_compare_exchange_weak(&allocations_left, &left, left - 1))
        continue;
    return left == 0;
}

void pl_alloc_fail_after(long count)
{
    atomic_store(&allocations_left, count);
}

void pl_release(void *ptr)
{
    free(ptr);
}

void *pl_alloc(size_t count, size_t size)
{
    size_t bytes;
    if (refused() || __builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return calloc(1, bytes == 0 ? 1 : bytes);
}

void *pl_resize(void *ptr, size_t count, size_t size)
{
    size_t bytes;
    if (refused() || __builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return realloc(ptr, bytes == 0 ? 1 : bytes);
}

bool pl_grow(void *items_ptr, size_t *room, size_t need, size_t size)
{
    if (need <= *room)
        return true;
    size_t wanted;
    if (__builtin_add_overflow(*room, *room / 2, &wanted) || wanted < need)
        wanted = need;
    if (wanted < ROOM_MIN)
        wanted = ROOM_MIN;
    void *items; /* a T ** may not be read as a void **, hence the copies */
    memcpy(&items, items_ptr, sizeof items);
    items = pl_resize(items, wanted, size);
    if (items == NULL)
        return false;
    memcpy(items_ptr, &items, sizeof items);
    *room = wanted;
    return true;
}
