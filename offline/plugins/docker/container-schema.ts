/** The properties of docker.Container that the stand-in implements, with what the real plugin does on a change. */
import type { ContainerArgs } from "@pulumi/docker";
import type { Fields, Schema } from "../framework/schema.ts";
import type { Value } from "../framework/values.ts";
import { parseDuration } from "./duration.ts";

const replace = { replace: true } as const;
const text: Schema = { kind: "string" };
const requiredText: Schema = { kind: "string", required: true };
const texts: Schema = { kind: "set", of: text };

/** A list of label and value, which all Docker resources have. */
export const labelFields = { label: requiredText, value: requiredText } satisfies Fields;

const duration: Schema = {
  kind: "string",
  default: "0s",
  check: (value: Value) =>
    typeof value === "string" && parseDuration(value) === undefined
      ? `expected a duration as 30s or 1m30s, got ${JSON.stringify(value)}`
      : undefined,
};

function oneOf(...allowed: string[]): (value: Value) => string | undefined {
  return (value) =>
    typeof value === "string" && !allowed.includes(value)
      ? `expected one of ${allowed.join(", ")}, got ${JSON.stringify(value)}`
      : undefined;
}

function atLeast(lowest: number): (value: Value) => string | undefined {
  return (value) =>
    typeof value === "number" && value < lowest ? `expected ${lowest} or more, got ${value}` : undefined;
}

const capabilityFields = { adds: { kind: "set", of: text }, drops: { kind: "set", of: text } } satisfies Fields;

const healthcheckFields = {
  tests: { kind: "list", of: text, required: true },
  interval: duration,
  timeout: duration,
  startPeriod: duration,
  startInterval: duration,
  retries: { kind: "int", implied: 0, check: atLeast(0) },
} satisfies Fields;

const networkFields = {
  name: requiredText,
  aliases: texts,
  ipv4Address: text,
  ipv6Address: text,
} satisfies Fields;

const portFields = {
  internal: { kind: "int", required: true },
  external: { kind: "int", computed: true },
  ip: { kind: "string", default: "0.0.0.0" },
  protocol: { kind: "string", default: "tcp", check: oneOf("tcp", "udp", "sctp") },
} satisfies Fields;

const volumeFields = {
  volumeName: text,
  hostPath: text,
  containerPath: text,
  readOnly: { kind: "bool" },
} satisfies Fields;

const mountFields = {
  target: requiredText,
  type: { kind: "string", required: true, check: oneOf("bind", "volume", "tmpfs") },
  source: text,
  readOnly: { kind: "bool" },
  tmpfsOptions: {
    kind: "object",
    fields: { sizeBytes: { kind: "int" }, mode: { kind: "int" } },
  },
} satisfies Fields;

const uploadFields = {
  file: requiredText,
  content: text,
  contentBase64: text,
  executable: { kind: "bool", implied: false },
  permissions: {
    kind: "string",
    check: (value: Value) =>
      typeof value === "string" && !/^0[0-7]{3}$/.test(value)
        ? `expected four octal digits as 0644, got ${JSON.stringify(value)}`
        : undefined,
  },
  source: text,
  sourceHash: text,
} satisfies Fields;

const hostFields = { host: requiredText, ip: requiredText } satisfies Fields;

const ulimitFields = {
  name: requiredText,
  soft: { kind: "int", required: true },
  hard: { kind: "int", required: true },
} satisfies Fields;

/** Every property of docker.Container that the stand-in implements. */
export const containerFields = {
  attach: { kind: "bool", implied: false },
  capabilities: { kind: "object", fields: capabilityFields, ...replace },
  cgroupnsMode: { kind: "string", ...replace, check: oneOf("private", "host") },
  command: { kind: "list", of: text, computed: true, ...replace },
  containerReadRefreshTimeoutMilliseconds: { kind: "int", default: 15000 },
  cpuSet: { kind: "string" },
  cpuShares: { kind: "int", check: atLeast(0) },
  cpus: { kind: "string", ...replace },
  destroyGraceSeconds: { kind: "int" },
  dns: { ...texts, ...replace },
  dnsOpts: { ...texts, ...replace },
  dnsSearches: { ...texts, ...replace },
  domainname: { kind: "string", ...replace },
  entrypoints: { kind: "list", of: text, computed: true, ...replace },
  envs: { ...texts, computed: true, ...replace },
  groupAdds: { ...texts, ...replace },
  healthcheck: { kind: "object", fields: healthcheckFields, computed: true },
  hostname: { kind: "string", computed: true, ...replace },
  hosts: { kind: "set", of: { kind: "object", fields: hostFields }, ...replace },
  image: { kind: "string", required: true, ...replace },
  init: { kind: "bool", computed: true },
  ipcMode: { kind: "string", computed: true, ...replace },
  labels: { kind: "set", of: { kind: "object", fields: labelFields }, computed: true, ...replace },
  logDriver: { kind: "string", computed: true, ...replace },
  logOpts: { kind: "map", of: text, ...replace },
  logs: { kind: "bool", implied: false },
  maxRetryCount: { kind: "int" },
  memory: { kind: "int", check: atLeast(0) },
  memoryReservation: { kind: "int", check: atLeast(0) },
  memorySwap: { kind: "int", check: atLeast(-1) },
  mounts: { kind: "set", of: { kind: "object", fields: mountFields }, ...replace },
  mustRun: { kind: "bool", default: true },
  name: { kind: "string", ...replace },
  networkMode: { kind: "string", default: "bridge", ...replace },
  networksAdvanced: { kind: "set", of: { kind: "object", fields: networkFields }, ...replace },
  pidMode: { kind: "string", ...replace },
  ports: { kind: "list", of: { kind: "object", fields: portFields }, ...replace },
  privileged: { kind: "bool", ...replace },
  publishAllPorts: { kind: "bool", ...replace },
  readOnly: { kind: "bool", implied: false, ...replace },
  removeVolumes: { kind: "bool", default: true },
  restart: { kind: "string", default: "no", check: oneOf("no", "on-failure", "always", "unless-stopped") },
  rm: { kind: "bool", implied: false },
  runtime: { kind: "string", computed: true, ...replace },
  securityOpts: { ...texts, computed: true, ...replace },
  shmSize: { kind: "int", computed: true, ...replace, check: atLeast(0) },
  start: { kind: "bool", default: true },
  stdinOpen: { kind: "bool", implied: false, ...replace },
  stopSignal: { kind: "string", computed: true, ...replace },
  stopTimeout: { kind: "int", computed: true, ...replace },
  sysctls: { kind: "map", of: text, ...replace },
  tmpfs: { kind: "map", of: text },
  tty: { kind: "bool", implied: false, ...replace },
  ulimits: { kind: "set", of: { kind: "object", fields: ulimitFields }, ...replace },
  uploads: { kind: "set", of: { kind: "object", fields: uploadFields }, ...replace },
  user: { kind: "string", emptyIsNoChange: true, ...replace },
  usernsMode: { kind: "string", ...replace },
  volumes: { kind: "set", of: { kind: "object", fields: volumeFields }, ...replace },
  wait: { kind: "bool", implied: false },
  waitTimeout: { kind: "int", default: 60 },
  workingDir: { kind: "string", emptyIsNoChange: true, ...replace },
} satisfies Fields & Partial<Record<keyof ContainerArgs, Schema>>;

/** The fields of nested arguments that the stand-in implements, by property. */
export const nestedContainerFields = {
  capabilities: capabilityFields,
  healthcheck: healthcheckFields,
  networksAdvanced: networkFields,
  ports: portFields,
  volumes: volumeFields,
  mounts: mountFields,
  uploads: uploadFields,
  hosts: hostFields,
  ulimits: ulimitFields,
  labels: labelFields,
} satisfies Partial<Record<keyof typeof containerFields, Fields>>;
