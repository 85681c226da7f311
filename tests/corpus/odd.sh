#!/bin/bash
# odd.sh - encodings, archives, damage: every file is in the ledger, with a status that is true.
source "$(dirname "$0")/../support.sh"
need_corpus

run 4 ingest -d "$db" odd
equal 'every file has a row' "$(find odd -type f | sort)" "$(sql "
    SELECT path FROM v_source WHERE member = '' GROUP BY path HAVING count(*) = 1 ORDER BY path")"
equal 'what is in the archives, by tar' "$(
    for host in 1 2 3 4; do
        tar xzf odd/insights-cluster_hosts-nested.tar.gz -O "host_0$host.tar.gz" | tar tzf - |
            grep -v '/$' | sed "s|^|host_0$host.tar.gz!|"
    done | sort)" "$(sql "
    SELECT member FROM v_source WHERE path = 'odd/insights-cluster_hosts-nested.tar.gz'
    AND member LIKE '%!%' ORDER BY member")"

# FILE STATUS ENCODING KIND, or - where it is left open; as looked at by eye.
while read -r file status encoding kind; do
    equal "$file" "$status,$encoding,$kind" "$(sql "
        SELECT status, coalesce(encoding, '-'), kind FROM v_source
        WHERE path || CASE member WHEN '' THEN '' ELSE '!' || member END = 'odd/$file'")"
done <<'END'
lnav-logfile_empty.0                          empty       -             file
Appostarsi-msinfo32-utf16le.nfo               no-dialect  utf-16le      file
klogg-Chinese-Lipsum.utf16be.txt              no-dialect  utf-16be      file
klogg-Chinese-Lipsum.utf16le.txt              no-dialect  utf-16le      file
plaso-sav.txt                                 no-dialect  utf-16le      file
Appostarsi-system-events-bom.txt              no-dialect  utf-8         file
Appostarsi-partitions-nul.txt                 no-dialect  utf-8         file
lnav-logfile_invalid_utf8.0                   no-dialect  windows-1252  file
lnav-logfile_ansi.1                           no-dialect  utf-8         file
lnav-logfile_crlf.0                           no-dialect  utf-8         file
plaso-syslog.gz                               no-dialect  utf-8         gzip
plaso-syslog.bz2                              no-dialect  utf-8         bzip2
plaso-syslog.xz                               no-dialect  utf-8         xz
plaso-syslog.tgz                              container   -             tar
plaso-syslog.tgz!syslog                       no-dialect  utf-8         tar
insights-cluster_hosts-nested.tar.gz                                 container   -      tar
insights-cluster_hosts-nested.tar.gz!host_03.tar.gz                  container   -      tar
insights-cluster_hosts-nested.tar.gz!host_03.tar.gz!host_03/etc/fstab  no-dialect  utf-8  tar
insights-cluster_hosts-nested.tar.gz!host_01.tar.gz!host_01/etc/.ntp.conf.swp  binary  -  tar
END

# One content in four wrappings is one source.
equal 'syslog in gz, bz2, xz and tgz' '1,4,1247,15' "$(sql "
    SELECT count(DISTINCT source_id), count(*), min(bytes), max(lines) FROM v_source
    WHERE path LIKE 'odd/plaso-syslog.%' AND status = 'no-dialect' AND path NOT LIKE '%.txt'")"
equal 'lines with CRLF and without' "$(wc -l <odd/Appostarsi-system-events-bom.txt)" "$(sql "
    SELECT lines FROM v_source WHERE path = 'odd/Appostarsi-system-events-bom.txt'")"
equal 'lines of UTF-16' "$(iconv -f UTF-16 -t UTF-8 odd/klogg-Chinese-Lipsum.utf16be.txt | grep -c "")" "$(sql "
    SELECT lines FROM v_source WHERE path = 'odd/klogg-Chinese-Lipsum.utf16be.txt'")"
# Frames that must not decompress; whether they do depends on the release of libzstd.
for frame in odd/zstd-err-*.zst; do
    wanted='truncated|damaged'
    ! zstd -qt "$frame" 2>/dev/null || wanted+='|binary|no-dialect'
    holds "$frame" "^($wanted)$" <(sql "SELECT status FROM v_source WHERE path = '$frame'")
done

need sqlite3
equal 'the database is sound' ok "$(sqlite3 -readonly "$db" 'PRAGMA integrity_check')"
sqlite3 -readonly "$db" .dump | iconv -f UTF-8 -t UTF-8 >/dev/null 2>"$err" ||
    fail "text that is not UTF-8: $(cat "$err")"

# All there is, at once: nothing is lost, and a second time nothing is new.
rm -f "$db"
SECONDS=0
run 0 ingest -d "$db" .
[ "$SECONDS" -le 60 ] || fail "the whole corpus took $SECONDS s"
equal 'every file of the corpus has a row' "$(find . -type f | sort)" "$(sql "
    SELECT DISTINCT path FROM v_source ORDER BY path")"
equal 'clusters of real upgrades' 'cluster.k8s.local,kops-rolling-update,Completed
default,windows-setup,Failed
default,windows-setup,Failed
kubernetes.some.zone,kops-rolling-update,Progressing
pxc_cluster,galera-node,Failed' "$(sql "SELECT cluster, model, assessment FROM v_run
    WHERE model IN ('kops-rolling-update', 'windows-setup', 'galera-node') ORDER BY cluster, model, assessment")"
sqlite3 -readonly "$db" .dump | iconv -f UTF-8 -t UTF-8 >/dev/null 2>"$err" ||
    fail "text that is not UTF-8: $(cat "$err")"
run 0 ingest -d "$db" .
holds 'the second time' 'unchanged, 0 new' "$err"
finish
