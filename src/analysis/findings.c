/* findings.c - ids, rows and ranks of findings. */
#include "analysis/findings.h"

#include <inttypes.h>

#include "io/hash.h"

#define ID_DIGITS_FIRST 6 /* enough for people */
#define ID_DIGITS_MORE 8  /* when another finding has the first ones already */

static pl_status is_taken(pl_store *store, pl_str id, bool *taken, pl_error *err)
{
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, "SELECT 1 FROM finding WHERE finding = ?1", &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, id);
    status = pl_stmt_step(stmt, err);
    *taken = status == PL_OK;
    pl_stmt_reset(stmt);
    return status < 0 ? status : PL_OK;
}

/* The hash of the `nth` (0..) id that the finding could have: undated lines can give several
 * findings about the same thing. */
static pl_status hash_subject(const pl_finding *finding, int nth, uint64_t *hash, pl_error *err)
{
    pl_buf about;
    pl_buf_init(&about, (size_t)1 << 20);
    pl_buf_appendf(&about, "%s\n%" PRId64 "\n%" PRId64 "\n", finding->rule, finding->since_us,
                   finding->attempt);
    pl_buf_append(&about, finding->about);
    if (nth > 0)
        pl_buf_appendf(&about, "\n%d", nth);
    pl_status status = pl_buf_status(&about, err);
    *hash = pl_hash64(pl_buf_str(&about));
    pl_buf_release(&about);
    return status;
}

static pl_status make_id(pl_store *store, const pl_finding *finding, pl_buf *out, pl_error *err)
{
    pl_status status = PL_OK;
    uint64_t hash = 0;
    bool taken = true;
    for (int nth = 0; status == PL_OK && taken; nth++) {
        int digits = nth == 0 ? ID_DIGITS_FIRST : ID_DIGITS_MORE;
        status = hash_subject(finding, nth, &hash, err);
        pl_buf_clear(out);
        pl_buf_appendf(out, "%s-%0*" PRIx64, finding->rule, digits, hash >> (64 - 4 * digits));
        if (status == PL_OK)
            status = pl_buf_status(out, err);
        if (status == PL_OK)
            status = is_taken(store, pl_buf_str(out), &taken, err);
    }
    return status;
}

static void bind_id(pl_stmt *stmt, int at, int64_t id)
{
    if (id > 0)
        pl_stmt_bind_int(stmt, at, id);
}

static void bind_us(pl_stmt *stmt, int at, int64_t us)
{
    if (us != PL_TIME_NONE)
        pl_stmt_bind_int(stmt, at, us);
}

static void bind_words(pl_stmt *stmt, int at, pl_str words)
{
    if (words.len > 0)
        pl_stmt_bind_text(stmt, at, words);
}

pl_status pl_finding_add(pl_store *store, const pl_finding *finding, pl_buf *id_text, pl_error *err)
{
    static const char sql[] =
        "INSERT INTO finding (finding, rule, severity, confidence, run_id, cluster_id, node_id, "
        "attempt, phase_id, since_us,"
        " duration_us, limit_us, limit_from, summary, advice, arithmetic, blocker)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    pl_stmt *stmt = NULL;
    pl_status status = make_id(store, finding, id_text, err);
    if (status == PL_OK)
        status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, pl_buf_str(id_text));
    pl_stmt_bind_text(stmt, 2, pl_str_of(finding->rule));
    pl_stmt_bind_text(stmt, 3, pl_str_of(finding->severity));
    pl_stmt_bind_text(stmt, 4, pl_str_of(finding->confidence));
    bind_id(stmt, 5, finding->run_id);
    bind_id(stmt, 6, finding->cluster_id);
    bind_id(stmt, 7, finding->node_id);
    bind_id(stmt, 8, finding->attempt);
    bind_id(stmt, 9, finding->phase_id);
    bind_us(stmt, 10, finding->since_us);
    bind_us(stmt, 11, finding->duration_us);
    bind_us(stmt, 12, finding->limit_us);
    bind_words(stmt, 13, finding->limit_from);
    pl_stmt_bind_text(stmt, 14, finding->summary);
    bind_words(stmt, 15, finding->advice);
    bind_words(stmt, 16, finding->arithmetic);
    bind_words(stmt, 17, finding->blocker);
    return pl_stmt_run(stmt, err);
}

pl_status pl_evidence_add(pl_store *store, pl_str finding_id, int64_t event_id, int64_t place_id,
                          const char *role, pl_error *err)
{
    static const char sql[] =
        "INSERT INTO evidence (finding, position, event_id, place_id, role)"
        " VALUES (?1, (SELECT count(*) + 1 FROM evidence WHERE finding = ?1), ?2, ?3, ?4)";
    pl_stmt *stmt = NULL;
    if (event_id == 0 && place_id == 0)
        return PL_OK;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    if (status != PL_OK)
        return status;
    pl_stmt_bind_text(stmt, 1, finding_id);
    bind_id(stmt, 2, event_id);
    bind_id(stmt, 3, place_id);
    pl_stmt_bind_text(stmt, 4, pl_str_of(role));
    return pl_stmt_run(stmt, err);
}

pl_status pl_findings_temper(pl_store *store, pl_error *err)
{
    static const char sql[] =
        "UPDATE finding SET confidence = f.least FROM (SELECT v.finding AS id, CASE WHEN "
        "sum(e.confidence = 'low') > 0 THEN 'low' ELSE 'medium' END AS least FROM evidence v JOIN "
        "event e USING (event_id) WHERE e.confidence <> 'high' GROUP BY v.finding) f WHERE "
        "finding.finding = f.id AND (finding.confidence = 'high' OR f.least = 'low')";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    return status == PL_OK ? pl_stmt_run(stmt, err) : status;
}

pl_status pl_findings_rank(pl_store *store, pl_error *err)
{
    static const char sql[] =
        "UPDATE finding SET is_primary = 0 WHERE run_id IS NOT NULL AND (finding NOT IN ("
        " SELECT finding FROM (SELECT finding, row_number() OVER (PARTITION BY run_id, node_id "
        "ORDER BY CASE WHEN rule = 'incomplete' AND attempt < (SELECT max(attempts) FROM run_node x"
        "     WHERE x.run_id = f.run_id AND x.node_id = f.node_id) THEN 9"
        "   WHEN rule = 'failed' THEN 1 WHEN rule = 'rolled-back' THEN 2"
        "   WHEN rule = 'stalled' THEN 3 WHEN rule IN ('silent', 'incomplete') THEN 4"
        "   WHEN rule = 'paused' THEN 5 WHEN rule = 'queued' THEN 6"
        "   WHEN rule = 'slow' THEN 7 WHEN rule LIKE 'order.%' THEN 8 WHEN rule = 'retried' THEN 9"
        "   ELSE 10 END, since_us, finding) AS i FROM finding f WHERE run_id IS NOT NULL) WHERE i "
        "= "
        "1)"
        " OR (rule = 'stalled' AND node_id IS NOT NULL AND run_id IN (SELECT run_id FROM finding"
        "   WHERE rule = 'stalled' AND node_id IS NULL)))";
    pl_stmt *stmt = NULL;
    pl_status status = pl_stmt_get(store, sql, &stmt, err);
    return status == PL_OK ? pl_stmt_run(stmt, err) : status;
}
