#!/bin/bash
# exports.sh - the shared library exports what the public headers declare, and nothing else.
source "$(dirname "$0")/../support.sh"
need nm

cd "$PHASELINE_ROOT" || exit 1
wanted=$(grep -hoE '^PL_API [^;(]*\(' include/phaseline/*.h | grep -oE '[a-z_0-9]+\($' |
    tr -d '(' | sort -u)
got=$(nm -D --defined-only "$PHASELINE_BUILD/libphaseline.so" | awk '{print $3}' |
    grep -vE '^(_.*(asan|ubsan|sancov|odr|gcov).*|mangle_path)$' | sort -u) # of the compiler's own
equal "the exported symbols" "$wanted" "$got"
holds "the headers declare something" '^pl_db_open$' <(echo "$wanted")
finish
