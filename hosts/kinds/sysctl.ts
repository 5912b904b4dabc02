import { nameProblems } from "../checks.ts";
import { plainContent } from "../content.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";
import { FILE_SHELL } from "./file.ts";

/** Arguments of {@link sysctl}. */
export interface SysctlArgs extends TaskOptions {
  /** What they are for: their file is /etc/sysctl.d/99-vigie-<name>.conf. */
  readonly name: string;
  /** Settings of the kernel: `{ "net.ipv4.ip_forward": 1 }`. */
  readonly values: Readonly<Record<string, string | number>>;
}

const SHELL = String.raw`
# setting, value, path of the setting. Where a setting can't be written, or in a container is its whole host's, nothing is done about it here.
live_sysctl() {
  case $surface:$1 in
    machine:* | *:net.* | *:kernel.shm* | *:kernel.msg* | *:kernel.sem | *:fs.mqueue.*) ;;
    *) return 0 ;;
  esac
  [ -e "$3" ] || { echo "The kernel knows no $1: load its module before."; return 2; }
  key=$1 declared=$2
  # Tabs between the numbers are spaces in the declaration. A shell's own read gets a single byte from there.
  has=$(cat "$3")
  set -- $has
  [ "$*" != "$declared" ] || return 0
  echo "$key: now $*, declared $declared"
  [ -w "/proc/sys/$(printf %s "$key" | tr . /)" ] && return 1
  [ "$surface" != container ] || return 0
  echo "The kernel lets nobody change $key any more."
  return 2
}
# file: prints those that are read after it at the next start, in their order
later_sysctl() {
  for place in /etc /run /usr/local/lib /usr/lib /lib; do
    for each in "$place"/sysctl.d/*.conf; do
      [ ! -e "$each" ] || printf '%s\t%s\n' "@{each##*/}" "$each"
    done
  done | awk -F '\t' -v ours="@{1##*/}" '!seen[$1]++ && $1 "" > ours ""' | sort | cut -f 2-
  # procps reads it last; systemd only where a link in one of those directories leads to it.
  [ "$systemd" = systemd ] || [ ! -e /etc/sysctl.conf ] || echo /etc/sysctl.conf
}
# file, then setting, value and path in turn: fails where another file has the last word at the next start
last_sysctl() {
  later=$(later_sysctl "$1")
  [ -n "$later" ] || return 0
  shift
  wrong=0
  while [ $# -gt 0 ]; do
    found=$(printf '%s\n' "$later" | while read -r each; do
      awk -v path="@{3#/proc/sys/}" -v declared="$2" '
        { sub(/^[ \t]*-?[ \t]*/, "") }
        /^[#;]/ || !/=/ { next }
        {
          at = index($0, "=")
          key = substr($0, 1, at - 1)
          value = substr($0, at + 1)
          sub(/[ \t]+$/, "", key)
          # Where the first mark is a dot, dots and slashes stand for each other.
          if (match(key, /[.\/]/) && substr(key, RSTART, 1) == ".") {
            gsub(/\//, "\001", key)
            gsub(/[.]/, "/", key)
            gsub(/\001/, ".", key)
          }
          if (key != path) next
          gsub(/[ \t]+/, " ", value)
          sub(/^ /, "", value)
          sub(/ $/, "", value)
          print (value == declared ? "right" : value " in " FILENAME)
        }' "$each"
    done | tail -n 1)
    [ "@{found:-right}" = right ] || { echo "$1 will be $found at the next start, for that is read after ours: take it out there."; wrong=2; }
    shift 3
  done
  return "$wrong"
}
# file, what it was called before, then setting, value and path in turn
check_sysctl() {
  worst=0
  check_file "$1" root root 644 shown || worst=$?
  if cmp -s "$content" "$2"; then
    echo "to remove: $2"
    [ "$worst" -gt 1 ] || worst=1
  fi
  file=$1
  shift 2
  if [ "$surface" = machine ]; then last_sysctl "$file" "$@" || worst=2; fi
  while [ $# -gt 0 ]; do
    live_sysctl "$@" || { status=$?; [ "$worst" -gt "$status" ] || worst=$status; }
    shift 3
  done
  return "$worst"
}
apply_sysctl() {
  apply_file "$1" root root 644 shown
  ! cmp -s "$content" "$2" || run rm -f "$2"
  shift 2
  while [ $# -gt 0 ]; do
    live_sysctl "$@" >/dev/null || { printf %s "$2" >"$3" || { echo "The kernel refuses $2 for $1."; return 1; }; }
    shift 3
  done
}
`.replaceAll("@{", "${");

/**
 * Settings of the kernel, now and after a restart: where another file has the last word at the next start, the task fails
 * with its name. In a container those of its whole host are only written down.
 */
export function sysctl(args: SysctlArgs): Task {
  const entries = Object.entries(args.values).map(([key, value]) => [key, String(value)] as const);
  // After those of the distributions, such as Debian's 99-protect-links.conf.
  const path = `/etc/sysctl.d/99-vigie-${args.name}.conf`;
  const before = `/etc/sysctl.d/60-${args.name}.conf`;
  return defineTask(
    {
      kind: "sysctl",
      title: `${args.name}: ${entries.map(([key]) => key).join(", ")}`,
      shell: [FILE_SHELL, SHELL],
      words: [
        path,
        before,
        ...entries.flatMap(([key, value]) => [key, value, `/proc/sys/${key.replaceAll(".", "/")}`]),
      ],
      content: plainContent(entries.map(([key, value]) => `${key} = ${value}\n`).join("")),
      claims: [`path ${path}`, ...entries.map(([key]) => `sysctl ${key}`)],
      problems: [
        ...nameProblems("name", args.name),
        ...(entries.length === 0 ? [{ property: "values", given: {}, allowed: "at least one setting" }] : []),
        ...entries.flatMap(([key, value]) => [
          ...(/^[a-z0-9_-]+(\.[a-zA-Z0-9_-]+)+$/.test(key)
            ? []
            : [{ property: `values.${key}`, given: key, allowed: "a name with dots, such as vm.swappiness" }]),
          ...(/^[^\s]+( [^\s]+)*$/.test(value)
            ? []
            : [{ property: `values.${key}`, given: value, allowed: "words with one space between them" }]),
        ]),
      ],
    },
    args,
  );
}
