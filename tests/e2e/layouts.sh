#!/bin/bash
# layouts.sh - who wrote a log, and of which cluster, as the names of folders and files tell: the layouts of the collectors.
source "$(dirname "$0")/../support.sh"
make=$PHASELINE_BUILD/tests/evtx_make
cd "$work" || exit 1

# path, node, cluster.  What is in the files names nobody.
cat >table <<'END_TABLE'
HealthTest-OAKS-20260511-0915/oak1.corp.example_cluster.log oak1.corp.example OAKS
HealthTest-OAKS-EAST-20260511-0915/oak2_cluster.log oak2 OAKS-EAST
HealthTest-OAKS-20260511-0915/Node_oak3.corp.example/ClusterReports/Cluster.log oak3.corp.example OAKS
HealthTest-OAKS-20260511-0915/Node_oak4/SddcDiagnosticArchive/SddcDiagnosticArchive-OAK-4-20260511-1300/cluster.log OAK-4 OAKS
oak5_cluster.log oak5 default
ClusterLogs/oak-6_cluster.log oak-6 default
MS_DATA/260511-091500/oak7_cluster.log oak7 default
System-oak8-11052026.evtx oak8 default
System-oak-9-11052026.evtx oak-9 default
Microsoft-Windows-FailoverClustering%4Operational-oak-10-11052026.evtx oak-10 default
Microsoft-Windows-FailoverClustering-Operational-oak-11-11052026.evtx oak-11 default
HealthTest-OAKS-20260511-0915/Node_oak12.corp.example/System.EVTX oak12 OAKS
HealthTest-OAKS-20260511-0915/Node_oak-13/Microsoft-Windows-FailoverClustering-Operational.EVTX oak-13 OAKS
END_TABLE
second=10
while read -r path node cluster; do
    mkdir -p "in/$(dirname "$path")"
    case $path in
    *.log) echo "00000d40.00000e58::2026/05/11-09:15:$second.021 INFO  [CS] Service Stopped..." >"in/$path" ;;
    *) echo "2026-05-11T09:15:$second.0210000Z Microsoft-Windows-FailoverClustering/1063 - System 7 Information" |
        "$make" "in/$path" || fail "evtx_make $path" ;;
    esac
    second=$((second + 1))
done <table

ingest_anew "$db" in
equal 'the folder' "$(sed 's/ /,/g' table | sort)" "$(sql "
    SELECT DISTINCT substr(source, 4), node, cluster FROM v_event" | sort)"

# In an archive it is the same, whose own name tells the cluster, too.
need zip
(cd in/HealthTest-OAKS-20260511-0915 && zip -qr ../../HealthTest-OAKS-20260511-0915.ZIP .)
ingest_anew "$db" HealthTest-OAKS-20260511-0915.ZIP
equal 'the archive' "$(grep '^HealthTest-OAKS-2' table | cut -d/ -f2- | sed 's/ /,/g' | sort)" "$(sql "
    SELECT DISTINCT member, node, cluster FROM v_event" | sort)"
finish
