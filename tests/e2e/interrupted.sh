#!/bin/bash
# interrupted.sh - the same command again: nothing twice; after a kill: nothing lost; beside others: in turn.
source "$(dirname "$0")/../support.sh"
need sqlite3

cd "$work" || exit 1
mkdir logs

# progress NODE LINES: the log of a node that is in its first phase all the time, from 1 May on.
progress() {
    awk -v node="$1" -v lines="$2" 'BEGIN {
        head = "cluster=HVC01 node=" node " model=wsfc-functional-level phase=Initialize event="
        for (i = 0; i < lines; i++) {
            s = i * 28
            printf "time=2026-05-%02dT%02d:%02d:%02d.000000Z %s%s\n", 1 + s / 86400, s / 3600 % 24,
                   s / 60 % 60, s % 60, head, i == 0 ? "enter" : "progress"
        }
    }'
}
for node in NODE1 NODE2 NODE3; do
    progress $node 18000 >logs/$node.log
done
progress NODE4 26000 >piped

phaseline ingest -q -d fresh.db logs - <piped || fail "exit code $?"
wanted=$(rows fresh.db)
equal 'events' 80000 "$(sql 'SELECT count(*) FROM v_event' fresh.db)"

# Twice: nothing new, and nothing changed.
cp fresh.db "$db"
phaseline ingest -d "$db" logs - <piped 2>"$err" || fail "exit code $?"
holds 'the second time' 'unchanged, 0 new, 80,000 known' "$err"
equal 'the second time' "$wanted" "$(rows "$db")"
equal 'the places' 4 "$(sql 'SELECT count(*) FROM v_source')"

# Killed while it waits for standard input: what was committed, at 50,000 rows, stands.
rm -f "$db"
mkfifo pipe
"$PHASELINE_BIN" ingest -q -d "$db" logs - <pipe 2>"$err" &
pid=$!
exec 9>pipe
head -n 20000 piped >&9
for ((i = 0; i < 200; i++)); do
    [ -e "$db-journal" ] && [ "$(stat -c %s "$db")" -gt 5000000 ] && break
    sleep 0.05
done
kill -9 $pid
wait $pid 2>/dev/null
exec 9>&-
[ -e "$db-journal" ] || fail 'it was killed before it wrote, or after it was done'
run 5 report -d "$db"
holds 'report after the kill' 'interrupted; run it again' "$err"
phaseline ingest -d "$db" logs - <piped 2>"$err" || fail "after the kill: exit code $?"
holds 'some of it stood' 'events? new, [1-9][0-9,]* known' "$err"
equal 'killed, then again' "$wanted" "$(rows "$db")"
equal 'all events' 80000 "$(sql 'SELECT count(*) FROM v_event')"

# Killed at any moment, again and again.
rm -f "$db"
for delay in 0.02 0.1 0.3 0.6; do
    timeout -s KILL $delay "$PHASELINE_BIN" ingest -q -d "$db" logs 2>"$err"
    [ ! -s "$db" ] || equal "killed after $delay s" ok "$(sqlite3 "$db" 'PRAGMA integrity_check')"
done 2>/dev/null
phaseline ingest -q -d "$db" logs - <piped || fail "exit code $?"
equal 'killed at any moment' "$wanted" "$(rows "$db")"

# held SQL: another process holds the database from here on, until let_go.
held() {
    rm -f ready hold
    mkfifo hold
    sqlite3 "$db" <hold >/dev/null 2>&1 &
    holder=$!
    exec 8>hold
    printf '%s\n' "$1" 'SELECT count(*) FROM meta;' '.shell touch ready' >&8
    for ((i = 0; i < 200; i++)); do
        [ ! -e ready ] || return
        sleep 0.05
    done
    fail "no lock by $1"
}
let_go() {
    exec 8>&-
    wait $holder
}
ingest_anew "$db" "$PHASELINE_ROOT/fixtures/demo/logs"
held 'BEGIN EXCLUSIVE;'
SECONDS=0
phaseline sql -d "$db" 'SELECT 1' >/dev/null 2>"$work/reader" &
reader=$!
run 5 ingest -d "$db" "$PHASELINE_ROOT/fixtures/galera/logs"
holds 'locked' 'is locked by another process' "$err"
wait $reader
equal 'a reader of a locked database' 5 $?
[ "$SECONDS" -ge 4 ] && [ "$SECONDS" -le 15 ] || fail "it waited $SECONDS s for a lock"
let_go
held 'BEGIN IMMEDIATE;'
run 0 sql -d "$db" 'SELECT count(*) FROM v_node'
let_go
run 0 ingest -d "$db" "$PHASELINE_ROOT/fixtures/galera/logs"
equal 'after the lock' 9 "$(sql 'SELECT count(*) FROM v_node')"

# Where nothing can be written: by an ordinary user, whom a mode stops.
as_user=()
if [ "$(id -u)" -eq 0 ]; then
    as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    "${as_user[@]}" test -x "$PHASELINE_BIN" 2>/dev/null || { echo 'nobody cannot run it: not tested as such'; finish; }
fi
chmod 755 "$work"
mkdir readonly
cp "$db" readonly/
cp -r "$PHASELINE_ROOT/fixtures/demo/logs" readonly/
chmod 444 "readonly/$(basename "$db")"
chmod 555 readonly
"${as_user[@]}" "$PHASELINE_BIN" report -d "readonly/$(basename "$db")" >"$out" 2>"$err"
equal 'reading where nothing can be written' 0 $?
"${as_user[@]}" "$PHASELINE_BIN" ingest -d "readonly/$(basename "$db")" readonly/logs >"$out" 2>"$err"
equal 'writing there' 5 $?
"${as_user[@]}" "$PHASELINE_BIN" ingest -d readonly/new.db readonly/logs >"$out" 2>"$err"
equal 'a new database there' 5 $?
holds 'says why' 'phaseline: readonly/new\.db cannot be opened' "$err"
mkdir secret
cp "$PHASELINE_ROOT/fixtures/demo/logs/NODE1.log" secret/
cp "$PHASELINE_ROOT/fixtures/demo/logs/NODE2.log" secret/
chmod 755 secret && chmod 000 secret/NODE1.log && chmod 644 secret/NODE2.log
"${as_user[@]}" "$PHASELINE_BIN" secret >"$out" 2>"$err"
equal 'a log that cannot be read' 3 $?
holds 'is told' 'secret/NODE1\.log: .*[Pp]ermission denied' "$err"
finish
