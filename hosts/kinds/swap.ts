import { pathProblems, patternProblems } from "../checks.ts";
import { FSTAB_SHELL } from "../fstab.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";

/** Arguments of {@link swap}. */
export interface SwapArgs extends TaskOptions {
  /** Size in MiB. */
  readonly size: number;
  /** The file that holds it. @default "/swapfile" */
  readonly path?: string;
}

const SHELL = `
in_use_swap() { awk -v path="$1" '$1 == path { found = 1 } END { exit !found }' /proc/swaps; }
size_swap() { [ -f "$1" ] && [ "$(stat -c %s "$1")" -eq $(($2 * 1048576)) ]; }
# path, MiB
check_swap() {
  [ "$surface" != container ] || { echo "a container swaps where its host does"; return 3; }
  differs=0
  size_swap "$1" "$2" || { echo "no file of $2 MiB at $1"; differs=1; }
  in_use_swap "$1" || { echo "not in use"; differs=1; }
  fstab_has 1 "$1" "$1 none swap sw 0 0" || { echo "not in /etc/fstab"; differs=1; }
  return $differs
}
apply_swap() {
  only_roots "\${1%/*}/" || { echo "others than root may change \${1%/*}: put the swap elsewhere"; return 1; }
  if ! size_swap "$1" "$2"; then
    free=$(df -Pk "$(dirname "$1")" | awk 'END { print int($4 / 1024) }')
    [ "$free" -gt "$2" ] || { echo "There are $free MiB free beside $1: take less, or make room."; return 1; }
    ! in_use_swap "$1" || run swapoff "$1"
    rm -f "$1" "$1.part"
    (umask 077; run dd if=/dev/zero of="$1.part" bs=1M count="$2" status=none)
    run mkswap "$1.part"
    run mv -fT "$1.part" "$1"
  fi
  in_use_swap "$1" || run swapon "$1"
  fstab_put 1 "$1" "$1 none swap sw 0 0"
}
`;

/** Swap in a file, now and after a restart. Skipped in a container. */
export function swap(args: SwapArgs): Task {
  const { size, path = "/swapfile" } = args;
  return defineTask(
    {
      kind: "swap",
      title: `${path}, ${size} MiB`,
      shell: [FSTAB_SHELL, SHELL],
      words: [path, String(size)],
      claims: [`path ${path}`],
      problems: [
        ...pathProblems("path", path),
        ...patternProblems("path", path, /^\S*$/, "a path without spaces"),
        ...(Number.isInteger(size) && size >= 1 && size <= 1_048_576
          ? []
          : [{ property: "size", given: size, allowed: "a whole number of MiB from 1 to 1048576" }]),
      ],
    },
    args,
  );
}
