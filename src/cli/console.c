/* console.c - writes the results, and complaints. */
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
#define HEIGHT_UNTOLD 24
#define COMPLAINT_MAX ((size_t)16 << 10)

static pl_status write_out(void *arg, pl_str bytes, pl_error *err)
{
    pl_console *console = arg;
    console->has_written |= bytes.len > 0;
    FILE *file = console->output.file != NULL ? console->output.file : stdout;
    if (fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len)
        return PL_OK;
    if (console->write_errno == 0)
        console->write_errno = errno;
    return pl_fail(err, PL_ERR_IO, "cannot write: %s", strerror(console->write_errno));
}

/* The size of standard output; 0 x 0 when it is no terminal. */
static void measure_terminal(size_t *width, size_t *height)
{
    struct winsize size = {0};
    if (!isatty(STDOUT_FILENO))
        return;
    bool is_told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    *width = is_told && size.ws_col > 0 ? size.ws_col : WIDTH_UNTOLD;
    *height = is_told && size.ws_row > 0 ? size.ws_row : HEIGHT_UNTOLD;
}

/* As the C library chooses the character set: the first of these that says anything. */
static bool says_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0')
            return strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL;
    }
    return false;
}

static bool wants_colour(pl_color color, bool is_terminal)
{
    if (color != PL_COLOR_AUTO)
        return color == PL_COLOR_ALWAYS;
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return is_terminal && (no_color == NULL || no_color[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

pl_status pl_console_init(pl_console *console, const pl_args *args, pl_error *err)
{
    size_t width = 0, height = 0;
    if (args->output == NULL)
        measure_terminal(&width, &height);
    *console = (pl_console){
        .out = {.write = write_out, .arg = console},
        .render = {.format = args->format,
                   .width = width,
                   .colour = wants_colour(args->color, width > 0)},
        .height = height,
        .is_utf8 = width > 0 && says_utf8(),
    };
    bool has_file = args->output != NULL && strcmp(args->output, "-") != 0;
    return has_file ? pl_output_open(args->output, &console->output, err) : PL_OK;
}

/* A command that was refused before its first word has no results, not empty ones. */
static bool has_results(const pl_console *console, pl_exit code)
{
    bool is_refused = code == PL_EXIT_USAGE || code == PL_EXIT_DB;
    return console->write_errno == 0 && !console->failed && (console->has_written || !is_refused);
}

static int finish_output(pl_console *console, pl_exit code)
{
    if (console->output.file == NULL)
        return fflush(stdout) != 0 ? errno : 0;
    bool keeps = has_results(console, code);
    return pl_output_close(&console->output, keeps);
}

pl_exit pl_console_finish(pl_console *console, pl_exit code)
{
    int finish_errno = finish_output(console, code);
    if (console->write_errno == 0)
        console->write_errno = finish_errno;
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
