#!/bin/bash
# cluster_log.sh - cluster.log as Windows writes it, as people forward it, and where collectors put it.
source "$(dirname "$0")/../support.sh"
need iconv

log=$PHASELINE_ROOT/fixtures/wsfc-cluster-log/updated/logs/oak1_cluster.log
told() {
    sql "SELECT line_no, node, model, phase, transition, ts, code, facts, text FROM v_event
         ORDER BY line_no, event_id"
}
ingest_anew "$db" "$log"
told >"$work/plain"

# UTF-16 with and without a byte order mark, CR LF; and a copy in an old code page.
mkdir "$work/logs"
cd "$work/logs" || exit 1
{ printf '\377\376'; sed 's/$/\r/' "$log" | iconv -f UTF-8 -t UTF-16LE; } >oak1_cluster.log
ingest_anew "$db" oak1_cluster.log
equal 'as Windows writes it' "$(cat "$work/plain")" "$(told)"
sed 's/$/\r/' "$log" | iconv -f UTF-8 -t UTF-16LE >oak1_cluster.log
ingest_anew "$db" oak1_cluster.log
equal 'without a byte order mark' "$(cat "$work/plain")" "$(told)"
sed 's/Files (A)/Büro (A)/' "$log" | iconv -f UTF-8 -t WINDOWS-1252 >oak1_cluster.log
ingest_anew "$db" oak1_cluster.log
equal 'in a code page' "$(sed 's/Files (A)/Büro (A)/g' "$work/plain")" "$(told)"

# A file that names no node is named by its path, as collectors lay it out; cluster and copies, too.
sed '/^Current node/d' "$log" >plain.log
place() {
    mkdir -p "$(dirname "$1")"
    cp plain.log "$1"
    ingest_anew "$db" "$1"
    sql 'SELECT node, (SELECT DISTINCT cluster FROM v_event) FROM v_source'
}
equal 'beside the others' 'oak1.grove.example,GROVE' \
    "$(place HealthTest-GROVE-20260314-1310/oak1.grove.example_cluster.log)"
equal 'of one server' 'oak1,default' "$(place ClusterLogs/oak1_cluster.log)"
equal 'in the folder of a node' 'oak1.grove.example,GROVE' \
    "$(place HealthTest-GROVE-20260314-1310/Node_oak1.grove.example/ClusterReports/Cluster.log)"
equal 'in the archive of a day' 'OAK1,GROVE' "$(place \
    HealthTest-GROVE-20260314-1310/Node_x/SddcDiagnosticArchive/SddcDiagnosticArchive-OAK1-20260314-0100/Cluster.log)"
equal 'by nothing, but it says its number, and a line whose that is' 'oak1,default' "$(place cluster.log)"

# The daily archives hold the same lines again and again.  What has no stamp of its own (further lines
# of a message) may be told twice.
mkdir -p twice/monday twice/tuesday
head -n 34 "$log" >twice/monday/oak1_cluster.log
cp "$log" twice/tuesday/oak1_cluster.log
ingest_anew "$db" "$log"
events="SELECT count(*) FROM v_event WHERE text LIKE '%::2026/%'"
wanted=$(sql "$events")
ingest_anew "$db" twice
equal 'each event once' "$wanted" "$(sql "$events")"

# Others that look a little alike.
mkdir others
printf '%s\n' '12:00:00.000 INFO  [NODE] up' >others/app.log
printf '%s\n' '2026-03-14 12:00:00.000 INFO [CORE] Node 1: New View is fine' >others/core.log
printf '%s\n' '2026-03-14T12:00:00.000Z [RCM] addr fe80::2026' >others/address.log
cp -r "$PHASELINE_ROOT"/fixtures/windows-setup/*/logs "$PHASELINE_ROOT"/fixtures/galera others/ 2>/dev/null
rm -f "$db"
phaseline ingest -q -d "$db" others >"$out" 2>"$err" </dev/null
equal 'logs of others are not claimed' '' "$(sql "
    SELECT path FROM v_source WHERE dialect LIKE '%wsfc-cluster-log%'")"

finish
