#!/bin/bash
# nutanix.sh - logs that talk of upgrades, or of anything else, and hold no phase: nothing is told.
source "$(dirname "$0")/../support.sh"
need_corpus

run 4 nutanix/genesis.out
holds 'says so' '^No upgrade event' "$out"
run 4 ingest -q -d "$db" nutanix/genesis.out
equal 'the ledger' "no-dialect,$(wc -c <nutanix/genesis.out),$(wc -l <nutanix/genesis.out),0" "$(sql '
    SELECT status, bytes, lines, events FROM v_source')"
equal 'no event, no run, no finding' '0,0,0' "$(sql '
    SELECT (SELECT count(*) FROM v_event), (SELECT count(*) FROM v_run), (SELECT count(*) FROM v_finding)')"

rm -f "$db"
mapfile -t silent < <(find general windows -type f ! -name 'setupact*' ! -name '*.evtx')
run 4 ingest -q -d "$db" "${silent[@]}"
equal 'no event in them' 0 "$(sql 'SELECT count(*) FROM v_event')"
equal 'what a dialect reads' 'windows/clusapi-versions-excerpt.h,read' "$(sql "
    SELECT path, status FROM v_source WHERE status <> 'no-dialect' ORDER BY path")"
finish
