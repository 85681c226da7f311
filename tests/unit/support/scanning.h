/*
 * scanning.h - the result of a scan in words, and what it must be: every line looked at for every
 * literal.
 */
#ifndef PL_TESTS_SCANNING_H
#define PL_TESTS_SCANNING_H

#include "base/buf.h"
#include "io/reader.h"
#include "scan/scan.h"

/* One line per candidate: "index 'line' hits\n", then "lines N cut N". */
static inline void append_result(pl_buf *out, const pl_scan_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        const pl_candidate *item = &result->items[i];
        pl_buf_appendf(out, "%zu '", item->line_index);
        pl_buf_append(out, item->line);
        pl_buf_append_char(out, '\'');
        for (uint32_t hit = 0; hit < item->hit_count; hit++)
            pl_buf_appendf(out, " %u", result->hits[item->first_hit + hit]);
        pl_buf_append_char(out, '\n');
    }
    pl_buf_appendf(out, "lines %zu cut %zu", result->line_count, result->cut_count);
}

/* The reference: every line, every literal. */
struct reference {
    const pl_str *literals;
    const bool *any_case; /* NULL: none */
    size_t count;
    pl_scan_options options;
};

static inline bool holds(const struct reference *reference, pl_str line, size_t index)
{
    const pl_str literal = reference->literals[index];
    if (reference->any_case == NULL || !reference->any_case[index])
        return pl_str_find(line, literal, 0) != SIZE_MAX;
    for (size_t at = 0; at + literal.len <= line.len; at++)
        if (pl_str_equal_nocase(pl_str_slice(line, at, literal.len), literal))
            return true;
    return false;
}

static inline size_t append_candidate(const struct reference *reference, pl_str line, size_t index,
                                      pl_buf *out)
{
    const pl_str head = pl_str_slice(line, 0, PL_LINE_MAX);
    const size_t start = out->len;
    size_t hits = 0;
    pl_buf_appendf(out, "%zu '", index);
    pl_buf_append(out, head);
    pl_buf_append_char(out, '\'');
    for (size_t i = 0; i < reference->count; i++) {
        if (!holds(reference, head, i))
            continue;
        pl_buf_appendf(out, " %zu", i);
        hits++;
    }
    pl_buf_append_char(out, '\n');
    if (hits == 0 && !reference->options.every_line)
        pl_buf_cut(out, start);
    return line.len > PL_LINE_MAX ? 1 : 0;
}

static inline void append_expected(const struct reference *reference, pl_str text, pl_buf *out)
{
    const pl_scan_options options = reference->options;
    size_t lines = 0, cut = 0, index = 0, at = 0;
    for (bool more = true; more; index++) {
        size_t end = pl_str_find(text, PL_STR("\n"), at);
        more = end != SIZE_MAX;
        const pl_str line = pl_str_slice(text, at, more ? end - at : SIZE_MAX);
        const bool is_tail = options.open_start && index == 0;
        const bool is_head = options.open_end && !more;
        if (!more && line.len == 0 && !is_tail && !is_head)
            break;
        lines += is_head ? 0 : 1;
        if (!is_tail) {
            const size_t is_long = append_candidate(reference, line, index, out);
            cut += is_head ? 1 : is_long;
        }
        at = end + 1;
    }
    pl_buf_appendf(out, "lines %zu cut %zu", lines, cut);
}

static inline uint32_t roll(uint64_t *seed, uint32_t sides)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % sides;
}

#endif
