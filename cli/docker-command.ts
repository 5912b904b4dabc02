/** The `docker` command of the engine that a stack runs on: this machine's, or over SSH that of the host. */

import { join } from "node:path";
import { CONFIGURED_HOST, pinsOf, resolveAccess, type SshServerAccess, serverOf } from "../components/ssh-access.ts";
import { sshConfigFile, writeSshFiles } from "../components/ssh-files.ts";
import { quote } from "../config/landing.ts";
import { DeclarationError } from "../services/problems.ts";
import { type Environment, root } from "./places.ts";
import { type Captured, capture, type RunOptions } from "./run.ts";
import type { StackSettings } from "./settings.ts";

/** How the engine of a stack is spoken to. */
export interface DockerCommand {
  /** The words of a command that runs `docker` with these arguments. */
  readonly words: (args: readonly string[]) => string[];
  /** Variables of that command. */
  readonly env: Environment;
  /** The host, where it is not this machine: `ssh://user@address`. */
  readonly host?: string;
}

/** This machine's. */
export function localDocker(env: Environment): DockerCommand {
  return { words: (args) => ["docker", ...args], env };
}

/**
 * The engine of a stack, by its configuration.
 *
 * @param state the state directory
 * What `ssh` reads is written at the first use.
 *
 * @throws DeclarationError at the first use, when the host's key is not known or an argument is wrong
 */
export function dockerOf(settings: StackSettings, state: string, env: Environment): DockerCommand {
  const text = (key: string): string => (typeof settings.values[key] === "string" ? settings.values[key] : "");
  const host = text("host");
  const server = serverOf({ host, sshKeyFile: text("sshKeyFile") });
  if (server === undefined) return localDocker(env);
  let ssh: readonly string[] | undefined;
  return {
    words(args) {
      ssh ??= prepareSsh(settings, state, server);
      return [...ssh, ["docker", ...args].map(quote).join(" ")];
    },
    env,
    host,
  };
}

function prepareSsh({ project, stack }: StackSettings, state: string, server: SshServerAccess): readonly string[] {
  const alias = `${project}-${stack}-${CONFIGURED_HOST}`;
  const resolved = resolveAccess(alias, server, pinsOf(stack, root));
  if ("problems" in resolved) throw new DeclarationError(`host ${JSON.stringify(server.address)}`, resolved.problems);
  const directory = join(state, `${project}-${stack}`, "ssh", CONFIGURED_HOST);
  writeSshFiles(directory, resolved.access);
  return ["ssh", "-F", sshConfigFile(directory), alias];
}

/** Runs `docker` in silence. */
export function docker(command: DockerCommand, args: readonly string[], options: RunOptions = {}): Promise<Captured> {
  return capture(command.words(args), { ...options, env: command.env });
}
