#!/bin/bash
# talos.sh - four kinds of logs of Talos: since boot, with a stamp in each line, of 2019, and without any.
source "$(dirname "$0")/../support.sh"
need_corpus

# Of every line that ends a phase, its name and length in microseconds, as printed (ms or s).
printed() {
    sed -nE 's/.*\] phase (\w+) \([0-9/]+\): done, ([0-9.]+)(ms|s)$/\1 \2 \3/p' "$1" |
        awk '{ printf "%s,%d\n", $1, $2 * ($3 == "ms" ? 1000 : 1000000) + 1e-6 }'
}
told="SELECT phase, duration_us FROM v_timeline WHERE closed_by = 'explicit' ORDER BY span_id"

ingest_anew "$db" talos/issue-6150-excerpt.log
equal 'since boot and no more is known' 0 "$(sql 'SELECT count(*) FROM v_event WHERE ts IS NOT NULL')"
equal 'but how long each phase took' "$(printed talos/issue-6150-excerpt.log)" "$(sql "$told")"
equal 'gaps in the numbers are no finding' 0 "$(sql "SELECT count(*) FROM v_finding WHERE rule LIKE 'order.%'")"

ingest_anew "$db" talos/issue-7317-excerpt.log
equal 'an end with its length has a beginning; where both are written the lines count' '10.10.99.22,ephemeral,1604103,ok
10.10.99.22,var,433387,ok
10.10.99.22,overlay,,open' "$(sql 'SELECT node, phase, duration_us, result FROM v_timeline ORDER BY enter_us')"

ingest_anew "$db" talos/pr-1064-excerpt.log
equal 'the wording of 2019' 'drain,145079
stopServices,326250
kill all tasks,1226163' "$(sql "$told")"

ingest_anew "$db" talos/truecharts-35388-excerpt.log
equal 'seen from outside: order, and no times' 'unmountSystem,ok
volumeFinalize,ok
upgrade,ok
meta,ok
kexec,ok
stopEverything,ok
reboot,open' "$(sql 'SELECT phase, result FROM v_timeline ORDER BY span_id')"
equal 'the machine does not answer; nobody knows for how long' '192.168.1.181,incomplete,reboot' "$(sql "
    SELECT node, rule, phase FROM v_finding WHERE rule NOT LIKE 'coverage.%'")"
finish
