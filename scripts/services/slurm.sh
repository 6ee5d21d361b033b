#!/usr/bin/env bash
# slurm.sh - a real Slurm cluster for tests, on loopback alone: munged, MariaDB with slurmdbd, slurmctld, two slurmd (n1, n2)
# and slurmrestd. No systemd. Must run as root.
#
# Use:
#   slurm.sh install          as root on Debian: get the packages where one is missing
#   slurm.sh start            start what is not running; idempotent; quiet
#   eval "$(slurm.sh env)"    SLURM_CONF, SLURMRESTD_URL, CLUSTER_CGROUP
#   slurm.sh stop             end the jobs, stop all, keep the state
#   slurm.sh clean            stop and delete the state
#   slurm.sh status           one line per daemon
#   slurm.sh reset            cancel every job, bring every node back to idle
#   slurm.sh token [USER]     a JWT for slurmrestd (default: root)
# Faults:
#   slurm.sh kill NAME        SIGKILL to munged|mariadb|slurmdbd|slurmctld|slurmrestd|slurmd-n1|...; `start` revives it
#   slurm.sh freeze|thaw NAME SIGSTOP / SIGCONT: a daemon that hangs
#   slurm.sh node-crash NODE  SIGKILL to slurmd, slurmstepds and job processes of a node, as if the power went
# Settings (those of the first start hold until `clean`):
#   CLUSTER_NODES=2 CLUSTER_NODE_CPUS=8 CLUSTER_NODE_MEM=16384   declared, not real (MB)
#   CLUSTER_PORT=16800           base port; uses base+6, +17, +19, +20, +21...
#   CLUSTER_CGROUP=auto|v1|none  v1: the kernel limits memory (OUT_OF_MEMORY); none: slurmd looks every second (FAILED 0:9)
#   CLUSTER_SLURMD_TIMEOUT=30    seconds a dead slurmd stays unnoticed (then some)
#   CLUSTER_EXTRA_CONF=          lines for slurm.conf; each replaces the line with its key
# Packages: slurmctld slurmd slurm-client slurmdbd slurmrestd slurm-wlm-jwt-plugin munge mariadb-server
# State: $SERVICES_DIR/slurm

. "$(dirname "$(readlink -f "$0")")/lib.sh"
svc_init slurm

ETC=$DIR/etc
export SLURM_CONF=$ETC/slurm.conf
unset SLURM_JWT # it would turn munge off in the commands below
MUNGE_SOCKET=$DIR/munge/munge.socket
CG=/sys/fs/cgroup

SETTINGS='CLUSTER_NODES CLUSTER_NODE_CPUS CLUSTER_NODE_MEM CLUSTER_PORT CLUSTER_CGROUP CLUSTER_SLURMD_TIMEOUT'
settings() { # those of the first start win, so that stop and env see the same
  # shellcheck disable=SC1091
  if [ -s "$ETC/settings" ]; then . "$ETC/settings"; fi
  : "${CLUSTER_NODES:=2}" "${CLUSTER_NODE_CPUS:=8}" "${CLUSTER_NODE_MEM:=16384}" "${CLUSTER_PORT:=16800}"
  : "${CLUSTER_CGROUP:=auto}" "${CLUSTER_SLURMD_TIMEOUT:=30}"
  P_DB=$((CLUSTER_PORT + 6)) P_CTLD=$((CLUSTER_PORT + 17)) P_DBD=$((CLUSTER_PORT + 19))
  P_REST=$((CLUSTER_PORT + 20)) P_NODE=$((CLUSTER_PORT + 20))
}
# With NoInAddrAny the daemons listen only on the address of the machine's name.
# Where that is no loopback address, they run in a UTS namespace named localhost.
UTS=()
hostname_setup() {
  HOST=$(hostname -s)
  ADDR=$(getent ahostsv4 "$HOST" | awk 'NR == 1 { print $1 }')
  case $ADDR in 127.*) return ;; esac
  HOST=localhost ADDR=127.0.0.1
  # shellcheck disable=SC2016
  UTS=(unshare --uts -- sh -c 'hostname localhost && exec "$@"' sh)
  "${UTS[@]}" true 2>/dev/null ||
    die "the name $(hostname -s) has no loopback address, and unshare --uts is not allowed: put '127.0.0.1 $(hostname -s)' into /etc/hosts"
}
nodes() { local i; for ((i = 1; i <= CLUSTER_NODES; i++)); do echo "n$i"; done; }

cgroup_v1() { # memory and freezer controllers of cgroup v1, writable?
  local c d
  for c in memory freezer; do
    d=$CG/$c/.probe.$$
    [ -e "$CG/$c/cgroup.procs" ] && mkdir "$d" 2>/dev/null || return 1
    rmdir "$d"
  done
  [ -e "$CG/memory/memory.limit_in_bytes" ]
}

configure() {
  local v proctrack task acct
  if [ "$CLUSTER_CGROUP" = auto ]; then
    if cgroup_v1; then CLUSTER_CGROUP=v1; else CLUSTER_CGROUP=none; fi
  fi
  mkdir -p "$ETC" "$DIR/ctld" "$DIR/munge" "$DIR/mysql" "$DIR/spool"
  chmod 755 "$ETC" "$DIR/munge" "$DIR/spool"
  chown slurm: "$DIR/ctld"
  mkdir -p "$DIR/dbtmp"
  chown mysql: "$DIR/mysql" "$DIR/dbtmp"; chmod 750 "$DIR/mysql" "$DIR/dbtmp"
  dd if=/dev/urandom of="$ETC/munge.key" bs=1024 count=1 status=none
  chmod 400 "$ETC/munge.key"
  dd if=/dev/urandom of="$ETC/jwt.key" bs=32 count=1 status=none
  chown slurm: "$ETC/jwt.key"; chmod 400 "$ETC/jwt.key"

  case $CLUSTER_CGROUP in
    v1) proctrack=proctrack/cgroup task=task/cgroup acct=jobacct_gather/cgroup ;;
    none) proctrack=proctrack/linuxproc task=task/none acct=jobacct_gather/linux ;;
    *) die "CLUSTER_CGROUP is auto, v1 or none" ;;
  esac
  cat >"$ETC/cgroup.conf" <<CONF
CgroupPlugin=cgroup/v1
CgroupMountpoint=$CG
CgroupAutomount=no
ConstrainRAMSpace=yes
ConstrainCores=no
ConstrainDevices=no
CONF
  {
    cat <<CONF
ClusterName=test
SlurmctldHost=$HOST($ADDR)
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmctldPort=$P_CTLD
SlurmUser=slurm
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$MUNGE_SOCKET
AuthAltTypes=auth/jwt
AuthAltParameters=jwt_key=$ETC/jwt.key
CryptoType=crypto/munge
StateSaveLocation=$DIR/ctld
SlurmdSpoolDir=$DIR/spool/%n
SlurmctldPidFile=$DIR/run/slurmctld.daemon
SlurmdPidFile=$DIR/run/slurmd-%n.daemon
SlurmctldLogFile=$DIR/log/slurmctld.log
SlurmdLogFile=$DIR/log/slurmd-%n.log
SlurmctldDebug=info
SlurmdDebug=info
ProctrackType=$proctrack
TaskPlugin=$task
JobAcctGatherType=$acct
JobAcctGatherFrequency=task=1
MpiDefault=none
MailProg=/bin/true
SwitchType=switch/none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=5,bf_interval=5,default_queue_depth=1000,partition_job_depth=0
PriorityType=priority/basic
EnforcePartLimits=ALL
MaxArraySize=10001
MaxJobCount=100000
MinJobAge=300
KillWait=5
CompleteWait=0
ReturnToService=1
SlurmdTimeout=$CLUSTER_SLURMD_TIMEOUT
SlurmctldTimeout=30
UnkillableStepTimeout=60
CONF
    [ "$CLUSTER_CGROUP" != none ] || echo JobAcctGatherParams=OverMemoryKill
    cat <<CONF
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=$ADDR
AccountingStoragePort=$P_DBD
AccountingStoragePass=$MUNGE_SOCKET
AccountingStoreFlags=job_comment
CONF
    cat <<CONF
NodeName=n[1-$CLUSTER_NODES] NodeHostname=$HOST NodeAddr=$ADDR Port=[$((P_NODE + 1))-$((P_NODE + CLUSTER_NODES))] CPUs=$CLUSTER_NODE_CPUS RealMemory=$CLUSTER_NODE_MEM State=UNKNOWN
PartitionName=normal Default=YES Nodes=ALL DefaultTime=10 MaxTime=120 DefMemPerCPU=256 MaxMemPerNode=8192 State=UP
PartitionName=short Nodes=ALL DefaultTime=1 MaxTime=1 DefMemPerCPU=128 MaxMemPerNode=1024 State=UP
PartitionName=long Nodes=n1 DefaultTime=60 MaxTime=7-00:00:00 DefMemPerCPU=512 MaxMemPerNode=UNLIMITED State=UP
${CLUSTER_EXTRA_CONF:-}
CONF
  } | awk -F= '
    { k = tolower($1); sub(/^[ \t]+/, "", k); line[NR] = $0; key[NR] = k; last[k] = NR }
    END { for (i = 1; i <= NR; i++) # the last line for a key wins
      if (last[key[i]] == i || key[i] ~ /^(nodename|partitionname|$)/) print line[i] }
  ' >"$ETC/slurm.conf"

  cat >"$ETC/slurmdbd.conf" <<CONF
AuthType=auth/munge
AuthInfo=socket=$MUNGE_SOCKET
AuthAltTypes=auth/jwt
AuthAltParameters=jwt_key=$ETC/jwt.key
DbdHost=$HOST
DbdAddr=$ADDR
CommunicationParameters=NoInAddrAny
DbdPort=$P_DBD
SlurmUser=slurm
DebugLevel=info
LogFile=$DIR/log/slurmdbd.log
PidFile=$DIR/run/slurmdbd.daemon
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=$P_DB
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct
CommitDelay=1
CONF
  chown slurm: "$ETC/slurmdbd.conf"; chmod 600 "$ETC/slurmdbd.conf"
  for v in $SETTINGS; do printf '%s=%q\n' "$v" "${!v}"; done >"$ETC/settings.new"
  mv "$ETC/settings.new" "$ETC/settings" # last: its presence says configured
}

munge_up()  { munge --socket "$MUNGE_SOCKET" -n; }
db_sql()    { mariadb --no-defaults -h 127.0.0.1 -P "$P_DB" -u slurm -pslurm "$@"; }
db_up()     { db_sql -e 'select 1'; }
dbd_up()    { sacctmgr -n show cluster; }
ctld_up()   { scontrol ping | grep -q ' is UP'; }
nodes_up()  { local t; t=$(sinfo -hN -o %T) && [ -n "$t" ] && ! grep -qE 'unk|\*' <<<"$t"; }

fail() { local l=(); for n in "$@"; do l+=("$DIR/log/$n.out" "$DIR/log/$n.log"); done; tail_log "${l[@]}"; die "$1 did not come up"; }

find_programs() {
  need munged munge; need slurmctld slurmctld; need slurmd slurmd; need sbatch slurm-client
  need slurmdbd slurmdbd; need mariadbd mariadb-server; need slurmrestd 'slurmrestd slurm-wlm-jwt-plugin'
}

install() {
  (find_programs) 2>/dev/null ||
    install_packages slurmctld slurmd slurm-client slurmdbd slurmrestd slurm-wlm-jwt-plugin munge mariadb-server
}

start() {
  need_root
  find_programs
  settings
  check_reach slurm
  hostname_setup
  [ -s "$ETC/settings" ] || configure
  grep -qxF "SlurmctldHost=$HOST($ADDR)" "$SLURM_CONF" || die "this machine's name has changed since the first start: run clean"
  local n

  if ! alive munged; then
    rm -f "$MUNGE_SOCKET" "$MUNGE_SOCKET.lock"
    spawn munged munged --foreground --force --socket "$MUNGE_SOCKET" --key-file "$ETC/munge.key" \
      --pid-file "$DIR/munge/munged.daemon" --seed-file "$DIR/munge/seed" --log-file "$DIR/log/munged.log"
  fi
  if ! alive mariadb; then
    if [ ! -d "$DIR/mysql/mysql" ]; then
      TMPDIR=$DIR/dbtmp mariadb-install-db --no-defaults --user=mysql --datadir="$DIR/mysql" --skip-test-db \
        --auth-root-authentication-method=normal >"$DIR/log/mariadb-install.out" 2>&1 || fail mariadb-install
      cat >"$DIR/mysql/init.sql" <<'SQL'
create database if not exists slurm_acct;
create user if not exists slurm@'127.0.0.1' identified by 'slurm';
grant all on slurm_acct.* to slurm@'127.0.0.1';
SQL
      chown mysql: "$DIR/mysql/init.sql"
    fi
    spawn mariadb mariadbd --no-defaults --user=mysql --datadir="$DIR/mysql" --socket="$DIR/mysql/sock" \
      --pid-file="$DIR/mysql/pid" --bind-address=127.0.0.1 --port="$P_DB" --skip-name-resolve --skip-log-bin \
      --init-file="$DIR/mysql/init.sql" --innodb-buffer-pool-size=128M --innodb-log-file-size=64M \
      --innodb-lock-wait-timeout=900 --innodb-flush-log-at-trx-commit=2 --performance-schema=OFF --tmpdir="$DIR/dbtmp"
  fi
  wait_up munged 20 munge_up || fail munged
  wait_up mariadb 60 db_up || fail mariadb
  alive slurmdbd || spawn slurmdbd "${UTS[@]}" slurmdbd -D
  wait_up slurmdbd 60 dbd_up || fail slurmdbd
  if [ -z "$(sacctmgr -nP show cluster format=cluster)" ]; then
    { sacctmgr -i add cluster test && sacctmgr -i add account test cluster=test &&
      sacctmgr -i add user root account=test adminlevel=admin; } >"$DIR/log/sacctmgr.out" 2>&1 || die "sacctmgr could not set up the cluster"
  fi
  alive slurmctld || spawn slurmctld "${UTS[@]}" slurmctld -D
  for n in $(nodes); do
    mkdir -p "$DIR/spool/$n"
    alive "slurmd-$n" || spawn "slurmd-$n" "${UTS[@]}" slurmd -D -N "$n"
  done
  wait_up slurmctld 60 ctld_up || fail slurmctld
  alive slurmrestd || spawn slurmrestd env SLURMRESTD_SECURITY=disable_user_check SLURM_JWT=daemon \
    slurmrestd -a rest_auth/jwt -s openapi/v0.0.38,openapi/dbv0.0.38 "127.0.0.1:$P_REST"
  wait_for 60 nodes_up || { sinfo -N >&2; fail slurmd-n1 slurmctld; }
  wait_up slurmrestd 30 port_open "$P_REST" || fail slurmrestd
}

# Job processes have no pid file. Ours are: a slurmstepd that holds its node's log
# of this cluster open, its descendants, and what is in the node's job cgroups.
stepds() { # NODE
  local p
  for p in $(pgrep -x slurmstepd); do
    [ "$(readlink "/proc/$p/fd/3" 2>/dev/null)" = "$DIR/log/slurmd-$1.log" ] && echo "$p"
  done
}
descendants() { # PID...
  local p
  for p in "$@"; do
    echo "$p"
    # shellcheck disable=SC2046
    descendants $(pgrep -P "$p")
  done
}
kill_jobs() { # NODE
  local i steps all
  for i in 1 2 3 4 5; do # what forked meanwhile is met in the next round
    steps=$(stepds "$1")
    # shellcheck disable=SC2086
    all=$(descendants $steps
      [ "$CLUSTER_CGROUP" = v1 ] && find "$CG/freezer/slurm_$1" -name cgroup.procs -exec cat {} + 2>/dev/null)
    [ -n "$all" ] || return 0
    # slurmstepd first: it must not live to report its job's end
    # shellcheck disable=SC2086
    kill -s KILL $steps $all 2>/dev/null
    sleep 0.2
  done
}

no_jobs() { [ -z "$(squeue -h -t R,CG,S -o %A)" ]; }
stop() {
  settings
  [ -s "$ETC/settings" ] || return 0
  local n c
  if alive slurmctld && ctld_up; then
    squeue -ho %A | sort -u | xargs -r scancel --quiet 2>/dev/null
    wait_for 10 no_jobs
  fi
  halt slurmrestd INT 5
  for n in $(nodes); do halt "slurmd-$n"; kill_jobs "$n"; done
  halt slurmctld
  halt slurmdbd
  halt mariadb TERM 60
  halt munged
  for n in $(nodes); do
    for c in freezer memory cpuacct; do
      [ -d "$CG/$c/slurm_$n" ] && find "$CG/$c/slurm_$n" -depth -type d -exec rmdir {} + 2>/dev/null
    done
  done
  return 0
}

reset() { # no jobs, every node idle
  local n
  ctld_up || die "slurmctld does not answer"
  squeue -ho %A | sort -u | xargs -r scancel --quiet 2>/dev/null
  wait_for 30 no_jobs || die "jobs remain: $(squeue -h -o '%i %T' | tr '\n' ' ')"
  for n in $(sinfo -hN -o '%N %T' | awk '$2 !~ /^idle$/ { print $1 }' | sort -u); do
    scontrol update nodename="$n" state=resume 2>/dev/null
  done
  wait_for 30 all_idle || die "nodes are not idle: $(sinfo -hN -o '%N=%T' | sort -u | tr '\n' ' ')"
}
all_idle() { [ "$(sinfo -hN -o '%T' | sort -u)" = idle ]; }

daemons() {
  printf '%s\n' munged mariadb slurmdbd slurmctld slurmrestd
  nodes | sed 's/^/slurmd-/'
}
configured() { settings; [ -s "$ETC/settings" ] || die "not started yet"; }
is_daemon() { case " $(daemons | tr '\n' ' ') " in *" $1 "*) ;; *) die "no daemon $1; there are: $(daemons | tr '\n' ' ')" ;; esac; }

case ${1:-} in
  install) svc_lock; install ;;
  start) svc_lock; start ;;
  stop) svc_lock; stop ;;
  clean)
    svc_lock; stop
    rm -rf "${DIR:?}"/{etc,ctld,munge,mysql,dbtmp,spool,log,run} ;;
  status)
    configured
    rc=0
    for d in $(daemons); do
      if p=$(pid_of "$d"); then echo "$d up $p"; else echo "$d down"; rc=1; fi
    done
    exit $rc ;;
  env)
    configured
    echo "export SLURM_CONF=$SLURM_CONF SLURMRESTD_URL=http://127.0.0.1:$P_REST"
    echo "export CLUSTER_CGROUP=$CLUSTER_CGROUP" ;;
  token) configured; t=$(scontrol token lifespan=86400 username="${2:-root}") && echo "${t#SLURM_JWT=}" ;;
  kill) configured; is_daemon "${2:-}"; murder "$2" ;;
  freeze) configured; is_daemon "${2:-}"; signal "$2" STOP ;;
  thaw) configured; is_daemon "${2:-}"; signal "$2" CONT ;;
  reset) configured; reset ;;
  node-crash)
    configured; is_daemon "slurmd-${2:-}"
    alive "slurmd-$2" && murder "slurmd-$2"
    kill_jobs "$2" ;;
  *) sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
