#!/bin/bash
# equality.sh - the same logs give the same timeline and findings, however they are offered.
source "$(dirname "$0")/../support.sh"
need zip zstd xz gzip iconv

# in_form WHAT PATH...: one ingest of the paths into a new database gives what $fresh holds.
in_form() {
    local what=$1
    shift
    ingest_anew "$db" "$@"
    equal "$name: $what" "$wanted" "$(rows "$db")"
}

# copied FOLDER: an empty folder beside the logs, for another form of them, with the same paths below.
copied() {
    mkdir -p "$work/$name/$1"
    cp -rp logs "$work/$name/$1/"
    echo "$work/$name/$1/logs"
}

# each_log FOLDER COMMAND: filters every log in place, keeping its time.
each_log() {
    local log
    find "$1" -type f | while read -r log; do
        cp -p "$log" "$work/before"
        eval "$2" <"$work/before" >"$log"
        touch -r "$work/before" "$log"
    done
}

packed() {
    tar cf - logs | zstd -q >logs.tar.zst
    in_form 'tar.zst' logs.tar.zst
    tar czf inner.tar.gz logs && tar cJf outer.tar.xz inner.tar.gz
    in_form 'tar.gz in tar.xz' outer.tar.xz
    zip -qr inner.zip logs && zip -q outer.zip inner.zip
    in_form 'zip in zip' outer.zip
    in_form 'as files and in archives' logs logs.tar.zst outer.zip
}

ordered() {
    local log backwards
    in_form 'twice, in two folders' "$(copied first)" "$(copied second)"
    mapfile -t backwards < <(find logs -type f | sort -r)
    in_form 'in reverse order' "${backwards[@]}"
    rm -f "$db"
    for log in "${backwards[@]}"; do
        run 0 ingest -q -d "$db" "$log"
    done
    equal "$name: one ingest each, in reverse order" "$wanted" "$(rows "$db")"
}

encoded() {
    local recoded
    recoded=$(copied utf16)
    each_log "$recoded" "{ printf '\\xff\\xfe'; iconv -f UTF-8 -t UTF-16LE; }"
    ingest_anew "$db" "$recoded"
    equal "$name: in UTF-16LE" "$(rows_without_ids "$fresh")" "$(rows_without_ids "$db")"
    recoded=$(copied crlf)
    each_log "$recoded" "sed 's/\$/\\r/'"
    ingest_anew "$db" "$recoded"
    equal "$name: with CRLF" "$(rows_without_ids "$fresh")" "$(rows_without_ids "$db")"
}

# Half of the lines first, then the whole, at the same path.
grown() {
    local growing
    growing=$(copied growing)
    each_log "$growing" "head -n \$((\$(wc -l <\"\$work/before\") / 2))"
    ingest_anew "$db" "$growing"
    cp -rp logs "$work/$name/growing/"
    run 0 ingest -q -d "$db" "$growing"
    equal "$name: half of it, then the whole" "$wanted" "$(rows "$db")"
}

# forms NAME FOLDER [DATED]: all forms of the logs in FOLDER.  Where every line holds its full date,
# also with an old half of them elsewhere.
forms() {
    name=$1 fresh=$work/$1.db
    mkdir -p "$work/$name/logs"
    cp -rp "$2/." "$work/$name/logs/"
    find "$work/$name/logs" -name '*.source.txt' -delete
    cd "$work/$name" || exit 1
    ingest_anew "$fresh" logs
    wanted=$(rows "$fresh")
    [ "$(sql 'SELECT count(*) FROM v_timeline' "$fresh")" -gt 0 ] || fail "$name: no spans to compare"
    packed
    ordered
    encoded
    grown
    [ -n "${3:-}" ] || return
    ingest_anew "$db" logs
    local half
    half=$(copied half)
    each_log "$half" "head -n \$((\$(wc -l <\"\$work/before\") / 2))"
    run 0 ingest -q -d "$db" "$half"
    equal "$name: the whole, then half of it elsewhere" "$(rows_without_ids "$fresh")" "$(rows_without_ids "$db")"
}

# What comes through a pipe has no name: the option gives it.
piped() {
    local logs=$PHASELINE_ROOT/fixtures/galera/logs
    ingest_anew "$work/named.db" "$logs/db1.log"
    rm -f "$db"
    phaseline ingest -q --node db1 -d "$db" - <"$logs/db1.log" || fail "standard input: exit code $?"
    equal 'standard input with --node' "$(rows_without_ids "$work/named.db")" "$(rows_without_ids "$db")"
    equal 'its place' 'stdin,read,db1' "$(sql 'SELECT kind, status, node FROM v_source')"
}

# Three clusters in one database: whatever the order and however many ingests, every view says the same.
together() {
    local seed log view
    name=together
    cp -rp "$fixtures" "$work/all"
    cd "$work/all" || exit 1
    find . -path '*/logs/*' -type f >logs
    for seed in 1 2 3; do
        rm -f "$db"
        shuf --random-source=<(yes $seed) logs >shuffled
        if [ $seed -eq 2 ]; then
            xargs "$PHASELINE_BIN" ingest -q -d "$db" <shuffled || fail "together: exit code $?"
        else
            while read -r log; do run 0 ingest -q -d "$db" "$log"; done <shuffled
        fi
        for view in v_run v_node v_event v_timeline v_phase v_phase_duration v_finding v_evidence v_source; do
            echo "$view"
            sql "SELECT * FROM $view ORDER BY 1, 2, 3, 4, 5, 6" "$db"
        done >"said.$seed"
        [ $seed -eq 1 ] || equal "together, in order $seed" "$(cat said.1)" "$(cat said.$seed)"
    done
}

fixtures=$PHASELINE_ROOT/fixtures
forms demo "$fixtures/demo/logs" dated
forms galera "$fixtures/galera/logs" dated
forms kops "$fixtures/kops/logs"
corpus=${PHASELINE_CORPUS:-$PHASELINE_ROOT/../shared/corpus}
[ ! -d "$corpus" ] || forms real "$corpus/galera/upgrade" dated
piped
together
finish
