#!/bin/bash
# test.sh - builds with gcc and with clang's sanitizers, runs every test on both, and prints as its
# last line "N passed, N failed" (", N skipped" may follow).  Fails when a test or a build does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

source scripts/packages.sh
passed=0 failed=0 skipped=0

# Runs the tests of a preset and counts them.  A test that could not be run has failed; so has a
# ctest that gives no reason.
run_tests() {
    local report="$PWD/build/$1/tests.xml" code=0 all ran skips failures
    ctest --preset "$1" --output-junit "$report" || code=$?
    all=$(grep -c '^[[:space:]]*<testcase ' "$report" || true)
    ran=$(grep -c '^[[:space:]]*<testcase .* status="run">$' "$report" || true)
    skips=$(grep -c '^[[:space:]]*<skipped message="SKIP_RETURN_CODE' "$report" || true)
    failures=$((all - ran - skips))
    [ "$code" -eq 0 ] || [ "$failures" -gt 0 ] || failures=1
    passed=$((passed + ran))
    failed=$((failed + failures))
    skipped=$((skipped + skips))
}

scripts/deps.sh "${build_packages[@]}" "${test_packages[@]}"
for preset in release sanitize; do
    rm -f "build/$preset/tests.xml"
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
