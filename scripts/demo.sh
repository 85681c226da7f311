#!/bin/bash
# demo.sh - builds phaseline and shows its report on the logs in fixtures/demo/logs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

source scripts/packages.sh
scripts/deps.sh "${build_packages[@]}"
cmake --preset release >&2
cmake --build --preset release --target phaseline check_dialects >&2

if [ -d fixtures/demo/logs ]; then
    build/release/phaseline fixtures/demo/logs
fi
