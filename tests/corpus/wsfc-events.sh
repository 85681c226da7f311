#!/bin/bash
# wsfc-events.sh - real event logs: what an upgrade in place leaves, and what is none.
source "$(dirname "$0")/../support.sh"
need_corpus
cd windows || exit 1

# From build 16299 to 17134 on 2018-07-06: the log begins with the first start of the new system, so
# Setup has no beginning in it; it restarts once more (18:40:13 to 18:40:24).  A patch follows on 07-12.
for log in System-inplace-upgrade-1709-to-1803.evtx System-inplace-upgrade-events.xml; do
    rm -f "$db"
    run 0 ingest -q -d "$db" "$log"
    equal "$log: an upgrade, and that of Setup" 'upgrade,16299,17134,2018-07-06T18:38:36.397776Z,2018-07-06T18:40:13.233315Z' "$(sql "
        SELECT purpose, from_version, to_version, started, ended FROM v_run WHERE model = 'wsfc-rolling-upgrade'")"
    equal "$log: Setup and its restart; the later one, of a patch, is none" 'os-setup,,2018-07-06T18:40:13.233315Z,ok
reboot,2018-07-06T18:40:13.233315Z,2018-07-06T18:40:24.972859Z,ok' "$(sql "
        SELECT phase, enter, exit, result FROM v_timeline ORDER BY span_id")"
    equal "$log: records out of order are no clock that goes back" 0 "$(sql "SELECT count(*) FROM v_finding")"
done
equal 'the patch is known as one' 1 "$(sql "SELECT count(*) FROM v_event WHERE rule = 'wsfc-events.patch.restart' AND ts LIKE '2018-07-12%'")"

# A domain controller that was installed from an image and then crashed now and then: no upgrade.
rm -f "$db"
run 0 ingest -q -d "$db" System-2008r2-dc-dirty-reboots.evtx
equal 'no run' 0 "$(sql 'SELECT count(*) FROM v_run')"
equal 'and nothing to say' 0 "$(sql 'SELECT count(*) FROM v_finding')"
finish
