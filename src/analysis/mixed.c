/*
 * mixed.c - several versions in one cluster: from the first line that shows it until another model
 * says that this is over, how long, and who runs what.
 */
#include "analysis/findings.h"

#include "base/alloc.h"
#include "base/civil.h"

#define NAMES_MAX 3 /* of nodes in the sentence, for each version; also of lines */

/* What is known of a node. */
struct member {
    int64_t node_id, event; /* the line that tells its version */
    pl_str name, version;   /* version: empty while nobody says */
};

/* The line that began it, or would have. */
struct sign {
    int64_t event, run_id, us; /* event 0: none */
};

struct mixed {
    pl_store *store;
    pl_arena arena;
    int64_t cluster_id, limit_us, as_of_us; /* limit: -1: not said */
    pl_str cluster, model, until;
    struct member *members; /* owned */
    size_t member_count, member_room;
    struct sign first; /* several versions for sure, or maybe */
    bool sure;
    pl_buf summary, about;
};

/* Versions with as many numbers compare by them; others do not: false. */
static bool compare(pl_str a, pl_str b, int *sign)
{
    size_t at_a = 0, at_b = 0;
    *sign = 0;
    while (at_a <= a.len && at_b <= b.len) {
        size_t end_a = pl_str_find(a, PL_STR("."), at_a), end_b = pl_str_find(b, PL_STR("."), at_b);
        uint64_t x, y;
        end_a = end_a == SIZE_MAX ? a.len : end_a;
        end_b = end_b == SIZE_MAX ? b.len : end_b;
        if (!pl_str_to_u64(pl_str_slice(a, at_a, end_a - at_a), &x) ||
            !pl_str_to_u64(pl_str_slice(b, at_b, end_b - at_b), &y))
            return false;
        if (*sign == 0)
            *sign = x < y ? -1 : x > y;
        at_a = end_a + 1;
        at_b = end_b + 1;
    }
    return at_a > a.len && at_b > b.len;
}

static struct member *member_of(struct mixed *mixed, int64_t node_id, pl_str name)
{
    for (size_t i = 0; i < mixed->member_count; i++)
        if (mixed->members[i].node_id == node_id)
            return &mixed->members[i];
    if (!pl_grow(&mixed->members, &mixed->member_room, mixed->member_count + 1,
                 sizeof *mixed->members))
        return NULL;
    struct member *member = &mixed->members[mixed->member_count++];
    *member = (struct member){.node_id = node_id, .name = pl_arena_copy(&mixed->arena, name)};
    return member->name.ptr == NULL ? NULL : member;
}

static bool differ(const struct mixed *mixed, const struct member *one)
{
    int sign;
    for (size_t i = 0; i < mixed->member_count; i++)
        if (compare(mixed->members[i].version, one->version, &sign) && sign != 0)
            return true;
    return false;
}

/* ---- words */

/* "17763 on n3; ": the nodes of one version, each of which is told once. */
static void word_version(struct mixed *mixed, size_t at)
{
    pl_str version = mixed->members[at].version;
    size_t named = 0;
    for (size_t i = 0; i < mixed->member_count; i++) {
        const struct member *member = &mixed->members[i];
        if (!pl_str_equal(member->version, version))
            continue;
        if (i < at)
            return; /* told */
        if (named == 0 && version.len > 0)
            pl_buf_appendf(&mixed->summary, "; " PL_FMT " on ", PL_ARG(version));
        else if (named == 0)
            pl_buf_append(&mixed->summary, PL_STR("; nobody says of "));
        if (named++ < NAMES_MAX)
            pl_buf_appendf(&mixed->summary, "%s" PL_FMT, named > 1 ? ", " : "",
                           PL_ARG(member->name));
    }
    if (named > NAMES_MAX)
        pl_buf_appendf(&mixed->summary, " and %zu more", named - NAMES_MAX);
}

static int by_version(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int sign = 0;
    if (compare(a->version, b->version, &sign) && sign != 0)
        return sign;
    sign = pl_str_compare(b->version, a->version); /* nobody says: last */
    return sign != 0 ? sign : pl_str_compare(a->name, b->name);
}

static void word_times(struct mixed *mixed, int64_t until_us, bool over)
{
    pl_buf *out = &mixed->summary;
    int64_t since_us = mixed->first.us;
    pl_buf_appendf(out, PL_FMT " %s several versions", PL_ARG(mixed->cluster),
                   over ? "ran" : "runs");
    if (since_us != PL_TIME_NONE) {
        pl_buf_append(out, over ? PL_STR(" from ") : PL_STR(" since "));
        pl_time_append(out, since_us);
    }
    if (over) {
        pl_buf_append(out, PL_STR(" to "));
        pl_time_append(out, until_us);
    }
    if (since_us != PL_TIME_NONE && until_us != PL_TIME_NONE) {
        pl_buf_append(out, PL_STR(", for "));
        pl_duration_append(out, until_us - since_us);
    }
    pl_buf_appendf(out, over ? ", when " PL_FMT " was done" : ", and " PL_FMT " is not done",
                   PL_ARG(mixed->until));
}

static pl_status show(struct mixed *mixed, pl_str id, pl_error *err)
{
    pl_status status = pl_evidence_add(mixed->store, id, mixed->first.event, 0, "first", err);
    const struct member *members = mixed->members; /* by now those with the least first */
    for (size_t i = 0; status == PL_OK && i < mixed->member_count && i < NAMES_MAX; i++)
        if (members[i].event != mixed->first.event &&
            pl_str_equal(members[i].version, members[0].version))
            status = pl_evidence_add(mixed->store, id, members[i].event, 0, "version", err);
    return status;
}

/* `until_us`: the other model was done, or else the end of the evidence. */
static pl_status tell(struct mixed *mixed, int64_t until_us, bool over, pl_error *err)
{
    pl_buf id;
    int64_t since_us = mixed->first.us;
    bool timed = since_us != PL_TIME_NONE && until_us != PL_TIME_NONE && until_us >= since_us;
    bool late = timed && mixed->limit_us >= 0 && until_us - since_us > mixed->limit_us;
    pl_buf_clear(&mixed->summary);
    pl_buf_clear(&mixed->about);
    word_times(mixed, timed ? until_us : PL_TIME_NONE, over && timed);
    qsort(mixed->members, mixed->member_count, sizeof *mixed->members, by_version);
    for (size_t i = 0; i < mixed->member_count; i++)
        word_version(mixed, i);
    if (late) {
        pl_buf_append(&mixed->summary, PL_STR("; the limit is "));
        pl_duration_append(&mixed->summary, mixed->limit_us);
    }
    pl_buf_appendf(&mixed->about, PL_FMT "\n" PL_FMT, PL_ARG(mixed->cluster), PL_ARG(mixed->model));
    const pl_finding finding = {
        .rule = "mixed",
        .severity = late ? "warning" : "info",
        .confidence = "high",
        .run_id = mixed->first.run_id,
        .cluster_id = mixed->cluster_id,
        .since_us = since_us,
        .duration_us = timed ? until_us - since_us : PL_TIME_NONE,
        .limit_us = mixed->limit_us >= 0 ? mixed->limit_us : PL_TIME_NONE,
        .about = pl_buf_str(&mixed->about),
        .summary = pl_buf_str(&mixed->summary),
    };
    pl_buf_init(&id, 256);
    pl_status status = pl_buf_status(&mixed->summary, err);
    if (status == PL_OK)
        status = pl_finding_add(mixed->store, &finding, &id, err);
    if (status == PL_OK)
        status = show(mixed, pl_buf_str(&id), err);
    pl_buf_release(&id);
    return status;
}

/* ---- the lines of a cluster in order */

enum { EVENT, US, NODE, NAME, VERSION, FROM, SIGN, RUN, OVER };

/*
 * What tells a version, or that there are several, and where the other model was done.  A line
 * without a time is as its source was at its end.
 */
static const char lines_sql[] =
    "SELECT e.event_id, e.ts_us, w.node_id, n.name, json_extract(e.facts, '$.version'), "
    "json_extract(e.facts, '$.from'), json_extract(e.facts, '$.mixed') IS NOT NULL, e.run_id, 0, "
    "coalesce(e.ts_us, s.last_us) AS at_us FROM event e JOIN source s USING (source_id) JOIN "
    "node_name w ON w.cluster_id = e.cluster_id AND w.name_id = e.name_id JOIN node n ON n.node_id "
    "= w.node_id LEFT JOIN model m ON m.model_id = e.model_id WHERE e.cluster_id = ?1 AND e.copy = "
    "0 AND coalesce(m.name = ?2, 1) AND (?4 IS NULL OR e.ts_us IS NULL OR e.ts_us <= ?4) AND "
    "coalesce(json_extract(e.facts, '$.version'), json_extract(e.facts, '$.from'), "
    "json_extract(e.facts, '$.mixed')) IS NOT NULL"
    " UNION ALL SELECT t.enter_event_id, t.enter_us, NULL, NULL, NULL, NULL, 0, NULL, 1, "
    "t.enter_us FROM span t JOIN run r USING (run_id) JOIN model m ON m.model_id = r.model_id JOIN "
    "phase p ON p.phase_id = t.phase_id WHERE r.cluster_id = ?1 AND m.name = ?3 AND p.terminal = "
    "'done' AND t.result = 'open' ORDER BY at_us, 9, 1";

static void begin(struct mixed *mixed, const pl_stmt *line, bool sure)
{
    if (mixed->first.event == 0)
        mixed->first = (struct sign){pl_stmt_int(line, EVENT), pl_stmt_int(line, RUN),
                                     pl_stmt_int_or(line, US, PL_TIME_NONE)};
    if (mixed->first.run_id == 0)
        mixed->first.run_id = pl_stmt_int(line, RUN);
    mixed->sure |= sure;
}

/* One node that runs more than before is a sign; that others do not is sure. */
static pl_status take_line(struct mixed *mixed, const pl_stmt *line, pl_error *err)
{
    int sign = 0;
    struct member *member = member_of(mixed, pl_stmt_int(line, NODE), pl_stmt_text(line, NAME));
    pl_str version = pl_stmt_text(line, VERSION), from = pl_stmt_text(line, FROM);
    if (member == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a node");
    bool moved = compare(version.len > 0 ? version : member->version,
                         from.len > 0 ? from : member->version, &sign) &&
                 sign > 0;
    if (version.len > 0) {
        member->version = pl_arena_copy(&mixed->arena, version);
        member->event = pl_stmt_int(line, EVENT);
        if (member->version.ptr == NULL)
            return pl_fail(err, PL_ERR_NOMEM, "no memory for a version");
    }
    bool sure = pl_stmt_int(line, SIGN) != 0 || (version.len > 0 && differ(mixed, member));
    if (sure || moved)
        begin(mixed, line, sure);
    return PL_OK;
}

/* The other model was done: what comes later is another story. */
static pl_status take_end(struct mixed *mixed, const pl_stmt *line, pl_error *err)
{
    pl_status status = PL_OK;
    if (mixed->sure)
        status = tell(mixed, pl_stmt_int_or(line, US, PL_TIME_NONE), true, err);
    mixed->first = (struct sign){0};
    mixed->sure = false;
    mixed->member_count = 0;
    return status;
}

static pl_status find_end(struct mixed *mixed, int64_t *us, pl_error *err)
{
    static const char sql[] =
        "SELECT max(coalesce(r.as_of_us, r.ended_us)) FROM run r JOIN model m "
        "USING (model_id) WHERE r.cluster_id = ?1 AND m.name = ?2";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(mixed->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, mixed->cluster_id);
    pl_stmt_bind_text(stmt, 2, mixed->model);
    status = pl_stmt_step(stmt, err);
    *us = status == PL_OK ? pl_stmt_int_or(stmt, 0, PL_TIME_NONE) : PL_TIME_NONE;
    pl_stmt_reset(stmt);
    return status < 0 ? status : PL_OK;
}

static pl_status judge_cluster(struct mixed *mixed, pl_error *err)
{
    pl_stmt *line = NULL;
    int64_t end_us = PL_TIME_NONE;
    pl_status status = pl_stmt_get(mixed->store, lines_sql, &line, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(line, 1, mixed->cluster_id);
    pl_stmt_bind_text(line, 2, mixed->model);
    pl_stmt_bind_text(line, 3, mixed->until);
    if (mixed->as_of_us != PL_TIME_NONE)
        pl_stmt_bind_int(line, 4, mixed->as_of_us);
    while (status == PL_OK && (status = pl_stmt_step(line, err)) == PL_OK)
        status =
            pl_stmt_int(line, OVER) != 0 ? take_end(mixed, line, err) : take_line(mixed, line, err);
    if (status == PL_DONE)
        status = find_end(mixed, &end_us, err);
    return status == PL_OK && mixed->sure ? tell(mixed, end_us, false, err) : status;
}

static pl_status judge_row(const pl_stmt *row, pl_store *store, int64_t as_of_us, pl_error *err)
{
    struct mixed mixed = {
        .store = store,
        .as_of_us = as_of_us,
        .cluster_id = pl_stmt_int(row, 0),
        .cluster = pl_stmt_text(row, 1),
        .model = pl_stmt_text(row, 2),
        .until = pl_stmt_text(row, 3),
        .limit_us = pl_stmt_int_or(row, 4, -1),
    };
    pl_arena_init(&mixed.arena);
    pl_buf_init(&mixed.summary, (size_t)1 << 16);
    pl_buf_init(&mixed.about, (size_t)1 << 16);
    pl_status status = judge_cluster(&mixed, err);
    pl_release(mixed.members);
    pl_buf_release(&mixed.summary);
    pl_buf_release(&mixed.about);
    pl_arena_release(&mixed.arena);
    return status;
}

pl_status pl_judge_mixed(pl_store *store, int64_t as_of_us, pl_error *err)
{
    static const char sql[] =
        "SELECT DISTINCT r.cluster_id, c.name, m.name, m.mixed_until, m.mixed_limit_us FROM run r "
        "JOIN cluster c USING (cluster_id) JOIN model m USING (model_id) WHERE m.mixed_until IS "
        "NOT "
        "NULL ORDER BY 2, 3";
    pl_stmt *row = NULL;
    pl_status status = pl_stmt_get(store, sql, &row, err);
    while (status == PL_OK && (status = pl_stmt_step(row, err)) == PL_OK)
        status = judge_row(row, store, as_of_us, err);
    return status == PL_DONE ? PL_OK : status;
}
