#!/bin/bash
# clocks.sh - real logs without stamps, without dates, and with seconds since boot, read by the small
# dialects of the tests.
source "$(dirname "$0")/../support.sh"
need_corpus
dialects=$PHASELINE_ROOT/tests/dialects

# read_by DIALECT PATH: makes the database afresh.
read_by() {
    rm -f "$db"
    run 0 ingest -q -d "$db" --dialect-file "$dialects/$1.yaml" "$2"
}

# ---- kubeadm: nothing but the names of backup folders tells when
logs=kubeadm/ha-1.13.5-to-1.14.0
read_by kubeadm "$logs"
stamps() {
    local no at
    for no in 1 2 3; do
        at=$(grep -o 'backup-manifests-[-0-9]*' "$logs/master$no.log" | tail -n 1)
        at=${at#backup-manifests-}
        echo "k8s-master$no,${at:0:10}T${at:11:2}:${at:14:2}:${at:17:2}.000000Z,zone-assumed"
    done
}
equal 'the masters come in the order of the stamps inside their lines' "$(stamps)" "$(sql "
    SELECT node, max(ts), ts_quality FROM v_event WHERE ts IS NOT NULL GROUP BY node, ts_quality
    ORDER BY 2")"
equal 'a stamp inside a line measures nothing' 0 "$(sql '
    SELECT count(*) FROM v_timeline WHERE duration_us IS NOT NULL OR open_us IS NOT NULL')"
equal 'every master is upgraded' 'Completed,3' "$(sql '
    SELECT assessment, count(*) FROM v_node GROUP BY 1')"

# ---- BOSH: the date stands in the footer, and what a line says it took is how long it was
read_by bosh bosh
equal 'the footer dates every line' '2018-05-18,derived
2024-11-25,derived' "$(sql 'SELECT DISTINCT substr(ts, 1, 10), ts_quality FROM v_event ORDER BY 1')"
log=bosh/cf-15-instances-task25.log
taken() {
    sed -nE 's/.*Updating instance .*: (\S+) \(0\).* \(([0-9:]+)\)$/\1 \2/p' "$log" | sort |
        while IFS=' :' read -r node hours minutes seconds; do
            echo "$node,$(((10#$hours * 3600 + 10#$minutes * 60 + 10#$seconds) * 1000000))"
        done
}
# Where begin and end are both written, the lines count, not the length: they may differ by a second.
equal 'how long every instance took, told to the second' '' "$(join -t, -j 1 <(taken) <(sql "
    SELECT node, duration_us FROM v_timeline WHERE enter < '2020' ORDER BY node") |
    awk -F, '{ d = $2 - $3; if (d < -1000000 || d > 1000000) print }')"
equal 'of every instance' "$(taken | wc -l)" "$(sql "
    SELECT count(*) FROM v_timeline WHERE enter < '2020' AND result = 'ok'")"
equal 'the canary that timed out' 'failed,stop,2024-11-25T15:25:30.000000Z,226000000' "$(sql '
    SELECT rule, phase, since, duration_us FROM v_finding')"

# ---- Talos: seconds since boot that nothing dates, and a stamp in each line
read_by talos talos/issue-6150-excerpt.log
equal 'since boot and no more is known' 0 "$(sql '
    SELECT count(*) FROM v_event WHERE ts IS NOT NULL')"
read_by talos talos/issue-7317-excerpt.log
equal 'an end with its length has a beginning' '10.10.99.22,ephemeral,1604103,ok
10.10.99.22,var,433387,ok' "$(sql 'SELECT node, phase, duration_us, result FROM v_timeline ORDER BY enter')"
finish
