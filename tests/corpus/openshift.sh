#!/bin/bash
# openshift.sh - two logs of machine-config-daemons: a drain that a pod blocks, and two updates of a
# node that is not heard of again.
source "$(dirname "$0")/../support.sh"
need_corpus

log=openshift/mcd-drain-pdb-degraded.log
ingest_anew "$db" "$log"
# From 06:58:43.852961 to 07:08:44.981273.
equal 'degraded after 601 s' 'mcd-drain-pdb-degraded,drain,601128312' "$(sql "
    SELECT node, phase, duration_us FROM v_finding WHERE rule = 'failed'")"
equal 'the pod that blocks' 'router-default-796df5847b-9hxzx' "$(sql "
    SELECT DISTINCT facts ->> 'blocker' FROM v_event WHERE facts ->> 'blocker' IS NOT NULL")"
holds 'is named' 'pod router-default-796df5847b-9hxzx cannot be evicted' <(sql "
    SELECT summary FROM v_finding WHERE rule = 'known.openshift-mcd.drain-blocked'")
equal 'the run' 'Failed,0,1' "$(sql 'SELECT assessment, nodes_done, nodes_total FROM v_run')"
equal 'the update' 'prepare,ok
drain,failed' "$(sql 'SELECT phase, result FROM v_timeline ORDER BY span_id')"
equal 'no order finding' 0 "$(sql 'SELECT count(*) FROM v_order')"
equal 'year and zone are assumed' year-assumed "$(sql 'SELECT DISTINCT ts_quality FROM v_event')"

log=openshift/mcd-two-updates.log
ingest_anew "$db" "$log"
equal 'two attempts, and no return from either' '1,reboot,evidence-end,open
2,reboot,evidence-end,open' "$(sql "
    SELECT attempt, phase, closed_by, result FROM v_timeline
    WHERE phase IN ('reboot', 'rejoin', 'updated') ORDER BY span_id")"
equal 'what each did' '1,prepare,ok
1,cordon,ok
1,drain,skipped
1,update,ok
2,prepare,ok
2,cordon,ok
2,drain,skipped
2,update,ok' "$(sql "
    SELECT attempt, phase, result FROM v_timeline WHERE phase <> 'reboot' ORDER BY span_id")"
# The daemon of either attempt ends with its reboot; the second log ends 2 ms after that.
equal 'both are incomplete' '1,reboot,0
2,reboot,1' "$(sql "
    SELECT attempt, phase, is_primary FROM v_finding WHERE rule = 'incomplete' ORDER BY attempt")"
equal 'nobody knows how it went on' 'Unknown,Unknown' "$(sql "
    SELECT assessment, (SELECT assessment FROM v_run) FROM v_node")"
equal 'it is not done' '0,reboot,2' "$(sql "
    SELECT (SELECT nodes_done FROM v_run), phase, attempts FROM v_node
    WHERE assessment <> 'Completed'")"
equal 'no order finding' 0 "$(sql 'SELECT count(*) FROM v_order')"
equal 'to which version' "$(grep -o 'rendered-master-7f[0-9a-f]*' "$log" | head -n 1)" "$(sql '
    SELECT to_version FROM v_run')"

rm -f "$db"
run 4 ingest -q -d "$db" openshift/oc-status
equal 'reports of another tool are no logs' no-dialect "$(sql 'SELECT DISTINCT status FROM v_source')"
finish
