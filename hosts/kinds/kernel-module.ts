import { nameProblems } from "../checks.ts";
import { plainContent } from "../content.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";
import { FILE_SHELL } from "./file.ts";

/** Arguments of {@link kernelModule}. */
export interface KernelModuleArgs extends TaskOptions {
  /** Name of the module, with `_` or `-`, or another name that the host has for it: `br_netfilter`. */
  readonly name: string;
}

const SHELL = `
# The kernel writes every name with _, and may know the module by another name than it is asked for.
one_kernel_module() {
  name=$(printf %s "$1" | tr - _)
  [ -d "/sys/module/$name" ] || grep -qE "/$(printf %s "$name" | sed 's/_/[_-]/g')[.]ko" "/lib/modules/$(uname -r)/modules.builtin" 2>/dev/null
}
loaded_kernel_module() {
  ! one_kernel_module "$1" || return 0
  names=$(modprobe --resolve-alias "$1" 2>/dev/null) && [ -n "$names" ] || return 1
  for each in $names; do one_kernel_module "$each" || return 1; done
}
# name, file
check_kernel_module() {
  [ "$surface" != container ] || { echo "a container has the kernel of its host: load the module there"; return 3; }
  other=0
  loaded_kernel_module "$1" || { echo "not loaded"; other=1; }
  check_file "$2" root root 644 shown || other=$?
  # modprobe loads it all the same, and what loads modules at the start does not.
  if [ "$systemd" = systemd ] && modprobe --showconfig 2>/dev/null | tr - _ | grep -qxF -e "blacklist $(printf %s "$1" | tr - _)"; then
    echo "A blacklist in /etc/modprobe.d keeps it from being loaded at the next start: take it out there."
    return 2
  fi
  return "$other"
}
apply_kernel_module() {
  loaded_kernel_module "$1" || run modprobe "$1"
  apply_file "$2" root root 644 shown
}
`;

/** A module of the kernel, loaded now and at each start. Skipped in a container. */
export function kernelModule(args: KernelModuleArgs): Task {
  const path = `/etc/modules-load.d/${args.name}.conf`;
  return defineTask(
    {
      kind: "kernel_module",
      title: args.name,
      shell: [FILE_SHELL, SHELL],
      words: [args.name, path],
      content: plainContent(`${args.name}\n`),
      claims: [`path ${path}`],
      problems: nameProblems("name", args.name),
    },
    args,
  );
}
