#!/bin/bash
# ceph.sh - upgrades by cephadm: one log for all daemons, by whichever manager is active.
source "$(dirname "$0")/../support.sh"
need_corpus

ingest_anew "$db" ceph/satishdotpatel-quincy-to-reef-blog.md
equal 'every osd lasts from its line to the next' 'osd.7,30.98,ceph-osd2
osd.4,22.88,ceph-osd2
osd.10,24.23,ceph-osd2' "$(sql "
    SELECT node, printf('%.2f', duration_us / 1e6) AS s, (SELECT facts ->> 'host' FROM v_event e
        WHERE e.node = t.node AND e.rule = 'cephadm.deploy') AS host
    FROM v_timeline t WHERE phase = 'update' AND closed_by = 'implied' ORDER BY enter_us")"
equal 'all four were safe to restart, and waited for their turn' 'osd.7,0.668294
osd.4,31.648076
osd.10,54.528213
osd.13,78.755807' "$(sql "
    SELECT node, printf('%.6f', duration_us / 1e6) AS s FROM v_timeline WHERE phase = 'safe' ORDER BY enter_us")"
equal 'then the upgrade waits' 'osd,ok
wait,open' "$(sql "
    SELECT phase, result FROM v_timeline WHERE model = 'cephadm-upgrade' ORDER BY enter_us")"
equal 'for placement groups' '23 PGs are or would become offline' "$(sql "
    SELECT facts ->> 'blocker' AS b FROM v_event WHERE phase = 'wait'")"
equal 'which is no stall' 0 "$(sql "SELECT count(*) FROM v_finding WHERE rule IN ('stalled', 'slow', 'failed')")"

ingest_anew "$db" ceph/pr-70873-excerpt.log
equal 'two passes over the same daemons' 'mds.cephfs.ceph-node-0.amjowl,2
mds.cephfs.ceph-node-0.zurdac,2' "$(sql 'SELECT node, attempts FROM v_node WHERE attempts > 1 ORDER BY node')"
equal 'the second pass closes its own' '5.443059' "$(sql "
    SELECT printf('%.6f', duration_us / 1e6) AS s FROM v_timeline WHERE attempt = 2 AND result = 'ok'")"

ingest_anew "$db" ceph/pr-41257-excerpt.log
equal 'a manager that gives way is no daemon upgraded' 'cephadm-upgrade,failover,open' "$(sql '
    SELECT model, phase, result FROM v_timeline')"
finish
