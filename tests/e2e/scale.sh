#!/bin/bash
# scale.sh - many clusters, and many nodes, in one database: all are concluded and told, and the report takes its time.
#
# PHASELINE_SCALE=full makes the sizes of the issue, 1,000 nodes with 1,000,000 events and 1,000 clusters, and prints seconds of CPU.
source "$(dirname "$0")/../support.sh"
need awk
cd "$work" || exit 1

# generate CLUSTERS NODES EVENTS: our own log; every node goes through five phases, with progress between.  The
# second node of a cluster stops in the third phase.
generate() {
    awk -v clusters="$1" -v nodes="$2" -v events="$3" '
        function say(at, c, n, phase, event, more) {
            printf "time=2026-03-%02dT%02d:%02d:%02d.000000Z cluster=C%04d node=n%04d model=wsfc-functional-level phase=%d event=%s%s\n",
                1 + at / 86400, at / 3600 % 24, at / 60 % 60, at % 60, c, n, phase, event, more
        }
        BEGIN {
            per = int(events / 5)
            for (c = 1; c <= clusters; c++) for (n = 1; n <= nodes; n++) {
                at = n % 50
                for (p = 1; p <= (n == 2 ? 3 : 5); p++) {
                    say(at, c, n, p, "enter", "")
                    for (e = 1; e < per; e++) {
                        at += 1 + (n * 7 + e * 3) % 3
                        say(at, c, n, p, n == 2 && p == 3 ? "note" : "progress", " msg=" e)
                    }
                    at += 10
                }
            }
        }'
}

# cpu WHAT COMMAND...: runs it, and prints how long it took of a processor.
cpu() {
    local what=$1 TIMEFORMAT='%U %S'
    shift
    { time "$@" >"$out" 2>"$err"; } 2>"$work/time" || fail "$what: exit code $?"
    awk -v what="$what" '{ printf "%s: %.2f s of CPU\n", what, $1 + $2 }' "$work/time"
}

clusters=40 nodes=40 events=100
[ "${PHASELINE_SCALE:-}" = full ] && clusters=1000 nodes=1000 events=1000

generate "$clusters" 4 60 >many.log
cpu "ingest of $clusters clusters" phaseline ingest -q -d many.db many.log
equal 'a run per cluster' "$clusters,$clusters" "$(sql 'SELECT count(*), count(DISTINCT cluster) FROM v_run' many.db)"
equal 'in each one node of four stops' "$clusters" "$(sql "
    SELECT count(*) FROM v_node WHERE node = 'n0002' AND phase = 'UpgradingComponents'" many.db)"
cpu "report on $clusters clusters" phaseline report -d many.db
equal 'all are told' "$clusters" "$(grep -c '^Cluster' "$out")"

generate 1 "$nodes" "$events" >one.log
cpu "ingest of $nodes nodes" phaseline ingest -q -d one.db one.log
equal 'every node' "$nodes,$((nodes - 1))" "$(sql 'SELECT nodes_total, nodes_done FROM v_run' one.db)"
cpu "report on $nodes nodes" phaseline report -d one.db
cpu "json of $nodes nodes" phaseline report -d one.db --format json
finish
