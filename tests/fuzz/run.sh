#!/bin/sh
# Runs every fuzz target for a bounded time on a copy of its corpus.  Prints TAP.
# The parser of request heads gets a minute (MOTCUA_TEST_FUZZ_HEAD), each other target 4 s (MOTCUA_TEST_FUZZ).
# A crash leaves its input in build/fuzz/crashes/: put it into tests/fuzz/corpus/ with the repair.
set -u
cd "$(dirname "$0")/../.."
bin=build/clang/tests/fuzz
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p build/fuzz/crashes
n=0 bad=0
for src in tests/fuzz/fuzz_*.c; do
    name=$(basename "$src" .c)
    case $name in
    fuzz_http_head) seconds=${MOTCUA_TEST_FUZZ_HEAD:-60} ;;
    *) seconds=${MOTCUA_TEST_FUZZ:-4} ;;
    esac
    mkdir -p "$tmp/$name"
    [ ! -d "tests/fuzz/corpus/${name#fuzz_}" ] || cp -r "tests/fuzz/corpus/${name#fuzz_}/." "$tmp/$name/"
    n=$((n + 1))
    if timeout $((seconds + 60)) "$bin/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix=build/fuzz/crashes/"$name"- -print_final_stats=1 "$tmp/$name" >"$tmp/log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$tmp/log")
        if [ "${runs:-0}" -gt 100 ]; then
            echo "ok $n - $name: $runs inputs in $seconds s"
        else
            echo "not ok $n - $name ran only ${runs:-0} inputs"
            bad=1
        fi
    else
        bad=1
        echo "not ok $n - $name"
        tail -n 25 "$tmp/log" | sed 's/^/# /'
    fi
done
echo "1..$n"
exit $bad
