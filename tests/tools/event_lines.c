/*
 * event_lines.c - prints the normal lines of a source of event records, for tests and by hand:
 *
 *     event_lines [-q] FILE [PROVIDER/ID ...]
 *
 * With pairs, only those.  What was skipped is told on standard error; -q: nothing but how many
 * bytes, lines and seconds it took.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode/decode.h"

#define PAIRS_MAX 1024

struct tally {
    uint64_t bytes, records, lines, bad;
};

static int fail(const pl_error *err)
{
    fprintf(stderr, "event_lines: %s\n", err->msg);
    return 1;
}

static bool read_pairs(char **words, int count, pl_event_pair *pairs)
{
    for (int i = 0; i < count; i++) {
        const char *slash = strrchr(words[i], '/');
        if (slash == NULL || count > PAIRS_MAX)
            return false;
        pairs[i].provider = (pl_str){words[i], (size_t)(slash - words[i])};
        pairs[i].id = (uint32_t)strtoul(slash + 1, NULL, 10);
    }
    return true;
}

static pl_status read_blocks(pl_reader *reader, const pl_event_filter *filter, bool quiet,
                             struct tally *tally, pl_error *err)
{
    pl_decoder *decoder = NULL;
    pl_block block;
    pl_text text;
    pl_status status = pl_decoder_new(&decoder, err);
    while (status == PL_OK && (status = pl_reader_block(reader, &block, err)) == PL_OK) {
        status = pl_decode_block(decoder, &block, filter, &text, err);
        if (status != PL_OK)
            break;
        tally->bytes += block.len;
        tally->records += text.line_count;
        tally->lines += text.record_count;
        tally->bad += text.bad;
        if (!quiet)
            fwrite(text.str.ptr, 1, text.str.len, stdout);
    }
    pl_decoder_free(decoder);
    return status == PL_DONE ? PL_OK : status;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    static pl_event_pair pairs[PAIRS_MAX];
    const bool quiet = argc > 1 && strcmp(argv[1], "-q") == 0;
    const int at = quiet ? 2 : 1;
    struct tally tally = {0};
    pl_reader *reader = NULL;
    pl_member member;
    pl_error err;
    if (argc <= at || !read_pairs(argv + at + 1, argc - at - 1, pairs)) {
        fprintf(stderr, "usage: event_lines [-q] FILE [PROVIDER/ID ...]\n");
        return 2;
    }
    const pl_event_filter filter = {pairs, (size_t)(argc - at - 1)};
    const double began = seconds();
    pl_status status = pl_reader_open(argv[at], &reader, &err);
    while (status == PL_OK && (status = pl_reader_next(reader, &member, &err)) == PL_OK)
        status = read_blocks(reader, filter.count > 0 ? &filter : NULL, quiet, &tally, &err);
    pl_reader_free(reader);
    if (status != PL_DONE)
        return fail(&err);
    if (quiet)
        printf("%" PRIu64 " bytes, %" PRIu64 " records, %" PRIu64 " lines, %.3f s\n", tally.bytes,
               tally.records, tally.lines, seconds() - began);
    if (tally.bad > 0)
        fprintf(stderr, "%" PRIu64 " damaged\n", tally.bad);
    return 0;
}
