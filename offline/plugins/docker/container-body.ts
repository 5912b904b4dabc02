/** The arguments of a container as Docker's API wants them. */
import type Docker from "dockerode";
import type { Value, Values } from "../framework/values.ts";
import { parseDuration } from "./duration.ts";

const MEBIBYTE = 1024 * 1024;

type Item = { [key: string]: Value };

/** A network that a container is connected to after its creation. */
export interface Connection {
  /** Name or id of the network. */
  readonly network: string;
  /** Names and addresses of the container in it. */
  readonly endpoint: Docker.EndpointSettings;
}

const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");
const number = (value: Value | undefined): number => (typeof value === "number" ? value : 0);
const texts = (value: Value | undefined): string[] => (Array.isArray(value) ? value.map(text) : []);
const items = (value: Value | undefined): Item[] => (Array.isArray(value) ? (value as Item[]) : []);
const map = (value: Value | undefined): Record<string, string> => (value ?? {}) as Record<string, string>;
const nanoseconds = (value: Value | undefined): number => parseDuration(text(value)) ?? 0;

// Docker's API takes an absent field as "the daemon's default", which null or "" are not everywhere.
function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

function whenGiven<T>(value: Value | undefined, convert: (value: Value) => T): T | undefined {
  return value === undefined || value === null ? undefined : convert(value);
}

/** The body of a container's creation. */
export function containerBody(inputs: Values): Docker.ContainerCreateOptions {
  const ports = items(inputs.ports);
  return given({
    name: text(inputs.name),
    Image: text(inputs.image),
    Hostname: text(inputs.hostname),
    Domainname: text(inputs.domainname),
    Tty: inputs.tty === true,
    OpenStdin: inputs.stdinOpen === true,
    Env: whenGiven(inputs.envs, texts),
    Cmd: whenGiven(inputs.command, texts),
    Entrypoint: whenGiven(inputs.entrypoints, texts),
    User: whenGiven(inputs.user, text),
    WorkingDir: whenGiven(inputs.workingDir, text),
    StopSignal: whenGiven(inputs.stopSignal, text),
    StopTimeout: whenGiven(inputs.stopTimeout, number),
    Labels: whenGiven(inputs.labels, labelsToMap),
    ExposedPorts: ports.length > 0 ? Object.fromEntries(ports.map((port) => [portKey(port), {}])) : undefined,
    Volumes: volumePaths(inputs),
    Healthcheck: whenGiven(inputs.healthcheck, (value) => healthcheck(value as Item)),
    HostConfig: hostConfig(inputs),
  }) as Docker.ContainerCreateOptions;
}

function hostConfig(inputs: Values): Docker.HostConfig {
  const capabilities = inputs.capabilities as Item | undefined;
  const memorySwap = number(inputs.memorySwap);
  return given({
    Privileged: inputs.privileged === true,
    PublishAllPorts: inputs.publishAllPorts === true,
    RestartPolicy: { Name: text(inputs.restart), MaximumRetryCount: number(inputs.maxRetryCount) },
    AutoRemove: inputs.rm === true,
    ReadonlyRootfs: inputs.readOnly === true,
    Init: whenGiven(inputs.init, (value) => value === true),
    LogConfig: { Type: text(inputs.logDriver), Config: map(inputs.logOpts) },
    NetworkMode: text(inputs.networkMode),
    PortBindings: portBindings(items(inputs.ports)),
    Binds: binds(items(inputs.volumes)),
    Mounts: whenGiven(inputs.mounts, (value) => items(value).map(mount)),
    Tmpfs: whenGiven(inputs.tmpfs, map),
    CapAdd: whenGiven(capabilities?.adds, texts),
    CapDrop: whenGiven(capabilities?.drops, texts),
    SecurityOpt: whenGiven(inputs.securityOpts, texts),
    GroupAdd: whenGiven(inputs.groupAdds, texts),
    Dns: whenGiven(inputs.dns, texts),
    DnsOptions: whenGiven(inputs.dnsOpts, texts),
    DnsSearch: whenGiven(inputs.dnsSearches, texts),
    ExtraHosts: whenGiven(inputs.hosts, (value) => items(value).map((host) => `${text(host.host)}:${text(host.ip)}`)),
    Ulimits: whenGiven(inputs.ulimits, (value) =>
      items(value).map((limit) => ({
        Name: text(limit.name),
        Soft: number(limit.soft),
        Hard: number(limit.hard),
      })),
    ),
    Sysctls: whenGiven(inputs.sysctls, map),
    Memory: number(inputs.memory) * MEBIBYTE,
    MemoryReservation: number(inputs.memoryReservation) * MEBIBYTE,
    MemorySwap: memorySwap > 0 ? memorySwap * MEBIBYTE : memorySwap,
    ShmSize: whenGiven(inputs.shmSize, (value) => number(value) * MEBIBYTE),
    CpuShares: number(inputs.cpuShares),
    CpusetCpus: text(inputs.cpuSet),
    NanoCpus: whenGiven(inputs.cpus, (value) => Math.round(Number(value) * 1e9)),
    PidMode: text(inputs.pidMode),
    IpcMode: text(inputs.ipcMode),
    UsernsMode: text(inputs.usernsMode),
    CgroupnsMode: whenGiven(inputs.cgroupnsMode, text),
    Runtime: text(inputs.runtime),
  }) as Docker.HostConfig;
}

/** The body of an update of a running container. */
export function updateBody(inputs: Values): object {
  const memorySwap = number(inputs.memorySwap);
  return given({
    RestartPolicy: { Name: text(inputs.restart), MaximumRetryCount: number(inputs.maxRetryCount) },
    CpuShares: number(inputs.cpuShares),
    CpusetCpus: text(inputs.cpuSet),
    Memory: number(inputs.memory) * MEBIBYTE,
    MemoryReservation: whenGiven(inputs.memoryReservation, (value) => number(value) * MEBIBYTE),
    MemorySwap: memorySwap === 0 ? undefined : memorySwap > 0 ? memorySwap * MEBIBYTE : memorySwap,
  });
}

/** The networks that a container is connected to after its creation. */
export function connections(inputs: Values): Connection[] {
  return items(inputs.networksAdvanced).map((network) => ({
    network: text(network.name),
    endpoint: {
      Aliases: texts(network.aliases),
      IPAMConfig: given({
        IPv4Address: text(network.ipv4Address) || undefined,
        IPv6Address: text(network.ipv6Address) || undefined,
      }),
    } as Docker.EndpointSettings,
  }));
}

/** A list of label and value as Docker's map. */
export function labelsToMap(value: Value | undefined): Record<string, string> {
  return Object.fromEntries(items(value).map((label) => [text(label.label), text(label.value)]));
}

function portKey(port: Item): string {
  return `${number(port.internal)}/${text(port.protocol)}`;
}

function portBindings(ports: Item[]): Docker.PortMap | undefined {
  if (ports.length === 0) return undefined;
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    bindings[portKey(port)] ??= [];
    bindings[portKey(port)]?.push({ HostIp: text(port.ip), HostPort: String(number(port.external)) });
  }
  return bindings;
}

function volumePaths(inputs: Values): Record<string, object> | undefined {
  const paths = items(inputs.volumes).map((volume) => [text(volume.containerPath), {}] as const);
  return paths.length > 0 ? Object.fromEntries(paths) : undefined;
}

function binds(volumes: Item[]): string[] | undefined {
  const named = volumes.filter((volume) => volume.volumeName || volume.hostPath);
  if (named.length === 0) return undefined;
  return named.map((volume) => {
    const source = text(volume.volumeName) || text(volume.hostPath);
    return `${source}:${text(volume.containerPath)}:${volume.readOnly === true ? "ro" : "rw"}`;
  });
}

function mount(item: Item): Docker.MountConfig[number] {
  const options = item.tmpfsOptions as Item | undefined;
  return given({
    Target: text(item.target),
    Source: text(item.source),
    Type: text(item.type),
    ReadOnly: item.readOnly === true,
    TmpfsOptions: options && { SizeBytes: number(options.sizeBytes), Mode: number(options.mode) },
  }) as never;
}

function healthcheck(item: Item): Docker.HealthConfig {
  return {
    Test: texts(item.tests),
    Interval: nanoseconds(item.interval),
    Timeout: nanoseconds(item.timeout),
    StartPeriod: nanoseconds(item.startPeriod),
    Retries: number(item.retries),
    StartInterval: nanoseconds(item.startInterval),
  } as Docker.HealthConfig;
}
