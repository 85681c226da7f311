#!/bin/bash
# ansible.sh - 37 playbooks over 16 hosts in one log: what became of every host is in the recaps.
source "$(dirname "$0")/../support.sh"
need_corpus

log=ansible-nagios-upgrade/ansible.log
ingest_anew "$db" "$log"

# number of the playbook, host, result: as the recaps say.
recaps() {
    awk '/PLAY RECAP/ { run++ }
         / : ok=[0-9]/ {
             bad = match($0, /unreachable=[1-9]/) || match($0, /failed=[1-9]/)
             match($0, /\|  [^ ]+/)
             print run "," substr($0, RSTART + 3, RLENGTH - 3) "," (bad ? "Failed" : "Completed")
         }' "$log" | LC_ALL=C sort -t, -k1n -k2
}
equal 'playbooks' 37 "$(recaps | cut -d, -f1 | uniq | wc -l)"
equal 'hosts' 16 "$(recaps | cut -d, -f2 | sort -u | wc -l)"
equal 'every host of every playbook' "$(recaps)" "$(sql '
    SELECT dense_rank() OVER (ORDER BY r.started_us), n.node, n.assessment
    FROM v_node n JOIN v_run r USING (run_id)' | LC_ALL=C sort -t, -k1n -k2)"
equal 'a finding for each that failed' "$(recaps | grep -c Failed)" "$(sql "
    SELECT count(*) FROM v_finding WHERE rule = 'failed'")"
equal 'a finding for each that could not be reached' "$(grep -c 'UNREACHABLE!' "$log")" "$(sql "
    SELECT count(*) FROM v_finding WHERE rule = 'known.ansible.unreachable'")"

# The playbooks whose failures were all ignored are done.
ignored=$(awk '/PLAY RECAP/ { run++ } /\.\.\.ignoring/ { print run + 1 }' "$log" | sort -un)
equal 'failures were ignored in these' '33
34
35' "$ignored"
equal 'and two of them are done all the same' 'Failed
Completed
Completed' "$(sql 'SELECT assessment FROM v_run ORDER BY started_us LIMIT 3 OFFSET 32')"
equal 'nothing else is told' 'failed
known.ansible.unreachable' "$(sql 'SELECT DISTINCT rule FROM v_finding ORDER BY rule')"
finish
