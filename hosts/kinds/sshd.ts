import { lineProblems, nameProblems } from "../checks.ts";
import { plainContent } from "../content.ts";
import { SSHD_SHELL } from "../sshd.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";
import { FILE_SHELL } from "./file.ts";

/** Arguments of {@link sshd}. */
export interface SshdArgs extends TaskOptions {
  /** What they are for: the name of their file in /etc/ssh/sshd_config.d. */
  readonly name: string;
  /** Settings with one value each: `{ PasswordAuthentication: "no" }`. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** Settings that begin a section, or that add to what is said elsewhere: what sshd then has is not what is declared. */
const OTHERS =
  "acceptenv allowgroups allowusers denygroups denyusers hostkey include listenaddress match port subsystem";

const SHELL = `
# file, then the names of the settings in small letters: prints what sshd has otherwise than that file alone would have it
differ_sshd() {
  sshd_says >"$work/sshd.has" && sshd_says -f "$content" >"$work/sshd.wants" || return 2
  shift
  differs=0
  for setting; do
    wants=$(grep "^$setting " "$work/sshd.wants") || { echo "sshd knows no $setting"; return 2; }
    has=$(grep "^$setting " "$work/sshd.has") || has=nothing
    [ "$has" = "$wants" ] || { echo "sshd has: $has, declared: $wants"; differs=1; }
  done
  return $differs
}
check_sshd() {
  [ -x /usr/sbin/sshd ] || { echo "sshd is still to be installed"; return 1; }
  check_file "$1" root root 644 shown && same=0 || same=$?
  differ_sshd "$@" || { status=$?; [ "$same" -gt "$status" ] || same=$status; }
  return "$same"
}
apply_sshd() {
  apply_file "$1" root root 644 shown /usr/sbin/sshd -t -f %s
  ! differ_sshd "$@" || return 0
  # The first value counts, and something that is read before this file says another, or nothing reads it.
  main=$(readlink -f /etc/ssh/sshd_config)
  (
    enter "\${main%/*}/"
    stage
    cp -p "$main" ./sshd_config
    { echo "# First of all, for the first value counts."; echo "Include $1"; grep -vxF -e "Include $1" -e "# First of all, for the first value counts." "$main" || true; } >./sshd_config
    run /usr/sbin/sshd -t -f "$(pwd -P)/sshd_config"
    run mv -fT ./sshd_config "$main"
    cd -P ..
    rmdir "$staged"
  )
  echo "$main has an Include of $1 in its first lines now."
}
`;

/**
 * Settings of sshd, in a file of their own. They are in force by sshd's own word (`sshd -T`), or the task fails with
 * what it has instead: where something else comes first, or nothing reads the file, it is included in the first lines of
 * sshd_config. What stands in `Match` sections is left alone: those are somebody's exceptions.
 *
 * It needs the package `openssh-server`; the list `hardenedBase` brings both.
 *
 * @example
 * ```ts
 * sshd({ name: "keys-only", settings: { PasswordAuthentication: "no" }, notify: [reload("ssh")] })
 * ```
 */
export function sshd(args: SshdArgs): Task {
  const entries = Object.entries(args.settings).map(([name, value]) => [name, String(value)] as const);
  const path = `/etc/ssh/sshd_config.d/${args.name}.conf`;
  const names = entries.map(([name]) => name.toLowerCase());
  return defineTask(
    {
      kind: "sshd",
      title: `${args.name}: ${entries.map(([name]) => name).join(", ")}`,
      shell: [FILE_SHELL, SSHD_SHELL, SHELL],
      words: [path, ...names],
      content: plainContent(entries.map(([name, value]) => `${name} ${value}\n`).join("")),
      claims: [`path ${path}`, ...names.map((name) => `sshd ${name}`)],
      problems: [
        ...nameProblems("name", args.name.replace(/^\d+-/, "")),
        ...(entries.length === 0 ? [{ property: "settings", given: {}, allowed: "at least one setting" }] : []),
        ...entries.flatMap(([name, value]) => [
          ...(/^[A-Za-z0-9]+$/.test(name) && !OTHERS.split(" ").includes(name.toLowerCase())
            ? []
            : [{ property: `settings.${name}`, given: name, allowed: "the name of a setting that has one value" }]),
          ...lineProblems(`settings.${name}`, value),
        ]),
      ],
    },
    args,
  );
}
