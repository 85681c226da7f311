/* walk.c - an explicit stack of listed folders; no folder stays open while its entries are given.
 */
#include "io/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"

/* Deeper folders are one unreadable item: the system's own paths end at 4096 bytes. */
#define PL_WALK_DEPTH_MAX 1024

struct folder {
    dev_t dev;
    ino_t ino;
    size_t path_len; /* of the folder's path in walk->path, without '/' at its end */
    pl_arena arena;  /* holds the names */
    const char **names;
    size_t count, room, next;
};

struct pl_walk {
    const char *const *paths; /* borrowed */
    size_t count, next;
    struct folder *stack; /* owned; innermost last */
    size_t depth, room;
    pl_buf path;       /* of the item */
    char problem[128]; /* of the item */
};

pl_status pl_walk_new(const char *const *paths, size_t count, pl_walk **out, pl_error *err)
{
    pl_walk *walk = pl_alloc(1, sizeof *walk);
    if (walk == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory to walk %zu paths", count);
    walk->paths = paths;
    walk->count = count;
    pl_buf_init(&walk->path, SIZE_MAX / 2); /* the system says what is too long */
    *out = walk;
    return PL_OK;
}

static void pop(pl_walk *walk)
{
    struct folder *folder = &walk->stack[--walk->depth];
    pl_arena_release(&folder->arena);
    pl_release(folder->names);
}

void pl_walk_free(pl_walk *walk)
{
    if (walk == NULL)
        return;
    while (walk->depth > 0)
        pop(walk);
    pl_release(walk->stack);
    pl_buf_release(&walk->path);
    pl_release(walk);
}

static void give(pl_walk *walk, pl_walk_item *item, pl_walk_kind kind, const char *problem)
{
    item->path = walk->path.ptr;
    item->kind = kind;
    item->problem = NULL;
    if (kind == PL_WALK_FILE)
        return;
    snprintf(walk->problem, sizeof walk->problem, "%s", problem);
    item->problem = walk->problem;
}

static void give_errno(pl_walk *walk, pl_walk_item *item, int sys_errno)
{
    const char *words = strerrordesc_np(sys_errno);
    give(walk, item, PL_WALK_UNREADABLE, words != NULL ? words : "unknown system error");
}

static int compare_names(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

static bool add_name(struct folder *folder, const char *name)
{
    if (!pl_grow(&folder->names, &folder->room, folder->count + 1, sizeof *folder->names))
        return false;
    const char *copy = pl_arena_copy(&folder->arena, pl_str_of(name)).ptr;
    if (copy == NULL)
        return false;
    folder->names[folder->count++] = copy;
    return true;
}

/* Fills `folder` with what can be read of `dir`; *sys_errno is what stopped it, 0 at the end. */
static bool list(struct folder *folder, DIR *dir, int *sys_errno)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL)
            break;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (!add_name(folder, entry->d_name))
            return false;
    }
    *sys_errno = errno;
    if (folder->count > 1)
        qsort(folder->names, folder->count, sizeof *folder->names, compare_names);
    return true;
}

static bool is_open(const pl_walk *walk, const struct stat *st)
{
    for (size_t i = 0; i < walk->depth; i++)
        if (walk->stack[i].dev == st->st_dev && walk->stack[i].ino == st->st_ino)
            return true;
    return false;
}

static size_t without_slashes(pl_str path)
{
    while (path.len > 0 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path.len;
}

/*
 * Makes the folder at walk->path the innermost.  PL_OK: entered, nothing to give; PL_DONE: *item
 * says why it could not be listed, or not to its end.
 */
static pl_status enter(pl_walk *walk, const struct stat *st, pl_walk_item *item)
{
    if (is_open(walk, st)) {
        give(walk, item, PL_WALK_SPECIAL, "folder that holds itself");
        return PL_DONE;
    }
    if (walk->depth == PL_WALK_DEPTH_MAX) {
        give(walk, item, PL_WALK_UNREADABLE, "folders nest too deep");
        return PL_DONE;
    }
    if (!pl_grow(&walk->stack, &walk->room, walk->depth + 1, sizeof *walk->stack))
        return PL_ERR_NOMEM;
    DIR *dir = opendir(walk->path.ptr);
    if (dir == NULL) {
        give_errno(walk, item, errno);
        return PL_DONE;
    }
    struct folder *folder = &walk->stack[walk->depth++];
    *folder = (struct folder){.dev = st->st_dev, .ino = st->st_ino};
    folder->path_len = without_slashes(pl_buf_str(&walk->path));
    pl_arena_init(&folder->arena);
    int sys_errno = 0;
    bool listed = list(folder, dir, &sys_errno);
    closedir(dir);
    if (!listed)
        return PL_ERR_NOMEM;
    if (sys_errno == 0)
        return PL_OK;
    give_errno(walk, item, sys_errno);
    return PL_DONE;
}

static const char *special_name(mode_t mode)
{
    if (S_ISBLK(mode))
        return "block device";
    if (S_ISCHR(mode))
        return "character device";
    if (S_ISFIFO(mode))
        return "pipe";
    return S_ISSOCK(mode) ? "socket" : "special file";
}

/* A pipe or a terminal named by the user is meant, e.g. <(command); one found in a folder would
 * hang. */
static bool is_readable_kind(mode_t mode, bool is_argument)
{
    return S_ISREG(mode) || (is_argument && (S_ISFIFO(mode) || S_ISCHR(mode)));
}

/* The same promise as enter(), PL_DONE for every item given. */
static pl_status visit(pl_walk *walk, bool is_argument, pl_walk_item *item)
{
    const char *path = walk->path.ptr;
    struct stat st;
    bool is_link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
    if (stat(path, &st) != 0) {
        if (is_link && !is_argument)
            give(walk, item, PL_WALK_SPECIAL, "link to nothing");
        else
            give_errno(walk, item, errno);
        return PL_DONE;
    }
    if (S_ISDIR(st.st_mode)) {
        if (!is_link || is_argument)
            return enter(walk, &st, item);
        give(walk, item, PL_WALK_SPECIAL, "link to a folder");
    } else if (!is_readable_kind(st.st_mode, is_argument)) {
        give(walk, item, PL_WALK_SPECIAL, special_name(st.st_mode));
    } else if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0) {
        give_errno(walk, item, errno);
    } else {
        give(walk, item, PL_WALK_FILE, NULL);
    }
    return PL_DONE;
}

/* Puts the next path into walk->path; false: there is none. */
static bool next_path(pl_walk *walk, bool *is_argument)
{
    while (walk->depth > 0 &&
           walk->stack[walk->depth - 1].next == walk->stack[walk->depth - 1].count)
        pop(walk);
    *is_argument = walk->depth == 0;
    if (*is_argument) {
        if (walk->next == walk->count)
            return false;
        pl_buf_clear(&walk->path);
        pl_buf_append(&walk->path, pl_str_of(walk->paths[walk->next++]));
        return true;
    }
    struct folder *folder = &walk->stack[walk->depth - 1];
    pl_buf_cut(&walk->path, folder->path_len);
    pl_buf_append_char(&walk->path, '/');
    pl_buf_append(&walk->path, pl_str_of(folder->names[folder->next++]));
    return true;
}

pl_status pl_walk_next(pl_walk *walk, pl_walk_item *item, pl_error *err)
{
    bool is_argument = false;
    while (next_path(walk, &is_argument)) {
        pl_status status = pl_buf_status(&walk->path, err);
        if (status != PL_OK)
            return status;
        if (is_argument && strcmp(walk->path.ptr, "-") == 0) {
            give(walk, item, PL_WALK_FILE, NULL);
            return PL_OK;
        }
        status = visit(walk, is_argument, item);
        if (status == PL_ERR_NOMEM)
            return pl_fail(err, status, "no memory to list %s", walk->path.ptr);
        if (status == PL_DONE)
            return PL_OK;
    }
    return PL_DONE;
}
