#!/bin/bash
# records.sh - an event log from its chunks to the story: numbers, order, damage, what is not wanted.
source "$(dirname "$0")/../support.sh"
make=$PHASELINE_BUILD/tests/evtx_make

cd "$work" || exit 1
own=$XDG_CONFIG_HOME/phaseline/dialects
mkdir -p "$own"
cat >oak.yaml <<'END'
dialect: oak
title: 'Oak service, Windows events'
source: 'made up for a test'
recognise: {records: windows-events}
shapes:
  - id: event
    pattern: '^(?<ts>\S+Z) (?<text>.+/\d+ (?<node>\S+) (?:\S+|"[^"]*") \d+ (?<level>[A-Z][a-z]+)(?: .*)?)$'
    time: absolute
node: [line]
models:
  - model: oak-roll
    scope: node
    run: {gap: 7d}
    phases:
      - {phase: drain, kind: drain, limit: 10m}
      - {phase: up,    kind: done,  terminal: done, rest: yes}
rules:
  - id: drains
    event: Oak/7
    pattern: '^Oak/7 .* \S+=\d+(?: message=".*")?$'
    gives: [{model: oak-roll, phase: drain, transition: enter}]
    match:
      - line: '2026-05-11T09:15:42.1234567Z Oak/7 n1 System 1 Information Step=1'
    not: ['2026-05-11T09:15:42.1234567Z Oak/7 n1 System 1 Information Step=1 Of=two']
  - id: is-up
    event: Oak/8
    pattern: '^Oak/8 .*$'
    gives: [{model: oak-roll, phase: up, transition: enter}]
    match:
      - line: '2026-05-11T09:15:42.1234567Z Oak/8 n1 System 1 Information'
    not: ['2026-05-11T09:15:42.1234567Z Oak/9 n1 System 1 Information about Oak/8 ']
END
cp oak.yaml "$own"
run 0 dialects test oak.yaml
run 0 dialects lint oak.yaml

# n1 drains for 2 minutes; its events stand out of order.  n2 stays in drain while others go on.
cat >lines <<'END'
2026-05-11T09:00:00.0000000Z Elm/1 n1 System 100 Information
2026-05-11T09:12:00.0000000Z OAK/8 n1 System 101 Information
2026-05-11T09:10:00.0000000Z Oak/7 n1 System 102 Information Step=1
2026-05-11T09:11:00.0000000Z Elm/1 n1 System 103 Information 1="not wanted"
END
cat >lines2 <<'END'
2026-05-11T09:20:00.0000000Z Oak/7 n2 System 5 Information Step=1 message="Knoten \"n2\" l\u00e4uft."
2026-05-11T09:20:01.0000000Z Elm/1 n2 System 6 Information
2026-05-11T10:20:00.0000000Z Elm/1 n2 System 7 Information 1="the last"
END
"$make" n1.evtx <lines || fail 'evtx_make n1'
"$make" n2.evtx <lines2 || fail 'evtx_make n2'
gzip -k n2.evtx

run 0 ingest -q -d "$db" n1.evtx n2.evtx.gz
equal 'events by their number, in order of time' \
'n1,drain,102,2026-05-11T09:10:00.000000Z
n1,up,101,2026-05-11T09:12:00.000000Z
n2,drain,5,2026-05-11T09:20:00.000000Z' "$(sql "
    SELECT node, phase, line_no, ts FROM v_event WHERE model = 'oak-roll' ORDER BY ts")"
equal 'a span of two minutes' '120000000' "$(sql "
    SELECT duration_us FROM v_timeline WHERE node = 'n1' AND phase = 'drain'")"
equal 'no clock goes back, no order is lost' 0 "$(sql "
    SELECT count(*) FROM v_finding WHERE rule LIKE 'clock.%' OR rule LIKE 'order.%'")"
equal 'all records count, wanted or not' \
'n1.evtx,read,evtx,4,09:00:00,09:12:00
n2.evtx.gz,read,evtx,3,09:20:00,10:20:00' "$(sql "
    SELECT path, status, encoding, lines, time(first_us / 1000000, 'unixepoch'),
        time(last_us / 1000000, 'unixepoch') FROM v_source ORDER BY path")"
equal 'where a record begins' "$(LC_ALL=C grep -obUaP '\*\*\x00\x00' n1.evtx | sed -n '3s/:.*//p')" "$(sql "
    SELECT byte_off FROM v_event WHERE node = 'n1' AND phase = 'drain'")"
equal 'n2 is stalled' 'stalled' "$(sql "SELECT rule FROM v_finding WHERE node = 'n2' AND is_primary = 1")"

run 0 ingest -q -d "$db" n1.evtx
equal 'known again' 3 "$(sql "SELECT count(*) FROM v_event WHERE model = 'oak-roll'")"

# What stands around the evidence is read again, with all events.
finding=$(sql "SELECT finding_id FROM v_finding WHERE rule = 'stalled'")
run 0 explain -d "$db" "$finding"
grep -q '5.*Oak/7 n2' "$out" || fail "no evidence: $(cat "$out")"
grep -q '6.*Elm/1 n2' "$out" || fail "no record behind the evidence: $(cat "$out")"

# Damage is told, and what is good counts.
cp n1.evtx hurt.evtx
at=$(LC_ALL=C grep -obUaP '\*\*\x00\x00' hurt.evtx | sed -n '1s/:.*//p')
printf 'X' | dd of=hurt.evtx bs=1 seek="$at" conv=notrunc status=none
rm -f "$db"
"$PHASELINE_BIN" ingest -q -d "$db" hurt.evtx 2>"$err"
equal 'damaged' 'damaged,1 damaged records or chunks of records,2' "$(sql "
    SELECT status, problem, events FROM v_source")"

# A slip in an event is told with its line.
sed 's,event: Oak/8,event: Oak,' oak.yaml >slip.yaml
run 2 dialects test slip.yaml
grep -q "slip.yaml:25: event is PROVIDER/ID, not 'Oak'" "$err" || fail "slip: $(cat "$err")"
sed 's,recognise:.*,recognise: {markers: [oak]},' oak.yaml >slip.yaml
run 2 dialects test slip.yaml
grep -q 'slip.yaml:18: event stands in place of literal, in a dialect of windows-events' "$err" ||
    fail "slip: $(cat "$err")"
finish
