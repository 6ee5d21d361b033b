#!/usr/bin/env bash
# with-postgres.sh COMMAND... - run a command with a PostgreSQL of its own (SKEP_TEST_POSTGRES), which is gone afterwards.
# Where there is none, it says so in one line and succeeds; `make services` installs it on Debian.
#
# The server does not flush to the disk: tests kill processes, not machines, and make hundreds of databases.

here=$(dirname "$(readlink -f "$0")")
SERVICES_DIR=$(mktemp -d "${TMPDIR:-/tmp}/skep-services-XXXXXX")
export SERVICES_DIR
chmod 755 "$SERVICES_DIR"
trap '"$here/postgres.sh" clean; rm -rf "$SERVICES_DIR"' EXIT

if ! reason=$(POSTGRES_OPTIONS='-c fsync=off' "$here/postgres.sh" start 2>&1); then
  echo "PostgreSQL is not tested: ${reason%%$'\n'*}"
  exit 0
fi
eval "$("$here/postgres.sh" env)"
"$@"
