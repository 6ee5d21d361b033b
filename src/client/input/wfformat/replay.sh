# Replays one task of a recorded workflow in the current directory: checks its inputs, sleeps, writes its outputs.
# Usage: sh replay.sh TASK_FILE, whose lines are `sleep SECONDS`, `in PATH`, `out BYTES PATH`.
set -u
task_file=$1
seconds=0

missing=0
while read -r kind rest; do
  case $kind in
    sleep) seconds=$rest ;;
    in) if [ ! -e "$rest" ]; then echo "replay: input file $rest is missing" >&2; missing=1; fi ;;
  esac
done < "$task_file" || { echo "replay: cannot read $task_file in $(pwd)" >&2; exit 66; }
if [ "$missing" -ne 0 ]; then exit 65; fi

if [ "$seconds" != 0 ]; then sleep "$seconds" || exit 70; fi

# A reader sees a whole file or none: each is written beside its place and renamed.
while read -r kind rest; do
  if [ "$kind" != out ]; then continue; fi
  bytes=${rest%% *}
  path=${rest#* }
  case $path in
    */*) if [ ! -d "${path%/*}" ]; then mkdir -p "${path%/*}" || exit 73; fi ;;
  esac
  if ! { printf "%${bytes}s" '' > "$path.part$$" && mv -f "$path.part$$" "$path"; }; then
    echo "replay: cannot write $path" >&2
    exit 73
  fi
done < "$task_file"
