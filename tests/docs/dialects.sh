#!/bin/bash
# dialects.sh - the dialect that docs/dialects.md shows as complete is: it loads and knows its samples.
source "$(dirname "$0")/../support.sh"

cd "$work" || exit 1
awk '/^```yaml$/ { inside = 1; next } /^```$/ { inside = 0 } inside { print }' \
    "$PHASELINE_ROOT/docs/dialects.md" >larch.yaml
[ -s larch.yaml ] || fail 'no dialect on the page'
run 0 dialects test larch.yaml
lacks 'the samples' ' [1-9][0-9]* failed' "$out"

# And it does what the page says of its lines.
cat >larch-cache-1.log <<'END'
2025-03-04 10:00:00.000 INFO larchd: larch 2.1 on cache-1 serving ring east, zone +01:00
2025-03-04 10:01:00.000 INFO larchd: roll: now DRAINING (2.1 to 2.2)
2025-03-04 10:02:00.000 INFO larchd: roll: 12 of 400 keys left
2025-03-04 10:05:00.000 INFO larchd: roll: now INSTALLING
2025-03-04 10:07:00.000 INFO larchd: roll: now UP
END
run 0 ingest -q -d "$db" --dialect-file larch.yaml larch-cache-1.log
equal 'nodes' 'east,cache-1,Completed,serving' "$(sql 'SELECT cluster, node, assessment, phase FROM v_node')"
equal 'spans' 'drain,2025-03-04T09:01:00.000000Z,240000000
install,2025-03-04T09:05:00.000000Z,120000000
serving,2025-03-04T09:07:00.000000Z,' "$(sql 'SELECT phase, enter, duration_us FROM v_timeline ORDER BY enter_us')"
finish
