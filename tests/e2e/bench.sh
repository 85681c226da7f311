#!/bin/bash
# bench.sh - the harness of bench/ on tiny inputs: what it makes is what it says, everybody reads it, and what was measured is told.
# How long anything takes is not looked at.
source "$(dirname "$0")/../support.sh"
need perl zstd bsdtar iconv
bench=$PHASELINE_ROOT/bench made=$work/bench
export PHASELINE_BIN

"$bench/run.sh" -s 2 -a 20 -n 2 -d "$made" -b "$PHASELINE_BUILD" >"$out" 2>"$err" || { fail 'run.sh'; cat "$err"; }
holds 'a row for each program' '^\| sparse \| phaseline --jobs 1 \| [0-9.]+ \| [0-9.]+ \| [0-9]+ \| [0-9.]+ GB/s \|$' "$out"
holds 'a row for each target' '^\| zst \| tar.zst against .* \| <= 1\.05 \| [0-9.]+ \| [0-9.]+ \| (yes|no) \|$' "$out"
holds 'the memory of all' '^\| all \| peak memory of phaseline, MiB \| <= 128 \| [0-9]+ \|  \| (yes|no) \|$' "$out"
equal 'everything twice, what is slow once' '2,1' "$(perl -MJSON::PP -0777 -e '
    my %runs = map { ("$_->{case} $_->{program}" => scalar @{$_->{runs}}) } @{decode_json(<>)->{measured}};
    print join ",", @runs{"dense phaseline", "memory phaseline, a long line"}' "$made/bench.json")"

# What is in the inputs, and that the program finds it; a line that rg does not count cannot be an event.
cd "$made/in" || exit 1
events_of() {
    ingest_anew "$db" "$@"
    sql 'SELECT count(*) FROM v_event'
}
equal 'a cluster.log holds one event in 20,000 lines' 1 "$(sed -n 10015p HVC01-N1_cluster.log | grep -c ': New View is <')"
equal 'and no other line with a literal, but five of its head' 6 "$(grep -c -F -f ../literals HVC01-N1_cluster.log)"
events=$(events_of HVC01-N1_cluster.log)
[ "$events" -gt 0 ] || fail 'the program finds it'
equal 'the same in UTF-16' "$events" "$(events_of wide)"
equal 'four in a zip' "$(events_of four)" "$(events_of four.zip)"
equal 'four in a tar.zst' "$(events_of four)" "$(events_of four.tar.zst)"
equal 'every line of the dense log is an event' 2000,2000 "$(wc -l <dense.log),$(events_of dense.log)"
events_of HVC01-N1.evtx >/dev/null
equal 'one of 100 records is about the cluster' 20 "$(sql 'SELECT count(DISTINCT line_no) FROM v_event')"
equal 'five in each archive' 100 "$(events_of archives)"
equal 'five in each member' 1000 "$(events_of members.tar)"
equal 'the long line is one line' "5,$((2 * 2 << 20))" "$(events_of line.log),$(($(tail -n 1 line.log | wc -c) - 1))"
equal 'seventeen literals are picked' 17 "$(wc -l <../literals17)"

# The same again is the same bytes.
"$bench/inputs.pl" cluster $((2 << 20)) 1 | cmp - HVC01-N1_cluster.log || fail 'inputs are made of their seed'

# Without a peer, and for one case only.
mkdir "$work/bin"
for tool in $(cd /usr/bin && ls); do
    ln -s "/usr/bin/$tool" "$work/bin/$tool"
done
rm -f "$work/bin/rg" "$work/bin/lnav"
PATH=$work/bin "$bench/run.sh" -s 2 -n 1 -c sparse -d "$made" -b "$PHASELINE_BUILD" >"$out" 2>"$err" || { fail 'run.sh without peers'; cat "$err"; }
holds 'a word about it' '^run.sh: rg is not installed: left out$' "$err"
holds 'in the table, too' '^Left out, not installed: rg lnav\.$' "$out"
lacks 'no row for it' '^\| sparse \| rg' "$out"
lacks 'no other case' '^\| dense' "$out"
finish
