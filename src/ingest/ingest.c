/*
 * ingest.c - the flow, as a table of contents:
 *
 *     paths -> files (walk) -> members (reader) -> blocks -> text (decode) -> candidates (scan) ->
 * events (match) -> rows (writer)
 *
 * This file walks and commits; member.c takes one member through.
 */
#include "ingest/ingest_inside.h"

#include <string.h>

#include "io/walk.h"
#include "ingest/unchanged.h"
#include "store/conclusions.h"

#define PATH_TEXT_MAX ((size_t)64 << 10)

static pl_status find_only(pl_ingest_run *run, pl_error *err)
{
    pl_str name = run->options->dialect;
    if (name.len == 0)
        return PL_OK;
    for (size_t i = 0; i < run->set->count; i++)
        if (pl_str_equal(run->set->items[i]->name, name))
            run->only_mask = UINT64_C(1) << i;
    if (run->only_mask == 0)
        return pl_fail(err, PL_ERR_USAGE, "no dialect is called '" PL_FMT "'", PL_ARG(name));
    return PL_OK;
}

static pl_status open_run(pl_ingest_run *run, pl_error *err)
{
    pl_buf_init(&run->path, PATH_TEXT_MAX);
    pl_buf_init(&run->source_path, 2 * PATH_TEXT_MAX);
    pl_buf_init(&run->words, 4096);
    pl_scan_result_init(&run->found);
    pl_status status = find_only(run, err);
    if (status == PL_OK)
        status = pl_ahead_new(run->options->jobs, &run->ahead, err);
    if (status == PL_OK)
        status = pl_halves_new(run->options->jobs, &run->halves, err);
    if (status == PL_OK)
        status = pl_decoder_new(&run->decoder, err);
    if (status == PL_OK)
        status = pl_exec_new(&run->exec, err);
    if (status == PL_OK)
        status = pl_scan_set_new(NULL, 0, &run->no_literals, err);
    if (status == PL_OK)
        status = pl_reading_of_all(run->set, run->options, PL_STR(PL_ENGINE), &run->reading, err);
    return status;
}

/* From here on the database changes: what was concluded of it no longer stands. */
static pl_status begin_writing(pl_ingest_run *run, pl_error *err)
{
    if (run->is_writing)
        return PL_OK;
    pl_status status = pl_store_begin(run->store, err);
    run->is_writing = status == PL_OK;
    if (status == PL_OK)
        status = pl_conclusions_drop(run->store, err);
    return status == PL_OK ? pl_writer_new(run->store, run->set, &run->writer, err) : status;
}

static void close_run(pl_ingest_run *run)
{
    pl_writer_free(run->writer);
    pl_ahead_free(run->ahead);
    pl_halves_free(run->halves);
    pl_decoder_free(run->decoder);
    pl_exec_free(run->exec);
    pl_scan_set_free(run->literals);
    pl_scan_set_free(run->no_literals);
    pl_scan_result_release(&run->found);
    pl_buf_release(&run->path);
    pl_buf_release(&run->source_path);
    pl_buf_release(&run->words);
}

pl_status pl_ingest_breathe(pl_ingest_run *run, pl_error *err)
{
    if (run->rows < PL_COMMIT_ROWS_MAX && run->bytes < PL_COMMIT_BYTES_MAX)
        return PL_OK;
    run->rows = 0;
    run->bytes = 0;
    pl_status status = pl_store_commit(run->store, err);
    return status == PL_OK ? pl_store_begin(run->store, err) : status;
}

static void count_place(pl_ingest_stats *stats, const pl_place *place)
{
    /* Of an archive that is damaged the members tell how much of it there is. */
    bool archive = strcmp(place->kind, "tar") == 0 || strcmp(place->kind, "zip") == 0;
    bool nothing = place->bytes == 0 && !archive;
    stats->places++;
    switch (place->status) {
    case PL_SOURCE_UNREADABLE:
    case PL_SOURCE_ENCRYPTED:
        stats->unreadable++;
        break;
    case PL_SOURCE_TRUNCATED:
    case PL_SOURCE_DAMAGED:
        stats->unreadable += nothing;
        stats->incomplete += !nothing;
        break;
    case PL_SOURCE_TOO_DEEP:
    case PL_SOURCE_LIMIT:
        stats->limited++;
        break;
    case PL_SOURCE_NO_DIALECT:
    case PL_SOURCE_BINARY:
        stats->unrecognised++;
        break;
    case PL_SOURCE_READ:
    case PL_SOURCE_CONTAINER:
    case PL_SOURCE_EMPTY:
    case PL_SOURCE_SPECIAL:
        break;
    }
}

pl_status pl_ingest_place(pl_ingest_run *run, const pl_place *place, pl_error *err)
{
    const pl_ingest_options *options = run->options;
    count_place(run->stats, place);
    run->rows++;
    if (place->problem != NULL && options->on_problem != NULL)
        options->on_problem(options->problem_arg, place->path, place->member, place->status,
                            place->problem);
    return pl_writer_place(run->writer, place, err);
}

static pl_status read_file(pl_ingest_run *run, const char *path, pl_error *err)
{
    pl_reader *reader = NULL;
    pl_member member;
    pl_status status = begin_writing(run, err);
    if (status == PL_OK)
        status = pl_reader_open(path, &reader, err);
    while (status == PL_OK && (status = pl_reader_next(reader, &member, err)) == PL_OK) {
        status = pl_ingest_member(run, reader, &member, err);
        if (status == PL_OK)
            status = pl_ingest_breathe(run, err);
    }
    pl_reader_free(reader);
    return status == PL_DONE ? PL_OK : status;
}

/* Passes over a file that is known to be as it was; PL_DONE: it is to be read. */
static pl_status pass_over(pl_ingest_run *run, const pl_file_state *state, pl_error *err)
{
    pl_file_sum sum = {0};
    pl_str path = pl_buf_str(&run->path);
    if (run->options->rehash)
        return PL_DONE;
    pl_status status = pl_unchanged_find(run->store, path, state, &run->reading, &sum, err);
    if (status != PL_OK)
        return status;
    pl_file_sum_add(run->stats, &sum);
    return pl_unchanged_problems(run->store, path, run->options, err);
}

/* It is the same before and after it was read, and so long ago that a change since would show. */
static bool is_settled(const pl_ingest_run *run, const char *path, const pl_file_state *before)
{
    pl_file_state after;
    return pl_file_state_of(path, &after) && memcmp(before, &after, sizeof after) == 0 &&
           run->options->now_us != PL_TIME_NONE &&
           before->mtime_ns / 1000 < run->options->now_us - PL_SETTLED_US;
}

static pl_status ingest_file(pl_ingest_run *run, const char *path, pl_error *err)
{
    pl_file_state state;
    run->file = path;
    if (!pl_file_state_of(path, &state))
        return read_file(run, path, err);
    pl_status status = pass_over(run, &state, err);
    if (status != PL_DONE)
        return status;
    const pl_ingest_stats before = *run->stats;
    run->names_zones = false;
    status = read_file(run, path, err);
    if (status != PL_OK || run->names_zones || !is_settled(run, path, &state))
        return status;
    const pl_file_sum sum = pl_file_sum_of(&before, run->stats);
    return pl_unchanged_note(run->store, pl_buf_str(&run->path), &state, &run->reading, &sum, err);
}

/* A folder entry or argument that holds no bytes for us: a row all the same. */
static pl_status ingest_nothing(pl_ingest_run *run, const pl_walk_item *item, pl_error *err)
{
    const pl_place place = {
        .path = pl_buf_str(&run->path),
        .member = PL_STR(""),
        .kind = "file",
        .status = item->kind == PL_WALK_SPECIAL ? PL_SOURCE_SPECIAL : PL_SOURCE_UNREADABLE,
        .problem = item->problem,
    };
    pl_status status = begin_writing(run, err);
    return status == PL_OK ? pl_ingest_place(run, &place, err) : status;
}

static pl_status ingest_all(pl_ingest_run *run, pl_error *err)
{
    pl_walk *walk = NULL;
    pl_walk_item item;
    pl_status status = pl_walk_new(run->options->paths, run->options->path_count, &walk, err);
    while (status == PL_OK && (status = pl_walk_next(walk, &item, err)) == PL_OK) {
        pl_buf_clear(&run->path);
        pl_decode_line(pl_str_of(item.path), &run->path);
        status = pl_buf_status(&run->path, err);
        if (status == PL_OK && item.kind == PL_WALK_FILE)
            status = ingest_file(run, item.path, err);
        else if (status == PL_OK)
            status = ingest_nothing(run, &item, err);
    }
    pl_walk_free(walk);
    return status == PL_DONE ? PL_OK : status;
}

pl_status pl_ingest(pl_store *store, const pl_dialect_set *set, const pl_ingest_options *options,
                    pl_ingest_stats *stats, pl_error *err)
{
    pl_ingest_run run = {.store = store, .set = set, .options = options, .stats = stats};
    *stats = (pl_ingest_stats){0};
    pl_status status = open_run(&run, err);
    if (status == PL_OK)
        status = ingest_all(&run, err);
    if (status == PL_OK && run.is_writing)
        status = pl_store_commit(store, err);
    if (status != PL_OK && run.is_writing)
        pl_store_rollback(store);
    close_run(&run);
    return status;
}
