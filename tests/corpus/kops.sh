#!/bin/bash
# kops.sh - three masters and five workers in one log without a year: one worker is slow.
source "$(dirname "$0")/../support.sh"
need_corpus

log=kops/rolling-update-8-nodes.log
slow=ip-172-20-117-204.eu-central-1.compute.internal
ingest_anew "$db" "$log"

equal 'one finding' "slow,$slow,replace,1869269212,nodes.cluster.k8s.local" "$(sql "
    SELECT f.rule, f.node, f.phase, f.duration_us, n.node_group
    FROM v_finding f JOIN v_node n USING (run_id, node)")"
# Its peers, the other workers, took 121.028421, 121.051252, 121.081378 and 121.375586 s; of two in
# the middle the lower is the median, and three times it is the limit.
equal 'by the peer rule' "$((3 * 121051252))" "$(sql 'SELECT limit_us FROM v_finding')"
holds 'says where the limit is from' 'median' <(sql 'SELECT limit_from FROM v_finding')
equal 'its lines' "$log,5
$log,6" "$(sql 'SELECT source, line_no FROM v_evidence ORDER BY position')"

# Each node lasts from its line to the next; times of day, as awk subtracts them.
lasting() {
    awk '{
        split($2, part, /[:.]/)
        now = ((part[1] * 60 + part[2]) * 60 + part[3]) * 1000000 + part[4]
        if (node != "") printf "%s,%d\n", node, now - before
        before = now
        node = match($0, /node "[^"]+"/) ? substr($0, RSTART + 6, RLENGTH - 7) : ""
    }' "$log"
}
equal 'how long every node took' "$(lasting)" "$(sql '
    SELECT node, duration_us FROM v_timeline ORDER BY enter_us')"
equal 'the last worker is closed by the end of the update' explicit "$(sql '
    SELECT closed_by FROM v_timeline ORDER BY enter_us DESC LIMIT 1')"
equal 'every span is ok' ok "$(sql 'SELECT DISTINCT result FROM v_timeline')"
equal 'the masters are groups of one' 3 "$(sql "
    SELECT count(*) FROM (SELECT node_group FROM v_node WHERE node_group LIKE '%.masters.%'
                          GROUP BY node_group HAVING count(*) = 1)")"

equal 'the run' 'cluster.k8s.local,kops-rolling-update,Completed,8,8' "$(sql '
    SELECT cluster, model, assessment, nodes_total, nodes_done FROM v_run')"
equal 'every node' 'Completed,8' "$(sql '
    SELECT assessment, count(*) FROM v_node GROUP BY assessment')"
equal 'year and zone are assumed' 'year-assumed,9' "$(sql '
    SELECT ts_quality, count(*) FROM v_event GROUP BY ts_quality')"
# The year is that of the file, or the one before: 28 October must not be after the file was written.
year=$(date -u -r "$log" +%Y)
[ "$(date -u -r "$log" +%m%d)" -ge 1028 ] || year=$((year - 1))
equal 'which year' "$year-10-28T18:26:37.124152Z" "$(sql 'SELECT started FROM v_run')"

run 0 "$log"
holds 'verdict' '^Verdict +COMPLETED: ' "$out"
holds 'the slow one' "slow .*$slow .*1,869\.269212 s" "$out"
holds 'its line' "$log:5 " "$out"
holds 'clocks' '^Clocks +year assumed.* in 1 source' "$out"
equal 'one finding on the screen' 1 "$(grep -cE '^  (ERROR|WARNING|INFO) ' "$out")"
finish
