import { defineTask, type Task, type TaskOptions } from "../task.ts";

/** Arguments of {@link packages}. */
export interface PackagesArgs extends TaskOptions {
  /** Names of Debian and Ubuntu packages. One that an installed package provides (`awk`, `mail-transport-agent`) is there. */
  readonly names: readonly string[];
  /** Names of the same on Amazon Linux. @default - the same names */
  readonly dnf?: readonly string[];
  /** Debian and Ubuntu packages that not every release has: left out where it has none of that name. @default [] */
  readonly optional?: readonly string[];
  /** Have them, or not. `absent` keeps their configuration files. @default "present" */
  readonly state?: "present" | "absent";
}

const SHELL = String.raw`
# present or absent, names for apt, names for dnf, names that apt may not know: prints the packages that are not as declared
packages_to_do() {
  if [ "$packages" = apt ]; then
    dpkg-query --show --showformat '@{db:Status-Abbrev}|@{Package}|@{Provides}\n' 2>/dev/null | awk -F '|' '$1 ~ /^.i/ { print $2, $3 }' >"$work/dpkg"
    cut -d ' ' -f 1 "$work/dpkg" >"$work/installed"
    # What an installed package provides is there as well, with or without a version.
    sed 's/^[^ ]* *//; s/([^)]*)//g; s/[, ][, ]*/\n/g' "$work/dpkg" >"$work/provided"
  else
    for name in $3; do ! rpm --quiet -q "$name" || echo "$name"; done >"$work/installed"
    for name in $3; do ! rpm --quiet -q --whatprovides "$name" || echo "$name"; done >"$work/provided"
  fi
  names=$2
  [ "$packages" = apt ] || names=$3
  for name in $names; do
    if is_package "$1" "$name"; then found=present; else found=absent; fi
    [ "$found" = "$1" ] || echo "$name"
  done
  [ "$packages" = apt ] || return 0
  for name in $4; do
    if ! is_package present "$name" && apt-cache policy "$name" | grep -q 'Candidate: [0-9]'; then echo "$name"; fi
  done
}
# What is to go is the package of that name; to have it, one that provides it is enough.
is_package() {
  grep -qxF -e "$2" "$work/installed" || { [ "$1" = present ] && grep -qxF -e "$2" "$work/provided"; }
}
# A name that only others provide: which of them is meant to go is not ours to say.
virtual_packages() {
  [ "$packages" = apt ] || return 0
  for name in $1; do
    ! is_package absent "$name" && grep -qxF -e "$name" "$work/provided" && ! apt-cache show "$name" >/dev/null 2>&1 || continue
    echo "$name is provided by $(awk -v name="$name" '{ text = $0; gsub(/[(][^)]*[)]|,/, " ", text); n = split(text, part, " "); for (i = 2; i <= n; i++) if (part[i] == name) { print part[1]; break } }' "$work/dpkg" | tr '\n' ' ')and is no package itself: name those that are to go."
  done
}
check_packages() {
  todo=$(packages_to_do "$@")
  if [ "$1" = absent ]; then
    provided=$(virtual_packages "$2")
    [ -z "$provided" ] || { echo "$provided"; return 2; }
  fi
  [ -n "$todo" ] || return 0
  if [ "$1" = present ]; then echo "to install:" $todo; else echo "to remove:" $todo; fi
  return 1
}
apply_packages() {
  todo=$(packages_to_do "$@")
  if [ "$packages" = dnf ]; then
    if [ "$1" = present ]; then run dnf install -y -q $todo; else run dnf remove -y -q $todo; fi
    return
  fi
  # A run that was killed may have left packages that are unpacked and not configured, or dpkg's notes of what it did.
  [ -z "$(dpkg --audit)" ] && [ -z "$(ls /var/lib/dpkg/updates 2>/dev/null)" ] || run dpkg --configure -a
  # The lists are fetched once a day, or when they don't know a package.
  if [ "$1" = present ]; then
    if [ -z "$(find /var/lib/apt/lists -name '*Packages*' -mtime -1 2>/dev/null | head -n 1)" ] || ! apt-cache show $todo >/dev/null 2>&1; then
      run apt-get update -q
      todo=$(packages_to_do "$@")
    fi
  fi
  set -- "$1" -y -q -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold
  if [ "$1" = absent ]; then
    shift
    run apt-get remove "$@" $todo
    return
  fi
  shift
  run apt-get install --no-install-recommends "$@" $todo
}
`.replaceAll("@{", "${");

/** Packages of the distribution, without those that they only recommend. */
export function packages(args: PackagesArgs): Task {
  const { names, dnf = names, optional = [], state = "present" } = args;
  const wrong = [...names, ...dnf, ...optional].filter((name) => !/^[a-zA-Z0-9][a-zA-Z0-9.+_-]*$/.test(name));
  return defineTask(
    {
      kind: "packages",
      title: `${state === "absent" ? "without " : ""}${names.join(", ")}`,
      shell: [SHELL],
      words: [state, names.join(" "), dnf.join(" "), optional.join(" ")],
      claims: [...new Set([...names, ...dnf, ...optional])].map((name) => `package ${name} = ${state}`),
      problems: [
        ...wrong.map((given) => ({ property: "names", given, allowed: "names of packages, without a version" })),
        ...(names.length === 0 ? [{ property: "names", given: names, allowed: "at least one package" }] : []),
        ...(optional.length === 0 || state === "present"
          ? []
          : [{ property: "optional", given: optional, allowed: 'nothing, with state "absent"' }]),
        ...(["present", "absent"].includes(state)
          ? []
          : [{ property: "state", given: state, allowed: '"present" or "absent"' }]),
      ],
    },
    args,
  );
}
