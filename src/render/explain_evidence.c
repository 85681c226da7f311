/* explain_evidence.c - every place that holds the content of a source is tried until one gives its
 * lines. */
#include "base/alloc.h"
#include "render/explain_parts.h"

enum { ROLE, SOURCE, MEMBER, LINE_NO, TS, TEXT, SOURCE_ID };

static pl_status no_memory(pl_error *err)
{
    return pl_fail(err, PL_ERR_NOMEM, "no memory for the evidence");
}

/* The content hash that `hex` writes; false: it is none. */
static bool read_content(pl_str hex, pl_hash128 *out)
{
    static const char digits[] = "0123456789abcdef";
    if (hex.len != 2 * sizeof out->bytes)
        return false;
    for (size_t i = 0; i < hex.len; i++) {
        size_t digit = pl_str_find(PL_STR(digits), pl_str_slice(hex, i, 1), 0);
        if (digit == SIZE_MAX)
            return false;
        uint8_t *byte = &out->bytes[i / 2];
        *byte = (uint8_t)((i % 2 == 0 ? 0 : *byte << 4) | (int)digit);
    }
    return true;
}

static pl_status reread(pl_explanation *explanation, pl_explain_evidence *evidence,
                        int64_t source_id, pl_error *err)
{
    static const char sql[] = "SELECT path, member, content FROM v_source WHERE source_id = ?1 "
                              "ORDER BY path, member";
    pl_stmt *stmt = NULL;
    pl_hash128 content;
    evidence->why = "its source is no text";
    pl_status status = pl_reread_want(&evidence->context, evidence->line_no, err);
    if (status == PL_OK)
        status = pl_stmt_get(explanation->job.store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, source_id);
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        if (!read_content(pl_stmt_text(stmt, 2), &content))
            continue;
        /* A path is a text of the database: terminated, and cut at a NUL by the system too. */
        status = pl_reread_lines(&evidence->context, pl_stmt_text(stmt, 0).ptr,
                                 pl_stmt_text(stmt, 1), &content, &evidence->why, err);
        if (status != PL_OK || evidence->why == NULL)
            break;
    }
    pl_stmt_reset(stmt);
    return status == PL_DONE ? PL_OK : status;
}

static pl_str copy(pl_explanation *explanation, const pl_stmt *stmt, int column, bool *failed)
{
    pl_str text = pl_stmt_text(stmt, column);
    if (text.ptr == NULL)
        return text;
    text = pl_arena_copy(&explanation->arena, text);
    *failed |= text.ptr == NULL;
    return text;
}

static pl_status add_evidence(pl_explanation *explanation, const pl_stmt *stmt, pl_error *err)
{
    bool failed = !pl_grow(&explanation->evidence, &explanation->evidence_room,
                           explanation->evidence_count + 1, sizeof *explanation->evidence);
    if (failed)
        return no_memory(err);
    pl_explain_evidence *evidence = &explanation->evidence[explanation->evidence_count++];
    *evidence = (pl_explain_evidence){0};
    pl_reread_init(&evidence->context);
    evidence->role = copy(explanation, stmt, ROLE, &failed);
    evidence->source = copy(explanation, stmt, SOURCE, &failed);
    evidence->member = copy(explanation, stmt, MEMBER, &failed);
    evidence->ts = copy(explanation, stmt, TS, &failed);
    evidence->text = copy(explanation, stmt, TEXT, &failed);
    int64_t line_no = pl_stmt_int(stmt, LINE_NO);
    evidence->line_no = line_no > 0 ? (uint64_t)line_no : 0;
    if (failed)
        return no_memory(err);
    return evidence->line_no > 0 ? reread(explanation, evidence, pl_stmt_int(stmt, SOURCE_ID), err)
                                 : PL_OK;
}

pl_status pl_explain_load_evidence(pl_explanation *explanation, pl_error *err)
{
    static const char sql[] = "SELECT role, source, member, line_no, ts, text, source_id "
                              "FROM v_evidence WHERE finding_id = ?1 ORDER BY position LIMIT ?2";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(explanation->job.store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, explanation->id);
    pl_stmt_bind_int(stmt, 2, PL_EXPLAIN_EVIDENCE_MAX);
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        status = add_evidence(explanation, stmt, err);
        if (status != PL_OK)
            return status;
    }
    return status == PL_DONE ? PL_OK : status;
}

void pl_explain_release_evidence(pl_explanation *explanation)
{
    for (size_t i = 0; i < explanation->evidence_count; i++)
        pl_reread_release(&explanation->evidence[i].context);
    pl_release(explanation->evidence);
}
