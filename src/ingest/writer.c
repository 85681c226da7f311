/* writer.c - rows of evidence, one prepared statement a shape. */
#include "ingest/writer_inside.h"

#include "base/alloc.h"
#include "ingest/ingest.h"

#define SOURCE_ID_BITS 28 /* so that an event_id fits the 53 bits that JSON readers keep */

pl_status pl_writer_new(pl_store *store, const pl_dialect_set *set, pl_writer **out, pl_error *err)
{
    pl_writer *writer = pl_alloc(1, sizeof *writer);
    if (writer == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a writer");
    writer->store = store;
    pl_status status = pl_names_open(&writer->names, store, set, err);
    if (status != PL_OK) {
        pl_release(writer);
        return status;
    }
    *out = writer;
    return PL_OK;
}

void pl_writer_free(pl_writer *writer)
{
    if (writer == NULL)
        return;
    pl_names_release(&writer->names);
    pl_release(writer);
}

pl_str pl_hash_view(const pl_hash128 *hash)
{
    return (pl_str){(const char *)hash->bytes, sizeof hash->bytes};
}

pl_status pl_one_int(pl_stmt *stmt, int64_t *value, pl_error *err)
{
    pl_status status = pl_stmt_step(stmt, err);
    if (status != PL_OK)
        return status;
    *value = pl_stmt_int(stmt, 0);
    pl_stmt_reset(stmt);
    return PL_OK;
}

static pl_status is_taken(pl_writer *writer, int64_t public_id, bool *taken, pl_error *err)
{
    pl_stmt *stmt = NULL;
    int64_t ignored;
    pl_status status =
        pl_stmt_get(writer->store, "SELECT 1 FROM source WHERE public_id = ?1", &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, public_id);
    status = pl_one_int(stmt, &ignored, err);
    *taken = status == PL_OK;
    return status == PL_DONE ? PL_OK : status;
}

/* The row is needed from the first event on; what is only known at the end follows in
 * pl_writer_end(). */
static pl_status insert_draft(pl_writer *writer, pl_source_draft *draft, pl_error *err)
{
    static const char sql[] = "INSERT INTO source (content, reading, bytes, lines, encoding)"
                              " VALUES (x'', ?1, 0, 0, '')";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_blob(stmt, 1, pl_hash_view(&draft->reading));
    status = pl_stmt_run(stmt, err);
    draft->source_id = pl_store_last_id(writer->store);
    return status;
}

/* A free id that comes from `hash` and the reading of the draft. */
static pl_status choose_id(pl_writer *writer, uint64_t hash, const pl_source_draft *draft,
                           int64_t *public_id, pl_error *err)
{
    const int64_t mask = (INT64_C(1) << SOURCE_ID_BITS) - 1;
    uint64_t mixed = hash ^ pl_hash64(pl_hash_view(&draft->reading));
    int64_t id = (int64_t)(mixed & (uint64_t)mask);
    bool taken = true;
    pl_status status = PL_OK;
    while (status == PL_OK && taken) {
        id = id == mask || id == 0 ? 1 : id + 1;
        status = is_taken(writer, id, &taken, err);
    }
    if (status == PL_OK)
        *public_id = id;
    return status;
}

pl_status pl_writer_begin(pl_writer *writer, const pl_block *first, pl_hash128 reading,
                          pl_source_draft *out, pl_error *err)
{
    pl_source_draft draft = {.reading = reading, .whole = first->last};
    /* The offset is the length of a byte order mark: the same text without one is another source.
     */
    if (draft.whole)
        draft.hash = pl_hash64((pl_str){first->ptr, first->len}) + first->byte_off;
    pl_status status = pl_store_mark(writer->store, err);
    if (status == PL_OK)
        status = insert_draft(writer, &draft, err);
    if (status == PL_OK)
        *out = draft;
    return status;
}

static void bind_time(pl_stmt *stmt, int at, int64_t us)
{
    if (us != PL_TIME_NONE)
        pl_stmt_bind_int(stmt, at, us);
}

/* The lines of a source, as ?1 and ?2. */
static void bind_lines(pl_stmt *stmt, int64_t source_id)
{
    pl_stmt_bind_int(stmt, 1, source_id * PL_SOURCE_EVENTS_MAX);
    pl_stmt_bind_int(stmt, 2, (source_id + 1) * PL_SOURCE_EVENTS_MAX - 1);
}

static int64_t known_us(int64_t us, uint32_t epoch)
{
    return epoch == 0 ? us : PL_TIME_NONE;
}

/* Remembers what is relative in the event until pl_writer_end(). */
static pl_status insert_pending(pl_writer *writer, int64_t line_id, const pl_event *event,
                                pl_error *err)
{
    static const char sql[] =
        "INSERT INTO pending (line_id, ts_us, ts_epoch, order_us, order_epoch, before_us,"
        " before_epoch) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    pl_stmt *stmt = NULL;
    if (event->moment.epoch == 0 && event->order_epoch == 0 && event->before.epoch == 0)
        return PL_OK;
    pl_status status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, line_id);
    bind_time(stmt, 2, event->moment.us);
    pl_stmt_bind_int(stmt, 3, event->moment.epoch);
    bind_time(stmt, 4, event->order_us);
    pl_stmt_bind_int(stmt, 5, event->order_epoch);
    bind_time(stmt, 6, event->before.us);
    pl_stmt_bind_int(stmt, 7, event->before.epoch);
    return pl_stmt_run(stmt, err);
}

static pl_status insert_pair(pl_writer *writer, int64_t line_id, const pl_event *event,
                             pl_error *err)
{
    static const char sql[] =
        "INSERT INTO pair (line_id, moment, key, within_us) VALUES (?1, ?2, ?3, ?4)";
    pl_stmt *stmt = NULL;
    if (event->pair == NULL)
        return PL_OK;
    pl_status status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, line_id);
    pl_stmt_bind_text(stmt, 2, event->pair->moment);
    pl_stmt_bind_text(stmt, 3, event->pair_key.ptr != NULL ? event->pair_key : PL_STR(""));
    pl_stmt_bind_int(stmt, 4, event->pair->within_us);
    return pl_stmt_run(stmt, err);
}

/* Two names of one node are no event. */
static pl_status insert_alias(pl_writer *writer, const pl_source_draft *draft,
                              const pl_event *alias, pl_error *err)
{
    static const char sql[] =
        "INSERT INTO same_node (source_id, cluster_id, name_id, other_id, line_no)"
        " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    int64_t cluster = 0, name = 0, other = 0;
    pl_stmt *stmt = NULL;
    pl_status status = pl_names_cluster(&writer->names, alias->cluster, &cluster, err);
    if (status == PL_OK)
        status = pl_names_node(&writer->names, alias->node, &name, err);
    if (status == PL_OK)
        status = pl_names_node(&writer->names, alias->witness, &other, err);
    if (status == PL_OK)
        status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, draft->source_id);
    pl_stmt_bind_int(stmt, 2, cluster);
    pl_stmt_bind_int(stmt, 3, name);
    pl_stmt_bind_int(stmt, 4, other);
    pl_stmt_bind_int(stmt, 5, (int64_t)alias->line_no);
    return pl_stmt_run(stmt, err);
}

static pl_status bind_names(pl_writer *writer, pl_stmt *stmt, const pl_event *event, pl_error *err)
{
    int64_t cluster = 0, node = 0, witness = 0;
    pl_status status = pl_names_cluster(&writer->names, event->cluster, &cluster, err);
    if (status == PL_OK && !event->whole_cluster)
        status = pl_names_node(&writer->names, event->node, &node, err);
    if (status == PL_OK && event->witness.len > 0)
        status = pl_names_node(&writer->names, event->witness, &witness, err);
    pl_stmt_bind_int(stmt, 9, cluster);
    if (node > 0)
        pl_stmt_bind_int(stmt, 10, node);
    if (witness > 0)
        pl_stmt_bind_int(stmt, 11, witness);
    return status;
}

static void bind_meaning(pl_writer *writer, pl_stmt *stmt, const pl_event *event)
{
    const pl_model_ids *ids =
        event->model == NULL ? NULL : pl_names_model(&writer->names, event->model);
    if (ids != NULL)
        pl_stmt_bind_int(stmt, 12, ids->model_id);
    if (ids != NULL && event->phase >= 0)
        pl_stmt_bind_int(stmt, 13, ids->phase_ids[event->phase]);
    pl_stmt_bind_view(stmt, 14, pl_str_of(pl_transition_name(event->transition)));
    pl_stmt_bind_int(stmt, 15, event->begins_attempt);
    pl_stmt_bind_view(stmt, 16, event->rule);
    pl_stmt_bind_view(stmt, 17, event->code);
    pl_stmt_bind_view(stmt, 18, event->facts);
    pl_stmt_bind_int(stmt, 25, event->only_underway);
    pl_stmt_bind_view(stmt, 26, pl_str_of(pl_strength_name(event->strength)));
    pl_stmt_bind_view(stmt, 27, pl_str_of(pl_confidence_name(event->confidence)));
}

pl_status pl_writer_event(pl_writer *writer, pl_source_draft *draft, const pl_event *event,
                          pl_error *err)
{
    static const char sql[] =
        "INSERT INTO line (line_id, sub, line_no, byte_off, ts_us, ts_quality, order_us, before_us,"
        " cluster_id, name_id, witness_id, model_id, phase_id, transition, begins, rule, code,"
        " facts, text, repaired, key, dated, partial, floor, underway, strength, confidence)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
        " ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)";
    if (event->is_alias)
        return insert_alias(writer, draft, event, err);
    if (draft->events + 1 >= PL_SOURCE_EVENTS_MAX)
        return pl_fail(err, PL_ERR_LIMIT, "over %lld events in one source",
                       (long long)PL_SOURCE_EVENTS_MAX);
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status == PL_OK)
        status = bind_names(writer, stmt, event, err);
    if (status != PL_OK)
        return status;
    int64_t line_id = draft->source_id * PL_SOURCE_EVENTS_MAX + draft->events + 1;
    const pl_moment *moment = &event->moment;
    pl_stmt_bind_int(stmt, 1, line_id);
    pl_stmt_bind_int(stmt, 2, event->sub);
    pl_stmt_bind_int(stmt, 3, (int64_t)event->line_no);
    pl_stmt_bind_int(stmt, 4, (int64_t)event->byte_off);
    bind_time(stmt, 5, known_us(moment->us, moment->epoch));
    pl_stmt_bind_view(
        stmt, 6,
        pl_str_of(pl_quality_name(moment->epoch == 0 ? moment->quality : PL_QUALITY_NONE)));
    bind_time(stmt, 7, known_us(event->order_us, event->order_epoch));
    bind_time(stmt, 8, known_us(event->before.us, event->before.epoch));
    bind_meaning(writer, stmt, event);
    pl_stmt_bind_view(stmt, 19, event->text);
    pl_stmt_bind_int(stmt, 20, event->repaired);
    pl_stmt_bind_int(stmt, 21, (int64_t)event->key);
    pl_stmt_bind_int(stmt, 22, event->moment.dated);
    pl_stmt_bind_int(stmt, 23, event->partial);
    pl_stmt_bind_int(stmt, 24, moment->floor);
    status = pl_stmt_run(stmt, err);
    draft->events += status == PL_OK;
    if (status == PL_OK)
        status = insert_pair(writer, line_id, event, err);
    return status == PL_OK ? insert_pending(writer, line_id, event, err) : status;
}

static pl_status find_source(pl_writer *writer, const pl_source_draft *draft,
                             const pl_source_facts *facts, int64_t *found, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status =
        pl_stmt_get(writer->store,
                    "SELECT source_id FROM source WHERE content = ?1 AND reading = ?2", &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_blob(stmt, 1, pl_hash_view(&facts->content));
    pl_stmt_bind_blob(stmt, 2, pl_hash_view(&draft->reading));
    return pl_one_int(stmt, found, err);
}

static pl_status count_events(pl_writer *writer, int64_t source_id, int64_t *count, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(
        writer->store, "SELECT count(*) FROM line WHERE line_id BETWEEN ?1 AND ?2", &stmt, err);
    if (status != PL_OK)
        return status;
    bind_lines(stmt, source_id);
    return pl_one_int(stmt, count, err);
}

/* Calls the source and its events what they are called in every database. */
static pl_status name_events(pl_writer *writer, const pl_source_draft *draft,
                             const pl_source_facts *facts, pl_error *err)
{
    static const char *const sql[] = {
        "UPDATE source SET public_id = ?3 WHERE source_id = ?1 / ?4",
        "INSERT INTO standing (event_id, line_id) SELECT line_id - ?1 + ?3 * ?4, line_id FROM line"
        " WHERE line_id BETWEEN ?1 AND ?2 ORDER BY line_id",
    };
    int64_t public_id = 0;
    uint64_t hash = draft->whole ? draft->hash : pl_hash64(pl_hash_view(&facts->content));
    pl_status status = choose_id(writer, hash, draft, &public_id, err);
    for (size_t i = 0; status == PL_OK && i < sizeof sql / sizeof *sql; i++) {
        pl_stmt *stmt = NULL;
        status = pl_stmt_get(writer->store, sql[i], &stmt, err);
        if (status != PL_OK)
            break;
        bind_lines(stmt, draft->source_id);
        pl_stmt_bind_int(stmt, 3, public_id);
        pl_stmt_bind_int(stmt, 4, PL_SOURCE_EVENTS_MAX);
        status = pl_stmt_run(stmt, err);
    }
    return status;
}

/* Dates the events of one epoch, by now known or not. */
static pl_status settle_epoch(pl_writer *writer, uint32_t number, const pl_epoch *epoch,
                              pl_error *err)
{
    static const char *const sql[] = {
        "UPDATE line SET ts_us = p.ts_us + ?2 + (p.ts_us >= ?5) * ?6, ts_quality = ?4"
        " FROM pending p"
        " WHERE p.line_id = line.line_id AND p.ts_epoch = ?1 AND ?2 IS NOT NULL",
        "UPDATE line SET order_us = coalesce(p.order_us + ?2 + (p.order_us >= ?5) * ?6, ?3)"
        " FROM pending p"
        " WHERE p.line_id = line.line_id AND p.order_epoch = ?1",
        "UPDATE line SET before_us = p.before_us + ?2 + (p.before_us >= ?5) * ?6"
        " FROM pending p"
        " WHERE p.line_id = line.line_id AND p.before_epoch = ?1",
    };
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < sizeof sql / sizeof *sql; i++) {
        pl_stmt *stmt = NULL;
        status = pl_stmt_get(writer->store, sql[i], &stmt, err);
        if (status != PL_OK)
            break;
        pl_stmt_bind_int(stmt, 1, number);
        if (epoch->known)
            pl_stmt_bind_int(stmt, 2, epoch->base_us);
        pl_stmt_bind_int(stmt, 5, epoch->turn_us);
        pl_stmt_bind_int(stmt, 6, epoch->turned_us);
        if (i == 1)
            bind_time(stmt, 3, epoch->order_us);
        if (i == 0)
            pl_stmt_bind_text(stmt, 4, pl_str_of(pl_quality_name(epoch->quality)));
        status = pl_stmt_run(stmt, err);
    }
    return status;
}

/* What stood relative so far becomes a time; lines above the first time come where that is. */
static pl_status settle_times(pl_writer *writer, const pl_source_draft *draft,
                              const pl_matcher_summary *summary, pl_error *err)
{
    static const char *const sql[] = {
        "DELETE FROM pending",
        "UPDATE line SET order_us = ?3 WHERE line_id BETWEEN ?1 AND ?2 AND order_us IS NULL",
    };
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < summary->epoch_count; i++)
        status = settle_epoch(writer, (uint32_t)i + 1, &summary->epochs[i], err);
    for (size_t i = summary->epoch_count > 0 ? 0 : 1; status == PL_OK && i < 2; i++) {
        pl_stmt *stmt = NULL;
        if (i == 1 && (summary->first_order_us == PL_TIME_NONE || draft->events == 0))
            break;
        status = pl_stmt_get(writer->store, sql[i], &stmt, err);
        if (status == PL_OK && i == 1) {
            bind_lines(stmt, draft->source_id);
            pl_stmt_bind_int(stmt, 3, summary->first_order_us);
        }
        if (status == PL_OK)
            status = pl_stmt_run(stmt, err);
    }
    return status;
}

/* The first node and cluster a source names hold from its beginning: events before them get them
 * now. */
static pl_status name_the_nameless(pl_writer *writer, const pl_source_draft *draft,
                                   const pl_matcher_summary *summary, pl_error *err)
{
    static const char nodes[] =
        "UPDATE line SET name_id = ?3 WHERE line_id BETWEEN ?1 AND ?2 AND name_id = 1";
    static const char clusters[] =
        "UPDATE line SET cluster_id = ?3 WHERE line_id BETWEEN ?1 AND ?2 AND cluster_id = 1";
    static const char aliases[] =
        "UPDATE same_node SET cluster_id = ?3 WHERE source_id = ?1 >> 25 AND cluster_id = 1";
    static const char *const sql[] = {nodes, clusters, aliases};
    pl_status status = PL_OK;
    for (int i = 0; status == PL_OK && i < 3; i++) {
        pl_stmt *stmt = NULL;
        int64_t id = 0;
        if ((draft->events == 0 && i < 2) ||
            (i == 0 ? summary->node.len : summary->cluster.len) == 0)
            continue;
        if (i == 0)
            status = pl_names_node(&writer->names, summary->node, &id, err);
        else
            status = pl_names_cluster(&writer->names, summary->cluster, &id, err);
        if (status == PL_OK)
            status = pl_stmt_get(writer->store, sql[i], &stmt, err);
        if (status != PL_OK)
            break;
        bind_lines(stmt, draft->source_id);
        pl_stmt_bind_int(stmt, 3, id);
        status = pl_stmt_run(stmt, err);
    }
    return status;
}

/*
 * A number that a line of this source joins with one name is that node, here: elsewhere the same
 * number may be another's, of another cluster or of another time.
 */
static pl_status name_the_numbers(pl_writer *writer, const pl_source_draft *draft, pl_error *err)
{
    static const char sql[] =
        "WITH pair AS (SELECT name_id AS a, other_id AS b FROM same_node WHERE source_id = ?1"
        " UNION SELECT other_id, name_id FROM same_node WHERE source_id = ?1),"
        " known AS (SELECT p.a AS number, min(p.b) AS name FROM pair p JOIN name n ON n.name_id = "
        "p.a JOIN name m ON m.name_id = p.b WHERE n.value NOT GLOB '*[^0-9]*'"
        " AND m.value GLOB '*[^0-9]*' GROUP BY p.a"
        " HAVING min(lower(substr(m.value, 1, instr(m.value || '.', '.')))) ="
        " max(lower(substr(m.value, 1, instr(m.value || '.', '.')))))"
        " UPDATE line SET name_id = coalesce((SELECT name FROM known WHERE number = name_id), "
        "name_id), witness_id = nullif(coalesce((SELECT name FROM known WHERE number = witness_id)"
        ", witness_id), coalesce((SELECT name FROM known WHERE number = name_id), name_id))"
        " WHERE EXISTS (SELECT 1 FROM known) AND line_id BETWEEN ?1 << 25 AND (?1 << 25) + 33554431"
        " AND (name_id IN (SELECT number FROM known) OR witness_id IN (SELECT number FROM known))";
    pl_stmt *stmt = NULL;
    if (draft->events == 0)
        return PL_OK;
    pl_status status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, draft->source_id);
    return pl_stmt_run(stmt, err);
}

static pl_status insert_conflicts(pl_writer *writer, const pl_source_draft *draft,
                                  const pl_matcher_summary *summary, pl_error *err)
{
    static const char sql[] = "INSERT INTO conflict (source_id, what, one_by, one, other_by, other)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    static const char *const whats[] = {"node", "cluster"};
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < 2; i++) {
        const pl_conflict *conflict = &summary->conflicts[i];
        pl_stmt *stmt = NULL;
        if (!summary->conflicting[i])
            continue;
        status = pl_stmt_get(writer->store, sql, &stmt, err);
        if (status != PL_OK)
            break;
        pl_stmt_bind_int(stmt, 1, draft->source_id);
        pl_stmt_bind_text(stmt, 2, pl_str_of(whats[i]));
        pl_stmt_bind_text(stmt, 3, pl_str_of(conflict->one_by));
        pl_stmt_bind_text(stmt, 4, conflict->one);
        pl_stmt_bind_text(stmt, 5, pl_str_of(conflict->other_by));
        pl_stmt_bind_text(stmt, 6, conflict->other);
        status = pl_stmt_run(stmt, err);
    }
    return status;
}

static pl_status insert_gaps(pl_writer *writer, const pl_source_draft *draft,
                             const pl_matcher_summary *summary, pl_error *err)
{
    static const char sql[] =
        "INSERT INTO gap (source_id, line_no, from_us, to_us) VALUES (?1, ?2, ?3, ?4) ON CONFLICT "
        "DO NOTHING";
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && i < summary->gap_count; i++) {
        const pl_gap *gap = &summary->gaps[i];
        pl_stmt *stmt = NULL;
        status = pl_stmt_get(writer->store, sql, &stmt, err);
        if (status != PL_OK)
            break;
        pl_stmt_bind_int(stmt, 1, draft->source_id);
        pl_stmt_bind_int(stmt, 2, (int64_t)gap->line_no);
        pl_stmt_bind_int(stmt, 3, gap->from_us);
        pl_stmt_bind_int(stmt, 4, gap->to_us);
        status = pl_stmt_run(stmt, err);
    }
    return status;
}

static pl_status update_source(pl_writer *writer, const pl_source_draft *draft,
                               const pl_source_facts *facts, pl_error *err)
{
    static const char sql[] =
        "UPDATE source SET content = ?2, bytes = ?3, lines = ?4, encoding = ?5, dialect = ?6,"
        " first_us = ?7, last_us = ?8, cluster_id = ?9, own_name = ?10, reading = ?11"
        " WHERE source_id = ?1";
    const pl_matcher_summary *summary = &facts->summary;
    int64_t cluster = 0, own = 0;
    pl_stmt *stmt = NULL;
    pl_status status = pl_names_cluster(&writer->names, summary->cluster, &cluster, err);
    if (status == PL_OK)
        status = pl_names_node(&writer->names, summary->own_node, &own, err);
    if (status == PL_OK)
        status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_int(stmt, 1, draft->source_id);
    pl_stmt_bind_blob(stmt, 2, pl_hash_view(&facts->content));
    pl_stmt_bind_int(stmt, 3, (int64_t)facts->bytes);
    pl_stmt_bind_int(stmt, 4, (int64_t)summary->lines);
    const char *encoding =
        facts->layout == PL_LAYOUT_EVTX ? "evtx" : pl_encoding_name(facts->encoding);
    pl_stmt_bind_text(stmt, 5, pl_str_of(encoding));
    if (facts->dialects.len > 0)
        pl_stmt_bind_text(stmt, 6, facts->dialects);
    bind_time(stmt, 7, summary->first_us);
    bind_time(stmt, 8, summary->last_us);
    pl_stmt_bind_int(stmt, 9, cluster);
    if (summary->own_node.len > 0)
        pl_stmt_bind_int(stmt, 10, own);
    pl_stmt_bind_blob(stmt, 11, pl_hash_view(&draft->reading));
    return pl_stmt_run(stmt, err);
}

pl_status pl_writer_end(pl_writer *writer, pl_source_draft *draft, const pl_source_facts *facts,
                        bool *known, pl_error *err)
{
    int64_t found = 0;
    pl_status status = find_source(writer, draft, facts, &found, err);
    if (status < 0)
        return status;
    *known = status == PL_OK;
    if (*known) {
        draft->source_id = found;
        pl_names_forget(&writer->names);
        status = pl_store_mark_undo(writer->store, err);
        return status == PL_OK ? count_events(writer, found, &draft->events, err) : status;
    }
    status = settle_times(writer, draft, &facts->summary, err);
    if (status == PL_OK)
        status = name_events(writer, draft, facts, err);
    if (status == PL_OK)
        status = name_the_nameless(writer, draft, &facts->summary, err);
    if (status == PL_OK)
        status = name_the_numbers(writer, draft, err);
    if (status == PL_OK)
        status = update_source(writer, draft, facts, err);
    if (status == PL_OK)
        status = insert_conflicts(writer, draft, &facts->summary, err);
    if (status == PL_OK)
        status = insert_gaps(writer, draft, &facts->summary, err);
    return status == PL_OK ? pl_store_mark_keep(writer->store, err) : status;
}
