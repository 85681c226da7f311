#!/bin/bash
# limits.sh - no file over 800 lines, no function over 60 (from its '{' to its '}').
set -euo pipefail
cd "${PHASELINE_ROOT:-$(dirname "$0")/../..}"

find src include tests -name '*.[ch]' -print0 | sort -z | xargs -0 awk '
    function complain(line, text) { printf "%s:%d: %s\n", FILENAME, line, text; bad = 1 }
    FNR == 801 { complain(FNR, "more than 800 lines") }
    /^\{/ { start = FNR }
    /^\}/ && start { if (FNR - start + 1 > 60) complain(start, FNR - start + 1 " lines of function") }
    /^\}/ { start = 0 }
    END { exit bad }
'
