import * as pulumi from "@pulumi/pulumi";
import { HOST_LOGS_SERVICE } from "../../config/host-logs.ts";
import type { LogAgent } from "../../config/log-agents.ts";
import type { LogStoreKind } from "../../config/log-stores.ts";
import { SCRAPE_PASSWORD_FILE } from "../../config/scrape-access.ts";
import { given } from "../../services/given.ts";
import { PACES, type Pace } from "../../signals/rule-group.ts";
import { mergeSignals, type Observable, type Signals } from "../../signals/signals.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import type { Platform } from "../platform/platform.ts";
import { BlackboxExporter } from "./blackbox.ts";
import { Collector } from "./collector.ts";
import type { Link } from "./gateway.ts";
import { agentNames, takesSpans } from "./monitoring-names.ts";
import { PrometheusAgent } from "./prometheus-agent.ts";
import { Promtail } from "./promtail.ts";

/** Arguments of {@link HostAgent}. */
export interface HostAgentArgs {
  /** The host that it watches, and runs on. */
  readonly host: Platform;
  /** What is watched on that host, besides the host itself. */
  readonly sources: readonly Observable[];
  /** Where all of it goes: a {@link Gateway} of the monitoring host has one for each host. */
  readonly link: Link;
  /** What brings the containers' logs to their store. @default "collector" */
  readonly logAgent?: LogAgent;
  /** The store that the gateway is in front of. @default "loki" */
  readonly logStore?: LogStoreKind;
  /** What that store is called: its job. @default - its kind */
  readonly logStoreName?: string;
  /** Whether the host's own messages go, too; it needs the tasks of `logShipping` for it. @default false */
  readonly hostLogs?: boolean;
  /** Time between two scrapes. @default "15s" */
  readonly scrapeInterval?: string;
  /** How soon alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
  /** Series that rules and panels of the monitoring host name. @default - those that what is watched here brings */
  readonly used?: readonly string[];
}

/**
 * What watches a host that the monitoring is not on: exporters, a log agent, and a Prometheus that only scrapes. They
 * send to the monitoring host, over TLS, and open no port. Names begin with its own, since the monitoring host has
 * exporters, too: `web-node`, `web-containers`.
 *
 * Its signals have no jobs: those are scraped here. Rules and dashboards are for the monitoring host.
 *
 * @throws pulumi.InputPropertiesError when two sources have a job of one name
 * @example
 * ```ts
 * const agent = new HostAgent("web", { host: web, sources: [edge, catalog], link: gateway.linkFor("web") });
 * new Prometheus("prometheus", { host, signals: [agent.signals], receives: true });
 * ```
 */
export class HostAgent extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** What is scraped here. */
  readonly scraped: Signals;

  constructor(name: string, args: HostAgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:HostAgent", name, {}, opts);
    const { host, link, logAgent = "collector", logStore = "loki", pace = PACES.steady, thresholds = {} } = args;
    this.name = name;
    const parent = { parent: this };
    const secrets = host.secret(
      `${name}-link`,
      { ...link.files, [SCRAPE_PASSWORD_FILE]: host.scrapePassword().password },
      this,
    );
    const sink = {
      kind: logStore,
      name: args.logStoreName ?? logStore,
      address: link.gateway,
      ready: link.ready,
      serverName: link.serverName,
      secrets,
    };
    const logs = { logStore: sink, ...(args.hostLogs === true ? { hostLogs: `${name}-${HOST_LOGS_SERVICE}` } : {}) };
    const names = agentNames(name);
    const traces = takesSpans(host, names.collector) ? { traces: "forward" as const } : {};
    const blackbox = new BlackboxExporter(
      names.blackbox,
      { host, pace, thresholds, asks: args.sources.map((source) => source.signals) },
      parent,
    );
    const watched: readonly (Observable & pulumi.Resource)[] = [
      blackbox,
      logAgent === "promtail"
        ? new Promtail(names.promtail, { host, ...logs }, parent)
        : new Collector(names.collector, { host, pace, thresholds, ...logs, ...traces }, parent),
      ...host.sources({ machine: names.node, workloads: names.containers, pace, thresholds }, this),
    ];
    const sources = [...watched, ...args.sources];
    const prometheus = new PrometheusAgent(
      names.prometheus,
      {
        host,
        link,
        secrets,
        pace,
        thresholds,
        signals: sources.map(({ signals }) => signals),
        dependsOn: sources.filter((source) => pulumi.Resource.isInstance(source)),
        blackbox: blackbox.address,
        ...given({ scrapeInterval: args.scrapeInterval }),
        ...given({ used: args.used }),
      },
      parent,
    );
    this.scraped = mergeSignals([...sources, prometheus].map(({ signals }) => signals));
    const { ruleGroups = [], dashboards = [], fills = [] } = this.scraped;
    this.signals = { scrapeJobs: [], ruleGroups, dashboards, fills };
    this.registerOutputs({});
  }
}
