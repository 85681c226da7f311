#!/bin/bash
# dialects.sh - follows docs/dialects.md step by step in an empty folder: a block that begins with ```yaml
# FILE or ```text FILE is appended to that file; in blocks that begin with ```console step the commands
# after "$ " are run, and what they print must be what the page shows.
source "$(dirname "$0")/../support.sh"
unset XDG_CONFIG_HOME
page=docs/dialects.md
mkdir "$work/bin" "$work/desk"
ln -s "$PHASELINE_BIN" "$work/bin/phaseline"
export PATH=$work/bin:$PATH
cd "$work/desk" || exit 1
commands=0

# follow_console FIRST_LINE: reads the block from standard input.
follow_console() {
    local line_no=$1 line command='' wanted=''
    while IFS= read -r line; do
        if [[ $line == '$ '* ]]; then
            settle
            command=${line#\$ } wanted='' at=$line_no
        else
            wanted+=$line$'\n'
        fi
        line_no=$((line_no + 1))
    done
    settle
}

# Runs the command that was read, if any, and compares.
settle() {
    [ -n "$command" ] || return 0
    commands=$((commands + 1))
    bash -c "$command" >"$out" 2>&1 </dev/null
    printf '%s' "$wanted" | cmp -s - "$out" && return
    fail "$page:$at: $command"
    diff -u --label page --label "what it prints" <(printf '%s' "$wanted") "$out"
}

fence='' block='' line_no=0
while IFS= read -r line; do
    line_no=$((line_no + 1))
    if [ -z "$fence" ] && [[ $line == '```'?* ]]; then
        fence=${line#'```'} block='' first=$((line_no + 1))
    elif [ -n "$fence" ] && [ "$line" = '```' ]; then
        read -r kind file <<<"$fence"
        case $kind in
        yaml | text) [ -z "$file" ] || printf '%s' "$block" >>"$file" ;;
        console) [ "$file" != step ] || follow_console "$first" <<<"${block%$'\n'}" ;;
        esac
        fence=''
    elif [ -n "$fence" ]; then
        block+=$line$'\n'
    fi
done <"$PHASELINE_ROOT/$page"

[ "$commands" -gt 0 ] || fail "$page holds no command"

# The dialect at the end of the page does what the page says of its lines.
run 0 ingest -q -d "$db" --dialect-file larch.yaml larch-1.log
equal 'nodes' 'east,cache-1,Completed,serving' "$(sql 'SELECT cluster, node, assessment, phase FROM v_node')"
equal 'spans' 'drain,2025-03-04T09:01:00.000000Z,240000000
install,2025-03-04T09:05:00.000000Z,120000000
serving,2025-03-04T09:07:00.000000Z,' "$(sql 'SELECT phase, enter, duration_us FROM v_timeline ORDER BY enter_us')"
finish
