/*
 * alloc.h - the only door to the heap.
 *
 * Failure is a return value, never an exit.  Tests make the n-th allocation fail with
 * pl_alloc_fail_after(); that countdown is the one mutable global of the program.
 */
#ifndef PL_BASE_ALLOC_H
#define PL_BASE_ALLOC_H

#include <stddef.h>

/* Tells gcc's analyzer which function gives back what this one hands out. */
#if defined(__GNUC__) && !defined(__clang__)
#define PL_ALLOCATES(release) __attribute__((malloc(release, 1), warn_unused_result))
#else
#define PL_ALLOCATES(release) __attribute__((malloc, warn_unused_result))
#endif

/* Gives memory back; NULL is allowed. */
void pl_release(void *ptr);

/* `count` zeroed elements of `size` bytes, or NULL; the caller ends them with pl_release(). */
void *pl_alloc(size_t count, size_t size) PL_ALLOCATES(pl_release);

/* Resizes `ptr` (NULL allowed) to `count` elements; new bytes are not zeroed.  NULL: `ptr` stands.
 */
void *pl_resize(void *ptr, size_t count, size_t size) __attribute__((warn_unused_result));

/*
 * Makes room for at least `need` elements: *items and *room grow together, by half and more.
 * `items_ptr` is the address of a pointer to the elements (T **).  False when there is no memory;
 * then nothing has changed.
 */
_Bool pl_grow(void *items_ptr, size_t *room, size_t need, size_t size)
    __attribute__((warn_unused_result));

/* From now on the `count`-th allocation fails (0: the next), and all after it; < 0: none. */
void pl_alloc_fail_after(long count);

#endif
