import * as pulumi from "@pulumi/pulumi";
import type { SetupTarget } from "./setup-target.ts";
import { type SshConnectionArgs, sshConnection } from "./ssh-connection.ts";

/**
 * A machine that is reached by SSH, as a target of a HostSetup: nothing need be on it but sshd and, where the user is
 * not root, sudo.
 *
 * @param name name of the host: an SshHost of the same name uses the same files
 * @throws pulumi.InputPropertiesError when an argument is wrong, or the host's key is neither given nor pinned
 * @example
 * ```ts
 * const server = { address: "192.0.2.10", user: "deploy" };
 * const setup = new HostSetup("web-setup", { host: sshTarget("web", server), tasks: dockerHostTasks() });
 * const host = new SshHost("web", { ...server, setup });
 * ```
 */
export function sshTarget(name: string, args: SshConnectionArgs): SetupTarget {
  const { asUser, newConnection, address } = sshConnection(name, args);
  const when = (words: readonly string[]) =>
    typeof address === "string" ? words : pulumi.output(address).apply(() => words);
  return { name, interpreter: when(asUser), newConnection: when(newConnection) };
}
