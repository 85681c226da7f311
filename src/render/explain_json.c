/* explain_json.c - {"schema", the row of v_finding, "rule_text", "peers", "evidence"}. */
#include <inttypes.h>

#include "base/escape.h"
#include "render/explain_parts.h"
#include "render/json.h"
#include "render/rules.h"

static void append_text(pl_buf *buf, const char *name, pl_str text)
{
    pl_buf_appendf(buf, ",\"%s\":", name);
    if (text.ptr != NULL)
        pl_escape_json(buf, text);
    else
        pl_buf_append(buf, PL_STR("null"));
}

static pl_status write_peers(pl_explanation *explanation, pl_error *err)
{
    pl_buf *buf = &explanation->job.buf;
    pl_stmt *stmt = NULL;
    pl_status status = pl_explain_peers(explanation, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_buf_append(buf, PL_STR(",\n\"peers\":["));
    for (size_t i = 0; (status = pl_stmt_step(stmt, err)) == PL_OK; i++) {
        pl_buf_append(buf, i > 0 ? PL_STR(",\n{") : PL_STR("\n{"));
        pl_json_append_row(buf, stmt);
        pl_buf_append_char(buf, '}');
    }
    pl_buf_append_char(buf, ']');
    return status == PL_DONE ? PL_OK : status;
}

static void append_evidence(pl_buf *buf, const pl_explain_evidence *evidence)
{
    pl_buf_append(buf, PL_STR("{\"role\":"));
    pl_escape_json(buf, evidence->role);
    append_text(buf, "source", evidence->source);
    append_text(buf, "member", evidence->member);
    if (evidence->line_no > 0)
        pl_buf_appendf(buf, ",\"line_no\":%" PRIu64, evidence->line_no);
    else
        pl_buf_append(buf, PL_STR(",\"line_no\":null"));
    append_text(buf, "ts", evidence->ts);
    append_text(buf, "text", evidence->text);
    append_text(buf, "as_stored_because", pl_str_of(evidence->why));
    pl_buf_append(buf, PL_STR(",\"context\":["));
    for (size_t i = 0; i < evidence->context.line_count; i++) {
        const pl_reread_line *line = &evidence->context.lines[i];
        pl_buf_appendf(buf, "%s{\"line_no\":%" PRIu64, i > 0 ? "," : "", line->line_no);
        append_text(buf, "text", line->text);
        pl_buf_append_char(buf, '}');
    }
    pl_buf_append(buf, PL_STR("]}"));
}

pl_status pl_explain_json(pl_explanation *explanation, pl_error *err)
{
    pl_buf *buf = &explanation->job.buf;
    pl_stmt *finding = NULL;
    const pl_rule_text *rule = pl_rule_text_of(explanation->rule);
    pl_status status = pl_explain_finding(explanation, &finding, err);
    if (status != PL_OK)
        return status < 0 ? status : pl_fail(err, PL_ERR_DB, "a finding is gone");
    pl_buf_append(buf, PL_STR("{\"schema\":\"phaseline-explain/1\",\n"));
    pl_json_append_row(buf, finding);
    pl_stmt_reset(finding);
    pl_buf_append(buf, PL_STR(",\n\"rule_text\":"));
    pl_escape_json(buf, pl_str_of(rule != NULL ? rule->when : ""));
    pl_buf_append(buf, PL_STR(",\n\"unless\":"));
    pl_escape_json(buf, pl_str_of(rule != NULL ? rule->unless : ""));
    status = write_peers(explanation, err);
    pl_buf_append(buf, PL_STR(",\n\"evidence\":["));
    for (size_t i = 0; i < explanation->evidence_count; i++) {
        pl_buf_append(buf, i > 0 ? PL_STR(",\n") : PL_STR("\n"));
        append_evidence(buf, &explanation->evidence[i]);
    }
    pl_buf_append(buf, PL_STR("]}\n"));
    return status == PL_OK ? pl_report_flush(&explanation->job, err) : status;
}
