/* load.c - a folder of dialects is read in the order of its names, so that the outcome never
 * depends on the disk. */
#include "cli/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/dialects.h"
#include "base/alloc.h"
#include "base/arena.h"

#define FOLDER_PATH_MAX ((size_t)4096)

/* The user's folder of dialects; empty when the environment names none. */
static void append_folder(pl_buf *path)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config != NULL && config[0] == '/')
        pl_buf_appendf(path, "%s/phaseline/dialects", config);
    else if (home != NULL && home[0] == '/')
        pl_buf_appendf(path, "%s/.config/phaseline/dialects", home);
}

struct names {
    const char **items; /* paths, in the arena */
    size_t count, room;
    pl_arena arena;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_dialect(const char *name)
{
    return name[0] != '.' && pl_str_ends(pl_str_of(name), PL_STR(".yaml"));
}

static bool add_name(struct names *names, const char *folder, const char *name)
{
    pl_buf path;
    pl_buf_init(&path, 2 * FOLDER_PATH_MAX);
    pl_buf_appendf(&path, "%s/%s", folder, name);
    const char *copy = pl_arena_copy(&names->arena, pl_buf_str(&path)).ptr;
    bool is_added = path.failed == PL_OK && copy != NULL &&
                    pl_grow(&names->items, &names->room, names->count + 1, sizeof *names->items);
    if (is_added)
        names->items[names->count++] = copy;
    pl_buf_release(&path);
    return is_added;
}

/* A folder that is not there holds nothing; one that cannot be read is the user's to know. */
static pl_status list_folder(const char *folder, struct names *names, pl_error *err)
{
    DIR *dir = opendir(folder);
    if (dir == NULL && (errno == ENOENT || errno == ENOTDIR))
        return PL_OK;
    if (dir == NULL)
        return pl_fail(err, PL_ERR_USAGE, "cannot read %s: %s", folder, strerror(errno));
    bool is_complete = true;
    const struct dirent *entry;
    while (is_complete && (entry = readdir(dir)) != NULL)
        if (is_dialect(entry->d_name))
            is_complete = add_name(names, folder, entry->d_name);
    closedir(dir);
    if (!is_complete)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for the names in %s", folder);
    if (names->count > 0)
        qsort(names->items, names->count, sizeof *names->items, compare_names);
    return PL_OK;
}

static pl_status load_folder(pl_dialect_set *set, pl_error *err)
{
    struct names names = {0};
    pl_buf folder;
    pl_buf_init(&folder, FOLDER_PATH_MAX);
    pl_arena_init(&names.arena);
    append_folder(&folder);
    pl_status status = pl_buf_status(&folder, err);
    if (status == PL_OK && folder.len > 0)
        status = list_folder(folder.ptr, &names, err);
    if (status == PL_OK)
        status = pl_dialects_files(names.items, names.count, set, err);
    pl_release(names.items);
    pl_arena_release(&names.arena);
    pl_buf_release(&folder);
    return status;
}

pl_status pl_load_dialects(const pl_args *args, const char *const *files, size_t count,
                           pl_dialect_set *set, pl_error *err)
{
    pl_status status = pl_dialects_built_in(set, err);
    if (status == PL_OK)
        status = load_folder(set, err);
    if (status == PL_OK)
        status = pl_dialects_files(args->dialect_files, args->dialect_file_count, set, err);
    if (status == PL_OK)
        status = pl_dialects_files(files, count, set, err);
    return status == PL_OK ? pl_dialect_link(set, err) : status;
}
