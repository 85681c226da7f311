#!/bin/bash
# zones.sh - local time in zones whose clocks are set: logs over both changes, zones named by the
# user and by a line, zone files that change, and none.
source "$(dirname "$0")/../support.sh"
unset TZDIR
system=/usr/share/zoneinfo
[ -f "$system/Europe/Berlin" ] && [ -f "$system/America/New_York" ] || skip "no zone files in $system"
dialect=$PHASELINE_ROOT/tests/dialects/zoned.yaml
run 0 dialects test "$dialect"
cd "$work" || exit 1
mkdir logs

# read_anew ARGUMENT...: makes the database afresh.
read_anew() {
    ingest_anew "$db" --dialect-file "$dialect" "$@"
}

# read_on ARGUMENT...: the same database once more.
read_on() {
    run 0 ingest -d "$db" --dialect-file "$dialect" "$@"
}

spans="SELECT phase, enter, coalesce(duration_us / 1000000, '-') FROM v_timeline ORDER BY enter_us, span_id"
events="SELECT ts, ts_quality, coalesce(json_extract(facts, '\$.dst'), '-') FROM v_event ORDER BY line_no"

# ---- the night of 29 March: from 02:00 to 03:00 local, which is 01:00 in UTC
cat >logs/spring.log <<'END'
2026-03-29 01:50:00 zonectl: enter prepare
2026-03-29 03:10:00 zonectl: enter install
2026-03-29 03:20:00 zonectl: enter ready
END
read_anew --source-tz '*.log=Europe/Berlin' logs/spring.log
equal 'a phase over the change in spring takes 20 minutes, not 80' \
    'prepare,2026-03-29T00:50:00.000000Z,1200
install,2026-03-29T01:10:00.000000Z,600
ready,2026-03-29T01:20:00.000000Z,-' "$(sql "$spans")"
equal 'and all of it is exact' 'exact' "$(sql 'SELECT DISTINCT ts_quality FROM v_event')"

# ---- a time that never was
sed 's/03:10/02:10/' logs/spring.log >logs/gap.log
read_anew --source-tz '*.log=Europe/Berlin' logs/gap.log
equal 'a time in the gap is read with the offset before, and marked' \
    '2026-03-29T00:50:00.000000Z,exact,-
2026-03-29T01:10:00.000000Z,derived,gap
2026-03-29T01:20:00.000000Z,exact,-' "$(sql "$events")"

# ---- the night of 25 October: from 03:00 to 02:00 local, again 01:00 in UTC
cat >logs/autumn.log <<'END'
2026-10-25 01:50:00 zonectl: enter prepare
2026-10-25 02:40:00 zonectl: enter install
2026-10-25 02:55:00 zonectl: still busy
2026-10-25 02:05:00 zonectl: still busy
2026-10-25 02:45:00 zonectl: enter ready
END
read_anew --source-tz '*.log=Europe/Berlin' logs/autumn.log
equal 'what lies between tells that the hour came again' \
    'prepare,2026-10-24T23:50:00.000000Z,3000
install,2026-10-25T00:40:00.000000Z,3900
ready,2026-10-25T01:45:00.000000Z,-' "$(sql "$spans")"
equal 'a time that was twice is marked' \
    '2026-10-24T23:50:00.000000Z,exact,-
2026-10-25T00:40:00.000000Z,derived,fold
2026-10-25T01:45:00.000000Z,derived,fold' "$(sql "$events")"
equal 'no clock went back' 0 "$(sql "SELECT count(*) FROM v_finding WHERE rule LIKE 'clock.%'")"
equal 'the ends of the log are moments, too' '2026-10-25T01:45:00Z' "$(sql "
    SELECT strftime('%Y-%m-%dT%H:%M:%SZ', last_us / 1000000, 'unixepoch') FROM v_source")"

# ---- a block of a megabyte and more between two lines that mean something
{
    sed -n 1,2p logs/autumn.log
    yes '2026-10-25 02:55:00 zonectl: still busy' | head -n 30000
    yes '2026-10-25 02:05:00 zonectl: still busy' | head -n 30000
    sed -n 5p logs/autumn.log
} >logs/long.log
read_anew --source-tz '*.log=Europe/Berlin' logs/long.log
equal 'nor does it matter how much lies between' '2026-10-25T01:45:00.000000Z' "$(sql '
    SELECT max(ts) FROM v_event')"

# ---- two nodes in two zones, and one whose zone is not given
cp logs/autumn.log logs/paris.log
sed 's/10-25 0/11-01 0/' logs/autumn.log >logs/york.log
read_anew --source-tz '*/york.log=America/New_York' --source-tz '*/paris.log=Europe/Paris' \
    logs/york.log logs/paris.log logs/spring.log
equal 'each source has its zone' \
    'paris,2026-10-24T23:50:00.000000Z,exact
spring,2026-03-29T01:50:00.000000Z,zone-assumed
york,2026-11-01T05:50:00.000000Z,derived' "$(sql '
    SELECT node, min(ts), min(ts_quality) FILTER (WHERE line_no = 1) FROM v_event GROUP BY node')"

# ---- a line names the zone
{
    echo '2026-03-29 01:00:00 zonectl: clock is that of Europe/Berlin'
    cat logs/spring.log
} >logs/told.log
touch -d '1 hour ago' logs/*.log
read_anew logs/told.log
equal 'a line may name the zone' \
    'prepare,2026-03-29T00:50:00.000000Z,1200
install,2026-03-29T01:10:00.000000Z,600
ready,2026-03-29T01:20:00.000000Z,-' "$(sql "$spans")"
read_on logs/told.log
holds 'the same again adds nothing' 'unchanged, 0 new, 3 known' "$err"
read_anew --source-tz '*.log=+05:00' logs/told.log
equal 'the user is believed rather' '2026-03-28T20:50:00.000000Z' "$(sql 'SELECT min(ts) FROM v_event')"

# ---- another zone file is another reading, for the user's zone and for the one that a line names
mkdir -p zones/Europe
cp "$system/Europe/Berlin" zones/Europe/Berlin
export TZDIR=$work/zones
for name in told spring; do
    given=()
    [ "$name" = spring ] && given=(--source-tz '*.log=Europe/Berlin')
    cp "$system/Europe/Berlin" zones/Europe/Berlin
    read_anew "${given[@]}" "logs/$name.log"
    read_on "${given[@]}" "logs/$name.log"
    holds "$name: the same zone file changes nothing" 'unchanged, 0 new, 3 known' "$err"
    cp "$system/America/New_York" zones/Europe/Berlin
    read_on "${given[@]}" "logs/$name.log"
    equal "$name: another zone file takes effect" '2026-03-29T05:50:00.000000Z 3' "$(sql "
        SELECT min(ts) || ' ' || count(*) FROM v_event")"
done
rm zones/Europe/Berlin
read_on logs/told.log
equal 'so does one that is gone' '2026-03-29T01:50:00.000000Z,zone-assumed' "$(sql "
    SELECT min(ts), min(ts_quality) FROM v_event WHERE source LIKE '%told.log'")"

# ---- zones that are not there
refused() {
    rm -f new.db
    run 2 ingest -d new.db --source-tz "$1" logs/spring.log
    holds "$1 is refused" "$2" "$err"
    [ ! -e new.db ] || fail "$1 leaves a database behind"
}
refused '*=Europe/Berlin' "no zone 'Europe/Berlin' in $work/zones; give UTC, an offset such as \+01:00"
echo 'no zone at all' >zones/Europe/Berlin
refused '*=Europe/Berlin' "$work/zones/Europe/Berlin: not a zone file"
head -c 100 "$system/Europe/Berlin" >zones/Europe/Berlin
refused '*=Europe/Berlin' 'the zone file is cut'
refused '*=../zones/Europe/Berlin' "such as '\*.log=Europe/Berlin' or '\*.log=\+02:00', not '\*=../zones"
refused "*=$system/Europe/Berlin" '--source-tz is GLOB=ZONE'
refused '*=localtime' '--source-tz is GLOB=ZONE'
refused '*=' '--source-tz is GLOB=ZONE'
refused '=UTC' '--source-tz is GLOB=ZONE'
export TZDIR=$work/nowhere
refused '*=Europe/Berlin' "there is no folder of zone files $work/nowhere; install tzdata, or give an offset"
run 0 ingest -q -d new.db --dialect-file "$dialect" --source-tz '*=+01:00' logs/spring.log
equal 'an offset needs no files' '2026-03-29T00:50:00.000000Z' "$(sql 'SELECT min(ts) FROM v_event' new.db)"

# ---- nothing but the argument decides
unset TZDIR
TZ=America/New_York read_anew logs/spring.log
equal 'the zone of this machine is nobody else'"'"'s' '2026-03-29T01:50:00.000000Z' "$(sql '
    SELECT min(ts) FROM v_event')"

finish
