/* args.c - getopt_long() on the table of the verb. */
#include "cli/args.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/stamp.h"
#include "render/rules.h"

#define OPTION(name, letter, id, argument, help)                                                   \
    {                                                                                              \
        (name), (letter), (id), (argument), (help)                                                 \
    }
#define DB                                                                                         \
    OPTION("db", 'd', PL_OPTION_DB, "FILE",                                                        \
           "the database (default: $PHASELINE_DB, else ./phaseline.db)")
#define FORMAT                                                                                     \
    OPTION("format", 0, PL_OPTION_FORMAT, "FORMAT", "text (default), json, csv or markdown")
#define FORMAT_LANES                                                                               \
    OPTION("format", 0, PL_OPTION_FORMAT, "FORMAT",                                                \
           "text (default), ascii, unicode, json, csv or markdown")
#define OUTPUT OPTION("output", 'o', PL_OPTION_OUTPUT, "FILE", "write there, all of it or nothing")
#define FAIL_ON                                                                                    \
    OPTION("fail-on", 0, PL_OPTION_FAIL_ON, "RULE,...",                                            \
           "exit 1 on a finding: rules, error, warning or any")
#define STRICT OPTION("strict", 0, PL_OPTION_STRICT, NULL, "exit 3 with any coverage finding")
#define REHASH OPTION("rehash", 0, PL_OPTION_REHASH, NULL, "read unchanged files, too")
#define JOBS                                                                                       \
    OPTION("jobs", 'j', PL_OPTION_JOBS, "N", "threads that read (default: one per processor)")
#define PROGRESS                                                                                   \
    OPTION("progress", 0, PL_OPTION_PROGRESS, "WHEN", "auto (default), always, never or json")
#define CLUSTER OPTION("cluster", 0, PL_OPTION_CLUSTER, "NAME", "the cluster all inputs belong to")
#define NODE OPTION("node", 0, PL_OPTION_NODE, "NAME", "the node all inputs belong to")
#define DIALECT                                                                                    \
    OPTION("dialect", 0, PL_OPTION_DIALECT, "NAME", "read every input with this dialect only")
#define DIALECT_FILE                                                                               \
    OPTION("dialect-file", 0, PL_OPTION_DIALECT_FILE, "FILE", "one more dialect; may be repeated")
#define SOURCE_TZ                                                                                  \
    OPTION("source-tz", 0, PL_OPTION_SOURCE_TZ, "GLOB=ZONE",                                       \
           "zone (Europe/Berlin) of logs that say none; may be repeated")
#define SOURCE_DATE                                                                                \
    OPTION("source-date", 0, PL_OPTION_SOURCE_DATE, "DATE",                                        \
           "the day, e.g. 2023-03-12, of logs that lack date or year")
#define AS_OF                                                                                      \
    OPTION("as-of", 0, PL_OPTION_AS_OF, "TIME",                                                    \
           "judge what is open at this time, e.g. 2023-03-12T19:35:07Z")
#define DETAILS                                                                                    \
    OPTION("details", 0, PL_OPTION_DETAILS, "WHAT",                                                \
           "none (default), nodes: every node, all: all evidence too")
#define RUN OPTION("run", 0, PL_OPTION_RUN, "ID", "a run of v_run, latest, or all (default)")
#define COLOR OPTION("color", 0, PL_OPTION_COLOR, "WHEN", "auto (default), always or never")
#define QUIET                                                                                      \
    OPTION("quiet", 'q', PL_OPTION_QUIET, NULL, "no summary and no complaints about inputs")
#define VERBOSE OPTION("verbose", 'v', PL_OPTION_VERBOSE, NULL, "name every input as it is read")
#define VERSION OPTION("version", 0, PL_OPTION_VERSION, NULL, "print the version")
#define HELP OPTION("help", 'h', PL_OPTION_HELP, NULL, "print this")
#define END OPTION(NULL, 0, PL_OPTION_HELP, NULL, NULL)

static const pl_option none_options[] = {
    FORMAT, DETAILS,  RUN,          OUTPUT,    FAIL_ON,     STRICT, CLUSTER,
    NODE,   DIALECT,  DIALECT_FILE, SOURCE_TZ, SOURCE_DATE, AS_OF,  COLOR,
    QUIET,  PROGRESS, JOBS,         VERBOSE,   VERSION,     HELP,   END};
static const pl_option ingest_options[] = {
    DB,      CLUSTER, NODE,     DIALECT, DIALECT_FILE, SOURCE_TZ, SOURCE_DATE, AS_OF, REHASH,
    FAIL_ON, STRICT,  PROGRESS, JOBS,    QUIET,        VERBOSE,   HELP,        END};
static const pl_option report_options[] = {DB,      FORMAT, DETAILS, RUN,  OUTPUT,
                                           FAIL_ON, STRICT, COLOR,   HELP, END};
static const pl_option timeline_options[] = {DB,     FORMAT_LANES, DETAILS, RUN,
                                             OUTPUT, COLOR,        HELP,    END};
static const pl_option view_options[] = {DB, FORMAT, RUN, OUTPUT, COLOR, HELP, END};
static const pl_option table_options[] = {DB, FORMAT, OUTPUT, COLOR, HELP, END};
static const pl_option dialects_options[] = {FORMAT, OUTPUT, DIALECT_FILE, HELP, END};

static const pl_verb verbs[] = {
    {PL_VERB_NONE, "", "PATH...", "say what happened to an upgrade, from its logs", none_options, 1,
     SIZE_MAX},
    {PL_VERB_INGEST, "ingest", "PATH...", "read files, folders, archives or - into a database",
     ingest_options, 1, SIZE_MAX},
    {PL_VERB_REPORT, "report", "", "say what happened, from a database", report_options, 0, 0},
    {PL_VERB_TIMELINE, "timeline", "", "draw who was in which phase when", timeline_options, 0, 0},
    {PL_VERB_PHASES, "phases", "", "list how long the phases took", view_options, 0, 0},
    {PL_VERB_STALLS, "stalls", "", "list what is stalled, silent or slow", view_options, 0, 0},
    {PL_VERB_ORDER, "order", "", "list the phases out of order", view_options, 0, 0},
    {PL_VERB_SOURCES, "sources", "", "list what was read, and how it went", table_options, 0, 0},
    {PL_VERB_DIFF, "diff", "RUN RUN", "list what is different between two runs", table_options, 2,
     2},
    {PL_VERB_EXPLAIN, "explain", "FINDING-ID",
     "say why there is a finding, with its lines in context", table_options, 1, 1},
    {PL_VERB_SQL, "sql", "[SELECT...|-]", "ask the database, read-only (docs/sql.md)",
     table_options, 0, 1},
    {PL_VERB_DIALECTS, "dialects", "list|show|lint|test",
     "the kinds of log known; show NAME, lint|test [FILE...]", dialects_options, 1, SIZE_MAX},
};

#define VERB_COUNT (sizeof verbs / sizeof *verbs)

const pl_verb *pl_verbs(size_t *count)
{
    *count = VERB_COUNT;
    return verbs;
}

static const pl_verb *find_verb(const char *name)
{
    for (size_t i = 1; i < VERB_COUNT; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* Index of `value` in the NULL-terminated `words`, of two at least, or a usage error. */
static pl_status read_word(const char *option, const char *value, const char *const *words,
                           size_t *out, pl_error *err)
{
    char list[128];
    size_t len = 0;
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], value) == 0) {
            *out = i;
            return PL_OK;
        }
        const char *between = i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ";
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", between, words[i]);
    }
    return pl_fail(err, PL_ERR_USAGE, "--%s is %s, not '%s'", option, list, value);
}

static bool draws_lanes(const pl_args *args)
{
    return args->verb->id == PL_VERB_TIMELINE;
}

static pl_status read_format(const char *value, pl_args *args, pl_error *err)
{
    static const char *const words[] = {"text", "json", "csv", "markdown", NULL};
    static const char *const lanes[] = {"text",  "json",    "csv", "markdown",
                                        "ascii", "unicode", NULL};
    static const pl_format formats[] = {PL_FORMAT_TEXT,     PL_FORMAT_JSON, PL_FORMAT_CSV,
                                        PL_FORMAT_MARKDOWN, PL_FORMAT_TEXT, PL_FORMAT_TEXT};
    static const pl_glyphs glyphs[] = {PL_GLYPHS_AUTO, PL_GLYPHS_AUTO,  PL_GLYPHS_AUTO,
                                       PL_GLYPHS_AUTO, PL_GLYPHS_ASCII, PL_GLYPHS_UNICODE};
    size_t index = 0;
    pl_status status = read_word("format", value, draws_lanes(args) ? lanes : words, &index, err);
    args->format = formats[index];
    args->glyphs = glyphs[index];
    return status;
}

static pl_status read_details(const char *value, pl_args *args, pl_error *err)
{
    static const char *const words[] = {"none", "nodes", "all", NULL};
    static const pl_details details[] = {PL_DETAILS_NONE, PL_DETAILS_NODES, PL_DETAILS_ALL};
    size_t index = 0;
    pl_status status = read_word("details", value, words, &index, err);
    args->details = details[index];
    return status;
}

static pl_status read_color(const char *value, pl_args *args, pl_error *err)
{
    static const char *const words[] = {"auto", "always", "never", NULL};
    static const pl_color colors[] = {PL_COLOR_AUTO, PL_COLOR_ALWAYS, PL_COLOR_NEVER};
    size_t index = 0;
    pl_status status = read_word("color", value, words, &index, err);
    args->color = colors[index];
    return status;
}

static pl_status read_progress(const char *value, pl_args *args, pl_error *err)
{
    static const char *const words[] = {"auto", "always", "never", "json", NULL};
    static const pl_progress_when whens[] = {PL_PROGRESS_AUTO, PL_PROGRESS_ALWAYS,
                                             PL_PROGRESS_NEVER, PL_PROGRESS_JSON};
    size_t index = 0;
    pl_status status = read_word("progress", value, words, &index, err);
    args->progress = whens[index];
    return status;
}

/* A gate that names no rule would never close: better said at once. */
static pl_status read_fail_on(const char *value, pl_args *args, pl_error *err)
{
    args->fail_on = pl_str_of(value);
    for (pl_str rest = args->fail_on;;) {
        size_t comma = pl_str_find(rest, PL_STR(","), 0);
        pl_str word = pl_str_slice(rest, 0, comma);
        if (!pl_gate_knows(word))
            return pl_fail(err, PL_ERR_USAGE,
                           "--fail-on takes rules, error, warning or any, not '" PL_FMT "'",
                           PL_ARG(word));
        if (comma == SIZE_MAX)
            return PL_OK;
        rest = pl_str_slice(rest, comma + 1, SIZE_MAX);
    }
}

bool pl_args_run(const char *value, int64_t *run_id)
{
    uint64_t id = 0;
    if (strcmp(value, "latest") == 0)
        *run_id = PL_RUN_LATEST;
    else if (pl_str_to_u64(pl_str_of(value), &id) && id > 0 && id <= INT64_MAX)
        *run_id = (int64_t)id;
    else
        return false;
    return true;
}

static pl_status read_run(const char *value, pl_args *args, pl_error *err)
{
    if (strcmp(value, "all") == 0)
        args->run_id = PL_RUN_ALL;
    else if (!pl_args_run(value, &args->run_id))
        return pl_fail(err, PL_ERR_USAGE, "--run is a number, latest or all, not '%s'", value);
    return PL_OK;
}

static pl_status read_jobs(const char *value, pl_args *args, pl_error *err)
{
    uint64_t jobs = 0;
    if (!pl_str_to_u64(pl_str_of(value), &jobs) || jobs == 0 || jobs > PL_JOBS_MAX)
        return pl_fail(err, PL_ERR_USAGE, "--jobs is a number from 1 to %d, not '%s'", PL_JOBS_MAX,
                       value);
    args->jobs = (int)jobs;
    return PL_OK;
}

static pl_status read_as_of(const char *value, pl_args *args, pl_error *err)
{
    pl_stamp stamp = {0};
    int64_t local_us = PL_TIME_NONE;
    if (pl_stamp_parse(pl_str_of(value), &stamp) && stamp.form == PL_STAMP_FULL && stamp.has_zone)
        local_us = pl_civil_to_us(stamp.civil);
    if (local_us == PL_TIME_NONE)
        return pl_fail(err, PL_ERR_USAGE,
                       "--as-of is a time with its zone such as 2023-03-12T19:35:07Z, not '%s'",
                       value);
    args->as_of_us = local_us - (int64_t)stamp.zone_minutes * 60 * PL_US_PER_SECOND;
    return PL_OK;
}

/* The first zone whose glob fits counts, so that the last '=' is the one that parts them. */
static pl_status add_zone(const char *value, pl_args *args, pl_error *err)
{
    const char *equals = strrchr(value, '=');
    pl_str name = pl_str_of(equals == NULL ? "" : equals + 1);
    int minutes = 0;
    if (equals == value || (!pl_zone_parse(name, &minutes) && !pl_zone_is_name(name)))
        return pl_fail(err, PL_ERR_USAGE,
                       "--source-tz is GLOB=ZONE such as '*.log=Europe/Berlin' or '*.log=+02:00',"
                       " not '%s'",
                       value);
    if (args->zone_count == PL_ZONES_MAX)
        return pl_fail(err, PL_ERR_USAGE, "more than %d zones", PL_ZONES_MAX);
    args->zones[args->zone_count++] = (pl_zone_given){{value, (size_t)(equals - value)}, name};
    return PL_OK;
}

static pl_status read_date(const char *value, pl_args *args, pl_error *err)
{
    char text[sizeof "YYYY-MM-DD 00:00:00"];
    pl_stamp stamp = {0};
    bool is_day = strlen(value) == strlen("YYYY-MM-DD");
    snprintf(text, sizeof text, "%.10s 00:00:00", is_day ? value : "");
    if (!pl_stamp_parse(pl_str_of(text), &stamp))
        return pl_fail(err, PL_ERR_USAGE, "--source-date is a day such as 2023-03-12, not '%s'",
                       value);
    args->has_date = true;
    args->date = stamp.civil;
    return PL_OK;
}

static pl_status add_dialect_file(const char *value, pl_args *args, pl_error *err)
{
    if (args->dialect_file_count == PL_DIALECT_FILES_MAX)
        return pl_fail(err, PL_ERR_USAGE, "more than %d dialect files", PL_DIALECT_FILES_MAX);
    args->dialect_files[args->dialect_file_count++] = value;
    return PL_OK;
}

static pl_status read_name(const char *option, const char *value, pl_str *out, pl_error *err)
{
    *out = pl_str_of(value);
    if (out->len == 0)
        return pl_fail(err, PL_ERR_USAGE, "--%s needs a name", option);
    return PL_OK;
}

static pl_status set_option(pl_args *args, pl_option_id id, const char *value, pl_error *err)
{
    switch (id) {
    case PL_OPTION_DB:
        args->db = value;
        return value[0] != '\0' ? PL_OK : pl_fail(err, PL_ERR_USAGE, "--db needs a file");
    case PL_OPTION_FORMAT:
        return read_format(value, args, err);
    case PL_OPTION_CLUSTER:
        return read_name("cluster", value, &args->cluster, err);
    case PL_OPTION_NODE:
        return read_name("node", value, &args->node, err);
    case PL_OPTION_DIALECT:
        return read_name("dialect", value, &args->dialect, err);
    case PL_OPTION_DIALECT_FILE:
        return add_dialect_file(value, args, err);
    case PL_OPTION_SOURCE_TZ:
        return add_zone(value, args, err);
    case PL_OPTION_SOURCE_DATE:
        return read_date(value, args, err);
    case PL_OPTION_AS_OF:
        return read_as_of(value, args, err);
    case PL_OPTION_DETAILS:
        return read_details(value, args, err);
    case PL_OPTION_JOBS:
        return read_jobs(value, args, err);
    case PL_OPTION_RUN:
        return read_run(value, args, err);
    case PL_OPTION_COLOR:
        return read_color(value, args, err);
    case PL_OPTION_PROGRESS:
        return read_progress(value, args, err);
    case PL_OPTION_FAIL_ON:
        return read_fail_on(value, args, err);
    case PL_OPTION_OUTPUT:
        args->output = value;
        return value[0] != '\0' ? PL_OK : pl_fail(err, PL_ERR_USAGE, "--output needs a file");
    case PL_OPTION_REHASH:
        args->rehash = true;
        break;
    case PL_OPTION_STRICT:
        args->strict = true;
        break;
    case PL_OPTION_QUIET:
        args->quiet = true;
        break;
    case PL_OPTION_VERBOSE:
        args->verbose = true;
        break;
    case PL_OPTION_VERSION:
        args->version = true;
        break;
    case PL_OPTION_HELP:
        args->help = true;
        break;
    }
    return PL_OK;
}

#define OPTIONS_MAX 32 /* of one verb */

/* The table as getopt_long() wants it.  `letters` has room for 3 * OPTIONS_MAX bytes. */
static void to_getopt(const pl_option *options, struct option *longs, char *letters)
{
    *letters++ = ':'; /* tell a missing argument from an unknown option */
    for (; options->name != NULL; options++) {
        int has_arg = options->argument != NULL ? required_argument : no_argument;
        *longs++ = (struct option){options->name, has_arg, NULL, (int)options->id};
        if (options->letter == '\0')
            continue;
        *letters++ = options->letter;
        if (has_arg == required_argument)
            *letters++ = ':';
    }
    *longs = (struct option){0};
    *letters = '\0';
}

/* The option that getopt_long() means by `code`: its id, or its letter; NULL: neither. */
static const pl_option *option_of(const pl_option *options, int code)
{
    for (; options->name != NULL; options++)
        if (code == (int)options->id || (options->letter != '\0' && code == options->letter))
            return options;
    return NULL;
}

static pl_status refuse(const pl_verb *verb, int code, const char *given, pl_error *err)
{
    const pl_option *option = option_of(verb->options, optopt);
    const char *of = verb->id == PL_VERB_NONE ? "" : verb->name;
    const char *help = verb->id == PL_VERB_NONE ? "" : " ";
    if (option != NULL && code == ':')
        return pl_fail(err, PL_ERR_USAGE, "--%s needs its %s", option->name, option->argument);
    if (option != NULL)
        return pl_fail(err, PL_ERR_USAGE, "--%s takes no argument", option->name);
    if (optopt != 0)
        return pl_fail(err, PL_ERR_USAGE, "unknown option '-%c'; see phaseline%s%s --help", optopt,
                       help, of);
    return pl_fail(err, PL_ERR_USAGE, "unknown or ambiguous option '%s'; see phaseline%s%s --help",
                   given, help, of);
}

static pl_status parse_options(int argc, char **argv, pl_args *args, pl_error *err)
{
    struct option longs[OPTIONS_MAX + 1];
    char letters[3 * OPTIONS_MAX];
    to_getopt(args->verb->options, longs, letters);
    opterr = 0;
    optind = 0; /* start anew, whatever was parsed before */
    pl_status status = PL_OK;
    int code;
    while (status == PL_OK && (code = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        const pl_option *option = option_of(args->verb->options, code);
        if (option == NULL)
            status = refuse(args->verb, code, argv[optind - 1], err);
        else
            status = set_option(args, option->id, optarg, err);
    }
    args->operands = (const char *const *)argv + optind;
    args->operand_count = (size_t)(argc - optind);
    return status;
}

static pl_status check_operands(const pl_args *args, pl_error *err)
{
    const pl_verb *verb = args->verb;
    if (args->operand_count < verb->operands_min)
        return pl_fail(err, PL_ERR_USAGE, "%s%snothing to do: give %s", verb->name,
                       verb->id == PL_VERB_NONE ? "" : ": ", verb->operands);
    if (args->operand_count > verb->operands_max)
        return pl_fail(err, PL_ERR_USAGE, "%s: '%s' is one argument too many", verb->name,
                       args->operands[verb->operands_max]);
    for (size_t i = 0; verb->id == PL_VERB_NONE && i < args->operand_count; i++)
        if (find_verb(args->operands[i]) != NULL)
            return pl_fail(err, PL_ERR_USAGE,
                           "'%s' is a command and comes first; a path of that name needs ./",
                           args->operands[i]);
    return PL_OK;
}

pl_status pl_args_parse(int argc, char **argv, pl_args *out, pl_error *err)
{
    const pl_verb *verb = argc > 1 ? find_verb(argv[1]) : NULL;
    pl_args args = {
        .verb = verb != NULL ? verb : &verbs[0], .as_of_us = PL_TIME_NONE, .run_id = PL_RUN_ALL};
    int skip = verb != NULL ? 1 : 0; /* the verb stands in for argv[0], which getopt passes over */
    pl_status status = parse_options(argc - skip, argv + skip, &args, err);
    if (status == PL_OK && !args.help && !args.version)
        status = check_operands(&args, err);
    if (status == PL_OK)
        *out = args;
    return status;
}

static void append_options(pl_buf *buf, const pl_option *options)
{
    pl_buf_append(buf, PL_STR("\nOptions:\n"));
    for (; options->name != NULL; options++) {
        size_t from = buf->len;
        if (options->letter != '\0')
            pl_buf_appendf(buf, "  -%c, ", options->letter);
        else
            pl_buf_append_repeat(buf, ' ', 6);
        pl_buf_appendf(buf, "--%s", options->name);
        if (options->argument != NULL)
            pl_buf_appendf(buf, " %s", options->argument);
        size_t used = buf->len - from;
        pl_buf_append_repeat(buf, ' ', used < 28 ? 28 - used : 1);
        pl_buf_appendf(buf, "%s\n", options->help);
    }
}

static void append_verbs(pl_buf *buf)
{
    pl_buf_append(buf, PL_STR("\nCommands (phaseline COMMAND --help says more):\n"));
    for (size_t i = 1; i < VERB_COUNT; i++)
        pl_buf_appendf(buf, "  %-10s%-22s%s\n", verbs[i].name, verbs[i].operands, verbs[i].help);
}

void pl_args_append_help(pl_buf *buf, const pl_verb *verb)
{
    pl_buf_appendf(buf, "Usage: phaseline%s%s [OPTION]...%s%s\n\n  %s\n", verb->name[0] ? " " : "",
                   verb->name, verb->operands[0] ? " " : "", verb->operands, verb->help);
    if (verb->id == PL_VERB_NONE)
        append_verbs(buf);
    append_options(buf, verb->options);
}

void pl_args_append_usage(pl_buf *buf)
{
    pl_buf_append(
        buf, PL_STR("Usage: phaseline PATH...      what happened, from logs and archives\n"
                    "       phaseline COMMAND ...  ingest, report, timeline, explain, sql ...\n"
                    "       phaseline --help       all of it\n"));
}
