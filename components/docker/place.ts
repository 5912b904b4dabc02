import { isIPv4, isIPv6 } from "node:net";
import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { ImageSettings } from "../../config/image-references.ts";
import type { DataDisk } from "../../config/retention.ts";
import { MTU, NAME_OR_ADDRESS } from "../../services/grammar.ts";
import { isLoopback } from "../../services/loopback.ts";
import type { Problem } from "../../services/problems.ts";
import type { DockerSocket } from "./docker-socket.ts";
import type { Listener } from "./machine.ts";

/** What every host with a Docker engine is told, wherever it is. */
export interface DockerHostArgs {
  /** Address that the ports for visitors are bound to; all others are on the loopback. @default "127.0.0.1" */
  readonly bindAddress?: string;
  /**
   * Name or IPv4 address in the URLs for visitors: the one that people reach this host by.
   *
   * @default - `bindAddress`; "localhost" where that is the loopback, and the host's own address where it is 0.0.0.0: it
   * must be given where that address is known later only, or is IPv6
   */
  readonly pageAddress?: string;
  /** Where the engine keeps its data. @default - what it says, else "/var/lib/docker" */
  readonly dataRoot?: string;
  /**
   * Id of the group that may use Docker's socket, for the socket proxy alone.
   *
   * @default - as it is found on this machine, else 0
   */
  readonly socketGroup?: number;
  /** Where the images come from. @default - the official ones; {@link LocalDockerHost} finds those made on this machine */
  readonly images?: ImageSettings;
  /** File of CA certificates that image builds must trust. Nothing of it gets into what runs. @default - none */
  readonly caBundle?: string;
  /** Largest packet in the networks, in bytes. @default - Docker's own, 1500 */
  readonly mtu?: number;
  /**
   * The part of the traces that is kept, from 0 to 1, of those that are neither failed nor slow: these are all kept.
   * Programs on the host follow every request with spans, since how it ends is known at its end only. With a monitoring on
   * another host that one's number counts: traces are decided on where they are kept.
   *
   * @default 0, and nothing takes spans
   */
  readonly traceRatio?: number;
  /** Name of the Collector on the host, which takes the spans. @default "collector" */
  readonly traceCollector?: string;
  /**
   * Look at the host before anything is declared: does Docker answer, are the ports free. Set to false where the
   * program can't reach it.
   *
   * @default true
   */
  readonly checkMachine?: boolean;
}

/** What differs between a host that is this machine and one that is reached from it. */
export interface Place {
  /** How Docker's provider reaches the engine. */
  readonly provider: docker.ProviderArgs;
  /** Where the engine keeps its data. */
  readonly dataRoot: string;
  /** The disk that it is on. @default - nobody has looked */
  readonly dataDisk?: DataDisk | undefined;
  /** Whether the engine has a volume. @default - nobody has looked */
  readonly hasVolume?: (name: string) => boolean;
  /** Where the engine listens. @default - Docker's usual socket, of group 0 */
  readonly dockerSocket?: DockerSocket;
  /** Address in the URLs of the published ports. */
  readonly pageAddress: string;
  /** Directory of the host for hot files. */
  readonly hotDirectory: string;
  /** Directory of this machine for generated build contexts. */
  readonly stateDirectory: string;
  /** What runs a POSIX shell script on the host; the script is its last argument. */
  readonly interpreter: readonly string[];
  /** Variables of that. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** False where nobody could reach the host yet: its address is known later. @default true */
  readonly reached?: boolean;
  /** What makes the host ready. @default - it is */
  readonly dependsOn?: readonly pulumi.Resource[];
  /** Whether the directory for hot files is made and taken away with the stack. @default false */
  readonly ownsHotDirectory?: boolean;
  /** What listens on these ports of the host; none where nobody looked. */
  readonly listenersOn: (ports: readonly number[]) => readonly Listener[];
}

/** What is wrong with the arguments that every host has. */
export function dockerHostProblems(args: DockerHostArgs): Problem[] {
  const { mtu, socketGroup, traceRatio = 0, bindAddress, pageAddress, dataRoot } = args;
  const problems: Problem[] = [];
  if (bindAddress !== undefined && !isIPv4(bindAddress)) {
    const allowed = "an IPv4 address of the host, such as 127.0.0.1, or 0.0.0.0 for all of them";
    problems.push({ property: "bindAddress", given: bindAddress, allowed });
  }
  if (pageAddress !== undefined && !NAME_OR_ADDRESS.fits(pageAddress)) {
    problems.push({ property: "pageAddress", given: pageAddress, allowed: NAME_OR_ADDRESS.allowed });
  }
  if (dataRoot !== undefined && !dataRoot.startsWith("/")) {
    problems.push({ property: "dataRoot", given: dataRoot, allowed: "an absolute directory, such as /var/lib/docker" });
  }
  if (!(traceRatio >= 0 && traceRatio <= 1)) {
    problems.push({ property: "traceRatio", given: traceRatio, allowed: "a number from 0 to 1" });
  }
  if (mtu !== undefined && !MTU.fits(mtu)) {
    problems.push({ property: "mtu", given: mtu, allowed: MTU.allowed });
  }
  if (socketGroup !== undefined && !(Number.isInteger(socketGroup) && socketGroup >= 0)) {
    problems.push({
      property: "socketGroup",
      given: socketGroup,
      allowed: "the id of a group: a whole number",
      fix: "On the host, `stat -c %g /var/run/docker.sock` says it.",
    });
  }
  return problems;
}

/** Which of the addresses that a host is told are in URLs. */
export type PageAddressArgs = Pick<DockerHostArgs, "bindAddress" | "pageAddress">;

/**
 * The name of this stack in URLs of pages. An address that is bound to everything is called by the host's own.
 *
 * @param host the host's own address; undefined where it is known later only
 */
export function pageAddressOf({ bindAddress = "127.0.0.1", pageAddress }: PageAddressArgs, host?: string): string {
  if (pageAddress !== undefined) return pageAddress;
  const own = bindAddress === "0.0.0.0" ? host : bindAddress;
  return own === undefined || isLoopback(own) ? "localhost" : own;
}

/**
 * A host bound to everything whose own address can't be in a URL: nobody has it yet, or it is IPv6, where no port for
 * visitors is bound.
 *
 * @param host the host's own address; undefined where it is known later only
 */
export function pageAddressProblems(args: PageAddressArgs, host: string | undefined): Problem[] {
  if (args.bindAddress !== "0.0.0.0" || args.pageAddress !== undefined) return [];
  if (host !== undefined && !isIPv6(host)) return [];
  const why = host === undefined ? "its own address is known only when it is there" : "its own address is IPv6";
  return [
    {
      property: "pageAddress",
      given: undefined,
      allowed: `a host name or an IPv4 address that people reach the host by: ${why}`,
      fix: "Give the name that your DNS has for it, such as shop.example: URLs, and the sites that Nginx answers for, are made with it.",
    },
  ];
}
