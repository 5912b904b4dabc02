import * as pulumi from "@pulumi/pulumi";
import { PACES, type Pace } from "../signals/rule-group.ts";
import { containerRules } from "../signals/rules/containers.ts";
import { targetRules } from "../signals/rules/targets.ts";
import type { Observable, Signals } from "../signals/signals.ts";
import type { Host } from "./host.ts";
import { Prometheus } from "./prometheus.ts";

/** Arguments of {@link MonitoringStack}. */
export interface MonitoringStackArgs {
  /** The host it runs on. */
  readonly host: Host;
  /** Everything that is watched. */
  readonly sources: readonly Observable[];
  /** Port of the host for Prometheus. @default 9090 */
  readonly prometheusPort?: number;
  /** Time between two scrapes. @default "15s" */
  readonly scrapeInterval?: string;
  /** How soon the alerts that hold for everything see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** How long samples are kept. @default "15d" */
  readonly retention?: string;
  /** Refuse to delete the data volumes. @default false */
  readonly protect?: boolean;
}

/**
 * The observability plane: all that watches the sources.
 *
 * It takes whatever is {@link Observable} and knows no kinds.
 *
 * @throws pulumi.InputPropertiesError when two sources have a job of one name, or a port is taken
 * @example
 * ```ts
 * const monitoring = new MonitoringStack("monitoring", { host, sources: [edge, postgres, catalog] });
 * export const urls = monitoring.urls;
 * ```
 */
export class MonitoringStack extends pulumi.ComponentResource {
  readonly prometheus: Prometheus;
  /** URLs of its pages, by name. */
  readonly urls: Readonly<Record<string, string>>;

  constructor(name: string, args: MonitoringStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:MonitoringStack", name, {}, opts);
    const { pace = PACES.steady } = args;
    const common: Signals = { scrapeJobs: [], ruleGroups: [targetRules(pace), containerRules({ pace })] };
    this.prometheus = new Prometheus(
      "prometheus",
      {
        host: args.host,
        signals: [common, ...args.sources.map(({ signals }) => signals)],
        externalLabels: { stack: pulumi.getStack() },
        ...(args.prometheusPort === undefined ? {} : { port: args.prometheusPort }),
        ...(args.scrapeInterval === undefined ? {} : { scrapeInterval: args.scrapeInterval }),
        ...(args.retention === undefined ? {} : { retention: args.retention }),
        ...(args.protect === undefined ? {} : { protect: args.protect }),
      },
      { parent: this },
    );
    this.urls = { prometheus: this.prometheus.url };
    this.registerOutputs({ urls: this.urls });
  }
}
