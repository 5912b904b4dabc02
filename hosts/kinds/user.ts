import { lineProblems, nameProblems, pathProblems } from "../checks.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";
import { numberProblems } from "./group.ts";

/** Arguments of {@link user}. The user has no password: log in with a key. */
export interface UserArgs extends TaskOptions {
  /** The name. A group of the same name is made where `group` is not given; only a new user has it as the first. */
  readonly name: string;
  /** The number. A user who has another one is refused, for files would change hands. @default - the next free one */
  readonly uid?: number;
  /** The first group. Being in it by the way is not enough. @default - for a new user one of the user's own name; else what it is */
  readonly group?: string;
  /** Further groups. The user stays in others. @default [] */
  readonly groups?: readonly string[];
  /** The home directory. @default - for a new user `/home/<name>`, for one of the system none; else what it is */
  readonly home?: string;
  /** The login shell. @default - for a new user "/bin/bash", for one of the system "/usr/sbin/nologin"; else what it is */
  readonly shell?: string;
  /** Whom or what it stands for, on one line. @default - nothing */
  readonly comment?: string;
  /** A user for a program: numbered as one, with no home and no login. @default false */
  readonly system?: boolean;
}

const SHELL = `
# name, number, first group, further groups with commas, home, shell, comment, --system or nothing
check_user() {
  entry=$(getent passwd "$1") || { echo "a new user"; return 1; }
  differs=0
  IFS=: read -r _ _ number _ about home login <<ENTRY
$entry
ENTRY
  [ -z "$2" ] || [ "$number" = "$2" ] || { echo "user $1 has the number $number, declared is $2: change it by hand, with the files that are theirs"; return 2; }
  [ -z "$5" ] || [ "\${home%/}" = "$5" ] || { echo "home: now $home, declared $5"; differs=1; }
  # /bin/bash is /usr/bin/bash.
  [ -z "$6" ] || [ "$login" = "$6" ] || { [ "\${login##*/}" = "\${6##*/}" ] && [ "$login" -ef "$6" ]; } || { echo "shell: now $login, declared $6"; differs=1; }
  # adduser ends it with commas, for rooms and telephones.
  while [ "\${about%,}" != "$about" ]; do about=\${about%,}; done
  [ -z "$7" ] || [ "$about" = "$7" ] || { echo "comment differs"; differs=1; }
  has=$(id -gn "$1" 2>/dev/null) || has="number $(id -g "$1")"
  if [ -n "$3" ]; then
    [ "$has" = "$3" ] || { echo "first group: now $has, declared $3"; differs=1; }
  else
    getent group "$1" >/dev/null || { echo "no group of the same name"; differs=1; }
  fi
  [ -n "$4" ] || return $differs
  has=" $(id -Gn "$1") "
  IFS=,
  for name in $4; do
    case $has in *" $name "*) ;; *) echo "not in group $name"; differs=1 ;; esac
  done
  IFS=' 	
'
  return $differs
}
apply_user() {
  name=$1 number=$2 first=$3 further=$4 home=$5 login=$6 comment=$7 system=$8
  set --
  [ -z "$comment" ] || set -- "$@" --comment "$comment"
  [ -z "$further" ] || set -- "$@" --groups "$further"
  [ -z "$first" ] || set -- "$@" --gid "$first"
  [ -z "$home" ] || set -- "$@" --home "$home"
  if getent passwd "$name" >/dev/null; then
    [ -n "$first" ] || getent group "$name" >/dev/null || run groupadd "$name"
    [ $# -gt 0 ] || [ -n "$login" ] || return 0
    [ -z "$login" ] || set -- "$@" --shell "$login"
    # The files of an old home stay where they are.
    [ -z "$further" ] || set -- --append "$@"
    run usermod "$@" "$name"
  else
    if [ -z "$first" ]; then
      if getent group "$name" >/dev/null; then set -- --gid "$name" "$@"; else set -- --user-group "$@"; fi
    fi
    [ -z "$number" ] || set -- --uid "$number" "$@"
    if [ -n "$system" ]; then set -- --system --no-create-home "$@"; else set -- --create-home "$@"; fi
    [ -n "$login" ] || { if [ -n "$system" ]; then login=/usr/sbin/nologin; else login=/bin/bash; fi; }
    set -- --shell "$login" "$@"
    run useradd "$@" "$name"
  fi
}
`;

/**
 * A user without a password.
 *
 * @example
 * ```ts
 * user({ name: "deploy", groups: ["docker"] })
 * ```
 */
export function user(args: UserArgs): Task {
  const { name, system = false, groups = [] } = args;
  return defineTask(
    {
      kind: "user",
      title: name,
      shell: [SHELL],
      words: [
        name,
        args.uid === undefined ? "" : String(args.uid),
        args.group ?? "",
        groups.join(","),
        args.home ?? "",
        args.shell ?? "",
        args.comment ?? "",
        system ? "--system" : "",
      ],
      claims: [`user ${name}`],
      needs: [
        ...(args.group === undefined ? [] : [{ property: "group", what: `group ${args.group}` }]),
        ...groups.map((each, index) => ({ property: `groups[${index}]`, what: `group ${each}` })),
      ],
      provides: [`user ${name}`, ...(args.group === undefined ? [`group ${name}`] : [])],
      problems: [
        ...nameProblems("name", name),
        ...numberProblems("uid", args.uid),
        ...(args.group === undefined ? [] : nameProblems("group", args.group)),
        ...groups.flatMap((each, index) => nameProblems(`groups[${index}]`, each)),
        ...(args.home === undefined ? [] : pathProblems("home", args.home)),
        ...(args.shell === undefined ? [] : pathProblems("shell", args.shell)),
        ...(args.comment === undefined ? [] : lineProblems("comment", args.comment)),
        ...(args.comment?.includes(":")
          ? [{ property: "comment", given: args.comment, allowed: "text without `:`" }]
          : []),
      ],
    },
    args,
  );
}
