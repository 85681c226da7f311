/* fuzz_ingest.c - any file can be ingested, and the second time nothing changes. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "fuzz.h"
#include "phaseline/phaseline.h"

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

static pl_status append_row(void *arg, const pl_field *fields, size_t count, pl_error *err)
{
    pl_buf *story = arg;
    for (size_t i = 0; i < count; i++) {
        pl_buf_appendf(story, "|%d %lld %.17g ", (int)fields[i].type, (long long)fields[i].integer,
                       fields[i].real);
        pl_buf_append(story, (pl_str){fields[i].bytes, fields[i].byte_count});
    }
    pl_buf_append_char(story, '\n');
    return pl_buf_status(story, err);
}

static void check(pl_status status, const pl_error *err)
{
    if (status != PL_OK)
        fprintf(stderr, "status %d: %s\n", (int)status, err->msg);
    PROMISE(status == PL_OK);
}

/* Ingests `path` so many times into one new database, and tells all that is in it then. */
static void ingest(const char *path, int times, pl_buf *story)
{
    pl_db *db = NULL;
    pl_error err;
    pl_db_counts first = {0}, again = {0};
    const pl_db_inputs inputs = {.paths = &path, .path_count = 1};
    check(pl_db_open(NULL, PL_DB_TEMP, &db, &err), &err);
    check(pl_db_ingest(db, &inputs, &first, &err), &err);
    PROMISE(first.places > 0);
    for (int i = 1; i < times; i++) {
        check(pl_db_ingest(db, &inputs, &again, &err), &err);
        PROMISE(again.places == first.places && again.events_new == 0);
        PROMISE(again.events_known == first.events_new + first.events_known);
    }
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        check(pl_db_query(db, queries[i], append_row, story, &err), &err);
    pl_db_close(db);
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
