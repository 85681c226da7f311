/* fuzz_match.c - the events of a source are the same however its lines are shared out among blocks;
 * so is its summary, where one dialect reads it. */
#include "match/matcher.h"

#include <inttypes.h>
#include <string.h>

#include "api/dialects.h"
#include "fuzz.h"

#define INPUT_MAX ((size_t)1 << 15)
#define STORY_MAX ((size_t)64 << 20)

/* Every field of every event, in words. */
static void append_event(pl_buf *story, const pl_event *event)
{
    pl_buf_appendf(story, "%" PRIu64 ".%" PRIu32 " at %" PRIu64 " %" PRId64 " %d %" PRId64,
                   event->line_no, event->sub, event->byte_off, event->moment.us,
                   (int)event->moment.quality, event->order_us);
    pl_buf_appendf(story, " %d [" PL_FMT "] [" PL_FMT "] [" PL_FMT "]", event->whole_cluster,
                   PL_ARG(event->node), PL_ARG(event->witness), PL_ARG(event->cluster));
    pl_buf_appendf(story, " %s %d %d %d", event->model == NULL ? "" : event->model->name.ptr,
                   event->phase, (int)event->transition, event->begins_attempt);
    pl_buf_appendf(story, " [" PL_FMT "] [" PL_FMT "] [" PL_FMT "]", PL_ARG(event->rule),
                   PL_ARG(event->code), PL_ARG(event->facts));
    pl_buf_appendf(story, " [" PL_FMT "] %" PRIu32 " %" PRIx64 " %d\n", PL_ARG(event->text),
                   event->repaired, event->key, event->partial);
}

static void append_summary(pl_buf *story, const pl_matcher_summary *summary)
{
    pl_buf_appendf(story, "[" PL_FMT "] [" PL_FMT "] [" PL_FMT "]", PL_ARG(summary->node),
                   PL_ARG(summary->cluster), PL_ARG(summary->own_node));
    pl_buf_appendf(story, " %" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
                   summary->first_us, summary->last_us, summary->lines, summary->cut_lines,
                   summary->limited);
}

static void match_block(pl_matcher *matcher, const pl_scan_set *literals, bool every_line,
                        const pl_block *block, pl_buf *story)
{
    pl_scan_result found;
    pl_event event;
    pl_status status;
    const pl_text text = {.str = {block->ptr, block->len}};
    pl_scan_result_init(&found);
    PROMISE(pl_scan(literals, text.str, (pl_scan_options){.every_line = every_line}, &found,
                    NULL) == PL_OK);
    PROMISE(pl_matcher_block(matcher, block, &text, &found, NULL) == PL_OK);
    while ((status = pl_matcher_next(matcher, &event, NULL)) == PL_OK)
        append_event(story, &event);
    PROMISE(status == PL_DONE);
    pl_scan_result_release(&found);
}

/* Matches `text` in blocks of whole lines with at least `block_bytes` bytes each. */
static void match(const pl_dialect_set *set, uint64_t mask, pl_str text, size_t block_bytes,
                  pl_buf *story)
{
    const pl_matcher_options options = {
        .set = set, .mask = mask, .source_path = PL_STR("a/db1.log")};
    pl_matcher *matcher = NULL;
    pl_scan_set *literals = NULL;
    size_t count = 0;
    bool every_line = false;
    PROMISE(pl_matcher_new(&options, &matcher, NULL) == PL_OK);
    const pl_str *words = pl_matcher_literals(matcher, &count, &every_line);
    PROMISE(pl_scan_set_new(words, count, &literals, NULL) == PL_OK);
    pl_block block = {.encoding = PL_ENCODING_UTF8};
    for (size_t at = 0; at < text.len; at += block.len, block.no++) {
        size_t end = pl_str_find(text, PL_STR("\n"), at + block_bytes);
        block.ptr = text.ptr + at;
        block.len = (end == SIZE_MAX ? text.len : end + 1) - at;
        block.byte_off = at;
        block.last = at + block.len == text.len;
        match_block(matcher, literals, every_line, &block, story);
    }
    pl_matcher_summary summary;
    pl_matcher_finish(matcher, &summary);
    if ((mask & (mask - 1)) == 0)
        append_summary(story, &summary);
    pl_scan_set_free(literals);
    pl_matcher_free(matcher);
}

/* The built-in dialects, loaded once and kept until the program ends. */
static const pl_dialect_set *dialects(void)
{
    static pl_dialect_set set;
    if (set.count == 0) {
        PROMISE(pl_dialects_built_in(&set, NULL) == PL_OK);
        PROMISE(pl_dialect_link(&set, NULL) == PL_OK);
    }
    return &set;
}

static void compare(const pl_dialect_set *set, uint64_t mask, pl_str text, size_t block_bytes)
{
    pl_buf whole, pieces;
    pl_buf_init(&whole, STORY_MAX);
    pl_buf_init(&pieces, STORY_MAX);
    match(set, mask, text, text.len, &whole);
    match(set, mask, text, block_bytes, &pieces);
    if (!pl_str_equal(pl_buf_str(&whole), pl_buf_str(&pieces)))
        fprintf(stderr, "whole:\n%s\npieces:\n%s\n", whole.ptr, pieces.ptr);
    PROMISE(pl_str_equal(pl_buf_str(&whole), pl_buf_str(&pieces)));
    PROMISE(whole.failed == PL_OK);
    pl_buf_release(&whole);
    pl_buf_release(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const pl_dialect_set *set = dialects();
    if (size < 2 || size > INPUT_MAX || memchr(data + 1, '\0', size - 1) != NULL)
        return 0;
    pl_str text = fuzz_bytes(data + 1, size - 1);
    for (size_t i = 0; i < set->count; i++)
        compare(set, UINT64_C(1) << i, text, data[0]);
    compare(set, (UINT64_C(1) << set->count) - 1, text, data[0]);
    return 0;
}
