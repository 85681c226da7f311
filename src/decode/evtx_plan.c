/*
 * evtx_plan.c - binary XML ([MS-EVEN6] 2.2.12) to the steps of a plan.
 *
 * The tokens are followed one by one and what they say about their own lengths is not used, so that
 * a wrong length leads nowhere.
 */
#include "decode/evtx_inside.h"

#include <string.h>

#include "base/alloc.h"

#define MORE_FLAG 0x40 /* of a token: an attribute, or another value, follows */
#define NO_DEPENDENCY 0xffff
#define DEFINITION_HEAD 24 /* next definition, GUID, bytes */
#define BYTES_PER_STEP 16

enum token {
    END_OF_FRAGMENT,
    OPEN_ELEMENT,
    CLOSE_START,
    CLOSE_EMPTY,
    END_ELEMENT,
    VALUE_TEXT,
    ATTRIBUTE,
    CDATA,
    CHAR_REFERENCE,
    ENTITY_REFERENCE,
    PI_TARGET,
    PI_DATA,
    TEMPLATE_INSTANCE,
    SUBSTITUTION,
    OPTIONAL_SUBSTITUTION,
    FRAGMENT_HEADER,
};

/* Where text goes. */
struct target {
    enum { TO_NOTHING, TO_FIELD, TO_NAME, TO_VALUE, TO_INNER } kind;
    pl_evtx_field field;
    size_t step; /* TO_NAME: the beginning of the pair */
    pl_evtx_place place;
};

/* The elements whose attributes count. */
enum attributes { NO_ATTRIBUTES, OF_PROVIDER, OF_TIME, OF_DATA };

/* An open element. */
struct element {
    pl_evtx_place place;
    struct target text;
    enum attributes attributes;
    size_t step; /* PL_EVTX_AT_PAIR: its beginning */
};

struct compiler {
    pl_evtx *evtx;
    pl_evtx_cursor in;
    size_t plan;
    bool is_template; /* elements say which value they depend on */
    unsigned depth;
};

uint8_t pl_evtx_u8(const pl_evtx *evtx, pl_evtx_cursor *in)
{
    const unsigned char *at = pl_evtx_bytes(evtx, in, 1);
    return at != NULL ? *at : 0;
}

uint16_t pl_evtx_u16(const pl_evtx *evtx, pl_evtx_cursor *in)
{
    const unsigned char *at = pl_evtx_bytes(evtx, in, 2);
    return at != NULL ? pl_le16(at) : 0;
}

uint32_t pl_evtx_u32(const pl_evtx *evtx, pl_evtx_cursor *in)
{
    const unsigned char *at = pl_evtx_bytes(evtx, in, 4);
    return at != NULL ? pl_le32(at) : 0;
}

const unsigned char *pl_evtx_bytes(const pl_evtx *evtx, pl_evtx_cursor *in, size_t count)
{
    if (in->is_bad || count > in->end - in->at) {
        in->is_bad = true;
        return NULL;
    }
    in->at += count;
    return evtx->chunk + in->at - count;
}

bool pl_evtx_spend(pl_evtx *evtx, size_t count)
{
    evtx->steps_left -= (int64_t)count;
    return evtx->steps_left >= 0;
}

static pl_evtx_step *add_step(struct compiler *c, pl_evtx_step step)
{
    pl_evtx *evtx = c->evtx;
    if (!pl_grow(&evtx->steps, &evtx->step_room, evtx->step_count + 1, sizeof step)) {
        evtx->has_memory = false;
        c->in.is_bad = true;
        return NULL;
    }
    evtx->steps[evtx->step_count] = step;
    return &evtx->steps[evtx->step_count++];
}

/* A piece of text that may stand right behind one that is there already. */
static void extend(pl_evtx_part *part, uint32_t off, uint32_t len)
{
    const bool goes_on = part->kind == PL_EVTX_TEXT_PART && part->off + part->len == off;
    if (goes_on)
        part->len += len;
    else
        *part = (pl_evtx_part){.kind = PL_EVTX_TEXT_PART, .off = off, .len = len};
}

/* The text that was appended from `off` on goes to the target. */
static void put_text(struct compiler *c, const struct target *target, size_t off)
{
    pl_evtx *evtx = c->evtx;
    const uint32_t from = (uint32_t)off, len = (uint32_t)(evtx->text.len - off);
    const bool has_step = evtx->step_count > evtx->plans[c->plan].first;
    pl_evtx_step *last = has_step ? &evtx->steps[evtx->step_count - 1] : NULL;
    pl_evtx_part name = {.kind = PL_EVTX_TEXT_PART};
    if (len == 0)
        return;
    switch (target->kind) {
    case TO_FIELD:
        extend(&evtx->plans[c->plan].head[target->field], from, len);
        break;
    case TO_NAME:
        name.off = evtx->steps[target->step].off;
        name.len = evtx->steps[target->step].len;
        extend(&name, from, len);
        evtx->steps[target->step].off = name.off;
        evtx->steps[target->step].len = name.len;
        break;
    case TO_VALUE:
        if (last != NULL && last->verb == PL_EVTX_TEXT && last->off + last->len == from)
            last->len += len;
        else
            add_step(c, (pl_evtx_step){.verb = PL_EVTX_TEXT, .off = from, .len = len});
        break;
    case TO_INNER:
    case TO_NOTHING:
        break;
    }
}

static void put_value(struct compiler *c, const struct target *target, uint16_t id)
{
    pl_evtx *evtx = c->evtx;
    switch (target->kind) {
    case TO_FIELD:
        evtx->plans[c->plan].head[target->field] =
            (pl_evtx_part){.kind = PL_EVTX_VALUE_PART, .id = id};
        break;
    case TO_NAME:
        add_step(c, (pl_evtx_step){.verb = PL_EVTX_NAME, .id = id});
        break;
    case TO_VALUE:
        add_step(c, (pl_evtx_step){.verb = PL_EVTX_VALUE, .id = id});
        break;
    case TO_INNER:
        add_step(c,
                 (pl_evtx_step){.verb = PL_EVTX_INNER, .id = id, .place = (uint8_t)target->place});
        break;
    case TO_NOTHING:
        break;
    }
}

/* Appends `count` units to the text of the plans. */
static void append_units(struct compiler *c, size_t count)
{
    const unsigned char *units = pl_evtx_bytes(c->evtx, &c->in, 2 * count);
    if (units != NULL && pl_evtx_spend(c->evtx, count / (BYTES_PER_STEP / 2)))
        pl_utf16_append(&c->evtx->text, units, count);
}

/* A name stands once in the chunk: where it is used first, or elsewhere.  It is appended to the
 * text. */
static pl_str read_name(struct compiler *c)
{
    pl_evtx *evtx = c->evtx;
    const uint32_t off = pl_evtx_u32(evtx, &c->in);
    const bool is_here = off == c->in.at;
    struct compiler there = *c;
    there.in.at = off;
    there.in.end = evtx->chunk_len;
    there.in.is_bad |= off > evtx->chunk_len;
    if (is_here)
        there.in = c->in;
    pl_evtx_bytes(evtx, &there.in, 6); /* the next name with the same hash, the hash */
    const uint16_t count = pl_evtx_u16(evtx, &there.in);
    const size_t before = evtx->text.len;
    append_units(&there, count);
    pl_evtx_bytes(evtx, &there.in, 2); /* its NUL */
    if (is_here)
        c->in = there.in;
    c->in.is_bad |= there.in.is_bad;
    return pl_str_slice(pl_buf_str(&evtx->text), before, SIZE_MAX);
}

/* The character that an entity or a number stands for. */
static void append_reference(struct compiler *c, uint8_t token)
{
    static const struct {
        pl_str name;
        char c;
    } entities[] = {
        {PL_STR_INIT("amp"), '&'},  {PL_STR_INIT("lt"), '<'},    {PL_STR_INIT("gt"), '>'},
        {PL_STR_INIT("quot"), '"'}, {PL_STR_INIT("apos"), '\''},
    };
    pl_buf *text = &c->evtx->text;
    if (token == CHAR_REFERENCE) {
        append_units(c, 1);
        return;
    }
    const size_t before = text->len;
    const pl_str name = read_name(c);
    char stands_for = '\0';
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (pl_str_equal(name, entities[i].name))
            stands_for = entities[i].c;
    pl_buf_cut(text, before);
    if (stands_for != '\0')
        pl_buf_append_char(text, stands_for);
}

static bool is_text(uint8_t token)
{
    return token == VALUE_TEXT || token == CDATA || token == CHAR_REFERENCE ||
           token == ENTITY_REFERENCE || token == SUBSTITUTION || token == OPTIONAL_SUBSTITUTION;
}

/* What stands behind a token of text. */
static void read_text(struct compiler *c, uint8_t token, const struct target *target)
{
    pl_evtx *evtx = c->evtx;
    const size_t before = evtx->text.len;
    if (token == SUBSTITUTION || token == OPTIONAL_SUBSTITUTION) {
        const uint16_t id = pl_evtx_u16(evtx, &c->in);
        pl_evtx_u8(evtx, &c->in); /* its type: the value's own counts */
        put_value(c, target, id);
        return;
    }
    if (token == VALUE_TEXT && pl_evtx_u8(evtx, &c->in) != PL_EVTX_STRING)
        c->in.is_bad = true;
    if (token == VALUE_TEXT || token == CDATA)
        append_units(c, pl_evtx_u16(evtx, &c->in));
    else
        append_reference(c, token);
    put_text(c, target, before);
}

/* The next token without its flag, which may be looked at again: the cursor stays. */
static uint8_t peek_token(const struct compiler *c)
{
    return c->in.at < c->in.end ? c->evtx->chunk[c->in.at] & (uint8_t)~MORE_FLAG : END_OF_FRAGMENT;
}

static bool enter(struct compiler *c)
{
    if (!pl_evtx_spend(c->evtx, 1) || !c->evtx->has_memory)
        c->in.is_bad = true;
    return !c->in.is_bad;
}

/* What an attribute of that name is for. */
static struct target attribute_target(const struct element *element, pl_str name)
{
    const bool is_name = pl_str_equal(name, PL_STR("Name"));
    if (element->attributes == OF_DATA && is_name)
        return (struct target){.kind = TO_NAME, .step = element->step};
    if (element->attributes == OF_PROVIDER && is_name)
        return (struct target){.kind = TO_FIELD, .field = PL_EVTX_PROVIDER};
    if (element->attributes == OF_PROVIDER && pl_str_equal(name, PL_STR("EventSourceName")))
        return (struct target){.kind = TO_FIELD, .field = PL_EVTX_EVENT_SOURCE};
    if (element->attributes == OF_TIME && pl_str_equal(name, PL_STR("SystemTime")))
        return (struct target){.kind = TO_FIELD, .field = PL_EVTX_TIME};
    return (struct target){.kind = TO_NOTHING};
}

static void read_attributes(struct compiler *c, const struct element *element)
{
    pl_evtx *evtx = c->evtx;
    pl_evtx_u32(evtx, &c->in); /* their bytes */
    while (enter(c) && peek_token(c) == ATTRIBUTE) {
        c->in.at++;
        const size_t before = evtx->text.len;
        const struct target target = attribute_target(element, read_name(c));
        pl_buf_cut(&evtx->text, before);
        while (enter(c) && is_text(peek_token(c)))
            read_text(c, pl_evtx_u8(evtx, &c->in) & (uint8_t)~MORE_FLAG, &target);
    }
}

/* Where values go that stand between the elements at `place`. */
static struct target between(pl_evtx_place place)
{
    if (place == PL_EVTX_AT_NOTHING || place == PL_EVTX_AT_SYSTEM)
        return (struct target){.kind = TO_NOTHING};
    return (struct target){.kind = TO_INNER, .place = place};
}

/* An element with elements in it is no pair: of what stood in it so far only XML can count. */
static void make_tree(struct compiler *c, struct element *element)
{
    pl_evtx *evtx = c->evtx;
    for (size_t i = element->step; i < evtx->step_count; i++) {
        pl_evtx_step *step = &evtx->steps[i];
        step->verb = step->verb == PL_EVTX_VALUE ? PL_EVTX_INNER : PL_EVTX_NOTHING;
        step->place = PL_EVTX_AT_TREE;
    }
    *element = (struct element){.place = PL_EVTX_AT_TREE, .text = between(PL_EVTX_AT_TREE)};
}

/* The elements that have a meaning where they stand; all others there have none. */
static bool find_known(pl_evtx_place at, pl_str name, struct element *out)
{
    static const struct {
        pl_evtx_place at, place;
        pl_str name;
        bool is_field;
        pl_evtx_field field;
        enum attributes attributes;
    } known[] = {
        {PL_EVTX_AT_ROOT, PL_EVTX_AT_EVENT, PL_STR_INIT("Event"), false, 0, 0},
        {PL_EVTX_AT_EVENT, PL_EVTX_AT_SYSTEM, PL_STR_INIT("System"), false, 0, 0},
        {PL_EVTX_AT_EVENT, PL_EVTX_AT_EVENT_DATA, PL_STR_INIT("EventData"), false, 0, 0},
        {PL_EVTX_AT_EVENT, PL_EVTX_AT_TREE, PL_STR_INIT("UserData"), false, 0, 0},
        {PL_EVTX_AT_EVENT, PL_EVTX_AT_RENDERING, PL_STR_INIT("RenderingInfo"), false, 0, 0},
        {PL_EVTX_AT_SYSTEM, PL_EVTX_AT_NOTHING, PL_STR_INIT("Provider"), false, 0, OF_PROVIDER},
        {PL_EVTX_AT_SYSTEM, PL_EVTX_AT_NOTHING, PL_STR_INIT("TimeCreated"), false, 0, OF_TIME},
        {PL_EVTX_AT_SYSTEM, PL_EVTX_AT_NOTHING, PL_STR_INIT("EventID"), true, PL_EVTX_ID, 0},
        {PL_EVTX_AT_SYSTEM, PL_EVTX_AT_NOTHING, PL_STR_INIT("Level"), true, PL_EVTX_LEVEL, 0},
        {PL_EVTX_AT_SYSTEM, PL_EVTX_AT_NOTHING, PL_STR_INIT("EventRecordID"), true, PL_EVTX_RECORD,
         0},
        {PL_EVTX_AT_SYSTEM, PL_EVTX_AT_NOTHING, PL_STR_INIT("Channel"), true, PL_EVTX_CHANNEL, 0},
        {PL_EVTX_AT_SYSTEM, PL_EVTX_AT_NOTHING, PL_STR_INIT("Computer"), true, PL_EVTX_COMPUTER, 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].at != at || !pl_str_equal(known[i].name, name))
            continue;
        *out = (struct element){.place = known[i].place,
                                .text = between(known[i].place),
                                .attributes = known[i].attributes};
        if (known[i].is_field)
            out->text = (struct target){.kind = TO_FIELD, .field = known[i].field};
        return true;
    }
    return false;
}

/* The verb that begins what the element is in a line; PL_EVTX_NOTHING: it is nothing. */
static pl_evtx_verb verb_of(pl_evtx_place at, pl_str name)
{
    if (at == PL_EVTX_AT_EVENT_DATA && pl_str_equal(name, PL_STR("Data")))
        return PL_EVTX_DATA;
    if (at == PL_EVTX_AT_RENDERING && pl_str_equal(name, PL_STR("Message")))
        return PL_EVTX_MESSAGE;
    return at == PL_EVTX_AT_EVENT_DATA || at == PL_EVTX_AT_TREE ? PL_EVTX_PAIR : PL_EVTX_NOTHING;
}

/* What the element that begins in `parent` is; its name was appended to the text from `off` on. */
static struct element open_element(struct compiler *c, struct element *parent, size_t off)
{
    pl_evtx *evtx = c->evtx;
    const pl_str name = pl_str_slice(pl_buf_str(&evtx->text), off, SIZE_MAX);
    const pl_evtx_verb verb = verb_of(parent->place, name);
    struct element element = {.place = PL_EVTX_AT_NOTHING, .text = {.kind = TO_NOTHING}};
    pl_evtx_step step = {.verb = (uint8_t)verb};
    if (verb == PL_EVTX_PAIR) {
        step.off = (uint32_t)off;
        step.len = (uint32_t)name.len;
    } else {
        find_known(parent->place, name, &element);
        pl_buf_cut(&evtx->text, off);
    }
    if (verb == PL_EVTX_NOTHING)
        return element;
    element = (struct element){.place = PL_EVTX_AT_PAIR,
                               .text = {.kind = TO_VALUE},
                               .attributes = verb == PL_EVTX_DATA ? OF_DATA : NO_ATTRIBUTES,
                               .step = evtx->step_count};
    add_step(c, step);
    return element;
}

static void read_content(struct compiler *c, struct element *element);

/* An element, behind its token. */
static void read_element(struct compiler *c, struct element *parent, bool has_attributes)
{
    pl_evtx *evtx = c->evtx;
    const uint16_t dependency = c->is_template ? pl_evtx_u16(evtx, &c->in) : NO_DEPENDENCY;
    pl_evtx_u32(evtx, &c->in); /* its bytes */
    if (parent->place == PL_EVTX_AT_PAIR)
        make_tree(c, parent);
    const size_t unless = evtx->step_count;
    if (dependency != NO_DEPENDENCY)
        add_step(c, (pl_evtx_step){.verb = PL_EVTX_UNLESS, .id = dependency});
    const size_t off = evtx->text.len;
    read_name(c);
    if (c->in.is_bad)
        return;
    struct element element = open_element(c, parent, off);
    if (has_attributes)
        read_attributes(c, &element);
    const uint8_t token = pl_evtx_u8(evtx, &c->in);
    if (token == CLOSE_START && c->depth < PL_EVTX_DEPTH_MAX) {
        c->depth++;
        read_content(c, &element);
        c->depth--;
    } else if (token != CLOSE_EMPTY) {
        c->in.is_bad = true;
    }
    if (element.place == PL_EVTX_AT_PAIR)
        add_step(c, (pl_evtx_step){.verb = PL_EVTX_END});
    if (dependency != NO_DEPENDENCY && !c->in.is_bad)
        evtx->steps[unless].off = (uint32_t)evtx->step_count;
}

/* Up to and with the end of the element, or of the fragment. */
static void read_content(struct compiler *c, struct element *element)
{
    pl_evtx *evtx = c->evtx;
    while (enter(c) && c->in.at < c->in.end) {
        const uint8_t flagged = pl_evtx_u8(evtx, &c->in), token = flagged & (uint8_t)~MORE_FLAG;
        const size_t before = evtx->text.len;
        if (token == END_OF_FRAGMENT || token == END_ELEMENT)
            return;
        if (token == OPEN_ELEMENT) {
            read_element(c, element, (flagged & MORE_FLAG) != 0);
        } else if (is_text(token)) {
            read_text(c, token, &element->text);
        } else if (token == FRAGMENT_HEADER) {
            pl_evtx_bytes(evtx, &c->in, 3);
        } else if (token == PI_TARGET) {
            read_name(c);
            pl_buf_cut(&evtx->text, before);
        } else if (token == PI_DATA) {
            pl_evtx_bytes(evtx, &c->in, 2 * (size_t)pl_evtx_u16(evtx, &c->in));
        } else {
            c->in.is_bad = true;
        }
    }
}

/* Makes a plan of what stands at the cursor; false: no memory for one. */
static bool compile(pl_evtx *evtx, pl_evtx_cursor *in, const pl_evtx_plan *draft, bool is_template)
{
    if (!pl_grow(&evtx->plans, &evtx->plan_room, evtx->plan_count + 1, sizeof *evtx->plans)) {
        evtx->has_memory = false;
        return false;
    }
    struct compiler c = {
        .evtx = evtx, .in = *in, .plan = evtx->plan_count++, .is_template = is_template};
    pl_evtx_plan *plan = &evtx->plans[c.plan];
    struct element root = {.place = draft->place, .text = between(draft->place)};
    *plan = *draft;
    plan->first = (uint32_t)evtx->step_count;
    read_content(&c, &root);
    plan->count = (uint32_t)(evtx->step_count - plan->first);
    plan->is_bad = c.in.is_bad || evtx->text.failed != PL_OK;
    *in = c.in;
    evtx->has_memory &= evtx->text.failed != PL_ERR_NOMEM;
    return true;
}

void pl_evtx_plans_clear(pl_evtx *evtx)
{
    evtx->plan_count = evtx->step_count = 0;
    memset(evtx->slots, 0, sizeof evtx->slots);
    pl_buf_clear(&evtx->text);
}

bool pl_evtx_plan_of(pl_evtx *evtx, uint32_t def_off, pl_evtx_place place, size_t *out)
{
    uint32_t *slot = &evtx->slots[(def_off / 8 + def_off / 2048 + place) % PL_EVTX_SLOTS];
    for (uint32_t i = *slot; i > 0; i = evtx->plans[i - 1].next)
        if (evtx->plans[i - 1].def_off == def_off && evtx->plans[i - 1].place == place) {
            *out = i - 1;
            return !evtx->plans[i - 1].is_bad;
        }
    pl_evtx_cursor in = {.at = def_off, .end = evtx->chunk_len};
    in.is_bad = def_off > evtx->chunk_len;
    const unsigned char *head = pl_evtx_bytes(evtx, &in, DEFINITION_HEAD);
    const size_t len = head != NULL ? pl_le32(head + DEFINITION_HEAD - 4) : 0;
    if (head == NULL || len > in.end - in.at)
        in.is_bad = true;
    else
        in.end = in.at + len;
    const pl_evtx_plan draft = {.def_off = def_off, .next = *slot, .place = place};
    if (!compile(evtx, &in, &draft, true))
        return false;
    *slot = (uint32_t)evtx->plan_count;
    *out = evtx->plan_count - 1;
    return !evtx->plans[*out].is_bad;
}

bool pl_evtx_plan_here(pl_evtx *evtx, pl_evtx_cursor *in, pl_evtx_place place, size_t *out)
{
    const pl_evtx_plan draft = {.def_off = UINT32_MAX, .place = place};
    if (!compile(evtx, in, &draft, false))
        return false;
    *out = evtx->plan_count - 1;
    return !evtx->plans[*out].is_bad;
}
