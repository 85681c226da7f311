#!/bin/bash
# manual.sh - the man page is well formed, and what it gives as examples works.
source "$(dirname "$0")/../support.sh"

if command -v mandoc >/dev/null; then
    equal "mandoc finds nothing to say" "" "$(mandoc -T lint "$PHASELINE_ROOT/man/phaseline.1" 2>&1)"
fi

mkdir "$work/bin" "$work/example"
ln -s "$PHASELINE_BIN" "$work/bin/phaseline"
ln -s "$PHASELINE_ROOT/fixtures" "$work/example/fixtures"
count=0
while read -r example; do
    want=0 code=0
    [[ $example != *--fail-on* ]] || want=1
    (cd "$work/example" && PATH="$work/bin:$PATH" sh -c "$example") >"$out" 2>"$err" || code=$?
    equal "$example: exit code" "$want" "$code"
    count=$((count + 1))
done < <(sed -n 's/^\.Dl //p' "$PHASELINE_ROOT/man/phaseline.1")
equal "all examples were run" 7 "$count"
holds "the last example prints a table" '^NODE4 +UpgradingComponents +133750000$' "$out"

bash -n "$PHASELINE_ROOT/completions/phaseline.bash" || fail "the completion does not parse"
finish
