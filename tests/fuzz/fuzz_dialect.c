/* fuzz_dialect.c - a dialect file is loaded or refused with the place of its first mistake; what
 * was loaded before stays. */
#include "dialect/dialect.h"

#include <string.h>

#include "fuzz.h"
#include "match/samples.h"

#define INPUT_MAX ((size_t)1 << 14)
#define OUT_MAX ((size_t)4 << 20)

/* The message begins with the file, most of them go on with a line. */
static void check_error(const pl_error *err)
{
    static const char file[] = "fuzz.yaml:";
    PROMISE(err->status == PL_ERR_FORMAT || err->status == PL_ERR_LIMIT);
    PROMISE(strncmp(err->msg, file, strlen(file)) == 0);
    PROMISE(err->msg[strlen(file)] >= '1' && err->msg[strlen(file)] <= '9');
    PROMISE(strpbrk(err->msg, "\n\r") == NULL);
}

static void load(pl_str yaml, pl_dialect_set *set)
{
    pl_error err;
    size_t before = set->count;
    if (pl_dialect_load(set, yaml, PL_STR("fuzz.yaml"), &err) == PL_OK)
        return;
    check_error(&err);
    PROMISE(set->count == before);
}

static void run_samples(const pl_dialect_set *set)
{
    pl_buf out;
    pl_error err;
    pl_samples_result result = {0};
    pl_buf_init(&out, OUT_MAX);
    for (size_t i = 0; i < set->count; i++) {
        pl_status status = pl_samples_test(set, set->items[i], &out, &result, &err);
        PROMISE(status == PL_OK || status == PL_ERR_LIMIT);
    }
    pl_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pl_dialect_set set;
    pl_error err;
    if (size > INPUT_MAX)
        return 0;
    pl_dialect_set_init(&set);
    load(fuzz_bytes(data, size), &set);
    load(fuzz_bytes(data, size), &set);
    PROMISE(set.count <= 1); /* the same name replaces */
    if (set.count == 1 && pl_dialect_link(&set, &err) == PL_OK)
        run_samples(&set);
    pl_dialect_set_release(&set);
    return 0;
}
