/* progress.c - the line is put together in a buffer and written at once, so that it never flickers.
 */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/escape.h"
#include "render/text.h"

#define LINE_BYTES_MAX ((size_t)256 << 10)
#define WIDTH_UNTOLD 80

static int64_t clock_us(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * PL_US_PER_SECOND + now.tv_nsec / 1000;
}

static size_t error_width(void)
{
    struct winsize size = {0};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return WIDTH_UNTOLD;
    return size.ws_col;
}

void pl_progress_init(pl_progress *progress, const pl_args *args)
{
    bool is_terminal = isatty(STDERR_FILENO) == 1;
    bool by_itself = is_terminal && !args->quiet && !args->verbose;
    *progress = (pl_progress){
        .is_json = args->progress == PL_PROGRESS_JSON,
        .is_terminal = is_terminal,
        .is_shown =
            args->progress == PL_PROGRESS_AUTO ? by_itself : args->progress != PL_PROGRESS_NEVER,
        .width = is_terminal ? error_width() : 0,
        .begun_us = clock_us(),
    };
}

static int64_t rate_of(uint64_t bytes, int64_t elapsed_us)
{
    double rate = elapsed_us > 0 ? (double)bytes * 1e6 / (double)elapsed_us : 0;
    return rate < 9e18 ? (int64_t)rate : INT64_MAX;
}

static void append_words(pl_buf *line, const pl_ingest_progress *now, int64_t elapsed_us)
{
    pl_text_append_counted(line, (int64_t)now->files, "file");
    pl_buf_append(line, PL_STR(", "));
    pl_text_append_bytes(line, (int64_t)now->bytes);
    pl_buf_append(line, PL_STR(", "));
    pl_text_append_bytes(line, rate_of(now->bytes, elapsed_us));
    pl_buf_append(line, PL_STR("/s, "));
    pl_text_append_counted(line, (int64_t)now->events, "event");
    if (now->path == NULL)
        return;
    pl_buf_append(line, PL_STR("  "));
    pl_escape_terminal(line, pl_str_of(now->path));
}

static void append_object(pl_buf *line, const pl_ingest_progress *now, int64_t elapsed_us)
{
    pl_buf_appendf(line,
                   "{\"files\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"events\":%" PRIu64
                   ",\"elapsed_us\":%" PRId64 ",\"bytes_per_second\":%" PRId64,
                   now->files, now->bytes, now->events, elapsed_us,
                   rate_of(now->bytes, elapsed_us));
    if (now->path != NULL) {
        pl_buf_append(line, PL_STR(",\"path\":"));
        pl_escape_json(line, pl_str_of(now->path));
    }
    pl_buf_appendf(line, ",\"done\":%s}\n", now->path == NULL ? "true" : "false");
}

static void append_line(pl_progress *progress, pl_buf *line, const pl_ingest_progress *now,
                        int64_t elapsed_us)
{
    pl_buf words;
    pl_buf_init(&words, LINE_BYTES_MAX);
    append_words(&words, now, elapsed_us);
    /* One column stays free: a terminal would go to its next line. */
    size_t room = progress->width > 12 ? progress->width - 12 : 0;
    pl_buf_append(line, progress->is_terminal ? PL_STR("\rphaseline: ") : PL_STR("phaseline: "));
    pl_text_append_cut(line, pl_buf_str(&words), room);
    pl_buf_append(line, progress->is_terminal ? PL_STR("\x1b[K") : PL_STR("\n"));
    progress->is_drawn = progress->is_terminal;
    pl_buf_release(&words);
}

static void draw(pl_progress *progress, const pl_ingest_progress *now)
{
    int64_t elapsed_us = clock_us() - progress->begun_us;
    pl_buf line;
    pl_buf_init(&line, LINE_BYTES_MAX);
    if (progress->is_json)
        append_object(&line, now, elapsed_us);
    else
        append_line(progress, &line, now, elapsed_us);
    fputs(line.ptr, stderr);
    fflush(stderr);
    pl_buf_release(&line);
}

void pl_progress_show(pl_progress *progress, const pl_ingest_progress *now)
{
    int64_t clock_now_us = progress->is_shown ? clock_us() : 0;
    if (!progress->is_shown || clock_now_us - progress->drawn_us < PL_PROGRESS_STEP_US)
        return;
    progress->drawn_us = clock_now_us;
    draw(progress, now);
}

void pl_progress_clear(pl_progress *progress)
{
    if (!progress->is_drawn)
        return;
    fputs("\r\x1b[K", stderr);
    progress->is_drawn = false;
}

void pl_progress_finish(pl_progress *progress, const pl_ingest_stats *stats)
{
    const pl_ingest_progress all = {NULL, stats->places, stats->bytes,
                                    stats->events_new + stats->events_known};
    pl_progress_clear(progress);
    if (progress->is_shown && (progress->is_json || !progress->is_terminal))
        draw(progress, &all);
}
