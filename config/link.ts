import { HOSTNAME } from "../services/grammar.ts";
import type { Problem } from "../services/problems.ts";
import { stackProblems, targetProblems } from "./addresses.ts";
import type { LogAgent } from "./log-agents.ts";
import { LOG_STORES, type LogStoreKind } from "./log-stores.ts";

/** Where a host sends what it has seen: a gateway in front of Prometheus and the store of logs, over TLS. */
export interface LinkSettings {
  /** The gateway as `host:port`. */
  readonly gateway: string;
  /** Name that the gateway's certificate is for. */
  readonly serverName: string;
}

/** The files by which the two ends know each other, in `/run/secrets`. */
export const LINK_FILES = { authority: "authority.crt", certificate: "link.crt", key: "link.key" } as const;

/** What the gateway passes on besides lines: `POST` of these paths, and nothing else. */
export const LINK_PATHS = {
  /** Samples, for Prometheus. */
  samples: "/api/v1/write",
  /** Spans, for the Collector of the monitoring host. */
  spans: "/v1/traces",
} as const;

/** Where each store takes lines, by who brings them; the gateway passes on the one path that is in use. */
export const LOG_PATHS: Readonly<Record<LogStoreKind, Readonly<Record<LogAgent, string>>>> = {
  loki: { collector: "/otlp/v1/logs", promtail: "/loki/api/v1/push" },
  victorialogs: { collector: "/insert/opentelemetry/v1/logs", promtail: "/insert/loki/api/v1/push" },
};

/** Oldest version of TLS that either end takes. */
export const LINK_TLS = "TLSv1.2";

/** Path of one of the link's files in a container. */
export function linkFile(file: keyof typeof LINK_FILES): string {
  return `/run/secrets/${LINK_FILES[file]}`;
}

/** The same three files in the words of Prometheus and Promtail. */
export function linkTls({ serverName }: Pick<LinkSettings, "serverName">): Readonly<Record<string, string>> {
  return {
    ca_file: linkFile("authority"),
    cert_file: linkFile("certificate"),
    key_file: linkFile("key"),
    server_name: serverName,
  };
}

/** What is set for a log agent: whose lines it reads, and where it brings them. */
export interface LogAgentSettings {
  /** The stack whose containers' logs are read: their label `vigie.stack`, such as `vigie/dev`. */
  readonly stack: string;
  /** Where it brings them. */
  readonly logStore: {
    /** Which store it is. */
    readonly kind: LogStoreKind;
    /** The store as `host:port`; with `serverName`, the gateway in front of it. */
    readonly address: string;
  };
  /** Name that the gateway's certificate is for: lines go over TLS then. @default - none: the store is in the same network */
  readonly serverName?: string;
  /** The `service_name` of the host's own messages, which `logShipping` leaves on it. @default - they are not read */
  readonly hostLogs?: string;
}

/** What is wrong with what a log agent is told. */
export function logAgentProblems({ stack, logStore, serverName, hostLogs }: LogAgentSettings): Problem[] {
  return [
    ...stackProblems(stack),
    ...(LOG_STORES.includes(logStore.kind)
      ? []
      : [{ property: "logStore.kind", given: logStore.kind, allowed: `one of ${LOG_STORES.join(", ")}` }]),
    ...targetProblems("logStore.address", logStore.address),
    ...(serverName === undefined ? [] : serverNameProblems(serverName)),
    ...(hostLogs === undefined || /^[a-z0-9-]+$/.test(hostLogs)
      ? []
      : [{ property: "hostLogs", given: hostLogs, allowed: "a name in small letters, such as machine" }]),
  ];
}

/** What is wrong with a link. */
export function linkProblems({ gateway, serverName }: LinkSettings): Problem[] {
  return [...targetProblems("gateway", gateway), ...serverNameProblems(serverName)];
}

function serverNameProblems(serverName: string): Problem[] {
  if (HOSTNAME.fits(serverName)) return [];
  return [{ property: "serverName", given: serverName, allowed: "a name such as gateway.vigie.internal" }];
}
