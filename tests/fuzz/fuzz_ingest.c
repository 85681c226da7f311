/* fuzz_ingest.c - any file can be ingested, and the second time nothing changes. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analysis/analysis.h"
#include "api/dialects.h"
#include "fuzz.h"
#include "ingest/ingest.h"

#define INPUT_MAX ((size_t)1 << 16)
#define STORY_MAX ((size_t)256 << 20)

static const char *const queries[] = {
    "SELECT * FROM v_source ORDER BY path, member, source_id",
    "SELECT * FROM v_event ORDER BY event_id",
    "SELECT * FROM v_timeline ORDER BY span_id",
    "SELECT * FROM v_node ORDER BY run_id, node",
    "SELECT * FROM v_run ORDER BY run_id",
    "SELECT * FROM v_finding ORDER BY finding_id",
    "SELECT * FROM v_evidence ORDER BY finding_id, role, event_id",
};

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

static void check(pl_status status, const pl_error *err)
{
    if (status != PL_OK)
        fprintf(stderr, "status %d: %s\n", (int)status, err->msg);
    PROMISE(status == PL_OK);
}

static void append_rows(pl_store *store, const char *sql, pl_buf *story)
{
    pl_stmt *stmt = NULL;
    pl_error err;
    pl_status status;
    check(pl_query_open(store, pl_str_of(sql), &stmt, &err), &err);
    while ((status = pl_stmt_step(stmt, &err)) == PL_OK) {
        for (int i = 0; i < pl_stmt_columns(stmt); i++) {
            pl_buf_appendf(story, "|%d ", (int)pl_stmt_type(stmt, i));
            pl_buf_append(story, pl_stmt_text(stmt, i));
        }
        pl_buf_append_char(story, '\n');
    }
    check(status == PL_DONE ? PL_OK : status, &err);
    pl_query_end(stmt);
}

/* Ingests `path` so many times into one new database, and tells all that is in it then. */
static void ingest(const char *path, int times, pl_buf *story)
{
    pl_store *store = NULL;
    pl_error err;
    pl_ingest_stats first, again;
    const pl_ingest_options options = {.paths = &path, .path_count = 1};
    check(pl_store_open(NULL, PL_STORE_TEMP, &store, &err), &err);
    check(pl_ingest(store, dialects(), &options, &first, &err), &err);
    PROMISE(first.places > 0);
    for (int i = 1; i < times; i++) {
        check(pl_ingest(store, dialects(), &options, &again, &err), &err);
        PROMISE(again.places == first.places && again.sources_new == 0 && again.events_new == 0);
        PROMISE(again.events_known == first.events_new + first.events_known);
    }
    check(pl_conclude(store, PL_TIME_NONE, &err), &err);
    check(pl_store_seal(store, &err), &err);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        append_rows(store, queries[i], story);
    PROMISE(story->failed == PL_OK);
    pl_store_close(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    pl_buf once, twice;
    if (size > INPUT_MAX)
        return 0;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    PROMISE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    pl_buf_init(&once, STORY_MAX);
    pl_buf_init(&twice, STORY_MAX);
    ingest(path, 1, &once);
    ingest(path, 2, &twice);
    PROMISE(pl_str_equal(pl_buf_str(&once), pl_buf_str(&twice)));
    pl_buf_release(&once);
    pl_buf_release(&twice);
    close(fd);
    return 0;
}
