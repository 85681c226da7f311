#!/bin/bash
# measure.sh [COUNT] [FIRST_SEED] - precision and recall of every finding rule over COUNT invented clusters.
source "$(dirname "$0")/../support.sh"
export PHASELINE_BIN
here=$(cd "$(dirname "$0")" && pwd)
count=${1:-500} first=${2:-1}
mkdir "$work/clusters"
seq "$first" $((first + count - 1)) | xargs -P 2 -I SEED "$here/one.sh" "$work/clusters" SEED || fail 'a cluster could not be measured'
perl "$here/compare.pl" "$work"/clusters/* || failures=1
finish
