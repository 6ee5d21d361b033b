# shellcheck shell=bash
# lib.sh - helpers shared by the service scripts beside it (sourced, never run).
#
# A service keeps everything under $SERVICES_DIR/<service>. Every daemon has a
# file run/<name>.pid holding "PID STARTTIME"; STARTTIME (field 22 of
# /proc/PID/stat) makes a recycled pid harmless: a process is signalled only
# while both still match. Nothing is ever signalled by name.

set -u
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin # where daemons lie, and what starts them as other users
SERVICES_DIR=${SERVICES_DIR:-${TMPDIR:-/tmp}/skep-services}

die()  { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# need COMMAND PACKAGE - stop with the package to install when COMMAND is missing.
need() {
  command -v "$1" >/dev/null 2>&1 || [ -x "$1" ] ||
    die "$1 is missing: apt-get install -y --no-install-recommends $2"
}

# install_packages PACKAGE... - as root on Debian; elsewhere nothing happens. No package may start a daemon of its own.
install_packages() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 0
  local policy=/usr/sbin/policy-rc.d guarded= rc=0
  if [ ! -e "$policy" ]; then
    guarded=1
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
  fi
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@"; } \
    >"$DIR/log/install.out" 2>&1 || rc=$?
  [ -z "$guarded" ] || rm -f "$policy"
  [ "$rc" = 0 ] || { tail_log "$DIR/log/install.out"; die "not installed: $*"; }
}

need_root() { [ "$(id -u)" = 0 ] || die "must run as root"; }

# svc_init SERVICE - sets DIR, makes it, and serialises callers for this service.
svc_init() {
  mkdir -p "$SERVICES_DIR" || die "cannot make $SERVICES_DIR"
  SERVICES_DIR=$(cd "$SERVICES_DIR" && pwd -P)
  case $SERVICES_DIR in *[!A-Za-z0-9/._-]*) die "SERVICES_DIR may hold only letters, digits and / . _ - : $SERVICES_DIR" ;; esac
  [ "${#SERVICES_DIR}" -le 70 ] || die "SERVICES_DIR is too long for unix sockets (70 characters at most): $SERVICES_DIR"
  DIR=$SERVICES_DIR/$1
  mkdir -p "$DIR/run" "$DIR/log" || die "cannot make $DIR"
  chmod 755 "$DIR" "$DIR/run" "$DIR/log" 2>/dev/null
}

# svc_lock - one start/stop at a time per service (waits up to 180 s).
svc_lock() {
  exec 9>"$DIR/run/lock" || die "cannot open the lock"
  flock -w 180 9 || die "another start or stop has held $DIR/run/lock for 180 s"
}

# check_reach USER - USER must be able to walk to $DIR.
check_reach() {
  runuser -u "$1" -- test -x "$DIR" ||
    die "user $1 cannot reach $DIR: give a SERVICES_DIR whose parents are all o+x"
}

proc_start() { # starttime of PID, empty if gone or a zombie
  local s
  s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  s=${s##*) }
  # shellcheck disable=SC2086
  set -- $s
  [ "$1" != Z ] || return 1
  printf '%s' "${20}"
}

pid_of() { # PID of daemon NAME if it still runs
  local pid st
  { read -r pid st <"$DIR/run/$1.pid"; } 2>/dev/null || return 1
  [ -n "${pid:-}" ] && [ "$(proc_start "$pid")" = "${st:-x}" ] || return 1
  printf '%s' "$pid"
}

alive() { pid_of "$1" >/dev/null 2>&1; }

# spawn NAME COMMAND... - run COMMAND detached, output appended to log/NAME.out.
# No descriptor of the caller is kept, so a CI pipe is never held open.
spawn() {
  local name=$1 pid fd; shift
  (
    exec </dev/null >>"$DIR/log/$name.out" 2>&1
    for fd in /proc/"$BASHPID"/fd/*; do
      fd=${fd##*/}
      [ "$fd" -le 2 ] || eval "exec $fd>&-"
    done
    cd / && exec setsid "$@"
  ) &
  pid=$!
  printf '%s %s\n' "$pid" "$(proc_start "$pid")" >"$DIR/run/$name.pid"
}

# wait_for SECONDS COMMAND... - poll until COMMAND succeeds; 1 when it never does.
wait_for() {
  local end=$(( SECONDS + $1 )); shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

# wait_up NAME SECONDS COMMAND... - the same, but fails at once when NAME has died.
wait_up() {
  local name=$1 end=$(( SECONDS + $2 )); shift 2
  until "$@" >/dev/null 2>&1; do
    alive "$name" && [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

gone() { ! alive "$1"; }

# halt NAME [SIGNAL [SECONDS]] - signal, wait, then SIGKILL; forgets the pid.
halt() {
  local pid sig=${2:-TERM}
  if pid=$(pid_of "$1"); then
    kill -s "$sig" "$pid" 2>/dev/null
    kill -s CONT "$pid" 2>/dev/null # it may be frozen
    wait_for "${3:-15}" gone "$1" || { kill -s KILL "$pid" 2>/dev/null; wait_for 5 gone "$1"; }
  fi
  rm -f "$DIR/run/$1.pid"
}

signal() { # NAME SIGNAL
  local pid
  pid=$(pid_of "$1") || die "$1 does not run"
  kill -s "$2" "$pid"
}

# murder NAME - kill -9 at once (a fault test); the pid file stays, `start` revives.
murder() {
  local pid
  pid=$(pid_of "$1") || die "$1 does not run"
  kill -s KILL "$pid"
  wait_for 5 gone "$1"
}

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

tail_log() { # last lines of a log, to stderr, for a failed start
  local f
  for f in "$@"; do
    [ -s "$f" ] || continue
    printf -- '--- %s\n' "$f" >&2; tail -n 15 "$f" >&2
  done
}
