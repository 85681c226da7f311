/* consumer.c - what somebody writes who has only the installed library: who is stalled, and a
 * report in JSON of the logs named. */
#include <inttypes.h>
#include <stdio.h>

#include <phaseline/phaseline.h>

static pl_status print_row(void *arg, const pl_field *fields, size_t count, pl_error *err)
{
    (void)arg;
    (void)err;
    for (size_t i = 0; i < count; i++) {
        printf("%s%s=", i > 0 ? " " : "", fields[i].name);
        if (fields[i].type == PL_FIELD_INTEGER)
            printf("%" PRId64, fields[i].integer);
        else
            printf("%.*s", (int)fields[i].byte_count, fields[i].bytes);
    }
    putchar('\n');
    return PL_OK;
}

static pl_status print_bytes(void *arg, const char *bytes, size_t len, pl_error *err)
{
    if (fwrite(bytes, 1, len, arg) == len)
        return PL_OK;
    return pl_fail(err, PL_ERR_IO, "cannot write");
}

int main(int argc, char **argv)
{
    pl_db *db = NULL;
    pl_error err;
    pl_db_counts counts;
    pl_db_inputs inputs = {.paths = (const char *const *)argv + 1, .path_count = (size_t)argc - 1};
    pl_status status = pl_db_open(NULL, PL_DB_TEMP, &db, &err);
    if (status == PL_OK)
        status = pl_db_ingest(db, &inputs, &counts, &err);
    if (status == PL_OK)
        printf("phaseline %s: %" PRIu64 " events\n", pl_version(), counts.events_new);
    if (status == PL_OK)
        status = pl_db_query(db, "SELECT node, duration_us FROM v_finding WHERE rule = 'stalled'",
                             print_row, NULL, &err);
    if (status == PL_OK)
        status = pl_db_report(db, "json", print_bytes, stdout, &err);
    if (status != PL_OK)
        fprintf(stderr, "%s\n", err.msg);
    pl_db_close(db);
    return status == PL_OK ? 0 : 1;
}
