import { nameProblems, patternProblems } from "../checks.ts";
import { SSHD_SHELL } from "../sshd.ts";
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

/** Options, kind, the key itself, comment. */
const KEY =
  /^(?:([^\r\n]*?) )?(ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+) ([A-Za-z0-9+/]{40,}={0,2})( [^\r\n]*)?$/;

/**
 * Reads a file of keys as sshd does: a key is its kind and its text, whatever comment and options are with it. Where the
 * key is to be there, lines of it with other options than the declared ones are wrong, for they allow something else.
 * "count" prints how many lines are right and how many are wrong, "keep" those that are not wrong.
 */
const SEARCH = `
function after_options(text,   at, char, quoted) {
  for (at = 1; at <= length(text); at++) {
    char = substr(text, at, 1)
    if (!quoted && (char == " " || char == "\\t")) break
    if (char == "\\\\" && substr(text, at + 1, 1) == "\\"") at++
    else if (char == "\\"") quoted = !quoted
  }
  return at
}
function is_key(text,   part) {
  sub(/^[ \\t]+/, "", text)
  split(text, part, /[ \\t]+/)
  return part[1] == ENVIRON["key_kind"] && part[2] == ENVIRON["key_text"]
}
{
  text = $0
  sub(/\\r$/, "", text)
  sub(/^[ \\t]+/, "", text)
  given = ""
  found = is_key(text)
  if (!found && text !~ /^#/) {
    at = after_options(text)
    given = substr(text, 1, at - 1)
    found = is_key(substr(text, at))
  }
  wrong = found && (ENVIRON["key_state"] == "absent" || given != ENVIRON["key_options"])
  if (wrong) bad++; else if (found) good++
  if (!wrong && ENVIRON["key_doing"] == "keep") print
}
END { if (ENVIRON["key_doing"] == "count") print good + 0, bad + 0 }
`;

/** What is done as the user: nothing that they put into the way leads to anything that is not theirs. */
const AS_USER = `
umask 077
doing=$1 line=$2 group=$3 search=$4
shift 4
export key_doing
key_doing=count good=0 bad=0
for file; do
  [ -f "$file" ] || continue
  counts=$(timeout 20 awk "$search" "$file")
  good=$((good + \${counts% *})) bad=$((bad + \${counts#* }))
done
if [ "$doing" = check ]; then
  [ "$bad" -eq 0 ] || echo "to go, for it allows something else than is declared: $bad"
  [ "$key_state" = absent ] || [ "$good" -gt 0 ] || { echo "the key is absent in $1"; exit 1; }
  [ "$bad" -eq 0 ]
  exit
fi
key_doing=keep first=$1
for file; do
  if [ "$file" != "$first" ] || [ "$key_state" = absent ]; then [ -f "$file" ] || continue; fi
  directory=\${file%/*}
  [ ! -L "$directory" ] && [ ! -L "$file" ] || { echo "$file or its directory is a link: put the directory itself there"; exit 1; }
  [ -d "$directory" ] || mkdir -p "$directory"
  [ -O "$directory" ] || { echo "$directory belongs to somebody else: change its owner"; exit 1; }
  chmod go-w "$directory"
  for old in "$directory"/.vigie-??????????; do
    [ ! -f "$old" ] || rm -f "$old"
  done
  new=$(mktemp "$directory/.vigie-XXXXXXXXXX")
  [ ! -f "$file" ] || timeout 20 awk "$search" "$file" >"$new"
  [ "$file" != "$first" ] || [ "$key_state" = absent ] || [ "$good" -gt 0 ] || printf "%s\\n" "$line" >>"$new"
  chgrp "$group" "$new"
  chmod 600 "$new"
  mv -fT "$new" "$file"
done
`;

const SHELL = `
key_search='${SEARCH}'
key_as_user='${AS_USER}'
# check or apply, then the words of the task
keys_key() {
  doing=$1 user=$2 state_of_key=$3 line=$4 kind_of_key=$5 text_of_key=$6 options_of_key=$7
  says=$(sshd_says -C "user=$user,host=localhost,addr=127.0.0.1" 2>/dev/null) || says=
  places=$(printf '%s\\n' "$says" | sed -n 's/^authorizedkeysfile //p')
  set --
  for each in \${places:-.ssh/authorized_keys .ssh/authorized_keys2}; do
    case $each in *%h*) each=\${each%%%h*}$home\${each#*%h} ;; esac
    case $each in *%u*) each=\${each%%%u*}$user\${each#*%u} ;; esac
    case $each in none) continue ;; /*) ;; *) each=$home/$each ;; esac
    case $each in
      "$home"/*) set -- "$@" "$each" ;;
      *)
        [ "$state_of_key" = absent ] && [ -f "$each" ] && grep -qF -e "$text_of_key" "$each" || continue
        echo "The key is in $each, where sshd looks as well, and which is not in the home of $user: take it out there."
        return 2
        ;;
    esac
  done
  [ $# -gt 0 ] || [ "$state_of_key" = absent ] || { echo "sshd looks for keys of $user in $places alone, which is not in their home: put it there by a file."; return 2; }
  [ $# -gt 0 ] || return 0
  file=$1
  env key_state="$state_of_key" key_kind="$kind_of_key" key_text="$text_of_key" key_options="$options_of_key" \\
    setpriv --reuid "$user" --regid "$group" --init-groups \\
    /bin/sh -euc "cd / && $key_as_user" sh "$doing" "$line" "$group" "$key_search" "$@"
}
home_key() {
  IFS=: read -r _ _ _ _ _ home _ <<ENTRY
$(getent passwd "$1")
ENTRY
  home=\${home%/}
  group=$(id -gn "$1" 2>/dev/null) && [ -n "$home" ]
}
# user, present or absent, line, kind, text, options
check_authorized_key() {
  home_key "$1" || { echo "user $1 is still to be made, or has no home"; return 1; }
  keys_key check "$@" || return $?
  [ "$2" = present ] || return 0
  attributes "$file" "$1" "$group" 600 || return $?
  case $says in *"strictmodes yes"*) ;; *) return 0 ;; esac
  for each in "$home" "\${file%/*}"; do
    [ $((0$(stat -Lc %a "$each") & 022)) -eq 0 ] || { echo "Others may write to $each, so sshd takes no key from there: chmod go-w $each"; [ "$each" != "$home" ] || return 2; return 1; }
  done
}
apply_authorized_key() {
  home_key "$1"
  # A home that is root's and nobody else's: only root can make the directory there, and nobody can have a hand in it.
  if [ "$2" = present ] && [ ! -d "$home/.ssh" ]; then
    (
      enter "$home" make
      [ "$sure" = 0 ] || ! roots_place || [ -e ./.ssh ] || { run mkdir -m 700 ./.ssh; run chown -h "$1:$group" ./.ssh; }
    )
  fi
  run keys_key apply "$@"
}
`;

/**
 * A key that may log in as a user, or may not any more. Other keys of theirs are left alone.
 *
 * A key is the same whatever its comment; its options are part of what is declared. `absent` takes it out of every file
 * in their home that sshd reads. It is done as the user, so that nothing they put into the way leads to what is not theirs.
 */
export function authorizedKey(args: AuthorizedKeyArgs): Task {
  const { state = "present" } = args;
  const key = args.key.trim();
  const [, options = "", kind = "", text = "", comment = ""] = KEY.exec(key) ?? [];
  return defineTask(
    {
      kind: "authorized_key",
      title: `${args.user}${comment.trim() === "" ? "" : `, ${comment.trim()}`}`,
      shell: [SSHD_SHELL, SHELL],
      words: [args.user, state, key, kind, text, options],
      claims: [`key of ${args.user}: ${kind} ${text}`],
      needs: [{ property: "user", what: `user ${args.user}` }],
      problems: [
        ...nameProblems("user", args.user),
        ...patternProblems(
          "key",
          key.includes("PRIVATE KEY") ? "(a private key)" : key,
          KEY,
          "one line of a .pub file: kind, key, comment",
        ),
      ],
    },
    args,
  );
}
