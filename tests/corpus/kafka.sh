#!/bin/bash
# kafka.sh - three brokers on three virtual machines, one of them restarted; its clock is 77 minutes
# behind afterwards.
source "$(dirname "$0")/../support.sh"
need_corpus
ingest_anew "$db" kafka

# stamp_of FILE TEXT: the stamp of the one line with TEXT, in milliseconds of its day.
stamp_of() {
    grep -F -- "$2" "$1" | awk -F'[][ ,:]' '{ print (($3 * 60 + $4) * 60 + $5) * 1000 + $6 }'
}

# apart FILE TEXT FILE TEXT: how many milliseconds later the second line is.
apart() {
    echo $(($(stamp_of "$3" "$4") - $(stamp_of "$1" "$2")))
}

joined='Registered broker 1 at path' called='New broker startup callback for 1'
jump=$(apart kafka/kafka1/server.log.2016-12-19-19 "$joined" \
    kafka/kafka0/controller.log.2016-12-19-20 "$called")
equal 'how far apart the two lines are' $(((77 * 60 + 9) * 1000 + 651)) "$jump"
equal 'one jump, and nothing else about clocks' "clock.jump,kafka1,${jump}000" "$(sql "
    SELECT rule, node, duration_us FROM v_finding WHERE rule LIKE 'clock.%'")"
holds 'in words' 'jumps back by 77 min 9\.651 s' <(sql "
    SELECT summary FROM v_finding WHERE rule = 'clock.jump'")
equal 'from these two lines' "kafka/kafka0/controller.log.2016-12-19-20
kafka/kafka1/server.log.2016-12-19-19" "$(sql "
    SELECT source FROM v_evidence JOIN v_finding USING (finding_id)
    WHERE rule = 'clock.jump' AND role = 'after' ORDER BY source")"
for pair in "16 16 $joined|$called" \
    '18 18 [Kafka Server 1], shutting down|Shutting down broker 1' \
    '18 18 [Kafka Server 1], shut down completed|Broker failure callback for 1'; do
    read -r here there texts <<<"$pair"
    ms=$(apart "kafka/kafka1/server.log.2016-12-19-$here" "${texts%|*}" \
        "kafka/kafka0/controller.log.2016-12-19-$there" "${texts#*|}")
    [ "${ms#-}" -le 200 ] || fail "$texts: $ms ms"
done
equal 'the other pairs agree within 0.2 s' 1 "$(sql 'SELECT max(error_us) <= 200000 FROM clock')"
equal 'where the clocks end' 'kafka0,1
kafka1,0
kafka2,1' "$(sql 'SELECT node, abs(clock_offset_us) < 200000 FROM v_node ORDER BY node')"
equal 'by how much' "-${jump}000" "$(sql "SELECT clock_offset_us FROM v_node WHERE node = 'kafka1'")"

equal 'no order finding' 0 "$(sql 'SELECT count(*) FROM v_order')"
equal 'no stall, nothing slow' 0 "$(sql 'SELECT count(*) FROM v_stall')"
equal 'the run' 'kafka-broker,Completed,3,3' "$(sql '
    SELECT model, assessment, nodes_total, nodes_done FROM v_run')"
equal 'the restart' 'startup,1661000
running,6156926000
shutdown,4994000
controlled-shutdown,1691000
down,NULL
startup,NULL
running,NULL' "$(sql "
    SELECT phase, coalesce(duration_us, 'NULL') FROM v_timeline WHERE node = 'kafka1'
    ORDER BY span_id")"
equal 'a broker that stood still' 'known.kafka.session-expired,kafka2' "$(sql "
    SELECT rule, node FROM v_finding WHERE rule LIKE 'known.%'")"
equal 'every log is read' 0 "$(sql "
    SELECT count(*) FROM v_source WHERE status <> 'read' AND path NOT LIKE '%.source.txt'")"
finish
