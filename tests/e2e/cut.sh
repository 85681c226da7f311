#!/bin/bash
# cut.sh - a log that was cut and is whole later, at the same path, gives what the whole gives.
#
# Its many small databases are made in memory where there is room: a disk would be waited for.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
source "$(dirname "$0")/../support.sh"

fixtures=$PHASELINE_ROOT/fixtures
step=1
! is_sanitized || step=11

# cut_everywhere LOG LINE: cut after every byte of the line, then whole.
cut_everywhere() {
    local log=$1 name fresh=$work/fresh.db first last at wanted
    name=$(basename "$log")
    cp -p "$log" "$name"
    ingest_anew "$fresh" "$name"
    wanted=$(rows "$fresh")
    [ "$(wc -l <<<"$wanted")" -gt 3 ] || fail "$name: no spans to compare"
    first=$(head -n $(($2 - 1)) "$log" | wc -c)
    last=$(head -n "$2" "$log" | wc -c)
    for ((at = first; at <= last; at += step)); do
        rm -f "$db"
        head -c "$at" "$log" >"$name"
        touch -r "$log" "$name"
        phaseline ingest -q -d "$db" "$name" # which may find no event yet
        cp -p "$log" "$name"
        run 0 ingest -q -d "$db" "$name"
        equal "$name: cut at byte $at, then whole" "$wanted" "$(rows "$db")"
    done
}

# A log of more blocks than one: what it begins with is not what it is known by.
long_log() {
    local demo=$fixtures/demo/logs/NODE5.log wanted
    mkdir -p cut
    { head -n 4 "$demo"; yes "$(printf '%099d' 0)" | head -n 15000; tail -n +5 "$demo"; } >whole
    cp whole NODE5.log
    ingest_anew "$work/fresh.db" NODE5.log
    wanted=$(rows "$work/fresh.db")
    head -c 1200000 whole >NODE5.log
    ingest_anew "$db" NODE5.log
    cp NODE5.log cut/
    cp whole NODE5.log
    run 0 ingest -q -d "$db" NODE5.log
    equal 'a long log, cut, then whole' "$wanted" "$(rows "$db")"
    ingest_anew "$db" NODE5.log cut
    ingest_anew "$work/other.db" cut NODE5.log
    equal 'a long log and its beginning, in any order' "$(rows "$db")" "$(rows "$work/other.db")"
}

mkdir "$work/logs" && cd "$work/logs" || exit 1
cut_everywhere "$fixtures/demo/logs/NODE5.log" 4
cut_everywhere "$fixtures/galera/logs/db1.log" 17
cut_everywhere "$fixtures/kops/logs/rolling-update.log" 79
long_log
finish
