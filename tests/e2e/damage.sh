#!/bin/bash
# damage.sh - what is cut, corrupt, locked, nested or linked keeps what could be read, and the ledger says so.
source "$(dirname "$0")/../support.sh"
need zip zstd xz bzip2 gzip

cd "$work" || exit 1
fixture=$PHASELINE_ROOT/fixtures/galera/logs
cp -p "$fixture/db1.log" "$fixture/db2.log" .
# Who joins is told by every node's log, so these lines are of no log in particular.
events="SELECT line_no, byte_off, ts, rule, text FROM v_event WHERE node = 'db2' AND rule <> 'galera.donor' ORDER BY line_no"
ingest_anew whole.db db1.log db2.log
whole=$(sql "$events" whole.db)

# ledger: every row, as PATH!MEMBER STATUS.
ledger() {
    sql "SELECT path || CASE member WHEN '' THEN '' ELSE '!' || member END || ' ' || status AS row
         FROM v_source ORDER BY path, member"
}

# first_part FILE BYTES: the front of FILE in place of it.
first_part() {
    cp "$1" before
    head -c "$2" before >"$1"
}

# flip FILE OFFSET: one byte of it becomes another.
flip() {
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf "$(printf '\\x%02x' $((byte ^ 85)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# keeps WHAT: the events of db2 that stand are the first of the whole log, some and not all; the last
# line may be cut.
keeps() {
    local some count
    some=$(sql "$events")
    count=$(grep -c '' <<<"$some")
    [ -n "$some" ] && [ "$count" -lt "$(grep -c '' <<<"$whole")" ] || fail "$1: $count events"
    equal "$1: the events before it" "$(head -n $((count - 1)) <<<"$whole")" "$(head -n $((count - 1)) <<<"$some")"
}

# zstd and bzip2 unpack nothing from half a block, and a file that gives nothing is an input unread.
for pack in 'gzip gz 0' 'xz xz 0' 'zstd zst 3' 'bzip2 bz2 3'; do
    read -r tool suffix code <<<"$pack"
    rm -f db2.log.*
    $tool -c db2.log >"db2.log.$suffix"
    first_part "db2.log.$suffix" $(($(wc -c <"db2.log.$suffix") * 7 / 10))
    rm -f "$db"
    run "$code" ingest -d "$db" db1.log "db2.log.$suffix"
    equal "cut $suffix" "db1.log read
db2.log.$suffix truncated" "$(ledger)"
    holds "cut $suffix is told" "db2\.log\.$suffix: .+" "$err"
    holds "cut $suffix: the problem" . <(sql "SELECT problem FROM v_source WHERE status = 'truncated'")
    [ "$code" -ne 0 ] || keeps "cut $suffix"
done
rm -f db2.log.*

gzip -c db2.log >db2.log.gz
flip db2.log.gz $(($(wc -c <db2.log.gz) * 6 / 10))
rm -f "$db"
run 0 ingest -q -d "$db" db1.log db2.log.gz
holds 'a flipped byte in gz' '^db2\.log\.gz (damaged|truncated)$' <(ledger)
gzip -c db2.log >db2.log.gz
flip db2.log.gz $(($(wc -c <db2.log.gz) - 6)) # in the checksum: all text is there
rm -f "$db"
run 0 ingest -q -d "$db" db1.log db2.log.gz
equal 'a wrong checksum in gz' 'db1.log read
db2.log.gz damaged' "$(ledger)"
equal 'a wrong checksum in gz: the events' "$whole" "$(sql "$events")"
rm db2.log.gz

# The second member of a tar is cut, then its header is destroyed.
tar cf logs.tar db1.log db2.log
second=$((512 + ($(wc -c <db1.log) + 511) / 512 * 512))
first_part logs.tar $((second + 512 + 2000))
ingest_anew "$db" logs.tar
holds 'cut tar' '^logs\.tar truncated$' <(ledger)
holds 'cut tar: the first member' '^logs\.tar!db1\.log read$' <(ledger)
holds 'cut tar: the second member' '^logs\.tar!db2\.log truncated$' <(ledger)
keeps 'cut tar'
tar cf logs.tar db1.log db2.log
flip logs.tar $((second + 150)) # its checksum
ingest_anew "$db" logs.tar
holds 'tar with a bad header' '^logs\.tar (damaged|truncated)$' <(ledger)
holds 'tar with a bad header: the first member' '^logs\.tar!db1\.log read$' <(ledger)
tar czf logs.tgz db1.log db2.log
first_part logs.tgz $(($(wc -c <logs.tgz) * 8 / 10))
ingest_anew "$db" logs.tgz
holds 'cut tar.gz' '^logs\.tgz truncated$' <(ledger)
holds 'cut tar.gz: the first member' '^logs\.tgz!db1\.log read$' <(ledger)
keeps 'cut tar.gz'
zip -q logs.zip db1.log db2.log
first_part logs.zip $(($(wc -c <logs.zip) * 7 / 10))
ingest_anew "$db" logs.zip
holds 'cut zip' '^logs\.zip truncated$' <(ledger)
holds 'cut zip: the first member' '^logs\.zip!db1\.log read$' <(ledger)
holds 'cut zip: the second member' '^logs\.zip!db2\.log truncated$' <(ledger)

zip -q -P secret locked.zip db2.log
rm -f "$db"
run 3 ingest -q -d "$db" locked.zip
equal 'an encrypted zip' 'locked.zip container
locked.zip!db2.log encrypted' "$(ledger)"
run 3 ingest -q -d "$db" locked.zip db1.log
equal 'beside a good log' 'db1,Completed' "$(sql 'SELECT node, assessment FROM v_node')"

# Four archives inside one another are opened, more are not; so are four compressions.
cp db1.log 0
for depth in 1 2 3 4 5 6; do
    tar cf $depth --transform 's|.*|db1.log|' $((depth - 1))
done
ingest_anew "$db" 4
equal 'four deep' db1 "$(sql 'SELECT node FROM v_node')"
rm -f "$db"
run 6 ingest -q -d "$db" 6
holds 'six deep' ' too-deep$' <(ledger)
equal 'six deep: one end' 1 "$(ledger | grep -vc ' container$')"
cp db1.log packed.log
for depth in 1 2 3 4 5 6; do
    gzip -c packed.log >packed && mv packed packed.log
done
rm -f "$db"
run 6 ingest -q -d "$db" packed.log
equal 'six compressions' 'packed.log too-deep' "$(ledger)"

# Whatever is in a folder has a row, is read once, and leads nowhere.
mkdir -p folder/deeper
cp db1.log folder/
ln -s . folder/self
ln -s ../.. folder/deeper/up
ln -s loop2 folder/loop1
ln -s loop1 folder/loop2
ln -s nowhere folder/dangling
ln -s ../db1.log folder/deeper/db1.log
mkfifo folder/pipe
: >folder/nothing
ingest_anew "$db" folder
equal 'a folder of links' 'folder/dangling special
folder/db1.log read
folder/deeper/db1.log read
folder/deeper/up special
folder/loop1 special
folder/loop2 special
folder/nothing empty
folder/pipe special
folder/self special' "$(ledger)"
equal 'a log and a link to it count once' "$(sql "SELECT count(*) FROM v_event WHERE node = 'db1' AND rule <> 'galera.donor'" whole.db)" \
    "$(sql "SELECT count(*) FROM v_event WHERE rule <> 'galera.donor'")"
mkdir none
rm -f "$db"
run 4 ingest -d "$db" none
equal 'an empty folder' '' "$(ledger)"
finish
