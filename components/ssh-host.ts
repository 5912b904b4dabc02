import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "../config/landing.ts";
import { STEP_CONNECTIONS, stepAlias } from "../config/ssh.ts";
import type { Problem } from "../services/problems.ts";
import {
  DockerHost,
  type DockerHostArgs,
  dockerHostProblems,
  type Place,
  pageAddress,
  stackDirectory,
} from "./docker-host.ts";
import { refuse } from "./refuse.ts";
import { type Pins, pinsOf, resolveAccess, type SshServer, type SshServerAccess, targetOf } from "./ssh-access.ts";
import { sshConfigFile, writeSshFiles } from "./ssh-files.ts";
import { type RemoteMachine, remoteMachine } from "./ssh-machine.ts";
import { remoteProblems, unreachedProblem } from "./ssh-problems.ts";
import { defaultStateDirectory } from "./state-directory.ts";

/** Arguments of {@link SshHost}. */
export interface SshHostArgs extends DockerHostArgs {
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
  /** What makes the host ready, such as a HostSetup: Docker need not be there before it is done. @default - nothing */
  readonly setup?: pulumi.Resource;
  /** Directory of the host for hot configuration. @default "/var/lib/vigie/<project>-<stack>" */
  readonly hotDirectory?: string;
  /**
   * Directory of the deploying machine for what `ssh` reads.
   *
   * @default - `$VIGIE_STATE`, else `$XDG_STATE_HOME/vigie`, else `~/.local/state/vigie`
   */
  readonly stateDirectory?: string;
}

/**
 * A Docker engine on a machine that is reached by SSH: Debian, Ubuntu or Amazon Linux.
 *
 * The `ssh` command of this machine is used, and nothing of its user's configuration. A host whose key is not known, or
 * is another one than before, is refused before any command is sent. All that is done in one run shares a connection.
 *
 * @throws pulumi.InputPropertiesError when an argument is wrong, the host is not reached, or it cannot run a stack
 * @example
 * ```ts
 * const host = new SshHost("web", { address: "192.0.2.10", user: "deploy" });
 * ```
 * @example A host that this program makes: its address and key are known when it is there
 * ```ts
 * const host = new SshHost("web", { address: instance.publicIp, hostKey: key.publicKeyOpenssh, privateKey });
 * ```
 */
export class SshHost extends DockerHost {
  constructor(name: string, args: SshHostArgs, opts?: pulumi.ComponentResourceOptions) {
    const { privateKey: _secret, setup, ...shown } = args;
    super("SshHost", name, shown, placeOf(name, args), opts);
    this.registerOutputs({ bindAddress: this.bindAddress });
  }
}

function placeOf(name: string, args: SshHostArgs): Place {
  const alias = `${stackDirectory()}-${name}`;
  const pins = pinsOf(pulumi.getStack());
  const directory = path.join(args.stateDirectory ?? defaultStateDirectory(), stackDirectory());
  const files = path.join(directory, "ssh", name);
  const hotDirectory = args.hotDirectory ?? `/var/lib/vigie/${stackDirectory()}`;
  const { port = 22, user = "root" } = args;
  const now = knownNow(args);
  refuse(`host ${JSON.stringify(name)}`, problemsOf(name, args));
  if (now !== undefined) connect(name, alias, files, now, pins);
  const machine =
    now === undefined || args.checkMachine === false
      ? undefined
      : lookAt(name, args, files, alias, now, hotDirectory, pins);
  const address =
    now === undefined
      ? later(args).apply((access) => {
          connect(name, alias, files, access, pins);
          return access.address;
        })
      : now.address;
  return {
    provider: {
      host: pulumi.interpolate`ssh://${user}@${address}:${port}`,
      sshOpts: ["-F", sshConfigFile(files)],
      // The provider would ask for Docker before a setup has brought it.
      disableDockerDaemonCheck: true,
    },
    dataRoot:
      args.dataRoot ??
      (machine !== undefined && "dataRoot" in machine.docker ? machine.docker.dataRoot : "/var/lib/docker"),
    pageAddress: pageAddress(args.bindAddress, typeof args.address === "string" ? args.address : name),
    hotDirectory,
    stateDirectory: directory,
    interpreter: remoteShell(alias, name, args),
    dependsOn: args.setup === undefined ? [] : [args.setup],
    ownsHotDirectory: true,
    listenersOn: (ports) => (machine?.listeners ?? []).filter(({ port }) => ports.includes(port)),
  };
}

/** The arguments of the connection where all of them are plain values. */
export function knownNow(args: SshHostArgs): SshServerAccess | undefined {
  const { address, hostKey, privateKey } = args;
  if (typeof address !== "string") return undefined;
  if (hostKey !== undefined && typeof hostKey !== "string") return undefined;
  if (privateKey !== undefined && typeof privateKey !== "string") return undefined;
  return accessOf(args, address, hostKey, privateKey);
}

/** The same where some are known later. */
export function later(args: SshHostArgs): pulumi.Output<SshServerAccess> {
  const { address, hostKey, privateKey } = args;
  // Only what comes of it is shown: an address.
  return pulumi.unsecret(
    pulumi.all([address, hostKey, privateKey]).apply(([at, key, secret]) => accessOf(args, at, key, secret)),
  );
}

function accessOf(
  { port, user, privateKeyFile, bastion }: SshHostArgs,
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

/** Writes what `ssh` reads; refuses what is wrong first. */
export function connect(name: string, alias: string, files: string, server: SshServerAccess, pins: Pins): void {
  const resolved = resolveAccess(alias, server, pins);
  if ("problems" in resolved) refuse(`host ${JSON.stringify(name)}`, resolved.problems);
  else writeSshFiles(files, resolved.access);
}

function lookAt(
  name: string,
  args: SshHostArgs,
  files: string,
  alias: string,
  server: SshServerAccess,
  hotDirectory: string,
  pins: Pins,
): RemoteMachine | undefined {
  const found = remoteMachine(sshConfigFile(files), alias, [args.dataRoot ?? "/var/lib/docker", hotDirectory]);
  const target = targetOf(server);
  if ("words" in found) {
    refuse(`host ${JSON.stringify(name)}`, [unreachedProblem(target, found.words, pins.trust)]);
    return undefined;
  }
  refuse(`host ${JSON.stringify(name)}`, remoteProblems(target, found, args.setup !== undefined));
  return found;
}

/**
 * What runs a script on the host: `ssh`, told by files in the state directory. Where that is stays out of the state,
 * since it differs from person to person.
 */
export function remoteShell(alias: string, name: string, args: SshHostArgs): string[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own syntax.
  const common = '"${VIGIE_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/vigie}"';
  const state = args.stateDirectory === undefined ? common : quote(path.resolve(args.stateDirectory));
  const config = `${state}/${quote(sshConfigFile(path.join(stackDirectory(), "ssh", name)))}`;
  const root = (args.user ?? "root") === "root" ? "" : "sudo -n ";
  const script = `script=$(printf '%s' "$0" | sed "s/'/'\\\\\\\\''/g")`;
  return [
    "/bin/sh",
    "-c",
    `${script}; exec ssh -F ${config} ${quote(stepAlias(alias, ""))}$(($$ % ${STEP_CONNECTIONS})) "${root}/bin/sh -c '$script'"`,
  ];
}

function problemsOf(name: string, args: SshHostArgs): Problem[] {
  const problems = dockerHostProblems(args);
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    problems.push({ property: "name", given: name, allowed: "small letters, digits and -" });
  }
  if (typeof args.address !== "string" && args.hostKey === undefined) {
    problems.push({
      property: "hostKey",
      given: undefined,
      allowed: "the host's public key, where its address is known only later",
      fix: "Make the key in the program, with a tls.PrivateKey, and hand it to the machine that is made.",
    });
  }
  if (args.hotDirectory !== undefined && !/^\/[^/]+(\/[^/]+)+$/.test(args.hotDirectory)) {
    problems.push({
      property: "hotDirectory",
      given: args.hotDirectory,
      allowed: "an absolute directory of this stack alone, at least two deep, such as /var/lib/shop",
    });
  }
  return problems;
}
