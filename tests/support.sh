# support.sh - sourced by the tests written in shell: a folder of their own, a private configuration,
# and checks that are counted.
#
# A test calls the checks below and ends with `finish`; it fails when one of them did.  Exit code 77
# means skipped.  What a command printed last is in $out and $err.
set -uo pipefail

PHASELINE_ROOT=${PHASELINE_ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
PHASELINE_BIN=${PHASELINE_BIN:-$PHASELINE_ROOT/build/release/phaseline}
[ -x "$PHASELINE_BIN" ] || { echo "no program at $PHASELINE_BIN" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/phaseline-test-XXXXXX")
trap 'chmod -R u+rwX "$work" 2>/dev/null; rm -rf "$work"' EXIT
unset NO_COLOR PHASELINE_DB COLUMNS
export HOME=$work/home XDG_CONFIG_HOME=$work/config LC_ALL=C.UTF-8 TZ=UTC
mkdir -p "$HOME" "$XDG_CONFIG_HOME"
out=$work/out err=$work/err db=$work/phaseline.db
: >"$out" >"$err"
failures=0

skip() {
    echo "skipped: $*"
    exit 77
}

# The folder of real logs; the test is skipped where there is none.
need_corpus() {
    corpus=${PHASELINE_CORPUS:-$PHASELINE_ROOT/../shared/corpus}
    [ -d "$corpus" ] || skip "no corpus at $corpus"
    cd "$corpus" || exit 1
}

# need COMMAND...: skips where one of them is not installed.
need() {
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null || skip "$command is not installed"
    done
}

is_sanitized() {
    grep -q __asan_init "$PHASELINE_BIN"
}

phaseline() {
    "$PHASELINE_BIN" "$@"
}

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# equal WHAT WANTED GOT
equal() {
    [ "$2" = "$3" ] && return
    fail "$1"
    diff -u --label wanted --label got <(printf '%s\n' "$2") <(printf '%s\n' "$3") | head -n 40
}

# holds WHAT PATTERN FILE: some line of FILE matches the extended regular expression.
holds() {
    grep -Eq -- "$2" "$3" && return
    fail "$1: no line matches $2 in"
    head -n 20 "$3"
}

# lacks WHAT PATTERN FILE
lacks() {
    grep -Eq -- "$2" "$3" || return 0
    fail "$1: lines match $2"
    grep -E -- "$2" "$3" | head -n 5
}

# run CODE ARGUMENT...: phaseline must end with CODE, and say nothing about its own memory.
run() {
    local want=$1 code=0
    shift
    phaseline "$@" >"$out" 2>"$err" </dev/null || code=$?
    [ "$code" -eq "$want" ] || { fail "phaseline $*: exit code $code, not $want"; head -n 40 "$err"; }
    lacks "phaseline $*" 'AddressSanitizer|LeakSanitizer|runtime error' "$err"
}

# sql QUERY [DB]: its rows as CSV, without the header.
sql() {
    phaseline sql -d "${2:-$db}" --format csv "$1" | tr -d '\r' | tail -n +2
}

# ingest_anew DB PATH...: makes DB afresh; exit code 0 wanted.
ingest_anew() {
    local into=$1
    shift
    rm -f "$into"
    run 0 ingest -q -d "$into" "$@"
}

timeline_columns='span_id, cluster, run_id, node, attempt, model, phase, phase_rank, kind, parent_phase,
    enter_us, enter, exit_us, exit, duration_us, open_us, closed_by, result'

# rows DB: everything the timeline and the findings say.
rows() {
    sql 'SELECT * FROM v_timeline ORDER BY span_id' "$1"
    sql 'SELECT * FROM v_finding ORDER BY finding_id' "$1"
}

# The same without the ids of events, which come from the bytes of the log.
rows_without_ids() {
    sql "SELECT $timeline_columns FROM v_timeline ORDER BY span_id" "$1"
    sql 'SELECT * FROM v_finding ORDER BY finding_id' "$1"
}

finish() {
    [ "$failures" -eq 0 ] && exit 0
    echo "$failures checks failed"
    exit 1
}
