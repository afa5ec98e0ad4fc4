#!/bin/sh
# Makes the staff client under build/web/out, or leaves it out with one line when npm or its registry
# is not there.  Usage: server/web/build.sh STAMP      (from the top of the tree)
set -eu
stamp=$1
dir=$(dirname "$stamp")
mkdir -p "$dir/npm"

without() {
    echo "The staff client is left out: $1. Everything else is built; install npm and run make again to have it." >&2
    rm -rf "$dir/out"
    mkdir -p "$dir/out"
    touch -d @0 "$stamp" # tried again next time
    exit 0
}

command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || without "npm is not installed"
if ! cmp -s server/web/package-lock.json "$dir/npm/package-lock.json" || [ ! -d "$dir/npm/node_modules" ]; then
    rm -f "$dir/npm/package-lock.json"
    cp server/web/package.json "$dir/npm/"
    cp server/web/package-lock.json "$dir/npm/lock"
    (cd "$dir/npm" && mv lock package-lock.json &&
        npm ci --ignore-scripts --no-audit --no-fund --silent >npm.log 2>&1) || {
        rm -f "$dir/npm/package-lock.json"
        without "npm ci failed (see $dir/npm/npm.log)"
    }
fi
node server/web/build.mjs "$dir/npm/node_modules" "$dir/out"
touch "$stamp"
