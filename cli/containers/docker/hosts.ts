/** The engines of a stack, by its configuration: this machine's Docker, or over SSH that of a host. */

import { join } from "node:path";
import {
  CONFIGURED_HOSTS,
  type HostKey,
  pinsOf,
  resolveAccess,
  type SshServerAccess,
  serverOf,
  targetOf,
} from "../../../components/hosts/ssh-access.ts";
import { sshConfigFile, writeSshFiles } from "../../../components/hosts/ssh-files.ts";
import { type RemoteMachine, remoteMachine, type Unreached } from "../../../components/hosts/ssh-machine.ts";
import { remoteProblems, unreachedProblem } from "../../../components/hosts/ssh-problems.ts";
import { quote } from "../../../config/landing.ts";
import { DeclarationError, type Problem } from "../../../services/problems.ts";
import { type Environment, root } from "../../places.ts";
import type { StackSettings } from "../../settings.ts";
import { enginesOf, type StackEngines } from "../engine.ts";
import { type DockerCommand, localCommand } from "./command.ts";
import { dockerEngine } from "./engine.ts";

/**
 * The engines of a stack, by its configuration. What `ssh` reads is written at the first use.
 *
 * @param state the state directory
 * @throws DeclarationError at the first use, when the host's key is not known or an argument is wrong
 */
export function configuredEngines(settings: StackSettings, state: string, env: Environment): StackEngines {
  const { host, monitoringHost } = configuredCommands(settings, state, env);
  return enginesOf(dockerEngine(host), monitoringHost && dockerEngine(monitoringHost));
}

/**
 * How the engines of a stack are spoken to, by the setting that names their host.
 *
 * @param state the state directory
 */
export function configuredCommands(
  settings: StackSettings,
  state: string,
  env: Environment,
): { readonly host: DockerCommand; readonly monitoringHost: DockerCommand | undefined } {
  const hosts = namedHosts(settings, state);
  const commandOf = (key: HostKey) => {
    const named = hosts.find((host) => host.key === key);
    return named === undefined ? undefined : remoteCommand(named, env);
  };
  return { host: commandOf("host") ?? localCommand(env), monitoringHost: commandOf("monitoringHost") };
}

const HOST_KEYS: readonly HostKey[] = ["host", "monitoringHost"];

/** One of the hosts that the configuration names. */
interface NamedHost {
  readonly settings: StackSettings;
  readonly state: string;
  readonly key: HostKey;
  readonly server: SshServerAccess;
}

function remoteCommand(named: NamedHost, env: Environment): DockerCommand {
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
