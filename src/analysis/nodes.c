/*
 * nodes.c - which names are one node, and which of equal lines counts.
 *
 * Names are one node when they differ in case only, or when a short name is the first label of
 * exactly one full name of its cluster (never of an address), or when a line says so.  The full
 * name is the node's; of names that a line joins one that is no id and no address; of several such,
 * and of spellings, the smallest.  A number is only joined where a single node of the cluster has
 * it.
 */
#include "analysis/inside.h"

#include <stdlib.h>

#include "base/alloc.h"

#define NOBODY SIZE_MAX
#define MANY (SIZE_MAX - 1)

struct named {
    int64_t cluster_id, name_id;
    pl_str value, folded;       /* folded: in small letters */
    bool is_address, is_number; /* a number: of a node in its cluster */
    size_t claimed_by;          /* a number: by the node of that index; NOBODY, MANY */
    int worth;   /* as the node's name: 0 a name, 1 an id (hexadecimal), 2 an address */
    size_t node; /* index of the entry that stands for the node: the first of its folded name, maybe
                    a full name */
};

struct names {
    struct named *items; /* by cluster, folded name, spelling */
    size_t count, room;
    pl_arena arena;
};

static pl_str fold(pl_arena *arena, pl_str value)
{
    pl_str copy = pl_arena_copy(arena, value);
    char *bytes = (char *)(uintptr_t)copy.ptr;
    for (size_t i = 0; bytes != NULL && i < copy.len; i++)
        if (bytes[i] >= 'A' && bytes[i] <= 'Z')
            bytes[i] = (char)(bytes[i] + ('a' - 'A'));
    return copy;
}

/* 8 digits or more, hexadecimal ones and dashes: nobody calls a machine that. */
static bool looks_like_id(pl_str folded)
{
    size_t digits = 0, others = 0;
    for (size_t i = 0; i < folded.len; i++) {
        char c = folded.ptr[i];
        digits += c >= '0' && c <= '9';
        others += !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f') && c != '-';
    }
    return folded.len >= 8 && digits > 0 && others == 0;
}

static pl_status load_names(pl_store *store, struct names *names, pl_error *err)
{
    static const char sql[] =
        "SELECT cluster_id, name_id, value, kind FROM (SELECT DISTINCT "
        "cluster_id, name_id FROM line WHERE name_id IS NOT NULL"
        " UNION SELECT cluster_id, own_name FROM source WHERE own_name IS "
        "NOT NULL UNION SELECT cluster_id, name_id FROM same_node UNION "
        "SELECT cluster_id, other_id FROM same_node) JOIN name USING (name_id)"
        " ORDER BY cluster_id, lower(value), value";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        if (!pl_grow(&names->items, &names->room, names->count + 1, sizeof *names->items))
            return pl_fail(err, PL_ERR_NOMEM, "no memory for names");
        struct named *item = &names->items[names->count++];
        *item = (struct named){.cluster_id = pl_stmt_int(stmt, 0), .name_id = pl_stmt_int(stmt, 1)};
        item->value = pl_arena_copy(&names->arena, pl_stmt_text(stmt, 2));
        item->folded = fold(&names->arena, item->value);
        item->is_address = !pl_str_equal(pl_stmt_text(stmt, 3), PL_STR("name"));
        uint64_t ignored;
        item->is_number = pl_str_to_u64(item->folded, &ignored);
        item->claimed_by = NOBODY;
        item->worth = item->is_address ? 2 : item->is_number || looks_like_id(item->folded);
        if (item->value.ptr == NULL || item->folded.ptr == NULL)
            return pl_fail(err, PL_ERR_NOMEM, "no memory for names");
    }
    return status == PL_DONE ? PL_OK : status;
}

/* Names with the same beginning stand together: the full names of a short one follow it. */
static size_t find_full(const struct names *names, size_t at)
{
    const struct named *item = &names->items[at];
    size_t found = at;
    if (item->is_address || pl_str_find(item->folded, PL_STR("."), 0) != SIZE_MAX)
        return at;
    for (size_t i = at + 1; i < names->count; i++) {
        const struct named *other = &names->items[i];
        if (other->cluster_id != item->cluster_id || !pl_str_starts(other->folded, item->folded))
            break;
        bool is_full =
            other->folded.len > item->folded.len && other->folded.ptr[item->folded.len] == '.';
        if (!is_full || other->is_address || other->node == found)
            continue;
        if (found != at)
            return at; /* two full names: which of them is meant, nobody knows */
        found = other->node;
    }
    return found;
}

static void join_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct named *before = i > 0 ? &names->items[i - 1] : NULL;
        bool same = before != NULL && before->cluster_id == names->items[i].cluster_id &&
                    pl_str_equal(before->folded, names->items[i].folded);
        names->items[i].node = same ? before->node : i;
    }
    for (size_t i = names->count; i-- > 0;)
        if (names->items[i].node == i)
            names->items[i].node = find_full(names, i);
    for (size_t i = 0; i < names->count; i++)
        names->items[i].node = names->items[names->items[i].node].node;
}

static size_t find_name(const struct names *names, int64_t cluster_id, int64_t name_id)
{
    size_t at = 0;
    while (at < names->count &&
           (names->items[at].cluster_id != cluster_id || names->items[at].name_id != name_id))
        at++;
    return at;
}

/* The better name stands for both nodes, whichever way and order they are joined in. */
static void join_pair(struct names *names, size_t a, size_t b)
{
    size_t keep = names->items[a].node, lose = names->items[b].node;
    int worth = names->items[keep].worth - names->items[lose].worth;
    if (worth > 0 || (worth == 0 && keep > lose)) {
        size_t swap = keep;
        keep = lose;
        lose = swap;
    }
    for (size_t i = 0; i < names->count; i++)
        if (names->items[i].node == lose)
            names->items[i].node = keep;
}

static void join_names_said(struct names *names, size_t a, size_t b)
{
    if (!names->items[a].is_number && !names->items[b].is_number)
        join_pair(names, a, b);
}

static void claim(struct named *number, size_t node)
{
    number->claimed_by = number->claimed_by == NOBODY || number->claimed_by == node ? node : MANY;
}

/* Which node has the number: in another cluster, or after an eviction, it may be another's. */
static void claim_number(struct names *names, size_t a, size_t b)
{
    struct named *one = &names->items[a], *other = &names->items[b];
    if (one->is_number && !other->is_number)
        claim(one, other->node);
    if (other->is_number && !one->is_number)
        claim(other, one->node);
}

static void join_number(struct names *names, size_t a, size_t b)
{
    if (names->items[a].is_number != names->items[b].is_number &&
        names->items[a].claimed_by != MANY && names->items[b].claimed_by != MANY)
        join_pair(names, a, b);
}

typedef void take_pair(struct names *names, size_t a, size_t b);

static pl_status each_alias(pl_store *store, struct names *names, take_pair *take, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(
        store, "SELECT DISTINCT cluster_id, name_id, other_id FROM same_node", &stmt, err);
    while (status == PL_OK && (status = pl_stmt_step(stmt, err)) == PL_OK) {
        size_t a = find_name(names, pl_stmt_int(stmt, 0), pl_stmt_int(stmt, 1));
        size_t b = find_name(names, pl_stmt_int(stmt, 0), pl_stmt_int(stmt, 2));
        if (a < names->count && b < names->count)
            take(names, a, b);
    }
    return status == PL_DONE ? PL_OK : status;
}

static pl_status join_aliases(pl_store *store, struct names *names, pl_error *err)
{
    take_pair *const steps[] = {join_names_said, claim_number, join_number};
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < sizeof steps / sizeof *steps; i++)
        status = each_alias(store, names, steps[i], err);
    return status;
}

/* The first name of the same cluster. */
static size_t cluster_start(const struct names *names, size_t at)
{
    while (at > 0 && names->items[at - 1].cluster_id == names->items[at].cluster_id)
        at--;
    return at;
}

static pl_status insert_node(pl_store *store, const struct names *names, size_t at, pl_error *err)
{
    pl_buf aliases;
    pl_stmt *stmt = NULL;
    const struct named *item = &names->items[at];
    pl_buf_init(&aliases, (size_t)1 << 20);
    for (size_t i = cluster_start(names, at);
         i < names->count && names->items[i].cluster_id == item->cluster_id; i++) {
        if (i == at || names->items[i].node != at)
            continue;
        pl_buf_append(&aliases, aliases.len > 0 ? PL_STR(", ") : PL_STR(""));
        pl_buf_append(&aliases, names->items[i].value);
    }
    pl_status status = pl_buf_status(&aliases, err);
    if (status == PL_OK)
        status = pl_stmt_get(
            store, "INSERT INTO node (node_id, cluster_id, name, aliases) VALUES (?1, ?2, ?3, ?4)",
            &stmt, err);
    if (status == PL_OK) {
        pl_stmt_bind_int(stmt, 1, (int64_t)at + 1);
        pl_stmt_bind_int(stmt, 2, item->cluster_id);
        pl_stmt_bind_text(stmt, 3, item->value);
        pl_stmt_bind_text(stmt, 4, pl_buf_str(&aliases));
        status = pl_stmt_run(stmt, err);
    }
    pl_buf_release(&aliases);
    return status;
}

static pl_status insert_name(pl_store *store, const struct named *item, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(
        store, "INSERT INTO node_name (cluster_id, name_id, node_id) VALUES (?1, ?2, ?3)", &stmt,
        err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, item->cluster_id);
    pl_stmt_bind_int(stmt, 2, item->name_id);
    pl_stmt_bind_int(stmt, 3, (int64_t)item->node + 1);
    return pl_stmt_run(stmt, err);
}

static pl_status run_all(pl_store *store, const char *const *sql, size_t count, pl_error *err)
{
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < count; i++) {
        pl_stmt *stmt = NULL;
        status = pl_stmt_get(store, sql[i], &stmt, err);
        if (status == PL_OK)
            status = pl_stmt_run(stmt, err);
    }
    return status;
}

pl_status pl_derive_nodes(pl_store *store, pl_error *err)
{
    /* The ends of a node's own logs. */
    static const char *const ends[] = {
        "UPDATE node SET first_us = own.first_us, last_us = own.last_us FROM"
        " (SELECT w.node_id, min(s.first_us) AS first_us, max(s.last_us) AS last_us FROM source s"
        "   JOIN node_name w ON w.cluster_id = s.cluster_id AND w.name_id = s.own_name"
        "   GROUP BY w.node_id) own WHERE own.node_id = node.node_id",
    };
    struct names names = {0};
    pl_arena_init(&names.arena);
    pl_status status = load_names(store, &names, err);
    if (status == PL_OK)
        join_names(&names);
    if (status == PL_OK)
        status = join_aliases(store, &names, err);
    for (size_t i = 0; status == PL_OK && i < names.count; i++)
        if (names.items[i].node == i)
            status = insert_node(store, &names, i, err);
    for (size_t i = 0; status == PL_OK && i < names.count; i++)
        status = insert_name(store, &names.items[i], err);
    if (status == PL_OK)
        status = run_all(store, ends, 1, err);
    pl_release(names.items);
    pl_arena_release(&names.arena);
    return status;
}

pl_status pl_derive_copies(pl_store *store, pl_error *err)
{
    static const char *const copies[] = {
        /* Equal lines that hold their own date: the one in the largest source counts (a cut copy
         * gives way to the whole), of equal ones that with the smallest content; line by line where
         * a source repeats a line. */
        "UPDATE standing SET copy = 1 WHERE event_id IN ("
        " WITH twice AS (SELECT key FROM line WHERE dated = 1"
        "   AND (SELECT count(*) > 1 FROM source) GROUP BY key"
        "   HAVING min(line_id) >> 25 <> max(line_id) >> 25),"
        " numbered AS (SELECT e.event_id, e.key, e.rule, e.sub, e.cluster_id, w.node_id, s.bytes,"
        "   s.content, s.public_id,"
        "   row_number() OVER (PARTITION BY e.source_id, e.key, e.rule, e.sub"
        "     ORDER BY e.line_no, e.byte_off)"
        "   AS nth FROM event e JOIN twice USING (key) JOIN source s USING (source_id)"
        "   LEFT JOIN node_name w ON w.cluster_id = e.cluster_id AND w.name_id = e.name_id"
        "   WHERE e.dated = 1)"
        " SELECT event_id FROM (SELECT event_id, row_number() OVER (PARTITION BY key, rule, sub,"
        "   nth, cluster_id, node_id ORDER BY bytes DESC, content, public_id) AS i FROM numbered)"
        " WHERE i > 1)",
        /* One content that was read in several years, because its stamps have none and its copies
         * are of different dates: the earliest counts. */
        "UPDATE standing SET copy = 1 WHERE event_id IN (SELECT e.event_id FROM (SELECT public_id,"
        " row_number() OVER (PARTITION BY content, dialect, cluster_id, own_name ORDER BY first_us,"
        " public_id) AS i FROM source WHERE dialect IS NOT NULL) s CROSS JOIN event e ON e.event_id"
        " BETWEEN s.public_id << 25 AND (s.public_id << 25) + 33554431 WHERE s.i > 1 AND e.dated = "
        "0)",
        /* A line cut off by the end of its source is no event of its own where another source has
         * it whole.  CROSS JOIN: for the few cut lines the others are looked up by their time. */
        "UPDATE standing SET copy = 1 WHERE event_id IN (SELECT p.event_id FROM"
        " (SELECT * FROM event WHERE partial = 1 AND dated = 1) p CROSS JOIN"
        " (SELECT ts_us, source_id, rule, sub, cluster_id, name_id, text FROM event"
        "   WHERE dated = 1) f ON f.ts_us = p.ts_us"
        " LEFT JOIN node_name v ON v.cluster_id = p.cluster_id AND v.name_id = p.name_id"
        " LEFT JOIN node_name w ON w.cluster_id = f.cluster_id AND w.name_id = f.name_id"
        " WHERE f.source_id <> p.source_id AND f.rule = p.rule AND f.sub = p.sub"
        " AND f.cluster_id = p.cluster_id AND w.node_id IS v.node_id"
        " AND length(f.text) > length(p.text) AND substr(f.text, 1, length(p.text)) = p.text)",
    };
    return run_all(store, copies, sizeof copies / sizeof *copies, err);
}
