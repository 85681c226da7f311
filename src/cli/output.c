/* output.c - a draft beside the file, renamed at the end. */
#include "cli/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"

#define PATH_BYTES_MAX ((size_t)64 << 10)

static char *copy_of(const char *path, const char *suffix)
{
    pl_buf text;
    pl_buf_init(&text, PATH_BYTES_MAX);
    pl_buf_appendf(&text, "%s%s", path, suffix);
    char *copy = text.failed == PL_OK ? pl_alloc(text.len + 1, 1) : NULL;
    if (copy != NULL)
        memcpy(copy, text.ptr, text.len);
    pl_buf_release(&text);
    return copy;
}

/* What open() gives a new file: mkstemp() is stricter than a user wants. */
static mode_t usual_mode(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static void open_draft(pl_output *output, mode_t mode)
{
    output->draft = copy_of(output->path, ".XXXXXX");
    int fd = output->draft != NULL ? mkstemp(output->draft) : -1;
    if (fd < 0) {
        pl_release(output->draft);
        output->draft = NULL;
        return;
    }
    if (fchmod(fd, mode) == 0)
        output->file = fdopen(fd, "w");
    if (output->file != NULL)
        return;
    int open_errno = errno;
    close(fd);
    unlink(output->draft);
    errno = open_errno;
}

pl_status pl_output_open(const char *path, pl_output *out, pl_error *err)
{
    struct stat stat_now = {0};
    bool exists = stat(path, &stat_now) == 0;
    char *target = exists ? realpath(path, NULL) : NULL; /* a link stays a link */
    pl_output output = {.path = copy_of(target != NULL ? target : path, "")};
    free(target);
    if (output.path == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for the name %s", path);
    errno = 0;
    if (exists && !S_ISREG(stat_now.st_mode))
        output.file = fopen(path, "w");
    else
        open_draft(&output, exists ? stat_now.st_mode & 07777 : usual_mode());
    if (output.file != NULL) {
        *out = output;
        return PL_OK;
    }
    pl_release(output.path);
    pl_release(output.draft);
    return pl_fail(err, PL_ERR_USAGE, "cannot write %s: %s", path, strerror(errno));
}

int pl_output_close(pl_output *output, bool keeps)
{
    if (output->file == NULL)
        return 0;
    errno = 0;
    bool is_good = fflush(output->file) == 0;
    if (output->draft != NULL)
        is_good = is_good && (!keeps || fsync(fileno(output->file)) == 0);
    int write_errno = is_good ? 0 : errno;
    if (fclose(output->file) != 0 && write_errno == 0)
        write_errno = errno;
    if (output->draft != NULL && keeps && write_errno == 0 &&
        rename(output->draft, output->path) != 0)
        write_errno = errno;
    if (output->draft != NULL && (!keeps || write_errno != 0))
        unlink(output->draft);
    pl_release(output->path);
    pl_release(output->draft);
    *output = (pl_output){0};
    return write_errno;
}
