#!/bin/bash
# windows-setup.sh - one upgrade of one machine that failed and was rolled back, straight from the
# zip somebody attached; SetupDiag, Microsoft's own tool, says the same.
source "$(dirname "$0")/../support.sh"
need_corpus

zip=windows-setup/failed-upgrade/Logs.zip
diag=windows-setup/failed-upgrade/SetupDiagResults.log
ingest_anew "$db" "$zip"

equal 'every member is accounted for' '11,no-dialect
2,read' "$(sql "
    SELECT count(*), status FROM v_source WHERE member != '' GROUP BY status ORDER BY status")"
equal 'two sources of one run of one node' '2,1,1' "$(sql '
    SELECT count(DISTINCT member), count(DISTINCT run_id), count(DISTINCT node) FROM v_event')"
equal 'the node is known from the first line on' 'DESKTOP-RVU7BLR' "$(sql "
    SELECT node FROM v_event WHERE member = 'setupact.log' AND line_no = 1")"
equal 'versions, local time without a zone' '10.0.19045.0,10.0.22621.1,zone-assumed' "$(sql '
    SELECT from_version, to_version, (SELECT group_concat(DISTINCT ts_quality) FROM v_event) FROM v_run')"
equal 'the phases' 'Unpack,,00:21:30,00:21:32,2,ok
Prepare,,00:21:32,00:27:52,380,ok
Install,,00:27:52,00:31:46,234,ok
Downlevel,Install,00:27:53,00:28:35,42,ok
Downlevel,Install,00:28:36,00:30:17,101,ok
Downlevel,Install,00:30:17,00:30:17,0,ok
Pre-Finalize,Install,00:30:17,00:31:39,82,ok
Finalize (execution),Install,00:31:39,00:31:43,4,ok
PostFinalize,,00:31:46,00:32:46,60,failed
Safe OS,PostFinalize,00:32:12,00:32:46,34,failed
Rollback,,00:33:06,00:35:40,154,ok' "$(sql "
    SELECT phase, parent_phase, time(enter), time(\"exit\"), duration_us / 1000000, result
    FROM v_timeline ORDER BY enter_us, span_id")"

# The times of SetupDiag are 12-hour ones: 12:21:30 AM.
diag_time() {
    grep -Eo "$1 *[:=] 5/23/2023 12:[0-9:]+ AM" "$diag" | head -n 1 | sed -E 's|.* 12:(.*) AM|00:\1|'
}
equal 'start and end of the upgrade, by SetupDiag' \
    "$(diag_time UpgradeStartTime),$(diag_time UpgradeEndTime)" "$(sql "
    SELECT time(min(enter)), (SELECT time(\"exit\") FROM v_timeline WHERE phase = 'Safe OS')
    FROM v_timeline")"
equal 'the failed phase began, by SetupDiag' "$(diag_time 'Phase Started')" "$(sql "
    SELECT time(enter) FROM v_timeline WHERE phase = 'Safe OS'")"
equal 'its code, by SetupDiag' "$(grep -Eo 'Last Phase = .*' "$diag" | sed 's/.*= //' | tr -d '\r'),$(
    grep -Eo '^Error = 0x[0-9A-F]+' "$diag" | sed 's/.*= //')" "$(sql "
    SELECT f.phase, e.code FROM v_finding f JOIN v_evidence v USING (finding_id)
    JOIN v_event e USING (event_id) WHERE f.rule = 'failed'")"

equal 'one verdict, and two lines of detail' 'failed
known.windows-setup.image-corrupt
rolled-back' "$(sql 'SELECT rule FROM v_finding ORDER BY rule')"
run 0 "$zip"
holds 'verdict' '^Verdict +FAILED: .* failed in Safe OS at .* after 34 s, code 0x8007000D' "$out"
holds 'its line' 'Logs.zip!setupact.log:103265 ' "$out"

# A download that was cancelled: the error that ends a phase stands before the change of phase.
log=windows/setupact-webdownload-mct.log
ingest_anew "$db" "$log"
equal 'a failed download' 'PreDownload,11:52:24,11:55:30,failed' "$(sql "
    SELECT phase, time(enter), time(\"exit\"), result FROM v_timeline")"
equal 'its code' '0x800704D3' "$(sql "
    SELECT e.code FROM v_finding f JOIN v_evidence v USING (finding_id)
    JOIN v_event e USING (event_id) WHERE f.rule = 'failed'")"
finish
