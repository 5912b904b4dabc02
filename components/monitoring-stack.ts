import * as pulumi from "@pulumi/pulumi";
import { LOG_AGENTS, type LogAgent } from "../config/log-agents.ts";
import type { Problem } from "../services/problems.ts";
import type { AlertPolicy } from "../signals/alert-policy.ts";
import { PACES, type PaceName } from "../signals/rule-group.ts";
import type { Observable, Signals } from "../signals/signals.ts";
import { standardRules } from "../signals/standard-rules.ts";
import { Alertmanager } from "./alertmanager.ts";
import { BlackboxExporter } from "./blackbox.ts";
import { Collector } from "./collector.ts";
import type { Host } from "./host.ts";
import { HostMetrics } from "./host-metrics.ts";
import { Loki } from "./loki.ts";
import { Prometheus } from "./prometheus.ts";
import { Promtail } from "./promtail.ts";
import { refuse } from "./refuse.ts";

/** Arguments of {@link MonitoringStack}. */
export interface MonitoringStackArgs {
  /** The host it runs on. */
  readonly host: Host;
  /** Everything that is watched. */
  readonly sources: readonly Observable[];
  /** Who hears of what. @default - nobody: there is no Alertmanager then, and alerts are seen in Prometheus only */
  readonly policies?: readonly AlertPolicy[];
  /** What must run before anybody is notified: an inbox of the same stack. @default [] */
  readonly receiversDependOn?: readonly pulumi.Resource[];
  /** Secrets of the receivers, by the name of their file in `/run/secrets`. @default {} */
  readonly receiverSecrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Port of the host for Alertmanager. @default 9093 */
  readonly alertmanagerPort?: number;
  /** Port of the host for Prometheus. @default 9090 */
  readonly prometheusPort?: number;
  /** Port of the host for Loki. @default 3100 */
  readonly lokiPort?: number;
  /**
   * What brings the containers' logs to Loki. Promtail ended on 2026-03-02 and is for those who come from it.
   *
   * @default "collector"
   */
  readonly logAgent?: LogAgent;
  /** Time between two scrapes. @default "15s" */
  readonly scrapeInterval?: string;
  /** How soon alerts see a change and people hear of one. @default "steady" */
  readonly pace?: PaceName;
  /** How long samples and logs are kept: at least a day. @default "15d" */
  readonly retention?: string;
  /** Refuse to delete the data volumes. @default false */
  readonly protect?: boolean;
}

/**
 * The observability plane: all that watches the sources.
 *
 * It takes whatever is {@link Observable} and knows no kinds.
 *
 * @throws pulumi.InputPropertiesError when two sources have a job of one name, a port is taken, or there is no such log
 * agent
 * @example
 * ```ts
 * const monitoring = new MonitoringStack("monitoring", { host, sources: [edge, postgres, catalog] });
 * export const urls = monitoring.urls;
 * ```
 */
export class MonitoringStack extends pulumi.ComponentResource {
  readonly prometheus: Prometheus;
  /** The Alertmanagers, where anybody is to be notified. */
  readonly alertmanager: Alertmanager | undefined;
  /** Where the logs are. */
  readonly loki: Loki;
  /** URLs of its pages, by name. */
  readonly urls: Readonly<Record<string, string>>;

  constructor(name: string, args: MonitoringStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:MonitoringStack", name, {}, opts);
    const { policies = [], pace: paceName = "steady", logAgent = "collector" } = args;
    refuse(`monitoring ${JSON.stringify(name)}`, agentProblems(logAgent));
    const pace = PACES[paceName];
    this.alertmanager =
      policies.length === 0
        ? undefined
        : new Alertmanager(
            "alertmanager",
            {
              host: args.host,
              policies,
              pace: paceName,
              dependsOn: args.receiversDependOn ?? [],
              secrets: args.receiverSecrets ?? {},
              ...(args.alertmanagerPort === undefined ? {} : { port: args.alertmanagerPort }),
            },
            { parent: this },
          );
    const notified = this.alertmanager === undefined ? [] : [this.alertmanager];
    const kept = {
      host: args.host,
      ...(args.retention === undefined ? {} : { retention: args.retention }),
      ...(args.protect === undefined ? {} : { protect: args.protect }),
    };
    this.loki = new Loki(
      "loki",
      { ...kept, ...(args.lokiPort === undefined ? {} : { port: args.lokiPort }) },
      { parent: this },
    );
    const logs = { host: args.host, loki: this.loki };
    const agent =
      logAgent === "promtail"
        ? new Promtail("promtail", logs, { parent: this })
        : new Collector("collector", logs, { parent: this });
    const blackbox = new BlackboxExporter("blackbox", { host: args.host }, { parent: this });
    const node = new HostMetrics("node", { host: args.host, pace }, { parent: this });
    const own: readonly Observable[] = [...notified, this.loki, agent, blackbox, node];
    const common: Signals = { scrapeJobs: [], ruleGroups: standardRules(pace) };
    this.prometheus = new Prometheus(
      "prometheus",
      {
        ...kept,
        signals: [common, ...[...own, ...args.sources].map(({ signals }) => signals)],
        blackbox: blackbox.address,
        alertmanagers: notified.flatMap(({ addresses }) => addresses),
        externalLabels: { stack: pulumi.getStack() },
        ...(args.prometheusPort === undefined ? {} : { port: args.prometheusPort }),
        ...(args.scrapeInterval === undefined ? {} : { scrapeInterval: args.scrapeInterval }),
      },
      { parent: this },
    );
    this.urls = {
      prometheus: this.prometheus.url,
      loki: this.loki.url,
      ...Object.fromEntries(notified.map(({ url }) => ["alertmanager", url])),
    };
    this.registerOutputs({ urls: this.urls });
  }
}

function agentProblems(logAgent: LogAgent): Problem[] {
  if (LOG_AGENTS.includes(logAgent)) return [];
  return [{ property: "logAgent", given: logAgent, allowed: `one of ${LOG_AGENTS.join(", ")}` }];
}
