#!/bin/bash
# dialects.sh - a product is a file away; a file with a slip is refused with the line of the slip.
source "$(dirname "$0")/../support.sh"

cd "$work" || exit 1
own=$XDG_CONFIG_HOME/phaseline/dialects
mkdir -p "$own"
cat >birch.yaml <<'END'
dialect: birch
title: 'Birch store'
source: 'made up for a test'
recognise:
  markers: [' birchd ']
shapes:
  - id: line
    pattern: '^(?<ts>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) birchd (?<node>\S+): (?<text>.*)$'
    time: absolute
node: [line]
models:
  - model: birch-roll
    scope: node
    run: {gap: 1h}
    phases:
      - {phase: drain, kind: drain, limit: 10m}
      - {phase: up,    kind: done,  terminal: done, rest: yes}
rules:
  - id: now
    literal: 'roll: now '
    pattern: '^roll: now (?<phase>\w+)$'
    gives: [{model: birch-roll, phase: '{phase}', transition: enter}]
    match:
      - line: '2025-03-04T10:00:00Z birchd b1: roll: now drain'
        gives: {phase: drain}
    not: ['2025-03-04T10:00:00Z birchd b1: roll: now and then']
END
cat >store.log <<'END'
2025-03-04T10:00:00Z birchd b1: roll: now drain
2025-03-04T10:01:30Z birchd b1: roll: now up
2025-03-04T10:02:00Z birchd b2: roll: now drain
2025-03-04T10:30:00Z birchd b2: still here
END

run 4 store.log
told() {
    equal "$1" 'b1,Completed,up
b2,Stalled,drain' "$(sql 'SELECT node, assessment, phase FROM v_node ORDER BY node')"
    equal "$1: the stall" 'b2,1680000000,600000000' "$(sql "
        SELECT node, duration_us, limit_us FROM v_finding WHERE rule = 'stalled'")"
}
run 0 ingest -q -d "$db" --dialect-file birch.yaml store.log
told 'by option'
cp birch.yaml "$own/"
ingest_anew "$db" store.log
told 'from the folder of the user'
run 0 dialects list
holds 'is listed' '^birch ' "$out"
run 0 dialects test
ingest_anew "$db" --dialect birch store.log
told 'named'

# A log that was read before is read anew by a dialect that came later.
rm "$own/birch.yaml"
rm -f "$db"
run 4 ingest -q -d "$db" store.log
run 0 ingest -q -d "$db" --dialect-file birch.yaml store.log
told 'a dialect that came later'
equal 'one row' 'birch,read' "$(sql 'SELECT dialect, status FROM v_source')"
sed 's/limit: 10m/limit: 1h/' birch.yaml >patient.yaml
run 0 ingest -q -d "$db" --dialect-file patient.yaml store.log
equal 'a dialect that changed' 'b1,Completed
b2,Progressing' "$(sql 'SELECT node, assessment FROM v_node ORDER BY node')"
equal 'each event once' 3 "$(sql 'SELECT count(*) FROM v_event')"

# slip WORDS LINE SED: the file changed by SED is refused, at LINE, with WORDS; no database is made.
slip() {
    sed "$3" birch.yaml >"$own/slip.yaml"
    ! cmp -s birch.yaml "$own/slip.yaml" || fail "$3 changes nothing"
    run 2 ingest -d none.db store.log
    holds "$3" "^phaseline: $own/slip\.yaml:$2: .*$1" "$err"
    equal "$3: one line" 1 "$(wc -l <"$err")"
    [ ! -e none.db ] || fail "$3: it made a database"
    run 2 dialects test --dialect-file birch.yaml "$own/slip.yaml"
    rm "$own/slip.yaml"
}
slip 'titel' 2 's/^title:/titel:/'
slip 'kind' 16 's/kind: drain/kind: draining/'
slip 'pattern' 8 's/\\S+): (?<text>/\\S+: (?<text>/'
slip 'limit' 16 's/limit: 10m/limit: 10 minutes/'
slip 'literal' 19 "s/literal: 'roll: now '/literal: 'ro'/"
slip 'transition' 22 's/transition: enter/transition: enters/'
slip 'model' 19 's/model: birch-roll, phase/model: oak-roll, phase/'
slip '' 9 's/^    time: absolute/   time: absolute/'
# wrong_sample WORDS LINE SED: loads, but does not pass its own samples.
wrong_sample() {
    sed "$3" birch.yaml >sample.yaml
    ! cmp -s birch.yaml sample.yaml || fail "$3 changes nothing"
    run 2 dialects test sample.yaml
    holds "$3" "sample\.yaml:$2: .*$1" <(cat "$out" "$err")
}
wrong_sample 'now' 24 's/roll: now drain/roll: soon drain/'
wrong_sample 'now' 26 's/roll: now and then/roll: now then/'
wrong_sample 'capture' 24 's/gives: {phase: drain}/gives: {phase: up}/'
printf '\0\1\2' >"$own/slip.yaml"
run 2 store.log
holds 'not YAML at all' "^phaseline: $own/slip\.yaml" "$err"
: >"$own/slip.yaml"
run 2 store.log
holds 'an empty file' "^phaseline: $own/slip\.yaml" "$err"
rm "$own/slip.yaml"

# A dialect of the user's stands in for the built-in one of the same name.
sed 's/^dialect: birch/dialect: kops/' birch.yaml >"$own/kops.yaml"
run 4 "$PHASELINE_ROOT/fixtures/kops/logs"
run 0 store.log
finish
