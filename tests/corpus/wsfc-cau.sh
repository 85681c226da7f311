#!/bin/bash
# wsfc-cau.sh - real screens of Cluster-Aware Updating: what is told is what stands in them.
source "$(dirname "$0")/../support.sh"
need_corpus

spans='SELECT node, phase, time(enter) AS enter, time(exit) AS exit, duration_us, result FROM v_timeline'

# ---- an upgrade of three nodes: rows in local time, results in UTC, 7 h apart
ingest_anew "$db" windows/cau-rollingupgrade-run.transcript.txt
equal 'what and where' 'Roll-Cluster,wsfc-functional-level,
Roll-Cluster,wsfc-rolling-upgrade,upgrade' "$(sql 'SELECT cluster, model, purpose FROM v_run ORDER BY model')"
equal 'staging of three nodes, told in UTC' 'Rolling1,16:33:41
Rolling2,16:33:41
Rolling3,16:33:40' "$(sql "SELECT node, time(enter) AS enter FROM v_timeline WHERE phase = 'stage' ORDER BY node")"
# The run began at 4:33:25 PM, its first row that is left shows 9:33:40 AM: a zone of -7 h.
equal 'the zone follows from the run' derived "$(sql "
    SELECT DISTINCT ts_quality FROM v_event WHERE phase = 'stage'")"
equal 'the paused windows of two' 'Rolling1,paused,17:47:51,17:54:10,379187000,ok
Rolling2,paused,17:39:59,17:46:48,409016000,ok' "$(sql "$spans WHERE phase = 'paused' ORDER BY node")"
equal 'two nodes are done, the third was staged' 'Rolling1,Completed,done
Rolling2,Completed,done
Rolling3,Progressing,stage' "$(sql 'SELECT node, assessment, phase FROM v_node ORDER BY node')"
equal 'the run itself' '16:33:25,17:54:11' "$(sql "
    SELECT time(started) AS a, time(ended) AS b FROM v_run WHERE model = 'wsfc-rolling-upgrade'")"
equal 'skipped is not done' 'raised,skipped' "$(sql "
    SELECT phase, result FROM v_timeline WHERE model = 'wsfc-functional-level'")"
equal 'nor is its run' Unknown "$(sql "SELECT assessment FROM v_run WHERE model = 'wsfc-functional-level'")"
equal 'and somebody has to do it' known.wsfc-cau.level-skipped "$(sql 'SELECT rule FROM v_finding')"

# ---- a patch run that says of the functional level that it Succeeded
ingest_anew "$db" windows/cau-patch-run-other-cluster.transcript.txt
equal 'a patch run' 'wsfc-rolling-upgrade,patch,Completed,4,4' "$(sql '
    SELECT model, purpose, assessment, nodes_done, nodes_total FROM v_run')"
equal 'no functional level was raised' 0 "$(sql "
    SELECT count(*) FROM v_event WHERE model = 'wsfc-functional-level'")"
equal 'windows that are told twice, in UTC and in local time, are one' 'Other1,12:13:08,547390000
Other2,12:28:15,494687000
Other3,12:57:56,497609000
Other4,12:42:14,610797000' "$(sql "
    SELECT node, time(enter) AS enter, duration_us FROM v_timeline WHERE phase = 'paused' ORDER BY node")"
# 12:13:08 PM and 5:13:08 AM are the same instant, by its length of 9 min 7.39 s.
equal 'the zone follows from one of them' 'os-setup,12:22:16,derived' "$(sql "
    SELECT phase, time(ts) AS at, ts_quality FROM v_event WHERE phase = 'os-setup'")"
run 0 windows/cau-patch-run-other-cluster.transcript.txt
holds 'the report says so' '^Purpose +patch run, no upgrade$' "$out"

# ---- rows, and what Get-CauRun saw a minute later; nothing tells the zone
ingest_anew "$db" windows/cau-getcaurun-and-stream.transcript.txt
equal 'eight rows and four that were seen' 'explicit,8
snapshot,4' "$(sql 'SELECT strength, count(*) FROM v_event GROUP BY 1 ORDER BY 1')"
equal 'where the nodes were' 'S2D1,reboot,08:02:50
S2D2,queued,08:02:08
S2D3,queued,08:01:54
S2D4,queued,08:01:53' "$(sql 'SELECT node, phase, time(since) AS since FROM v_node ORDER BY node')"
equal 'no zone is known' zone-assumed "$(sql 'SELECT DISTINCT ts_quality FROM v_event')"
equal 'waiting again is no step back' 0 "$(sql 'SELECT count(*) FROM v_order')"

# ---- the phases of one node of a report
ingest_anew "$db" windows/cau-report-timingbreakdownutc.json
equal 'the reboot is inside the installation' ',scan,22:52:52,22:53:43
,stage,22:53:43,22:53:43
,queued,22:53:43,04:05:54
,drain,05:04:58,05:11:08
,os-setup,05:11:08,06:30:48
os-setup,reboot,06:05:00,06:28:44' "$(sql "
    SELECT CASE parent_phase WHEN 'os-setup' THEN parent_phase END AS parent, phase, time(enter) AS enter, time(exit) AS exit
    FROM v_timeline ORDER BY span_id")"
equal 'all of it in UTC' exact "$(sql 'SELECT DISTINCT ts_quality FROM v_event')"

# ---- guides of Azure Local quote the failures: the first failing run, not the last retry
ingest_anew "$db" windows/tsg/Previous-CAU-run-status-was-canceled.md
equal 'the node that failed first' 'failed,ASRR1N35R12U01' "$(sql "
    SELECT rule, node FROM v_finding WHERE rule = 'failed'")"
equal 'and why' 1 "$(sql "SELECT count(*) FROM v_finding
    WHERE rule = 'known.wsfc-cau.first-failure' AND summary LIKE '%because a resource has locked status.'")"
finish
