#!/bin/bash
# hostile.sh - nothing that a log, a file name or an archive holds moves the cursor of a terminal.
source "$(dirname "$0")/../support.sh"
need sqlite3 zip

cd "$work" || exit 1
mkdir logs
osc=$'\e]0;owned\a' csi=$'\xc2\x9b2J' dcs=$'\eP1$r\e\\' over=$'\xe2\x80\xae'

# line TIME NODE PHASE EVENT: a log line; NODE is as hostile as can be.
line() {
    printf 'time=2026-05-01T12:%s.000000Z cluster="HV%sC" node="%s" model=wsfc-functional-level phase=%s event=%s msg="%s"\n' \
        "$1" "$csi" "$2" "$3" "$4" "$osc$dcs"$'\b\r\v\f\x7f'"$csi"
}
name=$'evil\e[2J\a\x7f'$osc$over$'\n.log'
{
    line 00:00 "N1$csi" Initialize enter
    line 00:10 "N1$csi" ValidatingUpgrade enter
    line 00:20 "N1$csi" Initialize enter
    line 00:30 "N2$osc" Initialize enter
    line 00:40 "N2$osc" Initialize fail
    line 50:00 $'N3\a\b' UpgradingComponents enter
    line 50:01 $'N3\a\b' "Weird${csi}Phase" enter
} >"logs/$name"
(cd logs && zip -q hostile.zip "$name")
printf '\x1f\x8b\x08\x00broken' >$'logs/broken\e[31m.gz'
run 3 ingest -v -d "$db" logs $'missing\e[1A\a'
cp "$err" complaints
equal 'the lines were read' 7 "$(sql 'SELECT max(lines) FROM v_source')"
equal 'the text is in the database as it was' 1 "$(sql "
    SELECT count(*) > 0 AS kept FROM v_event WHERE instr(text, char(7)) OR instr(text, char(155))")"

# tame WHAT FILE: no control byte but line feeds, no C1, no change of direction.
tame() {
    local wild='[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]'
    ! LC_ALL=C grep -aqP "$wild" "$2" || { fail "$1"; LC_ALL=C grep -aP "$wild" "$2" | head -n 3 | od -c | head -n 30; }
}
tame 'complaints' complaints
for command in 'report' 'report --details all' 'report --format json' 'sources' 'sources --format json' \
    'sql --format json SELECT*FROM[v_event]' 'sql SELECT*FROM[v_event]' 'sql SELECT*FROM[v_evidence]'; do
    read -r -a words <<<"$command"
    run 0 "${words[@]}" -d "$db"
    [ "$(wc -l <"$out")" -gt 1 ] || fail "$command: nothing to see"
    tame "$command" "$out"
    tame "$command: complaints" "$err"
    case $command in *json*)
        equal "$command: is JSON" 1 "$(sqlite3 :memory: "SELECT json_valid(readfile('$out'))")" ;;
    esac
done
run 2 sql -d "$db" $'SELECT "\e[2J"'
tame 'a query that is wrong' "$err"
run 2 --frob$'\e[2J'
tame 'an option that is wrong' "$err"
run 5 report -d $'no\e[2J.db'
tame 'a database that is not there' "$err"

# On a terminal colours come besides, and nothing else.
if command -v script >/dev/null; then
    TERM=xterm script -qec "$PHASELINE_BIN report -d $db" /dev/null </dev/null >typed
    holds 'colours' $'\e\\[[0-9;]*m' typed
    sed 's/\r$//; s/\x1b\[[0-9;]*m//g' typed >plain
    tame 'on a terminal' plain
    TERM=xterm NO_COLOR=1 script -qec "$PHASELINE_BIN report -d $db" /dev/null </dev/null | sed 's/\r$//' >plain
    tame 'with NO_COLOR' plain
fi
finish
