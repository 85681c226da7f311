/* explain_text.c - the explanation for people, on a terminal or as Markdown. */
#include <inttypes.h>

#include "base/civil.h"
#include "base/escape.h"
#include "render/explain_parts.h"
#include "render/markdown.h"
#include "render/rules.h"
#include "render/table.h"
#include "render/text.h"

#define NUMBER_COLUMNS 10 /* of line numbers, with what stands before them */

static const char finding_sql[] =
    "SELECT severity, rule, summary, confidence, cluster, run_id, node, attempt, phase, limit_from,"
    "  advice, arithmetic, blocker FROM v_finding WHERE finding_id = ?1";
enum {
    SEVERITY,
    RULE,
    SUMMARY,
    CONFIDENCE,
    CLUSTER,
    RUN,
    NODE,
    ATTEMPT,
    PHASE,
    LIMIT_FROM,
    ADVICE,
    ARITHMETIC,
    BLOCKER
};

/* A line "Label     words", wrapped. */
static void say(pl_report_job *job, pl_str label, pl_str words)
{
    pl_report_label(job, label);
    pl_report_say_wrapped(job, words, PL_REPORT_INDENT, PL_REPORT_INDENT);
    pl_buf_append_char(&job->buf, '\n');
}

static void append_title(pl_report_job *job, const pl_stmt *finding)
{
    pl_str severity = pl_stmt_text(finding, SEVERITY), rule = pl_stmt_text(finding, RULE);
    if (pl_report_is_markdown(job)) {
        pl_buf_append(&job->buf, PL_STR("## "));
        pl_text_append_capitals(&job->buf, severity, false);
        pl_buf_append_char(&job->buf, ' ');
        pl_report_say(job, rule);
        pl_buf_append(&job->buf, PL_STR("\n\n"));
        pl_report_say(job, pl_stmt_text(finding, SUMMARY));
        pl_buf_append(&job->buf, PL_STR("\n\n"));
        return;
    }
    size_t column = pl_text_append_capitals(&job->buf, severity, job->render.colour);
    size_t gap = column < PL_REPORT_INDENT ? PL_REPORT_INDENT - column : 2;
    pl_buf_append_repeat(&job->buf, ' ', gap);
    pl_report_say_wrapped(job, pl_stmt_text(finding, SUMMARY), column + gap, PL_REPORT_INDENT);
    pl_buf_append_char(&job->buf, '\n');
}

static void append_about(pl_buf *words, const pl_stmt *finding, int column, const char *label)
{
    if (pl_stmt_is_null(finding, column))
        return;
    pl_buf_appendf(words, ", %s", label);
    if (pl_stmt_type(finding, column) == PL_TYPE_INT)
        pl_buf_appendf(words, "%" PRId64, pl_stmt_int(finding, column));
    else
        pl_buf_append(words, pl_stmt_text(finding, column));
}

static void append_identity(pl_explanation *explanation, const pl_stmt *finding, pl_buf *words)
{
    pl_buf_append(words, explanation->id);
    append_about(words, finding, CONFIDENCE, "confidence ");
    append_about(words, finding, CLUSTER, "cluster ");
    append_about(words, finding, RUN, "run ");
    append_about(words, finding, NODE, "node ");
    append_about(words, finding, ATTEMPT, "attempt ");
    append_about(words, finding, PHASE, "phase ");
    say(&explanation->job, PL_STR("Finding"), pl_buf_str(words));
    pl_buf_clear(words);
}

static void append_rule(pl_explanation *explanation, pl_buf *words)
{
    const pl_rule_text *rule = pl_rule_text_of(explanation->rule);
    pl_buf_append(words, explanation->rule);
    if (rule != NULL)
        pl_buf_appendf(words, ": %s", rule->when);
    say(&explanation->job, PL_STR("Rule"), pl_buf_str(words));
    pl_buf_clear(words);
}

static void append_unless(pl_explanation *explanation)
{
    const pl_rule_text *rule = pl_rule_text_of(explanation->rule);
    if (rule != NULL)
        say(&explanation->job, PL_STR("Unless"), pl_str_of(rule->unless));
}

/* " : 1,688.4 s over the limit, 5.3 times as long". */
static void append_excess(pl_buf *words, int64_t us, int64_t limit_us)
{
    if (limit_us <= 0)
        return;
    bool is_over = us > limit_us;
    int64_t tenths = us / limit_us * 10 + us % limit_us * 10 / limit_us;
    pl_buf_append(words, PL_STR(": "));
    pl_seconds_append(words, is_over ? us - limit_us : limit_us - us);
    pl_buf_appendf(words, " %s the limit, %" PRId64 ".%" PRId64 " times as long",
                   is_over ? "over" : "under", tenths / 10, tenths % 10);
}

static const char *duration_words(pl_str rule)
{
    if (pl_str_equal(rule, PL_STR("stalled")))
        return "open for ";
    if (pl_str_equal(rule, PL_STR("paused")) || pl_str_equal(rule, PL_STR("queued")))
        return "waits for ";
    return pl_str_equal(rule, PL_STR("silent")) ? "silent for " : "took ";
}

static void append_arithmetic(pl_explanation *explanation, const pl_stmt *finding, pl_buf *words)
{
    int64_t limit_us = explanation->limit_us, duration_us = explanation->duration_us;
    bool waited = explanation->progress_us != PL_TIME_NONE &&
                  explanation->since_us != PL_TIME_NONE &&
                  pl_str_equal(explanation->rule, PL_STR("stalled"));
    if (limit_us != PL_TIME_NONE) {
        pl_seconds_append(words, limit_us);
        pl_buf_append(words, PL_STR(": "));
        pl_buf_append(words, pl_stmt_text(finding, LIMIT_FROM));
        say(&explanation->job, PL_STR("Limit"), pl_buf_str(words));
        pl_buf_clear(words);
    }
    if (duration_us == PL_TIME_NONE)
        return;
    pl_buf_appendf(words, "%s", duration_words(explanation->rule));
    pl_seconds_append(words, duration_us);
    if (waited) {
        int64_t wait_us = explanation->since_us + duration_us - explanation->progress_us;
        pl_buf_append(words, PL_STR("; since its last progress at "));
        pl_time_append(words, explanation->progress_us);
        pl_buf_append(words, PL_STR(" it waited "));
        pl_seconds_append(words, wait_us);
        duration_us = wait_us;
    }
    append_excess(words, duration_us, limit_us == PL_TIME_NONE ? 0 : limit_us);
    say(&explanation->job, PL_STR("Duration"), pl_buf_str(words));
    pl_buf_clear(words);
}

static pl_status write_finding(pl_explanation *explanation, pl_error *err)
{
    pl_report_job *job = &explanation->job;
    pl_stmt *finding = NULL;
    pl_buf words;
    pl_status status = pl_stmt_get(job->store, finding_sql, &finding, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(finding, 1, explanation->id);
    status = pl_stmt_step(finding, err);
    if (status != PL_OK)
        return status < 0 ? status : pl_fail(err, PL_ERR_DB, "a finding is gone");
    pl_buf_init(&words, PL_ROW_BYTES_MAX);
    append_title(job, finding);
    append_identity(explanation, finding, &words);
    append_rule(explanation, &words);
    append_arithmetic(explanation, finding, &words);
    if (!pl_stmt_is_null(finding, ARITHMETIC))
        say(job, PL_STR("Numbers"), pl_stmt_text(finding, ARITHMETIC));
    if (!pl_stmt_is_null(finding, BLOCKER))
        say(job, PL_STR("Waits for"), pl_stmt_text(finding, BLOCKER));
    append_unless(explanation);
    if (!pl_stmt_is_null(finding, ADVICE))
        say(job, PL_STR("Advice"), pl_stmt_text(finding, ADVICE));
    pl_stmt_reset(finding);
    status = pl_buf_status(&words, err);
    pl_buf_release(&words);
    return status;
}

static pl_status add_peer(pl_table *table, const pl_stmt *stmt, bool is_median, pl_error *err)
{
    pl_buf words;
    pl_buf_init(&words, 256);
    pl_seconds_append(&words, pl_stmt_int(stmt, 2));
    size_t len = words.len;
    pl_buf_appendf(&words, "%" PRId64, pl_stmt_int(stmt, 1));
    pl_table_cell(table, pl_stmt_is_null(stmt, 0) ? PL_CELL_NULL : PL_CELL_TEXT,
                  pl_stmt_text(stmt, 0));
    pl_table_cell(table, PL_CELL_NUMBER, pl_str_slice(pl_buf_str(&words), 0, len));
    pl_table_cell(table, PL_CELL_NUMBER, pl_str_slice(pl_buf_str(&words), len, SIZE_MAX));
    pl_table_cell(table, PL_CELL_TEXT, is_median ? PL_STR("the median") : PL_STR(""));
    pl_status status = pl_buf_status(&words, err);
    pl_buf_release(&words);
    return status == PL_OK ? pl_table_end_row(table, err) : status;
}

static pl_status count_peers(pl_explanation *explanation, size_t *count, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_explain_peers(explanation, &stmt, err);
    for (*count = 0; status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK;)
        ++*count;
    return status == PL_DONE ? PL_OK : status;
}

static pl_status add_peers(pl_explanation *explanation, pl_table *table, size_t count,
                           pl_error *err)
{
    static const char *const heads[] = {"PEER", "DURATION", "ATTEMPT", ""};
    pl_stmt *stmt = NULL;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        pl_table_cell(table, PL_CELL_HEAD, pl_str_of(heads[i]));
    pl_status status = pl_table_end_row(table, err);
    if (status == PL_OK)
        status = pl_explain_peers(explanation, &stmt, err);
    for (size_t i = 0; status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK; i++)
        status = add_peer(table, stmt, i == (count - 1) / 2, err);
    return status == PL_DONE ? pl_table_finish(table, err) : status;
}

/* Peers, the shortest first: with an even number the lower of the two in the middle counts. */
static pl_status write_peers(pl_explanation *explanation, pl_error *err)
{
    pl_report_job *job = &explanation->job;
    pl_table *table = NULL;
    size_t count = 0;
    pl_status status = count_peers(explanation, &count, err);
    if (status != PL_OK || count == 0)
        return status;
    pl_table_options options = {
        .columns = 4, .width = job->render.width, .gap = 2, .markdown = pl_report_is_markdown(job)};
    pl_report_heading(job, "Peers");
    status = pl_report_flush(job, err);
    if (status == PL_OK)
        status = pl_table_new(&options, job->sink, &table, err);
    if (status == PL_OK)
        status = add_peers(explanation, table, count, err);
    pl_table_free(table);
    return status;
}

static void append_line(pl_report_job *job, uint64_t line_no, pl_str text, bool is_evidence)
{
    pl_buf *buf = &job->buf;
    size_t width = job->render.width;
    if (pl_report_is_markdown(job)) {
        pl_buf_appendf(buf, is_evidence ? "  - **%" PRIu64 "** " : "  - %" PRIu64 " ", line_no);
        pl_markdown_append_code(buf, text);
    } else {
        pl_buf_appendf(buf, "%c %*" PRIu64 "  ", is_evidence ? '>' : ' ', NUMBER_COLUMNS - 4,
                       line_no);
        pl_text_append_cut(buf, text, width > NUMBER_COLUMNS ? width - NUMBER_COLUMNS : 0);
    }
    pl_buf_append_char(buf, '\n');
}

static void append_lines(pl_report_job *job, const pl_explain_evidence *evidence)
{
    const pl_reread *context = &evidence->context;
    if (evidence->why == NULL) {
        for (size_t i = 0; i < context->line_count; i++)
            append_line(job, context->lines[i].line_no, context->lines[i].text,
                        context->lines[i].line_no == evidence->line_no);
        return;
    }
    append_line(job, evidence->line_no, evidence->text, true);
    pl_buf_appendf(&job->buf, "%sas stored, without the lines around it: %s\n",
                   pl_report_is_markdown(job) ? "  - " : "          ", evidence->why);
}

static void append_evidence(pl_report_job *job, const pl_explain_evidence *evidence)
{
    bool is_markdown = pl_report_is_markdown(job);
    pl_buf_append(&job->buf, is_markdown ? PL_STR("- ") : PL_STR(""));
    pl_report_say(job, evidence->role);
    pl_buf_append_char(&job->buf, ' ');
    if (evidence->ts.ptr != NULL) {
        pl_report_say(job, evidence->ts);
        pl_buf_append_char(&job->buf, ' ');
    }
    pl_report_say(job, evidence->source);
    pl_buf_append(&job->buf, evidence->member.len > 0 ? PL_STR("!") : PL_STR(""));
    pl_report_say(job, evidence->member);
    if (evidence->line_no > 0)
        pl_buf_appendf(&job->buf, ":%" PRIu64, evidence->line_no);
    pl_buf_append_char(&job->buf, '\n');
    if (evidence->line_no > 0)
        append_lines(job, evidence);
}

pl_status pl_explain_text(pl_explanation *explanation, pl_error *err)
{
    pl_report_job *job = &explanation->job;
    pl_status status = write_finding(explanation, err);
    if (status == PL_OK)
        status = write_peers(explanation, err);
    if (status != PL_OK)
        return status;
    if (explanation->evidence_count > 0)
        pl_report_heading(job, "Evidence");
    for (size_t i = 0; i < explanation->evidence_count; i++)
        append_evidence(job, &explanation->evidence[i]);
    return pl_report_flush(job, err);
}
