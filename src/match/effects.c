/* effects.c - from captures to the fields of an event. */
#include "match/effects.h"

#include "base/escape.h"

/* Captures that are fields of the event, or of the line, and so no facts. */
static bool is_field(pl_str name)
{
    static const char *const fields[] = {"subject", "witness", "code",    "phase", "event", "model",
                                         "text",    "node",    "cluster", "ts",    "level", "at"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (pl_str_equal(name, pl_str_of(fields[i])))
            return true;
    return false;
}

pl_status pl_context_apply(pl_reading *reading, const pl_captures *captures, pl_error *err)
{
    pl_name_set(&reading->context_node, pl_capture(captures, PL_STR("node")));
    pl_name_set(&reading->context_cluster, pl_capture(captures, PL_STR("cluster")));
    pl_name_set(&reading->context_group, pl_capture(captures, PL_STR("group")));
    pl_clock_set_zone(&reading->clock, pl_capture(captures, PL_STR("zone")));
    pl_clock_set_date(&reading->clock, pl_capture(captures, PL_STR("date")));
    pl_status status = pl_buf_status(&reading->context_node, err);
    if (status == PL_OK)
        status = pl_buf_status(&reading->context_cluster, err);
    return status == PL_OK ? pl_buf_status(&reading->context_group, err) : status;
}

/* What a word of an effect stands for: itself, or what the capture in braces holds. */
static pl_str word_of(const pl_captures *captures, pl_str word)
{
    if (word.len < 3 || word.ptr[0] != '{')
        return word;
    return pl_capture(captures, pl_str_slice(word, 1, word.len - 2));
}

static pl_str translate(const pl_rule *rule, pl_str word)
{
    for (size_t i = 0; i < rule->word_count; i++)
        if (pl_str_equal(rule->words[i].key, word))
            return rule->words[i].value;
    return word;
}

static void add_fact(pl_buf *json, pl_str name, pl_str value)
{
    pl_buf_append_char(json, json->len == 0 ? '{' : ',');
    pl_escape_json(json, name);
    pl_buf_append_char(json, ':');
    pl_escape_json(json, value);
}

/* Appends `text` with every {capture} replaced by what it holds. */
static void expand(pl_buf *out, const pl_captures *captures, pl_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t close = text.ptr[at] == '{' ? pl_str_find(text, PL_STR("}"), at) : SIZE_MAX;
        if (close == SIZE_MAX) {
            pl_buf_append_char(out, text.ptr[at++]);
            continue;
        }
        pl_buf_append(out, pl_capture(captures, pl_str_slice(text, at + 1, close - at - 1)));
        at = close + 1;
    }
}

/* A known failure carries its cause and advice, in the words of its dialect, filled in. */
static pl_status add_known(const pl_hit *hit, pl_buf *json, pl_error *err)
{
    const pl_pair texts[] = {{PL_STR("cause"), hit->rule->cause},
                             {PL_STR("advice"), hit->rule->advice}};
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < 2; i++) {
        pl_buf words;
        pl_buf_init(&words, PL_FACTS_BYTES_MAX);
        expand(&words, hit->captures, texts[i].value);
        add_fact(json, texts[i].key, pl_buf_str(&words));
        status = pl_buf_status(&words, err);
        pl_buf_release(&words);
    }
    if (hit->rule->phase.len > 0)
        add_fact(json, PL_STR("phase"), hit->rule->phase);
    return status;
}

static pl_status set_facts(const pl_hit *hit, pl_str unrecognised, const pl_effect *effect,
                           pl_event *event, pl_error *err)
{
    pl_buf json;
    const pl_regex *regex = hit->captures->regex;
    pl_buf_init(&json, PL_FACTS_BYTES_MAX);
    pl_status status = PL_OK;
    for (uint32_t i = 0; i < regex->name_count; i++) {
        pl_str name = regex->names[i].name, value = hit->captures->groups[regex->names[i].group];
        if (value.ptr != NULL && value.ptr == pl_capture(hit->captures, name).ptr &&
            !is_field(name))
            add_fact(&json, name, value);
    }
    pl_str group = hit->shaped->group.ptr != NULL ? hit->shaped->group
                                                  : pl_buf_str(&hit->reading->context_group);
    if (group.len > 0 && !pl_regex_has(regex, PL_STR("group")))
        add_fact(&json, PL_STR("group"), group);
    if (event->transition == PL_PROGRESS && effect != NULL && effect->falling)
        add_fact(&json, PL_STR("falling"), PL_STR("yes"));
    if (event->transition == PL_EXIT && effect != NULL && effect->stamped_at_begin)
        add_fact(&json, PL_STR("stamp"), PL_STR("begin"));
    if (hit->rule->kind == PL_RULE_KNOWN)
        status = add_known(hit, &json, err);
    if (unrecognised.ptr != NULL)
        add_fact(&json, PL_STR("unrecognised"), unrecognised);
    if (json.len > 0)
        pl_buf_append_char(&json, '}');
    if (status == PL_OK)
        status = pl_buf_status(&json, err);
    event->facts = (pl_str){0};
    if (status == PL_OK && json.len > 0) {
        event->facts = pl_arena_copy(hit->arena, pl_buf_str(&json));
        if (event->facts.ptr == NULL)
            status = pl_fail(err, PL_ERR_NOMEM, "no memory for facts");
    }
    pl_buf_release(&json);
    return status == PL_ERR_LIMIT ? PL_OK
                                  : status; /* captures of a monster line: the text has them */
}

/*
 * Model, phase and transition of an effect.  Returns the word that means nothing to any dialect,
 * .ptr NULL when all do: then the event is only a note, and the report says so.
 */
static pl_str set_meaning(const pl_hit *hit, const pl_effect *effect, pl_event *event)
{
    pl_str model_word = word_of(hit->captures, effect->model_word);
    pl_str phase_word = word_of(hit->captures, effect->phase_word);
    pl_str transition_word = word_of(hit->captures, effect->transition_word);
    event->model = effect->model != NULL ? effect->model : pl_model_find(hit->set, model_word);
    event->transition = effect->transition;
    event->begins_attempt = effect->begins_attempt;
    event->phase = -1;
    if (event->model == NULL && model_word.len > 0)
        return model_word;
    if (transition_word.len > 0 &&
        !pl_transition_of(translate(hit->rule, transition_word), &event->transition))
        return transition_word;
    bool is_said = effect->transition_word.len == 0 || transition_word.len > 0;
    if (!is_said || (event->model == NULL && event->transition != PL_BOOT))
        event->transition = PL_NOTE;
    if (phase_word.len == 0 || event->model == NULL)
        return (pl_str){0};
    event->phase = pl_model_phase(event->model, translate(hit->rule, phase_word));
    return event->phase < 0 ? phase_word : (pl_str){0};
}

/* Whom it is about: the subject beats the writer; in a serial model a line without subject is about
 * whatever is open, and where lines have no writer a known failure is the whole cluster's. */
static void set_names(const pl_hit *hit, pl_event *event)
{
    pl_str writer = pl_reading_writer(hit->reading, hit->shaped);
    pl_str subject = pl_capture(hit->captures, PL_STR("subject"));
    pl_str witness = pl_capture(hit->captures, PL_STR("witness"));
    bool of_all = event->model != NULL && (event->model->cluster_scope || event->model->serial);
    if (hit->rule->kind == PL_RULE_KNOWN)
        of_all = hit->reading->dialect->node_provider_count == 0;
    event->node = subject.len > 0 ? subject : writer;
    event->whole_cluster =
        of_all && (subject.len == 0 || (event->model != NULL && event->model->cluster_scope));
    if (event->whole_cluster)
        event->node = (pl_str){0};
    event->witness = witness.len > 0 ? witness : writer;
    if (pl_str_equal_nocase(event->witness, event->node))
        event->witness = (pl_str){0};
}

pl_status pl_effect_event(const pl_hit *hit, size_t at, pl_event *event, pl_error *err)
{
    pl_str unrecognised = {0};
    event->transition = PL_NOTE;
    event->phase = -1;
    event->rule = hit->rule->full_id;
    event->code = pl_capture(hit->captures, PL_STR("code"));
    const pl_effect *effect = hit->rule->effect_count > 0 ? &hit->rule->effects[at] : NULL;
    if (effect != NULL)
        unrecognised = set_meaning(hit, effect, event);
    if (unrecognised.ptr != NULL) {
        event->transition = PL_NOTE;
        event->begins_attempt = false;
    }
    set_names(hit, event);
    return set_facts(hit, unrecognised, effect, event, err);
}
