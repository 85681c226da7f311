/* report_words.c - what differs between a terminal and a Markdown document in a line of the report.
 */
#include "base/escape.h"
#include "render/markdown.h"
#include "render/report_parts.h"
#include "render/text.h"

bool pl_report_is_markdown(const pl_report_job *job)
{
    return job->render.format == PL_FORMAT_MARKDOWN;
}

void pl_report_label(pl_report_job *job, pl_str label)
{
    if (pl_report_is_markdown(job)) {
        pl_buf_append(&job->buf, PL_STR("- **"));
        pl_buf_append(&job->buf, label);
        pl_buf_append(&job->buf, PL_STR("** "));
        return;
    }
    pl_buf_append(&job->buf, label);
    pl_buf_append_repeat(&job->buf, ' ', PL_REPORT_INDENT - label.len);
}

void pl_report_heading(pl_report_job *job, const char *heading)
{
    bool is_markdown = pl_report_is_markdown(job);
    pl_buf_appendf(&job->buf, "\n%s%s\n%s", is_markdown ? "### " : "", heading,
                   is_markdown ? "\n" : "");
}

void pl_report_say(pl_report_job *job, pl_str words)
{
    if (pl_report_is_markdown(job))
        pl_markdown_append(&job->buf, words);
    else
        pl_escape_terminal(&job->buf, words);
}

void pl_report_say_wrapped(pl_report_job *job, pl_str words, size_t column, size_t indent)
{
    if (pl_report_is_markdown(job))
        pl_markdown_append(&job->buf, words);
    else
        pl_text_append_wrapped(&job->buf, words, column, indent, job->render.width);
}
