import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "../../config/landing.ts";
import { STEP_CONNECTIONS, stepAlias } from "../../config/ssh.ts";
import { HOST_ALIAS } from "../../services/grammar.ts";
import type { Problem } from "../../services/problems.ts";
import { refuse } from "../platform/refuse.ts";
import { stackDirectory } from "../platform/stack.ts";
import { defaultStateDirectory } from "../platform/state-directory.ts";
import { pinsOf, resolveAccess, type SshServer, type SshServerAccess } from "./ssh-access.ts";
import { dockerSshOptions, sshConfigFile, writeSshFiles } from "./ssh-files.ts";

/** How a host is reached by SSH. */
export interface SshConnectionArgs {
  /** Host name or IP address. Where it is unknown in a preview, nothing is dialled before the deployment. */
  readonly address: pulumi.Input<string>;
  /** Port of its SSH server. @default 22 */
  readonly port?: number;
  /** The user: root, or one whom `sudo` asks for no password and who may use Docker. @default "root" */
  readonly user?: string;
  /** The private key. @default - `privateKeyFile`, else the keys of the agent and the user's own */
  readonly privateKey?: pulumi.Input<string>;
  /** File of the private key, on the machine that deploys. @default - none */
  readonly privateKeyFile?: string;
  /**
   * The host's public key, as `ssh-ed25519 AAAA…`. No other one is accepted.
   *
   * @default - what `npm run trust` has written into `Pulumi.<stack>.known_hosts`
   */
  readonly hostKey?: pulumi.Input<string>;
  /** A server that the connection goes through. @default - none */
  readonly bastion?: SshServer;
  /**
   * Directory of the deploying machine for what `ssh` reads.
   *
   * @default - `$VIGIE_STATE`, else `$XDG_STATE_HOME/vigie`, else `~/.local/state/vigie`
   */
  readonly stateDirectory?: string;
}

/** A way to a host. */
export interface SshConnection {
  /** What the host is called in the files that `ssh` reads. */
  readonly alias: string;
  /** What `ssh -F` reads. */
  readonly config: string;
  /** Directory of this stack on the deploying machine. */
  readonly stateDirectory: string;
  /** The host's address, once the files are written. */
  readonly address: pulumi.Input<string>;
  /** Options of `ssh` for Docker's provider. */
  readonly dockerOptions: pulumi.Input<string[]>;
  /** Whether the files are written already: every value was known. */
  readonly ready: boolean;
  /** The program and its arguments that run a POSIX shell script on the host as root; the script is added to them. */
  readonly interpreter: readonly string[];
  /** The same as the user who logs in: for a script that becomes root itself, and says so where it may not. */
  readonly asUser: readonly string[];
  /** As that user, over a connection that is shared with nobody. */
  readonly newConnection: readonly string[];
}

/**
 * Prepares the way to a host: writes what `ssh` reads, at once where every value is known, else when they are.
 *
 * @param name name of the host: the same name is the same way
 * @throws pulumi.InputPropertiesError when an argument is wrong, or the host's key is neither given nor pinned
 */
export function sshConnection(name: string, args: SshConnectionArgs): SshConnection {
  const alias = `${stackDirectory()}-${name}`;
  const stateDirectory = path.join(args.stateDirectory ?? defaultStateDirectory(), stackDirectory());
  const files = path.join(stateDirectory, "ssh", name);
  const pins = pinsOf(pulumi.getStack());
  const connect = (server: SshServerAccess): Way => {
    const resolved = resolveAccess(alias, server, pins);
    if ("problems" in resolved) {
      refuse(`host ${JSON.stringify(name)}`, resolved.problems);
      return { address: server.address, dockerOptions: [] };
    }
    writeSshFiles(files, resolved.access);
    const dockerOptions = dockerSshOptions(files, resolved.access, configWord(name, args));
    return { address: server.address, dockerOptions };
  };
  refuse(`host ${JSON.stringify(name)}`, problemsOf(name, args));
  const now = knownNow(args);
  const shell = (options: string, root = "") => remoteShell(alias, name, args, options, root);
  return {
    alias,
    config: sshConfigFile(files),
    stateDirectory,
    ...(now === undefined ? laterOf(later(args).apply(connect)) : connect(now)),
    ready: now !== undefined,
    interpreter: shell("", (args.user ?? "root") === "root" ? "" : "sudo -n "),
    asUser: shell(""),
    newConnection: shell(" -o ControlPath=none"),
  };
}

type Way = { readonly address: string; readonly dockerOptions: string[] };

function laterOf(way: pulumi.Output<Way>): Pick<SshConnection, "address" | "dockerOptions"> {
  return { address: way.apply(({ address }) => address), dockerOptions: way.apply((each) => each.dockerOptions) };
}

/** The arguments of the connection where all of them are plain values. */
function knownNow(args: SshConnectionArgs): SshServerAccess | undefined {
  const { address, hostKey, privateKey } = args;
  if (typeof address !== "string") return undefined;
  if (hostKey !== undefined && typeof hostKey !== "string") return undefined;
  if (privateKey !== undefined && typeof privateKey !== "string") return undefined;
  return accessOf(args, address, hostKey, privateKey);
}

function later(args: SshConnectionArgs): pulumi.Output<SshServerAccess> {
  const { address, hostKey, privateKey } = args;
  // Only what comes of it is shown: an address.
  return pulumi.unsecret(
    pulumi.all([address, hostKey, privateKey]).apply(([at, key, secret]) => accessOf(args, at, key, secret)),
  );
}

function accessOf(
  { port, user, privateKeyFile, bastion }: SshConnectionArgs,
  address: string,
  hostKey: string | undefined,
  privateKey: string | undefined,
): SshServerAccess {
  return {
    address,
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(hostKey === undefined ? {} : { hostKey }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(privateKeyFile === undefined ? {} : { privateKeyFile }),
    ...(bastion === undefined ? {} : { bastion }),
  };
}

/**
 * What runs a script on the host: `ssh`, told by files in the state directory. Where that is stays out of the state,
 * since it differs from person to person.
 */
function remoteShell(alias: string, name: string, args: SshConnectionArgs, options: string, root: string): string[] {
  const config = configWord(name, args);
  const script = `script=$(printf '%s' "$0" | sed "s/'/'\\\\\\\\''/g")`;
  return [
    "/bin/sh",
    "-c",
    `${script}; exec ssh -F ${config}${options} ${quote(stepAlias(alias, ""))}$(($$ % ${STEP_CONNECTIONS})) "${root}/bin/sh -c '$script'"`,
  ];
}

/** The shell's word for what `ssh -F` reads. */
function configWord(name: string, args: SshConnectionArgs): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own syntax.
  const common = '"${VIGIE_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/vigie}"';
  const state = args.stateDirectory === undefined ? common : quote(path.resolve(args.stateDirectory));
  return `${state}/${quote(sshConfigFile(path.join(stackDirectory(), "ssh", name)))}`;
}

function problemsOf(name: string, args: SshConnectionArgs): Problem[] {
  const problems: Problem[] = [];
  if (!HOST_ALIAS.fits(name)) {
    problems.push({ property: "name", given: name, allowed: HOST_ALIAS.allowed });
  }
  if (typeof args.address !== "string" && args.hostKey === undefined) {
    problems.push({
      property: "hostKey",
      given: undefined,
      allowed: "the host's public key, where its address is known only later",
      fix: "Make the key in the program, with a tls.PrivateKey, and hand it to the machine that is made.",
    });
  }
  return problems;
}
