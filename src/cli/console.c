/* console.c - the only file that writes to standard output and standard error. */
#include "cli/console.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/escape.h"

#define WIDTH_UNTOLD 80 /* of a terminal that does not say */
#define COMPLAINT_MAX ((size_t)16 << 10)

static pl_status write_out(void *arg, pl_str bytes, pl_error *err)
{
    pl_console *console = arg;
    if (fwrite(bytes.ptr, 1, bytes.len, stdout) == bytes.len)
        return PL_OK;
    if (console->write_errno == 0)
        console->write_errno = errno;
    return pl_fail(err, PL_ERR_IO, "cannot write: %s", strerror(console->write_errno));
}

static size_t terminal_width(void)
{
    struct winsize size = {0};
    if (!isatty(STDOUT_FILENO))
        return 0;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return WIDTH_UNTOLD;
    return size.ws_col;
}

static bool wants_colour(pl_color color, bool is_terminal)
{
    if (color != PL_COLOR_AUTO)
        return color == PL_COLOR_ALWAYS;
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return is_terminal && (no_color == NULL || no_color[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

void pl_console_init(pl_console *console, const pl_args *args)
{
    size_t width = terminal_width();
    *console = (pl_console){
        .out = {.write = write_out, .arg = console},
        .render = {.format = args->format,
                   .width = width,
                   .colour = wants_colour(args->color, width > 0)},
    };
}

pl_exit pl_console_finish(pl_console *console, pl_exit code)
{
    if (fflush(stdout) != 0 && console->write_errno == 0)
        console->write_errno = errno;
    if (console->write_errno == 0)
        return code;
    if (console->write_errno == EPIPE)
        return PL_EXIT_DONE;
    pl_complain("cannot write the output: %s", strerror(console->write_errno));
    return pl_exit_worse(code, PL_EXIT_LIMIT);
}

void pl_complain(const char *format, ...)
{
    char words[COMPLAINT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    pl_buf line;
    pl_buf_init(&line, 4 * COMPLAINT_MAX);
    pl_escape_terminal(&line, pl_str_of(words));
    fprintf(stderr, "phaseline: %s\n", line.failed == PL_OK ? line.ptr : "out of memory");
    pl_buf_release(&line);
}
