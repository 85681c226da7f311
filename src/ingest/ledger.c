/* ledger.c - places: what was offered, where it stands, and what became of it. */
#include "ingest/writer_inside.h"

/* A source that no place holds any more goes, and its events with it. */
static pl_status drop_orphan(pl_writer *writer, int64_t source_id, pl_error *err)
{
    static const char *const sql[] = {
        "DELETE FROM standing WHERE event_id BETWEEN (SELECT public_id << 25 FROM source WHERE"
        " source_id = ?1) AND (SELECT (public_id << 25) + 33554431 FROM source WHERE source_id ="
        " ?1) AND NOT EXISTS (SELECT 1 FROM place WHERE source_id = ?1)",
        "DELETE FROM line WHERE line_id BETWEEN ?1 << 25 AND (?1 << 25) + 33554431"
        " AND NOT EXISTS (SELECT 1 FROM place WHERE source_id = ?1)",
        "DELETE FROM source WHERE source_id = ?1"
        " AND NOT EXISTS (SELECT 1 FROM place WHERE source_id = ?1)",
    };
    pl_status status = PL_OK;
    for (size_t i = 0; status == PL_OK && source_id != 0 && i < sizeof sql / sizeof *sql; i++) {
        pl_stmt *stmt = NULL;
        status = pl_stmt_get(writer->store, sql[i], &stmt, err);
        if (status != PL_OK)
            break;
        pl_stmt_bind_int(stmt, 1, source_id);
        status = pl_stmt_run(stmt, err);
    }
    return status;
}

/* Which source the place held so far; 0: none, or the place is new. */
static pl_status held_source(pl_writer *writer, const pl_place *place, pl_str content,
                             int64_t *held, pl_error *err)
{
    static const char sql[] =
        "SELECT source_id FROM place WHERE path = ?1 AND member = ?2 AND content = ?3";
    pl_stmt *stmt = NULL;
    *held = 0;
    pl_status status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, place->path);
    pl_stmt_bind_text(stmt, 2, place->member);
    pl_stmt_bind_blob(stmt, 3, content);
    status = pl_one_int(stmt, held, err);
    return status == PL_DONE ? PL_OK : status;
}

/* What could not be read before is read now: the row that said so goes. */
static pl_status drop_unread(pl_writer *writer, const pl_place *place, pl_error *err)
{
    static const char sql[] = "DELETE FROM place WHERE path = ?1 AND member = ?2 AND content = x''";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, place->path);
    pl_stmt_bind_text(stmt, 2, place->member);
    return pl_stmt_run(stmt, err);
}

pl_status pl_writer_place(pl_writer *writer, const pl_place *place, pl_error *err)
{
    static const char sql[] =
        "INSERT INTO place (path, member, content, kind, source_id, status, bytes, problem, size)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (path, member, content) DO "
        "UPDATE SET"
        " kind = ?4, source_id = ?5, status = ?6, bytes = ?7, problem = ?8, size = ?9";
    pl_str content = place->has_content ? pl_hash_view(&place->content) : PL_STR("");
    int64_t held = 0;
    pl_stmt *stmt = NULL;
    pl_status status = held_source(writer, place, content, &held, err);
    if (status == PL_OK)
        status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, place->path);
    pl_stmt_bind_text(stmt, 2, place->member);
    pl_stmt_bind_blob(stmt, 3, content);
    pl_stmt_bind_text(stmt, 4, pl_str_of(place->kind));
    if (place->source_id > 0)
        pl_stmt_bind_int(stmt, 5, place->source_id);
    pl_stmt_bind_text(stmt, 6, pl_str_of(pl_source_status_name(place->status)));
    pl_stmt_bind_int(stmt, 7, (int64_t)place->bytes);
    if (place->problem != NULL)
        pl_stmt_bind_text(stmt, 8, pl_str_of(place->problem));
    if (place->has_size && place->size <= INT64_MAX)
        pl_stmt_bind_int(stmt, 9, (int64_t)place->size);
    status = pl_stmt_run(stmt, err);
    if (status == PL_OK && held != place->source_id)
        status = drop_orphan(writer, held, err);
    return status == PL_OK && place->has_content ? drop_unread(writer, place, err) : status;
}

pl_status pl_writer_older(pl_writer *writer, pl_str path, pl_str member, pl_older *out,
                          size_t *count, pl_error *err)
{
    static const char sql[] =
        "SELECT DISTINCT s.source_id, s.bytes, s.content, s.public_id FROM place l JOIN "
        "source s USING (source_id)"
        " WHERE l.path = ?1 AND l.member = ?2 AND s.bytes > 0 ORDER BY "
        "s.bytes DESC, s.public_id LIMIT ?3";
    pl_stmt *stmt = NULL;
    *count = 0;
    pl_status status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, path);
    pl_stmt_bind_text(stmt, 2, member);
    pl_stmt_bind_int(stmt, 3, PL_OLDER_MAX);
    while ((status = pl_stmt_step(stmt, err)) == PL_OK) {
        pl_str content = pl_stmt_blob(stmt, 2);
        pl_older *older = &out[(*count)++];
        *older =
            (pl_older){.source_id = pl_stmt_int(stmt, 0), .bytes = (uint64_t)pl_stmt_int(stmt, 1)};
        for (size_t i = 0; i < sizeof older->content.bytes && i < content.len; i++)
            older->content.bytes[i] = (uint8_t)content.ptr[i];
    }
    return status == PL_DONE ? PL_OK : status;
}

pl_status pl_writer_replace(pl_writer *writer, const pl_place *place, int64_t older_id,
                            pl_error *err)
{
    static const char sql[] =
        "DELETE FROM place WHERE path = ?1 AND member = ?2 AND source_id = ?3";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(writer->store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, place->path);
    pl_stmt_bind_text(stmt, 2, place->member);
    pl_stmt_bind_int(stmt, 3, older_id);
    status = pl_stmt_run(stmt, err);
    return status == PL_OK ? drop_orphan(writer, older_id, err) : status;
}
