/* dialects.c - later dialects replace earlier ones of the same name: built-in ones come first. */
#include "api/dialects.h"

#include "api/slurp.h"
#include "base/embedded.h"

#define FILE_NAME_MAX ((size_t)4096)

pl_status pl_dialects_built_in(pl_dialect_set *set, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < pl_embedded_dialect_count; i++) {
        const pl_embedded *file = &pl_embedded_dialects[i];
        pl_buf name;
        pl_buf_init(&name, FILE_NAME_MAX);
        pl_buf_appendf(&name, PL_BUILT_IN "%s", file->name);
        status = pl_buf_status(&name, err);
        if (status == PL_OK)
            status = pl_dialect_load(set, (pl_str){file->text, file->len}, pl_buf_str(&name), err);
        pl_buf_release(&name);
    }
    return status;
}

static pl_status load_file(const char *path, pl_dialect_set *set, pl_error *err)
{
    pl_buf text;
    pl_buf_init(&text, PL_DIALECT_BYTES_MAX);
    pl_status status = pl_slurp(path, &text, err);
    if (status == PL_OK)
        status = pl_dialect_load(set, pl_buf_str(&text), pl_str_of(path), err);
    else if (status == PL_ERR_LIMIT)
        status = pl_fail(err, PL_ERR_USAGE, "%s: a dialect has at most %zu bytes", path,
                         PL_DIALECT_BYTES_MAX);
    pl_buf_release(&text);
    return status;
}

pl_status pl_dialects_files(const char *const *files, size_t count, pl_dialect_set *set,
                            pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < count; i++)
        status = load_file(files[i], set, err);
    return status;
}
