/*
 * dialect.h - what a product's logs look like, read from one YAML file and checked
 * (docs/dialects.md).
 *
 * How a line travels: literal found in the block -> unwrap -> first shape that matches -> pattern
 * of each rule whose literal the line holds, on the shape's `text`.  A line that holds no literal
 * is never looked at.
 */
#ifndef PL_DIALECT_DIALECT_H
#define PL_DIALECT_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/arena.h"
#include "base/str.h"
#include "dialect/model.h"
#include "dialect/regex.h"

#define PL_DIALECT_BYTES_MAX ((size_t)1 << 20) /* of one file */
#define PL_DIALECTS_MAX 64                     /* in one set: a source's dialects are a mask */
#define PL_LITERALS_MAX 8                      /* of one rule */
#define PL_LITERAL_MIN 3 /* shorter literals are in every line and make the search pointless */

typedef enum pl_time_kind {
    PL_TIME_ABSOLUTE,   /* date, time of day and zone in the line */
    PL_TIME_LOCAL,      /* date and time of day, no zone */
    PL_TIME_YEARLESS,   /* no year, no zone */
    PL_TIME_OF_DAY,     /* the date comes from a context line (capture `date`), above or below */
    PL_TIME_SINCE_BOOT, /* seconds since boot; when that was comes from a capture `at` */
    PL_TIME_TOLD, /* the stamp is not the line's: what it is of, rules say (utc, local, since) */
    PL_TIME_UNSTAMPED, /* belongs to the stamped line above it */
} pl_time_kind;

typedef struct pl_shape {
    pl_str id;
    pl_regex regex; /* captures ts node group cluster level text; `text` is there, `ts` makes it a
                       stamped line */
    pl_time_kind time;
} pl_shape;

typedef struct pl_pair {
    pl_str key, value;
} pl_pair;

typedef struct pl_sample {
    pl_str line;
    pl_pair *gives; /* captures it must give */
    size_t give_count;
    unsigned file_line; /* where it stands in the dialect's file */
} pl_sample;

/* How it is known that a line means what its rule says. */
typedef enum pl_strength {
    PL_STRENGTH_EXPLICIT, /* the line says it in so many words */
    PL_STRENGTH_EVENT,    /* an event of it that has an id */
    PL_STRENGTH_INFERRED, /* it follows from something else */
    PL_STRENGTH_SNAPSHOT, /* it was so when somebody looked */
} pl_strength;

typedef enum pl_confidence {
    PL_CONFIDENCE_HIGH,
    PL_CONFIDENCE_MEDIUM,
    PL_CONFIDENCE_LOW
} pl_confidence;

/* "explicit", ... and "high", ...: the words of the files and the views. */
const char *pl_strength_name(pl_strength strength);
const char *pl_confidence_name(pl_confidence confidence);

/* When it happened: as the line says, where the last `since` stood, or the moment told last. */
typedef enum pl_effect_when { PL_WHEN_LINE, PL_WHEN_SINCE, PL_WHEN_TOLD } pl_effect_when;

/* What a matching line does in one model.  A name in braces is the capture of that name. */
typedef struct pl_effect {
    const pl_model *model;  /* NULL: no model (boot, note), or named by a capture */
    pl_str model_word;      /* as written: a name, '{capture}', or empty */
    pl_str phase_word;      /* as written: a name, '{capture}', or empty: names no phase */
    pl_str transition_word; /* '{capture}' when the line says it; else empty */
    pl_transition transition;
    bool begins_attempt;
    bool falling;       /* progress: `cur` falls */
    pl_str about_word;  /* '{capture}' of a list of names: an event for each of them; else empty */
    bool only_underway; /* counts only for a node in the middle of the model; else it is a note */
    bool of_cluster;    /* about the whole cluster, whoever wrote it */
    pl_effect_when when;
    bool
        stamped_at_begin; /* exit: the stamp is that of the beginning, `lasted` counts from there */
} pl_effect;

typedef enum pl_rule_kind {
    PL_RULE_CONTEXT, /* sticky facts: node, cluster, date, zone, version ... */
    PL_RULE_ALIAS,   /* its captures are names of one node; of one capture and the writer */
    PL_RULE_EVENT,
    PL_RULE_KNOWN, /* a failure signature with cause and advice */
    PL_RULE_PAIR,  /* an instant that two nodes both write */
} pl_rule_kind;

typedef struct pl_rule {
    pl_rule_kind kind;
    pl_str id, full_id; /* full_id: dialect.id, with `known.` in front for PL_RULE_KNOWN */
    pl_str literal;     /* a line holds it, or one of the next; empty only with visit: lines; with
                           `provider` ' PROVIDER/ID ' */
    pl_str *more_literals;
    size_t more_count;
    pl_str provider; /* the event whose records the rule reads; empty: none given */
    uint32_t event_id;
    pl_regex regex;
    pl_effect *effects; /* PL_RULE_EVENT */
    size_t effect_count;
    bool weak; /* means something only in a source where a rule that is not weak has matched, or
                  when the user asked for the dialect */
    pl_strength strength;     /* PL_RULE_EVENT, PL_RULE_KNOWN: how sure what it says is */
    pl_confidence confidence; /* of the same */
    pl_pair *words;           /* a captured phase or event word, and what it means */
    size_t word_count;
    pl_str *recalls; /* captures of context lines that count as its own */
    size_t recall_count;
    pl_pair *whens; /* what context lines must have captured last; `*`: anything */
    size_t when_count;
    pl_pair *facts; /* of every event */
    size_t fact_count;
    bool of_cluster; /* PL_RULE_KNOWN, as in an effect */
    pl_effect_when when;
    pl_str changes;              /* the capture that must have changed; empty: none */
    pl_str cause, advice, phase; /* PL_RULE_KNOWN */
    pl_str
        as; /* PL_RULE_KNOWN: the name of the failure, whichever dialect tells it; empty: full_id */
    int64_t within_us; /* PL_RULE_PAIR */
    pl_str moment;     /* PL_RULE_PAIR: which moment it tells; others may, too, in other words */
    pl_sample *samples;
    size_t sample_count;
    pl_sample *nots; /* lines that must not match; without `gives` */
    size_t not_count;
    unsigned file_line;
} pl_rule;

typedef struct pl_unwrap {
    pl_str json_field; /* the line is a JSON object: go on with this string field; empty: not this
                          kind */
    pl_str json_stamp; /* the field that holds the stamp of the wrapping; empty: none */
    pl_regex strip;    /* cut this prefix off; its capture `ts` is the stamp of the wrapping */
} pl_unwrap;

typedef enum pl_provider_kind { PL_FROM_LINE, PL_FROM_CONTEXT, PL_FROM_PATH } pl_provider_kind;

typedef struct pl_provider {
    pl_provider_kind kind;
    pl_regex path; /* PL_FROM_PATH: on path/member with '/' for '\'; captures node or cluster */
} pl_provider;

typedef struct pl_dialect {
    pl_str name, title, source, file; /* file: as named in messages */
    bool visit_lines;                 /* rules need no literal */
    bool follow_lines;  /* every line is looked at, not only those with a literal: visit_lines, or
                           clocks that go from line to line */
    bool two_clocks;    /* rules tell moments in UTC: a zone may follow from them */
    uint64_t text_hash; /* of the file: part of what a source's reading is */
    pl_str *paths;      /* globs on the path's last parts */
    size_t path_count;
    pl_str *markers;
    size_t marker_count;
    bool reads_events; /* the Windows events of every source that is made of them */
    pl_unwrap *unwraps;
    size_t unwrap_count;
    pl_shape *shapes;
    size_t shape_count;
    pl_provider *node_providers;
    size_t node_provider_count;
    pl_provider *cluster_providers;
    size_t cluster_provider_count;
    pl_model *models;
    size_t model_count;
    pl_rule *rules; /* contexts first, then aliases, events, known failures, pairs: the order they
                       apply in */
    size_t rule_count;
    pl_arena arena; /* holds all of it */
} pl_dialect;

typedef struct pl_dialect_set {
    pl_dialect *items[PL_DIALECTS_MAX];
    size_t count;
} pl_dialect_set;

void pl_dialect_set_init(pl_dialect_set *set);
void pl_dialect_set_release(pl_dialect_set *set);

/*
 * Reads one dialect into `set`; `file` is for messages and copied.  A dialect of the same name that
 * is there already is replaced (the user's wins over the built-in).  PL_ERR_FORMAT: "file:line:
 * what"; PL_ERR_LIMIT: too large, too many; PL_ERR_NOMEM.  On failure the set is as before.
 */
PL_CHECKED pl_status pl_dialect_load(pl_dialect_set *set, pl_str yaml, pl_str file, pl_error *err);

/* Joins rules to models, across dialects.  To be called once, after the last load; the set is
 * immutable from then on. */
PL_CHECKED pl_status pl_dialect_link(pl_dialect_set *set, pl_error *err);

/* Does the line hold one of the rule's literals? */
bool pl_rule_is_in(const pl_rule *rule, pl_str line);
/* NULL: none of that name. */
const pl_dialect *pl_dialect_find(const pl_dialect_set *set, pl_str name);
const pl_model *pl_model_find(const pl_dialect_set *set, pl_str name);

#endif
