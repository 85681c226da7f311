/* lines.c - one line under way, with a bit for each literal it holds. */
#include "scan/lines.h"

#include <string.h>

#include "base/alloc.h"
#include "io/reader.h"
#include "scan/count.h"

void pl_lines_begin(pl_lines *lines, pl_str text, size_t from, pl_scan_options options)
{
    lines->text = text;
    lines->options = options;
    lines->at = lines->counted = from;
    lines->ends = from > 0 ? 1 : 0;
    lines->line_index = lines->ends;
    lines->is_begun = false;
    memset(lines->hits, 0, sizeof lines->hits);
}

void pl_lines_pass(pl_lines *lines, size_t to, size_t ends)
{
    lines->counted = to;
    lines->ends = ends;
}

/* Appends the literals of the line, and forgets them. */
static bool append_hits(pl_lines *lines)
{
    pl_scan_result *result = lines->result;
    for (size_t i = 0; i * 64 < lines->literal_count; i++) {
        for (uint64_t bits = lines->hits[i]; bits != 0; bits &= bits - 1) {
            if (!pl_grow(&result->hits, &result->hit_room, result->hit_count + 1,
                         sizeof *result->hits))
                return false;
            result->hits[result->hit_count++] = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(bits));
        }
        lines->hits[i] = 0;
    }
    return true;
}

/* The line under way becomes a candidate when it holds a literal, or all do. */
static pl_status finish_line(pl_lines *lines, pl_error *err)
{
    pl_scan_result *result = lines->result;
    const pl_str line = pl_str_slice(lines->text, lines->start, lines->end - lines->start);
    const size_t first = result->hit_count;
    lines->is_begun = false;
    if (!append_hits(lines))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for %zu hits", result->hit_count + 1);
    if (result->hit_count == first && !lines->options.every_line)
        return PL_OK;
    if (!pl_grow(&result->items, &result->room, result->count + 1, sizeof *result->items))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for %zu candidates", result->count + 1);
    result->items[result->count++] =
        (pl_candidate){.line = pl_str_slice(line, 0, PL_LINE_MAX),
                       .line_index = lines->line_index,
                       .first_hit = (uint32_t)first,
                       .hit_count = (uint32_t)(result->hit_count - first)};
    return PL_OK;
}

static void begin_line(pl_lines *lines, size_t start, size_t line_index)
{
    const pl_str text = lines->text;
    const char *end = start < text.len ? memchr(text.ptr + start, '\n', text.len - start) : NULL;
    lines->start = start;
    lines->end = end == NULL ? text.len : (size_t)(end - text.ptr);
    lines->line_index = line_index;
    lines->at = lines->end + 1;
    lines->is_begun = true;
}

/* Every line up to the one that holds `window` becomes one; that one is begun. */
static pl_status walk_to(pl_lines *lines, size_t window, pl_error *err)
{
    pl_status status = PL_OK;
    while (status == PL_OK && lines->at <= window) {
        if (lines->is_begun) {
            status = finish_line(lines, err);
            lines->line_index++;
        }
        begin_line(lines, lines->at, lines->line_index);
    }
    return status;
}

/* Begins the line that holds `window`, without a look at those before it. */
static pl_status jump_to(pl_lines *lines, size_t window, pl_error *err)
{
    if (lines->is_begun) {
        pl_status status = finish_line(lines, err);
        if (status != PL_OK)
            return status;
    }
    const char *text = lines->text.ptr;
    const char *last_end = memrchr(text + lines->at, '\n', window - lines->at);
    const size_t start = last_end == NULL ? lines->at : (size_t)(last_end - text) + 1;
    lines->ends += pl_count_line_ends((pl_str){text + lines->counted, window - lines->counted});
    lines->counted = window;
    begin_line(lines, start, lines->ends);
    return PL_OK;
}

pl_status pl_lines_hit(pl_lines *lines, size_t window, size_t start, size_t len, size_t literal,
                       pl_error *err)
{
    if (window >= lines->at) {
        pl_status status =
            lines->options.every_line ? walk_to(lines, window, err) : jump_to(lines, window, err);
        if (status != PL_OK)
            return status;
    }
    if (start + len <= lines->start + PL_LINE_MAX)
        lines->hits[literal / 64] |= UINT64_C(1) << literal % 64;
    return PL_OK;
}

pl_status pl_lines_end(pl_lines *lines, pl_error *err)
{
    /* an open end is a line, though it may be empty */
    const size_t stop = lines->text.len + (lines->options.open_end ? 1 : 0);
    if (lines->options.every_line && stop > 0) {
        pl_status status = walk_to(lines, stop - 1, err);
        if (status != PL_OK)
            return status;
    }
    return lines->is_begun ? finish_line(lines, err) : PL_OK;
}
