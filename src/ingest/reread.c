/* reread.c - lines are counted as ingest counts them; the content is known only at the end, and
 * lines of another one are thrown away. */
#include "ingest/reread.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "decode/decode.h"
#include "io/reader.h"

/* A source under way. */
struct pass {
    pl_reread *reread;
    uint64_t line_no;   /* of the line under way */
    size_t next_wanted; /* the first that is not behind us */
    pl_buf line;        /* its first PL_REREAD_BYTES */
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

static bool is_wanted(struct pass *pass)
{
    const pl_reread *reread = pass->reread;
    while (pass->next_wanted < reread->wanted_count &&
           reread->wanted[pass->next_wanted] + PL_REREAD_AROUND < pass->line_no)
        pass->next_wanted++;
    return pass->next_wanted < reread->wanted_count &&
           pass->line_no + PL_REREAD_AROUND >= reread->wanted[pass->next_wanted];
}

static void add_piece(struct pass *pass, pl_str piece)
{
    if (is_wanted(pass) && pass->line.len < PL_REREAD_BYTES)
        pl_buf_append(&pass->line, pl_str_slice(piece, 0, PL_REREAD_BYTES - pass->line.len));
}

static pl_status end_line(struct pass *pass, pl_error *err)
{
    pl_reread *reread = pass->reread;
    pl_status status = PL_OK;
    if (is_wanted(pass)) {
        pl_buf text;
        pl_buf_init(&text, 4 * PL_REREAD_BYTES);
        pl_decode_line(pl_buf_str(&pass->line), &text);
        pl_str copy = pl_arena_copy(&reread->arena, pl_buf_str(&text));
        status = pl_buf_status(&text, err);
        pl_buf_release(&text);
        if (status == PL_OK &&
            (copy.ptr == NULL || !pl_grow(&reread->lines, &reread->line_room,
                                          reread->line_count + 1, sizeof *reread->lines)))
            status = pl_fail(err, PL_ERR_NOMEM, "no memory for lines");
        if (status == PL_OK)
            reread->lines[reread->line_count++] = (pl_reread_line){pass->line_no, copy};
    }
    pl_buf_clear(&pass->line);
    pass->line_no++;
    return status;
}

static pl_status split_block(struct pass *pass, const pl_block *block, pl_str text, pl_error *err)
{
    pl_status status = PL_OK;
    while (status == PL_OK && text.len > 0) {
        const char *end = memchr(text.ptr, '\n', text.len);
        size_t len = end != NULL ? (size_t)(end - text.ptr) : text.len;
        add_piece(pass, pl_str_slice(text, 0, len));
        if (end != NULL || block->last)
            status = end_line(pass, err);
        text = pl_str_slice(text, end != NULL ? len + 1 : len, SIZE_MAX);
    }
    return status;
}

static pl_status read_blocks(struct pass *pass, pl_reader *reader, pl_decoder *decoder,
                             pl_error *err)
{
    pl_block block;
    pl_str text;
    pl_status status;
    while ((status = pl_reader_block(reader, &block, err)) == PL_OK) {
        status = pl_decode_block(decoder, &block, &text, err);
        if (status == PL_OK)
            status = split_block(pass, &block, text, err);
        if (status != PL_OK)
            return status;
    }
    return status == PL_DONE ? PL_OK : status;
}

static pl_status read_member(pl_reread *reread, pl_reader *reader, const pl_hash128 *content,
                             const char **why, pl_error *err)
{
    struct pass pass = {.reread = reread, .line_no = 1};
    pl_decoder *decoder = NULL;
    pl_member_end end = {0};
    pl_buf_init(&pass.line, 2 * PL_REREAD_BYTES);
    pl_status status = pl_decoder_new(&decoder, err);
    if (status == PL_OK)
        status = read_blocks(&pass, reader, decoder, err);
    if (status == PL_OK)
        status = pl_buf_status(&pass.line, err);
    if (status == PL_OK)
        status = pl_reader_end(reader, &end, err);
    pl_decoder_free(decoder);
    pl_buf_release(&pass.line);
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
