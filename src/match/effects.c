/* effects.c - from captures to the fields of an event. */
#include "match/effects.h"

#include "base/escape.h"

/* Captures that are fields of the event, or of the line, and so no facts. */
static bool is_field(pl_str name)
{
    static const char *const fields[] = {
        "subject", "witness", "code", "phase", "event", "model", "text",    "node",   "cluster",
        "ts",      "level",   "at",   "since", "utc",   "local", "instant", "speaker"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (pl_str_equal(name, pl_str_of(fields[i])))
            return true;
    return false;
}

/* What rules may recall: captures that no one else takes, and the subject. */
static pl_status remember(pl_reading *reading, const pl_captures *captures, pl_error *err)
{
    const pl_regex *regex = captures->regex;
    for (uint32_t i = 0; i < regex->name_count; i++) {
        pl_str value = captures->groups[regex->names[i].group];
        if (value.ptr != NULL &&
            !pl_memory_set(&reading->memory, NULL, regex->names[i].name, value))
            return pl_fail(err, PL_ERR_NOMEM, "no memory for a capture");
    }
    return PL_OK;
}

/* A name stands for a file, be it there or not: with another one the source reads otherwise. */
static pl_status note_zone(pl_reading *reading, const pl_zone *zone, pl_error *err)
{
    pl_buf line;
    pl_buf_init(&line, 2 * PL_NAME_BYTES_MAX);
    if (zone->tz != NULL)
        pl_zone_describe(zone, &line);
    else
        pl_buf_appendf(&line, "no zone " PL_FMT "\n", PL_ARG(zone->name));
    pl_str known = pl_buf_str(&reading->zones), text = pl_buf_str(&line);
    if (known.len < PL_NAMED_ZONES_BYTES_MAX && pl_str_find(known, text, 0) == SIZE_MAX)
        pl_buf_append(&reading->zones, text);
    pl_status status = pl_buf_status(&line, err);
    pl_buf_release(&line);
    return status == PL_OK ? pl_buf_status(&reading->zones, err) : status;
}

static pl_status set_zone(pl_reading *reading, pl_str name, pl_error *err)
{
    pl_zone zone;
    if (name.len == 0)
        return PL_OK;
    pl_status status = pl_zones_find(reading->options->zones, name, &zone, err);
    if (status == PL_ERR_NOMEM)
        return status;
    if (status == PL_OK)
        pl_clock_set_zone(&reading->clock, &zone);
    else
        zone = (pl_zone){.name = name};
    return zone.tz != NULL || (status != PL_OK && pl_zone_is_name(name))
               ? note_zone(reading, &zone, err)
               : PL_OK;
}

pl_status pl_context_apply(pl_reading *reading, const pl_captures *captures, pl_error *err)
{
    pl_name_set(&reading->context_node, pl_capture(captures, PL_STR("node")));
    pl_name_set(&reading->context_cluster, pl_capture(captures, PL_STR("cluster")));
    pl_name_set(&reading->context_group, pl_capture(captures, PL_STR("group")));
    pl_status status = set_zone(reading, pl_capture(captures, PL_STR("zone")), err);
    pl_clock_set_date(&reading->clock, pl_capture(captures, PL_STR("date")));
    pl_clock_set_bias(&reading->clock, pl_capture(captures, PL_STR("bias")));
    pl_clock_set_kind(&reading->clock, pl_capture(captures, PL_STR("clock")));
    if (status == PL_OK)
        status = remember(reading, captures, err);
    if (status == PL_OK)
        status = pl_buf_status(&reading->context_node, err);
    if (status == PL_OK)
        status = pl_buf_status(&reading->context_cluster, err);
    return status == PL_OK ? pl_buf_status(&reading->context_group, err) : status;
}

/* What the line says under that name, else a context line that the rule recalls. */
static pl_str capture_of(const pl_hit *hit, pl_str name)
{
    pl_str own = pl_capture(hit->captures, name);
    for (size_t i = 0; own.ptr == NULL && i < hit->rule->recall_count; i++)
        if (pl_str_equal(hit->rule->recalls[i], name))
            return pl_memory_get(&hit->reading->memory, NULL, name);
    return own;
}

/* What a word of an effect stands for: itself, or what the capture in braces holds. */
static pl_str word_of(const pl_hit *hit, pl_str word)
{
    if (word.len < 3 || word.ptr[0] != '{')
        return word;
    return capture_of(hit, pl_str_slice(word, 1, word.len - 2));
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
static void expand(pl_buf *out, const pl_hit *hit, pl_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t close = text.ptr[at] == '{' ? pl_str_find(text, PL_STR("}"), at) : SIZE_MAX;
        if (close == SIZE_MAX) {
            pl_buf_append_char(out, text.ptr[at++]);
            continue;
        }
        pl_buf_append(out, capture_of(hit, pl_str_slice(text, at + 1, close - at - 1)));
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
        expand(&words, hit, texts[i].value);
        add_fact(json, texts[i].key, pl_buf_str(&words));
        status = pl_buf_status(&words, err);
        pl_buf_release(&words);
    }
    if (hit->rule->phase.len > 0)
        add_fact(json, PL_STR("phase"), hit->rule->phase);
    if (hit->rule->as.len > 0)
        add_fact(json, PL_STR("as"), hit->rule->as);
    return status;
}

/* Captures that are facts, of this line and of those that it recalls, then what the rule says of
 * every line. */
static void add_facts(const pl_hit *hit, pl_buf *json)
{
    const pl_regex *regex = hit->captures->regex;
    const pl_rule *rule = hit->rule;
    for (uint32_t i = 0; i < regex->name_count; i++) {
        pl_str name = regex->names[i].name, value = hit->captures->groups[regex->names[i].group];
        if (value.ptr != NULL && value.ptr == pl_capture(hit->captures, name).ptr &&
            !is_field(name))
            add_fact(json, name, value);
    }
    for (size_t i = 0; i < rule->recall_count; i++) {
        pl_str value = capture_of(hit, rule->recalls[i]);
        if (value.len > 0 && !is_field(rule->recalls[i]) && !pl_regex_has(regex, rule->recalls[i]))
            add_fact(json, rule->recalls[i], value);
    }
    for (size_t i = 0; i < rule->fact_count; i++)
        add_fact(json, rule->facts[i].key, rule->facts[i].value);
    if (hit->from.ptr != NULL) {
        add_fact(json, PL_STR("from"), hit->from);
        add_fact(json, PL_STR("to"), hit->to);
    }
}

static pl_status set_facts(const pl_hit *hit, pl_str unrecognised, const pl_effect *effect,
                           pl_event *event, pl_error *err)
{
    pl_buf json;
    const pl_regex *regex = hit->captures->regex;
    pl_buf_init(&json, PL_FACTS_BYTES_MAX);
    pl_status status = PL_OK;
    add_facts(hit, &json);
    pl_str group = hit->shaped->group.ptr != NULL ? hit->shaped->group
                                                  : pl_buf_str(&hit->reading->context_group);
    if (group.len > 0 && !pl_regex_has(regex, PL_STR("group")))
        add_fact(&json, PL_STR("group"), group);
    if (event->moment.wall != PL_WALL_ONCE && !pl_regex_has(regex, PL_STR("dst")))
        add_fact(&json, PL_STR("dst"),
                 event->moment.wall == PL_WALL_TWICE ? PL_STR("fold") : PL_STR("gap"));
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
    pl_str model_word = word_of(hit, effect->model_word);
    pl_str phase_word = word_of(hit, effect->phase_word);
    pl_str transition_word = word_of(hit, effect->transition_word);
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
    if (!is_said ||
        (effect->phase_word.len > 0 && phase_word.len == 0 && event->transition == PL_ENTER) ||
        (event->model == NULL && event->transition != PL_BOOT))
        event->transition = PL_NOTE;
    if (phase_word.len == 0 || event->model == NULL)
        return (pl_str){0};
    event->phase = pl_model_phase(event->model, translate(hit->rule, phase_word));
    return event->phase < 0 ? phase_word : (pl_str){0};
}

/* Whom it is about: the subject beats the writer; in a serial model a line without subject is about
 * whatever is open, and where lines have no writer a known failure is the whole cluster's. */
static void set_names(const pl_hit *hit, const pl_effect *effect, pl_str subject, pl_event *event)
{
    pl_str writer = pl_reading_writer(hit->reading, hit->shaped);
    pl_str witness = pl_capture(hit->captures, PL_STR("witness"));
    bool of_all = event->model != NULL && (event->model->cluster_scope || event->model->serial);
    if (hit->rule->kind == PL_RULE_KNOWN)
        of_all = hit->reading->dialect->node_provider_count == 0;
    event->node = subject.len > 0 ? subject : writer;
    event->whole_cluster =
        of_all && (subject.len == 0 || (event->model != NULL && event->model->cluster_scope));
    event->whole_cluster |= effect != NULL ? effect->of_cluster : hit->rule->of_cluster;
    if (event->whole_cluster)
        event->node = (pl_str){0};
    event->witness = witness.len > 0 ? witness : writer;
    if (pl_str_equal_nocase(event->witness, event->node))
        event->witness = (pl_str){0};
}

static void set_moment(const pl_hit *hit, const pl_effect *effect, pl_event *event)
{
    const pl_told *told = &hit->reading->told;
    pl_effect_when when = effect != NULL ? effect->when : hit->rule->when;
    if (when == PL_WHEN_SINCE)
        event->moment = told->begin;
    else if (hit->told || (when == PL_WHEN_TOLD && told->moment.us != PL_TIME_NONE))
        event->moment = told->moment;
}

/* The first sight of something is no step of any model. */
static void make_note(pl_event *event)
{
    event->model = NULL;
    event->phase = -1;
    event->transition = PL_NOTE;
    event->begins_attempt = false;
}

static const pl_effect *effect_of(const pl_hit *hit, size_t at)
{
    return hit->rule->effect_count > 0 ? &hit->rule->effects[at] : NULL;
}

/* The next name of a list, which has blanks or commas between them; empty: there is none. */
static pl_str next_name(pl_str list, size_t *from)
{
    size_t begin = *from, end;
    while (begin < list.len && (list.ptr[begin] == ' ' || list.ptr[begin] == ','))
        begin++;
    end = begin;
    while (end < list.len && list.ptr[end] != ' ' && list.ptr[end] != ',')
        end++;
    *from = end;
    return pl_str_slice(list, begin, end - begin);
}

bool pl_effect_about(const pl_hit *hit, size_t at, size_t *from, pl_str *subject)
{
    const pl_effect *effect = effect_of(hit, at);
    if (effect != NULL && effect->about_word.len > 0) {
        *subject = next_name(word_of(hit, effect->about_word), from);
        return subject->len > 0;
    }
    *subject = capture_of(hit, PL_STR("subject"));
    return (*from)++ == 0;
}

pl_status pl_effect_event(const pl_hit *hit, size_t at, pl_str subject, pl_event *event,
                          pl_error *err)
{
    const pl_effect *effect = effect_of(hit, at);
    pl_str unrecognised = {0};
    event->transition = PL_NOTE;
    event->phase = -1;
    event->rule = hit->rule->full_id;
    event->code = pl_capture(hit->captures, PL_STR("code"));
    event->strength = hit->rule->strength;
    event->confidence = hit->rule->confidence;
    event->only_underway = effect != NULL && effect->only_underway;
    set_moment(hit, effect, event);
    event->pair = hit->rule->kind == PL_RULE_PAIR ? hit->rule : NULL;
    if (event->pair != NULL)
        event->pair_key = pl_capture(hit->captures, PL_STR("key"));
    if (effect != NULL)
        unrecognised = set_meaning(hit, effect, event);
    if (unrecognised.ptr != NULL) {
        event->transition = PL_NOTE;
        event->begins_attempt = false;
    }
    set_names(hit, effect, subject, event);
    if (hit->first)
        make_note(event);
    return set_facts(hit, unrecognised, effect, event, err);
}

pl_status pl_watch_change(pl_hit *hit, pl_reading *reading, bool *holds, pl_error *err)
{
    const pl_rule *rule = hit->rule;
    *holds = true;
    if (rule->changes.len == 0)
        return PL_OK;
    pl_str now = pl_capture(hit->captures, rule->changes);
    pl_str cluster = pl_reading_cluster(reading, hit->shaped);
    pl_str before = pl_memory_get(&reading->memory, rule, cluster);
    *holds = now.len > 0 && !pl_str_equal(before, now);
    if (!*holds)
        return PL_OK;
    hit->first = before.ptr == NULL;
    if (!hit->first) {
        hit->from = pl_arena_copy(hit->arena, before);
        hit->to = now;
    }
    if ((!hit->first && hit->from.ptr == NULL) ||
        !pl_memory_set(&reading->memory, rule, cluster, now))
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a value");
    return PL_OK;
}
