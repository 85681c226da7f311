#!/bin/bash
# limits.sh - a large log, a long line and many files need no more memory or open files than small ones.
source "$(dirname "$0")/../support.sh"

cd "$work" || exit 1
memory=unlimited megabytes=20
if ! is_sanitized; then # whose shadow memory no limit fits
    memory=204800 megabytes=300
fi

# moment N PHASE EVENT: a line of one node, N minutes after noon.
moment() {
    printf 'time=2026-05-01T12:%02d:00.000000Z cluster=HVC01 node=NODE1 model=wsfc-functional-level phase=%s event=%s\n' "$@"
}

# ingest_piped CODE: standard input into a new database, in 200 MiB of address space.
ingest_piped() {
    rm -f "$db"
    (ulimit -v "$memory" && exec "$PHASELINE_BIN" ingest -q -d "$db" -) 2>"$err"
    equal "$1: exit code" "$2" $?
}

{
    moment 0 Initialize enter
    head -c "${megabytes}000000" /dev/zero | tr '\0' x
    echo
    moment 1 UpgradeComplete enter
} | ingest_piped 'one long line' 0
equal 'one long line' "3,2,read,Completed" "$(sql '
    SELECT lines, events, status, assessment FROM v_source, v_node')"
holds 'one long line is told' '1 lines? over 64 KiB' <(sql 'SELECT problem FROM v_source')
equal 'the line after it' "$((${megabytes}000000 + 1 + $(moment 0 Initialize enter | wc -c))),3" "$(sql "
    SELECT byte_off, line_no FROM v_event WHERE phase = 'UpgradeComplete'")"

# Ten events in what is a gigabyte, or for the sanitizers a few megabytes.
noise='2026-05-01 12:00:00 INFO nothing of any meaning is written here, only that time has gone by'
each=$((megabytes * 1000000 / 3 / (${#noise} + 1))) # lines
for minute in 0 1 2 3 4 5 6 7 8 9; do
    moment $minute Initialize $([ $minute -eq 0 ] && echo enter || echo progress)
    yes "$noise" | head -n $each
done 2>/dev/null | ingest_piped 'a large log' 0
equal 'a large log' "10,$((10 * (each + 1)))" "$(sql 'SELECT events, lines FROM v_source')"
equal 'its last event' $((9 * (each + 1) + 1)) "$(sql 'SELECT max(line_no) FROM v_event')"

# 6,000 files, and 64 that can be open.
mkdir many
awk 'BEGIN {
    for (i = 0; i < 6000; i++) {
        file = sprintf("many/%04d.log", i)
        printf "time=2026-05-01T12:%02d:%02d.%06dZ cluster=HVC01 node=NODE%d model=wsfc-functional-level phase=Initialize event=%s\n",
               i / 100 / 60, i / 100 % 60, i % 100, i % 100, i < 100 ? "enter" : "progress" >file
        close(file)
    }
}'
rm -f "$db"
(ulimit -n 64 && exec "$PHASELINE_BIN" ingest -d "$db" many) 2>"$err"
equal 'many files: exit code' 0 $?
equal 'many files' '6000,6000,100' "$(sql "
    SELECT count(*), sum(events), (SELECT count(*) FROM v_node) AS nodes FROM v_source WHERE status = 'read'")"

# A reader that has seen enough is no failure; a disk that is full is one.
phaseline sources -d "$db" 2>"$err" | head -n 1 >"$out"
equal 'into head' '0 0' "${PIPESTATUS[*]}"
[ ! -s "$err" ] || fail "into head: $(cat "$err")"
phaseline sources -d "$db" >/dev/full 2>"$err"
equal 'onto a full disk' 6 $?
holds 'onto a full disk' 'No space left' "$err"
phaseline --help >/dev/full 2>"$err"
equal 'help onto a full disk' 6 $?
finish
