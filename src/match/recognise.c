/* recognise.c - by path or marker, and by a line that looks right. */
#include "match/recognise.h"

#include <fnmatch.h>
#include <string.h>

#include "io/reader.h"
#include "match/unwrap.h"

#define GLOB_BYTES_MAX 1023 /* longer ones match nothing */
#define PATH_MAX_BYTES 8192 /* longer paths are matched by their end */

void pl_source_path(pl_buf *out, pl_str path, pl_str member)
{
    size_t from = out->len;
    pl_buf_append(out, path);
    if (member.len > 0) {
        pl_buf_append_char(out, '/');
        pl_buf_append(out, member);
    }
    for (size_t i = from; i < out->len; i++)
        if (out->ptr[i] == '\\' || out->ptr[i] == '!')
            out->ptr[i] = '/';
}

bool pl_glob_matches(pl_str glob, const char *path)
{
    size_t slashes = 0;
    for (size_t i = 0; i < glob.len; i++)
        slashes += glob.ptr[i] == '/';
    const char *from = path + strlen(path);
    while (from > path) {
        if (from[-1] == '/' && slashes-- == 0)
            break;
        from--;
    }
    char pattern[GLOB_BYTES_MAX + 1] = {0};
    if (glob.len == 0 || glob.len > GLOB_BYTES_MAX)
        return false;
    memcpy(pattern, glob.ptr, glob.len);
    return fnmatch(pattern, from, FNM_CASEFOLD) == 0;
}

static bool has_hint(const pl_dialect *dialect, const char *path, pl_str head)
{
    for (size_t i = 0; i < dialect->path_count; i++)
        if (pl_glob_matches(dialect->paths[i], path))
            return true;
    for (size_t i = 0; i < dialect->marker_count; i++)
        if (pl_str_find(head, dialect->markers[i], 0) != SIZE_MAX)
            return true;
    return false;
}

/* Logs without any stamps are recognised by a line that fits, whatever it is. */
static bool has_stamps(const pl_dialect *dialect)
{
    for (size_t i = 0; i < dialect->shape_count; i++)
        if (dialect->shapes[i].time != PL_TIME_UNSTAMPED)
            return true;
    return false;
}

/* A stamp around the line is as good as one in it. */
static bool line_has_shape(const pl_dialect *dialect, pl_exec *exec, pl_str raw, pl_buf *scratch)
{
    pl_captures captures;
    pl_str around, line = pl_unwrap_line(dialect, exec, raw, scratch, &around);
    bool any = around.ptr != NULL || !has_stamps(dialect);
    for (size_t i = 0; i < dialect->shape_count; i++)
        if ((any || dialect->shapes[i].time != PL_TIME_UNSTAMPED) &&
            pl_exec_match(exec, &dialect->shapes[i].regex, line, &captures))
            return true;
    return false;
}

static pl_str without_line_end(pl_str line)
{
    if (pl_str_ends(line, PL_STR("\n")))
        line.len--;
    if (pl_str_ends(line, PL_STR("\r")))
        line.len--;
    return line;
}

static bool has_shape(const pl_dialect *dialect, pl_exec *exec, pl_str head, pl_buf *scratch)
{
    for (size_t at = 0; at < head.len;) {
        const char *end = memchr(head.ptr + at, '\n', head.len - at);
        size_t next = end == NULL ? head.len : (size_t)(end - head.ptr) + 1;
        pl_str line = without_line_end(pl_str_slice(head, at, next - at));
        if (line.len > 0 && line_has_shape(dialect, exec, line, scratch))
            return true;
        at = next;
    }
    return false;
}

pl_status pl_recognise(const pl_dialect_set *set, pl_exec *exec, pl_str source_path, pl_str text,
                       uint64_t *mask, pl_error *err)
{
    pl_str head = pl_str_slice(text, 0, PL_ENCODING_PROBE);
    pl_buf path, scratch;
    uint64_t found = 0;
    pl_buf_init(&path, PATH_MAX_BYTES + 1);
    bool has_room = pl_unwrap_room(&scratch);
    size_t skip = source_path.len > PATH_MAX_BYTES ? source_path.len - PATH_MAX_BYTES : 0;
    pl_buf_append(&path, pl_str_slice(source_path, skip, PATH_MAX_BYTES));
    pl_status status = has_room ? pl_buf_status(&path, err)
                                : pl_fail(err, PL_ERR_NOMEM, "no memory to recognise a source");
    for (size_t i = 0; status == PL_OK && i < set->count; i++)
        if (has_hint(set->items[i], path.ptr, head) &&
            has_shape(set->items[i], exec, head, &scratch))
            found |= UINT64_C(1) << i;
    pl_buf_release(&path);
    pl_buf_release(&scratch);
    if (status == PL_OK)
        *mask = found;
    return status;
}

uint64_t pl_recognise_events(const pl_dialect_set *set)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i]->reads_events)
            mask |= UINT64_C(1) << i;
    return mask;
}
