#!/bin/bash
# evtx.sh - real event logs, record for record as evtxexport reads them.
source "$(dirname "$0")/../support.sh"
need_corpus
need evtxexport perl
event_lines=$PHASELINE_BUILD/tests/event_lines
expected=$PHASELINE_ROOT/tests/tools/evtxexport_lines.pl

# evtxexport shows a value of nothing but white space as an empty one.
as_exported() {
    sed -E 's/=" *(\\n)+"/=""/g'
}

# same FILE RECORDS
same() {
    local theirs=$work/theirs ours=$work/ours
    evtxexport -f xml "$1" 2>/dev/null | "$expected" >"$theirs"
    "$event_lines" "$1" 2>"$work/damage" | as_exported >"$ours"
    equal "records of $1" "$2" "$(wc -l <"$ours")"
    cmp -s "$theirs" "$ours" || fail "$1: $(diff "$theirs" "$ours" | head -n 6)"
    equal "damage in $1" '' "$(cat "$work/damage")"
}
same windows/System-inplace-upgrade-1709-to-1803.evtx 1160
same windows/System-2008r2-dc-dirty-reboots.evtx 5009

# What is wanted is what grep finds among all, spelled as it was asked for.
file=windows/System-2008r2-dc-dirty-reboots.evtx
equal 'three kinds of events' "$("$event_lines" "$file" |
    grep -E ' (Service Control Manager/7036|EventLog/6005|USER32/1074) ' |
    sed 's, eventlog/, EventLog/,; s, USER32/, User32/,')" \
    "$("$event_lines" "$file" 'Service Control Manager/7036' EventLog/6005 User32/1074)"

# A log written anew from its lines reads as before.
"$event_lines" "$file" >"$work/lines"
"$PHASELINE_BUILD/tests/evtx_make" "$work/made.evtx" <"$work/lines" || fail 'evtx_make'
"$event_lines" "$work/made.evtx" | cmp -s - "$work/lines" || fail 'a log written anew is another'

# Cut in the middle of a chunk: what is whole is there.
head -c 700000 "$file" >"$work/cut.evtx"
"$event_lines" "$work/cut.evtx" >"$work/cut" 2>"$work/damage"
count=$(wc -l <"$work/cut")
[ "$count" -gt 1000 ] || fail "only $count records of a cut log"
head -n "$count" "$work/lines" | cmp -s - "$work/cut" || fail 'a cut log reads otherwise'
equal 'the cut is told' '1 damaged' "$(cat "$work/damage")"
finish
