import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Settings } from "../../config/settings.ts";
import {
  type KnownServer,
  knownKeys,
  parseSshUrl,
  publicKeyOf,
  type SshTarget,
  sshTargetProblems,
} from "../../config/ssh.ts";
import type { Problem } from "../../services/problems.ts";
import type { SshAccess } from "./ssh-files.ts";

/** A server as a person names it. */
export interface SshServer {
  /** Host name or IP address. */
  readonly address: string;
  /** Port of its SSH server. @default 22 */
  readonly port?: number;
  /** The user. @default "root" */
  readonly user?: string;
  /**
   * Its public key, as `ssh-ed25519 AAAA…`: the content of /etc/ssh/ssh_host_ed25519_key.pub on the host.
   *
   * @default - what `npm run trust` has written into `Pulumi.<stack>.known_hosts`
   */
  readonly hostKey?: string;
}

/** How a host is reached, with every value known. */
export interface SshServerAccess extends SshServer {
  /** The private key. */
  readonly privateKey?: string;
  /** File of the private key. */
  readonly privateKeyFile?: string;
  /** A server that the connection goes through. */
  readonly bastion?: SshServer;
}

/** Where pins are, and how one is made. */
export interface Pins {
  /** The file of known hosts. */
  readonly file: string;
  /** The command that adds to it. */
  readonly trust: string;
}

/** The pins of a stack: beside its `Pulumi.<stack>.yaml`, to be committed with it. */
export function pinsOf(stack: string, directory = process.cwd()): Pins {
  return { file: path.join(directory, `Pulumi.${stack}.known_hosts`), trust: `npm run trust -- --stack ${stack}` };
}

/**
 * Fills in defaults and the keys that the servers are known by.
 *
 * @param alias what the host is called in the files for `ssh`
 * @returns the access, or all that is wrong with it
 */
export function resolveAccess(
  alias: string,
  server: SshServerAccess,
  pins: Pins,
): { readonly access: SshAccess } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const host = known(alias, server, "", pins, problems);
  const bastion =
    server.bastion === undefined ? undefined : known(`${alias}-bastion`, server.bastion, "bastion.", pins, problems);
  problems.push(...keyProblems(server));
  if (problems.length > 0) return { problems };
  return {
    access: {
      ...host,
      ...(server.privateKey === undefined ? {} : { privateKey: server.privateKey }),
      ...(server.privateKeyFile === undefined ? {} : { privateKeyFile: server.privateKeyFile }),
      ...(bastion === undefined ? {} : { bastion }),
    },
  };
}

/** Names of the hosts that the configuration names, by the key that says where they are. */
export const CONFIGURED_HOSTS = { host: "host", monitoringHost: "monitoring" } as const;

/** Key of the configuration that says where a host is. */
export type HostKey = keyof typeof CONFIGURED_HOSTS;

/** How a configured host is reached; undefined where nothing is said: it is this machine, or the first host. */
export function serverOf(
  settings: Pick<Settings, HostKey | "sshKeyFile">,
  key: HostKey = "host",
): SshServerAccess | undefined {
  const target = parseSshUrl(settings[key]);
  if (target === undefined) return undefined;
  return { ...target, ...(settings.sshKeyFile === "" ? {} : { privateKeyFile: settings.sshKeyFile }) };
}

/** Where a server is, with the defaults filled in. */
export function targetOf({ address, port = 22, user = "root" }: SshServer): SshTarget {
  return { address, port, user };
}

function known(alias: string, server: SshServer, prefix: string, pins: Pins, problems: Problem[]): KnownServer {
  const target = targetOf(server);
  const wrong = sshTargetProblems(target, prefix);
  problems.push(...wrong);
  const property = `${prefix}hostKey`;
  if (server.hostKey !== undefined) {
    const key = publicKeyOf(server.hostKey);
    if (key === undefined) {
      problems.push({
        property,
        given: server.hostKey.slice(0, 40),
        allowed: "a public key as the host has it in /etc/ssh/ssh_host_ed25519_key.pub: ssh-ed25519 AAAA…",
      });
    }
    return { ...target, alias, hostKeys: key === undefined ? [] : [key] };
  }
  const hostKeys = existsSync(pins.file) ? knownKeys(readFileSync(pins.file, "utf8"), target) : [];
  if (hostKeys.length === 0 && wrong.length === 0) {
    problems.push({
      property,
      given: undefined,
      allowed: `the public key of ${target.address}, or one that ${path.basename(pins.file)} holds`,
      fix: `\`${pins.trust}\` shows its fingerprint, and keeps it when you agree.`,
    });
  }
  return { ...target, alias, hostKeys };
}

function keyProblems({ privateKey, privateKeyFile }: SshServerAccess): Problem[] {
  if (privateKey !== undefined && privateKeyFile !== undefined) {
    return [
      {
        property: "privateKeyFile",
        given: privateKeyFile,
        allowed: "nothing beside privateKey",
        fix: "Leave one of the two out.",
      },
    ];
  }
  if (privateKey !== undefined && !/^-----BEGIN [A-Z ]*PRIVATE KEY-----\n/.test(privateKey.trim())) {
    return [
      {
        property: "privateKey",
        given: "(not shown)",
        allowed: "the text of a private key: -----BEGIN OPENSSH PRIVATE KEY----- and what follows",
        fix: "For the path of a file there is privateKeyFile.",
      },
    ];
  }
  if (privateKeyFile !== undefined && !existsSync(privateKeyFile)) {
    return [{ property: "privateKeyFile", given: privateKeyFile, allowed: "a file that exists" }];
  }
  return [];
}
