import type { Problem } from "../services/problems.ts";
import { stackProblems, targetProblems } from "./addresses.ts";

/** Where a host sends what it has seen: a gateway in front of Prometheus and Loki, over TLS. */
export interface LinkSettings {
  /** The gateway as `host:port`. */
  readonly gateway: string;
  /** Name that the gateway's certificate is for. */
  readonly serverName: string;
}

/** The files by which the two ends know each other, in `/run/secrets`. */
export const LINK_FILES = { authority: "authority.crt", certificate: "link.crt", key: "link.key" } as const;

/** What the gateway passes on: `POST` of these paths, and nothing else. */
export const LINK_PATHS = {
  /** Samples, for Prometheus. */
  samples: "/api/v1/write",
  /** Lines of the Collector, for Loki. */
  otlpLogs: "/otlp/v1/logs",
  /** Lines of Promtail, for Loki. */
  lokiPush: "/loki/api/v1/push",
  /** Spans, for the Collector of the monitoring host. */
  spans: "/v1/traces",
} as const;

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
  /** Loki as `host:port`; with `serverName`, the gateway in front of it. */
  readonly loki: string;
  /** Name that the gateway's certificate is for: lines go over TLS then. @default - none: Loki is in the same network */
  readonly serverName?: string;
  /** The `service_name` of the host's own messages, which `logShipping` leaves on it. @default - they are not read */
  readonly hostLogs?: string;
}

/** What is wrong with what a log agent is told. */
export function logAgentProblems({ stack, loki, serverName, hostLogs }: LogAgentSettings): Problem[] {
  return [
    ...stackProblems(stack),
    ...targetProblems("loki", loki),
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
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(serverName)) return [];
  return [{ property: "serverName", given: serverName, allowed: "a name such as gateway.vigie.internal" }];
}
