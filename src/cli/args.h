/*
 * args.h - the command line: verbs, their options, and what was given.
 *
 * One table per verb drives parsing and --help.  Nothing here prints or touches a file.
 */
#ifndef PL_CLI_ARGS_H
#define PL_CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/buf.h"
#include "base/civil.h"
#include "base/str.h"
#include "ingest/ingest.h"
#include "render/report.h"
#include "render/rows.h"

#define PL_DIALECT_FILES_MAX 64 /* --dialect-file; more is a usage error */
#define PL_ZONES_MAX 64         /* --source-tz; the same */

typedef enum pl_verb_id {
    PL_VERB_NONE, /* phaseline PATH...: the post-mortem */
    PL_VERB_INGEST,
    PL_VERB_REPORT,
    PL_VERB_TIMELINE,
    PL_VERB_PHASES,
    PL_VERB_STALLS,
    PL_VERB_ORDER,
    PL_VERB_SOURCES,
    PL_VERB_DIFF,
    PL_VERB_EXPLAIN,
    PL_VERB_SQL,
    PL_VERB_DIALECTS,
} pl_verb_id;

#define PL_JOBS_MAX 1024

typedef enum pl_option_id {
    PL_OPTION_DB = 256, /* above every letter: the value getopt_long() gives */
    PL_OPTION_FORMAT,
    PL_OPTION_CLUSTER,
    PL_OPTION_NODE,
    PL_OPTION_DIALECT,
    PL_OPTION_DIALECT_FILE,
    PL_OPTION_SOURCE_TZ,
    PL_OPTION_SOURCE_DATE,
    PL_OPTION_AS_OF,
    PL_OPTION_DETAILS,
    PL_OPTION_RUN,
    PL_OPTION_COLOR,
    PL_OPTION_PROGRESS,
    PL_OPTION_OUTPUT,
    PL_OPTION_FAIL_ON,
    PL_OPTION_REHASH,
    PL_OPTION_JOBS,
    PL_OPTION_STRICT,
    PL_OPTION_QUIET,
    PL_OPTION_VERBOSE,
    PL_OPTION_VERSION,
    PL_OPTION_HELP,
} pl_option_id;

typedef struct pl_option {
    const char *name; /* NULL ends a table */
    char letter;      /* '\0': none */
    pl_option_id id;
    const char *argument; /* its name; NULL: takes none */
    const char *help;
} pl_option;

typedef struct pl_verb {
    pl_verb_id id;
    const char *name;     /* "" for the post-mortem */
    const char *operands; /* as --help shows them */
    const char *help;     /* one line */
    const pl_option *options;
    size_t operands_min, operands_max;
} pl_verb;

/* All verbs, the post-mortem first; *count of them. */
const pl_verb *pl_verbs(size_t *count);

typedef enum pl_color { PL_COLOR_AUTO, PL_COLOR_ALWAYS, PL_COLOR_NEVER } pl_color;

typedef enum pl_progress_when {
    PL_PROGRESS_AUTO,
    PL_PROGRESS_ALWAYS,
    PL_PROGRESS_NEVER,
    PL_PROGRESS_JSON,
} pl_progress_when;

/* What swim lanes are drawn with. */
typedef enum pl_glyphs { PL_GLYPHS_AUTO, PL_GLYPHS_ASCII, PL_GLYPHS_UNICODE } pl_glyphs;

/* --source-tz, as it was given. */
typedef struct pl_zone_given {
    pl_str glob, name; /* the name is one that pl_zones_find() may know */
} pl_zone_given;

/* Everything borrows from argv. */
typedef struct pl_args {
    const pl_verb *verb;
    const char *db; /* NULL: not given */
    pl_format format;
    pl_glyphs glyphs;
    const char *output; /* NULL: standard output */
    pl_str fail_on;     /* empty: not given; every word of it is known */
    pl_progress_when progress;
    bool rehash;
    int jobs; /* 0: not given */
    bool strict;
    pl_str cluster, node, dialect; /* empty: not given */
    const char *dialect_files[PL_DIALECT_FILES_MAX];
    size_t dialect_file_count;
    pl_zone_given zones[PL_ZONES_MAX];
    size_t zone_count;
    bool has_date; /* --source-date was given: `date` */
    pl_civil date;
    int64_t as_of_us; /* PL_TIME_NONE: not given */
    pl_details details;
    int64_t run_id; /* or PL_RUN_ALL, PL_RUN_LATEST */
    pl_color color;
    bool quiet, verbose, version, help;
    const char *const *operands;
    size_t operand_count;
} pl_args;

/*
 * Reads argv (argv[0] is the program; options and operands may be mixed: argv is reordered).
 * PL_ERR_USAGE says in one line what is wrong.  With --help and --version operands are not checked.
 */
PL_CHECKED pl_status pl_args_parse(int argc, char **argv, pl_args *out, pl_error *err);
/* Appends the help of `verb`; of the post-mortem, with the list of the others. */
void pl_args_append_help(pl_buf *buf, const pl_verb *verb);
/* Appends the help in three lines. */
void pl_args_append_usage(pl_buf *buf);

/* Reads a number of a run, or latest. */
bool pl_args_run(const char *value, int64_t *run_id);

#endif
