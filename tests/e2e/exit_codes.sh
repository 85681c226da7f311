#!/bin/bash
# exit_codes.sh - each code of docs and --help, and which wins where several apply: 2, 5, 6, 3, 1, 4, 0.
source "$(dirname "$0")/../support.sh"

cd "$work" || exit 1
logs=$PHASELINE_ROOT/fixtures/demo/logs
echo 'nothing to see' >plain.txt
: >empty.txt
echo 'this is no database, whatever its name says' >bad.db

# complains CODE WORDS ARGUMENT...: ends so, with one line of complaint that holds WORDS.
complains() {
    local code=$1 words=$2
    shift 2
    run "$code" "$@"
    holds "phaseline $*" "^phaseline: .*$words" "$err"
    equal "phaseline $*: lines of complaint" 1 "$(wc -l <"$err")"
    [ ! -s "$out" ] || fail "phaseline $*: it gave results"
}

run 0 "$logs"
run 0 ingest -d "$db" "$logs"
run 0 ingest -d "$db" "$logs" # known events count
for verb in report sources; do
    run 0 $verb -d "$db"
done
run 0 sql -d "$db" 'SELECT 1'
for verb in '' ingest report sources sql dialects; do
    run 0 $verb --help
    run 0 $verb -h
    [ -s "$out" ] || fail "phaseline $verb --help: nothing"
    [ ! -s "$err" ] || fail "phaseline $verb --help: complains"
done
run 0 --version
holds 'version' '^phaseline [0-9]+\.[0-9]+\.[0-9]+' "$out"
run 0 dialects list
run 0 dialects test

run 2
holds 'without arguments' '^Usage: ' "$err"
complains 2 "'nosuchverb' is neither" nosuchverb
complains 2 'unknown.*--frobnicate' report --frobnicate
complains 2 "unknown option '-x'" -x "$logs"
complains 2 'nothing to do' ingest
complains 2 "one argument too many" report "$logs"
complains 2 '--format' report --format yaml
complains 2 '--as-of' ingest --as-of yesterday "$logs"
complains 2 '--as-of' ingest --as-of 2023-03-12T19:35:07 "$logs"
complains 2 '--run' report --run none
complains 2 '--details' report --details some
complains 2 '--db needs' report --db
complains 2 'needs a name' ingest --node= "$logs"
complains 2 "'report' is a command and comes first" -q report
complains 2 "no dialect 'latin'" --dialect latin "$logs"
complains 2 'list' dialects frob
complains 2 'missing\.yaml' --dialect-file missing.yaml "$logs"
complains 2 'syntax error' sql -d "$db" 'SELEC 1'

run 3 missing.log
holds 'names it' '^phaseline: missing\.log: ' "$err"
run 3 missing.log "$logs"
holds 'the rest is reported' '^Cluster ' "$out"
run 3 ingest -d "$db" "$logs" missing.log
run 4 plain.txt
run 4 empty.txt
run 4 ingest -d none.db plain.txt
run 4 report -d none.db
complains 5 'bad\.db' report -d bad.db
complains 5 'bad\.db' ingest -d bad.db "$logs"
complains 5 'no such database' report -d missing.db
complains 5 '' ingest -d missing/folder.db "$logs"
run 6 sql -d "$db" 'SELECT zeroblob(100000000)'

# Which wins.
run 3 missing.log plain.txt # not 4
complains 2 "no dialect 'latin'" ingest -d bad.db --dialect latin missing.log # not 5, not 3
complains 5 'bad\.db' ingest -d bad.db missing.log # not 3
phaseline missing.log "$logs" >/dev/full 2>"$err"
equal 'a full disk and a missing input' 6 $? # not 3

# The database: option, environment, default.
mkdir here && cd here || exit 1
run 0 ingest "$logs"
[ -s phaseline.db ] || fail 'no ./phaseline.db'
PHASELINE_DB=other.db run 0 ingest "$logs"
[ -s other.db ] || fail 'PHASELINE_DB is not used'
rm phaseline.db
PHASELINE_DB=other.db run 0 report
run 5 report
run 0 ./../plain.txt "$logs"
mkdir report
cp "$logs"/NODE1.log report/
run 0 ./report
[ ! -e phaseline.db ] || fail 'the post-mortem left a database'
finish
