#!/bin/bash
# format.sh - every source is as clang-format would write it.
set -euo pipefail
cd "${PHASELINE_ROOT:-$(dirname "$0")/../..}"

command -v clang-format >/dev/null || exit 77
find src include tests -name '*.[ch]' -print0 | sort -z | xargs -0 clang-format --dry-run -Werror
