/* plan.c - chooses the windows of the literals, shares them out among buckets, fills the tables. */
#include "scan/plan.h"

#include <limits.h>

#include "scan/frequency.h"

#define BUCKETS 8
#define HALVED_FROM 32 /* literals; with more, what comes through costs more than looking twice */
#define SHARED_KINDS 4096

/* How common pairs are: of 1 << PL_FREQUENCY_BITS pairs of a text, those of each kind. */
struct kinds {
    uint64_t pairs[PL_PAIR_KINDS];
};

/* For each place of a window the bytes that may stand there. */
struct window {
    unsigned char bytes[PL_WINDOW][2];
    size_t choices[PL_WINDOW]; /* 1, 2 (a letter in any case) or 256 (any byte; `bytes` unused) */
};

#define ANY_BYTE ((size_t)256)

static uint64_t frequency(char c)
{
    return pl_byte_frequency[(unsigned char)c];
}

static char swap_case(char c)
{
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter ? (char)(c ^ 0x20) : c;
}

static unsigned char byte_at(const struct window *window, size_t place, size_t choice)
{
    return window->choices[place] == ANY_BYTE ? (unsigned char)choice
                                              : window->bytes[place][choice];
}

static struct window window_of(const pl_sought *sought)
{
    struct window window = {0};
    for (size_t i = 0; i < PL_WINDOW; i++) {
        const size_t at = sought->window_off + i;
        if (at >= sought->text.len) {
            window.choices[i] = ANY_BYTE;
            continue;
        }
        const char c = sought->text.ptr[at];
        const bool has_two = sought->any_case && swap_case(c) != c;
        window.choices[i] = has_two ? 2 : 1;
        window.bytes[i][0] = (unsigned char)c;
        window.bytes[i][1] = (unsigned char)swap_case(c);
    }
    return window;
}

/* Windows that several literals have are common in the logs of the product, too. */
static uint16_t *shared(uint16_t *counts, const char *at)
{
    return &counts[pl_window_hash(pl_window_hashed(at)) % SHARED_KINDS];
}

static void count_shared(uint16_t *counts, const pl_sought *sought, size_t count)
{
    memset(counts, 0, SHARED_KINDS * sizeof *counts);
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at + PL_WINDOW_HASHED <= sought[i].text.len; at++) {
            uint16_t *known = shared(counts, sought[i].text.ptr + at);
            *known = (uint16_t)(*known + (*known < UINT16_MAX));
        }
}

/* log2 of `value` (> 0) in eighths, the fraction linear: near enough for a choice. */
static int eighths(uint64_t value)
{
    const int whole = 63 - __builtin_clzll(value);
    return 8 * whole + (int)((value << 3 >> whole) & 7);
}

static uint64_t frequency_in(const pl_sought *sought, size_t at)
{
    const char c = sought->text.ptr[at];
    const bool has_two = sought->any_case && swap_case(c) != c;
    return frequency(c) + (has_two ? frequency(swap_case(c)) : 0);
}

/* How common a window at `at` is, as a logarithm. */
static int cost_at(const pl_sought *sought, size_t at, uint16_t *counts)
{
    const char *text = sought->text.ptr;
    int cost = eighths(*shared(counts, text + at)) + eighths(frequency_in(sought, at));
    for (size_t i = at + 1; i < at + PL_WINDOW; i++)
        cost += eighths(frequency_in(sought, i)) - 8 * PL_FREQUENCY_BITS +
                eighths(pl_pair_lift((unsigned char)text[i - 1], (unsigned char)text[i])) - 8 * 4;
    return cost;
}

static void choose_window(pl_sought *sought, uint16_t *counts)
{
    sought->window_off = 0;
    if (sought->text.len <= PL_WINDOW)
        return;
    size_t last = sought->text.len - PL_WINDOW;
    if (last > UINT16_MAX)
        last = UINT16_MAX;
    int best = INT_MAX;
    for (size_t at = 0; at <= last; at++) {
        const int cost = cost_at(sought, at, counts);
        if (cost < best) {
            best = cost;
            sought->window_off = (uint16_t)at;
        }
    }
}

/* Only printable ASCII counts: the rest is rare, and the sum of 128 x 128 pairs takes its time. */
static void weigh_kinds(struct kinds *kinds)
{
    *kinds = (struct kinds){0};
    for (unsigned char first = ' '; first < 0x7f; first++)
        for (unsigned char second = ' '; second < 0x7f; second++)
            kinds->pairs[pl_pair_kind(first, second)] += (uint64_t)pl_byte_frequency[first] *
                                                         pl_byte_frequency[second] *
                                                         pl_pair_lift(first, second);
    for (size_t i = 0; i < PL_PAIR_KINDS; i++)
        kinds->pairs[i] = (kinds->pairs[i] >> PL_FREQUENCY_BITS) + 1;
}

/* How common each pair of the buckets' tables is, by bucket and place. */
struct loads {
    uint64_t of[BUCKETS][PL_WINDOW_PAIRS];
    size_t windows[BUCKETS];
};

/* The weight of the kinds of pairs that `window` would add to `bucket` at `place`. */
static uint64_t added_load(const pl_plan *plan, const struct kinds *kinds,
                           const struct window *window, size_t bucket, size_t place)
{
    const size_t firsts = window->choices[place], seconds = window->choices[place + 1];
    const uint64_t all = UINT64_C(1) << PL_FREQUENCY_BITS;
    if (firsts == ANY_BYTE || seconds == ANY_BYTE)
        return firsts == ANY_BYTE ? all : frequency((char)window->bytes[place][0]);
    uint64_t load = 0;
    for (size_t i = 0; i < firsts * seconds; i++) {
        const unsigned kind =
            pl_pair_kind(window->bytes[place][i % firsts], window->bytes[place + 1][i / firsts]);
        load += (plan->pairs[place][kind] >> bucket & 1) != 0 ? 0 : kinds->pairs[kind];
    }
    return load;
}

/* Puts the window where it makes the fewest more places go on; returns the bucket. */
static size_t choose_bucket(const pl_plan *plan, const struct kinds *kinds,
                            const struct window *window, struct loads *loads)
{
    size_t best = 0;
    uint64_t least = UINT64_MAX;
    uint64_t best_loads[PL_WINDOW_PAIRS] = {0};
    for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
        uint64_t before = 1, after = 1, load[PL_WINDOW_PAIRS];
        for (size_t i = 0; i < PL_WINDOW_PAIRS; i++) {
            load[i] = loads->of[bucket][i] + added_load(plan, kinds, window, bucket, i);
            before *= loads->of[bucket][i];
            after *= load[i];
        }
        if (after - before < least) {
            least = after - before;
            best = bucket;
            memcpy(best_loads, load, sizeof load);
        }
    }
    memcpy(loads->of[best], best_loads, sizeof best_loads);
    loads->windows[best]++;
    return best;
}

static void add_to_tables(pl_plan *plan, const struct window *window, size_t bucket, size_t half)
{
    const uint8_t bit = (uint8_t)(1U << bucket);
    for (size_t i = 0; i < PL_WINDOW_PAIRS; i++)
        for (size_t first = 0; first < window->choices[i]; first++) {
            const unsigned char a = byte_at(window, i, first);
            plan->low[half][i][a % PL_NIBBLE_KINDS] |= bit;
            for (size_t second = 0; second < window->choices[i + 1]; second++) {
                const unsigned char b = byte_at(window, i + 1, second);
                plan->pairs[i][pl_pair_kind(a, b)] |= bit;
                plan->mixed[half][i][pl_mixed_kind(a, b)] |= bit;
            }
        }
}

static void set_maybe(pl_plan *plan, uint32_t hashed)
{
    const uint32_t hash = pl_window_hash(hashed);
    plan->maybe[hash / 32] |= UINT32_C(1) << hash % 32;
}

/* A literal shorter than what is hashed leaves its last bytes open: one byte is enumerated. */
static void add_to_hashes(pl_plan *plan, pl_sought *sought, uint16_t index)
{
    char window[PL_WINDOW_HASHED] = {0};
    const pl_str text = pl_str_slice(sought->text, sought->window_off, PL_WINDOW_HASHED);
    memcpy(window, text.ptr, text.len);
    sought->hashed = pl_window_hashed(window);
    if (text.len == PL_WINDOW_HASHED) {
        set_maybe(plan, sought->hashed);
        uint16_t *chain =
            &plan->chains[pl_window_hash(sought->hashed) >> (PL_MAYBE_BITS - PL_CHAIN_BITS)];
        sought->next = *chain;
        *chain = index;
        return;
    }
    sought->next = plan->short_chain;
    plan->short_chain = index;
    if (text.len + 1 < PL_WINDOW_HASHED)
        memset(plan->maybe, 0xff, sizeof plan->maybe);
    for (unsigned c = 0; c <= 0xff; c++) {
        window[PL_WINDOW_HASHED - 1] = (char)c;
        set_maybe(plan, pl_window_hashed(window));
    }
}

void pl_plan_make(pl_plan *plan, pl_sought *sought, size_t count)
{
    uint16_t counts[SHARED_KINDS];
    struct kinds kinds;
    struct loads loads = {0};
    *plan = (pl_plan){.count = count, .sought = sought, .short_chain = PL_CHAIN_END};
    plan->is_halved = count > HALVED_FROM;
    memset(plan->chains, 0xff, sizeof plan->chains);
    count_shared(counts, sought, count);
    weigh_kinds(&kinds);
    for (size_t i = 0; i < count; i++) {
        choose_window(&sought[i], counts);
        const struct window window = window_of(&sought[i]);
        const size_t bucket = choose_bucket(plan, &kinds, &window, &loads);
        const size_t half = plan->is_halved ? loads.windows[bucket] % PL_HALVES : 0;
        add_to_tables(plan, &window, bucket, half);
        add_to_hashes(plan, &sought[i], (uint16_t)i);
    }
}
