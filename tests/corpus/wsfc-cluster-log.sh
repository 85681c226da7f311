#!/bin/bash
# wsfc-cluster-log.sh - what Microsoft and users have published of cluster.log: every line is read
# right, and the stories are those that their authors tell.
source "$(dirname "$0")/../support.sh"
need_corpus
need awk
cd windows || exit 1
files=(clusterlog-*.log)

# Time, level, subsystem and message of each line that has a time, by the positions that the format
# has: the stamp, the level of at most four letters, blanks, maybe a function, brackets, the rest.
by_position() {
    awk '
    FILENAME ~ /nt4/ { next }
    {
        line = $0
        sub(/\r$/, "", line)
        if (line ~ /^[0-9]+ /) sub(/^[0-9]+ +/, "", line)
        if (line ~ /^\[(Verbose|Operational|System)\] /) sub(/^\[[A-Za-z]+\] /, "", line)
        if (index(line, "::20") == 18) {
            stamp = substr(line, 20, 23)
            rest = substr(line, 43)
        } else if (line ~ /^[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9][0-9][0-9] /) {
            stamp = "2020/05/11-" substr(line, 1, 12)
            rest = substr(line, 13)
        } else
            next
        sub(/^ +/, "", rest)
        level = rest
        sub(/ .*/, "", level)
        rest = substr(rest, length(level) + 1)
        sub(/^ +/, "", rest)
        system_name = ""
        open = index(rest, "[")
        close_at = index(rest, "]")
        before = substr(rest, 1, open - 1)
        if (open > 0 && close_at > open && before !~ /[ .<]/) {
            system_name = substr(rest, open + 1, close_at - open - 1)
            sub(/ .*/, "", system_name)
            rest = substr(rest, close_at + 1)
            sub(/^:? */, "", rest)
        }
        sub(/ +$/, "", rest)
        gsub(/\//, "-", stamp)
        print FILENAME ":" FNR "|" substr(stamp, 1, 10) "T" substr(stamp, 12) "000Z|" level "|" system_name "|" rest
    }' "${files[@]}"
}

# The same by the shapes of the dialect: a dialect of our own that has them, looks at every line and
# keeps what it finds.  The level becomes part of the text, so that a rule sees it.
phaseline dialects show wsfc-cluster-log >"$work/built-in.yaml"
{
    printf '%s\n' 'dialect: wsfc-lines' "title: 'every line'" "source: 'the built-in dialect'" 'visit: lines'
    sed -n '/^recognise:/,/^context:/p' "$work/built-in.yaml" | grep -v '^context:' |
        sed 's/(?:(?<level>\([A-Z|]*\))\\b\\s{0,4})?(?<text>\.\*)\$/(?<text>(?:(?:\1)\\b\\s{0,4})?.*)$/
             s/(?<level>\([A-Z|]*\))\\b\\s{0,4}(?<text>\.\*)\$/(?<text>(?:\1)\\b\\s{0,4}.*)$/'
    cat <<'YAML'
node: [context]
rules:
  - id: line
    pattern: '^(?<severity>INFO|WARN|ERR|DBG) +(?:(?:[A-Za-z_][\w:~<>,()]*)?\[(?<system_name>[A-Za-z][\w-]*)[^\]]*\]:? *)?(?<message>.*?) *$'
    gives: [{transition: note}]
    match:
      - line: '00000d40.00000e58::2026/05/11-09:17:49.021 INFO  [DM]: Shutting down'
        gives: {system_name: DM, message: 'Shutting down'}
    not: ['00000d40.00000e58::2026/05/11-09:17:49.021 NONE  [DM]: Shutting down']
YAML
} >"$work/lines.yaml"
run 0 dialects test "$work/lines.yaml"
run 0 ingest -q -d "$db" --source-date 2020-05-11 --dialect-file "$work/lines.yaml" --dialect wsfc-lines "${files[@]}"
by_dialect() {
    sql "SELECT replace(source || ':' || line_no || '|' || ts || '|' || (facts ->> '\$.severity') || '|' ||
                coalesce(facts ->> '\$.system_name', '') || '|' || (facts ->> '\$.message'), char(34), char(39)) AS line
         FROM v_event WHERE source NOT LIKE '%nt4%' AND ts IS NOT NULL AND text GLOB '*[0-9]:[0-9]*'" | sed 's/^"\(.*\)"$/\1/'
}
by_position | tr '"' "'" | sort >"$work/wanted"
by_dialect | sort >"$work/got"
equal 'how many lines have a time' 290 "$(wc -l <"$work/wanted")"
equal 'time, level, subsystem and message of each' "$(cat "$work/wanted")" "$(cat "$work/got")"

# Node 2 comes back, a minute later each side sees the other gone, and both services end.
rm -f "$db"
run 0 ingest -q -d "$db" --source-date 2020-05-11 --source-tz '*=-04:00' clusterlog-2012-patching-*.log
equal 'a node joins, both go' '1,up,2020-05-12T01:16:18.631000Z,2020-05-12T01:17:42.347000Z
1,down,2020-05-12T01:17:42.347000Z,
SVR13,joining,2020-05-12T01:16:18.436000Z,2020-05-12T01:16:18.631000Z
SVR13,up,2020-05-12T01:16:18.631000Z,2020-05-12T01:17:49.021000Z
SVR13,down,2020-05-12T01:17:49.021000Z,' "$(sql '
    SELECT node, phase, enter, "exit" FROM v_timeline ORDER BY node, enter_us, span_id')"
equal 'each side sees the other gone' '62,1,SVR13
23,SVR13,1' "$(sql "
    SELECT line_no, node, CASE WHEN source LIKE '%node2%' THEN 'SVR13' ELSE '1' END FROM v_event
    WHERE rule LIKE '%.view.left' AND phase = 'down' ORDER BY ts_us")"
equal 'both services stop, one for want of votes' '1,5925
SVR13,' "$(sql "
    SELECT DISTINCT node, code FROM v_event
    WHERE rule LIKE '%.quorum.lost' OR (rule LIKE '%.stopped' AND phase = 'down') ORDER BY 1")"
equal 'a message that is quiet is no node that is paused' 0 "$(sql "
    SELECT count(*) FROM v_event
    WHERE transition IN ('pause', 'resume') OR (text LIKE '%[GEM]%' AND transition <> 'note')")"
equal 'the clock of node 2, where it is measured, is about 1.2 s ahead' 0 "$(sql "
    SELECT count(*) FROM v_node WHERE clock_offset_us IS NOT NULL AND
    clock_offset_us NOT BETWEEN CASE node WHEN 'SVR13' THEN 1100000 ELSE -1000 END
                            AND CASE node WHEN 'SVR13' THEN 1300000 ELSE 1000 END")"
equal 'nobody was upgraded' 0 "$(sql "SELECT count(*) FROM v_run WHERE model <> 'wsfc-membership'")"
equal 'why' '1,known.wsfc-cluster-log.witness-race' "$(sql "
    SELECT node, rule FROM v_finding WHERE rule LIKE 'known.%'")"

# UTF-16 with a byte order mark and CR LF is the same log.
told() {
    sql "SELECT line_no, node, model, phase, transition, ts, code, facts, text FROM v_event
         ORDER BY line_no, event_id"
}
for name in clusterlog-2012-patching-svr13-node2 clusterlog-ws2022-gpo-disabled-clussvc; do
    rm -f "$db"
    run 0 ingest -q -d "$db" --source-date 2020-05-11 $name.log
    told >"$work/plain"
    rm -f "$db"
    run 0 ingest -q -d "$db" --source-date 2020-05-11 derived/$name.utf16le-bom-crlf.log
    equal "$name in UTF-16" "$(cat "$work/plain")" "$(told)"
done

# A node restarts and cannot get its votes together: the way into quarantine.
rm -f "$db"
run 0 ingest -q -d "$db" clusterlog-verbose-quarantine-reboot.log
equal 'it could neither join nor form' 'joining,failed,258' "$(sql "
    SELECT phase, result, (SELECT code FROM v_event e WHERE e.event_id = t.exit_event_id) FROM v_timeline t")"
equal 'the witness was held by another' 'known.wsfc-cluster-log.form-timeout
known.wsfc-cluster-log.witness-offline
known.wsfc-cluster-log.witness-reserved' "$(sql "SELECT rule FROM v_finding WHERE rule LIKE 'known.%' ORDER BY 1")"

# A node was switched off again and again by something, and nobody had evicted it.
rm -f "$db"
run 0 ingest -q -d "$db" clusterlog-ws2022-gpo-disabled-clussvc.log
sql "SELECT advice FROM v_finding WHERE rule = 'known.wsfc.cleanup'" >"$out"
holds 'what to look at' 'group policy' "$out"
equal 'how far the join got' 'Attempt Initial Connection,sqlnode01,10060' "$(sql "
    SELECT facts ->> '\$.stage', facts ->> '\$.peer', code FROM v_event
    WHERE rule LIKE '%.join.failed' AND phase = 'joining'")"

# Every message of the providers that means something is told by its own rule, and by no other.  The
# line number that a viewer puts in front is the id here.
rm -f "$db"
for provider in FailoverClustering ClusterAwareUpdating-Management ClusterAwareUpdating; do
    sed -n 's/^\([0-9]*\)\t/\1 [System] 00000d40.00000e58::2026\/05\/11-09:17:49.021 INFO  /p' \
        events/Microsoft-Windows-$provider.tsv | sed 's/%\([0-9]*\)/P\1x/g; s/\\n/ /g' >"$work/${provider}_cluster.log"
done
run 0 ingest -q -d "$db" "$work/FailoverClustering_cluster.log" "$work/ClusterAwareUpdating-Management_cluster.log" \
    "$work/ClusterAwareUpdating_cluster.log"
equal 'the messages by their rules' '1007 event.added
1011 event.evicted
1061 event.formed
1062 event.joined
1063 event.stopped
1070 event.join-error
1135 event.removed
1137 event.drain
1177 event.quorum
1546 event.refused.form
1547 event.refused
1548 event.mixed
1549 event.updated
1570 event.join-auth
1571 event.join-auth
1572 event.join-failed
1594 event.level
1641 event.moving
1652 event.join-failed
1653 event.join-failed
1664 event.level.failed
1672 event.quarantined
1673 event.isolated
1675 event.quarantined
1676 event.quarantined.self
1677 event.drain.failed
1680 event.back
4614 event.cleaned
4621 event.evicted.self
1003 cau.begins
1004 cau.ends
1005 cau.ends
1006 cau.ends
1007 cau.ends
1008 cau.drain
1009 cau.done
1010 cau.reboot
1011 cau.rebooted
1012 cau.reboot.failed
1013 cau.failed
1016 cau.drain.failed
1017 cau.resume.failed
2002 cau.scan.failed
2004 cau.download.failed
2006 cau.install.failed' "$(sql "
    SELECT DISTINCT substr(text, 1, 4) || ' ' || substr(rule, 18) AS told FROM v_event WHERE rule NOT LIKE 'known.%'
    ORDER BY source NOT LIKE '%FailoverClustering%', substr(text, 1, 4), rule")"
equal 'the known failures' '1137 drain-move
1546 version-refused
1547 version-refused
1572 join-connection
1652 join-connection
1653 join-connection
1664 level-refused
1672 quarantined
1675 quarantined
1676 quarantined
1677 drain-failed
4614 disabled-by-cleanup' "$(sql "
    SELECT DISTINCT substr(text, 1, 4) || ' ' || substr(rule, 24) AS told FROM v_event WHERE rule LIKE 'known.%' ORDER BY 1")"

# Nobody else's logs are claimed.
cd "$corpus" || exit 1
rm -f "$db"
phaseline ingest -q -d "$db" . >"$out" 2>"$err" </dev/null
equal 'its own logs, and no others' "$(find windows -name 'clusterlog-*.log' | LC_ALL=C sort)" "$(sql "
    SELECT replace(path, './', '') FROM v_source WHERE dialect LIKE '%wsfc-cluster-log%'" | LC_ALL=C sort)"

finish
