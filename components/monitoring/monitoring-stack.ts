import * as pulumi from "@pulumi/pulumi";
import { RESENDS } from "../../config/alertmanager.ts";
import { SLOW, TRACE_WAITS } from "../../config/collector-traces.ts";
import { HOST_LOGS_SERVICE } from "../../config/host-logs.ts";
import type { LogStoreKind } from "../../config/log-stores.ts";
import { describePortal } from "../../config/portal.ts";
import { planRetention, type RetentionFacts } from "../../config/retention.ts";
import { dashboardsOf } from "../../dashboards/index.ts";
import { sloDashboard } from "../../dashboards/slo.ts";
import type { PortalDescription } from "../../services/monitoring/portal-description.ts";
import type { AlertPolicy } from "../../signals/alert-policy.ts";
import type { DrillPlan } from "../../signals/drill-plan.ts";
import { maintenanceRules } from "../../signals/maintenance-series.ts";
import { usedSeries } from "../../signals/metrics/used.ts";
import type { Proof, ProofUrls } from "../../signals/proof.ts";
import { PACES, type Pace } from "../../signals/rule-group.ts";
import { SCRAPE_INTERVAL } from "../../signals/scrape-interval.ts";
import { type DashboardFile, mergeSignals, type Observable, ownersOf, type Signals } from "../../signals/signals.ts";
import { watchedServices } from "../../signals/slo/measured.ts";
import type { Objective } from "../../signals/slo/objective.ts";
import { sloRules } from "../../signals/slo/rules.ts";
import { slowAnswers } from "../../signals/slo/slow.ts";
import { standardRules } from "../../signals/standard-rules.ts";
import { Door } from "../edge/door.ts";
import { drillsOf, type ProofArgs, proofOf } from "../platform/proof.ts";
import { refuse } from "../platform/refuse.ts";
import { Alertmanager } from "./alertmanager.ts";
import { BlackboxExporter } from "./blackbox.ts";
import { Collector } from "./collector.ts";
import { landDashboards, lastSignals } from "./dashboard-files.ts";
import { watchElsewhere } from "./elsewhere.ts";
import { Grafana } from "./grafana.ts";
import { Jaeger } from "./jaeger.ts";
import type { LogStore, LogStoreArgs } from "./log-store.ts";
import { Loki, type LokiArgs } from "./loki.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";
import { chosenFor, monitoringProblems } from "./monitoring-problems.ts";
import { Portal, portalSignals } from "./portal.ts";
import { Prometheus } from "./prometheus.ts";
import { PROMETHEUS_PORT } from "./prometheus-program.ts";
import { Promtail } from "./promtail.ts";
import { Tempo, type TempoArgs } from "./tempo.ts";
import type { TraceStore } from "./trace-store.ts";
import { VictoriaLogs } from "./victorialogs.ts";

/**
 * The observability plane: all that watches the sources.
 *
 * It takes whatever is {@link Observable} and knows no kinds.
 *
 * What runs on other hosts sends its metrics and logs here over TLS, through the one port that is opened for it.
 *
 * @throws pulumi.InputPropertiesError when two sources have a job of one name, a port is taken, there is no such log
 * agent or log store, the host can't have what is asked for, the pace asks for more frequent scrapes, what is kept is more
 * than the disk holds, an objective cannot be measured, a threshold makes no sense, or other hosts are not told where this
 * one is
 * @example
 * ```ts
 * const monitoring = new MonitoringStack("monitoring", { host, sources: [edge, postgres, catalog] });
 * export const urls = monitoring.urls;
 * ```
 */
export class MonitoringStack extends pulumi.ComponentResource {
  /** What asks all targets, and evaluates all rules. */
  readonly prometheus: Prometheus;
  /** The Alertmanagers, where anybody is to be notified. */
  readonly alertmanager: Alertmanager | undefined;
  /** Where the dashboards are, where there is a Grafana. */
  readonly grafana: Grafana | undefined;
  /** Where the logs are. */
  readonly logStore: LogStore;
  /** Where the traces are, where programs make spans. */
  readonly traceStore: TraceStore | undefined;
  /** The first page of the stack, where there is one. */
  readonly portal: Portal | undefined;
  /** What the portal is told: services, queries, alerts, the graph. No secret is in it. */
  readonly description: PortalDescription;
  /** The dashboards, the first page first: also where there is no Grafana that shows them. */
  readonly dashboards: readonly DashboardFile[];
  /** Where they are on the host, as files in folders: a Grafana of your own takes them as they are. */
  readonly dashboardsDirectory: string;
  /** URLs of its pages, by name. */
  readonly urls: Readonly<Record<string, string>>;
  /** What `npm run verify` has to know to prove that all of it works. No secret is in it. */
  readonly proof: Proof;
  /** How `npm run drill` tries each alert: an output of the stack, beside the proof. */
  readonly drills: DrillPlan;

  constructor(name: string, args: MonitoringStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:MonitoringStack", name, {}, opts);
    const {
      policies = [],
      pace: paceName = "steady",
      logAgent = "collector",
      hostLogs = false,
      thresholds = {},
    } = args;
    const { host, elsewhere = [], scrapeInterval = SCRAPE_INTERVAL } = args;
    const everywhere = [...args.sources, ...elsewhere.flatMap(({ sources }) => sources)];
    const sources = mergeSignals(everywhere.map(({ signals }) => signals));
    const { logStore, grafana } = chosenFor(args);
    const own = [
      ...OWN_SERVICES,
      logStore,
      logAgent,
      ...(grafana ? ["grafana"] : []),
      ...(args.portal === undefined ? [] : [PORTAL]),
    ];
    const services = [...own, ...servicesOf(everywhere)];
    const watchedNow = watchedServices(sources);
    const disk: RetentionFacts = {
      dataDisk: host.dataDisk,
      traced: host.tracing !== undefined,
      logStore,
      keptAlready: () => host.keptData("prometheus"),
      ...given({ scrapeInterval: args.scrapeInterval }),
    };
    const problems = monitoringProblems(args, { services, watched: watchedNow, disk });
    refuse(`monitoring ${JSON.stringify(name)}`, problems);
    const pace: Pace = PACES[paceName];
    const jobs = sources.scrapeJobs;
    const owners = ownersOf(jobs);
    const objectives = sloRules(policies, pace, watchedNow, owners);
    const shown = { pace, logStore, objectives: objectivesOf(policies) };
    // What the stack's own programs have rules and panels on is in the catalogue.
    const used = usedSeries(sources.ruleGroups, dashboardsOf([sources], shown));
    this.alertmanager =
      policies.length === 0
        ? undefined
        : new Alertmanager(
            "alertmanager",
            {
              host: args.host,
              policies,
              pace: paceName,
              thresholds,
              services,
              uses: everywhere.flatMap(({ signals }) => signals.uses ?? []),
              ...given({
                systems: args.systems,
                watchdog: args.watchdog,
                maintenance: args.maintenance,
                dependsOn: args.receiversDependOn,
                secrets: args.receiverSecrets,
                port: args.alertmanagerPort,
              }),
            },
            { parent: this },
          );
    const notified = this.alertmanager === undefined ? [] : [this.alertmanager];
    const kept = planRetention(args.retention ?? {}, disk);
    const common = { host, pace, thresholds, ...given({ protect: args.protect }) };
    this.logStore = this.#logStore(logStore, args, { ...common, ...kept.logs });
    this.traceStore = host.tracing && this.#traceStore(args, { ...common, retention: kept.traces.retention });
    const traces = this.traceStore && {
      store: this.traceStore.store,
      wait: TRACE_WAITS[paceName],
      keep: host.tracing?.ratio ?? 1,
      slowOf: slowAnswers(shown.objectives, sources.calls ?? [], SLOW),
    };
    const blackbox = new BlackboxExporter(
      "blackbox",
      { host, pace, thresholds, asks: args.sources.map((source) => source.signals) },
      { parent: this },
    );
    const prometheusAddress = host.address("prometheus", PROMETHEUS_PORT);
    const remote = watchElsewhere(
      {
        host,
        elsewhere,
        prometheus: prometheusAddress,
        logStore: this.logStore,
        logAgent,
        hostLogs,
        pace,
        thresholds,
        used,
        ...given({ address: args.gatewayAddress, port: args.gatewayPort, scrapeInterval: args.scrapeInterval }),
      },
      this,
    );
    const logs = { logStore: this.logStore, ...given({ hostLogs: hostLogs ? HOST_LOGS_SERVICE : undefined }) };
    const watched: readonly Observable[] = [
      ...notified,
      ...(args.portal === undefined ? [] : [{ signals: portalSignals(PORTAL, host) }]),
      this.logStore,
      blackbox,
      logAgent === "promtail"
        ? new Promtail("promtail", { host, ...logs }, { parent: this })
        : new Collector("collector", { host, pace, thresholds, ...logs, ...given({ traces }) }, { parent: this }),
      ...(this.traceStore === undefined ? [] : [this.traceStore]),
      ...host.sources({ pace, thresholds }, this),
      ...args.sources,
      ...remote.watched,
    ];
    const standard: Signals = {
      scrapeJobs: [],
      ruleGroups: [
        ...standardRules({ pace, owners, thresholds, logStore }),
        ...maintenanceRules(args.maintenance),
        ...objectives,
      ],
      dashboards: objectives.length === 0 ? [] : [sloDashboard],
    };
    const last = lastSignals({ pace, thresholds, grafana });
    this.dashboards = dashboardsOf([...watched.map(({ signals }) => signals), standard, last], shown);
    this.grafana = grafana ? this.#grafana(args, prometheusAddress) : undefined;
    this.dashboardsDirectory = this.grafana?.dashboardsDirectory ?? landDashboards(host, this.dashboards, this);
    const shownBy = this.grafana === undefined ? [] : [this.grafana];
    refuse(`monitoring ${JSON.stringify(name)}`, remote.problemsWith([...watched, ...shownBy]));
    this.prometheus = new Prometheus(
      "prometheus",
      {
        ...common,
        ...kept.metrics,
        signals: [standard, ...[...watched, ...shownBy].map(({ signals }) => signals)],
        dependsOn: [...watched, ...shownBy].filter((source) => pulumi.Resource.isInstance(source)),
        blackbox: blackbox.address,
        grafanaUrl: this.grafana?.pagesUrl ?? false,
        receives: elsewhere.length > 0,
        used,
        alertmanagers: notified.flatMap(({ addresses }) => addresses),
        resendAlerts: RESENDS[paceName],
        externalLabels: { stack: pulumi.getStack() },
        ...given({
          port: args.prometheusPort,
          scrapeInterval: args.scrapeInterval,
          evaluationInterval: pace.evaluation,
        }),
      },
      { parent: this },
    );
    const urls: ProofUrls = {
      ...given({ grafana: this.grafana?.url }),
      prometheus: this.prometheus.url,
      [logStore]: this.logStore.url,
      ...given({ alertmanager: this.alertmanager?.url }),
      ...(this.traceStore === undefined ? {} : { [this.traceStore.kind]: this.traceStore.url }),
    };
    const proofArgs: ProofArgs = {
      host,
      urls,
      policies,
      signals: [
        standard,
        ...[...watched, ...shownBy, this.prometheus, ...elsewhere.flatMap(({ sources }) => sources)].map(
          ({ signals }) => signals,
        ),
      ],
      systems: args.systems ?? {},
      datasources: this.grafana?.datasources ?? [],
      logStore,
      arrivals: args.arrivals ?? {},
      untold: args.untold ?? {},
      pace: paceName,
      scrapeInterval,
    };
    this.proof = proofOf(proofArgs);
    this.drills = drillsOf(proofArgs);
    const inside = (address: string): string => `http://${address}/`;
    this.description = describePortal({
      stack: this.proof.stack,
      silences: args.portal?.silences ?? false,
      signals: proofArgs.signals,
      dashboards: this.dashboards,
      systems: proofArgs.systems,
      monitoring: [...own, "jaeger", "tempo", "spans", "dead-mans-switch"],
      pace,
      scrapeInterval,
      maintenance: args.maintenance ?? [],
      asks: {
        prometheus: inside(prometheusAddress),
        alertmanagers: (this.alertmanager?.addresses ?? []).map(inside),
        logs: { kind: logStore, url: inside(this.logStore.address) },
        ...given({
          traces: this.traceStore && { kind: this.traceStore.kind, url: inside(this.traceStore.address) },
        }),
      },
      pages: { ...args.portal?.pages, ...urls },
      ...given({ grafanaUrl: this.grafana?.pagesUrl }),
    });
    this.portal =
      args.portal &&
      new Portal(
        PORTAL,
        {
          host,
          description: this.description,
          dependsOn: [this.prometheus],
          ...given({ port: args.portal.port, silences: args.portal.silences }),
        },
        { parent: this },
      );
    // Last: what has a page is declared before it.
    const names = given({ names: args.localNames });
    new Door("door", { host, ...names }, { parent: this });
    for (const { host: other } of elsewhere)
      new Door(`${other.name}-door`, { host: other, ...names }, { parent: this });
    this.urls = { ...given({ portal: this.portal?.url }), ...urls };
    this.registerOutputs({ urls: this.urls });
  }

  #logStore(
    kind: LogStoreKind,
    args: MonitoringStackArgs,
    common: LogStoreArgs & Pick<LokiArgs, "retention" | "disk">,
  ): LogStore {
    return kind === "loki"
      ? new Loki("loki", { ...common, ...given({ port: args.lokiPort }) }, { parent: this })
      : new VictoriaLogs("victorialogs", { ...common, ...given({ port: args.victorialogsPort }) }, { parent: this });
  }

  #grafana(args: MonitoringStackArgs, prometheus: string): Grafana {
    const { host, pace = "steady", thresholds = {} } = args;
    return new Grafana(
      "grafana",
      {
        ...{ host, pace: PACES[pace], thresholds, prometheus, dashboards: this.dashboards },
        prometheusPassword: host.scrapePassword().password,
        [this.logStore.kind]: this.logStore.address,
        ...(this.traceStore === undefined ? {} : { [this.traceStore.kind]: this.traceStore.address }),
        ...given({ port: args.grafanaPort, scrapeInterval: args.scrapeInterval, protect: args.protect }),
      },
      { parent: this },
    );
  }

  #traceStore({ traceStore = "jaeger", ...args }: MonitoringStackArgs, common: TempoArgs): TraceStore {
    return traceStore === "jaeger"
      ? new Jaeger("jaeger", { ...common, ...given({ port: args.jaegerPort }) }, { parent: this })
      : new Tempo("tempo", { ...common, ...given({ port: args.tempoPort }) }, { parent: this });
  }
}

/** Name of the portal. */
const PORTAL = "portal";

/** Services whose alerts every stack has: those of the monitoring itself. */
const OWN_SERVICES = ["monitoring", "alertmanager", "blackbox", "node", "containers", "prometheus"];

/** The services that have alerts: what is scraped, and what is asked from outside. */
function servicesOf(sources: readonly Observable[]): readonly string[] {
  const { scrapeJobs, probes = [] } = mergeSignals(sources.map(({ signals }) => signals));
  return [...new Set([...scrapeJobs.map(({ job }) => job), ...probes.map(({ name, service = name }) => service)])];
}

function objectivesOf(policies: readonly AlertPolicy[]): Readonly<Record<string, Objective>> {
  return Object.fromEntries(
    policies.flatMap(({ services = [], objective }) =>
      objective === undefined ? [] : services.map((service) => [service, objective]),
    ),
  );
}

type Given<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** What was given: an argument that is left out takes the default of the one who gets it. */
function given<T extends object>(args: T): Given<T> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as Given<T>;
}
