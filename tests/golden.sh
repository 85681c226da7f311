#!/bin/bash
# golden.sh CASE - runs the command of a case folder and compares what came out, byte for byte.
#
# CASE/cmd holds the arguments of phaseline as one shell-quoted line, or several lines of a shell
# script with `phaseline` in PATH.  It runs in the case folder; $TMP_CASE is an empty folder of its
# own, and its name in the output reads $TMP_CASE.  stdout, stderr and code say what is expected;
# without them nothing, nothing and 0.  UPDATE_GOLDEN=1 writes what came out instead.
set -euo pipefail

case_dir=$(cd "$1" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/phaseline-golden-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/case" "$work/got"
ln -s "$PHASELINE_BIN" "$work/bin/phaseline"

run_case() {
    unset NO_COLOR PHASELINE_DB COLUMNS
    export TMP_CASE="$work/case" PATH="$work/bin:$PATH" LC_ALL=C.UTF-8 TZ=UTC
    export HOME="$work" XDG_CONFIG_HOME="$work/config"
    cd "$case_dir"
    if [ "$(grep -c '' cmd)" -eq 1 ]; then
        sh -ec "phaseline $(cat cmd)"
    else
        sh -e ./cmd
    fi
}

code=0
(run_case) >"$work/stdout" 2>"$work/stderr" </dev/null || code=$?
for stream in stdout stderr; do
    sed "s|$work/case|\$TMP_CASE|g" "$work/$stream" >"$work/got/$stream"
done
[ "$code" -eq 0 ] || echo "$code" >"$work/got/code"

failed=0
for part in stdout stderr code; do
    want="$case_dir/$part" got="$work/got/$part"
    if [ "${UPDATE_GOLDEN:-0}" = 1 ]; then
        rm -f "$want"
        [ ! -s "$got" ] || cp "$got" "$want"
        continue
    fi
    [ -e "$want" ] || want=/dev/null
    [ -e "$got" ] || got=/dev/null
    [ "$part" != code ] || [ "$(cat "$want")" != 0 ] || want=/dev/null
    diff -u --label "expected $part" --label "actual $part" "$want" "$got" || failed=1
done
exit "$failed"
