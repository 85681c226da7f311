#!/bin/bash
# sql.sh - every query of docs/sql.md runs on the demo, and its tables name the columns that there are.
source "$(dirname "$0")/../support.sh"

cd "$work" || exit 1
ingest_anew "$db" "$PHASELINE_ROOT/fixtures/demo/logs"
awk '/^```sql$/ { inside = 1; file = sprintf("%02d.sql", ++count); next }
     /^```$/ { inside = 0 }
     inside { print >file }' "$PHASELINE_ROOT/docs/sql.md"

queries=0 with_rows=0
for query in *.sql; do
    run 0 sql -d "$db" --format csv "$(cat "$query")"
    queries=$((queries + 1))
    [ "$(wc -l <"$out")" -le 1 ] || with_rows=$((with_rows + 1))
done
[ "$queries" -ge 12 ] || fail "only $queries queries"
[ "$with_rows" -ge 12 ] || fail "only $with_rows of $queries queries give rows"

# VIEW COLUMN, for every row of the table under a heading that names the view.
documented() {
    awk '/^#/ { views = ""; if (/^### v_/) { views = $0; sub(/^### /, "", views); sub(/:.*/, "", views) } }
         views != "" && /^\| `/ {
             split($0, cell, "|")
             names = cell[2]; gsub(/[` ]/, "", names)
             n = split(names, column, ","); m = split(views, view, ", ")
             for (i = 1; i <= m; i++) for (j = 1; j <= n; j++) print view[i], column[j]
         }' "$PHASELINE_ROOT/docs/sql.md" | sort
}
there_are() {
    local view column
    for view in v_run v_node v_event v_timeline v_phase v_phase_duration v_finding v_stall v_order v_evidence v_source; do
        phaseline sql -d "$db" --format csv "SELECT * FROM $view LIMIT 0" | tr -d '\r' | tr , '\n' |
            while read -r column; do echo "$view $column"; done
    done | sort
}
equal 'the columns of the views' "$(there_are)" "$(documented)"
finish
