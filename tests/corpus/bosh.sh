#!/bin/bash
# bosh.sh - two tasks of a director without a date in their lines: it stands in the footer; a line tells
# how long it took from its own stamp on, or from the line that began it.
source "$(dirname "$0")/../support.sh"
need_corpus

log=bosh/cf-15-instances-task25.log
ingest_anew "$db" "$log"
equal 'the footer dates every line' '2018-05-18,derived' "$(sql '
    SELECT DISTINCT substr(ts, 1, 10), ts_quality FROM v_event')"
# Begin: the line without a length, where there is one, else the line that has it.
taken() {
    sed -nE 's/^Task 25 \| ([0-9:]+) \| Updating instance .*: (\S+) \(0\) \(canary\)( \(([0-9:]+)\))?$/\2 \1 \4/p' "$log" |
        awk '{ if (!($1 in began)) began[$1] = $2
               if ($3 != "") { split($3, t, ":"); print $1 "," began[$1] "," t[1] * 3600 + t[2] * 60 + t[3] } }' | sort
}
equal 'when every instance began, and how long it took' "$(taken)" "$(sql "
    SELECT node, time(enter), duration_us / 1000000 FROM v_timeline WHERE phase = 'update' AND result = 'ok'
    ORDER BY node")"
equal 'of fifteen' 15 "$(taken | wc -l)"
# Those that began before the excerpt does, too: 21 s before 08:22:05, 28 s before 08:22:12 ...
equal 'all machines were made from one moment on' '08:21:44,15' "$(sql "
    SELECT time(enter), count(*) FROM v_timeline WHERE phase = 'create-vm' GROUP BY 1")"
equal 'the run ends with the task' '2018-05-18T08:37:54.000000Z,Completed,15,15' "$(sql '
    SELECT ended, assessment, nodes_done, nodes_total FROM v_run')"
equal 'no finding' 0 "$(sql 'SELECT count(*) FROM v_finding')"
equal 'groups are those of the instances' 15 "$(sql "
    SELECT count(*) FROM v_node WHERE node LIKE node_group || '/%'")"

canary=zookeeper/f7edbcb7-f7ef-40f5-80e0-5c5c1086f1fd
ingest_anew "$db" bosh/zookeeper-canary-stalls-then-error.log
equal 'the canary fails after 3:48, its stop after 3:46' "$canary,update,2024-11-25T15:25:28.000000Z,228
$canary,stop,2024-11-25T15:25:30.000000Z,226" "$(sql "
    SELECT node, phase, enter, duration_us / 1000000 FROM v_timeline WHERE result = 'failed' ORDER BY enter_us")"
equal 'the error is the evidence' 'failed,stop,bosh/zookeeper-canary-stalls-then-error.log,8' "$(sql "
    SELECT rule, phase, source, line_no FROM v_finding f JOIN v_evidence USING (finding_id) WHERE rule = 'failed'")"
holds 'and its cause is known' 'did not answer get_task for 45 seconds' <(sql "
    SELECT summary FROM v_finding WHERE rule = 'known.bosh.agent-timeout'")
equal 'before it failed it was under way' "$canary,Progressing,stop" "$(
    ingest_anew "$db" --as-of 2024-11-25T15:27:00Z bosh/zookeeper-canary-stalls-then-error.log
    sql "SELECT node, assessment, phase FROM v_node WHERE phase = 'stop'")"
finish
