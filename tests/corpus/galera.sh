#!/bin/bash
# galera.sh - three real nodes through an upgrade that fails: what is told is what grep finds.
source "$(dirname "$0")/../support.sh"
need_corpus

logs=(galera/upgrade/node1.log galera/upgrade/node2.log galera/upgrade/node3.log)
ingest_anew "$db" "${logs[@]}"

# Every state change, with its line, its moment and the state that is entered.
state_changes() {
    local log
    for log in "${logs[@]}"; do
        awk -v log_name="$log" -v node="$(basename "$log" .log)" '
            match($0, /Shifting [A-Z\/]+ -> [A-Z\/]+ \(TO/) {
                split(substr($0, RSTART, RLENGTH), word, " ")
                print node "," log_name "," FNR "," substr($0, 1, 27) "," word[4]
            }' "$log"
    done
}
equal 'every state change' "$(state_changes)" "$(sql "
    SELECT node, source, line_no, ts, phase FROM v_event WHERE transition = 'enter'
    ORDER BY node, line_no")"
equal 'state changes per node' $'node1,9\nnode2,41\nnode3,12' "$(sql "
    SELECT node, count(*) FROM v_event WHERE transition = 'enter' GROUP BY node ORDER BY node")"
equal 'state changes' 62 "$(sql "SELECT count(*) FROM v_event WHERE transition = 'enter'")"
equal 'a span per state change' 62 "$(sql 'SELECT count(*) FROM v_timeline')"

# Where a line begins, as grep counts it.
equal 'byte offsets' "$(grep -b -m 1 Shifting galera/upgrade/node2.log | cut -d: -f1)" "$(sql "
    SELECT min(byte_off) FROM v_event WHERE node = 'node2' AND transition = 'enter'")"

equal 'one cluster for every event' pxc_cluster "$(sql 'SELECT DISTINCT cluster FROM v_event')"
equal 'all times are exact' exact "$(sql 'SELECT DISTINCT ts_quality FROM v_event')"
equal 'one run' 'pxc_cluster,galera-node,Failed,3,0,5.7.40,8.0.28,2023-03-12T07:24:14.789002Z' "$(sql "
    SELECT cluster, model, assessment, nodes_total, nodes_done, from_version, to_version, started
    FROM v_run")"
equal 'the evidence ends with the last line' "$(tail -n 1 galera/upgrade/node3.log | cut -c1-27)" "$(sql "
    SELECT strftime('%Y-%m-%dT%H:%M:%S', as_of_us / 1000000, 'unixepoch') ||
           printf('.%06dZ', as_of_us % 1000000) AS as_of FROM v_run")"

equal 'nodes' 'node1,Failed,CLOSED,2023-03-12T19:44:59.841352Z,2,8.0.28,8.0.28
node2,Failed,PRIMARY,2023-03-12T21:58:45.385505Z,1,5.7.40,8.0.28
node3,Stalled,DONOR/DESYNCED,2023-03-12T19:35:07.644570Z,1,8.0.28,8.0.28' "$(sql "
    SELECT node, assessment, phase, since, attempts, version_from, version FROM v_node ORDER BY node")"

# The one stall: 22:00:33.402233 - 19:35:07.644570 = 8,725.757663 s.  The five transfers that node2
# and node3 gave before took 1.465467, 1.638935, 1.819126, 13.988256 and 16.790288 s: three times the
# median is less than a minute, which is the least that counts.
equal 'the stall' 'node3,DONOR/DESYNCED,2023-03-12T19:35:07.644570Z,8725757663,60000000,1' "$(sql "
    SELECT node, phase, since, duration_us, limit_us, is_primary FROM v_finding
    WHERE rule = 'stalled'")"
equal 'its line' 'galera/upgrade/node3.log,1041' "$(sql "
    SELECT source, line_no FROM v_evidence JOIN v_finding USING (finding_id) WHERE rule = 'stalled'")"
equal 'the stalled span' 'node3,DONOR/DESYNCED,,8725757663,evidence-end,open' "$(sql "
    SELECT node, phase, exit, open_us, closed_by, result FROM v_timeline
    WHERE open_us > 60000000 AND phase NOT IN ('SYNCED', 'CLOSED', 'DESTROYED')")"

# node3 had been chosen as the donor of the join of node1 that failed.
equal 'whom the failed join waited for' 'retried,node1,JOINER,node3' "$(sql "
    SELECT rule, node, phase, blocker FROM v_finding WHERE blocker IS NOT NULL")"
equal 'and who waited for the stalled donor' 1 "$(sql "
    SELECT count(*) FROM v_finding WHERE rule = 'stalled' AND summary LIKE '%; node1 failed waiting for it'")"

# The failed joins, by the line SST script aborted.
equal 'every failure line' "$(grep -n 'SST script aborted' "${logs[@]}" | cut -d: -f1,2 | tr : ,)" "$(sql "
    SELECT source, line_no FROM v_event WHERE transition = 'fail' ORDER BY source, line_no")"
equal 'failed joins' 'node1,1,JOINER,2023-03-12T19:35:07.644683Z,2023-03-12T19:36:48.589159Z,100944476
node1,2,PRIMARY,2023-03-12T19:43:18.130916Z,2023-03-12T19:44:59.839795Z,101708879
node2,1,PRIMARY,2023-03-12T21:58:45.385505Z,2023-03-12T22:00:27.089882Z,101704377' "$(sql "
    SELECT node, attempt, phase, enter, exit, duration_us FROM v_timeline WHERE result = 'failed'
    ORDER BY node, attempt")"
equal 'all findings' 'failed,node1,2,PRIMARY
failed,node2,1,PRIMARY
retried,node1,1,JOINER
stalled,node3,1,DONOR/DESYNCED' "$(sql "
    SELECT rule, node, attempt, phase FROM v_finding WHERE rule NOT LIKE 'known.%' ORDER BY rule, node")"
equal 'known failures are those of the joins' '' "$(sql "
    SELECT rule, node FROM v_finding WHERE rule LIKE 'known.%'
    AND NOT (rule IN ('known.galera.sst-timeout', 'known.galera.no-donor') AND node IN ('node1', 'node2'))")"
equal 'the second joins had no donor at all' 'node1
node2' "$(sql "SELECT node FROM v_finding WHERE rule = 'known.galera.no-donor' AND since >= '2023-03-12T19:40' ORDER BY node")"
equal 'attempts of node1' $'1,2023-03-12T19:35:06.875619Z\n2,2023-03-12T19:43:18.130088Z' "$(sql "
    SELECT attempt, min(enter) FROM v_timeline WHERE node = 'node1' GROUP BY attempt")"
equal 'nothing at rest is slow or stalled' '' "$(sql "
    SELECT node, v_stall.phase FROM v_stall JOIN v_phase p
    ON p.model = v_stall.model AND p.phase = v_stall.phase WHERE p.rest = 1")"

equal 'the ledger' "$(wc -lc "${logs[@]}" | awk '$3 != "total" { print $3 "," $1 "," $2 ",galera,read" }')" "$(sql "
    SELECT path, lines, bytes, dialect, status FROM v_source ORDER BY path")"

# The same on the screen.
run 0 "${logs[@]}"
holds 'cluster and run' '^Cluster +pxc_cluster +galera-node +run 1 ' "$out"
holds 'versions' '^Versions +5\.7\.40 -> 8\.0\.28$' "$out"
holds 'verdict' '^Verdict +FAILED: ' "$out"
holds 'coverage' '^Coverage +3 of 3 nodes, 3 of 3 files read' "$out"
holds 'node3' '^node3 +Stalled +DONOR/DESYNCED +2023-03-12T19:35:07Z ' "$out"
holds 'the stall' 'stalled .*node3 in DONOR/DESYNCED since 2023-03-12T19:35:07\.644570Z.* 8,725\.757663 s' "$out"
holds 'evidence of the stall' 'galera/upgrade/node3\.log:1041 ' "$out"
holds 'evidence of node1' 'galera/upgrade/node1\.log:537 .*SST script aborted' "$out"
holds 'evidence of node2' 'galera/upgrade/node2\.log:5450 .*SST script aborted' "$out"
equal 'findings on the screen' 4 "$(grep -cE '^  (ERROR|WARNING|INFO) +(stalled|failed|retried|silent|slow|order|coverage)' "$out")"

# The folder holds notes about the logs too: they are told as not recognised.
ingest_anew "$db" galera/upgrade
equal 'the folder' $'no-dialect,3\nread,3' "$(sql 'SELECT status, count(*) FROM v_source GROUP BY status')"
finish
