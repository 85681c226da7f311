#!/bin/bash
# examples.sh - runs the examples of README.md and docs/*.md, and compares what they show.
#
# What a page has to follow:
# - Examples stand in blocks that begin with ```console.  Blocks of any other kind are not run.
# - A line that begins with "$ " is a command; a "\" at its end continues it on the next line.  The lines
#   up to the next command or the end of the block are its output, standard output and standard error
#   together, to the letter.  A line "..." stands for any number of lines.  A command without output
#   below it must succeed, whatever it prints; one with output may end as it likes.
# - Only commands that begin with "phaseline " are run, by a shell, so pipes and quotes are what they are there.
# - They run in a folder that holds a copy of fixtures/ and nothing else; the commands of one page run one
#   after the other in the same folder.  phaseline.db is the database of fixtures/demo/logs in the
#   beginning.
source "$(dirname "$0")/../support.sh"

mkdir "$work/bin"
ln -s "$PHASELINE_BIN" "$work/bin/phaseline"
PATH=$work/bin:$PATH

# examples PAGE: writes 001.cmd, 001.want, 002.cmd ... into the current folder.
examples() {
    awk '/^```console$/ { inside = 1; command = ""; next }
         /^```$/ { inside = 0 }
         !inside { next }
         more { sub(/^> /, ""); print >command; more = /\\$/; next }
         /^\$ / { name = sprintf("%03d", ++count); command = name ".cmd"; want = name ".want"
                  sub(/^\$ /, ""); print >command; more = /\\$/; next }
         command != "" { print >want }' "$1"
}

# matches WANTED GOT: equal, line by line, where a line "..." of WANTED stands for any number.
matches() {
    awk 'NR == FNR { want[++n] = $0; next } { got[++m] = $0 }
         function same(i, j) {
             if (i > n) return j > m
             if (want[i] != "...") return j <= m && want[i] == got[j] && same(i + 1, j + 1)
             for (; j <= m + 1; j++) if (same(i + 1, j)) return 1
             return 0
         }
         END { exit !same(1, 1) }' "$1" "$2"
}

# try PAGE COMMAND: runs one example in the folder of the page.
try() {
    local page=$1 name=${2%.cmd} code=0
    (cd "$work/$page.here" && bash -c "$(cat "$2")") >"$out" 2>&1 </dev/null || code=$?
    if [ ! -e "$name.want" ]; then
        [ "$code" -eq 0 ] || { fail "$page: $(cat "$2"): exit code $code"; cat "$out"; }
    elif ! matches "$name.want" "$out"; then
        fail "$page: $(cat "$2")"
        diff -u --label "in $page" --label 'what it gives' "$name.want" "$out"
    fi
}

tried=0
for path in "$PHASELINE_ROOT"/README.md "$PHASELINE_ROOT"/docs/*.md; do
    page=$(basename "$path")
    mkdir -p "$work/$page.here" "$work/$page.examples"
    cp -rp "$PHASELINE_ROOT/fixtures" "$work/$page.here/"
    (cd "$work/$page.here" && phaseline ingest -q fixtures/demo/logs) || fail "$page: no database"
    cd "$work/$page.examples" || exit 1
    examples "$path"
    for command in "$work/$page.examples"/*.cmd; do
        [ -e "$command" ] && grep -q '^phaseline ' "$command" || continue
        try "$page" "$command"
        tried=$((tried + 1))
    done
done
[ "$tried" -ge 1 ] || fail 'no page has an example'
finish
