/* gaps.c - holes in a log, by halving the stretches whose ends are far apart. */
#include "match/gaps.h"

#include <stdlib.h>
#include <string.h>

#define USUAL_FACTOR 10 /* times the usual distance of two lines: less is no hole */

/* The lines that begin in [from, to) come after a stamp and before another. */
struct stretch {
    size_t from, to;
    int64_t from_us, to_us;
    size_t at; /* in the line of the stamp behind it */
};

struct search {
    pl_gaps *gaps;
    pl_reading *reading;
    const pl_gap_part *part;
    int64_t least_us;
    struct stretch items[PL_GAP_STRETCHES_MAX];
    size_t count;
};

void pl_gaps_init(pl_gaps *gaps)
{
    gaps->count = 0;
    gaps->last_us = PL_TIME_NONE;
}

void pl_gaps_section(pl_gaps *gaps)
{
    gaps->last_us = PL_TIME_NONE;
}

static int64_t length(const pl_gap *gap)
{
    return gap->to_us - gap->from_us;
}

static void keep(pl_gaps *gaps, int64_t from_us, int64_t to_us, uint64_t line_no)
{
    const pl_gap gap = {from_us, to_us, line_no};
    size_t shortest = 0;
    if (gaps->count < PL_GAPS_MAX) {
        gaps->items[gaps->count++] = gap;
        return;
    }
    for (size_t i = 1; i < gaps->count; i++)
        if (length(&gaps->items[i]) < length(&gaps->items[shortest]))
            shortest = i;
    if (length(&gap) > length(&gaps->items[shortest]))
        gaps->items[shortest] = gap;
}

static bool is_far(int64_t from_us, int64_t to_us, int64_t least_us)
{
    int64_t apart_us;
    return from_us != PL_TIME_NONE && !__builtin_sub_overflow(to_us, from_us, &apart_us) &&
           apart_us >= least_us;
}

void pl_gaps_step(pl_gaps *gaps, pl_moment moment, uint64_t line_no)
{
    if (moment.us == PL_TIME_NONE || moment.epoch != 0)
        return;
    if (is_far(gaps->last_us, moment.us, PL_GAP_LEAST_US))
        keep(gaps, gaps->last_us, moment.us, line_no);
    gaps->last_us = moment.us;
}

/* The number of the line that holds the byte at `at`. */
static uint64_t line_at(const pl_gap_part *part, size_t at)
{
    uint64_t lines = part->lines_above;
    for (const char *next = part->text.ptr, *end = next + at;
         next < end && (next = memchr(next, '\n', (size_t)(end - next))) != NULL; next++)
        lines++;
    return lines + 1;
}

static void push(struct search *search, const struct stretch *stretch)
{
    if (!is_far(stretch->from_us, stretch->to_us, search->least_us))
        return;
    if (search->count < PL_GAP_STRETCHES_MAX)
        search->items[search->count++] = *stretch;
}

static struct stretch pop_longest(struct search *search)
{
    size_t longest = 0;
    for (size_t i = 1; i < search->count; i++)
        if (search->items[i].to_us - search->items[i].from_us >
            search->items[longest].to_us - search->items[longest].from_us)
            longest = i;
    struct stretch found = search->items[longest];
    search->items[longest] = search->items[--search->count];
    return found;
}

/* Where the first line begins in the second half of `stretch`; where none does, its beginning. */
static size_t middle(pl_str text, const struct stretch *stretch)
{
    size_t half = stretch->from + (stretch->to - stretch->from) / 2;
    if (half == stretch->from)
        return half;
    const char *end = memchr(text.ptr + half - 1, '\n', stretch->to - half + 1);
    size_t start = end == NULL ? stretch->to : (size_t)(end - text.ptr) + 1;
    return start < stretch->to ? start : stretch->from;
}

/* Looks at the line in the middle of `stretch`, and keeps what may still hold a hole. */
static void probe(struct search *search, struct stretch *stretch)
{
    pl_str text = search->part->text;
    size_t start = middle(text, stretch), budget = PL_LOOKBACK_BYTES;
    pl_shaped shaped;
    pl_str region = pl_str_slice(text, start, stretch->to - start);
    bool found = pl_reading_first_stamp(search->reading, region, &budget, &shaped) &&
                 shaped.moment.epoch == 0;
    size_t next = start + (PL_LOOKBACK_BYTES - budget);
    if (found && next <= stretch->to) {
        const struct stretch below = {next, stretch->to, shaped.moment.us, stretch->to_us,
                                      stretch->at};
        push(search, &below);
        stretch->to_us = shaped.moment.us;
        stretch->at = next - 1;
    }
    stretch->to = start;
    push(search, stretch);
}

static void search_stretches(struct search *search)
{
    for (int probes = 0; search->count > 0 && probes < PL_GAP_PROBES_MAX; probes++) {
        struct stretch stretch = pop_longest(search);
        if (stretch.from < stretch.to)
            probe(search, &stretch);
        else
            keep(search->gaps, stretch.from_us, stretch.to_us, line_at(search->part, stretch.at));
    }
}

/* The part between its first and its last stamp; false: it has no two with a time. */
static bool find_ends(pl_reading *reading, const pl_gap_part *part, struct stretch *out)
{
    pl_str region = pl_str_slice(part->text, part->from, part->to - part->from);
    size_t above = PL_LOOKBACK_BYTES, below = PL_LOOKBACK_BYTES;
    pl_shaped first, last;
    if (region.len == 0 || !pl_reading_first_stamp(reading, region, &above, &first) ||
        first.moment.epoch != 0)
        return false;
    *out = (struct stretch){.from = part->from + (PL_LOOKBACK_BYTES - above),
                            .from_us = first.moment.us};
    if (!pl_reading_last_time(reading, region, &below, &last) || last.moment.epoch != 0)
        return false;
    bool has_end = region.ptr[region.len - 1] == '\n';
    out->to = out->at = part->to - (PL_LOOKBACK_BYTES - below) + (has_end ? 0 : 1);
    out->to_us = last.moment.us;
    return true;
}

void pl_gaps_look(pl_gaps *gaps, pl_reading *reading, const pl_gap_part *part)
{
    struct stretch all;
    if (!find_ends(reading, part, &all)) {
        gaps->last_us = PL_TIME_NONE; /* nobody knows when this was */
        return;
    }
    if (is_far(gaps->last_us, all.from_us, PL_GAP_LEAST_US))
        keep(gaps, gaps->last_us, all.from_us, line_at(part, all.from - 1));
    gaps->last_us = all.to_us;
    struct search search = {.gaps = gaps, .reading = reading, .part = part};
    int64_t usual_us =
        part->line_count > 1 ? (all.to_us - all.from_us) / (int64_t)(part->line_count - 1) : 0;
    search.least_us =
        usual_us > PL_GAP_LEAST_US / USUAL_FACTOR ? USUAL_FACTOR * usual_us : PL_GAP_LEAST_US;
    if (all.from <= all.to)
        push(&search, &all);
    search_stretches(&search);
}

static int compare(const void *a, const void *b)
{
    const pl_gap *one = a, *other = b;
    return (one->line_no > other->line_no) - (one->line_no < other->line_no);
}

void pl_gaps_finish(pl_gaps *gaps)
{
    qsort(gaps->items, gaps->count, sizeof *gaps->items, compare);
}
