#!/bin/bash
# lookalikes.sh - lines of a product that look like an upgrade of it and are none.
source "$(dirname "$0")/../support.sh"
cd "$work" || exit 1

# gives_nothing WHAT: no run, no finding about a node; the log is on standard input.
gives_nothing() {
    cat >look.log
    rm -f "$db"
    phaseline ingest -q -d "$db" look.log >"$out" 2>"$err"
    equal "$1" '0,0' "$(sql 'SELECT (SELECT count(*) FROM v_run), (SELECT count(*) FROM v_finding)')"
}

gives_nothing 'a pod of kured that starts and has nothing to do' <<'END'
time="2024-03-05T09:00:00Z" level=info msg="Kubernetes Reboot Daemon: 1.9.2"
time="2024-03-05T09:00:00Z" level=info msg="Node ID: pool-b-2"
time="2024-03-05T10:00:00Z" level=info msg="Reboot not required"
time="2024-03-06T09:00:00Z" level=info msg="Kubernetes Reboot Daemon: 1.9.3"
END
gives_nothing 'a cluster to which daemons are added' <<'END'
2024-03-05T10:00:00.000000+0000 mgr.store-1.qzkwfa (mgr.14150) 12 : cephadm [INF] Deploying daemon osd.30 on store-6
2024-03-05T10:01:00.000000+0000 mgr.store-1.qzkwfa (mgr.14150) 13 : cephadm [INF] Reconfiguring mon.store-1 (monmap changed)...
2024-03-05T10:02:00.000000+0000 mgr.store-1.qzkwfa (mgr.14150) 14 : cephadm [INF] It is not [INF] Upgrade: Updating osd.30 now
END
gives_nothing 'a manager that gives way although nothing is upgraded' <<'END'
cephadm 2024-03-05T10:00:00.000000+0000 mgr.store-1.qzkwfa (mgr.14150) 12 : cephadm [INF] Failing over to other MGR
cluster 2024-03-05T10:00:05.000000+0000 mon.store-1 (mon.0) 700 : cluster [INF] Active manager daemon store-2.blplmm restarted
END
gives_nothing 'a task that runs an errand' <<'END'
Task 60 | 10:00:00 | Preparing deployment: Preparing deployment (00:00:03)
Task 60 | 10:00:05 | Running errand: smoke-tests/0aa1b2c3 (0) (00:01:00)
Task 60 | 10:00:05 | Fetching logs for db/77e0d1c2 (0): Finding and packing log files (00:00:02)

Task 60 Started  Tue Mar  5 10:00:00 UTC 2024
END
gives_nothing 'a plan of kubeadm' <<'END'
[upgrade/config] Making sure the configuration is correct, says the manual
[upgrade] Fetching available versions to upgrade to
[upgrade/versions] Latest stable version: v1.28.2
Components that must be upgraded manually after you have upgraded the control plane with 'kubeadm upgrade apply':
END
gives_nothing 'a page that quotes phases of Talos' <<'END'
When you see "[talos] phase upgrade" on the console the machine writes its image.
The line [talos] phase reboot (12/12) has no end.
END
finish
