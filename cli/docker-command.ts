/** The `docker` command of the engine that a stack runs on: this machine's, or over SSH that of the host. */

import { join } from "node:path";
import {
  CONFIGURED_HOSTS,
  type HostKey,
  pinsOf,
  resolveAccess,
  type SshServerAccess,
  serverOf,
  targetOf,
} from "../components/hosts/ssh-access.ts";
import { sshConfigFile, writeSshFiles } from "../components/hosts/ssh-files.ts";
import { type RemoteMachine, remoteMachine, type Unreached } from "../components/hosts/ssh-machine.ts";
import { remoteProblems, unreachedProblem } from "../components/hosts/ssh-problems.ts";
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
  /** The engine of the stack's other host, where the monitoring has one of its own. @default - none */
  readonly monitoring?: DockerCommand;
}

/** The engines of a stack. */
export function enginesOf(command: DockerCommand): readonly DockerCommand[] {
  return command.monitoring === undefined ? [command] : [command, command.monitoring];
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
  const hosts = namedHosts(settings, state);
  const engineOf = (key: HostKey) => {
    const named = hosts.find((host) => host.key === key);
    return named === undefined ? undefined : remoteDocker(named, env);
  };
  const monitoring = engineOf("monitoringHost");
  return { ...(engineOf("host") ?? localDocker(env)), ...(monitoring === undefined ? {} : { monitoring }) };
}

const HOST_KEYS: readonly HostKey[] = ["host", "monitoringHost"];

/** One of the hosts that the configuration names. */
interface NamedHost {
  readonly settings: StackSettings;
  readonly state: string;
  readonly key: HostKey;
  readonly server: SshServerAccess;
}

function remoteDocker(named: NamedHost, env: Environment): DockerCommand {
  const { address } = targetOf(named.server);
  let ssh: readonly string[] | undefined;
  return {
    words(args) {
      ssh ??= prepareSsh(named);
      // The name of the connection that Docker's provider will share: it is made when the user may use Docker.
      return [...ssh, address, ["docker", ...args].map(quote).join(" ")];
    },
    env,
    host: urlOf(named.server),
  };
}

function urlOf(server: SshServerAccess): string {
  const { address, port, user } = targetOf(server);
  return `ssh://${user}@${address}${port === 22 ? "" : `:${port}`}`;
}

function prepareSsh(named: NamedHost): readonly string[] {
  const { settings, state, key, server } = named;
  const { project, stack } = settings;
  const resolved = resolveAccess(aliasOf(named), server, pinsOf(stack, root));
  if ("problems" in resolved) throw new DeclarationError(`host ${JSON.stringify(server.address)}`, resolved.problems);
  const directory = join(state, `${project}-${stack}`, "ssh", CONFIGURED_HOSTS[key]);
  writeSshFiles(directory, resolved.access);
  return ["ssh", "-F", sshConfigFile(directory)];
}

/** What is wrong with a host of a stack. */
export interface HostProblems {
  /** `ssh://user@address`. */
  readonly host: string;
  /** In the words of the program itself. */
  readonly problems: readonly Problem[];
}

/**
 * What is wrong with the hosts of a stack.
 *
 * @returns one for each host that is not this machine
 */
export function hostProblems(settings: StackSettings, state: string): readonly HostProblems[] {
  return namedHosts(settings, state).map((named) => ({ host: urlOf(named.server), problems: problemsOf(named) }));
}

function problemsOf(named: NamedHost): readonly Problem[] {
  const target = targetOf(named.server);
  try {
    const found = look(named);
    if (!("words" in found)) return remoteProblems(target, found, false);
    return [unreachedProblem(target, found.words, pinsOf(named.settings.stack, root).trust)];
  } catch (error) {
    if (error instanceof DeclarationError) return error.problems;
    throw error;
  }
}

/** Names of the hosts of a stack that are reached and have no Docker that their user may use. */
export function hostsWithoutDocker(settings: StackSettings, state: string): readonly string[] {
  const lacking = namedHosts(settings, state).filter((named) => {
    const found = look(named);
    return "docker" in found && "problem" in found.docker;
  });
  return lacking.map(({ key }) => CONFIGURED_HOSTS[key]);
}

function look(named: NamedHost): RemoteMachine | Unreached {
  const [, , config = ""] = prepareSsh(named);
  return remoteMachine(config, aliasOf(named), ["/var/lib/docker"], true);
}

function aliasOf({ settings: { project, stack }, key }: NamedHost): string {
  return `${project}-${stack}-${CONFIGURED_HOSTS[key]}`;
}

function namedHosts(settings: StackSettings, state: string): readonly NamedHost[] {
  return HOST_KEYS.flatMap((key) => {
    const server = configuredServer(settings, key);
    return server === undefined ? [] : [{ settings, state, key, server }];
  });
}

function configuredServer({ values }: StackSettings, key: HostKey): SshServerAccess | undefined {
  const text = (name: string): string => (typeof values[name] === "string" ? values[name] : "");
  return serverOf({ host: text("host"), monitoringHost: text("monitoringHost"), sshKeyFile: text("sshKeyFile") }, key);
}

/** Runs `docker` in silence. */
export function docker(command: DockerCommand, args: readonly string[], options: RunOptions = {}): Promise<Captured> {
  return capture(command.words(args), { ...options, env: command.env });
}
