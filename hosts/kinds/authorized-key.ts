import { nameProblems, patternProblems } from "../checks.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";

/** Arguments of {@link authorizedKey}. */
export interface AuthorizedKeyArgs extends TaskOptions {
  /** Who may log in with it. */
  readonly user: string;
  /** The public key as in a `.pub` file. Options before it (`from="…"`) are allowed. */
  readonly key: string;
  /** Whether the key may log in. @default "present" */
  readonly state?: "present" | "absent";
}

const SHELL = `
key_file() {
  IFS=: read -r _ _ _ _ _ home _ <<ENTRY
$(getent passwd "$1")
ENTRY
  [ -n "$home" ] || return 1
  file=$home/.ssh/authorized_keys
}
# user, present or absent, line
check_authorized_key() {
  key_file "$1" || { echo "user $1 is still to be made"; return 1; }
  if [ -f "$file" ] && grep -qxF -e "$3" "$file"; then has=present; else has=absent; fi
  [ "$has" = "$2" ] || { echo "$2 is declared, and the key is $has in $file"; return 1; }
  [ "$2" = absent ] || attributes "$file" "$1" "$(id -gn "$1")" 600
}
apply_authorized_key() {
  key_file "$1"
  group=$(id -gn "$1")
  directory=$(dirname "$file")
  # A link there could lead root anywhere.
  [ ! -L "$directory" ] && [ ! -L "$file" ] || { echo "$file or its directory is a link: put the directory itself there"; return 1; }
  if [ ! -d "$directory" ]; then
    run mkdir -p "$directory"
    run chown "$1:$group" "$directory"
    run chmod 700 "$directory"
  fi
  new=$(mktemp "$directory/.vigie-XXXXXXXXXX")
  { [ ! -f "$file" ] || grep -vxF -e "$3" "$file" || true; [ "$2" = absent ] || printf '%s\\n' "$3"; } >"$new"
  chown "$1:$group" "$new"
  chmod 600 "$new"
  run mv -fT "$new" "$file"
}
`;

/** A key that may log in as a user, or may not any more. Other keys of theirs are left alone. */
export function authorizedKey(args: AuthorizedKeyArgs): Task {
  const { state = "present" } = args;
  const key = args.key.trim();
  const [, comment = ""] = /(?:ssh-|ecdsa-|sk-)\S+ \S+ ?(.*)$/.exec(key) ?? [];
  return defineTask(
    {
      kind: "authorized_key",
      title: `${args.user}${comment === "" ? "" : `, ${comment}`}`,
      shell: [SHELL],
      words: [args.user, state, key],
      claims: [`key of ${args.user}: ${key}`],
      needs: [{ property: "user", what: `user ${args.user}` }],
      problems: [
        ...nameProblems("user", args.user),
        ...patternProblems(
          "key",
          key.includes("PRIVATE KEY") ? "(a private key)" : key,
          /^([^\r\n]* )?(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]{40,}={0,2}( [^\r\n]*)?$/,
          "one line of a .pub file: kind, key, comment",
        ),
      ],
    },
    args,
  );
}
