#!/bin/bash
# jobs.sh - what is stored does not depend on how many threads read.
. "$(dirname "$0")/../support.sh"

cd "$work" || exit 1
# 6 MB in one file: several blocks.
awk 'BEGIN {
    split("Initialize ValidatingUpgrade UpgradingComponents InstallingNewComponents UpgradeComplete", phase, " ")
    for (i = 0; i < 2000; i++) {
        printf "time=2026-05-01T%02d:%02d:%02d.000000Z cluster=HVC01 node=NODE%d model=wsfc-functional-level phase=%s event=enter\n",
            i / 3600 % 24, i / 60 % 60, i % 60, i / 5 % 7, phase[i % 5 + 1]
        for (j = 0; j < 30; j++)
            print "nothing that anybody would look at, only to make the file a large one: " i "." j
    }
}' >large.log
gzip -k large.log
mkdir many
split -l 6200 large.log many/part- --additional-suffix=.log
for jobs in 1 2 7; do
    run 0 ingest -q --jobs "$jobs" -d "$jobs.db" large.log large.log.gz many
    phaseline sql -d "$jobs.db" --format csv 'SELECT * FROM v_event ORDER BY event_id' >"$jobs.csv"
    phaseline sql -d "$jobs.db" --format csv 'SELECT * FROM v_timeline ORDER BY span_id' >>"$jobs.csv"
    phaseline sql -d "$jobs.db" --format csv 'SELECT * FROM v_source ORDER BY path, member' >>"$jobs.csv"
    cmp -s 1.csv "$jobs.csv" || fail "--jobs $jobs stores something else"
done
[ "$(wc -l <1.csv)" -gt 2000 ] || fail 'there are events'
run 2 ingest -d "$db" --jobs 0 large.log
holds 'no thread at all' '--jobs is a number from 1' "$err"
finish
