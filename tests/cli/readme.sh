#!/bin/bash
# readme.sh - every `$ phaseline ...` in a console block of the README gives what stands below it.
source "$(dirname "$0")/../support.sh"

mkdir "$work/bin" "$work/readme"
ln -s "$PHASELINE_BIN" "$work/bin/phaseline"
ln -s "$PHASELINE_ROOT/fixtures" "$work/readme/fixtures"
cd "$work/readme" || exit 1
count=0

# check COMMAND WANTED: commands share a folder, so that later ones find the database of earlier ones.
check() {
    [ -n "$1" ] || return 0
    equal "$1" "$2" "$(PATH="$work/bin:$PATH" sh -c "$1" 2>&1 </dev/null)"
    count=$((count + 1))
}

command='' wanted='' inside=
while IFS= read -r line; do
    case $inside$line in
    '```console') inside=+ ;;
    '+```') check "$command" "${wanted%$'\n'}"; command='' wanted='' inside= ;;
    '+$ '*) check "$command" "${wanted%$'\n'}"; command=${line#'$ '} wanted='' ;;
    +*) wanted+=$line$'\n' ;;
    esac
done <"$PHASELINE_ROOT/README.md"

[ "$count" -ge 6 ] || fail "only $count commands found in the README"
finish
