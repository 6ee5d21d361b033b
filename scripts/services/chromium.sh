#!/usr/bin/env bash
# chromium.sh - the browser in which tests look at the web page. It is started and ended by the tests themselves.
#
# Use:
#   chromium.sh install   as root on Debian: get the packages where they are missing
#   chromium.sh path      print where the browser is; status 1 when it is missing
# Packages: chromium and fonts-dejavu-core of Debian
# State: $SERVICES_DIR/chromium (the log of the installation)

. "$(dirname "$(readlink -f "$0")")/lib.sh"
svc_init chromium

case ${1:-} in
  install) svc_lock; command -v chromium >/dev/null || install_packages chromium fonts-dejavu-core ;;
  path) command -v chromium ;;
  *) sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
