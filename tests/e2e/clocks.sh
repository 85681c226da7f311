#!/bin/bash
# clocks.sh - every kind of time: anchors, dates below their lines, seconds since boot, clocks that
# were never set, stamps around a line, zones and dates that the user gives.
source "$(dirname "$0")/../support.sh"
dialects=$PHASELINE_ROOT/tests/dialects
run 0 dialects test "$dialects/wrapped.yaml"
cd "$work" || exit 1
mkdir kubeadm bosh talos wrapped

# read_anew ARGUMENT...: makes the database afresh.
read_anew() {
    ingest_anew "$db" --dialect-file "$dialects/wrapped.yaml" "$@"
}

spans='SELECT node, phase, enter, duration_us, result FROM v_timeline ORDER BY enter_us, span_id'

# ---- no stamps at all: a name of a folder inside some lines tells since when
kubeadm_log() {
    echo "[upgrade] Upgrading your Static Pod-hosted control plane instance to version \"v9\"..."
    echo "Static pod: kube-apiserver-$1 hash: 0a"
    echo "[upgrade/staticpods] Moved new manifest, old one in \"/tmp/kubeadm-backup-manifests-$2/etcd.yaml\""
    echo "[upgrade/staticpods] Component \"etcd\" upgraded successfully!"
    echo "[upgrade] The control plane instance for this node was successfully updated!"
}
kubeadm_log cp-2 2024-02-03-04-15-00 >kubeadm/a.log
kubeadm_log cp-1 2024-02-03-04-05-06 >kubeadm/b.log
read_anew kubeadm
equal 'what an anchor without a zone dates has an assumed one; what stands above it has no time' \
    'cp-1,-,none
cp-1,2024-02-03T04:05:06.000000Z,zone-assumed
cp-1,2024-02-03T04:05:06.000000Z,zone-assumed
cp-2,-,none
cp-2,2024-02-03T04:15:00.000000Z,zone-assumed
cp-2,2024-02-03T04:15:00.000000Z,zone-assumed' "$(sql "
    SELECT node, coalesce(ts, '-'), ts_quality FROM v_event ORDER BY node, line_no")"
equal 'an anchor measures nothing' 0 "$(sql '
    SELECT count(*) FROM v_timeline WHERE duration_us IS NOT NULL OR open_us IS NOT NULL')"
equal 'both nodes are done' 'cp-1,Completed
cp-2,Completed' "$(sql 'SELECT node, assessment FROM v_node ORDER BY node')"

# ---- times of day, across midnight, whose date stands at the end
cat >bosh/task.log <<'END'
Task 7 | 23:58:00 | Updating instance db: db/0a1b2c3d (0) (canary) (00:01:30)
Task 7 | 23:59:30 | Updating instance web: web/1 (0)
Task 7 | 00:00:30 | Updating instance web: web/1 (0) (00:01:00)
   L Warning: nothing that ends a phase

Task 7 Started  Sat Feb  3 23:56:00 UTC 2024
Task 7 Finished Sun Feb  4 00:00:31 UTC 2024
Task 7 done
Task 8 | 10:00:00 | Updating instance web: web/1 (0) (00:00:20)

Task 8 Started  Tue Feb  6 09:59:00 UTC 2024
END
read_anew bosh
equal 'each footer dates the lines above it' \
    'db/0a1b2c3d,update,2024-02-03T23:58:00.000000Z,90000000,ok
web/1,update,2024-02-03T23:59:30.000000Z,60000000,ok
web/1,update,2024-02-06T10:00:00.000000Z,20000000,ok' "$(sql "$spans")"
equal 'the ends of the log are dated too' '2024-02-03T23:58:00Z,2024-02-06T10:00:00Z' "$(sql "
    SELECT strftime('%Y-%m-%dT%H:%M:%SZ', first_us / 1000000, 'unixepoch'),
           strftime('%Y-%m-%dT%H:%M:%SZ', last_us / 1000000, 'unixepoch') FROM v_source")"
equal 'nothing stays pending' 0 "$(sqlite3 "$db" 'SELECT count(*) FROM pending')"
run 0 ingest -q -d "$db" bosh
equal 'the same input again adds nothing' 4 "$(sql 'SELECT count(*) FROM v_event')"

# ---- the same without a footer: order only, or what the user says
grep '^Task 7 |' bosh/task.log >bosh/task.cut && mv bosh/task.cut bosh/task.log
read_anew bosh
equal 'no date, no time' '3,none' "$(sql 'SELECT count(*), ts_quality FROM v_event')"
read_anew --source-date 2024-02-03 --source-tz 'other.log=-08:00' --source-tz 'bosh/*=+01:00' bosh
equal 'the date is assumed, the zone is given' '2024-02-03T22:58:00.000000Z,date-assumed
2024-02-03T22:59:30.000000Z,date-assumed
2024-02-03T23:00:30.000000Z,date-assumed' "$(sql '
    SELECT ts, ts_quality FROM v_event ORDER BY line_no')"
run 0 ingest -q -d "$db" --source-date 2024-02-10 bosh
equal 'another date is another reading, and takes its place' '2024-02-10T23:58:00.000000Z' "$(sql '
    SELECT min(ts) FROM v_event')"
run 2 ingest -q -d "$db" --source-date 2024-13-01 bosh
run 2 ingest -q -d "$db" --source-tz '*.log=local time' bosh
run 2 ingest -q -d "$db" --source-tz '+01:00' bosh

# ---- seconds since boot: an anchor tells when that was; they begin again at the next boot
cat >talos/talos-n1.log <<'END'
[    0.000000] Linux version 6.1.1-talos (gcc)
[    2.500000] rtc_cmos 00:03: setting system clock to 2024-02-03T04:00:02.5 UTC
[  100.000000] [talos] phase upgrade (9/12): 1 tasks(s)
[  130.000000] nothing of interest
[    0.000000] Linux version 6.6.6-talos (gcc)
[    2.500000] rtc_cmos 00:03: setting system clock to 2024-02-03T04:05:02.5 UTC
[   10.000000] [talos] phase ephemeral (10/21): done, 1.604103195s
[   11.000000] [talos] phase running (21/21): 1 tasks(s)
END
read_anew talos
equal 'boots are told apart, a boot closes at the last line before it' \
    'upgrade,2024-02-03T04:01:40.000000Z,,30000000,open,evidence-end
ephemeral,2024-02-03T04:05:08.395897Z,1604103,,ok,explicit
running,2024-02-03T04:05:11.000000Z,,0,open,evidence-end' "$(sql '
    SELECT phase, enter, duration_us, open_us, result, closed_by FROM v_timeline ORDER BY enter_us')"
equal 'what stands above the anchor is dated as well' '2024-02-03T04:00:00.000000Z,derived' "$(sql "
    SELECT ts, ts_quality FROM v_event WHERE transition = 'boot' ORDER BY line_no LIMIT 1")"

# ---- a clock that was never set
cat >talos/talos-n1.log <<'END'
2024.log
01/01/1970 01:00:03 Linux version 6.6.6-talos (gcc)
01/01/1970 01:00:04 [talos] phase drain (1/21): 1 tasks(s)
10.0.0.7: user: warning: [1970-01-01T00:00:05.5Z]: [talos] phase upgrade (9/21): 1 tasks(s)
10.0.0.7: user: warning: [2024-02-03T04:05:06.5Z]: [talos] phase var (11/21): 1 tasks(s)
10.0.0.7: user: warning: [2024-02-03T04:05:07.5Z]: [talos] phase var (11/21): done, 1s
END
read_anew talos
equal '1970 is not the start of a run' '2024-02-03T04:05:06.500000Z' "$(sql 'SELECT started FROM v_run')"
equal 'nor of anything' '' "$(sql "
    SELECT ts FROM v_event WHERE ts < '2000' UNION SELECT enter FROM v_timeline WHERE enter < '2000'
    UNION SELECT first_us FROM v_source WHERE first_us < 946684800000000")"
equal 'its lines keep their place' 'boot drain upgrade var var' "$(sql "
    SELECT group_concat(coalesce(phase, transition), ' ') FROM (SELECT * FROM v_event ORDER BY line_no)")"

# ---- what a collector has put around the lines
cat >wrapped/cri.log <<'END'
2024-02-03T04:05:06.000000001Z stdout F rollctl: enter prepare
2024-02-03T04:05:07.5Z stderr F rollctl: enter install
2024-02-03T04:05:09Z stdout F 2024-02-03 05:05:08 rollctl: enter ready
2024-02-03T04:05:10Z stdout F rollctl: cri has address 10.0.0.7
END
cat >wrapped/docker.log <<'END'
{"log":"rollctl: enter prepare\n","stream":"stdout","time":"2024-02-03T04:06:06.25Z"}
{"log":"rollctl: enter install\n","stream":"stdout","time":"2024-02-03T04:06:07.25Z"}
END
read_anew wrapped/cri.log wrapped/docker.log
equal 'the wrapping tells what the line does not' 'cri,2024-02-03T04:05:06.000000Z,exact
cri,2024-02-03T04:05:07.500000Z,exact
cri,2024-02-03T04:05:09.000000Z,exact
docker,2024-02-03T04:06:06.250000Z,exact
docker,2024-02-03T04:06:07.250000Z,exact' "$(sql '
    SELECT node, ts, ts_quality FROM v_event ORDER BY node, line_no')"
equal 'an alias is one node, called by the name' 'cri,10.0.0.7' "$(sql "
    SELECT node, aliases FROM v_node WHERE node = 'cri'")"
read_anew --source-tz '*.log=+01:00' wrapped/cri.log
equal 'of two that say as much the own stamp counts' '2024-02-03T04:05:08.000000Z,exact' "$(sql '
    SELECT ts, ts_quality FROM v_event WHERE line_no = 3')"

# ---- findings
cat >wrapped/odd.log <<'END'
2024-02-03 04:00:00 rollctl: enter install
2024-02-03 04:00:10 rollctl: exit prepare
2024-02-03 04:00:20 rollctl: enter ready
2024-02-04 04:00:20 rollctl: enter prepare
END
read_anew --node somebody wrapped/odd.log
equal 'an end without a beginning, an open end without a limit, two names for one source' \
    'coverage.conflict,the node is somebody by the option and odd by the path
incomplete,somebody in prepare since 2024-02-04T04:00:20.000000Z: nothing says how it went on; the phase has no limit to judge it by
order.unexpected,"somebody left prepare at 2024-02-03T04:00:10.000000Z, which it had not entered: it was in install"' \
    "$(sql 'SELECT rule, summary FROM v_finding ORDER BY rule')"
finish
