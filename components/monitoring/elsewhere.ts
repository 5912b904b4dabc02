import type * as pulumi from "@pulumi/pulumi";
import { TRACE_PORTS } from "../../config/collector-traces.ts";
import { LINK_PATHS, LOG_PATHS } from "../../config/link.ts";
import type { LogAgent } from "../../config/log-agents.ts";
import { given } from "../../services/given.ts";
import type { Pace } from "../../signals/rule-group.ts";
import type { Observable } from "../../signals/signals.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import type { Platform } from "../platform/platform.ts";
import { Gateway } from "./gateway.ts";
import { HostAgent } from "./host-agent.ts";
import type { LogStore } from "./log-store.ts";

/** What is watched on a host that the monitoring is not on. */
export interface SourcesElsewhere {
  /** The host. */
  readonly host: Platform;
  /** What is watched there; the host itself is in any case. */
  readonly sources: readonly Observable[];
}

/** What a monitoring host is told of the others. */
export interface ElsewhereArgs {
  /** The monitoring host. */
  readonly host: Platform;
  /** The others. */
  readonly elsewhere: readonly SourcesElsewhere[];
  /** What the names of what is made begin with. */
  readonly prefix: string;
  /** Name or IPv4 address that they reach the monitoring host by. */
  readonly address?: string;
  /** Port of the monitoring host that they send to. */
  readonly port?: number;
  /** Prometheus as `host:port` on the monitoring host. */
  readonly prometheus: string;
  /** The store of logs, the same. */
  readonly logStore: Pick<LogStore, "kind" | "name" | "address">;
  /** The Collector that takes spans there, as its host name. @default - none does */
  readonly spans?: string;
  /** What brings the logs. */
  readonly logAgent: LogAgent;
  /** Whether the hosts' own messages are brought, too. */
  readonly hostLogs: boolean;
  /** Time between two scrapes. */
  readonly scrapeInterval?: string;
  /** How soon alerts see a change. */
  readonly pace: Pace;
  /** Other numbers for the alerts. */
  readonly thresholds: StackThresholds;
  /** Series that rules and panels name. */
  readonly used: readonly string[];
}

/**
 * Opens the gateway of a monitoring host, and makes an agent on each other host.
 *
 * @returns the gateway and the agents; none where there is no other host
 */
export function watchElsewhere(args: ElsewhereArgs, parent: pulumi.Resource): readonly Observable[] {
  const { host, elsewhere, prefix, address, port, prometheus, logStore, logAgent, spans, ...common } = args;
  if (elsewhere.length === 0 || address === undefined) return [];
  const gateway = new Gateway(
    `${prefix}gateway`,
    {
      host,
      address,
      clients: elsewhere.map((each) => each.host.name),
      routes: [
        { path: LINK_PATHS.samples, server: prometheus, signsIn: true },
        { path: LOG_PATHS[logStore.kind][logAgent], server: logStore.address },
        ...(spans === undefined ? [] : [{ path: LINK_PATHS.spans, server: `${spans}:${TRACE_PORTS.http}` }]),
      ],
      ...given({ port }),
    },
    { parent },
  );
  const store = { logStore: logStore.kind, logStoreName: logStore.name };
  const agents = elsewhere.map((each) => {
    const link = gateway.linkFor(each.host.name);
    return new HostAgent(`${prefix}${each.host.name}`, { ...common, ...each, ...store, logAgent, link }, { parent });
  });
  return [gateway, ...agents];
}
