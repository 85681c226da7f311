#!/bin/bash
# kured.sh - a node waits for a lock that another holds, drains, and reboots without saying so.
source "$(dirname "$0")/../support.sh"
need_corpus

log=kured/aks-kured-2018.log
ingest_anew "$db" "$log"
equal 'the drain ends with its last line, the reboot begins there and ends with the next start' \
    'waiting,11:24:11,11:28:11,ok
locked,11:28:11,11:28:11,ok
drain,11:28:11,11:28:28,ok
reboot,11:28:28,11:31:17,ok
uncordon,11:31:17,11:31:19,ok
released,11:31:19,,open' "$(sql 'SELECT phase, time(enter), time("exit"), result FROM v_timeline ORDER BY enter_us, span_id')"
equal 'the node is told by a line above' 'aks-generalpool-15365993-0,Completed' "$(sql '
    SELECT node, assessment FROM v_node')"
equal 'no finding' 0 "$(sql 'SELECT count(*) FROM v_finding')"

ingest_anew "$db" --as-of 2018-09-26T11:28:00Z "$log"
equal 'while it waits it is queued, for whoever holds the lock' 'Queued,waiting,aks-generalpool-15365993-1' "$(sql "
    SELECT assessment, n.phase, (SELECT DISTINCT facts ->> 'blocker' FROM v_event e WHERE e.phase = 'waiting')
    FROM v_node n")"
equal 'which is no stall' 0 "$(sql "SELECT count(*) FROM v_finding WHERE rule IN ('stalled', 'silent', 'slow')")"
finish
