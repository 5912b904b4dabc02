import { nameProblems } from "../checks.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";

/** Arguments of {@link group}. */
export interface GroupArgs extends TaskOptions {
  /** Its name. */
  readonly name: string;
  /** Its number. A group that has another one is refused, for files would change hands. @default - the next free one */
  readonly gid?: number;
  /** Number it as a group of the system. @default false */
  readonly system?: boolean;
}

const SHELL = `
# name, number or nothing, --system or nothing
check_group() {
  entry=$(getent group "$1") || { echo "a new group"; return 1; }
  IFS=: read -r _ _ has _ <<ENTRY
$entry
ENTRY
  [ -z "$2" ] || [ "$has" = "$2" ] || { echo "group $1 has the number $has, declared is $2: change it by hand, with the files that are its own"; return 2; }
}
apply_group() {
  name=$1 number=$2 system=$3
  set --
  [ -z "$number" ] || set -- --gid "$number"
  [ -z "$system" ] || set -- "$@" --system
  run groupadd "$@" "$name"
}
`;

/** A group. */
export function group(args: GroupArgs): Task {
  return defineTask(
    {
      kind: "group",
      title: args.name,
      shell: [SHELL],
      words: [args.name, args.gid === undefined ? "" : String(args.gid), args.system === true ? "--system" : ""],
      claims: [`group ${args.name}`],
      provides: [`group ${args.name}`],
      problems: [...nameProblems("name", args.name), ...numberProblems("gid", args.gid)],
    },
    args,
  );
}

/** What is wrong with the number of a user or a group. */
export function numberProblems(property: string, given: number | undefined): Task["problems"] {
  return given === undefined || (Number.isInteger(given) && given > 0 && given < 2 ** 32 - 2)
    ? []
    : [{ property, given, allowed: "a whole number from 1 to 4294967293" }];
}
