import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { LOG_OPTIONS } from "../../config/collector.ts";
import type { ConfigFile } from "../../config/config-file.ts";
import { LOG_ROTATION } from "../../config/log-rotation.ts";
import { PROXY_ACCESS_FILE } from "../../config/scrape-access.ts";
import { toMebibytes } from "../../services/units.ts";
import { type Host, type NetworkRole, outsideNetwork, storeNetwork } from "../platform/host.ts";
import type { Dial } from "../platform/paths.ts";
import { refuse } from "../platform/refuse.ts";
import type { ContainerArgs } from "./docker-args.ts";
import { PROCESSES_LABEL, toLabels } from "./labels.ts";
import { leadsOutside } from "./networks.ts";
import { processLimit } from "./process-limit.ts";
import type { SecretFiles } from "./secret-files.ts";

/** A port of the container that the host publishes. */
export interface PublishedPort {
  /** Port of the host. */
  readonly external: number;
  /** Port in the container. */
  readonly internal: number;
  /** Bound to the host's address for visitors. @default false - to its loopback: reached on the host, or by SSH */
  readonly open?: boolean;
  /**
   * Bound to the loopback by this container itself, past the host's {@link Door}: for what asks for a password, and
   * for the door.
   *
   * @default false
   */
  readonly direct?: boolean;
  /** Whether it asks for the password of what is scraped, by which the door signs in. @default false */
  readonly signsIn?: boolean;
  /** Whether it is an API without pages, where no link leads to. @default false */
  readonly api?: boolean;
}

/** What a hardened container needs to be told. Everything else is the same for all of them. */
export interface HardenedArgs {
  /** The host it runs on. */
  readonly host: Host;
  /** Name in the program. On the host and in its networks it is `host.physicalName(name)`. */
  readonly name: string;
  /** Name of the component, for the label. */
  readonly component: string;
  /** The image's name, as Docker knows it on the host. */
  readonly image: pulumi.Input<string>;
  /** `uid:gid`, above 0. */
  readonly user: string;
  /** More labels, such as those by which an edge finds it. @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * The networks it joins. The first one is its network mode, in which Docker 20.10 forgets the aliases. A way out
   * of its component's own is added where it dials something outside of the host or publishes a port, and none leads out.
   */
  readonly networks: readonly [NetworkRole, ...NetworkRole[]];
  /** More names in those networks, but for the first one. @default [] */
  readonly aliases?: readonly string[];
  /** What it connects to. What is known later only is added to the host's `paths` then. @default [] */
  readonly dials?: readonly Dial[];
  /** Replaces the image's ENTRYPOINT. @default - the image's */
  readonly entrypoint?: readonly string[];
  /** Replaces the image's CMD. @default - the image's */
  readonly command?: readonly string[];
  /** Environment; never a secret. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Healthcheck: `CMD` and a command. `"outside"` for an image that has nothing to ask itself with: Docker does not
   * know its health then, and `answersOutside` asks it.
   */
  readonly health: readonly string[] | "outside";
  /** Seconds that it may take to become healthy. @default 60 */
  readonly startSeconds?: number;
  /** Memory; swap is none. */
  readonly memory: string;
  /** Processors as a decimal. @default - no limit */
  readonly cpus?: string;
  /** Processes and threads, all together. @default 512 */
  readonly processes?: number;
  /** Directories in memory that it may write to, with their mount options. @default - none */
  readonly tmpfs?: Readonly<Record<string, string>>;
  /** Named volumes and hot directories. @default [] */
  readonly volumes?: readonly docker.types.input.ContainerVolume[];
  /** Files that the program reads only when it starts: a change of them replaces the container. @default [] */
  readonly readAtStart?: readonly ConfigFile[];
  /** Ports of the host: the door's where they are neither `open` nor `direct`. @default [] */
  readonly ports?: readonly PublishedPort[];
  /** Secrets as files in `/run/secrets`. @default - none */
  readonly secrets?: SecretFiles;
  /** The signal that asks it to end. @default "SIGTERM" */
  readonly stopSignal?: "SIGTERM" | "SIGINT" | "SIGQUIT";
  /** Seconds between that signal and SIGKILL. @default 15 */
  readonly stopSeconds?: number;
}

const LOOPBACK = "127.0.0.1";

/** URL of a port that is published on the host's loopback, without a path. */
export function loopbackUrl(port: number): string {
  return `http://localhost:${port}/`;
}

/** Mount options of a directory in memory: small, and nothing in it runs. */
export function tmpfsOptions(user: string, size = "64m"): string {
  const [uid, gid] = user.split(":");
  return `rw,noexec,nosuid,nodev,size=${size},mode=0700,uid=${uid},gid=${gid}`;
}

/**
 * A container with the defaults that every container of Vigie has: no root, no capability, a read-only root file
 * system, no new privileges, limits of memory and processes, a healthcheck that must pass before `up` goes on, JSON
 * logs that rotate, and no way to the Docker socket (but for `SocketProxy`, which is made for it).
 *
 * Processes are limited by the container's own control group: see `processLimit`.
 */
export function hardenedContainer(
  resourceName: string,
  args: HardenedArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const memory = memoryOf(args);
  const processes = args.processes ?? 512;
  const published = (args.ports ?? []).filter(({ open = false, direct = false }) => open || direct);
  const networks = networksOf(args, published.length > 0);
  const [first] = networks;
  args.host.paths.join(args.name, networks);
  for (const dial of args.dials ?? []) args.host.paths.dial(args.name, dial);
  const containerArgs: ContainerArgs = {
    name: args.host.physicalName(args.name),
    image: args.image,
    user: args.user,
    ...(args.entrypoint === undefined ? {} : { entrypoints: [...args.entrypoint] }),
    ...(args.command === undefined ? {} : { command: [...args.command] }),
    ...(args.env === undefined ? {} : { envs: renderEnvironment(args.env) }),
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    init: true,
    memory,
    // Equal to the memory: no swap. Left out, Docker sets twice the memory and every `up` shows a difference.
    memorySwap: memory,
    ...(args.cpus === undefined ? {} : { cpus: args.cpus }),
    ...(args.tmpfs === undefined ? {} : { tmpfs: { ...args.tmpfs } }),
    volumes: [
      ...(args.volumes ?? []),
      ...(args.secrets === undefined
        ? []
        : [{ volumeName: args.secrets.volume.name, containerPath: "/run/secrets", readOnly: true }]),
    ],
    ...(published.length === 0 ? {} : { ports: publishedPorts(published, args.host.bindAddress) }),
    networkMode: args.host.network(first).name,
    networksAdvanced: networks.map((role) => ({
      name: args.host.network(role).name,
      aliases: [...(args.aliases ?? [])],
    })),
    ...(asksOwnNamesOnly(args.component, networks) ? OWN_NAMES_ONLY : {}),
    labels: toLabels({
      ...args.host.labels(args.component),
      ...args.labels,
      [PROCESSES_LABEL]: String(processes),
      // A changed secret makes a new writer, and so a new container, without a hash of the secret in a label.
      ...(args.secrets === undefined ? {} : { "vigie.secret-files": args.secrets.writer.id }),
      ...(args.readAtStart === undefined ? {} : { "vigie.read-at-start": hashOf(args.readAtStart) }),
    }),
    ...(args.health === "outside" ? {} : healthcheck(args.health, args.startSeconds ?? 60)),
    restart: "unless-stopped",
    mustRun: true,
    start: true,
    logDriver: "json-file",
    logOpts: { ...LOG_ROTATION, ...LOG_OPTIONS },
    // Set, not left to the image: the provider reads back what the image has and shows it as a difference.
    workingDir: "/",
    stopSignal: args.stopSignal ?? "SIGTERM",
    stopTimeout: args.stopSeconds ?? 15,
    destroyGraceSeconds: args.stopSeconds ?? 15,
  };
  const container = new docker.Container(
    resourceName,
    containerArgs,
    pulumi.mergeOptions(opts, {
      ...processLimit(args.host, args.host.physicalName(args.name), processes),
      provider: args.host.provider,
      deleteBeforeReplace: true,
      // The provider updates these in place and does not apply them. `mustRun` is how it sees a container that was
      // stopped by hand: only a new one is started.
      replaceOnChanges: ["healthcheck", "tmpfs", "init", "mustRun"],
      dependsOn: args.secrets === undefined ? [] : [args.secrets.writer],
    }),
  );
  const network = DOOR_NETWORKS.find((role) => args.networks.includes(role)) ?? first;
  for (const page of (args.ports ?? []).filter((one) => !published.includes(one))) {
    const { external: port, internal, api = false, signsIn = false } = page;
    const server = `${args.host.physicalName(args.name)}:${internal}`;
    args.host.addPage({
      port,
      server,
      network,
      api,
      container,
      ...(signsIn ? { credentials: PROXY_ACCESS_FILE } : {}),
    });
  }
  return container;
}

/** The networks of a container, with a way out where it needs one and has none. */
function networksOf(
  { host, component, networks, dials = [] }: HardenedArgs,
  publishes: boolean,
): readonly [NetworkRole, ...NetworkRole[]] {
  if (networks.some(leadsOutside)) return networks;
  const asks = dials.flatMap(({ to }) => to).some((address) => host.paths.leadsOutside(address));
  return publishes || asks ? [...networks, outsideNetwork(component)] : networks;
}

/**
 * For who has no way out: a name without a dot is one of Docker's or unknown, and no name server is asked for it. None
 * is reached from there, and Docker waits ten seconds for each. The name of a store that was stopped is unknown after
 * 6 ms with this, and after 10 s without (measured, 20.10.24): an exporter would answer too late to tell of it.
 */
const OWN_NAMES_ONLY = { dnsOpts: ["ndots:1"], dnsSearches: ["."] };

// A store asks nobody: in a stack from before it need not be replaced.
function asksOwnNamesOnly(component: string, networks: readonly NetworkRole[]): boolean {
  return !networks.some(leadsOutside) && networks.some((role) => role !== storeNetwork(component));
}

/** Where the door looks for a page: nothing that it must not be near is there. */
const DOOR_NETWORKS: readonly NetworkRole[] = ["observability", "services", "routes"];

// None, to Docker, is all that there is, and below 6 MiB it starts nothing.
function memoryOf({ component, memory: given }: HardenedArgs): number {
  const memory = toMebibytes(given) ?? 0;
  if (memory < 6) {
    refuse(`component ${JSON.stringify(component)}`, [
      { property: "memory", given, allowed: 'a size of at least 6MiB, such as "256MiB"' },
    ]);
  }
  return memory;
}

function healthcheck(tests: readonly string[], startSeconds: number) {
  return {
    healthcheck: {
      tests: [...tests],
      // Docker probes for the first time after one interval, and `up` waits for that. Shorter is dear: each probe is a
      // process, and at one a second those of 13 containers took 0.8 of a core (measured). Docker 20.10 has no other
      // interval for the start.
      interval: "5s",
      timeout: "3s",
      retries: 3,
      startPeriod: goDuration(startSeconds),
    },
    wait: true,
    waitTimeout: startSeconds,
  };
}

function hashOf(files: readonly ConfigFile[]): string {
  return createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 12);
}

/** Seconds as Go prints a duration: the provider reads it back in that form, and another one shows as a difference. */
export function goDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}

// In the order in which the provider reads them back: by the port inside the container.
function publishedPorts(ports: readonly PublishedPort[], visitors: string): docker.types.input.ContainerPort[] {
  return [...ports]
    .sort((a, b) => a.internal - b.internal)
    .map(({ external, internal, open = false }) => ({
      internal,
      external,
      ip: open ? visitors : LOOPBACK,
      protocol: "tcp",
    }));
}

function renderEnvironment(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
}
