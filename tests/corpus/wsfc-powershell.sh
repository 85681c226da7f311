#!/bin/bash
# wsfc-powershell.sh - a real functional level raised, told by what was printed before and after.
source "$(dirname "$0")/../support.sh"
need_corpus

ingest_anew "$db" windows/ps-functional-level-upgrade.transcript.txt
equal 'level 10 to 11' 'raised,10,11,snapshot,medium' "$(sql "
    SELECT phase, facts ->> 'from' AS a, facts ->> 'to' AS b, strength, confidence FROM v_event WHERE phase = 'raised'")"
equal 'version 32771 to 32772' '32771,32772,HCI' "$(sql "
    SELECT facts ->> 'from' AS a, facts ->> 'to' AS b, facts ->> 'edition' AS c FROM v_event
    WHERE rule = 'wsfc-powershell.version.hci' AND facts ->> 'from' IS NOT NULL")"
equal 'the run' '10,11,Completed' "$(sql 'SELECT from_version, to_version, assessment FROM v_run')"
equal 'phases 1 to 5 are not made up' raised "$(sql 'SELECT DISTINCT phase FROM v_timeline')"
equal 'the cmdlet alone says little' 'note,inferred,low' "$(sql "
    SELECT transition, strength, confidence FROM v_event WHERE rule = 'wsfc-powershell.asked'")"
equal 'nothing tells when' 0 "$(sql 'SELECT count(*) FROM v_event WHERE ts IS NOT NULL')"
finish
