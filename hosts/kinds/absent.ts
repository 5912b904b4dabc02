import { pathProblems } from "../checks.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";

/** Arguments of {@link absent}. */
export interface AbsentArgs extends TaskOptions {
  /** A file, a link or an empty directory. A directory with something in it is refused, not emptied. */
  readonly path: string;
}

const SHELL = `
check_absent() {
  [ -e "$1" ] || [ -L "$1" ] || return 0
  echo "to remove: $1"
  return 1
}
apply_absent() {
  enter "\${1%/*}/"
  name=./\${1##*/}
  if [ -d "$name" ] && [ ! -L "$name" ]; then run rmdir "$name"; else run rm -f "$name"; fi
}
`;

/** Nothing at a path. */
export function absent(args: AbsentArgs): Task {
  return defineTask(
    {
      kind: "absent",
      title: args.path,
      shell: [SHELL],
      words: [args.path],
      claims: [`path ${args.path}`],
      problems: pathProblems("path", args.path),
    },
    args,
  );
}
