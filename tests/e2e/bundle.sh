#!/bin/bash
# bundle.sh - a support bundle of four nodes: what happened, in one screen, with the lines that say so.
# The story is that of fixtures/bundle/make.pl; all that is wanted here follows from it by hand.
source "$(dirname "$0")/../support.sh"
need perl iconv zip
make=$PHASELINE_BUILD/tests/evtx_make
cd "$work" || exit 1

# Event logs of two nodes are .evtx, those of the others exported XML; then once more, later.
perl "$PHASELINE_ROOT/fixtures/bundle/make.pl" now 1452 "$make" || fail 'the bundle of 14:52'
perl "$PHASELINE_ROOT/fixtures/bundle/make.pl" later 1522 "$make" || fail 'the bundle of 15:22'
bundle=HealthTest-HVC01-20260511-1452
later=HealthTest-HVC01-20260511-1522

# ---- one screen
run 1 --fail-on error "now/$bundle.ZIP"
[ "$(wc -l <"$out")" -le 60 ] || fail "the report has $(wc -l <"$out") lines: no screen"
holds 'all of it was read' '^Coverage  4 of 4 nodes, 16 of 16 files read, .*; complete$' "$out"
holds 'cited places are short' "^Places    below now/$bundle.ZIP!$bundle/\$" "$out"

holds 'node 3 is stuck in drain' '^HVC01-N3\S* +Stalled +drain +2026-05-11T11:41:03Z +3h10m ' "$out"
holds 'for 3 h 10 min 26.6 s, and why' 'ERROR +stalled +HVC01-N3\S* in drain since 2026-05-11T11:41:03\.400000Z: no progress for 11,426\.6 s, .*; it waits for SQL Server \(PAY\)$' "$out"
holds 'with the first line' '^ +enter +2026-05-11T11:41:03\.400000Z +Node_HVC01-N3\.corp\.example/System\.evtx:3 .*/1137 .*Group="SQL Server \(PAY\)"' "$out"
holds 'and the last' '^ +blocker +2026-05-11T14:41:03\.400000Z +Node_HVC01-N3\.corp\.example/System\.evtx:9 ' "$out"
holds 'the role is the cause' 'known\.wsfc\.drain\.role +HVC01-N3\S*: the role SQL Server \(PAY\) does not move away.* \(7 lines\)' "$out"

holds 'node 4 was refused' '^HVC01-N4\S* +Failed +join-refused ' "$out"
holds 'twice' 'ERROR +failed +HVC01-N4\S* failed in rejoin at 2026-05-11T10:23:41\.750000Z, after 6\.75 s, code 5075 \(attempt 2\)$' "$out"
holds 'with its line' '^ +failure +2026-05-11T10:23:41\.750000Z +\S*HVC01-N4\S*_cluster\.log:32( |$)' "$out"
holds 'as its version is too far off' 'known\.wsfc\.version +HVC01-N4\S*: .*a release was skipped.* \(2 lines\)' "$out"
holds 'an event says so' '^ +line +2026-05-11T10:08:41\.800000Z +Node_HVC01-N4\.corp\.example/System\.evtx:5 .*/1547 ' "$out"

holds 'the level was tried' 'ERROR +failed +HVC01 failed after 2026-05-11T14:44:55\.000000Z, code 0x80071755 ' "$out"
holds 'and failed with 5973' 'known\.wsfc\.level\.5973 +HVC01: the functional level was not raised \(5973\)' "$out"
holds 'the transcript says so' '^ +line .*PowerShell_transcript\.HVC01-N3\.20260511144455\.txt:18 ' "$out"
holds 'too early: two nodes were not done' 'order\.premature +HVC01 began wsfc-functional-level .*: not HVC01-N3\S* \(paused\), HVC01-N4\S* \(join-refused\)$' "$out"
holds 'who runs what, for how long' 'mixed +HVC01 runs several versions since 2026-05-11T07:20:40\.500000Z, for 7h30m, .*; 17763 on HVC01-N3\S*; 20348 on HVC01-N1\S*, HVC01-N2\S*; 26100 on HVC01-N4' "$out"
equal 'a failed join is told once, and so is every cause' '2 failed
1 known.wsfc.drain.role
1 known.wsfc.level.5973
1 known.wsfc.version' "$(grep -oE '^  (ERROR|WARNING) +(failed|known\.\S+)' "$out" | awk '{print $2}' | sort | uniq -c | sed 's/^ *//')"

# ---- the same by SQL
ingest_anew "$db" "now/$bundle.ZIP"
upgrade="model = 'wsfc-rolling-upgrade'"
equal 'the nodes at the end' 'HVC01-N1,Completed,done
HVC01-N2,Completed,done
HVC01-N3,Stalled,drain
HVC01-N4,Failed,join-refused' "$(sql "SELECT substr(n.node, 1, 8), n.assessment, n.phase FROM v_node n JOIN v_run r USING (run_id)
    WHERE $upgrade ORDER BY 1")"
equal 'the way of node 1: setup began before its log, in local time the service started at 09:25:48' 'os-setup,,07:22:40.250000,event
reboot,07:22:40.250000,07:23:30.500000,event
rejoin,07:25:48.000000,07:26:02.500000,explicit
done,07:26:02.700000,,event' "$(sql "SELECT phase, substr(enter, 12, 15), substr(exit, 12, 15), strength FROM v_timeline
    WHERE $upgrade AND node LIKE '%N1%' ORDER BY span_id")"
equal 'node 2, on the same clock' '08:46:03.000000,08:46:20.700000' "$(sql "SELECT substr(enter, 12, 15), substr(exit, 12, 15)
    FROM v_timeline WHERE $upgrade AND node LIKE '%N2%' AND phase = 'rejoin'")"
equal 'node 4 was refused twice' '1,failed,5075
2,failed,5075' "$(sql "SELECT attempt, result, (SELECT code FROM v_event e WHERE e.event_id = t.exit_event_id) FROM v_timeline t
    WHERE $upgrade AND node LIKE '%N4%' AND phase = 'rejoin' ORDER BY 1")"
equal 'membership tells where the nodes are, and no failure twice' 'HVC01-N1,up,Completed
HVC01-N2,up,Completed
HVC01-N3,up,Completed
HVC01-N4,down,Unknown' "$(sql "SELECT substr(n.node, 1, 8), n.phase, n.assessment FROM v_node n JOIN v_run r USING (run_id)
    WHERE model = 'wsfc-membership' ORDER BY 1")"
equal 'no finding there' 0 "$(sql "SELECT count(*) FROM v_finding WHERE model = 'wsfc-membership'")"
equal 'the run is of 2019 to 2022' 'upgrade,17763' "$(sql "SELECT purpose, from_version FROM v_run WHERE $upgrade")"
equal 'mixed is told, without a warning yet' 'info,27049,2419200' "$(sql "SELECT severity, duration_us / 1000000, limit_us / 1000000
    FROM v_finding WHERE rule = 'mixed'")"
equal 'every line counts once, though daily archives repeat them' 0 "$(sql "SELECT count(*) FROM (SELECT 1 FROM v_event
    WHERE text GLOB '*::2026*' GROUP BY text, node, rule HAVING count(DISTINCT event_id >> 25) > 1)")"

# ---- the folder instead of the archive: the same story
ingest_anew folder.db "now/$bundle"
rows_without_ids "$db" >zip.rows
rows_without_ids folder.db >folder.rows
cmp zip.rows folder.rows || fail 'the folder tells another story than its archive'

# ---- in any order of its files the same bytes
find "now/$bundle" -type f | sort >files
for order in cat tac; do
    mapfile -t files < <($order files)
    ingest_anew "$order.db" "${files[@]}"
    phaseline report -d "$order.db" --format json --details all >"$order.json"
done
cmp cat.json tac.json || fail 'the order of the files shows in the report'

# ---- a later bundle, with all the lines of the first: each event once
run 0 ingest -q -d "$db" "later/$later.ZIP"
ingest_anew later.db "later/$later.ZIP"
events='SELECT count(*) FROM v_event WHERE ts IS NOT NULL'    # heads of logs have no date: what each says is its own
equal 'both have the events of the later one' "$(sql "$events" later.db)" "$(sql "$events")"
rows_without_ids "$db" >both.rows
rows_without_ids later.db >later.rows
cmp both.rows later.rows || fail 'the first bundle changes the story of the later one'
equal 'the drain is half an hour longer' '13226600000' "$(sql "SELECT open_us FROM v_timeline WHERE $upgrade AND phase = 'drain'")"
equal 'and was tried once more' 8 "$(sql "SELECT count(*) FROM v_event WHERE rule = 'wsfc-events.drain.role'")"
finish
