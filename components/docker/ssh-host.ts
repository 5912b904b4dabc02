import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../services/problems.ts";
import { pinsOf, targetOf } from "../hosts/ssh-access.ts";
import { type SshConnection, type SshConnectionArgs, sshConnection } from "../hosts/ssh-connection.ts";
import { type RemoteMachine, remoteMachine } from "../hosts/ssh-machine.ts";
import { remoteProblems, unreachedProblem } from "../hosts/ssh-problems.ts";
import { refuse } from "../platform/refuse.ts";
import { stackDirectory } from "../platform/stack.ts";
import { DockerHost } from "./docker-host.ts";
import { DEFAULT_SOCKET } from "./docker-socket.ts";
import { type DockerHostArgs, dockerHostProblems, type Place, pageAddressOf, pageAddressProblems } from "./place.ts";

/** Arguments of {@link SshHost}. */
export interface SshHostArgs extends DockerHostArgs, SshConnectionArgs {
  /** What makes the host ready, such as a HostSetup: Docker need not be there before it is done. @default - nothing */
  readonly setup?: pulumi.Resource;
  /** Directory of the host for hot configuration. @default "/var/lib/vigie/<project>-<stack>" */
  readonly hotDirectory?: string;
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
  refuse(`host ${JSON.stringify(name)}`, problemsOf(args));
  const connection = sshConnection(name, args);
  const { port = 22, user = "root", hotDirectory = `/var/lib/vigie/${stackDirectory()}` } = args;
  const looks = connection.ready && args.checkMachine !== false;
  const machine = looks ? lookAt(name, args, connection, hotDirectory) : undefined;
  const found = machine !== undefined && "dataRoot" in machine.docker ? machine.docker.dataRoot : "/var/lib/docker";
  return {
    provider: {
      host: pulumi.interpolate`ssh://${user}@${connection.address}:${port}`,
      sshOpts: connection.dockerOptions,
      // The provider would ask for Docker before a setup has brought it.
      disableDockerDaemonCheck: true,
    },
    ...(machine?.socketGroup === undefined ? {} : { dockerSocket: { ...DEFAULT_SOCKET, group: machine.socketGroup } }),
    dataRoot: args.dataRoot ?? found,
    dataDisk: machine?.disk[0],
    hasVolume: (volume) => machine?.volumes.includes(volume) === true,
    pageAddress: pageAddressOf(args, knownAddress(args)),
    hotDirectory,
    stateDirectory: connection.stateDirectory,
    interpreter: connection.interpreter,
    dependsOn: args.setup === undefined ? [] : [args.setup],
    ownsHotDirectory: true,
    reached: machine !== undefined,
    listenersOn: (ports) => (machine?.listeners ?? []).filter(({ port: taken }) => ports.includes(taken)),
  };
}

/** The address, where it is known before anything is made. */
function knownAddress({ address }: SshHostArgs): string | undefined {
  return typeof address === "string" ? address : undefined;
}

function lookAt(
  name: string,
  args: SshHostArgs,
  { config, alias, address }: SshConnection,
  hotDirectory: string,
): RemoteMachine | undefined {
  const found = remoteMachine(
    config,
    alias,
    [args.dataRoot ?? "/var/lib/docker", hotDirectory],
    args.setup !== undefined,
  );
  const target = targetOf({
    address: String(address),
    ...(args.port === undefined ? {} : { port: args.port }),
    ...(args.user === undefined ? {} : { user: args.user }),
  });
  const subject = `host ${JSON.stringify(name)}`;
  if ("words" in found) {
    refuse(subject, [unreachedProblem(target, found.words, pinsOf(pulumi.getStack()).trust)]);
    return undefined;
  }
  refuse(subject, remoteProblems(target, found, args.setup !== undefined));
  return found;
}

// Empty directories below it are swept when the stack goes: no step of it leads up, or to another line of the script.
const OWN_DIRECTORY = /^(?:\/(?!\.{1,2}(?:\/|$))[^/\p{Cc}]+){2,}$/u;

function problemsOf(args: SshHostArgs): Problem[] {
  const problems = [...dockerHostProblems(args), ...pageAddressProblems(args, knownAddress(args))];
  if (args.hotDirectory !== undefined && !OWN_DIRECTORY.test(args.hotDirectory)) {
    problems.push({
      property: "hotDirectory",
      given: args.hotDirectory,
      allowed: "an absolute directory of this stack alone, at least two deep, such as /var/lib/shop",
    });
  }
  return problems;
}
