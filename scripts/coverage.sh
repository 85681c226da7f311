#!/bin/bash
# coverage.sh - builds with the preset `coverage`, runs all tests, and prints for each layer how many of
# its lines they ran.  Needs nothing but gcc's gcov.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cmake --preset coverage >&2
cmake --build --preset coverage >&2
find build/coverage -name '*.gcda' -delete
ctest --preset coverage >&2 || echo "coverage.sh: tests failed; what follows counts what they ran" >&2

# gcov says of every object "File '...'" and "Lines executed:P% of N" in turn.
objects=build/coverage/CMakeFiles/pl_objects.dir/src
find "$objects" -name '*.gcda' -print0 | sort -z | xargs -0 gcov -n 2>/dev/null | awk '
    /^File / {
        split($0, quoted, "\047")
        count = split(quoted[2], parts, "/")
        layer = quoted[2] ~ /\.c$/ && parts[count - 2] == "src" ? parts[count - 1] : ""
    }
    /^Lines executed:/ && layer != "" {
        split($0, words, /[:% ]+/)
        lines[layer] += words[5]
        ran[layer] += words[3] * words[5] / 100
        layer = ""
    }
    function percent(part, whole) { return whole > 0 ? 100 * part / whole : 0 }
    function row(name, all, part) {
        printf "%-10s %7d %7d %6.1f\n", name, all, part, percent(part, all)
    }
    END {
        count = split("base io decode dialect scan match store ingest analysis render api cli", names, " ")
        printf "%-10s %7s %7s %6s\n", "LAYER", "LINES", "RAN", "%"
        for (i = 1; i <= count; i++) {
            row(names[i], lines[names[i]], ran[names[i]])
            all += lines[names[i]]
            all_ran += ran[names[i]]
        }
        row("all", all, all_ran)
    }'
