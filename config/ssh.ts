import { PORT } from "../services/grammar.ts";
import type { Problem } from "../services/problems.ts";
import { quote } from "./landing.ts";

/** Where an SSH server is, and as whom to log in. */
export interface SshTarget {
  /** Host name or address. */
  readonly address: string;
  /** Port of the SSH server. */
  readonly port: number;
  /** The user. */
  readonly user: string;
}

/** A server that is known by its keys. */
export interface KnownServer extends SshTarget {
  /** Name that stands for it, whatever its address is. */
  readonly alias: string;
  /** Its public keys, as `ssh-ed25519 AAAA…`. No other one is accepted. */
  readonly hostKeys: readonly string[];
}

/** Everything that the `ssh` command is told about a host. */
export interface SshConfig extends KnownServer {
  /** File of known hosts, which holds exactly the keys of this server and the bastion. */
  readonly knownHostsFile: string;
  /** File of the private key. @default - the keys of the agent, and the user's own */
  readonly identityFile?: string;
  /** Where the sockets of the shared connections are: a letter or digit is added to it. */
  readonly controlPath: string;
  /** A server that the connection goes through. @default - none */
  readonly bastion?: KnownServer;
}

const KEY = /^(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]+={0,3}$/;
const ADDRESS = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)$/;
const USER = /^[a-z_][a-z0-9_.-]*\$?$/;

/**
 * Reads `ssh://user@address:port`; without a user it is `root`, without a port 22.
 *
 * @returns undefined where the text is something else
 */
export function parseSshUrl(text: string): SshTarget | undefined {
  const match = /^ssh:\/\/(?:([^@/:]+)@)?(\[[^\]]+\]|[^@/:[\]]+)(?::(\d+))?\/?$/.exec(text);
  if (match === null) return undefined;
  const address = (match[2] ?? "").replace(/^\[|\]$/g, "");
  const target = { address, port: Number(match[3] ?? 22), user: match[1] ?? "root" };
  return sshTargetProblems(target).length === 0 ? target : undefined;
}

/** What is wrong with a target; `prefix` is where it stands, such as `bastion.`. */
export function sshTargetProblems(target: SshTarget, prefix = ""): Problem[] {
  const { address, port, user } = target;
  const problems: Problem[] = [];
  if (!ADDRESS.test(address)) {
    problems.push({ property: `${prefix}address`, given: address, allowed: "a host name or an IP address" });
  }
  if (!PORT.fits(port)) {
    problems.push({ property: `${prefix}port`, given: port, allowed: PORT.allowed });
  }
  if (!USER.test(user))
    problems.push({ property: `${prefix}user`, given: user, allowed: "a user name, such as deploy" });
  return problems;
}

/** A public key without its comment; undefined where the text is none. */
export function publicKeyOf(text: string): string | undefined {
  const key = text.trim().split(/\s+/).slice(0, 2).join(" ");
  return KEY.test(key) ? key : undefined;
}

/** How a server is called in a file of known hosts: in small letters, as `ssh` writes it there. */
export function knownHostsName({ address, port }: Pick<SshTarget, "address" | "port">): string {
  const name = address.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** The public keys of a server in the text of a known_hosts file, in whatever letters its name is. Hashed names are not understood. */
export function knownKeys(text: string, target: Pick<SshTarget, "address" | "port">): string[] {
  const name = knownHostsName(target);
  return text.split("\n").flatMap((line) => {
    const [names = "", ...key] = line.trim().split(/\s+/);
    const known = names.toLowerCase().split(",").includes(name) ? publicKeyOf(key.join(" ")) : undefined;
    return known === undefined ? [] : [known];
  });
}

/** A file of known hosts that holds the keys of these servers and no others. */
export function renderKnownHosts(servers: readonly KnownServer[]): string {
  return servers.flatMap(({ alias, hostKeys }) => hostKeys.map((key) => `${alias} ${key}\n`)).join("");
}

/**
 * How many connections the steps of a run share. A server grants ten sessions to a connection by default, and Pulumi
 * runs four resources a core at a time.
 */
export const STEP_CONNECTIONS = 2;

/** Name of one of the connections that the steps share. */
export function stepAlias(alias: string, connection: number | string): string {
  return `${alias}-${connection}`;
}

/**
 * The file that `ssh -F` reads: nothing of the user's own configuration counts, no key is accepted but the given ones,
 * nobody is asked anything, and what is done within a minute shares connections. By its alias the host is asked; by
 * {@link stepAlias} it is told; by its address a `docker` command reaches it, on a connection of its own.
 */
export function renderSshConfig(config: SshConfig): string {
  const { bastion, alias, address, controlPath } = config;
  const through = bastion === undefined ? [] : [`ProxyJump ${bastion.alias}`];
  const steps = Array.from({ length: STEP_CONNECTIONS }, (_, index) => [stepAlias(alias, index), `${index}`] as const);
  const sockets = [[alias, "0"], [address, DOCKER_SOCKET], ...steps] as const;
  return [
    ...(bastion === undefined ? [] : section([bastion.alias], [...serverLines(bastion), ...trustLines(config)])),
    ...sockets.flatMap(([name, suffix]) => section([name], [`ControlPath ${quoted(controlPath + suffix)}`])),
    ...section(
      sockets.map(([name]) => name),
      [...serverLines(config), ...trustLines(config), ...SHARING, ...through],
    ),
  ].join("\n");
}

/**
 * The same as options of `ssh`, for Docker's provider: they are kept in the state, so no path of a person's machine may
 * be in them. What is below the home directory is given by `~`, which `ssh` itself knows.
 *
 * @param config its paths may begin with `~/`
 * @param file the shell's word for what `ssh -F` reads; only the way through a bastion needs it
 */
export function sshOptions(config: SshConfig, file: string): string[] {
  const { bastion, alias, controlPath } = config;
  // Whatever shell the person has: it sees quoted words only.
  const command = (jump: KnownServer) => quote(`exec ssh -F ${file} -W "$1" ${jump.alias}`).replaceAll("%", "%%");
  const through = bastion === undefined ? [] : [`ProxyCommand sh -c ${command(bastion)} sh '[%h]:%p'`];
  const path = `ControlPath ${quoted(controlPath + DOCKER_SOCKET)}`;
  const lines = [`HostKeyAlias ${alias}`, ...trustLines(config), ...SHARING, path, ...through];
  return ["-F", "none", ...lines.flatMap((line) => ["-o", line])];
}

/** Ends the name of the socket of Docker's own connection. */
const DOCKER_SOCKET = "d";

const SHARING = ["ControlMaster auto", "ControlPersist 60"];

function trustLines({ knownHostsFile, identityFile }: SshConfig): string[] {
  return [
    `UserKnownHostsFile ${quoted(knownHostsFile)}`,
    "GlobalKnownHostsFile none",
    "StrictHostKeyChecking yes",
    "UpdateHostKeys no",
    "CheckHostIP no",
    "BatchMode yes",
    "ConnectTimeout 10",
    "ServerAliveInterval 15",
    "ServerAliveCountMax 4",
    ...(identityFile === undefined ? [] : [`IdentityFile ${quoted(identityFile)}`, "IdentitiesOnly yes"]),
  ];
}

function section(names: readonly string[], lines: readonly string[]): string[] {
  return [`Host ${names.join(" ")}`, ...lines.map((line) => `  ${line}`), ""];
}

function serverLines({ address, port, user, alias }: KnownServer): string[] {
  return [`HostName ${address}`, `Port ${port}`, `User ${user}`, `HostKeyAlias ${alias}`];
}

// `%` begins a token in these options.
function quoted(file: string): string {
  return `"${file.replaceAll("%", "%%")}"`;
}
