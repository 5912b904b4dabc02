import { type Ownership, ownershipNeeds, ownershipProblems, ownershipWords, pathProblems } from "../checks.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";

/** Arguments of {@link directory}. */
export interface DirectoryArgs extends Ownership, TaskOptions {
  /** Where it is on the host. Missing directories above it are made, root's and mode 0755. */
  readonly path: string;
  /** Permissions in octal. @default "0755" */
  readonly mode?: string;
}

const SHELL = `
# path, owner, group, mode
check_directory() {
  [ -e "$1" ] || { echo "a new directory"; return 1; }
  [ -d "$1" ] || { echo "$1 is there and is no directory: move it away"; return 2; }
  # What a link leads to, not the link.
  attributes "$1/." "$2" "$3" "$4"
}
apply_directory() {
  enter "$1" make
  run chown "$2:$3" .
  # With so many digits chmod also takes away what the directory has from the one above it.
  run chmod "0000$4" .
}
`;

/**
 * A directory with an owner and a mode. What is in it is left alone.
 *
 * The mode is all of it: below a directory of mode 2775 a declared `"0755"` is 755, and `"2755"` keeps its group. A link
 * to a directory counts as that directory.
 */
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
