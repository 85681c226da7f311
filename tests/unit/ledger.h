/* ledger.h - all that a reader gives, kept to be looked at: for the tests of io. */
#ifndef PL_TESTS_LEDGER_H
#define PL_TESTS_LEDGER_H

#include <string.h>

#include <check.h>

#include "base/buf.h"
#include "io/reader.h"

#define LEDGER_MAX 64
#define LEDGER_BYTES_MAX ((size_t)256 << 20)

typedef struct ledger_row {
    char name[256];
    char problem[256];
    const char *kind;
    pl_member_end end; /* end.problem points to problem, or is NULL */
    pl_encoding encoding;
    bool has_blocks;
    int64_t mtime_us;
    pl_buf text; /* all blocks */
} ledger_row;

typedef struct ledger {
    ledger_row rows[LEDGER_MAX];
    size_t count;
} ledger;

static inline void ledger_release(ledger *all)
{
    for (size_t i = 0; i < all->count; i++)
        pl_buf_release(&all->rows[i].text);
    all->count = 0;
}

/* What every block promises, whatever is in it; `before` is the text of the blocks before. */
static inline void ledger_check_block(const ledger_row *row, const pl_block *block, uint32_t no,
                                      bool was_open)
{
    ck_assert_uint_eq(block->no, no);
    ck_assert_uint_gt(block->len, 0);
    ck_assert_int_eq(block->encoding, row->encoding);
    ck_assert_int_eq(block->open_start, was_open);
    ck_assert(!block->last || !block->open_end);
    size_t unit = pl_encoding_unit(row->encoding);
    ck_assert_uint_le(block->len, PL_BLOCK_BYTES + unit * PL_LINE_MAX);
    if (block->last)
        return;
    ck_assert_uint_eq(block->len % unit, 0);
    const char *line_end = row->encoding == PL_ENCODING_UTF16LE   ? "\n\0"
                           : row->encoding == PL_ENCODING_UTF16BE ? "\0\n"
                                                                  : "\n";
    if (!block->open_end)
        ck_assert_mem_eq(block->ptr + block->len - unit, line_end, unit);
}

static inline pl_status ledger_add_member(pl_reader *reader, const pl_member *member,
                                          ledger_row *row)
{
    snprintf(row->name, sizeof row->name, PL_FMT, PL_ARG(member->member));
    row->kind = member->kind;
    row->has_blocks = member->has_blocks;
    row->encoding = member->encoding;
    row->mtime_us = member->mtime_us;
    bool is_open = false, is_last = false;
    uint32_t no = 0;
    uint64_t off = 0;
    pl_block block;
    pl_status status;
    while ((status = pl_reader_block(reader, &block, NULL)) == PL_OK) {
        ck_assert(!is_last);
        ledger_check_block(row, &block, no, is_open);
        if (no++ == 0)
            ck_assert_uint_le(block.byte_off, 3);
        else
            ck_assert_uint_eq(block.byte_off, off);
        off = block.byte_off + block.len;
        is_open = block.open_end;
        is_last = block.last;
        pl_buf_append(&row->text, (pl_str){block.ptr, block.len});
    }
    if (status == PL_DONE && row->text.failed != PL_OK)
        status = row->text.failed; /* allocations are made to fail here, too */
    if (status != PL_DONE)
        return status;
    status = pl_reader_end(reader, &row->end, NULL);
    if (status != PL_OK)
        return status;
    ck_assert_int_eq(is_last, member->has_blocks);
    if (member->has_blocks)
        ck_assert_uint_eq(row->end.bytes, off);
    if (row->end.problem != NULL) {
        snprintf(row->problem, sizeof row->problem, "%s", row->end.problem);
        row->end.problem = row->problem;
    }
    return PL_OK;
}

/* Reads everything; PL_DONE or PL_ERR_NOMEM.  The reader is not freed. */
static inline pl_status ledger_read(pl_reader *reader, ledger *all)
{
    all->count = 0;
    pl_member member;
    pl_status status;
    while ((status = pl_reader_next(reader, &member, NULL)) == PL_OK) {
        ck_assert_uint_lt(all->count, LEDGER_MAX);
        ledger_row *row = &all->rows[all->count++];
        pl_buf_init(&row->text, LEDGER_BYTES_MAX);
        status = ledger_add_member(reader, &member, row);
        if (status != PL_OK)
            return status;
    }
    return status;
}

/* Every member of `bytes`, read from memory. */
static inline void ledger_read_memory(pl_str bytes, ledger *all)
{
    pl_reader *reader = NULL;
    ck_assert_int_eq(pl_reader_open_memory(bytes, "test", &reader, NULL), PL_OK);
    ck_assert_int_eq(ledger_read(reader, all), PL_DONE);
    pl_reader_free(reader);
}

/* "name kind status bytes\n" for every row. */
static inline void ledger_print(const ledger *all, pl_buf *out)
{
    for (size_t i = 0; i < all->count; i++) {
        const ledger_row *row = &all->rows[i];
        pl_buf_appendf(out, "%s|%s|%s", row->name, row->kind,
                       pl_source_status_name(row->end.status));
        if (row->has_blocks)
            pl_buf_appendf(out, "|%zu", row->text.len);
        pl_buf_append_char(out, '\n');
    }
}

static inline void ledger_assert(const ledger *all, const char *expected)
{
    pl_buf out;
    pl_buf_init(&out, LEDGER_BYTES_MAX);
    ledger_print(all, &out);
    ck_assert_str_eq(out.ptr, expected);
    pl_buf_release(&out);
}

/* The first row named so, which there must be. */
static inline const ledger_row *ledger_find(const ledger *all, const char *name)
{
    size_t at = 0;
    while (at < all->count && strcmp(all->rows[at].name, name) != 0)
        at++;
    ck_assert_msg(at < all->count, "no row %s", name);
    return &all->rows[at];
}

#endif
