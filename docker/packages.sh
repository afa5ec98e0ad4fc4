#!/bin/sh
# Debian packages of Một cửa: installs what is missing or older than the safe minimum, asks nothing.
# Usage: packages.sh run | test | runtime | list SET
#   runtime  what the finished program needs (the container image)
#   run      runtime + what building needs
#   test     run + what the tests need
# Everything present and new enough: nothing is done and no privilege is needed.
set -eu

# A name alone, or name=minimum version. The minima close known holes (see README, "Safe versions").
runtime='libevent-2.1-7=2.1.12-stable-8+deb12u1 libevent-openssl-2.1-7=2.1.12-stable-8+deb12u1
 libevent-pthreads-2.1-7=2.1.12-stable-8+deb12u1 libpq5=15.20 libssl3=3.0.22 openssl=3.0.22
 postgresql-15=15.20 postgresql-client-15=15.20 libjansson4 libyaml-0-2 libutf8proc2 libargon2-1
 libpangocairo-1.0-0 libcairo2 libharfbuzz-subset0 libzint2.11 libxlsxwriter4 fonts-liberation2 fonts-noto-core tzdata util-linux
 zlib1g libcurl4 ca-certificates'
build='gcc libc6-dev make pkg-config libevent-dev=2.1.12-stable-8+deb12u1 libpq-dev=15.20
 libssl-dev=3.0.22 libjansson-dev libyaml-dev libutf8proc-dev libargon2-dev
 libcairo2-dev libpango1.0-dev libzint-dev libxlsxwriter-dev zlib1g-dev libcurl4-openssl-dev nodejs npm'
tests='clang lld libclang-rt-14-dev libcmocka-dev python3 git procps clang-format yamllint
 systemd librsvg2-bin curl poppler-utils zbar-tools chromium chromium-headless-shell'

case "${1:-}" in
list) shift; only_list=1 ;;
*) only_list=0 ;;
esac
case "${1:-}" in
runtime) want=$runtime ;;
run) want="$runtime $build" ;;
test) want="$runtime $build $tests" ;;
*) echo "usage: packages.sh [list] runtime|run|test" >&2; exit 2 ;;
esac
if [ $only_list = 1 ]; then
    for p in $want; do echo "${p%%=*}"; done
    exit 0
fi

installed() {
    dpkg-query -W -f='${db:Status-Abbrev} ${Version}\n' "$1" 2>/dev/null | sed -n 's/^ii *//p' | head -n 1
}

need=
for p in $want; do
    name=${p%%=*} min=
    [ "$name" = "$p" ] || min=${p#*=}
    # Node and npm may come from elsewhere than Debian; any from 18 on will do.
    case $name in
    nodejs) ! command -v node >/dev/null 2>&1 || continue ;;
    npm) ! command -v npm >/dev/null 2>&1 || continue ;;
    esac
    have=$(installed "$name")
    if [ -z "$have" ] || { [ -n "$min" ] && dpkg --compare-versions "$have" lt "$min"; }; then
        need="$need $name"
    fi
done
[ -n "$need" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
        echo "These Debian packages are missing or too old:$need" >&2
        echo "Run this as root, or install sudo." >&2
        exit 1
    }
    as_root=sudo
fi

# A fresh PostgreSQL package would make and start a cluster of its own; the product has its own.
if [ -z "$(installed postgresql-15)" ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    $as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' |
        $as_root tee /etc/postgresql-common/createcluster.d/motcua.conf >/dev/null
fi

echo "Installing Debian packages:$need"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $as_root env DEBIAN_FRONTEND=noninteractive apt-get update &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $need; } \
    >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "Could not install:$need" >&2
    exit 1
fi
for p in $want; do
    name=${p%%=*}
    [ "$name" = "$p" ] && continue
    have=$(installed "$name")
    if dpkg --compare-versions "$have" lt "${p#*=}"; then
        echo "warning: $name $have is older than ${p#*=}, but the archive has nothing newer" >&2
    fi
done
