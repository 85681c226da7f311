/* reread.c - lines and records are numbered as ingest numbers them; the content is known only at
 * the end, and lines of another one are thrown away. */
#include "ingest/reread.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "decode/decode.h"
#include "io/reader.h"

/* A line, maybe only its beginning. */
struct held_line {
    uint64_t line_no;
    pl_buf text; /* its first PL_REREAD_BYTES, as they stand */
};

/* A source under way. */
struct pass {
    pl_reread *reread;
    uint64_t lines; /* behind us, wanted or not */
    struct held_line line;
    struct held_line before[PL_REREAD_AROUND]; /* the lines above it that are not yet taken */
    size_t before_count;
    size_t after; /* lines still to take behind a wanted one */
};

void pl_reread_init(pl_reread *reread)
{
    *reread = (pl_reread){0};
    pl_arena_init(&reread->arena);
}

void pl_reread_release(pl_reread *reread)
{
    pl_release(reread->wanted);
    pl_release(reread->lines);
    pl_arena_release(&reread->arena);
}

pl_status pl_reread_want(pl_reread *reread, uint64_t line_no, pl_error *err)
{
    if (!pl_grow(&reread->wanted, &reread->wanted_room, reread->wanted_count + 1,
                 sizeof *reread->wanted))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for line numbers");
    reread->wanted[reread->wanted_count++] = line_no;
    return PL_OK;
}

static int compare_numbers(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static bool is_wanted(const struct pass *pass)
{
    const pl_reread *reread = pass->reread;
    return reread->wanted_count > 0 &&
           bsearch(&pass->line.line_no, reread->wanted, reread->wanted_count,
                   sizeof *reread->wanted, compare_numbers) != NULL;
}

static void add_piece(struct pass *pass, pl_str piece)
{
    pl_buf *text = &pass->line.text;
    if (text->len < PL_REREAD_BYTES)
        pl_buf_append(text, pl_str_slice(piece, 0, PL_REREAD_BYTES - text->len));
}

static pl_status take(pl_reread *reread, const struct held_line *line, pl_error *err)
{
    pl_buf text;
    pl_buf_init(&text, 4 * PL_REREAD_BYTES);
    pl_decode_line(pl_buf_str(&line->text), &text);
    pl_str copy = pl_arena_copy(&reread->arena, pl_buf_str(&text));
    pl_status status = pl_buf_status(&text, err);
    pl_buf_release(&text);
    if (status != PL_OK)
        return status;
    if (copy.ptr == NULL ||
        !pl_grow(&reread->lines, &reread->line_room, reread->line_count + 1, sizeof *reread->lines))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for lines");
    reread->lines[reread->line_count++] = (pl_reread_line){line->line_no, copy};
    return PL_OK;
}

static pl_status take_before(struct pass *pass, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < pass->before_count; i++)
        status = take(pass->reread, &pass->before[i], err);
    pass->before_count = 0;
    return status;
}

/* Puts the line behind those that stand before a wanted one that may come. */
static void hold(struct pass *pass)
{
    struct held_line *before = pass->before, oldest = before[0];
    if (pass->before_count == PL_REREAD_AROUND) {
        memmove(before, before + 1, (PL_REREAD_AROUND - 1) * sizeof *before);
        before[PL_REREAD_AROUND - 1] = oldest;
        pass->before_count--;
    }
    struct held_line *free_one = &before[pass->before_count++];
    oldest = *free_one;
    *free_one = pass->line;
    pass->line = oldest;
}

static pl_status end_line(struct pass *pass, uint64_t line_no, pl_error *err)
{
    pl_status status = pl_buf_status(&pass->line.text, err);
    pass->line.line_no = line_no;
    if (status != PL_OK)
        return status;
    if (is_wanted(pass)) {
        status = take_before(pass, err);
        pass->after = PL_REREAD_AROUND + 1;
    }
    if (status == PL_OK && pass->after > 0) {
        status = take(pass->reread, &pass->line, err);
        pass->after--;
    } else {
        hold(pass);
    }
    pl_buf_clear(&pass->line.text);
    return status;
}

static pl_status split_lines(struct pass *pass, pl_str text, bool is_last, pl_error *err)
{
    pl_status status = PL_OK;
    while (status == PL_OK && text.len > 0) {
        const char *end = memchr(text.ptr, '\n', text.len);
        size_t len = end != NULL ? (size_t)(end - text.ptr) : text.len;
        add_piece(pass, pl_str_slice(text, 0, len));
        if (end != NULL || is_last)
            status = end_line(pass, ++pass->lines, err);
        text = pl_str_slice(text, end != NULL ? len + 1 : len, SIZE_MAX);
    }
    return status;
}

static pl_status split_records(struct pass *pass, const pl_text *text, pl_error *err)
{
    pl_status status = PL_OK;
    uint64_t first = text->numbered ? 0 : pass->lines + 1;
    pl_str rest = text->str;
    for (size_t i = 0; status == PL_OK && i < text->record_count; i++) {
        size_t len = pl_str_find(rest, PL_STR("\n"), 0);
        add_piece(pass, pl_str_slice(rest, 0, len));
        status = end_line(pass, first + text->records[i].line, err);
        rest = pl_str_slice(rest, len == SIZE_MAX ? len : len + 1, SIZE_MAX);
    }
    pass->lines += text->line_count;
    return status;
}

static pl_status read_blocks(struct pass *pass, pl_reader *reader, pl_decoder *decoder,
                             pl_error *err)
{
    pl_block block;
    pl_text text;
    pl_status status;
    while ((status = pl_reader_block(reader, &block, err)) == PL_OK) {
        status = pl_decode_block(decoder, &block, NULL, &text, err);
        if (status == PL_OK && text.records != NULL)
            status = split_records(pass, &text, err);
        else if (status == PL_OK)
            status = split_lines(pass, text.str, block.last, err);
        if (status != PL_OK)
            return status;
    }
    return status == PL_DONE ? PL_OK : status;
}

static pl_status read_member(pl_reread *reread, pl_reader *reader, const pl_hash128 *content,
                             const char **why, pl_error *err)
{
    struct pass pass = {.reread = reread};
    pl_decoder *decoder = NULL;
    pl_member_end end = {0};
    pl_buf_init(&pass.line.text, 2 * PL_REREAD_BYTES);
    for (size_t i = 0; i < PL_REREAD_AROUND; i++)
        pl_buf_init(&pass.before[i].text, 2 * PL_REREAD_BYTES);
    pl_status status = pl_decoder_new(&decoder, err);
    if (status == PL_OK)
        status = read_blocks(&pass, reader, decoder, err);
    if (status == PL_OK)
        status = pl_reader_end(reader, &end, err);
    pl_decoder_free(decoder);
    pl_buf_release(&pass.line.text);
    for (size_t i = 0; i < PL_REREAD_AROUND; i++)
        pl_buf_release(&pass.before[i].text);
    bool is_same = end.has_content && memcmp(&end.content, content, sizeof *content) == 0;
    *why = is_same ? NULL : "its content is no longer what was read";
    return status;
}

/* Where lines can be read: never from a pipe, a device or standard input. */
static const char *refuse(const char *path)
{
    struct stat now = {0};
    if (strcmp(path, "-") == 0)
        return "it was read from standard input";
    if (stat(path, &now) != 0)
        return "its file cannot be found from here";
    return S_ISREG(now.st_mode) ? NULL : "it is no regular file";
}

pl_status pl_reread_lines(pl_reread *reread, const char *path, pl_str member,
                          const pl_hash128 *content, const char **why, pl_error *err)
{
    pl_reader *reader = NULL;
    pl_member found = {0};
    reread->line_count = 0;
    *why = refuse(path);
    if (*why != NULL)
        return PL_OK;
    if (reread->wanted_count > 0)
        qsort(reread->wanted, reread->wanted_count, sizeof *reread->wanted, compare_numbers);
    *why = "it is no longer in its archive";
    pl_status status = pl_reader_open(path, &reader, err);
    while (status == PL_OK && (status = pl_reader_next(reader, &found, err)) == PL_OK) {
        if (!found.has_blocks || !pl_str_equal(found.member, member))
            continue;
        reread->line_count = 0;
        status = read_member(reread, reader, content, why, err);
        if (status != PL_OK || *why == NULL)
            break;
    }
    pl_reader_free(reader);
    if (*why != NULL)
        reread->line_count = 0;
    return status == PL_DONE ? PL_OK : status;
}
