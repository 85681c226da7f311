#!/bin/bash
# one.sh FOLDER SEED - invents the cluster SEED in FOLDER/SEED and leaves there what the program finds, as `found`:
# rule, number of the run in its model, node, phase, and the summary, in columns by tabs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
place=$1/$2
perl "$here/generate.pl" "$2" "$place"
cd "$place"
read -r -a options <options || true
"$PHASELINE_BIN" ingest -q -d db "${options[@]}" logs 2>problems || [ $? -eq 4 ]   # something could not be read
"$PHASELINE_BIN" sql -d db --format csv "
    WITH runs AS (SELECT run_id, row_number() OVER (PARTITION BY cluster, model ORDER BY started_us, run_id) AS no FROM v_run)
    SELECT rule || char(9) || CASE WHEN rule LIKE 'clock.%' OR rule LIKE 'coverage.%' THEN '' ELSE coalesce(no, '') END
           || char(9) || coalesce(node, '') || char(9) || coalesce(phase, '') || char(9)
           || replace(summary, char(9), ' ') AS found
    FROM v_finding LEFT JOIN runs USING (run_id) ORDER BY 1" | tr -d '\r' | tail -n +2 |
    sed -e 's/^"\(.*\)"$/\1/' -e 's/""/"/g' >found
[ -n "${PHASELINE_TRUTH_KEEP:-}" ] || rm -rf logs db
