import type * as pulumi from "@pulumi/pulumi";

/** A host as a setup sees it: something that runs a POSIX shell script and hands it standard input. */
export interface SetupTarget {
  /** Name of the host, for messages. */
  readonly name: string;
  /**
   * The program and its arguments that run a script on the host; the script is added as the last argument. An `ssh`
   * command, or `/bin/sh -c` for this machine. Unknown in a preview where the host is still to be made.
   */
  readonly interpreter: pulumi.Input<readonly string[]>;
  /**
   * The same over a connection of its own, where `interpreter` shares one. A firewall is kept only when a new connection
   * comes through it.
   *
   * @default - `interpreter`
   */
  readonly newConnection?: pulumi.Input<readonly string[]>;
}

/**
 * This machine as a target: for the machine that Pulumi itself runs on.
 *
 * @example
 * ```ts
 * new HostSetup("base", { host: thisMachine(), tasks: dockerHostTasks() });
 * ```
 */
export function thisMachine(): SetupTarget {
  return { name: "this machine", interpreter: ["/bin/sh", "-c"] };
}
