#!/bin/bash
# run.sh - makes inputs, lets phaseline and its peers read them in turn, and says how long each took.
#
#     bench/run.sh [-s MIB] [-a ARCHIVES] [-n RUNS] [-c CASE,...] [-d FOLDER] [-b BUILD] [-o JSON]
#
# -s  size of the large logs (default 512), -a number of small archives (10000), -n how often everything is run (5),
# -c  only these cases, -d where inputs are made and kept (default: a temporary folder), -b the build (build/release),
# -o  the JSON (default: FOLDER/bench.json).  The tables go to standard output, as Markdown.
#
# The commands of a case are run one after the other, then all of them again, and so on; inputs are in the page cache.
# Peers that are not installed are left out, with a word.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
mib=512 archives=10000 runs=5 only='' folder='' build=${PHASELINE_BUILD:-$root/build/release} json=''
while getopts s:a:n:c:d:b:o: option; do
    case $option in
    s) mib=$OPTARG ;;
    a) archives=$OPTARG ;;
    n) runs=$OPTARG ;;
    c) only=$OPTARG ;;
    d) folder=$OPTARG ;;
    b) build=$OPTARG ;;
    o) json=$OPTARG ;;
    *) sed -n 's/^# \?//; 2,11p' "$0" >&2 && exit 2 ;;
    esac
done
phaseline=${PHASELINE_BIN:-$build/phaseline} measure=$build/bench/measure evtx_make=$build/tests/evtx_make
for program in "$phaseline" "$measure" "$evtx_make"; do
    [ -x "$program" ] || { echo "run.sh: no program at $program; build first" >&2; exit 1; }
done
if [ -z "$folder" ]; then
    folder=$(mktemp -d "${TMPDIR:-/var/tmp}/phaseline-bench-XXXXXX")
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder/in" "$folder/home"
cd "$folder"
json=${json:-$folder/bench.json}
unset PHASELINE_DB
export HOME=$folder/home XDG_CONFIG_HOME=$folder/home LC_ALL=C.UTF-8 TZ=UTC
: >runs.tsv >targets.tsv >skipped

say() {
    echo "run.sh: $*" >&2
}

is_wanted() {
    [[ -z $only || ,$only, == *,$1,* ]]
}

has() {
    command -v "$1" >/dev/null && return
    grep -qx "$1" skipped || { say "$1 is not installed: left out"; echo "$1" >>skipped; }
    return 1
}

# make FILE COMMAND...: the input FILE, unless it is there; as old as a log that nobody writes any more.
make() {
    local file=in/$1
    shift
    [ -e "$file" ] && return
    say "making $file"
    "$@" >"$file.part"
    mv "$file.part" "$file"
    touch -d '2026-03-20T00:00:00Z' "$file"
}

inputs() {
    "$root/bench/inputs.pl" "$@"
}

# ---- cases: `begin`, a `run` for each command, `finish`
begin() {
    case=$1 names=() commands=() befores=() works=() limits=()
    say "case $case"
}

# run NAME WORK COMMAND...: WORK is how much it does, as a number and a unit (empty: nobody asks for the rate).
# $before is done first each time; $limit is how often it is run at most.
before='' limit=$runs
run() {
    names+=("$1") works+=("$2") befores+=("$before") limits+=("$limit")
    shift 2
    commands+=("$(printf '%q ' "$@")")
    before='' limit=$runs
}

finish() {
    local round i
    for ((round = 1; round <= runs; round++)); do
        for i in "${!names[@]}"; do
            [ "$round" -le "${limits[i]}" ] || continue
            eval "${befores[i]:-:}"
            eval "\"\$measure\" runs.tsv \"\$case	\${names[i]}	\${works[i]}\" ${commands[i]}" >"out.$case.$i" 2>"err.$case.$i" || {
                say "case $case: '${names[i]}' could not be run"
                cat "err.$case.$i" >&2
                exit 1
            }
            tail -n 1 runs.tsv | cut -f 4 | grep -qx 0 || {
                say "case $case: '${names[i]}' failed"
                head "err.$case.$i" >&2
                exit 1
            }
        done
    done
}

# target CASE WHAT A B LIMIT SENTENCE: WHAT is `ratio` (wall time of A to that of B, at most), `rate` (of A, at least), `rate-cpu`
# (the same, of a second of CPU time) or `peak` (MiB of whatever is called phaseline..., at most); B is - where there is none.
target() {
    local IFS=$'\t'
    echo "$*" >>targets.tsv
}

warm() {
    cat "$@" >/dev/null
}

# ingest NAME WORK INPUT [OPTION]...: into a database of its own, made afresh.
ingest() {
    local name=$1 work=$2 input=$3
    shift 3
    before="rm -f fresh.db"
    run "$name" "$work" "$phaseline" ingest -q -d fresh.db "$@" "$input"
}

# The literals of the dialect that reads a cluster.log, as patterns for rg; and 17 of them, evenly picked and cut to 14 bytes:
# of more than 250 bytes together rg makes an automaton that is five times slower than its search for a few.
patterns() {
    sed -n "s/^ *literal: '\(.*\)'\$/\1/p" "$root/dialects/wsfc-cluster-log.yaml" | sed "s/''/'/g" | sort -u >literals
    awk -v count="$(wc -l <literals)" 'int(NR * 17 / count) != int((NR - 1) * 17 / count)' literals | cut -c 1-14 >literals17
}

# ---- inputs
log=in/HVC01-N1_cluster.log
bytes=$((mib << 20))
need_log() {
    make "${log#in/}" inputs cluster "$bytes" 1
    size="$(stat -c %s "$log") B"
    warm "$log"
}

need_four() {
    local n
    mkdir -p in/four
    for n in 1 2 3 4; do
        make "four/HVC01-N${n}_cluster.log" inputs cluster $((bytes * 27 / 32)) "$n"
    done
    size="$(cat in/four/*.log | wc -c) B"
}

wide() {
    printf '\377\376'
    iconv -f UTF-8 -t UTF-16LE "$log"
}

events_file() {
    inputs events $((mib * 1000)) | "$evtx_make" in/evtx.part
    cat in/evtx.part
    rm in/evtx.part
}

# What lnav knows of a cluster.log.
lnav_format() {
    mkdir -p home/lnav/formats/bench
    cat >home/lnav/formats/bench/cluster.json <<'JSON'
{"$schema": "https://lnav.org/schemas/format-v1.schema.json",
 "cluster_log": {"title": "cluster.log", "description": "of a failover cluster", "url": "",
  "regex": {"line": {"pattern": "^[0-9a-f]{8}\\.[0-9a-f]{8}::(?<timestamp>\\d{4}/\\d\\d/\\d\\d-\\d\\d:\\d\\d:\\d\\d\\.\\d{3})\\s+(?<level>\\w+)\\s+(?<body>.*)$"}},
  "timestamp-format": ["%Y/%m/%d-%H:%M:%S.%L"], "level-field": "level",
  "sample": [{"line": "00000d40.00000e58::2026/05/11-09:17:49.021 INFO  [RES] it is alive"}]}}
JSON
}

# ---- the cases
case_sparse() {
    need_log
    begin sparse
    ingest phaseline "$size" "$log"
    ingest 'phaseline --jobs 1' "$size" "$log" --jobs 1
    if has rg; then
        run 'rg, all literals' "$size" rg -c -F -f literals "$log"
        run 'rg, 17 literals' "$size" rg -c -F -f literals17 "$log"
    fi
    run 'wc -l' "$size" wc -l "$log"
    if has lnav; then
        lnav_format
        limit=1
        run lnav "$size" lnav -n -I home/lnav -c ";SELECT log_time, log_body FROM cluster_log WHERE log_text REGEXP '$(lnav_pattern)'" "$log"
    fi
    finish
    target sparse ratio phaseline 'rg, all literals' 0.67 'whole ingest against rg with all literals of the dialect'
    target sparse ratio phaseline 'rg, 17 literals' 1.0 'whole ingest against rg with 17 of them'
    target sparse ratio phaseline lnav 0.02 'the same question to lnav'
}

lnav_pattern() {
    sed 's/[][(){}.*+?|^$\\]/\\&/g' literals | sed "s/'/''/g" | paste -sd '|'
}

case_utf16() {
    need_log
    make wide/HVC01-N1_cluster.log wide
    local wide_size
    wide_size="$(stat -c %s in/wide/HVC01-N1_cluster.log) B"
    warm in/wide/HVC01-N1_cluster.log
    begin utf16
    ingest phaseline "$wide_size" in/wide/HVC01-N1_cluster.log
    ingest 'phaseline, UTF-8' "$size" "$log"
    has rg && run 'rg, all literals' "$wide_size" rg -c -F -f literals in/wide/HVC01-N1_cluster.log
    finish
    target utf16 ratio phaseline 'phaseline, UTF-8' 1.5 'UTF-16LE against the same lines in UTF-8'
}

case_zip() {
    has bsdtar || return 0
    need_four
    make four.zip bsdtar -cf - --format zip -C in/four .
    warm in/four.zip
    begin zip
    ingest phaseline "$size" in/four.zip
    ingest 'phaseline --jobs 1' "$size" in/four.zip --jobs 1
    has rg && run 'bsdtar | rg' "$size" bash -c 'bsdtar -xOf in/four.zip | rg -c -F -f literals'
    finish
    target zip ratio phaseline 'bsdtar | rg' 0.6 'zip of four logs against bsdtar -xO | rg -c'
}

case_zst() {
    has zstd || return 0
    need_four
    make four.tar.zst bash -c 'tar -C in/four -cf - . | zstd -q -c'
    warm in/four.tar.zst
    begin zst
    ingest phaseline "$size" in/four.tar.zst
    ingest 'phaseline --jobs 1' "$size" in/four.tar.zst --jobs 1
    run 'zstd | wc' "$size" bash -c 'zstd -dc in/four.tar.zst | wc -c'
    finish
    target zst ratio phaseline 'zstd | wc' 1.05 'tar.zst against zstd -dc | wc -c'
}

case_dense() {
    local events=$((mib * 1000))
    make dense.log inputs dense "$events"
    warm in/dense.log
    begin dense
    ingest phaseline "$events events" in/dense.log
    ingest 'phaseline --jobs 1' "$events events" in/dense.log --jobs 1
    finish
    target dense rate phaseline - 500000 'every line an event: events stored a second'
}

case_evtx() {
    make HVC01-N1.evtx events_file
    size="$(stat -c %s in/HVC01-N1.evtx) B"
    warm in/HVC01-N1.evtx
    begin evtx
    ingest phaseline "$size" in/HVC01-N1.evtx
    ingest 'phaseline --jobs 1' "$size" in/HVC01-N1.evtx --jobs 1
    if has evtxexport; then
        limit=1
        run evtxexport "$size" evtxexport in/HVC01-N1.evtx
    fi
    finish
    target evtx ratio phaseline evtxexport 1.0 'an event log against evtxexport'
}

case_archives() {
    if [ ! -d in/archives ]; then
        say "making in/archives"
        mkdir in/archives.part
        inputs archives "$archives" in/archives.part
        find in/archives.part -type f -exec touch -d '2026-03-20T00:00:00Z' {} +
        mv in/archives.part in/archives
    fi
    begin archives
    ingest phaseline "$archives archives" in/archives
    ingest 'phaseline --jobs 1' "$archives archives" in/archives --jobs 1
    [ -e archives.db ] || "$phaseline" ingest -q -d archives.db in/archives
    run 'phaseline, again' "$archives archives" "$phaseline" ingest -q -d archives.db in/archives
    finish
    target archives rate-cpu phaseline - 2000 'small archives in a second of one core'
    target archives ratio 'phaseline, again' phaseline 0.05 'small archives: a second ingest against the first'
}

case_again() {
    need_log
    local tail_bytes=$((bytes / 100)) grown=in/grown/HVC01-N1_cluster.log
    make grown/HVC01-N1_cluster.log cat "$log"
    rm -f again.db before.db
    "$phaseline" ingest -q -d again.db "$log"
    truncate -s -"$tail_bytes" "$grown"
    touch -d '2026-03-19T00:00:00Z' "$grown"
    "$phaseline" ingest -q -d before.db "$grown"
    tail -c "$tail_bytes" "$log" >>"$grown"
    touch -d '2026-03-20T00:00:00Z' "$grown"
    begin again
    ingest 'phaseline, first' "$size" "$log"
    run 'phaseline, unchanged' "$size" "$phaseline" ingest -q -d again.db "$log"
    run 'phaseline --rehash' "$size" "$phaseline" ingest -q -d again.db --rehash "$log"
    before='cp before.db grown.db'
    run 'phaseline, grown by 1 %' "$size" "$phaseline" ingest -q -d grown.db "$grown"
    finish
    target again ratio 'phaseline, unchanged' 'phaseline, first' 0.05 'a second ingest against the first'
    target again ratio 'phaseline --rehash' 'phaseline, first' 1.0 'the same with --rehash'
    target again ratio 'phaseline, grown by 1 %' 'phaseline, first' 0.1 'a file grown by 1 % against the whole'
}

case_memory() {
    make line.log inputs line $((bytes * 2))
    make members.tar inputs members $((archives * 10))
    begin memory
    limit=1
    ingest 'phaseline, a long line' "$((bytes * 2)) B" in/line.log
    limit=1
    ingest 'phaseline, a tar of many' "$((archives * 10)) members" in/members.tar
    finish
}

main() {
    local each
    patterns
    mkdir -p in/wide in/grown
    for each in sparse utf16 zip zst dense evtx archives again memory; do
        if is_wanted "$each"; then
            "case_$each"
        fi
    done
    target all peak - - 128 'peak memory of phaseline, MiB'
    "$root/bench/table.pl" runs.tsv targets.tsv skipped "$json" "$mib MiB, $archives archives, $runs runs"
}

main
