#!/bin/sh
# A private, throw-away PostgreSQL cluster in a directory: Unix socket only, checksums on, durable.
#
#   cluster.sh start DIR [--with PID] [--like DATA] [NAME=VALUE…]   makes it when needed, starts it, prints its conninfo
#   cluster.sh stop DIR [MODE]                        stops it (immediate; smart or fast)
#   cluster.sh remove DIR                             stops it and deletes DIR
#   cluster.sh conninfo DIR
#
# --with PID: the cluster stops and vanishes by itself soon after process PID has ended.
# --like DATA: it begins as a copy of this data directory of a stopped cluster (tests/lib/template.py).
# NAME=VALUE are server settings.  As root the server runs as $CLUSTER_USER (default: postgres, else
# nobody).  PG_BIN names another directory of PostgreSQL programs.
set -eu

PG_BIN=${PG_BIN:-/usr/lib/postgresql/15/bin}
PORT=5432

die() {
    echo "cluster.sh: $*" >&2
    exit 1
}

owner() { # the user the server runs as
    if [ "$(id -u)" != 0 ]; then
        id -un
    elif [ -n "${CLUSTER_USER:-}" ]; then
        echo "$CLUSTER_USER"
    elif id postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

as_owner() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid="$(id -u "$USER_DB")" --regid="$(id -g "$USER_DB")" --clear-groups \
            env HOME="$DIR" PATH="$PATH" LC_ALL=C.UTF-8 "$@"
    else
        LC_ALL=C.UTF-8 "$@"
    fi
}

# initdb takes seconds; its result is kept and copied.  The cache is used only when it is ours and
# nobody else can write to it.
template() {
    CACHE=/tmp/motcua-initdb-$(id -u "$USER_DB")-$("$PG_BIN/postgres" -V | tr -cd '0-9.')-2
    [ -d "$CACHE/data" ] && [ "$(stat -c '%u %a' "$CACHE")" = "$(id -u "$USER_DB") 700" ] && return
    made=$(mktemp -d /tmp/motcua-initdb.XXXXXX)
    [ "$(id -u)" != 0 ] || chown "$USER_DB:" "$made"
    as_owner "$PG_BIN/initdb" -D "$made/data" -U postgres --auth=trust --data-checksums \
        -E UTF8 --locale=C.UTF-8 -N >"$made/initdb.log" 2>&1 || {
        cat "$made/initdb.log" >&2
        rm -rf "$made"
        die "initdb failed"
    }
    # Two may do this at once: the first one's stays.
    mv -T "$made" "$CACHE" 2>/dev/null || CACHE=$made
}

conninfo() {
    echo "host=$(cat "$DIR/socket") port=$PORT dbname=postgres user=postgres"
}

settings() {
    # Durable like a real one; only memory and log sizes are small.
    cat <<TXT
listen_addresses = ''
unix_socket_directories = '$(cat "$DIR/socket")'
unix_socket_permissions = 0700
port = $PORT
max_connections = 80
shared_buffers = 64MB
fsync = on
full_page_writes = on
synchronous_commit = on
min_wal_size = 64MB
max_wal_size = 256MB
log_parameter_max_length_on_error = 0
log_line_prefix = '%m [%p] %a '
cluster_name = 'motcua-test'
TXT
    for s in "$@"; do
        case $s in
        *=*) echo "${s%%=*} = '$(printf %s "${s#*=}" | sed "s/'/''/g")'" ;;
        *) die "expected NAME=VALUE, not '$s'" ;;
        esac
    done
}

running() {
    [ -f "$DIR/data/postmaster.pid" ] &&
        as_owner "$PG_BIN/pg_ctl" -D "$DIR/data" status >/dev/null 2>&1
}

guard() { # waits for process $1 to end, then removes the cluster
    (
        cd /
        while kill -0 "$1" 2>/dev/null && [ -f "$DIR/socket" ]; do sleep 1; done
        [ ! -f "$DIR/socket" ] || "$SELF" remove "$DIR"
    ) </dev/null >/dev/null 2>&1 &
}

start() {
    with=
    like=
    while :; do
        case ${1:-} in
        --with) with=$2 ;;
        --like) like=$2 ;;
        *) break ;;
        esac
        shift 2
    done
    [ -x "$PG_BIN/initdb" ] || die "no PostgreSQL 15 programs in $PG_BIN (apt-get install postgresql-15)"
    mkdir -p "$DIR"
    [ "$(id -u)" != 0 ] || chown "$USER_DB:" "$DIR"
    chmod 700 "$DIR"
    as_owner test -x "$DIR" || die "user $USER_DB cannot reach $DIR: choose a directory below /tmp"
    if [ ! -f "$DIR/socket" ]; then
        # A socket's path may have 107 bytes.
        s=$DIR
        [ ${#DIR} -lt 85 ] || s=$(mktemp -d /tmp/motcua-s.XXXXXX)
        [ "$(id -u)" != 0 ] || chown "$USER_DB:" "$s"
        echo "$s" >"$DIR/socket"
    fi
    if [ ! -d "$DIR/data" ]; then
        [ -n "$like" ] || { template && like=$CACHE/data; }
        cp -a --reflink=auto "$like" "$DIR/data"
    fi
    if ! running; then
        settings "$@" >"$DIR/settings.conf"
        cp "$DIR/settings.conf" "$DIR/data/postgresql.auto.conf"
        [ "$(id -u)" != 0 ] || chown "$USER_DB:" "$DIR/data/postgresql.auto.conf"
        as_owner "$PG_BIN/pg_ctl" -D "$DIR/data" -l "$DIR/server.log" -w -t 60 start \
            >"$DIR/start.log" 2>&1 </dev/null || {
            tail -20 "$DIR/server.log" >&2 2>/dev/null || cat "$DIR/start.log" >&2
            die "the server did not start"
        }
    fi
    [ -z "$with" ] || guard "$with"
    conninfo
}

stop() {
    [ -d "$DIR/data" ] || return 0
    ! running || as_owner "$PG_BIN/pg_ctl" -D "$DIR/data" -m "${1:-immediate}" -w stop >/dev/null 2>&1
}

remove() {
    [ -f "$DIR/socket" ] || die "$DIR is not a cluster of mine"
    stop
    s=$(cat "$DIR/socket")
    case $s in /tmp/motcua-s.*) rm -rf "$s" ;; esac
    rm -rf "$DIR"
}

[ $# -ge 2 ] || die "usage: cluster.sh start|stop|remove|conninfo DIR [--with PID] [NAME=VALUE…]"
verb=$1
SELF=$(readlink -f "$0")
mkdir -p "$(dirname "$2")"
DIR=$(readlink -m "$2")
shift 2
USER_DB=$(owner)
case $verb in
start) cd / && start "$@" ;;
stop) cd / && stop "$@" ;;
remove) cd / && remove ;;
conninfo) conninfo ;;
*) die "unknown verb '$verb'" ;;
esac
