#!/bin/bash
# sandbox.sh - a query can only read, and a database that is not as it should be is refused.
source "$(dirname "$0")/../support.sh"
need sqlite3

cd "$work" || exit 1
ingest_anew good.db "$PHASELINE_ROOT/fixtures/demo/logs"
before=$(sha256sum <good.db)

while read -r query; do
    run 2 sql -d good.db "$query"
    holds "$query" '^phaseline: ' "$err"
    [ ! -s "$out" ] || fail "$query: it gave rows"
done <<'END'
INSERT INTO meta VALUES ('a', 'b')
INSERT INTO meta VALUES ('a', 'b') RETURNING key
UPDATE line SET text = ''
DELETE FROM line
DELETE FROM event
DROP VIEW v_run
CREATE TABLE mine (a)
CREATE TEMP TABLE mine (a)
ATTACH 'other.db' AS other
ATTACH ':memory:' AS other
DETACH main
VACUUM INTO 'other.db'
VACUUM
REINDEX
ANALYZE
BEGIN
COMMIT
SAVEPOINT mine
PRAGMA writable_schema = ON
PRAGMA query_only = OFF
PRAGMA journal_mode
PRAGMA user_version
SELECT * FROM pragma_table_list
SELECT load_extension('mine.so')
SELECT fts3_tokenizer('simple')
SELECT hex(fts3_tokenizer('simple'))
SELECT readfile('/etc/passwd')
SELECT writefile('mine', 'x')
SELECT edit('x')
SELECT 1; SELECT 2
SELECT 1; DROP TABLE meta
SELECT * FROM nothing
SELECT "no such column"
SELEC 1
--
;
END
run 2 sql -d good.db ''
# What would take all memory ends; so does what would take for ever, but only after a minute.
run 6 sql -d good.db 'SELECT zeroblob(1000000000)'
run 6 sql -d good.db "WITH RECURSIVE t (s) AS (SELECT 'a' UNION ALL SELECT s || s FROM t) SELECT max(length(s)) FROM t"
run 0 sql -d good.db 'WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 1000) SELECT count(*) FROM t'
equal 'the database is as before' "$before" "$(sha256sum <good.db)"
equal 'no file was made' '' "$(find . -name 'other*' -o -name 'mine*')"
echo 'SELECT 7 AS n' >query.sql
equal 'a query on standard input' 7 "$(phaseline sql -d good.db --format csv - <query.sql | tr -d '\r' | tail -n 1)"

# refused WHAT SQL: a database altered with the statements is read by no command, and written by none.
refused() {
    cp good.db bad.db
    sqlite3 bad.db "$2"
    local altered verb
    altered=$(sha256sum <bad.db)
    for verb in report sources 'sql SELECT(1)' "ingest $PHASELINE_ROOT/fixtures/demo/logs"; do
        run 5 ${verb/ / -d bad.db }$([ "$verb" != "${verb/ /}" ] || echo ' -d bad.db')
        holds "$1: $verb" '^phaseline: bad\.db' "$err"
    done
    equal "$1: not touched" "$altered" "$(sha256sum <bad.db)"
}
refused 'a newer schema' 'PRAGMA user_version = 99'
refused 'another application' 'PRAGMA application_id = 1'
refused 'an altered view' "DROP VIEW v_run; CREATE VIEW v_run AS SELECT load_extension('mine.so') AS run_id"
refused 'one more trigger' 'CREATE TRIGGER t AFTER INSERT ON line BEGIN DELETE FROM line; END'
refused 'one more table' 'CREATE TABLE mine (a)'
refused 'a missing view' 'DROP VIEW v_order'

# What is no database at all.
echo 'this is a text file, and a rather short one' >bad.db
run 5 report -d bad.db
holds 'a short text' 'not a phaseline database' "$err"
yes 'this is a longer text file' | head -c 100000 >bad.db
run 5 report -d bad.db
run 5 ingest -d bad.db "$PHASELINE_ROOT/fixtures/demo/logs"
equal 'a text file is not written over' 100000 "$(wc -c <bad.db)"
rm bad.db
sqlite3 bad.db 'CREATE TABLE mine (a)'
run 5 report -d bad.db
run 5 ingest -d bad.db "$PHASELINE_ROOT/fixtures/demo/logs"
run 5 report -d .
run 5 report -d missing.db
holds 'says how to make one' 'phaseline ingest' "$err"
[ ! -e missing.db ] || fail 'reading made a database'
head -c $(($(wc -c <good.db) / 2)) good.db >half.db
phaseline report -d half.db >"$out" 2>"$err"
equal 'half a database' 5 $?
finish
