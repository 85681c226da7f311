/*
 * fuzz_scan.c - every kernel finds in a text what the one without SIMD finds.
 *
 * Input: a byte of options (1 every line, 2 open start, 4 open end, 8 any case), literals, one per
 * line, an empty line, the text.
 */
#include <string.h>

#include "fuzz.h"
#include "scan/scan_inside.h"

#define KERNELS_MAX 8
#define LITERALS_MAX 64

static void check_same(const pl_scan_result *a, const pl_scan_result *b)
{
    PROMISE(a->count == b->count && a->hit_count == b->hit_count);
    PROMISE(a->line_count == b->line_count && a->cut_count == b->cut_count);
    for (size_t i = 0; i < a->count; i++) {
        PROMISE(a->items[i].line.ptr == b->items[i].line.ptr);
        PROMISE(a->items[i].line.len == b->items[i].line.len);
        PROMISE(a->items[i].line_index == b->items[i].line_index);
        PROMISE(a->items[i].first_hit == b->items[i].first_hit);
        PROMISE(a->items[i].hit_count == b->items[i].hit_count);
    }
    PROMISE(a->hit_count == 0 || memcmp(a->hits, b->hits, a->hit_count * sizeof *a->hits) == 0);
}

static void compare_kernels(const pl_scan_set *set, const pl_scan_input *input)
{
    pl_kernel kernels[KERNELS_MAX];
    const size_t count = pl_kernels(kernels, KERNELS_MAX);
    pl_scan_result plain, other;
    pl_scan_result_init(&plain);
    pl_scan_result_init(&other);
    PROMISE(pl_scan_by(kernels[count - 1], set, input, &plain, NULL) == PL_OK);
    for (size_t i = 0; i + 1 < count; i++) {
        PROMISE(pl_scan_by(kernels[i], set, input, &other, NULL) == PL_OK);
        check_same(&plain, &other);
    }
    pl_scan_result_release(&other);
    pl_scan_result_release(&plain);
}

/* Takes the literals from the front of *rest, and the empty line behind them. */
static size_t take_literals(pl_str *rest, pl_str *literals)
{
    size_t count = 0;
    while (count < LITERALS_MAX) {
        const size_t end = pl_str_find(*rest, PL_STR("\n"), 0);
        const pl_str line = pl_str_slice(*rest, 0, end);
        *rest = end == SIZE_MAX ? (pl_str){0} : pl_str_slice(*rest, end + 1, SIZE_MAX);
        if (line.len == 0)
            break;
        literals[count++] = line;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pl_str literals[LITERALS_MAX], rest = fuzz_bytes(data, size);
    bool any_case[LITERALS_MAX] = {0};
    pl_scan_set *set = NULL;
    if (size == 0)
        return 0;
    const unsigned options = data[0];
    rest = pl_str_slice(rest, 1, SIZE_MAX);
    const size_t count = take_literals(&rest, literals);
    for (size_t i = 0; i < count; i++)
        any_case[i] = (options & 8) != 0 && i % 2 == 0;
    const pl_scan_input input = {rest,
                                 {(options & 1) != 0, (options & 2) != 0, (options & 4) != 0}};
    PROMISE(pl_scan_set_new_cased(literals, any_case, count, &set, NULL) == PL_OK);
    compare_kernels(set, &input);
    pl_scan_set_free(set);
    return 0;
}
