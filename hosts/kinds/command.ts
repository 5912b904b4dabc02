import { nameProblems, pathProblems } from "../checks.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";

/** Arguments of {@link command}. At least one of `creates` and `unless` is given, or it would run at every setup. */
export interface CommandArgs extends TaskOptions {
  /** What it does, on one line. */
  readonly name: string;
  /** POSIX shell, run with `set -eu` as root. It is seen in the process list: no secrets. */
  readonly run: string;
  /** A path that is there afterwards. @default - none */
  readonly creates?: string;
  /** A shell command that succeeds when nothing is to be done. It must change nothing. @default - none */
  readonly unless?: string;
  /** Who runs it. @default "root" */
  readonly user?: string;
  /** Where it runs. @default "/" */
  readonly directory?: string;
}

const SHELL = `
# path that it makes, command that says that all is done, user, directory, what is run
check_command() {
  if [ -n "$1" ] && [ -e "$1" ]; then return 0; fi
  if [ -n "$2" ] && (cd / && command_as "$3" "$2") >/dev/null 2>&1; then return 0; fi
  echo "to run: $5"
  return 1
}
command_as() {
  if [ "$1" = root ]; then /bin/sh -euc "$2"; else setpriv --reuid "$1" --regid "$(id -g "$1")" --init-groups /bin/sh -euc "$2"; fi
}
apply_command() {
  cd "$4"
  run command_as "$3" "$5"
}
`;

/**
 * Any command, run where what it makes is not there yet.
 *
 * @example
 * ```ts
 * command({ name: "a key for the tunnel", run: "ssh-keygen -qt ed25519 -N '' -f /etc/tunnel", creates: "/etc/tunnel" })
 * ```
 */
export function command(args: CommandArgs): Task {
  const { creates, unless, user = "root", directory = "/" } = args;
  return defineTask(
    {
      kind: "command",
      title: args.name,
      shell: [SHELL],
      words: [creates ?? "", unless ?? "", user, directory, args.run],
      claims: [`command ${args.name}`],
      needs: [{ property: "user", what: `user ${user}` }],
      problems: [
        ...(creates === undefined && unless === undefined
          ? [
              {
                property: "creates",
                given: undefined,
                allowed: "`creates`, `unless` or both: else it would run each time",
              },
            ]
          : []),
        ...(creates === undefined ? [] : pathProblems("creates", creates)),
        ...(directory === "/" ? [] : pathProblems("directory", directory)),
        ...nameProblems("user", user),
        ...(args.run.trim() === "" ? [{ property: "run", given: args.run, allowed: "a command" }] : []),
        ...[args.run, unless ?? ""].flatMap((text, index) =>
          text.includes("\0")
            ? [{ property: ["run", "unless"][index] ?? "", given: text, allowed: "text without NUL" }]
            : [],
        ),
      ],
    },
    args,
  );
}
