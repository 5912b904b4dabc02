import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type KnownServer, renderKnownHosts, renderSshConfig, type SshConfig, sshOptions } from "../../config/ssh.ts";
import { given } from "../../services/given.ts";

/** A host with all that a connection to it needs, known. */
export interface SshAccess extends KnownServer {
  /** The private key itself. @default - `privateKeyFile` */
  readonly privateKey?: string;
  /** File of the private key. @default - the keys of the agent, and the user's own */
  readonly privateKeyFile?: string;
  /** A server that the connection goes through. @default - none */
  readonly bastion?: KnownServer;
}

/** Path of the file that `ssh -F` reads, in a host's directory. */
export function sshConfigFile(directory: string): string {
  return path.join(directory, "config");
}

/**
 * Writes what the `ssh` command needs for a host, readable by this user only: its configuration, the keys that the
 * servers are known by, and the private key where it is not in a file of the user's.
 *
 * @param directory where the files of this host are
 */
export function writeSshFiles(directory: string, access: SshAccess): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { privateKey, bastion } = access;
  if (privateKey !== undefined) replaceFile(path.join(directory, "key"), `${privateKey.trim()}\n`);
  const config = configOf(directory, access);
  replaceFile(config.knownHostsFile, renderKnownHosts(bastion === undefined ? [access] : [access, bastion]));
  replaceFile(sshConfigFile(directory), renderSshConfig(config));
}

/**
 * The options of `ssh` for Docker's provider. Two people's are the same where their state directories are at the same
 * place of their homes, as they are by default.
 *
 * @param directory where the files of this host are
 * @param file the shell's word for its configuration
 */
export function dockerSshOptions(directory: string, access: SshAccess, file: string): string[] {
  const { knownHostsFile, identityFile, controlPath, ...rest } = configOf(directory, access);
  const identity = identityFile === undefined ? {} : { identityFile: fromHome(identityFile) };
  const config = { ...rest, ...identity, knownHostsFile: fromHome(knownHostsFile), controlPath: fromHome(controlPath) };
  return sshOptions(config, file);
}

function configOf(directory: string, access: SshAccess): SshConfig {
  const { privateKey, privateKeyFile, ...rest } = access;
  const identityFile =
    privateKey === undefined ? privateKeyFile && path.resolve(privateKeyFile) : path.join(directory, "key");
  // Another key or address is another connection: none that is open from before may be shared with it.
  const identity = createHash("sha256")
    .update(JSON.stringify([rest, privateKey, identityFile && fromHome(identityFile)]))
    .digest("hex")
    .slice(0, 12);
  return {
    ...rest,
    knownHostsFile: path.join(directory, "known_hosts"),
    ...given({ identityFile }),
    controlPath: controlPath(directory, identity),
  };
}

/** A path below the home directory with `~` for it, as `ssh` reads it: the one of the user's entry, whatever HOME says. */
function fromHome(file: string): string {
  const { homedir } = os.userInfo();
  return file.startsWith(`${homedir}${path.sep}`) ? `~${file.slice(homedir.length)}` : file;
}

// A reader never sees half of it, and it is never readable for others.
function replaceFile(file: string, content: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, file);
}

// The path of a socket may have 104 bytes on macOS, 108 on Linux, and ssh adds 17 while it makes one.
const LONGEST_SOCKET_PATH = 85;

function controlPath(directory: string, identity: string): string {
  const near = path.join(directory, identity);
  if (Buffer.byteLength(near) <= LONGEST_SOCKET_PATH) return near;
  const { uid } = os.userInfo();
  const common = path.join("/tmp", `vigie-ssh-${uid}`);
  mkdirSync(common, { recursive: true, mode: 0o700 });
  const { uid: owner } = lstatSync(common);
  if (owner !== uid)
    throw new Error(`${common} belongs to another user: remove it, or set VIGIE_STATE to a shorter path.`);
  chmodSync(common, 0o700);
  return path.join(common, identity);
}
