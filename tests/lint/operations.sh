#!/bin/sh
# The service unit is tightly closed, and the container files are well formed.  Prints TAP.
set -u
cd "$(dirname "$0")/../.."
n=0 bad=0
ok() { n=$((n + 1)); echo "ok $n - $1"; }
no() { n=$((n + 1)); bad=1; echo "not ok $n - $1"; printf '%s\n' "$2" | sed 's/^/# /'; }

level=$(systemd-analyze security --offline=true config/systemd/motcuad.service 2>/dev/null |
    sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p')
if [ -n "$level" ] && [ "$(echo "$level" | awk '{print ($1 <= 2.0)}')" = 1 ]; then
    ok "the unit's exposure is $level, at most 2.0"
else
    no "the unit's exposure is at most 2.0" "systemd-analyze says: ${level:-nothing}"
fi
out=$(yamllint docker/compose.yaml config/motcua.yaml 2>&1)
if [ -z "$out" ]; then ok "compose file and configuration pass yamllint"; else
    no "compose file and configuration pass yamllint" "$out"; fi
# What linters of Dockerfiles ask first: pinned base, no root at the end, no latest, no ADD, lists cleaned.
out=$(
    grep -nE '^FROM [^ ]*(:latest|[^:]*$)' docker/Dockerfile | grep -v ' AS ' | grep -v ':' || true
    grep -nE '^ADD ' docker/Dockerfile || true
    grep -qE '^USER [1-9]' docker/Dockerfile || echo 'no USER that is not root'
    grep -q 'rm -rf .*/var/lib/apt/lists' docker/Dockerfile || echo 'package lists are left in the image'
    grep -qE '^HEALTHCHECK' docker/Dockerfile || echo 'no HEALTHCHECK'
)
if [ -z "$out" ]; then ok "the Dockerfile keeps the rules of Dockerfile linters"; else
    no "the Dockerfile keeps the rules of Dockerfile linters" "$out"; fi
for s in docker/packages.sh .ci/run tests/lint/*.sh; do
    if sh -n "$s"; then ok "$s parses"; else no "$s parses" "sh -n"; fi
done
out=$(docker/packages.sh list run | sort | uniq -d)
if [ -z "$out" ]; then ok "no package is listed twice"; else no "no package is listed twice" "$out"; fi
echo "1..$n"
exit $bad
