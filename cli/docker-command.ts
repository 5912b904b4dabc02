/** The `docker` command of the engine that a stack runs on: this machine's, or over SSH that of the host. */

import { join } from "node:path";
import {
  CONFIGURED_HOST,
  pinsOf,
  resolveAccess,
  type SshServerAccess,
  serverOf,
  targetOf,
} from "../components/ssh-access.ts";
import { sshConfigFile, writeSshFiles } from "../components/ssh-files.ts";
import { type RemoteMachine, remoteMachine, type Unreached } from "../components/ssh-machine.ts";
import { remoteProblems, unreachedProblem } from "../components/ssh-problems.ts";
import { quote } from "../config/landing.ts";
import { DeclarationError, type Problem } from "../services/problems.ts";
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
  const server = configuredServer(settings);
  if (server === undefined) return localDocker(env);
  const { address, port, user } = targetOf(server);
  let ssh: readonly string[] | undefined;
  return {
    words(args) {
      ssh ??= prepareSsh(settings, state, server);
      // The name of the connection that Docker's provider will share: it is made when the user may use Docker.
      return [...ssh, address, ["docker", ...args].map(quote).join(" ")];
    },
    env,
    host: `ssh://${user}@${address}${port === 22 ? "" : `:${port}`}`,
  };
}

function prepareSsh(settings: StackSettings, state: string, server: SshServerAccess): readonly string[] {
  const { project, stack } = settings;
  const resolved = resolveAccess(aliasOf(settings), server, pinsOf(stack, root));
  if ("problems" in resolved) throw new DeclarationError(`host ${JSON.stringify(server.address)}`, resolved.problems);
  const directory = join(state, `${project}-${stack}`, "ssh", CONFIGURED_HOST);
  writeSshFiles(directory, resolved.access);
  return ["ssh", "-F", sshConfigFile(directory)];
}

/**
 * What is wrong with the host of a stack, in the words of the program itself.
 *
 * @returns nothing where the host is this machine
 */
export function hostProblems(settings: StackSettings, state: string): readonly Problem[] {
  const server = configuredServer(settings);
  if (server === undefined) return [];
  const target = targetOf(server);
  try {
    const found = look(settings, state, server);
    if (!("words" in found)) return remoteProblems(target, found, false);
    return [unreachedProblem(target, found.words, pinsOf(settings.stack, root).trust)];
  } catch (error) {
    if (error instanceof DeclarationError) return error.problems;
    throw error;
  }
}

/** Whether the host of a stack is reached and has no Docker that its user may use. */
export function lacksDocker(settings: StackSettings, state: string): boolean {
  const server = configuredServer(settings);
  if (server === undefined) return false;
  const found = look(settings, state, server);
  return "docker" in found && "problem" in found.docker;
}

function look(settings: StackSettings, state: string, server: SshServerAccess): RemoteMachine | Unreached {
  const [, , config = ""] = prepareSsh(settings, state, server);
  return remoteMachine(config, aliasOf(settings), ["/var/lib/docker"], true);
}

function aliasOf({ project, stack }: StackSettings): string {
  return `${project}-${stack}-${CONFIGURED_HOST}`;
}

function configuredServer({ values }: StackSettings): SshServerAccess | undefined {
  const text = (key: string): string => (typeof values[key] === "string" ? values[key] : "");
  return serverOf({ host: text("host"), sshKeyFile: text("sshKeyFile") });
}

/** Runs `docker` in silence. */
export function docker(command: DockerCommand, args: readonly string[], options: RunOptions = {}): Promise<Captured> {
  return capture(command.words(args), { ...options, env: command.env });
}
