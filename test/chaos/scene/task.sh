#!/bin/sh
# A task that leaves its own truth: task.sh <directory> <name> <seconds> <failures> <place>
#
# Every attempt appends lines to the journal: what, task, workflow run, task instance, process, seconds since the machine
# started. It holds the lock of its task, and so does everything it starts; the kernel gives the lock back when the last
# of them is gone. An attempt that does not get it overlaps with another one. <place> names a second such lock, shared by
# tasks of which only one may run at a time; empty: none.
directory=$1 name=$2 seconds=$3 failures=$4 place=$5
journal=$directory/journal

say() {
  read -r uptime rest < /proc/uptime
  echo "$1 $name $JOBMON_WORKFLOW_RUN_ID $JOBMON_TASK_INSTANCE_ID $$ $uptime" >> "$journal"
}

exec 9>> "$directory/locks/$name"
flock -n 9 || say overlap
if [ -n "$place" ]; then
  exec 8>> "$directory/locks/$place"
  flock -n 8 || say crowd
fi
say start
sleep "$seconds"
if [ "$(grep -c "^fail $name " "$journal")" -lt "$failures" ]; then
  say fail
  echo "This attempt fails as planned." >&2
  exit 1
fi
say end
