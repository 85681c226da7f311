/*
 * evidence.h - a database written from a few lines of text, for the tests of analysis.
 *
 *     model m node serial begins gap=3600 id=run parallel=1 after=other/phase groups=[["a"],["b"]]
 * beside=other mixed=other/3600
 *     phase drain limit=600 expect=60 parent=up kind=queued norank rest optional repeatable done
 * down source a.log id=7 content=a1 reading=r bytes=9 cluster=C own=N1 dialect=d first=0 last=900
 * status=truncated 60 N1 enter drain cur=5 group=g version=1.0 code=5
 *     - * exit
 *
 * Times and durations are seconds, '-' is no time; node '*' is the whole cluster, '?' is nobody
 * known.  Events belong to the source and the model named last (model=NAME and nomodel say
 * otherwise).  begins, partial, undated, underway, code=, rule=, sub=, repaired=, confidence=,
 * pair=, within= and text= (without blanks) are about the line; `same A B` says that two names are
 * one node, `unread a.log status=encrypted` that more of the file could not be read,
 * `hole 7 100 500` that the source has no stamp from second 100 to 500, where line 7 comes (sources
 * have 10 lines, lines=N says otherwise); any other word
 * with '=' is a fact.  A source ends with its events, unless it says first and last.  Lines are
 * equal when their texts are.
 */
#ifndef PL_TESTS_EVIDENCE_H
#define PL_TESTS_EVIDENCE_H

#include <stdlib.h>

#include <check.h>

#include "analysis/analysis.h"
#include "base/buf.h"
#include "base/map.h"
#include "io/hash.h"

#define EVIDENCE_START_US INT64_C(1700000000000000)
#define EVIDENCE_WORDS_MAX 20

/* Rows to expect: a line each, columns with a blank between, see evidence_rows(). */
#define SPANS                                                                                      \
    "SELECT node, attempt, phase, enter_us, exit_us, open_us, result, closed_by FROM v_timeline "  \
    "ORDER BY span_id"
#define FINDINGS                                                                                   \
    "SELECT CASE is_primary WHEN 1 THEN rule ELSE '(' || rule || ')' END, node, attempt, phase, "  \
    "since_us, duration_us, limit_us FROM v_finding ORDER BY run_id, node, is_primary DESC, "      \
    "rule, since_us"
#define NODES "SELECT node, assessment, phase, since_us, attempts FROM v_node ORDER BY run_id, node"
#define RUNS "SELECT started_us, ended_us, as_of_us, assessment FROM v_run ORDER BY run_id"

typedef struct evidence {
    pl_store *store;
    pl_error err;
    int64_t model_id, source_id, cluster_id, last_source_id;
    int64_t line_no, order_us; /* of the source */
    pl_map *orders;            /* of the source: node -> the newest moment so far */
    bool has_ends;
} evidence;

typedef struct evidence_words {
    pl_str line, items[EVIDENCE_WORDS_MAX];
    size_t count;
} evidence_words;

static inline void evidence_ok(const evidence *e, pl_status status)
{
    ck_assert_msg(status == PL_OK, "%d: %s", status, e->err.msg);
}

static inline void evidence_open(evidence *e)
{
    *e = (evidence){.orders = pl_map_new()};
    ck_assert_ptr_nonnull(e->orders);
    evidence_ok(e, pl_store_open(NULL, PL_STORE_TEMP, &e->store, &e->err));
}

static inline void evidence_close(evidence *e)
{
    pl_store_close(e->store);
    pl_map_free(e->orders);
    *e = (evidence){0};
}

/* ---- words of a line */

static inline evidence_words evidence_split(pl_str line)
{
    evidence_words words = {.line = line};
    for (size_t at = 0; at < line.len;) {
        size_t end = pl_str_find(line, PL_STR(" "), at);
        end = end == SIZE_MAX ? line.len : end;
        ck_assert_uint_lt(words.count, EVIDENCE_WORDS_MAX);
        if (end > at)
            words.items[words.count++] = pl_str_slice(line, at, end - at);
        at = end + 1;
    }
    return words;
}

static inline bool evidence_has(const evidence_words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (pl_str_equal(words->items[i], pl_str_of(word)))
            return true;
    return false;
}

/* What follows `key`, which ends with '='; .ptr NULL: it is not there. */
static inline pl_str evidence_value(const evidence_words *words, const char *key)
{
    pl_str wanted = pl_str_of(key);
    for (size_t i = 0; i < words->count; i++)
        if (pl_str_starts(words->items[i], wanted))
            return pl_str_slice(words->items[i], wanted.len, SIZE_MAX);
    return (pl_str){0};
}

static inline int64_t evidence_number(pl_str text)
{
    uint64_t number = 0;
    ck_assert_msg(pl_str_to_u64(text, &number), "no number: " PL_FMT, PL_ARG(text));
    return (int64_t)number;
}

/* Seconds, with three digits after the point or without. */
static inline int64_t evidence_us(pl_str text)
{
    size_t dot = pl_str_find(text, PL_STR("."), 0);
    int64_t ms = dot == SIZE_MAX ? 0 : evidence_number(pl_str_slice(text, dot + 1, 3));
    return (evidence_number(pl_str_slice(text, 0, dot)) * 1000 + ms) * 1000;
}

/* ---- statements */

static inline pl_stmt *evidence_sql(evidence *e, const char *sql)
{
    pl_stmt *stmt = NULL;
    evidence_ok(e, pl_stmt_get(e->store, sql, &stmt, &e->err));
    return stmt;
}

static inline void evidence_run(evidence *e, pl_stmt *stmt)
{
    evidence_ok(e, pl_stmt_run(stmt, &e->err));
}

/* The id that `sql`, which makes the row when it is new, gives for `name`. */
static inline int64_t evidence_id(evidence *e, const char *sql, pl_str name)
{
    pl_stmt *stmt = evidence_sql(e, sql);
    pl_stmt_bind_text(stmt, 1, name);
    evidence_ok(e, pl_stmt_step(stmt, &e->err));
    int64_t id = pl_stmt_int(stmt, 0);
    evidence_run(e, stmt);
    return id;
}

static inline int64_t evidence_name(evidence *e, pl_str name)
{
    static const char sql[] =
        "INSERT INTO name (value, kind) VALUES (?1, CASE WHEN ?1 GLOB '[0-9]*.[0-9]*.[0-9]*' THEN "
        "'ip' ELSE 'name' END) ON CONFLICT (value) DO UPDATE SET value = value RETURNING name_id";
    return pl_str_equal(name, PL_STR("?")) ? 1 : evidence_id(e, sql, name);
}

static inline int64_t evidence_cluster(evidence *e, pl_str name)
{
    static const char sql[] = "INSERT INTO cluster (name) VALUES (?1) ON CONFLICT (name) DO UPDATE "
                              "SET name = name RETURNING cluster_id";
    return name.ptr == NULL ? 1 : evidence_id(e, sql, name);
}

/* Binds a duration, or a moment when `start_us` is not 0; nothing when the key is not there. */
static inline void evidence_bind_us(pl_stmt *stmt, int at, pl_str text, int64_t start_us)
{
    if (text.ptr != NULL)
        pl_stmt_bind_int(stmt, at, start_us + evidence_us(text));
}

/* ---- lines */

static inline void evidence_add_model(evidence *e, const evidence_words *words)
{
    static const char sql[] = "INSERT INTO model (name, scope, serial, gap_us, begins, run_key, "
                              "parallel, after_model, after_phase, groups, beside, mixed_until, "
                              "mixed_limit_us) VALUES (?1, ?2, ?3, coalesce(?4, 86400000000), ?5, "
                              "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    pl_stmt *stmt = evidence_sql(e, sql);
    pl_stmt_bind_text(stmt, 1, words->items[1]);
    pl_stmt_bind_text(stmt, 2, words->items[2]);
    pl_stmt_bind_int(stmt, 3, evidence_has(words, "serial"));
    evidence_bind_us(stmt, 4, evidence_value(words, "gap="), 0);
    pl_stmt_bind_int(stmt, 5, evidence_has(words, "begins"));
    pl_stmt_bind_text(stmt, 6, evidence_value(words, "id="));
    pl_str parallel = evidence_value(words, "parallel="), after = evidence_value(words, "after=");
    pl_stmt_bind_int(stmt, 7, parallel.ptr == NULL ? 0 : evidence_number(parallel));
    size_t slash = pl_str_find(after, PL_STR("/"), 0);
    if (after.ptr != NULL) {
        pl_stmt_bind_text(stmt, 8, pl_str_slice(after, 0, slash));
        pl_stmt_bind_text(stmt, 9, pl_str_slice(after, slash + 1, SIZE_MAX));
    }
    if (evidence_value(words, "groups=").ptr != NULL)
        pl_stmt_bind_text(stmt, 10, evidence_value(words, "groups="));
    pl_str beside = evidence_value(words, "beside="), mixed = evidence_value(words, "mixed=");
    if (beside.ptr != NULL)
        pl_stmt_bind_text(stmt, 11, beside);
    slash = pl_str_find(mixed, PL_STR("/"), 0);
    if (mixed.ptr != NULL) {
        pl_stmt_bind_text(stmt, 12, pl_str_slice(mixed, 0, slash));
        evidence_bind_us(stmt, 13, pl_str_slice(mixed, slash + 1, SIZE_MAX), 0);
    }
    evidence_run(e, stmt);
    e->model_id = pl_store_last_id(e->store);
}

static inline void evidence_add_phase(evidence *e, const evidence_words *words)
{
    static const char sql[] =
        "INSERT INTO phase (model_id, parent_id, position, name, rank, kind, rest, terminal, "
        "optional, repeatable, expect_us, limit_us) SELECT ?1, (SELECT phase_id FROM phase WHERE "
        "model_id = ?1 AND name = ?2), count(*) + 1, ?3, CASE WHEN ?4 THEN NULL ELSE count(*) + 1 "
        "END, coalesce(?5, 'install'), ?6, ?7, ?8, ?9, ?10, ?11 FROM phase WHERE model_id = ?1";
    bool is_done = evidence_has(words, "done"), is_down = evidence_has(words, "down");
    pl_stmt *stmt = evidence_sql(e, sql);
    pl_stmt_bind_int(stmt, 1, e->model_id);
    pl_stmt_bind_text(stmt, 2, evidence_value(words, "parent="));
    pl_stmt_bind_text(stmt, 3, words->items[1]);
    pl_stmt_bind_int(stmt, 4, evidence_has(words, "norank"));
    pl_stmt_bind_text(stmt, 5, evidence_value(words, "kind="));
    pl_stmt_bind_int(stmt, 6, evidence_has(words, "rest"));
    if (is_done || is_down)
        pl_stmt_bind_text(stmt, 7, is_done ? PL_STR("done") : PL_STR("down"));
    pl_stmt_bind_int(stmt, 8, evidence_has(words, "optional"));
    pl_stmt_bind_int(stmt, 9, evidence_has(words, "repeatable"));
    evidence_bind_us(stmt, 10, evidence_value(words, "expect="), 0);
    evidence_bind_us(stmt, 11, evidence_value(words, "limit="), 0);
    evidence_run(e, stmt);
}

static inline void evidence_add_place(evidence *e, const evidence_words *words, pl_str content)
{
    static const char sql[] = "INSERT INTO place (path, content, kind, source_id, status, bytes) "
                              "VALUES (?1, ?2, 'file', nullif(?3, 0), coalesce(?4, 'read'), 1000)";
    pl_stmt *stmt = evidence_sql(e, sql);
    pl_stmt_bind_text(stmt, 1, words->items[1]);
    pl_stmt_bind_blob(stmt, 2, content);
    pl_stmt_bind_int(stmt, 3, e->source_id);
    pl_stmt_bind_text(stmt, 4, evidence_value(words, "status="));
    evidence_run(e, stmt);
}

static inline void evidence_add_source(evidence *e, const evidence_words *words)
{
    static const char sql[] =
        "INSERT INTO source (source_id, public_id, content, reading, bytes, lines, encoding, "
        "dialect, "
        "first_us, last_us, cluster_id, own_name) VALUES (?1, ?1, ?2, ?8, coalesce(?9, 1000), "
        "coalesce(?10, 10), "
        "'UTF-8', coalesce(?3, 'test'), ?4, ?5, ?6, ?7)";
    pl_str id = evidence_value(words, "id="), content = evidence_value(words, "content=");
    pl_str own = evidence_value(words, "own="), last = evidence_value(words, "last=");
    pl_str bytes = evidence_value(words, "bytes="), reading = evidence_value(words, "reading=");
    content = content.ptr == NULL ? words->items[1] : content;
    e->source_id = id.ptr == NULL ? e->last_source_id + 1 : evidence_number(id);
    e->last_source_id = e->source_id;
    e->cluster_id = evidence_cluster(e, evidence_value(words, "cluster="));
    e->line_no = 0;
    e->order_us = PL_TIME_NONE;
    pl_map_clear(e->orders);
    e->has_ends = last.ptr != NULL;
    int64_t own_id = own.ptr == NULL ? 0 : evidence_name(e, own);
    pl_stmt *stmt = evidence_sql(e, sql);
    pl_stmt_bind_int(stmt, 1, e->source_id);
    pl_stmt_bind_blob(stmt, 2, content);
    pl_stmt_bind_text(stmt, 3, evidence_value(words, "dialect="));
    evidence_bind_us(stmt, 4, evidence_value(words, "first="), EVIDENCE_START_US);
    evidence_bind_us(stmt, 5, last, EVIDENCE_START_US);
    pl_stmt_bind_int(stmt, 6, e->cluster_id);
    if (own_id > 0)
        pl_stmt_bind_int(stmt, 7, own_id);
    pl_stmt_bind_blob(stmt, 8, reading.ptr == NULL ? PL_STR("r") : reading);
    if (bytes.ptr != NULL)
        pl_stmt_bind_int(stmt, 9, evidence_number(bytes));
    if (evidence_value(words, "lines=").ptr != NULL)
        pl_stmt_bind_int(stmt, 10, evidence_number(evidence_value(words, "lines=")));
    evidence_run(e, stmt);
    evidence_add_place(e, words, content);
}

/* More of the file, of which nothing could be read. */
static inline void evidence_add_unread(evidence *e, const evidence_words *words)
{
    int64_t source_id = e->source_id;
    e->source_id = 0;
    evidence_add_place(e, words, PL_STR("unread"));
    e->source_id = source_id;
}

/* Words with '=' are facts, but for those that are about the line. */
static inline void evidence_facts(const evidence_words *words, pl_buf *json)
{
    static const char *const others[] = {"code=", "sub=",        "repaired=", "text=",  "model=",
                                         "rule=", "confidence=", "pair=",     "within="};
    pl_buf_init(json, 4096);
    for (size_t i = 3; i < words->count; i++) {
        pl_str word = words->items[i];
        size_t equals = pl_str_find(word, PL_STR("="), 0);
        bool is_fact = equals != SIZE_MAX;
        for (size_t k = 0; k < sizeof others / sizeof *others; k++)
            is_fact = is_fact && !pl_str_starts(word, pl_str_of(others[k]));
        if (is_fact)
            pl_buf_appendf(json, "%s\"" PL_FMT "\":\"" PL_FMT "\"", json->len == 0 ? "{" : ",",
                           PL_ARG(pl_str_slice(word, 0, equals)),
                           PL_ARG(pl_str_slice(word, equals + 1, SIZE_MAX)));
    }
    if (json->len > 0)
        pl_buf_append_char(json, '}');
}

/* As the matcher does: the file's order wins over the clock, for each node by itself. */
static inline void evidence_bind_time(evidence *e, pl_stmt *stmt, const evidence_words *words)
{
    bool dated = !pl_str_equal(words->items[0], PL_STR("-"));
    pl_stmt_bind_text(stmt, 6, dated ? PL_STR("exact") : PL_STR("none"));
    if (dated) {
        int64_t us = EVIDENCE_START_US + evidence_us(words->items[0]);
        int64_t *newest = pl_map_at(e->orders, words->items[1]);
        *newest = us > *newest ? us : *newest;
        e->order_us = *newest;
        pl_stmt_bind_int(stmt, 5, us);
    }
    if (e->order_us != PL_TIME_NONE)
        pl_stmt_bind_int(stmt, 7, e->order_us);
}

static inline void evidence_note_ends(evidence *e, pl_str text)
{
    static const char sql[] = "UPDATE source SET first_us = min(coalesce(first_us, ?2), ?2), "
                              "last_us = max(coalesce(last_us, ?2), ?2) WHERE source_id = ?1";
    if (e->has_ends || pl_str_equal(text, PL_STR("-")))
        return;
    pl_stmt *stmt = evidence_sql(e, sql);
    pl_stmt_bind_int(stmt, 1, e->source_id);
    pl_stmt_bind_int(stmt, 2, EVIDENCE_START_US + evidence_us(text));
    evidence_run(e, stmt);
}

/* The model an event is of; 0: none. */
static inline int64_t evidence_model(evidence *e, const evidence_words *words)
{
    pl_str name = evidence_value(words, "model=");
    if (evidence_has(words, "nomodel"))
        return 0;
    return name.ptr == NULL ? e->model_id
                            : evidence_id(e, "SELECT model_id FROM model WHERE name = ?1", name);
}

static inline void evidence_bind_meaning(evidence *e, pl_stmt *stmt, const evidence_words *words)
{
    bool has_node = !pl_str_equal(words->items[1], PL_STR("*"));
    int64_t name_id = has_node ? evidence_name(e, words->items[1]) : 0;
    int64_t model_id = evidence_model(e, words);
    pl_stmt_bind_int(stmt, 8, e->cluster_id);
    if (name_id > 0)
        pl_stmt_bind_int(stmt, 9, name_id);
    if (model_id > 0)
        pl_stmt_bind_int(stmt, 10, model_id);
    if (words->count > 3)
        pl_stmt_bind_text(stmt, 11, words->items[3]);
    pl_stmt_bind_text(stmt, 12, words->items[2]);
    pl_stmt_bind_int(stmt, 13, evidence_has(words, "begins"));
    pl_stmt_bind_text(stmt, 14, evidence_value(words, "code="));
}

static inline void evidence_bind_line(pl_stmt *stmt, const evidence_words *words, pl_str facts)
{
    pl_str text = evidence_value(words, "text="), repaired = evidence_value(words, "repaired=");
    text = text.ptr == NULL ? words->line : text;
    bool undated = evidence_has(words, "undated") || pl_str_equal(words->items[0], PL_STR("-"));
    pl_stmt_bind_text(stmt, 15, facts.len > 0 ? facts : (pl_str){0});
    pl_stmt_bind_text(stmt, 16, text);
    pl_stmt_bind_int(stmt, 17, repaired.ptr == NULL ? 0 : evidence_number(repaired));
    pl_stmt_bind_int(stmt, 18, (int64_t)pl_hash64(text));
    pl_stmt_bind_int(stmt, 19, !undated);
    pl_stmt_bind_int(stmt, 20, evidence_has(words, "partial"));
    pl_stmt_bind_text(stmt, 21, evidence_value(words, "rule="));
    pl_stmt_bind_int(stmt, 22, evidence_has(words, "underway"));
    pl_stmt_bind_text(stmt, 23, evidence_value(words, "confidence="));
}

/* A moment that others tell with the same key, within 10,000 s unless it is said. */
static inline void evidence_add_pair(evidence *e, const evidence_words *words, int64_t line_id)
{
    pl_str key = evidence_value(words, "pair="), within = evidence_value(words, "within=");
    if (key.ptr == NULL)
        return;
    pl_stmt *stmt = evidence_sql(
        e, "INSERT INTO pair (line_id, moment, key, within_us) VALUES (?1, 'test', ?2, ?3)");
    pl_stmt_bind_int(stmt, 1, line_id);
    pl_stmt_bind_text(stmt, 2, key);
    evidence_bind_us(stmt, 3, within.ptr == NULL ? PL_STR("10000") : within, 0);
    evidence_run(e, stmt);
}

static inline void evidence_add_event(evidence *e, const evidence_words *words)
{
    static const char sql[] =
        "INSERT INTO line (line_id, line_no, sub, byte_off, ts_us, ts_quality, "
        "order_us, cluster_id, name_id, model_id, phase_id, transition, begins, rule, code, facts, "
        "text, repaired, key, dated, partial, underway, confidence) VALUES (?1, ?3, ?4, ?3 * "
        "100, ?5, ?6, ?7, ?8, "
        "?9, ?10, (SELECT phase_id FROM phase WHERE model_id = ?10 AND name = ?11), ?12, ?13, "
        "coalesce(?21, 'test.' || ?12), ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?22, coalesce(?23, "
        "'high'))";
    pl_str sub_text = evidence_value(words, "sub=");
    int64_t sub = sub_text.ptr == NULL ? 0 : evidence_number(sub_text);
    pl_buf facts;
    evidence_facts(words, &facts);
    pl_stmt *stmt = evidence_sql(e, sql);
    e->line_no += sub == 0; /* sub 1.. is of the line before */
    int64_t line_id = e->source_id * (1 << 25) + e->line_no * 8 + sub;
    pl_stmt_bind_int(stmt, 1, line_id);
    pl_stmt_bind_int(stmt, 3, e->line_no);
    pl_stmt_bind_int(stmt, 4, sub);
    evidence_bind_time(e, stmt, words);
    evidence_bind_meaning(e, stmt, words);
    evidence_bind_line(stmt, words, pl_buf_str(&facts));
    evidence_run(e, stmt);
    stmt = evidence_sql(e, "INSERT INTO standing (event_id, line_id) VALUES (?1, ?1)");
    pl_stmt_bind_int(stmt, 1, line_id);
    evidence_run(e, stmt);
    evidence_note_ends(e, words->items[0]);
    evidence_add_pair(e, words, line_id);
    pl_buf_release(&facts);
}

static inline void evidence_add_same(evidence *e, const evidence_words *words)
{
    static const char sql[] =
        "INSERT INTO same_node (source_id, cluster_id, name_id, other_id, line_no)"
        " VALUES (?1, ?2, ?3, ?4, 1)";
    int64_t name = evidence_name(e, words->items[1]), other = evidence_name(e, words->items[2]);
    pl_stmt *stmt = evidence_sql(e, sql);
    pl_stmt_bind_int(stmt, 1, e->source_id);
    pl_stmt_bind_int(stmt, 2, e->cluster_id);
    pl_stmt_bind_int(stmt, 3, name);
    pl_stmt_bind_int(stmt, 4, other);
    evidence_run(e, stmt);
}

static inline void evidence_add_hole(evidence *e, const evidence_words *words)
{
    pl_stmt *stmt = evidence_sql(
        e, "INSERT INTO gap (source_id, line_no, from_us, to_us) VALUES (?1, ?2, ?3, ?4)");
    pl_stmt_bind_int(stmt, 1, e->source_id);
    pl_stmt_bind_int(stmt, 2, evidence_number(words->items[1]));
    pl_stmt_bind_int(stmt, 3, EVIDENCE_START_US + evidence_us(words->items[2]));
    pl_stmt_bind_int(stmt, 4, EVIDENCE_START_US + evidence_us(words->items[3]));
    evidence_run(e, stmt);
}

static inline void evidence_line(evidence *e, pl_str line)
{
    static const evidence_words plain = {.items = {PL_STR_INIT("source"), PL_STR_INIT("log")},
                                         .count = 2};
    evidence_words words = evidence_split(line);
    if (pl_str_equal(words.items[0], PL_STR("model"))) {
        evidence_add_model(e, &words);
    } else if (pl_str_equal(words.items[0], PL_STR("unread"))) {
        evidence_add_unread(e, &words);
    } else if (pl_str_equal(words.items[0], PL_STR("phase"))) {
        evidence_add_phase(e, &words);
    } else if (pl_str_equal(words.items[0], PL_STR("source"))) {
        evidence_add_source(e, &words);
    } else {
        if (e->source_id == 0)
            evidence_add_source(e, &plain);
        if (pl_str_equal(words.items[0], PL_STR("same")))
            evidence_add_same(e, &words);
        else if (pl_str_equal(words.items[0], PL_STR("hole")))
            evidence_add_hole(e, &words);
        else
            evidence_add_event(e, &words);
    }
}

/* Adds what the lines of `text` say. */
static inline void evidence_write(evidence *e, const char *text)
{
    for (pl_str rest = pl_str_of(text); rest.len > 0;) {
        size_t end = pl_str_find(rest, PL_STR("\n"), 0);
        pl_str line = pl_str_trim(pl_str_slice(rest, 0, end));
        if (line.len > 0)
            evidence_line(e, line);
        rest = end == SIZE_MAX ? (pl_str){0} : pl_str_slice(rest, end + 1, SIZE_MAX);
    }
}

/* Writes and concludes, judged at the end of the evidence. */
static inline void evidence_conclude(evidence *e, const char *text)
{
    evidence_write(e, text);
    evidence_ok(e, pl_conclude(e->store, PL_TIME_NONE, &e->err));
}

static inline void evidence_conclude_as_of(evidence *e, const char *text, int64_t as_of_s)
{
    evidence_write(e, text);
    evidence_ok(e, pl_conclude(e->store, EVIDENCE_START_US + as_of_s * 1000000, &e->err));
}

/* ---- what came of it */

/* Columns named *_us are seconds: moments after EVIDENCE_START_US, durations as they are. */
static inline void evidence_append_us(pl_buf *out, const char *column, int64_t us)
{
    static const char *const durations[] = {"duration_us",     "open_us",      "limit_us",
                                            "paused_us",       "remaining_us", "remaining_min_us",
                                            "remaining_max_us"};
    bool is_duration = false;
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++)
        is_duration |= pl_str_equal(pl_str_of(column), pl_str_of(durations[i]));
    int64_t ms = (us - (is_duration ? 0 : EVIDENCE_START_US)) / 1000;
    pl_buf_appendf(out, "%lld", (long long)(ms / 1000));
    if (ms % 1000 != 0)
        pl_buf_appendf(out, ".%03d", (int)(ms % 1000));
}

/* The rows of `sql`, a line each, columns with a blank between, NULL as '-'. */
static inline void evidence_rows(evidence *e, const char *sql, pl_buf *out)
{
    pl_stmt *stmt = evidence_sql(e, sql);
    pl_status status;
    pl_buf_init(out, (size_t)1 << 24);
    while ((status = pl_stmt_step(stmt, &e->err)) == PL_OK) {
        for (int i = 0; i < pl_stmt_columns(stmt); i++) {
            const char *column = pl_stmt_name(stmt, i);
            pl_buf_append(out, i > 0 ? PL_STR(" ") : PL_STR(""));
            if (pl_stmt_is_null(stmt, i))
                pl_buf_append_char(out, '-');
            else if (pl_str_ends(pl_str_of(column), PL_STR("_us")))
                evidence_append_us(out, column, pl_stmt_int(stmt, i));
            else
                pl_buf_append(out, pl_stmt_text(stmt, i));
        }
        pl_buf_append_char(out, '\n');
    }
    ck_assert_int_eq(status, PL_DONE);
    evidence_ok(e, pl_buf_status(out, &e->err));
}

static inline void evidence_expect(evidence *e, const char *sql, const char *expected)
{
    pl_buf rows;
    evidence_rows(e, sql, &rows);
    ck_assert_msg(pl_str_equal(pl_buf_str(&rows), pl_str_of(expected)), "got\n%sexpected\n%s",
                  rows.ptr, expected);
    pl_buf_release(&rows);
}

/* A sentence of the contract, evidence, and the rows that must come of it. */
typedef struct evidence_case {
    const char *says, *text, *sql, *expected;
} evidence_case;

static inline void evidence_check(const evidence_case *item)
{
    evidence e;
    evidence_open(&e);
    evidence_conclude(&e, item->text);
    pl_buf rows;
    evidence_rows(&e, item->sql, &rows);
    ck_assert_msg(pl_str_equal(pl_buf_str(&rows), pl_str_of(item->expected)),
                  "%s: got\n%sexpected\n%s", item->says, rows.ptr, item->expected);
    pl_buf_release(&rows);
    evidence_close(&e);
}

/* Runs the only suite of a program; its exit code. */
static inline int evidence_main(const char *name, TCase *tcase)
{
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
