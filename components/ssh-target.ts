import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stackDirectory } from "./docker-host.ts";
import type { SetupTarget } from "./setup-target.ts";
import { pinsOf } from "./ssh-access.ts";
import { connect, knownNow, later, remoteShell, type SshHostArgs } from "./ssh-host.ts";
import { defaultStateDirectory } from "./state-directory.ts";

/** Arguments of {@link sshTarget}: those of an SshHost that say how it is reached. */
export type SshTargetArgs = Pick<
  SshHostArgs,
  "address" | "port" | "user" | "privateKey" | "privateKeyFile" | "hostKey" | "bastion" | "stateDirectory"
>;

/**
 * A machine that is reached by SSH, for a HostSetup: before it is a host with Docker.
 *
 * @param name the name that the SshHost has
 * @throws pulumi.InputPropertiesError when the host's key is not known
 * @example
 * ```ts
 * const at = { address: "192.0.2.10", user: "deploy" };
 * const setup = new HostSetup("base", { host: sshTarget("web", at), tasks: [hardenedBase(), dockerHostTasks()] });
 * const host = new SshHost("web", { ...at, setup });
 * ```
 */
export function sshTarget(name: string, args: SshTargetArgs): SetupTarget {
  const alias = `${stackDirectory()}-${name}`;
  const directory = path.join(args.stateDirectory ?? defaultStateDirectory(), stackDirectory());
  const files = path.join(directory, "ssh", name);
  const pins = pinsOf(pulumi.getStack());
  const shell = remoteShell(alias, name, args);
  const now = knownNow(args);
  if (now !== undefined) connect(name, alias, files, now, pins);
  const known = (words: readonly string[]): pulumi.Input<readonly string[]> =>
    now !== undefined
      ? words
      : later(args).apply((access) => {
          connect(name, alias, files, access, pins);
          return words;
        });
  return { name, interpreter: known(shell), newConnection: known(withoutSharing(shell)) };
}

/** The same `ssh` over a connection of its own. */
function withoutSharing(shell: readonly string[]): string[] {
  return shell.map((word) => word.replace("exec ssh ", "exec ssh -o ControlPath=none "));
}
