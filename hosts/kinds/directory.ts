import { type Ownership, ownershipNeeds, ownershipProblems, ownershipWords, pathProblems } from "../checks.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";

/** Arguments of {@link directory}. */
export interface DirectoryArgs extends Ownership, TaskOptions {
  /** Where it is on the host. Missing directories above it are made, root's and mode 0755. */
  readonly path: string;
}

const SHELL = `
# path, owner, group, mode
check_directory() {
  [ -e "$1" ] || { echo "a new directory"; return 1; }
  [ -d "$1" ] || { echo "$1 is there and is no directory: move it away"; return 2; }
  attributes "$1" "$2" "$3" "$4"
}
apply_directory() {
  run install -d -o "$2" -g "$3" -m "$4" "$1"
}
`;

/** A directory with an owner and a mode. What is in it is left alone. */
export function directory(args: DirectoryArgs): Task {
  return defineTask(
    {
      kind: "directory",
      title: args.path,
      shell: [SHELL],
      words: [args.path, ...ownershipWords(args, "755")],
      claims: [`path ${args.path}`],
      needs: ownershipNeeds(args),
      problems: [...pathProblems("path", args.path), ...ownershipProblems(args)],
    },
    args,
  );
}
