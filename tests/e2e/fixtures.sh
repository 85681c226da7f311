#!/bin/bash
# fixtures.sh - the stories of fixtures/{demo,galera,kops}/README.md, number for number.
source "$(dirname "$0")/../support.sh"

fixtures=$PHASELINE_ROOT/fixtures
seconds() { # of all closed spans by result, one line per node and phase
    sql "SELECT node, phase, group_concat(printf('%.3f', duration_us / 1e6), ' ') AS s
         FROM (SELECT * FROM v_timeline WHERE result = '$1' AND duration_us IS NOT NULL ORDER BY enter_us)
         GROUP BY node, phase ORDER BY node, min(enter_us)"
}

# Six nodes: one is well, one stalls, one goes back, one skips, one fails and tries again, one is silent.
ingest_anew "$db" "$fixtures/demo/logs"
equal 'demo: the run' 'HVC01,wsfc-functional-level,10,11,Stalled,6,4' "$(sql '
    SELECT cluster, model, from_version, to_version, assessment, nodes_total, nodes_done FROM v_run')"
equal 'demo: the nodes' 'NODE1,Completed,UpgradeComplete,1
NODE2,Stalled,UpgradingComponents,1
NODE3,Completed,UpgradeComplete,1
NODE4,Completed,UpgradeComplete,1
NODE5,Completed,UpgradeComplete,2
NODE6,Silent,InstallingNewComponents,1' "$(sql 'SELECT node, assessment, phase, attempts FROM v_node ORDER BY node')"
equal 'demo: every finding' 'NODE2,stalled,UpgradingComponents,2026-05-01T12:05:23.980417Z,2077224043,388800000
NODE3,order.backward,ValidatingUpgrade,2026-05-01T12:11:03.472902Z,,
NODE4,order.skipped,UpgradeComplete,2026-05-01T12:17:36.592118Z,,
NODE5,retried,UpgradingComponents,2026-05-01T12:20:22.838655Z,52300000,
NODE6,silent,InstallingNewComponents,2026-05-01T12:28:10.766340Z,714352315,212400000' "$(sql '
    SELECT node, rule, phase, since, duration_us, limit_us FROM v_finding ORDER BY node')"
equal 'demo: their lines' 'NODE2.log:3
NODE3.log:3 NODE3.log:4
NODE4.log:3 NODE4.log:4
NODE5.log:4
NODE6.log:4' "$(sql "
    SELECT group_concat(replace(source, '$fixtures/demo/logs/', '') || ':' || line_no, ' ') AS line
    FROM (SELECT * FROM v_evidence JOIN v_finding USING (finding_id) ORDER BY node, position)
    GROUP BY node ORDER BY node")"
equal 'demo: closed spans' 'NODE1,Initialize,4.210
NODE1,ValidatingUpgrade,18.400
NODE1,UpgradingComponents,130.500
NODE1,InstallingNewComponents,70.800
NODE2,Initialize,4.480
NODE2,ValidatingUpgrade,19.250
NODE3,Initialize,4.055
NODE3,ValidatingUpgrade,17.900 18.700
NODE3,UpgradingComponents,41.200 127.900
NODE3,InstallingNewComponents,68.200
NODE4,Initialize,4.390
NODE4,ValidatingUpgrade,18.050
NODE4,UpgradingComponents,133.750
NODE5,Initialize,4.120 3.980
NODE5,ValidatingUpgrade,18.600 17.750
NODE5,UpgradingComponents,129.600
NODE5,InstallingNewComponents,72.300
NODE6,Initialize,4.300
NODE6,ValidatingUpgrade,19.000
NODE6,UpgradingComponents,131.400' "$(seconds ok)"
equal 'demo: failed spans' 'NODE5,UpgradingComponents,52.300' "$(seconds failed)"
equal 'demo: open spans' 'NODE2,UpgradingComponents,2077.224043
NODE6,InstallingNewComponents,35.800000' "$(sql "
    SELECT node, phase, printf('%.6f', open_us / 1e6) AS s FROM v_timeline
    WHERE result = 'open' AND phase <> 'UpgradeComplete' ORDER BY node")"

# A rolling restart that works; db2 changes its version, and with it the format of its log.
ingest_anew "$db" "$fixtures/galera/logs"
equal 'galera: state changes' $'db1,9\ndb2,14\ndb3,9' "$(sql "
    SELECT node, count(*) FROM v_event WHERE transition = 'enter' GROUP BY node ORDER BY node")"
equal 'galera: the nodes' 'db1,Completed,SYNCED,8.0.36,8.0.36,1
db2,Completed,SYNCED,5.7.44,8.0.36,1
db3,Completed,SYNCED,8.0.36,8.0.36,1' "$(sql '
    SELECT node, assessment, phase, version_from, version, attempts FROM v_node ORDER BY node')"
equal 'galera: the donors' 'db3,1.883771
db1,2.430867
db2,2.175355' "$(sql "
    SELECT node, printf('%.6f', duration_us / 1e6) AS s FROM v_timeline WHERE phase = 'DONOR/DESYNCED'
    ORDER BY enter_us")"
equal 'galera: out of service' '2024-02-06T10:00:10.104211Z,2024-02-06T10:00:48.372841Z
2024-02-06T10:10:10.114840Z,2024-02-06T10:17:10.884760Z
2024-02-06T10:25:10.104211Z,2024-02-06T10:25:54.121093Z' "$(sql "
    SELECT enter, (SELECT min(enter) FROM v_timeline s WHERE s.node = c.node AND s.phase = 'SYNCED'
                   AND s.enter_us > c.enter_us) AS back
    FROM v_timeline c WHERE phase = 'CLOSED' ORDER BY enter_us")"
equal 'galera: no finding' '' "$(sql 'SELECT * FROM v_finding')"

# Six workers, one after the other; the fourth takes long to validate.
ingest_anew "$db" "$fixtures/kops/logs"
equal 'kops: the run' 'shop.k8s.local,Completed,6,6' "$(sql '
    SELECT cluster, assessment, nodes_total, nodes_done FROM v_run')"
equal 'kops: the finding' 'slow,worker-4,validate,1062700000,93300000' "$(sql '
    SELECT rule, node, phase, duration_us, limit_us FROM v_finding')"
equal 'kops: spans' 'worker-1,drain,41.200
worker-1,replace,120.600
worker-1,validate,31.100
worker-2,drain,39.800
worker-2,replace,118.900
worker-2,validate,30.900
worker-3,drain,44.500
worker-3,replace,121.300
worker-3,validate,31.400
worker-4,drain,40.700
worker-4,replace,119.800
worker-4,validate,1062.700
worker-5,drain,42.100
worker-5,replace,120.200
worker-5,validate,31.000
worker-6,drain,38.900
worker-6,replace,122.400
worker-6,validate,31.200' "$(seconds ok)"
finish
