#!/bin/bash
# events.sh - Windows events exported as XML and CSV, in every encoding and many blocks, give the
# events that stand in them, with their places.
source "$(dirname "$0")/../support.sh"
need iconv
dialect=$PHASELINE_ROOT/tests/dialects/events.yaml
run 0 dialects test "$dialect"
cd "$work" || exit 1

# xml_event RECORD ID PARAMETERS: ten minutes for each record, from 2026-05-11T00:00:00Z on.
xml_event() {
    local minute=$(($1 * 10))
    printf "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
    printf "<Provider Name='Service Control Manager'/><EventID Qualifiers='16384'>%d</EventID><Level>4</Level>" "$2"
    printf "<TimeCreated SystemTime='2026-05-%02dT%02d:%02d:00.1234567Z'/>" \
        $((11 + minute / 1440)) $((minute / 60 % 24)) $((minute % 60))
    printf "<EventRecordID>%d</EventRecordID><Channel>System</Channel><Computer>n1.corp.example</Computer></System>" "$1"
    printf "<EventData>%s</EventData></Event>" "$3"
}
stopped='<Data>Cluster Service</Data><Data>stopped</Data>'
running='<Data>Cluster Service</Data><Data>running</Data>'

# read_events FILE...: makes the database afresh.
read_events() {
    ingest_anew "$db" --dialect-file "$dialect" "$@"
}
events='SELECT line_no, byte_off, ts, node, phase FROM v_event ORDER BY line_no, byte_off'

# ---- XML: one a line, several on a line, over many lines, other providers and ids between them
{
    printf '<?xml version="1.0" encoding="utf-8"?>\r\n<Events>\r\n'
    xml_event 1 7036 "$stopped"
    xml_event 2 7040 "$stopped"
    printf '\r\n<Event><System><Provider/><EventID>broken</EventID></System></Event>\r\n'
    xml_event 3 7036 $'\n  <Data>Cluster\tService</Data>\n'
    xml_event 4 7036 "$running"
    printf '\r\n</Events>\r\n'
} >small.xml
read_events small.xml
first=$(printf '<?xml version="1.0" encoding="utf-8"?>\r\n<Events>\r\n' | wc -c)
last=$(grep -bo '<Event xmlns' small.xml | tail -n 1 | cut -d: -f1)
equal 'events stand where they begin' "3,$first,2026-05-11T00:10:00.123456Z,n1.corp.example,stopped
7,$last,2026-05-11T00:40:00.123456Z,n1.corp.example,running" "$(sql "$events")"
equal 'all lines are counted' 8 "$(sql 'SELECT lines FROM v_source')"

# ---- many blocks: the filler is longer than one; every encoding gives the same
{
    printf '\n<Events>'
    for record in 1 2 3 4 5 6; do
        [ $((record % 2)) -eq 1 ] && state=$stopped || state=$running
        xml_event "$record" 7036 "$state"
        for filler in {1..120}; do
            xml_event "$record" 7040 "<Data>$(printf 'f\303\274ll %04000d' "$filler")</Data>"
            [ $((filler % 7)) -ne 0 ] || echo
        done
    done
    printf '</Events>'
} >long.xml
read_events long.xml
equal 'no event is lost at the border of a block' 6 "$(sql 'SELECT count(*) FROM v_event')"
# Where they stand, told by grep and awk.
places() {
    LC_ALL=C awk -v ORS= '{
        line = $0
        off = 0
        while ((at = index(substr(line, off + 1), "<Event xmlns")) > 0) {
            off += at
            rest = substr(line, off, 200)
            if (rest ~ /7036/) print NR "," (start + off - 1) "\n"
        }
        start += length($0) + 1
    }' "$1"
}
equal 'lines and offsets are those of the file' "$(places long.xml)" "$(sql '
    SELECT line_no, byte_off FROM v_event ORDER BY byte_off')"
same='SELECT line_no, ts, node, phase FROM v_event ORDER BY line_no, ts'
wanted=$(sql "$same")
for encoding in UTF-16LE UTF-16BE CP1252; do
    iconv -f UTF-8 -t "$encoding" long.xml >"wide.xml"
    read_events wide.xml
    equal "$encoding gives the same" "$wanted" "$(sql "$same")"
done
iconv -f UTF-8 -t UTF-16LE long.xml >wide.xml
read_events wide.xml
for off in $(sql 'SELECT byte_off FROM v_event'); do
    equal 'an offset in UTF-16 is one in its bytes' '<Event xmlns' \
        "$(tail -c +$((off + 1)) wide.xml | head -c 24 | iconv -f UTF-16LE -t UTF-8)"
done
equal 'a copy of an export adds nothing' 6 "$(
    run 0 ingest -q -d "$db" --dialect-file "$dialect" long.xml
    sql 'SELECT count(*) FROM v_event')"

# ---- CSV: messages of many lines, across the borders of blocks
csv_row() {
    printf '"%s","7036","4","%d","Service Control Manager","System","n1.corp.example","8/%d/2026 9:00:00 AM"\r\n' \
        "$2" "$1" "$1"
}
{
    printf '#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n'
    printf '"Message","Id","Level","RecordId","ProviderName","LogName","MachineName","TimeCreated"\r\n'
    for day in {1..20}; do
        csv_row "$day" 'The Cluster Service service entered the stopped state.'
        for filler in {1..40}; do
            csv_row "$day" "$(printf 'say ""%02000d,\r\n""\r\n\r\nf\303\274ll\r\n' "$filler")"
        done
    done
} >long.csv
read_events long.csv
equal 'every row is found' '20,n1.corp.example,2026-08-01T09:00:00.000000Z,2026-08-20T09:00:00.000000Z' "$(sql '
    SELECT count(*), node, min(ts), max(ts) FROM v_event')"
equal 'rows stand on the lines of the file' "$(grep -n 'entered the' long.csv | cut -d: -f1)" "$(sql '
    SELECT line_no FROM v_event ORDER BY line_no')"
equal 'rows stand at the bytes of the file' "$(grep -ab 'entered the' long.csv | cut -d: -f1)" "$(sql '
    SELECT byte_off FROM v_event ORDER BY line_no')"
wanted=$(sql "$same")
for encoding in UTF-16LE UTF-16BE CP1252; do
    iconv -f UTF-8 -t "$encoding" long.csv >wide.csv
    read_events wide.csv
    equal "$encoding gives the same" "$wanted" "$(sql "$same")"
done
read_events --source-tz '*.csv=+02:00' long.csv
equal 'the user gives the zone' 2026-08-01T07:00:00.000000Z "$(sql 'SELECT min(ts) FROM v_event')"

# ---- a record that is too long is dropped and counted; those around it stand where they stood
pad=$(printf '%02000000d' 0)
{
    xml_event 1 7036 "$stopped"
    xml_event 2 7036 "<Data>$pad</Data>"
    xml_event 3 7036 "$running"
} >over.xml
read_events over.xml
at=$((2 * $(xml_event 1 7036 '' | wc -c) + ${#stopped} + $(xml_event 2 7036 "<Data>$pad</Data>" | wc -c) -
    $(xml_event 1 7036 '' | wc -c)))
equal 'the events around it' "1,0,stopped
1,$at,running" "$(sql 'SELECT line_no, byte_off, phase FROM v_event ORDER BY byte_off')"
holds 'which sources tells' 'over 64 KiB' <(phaseline sources -d "$db")
{
    head -n 2 long.csv
    csv_row 1 'The Cluster Service service entered the stopped state.'
    csv_row 2 "$pad"$'\r\n'"$pad"
    csv_row 3 'The Cluster Service service entered the running state.'
} >over.csv
read_events over.csv
equal 'the rows around it' '3,stopped
6,running' "$(sql 'SELECT line_no, phase FROM v_event ORDER BY line_no')"
holds 'which sources tells' 'over 64 KiB' <(phaseline sources -d "$db")

# ---- a date that may be read in two ways is not read
{
    printf 'Id;ProviderName;MachineName;TimeCreated;Message\n'
    printf '7036;Service Control Manager;n1;%s;The Cluster Service service entered the %s state.\n' \
        '04/05/2026 00:20:05' stopped '05/05/2026 00:20:05' running
} >ambiguous.csv
read_events ambiguous.csv
equal 'what is not known has no time' 'stopped,
running,2026-05-05T00:20:05.000000Z' "$(sql 'SELECT phase, ts FROM v_event ORDER BY line_no')"
equal 'which is told' 1 "$(sql "SELECT count(*) FROM v_finding WHERE rule = 'coverage.no-time'")"

# ---- what is no export of events is lines
printf '"Name","State"\n"n1","Up"\n' >nodes.csv
printf '<Objs Version="1.1.0.1"><Obj RefId="0"/></Objs>\n' >clixml.xml
printf '<ValidationReport><Event>none</Event></ValidationReport>\n' >report.xml
rm -f "$db"
phaseline ingest -q -d "$db" --dialect-file "$dialect" nodes.csv clixml.xml report.xml >/dev/null 2>&1
equal 'other XML and CSV is not read by it' 'no-dialect' "$(sql 'SELECT DISTINCT status FROM v_source')"
finish
