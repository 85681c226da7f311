/* load_rules.c - the rules of a dialect file: contexts, aliases, events, known failures, pairs. */
#include "dialect/loader.h"

#include <string.h>

#include "base/buf.h"

#define FULL_ID_MAX 256

/* Every key any kind of rule may have. */
struct rule_keys {
    pl_str id, event, phase, cause, advice, as;
    pl_str changes, moment_name;
    pl_yaml_node literal, pattern, gives, words, match, nots, recall, when, facts;
    int64_t within_us;
    bool weak;
    int of, moment;
    int strength, confidence; /* confidence: -1 when it is not said */
};

/* In the order of the enumerations. */
static const char *const strength_words[] = {"explicit", "event", "inferred", "snapshot", NULL};
static const char *const confidence_words[] = {"high", "medium", "low", NULL};

static const char *const of_words[] = {"node", "cluster", NULL};
static const char *const moment_words[] = {"line", "since", "told", NULL};

#define COMMON_FIELDS                                                                              \
    {"id", PL_YAML_STR, true, offsetof(struct rule_keys, id), NULL},                               \
        {"literal", PL_YAML_NODE, false, offsetof(struct rule_keys, literal), NULL},               \
        {"event", PL_YAML_STR, false, offsetof(struct rule_keys, event), NULL},                    \
        {"pattern", PL_YAML_NODE, true, offsetof(struct rule_keys, pattern), NULL},                \
        {"match", PL_YAML_NODE, true, offsetof(struct rule_keys, match), NULL},                    \
        {"when", PL_YAML_NODE, false, offsetof(struct rule_keys, when), NULL},                     \
    {                                                                                              \
        "not", PL_YAML_NODE, true, offsetof(struct rule_keys, nots), NULL                          \
    }

#define CERTAINTY_FIELDS                                                                           \
    {"strength", PL_YAML_WORD, false, offsetof(struct rule_keys, strength), strength_words},       \
    {                                                                                              \
        "confidence", PL_YAML_WORD, false, offsetof(struct rule_keys, confidence),                 \
            confidence_words                                                                       \
    }

static const pl_yaml_field sticky_fields[] = {COMMON_FIELDS, {0}};
static const pl_yaml_field event_fields[] = {
    COMMON_FIELDS,
    {"gives", PL_YAML_NODE, true, offsetof(struct rule_keys, gives), NULL},
    {"words", PL_YAML_NODE, false, offsetof(struct rule_keys, words), NULL},
    {"weak", PL_YAML_BOOL, false, offsetof(struct rule_keys, weak), NULL},
    CERTAINTY_FIELDS,
    {"recall", PL_YAML_NODE, false, offsetof(struct rule_keys, recall), NULL},
    {"facts", PL_YAML_NODE, false, offsetof(struct rule_keys, facts), NULL},
    {"changes", PL_YAML_STR, false, offsetof(struct rule_keys, changes), NULL},
    {0},
};
static const pl_yaml_field known_fields[] = {
    COMMON_FIELDS,
    {"phase", PL_YAML_STR, false, offsetof(struct rule_keys, phase), NULL},
    {"as", PL_YAML_STR, false, offsetof(struct rule_keys, as), NULL},
    {"of", PL_YAML_WORD, false, offsetof(struct rule_keys, of), of_words},
    {"moment", PL_YAML_WORD, false, offsetof(struct rule_keys, moment), moment_words},
    {"recall", PL_YAML_NODE, false, offsetof(struct rule_keys, recall), NULL},
    {"cause", PL_YAML_STR, true, offsetof(struct rule_keys, cause), NULL},
    {"advice", PL_YAML_STR, true, offsetof(struct rule_keys, advice), NULL},
    CERTAINTY_FIELDS,
    {0},
};
static const pl_yaml_field pair_fields[] = {
    COMMON_FIELDS,
    {"within", PL_YAML_DURATION, true, offsetof(struct rule_keys, within_us), NULL},
    {"moment", PL_YAML_STR, false, offsetof(struct rule_keys, moment_name), NULL},
    {0},
};

/* One of the five lists: its name in messages and the keys of its items. */
struct section {
    pl_rule_kind kind;
    const char *what;
    const pl_yaml_field *fields;
    pl_yaml_node node;
};

const char *pl_strength_name(pl_strength strength)
{
    return strength_words[strength];
}

const char *pl_confidence_name(pl_confidence confidence)
{
    return confidence_words[confidence];
}

static pl_status read_pairs(pl_loader *loader, pl_yaml_node node, const char *what, pl_pair **out,
                            size_t *count, pl_error *err)
{
    size_t found = 0;
    pl_status status = pl_yaml_pair_count(&loader->yaml, node, what, &found, err);
    if (status == PL_OK)
        status = pl_loader_take(loader, found, sizeof **out, out, err);
    for (size_t i = 0; status == PL_OK && i < found; i++) {
        pl_yaml_node key, value;
        pl_yaml_pair(&loader->yaml, node, i, &key, &value);
        status = pl_yaml_string(&loader->yaml, key, what, &(*out)[i].key, err);
        if (status == PL_OK)
            status = pl_yaml_string(&loader->yaml, value, what, &(*out)[i].value, err);
    }
    *count = status == PL_OK ? found : 0;
    return status;
}

static pl_status read_sample(pl_loader *loader, pl_yaml_node item, const pl_regex *regex,
                             pl_sample *sample, pl_error *err)
{
    struct sample_keys {
        pl_str line;
        pl_yaml_node gives;
    } keys = {0};
    static const pl_yaml_field fields[] = {
        {"line", PL_YAML_STR, true, offsetof(struct sample_keys, line), NULL},
        {"gives", PL_YAML_NODE, false, offsetof(struct sample_keys, gives), NULL},
        {0},
    };
    pl_status status = pl_yaml_read(&loader->yaml, item, "a sample", fields, &keys, err);
    if (status == PL_OK)
        status = read_pairs(loader, keys.gives, "gives", &sample->gives, &sample->give_count, err);
    sample->line = keys.line;
    sample->file_line = pl_yaml_line(&loader->yaml, item);
    for (size_t i = 0; status == PL_OK && i < sample->give_count; i++)
        if (!pl_regex_has(regex, sample->gives[i].key))
            status =
                pl_yaml_fail(&loader->yaml, item, err, "the pattern has no capture '" PL_FMT "'",
                             PL_ARG(sample->gives[i].key));
    return status;
}

static pl_status read_samples(pl_loader *loader, const struct rule_keys *keys, pl_rule *rule,
                              pl_error *err)
{
    const pl_yaml *yaml = &loader->yaml;
    pl_status status = pl_yaml_count(yaml, keys->match, "match", &rule->sample_count, err);
    if (status == PL_OK)
        status = pl_yaml_count(yaml, keys->nots, "not", &rule->not_count, err);
    if (status == PL_OK && (rule->sample_count == 0 || rule->not_count == 0))
        status = pl_yaml_fail(yaml, keys->match, err,
                              "a rule needs a line it matches and one it must not");
    if (status == PL_OK)
        status =
            pl_loader_take(loader, rule->sample_count, sizeof *rule->samples, &rule->samples, err);
    if (status == PL_OK)
        status = pl_loader_take(loader, rule->not_count, sizeof *rule->nots, &rule->nots, err);
    for (size_t i = 0; status == PL_OK && i < rule->sample_count; i++)
        status = read_sample(loader, pl_yaml_item(yaml, keys->match, i), &rule->regex,
                             &rule->samples[i], err);
    for (size_t i = 0; status == PL_OK && i < rule->not_count; i++) {
        pl_yaml_node item = pl_yaml_item(yaml, keys->nots, i);
        rule->nots[i].file_line = pl_yaml_line(yaml, item);
        status = pl_yaml_string(yaml, item, "not", &rule->nots[i].line, err);
    }
    return status;
}

static bool is_capture(pl_str word)
{
    return word.len > 2 && word.ptr[0] == '{' && word.ptr[word.len - 1] == '}';
}

static bool is_recalled(const pl_rule *rule, pl_str name)
{
    for (size_t i = 0; i < rule->recall_count; i++)
        if (pl_str_equal(rule->recalls[i], name))
            return true;
    return false;
}

/* A '{capture}' must be one of the pattern's, or recalled. */
static pl_status check_capture(pl_loader *loader, pl_yaml_node item, const pl_rule *rule,
                               pl_str word, pl_error *err)
{
    pl_str name = is_capture(word) ? pl_str_slice(word, 1, word.len - 2) : PL_STR("");
    if (name.len == 0 || pl_regex_has(&rule->regex, name) || is_recalled(rule, name))
        return PL_OK;
    return pl_yaml_fail(&loader->yaml, item, err, "the pattern has no capture for " PL_FMT,
                        PL_ARG(word));
}

/* A line stamped when the work began tells its end by how long that took. */
static pl_status check_stamp(pl_loader *loader, pl_yaml_node item, const pl_rule *rule,
                             const pl_effect *effect, pl_error *err)
{
    if (!effect->stamped_at_begin ||
        (effect->transition == PL_EXIT && pl_regex_has(&rule->regex, PL_STR("lasted"))))
        return PL_OK;
    return pl_yaml_fail(&loader->yaml, item, err,
                        "'stamp: begin' is for an exit with the capture 'lasted'");
}

static pl_status read_effect(pl_loader *loader, pl_yaml_node item, const pl_rule *rule,
                             pl_effect *effect, pl_error *err)
{
    struct effect_keys {
        pl_str model, phase, transition, about;
        int begins, only, of, moment, stamp;
        bool falling;
    } keys = {0};
    static const char *const begins_words[] = {"nothing", "attempt", NULL};
    static const char *const only_words[] = {"always", "underway", NULL};
    static const char *const stamp_words[] = {"end", "begin", NULL};
    static const pl_yaml_field fields[] = {
        {"model", PL_YAML_STR, false, offsetof(struct effect_keys, model), NULL},
        {"phase", PL_YAML_STR, false, offsetof(struct effect_keys, phase), NULL},
        {"transition", PL_YAML_STR, true, offsetof(struct effect_keys, transition), NULL},
        {"begins", PL_YAML_WORD, false, offsetof(struct effect_keys, begins), begins_words},
        {"falling", PL_YAML_BOOL, false, offsetof(struct effect_keys, falling), NULL},
        {"about", PL_YAML_STR, false, offsetof(struct effect_keys, about), NULL},
        {"only", PL_YAML_WORD, false, offsetof(struct effect_keys, only), only_words},
        {"of", PL_YAML_WORD, false, offsetof(struct effect_keys, of), of_words},
        {"moment", PL_YAML_WORD, false, offsetof(struct effect_keys, moment), moment_words},
        {"stamp", PL_YAML_WORD, false, offsetof(struct effect_keys, stamp), stamp_words},
        {0},
    };
    pl_status status = pl_yaml_read(&loader->yaml, item, "gives", fields, &keys, err);
    if (status == PL_OK)
        status = check_capture(loader, item, rule, keys.model, err);
    if (status == PL_OK)
        status = check_capture(loader, item, rule, keys.phase, err);
    if (status == PL_OK)
        status = check_capture(loader, item, rule, keys.transition, err);
    if (status == PL_OK)
        status = check_capture(loader, item, rule, keys.about, err);
    if (status == PL_OK && keys.about.len > 0 && !is_capture(keys.about))
        status = pl_yaml_fail(&loader->yaml, item, err, "about names a capture: '{nodes}'");
    if (status != PL_OK)
        return status;
    *effect = (pl_effect){.model_word = keys.model,
                          .phase_word = keys.phase,
                          .begins_attempt = keys.begins == 1,
                          .falling = keys.falling,
                          .about_word = keys.about,
                          .only_underway = keys.only == 1,
                          .of_cluster = keys.of == 1,
                          .when = (pl_effect_when)keys.moment,
                          .stamped_at_begin = keys.stamp == 1};
    if (is_capture(keys.transition))
        effect->transition_word = keys.transition;
    else if (!pl_transition_of(keys.transition, &effect->transition))
        return pl_yaml_fail(&loader->yaml, item, err, "no transition is called '" PL_FMT "'",
                            PL_ARG(keys.transition));
    if (keys.model.len == 0 && effect->transition != PL_BOOT && effect->transition != PL_NOTE)
        return pl_yaml_fail(&loader->yaml, item, err, "only boot and note do without a model");
    return check_stamp(loader, item, rule, effect, err);
}

static pl_status read_effects(pl_loader *loader, const struct rule_keys *keys, pl_rule *rule,
                              pl_error *err)
{
    size_t count = 0;
    pl_status status = pl_yaml_count(&loader->yaml, keys->gives, "gives", &count, err);
    if (status == PL_OK)
        status = pl_loader_take(loader, count, sizeof *rule->effects, &rule->effects, err);
    for (size_t i = 0; status == PL_OK && i < count; i++)
        status = read_effect(loader, pl_yaml_item(&loader->yaml, keys->gives, i), rule,
                             &rule->effects[i], err);
    rule->effect_count = count;
    return status;
}

static pl_status set_full_id(pl_loader *loader, pl_rule *rule, pl_error *err)
{
    pl_buf text;
    pl_buf_init(&text, FULL_ID_MAX);
    if (rule->kind == PL_RULE_KNOWN)
        pl_buf_append(&text, PL_STR("known."));
    pl_buf_append(&text, loader->dialect->name);
    pl_buf_append_char(&text, '.');
    pl_buf_append(&text, rule->id);
    pl_status status = pl_buf_status(&text, err);
    if (status == PL_OK)
        rule->full_id = pl_arena_copy(&loader->dialect->arena, pl_buf_str(&text));
    if (status == PL_OK && rule->full_id.ptr == NULL)
        status = pl_fail(err, PL_ERR_NOMEM, "no memory for a rule");
    pl_buf_release(&text);
    return status;
}

static pl_status check_literal(pl_loader *loader, pl_yaml_node item, const pl_rule *rule,
                               pl_str literal, pl_error *err)
{
    if (literal.len == 0 && loader->dialect->visit_lines)
        return PL_OK;
    if (literal.len < PL_LITERAL_MIN || memchr(literal.ptr, '\n', literal.len) != NULL)
        return pl_yaml_fail(&loader->yaml, item, err,
                            "rule '" PL_FMT
                            "' needs a literal of %d bytes or more, without a line end",
                            PL_ARG(rule->id), PL_LITERAL_MIN);
    return PL_OK;
}

/* 'PROVIDER/ID' stands for the literal that the lines of such records hold. */
static pl_status set_event(pl_loader *loader, pl_yaml_node item, const struct rule_keys *keys,
                           pl_rule *rule, pl_error *err)
{
    pl_buf text;
    pl_str event = keys->event;
    uint64_t id = 0;
    const char *slash = event.len > 0 ? memrchr(event.ptr, '/', event.len) : NULL;
    size_t at = slash != NULL ? (size_t)(slash - event.ptr) : 0;
    if (!loader->dialect->reads_events || keys->literal != 0)
        return pl_yaml_fail(&loader->yaml, item, err,
                            "event stands in place of literal, in a dialect of windows-events");
    if (at == 0 || memchr(event.ptr, '\n', event.len) != NULL ||
        !pl_str_to_u64(pl_str_slice(event, at + 1, SIZE_MAX), &id) || id > UINT16_MAX)
        return pl_yaml_fail(&loader->yaml, item, err, "event is PROVIDER/ID, not '" PL_FMT "'",
                            PL_ARG(event));
    rule->provider = pl_str_slice(event, 0, at);
    rule->event_id = (uint32_t)id;
    pl_buf_init(&text, event.len + 2);
    pl_buf_appendf(&text, " " PL_FMT "/%u ", PL_ARG(rule->provider), rule->event_id);
    pl_status status = pl_buf_status(&text, err);
    if (status == PL_OK)
        rule->literal = pl_arena_copy(&loader->dialect->arena, pl_buf_str(&text));
    if (status == PL_OK && rule->literal.ptr == NULL)
        status = pl_fail(err, PL_ERR_NOMEM, "no memory for a rule");
    pl_buf_release(&text);
    return status;
}

/* The literal is what makes a line be looked at at all: one, or a list of which one will do. */
static pl_status read_literals(pl_loader *loader, const struct rule_keys *keys, pl_yaml_node item,
                               pl_rule *rule, pl_error *err)
{
    pl_str *list = NULL;
    size_t count = 0;
    pl_status as_word = PL_OK;
    if (keys->literal != 0)
        as_word = pl_yaml_string(&loader->yaml, keys->literal, "literal", &rule->literal, NULL);
    if (as_word == PL_ERR_NOMEM)
        return pl_fail(err, as_word, "no memory for a dialect");
    if (as_word == PL_OK)
        return check_literal(loader, item, rule, rule->literal, err);
    pl_status status = pl_loader_strings(loader, keys->literal, "literal", &list, &count, err);
    if (status == PL_OK && (count == 0 || count > PL_LITERALS_MAX))
        status = pl_yaml_fail(&loader->yaml, keys->literal, err, "a rule has 1 to %d literals",
                              PL_LITERALS_MAX);
    for (size_t i = 0; status == PL_OK && i < count; i++)
        status = check_literal(loader, item, rule, list[i], err);
    if (status != PL_OK)
        return status;
    rule->literal = list[0];
    rule->more_literals = list + 1;
    rule->more_count = count - 1;
    return PL_OK;
}

static void set_certainty(pl_rule *rule, const struct rule_keys *keys)
{
    static const pl_confidence usual[] = {
        [PL_STRENGTH_EXPLICIT] = PL_CONFIDENCE_HIGH,
        [PL_STRENGTH_EVENT] = PL_CONFIDENCE_HIGH,
        [PL_STRENGTH_INFERRED] = PL_CONFIDENCE_LOW,
        [PL_STRENGTH_SNAPSHOT] = PL_CONFIDENCE_MEDIUM,
    };
    rule->strength = (pl_strength)keys->strength;
    rule->confidence =
        keys->confidence >= 0 ? (pl_confidence)keys->confidence : usual[rule->strength];
}

static bool is_remembered(const pl_dialect *dialect, pl_str name)
{
    for (size_t i = 0; i < dialect->rule_count; i++)
        if (dialect->rules[i].kind == PL_RULE_CONTEXT &&
            pl_regex_has(&dialect->rules[i].regex, name))
            return true;
    return false;
}

/* What a rule has from other lines: what is recalled must be a capture of a context line. */
static pl_status read_ties(pl_loader *loader, const struct rule_keys *keys, pl_rule *rule,
                           pl_error *err)
{
    const pl_dialect *dialect = loader->dialect;
    pl_status status =
        pl_loader_strings(loader, keys->recall, "recall", &rule->recalls, &rule->recall_count, err);
    if (status == PL_OK)
        status = read_pairs(loader, keys->when, "when", &rule->whens, &rule->when_count, err);
    if (status == PL_OK)
        status = read_pairs(loader, keys->facts, "facts", &rule->facts, &rule->fact_count, err);
    for (size_t i = 0; status == PL_OK && i < rule->recall_count + rule->when_count; i++) {
        bool recalled = i < rule->recall_count;
        pl_str name = recalled ? rule->recalls[i] : rule->whens[i - rule->recall_count].key;
        if (!is_remembered(dialect, name))
            status = pl_yaml_fail(&loader->yaml, recalled ? keys->recall : keys->when, err,
                                  "no context line above captures '" PL_FMT "'", PL_ARG(name));
    }
    rule->changes = keys->changes;
    rule->of_cluster = keys->of == 1;
    rule->when = (pl_effect_when)keys->moment;
    if (status == PL_OK && rule->changes.len > 0 && !pl_regex_has(&rule->regex, rule->changes))
        status = pl_yaml_fail(&loader->yaml, keys->pattern, err,
                              "the pattern has no capture '" PL_FMT "' to change",
                              PL_ARG(rule->changes));
    loader->dialect->two_clocks |= pl_regex_has(&rule->regex, PL_STR("utc"));
    return status;
}

static pl_status read_rule(pl_loader *loader, const struct section *section, pl_yaml_node item,
                           pl_rule *rule, pl_error *err)
{
    struct rule_keys keys = {.within_us = -1, .confidence = -1};
    pl_status status =
        pl_yaml_read(&loader->yaml, item, section->what, section->fields, &keys, err);
    if (status != PL_OK)
        return status;
    rule->kind = section->kind;
    rule->id = keys.id;
    rule->phase = keys.phase;
    rule->cause = keys.cause;
    rule->advice = keys.advice;
    rule->as = keys.as;
    rule->within_us = keys.within_us;
    rule->weak = keys.weak;
    set_certainty(rule, &keys);
    rule->file_line = pl_yaml_line(&loader->yaml, item);
    status = keys.event.len > 0 ? set_event(loader, item, &keys, rule, err)
                                : read_literals(loader, &keys, item, rule, err);
    if (status == PL_OK)
        status = set_full_id(loader, rule, err);
    rule->moment = keys.moment_name.len > 0 ? keys.moment_name : rule->full_id;
    if (status == PL_OK)
        status = pl_loader_regex(loader, keys.pattern, &rule->regex, err);
    if (status == PL_OK)
        status = read_pairs(loader, keys.words, "words", &rule->words, &rule->word_count, err);
    if (status == PL_OK)
        status = read_ties(loader, &keys, rule, err);
    if (status == PL_OK)
        status = read_samples(loader, &keys, rule, err);
    if (status == PL_OK && section->kind == PL_RULE_EVENT)
        status = read_effects(loader, &keys, rule, err);
    return status;
}

static pl_status read_section(pl_loader *loader, const struct section *section, size_t count,
                              pl_error *err)
{
    pl_dialect *dialect = loader->dialect;
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < count; i++) {
        pl_yaml_node item = pl_yaml_item(&loader->yaml, section->node, i);
        pl_rule *rule = &dialect->rules[dialect->rule_count++];
        status = read_rule(loader, section, item, rule, err);
        for (size_t r = 0; status == PL_OK && r + 1 < dialect->rule_count; r++)
            if (pl_str_equal(dialect->rules[r].full_id, rule->full_id))
                status = pl_yaml_fail(&loader->yaml, item, err, "rule '" PL_FMT "' stands twice",
                                      PL_ARG(rule->id));
    }
    return status;
}

pl_status pl_loader_rules(pl_loader *loader, pl_rule_nodes nodes, pl_error *err)
{
    const struct section sections[] = {
        {PL_RULE_CONTEXT, "a context line", sticky_fields, nodes.context},
        {PL_RULE_ALIAS, "an alias rule", sticky_fields, nodes.aliases},
        {PL_RULE_EVENT, "a rule", event_fields, nodes.rules},
        {PL_RULE_KNOWN, "a known failure", known_fields, nodes.known},
        {PL_RULE_PAIR, "a pair", pair_fields, nodes.pairs},
    };
    enum { SECTIONS = sizeof sections / sizeof *sections };
    size_t counts[SECTIONS] = {0}, total = 0;
    pl_status status = PL_OK;
    for (size_t s = 0; status == PL_OK && s < SECTIONS; s++) {
        status = pl_yaml_count(&loader->yaml, sections[s].node, sections[s].what, &counts[s], err);
        total += counts[s];
    }
    if (status == PL_OK)
        status = pl_loader_take(loader, total, sizeof *loader->dialect->rules,
                                &loader->dialect->rules, err);
    for (size_t s = 0; status == PL_OK && s < SECTIONS; s++)
        status = read_section(loader, &sections[s], counts[s], err);
    return status;
}
