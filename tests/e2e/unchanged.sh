#!/bin/bash
# unchanged.sh - a file that is as it was is not opened again; what counted of it counts again.
. "$(dirname "$0")/../support.sh"

mkdir "$work/logs"
cd "$work/logs" || exit 1
line() { # TIME PHASE
    echo "time=2026-05-01T$1.000000Z cluster=HVC01 node=NODE1 model=wsfc-functional-level phase=$2 event=enter"
}
{
    line 12:00:00 Initialize
    line 12:00:05 ValidatingUpgrade
} >NODE1.log
cp NODE1.log first.log
touch -d '2026-05-02 10:00:00' NODE1.log first.log
printf 'not to be read' | gzip | head -c 20 >cut.log.gz
touch -d '2026-05-02 10:00:00' cut.log.gz
ingest() { # CODE ARGUMENT...
    local want=$1
    shift
    run "$want" ingest -d "$db" "$@"
}
phases() { phaseline sql -d "$db" --format csv 'SELECT group_concat(phase) AS phases FROM (SELECT phase FROM v_event ORDER BY ts_us)' | tail -n 1 | tr -d '"\r'; }

ingest 0 NODE1.log
equal 'the first time it is read' 'Initialize,ValidatingUpgrade' "$(phases)"
same_size() { # other bytes under the same size, time and inode: only the bytes would tell
    sed 's/ValidatingUpgrade/UpgradingComponen/' first.log >other
    cat other >NODE1.log
    touch -d '2026-05-02 10:00:00' NODE1.log
}
same_size
ingest 0 NODE1.log
holds 'it says so' 'unchanged, 0 new, 2 known' "$err"
equal 'a file that seems as it was is not opened' 'Initialize,ValidatingUpgrade' "$(phases)"

cat first.log >NODE1.log
touch -d '2026-05-02 10:00:00' NODE1.log
sed -i 's/12:00:05/12:00:09/' NODE1.log
touch -d '2026-05-02 10:00:00' NODE1.log
ingest 0 --rehash NODE1.log
holds 'rehash reads it' '1 source new' "$err"

ingest 0 --node NODE7 first.log
holds 'the first reading' '2 events new' "$err"
ingest 0 --node NODE8 first.log
lacks 'other options are another reading' 'unchanged' "$err"

cp first.log fresh.log
ingest 0 fresh.log
line 12:00:20 UpgradeComplete >more
cat first.log more >fresh.log
touch -r first.log more
ingest 0 fresh.log
holds 'a file that was just written is looked into again' '1 source new' "$err"

ingest 4 cut.log.gz
ingest 4 cut.log.gz
holds 'it is damaged the second time, too, and says what is wrong' 'cut.log.gz: ' "$err"

before=$(phaseline sql -d "$db" --format csv "SELECT max(as_of_us) AS m FROM v_run" | tail -n 1)
ingest 0 --as-of 2026-05-01T13:00:00Z first.log --node NODE8
after=$(phaseline sql -d "$db" --format csv "SELECT max(as_of_us) AS m FROM v_run" | tail -n 1)
[ "$before" != "$after" ] || fail 'another moment to judge at is judged anew'
finish
