/* unchanged.c - one row per file that was read to its end. */
#include "ingest/unchanged.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "io/reader.h"
#include "ingest/writer_inside.h"

bool pl_file_state_of(const char *path, pl_file_state *out)
{
    struct stat now = {0};
    if (strcmp(path, "-") == 0 || stat(path, &now) != 0 || !S_ISREG(now.st_mode))
        return false;
    *out = (pl_file_state){
        .size = now.st_size,
        .mtime_ns = (int64_t)now.st_mtim.tv_sec * 1000000000 + now.st_mtim.tv_nsec,
        .inode = (int64_t)now.st_ino,
        .device = (int64_t)now.st_dev,
    };
    return true;
}

pl_file_sum pl_file_sum_of(const pl_ingest_stats *before, const pl_ingest_stats *after)
{
    return (pl_file_sum){
        .places = (int64_t)(after->places - before->places),
        .sources = (int64_t)(after->sources_new - before->sources_new + after->sources_known -
                             before->sources_known),
        .events = (int64_t)(after->events_new - before->events_new + after->events_known -
                            before->events_known),
        .unreadable = (int64_t)(after->unreadable - before->unreadable),
        .incomplete = (int64_t)(after->incomplete - before->incomplete),
        .unrecognised = (int64_t)(after->unrecognised - before->unrecognised),
        .limited = (int64_t)(after->limited - before->limited),
    };
}

void pl_file_sum_add(pl_ingest_stats *stats, const pl_file_sum *sum)
{
    stats->places += (uint64_t)sum->places;
    stats->sources_known += (uint64_t)sum->sources;
    stats->events_known += (uint64_t)sum->events;
    stats->unreadable += (uint64_t)sum->unreadable;
    stats->incomplete += (uint64_t)sum->incomplete;
    stats->unrecognised += (uint64_t)sum->unrecognised;
    stats->limited += (uint64_t)sum->limited;
}

static void append_word(pl_buf *out, const char *what, pl_str word)
{
    pl_buf_appendf(out, "%s %zu ", what, word.len);
    pl_buf_append(out, word);
    pl_buf_append_char(out, '\n');
}

pl_status pl_reading_of_all(const pl_dialect_set *set, const pl_ingest_options *options,
                            pl_str engine, pl_hash128 *out, pl_error *err)
{
    pl_buf text;
    pl_buf_init(&text, (size_t)16 << 20);
    append_word(&text, "engine", engine);
    for (size_t i = 0; i < set->count; i++) {
        append_word(&text, "dialect", set->items[i]->name);
        pl_buf_appendf(&text, "text %016" PRIx64 "\n", set->items[i]->text_hash);
    }
    append_word(&text, "node", options->node);
    append_word(&text, "cluster", options->cluster);
    append_word(&text, "only", options->dialect);
    for (size_t i = 0; i < options->zone_count; i++) {
        append_word(&text, "glob", options->zones[i].glob);
        pl_zone_describe(&options->zones[i].zone, &text);
    }
    if (options->has_date)
        pl_buf_appendf(&text, "date %d-%d-%d\n", options->date.year, options->date.month,
                       options->date.day);
    pl_status status = pl_buf_status(&text, err);
    if (status == PL_OK)
        *out = pl_hash128_of(pl_buf_str(&text));
    pl_buf_release(&text);
    return status;
}

static void bind_file(pl_stmt *stmt, pl_str path, const pl_file_state *state,
                      const pl_hash128 *reading)
{
    pl_stmt_bind_text(stmt, 1, path);
    pl_stmt_bind_int(stmt, 2, state->size);
    pl_stmt_bind_int(stmt, 3, state->mtime_ns);
    pl_stmt_bind_int(stmt, 4, state->inode);
    pl_stmt_bind_int(stmt, 5, state->device);
    pl_stmt_bind_blob(stmt, 6, pl_hash_view(reading));
}

pl_status pl_unchanged_find(pl_store *store, pl_str path, const pl_file_state *state,
                            const pl_hash128 *reading, pl_file_sum *sum, pl_error *err)
{
    static const char sql[] =
        "SELECT places, sources, events, unreadable, incomplete, unrecognised, limited FROM file"
        " WHERE path = ?1 AND size = ?2 AND mtime_ns = ?3 AND inode = ?4 AND device = ?5"
        " AND reading = ?6";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    bind_file(stmt, path, state, reading);
    status = pl_stmt_step(stmt, err);
    if (status != PL_OK)
        return status;
    int64_t *const parts[] = {&sum->places,     &sum->sources,      &sum->events, &sum->unreadable,
                              &sum->incomplete, &sum->unrecognised, &sum->limited};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        *parts[i] = pl_stmt_int(stmt, (int)i);
    pl_stmt_reset(stmt);
    return PL_OK;
}

pl_status pl_unchanged_note(pl_store *store, pl_str path, const pl_file_state *state,
                            const pl_hash128 *reading, const pl_file_sum *sum, pl_error *err)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO file (path, size, mtime_ns, inode, device, reading, places,"
        " sources, events, unreadable, incomplete, unrecognised, limited)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    const int64_t parts[] = {sum->places,     sum->sources,      sum->events, sum->unreadable,
                             sum->incomplete, sum->unrecognised, sum->limited};
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    bind_file(stmt, path, state, reading);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        pl_stmt_bind_int(stmt, 7 + (int)i, parts[i]);
    return pl_stmt_run(stmt, err);
}

static pl_source_status status_of_name(pl_str name)
{
    for (int i = PL_SOURCE_READ; i <= PL_SOURCE_TOO_DEEP; i++)
        if (pl_str_equal(name, pl_str_of(pl_source_status_name((pl_source_status)i))))
            return (pl_source_status)i;
    return PL_SOURCE_READ;
}

pl_status pl_unchanged_problems(pl_store *store, pl_str path, const pl_ingest_options *options,
                                pl_error *err)
{
    static const char sql[] = "SELECT member, status, problem FROM place WHERE path = ?1"
                              " AND problem IS NOT NULL ORDER BY place_id";
    pl_stmt *stmt = NULL;
    if (options->on_problem == NULL)
        return PL_OK;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, path);
    while ((status = pl_stmt_step(stmt, err)) == PL_OK)
        options->on_problem(options->problem_arg, path, pl_stmt_text(stmt, 0),
                            status_of_name(pl_stmt_text(stmt, 1)), pl_stmt_text(stmt, 2).ptr);
    return status == PL_DONE ? PL_OK : status;
}
