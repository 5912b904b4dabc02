import * as pulumi from "@pulumi/pulumi";
import {
  PROMETHEUS_CHECK,
  PROMETHEUS_CLIENT,
  PROMETHEUS_DIRECTORY,
  type PrometheusSettings,
  renderPrometheus,
} from "../../config/prometheus.ts";
import {
  renderWebConfig,
  SCRAPE_PASSWORD_FILE,
  WEB_CONFIG_ARGUMENT,
  WEB_CONFIG_FILE,
} from "../../config/scrape-access.ts";
import { given } from "../../services/given.ts";
import type { Duration } from "../../services/units.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { PROMETHEUS_THRESHOLDS, prometheusRules } from "../../signals/rules/prometheus.ts";
import { mergeSignals, type Observable, type Signals } from "../../signals/signals.ts";
import { overridesFor } from "../../signals/threshold.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import { claiming } from "../platform/claiming.ts";
import type { Platform } from "../platform/platform.ts";
import { refusingAll } from "../platform/refuse.ts";
import { scrapeDials } from "../platform/scrape-dials.ts";
import type { Running } from "../platform/workload.ts";
import { PROMETHEUS_PORT, prometheusProgram } from "./prometheus-program.ts";

/** Arguments of {@link Prometheus}. */
export interface PrometheusArgs extends PrometheusSettings {
  /** The host it runs on. */
  readonly host: Platform;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
  /** All that it watches; it adds itself. */
  readonly signals: readonly Signals[];
  /** Its own signals, where dashboards have its rules already that are made before it. @default - made here */
  readonly own?: Signals;
  /** What must run before it looks: what is only coming up would be an alert. @default [] */
  readonly dependsOn?: readonly pulumi.Resource[];
  /**
   * Time after which an alert that fires is sent again. Four of them after Prometheus ended, Alertmanager takes its
   * alerts for ended, too.
   *
   * @default "1m"
   */
  readonly resendAlerts?: Duration;
  /** Port of the host. @default 9090 */
  readonly port?: number;
  /** How long samples are kept. @default "15d" */
  readonly retention?: string;
  /** How much disk the samples may take, in the syntax of Prometheus, whose GB are GiB. @default "4GB" */
  readonly retentionSize?: string;
  /** Memory of the container. @default "384MiB" */
  readonly memory?: string;
  /** Refuse to delete the data volume. @default false */
  readonly protect?: boolean;
}

/** What the rules on a Prometheus are made from. */
export interface PrometheusRuleArgs extends Pick<PrometheusArgs, "pace" | "thresholds"> {
  /** Job of what tells of its host, for drills. @default "node" */
  readonly node?: string;
}

/**
 * The signals of a Prometheus.
 *
 * @throws DeclarationError with every threshold that makes no sense
 */
export function prometheusSignals(name: string, { pace, thresholds, node }: PrometheusRuleArgs = {}): Signals {
  return {
    scrapeJobs: [{ job: name, targets: [`localhost:${PROMETHEUS_PORT}`], signsIn: true, emits: ["prometheus"] }],
    ruleGroups: [
      prometheusRules({
        job: name,
        pace,
        thresholds: overridesFor(PROMETHEUS_THRESHOLDS, thresholds),
        ...given({ node }),
      }),
    ],
  };
}

/** Where a Prometheus is reached on its host, `host:port`, also before it is made. */
export function prometheusAddress(host: Pick<Platform, "address">, name: string): string {
  return host.address(name, PROMETHEUS_PORT);
}

/**
 * Prometheus, with the jobs of everything that it is given.
 *
 * Its configuration is checked by promtool before it lands, and read again by Prometheus itself within five seconds: a
 * changed job replaces no container. Whoever is scraped shares a network with it, so it asks for a password. The interface that would let a visitor stop it or change it is off.
 *
 * @throws pulumi.InputPropertiesError when two jobs have one name or the port is taken
 * @example
 * ```ts
 * new Prometheus("prometheus", { host, signals: [catalog.signals] });
 * ```
 */
export class Prometheus extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** URL of its page. */
  readonly url: string;
  /** Password of the user `prometheus`, whom it asks for; a secret. On the host's own loopback nobody needs it. */
  readonly password: pulumi.Output<string>;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Prometheus", name, {}, opts);
    const { host } = args;
    const port = args.port ?? PROMETHEUS_PORT;
    this.name = name;
    const { own } = refusingAll(`Prometheus ${JSON.stringify(name)}`, [], {
      own: () => args.own ?? prometheusSignals(name, args),
    });
    this.signals = own;
    const watched = mergeSignals([own, ...args.signals]);
    const { rendered } = claiming(
      { host, kind: "Prometheus", name, ports: [{ port, property: "port", by: name }] },
      { rendered: () => renderPrometheus(watched, args) },
    );
    const files = [...rendered, PROMETHEUS_CLIENT];
    const { password, hash } = host.scrapePassword();
    this.password = pulumi.secret(password);
    const secrets = host.secret(
      name,
      { [SCRAPE_PASSWORD_FILE]: password, [WEB_CONFIG_FILE]: hash.apply(renderWebConfig) },
      this,
    );
    this.container = prometheusProgram(
      name,
      {
        host,
        files,
        check: PROMETHEUS_CHECK,
        filesDependOn: args.dependsOn ?? [],
        secrets,
        protect: args.protect ?? false,
        dials: [...scrapeDials(host.paths, watched, args), { to: args.alertmanagers ?? [], why: "sends alerts" }],
        arguments: [
          `--config.file=${PROMETHEUS_DIRECTORY}/prometheus.yml`,
          "--storage.tsdb.path=/prometheus",
          `--storage.tsdb.retention.time=${args.retention ?? "15d"}`,
          `--storage.tsdb.retention.size=${args.retentionSize ?? "4GB"}`,
        ],
        more: [
          ...(args.receives === true ? ["--web.enable-remote-write-receiver"] : []),
          ...(args.resendAlerts === undefined ? [] : [`--rules.alert.resend-delay=${args.resendAlerts}`]),
          // By default any page that is open in a browser may read its answers. No page is of that origin.
          "--web.cors.origin=none",
          WEB_CONFIG_ARGUMENT,
        ],
        probeArguments: [`--http.config.file=${PROMETHEUS_DIRECTORY}/${PROMETHEUS_CLIENT.path}`],
        memory: args.memory ?? "384MiB",
        ports: [{ external: port, internal: PROMETHEUS_PORT, signsIn: true }],
      },
      this,
    );
    this.url = host.published(port);
    this.registerOutputs({ url: this.url });
  }
}
