import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { LOG_OPTIONS } from "../../config/collector.ts";
import type { ConfigFile } from "../../config/config-file.ts";
import { HOST_LOGS_DIRECTORY } from "../../config/host-logs.ts";
import { LOG_ROTATION } from "../../config/log-rotation.ts";
import { PROXY_ACCESS_FILE } from "../../config/scrape-access.ts";
import { httpProbe } from "../../services/probe.ts";
import { toMebibytes } from "../../services/units.ts";
import type { MachinePart, Mount, Scratch } from "../platform/mounts.ts";
import { type NetworkRole, outsideNetwork, storeNetwork } from "../platform/network-roles.ts";
import { refuse } from "../platform/refuse.ts";
import type { Probe, PublishedPort, Running, Workload } from "../platform/workload.ts";
import { answersOutside } from "./answers-outside.ts";
import type { ContainerArgs } from "./docker-args.ts";
import type { EngineHost } from "./engine-host.ts";
import { PROCESSES_LABEL, toLabels } from "./labels.ts";
import { leadsOutside } from "./networks.ts";
import { processLimit } from "./process-limit.ts";

const LOOPBACK = "127.0.0.1";

/** URL of a port that is published on the host's loopback, without a path. */
export function loopbackUrl(port: number): string {
  return `http://localhost:${port}/`;
}

// Small, and nothing in it runs.
function tmpfsOf(user: string, scratch: readonly Scratch[]): Record<string, string> {
  const [uid, gid] = user.split(":");
  return Object.fromEntries(
    scratch.map(({ path, size = "64MiB" }) => [
      path,
      `rw,noexec,nosuid,nodev,size=${toMebibytes(size)}m,mode=0700,uid=${uid},gid=${gid}`,
    ]),
  );
}

/**
 * A container with the defaults that every container of Vigie has: no root, no capability, a read-only root file
 * system, no new privileges, limits of memory and processes, a healthcheck that must pass before `up` goes on, JSON
 * logs that rotate, and no way to the Docker socket (but for `SocketProxy`, which is made for it).
 *
 * Processes are limited by the container's own control group: see `processLimit`.
 */
export function runContainer(
  resourceName: string,
  host: EngineHost,
  args: Workload,
  opts: pulumi.CustomResourceOptions,
): Running {
  const { name, probe, startSeconds } = args;
  const container = hardenedContainer(resourceName, host, args, opts);
  const asked =
    probe.kind === "outside"
      ? answersOutside(
          `${name}-ready`,
          { host, name, container, probe, ...(startSeconds === undefined ? {} : { startSeconds }) },
          opts.parent === undefined ? {} : { parent: opts.parent },
        )
      : container;
  return {
    name,
    ready: asked,
    version: container.id,
    instances: [host.instance(name)],
    address: (port) => host.address(name, port),
  };
}

function hardenedContainer(
  resourceName: string,
  host: EngineHost,
  args: Workload,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const memory = memoryOf(args);
  const processes = args.processes ?? 512;
  const published = (args.ports ?? []).filter(({ open = false, direct = false }) => open || direct);
  const networks = networksOf(host, args, published.length > 0);
  const [first] = networks;
  host.paths.join(args.name, networks);
  for (const dial of args.dials ?? []) host.paths.dial(args.name, dial);
  const containerArgs: ContainerArgs = {
    name: host.instance(args.name),
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
    ...(args.scratch === undefined ? {} : { tmpfs: tmpfsOf(args.user, args.scratch) }),
    volumes: [
      ...(args.mounts ?? []).map((mount) => volumeOf(host, mount)),
      ...(args.secrets === undefined
        ? []
        : [{ volumeName: args.secrets.claim, containerPath: "/run/secrets", readOnly: true }]),
    ],
    ...(published.length === 0 ? {} : { ports: publishedPorts(published, host.bindAddress) }),
    networkMode: host.network(first).name,
    networksAdvanced: networks.map((role) => ({
      name: host.network(role).name,
      aliases: [...(args.aliases ?? [])],
    })),
    ...(asksOwnNamesOnly(args.component, networks) ? OWN_NAMES_ONLY : {}),
    labels: toLabels({
      ...host.labels(args.component),
      ...args.labels,
      [PROCESSES_LABEL]: String(processes),
      // A changed secret makes a new writer, and so a new container, without a hash of the secret in a label.
      ...(args.secrets === undefined || args.readsSecretsAnew === true
        ? {}
        : { "vigie.secret-files": args.secrets.version }),
      ...(args.readAtStart === undefined ? {} : { "vigie.read-at-start": hashOf(args.readAtStart) }),
    }),
    ...healthcheck(args.probe, args.startSeconds ?? 60),
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
      ...processLimit(host, host.instance(args.name), processes),
      provider: host.provider,
      deleteBeforeReplace: true,
      // The provider updates these in place and does not apply them. `mustRun` is how it sees a container that was
      // stopped by hand: only a new one is started.
      replaceOnChanges: ["healthcheck", "tmpfs", "init", "mustRun"],
      dependsOn: args.secrets === undefined ? [] : [args.secrets.ready],
    }),
  );
  const network = DOOR_NETWORKS.find((role) => args.networks.includes(role)) ?? first;
  for (const page of (args.ports ?? []).filter((one) => !published.includes(one))) {
    const { external: port, internal, api = false, signsIn = false } = page;
    const server = `${host.instance(args.name)}:${internal}`;
    host.addPage({
      port,
      server,
      network,
      api,
      ready: container,
      ...(signsIn ? { credentials: PROXY_ACCESS_FILE } : {}),
    });
  }
  return container;
}

/** The networks of a container, with a way out where it needs one and has none. */
function networksOf(
  host: EngineHost,
  { component, networks, dials = [] }: Workload,
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
function memoryOf({ component, memory: given }: Workload): number {
  const memory = toMebibytes(given) ?? 0;
  if (memory < 6) {
    refuse(`component ${JSON.stringify(component)}`, [
      { property: "memory", given, allowed: 'a size of at least 6MiB, such as "256MiB"' },
    ]);
  }
  return memory;
}

// One that is asked from outside has none: Docker does not know its health then.
function healthcheck(probe: Probe, startSeconds: number) {
  if (probe.kind === "outside") return {};
  const tests = probe.kind === "exec" ? probe.check : httpProbe(probe.tool, probe.port, probe.path);
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

function volumeOf(host: EngineHost, mount: Mount): docker.types.input.ContainerVolume {
  const { path: containerPath } = mount;
  switch (mount.kind) {
    case "files": {
      const directory = host.whereFiles(mount.directory);
      const hostPath = mount.part === undefined ? directory : `${directory}/${mount.part}`;
      return { hostPath, containerPath, readOnly: true };
    }
    case "machine":
      return { hostPath: machinePath(host, mount.what), containerPath, readOnly: true };
    case "data": {
      const { data, readOnly } = mount;
      return { volumeName: data.claim, containerPath, ...(readOnly === undefined ? {} : { readOnly }) };
    }
    default:
      return mount satisfies never;
  }
}

function machinePath({ dataRoot, dockerSocket }: EngineHost, what: MachinePart): string {
  const paths: Readonly<Record<MachinePart, string>> = {
    // A disk that is mounted later is seen too: Docker makes a mount of what holds its own data a slave.
    files: "/",
    workloads: `${dataRoot}/containers`,
    cgroup: "/sys/fs/cgroup",
    proc: "/proc",
    logs: HOST_LOGS_DIRECTORY,
    engine: dockerSocket.path,
  };
  return paths[what];
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
