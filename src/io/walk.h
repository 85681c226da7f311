/*
 * walk.h - from the paths a user names to the files there are, in a fixed order.
 *
 * Arguments keep their order; a folder gives its entries bytewise sorted, folders entered in place.
 * A link named as an argument is followed; inside folders links to files are followed, links to
 * folders are not (they can loop or leave the folder).  Nothing is skipped silently.
 */
#ifndef PL_IO_WALK_H
#define PL_IO_WALK_H

#include "phaseline/error.h"

#include "base/str.h"

typedef struct pl_walk pl_walk;

typedef enum pl_walk_kind {
    PL_WALK_FILE,       /* a regular file, or "-" for standard input */
    PL_WALK_SPECIAL,    /* device, socket, pipe in a folder, link to a folder, dangling link */
    PL_WALK_UNREADABLE, /* no such file, no permission, folder that cannot be listed */
} pl_walk_kind;

typedef struct pl_walk_item {
    const char *path; /* terminated; as the user wrote it, folder entries joined with '/' */
    pl_walk_kind kind;
    const char *problem; /* one line, set unless kind is PL_WALK_FILE; no path in it */
} pl_walk_item;

/* `paths` is borrowed until pl_walk_free(). */
PL_CHECKED pl_status pl_walk_new(const char *const *paths, size_t count, pl_walk **out,
                                 pl_error *err);
/* PL_OK: *item is the next, good until the next call; PL_DONE: no more; PL_ERR_NOMEM. */
PL_CHECKED pl_status pl_walk_next(pl_walk *walk, pl_walk_item *item, pl_error *err);
void pl_walk_free(pl_walk *walk);

#endif
