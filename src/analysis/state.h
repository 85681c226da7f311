/*
 * state.h - one node on its way through the phases of a model: what is open, which attempt, what
 * went wrong.
 *
 * The rules are those of docs/architecture.md, section "From events to spans".
 */
#ifndef PL_ANALYSIS_STATE_H
#define PL_ANALYSIS_STATE_H

#include "analysis/inside.h"

#define PL_SEEN_PHASES 64 /* order checks know that many phases of a model */

/* A span that is open; its row exists since it was entered. */
typedef struct pl_open_span {
    int64_t span_id;
    int phase;
    int64_t enter_us, enter_event; /* enter_us PL_TIME_NONE also with `floor` */
    bool floor;                    /* it began at the time its row has, or later */
    int64_t progress_us,
        progress_event; /* the last progress; the enter itself when there was none */
    bool has_counter;
    int64_t counter;   /* of the last progress line that had one, in thousandths */
    int64_t paused_us; /* how long it was told to wait; PL_TIME_NONE: not known */
} pl_open_span;

/* An attempt that failed and was not made good by reaching done. */
typedef struct pl_failure {
    int64_t attempt;
    int phase; /* -1: in no phase */
    int64_t since_us, at_us, event;
    bool floor;     /* at_us is not when, but since when */
    bool made_good; /* a later line reached done */
    char code[64], blocker[128];
    int64_t blocker_event;
} pl_failure;

/* A stretch in which a node did not serve. */
typedef struct pl_outage {
    int64_t start_us, end_us; /* end: PL_TIME_NONE while it is out */
    int64_t event;            /* that began it */
    int phase;
} pl_outage;

/* A step over mandatory phases: a finding, unless a later line of the attempt is about them. */
typedef struct pl_skip {
    pl_step step; /* without its texts */
    int64_t attempt, last_event;
    int last_rank;
    bool missing[PL_SEEN_PHASES];
} pl_skip;

typedef struct pl_node_state {
    int64_t node_id;                /* 0: the whole cluster */
    pl_str name;                    /* in the walk's memory */
    pl_open_span open[PL_OPEN_MAX]; /* outermost first */
    size_t open_count;
    int64_t attempt;     /* 1.. */
    bool started;        /* an event of the model was about it in this run */
    bool done;           /* the attempt reached done, and nothing failed since */
    bool left_done;      /* but work was entered since */
    bool worked;         /* the attempt entered a phase that is not down, or failed */
    bool failed;         /* the attempt failed, and nothing was entered since */
    bool stumbled;       /* the attempt failed, and no phase with a rank was entered since */
    int failed_rank;     /* of the phase in which it stumbled; 0: none */
    bool after_terminal; /* the phase entered last was terminal */
    int last_rank;       /* of the top-level phase entered last in this attempt; 0: none */
    int64_t last_event;  /* which event entered it */
    bool seen_phase[PL_SEEN_PHASES]; /* a line of this attempt, other than a note, names it */
    int last_phase;                  /* entered last; -1: none */
    int left_phase;                  /* left last, as a line says; -1: none */
    int64_t left_us;
    int64_t last_phase_us, last_enter_event;
    int64_t seen_us;     /* its last dated event */
    int64_t first_event; /* of the model, in this run; 0: none so far */
    bool paused, rolled_back;
    int64_t paused_us, paused_event; /* since when it is paused; PL_TIME_NONE: no time */
    int64_t rolled_us, rolled_event;
    char blocker[128]; /* whom it waits for, as a line names it; empty: none does */
    int64_t blocker_us, blocker_event;
    int64_t moved_us, moved_event; /* its newest progress of any kind */
    int64_t work_us, work_event;   /* its first work in the run; PL_TIME_NONE: none with a time */
    int work_phase;                /* -1: it did none */
    int64_t done_us;               /* it first was done; PL_TIME_NONE: never, or no time */
    bool was_done;
    int step_count, step_bad_count; /* transitions whose order was checked, and the wrong ones */
    pl_skip *skips;                 /* owned; in order */
    size_t skip_count, skip_room;
    size_t skip_first;  /* those from here on are of this attempt */
    pl_outage *outages; /* owned; in order; of models that say how many may be out */
    size_t outage_count, outage_room;
    pl_failure *failures; /* owned; in order */
    size_t failure_count, failure_room;
    char version[64], version_from[64], group[256];
    /* set when the run is over */
    int64_t end_us;     /* end of the node's evidence: of its own log, else of the run's */
    int64_t own_end_us; /* end of its own log; PL_TIME_NONE: it has none */
    int64_t log_count;  /* of its own */
    bool log_cut;       /* one of them was not read to its end */
    pl_open_span final; /* the innermost span that was open at the end */
    bool has_final, stalled, silent, slow, broken;
    bool cut_off;     /* its own log ends while it starts anew: it may be back by now */
    int64_t limit_us; /* the final phase was judged by; -1: none */
} pl_node_state;

/* An exit whose line was stamped at the beginning: it waits for the next line, which may tell that
 * it failed. */
typedef struct pl_due {
    pl_node_state *node; /* NULL: nothing waits */
    pl_step step;        /* without its texts */
    int64_t end_us;
    bool entered; /* another line told the beginning */
} pl_due;

typedef struct pl_run_state {
    const pl_scope *scope;
    int64_t run_id;
    int64_t started_us, last_us; /* first and last dated event of the model */
    bool active;
    pl_node_state **nodes; /* owned; in order of appearance */
    size_t node_count, node_room;
    pl_map *index;          /* node id as text -> position + 1 */
    pl_node_state *current; /* serial models: the node that is being worked on */
    pl_due due;
    char from_version[64], to_version[64];    /* as an event of the model says */
    char first_version[64], last_version[64]; /* as nodes were seen to run them */
    char run_key[128];
    const char *purpose; /* upgrade beats patch; NULL: no event says */
    int64_t commit_us,
        commit_event; /* the cluster first entered a commit phase of a node's model */
    int commit_phase; /* -1: it did not */
    int64_t end_us;   /* of the run's evidence; set when it is over */
    struct {
        int64_t sources, cut, beside, bytes; /* as in pl_end */
    } evidence;
    int64_t as_of_us; /* what is open is judged at; PL_TIME_NONE: at the end of its evidence */
    pl_arena arena;
} pl_run_state;

/* ---- members.c */
/* As much of `text` as fits in, terminated. */
void pl_text_copy(char *out, size_t room, pl_str text);
/* Versions, group and purpose that the line tells. */
void pl_note_facts(pl_run_state *run, pl_node_state *node, const pl_step *step);
/* A line may name whom the node waits for; that its phase goes on does not change it. */
void pl_note_blocker(pl_node_state *node, const pl_step *step);
/* Keeps the stretches in which the node is out, where the model limits how many are. */
PL_CHECKED pl_status pl_note_outage(const pl_run_state *run, pl_node_state *node,
                                    const pl_step *step, pl_error *err);
/* What the whole cluster does in a model that tells nodes apart. */
void pl_note_commit(pl_run_state *run, const pl_step *step);
/* The state of the node of `step`, made when new; NULL: no memory. */
pl_node_state *pl_state_node(pl_run_state *run, int64_t node_id, pl_str name);
/* The state of that node, NULL when no event was about it. */
pl_node_state *pl_state_find(const pl_run_state *run, int64_t node_id);
/* Has the node of `step` begun, and not got to done?  One that was only put out of the cluster has.
 */
bool pl_state_is_underway(const pl_run_state *run, const pl_step *step);
/* Which of the open spans, at least one, is nested in the others: the last, unless that was told
 * when what it is around was open. */
size_t pl_state_innermost(const pl_run_state *run, const pl_node_state *node);
/* What one event of the model does.  PL_ERR_NOMEM, PL_ERR_DB. */
PL_CHECKED pl_status pl_state_apply(pl_run_state *run, const pl_step *step, pl_error *err);
/* Ends what is due: no line follows. */
PL_CHECKED pl_status pl_state_settle(pl_run_state *run, pl_error *err);
/* Order findings (order.c): a step back is told when it happens, what was left out when the run is
 * over. */
PL_CHECKED pl_status pl_check_order(pl_run_state *run, pl_node_state *node, const pl_step *step,
                                    pl_error *err);
/* The same for a phase that ends and was never entered, while the node is in another. */
PL_CHECKED pl_status pl_check_unexpected(pl_run_state *run, pl_node_state *node,
                                         const pl_step *step, pl_error *err);
/* A line of this attempt, other than a note, is about the phase: it was not left out. */
void pl_see_phase(pl_node_state *node, int phase);
/* A new attempt begins, or behind a terminal phase the order begins anew. */
void pl_forget_phases(pl_node_state *node);
/* Tells what was left out in the run. */
PL_CHECKED pl_status pl_judge_skips(pl_run_state *run, pl_error *err);

/* ---- spans.c */
typedef struct pl_close {
    int64_t us, event;     /* us PL_TIME_NONE with result open: how long is not known */
    const char *closed_by; /* explicit, implied, evidence-end */
    const char *result;    /* ok, failed, skipped, rolled-back, open */
    int64_t told_us;       /* how long the line says it took; 0: it does not */
} pl_close;
/* A line that ends a span; one that is only known to come later than something leaves open when. */
pl_close pl_close_by(const pl_step *step, const char *closed_by, const char *result);
PL_CHECKED pl_status pl_span_open(pl_run_state *run, pl_node_state *node, int phase,
                                  const pl_step *step, pl_error *err);
/* Ends the innermost open span of `node`. */
PL_CHECKED pl_status pl_span_close(pl_run_state *run, pl_node_state *node, const pl_close *close,
                                   pl_error *err);
/* Ends all open spans of `node` down to `keep` of them. */
PL_CHECKED pl_status pl_span_close_to(pl_run_state *run, pl_node_state *node, size_t keep,
                                      const pl_close *close, pl_error *err);
/* A span for a phase that failed or was skipped without being entered: without length, unless the
 * line tells it. */
PL_CHECKED pl_status pl_span_point(pl_run_state *run, pl_node_state *node, int phase,
                                   const pl_step *step, const char *result, pl_error *err);

/* ---- runs.c: rows of a run and of its nodes */
PL_CHECKED pl_status pl_run_begin(pl_run_state *run, const pl_step *step, pl_error *err);
/* Ends the run: closes what is open, judges, writes.  `cap_us`: when the next run starts,
 * PL_TIME_NONE: none does. */
PL_CHECKED pl_status pl_run_finish(pl_run_state *run, int64_t cap_us, pl_error *err);

/* ---- verdict.c: findings about a run, all made the same way */
#define PL_VERDICT_EVIDENCE_MAX 8 /* lines of one verdict; more are not kept */
typedef struct pl_verdict {
    const char *rule, *severity, *confidence;
    const pl_node_state *node;               /* NULL: the cluster */
    int phase;                               /* -1: of none */
    int64_t attempt;                         /* 0: of none */
    int64_t since_us, duration_us, limit_us; /* PL_TIME_NONE: not known */
    pl_str limit_from, blocker;              /* empty: none */
    pl_buf summary, arithmetic;
    struct {
        int64_t event;
        const char *role;
    } evidence[PL_VERDICT_EVIDENCE_MAX];
    size_t evidence_count;
} pl_verdict;

void pl_verdict_init(pl_verdict *verdict, const char *rule, const char *severity,
                     const pl_node_state *node, int phase);
/* The next line that shows it; 0 is none, and the same line again is left out. */
void pl_verdict_show(pl_verdict *verdict, int64_t event, const char *role);
/* Appends the name of the node, or of the cluster. */
void pl_verdict_name(const pl_run_state *run, const pl_node_state *node, pl_buf *out);
/* Writes the finding and empties `verdict`, also after a failure. */
PL_CHECKED pl_status pl_verdict_tell(pl_run_state *run, pl_verdict *verdict, pl_error *err);

/* ---- across.c: overlap, premature, wrong order of groups: what one node does while another does
 */
PL_CHECKED pl_status pl_judge_across(pl_run_state *run, pl_error *err);

/* ---- evidence.c: what the run rests on, and which nodes only others tell of */
PL_CHECKED pl_status pl_judge_evidence(pl_run_state *run, pl_error *err);

/* ---- progress.c: how far the run is, and how long it will take */
PL_CHECKED pl_status pl_measure_progress(pl_run_state *run, const char *assessment, pl_error *err);

/* ---- judge.c: slow, stalled, silent; failures.c: failed, retried, rolled-back, attempts cut off
 */
PL_CHECKED pl_status pl_judge_spans(pl_run_state *run, pl_error *err);
PL_CHECKED pl_status pl_judge_failures(pl_run_state *run, pl_error *err);
/* The attempt that `step` ends by beginning the next one, before its spans are closed: was it cut
 * off at work? */
PL_CHECKED pl_status pl_judge_cut(pl_run_state *run, const pl_node_state *node, const pl_step *step,
                                  pl_error *err);
#endif
