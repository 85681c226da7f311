/* command_ingest.c - dialects, reading, conclusions; then a summary, or at once the report. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analysis/analysis.h"
#include "base/civil.h"
#include "cli/load.h"
#include "cli/progress.h"
#include "ingest/ingest.h"
#include "render/text.h"

#define SUMMARY_BYTES_MAX ((size_t)64 << 10)

/* What the callbacks of an ingest need; lives as long as the ingest. */
struct teller {
    const pl_args *args;
    pl_buf path; /* the input that was named last */
    pl_progress progress;
};

static void tell_path(struct teller *teller, const pl_ingest_progress *progress)
{
    pl_str path = pl_str_of(progress->path);
    if (pl_str_equal(path, pl_buf_str(&teller->path)))
        return;
    pl_buf_clear(&teller->path);
    pl_buf_append(&teller->path, path);
    pl_progress_clear(&teller->progress);
    pl_complain("reading %s", progress->path);
}

static void tell_progress(void *arg, const pl_ingest_progress *progress)
{
    struct teller *teller = arg;
    if (teller->args->verbose)
        tell_path(teller, progress);
    pl_progress_show(&teller->progress, progress);
}

/* What is ordinary in a bundle (other products' logs, pictures, links) is told only with -v. */
static bool is_ordinary(pl_source_status status)
{
    return status == PL_SOURCE_READ || status == PL_SOURCE_CONTAINER ||
           status == PL_SOURCE_NO_DIALECT || status == PL_SOURCE_EMPTY ||
           status == PL_SOURCE_BINARY || status == PL_SOURCE_SPECIAL;
}

static void tell_problem(void *arg, pl_str path, pl_str member, pl_source_status status,
                         const char *problem)
{
    struct teller *teller = arg;
    if (teller->args->quiet || (is_ordinary(status) && !teller->args->verbose))
        return;
    pl_progress_clear(&teller->progress);
    pl_complain(PL_FMT "%s" PL_FMT ": %s", PL_ARG(path), member.len > 0 ? "!" : "", PL_ARG(member),
                problem != NULL ? problem : pl_source_status_name(status));
}

static int64_t now_us(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * PL_US_PER_SECOND + now.tv_nsec / 1000;
}

static int processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 1 ? (int)count : 1;
}

/* The zones of --source-tz, and where zones by name are found. */
struct zones {
    pl_zones *files; /* owned */
    pl_zone_rule rules[PL_ZONES_MAX];
};

/* What the C library takes for its zone files, too. */
static const char *zone_folder(void)
{
    const char *folder = getenv("TZDIR");
    return folder != NULL && folder[0] == '/' ? folder : PL_ZONES_FOLDER;
}

static pl_status find_zones(const pl_args *args, struct zones *zones, pl_error *err)
{
    pl_status status = PL_OK;
    zones->files = pl_zones_new(zone_folder());
    if (zones->files == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for zones");
    for (size_t i = 0; status == PL_OK && i < args->zone_count; i++) {
        zones->rules[i].glob = args->zones[i].glob;
        status = pl_zones_find(zones->files, args->zones[i].name, &zones->rules[i].zone, err);
    }
    if (status == PL_ERR_USAGE)
        pl_error_context(err, "--source-tz");
    return status;
}

static pl_status ingest(const pl_args *args, const struct zones *zones, pl_store *store,
                        const pl_dialect_set *set, pl_ingest_stats *stats, pl_error *err)
{
    struct teller teller = {.args = args};
    pl_buf_init(&teller.path, SUMMARY_BYTES_MAX);
    pl_progress_init(&teller.progress, args);
    pl_ingest_options options = {
        .paths = args->operands,
        .path_count = args->operand_count,
        .cluster = args->cluster,
        .node = args->node,
        .dialect = args->dialect,
        .zones = zones->rules,
        .zone_count = args->zone_count,
        .named_zones = zones->files,
        .has_date = args->has_date,
        .date = args->date,
        .rehash = args->rehash,
        .jobs = args->jobs > 0 ? args->jobs : processors(),
        .now_us = now_us(),
        .progress = tell_progress,
        .progress_arg = &teller,
        .on_problem = tell_problem,
        .problem_arg = &teller,
    };
    pl_status status = pl_ingest(store, set, &options, stats, err);
    pl_buf_release(&teller.path);
    pl_progress_finish(&teller.progress, stats);
    return status == PL_OK ? pl_conclude_if_changed(store, args->as_of_us, err) : status;
}

/* Opens the database only when dialects and zones are good: a slip leaves no empty file behind. */
static pl_status ingest_into(const pl_args *args, pl_store_mode mode, pl_store **store,
                             pl_ingest_stats *stats, pl_error *err)
{
    pl_dialect_set set;
    struct zones zones = {0};
    pl_dialect_set_init(&set);
    pl_status status = find_zones(args, &zones, err);
    if (status == PL_OK)
        status = pl_load_dialects(args, NULL, 0, &set, err);
    if (status == PL_OK && args->dialect.len > 0 && pl_dialect_find(&set, args->dialect) == NULL)
        status = pl_fail(err, PL_ERR_USAGE, "no dialect '" PL_FMT "'; see phaseline dialects list",
                         PL_ARG(args->dialect));
    if (status == PL_OK)
        status = pl_store_open(pl_command_db(args), mode, store, err);
    if (status == PL_OK)
        status = ingest(args, &zones, *store, &set, stats, err);
    pl_dialect_set_release(&set);
    pl_zones_free(zones.files);
    return status;
}

static void append_not_read(pl_buf *buf, uint64_t count, const char *what)
{
    if (count == 0)
        return;
    pl_buf_append(buf, PL_STR(", "));
    pl_text_append_count(buf, (int64_t)count);
    pl_buf_appendf(buf, " %s", what);
}

static void append_new_and_known(pl_buf *buf, uint64_t fresh, uint64_t known, const char *noun)
{
    pl_buf_append(buf, PL_STR("; "));
    pl_text_append_counted(buf, (int64_t)fresh, noun);
    pl_buf_append(buf, PL_STR(" new, "));
    pl_text_append_count(buf, (int64_t)known);
    pl_buf_append(buf, PL_STR(" known"));
}

static void say_summary(const pl_args *args, const pl_ingest_stats *stats)
{
    pl_buf buf;
    pl_buf_init(&buf, SUMMARY_BYTES_MAX);
    if (stats->sources_new == 0 && stats->events_new == 0) {
        pl_buf_append(&buf, PL_STR("unchanged, 0 new, "));
        pl_text_append_count(&buf, (int64_t)stats->events_known);
        pl_buf_append(&buf, PL_STR(" known"));
    } else {
        pl_text_append_counted(&buf, (int64_t)stats->places, "file");
        pl_buf_append(&buf, PL_STR(", "));
        pl_text_append_bytes(&buf, (int64_t)stats->bytes);
        append_new_and_known(&buf, stats->sources_new, stats->sources_known, "source");
        append_new_and_known(&buf, stats->events_new, stats->events_known, "event");
    }
    append_not_read(&buf, stats->unreadable, "unreadable");
    append_not_read(&buf, stats->incomplete, "incomplete");
    append_not_read(&buf, stats->limited, "cut at a limit");
    append_not_read(&buf, stats->unrecognised, "not recognised");
    pl_complain("%s: %s", pl_command_db(args), buf.ptr);
    pl_buf_release(&buf);
}

pl_exit pl_command_ingest(const pl_args *args, pl_console *console)
{
    pl_error err;
    pl_store *store = NULL;
    pl_ingest_stats stats = {0};
    pl_status status = ingest_into(args, PL_STORE_WRITE, &store, &stats, &err);
    pl_exit code = pl_exit_of_stats(&stats);
    if (status == PL_OK)
        status = pl_command_gate(args, store, &code, &err);
    pl_store_close(store);
    if (status != PL_OK)
        return pl_command_fail(console, status, &err);
    if (!args->quiet)
        say_summary(args, &stats);
    return code;
}

pl_exit pl_command_post_mortem(const pl_args *args, pl_console *console)
{
    pl_error err;
    pl_store *store = NULL;
    pl_ingest_stats stats = {0};
    pl_status status = ingest_into(args, PL_STORE_TEMP, &store, &stats, &err);
    if (status == PL_OK)
        status = pl_store_seal(store, &err);
    if (status == PL_OK)
        status = pl_command_render_report(args, console, store, &err);
    pl_exit code = pl_exit_of_stats(&stats);
    if (status == PL_OK)
        status = pl_command_gate(args, store, &code, &err);
    pl_store_close(store);
    return status == PL_OK ? code : pl_exit_worse(code, pl_command_fail(console, status, &err));
}
