/* rules.c - the table of rules, and the questions asked of it. */
#include "render/rules.h"

#include "render/report.h"

static const pl_rule_text rules[] = {
    {"failed", "error", "the last failed attempt of a node that did not get to done after it",
     "a line that the node reached done after it, or that another attempt began"},
    {"rolled-back", "error", "the node was rolled back and did not get to done after it",
     "a line that the node reached done after the rollback"},
    {"stalled", "error",
     "open at the reference time, without progress for longer than the limit; on the cluster: two "
     "nodes or more are stalled and no other moves",
     "a line of progress within the limit before the reference time, a longer limit, or a line "
     "that the node is paused or waits for its turn"},
    {"silent", "warning",
     "the node's own log ends before the run's evidence by more than the limit of its last phase",
     "more of the node's log, or a line that it was at rest before its log ends"},
    {"incomplete", "warning",
     "open at the end, and no limit, or no time, to judge it by; its own log ends in a reboot; or "
     "the next attempt began while it was at work",
     "a limit in the model, three peers that got through the phase, lines with a time, the log "
     "after the reboot, or a line that ends the attempt"},
    {"paused", "warning", "open at the reference time, told to wait and not told to go on",
     "a line that resumes the node, or one of its work after the pause"},
    {"queued", "info",
     "open at the reference time in a phase of the kind queued: it waits for its turn",
     "a line that the node's turn has come"},
    {"slow", "warning",
     "closed ok, or open and still moving, over the limit; paused time does not count",
     "peers that took as long, an expected duration in the model, or a line that the node was "
     "paused"},
    {"order.backward", "warning",
     "a phase was entered that ranks before the last one, without a failure or a new attempt in "
     "between",
     "a line in between that the node failed, was rolled back or began again, or a model that has "
     "the phase as repeatable"},
    {"order.skipped", "warning",
     "a mandatory phase between the last one and this one was never entered or skipped",
     "a line of the missing phase, or a model that has it as optional"},
    {"order.unexpected", "warning",
     "a phase ended that was never entered, while one that ranks after it is open",
     "the line that entered the phase, or that tells how long it took"},
    {"order.overlap", "warning", "more nodes of a group are out at once than the model allows",
     "lines that show the others back a second or more before, or a larger `parallel` in the "
     "model"},
    {"order.premature", "warning",
     "what is for the whole cluster began before every node was where it must be",
     "lines that show those nodes there before it began"},
    {"order.group", "warning",
     "a node began before those of a group that the model has first were done",
     "lines that show those nodes done before it began, or other `groups` in the model"},
    {"mixed", "info",
     "nodes of a cluster run several versions; a warning for longer than the model allows",
     "a line that the model it waits for was done, or lines with other versions"},
    {"retried", "info", "a failed attempt that another one followed, or that was made good",
     "nothing that comes later: the attempt failed"},
    {"known.*", "warning",
     "a line that a dialect knows as the signature of a failure, with its cause and advice",
     "nothing: the line is there; what follows from it the other findings tell"},
    {"coverage.truncated", "warning",
     "a source ends in the middle, or is damaged; what was read before counts",
     "the whole source, ingested again"},
    {"coverage.unread", "warning", "a source is encrypted, unreadable, too deep, or met a limit",
     "the source in a form that can be read"},
    {"coverage.undecodable", "info", "lines that count hold bytes that are no text",
     "the source in its first encoding"},
    {"coverage.unrecognised", "warning",
     "a line names a phase, model or transition that no dialect knows",
     "a dialect that knows the word"},
    {"coverage.conflict", "warning",
     "of a source the option, its lines, its context lines and its path name different nodes, or "
     "clusters; whoever names several claims nothing, and addresses are anybody's",
     "--node or --cluster with the name that is right, or a line that says both names are one "
     "node"},
    {"coverage.no-node", "warning", "events about a node that nothing names",
     "--node, or the name of the node in that of the file or folder"},
    {"coverage.no-log", "warning",
     "nodes that only the logs of others tell of, where other nodes of the run have logs of their "
     "own",
     "the nodes' own logs, ingested as well"},
    {"coverage.gap", "info",
     "a node's own log has a hole of 5 minutes and 10 times the usual distance of its lines while "
     "it was at work, and no reboot explains it",
     "another log of the node that was written meanwhile, or the boot line that ends the hole"},
    {"coverage.no-time", "warning",
     "events without a time, other than notes: their order is kept, durations are not known",
     "--source-date, or a line that dates the others"},
    {"clock.backward", "warning",
     "a clock goes back by 1 s or more within a log: the order is that of the file, durations over "
     "it are not known",
     "nothing: so it is written"},
    {"clock.jump", "warning",
     "a clock was set between two moments that another node wrote down, too: durations over it are "
     "not known",
     "nothing: the pairs of lines say so"},
    {"clock.offset", "info",
     "a clock is off against those of the other nodes by 1 s or more, and by more than the error "
     "of "
     "the estimate; from a minute on a warning",
     "more lines that two nodes wrote of the same moment"},
};

#define RULE_COUNT (sizeof rules / sizeof *rules)

const pl_rule_text *pl_rule_texts(size_t *count)
{
    *count = RULE_COUNT;
    return rules;
}

/* "known." of "known.*"; empty for a rule that stands for itself. */
static pl_str group_of(pl_str rule)
{
    return pl_str_ends(rule, PL_STR(".*")) ? pl_str_slice(rule, 0, rule.len - 1) : PL_STR("");
}

const pl_rule_text *pl_rule_text_of(pl_str rule)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        pl_str name = pl_str_of(rules[i].rule), group = group_of(name);
        if (pl_str_equal(rule, name) || (group.len > 0 && pl_str_starts(rule, group)))
            return &rules[i];
    }
    return NULL;
}

/* "order" is the first part of "order.backward". */
static bool is_first_part(pl_str word, pl_str rule)
{
    return pl_str_starts(rule, word) && rule.len > word.len && rule.ptr[word.len] == '.';
}

bool pl_gate_knows(pl_str word)
{
    if (pl_str_equal(word, PL_STR("any")) || pl_str_equal(word, PL_STR("error")) ||
        pl_str_equal(word, PL_STR("warning")) || pl_rule_text_of(word) != NULL)
        return true;
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (is_first_part(word, pl_str_of(rules[i].rule)))
            return true;
    return false;
}

static pl_status is_met_by(pl_store *store, pl_str word, int64_t run_id, bool *met, pl_error *err)
{
    static const char sql[] =
        "SELECT 1 FROM v_finding WHERE (?2 = 0 OR run_id = ?2 OR run_id IS NULL) AND (?1 = 'any' "
        "OR rule = ?1 OR substr(rule, 1, length(?1) + 1) = ?1 || '.'"
        " OR (?1 LIKE '%.*' AND substr(rule, 1, length(?1) - 1) = substr(?1, 1, length(?1) - 1))"
        " OR severity = ?1 OR (?1 = 'warning' AND severity = 'error')) LIMIT 1";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, word);
    pl_stmt_bind_int(stmt, 2, run_id);
    status = pl_stmt_step(stmt, err);
    *met |= status == PL_OK;
    pl_stmt_reset(stmt);
    return status < 0 ? status : PL_OK;
}

pl_status pl_gate_met(pl_store *store, pl_str gate, int64_t run_id, bool *met, pl_error *err)
{
    *met = false;
    pl_status status = pl_report_run(store, &run_id, err);
    while (status == PL_OK && gate.len > 0) {
        size_t comma = pl_str_find(gate, PL_STR(","), 0);
        status = is_met_by(store, pl_str_slice(gate, 0, comma), run_id, met, err);
        gate = comma == SIZE_MAX ? PL_STR("") : pl_str_slice(gate, comma + 1, SIZE_MAX);
    }
    return status;
}
