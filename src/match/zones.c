/* zones.c - the zones that were asked for, known or not, in a list: they are few. */
#include "match/zones.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/civil.h"
#include "base/stamp.h"
#include "io/hash.h"

#define PATH_BYTES_MAX ((size_t)4096)

struct entry {
    pl_zone zone;
    pl_tz *tz;    /* owned; NULL: there is no such zone ... */
    pl_error why; /* ... and why */
};

struct pl_zones {
    const char *folder;
    pl_arena names;
    struct entry *entries; /* owned, with their tz */
    size_t count, room;
};

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_of_name(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
}

bool pl_zone_is_name(pl_str name)
{
    bool begins = true;
    if (name.len == 0 || name.len > PL_ZONE_NAME_MAX || name.ptr[0] < 'A' || name.ptr[0] > 'Z')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (begins ? !is_letter(c) : !is_of_name(c) && c != '/')
            return false;
        begins = c == '/';
    }
    return !begins;
}

void pl_zone_describe(const pl_zone *zone, pl_buf *out)
{
    if (zone->tz == NULL)
        pl_buf_appendf(out, "zone %d\n", zone->minutes);
    else
        pl_buf_appendf(out, "zone " PL_FMT " %016" PRIx64 "\n", PL_ARG(zone->name), zone->content);
}

pl_wall pl_zone_moments(const pl_zone *zone, int64_t wall_us, int64_t *first_us, int64_t *second_us)
{
    if (zone->tz != NULL)
        return pl_tz_moments(zone->tz, wall_us, first_us, second_us);
    *first_us = *second_us = wall_us - zone->minutes * 60 * PL_US_PER_SECOND;
    return PL_WALL_ONCE;
}

pl_zones *pl_zones_new(const char *folder)
{
    pl_zones *zones = pl_alloc(1, sizeof *zones);
    if (zones == NULL)
        return NULL;
    zones->folder = folder;
    pl_arena_init(&zones->names);
    return zones;
}

void pl_zones_free(pl_zones *zones)
{
    if (zones == NULL)
        return;
    for (size_t i = 0; i < zones->count; i++)
        pl_tz_free(zones->entries[i].tz);
    pl_release(zones->entries);
    pl_arena_release(&zones->names);
    pl_release(zones);
}

static pl_status no_file(const pl_zones *zones, pl_str name, pl_error *err)
{
    struct stat folder = {0};
    if (stat(zones->folder, &folder) != 0 || !S_ISDIR(folder.st_mode))
        return pl_fail(err, PL_ERR_USAGE,
                       "no zone '" PL_FMT "': there is no folder of zone files %s; install tzdata,"
                       " or give an offset such as +01:00",
                       PL_ARG(name), zones->folder);
    return pl_fail(err, PL_ERR_USAGE,
                   "no zone '" PL_FMT "' in %s; give UTC, an offset such as +01:00, or a name such"
                   " as Europe/Berlin",
                   PL_ARG(name), zones->folder);
}

/* Appends the file, as far as it is not too long: a byte more shows that it is. */
static bool read_all(int file, pl_buf *bytes)
{
    char *room = pl_buf_reserve(bytes, PL_TZ_BYTES_MAX + 1);
    size_t len = 0;
    ssize_t got = 1;
    while (room != NULL && got > 0 && len <= PL_TZ_BYTES_MAX) {
        got = read(file, room + len, PL_TZ_BYTES_MAX + 1 - len);
        len += got > 0 ? (size_t)got : 0;
    }
    pl_buf_cut(bytes, room != NULL ? len : 0);
    return got >= 0;
}

static pl_status read_file(const pl_zones *zones, pl_str name, pl_buf *path, pl_buf *bytes,
                           pl_error *err)
{
    struct stat state = {0};
    pl_buf_appendf(path, "%s/" PL_FMT, zones->folder, PL_ARG(name));
    pl_status status = pl_buf_status(path, err);
    if (status != PL_OK)
        return status;
    int file = open(path->ptr, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0 && (errno == ENOENT || errno == ENOTDIR))
        return no_file(zones, name, err);
    if (file < 0)
        return pl_fail(err, PL_ERR_USAGE, "cannot read %s: %s", path->ptr, strerror(errno));
    bool is_file = fstat(file, &state) == 0 && S_ISREG(state.st_mode);
    if (is_file && !read_all(file, bytes))
        status = pl_fail(err, PL_ERR_USAGE, "cannot read %s: %s", path->ptr, strerror(errno));
    close(file);
    if (!is_file)
        return no_file(zones, name, err);
    return status == PL_OK ? pl_buf_status(bytes, err) : status;
}

/* Reads the file of entry->zone.name; what is wrong with it is why it is unknown. */
static pl_status load(const pl_zones *zones, struct entry *entry, pl_error *err)
{
    pl_buf path, bytes;
    pl_buf_init(&path, PATH_BYTES_MAX);
    pl_buf_init(&bytes, PL_TZ_BYTES_MAX + 2);
    pl_status status = read_file(zones, entry->zone.name, &path, &bytes, &entry->why);
    if (status == PL_OK) {
        status = pl_tz_new(pl_buf_str(&bytes), &entry->tz, &entry->why);
        if (status == PL_ERR_FORMAT)
            pl_error_context(&entry->why, "%s", path.ptr);
        entry->zone.tz = entry->tz;
        entry->zone.content = pl_hash64(pl_buf_str(&bytes));
    }
    pl_buf_release(&path);
    pl_buf_release(&bytes);
    return status == PL_ERR_NOMEM ? pl_fail(err, status, "no memory for a zone") : PL_OK;
}

static pl_status add(pl_zones *zones, pl_str name, pl_error *err)
{
    struct entry entry = {.zone = {.name = pl_arena_copy(&zones->names, name)}};
    if (entry.zone.name.ptr == NULL ||
        !pl_grow(&zones->entries, &zones->room, zones->count + 1, sizeof *zones->entries))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a zone");
    pl_status status = load(zones, &entry, err);
    if (status == PL_OK)
        zones->entries[zones->count++] = entry;
    return status;
}

pl_status pl_zones_find(pl_zones *zones, pl_str name, pl_zone *out, pl_error *err)
{
    int minutes = 0;
    if (pl_zone_parse(name, &minutes)) {
        *out = (pl_zone){.minutes = minutes};
        return PL_OK;
    }
    if (zones == NULL || !pl_zone_is_name(name))
        return pl_fail(err, PL_ERR_USAGE, "'" PL_FMT "' is no zone", PL_ARG(name));
    size_t at = 0;
    while (at < zones->count && !pl_str_equal(zones->entries[at].zone.name, name))
        at++;
    if (at == PL_ZONES_NAMES_MAX)
        return pl_fail(err, PL_ERR_USAGE, "more than %d zones", PL_ZONES_NAMES_MAX);
    pl_status status = at == zones->count ? add(zones, name, err) : PL_OK;
    if (status != PL_OK)
        return status;
    const struct entry *entry = &zones->entries[at];
    if (entry->tz == NULL)
        return pl_fail(err, PL_ERR_USAGE, "%s", entry->why.msg);
    *out = entry->zone;
    return PL_OK;
}
