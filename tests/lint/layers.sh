#!/bin/sh
# The house: include arrows point down only, no banned function, no over-long file.  Prints TAP.
# cli -> api, jobs -> store, print -> db, http -> core -> common
set -u
cd "$(dirname "$0")/../.."
n=0 bad=0
check() { # name, offending lines
    n=$((n + 1))
    if [ -z "$2" ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        printf '%s\n' "$2" | sed 's/^/# /' | head -n 40
        bad=1
    fi
}
rank() { # height of a room; equal heights do not see each other (except cli, which is the top)
    case $1 in
    common/*) echo 0 ;;
    server/core) echo 1 ;;
    server/db | server/http) echo 2 ;;
    server/store | server/print) echo 3 ;;
    server/jobs) echo 4 ;;
    server/api) echo 5 ;;
    server/cli) echo 6 ;;
    server) echo 7 ;;
    *) echo 9 ;;
    esac
}
up=$(grep -Hn '^#include "' common/*/*.[ch] server/*.[ch] server/*/*.[ch] 2>/dev/null |
    sed 's/:[0-9]*:#include "/ /; s/".*//' | while read -r file inc; do
    from=${file%/*} to=${inc%/*}
    [ "$to" = "$inc" ] && continue
    [ "$from" = "$to" ] && continue
    rf=$(rank "$from") rt=$(rank "$to")
    case $from in
    common/*)
        case $to in common/*) ;; *) echo "$file includes $inc" ;; esac ;;
    *)
        [ "$rf" -gt "$rt" ] || echo "$file includes $inc" ;;
    esac
done)
check "include arrows point down only" "$up"
# inside common: base <- time <- access <- ticket, procedure <- dossier
inner=$(grep -Hn '^#include "common/' common/*/*.[ch] | sed 's/:[0-9]*:#include "/ /; s/".*//' |
    awk 'function r(d){return d=="base"?0:d=="time"?1:d=="access"?2:d=="ticket"?3:d=="procedure"?3:4}
         {split($1,a,"/"); split($2,b,"/"); if (r(b[2])>r(a[2])) print $1" includes "$2}')
check "rooms of common are in order" "$inner"
check "common does no input or output" "$(grep -nE '^#include <(sys/socket|fcntl|unistd|netinet|event2|libpq|pthread|sys/stat|dirent)' common/*/*.[ch])"
check "common has no clock" "$(grep -nE '\b(clock_gettime|gettimeofday|time\(NULL\)|time\(0\)|localtime|gmtime)\b' common/*/*.c)"
check "only http, db, core and jobs know libevent and libpq" \
    "$(grep -nE '^#include <(event2/|libpq-fe)' server/api/*.[ch] server/store/*.h server/print/*.[ch] 2>/dev/null)"
check "banned functions" \
    "$(grep -nE '\b(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|gets|alloca|rand|localtime|system|FcFini)\(' common/*/*.c server/*.c server/*/*.c)"
long=$(wc -l common/*/*.[ch] server/*.c server/*/*.[ch] | awk '$2!="total" && $1>650 {print $2": "$1" lines"}')
check "files stay readable (650 lines at most)" "$long"
check "sources are formatted" "$(clang-format --dry-run $(git ls-files '*.c' '*.h') 2>&1 | grep -E 'warning|error' | head -n 20)"
check "tests ask the offices' clock, not the machine's (office_day, office_now, officeDay)" \
    "$(grep -nE "date\.today\(\)|strftime\('%Y-%m-%d'\)$|timedelta\(hours=7\)|toISOString" tests/*/*.py tests/browser/*.mjs | grep -vE '^tests/(lib/api|verify/recount|bench/[a-z_]+)\.py')"
check "every room has its page" "$(for d in common/ticket common/base common/time common/procedure common/dossier common/access common/paper server/core server/http server/api server/db server/store server/jobs server/print server/cli server/web migrations config tests docker; do [ -s $d/README.md ] || echo "$d/README.md is missing"; done)"
check "tests and scenarios that tests/README.md names are there" "$(grep -oE '`(unit|api|db|cli|verify|http)/[A-Za-z0-9_./]+`' tests/README.md | tr -d '`' | while read -r f; do [ -e "tests/$f" ] || echo "tests/$f"; done
    grep -oE '`[0-9]\.[0-9]{6}[A-Za-z0-9.-]*\*?`' tests/README.md | tr -d '`' | sed 's/\*$//' | while read -r f; do ls config/procedures/"$f"*.yaml > /dev/null 2>&1 || echo "config/procedures/$f"; done)"
echo "1..$n"
exit $bad
