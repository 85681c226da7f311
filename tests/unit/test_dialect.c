/* test_dialect.c - every way a dialect can be wrong is told with file and line, and nothing else is
 * refused. */
#include "dialect/dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/embedded.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TEXT_MAX (PL_DIALECT_BYTES_MAX * 2)

/* A small dialect without a mistake; the tables below replace lines of it, counted from 1. */
static const char *const good[] = {
    /*  1 */ "dialect: t",
    /*  2 */ "title: 'T'",
    /*  3 */ "source: 'made up'",
    /*  4 */ "visit: literals",
    /*  5 */ "recognise: {paths: ['t*.log'], markers: [' t: ']}",
    /*  6 */ "unwrap: [{json: log}, {strip: '^> '}]",
    /*  7 */ "shapes:",
    /*  8 */ "  - {id: s, pattern: '^(?<ts>\\S+) (?<text>.*)$', time: absolute}",
    /*  9 */ "  - {id: b, pattern: '^(?<text>.*)$', time: none}",
    /* 10 */ "node: [line, context, {path: '(?<node>\\w+)\\.log$'}]",
    /* 11 */ "cluster: [{path: '(?<cluster>\\w+)/'}]",
    /* 12 */ "models:",
    /* 13 */ "  - model: roll",
    /* 14 */ "    scope: node",
    /* 15 */ "    run: {gap: 12h, id: roll}",
    /* 16 */ "    after: {model: roll, phase: done}",
    /* 17 */ "    phases:",
    /* 18 */ "      - {phase: drain, kind: drain, expect: 90s, limit: 30m}",
    /* 19 */ "      - {phase: inner, kind: stage, parent: drain, rank: none, optional: yes}",
    /* 20 */ "      - {phase: done, kind: done, terminal: done, rest: yes}",
    /* 21 */ "rules:",
    /* 22 */ "  - id: drain",
    /* 23 */ "    literal: 'drain '",
    /* 24 */ "    pattern: '^drain (?<phase>\\w+)$'",
    /* 25 */ "    gives: [{model: roll, phase: '{phase}', transition: enter, begins: attempt}]",
    /* 26 */ "    words: {DRAIN: drain}",
    /* 27 */ "    match: [{line: 'x drain DRAIN', gives: {phase: DRAIN}}]",
    /* 28 */ "    not: ['x drained']",
    /* 29 */ "known:",
    /* 30 */
    "  - {id: k, literal: bad disk, pattern: '^bad disk$', phase: drain, cause: worn, advice: swap,"
    " match: [{line: x bad disk}], not: [x a bad disk]}",
    /* 31 */ "pairs:",
    /* 32 */
    "  - {id: p, literal: view, pattern: '^view (?<key>\\d+)$', within: 2s,"
    " match: [{line: x view 1}], not: [x view]}",
};

/* Lines `first` to `last` give way to `text`; the rest keeps its numbers. */
struct mistake {
    size_t first, last;
    const char *text;
    const char *message; /* after "t.yaml:" */
};

static const struct mistake mistakes[] = {
    /* the head */
    {2, 2, "", "1: a dialect lacks the key 'title'"},
    {2, 2, "titel: 'T'", "2: a dialect has no key 'titel'"},
    {3, 3, "title: 'U'", "3: title stands twice"},
    {2, 2, "title: [T]", "2: title must be one string"},
    {2, 2, "[t]: 'T'", "2: a dialect has no key ''"},
    {2, 2, "title: &t 'T'", "2: aliases and anchors are not allowed"},
    {2, 2, "title: *t", "2: aliases and anchors are not allowed"},
    {2, 2, "title: 'T' 'U'", "2: did not find expected key"},
    {4, 4, "visit: often", "4: visit is one of literals, lines, not 'often'"},
    {1, 32, "just words", "1: a dialect must be a mapping of keys to values"},
    /* recognition and unwrapping */
    {5, 5, "recognise: {}", "5: recognise needs a path, a marker or records"},
    {5, 5, "recognise: []", "5: recognise must be a mapping of keys to values"},
    {5, 5, "recognise: {markers: x}", "5: markers must be a list"},
    {5, 5, "recognise: {paths: [{a: b}]}", "5: paths must be one string"},
    {6, 6, "unwrap: [{json: log, strip: '^x'}]", "6: an unwrap step is either json or strip"},
    {6, 6, "unwrap: [{}]", "6: an unwrap step is either json or strip"},
    {6, 6, "unwrap: [{strip: '['}]",
     "6: pattern: missing terminating ] for character class at offset 1"},
    /* shapes */
    {7, 9, "shapes: []", "7: a dialect needs a shape"},
    {8, 8, "  - {id: s, pattern: '^(?<ts>x)(?<text>y)'}", "8: a shape lacks the key 'time'"},
    {8, 8, "  - {id: s, pattern: '^(?<ts>x)(?<text>y)', time: tea}",
     "8: time is one of absolute, local, yearless, time-of-day, since-boot, told, none, not 'tea'"},
    {8, 8, "  - {id: s, pattern: '^(?<ts>x)', time: local}", "8: a shape needs the capture 'text'"},
    {9, 9, "  - {id: s, pattern: '^(?<ts>x)(?<text>y)', time: none}",
     "9: a shape has the capture 'ts', or 'time: none', and not both"},
    {9, 9, "  - {id: s, pattern: '^(?<text>y)', time: local}",
     "9: a shape has the capture 'ts', or 'time: none', and not both"},
    {9, 9, "  - {id: s, pattern: '^(', time: local}",
     "9: pattern: missing closing parenthesis at offset 2"},
    {9, 9, "  - {id: s, pattern: '^(?<text>\\C)', time: none}",
     "9: pattern: using \\C is disabled by the application at offset 11"},
    /* node and cluster */
    {10, 10, "node: [nobody]", "10: a node comes from line, context or {path: pattern}"},
    {10, 10, "node: [{path: '(?<name>x)'}]", "10: the pattern needs the capture 'node'"},
    {10, 10, "node: [{line: 'x'}]", "10: node has no key 'line'"},
    {11, 11, "cluster: [{path: '(?<node>x)'}]", "11: the pattern needs the capture 'cluster'"},
    {11, 11, "cluster: line", "11: cluster must be a list"},
    /* models */
    {14, 14, "", "13: a model lacks the key 'scope'"},
    {14, 14, "    scope: world", "14: scope is one of node, cluster, not 'world'"},
    {15, 15, "    run: {gap: soon}", "15: gap is a duration such as 90s, 5m or 24h, not 'soon'"},
    {15, 15, "    serial: maybe", "15: serial is yes or no, not 'maybe'"},
    {15, 15, "    parallel: 0", "15: parallel is a whole number above 0"},
    {16, 16, "    after: {model: roll}", "16: after lacks the key 'phase'"},
    {16, 16, "    after: {model: rolls, phase: done}",
     "13: model 'roll': no dialect declares the model 'rolls' it comes after"},
    {16, 16, "    after: {model: roll, phase: gone}",
     "13: model 'roll': 'roll' has no phase 'gone'"},
    {16, 16, "    groups: master", "16: groups must be a list"},
    {16, 16, "    groups: [master, node]", "16: groups must be a list"},
    {16, 16, "    groups: [[{a: b}]]", "16: a group must be one string"},
    {17, 20, "    phases: []", "17: a model needs a phase"},
    {18, 18, "      - {phase: drain}", "18: a phase lacks the key 'kind'"},
    {18, 18, "      - {phase: drain, kind: dance}", "18: no kind of phase is called 'dance'"},
    {18, 18, "      - {phase: drain, kind: drain, rank: 3}",
     "18: rank is one of position, none, not '3'"},
    {19, 19, "      - {phase: inner, kind: stage, parent: outer}",
     "19: no phase above is called 'outer'"},
    {20, 20, "      - {phase: DRAIN, kind: done}", "20: phase 'DRAIN' stands twice"},
    {20, 20, "      - {phase: done, kind: done, terminal: yes}",
     "20: terminal is one of no, done, down, not 'yes'"},
    /* rules */
    {23, 23, "", "22: rule 'drain' needs a literal of 3 bytes or more, without a line end"},
    {23, 23, "    literal: 'dr'",
     "22: rule 'drain' needs a literal of 3 bytes or more, without a line end"},
    {23, 23, "    literal: \"dr\\nain\"",
     "22: rule 'drain' needs a literal of 3 bytes or more, without a line end"},
    {24, 24, "    pattern: '^drain (?<phase>x)(?<2>y)'",
     "24: pattern: subpattern name must start with a non-digit at offset 21"},
    {25, 25, "", "22: a rule lacks the key 'gives'"},
    {25, 25, "    gives: [{model: roll, phase: '{what}', transition: enter}]",
     "25: the pattern has no capture for {what}"},
    {25, 25, "    gives: [{model: '{what}', transition: enter}]",
     "25: the pattern has no capture for {what}"},
    {25, 25, "    gives: [{model: roll, transition: '{what}'}]",
     "25: the pattern has no capture for {what}"},
    {25, 25, "    gives: [{model: roll, phase: drain}]", "25: gives lacks the key 'transition'"},
    {25, 25, "    gives: [{model: roll, transition: exit, stamp: begin}]",
     "25: 'stamp: begin' is for an exit with the capture 'lasted'"},
    {25, 25, "    gives: [{model: roll, transition: leap}]", "25: no transition is called 'leap'"},
    {25, 25, "    gives: [{transition: enter}]", "25: only boot and note do without a model"},
    {25, 25, "    gives: [{model: roll, transition: enter, begins: run}]",
     "25: begins is one of nothing, attempt, not 'run'"},
    {25, 25, "    gives: [{model: roll, transition: enter, only: later}]",
     "25: only is one of always, underway, not 'later'"},
    {25, 25, "    gives: [{model: roll, transition: enter, about: phase}]",
     "25: about names a capture: '{nodes}'"},
    {25, 25, "    gives: [{model: roll, transition: enter, about: '{who}'}]",
     "25: the pattern has no capture for {who}"},
    {26, 26, "    strength: guessed",
     "26: strength is one of explicit, event, inferred, snapshot, not 'guessed'"},
    {26, 26, "    confidence: sure", "26: confidence is one of high, medium, low, not 'sure'"},
    {26, 26, "    words: [DRAIN]", "26: words must be a mapping"},
    {26, 26, "    words: {DRAIN: [drain]}", "26: words must be one string"},
    {26, 26, "    colour: red", "26: a rule has no key 'colour'"},
    {27, 27, "    match: []", "27: a rule needs a line it matches and one it must not"},
    {27, 27, "    match: [x drain DRAIN]", "27: a sample must be a mapping of keys to values"},
    {27, 27, "    match: [{line: x drain DRAIN, gives: {colour: red}}]",
     "27: the pattern has no capture 'colour'"},
    {28, 28, "    not: []", "27: a rule needs a line it matches and one it must not"},
    {28, 28, "", "22: a rule lacks the key 'not'"},
    {29, 30,
     "  - {id: drain, literal: abc, pattern: x, gives: [{transition: boot}], match: [{line: x}], "
     "not: [y]}",
     "29: rule 'drain' stands twice"},
    {29, 30, "known: {id: k}", "29: a known failure must be a list"},
    {30, 30,
     "  - {id: k, literal: bad disk, pattern: x, advice: swap, match: [{line: x}], not: [y]}",
     "30: a known failure lacks the key 'cause'"},
    {32, 32, "  - {id: p, literal: view, pattern: x, match: [{line: x}], not: [y]}",
     "32: a pair lacks the key 'within'"},
    {31, 32,
     "aliases:\n  - {id: a, literal: abc, pattern: x, gives: [], match: [{line: x}], not: [y]}",
     "32: an alias rule has no key 'gives'"},
    {28, 28, "    not: [y]\n    recall: [colour]", "29: no context line above captures 'colour'"},
    {28, 28, "    not: [y]\n    when: {colour: red}",
     "29: no context line above captures 'colour'"},
    {28, 28, "    not: [y]\n    changes: colour",
     "24: the pattern has no capture 'colour' to change"},
    {31, 32, "context:\n  - {id: c, literal: abc, pattern: x, match: [{line: x}]}",
     "32: a context line lacks the key 'not'"},
    /* what only shows when all dialects are there */
    {25, 25, "    gives: [{model: other, transition: enter}]",
     "22: rule 'drain': no dialect declares the model 'other'"},
    {25, 25, "    gives: [{model: roll, phase: dance, transition: enter}]",
     "22: rule 'drain': its model has no phase 'dance'"},
    {26, 26, "    words: {DRAIN: drian}",
     "22: rule 'drain': its words name no phase or transition 'drian'"},
};

static pl_dialect_set set;
static pl_error err;

static void setup(void)
{
    pl_dialect_set_init(&set);
    err = (pl_error){0};
}

static void teardown(void)
{
    pl_dialect_set_release(&set);
}

/* The good dialect with `mistake` in it (NULL: none); for pl_buf_release(). */
static pl_buf text_with(const struct mistake *mistake)
{
    pl_buf text;
    pl_buf_init(&text, TEXT_MAX);
    for (size_t no = 1; no <= COUNT(good); no++) {
        bool replaced = mistake != NULL && no >= mistake->first && no <= mistake->last;
        if (!replaced)
            pl_buf_append(&text, pl_str_of(good[no - 1]));
        else if (no == mistake->first)
            pl_buf_append(&text, pl_str_of(mistake->text));
        pl_buf_append_char(&text, '\n');
    }
    ck_assert_int_eq(pl_buf_status(&text, NULL), PL_OK);
    return text;
}

static pl_status load(pl_str text)
{
    return pl_dialect_load(&set, text, PL_STR("t.yaml"), &err);
}

static pl_status load_and_link(pl_str text)
{
    pl_status status = load(text);
    return status == PL_OK ? pl_dialect_link(&set, &err) : status;
}

static void load_good(void)
{
    pl_buf text = text_with(NULL);
    pl_status status = load_and_link(pl_buf_str(&text));
    ck_assert_msg(status == PL_OK, "%s", err.msg);
    pl_buf_release(&text);
}

static void assert_str(pl_str got, const char *wanted)
{
    ck_assert_msg(pl_str_equal(got, pl_str_of(wanted)), "'" PL_FMT "' is not '%s'", PL_ARG(got),
                  wanted);
}

START_TEST(a_mistake_is_told_with_its_file_and_line)
{
    const struct mistake *mistake = &mistakes[_i];
    char wanted[256];
    snprintf(wanted, sizeof wanted, "t.yaml:%s", mistake->message);
    pl_buf text = text_with(mistake);
    ck_assert_int_eq(load_and_link(pl_buf_str(&text)), PL_ERR_FORMAT);
    ck_assert_str_eq(err.msg, wanted);
    ck_assert_int_eq(err.status, PL_ERR_FORMAT);
    pl_buf_release(&text);
}
END_TEST

START_TEST(the_good_dialect_holds_what_its_file_says)
{
    load_good();
    const pl_dialect *dialect = pl_dialect_find(&set, PL_STR("t"));
    ck_assert_ptr_nonnull(dialect);
    assert_str(dialect->title, "T");
    assert_str(dialect->file, "t.yaml");
    ck_assert(!dialect->visit_lines);
    ck_assert_uint_eq(dialect->path_count, 1);
    assert_str(dialect->markers[0], " t: ");
    assert_str(dialect->unwraps[0].json_field, "log");
    ck_assert_ptr_nonnull(dialect->unwraps[1].strip.code);
    ck_assert_uint_eq(dialect->shape_count, 2);
    ck_assert_int_eq(dialect->shapes[0].time, PL_TIME_ABSOLUTE);
    ck_assert_int_eq(dialect->shapes[1].time, PL_TIME_UNSTAMPED);
    ck_assert_uint_eq(dialect->node_provider_count, 3);
    ck_assert_int_eq(dialect->node_providers[0].kind, PL_FROM_LINE);
    ck_assert_int_eq(dialect->node_providers[1].kind, PL_FROM_CONTEXT);
    ck_assert_int_eq(dialect->node_providers[2].kind, PL_FROM_PATH);
    ck_assert_ptr_null(pl_dialect_find(&set, PL_STR("T")));
}
END_TEST

START_TEST(a_model_knows_its_phases_ranks_and_limits)
{
    load_good();
    const pl_model *model = pl_model_find(&set, PL_STR("roll"));
    ck_assert_ptr_nonnull(model);
    ck_assert(!model->cluster_scope && !model->serial && model->has_begins);
    ck_assert_int_eq(model->gap_us, 12 * 3600 * PL_US_PER_SECOND);
    assert_str(model->run_key, "roll");
    assert_str(model->after_phase, "done");
    ck_assert_uint_eq(model->phase_count, 3);
    ck_assert_int_eq(model->phases[0].rank, 1);
    ck_assert_int_eq(model->phases[0].expect_us, 90 * PL_US_PER_SECOND);
    ck_assert_int_eq(model->phases[0].limit_us, 1800 * PL_US_PER_SECOND);
    ck_assert_int_eq(model->phases[0].parent, -1);
    ck_assert_int_eq(model->phases[1].rank, 0);
    ck_assert_int_eq(model->phases[1].parent, 0);
    ck_assert(model->phases[1].optional && !model->phases[1].rest);
    ck_assert_int_eq(model->phases[1].limit_us, -1);
    ck_assert_int_eq(model->phases[2].rank, 3);
    ck_assert_int_eq(model->phases[2].terminal, PL_TERMINAL_DONE);
    ck_assert_ptr_null(pl_model_find(&set, PL_STR("rolling")));
}
END_TEST

START_TEST(a_model_names_its_groups_in_order)
{
    static const struct mistake groups = {16, 16, "    groups: [[master], [node, 'a \"b\"']]",
                                          NULL};
    pl_buf text = text_with(&groups);
    ck_assert_int_eq(load_and_link(pl_buf_str(&text)), PL_OK);
    assert_str(pl_model_find(&set, PL_STR("roll"))->groups,
               "[[\"master\"],[\"node\",\"a \\\"b\\\"\"]]");
    pl_buf_release(&text);
}
END_TEST

/* A node has as many phases open at once as they are nested: 16 at most. */
START_TEST(phases_nest_16_deep_and_no_deeper)
{
    for (int depth = 16; depth <= 17; depth++) {
        pl_buf phases;
        pl_buf_init(&phases, 65536);
        pl_buf_append(&phases, PL_STR("      - {phase: done, kind: done, terminal: done}\n"
                                      "      - {phase: drain, kind: drain}"));
        for (int i = 2; i <= depth; i++) {
            pl_buf_appendf(&phases, "\n      - {phase: p%d, kind: stage, parent: ", i);
            pl_buf_appendf(&phases, i == 2 ? "drain}" : "p%d}", i - 1);
        }
        const struct mistake deep = {18, 20, phases.ptr, NULL};
        pl_buf text = text_with(&deep);
        ck_assert_int_eq(load(pl_buf_str(&text)), depth == 16 ? PL_OK : PL_ERR_FORMAT);
        if (depth == 17)
            ck_assert_str_eq(err.msg, "t.yaml:35: over 16 phases nested in each other");
        pl_buf_release(&text);
        pl_buf_release(&phases);
    }
}
END_TEST

START_TEST(rules_come_with_their_effects_words_and_samples)
{
    load_good();
    const pl_dialect *dialect = pl_dialect_find(&set, PL_STR("t"));
    ck_assert_uint_eq(dialect->rule_count, 3);
    const pl_rule *rule = &dialect->rules[0];
    ck_assert_int_eq(rule->kind, PL_RULE_EVENT);
    assert_str(rule->full_id, "t.drain");
    ck_assert_uint_eq(rule->file_line, 22);
    ck_assert_uint_eq(rule->effect_count, 1);
    ck_assert_ptr_eq(rule->effects[0].model, pl_model_find(&set, PL_STR("roll")));
    ck_assert_int_eq(rule->effects[0].transition, PL_ENTER);
    ck_assert(rule->effects[0].begins_attempt);
    assert_str(rule->words[0].value, "drain");
    assert_str(rule->samples[0].gives[0].key, "phase");
    ck_assert_uint_eq(rule->samples[0].file_line, 27);
    assert_str(rule->nots[0].line, "x drained");
    assert_str(dialect->rules[1].full_id, "known.t.k");
    assert_str(dialect->rules[1].advice, "swap");
    ck_assert_int_eq(dialect->rules[2].within_us, 2 * PL_US_PER_SECOND);
}
END_TEST

/* What a rule says of itself, and what it is taken for. */
static const struct {
    const char *keys;
    pl_strength strength;
    pl_confidence confidence;
} certainties[] = {
    {"    words: {DRAIN: drain}", PL_STRENGTH_EXPLICIT, PL_CONFIDENCE_HIGH},
    {"    strength: event", PL_STRENGTH_EVENT, PL_CONFIDENCE_HIGH},
    {"    strength: inferred", PL_STRENGTH_INFERRED, PL_CONFIDENCE_LOW},
    {"    strength: snapshot", PL_STRENGTH_SNAPSHOT, PL_CONFIDENCE_MEDIUM},
    {"    confidence: medium", PL_STRENGTH_EXPLICIT, PL_CONFIDENCE_MEDIUM},
    {"    strength: inferred\n    confidence: high", PL_STRENGTH_INFERRED, PL_CONFIDENCE_HIGH},
};

START_TEST(a_rule_is_as_sure_as_it_says_or_as_its_strength_is)
{
    const struct mistake keys = {26, 26, certainties[_i].keys, NULL};
    pl_buf text = text_with(&keys);
    ck_assert_int_eq(load_and_link(pl_buf_str(&text)), PL_OK);
    pl_buf_release(&text);
    const pl_rule *rule = &set.items[0]->rules[0];
    ck_assert_int_eq(rule->strength, certainties[_i].strength);
    ck_assert_int_eq(rule->confidence, certainties[_i].confidence);
}
END_TEST

START_TEST(rules_apply_in_the_order_contexts_aliases_events_known_pairs)
{
    static const struct mistake more = {
        31, 32,
        "pairs: [{id: p, literal: view, pattern: x, within: 1s, match: [{line: x}], not: [y]}]\n"
        "aliases: [{id: a, literal: abc, pattern: x, match: [{line: x}], not: [y]}]\n"
        "context: [{id: c, literal: abc, pattern: x, match: [{line: x}], not: [y]}]",
        NULL};
    static const pl_rule_kind order[] = {PL_RULE_CONTEXT, PL_RULE_ALIAS, PL_RULE_EVENT,
                                         PL_RULE_KNOWN, PL_RULE_PAIR};
    pl_buf text = text_with(&more);
    ck_assert_int_eq(load_and_link(pl_buf_str(&text)), PL_OK);
    ck_assert_uint_eq(set.items[0]->rule_count, COUNT(order));
    for (size_t i = 0; i < COUNT(order); i++)
        ck_assert_int_eq(set.items[0]->rules[i].kind, order[i]);
    pl_buf_release(&text);
}
END_TEST

START_TEST(a_dialect_that_visits_lines_needs_no_literals)
{
    pl_buf text;
    pl_buf_init(&text, TEXT_MAX);
    for (size_t no = 1; no <= COUNT(good); no++)
        if (no != 23)
            pl_buf_appendf(&text, "%s\n", no == 4 ? "visit: lines" : good[no - 1]);
    ck_assert_int_eq(load_and_link(pl_buf_str(&text)), PL_OK);
    ck_assert(set.items[0]->visit_lines);
    ck_assert_uint_eq(set.items[0]->rules[0].literal.len, 0);
    pl_buf_release(&text);
}
END_TEST

START_TEST(an_empty_file_is_refused)
{
    ck_assert_int_eq(load(PL_STR("")), PL_ERR_FORMAT);
    ck_assert_str_eq(err.msg, "t.yaml:1: the file is empty");
    ck_assert_int_eq(load(PL_STR("# nothing\n")), PL_ERR_FORMAT);
    ck_assert_str_eq(err.msg, "t.yaml:1: the file is empty");
    ck_assert_uint_eq(set.count, 0);
}
END_TEST

START_TEST(a_file_over_the_maximum_is_refused_unread)
{
    pl_buf text = text_with(NULL);
    size_t room = PL_DIALECT_BYTES_MAX - text.len;
    pl_buf_append_repeat(&text, '#', room);
    ck_assert_int_eq(load(pl_buf_str(&text)), PL_OK);
    pl_buf_append_char(&text, '#');
    ck_assert_int_eq(load(pl_buf_str(&text)), PL_ERR_LIMIT);
    ck_assert_str_eq(err.msg, "t.yaml: over 1048576 bytes");
    pl_buf_release(&text);
}
END_TEST

START_TEST(a_pattern_may_have_31_groups_and_no_more)
{
    char line[128] = "    pattern: '^drain (?<phase>\\w+)";
    struct mistake groups = {24, 24, line, NULL};
    for (int i = 0; i < 30; i++)
        memcpy(line + strlen(line), "()", 3);
    size_t full = strlen(line);
    memcpy(line + full, "$'", 3);
    pl_buf text = text_with(&groups);
    ck_assert_int_eq(load(pl_buf_str(&text)), PL_OK);
    pl_buf_release(&text);
    memcpy(line + full, "()$'", 5);
    text = text_with(&groups);
    ck_assert_int_eq(load(pl_buf_str(&text)), PL_ERR_LIMIT);
    ck_assert_str_eq(err.msg, "t.yaml:24: pattern: more than 31 groups");
    pl_buf_release(&text);
}
END_TEST

START_TEST(a_refused_dialect_leaves_the_set_as_it_was)
{
    load_good();
    const pl_dialect *before = set.items[0];
    pl_buf text = text_with(&mistakes[0]);
    ck_assert_int_eq(load(pl_buf_str(&text)), PL_ERR_FORMAT);
    ck_assert_uint_eq(set.count, 1);
    ck_assert_ptr_eq(set.items[0], before);
    pl_buf_release(&text);
}
END_TEST

START_TEST(a_later_dialect_of_the_same_name_replaces_the_earlier)
{
    static const struct mistake other = {2, 2, "title: 'mine'", NULL};
    load_good();
    uint64_t hash = set.items[0]->text_hash;
    pl_buf text = text_with(&other);
    ck_assert_int_eq(load_and_link(pl_buf_str(&text)), PL_OK);
    ck_assert_uint_eq(set.count, 1);
    assert_str(set.items[0]->title, "mine");
    ck_assert(set.items[0]->text_hash != hash);
    pl_buf_release(&text);
}
END_TEST

START_TEST(a_model_is_declared_by_one_dialect_only)
{
    static const struct mistake other = {1, 1, "dialect: u", NULL};
    load_good();
    pl_buf text = text_with(&other);
    ck_assert_int_eq(load_and_link(pl_buf_str(&text)), PL_ERR_FORMAT);
    ck_assert_str_eq(err.msg, "t.yaml: model 'roll' is declared in another dialect too");
    pl_buf_release(&text);
}
END_TEST

START_TEST(a_rule_may_use_the_model_of_a_dialect_loaded_after_it)
{
    static const struct mistake user = {12, 20, "", NULL};
    struct mistake owner = {1, 1, "dialect: u", NULL};
    pl_buf text = text_with(&user);
    ck_assert_int_eq(load(pl_buf_str(&text)), PL_OK);
    pl_buf_release(&text);
    text = text_with(&owner);
    ck_assert_int_eq(load_and_link(pl_buf_str(&text)), PL_OK);
    ck_assert_ptr_eq(set.items[0]->rules[0].effects[0].model, &set.items[1]->models[0]);
    pl_buf_release(&text);
}
END_TEST

START_TEST(a_set_has_room_for_64_dialects)
{
    char name[32];
    struct mistake other = {1, 1, name, NULL};
    for (int i = 0; i <= PL_DIALECTS_MAX; i++) {
        snprintf(name, sizeof name, "dialect: t%d", i);
        pl_buf text = text_with(&other);
        ck_assert_int_eq(load(pl_buf_str(&text)), i < PL_DIALECTS_MAX ? PL_OK : PL_ERR_LIMIT);
        pl_buf_release(&text);
    }
    ck_assert_str_eq(err.msg, "more than 64 dialects");
    ck_assert_uint_eq(set.count, PL_DIALECTS_MAX);
}
END_TEST

START_TEST(every_allocation_may_fail_and_the_next_load_is_whole)
{
    long failures = 0;
    pl_status status = PL_ERR_NOMEM;
    pl_buf text = text_with(NULL);
    for (; status == PL_ERR_NOMEM && failures < 100000; failures++) {
        pl_alloc_fail_after(failures);
        status = load_and_link(pl_buf_str(&text));
        pl_alloc_fail_after(-1);
        ck_assert_uint_eq(set.count, status == PL_OK ? 1 : 0);
    }
    ck_assert_msg(status == PL_OK, "%s", err.msg);
    ck_assert_int_gt(failures, 3);
    pl_buf_release(&text);
}
END_TEST

/* A built-in dialect has a limit for every phase that is work: small clusters have no peers to
 * measure by. */
static void assert_limits(const pl_model *model)
{
    for (size_t i = 0; i < model->phase_count; i++)
        ck_assert_msg(model->phases[i].rest || model->phases[i].kind == PL_KIND_QUEUED ||
                          model->phases[i].limit_us > 0,
                      PL_FMT "." PL_FMT " has no limit", PL_ARG(model->name),
                      PL_ARG(model->phases[i].name));
}

START_TEST(the_built_in_dialects_load_together)
{
    for (size_t i = 0; i < pl_embedded_dialect_count; i++) {
        const pl_embedded *file = &pl_embedded_dialects[i];
        pl_status status =
            pl_dialect_load(&set, (pl_str){file->text, file->len}, pl_str_of(file->name), &err);
        ck_assert_msg(status == PL_OK, "%s", err.msg);
    }
    ck_assert_msg(pl_dialect_link(&set, &err) == PL_OK, "%s", err.msg);
    ck_assert_uint_eq(set.count, pl_embedded_dialect_count);
    ck_assert_ptr_nonnull(pl_model_find(&set, PL_STR("wsfc-functional-level")));
    for (size_t d = 0; d < set.count; d++)
        for (size_t m = 0; m < set.items[d]->model_count; m++)
            assert_limits(&set.items[d]->models[m]);
}
END_TEST

/* Uses every key there is; lies beside the repository, where it is there at all. */
START_TEST(the_example_of_the_format_loads)
{
    const char *root = getenv("PHASELINE_ROOT");
    char path[4096];
    static char bytes[PL_DIALECT_BYTES_MAX];
    snprintf(path, sizeof path, "%s/../shared/examples/dialect-example.yaml",
             root == NULL ? "." : root);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return;
    pl_str text = {bytes, fread(bytes, 1, sizeof bytes, file)};
    fclose(file);
    pl_status status = load_and_link(text);
    ck_assert_msg(status == PL_OK, "%s", err.msg);
    ck_assert_uint_eq(set.items[0]->model_count, 2);
    ck_assert_uint_eq(set.items[0]->rule_count, 14);
}
END_TEST

static void add_tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, a_mistake_is_told_with_its_file_and_line, 0, COUNT(mistakes));
    tcase_add_test(tcase, the_good_dialect_holds_what_its_file_says);
    tcase_add_test(tcase, a_model_knows_its_phases_ranks_and_limits);
    tcase_add_test(tcase, a_model_names_its_groups_in_order);
    tcase_add_test(tcase, phases_nest_16_deep_and_no_deeper);
    tcase_add_test(tcase, rules_come_with_their_effects_words_and_samples);
    tcase_add_loop_test(tcase, a_rule_is_as_sure_as_it_says_or_as_its_strength_is, 0,
                        (int)COUNT(certainties));
    tcase_add_test(tcase, rules_apply_in_the_order_contexts_aliases_events_known_pairs);
    tcase_add_test(tcase, a_dialect_that_visits_lines_needs_no_literals);
    tcase_add_test(tcase, an_empty_file_is_refused);
    tcase_add_test(tcase, a_file_over_the_maximum_is_refused_unread);
    tcase_add_test(tcase, a_pattern_may_have_31_groups_and_no_more);
    tcase_add_test(tcase, a_refused_dialect_leaves_the_set_as_it_was);
    tcase_add_test(tcase, a_later_dialect_of_the_same_name_replaces_the_earlier);
    tcase_add_test(tcase, a_model_is_declared_by_one_dialect_only);
    tcase_add_test(tcase, a_rule_may_use_the_model_of_a_dialect_loaded_after_it);
    tcase_add_test(tcase, a_set_has_room_for_64_dialects);
    tcase_add_test(tcase, every_allocation_may_fail_and_the_next_load_is_whole);
    tcase_add_test(tcase, the_built_in_dialects_load_together);
    tcase_add_test(tcase, the_example_of_the_format_loads);
}

int main(void)
{
    TCase *tcase = tcase_create("dialect");
    tcase_add_checked_fixture(tcase, setup, teardown);
    add_tests(tcase);
    Suite *suite = suite_create("dialect");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
