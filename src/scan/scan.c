/*
 * scan.c - one pass over the text, in pieces that stay in the first cache.
 *
 * How literals are found is in plan.h, the hot loop in kernel*.c, what becomes of a hit in lines.h.
 */
#include "scan/scan.h"

#include <string.h>

#include "base/alloc.h"
#include "io/reader.h"
#include "scan/count.h"
#include "scan/kernel.h"
#include "scan/lines.h"
#include "scan/scan_inside.h"

struct pl_scan_set {
    pl_plan plan;
    pl_sought *sought; /* owned; their bytes are in `bytes` */
    char *bytes;       /* owned */
    pl_kernel kernel;
};

/* A scan under way. */
struct search {
    const pl_plan *plan;
    pl_kernel_run *run;
    pl_str text;
    pl_lines *lines;
    size_t line_ends;
    uint16_t places[PL_KERNEL_MAX];
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

static void copy_literals(pl_scan_set *set, const pl_str *literals, const bool *any_case,
                          size_t count)
{
    char *to = set->bytes;
    for (size_t i = 0; i < count; i++) {
        memcpy(to, literals[i].ptr, literals[i].len);
        set->sought[i].text = (pl_str){to, literals[i].len};
        set->sought[i].any_case = any_case != NULL && any_case[i];
        to += literals[i].len;
    }
}

pl_status pl_scan_set_new(const pl_str *literals, size_t count, pl_scan_set **out, pl_error *err)
{
    return pl_scan_set_new_cased(literals, NULL, count, out, err);
}

pl_status pl_scan_set_new_cased(const pl_str *literals, const bool *any_case, size_t count,
                                pl_scan_set **out, pl_error *err)
{
    size_t bytes = 0;
    pl_status status = check_literals(literals, count, &bytes, err);
    if (status != PL_OK)
        return status;
    pl_scan_set *set = pl_alloc(1, sizeof *set);
    if (set == NULL)
        goto nomem;
    set->sought = pl_alloc(count + 1, sizeof *set->sought);
    set->bytes = pl_alloc(bytes + 1, 1);
    if (set->sought == NULL || set->bytes == NULL)
        goto nomem;
    copy_literals(set, literals, any_case, count);
    pl_plan_make(&set->plan, set->sought, count);
    (void)pl_kernels(&set->kernel, 1);
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
    pl_release(set->sought);
    pl_release(set->bytes);
    pl_release(set);
}

bool pl_scan_set_is(const pl_scan_set *set, const pl_str *literals, size_t count)
{
    bool same = set->plan.count == count;
    for (size_t i = 0; same && i < count; i++)
        same = !set->sought[i].any_case && pl_str_equal(set->sought[i].text, literals[i]);
    return same;
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

static bool stands_at(const pl_sought *sought, pl_str text, size_t start)
{
    const pl_str found = {text.ptr + start, sought->text.len};
    return sought->any_case ? pl_str_equal_nocase(found, sought->text)
                            : memcmp(found.ptr, sought->text.ptr, found.len) == 0;
}

/* Sieve 3: the literals of a chain that stand where their window would be at `window`. */
static pl_status try_chain(struct search *search, uint16_t first, size_t window, pl_error *err)
{
    const pl_str text = search->text;
    for (uint16_t i = first; i != PL_CHAIN_END;) {
        const pl_sought *sought = &search->plan->sought[i];
        const size_t off = sought->window_off, len = sought->text.len;
        if (window >= off && len <= text.len - (window - off) &&
            stands_at(sought, text, window - off)) {
            pl_status status = pl_lines_hit(search->lines, window, window - off, len, i, err);
            if (status != PL_OK)
                return status;
        }
        i = sought->next;
    }
    return PL_OK;
}

/* Looks at `len` bytes at `at`, which are those at `off` of the text, maybe in a copy. */
static pl_status search_piece(struct search *search, const char *at, size_t len, size_t off,
                              pl_error *err)
{
    const pl_plan *plan = search->plan;
    size_t line_ends = 0;
    const size_t count = search->run(plan, at, len, search->places, &line_ends);
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < count; i++) {
        const size_t place = search->places[i];
        if (off + place >= search->text.len)
            break;
        status =
            try_chain(search, pl_plan_chain(plan, pl_window_hashed(at + place)), off + place, err);
        if (status == PL_OK && plan->short_chain != PL_CHAIN_END)
            status = try_chain(search, plan->short_chain, off + place, err);
    }
    search->line_ends += line_ends;
    return status;
}

/* Looks at the text from `from` on: pieces in place, and in a copy the end that kernels would read
 * beyond. */
static pl_status search_text(struct search *search, size_t from, pl_error *err)
{
    const pl_str text = search->text;
    pl_status status = PL_OK;
    while (status == PL_OK && text.len - from > PL_KERNEL_STEP + PL_KERNEL_BEYOND) {
        size_t len = text.len - from - PL_KERNEL_BEYOND;
        len = len < PL_KERNEL_MAX ? len - len % PL_KERNEL_STEP : PL_KERNEL_MAX;
        status = search_piece(search, text.ptr + from, len, from, err);
        from += len;
        pl_lines_pass(search->lines, from, search->line_ends);
    }
    if (status != PL_OK || from == text.len)
        return status;
    char end[3 * PL_KERNEL_STEP] = {0};
    memcpy(end, text.ptr + from, text.len - from);
    return search_piece(search, end, 2 * PL_KERNEL_STEP, from, err);
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
    if (options.open_start) {
        const char *end = text.len > 0 ? memchr(text.ptr, '\n', text.len) : NULL;
        extent.first = (end == NULL ? text.len : (size_t)(end - text.ptr)) + 1;
    }
    if (options.open_end) {
        const char *last_end = text.len > 0 ? memrchr(text.ptr, '\n', text.len) : NULL;
        extent.closed = last_end == NULL ? 0 : (size_t)(last_end - text.ptr) + 1;
    }
    return extent;
}

/* `line_ends` is how many there are in the text. */
static void count_lines(pl_str text, pl_scan_options options, struct extent extent,
                        size_t line_ends, pl_scan_result *result)
{
    const bool ends_open = text.len == 0 || text.ptr[text.len - 1] != '\n';
    const bool has_rest = text.len > 0 || options.open_start;
    result->line_count = line_ends;
    if (ends_open && has_rest && !options.open_end)
        result->line_count++;
    if (extent.first < extent.closed)
        result->cut_count =
            pl_count_long_lines(pl_str_slice(text, extent.first, extent.closed - extent.first));
    if (options.open_end && extent.first <= text.len)
        result->cut_count++;
}

pl_status pl_scan_by(pl_kernel kernel, const pl_scan_set *set, const pl_scan_input *input,
                     pl_scan_result *result, pl_error *err)
{
    const pl_str text = input->text;
    const pl_scan_options options = input->options;
    result->count = result->hit_count = result->line_count = result->cut_count = 0;
    const struct extent extent = measure(text, options);
    pl_lines lines = {.result = result, .literal_count = set->plan.count};
    struct search search = {.plan = &set->plan, .run = kernel.run, .text = text, .lines = &lines};
    pl_status status = PL_OK;
    if (extent.first <= text.len) {
        search.line_ends = extent.first > 0 ? 1 : 0;
        pl_lines_begin(&lines, text, extent.first, options);
        status = search_text(&search, extent.first, err);
        if (status == PL_OK)
            status = pl_lines_end(&lines, err);
    }
    if (status == PL_OK)
        count_lines(text, options, extent, search.line_ends, result);
    return status;
}

pl_status pl_scan(const pl_scan_set *set, pl_str text, pl_scan_options options,
                  pl_scan_result *result, pl_error *err)
{
    return pl_scan_by(set->kernel, set, &(pl_scan_input){text, options}, result, err);
}
