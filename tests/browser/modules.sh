#!/bin/sh
# Fetches what the browser tests stand on into build/browser/npm, once per lock file.
# Without npm or its registry: one line, and the tests are skipped.
set -eu
cd "$(dirname "$0")/../.."
dir=build/browser/npm
command -v npm >/dev/null 2>&1 || { echo "npm is not here: the browser tests are skipped" >&2; exit 0; }
cmp -s tests/browser/package-lock.json $dir/package-lock.json && [ -d $dir/node_modules ] && exit 0
mkdir -p $dir
cp tests/browser/package.json $dir/
cp tests/browser/package-lock.json $dir/lock
(cd $dir && mv lock package-lock.json && npm ci --ignore-scripts --no-audit --no-fund --silent >npm.log 2>&1) || {
    rm -f $dir/package-lock.json
    echo "npm ci failed (see $dir/npm.log): the browser tests are skipped" >&2
}
