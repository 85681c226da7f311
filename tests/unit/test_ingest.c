/* test_ingest.c - what is offered comes in once, whole, under the right name, and whatever happened
 * before. */
#include "support/ingesting.h"

#include <signal.h>
#include <sys/wait.h>

#include <sqlite3.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "pack.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TO_OPEN "Shifting CLOSED -> OPEN (TO: 0)"
#define TO_PRIMARY "Shifting OPEN -> PRIMARY (TO: 7)"
#define TO_JOINER "Shifting PRIMARY -> JOINER (TO: 9)"
#define CONNECTING "gcomm: connecting to group 'shop', peer '10.0.3.17:'"

static ingesting in;
static pl_buf log_text, other;

static void setup(void)
{
    pl_buf_init(&log_text, 64 << 20);
    pl_buf_init(&other, 256 << 20);
    ingesting_open(&in);
}

static void teardown(void)
{
    ingesting_close(&in);
    pl_buf_release(&log_text);
    pl_buf_release(&other);
}

/* Three state changes and the name of the cluster behind the first. */
static pl_str three_changes(void)
{
    pl_buf_clear(&log_text);
    galera_line(&log_text, 0, TO_OPEN);
    galera_line(&log_text, 1, CONNECTING);
    galera_line(&log_text, 2, TO_PRIMARY);
    galera_line(&log_text, 3, TO_JOINER);
    return pl_buf_str(&log_text);
}

static void keep(const char *rows)
{
    pl_buf_append(&other, pl_str_of(rows));
}

/* Tells the first row that differs. */
static void assert_rows(const char *sql, const char *wanted)
{
    const char *got = ingesting_rows(&in, sql);
    size_t at = 0, line = 0;
    while (got[at] != '\0' && got[at] == wanted[at])
        line = got[at++] == '\n' ? at : line;
    ck_assert_msg(got[at] == wanted[at], "%.300s\nnot\n%.300s", got + line, wanted + line);
}

static void assert_stats(uint64_t new, uint64_t known, uint64_t events_new, uint64_t events_known)
{
    ck_assert_uint_eq(in.stats.sources_new, new);
    ck_assert_uint_eq(in.stats.sources_known, known);
    ck_assert_uint_eq(in.stats.events_new, events_new);
    ck_assert_uint_eq(in.stats.events_known, events_known);
}

/* ---- identity */

START_TEST(what_is_known_is_not_stored_again)
{
    pl_str text = three_changes();
    ingesting_write(&in, "n1.log", text);
    ingesting_write(&in, "sub/n2.log", pl_str_slice(text, 0, text.len / 2));
    ingesting_write(&in, "notes.txt", PL_STR("nothing\nto see\n"));
    ingesting_run(&in, "");
    assert_stats(3, 0, 4, 0);
    ck_assert_uint_eq(in.stats.places, 3);
    ck_assert_uint_eq(in.stats.lines, 4 + 2 + 2);
    ck_assert_uint_eq(in.stats.bytes, text.len + text.len / 2 + 15);
    ck_assert_uint_eq(in.stats.unrecognised, 1);
    keep(ingesting_rows(&in, EVENTS));
    keep(ingesting_rows(&in, SOURCES));
    keep(ingesting_rows(&in, PLACES));
    ingesting_run(&in, "");
    assert_stats(0, 3, 0, 4);
    ck_assert_uint_eq(in.stats.places, 3);
    pl_buf again;
    pl_buf_init(&again, 1 << 20);
    pl_buf_append(&again, pl_str_of(ingesting_rows(&in, EVENTS)));
    pl_buf_append(&again, pl_str_of(ingesting_rows(&in, SOURCES)));
    pl_buf_append(&again, pl_str_of(ingesting_rows(&in, PLACES)));
    ck_assert_str_eq(again.ptr, other.ptr);
    pl_buf_release(&again);
}
END_TEST

START_TEST(an_event_says_what_its_line_does)
{
    ingesting_write(&in, "n1.log", three_changes());
    ingesting_run(&in, "");
    assert_rows("SELECT line_no, byte_off, e.ts, ts_quality, c.name, n.value, m.name, p.name, "
                "transition, e.begins, rule, dated, partial FROM event e JOIN cluster c USING "
                "(cluster_id) JOIN name n USING (name_id) JOIN model m USING (model_id) JOIN "
                "phase p USING (phase_id) ORDER BY line_no",
                "1|0|2024-02-06T10:00:00.000000Z|exact|shop|n1|galera-node|OPEN|enter|1|galera.join"
                "|1|0\n"
                "3|201|2024-02-06T10:00:02.000000Z|exact|shop|n1|galera-node|PRIMARY|enter|0|"
                "galera.shift|1|0\n"
                "4|292|2024-02-06T10:00:03.000000Z|exact|shop|n1|galera-node|JOINER|enter|0|"
                "galera.shift|1|0\n");
    assert_rows("SELECT bytes, lines, encoding, dialect, c.name, n.value, first_us, last_us FROM "
                "source s JOIN cluster c USING (cluster_id) JOIN name n ON n.name_id = s.own_name",
                "385|4|utf-8|galera|shop|n1|1707213600000000|1707213603000000\n");
}
END_TEST

START_TEST(the_same_content_of_the_same_node_in_two_places_is_one_source)
{
    pl_str text = three_changes();
    ingesting_write(&in, "a/n1.log", text);
    ingesting_write(&in, "b/n1.log.1", text);
    ingesting_write(&in, "c/n1.log",
                    pl_str_slice(text, 0, text.len - 93)); /* names after an undo */
    ingesting_run(&in, "");
    assert_stats(2, 1, 5, 3);
    assert_rows("SELECT count(*), count(DISTINCT source_id) FROM place", "3|2\n");
    assert_rows("SELECT count(*), count(DISTINCT source_id), min(n.value), max(n.value), "
                "min(c.name), max(c.name) FROM event JOIN name n USING (name_id) JOIN cluster c "
                "USING (cluster_id)",
                "5|2|n1|n1|shop|shop\n");
}
END_TEST

START_TEST(equal_bytes_of_two_nodes_are_two_sources)
{
    ingesting_write(&in, "node1.log", three_changes());
    ingesting_write(&in, "node2.log", three_changes());
    ingesting_run(&in, "");
    assert_stats(2, 0, 6, 0);
    assert_rows("SELECT n.value, count(*) FROM event JOIN name n USING (name_id) GROUP BY 1",
                "node1|3\nnode2|3\n");
    assert_rows("SELECT count(DISTINCT content), count(DISTINCT reading) FROM source", "1|2\n");
}
END_TEST

START_TEST(another_reading_of_a_place_replaces_its_events)
{
    ingesting_write(&in, "n1.log", three_changes());
    ingesting_run(&in, "");
    in.options.node = PL_STR("N9");
    in.options.cluster = PL_STR("C9");
    ingesting_run(&in, "");
    assert_stats(1, 0, 3, 0);
    assert_rows("SELECT n.value, c.name, count(*) FROM event JOIN name n USING (name_id) JOIN "
                "cluster c USING (cluster_id) GROUP BY 1, 2",
                "N9|C9|3\n");
    assert_rows("SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM place)", "1|1\n");
    in.options.node = in.options.cluster = (pl_str){0};
    ingesting_run(&in, "");
    assert_stats(1, 0, 3, 0);
    assert_rows("SELECT n.value, c.name, count(*) FROM event JOIN name n USING (name_id) JOIN "
                "cluster c USING (cluster_id) GROUP BY 1, 2",
                "n1|shop|3\n");
}
END_TEST

START_TEST(another_reading_of_one_place_leaves_the_source_to_the_other)
{
    ingesting_write(&in, "a/n1.log", three_changes());
    ingesting_write(&in, "b/n1.log", three_changes());
    ingesting_run(&in, "");
    in.options.node = PL_STR("N9");
    ingesting_run(&in, "a");
    assert_rows("SELECT n.value, count(*) FROM event JOIN name n USING (name_id) GROUP BY 1",
                "N9|3\nn1|3\n");
}
END_TEST

/* ---- files that change */

/* The text grows in steps that end behind `cuts`, which may be inside a line. */
static void assert_grows(const char *name, pl_str text, const size_t *cuts, size_t count)
{
    ingesting_write(&in, name, text);
    ingesting_run(&in, "");
    pl_buf_clear(&other);
    keep(ingesting_rows(&in, EVENTS));
    keep(ingesting_rows(&in, SOURCES));
    ingesting_reopen(&in, NULL);
    for (size_t i = 0; i <= count; i++) {
        ingesting_write(&in, name, i < count ? pl_str_slice(text, 0, cuts[i]) : text);
        ingesting_run(&in, "");
        ck_assert_int_eq(ingesting_number(&in, "SELECT count(*) FROM source"), 1);
        ck_assert_int_eq(ingesting_number(&in, "SELECT count(*) FROM line WHERE line_id NOT IN "
                                               "(SELECT line_id FROM standing)"),
                         0);
        ck_assert_int_eq(ingesting_number(&in, "SELECT count(*) FROM place"), 1);
        ck_assert_int_eq(ingesting_number(&in, "SELECT count(*) FROM place WHERE status <> 'read' "
                                               "OR problem IS NOT NULL"),
                         0);
    }
    pl_buf grown;
    pl_buf_init(&grown, 256 << 20);
    pl_buf_append(&grown, pl_str_of(ingesting_rows(&in, EVENTS)));
    pl_buf_append(&grown, pl_str_of(ingesting_rows(&in, SOURCES)));
    ck_assert_msg(pl_str_equal(pl_buf_str(&grown), pl_buf_str(&other)), "%.2000s\nnot\n%.2000s",
                  grown.ptr, other.ptr);
    pl_buf_release(&grown);
    ingesting_run(&in, "");
    ck_assert_uint_eq(in.stats.sources_new, 0);
    ck_assert_int_eq(ingesting_number(&in, "SELECT count(*) FROM place"), 1);
}

START_TEST(a_file_that_grew_is_as_if_it_had_been_whole_at_once)
{
    pl_str text = three_changes();
    size_t first = pl_str_find(text, PL_STR("\n"), 0) + 1;
    size_t inside = pl_str_find(text, PL_STR("-> PRIMARY"), 0) + 6;
    const size_t cuts[] = {first, inside, text.len - 1};
    assert_grows("n1.log", text, cuts, COUNT(cuts));
}
END_TEST

START_TEST(a_file_of_many_blocks_may_grow_too)
{
    pl_buf_clear(&log_text);
    for (unsigned i = 0; log_text.len < (size_t)5 << 19; i++)
        galera_line(&log_text, i / 4, i % 97 == 0 ? TO_OPEN : "nothing of interest here at all");
    const size_t cuts[] = {1000, PL_BLOCK_BYTES, PL_BLOCK_BYTES + 5000, 2 * PL_BLOCK_BYTES};
    assert_grows("n1.log", pl_buf_str(&log_text), cuts, COUNT(cuts));
}
END_TEST

START_TEST(a_compressed_file_that_was_cut_and_is_whole_now_lacks_nothing)
{
    pl_str text = three_changes();
    pl_buf packed;
    pl_buf_init(&packed, 1 << 20);
    pack_gzip(&packed, text);
    ingesting_write(&in, "n1.log.gz", pl_str_slice(pl_buf_str(&packed), 0, packed.len - 20));
    ingesting_run(&in, "");
    ck_assert_uint_eq(in.stats.incomplete, 1);
    assert_rows("SELECT status, problem IS NOT NULL, kind FROM place", "truncated|1|gzip\n");
    ingesting_write(&in, "n1.log.gz", pl_buf_str(&packed));
    ingesting_run(&in, "");
    ck_assert_uint_eq(in.stats.incomplete, 0);
    assert_rows("SELECT DISTINCT status, problem IS NOT NULL, source_id IS NOT NULL FROM place",
                "read|0|1\n");
    assert_rows("SELECT count(*) FROM event", "3\n");
    pl_buf_release(&packed);
}
END_TEST

START_TEST(a_file_that_shrank_or_was_rotated_keeps_both)
{
    pl_str text = three_changes();
    ingesting_write(&in, "n1.log", text);
    ingesting_run(&in, "");
    ingesting_write(&in, "n1.log", pl_str_slice(text, 201, text.len)); /* its end only */
    ingesting_run(&in, "");
    assert_rows("SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM place), (SELECT "
                "count(*) FROM event)",
                "2|2|5\n");
    ingesting_write(&in, "n1.log.1", text); /* its old content has a new name */
    ingesting_run(&in, "");
    assert_rows("SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM place), (SELECT "
                "count(*) FROM event)",
                "2|3|5\n");
}
END_TEST

START_TEST(a_file_that_could_not_be_read_and_now_can_has_one_row)
{
    ingesting_run(&in, "n1.log");
    ck_assert_uint_eq(in.stats.unreadable, 1);
    assert_rows("SELECT status, source_id, problem IS NOT NULL FROM place", "unreadable||1\n");
    ingesting_run(&in, "n1.log");
    assert_rows("SELECT status, source_id, problem IS NOT NULL FROM place", "unreadable||1\n");
    ingesting_write(&in, "n1.log", three_changes());
    ingesting_run(&in, "n1.log");
    assert_rows("SELECT status, source_id IS NOT NULL, problem FROM place", "read|1|\n");
}
END_TEST

/* ---- names that come late */

START_TEST(the_first_name_in_a_source_holds_from_its_beginning)
{
    static const char yaml[] =
        "dialect: t\ntitle: T\nsource: s\nrecognise: {markers: [T-LOG]}\n"
        "shapes: [{id: s, pattern: '^(?<ts>\\S+Z) (?<text>.*)$', time: absolute}]\n"
        "context:\n"
        "  - {id: n, literal: 'node ', pattern: '^node (?<node>\\w+)', match: [{line: x}], not: "
        "[y]}\n"
        "  - {id: c, literal: 'cluster ', pattern: '^cluster (?<cluster>\\w+)', match: [{line: "
        "x}], not: [y]}\n"
        "node: [context]\ncluster: [context]\n"
        "rules: [{id: e, literal: 'note', pattern: '^note', gives: [{transition: note}], match: "
        "[{line: x}], not: [y]}]\n";
    ingesting_load(&in, yaml, sizeof yaml - 1, "t.yaml");
    ingesting_ok(&in, pl_dialect_link(&in.set, &in.err));
    ingesting_write(&in, "a.txt",
                    PL_STR("2024-02-06T10:00:00Z note T-LOG\n"
                           "2024-02-06T10:00:01Z node n1\n"
                           "2024-02-06T10:00:02Z note\n"
                           "2024-02-06T10:00:03Z cluster C1\n"
                           "2024-02-06T10:00:04Z node n2\n"
                           "2024-02-06T10:00:05Z cluster C2\n"
                           "2024-02-06T10:00:06Z note\n"));
    ingesting_write(&in, "b.txt", PL_STR("2024-02-06T10:00:00Z note T-LOG, by nobody\n"));
    ingesting_run(&in, "");
    assert_rows("SELECT line_no, n.value, c.name FROM event JOIN name n USING (name_id) JOIN "
                "cluster c USING (cluster_id) ORDER BY n.value = '(unknown)', line_no",
                "1|n1|C1\n3|n1|C1\n7|n2|C2\n1|(unknown)|default\n");
    assert_rows("SELECT c.name, own_name FROM source JOIN cluster c USING (cluster_id) ORDER BY 1",
                "C1|\ndefault|\n"); /* two nodes write in a.txt, and nobody in b.txt */
}
END_TEST

/* ---- the ledger */

static void fill_folder(void)
{
    static const char nul_bytes[4096] = {0};
    char path[160], target[160];
    pl_buf packed;
    pl_buf_init(&packed, 1 << 20);
    pl_str text = three_changes();
    pack_gzip(&packed, text);
    ingesting_write(&in, "all/bin.dat", (pl_str){nul_bytes, sizeof nul_bytes});
    ingesting_write(&in, "all/cut.log.gz", pl_str_slice(pl_buf_str(&packed), 0, packed.len - 20));
    ingesting_write(&in, "all/empty.log", PL_STR(""));
    ingesting_write(&in, "all/good.log.gz", pl_buf_str(&packed));
    ingesting_write(&in, "all/mark.log", PL_STR("\xef\xbb\xbf"));
    ingesting_write(&in, "all/plain.txt", PL_STR("no log at all\n"));
    ingesting_write(&in, "elsewhere/x.log", text);
    snprintf(target, sizeof target, "%s/elsewhere", in.folder);
    snprintf(path, sizeof path, "%s/all/link", in.folder);
    ck_assert_int_eq(symlink(target, path), 0);
    snprintf(path, sizeof path, "%s/all/nowhere", in.folder);
    ck_assert_int_eq(symlink("not/there", path), 0);
    pl_buf_release(&packed);
}

START_TEST(everything_offered_has_a_row_with_a_true_status)
{
    fill_folder();
    ingesting_run(&in, "all");
    ingesting_rows(&in, "SELECT substr(path, length(rtrim(path, replace(path, '/', ''))) + 1), "
                        "kind, status, bytes, source_id IS NOT NULL, problem IS NOT NULL FROM "
                        "place ORDER BY path");
    /* the cut one keeps what came before the cut: how much is the codec's affair */
    const char *cut = strstr(in.rows.ptr, "cut.log.gz|gzip|truncated|");
    ck_assert_msg(cut != NULL, "%s", in.rows.ptr);
    assert_rows("SELECT substr(path, length(rtrim(path, replace(path, '/', ''))) + 1), kind, "
                "status, bytes, source_id IS NOT NULL, problem IS NOT NULL FROM place WHERE "
                "status <> 'truncated' ORDER BY path",
                "bin.dat|file|binary|4096|0|1\n"
                "empty.log|file|empty|0|0|1\n"
                "good.log.gz|gzip|read|385|1|0\n"
                "link|file|special|0|0|1\n"
                "mark.log|file|empty|3|0|1\n"
                "nowhere|file|special|0|0|1\n"
                "plain.txt|file|no-dialect|14|1|1\n");
    ck_assert_uint_eq(in.stats.places, 8);
    ck_assert_uint_eq(in.stats.incomplete, 1);
    ck_assert_uint_eq(in.stats.unrecognised, 2);
    ck_assert_uint_eq(in.stats.unreadable, 0);
}
END_TEST

static void count_problem(void *arg, pl_str path, pl_str member, pl_source_status status,
                          const char *problem)
{
    (void)path, (void)member, (void)status;
    ck_assert_uint_gt(strlen(problem), 0);
    ++*(int *)arg;
}

static void see_progress(void *arg, const pl_ingest_progress *progress)
{
    pl_ingest_progress *last = arg;
    ck_assert_uint_ge(progress->bytes, last->bytes);
    ck_assert_uint_ge(progress->files, last->files);
    ck_assert_ptr_nonnull(progress->path);
    last->bytes = progress->bytes;
    last->files = progress->files;
}

START_TEST(problems_and_progress_are_told)
{
    int problems = 0;
    pl_ingest_progress last = {0};
    fill_folder();
    in.options.on_problem = count_problem;
    in.options.problem_arg = &problems;
    in.options.progress = see_progress;
    in.options.progress_arg = &last;
    ingesting_run(&in, "all");
    ck_assert_int_eq(problems, 7);
    ck_assert_uint_eq(last.bytes, in.stats.bytes);
}
END_TEST

START_TEST(members_of_an_archive_have_rows_of_their_own)
{
    pl_str text = three_changes();
    const pack_file files[] = {{.name = "logs/node1.log", .bytes = text},
                               {.name = "logs/node2.log", .bytes = text},
                               {.name = "logs/README", .bytes = PL_STR("read me\n")}};
    pl_buf tar;
    pl_buf_init(&tar, 1 << 20);
    pack_archive(&tar, "ustar", "", files, COUNT(files));
    ingesting_write(&in, "all.tar", pl_buf_str(&tar));
    ingesting_write(&in, "node1.log", text); /* the same as in the archive */
    ingesting_run(&in, "");
    assert_rows("SELECT member, kind, status, source_id IS NOT NULL FROM place ORDER BY path, "
                "member",
                "|tar|container|0\n"
                "logs/README|tar|no-dialect|1\n"
                "logs/node1.log|tar|read|1\n"
                "logs/node2.log|tar|read|1\n"
                "|file|read|1\n");
    assert_rows("SELECT n.value, count(*) FROM event JOIN name n USING (name_id) GROUP BY 1",
                "node1|3\nnode2|3\n");
    pl_buf_release(&tar);
}
END_TEST

START_TEST(a_dialect_that_is_not_there_is_refused_before_anything_happens)
{
    ingesting_write(&in, "n1.log", three_changes());
    ingesting_run(&in, "");
    in.options.dialect = PL_STR("nonesuch");
    ck_assert_int_eq(ingesting_try(&in, ""), PL_ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(in.err.msg, "nonesuch"));
    in.options.dialect = (pl_str){0};
    ingesting_run(&in, "");
    assert_stats(0, 1, 0, 3);
}
END_TEST

START_TEST(a_dialect_the_user_names_reads_what_it_would_not_recognise)
{
    ingesting_write(&in, "n1.log",
                    PL_STR("2024-02-06T10:00:00.000000Z 0 [Note] Shifting CLOSED -> "
                           "OPEN (TO: 0)\n"));
    ingesting_run(&in, "");
    assert_rows("SELECT status, dialect FROM place JOIN source USING (source_id)", "no-dialect|\n");
    in.options.dialect = PL_STR("galera");
    ingesting_run(&in, "");
    assert_rows("SELECT status, dialect, count(*) FROM place JOIN source USING (source_id) JOIN "
                "event USING (source_id)",
                "read|galera|1\n");
    ck_assert_int_eq(ingesting_number(&in, "SELECT count(*) FROM source"), 1);
}
END_TEST

/* ---- text */

/* Every text in every table of the database file. */
static void assert_utf8(const char *name)
{
    char path[160], sql[256];
    sqlite3 *db = NULL;
    sqlite3_stmt *tables = NULL, *rows = NULL;
    int texts = 0;
    snprintf(path, sizeof path, "%s/%s", in.folder, name);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table'", -1, &tables,
                       NULL);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        snprintf(sql, sizeof sql, "SELECT * FROM %s", (const char *)sqlite3_column_text(tables, 0));
        ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
        while (sqlite3_step(rows) == SQLITE_ROW)
            for (int i = 0; i < sqlite3_column_count(rows); i++) {
                if (sqlite3_column_type(rows, i) != SQLITE_TEXT)
                    continue;
                const char *text = (const char *)sqlite3_column_text(rows, i);
                pl_str value = {text, (size_t)sqlite3_column_bytes(rows, i)};
                ck_assert_msg(pl_utf8_valid(value), "%s: %s", sql, text);
                ck_assert_msg(memchr(text, '\0', value.len) == NULL, "%s: a NUL", sql);
                texts++;
            }
        sqlite3_finalize(rows);
    }
    sqlite3_finalize(tables);
    sqlite3_close(db);
    ck_assert_int_gt(texts, 100);
}

START_TEST(all_text_in_the_database_is_valid_utf8)
{
    pl_buf tar;
    pl_buf_init(&tar, 16 << 20);
    three_changes();
    while (log_text.len < 100000) /* the encoding is decided on the first 64 KiB */
        galera_line(&log_text, 4, "nothing of interest here");
    galera_line(&log_text, 5, "SST script aborted with error 32 (Broken \xff\xc3 pipe)");
    galera_line(&log_text, 6, "gcomm: connecting to group 'sh\xe9p'");
    galera_line(&log_text, 7, TO_OPEN);
    pl_str text = pl_buf_str(&log_text);
    ingesting_write(&in, "logs/n\xe9.log", text);
    ingesting_write(&in, "logs/d\xc3/n2.log", text);
    const pack_file files[] = {{.name = "m\xff.log", .bytes = text},
                               {.name = "link", .type = AE_IFLNK, .target = "t\xfe"}};
    pack_archive(&tar, "ustar", "", files, COUNT(files));
    ingesting_write(&in, "logs/b\xf0.tar", pl_buf_str(&tar));
    ingesting_write(&in, "logs/json.log",
                    PL_STR("{\"log\":\"2024-02-06T10:00:00.000000Z 0 [Note] WSREP: "
                           "SST script aborted with error 7 (\\u0000\\ud800)\"}\n"));
    ingesting_write(&in, "logs/cp1252.log",
                    PL_STR("2024-02-06T10:00:00.000000Z 0 [Note] WSREP: gcomm: "
                           "connecting to group 'caf\xe9'\n"));
    char path[160];
    snprintf(path, sizeof path, "%s/logs/x\xfflink", in.folder);
    ck_assert_int_eq(symlink("not/\xff", path), 0);
    ingesting_reopen(&in, "t.db");
    ingesting_run(&in, "logs");
    in.options.node = PL_STR("node\xff");
    in.options.cluster = PL_STR("C\xff");
    ingesting_run(&in, "logs/json.log");
    ck_assert_int_eq(ingesting_number(&in, "SELECT count(*) FROM event WHERE repaired > 0"),
                     2); /* n?.log and m?.log name no node: they are one source */
    ck_assert_int_eq(
        ingesting_number(&in, "SELECT count(*) FROM cluster WHERE name = 'caf\xc3\xa9'"), 1);
    pl_store_close(in.store);
    in.store = NULL;
    assert_utf8("t.db");
    pl_buf_release(&tar);
}
END_TEST

/* ---- order, and what stands in the way */

START_TEST(the_order_of_the_files_makes_no_difference)
{
    static const char *const names[] = {"node1.log", "node2.log", "x/node1.log", "long.log"};
    static const size_t orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}};
    pl_buf_clear(&log_text);
    for (unsigned i = 0; log_text.len < (size_t)3 << 19; i++)
        galera_line(&log_text, i / 4, i % 997 == 0 ? TO_PRIMARY : "nothing of interest here");
    ingesting_write(&in, "long.log", pl_buf_str(&log_text));
    ingesting_write(&in, "node1.log", pl_str_slice(pl_buf_str(&log_text), 0, 5 << 18));
    ingesting_write(&in, "node2.log", three_changes());
    ingesting_write(&in, "x/node1.log", three_changes());
    for (size_t i = 0; i < COUNT(orders); i++) {
        ingesting_reopen(&in, NULL);
        for (size_t f = 0; f < 4; f++)
            ingesting_run(&in, names[orders[i][f]]);
        if (i == 0)
            keep(ingesting_rows(&in, EVENTS));
        else
            assert_rows(EVENTS, other.ptr);
    }
}
END_TEST

/* Two files fill a commit. */
enum { KILL_FILES = 3, KILL_LINES = PL_COMMIT_ROWS_MAX / 2 };

/* Stands in for kill -9 at the second block of the third file. */
static void kill_in_the_middle(void *arg, const pl_ingest_progress *progress)
{
    int *blocks = arg;
    const char *name = strrchr(progress->path, '/');
    if (name != NULL && strcmp(name, "/n2.log") == 0 && ++*blocks == 2)
        kill(getpid(), SIGKILL);
}

START_TEST(a_killed_ingest_leaves_whole_sources_and_the_next_one_goes_on)
{
    for (unsigned f = 0; f < KILL_FILES; f++) {
        char name[32];
        pl_buf_clear(&log_text);
        for (unsigned i = 0; i < KILL_LINES; i++)
            galera_line(&log_text, i, i % 2 == 0 ? TO_OPEN : TO_PRIMARY);
        ck_assert_uint_gt(log_text.len, PL_BLOCK_BYTES + PL_LINE_MAX);
        snprintf(name, sizeof name, "logs/n%u.log", f);
        ingesting_write(&in, name, pl_buf_str(&log_text));
    }
    ingesting_reopen(&in, "kill.db");
    pid_t child = fork();
    if (child == 0) {
        int blocks = 0;
        in.options.progress = kill_in_the_middle;
        in.options.progress_arg = &blocks;
        ingesting_run(&in, "logs");
        _exit(0);
    }
    int end = 0;
    ck_assert_int_eq(waitpid(child, &end, 0), child);
    ck_assert(WIFSIGNALED(end) && WTERMSIG(end) == SIGKILL);
    ingesting_reopen(&in, "kill.db");
    assert_rows("SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM place), (SELECT "
                "count(*) FROM event)",
                "2|2|50000\n");
    assert_rows("SELECT count(*), max(line_no) FROM event GROUP BY source_id",
                "25000|25000\n25000|25000\n");
    assert_rows("PRAGMA foreign_key_check", "");
    ingesting_run(&in, "logs");
    assert_stats(1, 2, KILL_LINES, 2 * KILL_LINES);
    assert_rows("SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM place), (SELECT "
                "count(*) FROM event)",
                "3|3|75000\n");
}
END_TEST

START_TEST(every_allocation_may_fail_and_nothing_half_stays)
{
    pl_str text = three_changes();
    pl_buf packed;
    pl_buf_init(&packed, 1 << 20);
    pack_gzip(&packed, text);
    ingesting_write(&in, "n1.log", text);
    ingesting_write(&in, "n2.log.gz", pl_buf_str(&packed));
    ingesting_write(&in, "x.txt", PL_STR("nothing\n"));
    ingesting_run(&in, "");
    keep(ingesting_rows(&in, EVENTS));
    long tries = 0;
    for (long n = 0;; n++, tries++) {
        ingesting_reopen(&in, NULL);
        pl_alloc_fail_after(n);
        pl_status status = ingesting_try(&in, "");
        pl_alloc_fail_after(-1);
        if (status == PL_OK)
            break;
        ck_assert_msg(status == PL_ERR_NOMEM, "%d: %s", status, in.err.msg);
        assert_rows("SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM place), (SELECT "
                    "count(*) FROM event)",
                    "0|0|0\n");
        if (n % 8 == 0) { /* and the same database is as good as new */
            ingesting_run(&in, "");
            assert_rows(EVENTS, other.ptr);
        }
    }
    ck_assert_int_gt(tries, 100);
    assert_rows(EVENTS, other.ptr); /* nothing was lost silently */
    pl_buf_release(&packed);
}
END_TEST

static void add_tests(TCase *tcase)
{
    tcase_add_test(tcase, what_is_known_is_not_stored_again);
    tcase_add_test(tcase, an_event_says_what_its_line_does);
    tcase_add_test(tcase, the_same_content_of_the_same_node_in_two_places_is_one_source);
    tcase_add_test(tcase, equal_bytes_of_two_nodes_are_two_sources);
    tcase_add_test(tcase, another_reading_of_a_place_replaces_its_events);
    tcase_add_test(tcase, another_reading_of_one_place_leaves_the_source_to_the_other);
    tcase_add_test(tcase, a_file_that_grew_is_as_if_it_had_been_whole_at_once);
    tcase_add_test(tcase, a_file_of_many_blocks_may_grow_too);
    tcase_add_test(tcase, a_compressed_file_that_was_cut_and_is_whole_now_lacks_nothing);
    tcase_add_test(tcase, a_file_that_shrank_or_was_rotated_keeps_both);
    tcase_add_test(tcase, a_file_that_could_not_be_read_and_now_can_has_one_row);
    tcase_add_test(tcase, the_first_name_in_a_source_holds_from_its_beginning);
    tcase_add_test(tcase, everything_offered_has_a_row_with_a_true_status);
    tcase_add_test(tcase, problems_and_progress_are_told);
    tcase_add_test(tcase, members_of_an_archive_have_rows_of_their_own);
    tcase_add_test(tcase, a_dialect_that_is_not_there_is_refused_before_anything_happens);
    tcase_add_test(tcase, a_dialect_the_user_names_reads_what_it_would_not_recognise);
    tcase_add_test(tcase, all_text_in_the_database_is_valid_utf8);
    tcase_add_test(tcase, the_order_of_the_files_makes_no_difference);
    tcase_add_test(tcase, a_killed_ingest_leaves_whole_sources_and_the_next_one_goes_on);
    tcase_add_test(tcase, every_allocation_may_fail_and_nothing_half_stays);
}

int main(void)
{
    TCase *tcase = tcase_create("ingest");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 240); /* one fills a commit, on a busy machine under sanitizers */
    add_tests(tcase);
    Suite *suite = suite_create("ingest");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
