#!/bin/bash
# kubeadm.sh - three masters whose logs have no stamps: nothing but the names of backup folders tells when.
source "$(dirname "$0")/../support.sh"
need_corpus

logs=kubeadm/ha-1.13.5-to-1.14.0
ingest_anew "$db" "$logs"
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
equal 'every master is upgraded' 'kubeadm-upgrade,1.13.5,1.14.0,Completed,3,3' "$(sql '
    SELECT model, from_version, to_version, assessment, nodes_done, nodes_total FROM v_run')"
equal 'the components, as the lines name them' "$(for no in 1 2 3; do
    grep -o 'Component "[a-z-]*" upgraded' "$logs/master$no.log" | cut -d '"' -f 2 | sed "s/^/k8s-master$no,/"
done)" "$(sql "
    SELECT node, phase FROM v_timeline WHERE closed_by = 'explicit' AND phase NOT IN ('prepull')
    ORDER BY node, phase_rank")"
equal 'nothing is missing, nothing hangs' 0 "$(sql "
    SELECT count(*) FROM v_finding WHERE rule NOT LIKE 'coverage.no-time%'")"
equal 'the probe beside them is no log of kubeadm' no-dialect "$(sql "
    SELECT status FROM v_source WHERE path LIKE '%/check_downtime.txt'")"
finish
