/** A container as the real plugin's state shows it. */
import type Docker from "dockerode";
import { isObject, type Value, type Values, withoutDefaultsLists } from "../framework/values.ts";
import { formatDuration } from "./duration.ts";

const MEBIBYTE = 1024 * 1024;

// What the state holds of the arguments as they were given, because Docker can't tell it.
const AS_GIVEN = [
  "containerReadRefreshTimeoutMilliseconds",
  "cpus",
  "cgroupnsMode",
  "destroyGraceSeconds",
  "envs",
  "image",
  "labels",
  "mustRun",
  "removeVolumes",
  "start",
  "wait",
  "waitTimeout",
] as const;

type Inspect = Docker.ContainerInspectInfo;

// What the API gives and the type package lacks.
interface MoreConfig {
  readonly StopSignal?: string;
  readonly StopTimeout?: number;
}
interface MoreHealth {
  readonly StartInterval?: number;
}

/**
 * The outputs of a container.
 *
 * @param inspect what Docker says of it
 * @param prior its inputs after a creation, its old outputs on a refresh
 */
export function containerOutputs(inspect: Inspect, prior: Values): Values {
  const host = inspect.HostConfig;
  const config = inspect.Config;
  const more = config as MoreConfig;
  const given = withoutDefaultsLists(prior);
  const running = inspect.State.Running;
  return definedOnly({
    ...Object.fromEntries(AS_GIVEN.map((name) => [name, given[name]])),
    id: inspect.Id,
    attach: given.attach ?? false,
    logs: given.logs ?? false,
    mustRun: given.mustRun === true && running,
    exitCode: running ? undefined : inspect.State.ExitCode,
    bridge: (inspect.NetworkSettings as { Bridge?: string }).Bridge ?? "",
    capabilities: capabilities(host),
    command: listOrNone(config.Cmd),
    entrypoints: listOrEmpty(config.Entrypoint as string[] | string | null),
    cpuSet: host.CpusetCpus ?? "",
    cpuShares: host.CpuShares ?? 0,
    deviceReadBps: [],
    deviceReadIops: [],
    deviceRequests: [],
    deviceWriteBps: [],
    deviceWriteIops: [],
    devices: [],
    dns: someOrNone(host.Dns),
    dnsOpts: someOrNone(host.DnsOptions),
    dnsSearches: someOrNone(host.DnsSearch),
    domainname: config.Domainname,
    groupAdds: someOrNone(host.GroupAdd),
    healthcheck: healthcheck(config.Healthcheck),
    hostname: config.Hostname,
    hosts: (host.ExtraHosts as string[] | null | undefined)?.map(extraHost),
    init: host.Init ?? false,
    ipcMode: host.IpcMode ?? "",
    logDriver: host.LogConfig?.Type ?? "",
    logOpts: host.LogConfig?.Config ?? {},
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    memory: mebibytes(host.Memory),
    memoryReservation: mebibytes(host.MemoryReservation),
    memorySwap: mebibytes(host.MemorySwap),
    mounts: mounts(host),
    name: inspect.Name.replace(/^\//, ""),
    networkDatas: networkDatas(inspect),
    networkMode: host.NetworkMode ?? "",
    networksAdvanced: listOf(given.networksAdvanced)?.map((network) => ({
      aliases: [],
      driverOpts: [],
      ipv4Address: "",
      ipv6Address: "",
      linkLocalIps: [],
      macAddress: "",
      ...network,
    })),
    pidMode: host.PidMode || undefined,
    platform: inspect.Platform,
    ports: ports(inspect),
    privileged: host.Privileged ?? false,
    publishAllPorts: host.PublishAllPorts ?? false,
    readOnly: host.ReadonlyRootfs ?? false,
    restart: host.RestartPolicy?.Name ?? "no",
    rm: host.AutoRemove ?? false,
    runtime: host.Runtime ?? "",
    securityOpts: listOrEmpty(host.SecurityOpt),
    shmSize: mebibytes(host.ShmSize),
    stdinOpen: config.OpenStdin,
    stopSignal: more.StopSignal ?? "",
    stopTimeout: more.StopTimeout,
    sysctls: someOrNone(host.Sysctls),
    tmpfs: someOrNone(host.Tmpfs as Record<string, string> | undefined),
    tty: config.Tty,
    ulimits:
      (host.Ulimits as { Name: string; Soft: number; Hard: number }[] | null | undefined)?.map((limit) => ({
        name: limit.Name,
        soft: limit.Soft,
        hard: limit.Hard,
      })) ?? [],
    uploads: listOf(given.uploads)?.map((upload) => ({
      content: "",
      contentBase64: "",
      executable: false,
      permissions: "",
      source: "",
      sourceHash: "",
      ...upload,
    })),
    user: config.User,
    usernsMode: host.UsernsMode ?? "",
    volumes: listOf(given.volumes)?.map((volume) => ({
      containerPath: "",
      fromContainer: "",
      hostPath: "",
      selinuxRelabel: "",
      volumeName: "",
      ...volume,
    })),
    workingDir: config.WorkingDir,
    wait: given.wait ?? false,
  });
}

/**
 * The outputs of a container that was created and then failed: what was given, and nothing that only a look at the
 * finished container tells. That is how Diff knows it at the next preview.
 */
export function failedOutputs(id: string, inputs: Values): Values {
  return { ...withoutDefaultsLists(inputs), id };
}

/** Whether the state is that of {@link failedOutputs}. */
export function isUnfinished(outputs: Values): boolean {
  return outputs.networkDatas === undefined;
}

function definedOnly(values: Record<string, Value | undefined>): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  ) as Values;
}

function listOf(value: Value | undefined): { [key: string]: Value }[] | undefined {
  return Array.isArray(value) ? value.filter(isObject) : undefined;
}

function listOrNone(value: string[] | null | undefined): string[] | undefined {
  return value ?? undefined;
}

function listOrEmpty(value: string[] | string | null | undefined): string[] {
  return typeof value === "string" ? [value] : (value ?? []);
}

function someOrNone<T extends string[] | Record<string, string>>(value: T | null | undefined): T | undefined {
  return value && Object.keys(value).length > 0 ? value : undefined;
}

function mebibytes(bytes: number | undefined): number {
  return bytes !== undefined && bytes > 0 ? Math.floor(bytes / MEBIBYTE) : (bytes ?? 0);
}

function capabilities(host: Docker.HostConfig): Value | undefined {
  const adds = (host.CapAdd ?? []) as string[];
  const drops = (host.CapDrop ?? []) as string[];
  return adds.length + drops.length > 0 ? { adds, drops } : undefined;
}

function healthcheck(check: Docker.HealthConfig | undefined): Value | undefined {
  if (!check) return undefined;
  return {
    tests: (check.Test ?? []) as string[],
    interval: formatDuration(check.Interval ?? 0),
    timeout: formatDuration(check.Timeout ?? 0),
    startPeriod: formatDuration(check.StartPeriod ?? 0),
    startInterval: formatDuration((check as MoreHealth).StartInterval ?? 0),
    retries: check.Retries ?? 0,
  };
}

function extraHost(entry: string): Value {
  const colon = entry.indexOf(":");
  return { host: entry.slice(0, colon), ip: entry.slice(colon + 1) };
}

function mounts(host: Docker.HostConfig): Value {
  return (host.Mounts ?? []).map((mount) => {
    const tmpfs = mount.TmpfsOptions;
    return definedOnly({
      target: mount.Target,
      source: mount.Source ?? "",
      type: mount.Type,
      readOnly: mount.ReadOnly ?? false,
      tmpfsOptions: tmpfs && definedOnly({ sizeBytes: tmpfs.SizeBytes, mode: tmpfs.Mode }),
    });
  });
}

function ports(inspect: Inspect): Value {
  const bound = Object.entries(inspect.NetworkSettings.Ports ?? {}).flatMap(([key, bindings]) => {
    const [internal, protocol] = key.split("/");
    return (bindings ?? []).map((binding) => ({
      external: Number(binding.HostPort),
      internal: Number(internal),
      ip: binding.HostIp,
      protocol: protocol ?? "tcp",
    }));
  });
  return bound.sort((left, right) => left.internal - right.internal);
}

function networkDatas(inspect: Inspect): Value {
  return Object.entries(inspect.NetworkSettings.Networks ?? {}).map(([networkName, data]) => ({
    gateway: data.Gateway,
    globalIpv6Address: data.GlobalIPv6Address,
    globalIpv6PrefixLength: data.GlobalIPv6PrefixLen,
    ipAddress: data.IPAddress,
    ipPrefixLength: data.IPPrefixLen,
    ipv6Gateway: data.IPv6Gateway,
    macAddress: data.MacAddress,
    networkName,
  }));
}
