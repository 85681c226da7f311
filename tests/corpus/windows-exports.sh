#!/bin/bash
# windows-exports.sh - a real event log and what was exported of it as XML give the same lines.
source "$(dirname "$0")/../support.sh"
need_corpus
log=windows/System-inplace-upgrade-1709-to-1803.evtx
export=windows/System-inplace-upgrade-events.xml
cat >"$work/every.yaml" <<'END'
dialect: every
title: 'every Windows event'
source: 'this test'
recognise: {records: windows-events}
shapes:
  - id: utc
    pattern: '^(?<ts>\S+Z) (?<text>[^/]+/\d+ (?<node>\S+) .*)$'
    time: absolute
node: [line]
models:
  - model: every
    scope: node
    phases: [{phase: seen, kind: done, terminal: done, rest: yes}]
rules:
  - id: event
    literal: ' System '
    pattern: '^[^/]+/\d+ \S+ System (?<record>\d+) '
    gives: [{model: every, phase: seen, transition: note}]
    match: [{line: '2026-05-11T09:15:42.1234567Z P/1 n1 System 5 Error', gives: {record: '5'}}]
    not: ['2026-05-11T09:15:42.1234567Z P/1 n1 Setup 5 Error']
END
run 0 dialects test "$work/every.yaml"
read_all() {
    ingest_anew "$db" --dialect-file "$work/every.yaml" "$@"
    sql "SELECT ts, text FROM v_event WHERE rule = 'every.event' ORDER BY ts, text"
}
from_xml=$(read_all "$export")
from_log=$(read_all "$log")
equal 'every event of the export is read' "$(grep -c '<Event ' "$export")" "$(wc -l <<<"$from_xml")"
equal 'all of them are records of the log, byte for byte' '' \
    "$(comm -23 <(sort <<<"$from_xml") <(sort <<<"$from_log"))"
equal 'and count once' "$(wc -l <<<"$from_log")" "$(read_all "$log" "$export" | wc -l)"
need iconv
iconv -f UTF-8 -t UTF-16LE "$export" >"$work/wide.xml"
equal 'in UTF-16, too' "$from_xml" "$(read_all "$work/wide.xml")"

# ---- evtxexport writes all of the log; only how it pads some numbers differs from Windows
need evtxexport
evtxexport -f xml "$log" >"$work/all.xml" 2>/dev/null
plain() {
    sed -E 's/=0x0*([0-9A-Fa-f])/=0x\1/g'
}
equal 'all events of the log, however they come' "$(plain <<<"$from_log")" \
    "$(read_all "$work/all.xml" | plain)"
finish
