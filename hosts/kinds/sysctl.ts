import { nameProblems } from "../checks.ts";
import { plainContent } from "../content.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";
import { FILE_SHELL } from "./file.ts";

/** Arguments of {@link sysctl}. */
export interface SysctlArgs extends TaskOptions {
  /** What they are for: the name of their file in /etc/sysctl.d. */
  readonly name: string;
  /** Settings of the kernel: `{ "net.ipv4.ip_forward": 1 }`. */
  readonly values: Readonly<Record<string, string | number>>;
}

const SHELL = `
# setting, value, path of the setting. Where a setting can't be written, or in a container is its whole host's, nothing is done about it here.
live_sysctl() {
  case $surface:$1 in
    machine:* | *:net.* | *:kernel.shm* | *:kernel.msg* | *:kernel.sem | *:fs.mqueue.*) ;;
    *) return 0 ;;
  esac
  [ -e "$3" ] || { echo "The kernel knows no $1: load its module before."; return 2; }
  [ -w "$3" ] || return 0
  key=$1 declared=$2
  # Tabs between the numbers are spaces in the declaration. A shell's own read gets a single byte from there.
  has=$(cat "$3")
  set -- $has
  [ "$*" = "$declared" ] || { echo "$key: now $*, declared $declared"; return 1; }
}
# file, then setting, value and path in turn
check_sysctl() {
  other=0
  check_file "$1" root root 644 shown || other=$?
  shift
  while [ $# -gt 0 ]; do
    live_sysctl "$@" || other=$?
    shift 3
  done
  return "$other"
}
apply_sysctl() {
  apply_file "$1" root root 644 shown
  shift
  while [ $# -gt 0 ]; do
    live_sysctl "$@" >/dev/null || { printf %s "$2" >"$3" || { echo "The kernel refuses $2 for $1."; return 1; }; }
    shift 3
  done
}
`;

/** Settings of the kernel, now and after a restart. In a container those of its whole host are only written down. */
export function sysctl(args: SysctlArgs): Task {
  const entries = Object.entries(args.values).map(([key, value]) => [key, String(value)] as const);
  const path = `/etc/sysctl.d/60-${args.name}.conf`;
  return defineTask(
    {
      kind: "sysctl",
      title: `${args.name}: ${entries.map(([key]) => key).join(", ")}`,
      shell: [FILE_SHELL, SHELL],
      words: [path, ...entries.flatMap(([key, value]) => [key, value, `/proc/sys/${key.replaceAll(".", "/")}`])],
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
