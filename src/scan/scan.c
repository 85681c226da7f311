/*
 * scan.c - jumps from hit to hit: for every literal the next place it stands, the smallest first.
 *
 * A literal that does not stand in the rest of the text is never searched again, and nothing is
 * done per line where there is no hit.  How the next places are found stays inside `struct walk`.
 */
#include "scan/scan.h"

#include <string.h>

#include "base/alloc.h"
#include "io/reader.h"
#include "scan/count.h"

#define NOWHERE SIZE_MAX

struct pl_scan_set {
    size_t count;
    pl_str *literals; /* owned; their bytes are in `bytes` */
    char *bytes;      /* owned */
};

/* Where a scan has come to. */
struct walk {
    const pl_scan_set *set;
    pl_str text;
    size_t at;                         /* start of the first line not yet judged */
    size_t line_index;                 /* of that line */
    size_t next[PL_SCAN_LITERALS_MAX]; /* of each literal, where it stands first at or after `at` */
};

/* A line of the text, without its '\n'. */
struct line {
    size_t start, end;
};

/* Adds up the literals' lengths in *bytes. */
static pl_status check_literals(const pl_str *literals, size_t count, size_t *bytes, pl_error *err)
{
    if (count > PL_SCAN_LITERALS_MAX)
        return pl_fail(err, PL_ERR_USAGE, "%zu literals, more than %d", count,
                       PL_SCAN_LITERALS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (literals[i].len == 0)
            return pl_fail(err, PL_ERR_USAGE, "literal %zu is empty", i);
        if (memchr(literals[i].ptr, '\n', literals[i].len) != NULL)
            return pl_fail(err, PL_ERR_USAGE, "literal %zu holds a line end", i);
        *bytes += literals[i].len;
    }
    return PL_OK;
}

static void copy_literals(pl_scan_set *set, const pl_str *literals, size_t count)
{
    char *to = set->bytes;
    for (size_t i = 0; i < count; i++) {
        memcpy(to, literals[i].ptr, literals[i].len);
        set->literals[i] = (pl_str){to, literals[i].len};
        to += literals[i].len;
    }
    set->count = count;
}

pl_status pl_scan_set_new(const pl_str *literals, size_t count, pl_scan_set **out, pl_error *err)
{
    size_t bytes = 0;
    pl_status status = check_literals(literals, count, &bytes, err);
    if (status != PL_OK)
        return status;
    pl_scan_set *set = pl_alloc(1, sizeof *set);
    if (set == NULL)
        goto nomem;
    set->literals = pl_alloc(count + 1, sizeof *set->literals);
    set->bytes = pl_alloc(bytes + 1, 1);
    if (set->literals == NULL || set->bytes == NULL)
        goto nomem;
    copy_literals(set, literals, count);
    *out = set;
    return PL_OK;
nomem:
    pl_scan_set_free(set);
    return pl_fail(err, PL_ERR_NOMEM, "no memory for %zu literals", count);
}

void pl_scan_set_free(pl_scan_set *set)
{
    if (set == NULL)
        return;
    pl_release(set->literals);
    pl_release(set->bytes);
    pl_release(set);
}

void pl_scan_result_init(pl_scan_result *result)
{
    *result = (pl_scan_result){0};
}

void pl_scan_result_release(pl_scan_result *result)
{
    pl_release(result->items);
    pl_release(result->hits);
    pl_scan_result_init(result);
}

static size_t find_literal(const struct walk *walk, size_t literal)
{
    const pl_str rest = pl_str_slice(walk->text, walk->at, SIZE_MAX);
    const pl_str wanted = walk->set->literals[literal];
    const char *hit = rest.len == 0 ? NULL : memmem(rest.ptr, rest.len, wanted.ptr, wanted.len);
    return hit == NULL ? NOWHERE : (size_t)(hit - walk->text.ptr);
}

/* `from` is 0 or the start of the second line. */
static void begin_walk(struct walk *walk, const pl_scan_set *set, pl_str text, size_t from)
{
    walk->set = set;
    walk->text = text;
    walk->at = from;
    walk->line_index = from > 0 ? 1 : 0;
    for (size_t i = 0; i < set->count; i++)
        walk->next[i] = find_literal(walk, i);
}

static size_t line_end(pl_str text, size_t from)
{
    const char *hit = from < text.len ? memchr(text.ptr + from, '\n', text.len - from) : NULL;
    return hit == NULL ? text.len : (size_t)(hit - text.ptr);
}

static size_t nearest_hit(const struct walk *walk)
{
    size_t nearest = NOWHERE;
    for (size_t i = 0; i < walk->set->count; i++)
        if (walk->next[i] < nearest)
            nearest = walk->next[i];
    return nearest;
}

/* The line of the nearest hit; false when there is none.  walk->line_index becomes its index. */
static bool hit_line(struct walk *walk, struct line *line)
{
    const size_t hit = nearest_hit(walk);
    if (hit == NOWHERE)
        return false;
    const pl_str before = {walk->text.ptr + walk->at, hit - walk->at};
    const char *last_end = memrchr(before.ptr, '\n', before.len);
    line->start = last_end == NULL ? walk->at : (size_t)(last_end - walk->text.ptr) + 1;
    line->end = line_end(walk->text, hit);
    walk->line_index += pl_count_line_ends((pl_str){before.ptr, line->start - walk->at});
    return true;
}

/* The line at walk->at; false at the end of the text. */
static bool any_line(const struct walk *walk, bool open_end, struct line *line)
{
    if (walk->at > walk->text.len || (walk->at == walk->text.len && !open_end))
        return false;
    line->start = walk->at;
    line->end = line_end(walk->text, walk->at);
    return true;
}

/* Adds the literals of the first `len` bytes of a line to the hits; goes on behind the line. */
static pl_status collect_hits(struct walk *walk, struct line line, size_t len,
                              pl_scan_result *result, pl_error *err)
{
    walk->at = line.end + 1;
    walk->line_index++;
    for (size_t i = 0; i < walk->set->count; i++) {
        if (walk->next[i] >= line.end)
            continue;
        if (walk->next[i] + walk->set->literals[i].len <= line.start + len) {
            if (!pl_grow(&result->hits, &result->hit_room, result->hit_count + 1,
                         sizeof *result->hits))
                return pl_fail(err, PL_ERR_NOMEM, "no memory for %zu hits", result->hit_count + 1);
            result->hits[result->hit_count++] = (uint32_t)i;
        }
        walk->next[i] = find_literal(walk, i);
    }
    return PL_OK;
}

/* Makes the line a candidate when it holds a literal, or `always`; goes on behind it. */
static pl_status judge_line(struct walk *walk, struct line line, bool always,
                            pl_scan_result *result, pl_error *err)
{
    const pl_str text = pl_str_slice(walk->text, line.start, line.end - line.start);
    pl_candidate candidate = {
        .line = pl_str_slice(text, 0, PL_LINE_MAX),
        .line_index = walk->line_index,
        .first_hit = (uint32_t)result->hit_count,
    };
    pl_status status = collect_hits(walk, line, candidate.line.len, result, err);
    if (status != PL_OK)
        return status;
    candidate.hit_count = (uint32_t)result->hit_count - candidate.first_hit;
    if (candidate.hit_count == 0 && !always)
        return PL_OK;
    if (!pl_grow(&result->items, &result->room, result->count + 1, sizeof *result->items))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for %zu candidates", result->count + 1);
    result->items[result->count++] = candidate;
    return PL_OK;
}

/* What of the text is counted, and what is looked at, follows from where its first and last line
 * end. */
struct extent {
    size_t first;  /* start of the first line to judge; behind the text: there is none */
    size_t closed; /* end of the last line that ends in this text */
};

static struct extent measure(pl_str text, pl_scan_options options)
{
    struct extent extent = {0, text.len};
    if (options.open_start)
        extent.first = line_end(text, 0) + 1;
    if (options.open_end) {
        const char *last_end = text.len > 0 ? memrchr(text.ptr, '\n', text.len) : NULL;
        extent.closed = last_end == NULL ? 0 : (size_t)(last_end - text.ptr) + 1;
    }
    return extent;
}

static void count_lines(pl_str text, pl_scan_options options, struct extent extent,
                        pl_scan_result *result)
{
    const bool ends_open = text.len == 0 || text.ptr[text.len - 1] != '\n';
    const bool has_rest = text.len > 0 || options.open_start;
    result->line_count = pl_count_line_ends(text);
    if (ends_open && has_rest && !options.open_end)
        result->line_count++;
    if (extent.first < extent.closed)
        result->cut_count =
            pl_count_long_lines(pl_str_slice(text, extent.first, extent.closed - extent.first));
    if (options.open_end && extent.first <= text.len)
        result->cut_count++;
}

pl_status pl_scan(const pl_scan_set *set, pl_str text, pl_scan_options options,
                  pl_scan_result *result, pl_error *err)
{
    result->count = result->hit_count = result->line_count = result->cut_count = 0;
    const struct extent extent = measure(text, options);
    count_lines(text, options, extent, result);
    if (extent.first > text.len)
        return PL_OK;
    struct walk walk;
    begin_walk(&walk, set, text, extent.first);
    struct line line;
    while (options.every_line ? any_line(&walk, options.open_end, &line) : hit_line(&walk, &line)) {
        pl_status status = judge_line(&walk, line, options.every_line, result, err);
        if (status != PL_OK)
            return status;
    }
    return PL_OK;
}
