/* member.c - one member of the input on its way to rows. */
#include "ingest/ingest_inside.h"

#include <inttypes.h>

#include "ingest/writer_inside.h"
#include "match/recognise.h"
#include "match/wanted.h"

/* A text source under way. */
struct passage {
    pl_ingest_run *run;
    pl_reader *reader;
    const pl_member *member;
    uint64_t mask;
    pl_matcher *matcher;         /* NULL: no dialect recognises it */
    const pl_scan_set *literals; /* borrowed from the run */
    bool every_line;
    pl_wanted wanted; /* of records */
    pl_source_draft draft;
    bool begun, full; /* full: the source holds as many events as one can */
    pl_older older[PL_OLDER_MAX];
    size_t older_count;
    pl_matcher_summary plain; /* lines, cut_lines and bad are counted here when there is no matcher
                               */
};

static pl_status want_older(struct passage *passage, pl_error *err)
{
    pl_status status =
        pl_writer_older(passage->run->writer, pl_buf_str(&passage->run->path),
                        passage->member->member, passage->older, &passage->older_count, err);
    for (size_t i = 0; status == PL_OK && i < passage->older_count; i++)
        status = pl_reader_want_prefix(passage->reader, passage->older[i].bytes, err);
    return status;
}

/* What is known of the clock that wrote the source: the first zone whose glob fits counts. */
static pl_clock_options clock_options(const struct passage *passage)
{
    const pl_ingest_options *options = passage->run->options;
    pl_clock_options clock = {.has_date = options->has_date, .date = options->date};
    for (size_t i = 0; !clock.has_zone && i < options->zone_count; i++) {
        clock.has_zone = pl_glob_matches(options->zones[i].glob, passage->run->source_path.ptr);
        clock.zone = options->zones[i].zone;
    }
    return clock;
}

/* Sources of one kind come in a row, and where to look for their literals takes long to plan. */
static pl_status want_literals(struct passage *passage, const pl_str *literals, size_t count,
                               pl_error *err)
{
    pl_ingest_run *run = passage->run;
    pl_scan_set *set = NULL;
    if (run->literals == NULL || !pl_scan_set_is(run->literals, literals, count)) {
        pl_status status = pl_scan_set_new(literals, count, &set, err);
        if (status != PL_OK)
            return status;
        pl_scan_set_free(run->literals);
        run->literals = set;
    }
    passage->literals = run->literals;
    return PL_OK;
}

static pl_status open_matcher(struct passage *passage, pl_str head, pl_error *err)
{
    pl_ingest_run *run = passage->run;
    const pl_matcher_options options = {
        .set = run->set,
        .mask = passage->mask,
        .head = head,
        .asked = run->only_mask != 0,
        .source_path = pl_buf_str(&run->source_path),
        .node = run->options->node,
        .cluster = run->options->cluster,
        .zones = run->options->named_zones,
        .reference_us = passage->member->mtime_us != PL_TIME_NONE ? passage->member->mtime_us
                                                                  : run->options->now_us,
        .clock = clock_options(passage),
    };
    size_t count = 0;
    pl_status status = pl_matcher_new(&options, &passage->matcher, err);
    if (status != PL_OK)
        return status;
    const pl_str *literals = pl_matcher_literals(passage->matcher, &count, &passage->every_line);
    return want_literals(passage, literals, count, err);
}

static pl_status reading_hash(struct passage *passage, pl_str first_text, pl_hash128 *out,
                              pl_error *err)
{
    pl_buf text;
    pl_buf_init(&text, (size_t)1 << 20);
    pl_buf_append(&text, PL_STR(PL_ENGINE));
    if (passage->matcher != NULL)
        pl_matcher_describe(passage->matcher, first_text, &text);
    pl_status status = pl_buf_status(&text, err);
    if (status == PL_OK)
        *out = pl_hash128_of(pl_buf_str(&text));
    pl_buf_release(&text);
    return status;
}

/* Who reads the source: of lines its text tells, the first block's; of records it is not needed. */
static pl_status choose_readers(struct passage *passage, pl_str text, pl_error *err)
{
    pl_ingest_run *run = passage->run;
    pl_status status = PL_OK;
    passage->mask = run->only_mask;
    if (passage->mask == 0 && passage->member->layout != PL_LAYOUT_LINES)
        passage->mask = pl_recognise_events(run->set);
    else if (passage->mask == 0)
        status = pl_recognise(run->set, run->exec, pl_buf_str(&run->source_path), text,
                              &passage->mask, err);
    if (status == PL_OK && passage->mask != 0)
        status = open_matcher(passage, text, err);
    return status == PL_OK ? pl_wanted_open(&passage->wanted, run->set, passage->mask, err)
                           : status;
}

/* The first block and who reads it decide what the id of the source is. */
static pl_status begin_source(struct passage *passage, const pl_block *block, pl_str text,
                              pl_error *err)
{
    pl_ingest_run *run = passage->run;
    pl_hash128 reading = {0};
    pl_status status = reading_hash(passage, text, &reading, err);
    if (status == PL_OK)
        status = pl_writer_begin(run->writer, block, reading, &passage->draft, err);
    passage->begun = status == PL_OK;
    return status;
}

static pl_status store_events(struct passage *passage, pl_error *err)
{
    pl_event event;
    pl_status status = PL_OK;
    while ((status = pl_matcher_next(passage->matcher, &event, err)) == PL_OK) {
        if (passage->full)
            continue;
        status = pl_writer_event(passage->run->writer, &passage->draft, &event, err);
        if (status == PL_ERR_LIMIT)
            passage->full = true;
        else if (status != PL_OK)
            return status;
    }
    return status == PL_DONE ? PL_OK : status;
}

static void tell_progress(const pl_ingest_run *run)
{
    const pl_ingest_stats *stats = run->stats;
    const pl_ingest_progress progress = {run->file, stats->places, stats->bytes, stats->events_new};
    if (run->options->progress != NULL)
        run->options->progress(run->options->progress_arg, &progress);
}

/* The text of a part of `block`, and with the first one all that hangs on it. */
static pl_status decode_part(struct passage *passage, const pl_block *block, const pl_block *part,
                             pl_text *text, pl_error *err)
{
    bool is_first = block->no == 0;
    pl_status status =
        pl_decode_block(passage->run->decoder, part, pl_wanted_filter(&passage->wanted), text, err);
    if (status == PL_OK && is_first && block->layout == PL_LAYOUT_LINES)
        status = choose_readers(passage, text->str, err);
    return status == PL_OK && is_first ? begin_source(passage, block, text->str, err) : status;
}

static pl_status take_text(struct passage *passage, const pl_block *part, const pl_text *text,
                           pl_error *err)
{
    pl_ingest_run *run = passage->run;
    bool is_lines = part->layout == PL_LAYOUT_LINES;
    const pl_scan_options options = {passage->every_line, is_lines && part->open_start,
                                     is_lines && part->open_end};
    pl_status status = pl_scan(passage->literals, text->str, options, &run->found, err);
    uint64_t lines = is_lines ? run->found.line_count : text->line_count;
    run->bytes += part->len;
    run->stats->bytes += part->len;
    run->stats->lines += lines;
    if (status != PL_OK)
        return status;
    if (passage->matcher == NULL) {
        passage->plain.lines += lines;
        passage->plain.cut_lines += run->found.cut_count + (!is_lines && part->open_end);
        passage->plain.bad += text->bad;
        return PL_OK;
    }
    status = pl_matcher_block(passage->matcher, part, text, &run->found, err);
    return status == PL_OK ? store_events(passage, err) : status;
}

static pl_status read_block(struct passage *passage, const pl_block *block, pl_error *err)
{
    pl_halves *halves = passage->run->halves;
    pl_block parts[2];
    pl_text text;
    size_t count = pl_halves_split(block, parts);
    pl_status status = PL_OK;
    if (block->no == 0 && block->layout != PL_LAYOUT_LINES)
        status = choose_readers(passage, PL_STR(""), err);
    if (status != PL_OK)
        return status;
    if (count == 2)
        pl_halves_begin(halves, &parts[1], pl_wanted_filter(&passage->wanted));
    status = decode_part(passage, block, &parts[0], &text, err);
    if (status == PL_OK)
        status = take_text(passage, &parts[0], &text, err);
    if (count == 2) {
        pl_error ended_err;
        pl_status ended = pl_halves_end(halves, &text, status == PL_OK ? err : &ended_err);
        status = status == PL_OK ? ended : status;
    }
    if (status == PL_OK && count == 2)
        status = take_text(passage, &parts[1], &text, err);
    tell_progress(passage->run);
    return status;
}

static pl_status append_dialects(const struct passage *passage, pl_buf *out, pl_error *err)
{
    const pl_dialect_set *set = passage->run->set;
    for (size_t i = 0; i < set->count; i++) {
        if ((passage->mask >> i & 1) == 0)
            continue;
        if (out->len > 0)
            pl_buf_append_char(out, '+');
        pl_buf_append(out, set->items[i]->name);
    }
    return pl_buf_status(out, err);
}

/* What the ledger says beyond what io knows: not recognised, lines cut, patterns at their limit. */
static void judge(struct passage *passage, const pl_source_facts *facts, pl_place *place)
{
    pl_buf *words = &passage->run->words;
    const pl_matcher_summary *summary = &facts->summary;
    pl_buf_clear(words);
    if (place->status == PL_SOURCE_READ && passage->mask == 0) {
        place->status = PL_SOURCE_NO_DIALECT;
        pl_buf_append(words, PL_STR("no dialect recognises it"));
    }
    if (place->status == PL_SOURCE_READ && summary->bad > 0)
        place->status = PL_SOURCE_DAMAGED;
    if (passage->full || summary->limited > 0)
        place->status = PL_SOURCE_LIMIT;
    if (passage->full)
        pl_buf_appendf(words, "more than %" PRId64 " events: the rest is not stored",
                       PL_SOURCE_EVENTS_MAX - 1);
    if (summary->limited > 0)
        pl_buf_appendf(words, "%sa pattern met its limit on %" PRIu64 " lines",
                       words->len > 0 ? "; " : "", summary->limited);
    if (summary->cut_lines > 0)
        pl_buf_appendf(words, "%s%" PRIu64 " lines over %zu KiB were cut there",
                       words->len > 0 ? "; " : "", summary->cut_lines, PL_LINE_MAX >> 10);
    if (summary->bad > 0)
        pl_buf_appendf(words, "%s%" PRIu64 " damaged records or chunks of records",
                       words->len > 0 ? "; " : "", summary->bad);
    if (words->len > 0 && place->problem != NULL)
        pl_buf_appendf(words, "; %s", place->problem);
    if (words->len > 0)
        place->problem = words->ptr;
}

static pl_status replace_older(struct passage *passage, const pl_place *place, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < passage->older_count; i++) {
        const pl_older *older = &passage->older[i];
        pl_hash128 prefix;
        if (older->source_id == place->source_id ||
            !pl_reader_prefix(passage->reader, older->bytes, &prefix))
            continue;
        if (pl_str_equal((pl_str){(const char *)prefix.bytes, sizeof prefix.bytes},
                         (pl_str){(const char *)older->content.bytes, sizeof older->content.bytes}))
            status = pl_writer_replace(passage->run->writer, place, older->source_id, err);
    }
    return status;
}

static void count_source(struct passage *passage, bool known)
{
    pl_ingest_stats *stats = passage->run->stats;
    stats->sources_known += known;
    stats->sources_new += !known;
    if (known)
        stats->events_known += (uint64_t)passage->draft.events;
    else
        stats->events_new += (uint64_t)passage->draft.events;
    passage->run->rows += known ? 0 : passage->draft.events + 1;
}

/* Zones that lines named decide its events, too: with other files it is another source. */
static pl_status settle_reading(struct passage *passage, pl_error *err)
{
    pl_buf text;
    if (passage->matcher == NULL)
        return PL_OK;
    pl_buf_init(&text, (size_t)16 << 20);
    pl_matcher_describe_zones(passage->matcher, &text);
    if (text.len > 0) {
        passage->run->names_zones = true;
        pl_buf_append(&text, pl_hash_view(&passage->draft.reading));
        passage->draft.reading = pl_hash128_of(pl_buf_str(&text));
        passage->draft.whole = false;
    }
    pl_status status = pl_buf_status(&text, err);
    pl_buf_release(&text);
    return status;
}

static pl_status end_source(struct passage *passage, pl_source_facts *facts, pl_place *place,
                            pl_error *err)
{
    pl_buf dialects;
    bool known = false;
    pl_buf_init(&dialects, 4096);
    if (passage->matcher != NULL)
        pl_matcher_finish(passage->matcher, &facts->summary);
    facts->summary.lines += passage->plain.lines;
    facts->summary.cut_lines += passage->plain.cut_lines;
    facts->summary.bad += passage->plain.bad;
    pl_status status = append_dialects(passage, &dialects, err);
    facts->dialects = pl_buf_str(&dialects);
    if (status == PL_OK)
        status = settle_reading(passage, err);
    if (status == PL_OK)
        status = pl_writer_end(passage->run->writer, &passage->draft, facts, &known, err);
    pl_buf_release(&dialects);
    if (status != PL_OK)
        return status;
    count_source(passage, known);
    place->source_id = passage->draft.source_id;
    judge(passage, facts, place);
    status = pl_ingest_place(passage->run, place, err);
    return status == PL_OK ? replace_older(passage, place, err) : status;
}

static pl_status read_source(struct passage *passage, pl_error *err)
{
    pl_block block;
    pl_status status = want_older(passage, err);
    pl_ahead_begin(passage->run->ahead, passage->reader);
    while (status == PL_OK && (status = pl_ahead_block(passage->run->ahead, &block, err)) == PL_OK)
        status = read_block(passage, &block, err);
    pl_ahead_end(passage->run->ahead);
    return status == PL_DONE ? PL_OK : status;
}

pl_status pl_ingest_member(pl_ingest_run *run, pl_reader *reader, const pl_member *member,
                           pl_error *err)
{
    struct passage passage = {
        .run = run, .reader = reader, .member = member, .literals = run->no_literals};
    pl_source_facts facts = {.encoding = member->encoding,
                             .layout = member->layout,
                             .summary = {.first_us = PL_TIME_NONE,
                                         .last_us = PL_TIME_NONE,
                                         .first_order_us = PL_TIME_NONE}};
    pl_member_end end = {0};
    pl_buf_clear(&run->source_path);
    pl_source_path(&run->source_path, pl_buf_str(&run->path), member->member);
    pl_status status = pl_buf_status(&run->source_path, err);
    if (status == PL_OK && member->has_blocks)
        status = read_source(&passage, err);
    if (status == PL_OK)
        status = pl_reader_end(reader, &end, err);
    pl_place place = {.path = pl_buf_str(&run->path),
                      .member = member->member,
                      .kind = member->kind,
                      .status = end.status,
                      .problem = end.problem,
                      .bytes = end.bytes,
                      .has_size = end.has_size,
                      .size = end.size,
                      .has_content = end.has_content,
                      .content = end.content};
    facts.content = end.content;
    facts.bytes = end.bytes;
    if (status == PL_OK && passage.begun)
        status = end_source(&passage, &facts, &place, err);
    else if (status == PL_OK)
        status = pl_ingest_place(run, &place, err);
    pl_matcher_free(passage.matcher);
    pl_wanted_release(&passage.wanted);
    return status;
}
