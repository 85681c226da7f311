#!/bin/bash
# test.sh - builds with gcc and with clang's sanitizers, runs every test on both, and prints as its
# last line "N passed, N failed" (", N skipped" may follow).  Fails when a test or a build does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

source scripts/packages.sh
passed=0 failed=0 skipped=0

# The number in attribute $1 of the <testsuite> in the file $2.
count_of() {
    sed -n "s/^[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1
}

# A ctest that fails without naming a test counts as one failure.
run_tests() {
    local report="$PWD/build/$1/tests.xml" failures=0 skips=0 code=0
    rm -f "$report"
    ctest --preset "$1" --output-junit "$report" || code=$?
    if [ -e "$report" ]; then
        failures=$(count_of failures "$report")
        skips=$(($(count_of skipped "$report") + $(count_of disabled "$report")))
        passed=$((passed + $(count_of tests "$report") - failures - skips))
    fi
    [ "$code" -eq 0 ] || [ "$failures" -gt 0 ] || failures=1
    failed=$((failed + failures))
    skipped=$((skipped + skips))
}

scripts/deps.sh "${build_packages[@]}" "${test_packages[@]}"
for preset in release sanitize; do
    if cmake --preset "$preset" && cmake --build --preset "$preset"; then
        run_tests "$preset"
    else
        echo "The $preset build failed."
        failed=$((failed + 1))
    fi
done

summary="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || summary+=", $skipped skipped"
echo "$summary"
[ "$failed" -eq 0 ]
