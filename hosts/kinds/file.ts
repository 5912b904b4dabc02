import { type Ownership, ownershipNeeds, ownershipProblems, ownershipWords, pathProblems } from "../checks.ts";
import { plainContent, secretContent } from "../content.ts";
import { defineTask, type Task, type TaskContent, type TaskOptions } from "../task.ts";

/** What files of every kind may be given. */
export interface FileOptions extends Ownership, TaskOptions {
  /** Permissions in octal. @default "0644", "0600" where the text holds a secret */
  readonly mode?: string;
  /** Where the file is on the host. Missing directories above it are made, root's and mode 0755. */
  readonly path: string;
  /**
   * The program's own check of the new file, before it is put in place: `["visudo", "-cf", "%s"]`. `%s` is the file.
   *
   * @default - none
   */
  readonly check?: readonly string[];
}

/** Arguments of {@link file}. One of `content` and `secret` is given. */
export interface FileArgs extends FileOptions {
  /** The whole text. */
  readonly content?: string;
  /** Name of a secret of the HostSetup that is the whole text. It is never shown. @default - none */
  readonly secret?: string;
}

/** The functions `check_file` and `apply_file`, for kinds that land a file among other things. */
export const FILE_SHELL = `
# path, owner, group, mode, whether its text may be shown, the program's own check
check_file() {
  [ ! -d "$1" ] || [ -L "$1" ] || { echo "$1 is a directory"; return 2; }
  differs=0
  if [ -L "$1" ] || [ ! -f "$1" ]; then
    differs=1
    if [ "$5" = shown ]; then difference /dev/null; else echo "a new file; its text is secret"; fi
  else
    if ! cmp -s "$content" "$1"; then
      differs=1
      if [ "$5" = shown ]; then difference "$1"; else echo "another text; it is secret"; fi
    fi
    attributes "$1" "$2" "$3" "$4" || differs=1
  fi
  return $differs
}
# In a directory of its own until it is whole, then renamed: nobody reads half of it, and nobody has a hand in it.
apply_file() (
  path=$1 name=\${1##*/} owner=$2 group=$3 mode_bits=$4
  shift 5
  enter "\${path%/*}/" make
  stage
  run install -o "$owner" -g "$group" -m "$mode_bits" "$content" "./$name"
  if [ $# -gt 0 ]; then
    new=$(pwd -P)/$name words=$#
    while [ "$words" -gt 0 ]; do
      word=$1
      shift
      [ "$word" != %s ] || word=$new
      set -- "$@" "$word"
      words=$((words - 1))
    done
    run "$@" || { status=$?; rm -f "./$name"; cd -P ..; rmdir "$staged"; echo "The new $path was refused by its own check; the old one stays."; return $status; }
  fi
  run mv -fT "./$name" "../$name"
  cd -P ..
  rmdir "$staged"
)
`;

/**
 * A file with exactly this text, owner and mode. It is put in place by a rename.
 *
 * @example
 * ```ts
 * file({ path: "/etc/motd", content: "Setup by Vigie\n" })
 * ```
 */
export function file(args: FileArgs): Task {
  const { content, secret } = args;
  const both = [content, secret].filter((each) => each !== undefined).length;
  return fileTask(
    "file",
    args,
    secret === undefined ? plainContent(content ?? "") : secretContent(secret),
    both === 1 ? [] : [{ property: "content", given: `${both} of them`, allowed: "one of `content` and `secret`" }],
  );
}

/** A task that lands a file, whatever its text is made of. */
export function fileTask(title: string, args: FileOptions, content: TaskContent, more: Task["problems"]): Task {
  const shown = content.secrets.length === 0 ? "shown" : "secret";
  return defineTask(
    {
      kind: "file",
      title: title === "file" ? args.path : `${args.path} (${title})`,
      shell: [FILE_SHELL],
      words: [
        args.path,
        ...ownershipWords(args, content.secrets.length === 0 ? "644" : "600"),
        shown,
        ...(args.check ?? []),
      ],
      content,
      claims: [`path ${args.path}`],
      needs: ownershipNeeds(args),
      problems: [
        ...pathProblems("path", args.path),
        ...ownershipProblems(args),
        ...more,
        ...(args.check === undefined || args.check.includes("%s")
          ? []
          : [{ property: "check", given: args.check, allowed: "a command with %s in the file's place" }]),
      ],
    },
    args,
  );
}
