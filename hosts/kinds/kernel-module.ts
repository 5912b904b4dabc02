import { nameProblems } from "../checks.ts";
import { plainContent } from "../content.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";
import { FILE_SHELL } from "./file.ts";

/** Arguments of {@link kernelModule}. */
export interface KernelModuleArgs extends TaskOptions {
  /** Name of the module: `br_netfilter`. */
  readonly name: string;
}

const SHELL = `
loaded_kernel_module() {
  [ -d "/sys/module/$1" ] || grep -qE "/$(printf %s "$1" | sed 's/_/[_-]/g')[.]ko" "/lib/modules/$(uname -r)/modules.builtin" 2>/dev/null
}
# name, file
check_kernel_module() {
  [ "$surface" != container ] || { echo "a container has the kernel of its host: load the module there"; return 3; }
  other=0
  loaded_kernel_module "$1" || { echo "not loaded"; other=1; }
  check_file "$2" root root 644 shown || other=$?
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
