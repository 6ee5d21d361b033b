#!/usr/bin/env bash
# postgres.sh - a real PostgreSQL for tests, on 127.0.0.1 alone, that flushes every commit to the disk.
#
# Use:
#   postgres.sh install         as root on Debian: get the package where it is missing
#   postgres.sh start           start it; idempotent; quiet; keeps the data
#   eval "$(postgres.sh env)"   SKEP_TEST_POSTGRES, an address whose role may create databases
#   postgres.sh stop            fast shutdown, data kept
#   postgres.sh clean           stop and delete the data
#   postgres.sh status
# Faults:
#   postgres.sh immediate       stop without a checkpoint or a word to clients: the next start recovers
#   postgres.sh freeze|thaw     SIGSTOP / SIGCONT of server and backends (a server that hangs)
# Settings: POSTGRES_PORT (default: a free one, chosen at the first start); POSTGRES_OPTIONS, more `-c name=value`
# Packages: postgresql of Debian (`install` gets it, as root), or any `postgres` and `initdb` on the PATH
# State: $SERVICES_DIR/postgres

. "$(dirname "$(readlink -f "$0")")/lib.sh"
svc_init postgres
DATA=$DIR/data
PORT=$(cat "$DIR/port" 2>/dev/null)

# PostgreSQL refuses to run as root.
as_postgres=()
[ "$(id -u)" != 0 ] || as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups)

find_binaries() {
  local newest
  newest=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort -n | tail -1)
  BIN=/usr/lib/postgresql/${newest:-none}/bin
  [ -x "$BIN/postgres" ] || BIN=$(dirname "$(readlink -f "$(command -v postgres || echo /none)")")
  need "$BIN/postgres" postgresql
  need "$BIN/initdb" postgresql
}

install() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 0
  (find_binaries) 2>/dev/null && return
  mkdir -p /etc/postgresql-common # The package must not make and start a cluster of its own.
  [ -e /etc/postgresql-common/createcluster.conf ] ||
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  install_packages postgresql
}

free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 12000)) # below the ports that systems give to outgoing connections
    port_open "$port" || { printf '%s' "$port"; return; }
  done
  die "no free port was found"
}

ready() { [ "$(sed -n 8p "$DATA/postmaster.pid" 2>/dev/null | tr -d ' ')" = ready ]; }

nobody_in() { ! find /proc/[0-9]*/cwd -maxdepth 0 -lname "$DATA" 2>/dev/null | grep -q .; }

start() {
  find_binaries
  if ! alive postgres; then
    initialise
    # A killed server leaves its lock file, whose pid may belong to a zombie that PostgreSQL takes for alive.
    wait_for 10 nobody_in || die "processes of an old server are still in $DATA"
    rm -f "$DATA/postmaster.pid"
    # shellcheck disable=SC2086
    spawn postgres "${as_postgres[@]}" "$BIN/postgres" -D "$DATA" -c port="$PORT" -c listen_addresses=127.0.0.1 \
      -c unix_socket_directories= -c max_connections=200 -c shared_buffers=256MB -c timezone=UTC \
      ${POSTGRES_OPTIONS:-}
  fi
  wait_up postgres 60 ready || { tail_log "$DIR/log/postgres.out"; die "postgres did not come up"; }
}

initialise() {
  [ -s "$DATA/PG_VERSION" ] && return
  rm -rf "$DATA"; mkdir -p "$DATA"; chmod 700 "$DATA"
  if [ "$(id -u)" = 0 ]; then check_reach postgres; chown postgres: "$DATA"; fi
  (cd / && "${as_postgres[@]}" "$BIN/initdb" -D "$DATA" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync) \
    >"$DIR/log/initdb.out" 2>&1 || { tail_log "$DIR/log/initdb.out"; die "initdb failed"; }
  PORT=${POSTGRES_PORT:-$(free_port)} && echo "$PORT" >"$DIR/port"
}

everyone() { # the server and its backends
  local pid
  pid=$(pid_of postgres) || die "postgres does not run"
  echo "$pid"; pgrep -P "$pid"
}

case ${1:-} in
  install) svc_lock; install ;;
  start) svc_lock; start ;;
  stop) svc_lock; halt postgres INT 30 ;;
  immediate) svc_lock; halt postgres QUIT 10 ;;
  clean) svc_lock; halt postgres INT 10; rm -rf "${DIR:?}"/{data,port,log,run} ;;
  status) if pid=$(pid_of postgres); then echo "postgres up $pid"; else echo "postgres down"; exit 1; fi ;;
  env) echo "export SKEP_TEST_POSTGRES=postgres://postgres@127.0.0.1:$PORT/postgres" ;;
  freeze) everyone | xargs -r kill -s STOP ;;
  thaw) everyone | xargs -r kill -s CONT ;;
  *) sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
