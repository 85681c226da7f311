/* report_findings.c - per finding: the sentence, what to do, the lines that say so, and its id. */
#include <inttypes.h>

#include "base/escape.h"
#include "render/markdown.h"
#include "render/report_parts.h"
#include "render/text.h"

#define INDENT PL_REPORT_INDENT
#define EVIDENCE_SHOWN_MAX 5      /* lines per finding, without --details all */
#define EVIDENCE_TEXT_COLUMNS 160 /* of a line, where no terminal sets the width */
#define EVIDENCE_TEXT_MIN 40      /* a terminal with less room has the line below its place */

/* The blanks after a word of `width` in a column of `columns`; a longer word has two. */
static size_t gap_after(size_t width, size_t columns)
{
    return width < columns ? columns - width : 2;
}

/* Appends `word` and blanks up to the next column; returns how far that is. */
static size_t append_padded(pl_buf *buf, pl_str word, size_t columns)
{
    size_t width = pl_utf8_width(word), gap = gap_after(width, columns);
    pl_escape_terminal(buf, word);
    pl_buf_append_repeat(buf, ' ', gap);
    return width + gap;
}

static size_t append_severity(pl_report_job *job, pl_str severity)
{
    pl_buf_append(&job->buf, PL_STR("  "));
    size_t columns = pl_text_append_capitals(&job->buf, severity, job->render.colour);
    size_t gap = gap_after(columns, INDENT - 2);
    pl_buf_append_repeat(&job->buf, ' ', gap);
    return 2 + columns + gap;
}

static void append_head(pl_report_job *job, const pl_stmt *finding)
{
    size_t column = append_severity(job, pl_stmt_text(finding, FINDING_SEVERITY));
    column += append_padded(&job->buf, pl_stmt_text(finding, FINDING_RULE), INDENT);
    pl_text_append_wrapped(&job->buf, pl_stmt_text(finding, FINDING_SUMMARY), column, INDENT,
                           job->render.width);
    pl_buf_append_char(&job->buf, '\n');
    pl_str advice = pl_stmt_text(finding, FINDING_ADVICE);
    if (advice.len == 0)
        return;
    pl_buf_append_repeat(&job->buf, ' ', INDENT);
    pl_buf_append(&job->buf, PL_STR("advice    "));
    pl_text_append_wrapped(&job->buf, advice, 2 * INDENT, 2 * INDENT, job->render.width);
    pl_buf_append_char(&job->buf, '\n');
}

static void append_line_text(pl_report_job *job, pl_str text, size_t column)
{
    size_t width = job->render.width, room = EVIDENCE_TEXT_COLUMNS;
    bool below = width > 0 && column + 3 + EVIDENCE_TEXT_MIN > width;
    if (below)
        pl_buf_append_char(&job->buf, '\n');
    pl_buf_append_repeat(&job->buf, ' ', below ? 2 * INDENT : 3);
    if (width > 0) {
        size_t used = below ? 2 * INDENT : column + 3;
        room = width > used ? width - used : 1;
    }
    pl_text_append_cut(&job->buf, text, room);
}

/* The place without what all of them begin with, which stands above. */
static void append_short_place(pl_report_job *job, pl_str path, pl_str member)
{
    size_t cut = job->common.len;
    if (cut <= path.len)
        pl_text_append_place(&job->buf, pl_str_slice(path, cut, SIZE_MAX), member);
    else
        pl_escape_terminal(&job->buf, pl_str_slice(member, cut - path.len - 1, SIZE_MAX));
}

static void append_evidence(pl_report_job *job, const pl_stmt *evidence)
{
    pl_buf *buf = &job->buf;
    size_t from = buf->len;
    pl_buf_append_repeat(buf, ' ', INDENT);
    append_padded(buf, pl_stmt_text(evidence, EVIDENCE_ROLE), INDENT);
    if (!pl_stmt_is_null(evidence, EVIDENCE_TS)) {
        pl_escape_terminal(buf, pl_stmt_text(evidence, EVIDENCE_TS));
        pl_buf_append(buf, PL_STR("  "));
    }
    append_short_place(job, pl_stmt_text(evidence, EVIDENCE_SOURCE),
                       pl_stmt_text(evidence, EVIDENCE_MEMBER));
    if (!pl_stmt_is_null(evidence, EVIDENCE_LINE_NO))
        pl_buf_appendf(buf, ":%" PRId64, pl_stmt_int(evidence, EVIDENCE_LINE_NO));
    size_t column = pl_utf8_width(pl_str_slice(pl_buf_str(buf), from, SIZE_MAX));
    pl_str text = pl_stmt_text(evidence, EVIDENCE_TEXT);
    if (text.len > 0)
        append_line_text(job, text, column);
    pl_buf_append_char(buf, '\n');
}

static void append_place(pl_report_job *job, const pl_stmt *evidence)
{
    pl_report_say(job, pl_stmt_text(evidence, EVIDENCE_SOURCE));
    pl_str member = pl_stmt_text(evidence, EVIDENCE_MEMBER);
    pl_buf_append(&job->buf, member.len > 0 ? PL_STR("!") : PL_STR(""));
    pl_report_say(job, member);
    if (!pl_stmt_is_null(evidence, EVIDENCE_LINE_NO))
        pl_buf_appendf(&job->buf, ":%" PRId64, pl_stmt_int(evidence, EVIDENCE_LINE_NO));
}

static void append_evidence_item(pl_report_job *job, const pl_stmt *evidence)
{
    pl_buf_append(&job->buf, PL_STR("  - "));
    pl_report_say(job, pl_stmt_text(evidence, EVIDENCE_ROLE));
    pl_buf_append_char(&job->buf, ' ');
    if (!pl_stmt_is_null(evidence, EVIDENCE_TS)) {
        pl_report_say(job, pl_stmt_text(evidence, EVIDENCE_TS));
        pl_buf_append_char(&job->buf, ' ');
    }
    append_place(job, evidence);
    pl_str text = pl_stmt_text(evidence, EVIDENCE_TEXT);
    if (text.len > 0) {
        pl_buf_append_char(&job->buf, ' ');
        pl_markdown_append_code(&job->buf, text);
    }
    pl_buf_append_char(&job->buf, '\n');
}

static void append_head_item(pl_report_job *job, const pl_stmt *finding)
{
    pl_buf_append(&job->buf, PL_STR("- **"));
    pl_text_append_capitals(&job->buf, pl_stmt_text(finding, FINDING_SEVERITY), false);
    pl_buf_append(&job->buf, PL_STR("** "));
    pl_report_say(job, pl_stmt_text(finding, FINDING_RULE));
    pl_buf_append(&job->buf, PL_STR(": "));
    pl_report_say(job, pl_stmt_text(finding, FINDING_SUMMARY));
    pl_buf_append_char(&job->buf, '\n');
    pl_str advice = pl_stmt_text(finding, FINDING_ADVICE);
    if (advice.len == 0)
        return;
    pl_buf_append(&job->buf, PL_STR("  - advice: "));
    pl_report_say(job, advice);
    pl_buf_append_char(&job->buf, '\n');
}

/* Begins a line of our own below a finding. */
static void begin_note(pl_report_job *job)
{
    if (pl_report_is_markdown(job))
        pl_buf_append(&job->buf, PL_STR("  - "));
    else
        pl_buf_append_repeat(&job->buf, ' ', INDENT);
}

static pl_status write_evidence(pl_report_job *job, pl_str finding_id, pl_error *err)
{
    pl_stmt *stmt = NULL;
    int64_t count = 0;
    pl_status status = pl_report_evidence(job, finding_id, &stmt, err);
    while (status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK) {
        if (job->details != PL_DETAILS_ALL && count++ >= EVIDENCE_SHOWN_MAX)
            continue;
        if (pl_report_is_markdown(job))
            append_evidence_item(job, stmt);
        else
            append_evidence(job, stmt);
        status = pl_report_flush(job, err);
    }
    if (status < 0 || count <= EVIDENCE_SHOWN_MAX)
        return status < 0 ? status : PL_OK;
    begin_note(job);
    pl_text_append_counted(&job->buf, count - EVIDENCE_SHOWN_MAX, "more line");
    pl_buf_append(&job->buf, PL_STR(" (--details all)\n"));
    return PL_OK;
}

static pl_status write_finding(pl_report_job *job, const pl_stmt *finding, pl_error *err)
{
    if (pl_report_is_markdown(job))
        append_head_item(job, finding);
    else
        append_head(job, finding);
    pl_status status = write_evidence(job, pl_stmt_text(finding, FINDING_ID), err);
    if (status != PL_OK)
        return status;
    begin_note(job);
    pl_buf_append(&job->buf, PL_STR("id "));
    pl_report_say(job, pl_stmt_text(finding, FINDING_ID));
    pl_str confidence = pl_stmt_text(finding, FINDING_CONFIDENCE);
    if (!pl_str_equal(confidence, PL_STR("high"))) {
        pl_buf_append(&job->buf, PL_STR(", confidence "));
        pl_report_say(job, confidence);
    }
    pl_buf_append_char(&job->buf, '\n');
    return pl_report_flush(job, err);
}

pl_status pl_report_findings_text(pl_report_job *job, int64_t run_id, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_report_findings(job, run_id, &stmt, err);
    for (size_t i = 0; status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK; i++) {
        if (i == 0)
            pl_report_heading(job, run_id == PL_RUN_NONE ? "Findings outside runs" : "Findings");
        status = write_finding(job, stmt, err);
    }
    return status == PL_DONE ? PL_OK : status;
}
