#!/bin/sh
# Runs dieharder over the draws of requests: over ordinals, over chains of parents, over seeds that
# differ in one bit. Needs Debian's package dieharder (apt-get install dieharder) and takes hours.
# usage: run.sh [FOLDER]   where the three tables go, by default the current one
# It fails where any test FAILED, or more than 3 of a feed are WEAK.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-.}
bad=0
for feed in ordinals parents seeds; do
  table="$folder/dieharder-$feed.txt"
  npx tsx "$here/feed.ts" "$feed" | dieharder -a -g 200 >"$table"
  failed=$(grep -c FAILED "$table" || true)
  weak=$(grep -c WEAK "$table" || true)
  echo "$feed: $failed FAILED, $weak WEAK of $(grep -c -E 'PASSED|WEAK|FAILED' "$table")"
  if [ "$failed" -gt 0 ] || [ "$weak" -gt 3 ]; then bad=1; fi
done
exit $bad
