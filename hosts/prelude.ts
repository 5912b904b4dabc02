/**
 * The shell that every compiled program begins with: how tasks are run and how they report. It speaks one line protocol
 * on standard output. A line that begins with `@ ` is an event, one that begins with `| ` is text of the task before
 * it. Whatever a task prints gets the `| `, so no output can be taken for an event.
 *
 *     @ facts debian 12 apt systemd machine memory=2048 disk=20000 clock=1763730000
 *     @ refused <why, and what to do>
 *     @ run <number> <title>
 *     @ ok|changed|would|skipped|failed <number> <hundredths of a second> <title>
 *     @ command <the command that failed>
 *     @ end <changed or would change> <generation>
 */
export const PRELUDE = `
event() { printf '@ %s\\n' "$*"; }
refuse() { refused=1; event refused "$*"; }
run() { printf '%s ' "$@" >"$work/command"; "$@"; }
now() { read -r now _ </proc/uptime; now=\${now%.*}\${now#*.}; }

# Prints the text of the task: at most 200 lines, or the last of them where it failed.
show() { [ ! -s "$work/log" ] || { "$1" -n "$2" "$work/log" | tr -d '\\000' | sed 's/^/| /; $a\\'; }; }

holds() {
  case $1 in
    apt | dnf) [ "$packages" = "$1" ] ;;
    systemd) [ "$systemd" = systemd ] ;;
    no-systemd) [ "$systemd" != systemd ] ;;
    machine | container) [ "$surface" = "$1" ] ;;
  esac
}

report() { now; event "$1" "$task_number" "$((now - task_began))" "$task_title"; }

failed() {
  report failed
  [ ! -s "$work/command" ] || event command "$(tr '\\n' ' ' <"$work/command")"
  show tail 20
  exit 1
}

# number, conditions, handlers, title, kind, arguments of the kind
task() {
  task_number=$1 task_title=$4 content=$work/content.$1
  now
  task_began=$now
  for condition in $2; do
    holds "$condition" && continue
    report skipped
    printf '| only where the host has: %s\\n' "$condition"
    return
  done
  task_notify=$3 task_kind=$5
  shift 5
  : >"$work/command"
  "check_$task_kind" "$@" >"$work/log" 2>&1 </dev/null 9>&-
  case $? in
    0) report ok; return ;;
    1) ;;
    3) report skipped; show head 5; return ;;
    *) failed ;;
  esac
  changed=$((changed + 1)) notified="$notified $task_notify"
  if [ "$mode" = check ]; then
    report would
    show head 200
    return
  fi
  event run "$task_number" "$task_title"
  # Before the change: a run that is cut off after it has not forgotten.
  for handler in $task_notify; do : >"$state/pending/$handler"; done
  ( set -e; "apply_$task_kind" "$@" ) >"$work/log" 2>&1 </dev/null 9>&-
  [ $? -eq 0 ] || failed
  "check_$task_kind" "$@" >"$work/again" 2>&1 </dev/null 9>&-
  [ $? -eq 0 ] || { : >"$work/command"; { echo "It was done, and the host is still not as declared:"; cat "$work/again"; } >>"$work/log"; failed; }
  report changed
  show head 200
}

# number, id, title, function, its arguments
handler() {
  task_number=$1 task_title=$3 id=$2
  now
  task_began=$now
  if [ "$mode" = check ]; then
    case " $notified " in
      *" $id "*) ;;
      *) [ -e "$state/pending/$id" ] || return 0; changed=$((changed + 1)) ;;
    esac
    report would
    return
  fi
  [ -e "$state/pending/$id" ] || return 0
  shift 3
  changed=$((changed + 1))
  : >"$work/command"
  event run "$task_number" "$task_title"
  ( set -e; "$@" ) >"$work/log" 2>&1 </dev/null 9>&-
  [ $? -eq 0 ] || failed
  rm -f "$state/pending/$id"
  report changed
  show head 200
}

# conditions, kind, its arguments: what stands in the way of a task, before anything is changed
ready() {
  for condition in $1; do holds "$condition" || return 0; done
  kind=$2
  shift 2
  words=$( ("ready_$kind" "$@") 2>&1) || refuse "$(printf %s "$words" | tr '\\n' ' ')"
}

# What a file would become; nobody sees it where it is changed at once.
difference() { [ "$mode" != check ] || diff -u --label now --label declared "$1" "$content"; }

# path, owner, group, mode: prints how the path differs, returns 1 when it does
attributes() {
  case $2 in *[!0-9]*) format=%U ;; *) format=%u ;; esac
  case $3 in *[!0-9]*) format="$format %G" ;; *) format="$format %g" ;; esac
  has=$(stat -c "$format %a" "$1") || return 2
  [ "$has" = "$2 $3 $4" ] || { echo "owner, group, mode: now $has, declared $2 $3 $4"; return 1; }
}
`;
