/*
 * evtx_make.c - makes an EVTX file of normal lines (docs/dialects.md, Windows events):
 *
 *     evtx_make OUT.evtx <lines
 *
 * Empty lines and those that begin with # are left out.  A pair whose name is its position is a
 * Data without a name.  `user:` in front of the first name makes all pairs of the line UserData.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/support/evtx_writer.h"
#include "base/civil.h"

#define LINE_BYTES_MAX ((size_t)1 << 20)
#define STAMP_BYTES 28 /* 2026-05-11T09:15:42.1234567Z */
#define UNIX_EPOCH_US INT64_C(11644473600000000)

static const char *const levels[] = {"Information", "Critical",    "Error",
                                     "Warning",     "Information", "Verbose"};

/* A line on its way into an event; what is quoted in it is unquoted in place. */
struct line {
    char *at;
    evtx_pair pairs[EVTX_PAIRS_MAX];
    evtx_event event;
};

/* The number of `count` digits at `at`. */
static int number(const char *at, size_t count)
{
    int value = 0;
    for (size_t i = 0; i < count; i++)
        value = value * 10 + (at[i] - '0');
    return value;
}

/* The time, which it goes behind; 0: there is none. */
static uint64_t read_ticks(struct line *line)
{
    const char *s = line->at;
    if (strlen(s) <= STAMP_BYTES || s[STAMP_BYTES - 1] != 'Z' || s[STAMP_BYTES] != ' ')
        return 0;
    const pl_civil civil = {.year = number(s, 4),
                            .month = number(s + 5, 2),
                            .day = number(s + 8, 2),
                            .hour = number(s + 11, 2),
                            .minute = number(s + 14, 2),
                            .second = number(s + 17, 2)};
    const int64_t us = pl_civil_to_us(civil);
    line->at += STAMP_BYTES + 1;
    return us == PL_TIME_NONE ? 0
                              : (uint64_t)(us + UNIX_EPOCH_US) * 10 + (unsigned)number(s + 20, 7);
}

/* "-" stands for what is not told. */
static pl_str told(const char *from, const char *to)
{
    const pl_str s = {from, (size_t)(to - from)};
    return pl_str_equal(s, PL_STR("-")) ? PL_STR("") : s;
}

/* PROVIDER/ID: the provider may hold blanks. */
static bool read_provider(struct line *line)
{
    char *slash = line->at, *end = NULL;
    while ((slash = strchr(slash, '/')) != NULL) {
        const unsigned long id = strtoul(slash + 1, &end, 10);
        if (end > slash + 1 && *end == ' ' && id <= UINT16_MAX) {
            line->event.provider = told(line->at, slash);
            line->event.id = (uint16_t)id;
            line->at = end + 1;
            return true;
        }
        slash++;
    }
    return false;
}

/* A number and one of the levels behind it, where a channel ends: *end is behind both. */
static bool read_level(struct line *line, char *from, char **end)
{
    char *word = NULL;
    const uint64_t record = strtoull(from, &word, 10);
    if (word == from || *word != ' ')
        return false;
    word++;
    for (size_t i = 1; i < sizeof levels / sizeof *levels; i++) {
        const size_t len = strlen(levels[i]);
        if (strncmp(word, levels[i], len) != 0 || (word[len] != ' ' && word[len] != '\0'))
            continue;
        line->event.level = (uint8_t)i;
        line->event.record = record;
        *end = word + len;
        return true;
    }
    return false;
}

/* COMPUTER CHANNEL RECORD LEVEL: the channel may hold blanks. */
static bool read_place(struct line *line)
{
    char *blank = strchr(line->at, ' '), *end = NULL;
    if (blank == NULL)
        return false;
    line->event.computer = told(line->at, blank);
    char *channel = blank + 1;
    for (blank = channel; (blank = strchr(blank, ' ')) != NULL; blank++) {
        if (!read_level(line, blank + 1, &end))
            continue;
        const bool is_quoted = *channel == '"' && blank[-1] == '"';
        line->event.channel = told(channel + is_quoted, blank - is_quoted);
        line->at = end;
        return true;
    }
    return false;
}

/* A word, maybe quoted, up to a blank or `stop`. */
static pl_str read_word(struct line *line, char stop)
{
    char *from = line->at, *to = from;
    if (*from != '"') {
        while (*line->at != '\0' && *line->at != ' ' && *line->at != stop)
            line->at++;
        return (pl_str){from, (size_t)(line->at - from)};
    }
    for (line->at++; *line->at != '\0' && *line->at != '"'; line->at++) {
        char c = *line->at;
        if (c == '\\' && line->at[1] != '\0') {
            c = *++line->at;
            c = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
        }
        *to++ = c;
    }
    line->at += *line->at == '"';
    return (pl_str){from, (size_t)(to - from)};
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *hit = c == '\0' ? NULL : strchr(digits, c);
    return hit != NULL ? (int)(hit - digits) : 0;
}

/* Hexadecimal digits become bytes, in place. */
static evtx_value binary(pl_str digits)
{
    char *bytes = (char *)(uintptr_t)digits.ptr; /* of the line, which is ours */
    for (size_t i = 0; i + 1 < digits.len; i += 2)
        bytes[i / 2] = (char)(hex_digit(bytes[i]) << 4 | hex_digit(bytes[i + 1]));
    return (evtx_value){0x0e, {bytes, digits.len / 2}};
}

static bool read_pair(struct line *line)
{
    evtx_event *event = &line->event;
    uint64_t position = 0;
    line->at++;
    if (event->pair_count == 0 && strncmp(line->at, "user:", 5) == 0) {
        event->is_user_data = true;
        line->at += 5;
    }
    pl_str name = read_word(line, '=');
    if (*line->at != '=' || event->pair_count == EVTX_PAIRS_MAX)
        return false;
    line->at++;
    const pl_str value = read_word(line, ' ');
    if (pl_str_equal(name, PL_STR("message"))) {
        event->message = value;
        return true;
    }
    if (!event->is_user_data && pl_str_to_u64(name, &position) && position == event->pair_count + 1)
        name = PL_STR("");
    line->pairs[event->pair_count++] = (evtx_pair){
        name, pl_str_equal(name, PL_STR("Binary")) ? binary(value) : (evtx_value){1, value}};
    return true;
}

static bool read_line(struct line *line, char *text)
{
    line->event = (evtx_event){.pairs = line->pairs};
    line->at = text;
    line->event.ticks = read_ticks(line);
    bool fine = line->event.ticks > 0 && read_provider(line) && read_place(line);
    while (fine && *line->at == ' ')
        fine = read_pair(line);
    return fine && *line->at == '\0';
}

static int write_file(const char *path, pl_str bytes)
{
    FILE *file = fopen(path, "wb");
    const bool fine = file != NULL && fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len;
    if (file == NULL || fclose(file) != 0 || !fine) {
        perror(path);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    static char text[LINE_BYTES_MAX];
    static struct line line;
    static evtx_writer writer;
    if (argc != 2) {
        fprintf(stderr, "usage: evtx_make OUT.evtx <lines\n");
        return 2;
    }
    evtx_begin(&writer);
    for (size_t line_no = 1; fgets(text, sizeof text, stdin) != NULL; line_no++) {
        text[strcspn(text, "\r\n")] = '\0';
        if (text[0] == '\0' || text[0] == '#')
            continue;
        if (!read_line(&line, text) || !evtx_add(&writer, &line.event)) {
            fprintf(stderr, "evtx_make: line %zu is no event\n", line_no);
            return 1;
        }
    }
    const int code = write_file(argv[1], evtx_finish(&writer));
    evtx_release(&writer);
    return code;
}
