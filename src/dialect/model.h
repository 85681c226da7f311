/*
 * model.h - phase models: which phases an upgrade has, in what order, and what counts as long.
 *
 * A model is declared by exactly one dialect and used by any.  Phases are known by their index in
 * it.
 */
#ifndef PL_DIALECT_MODEL_H
#define PL_DIALECT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define PL_NESTED_MAX 16 /* phases deep: a node has at most that many open at once */

/* What a phase is in any product; lets one report cover all of them. */
typedef enum pl_phase_kind {
    PL_KIND_QUEUED,
    PL_KIND_PRECHECK,
    PL_KIND_STAGE,
    PL_KIND_DRAIN,
    PL_KIND_STOP,
    PL_KIND_INSTALL,
    PL_KIND_REBOOT,
    PL_KIND_START,
    PL_KIND_REJOIN,
    PL_KIND_VERIFY,
    PL_KIND_RESUME,
    PL_KIND_COMMIT,
    PL_KIND_DONE,
    PL_KIND_ROLLBACK,
    PL_KIND_STATE,
} pl_phase_kind;

typedef enum pl_terminal { PL_TERMINAL_NO, PL_TERMINAL_DONE, PL_TERMINAL_DOWN } pl_terminal;

typedef enum pl_transition {
    PL_ENTER,
    PL_EXIT,
    PL_FAIL,
    PL_SKIP,
    PL_RETRY,
    PL_PAUSE,
    PL_RESUME,
    PL_PROGRESS,
    PL_ROLLBACK,
    PL_BOOT,
    PL_NOTE,
} pl_transition;

typedef struct pl_phase {
    pl_str name;
    int rank;   /* 1..; 0: takes no part in order checks */
    int parent; /* index of the phase it is nested in; -1: none */
    pl_phase_kind kind;
    pl_terminal terminal;
    bool optional, repeatable;
    bool rest;         /* no work: never slow, never stalled */
    int64_t expect_us; /* how long it usually takes; -1: not said */
    int64_t limit_us;  /* longer is slow when there are no peers; -1: not said */
    unsigned file_line;
} pl_phase;

typedef struct pl_model {
    pl_str name;
    bool cluster_scope; /* its phases are the cluster's, not a node's */
    bool serial;        /* an enter on one node closes what another node of the run has open */
    bool has_begins;    /* some rule of it begins attempts */
    int64_t gap_us;     /* a run ends before a hole this long in its dated events */
    pl_str run_key;     /* the capture whose change begins a new run; empty: none */
    int parallel;       /* most nodes of one group out at once; 0: not said */
    pl_str after_model,
        after_phase;        /* must be there on every node before this one starts; empty: nothing */
    pl_str beside;          /* the model that tells the failures of a node; empty: none */
    pl_str mixed_until;     /* the model that ends several versions at once; empty: none */
    int64_t mixed_limit_us; /* how long there may be several; -1: not said */
    pl_str groups; /* JSON: lists of node groups, in the order of their upgrade; empty: any order */
    pl_phase *phases;
    size_t phase_count;
    unsigned file_line;
} pl_model;

/* "enter", "exit", ...; "queued", "precheck", ... */
const char *pl_transition_name(pl_transition transition);
const char *pl_phase_kind_name(pl_phase_kind kind);
/* The transition or kind of that name; false when there is none. */
bool pl_transition_of(pl_str name, pl_transition *out);
bool pl_phase_kind_of(pl_str name, pl_phase_kind *out);
/* Index of the phase of that name (ASCII case counts not), or of that rank when `word` is a number;
 * -1: none. */
int pl_model_phase(const pl_model *model, pl_str word);

#endif
