import type * as pulumi from "@pulumi/pulumi";
import { TRACE_PORTS } from "../../config/collector-traces.ts";
import { LINK_PATHS, LOG_PATHS } from "../../config/link.ts";
import type { LogAgent } from "../../config/log-agents.ts";
import type { Problem } from "../../services/problems.ts";
import type { Pace } from "../../signals/rule-group.ts";
import type { Observable } from "../../signals/signals.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import type { Platform } from "../platform/platform.ts";
import { refuse } from "../platform/refuse.ts";
import { Gateway } from "./gateway.ts";
import { HostAgent } from "./host-agent.ts";
import type { LogSink } from "./log-sink.ts";

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
  /** Name or IPv4 address that they reach the monitoring host by. */
  readonly address?: string;
  /** Port of the monitoring host that they send to. */
  readonly port?: number;
  /** Prometheus as `host:port` on the monitoring host. */
  readonly prometheus: string;
  /** The store of logs, the same. */
  readonly logStore: Pick<LogSink, "kind" | "address">;
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

/** What watches the other hosts. */
export interface Elsewhere {
  /** The gateway and the agents; none where there is no other host. */
  readonly watched: readonly Observable[];
  /** Jobs that are on two hosts: Prometheus would take one for the other. */
  problemsWith(here: readonly Observable[]): Problem[];
}

/**
 * Opens the gateway of a monitoring host, and makes an agent on each other host.
 *
 * @throws pulumi.InputPropertiesError when a host is named twice, or the others are not told where this one is
 */
export function watchElsewhere(args: ElsewhereArgs, parent: pulumi.Resource): Elsewhere {
  const { host, elsewhere, address, port, prometheus, logStore, logAgent, ...common } = args;
  refuse(`monitoring on host ${JSON.stringify(host.name)}`, problemsOf(args));
  if (elsewhere.length === 0 || address === undefined) return { watched: [], problemsWith: () => [] };
  const gateway = new Gateway(
    "gateway",
    {
      host,
      address,
      clients: elsewhere.map((each) => each.host.name),
      routes: [
        { path: LINK_PATHS.samples, server: prometheus, signsIn: true },
        { path: LOG_PATHS[logStore.kind][logAgent], server: logStore.address },
        ...(host.tracing === undefined
          ? []
          : [{ path: LINK_PATHS.spans, server: `${host.tracing.collector}:${TRACE_PORTS.http}` }]),
      ],
      ...(port === undefined ? {} : { port }),
    },
    { parent },
  );
  const agents = elsewhere.map((each) => {
    const link = gateway.linkFor(each.host.name);
    return new HostAgent(each.host.name, { ...common, ...each, logAgent, logStore: logStore.kind, link }, { parent });
  });
  return {
    watched: [gateway, ...agents],
    problemsWith(here) {
      const jobs = [...here.map(({ signals }) => signals), ...agents.map(({ scraped }) => scraped)]
        .flatMap(({ scrapeJobs }) => scrapeJobs)
        .map(({ job }) => job);
      return [...new Set(jobs.filter((job, index) => jobs.indexOf(job) < index))].map((job) => ({
        property: "elsewhere",
        given: job,
        allowed: "each job once, whatever host it is on",
        fix: `Two sources are called ${JSON.stringify(job)}: rename one of them.`,
      }));
    },
  };
}

function problemsOf({ host, elsewhere, address }: ElsewhereArgs): Problem[] {
  const problems: Problem[] = [];
  if (elsewhere.length > 0 && address === undefined) {
    problems.push({
      property: "gatewayAddress",
      given: undefined,
      allowed: "a name or an IPv4 address that the other hosts reach the monitoring host by",
    });
  }
  const names = [host.name, ...elsewhere.map((each) => each.host.name)];
  elsewhere.forEach((each, index) => {
    if (names.indexOf(each.host.name) === index + 1) return;
    problems.push({
      property: `elsewhere[${index}].host`,
      given: each.host.name,
      allowed: "another host than the monitoring's, each once",
      fix: "What is on the monitoring's own host is listed in `sources`.",
    });
  });
  return problems;
}
