/*
 * evtx_inside.h - what the parts that read EVTX share: a chunk, and the plans made of its
 * templates.
 *
 * A plan says what a template comes to in a normal line, so that a record needs no walk through the
 * definition: which of its values is the id, the provider, the time, and which pairs follow.
 */
#ifndef PL_DECODE_EVTX_INSIDE_H
#define PL_DECODE_EVTX_INSIDE_H

#include "decode/evtx.h"
#include "decode/evtx_value.h"

/*
 * Steps that one chunk may cost: a step of a plan, a token, or 16 bytes of either.  A chunk that
 * Windows wrote takes less than a tenth; what a hostile one asks for beyond it counts as damaged.
 */
#define PL_EVTX_STEPS_MAX (INT64_C(1) << 20)
#define PL_EVTX_DEPTH_MAX 32                /* elements in elements; deeper ones are damage */
#define PL_EVTX_LINE_ROOM ((size_t)1 << 20) /* more than the line of any record takes */
#define PL_EVTX_NEST_MAX 8 /* fragments in values of fragments; deeper ones are left out */

/* What stands in front of the pairs of a line. */
typedef enum pl_evtx_field {
    PL_EVTX_PROVIDER,
    PL_EVTX_EVENT_SOURCE, /* the name of a classic provider */
    PL_EVTX_ID,
    PL_EVTX_LEVEL,
    PL_EVTX_TIME,
    PL_EVTX_RECORD,
    PL_EVTX_CHANNEL,
    PL_EVTX_COMPUTER,
    PL_EVTX_FIELDS,
} pl_evtx_field;

/* Where a piece of XML stands. */
typedef enum pl_evtx_place {
    PL_EVTX_AT_ROOT,
    PL_EVTX_AT_EVENT,
    PL_EVTX_AT_SYSTEM,
    PL_EVTX_AT_EVENT_DATA,
    PL_EVTX_AT_TREE, /* in UserData: every element without elements in it is a pair */
    PL_EVTX_AT_RENDERING,
    PL_EVTX_AT_PAIR,
    PL_EVTX_AT_NOTHING, /* what no line shows */
} pl_evtx_place;

typedef enum pl_evtx_verb {
    PL_EVTX_NOTHING,
    PL_EVTX_UNLESS,  /* value `id` is NULL: go on behind step `off` */
    PL_EVTX_PAIR,    /* begins a pair, named by text, else by its position */
    PL_EVTX_DATA,    /* the same, and it counts as a position */
    PL_EVTX_MESSAGE, /* begins the message */
    PL_EVTX_NAME,    /* the pair is called as value `id` says */
    PL_EVTX_TEXT,    /* the pair's value goes on with text */
    PL_EVTX_VALUE,   /* the same with value `id` */
    PL_EVTX_END,     /* of the pair or message */
    PL_EVTX_INNER,   /* value `id` is XML that stands at `place` */
} pl_evtx_verb;

typedef struct pl_evtx_step {
    uint8_t verb, place;
    uint16_t id;
    uint32_t off, len; /* of text in pl_evtx.text */
} pl_evtx_step;

/* Where a field comes from: nowhere, a text, or a value. */
typedef struct pl_evtx_part {
    enum { PL_EVTX_NO_PART, PL_EVTX_TEXT_PART, PL_EVTX_VALUE_PART } kind;
    uint16_t id;
    uint32_t off, len;
} pl_evtx_part;

typedef struct pl_evtx_plan {
    uint32_t def_off;      /* of the definition in the chunk */
    uint32_t next;         /* plan with the same slot, counted from 1; 0: none */
    uint32_t first, count; /* its steps */
    pl_evtx_place place;
    bool is_bad;
    pl_evtx_part head[PL_EVTX_FIELDS];
} pl_evtx_plan;

#define PL_EVTX_SLOTS 256

struct pl_evtx {
    pl_records *records;           /* of the block under way */
    const pl_event_filter *filter; /* NULL: any */
    uint64_t ids[16];              /* a bit for the last ten bits of every id that is wanted */
    const unsigned char *chunk;
    size_t chunk_len;
    int64_t steps_left;
    bool has_memory;
    /* made of the chunk */
    pl_evtx_plan *plans;
    size_t plan_count, plan_room;
    uint32_t slots[PL_EVTX_SLOTS]; /* by definition and place: plan, counted from 1; 0: none */
    pl_evtx_step *steps;
    size_t step_count, step_room;
    pl_buf text;
    /* of the record */
    pl_evtx_value *values; /* of its instance, then of those in it */
    size_t value_count, value_room;
    size_t position; /* of the last pair that has one */
    size_t line_off; /* of its line in the text of the records */
    bool is_damaged;
    pl_buf head, name, value, message;
};

/* Bytes of the chunk, read one token after the other. */
typedef struct pl_evtx_cursor {
    size_t at, end; /* in the chunk */
    bool is_bad;    /* something was to be read beyond the end, or makes no sense */
} pl_evtx_cursor;

/* An instance: a plan and its values. */
typedef struct pl_evtx_view {
    size_t plan;
    size_t first_value, value_count;
} pl_evtx_view;

/* The next byte or number; 0, and is_bad, when there is none. */
uint8_t pl_evtx_u8(const pl_evtx *evtx, pl_evtx_cursor *in);
uint16_t pl_evtx_u16(const pl_evtx *evtx, pl_evtx_cursor *in);
uint32_t pl_evtx_u32(const pl_evtx *evtx, pl_evtx_cursor *in);
/* Passes over `count` bytes and returns them, or NULL, and is_bad, when there are not so many. */
const unsigned char *pl_evtx_bytes(const pl_evtx *evtx, pl_evtx_cursor *in, size_t count);
/* Takes `count` steps off what the chunk may cost; false: too many by now. */
bool pl_evtx_spend(pl_evtx *evtx, size_t count);

/* Forgets the plans: another chunk begins. */
void pl_evtx_plans_clear(pl_evtx *evtx);
/* The plan of the definition at `def_off`, which stands at `place`.  False: damaged, or no memory.
 */
bool pl_evtx_plan_of(pl_evtx *evtx, uint32_t def_off, pl_evtx_place place, size_t *out);
/* A plan for elements that stand at the cursor, without a template; it is kept till the next clear.
 */
bool pl_evtx_plan_here(pl_evtx *evtx, pl_evtx_cursor *in, pl_evtx_place place, size_t *out);

/* What a record turned out to be. */
typedef enum pl_evtx_outcome {
    PL_EVTX_WRITTEN,
    PL_EVTX_UNWANTED,
    PL_EVTX_DAMAGED,
} pl_evtx_outcome;

/* A record of the chunk: its own number, when it was written, its binary XML. */
typedef struct pl_evtx_record {
    uint64_t number, ticks;
    pl_evtx_cursor xml;
} pl_evtx_record;

/* Appends the line of the record, if it is wanted; *number becomes the one it tells itself. */
pl_evtx_outcome pl_evtx_write(pl_evtx *evtx, const pl_evtx_record *record, uint64_t *number);

#endif
