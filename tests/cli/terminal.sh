#!/bin/bash
# terminal.sh - what is different on a terminal: colour, width, Unicode, progress.
source "$(dirname "$0")/../support.sh"
need script stty

ingest_anew "$db" "$PHASELINE_ROOT/fixtures/demo/logs"

# on_terminal COLUMNS COMMAND: its standard output and error as a terminal of that width got them.
on_terminal() {
    script -qec "stty cols $1 rows 50; $2" "$work/typescript" </dev/null | tr -d '\r' >"$out"
}
bin="'$PHASELINE_BIN'"
escape=$(printf '\033')

export TERM=xterm
on_terminal 60 "$bin timeline -d '$db'"
equal "60 columns are the widest line" 60 \
    "$(sed "s/$escape\[[0-9;]*m//g" "$out" | wc -L)"
holds "lanes of a UTF-8 terminal are Unicode" '━' "$out"
holds "a stall is red on a terminal" "$escape\[1;31m3▒" "$out"

on_terminal 20 "$bin timeline -d '$db' --color never"
holds "a narrower terminal has lines of 60 columns" '^       [─┬]{53}$' "$out"
lacks "never means no colour" "$escape" "$out"
on_terminal 900 "$bin timeline -d '$db'"
holds "a wider terminal has lines of 300 columns" '^       [─┬]{293}$' "$out"

LC_ALL=C on_terminal 100 "$bin timeline -d '$db'"
lacks "lanes of another terminal are ASCII" '━|▒' "$out"
holds "lanes of another terminal are ASCII" '3=' "$out"
NO_COLOR=1 on_terminal 100 "$bin timeline -d '$db'"
lacks "NO_COLOR is honoured" "$escape" "$out"
TERM=dumb on_terminal 100 "$bin report -d '$db'"
lacks "a dumb terminal has no colour" "$escape" "$out"

rm -f "$db"
on_terminal 100 "$bin ingest -d '$db' '$PHASELINE_ROOT/fixtures/demo/logs'"
holds "progress is shown on a terminal" 'phaseline: 0 files, 741 B, ' "$out"
holds "progress makes room for the summary" "$escape\[Kphaseline: .*6 files, 5.6 kB" "$out"
rm -f "$db"
on_terminal 100 "$bin ingest -q -d '$db' '$PHASELINE_ROOT/fixtures/demo/logs'"
equal "quiet is quiet on a terminal too" "" "$(cat "$out")"

finish
