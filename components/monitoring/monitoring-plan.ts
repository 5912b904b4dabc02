/** What a stack of monitoring will be, as data: decided and checked before anything of it is made. */

import { TRACE_WAITS } from "../../config/collector-traces.ts";
import { planRetention, type RetentionFacts, type RetentionPlan } from "../../config/retention.ts";
import { dashboardsOf } from "../../dashboards/index.ts";
import { sloDashboard } from "../../dashboards/slo.ts";
import { given } from "../../services/given.ts";
import type { AlertPolicySpec } from "../../signals/alert-policy.ts";
import { maintenanceRules } from "../../signals/maintenance-series.ts";
import { usedSeries } from "../../signals/metrics/used.ts";
import { PACES, type Pace, type PaceName } from "../../signals/rule-group.ts";
import { SCRAPE_INTERVAL } from "../../signals/scrape-interval.ts";
import { type DashboardFile, mergeSignals, type Observable, ownersOf, type Signals } from "../../signals/signals.ts";
import { watchedServices } from "../../signals/slo/measured.ts";
import type { Objective } from "../../signals/slo/objective.ts";
import { sloRules } from "../../signals/slo/rules.ts";
import { standardRules } from "../../signals/standard-rules.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import { refuse, refusing } from "../platform/refuse.ts";
import { specOf } from "./alert-policy.ts";
import { grafanaSignals } from "./grafana.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";
import { type MonitoringNames, prefixOf } from "./monitoring-names.ts";
import { type ChosenParts, type NamedParts, partsOf } from "./monitoring-parts.ts";
import { monitoringProblems } from "./monitoring-problems.ts";
import { portalSignals } from "./portal.ts";
import { prometheusSignals } from "./prometheus.ts";
import { type Watch, watchesOf } from "./who-watches.ts";

/** What a stack of monitoring will be. */
export interface MonitoringPlan extends NamedParts {
  /** How soon alerts see a change. */
  readonly pace: Pace;
  /** The same by its name. */
  readonly paceName: PaceName;
  /** Time between two scrapes. */
  readonly scrapeInterval: string;
  /** Other numbers for the alerts. */
  readonly thresholds: StackThresholds;
  /** Who hears of what. */
  readonly policies: readonly AlertPolicySpec[];
  /** What is promised to users, by service. */
  readonly objectives: Readonly<Record<string, Objective>>;
  /** How long each store keeps what it gets, and how much of the disk is for it. */
  readonly retention: RetentionPlan;
  /** Every service that has alerts: those of the stack's own programs, and those that it watches. */
  readonly services: readonly string[];
  /** Who scrapes what: the Prometheus of the stack, and one on each other host. */
  readonly watches: readonly Watch[];
  /** The rules of the stack as a whole: targets, containers, probes, the paths of alerts and logs, objectives. */
  readonly standard: Signals;
  /** The signals of what is made after the dashboards, which have its rules. */
  readonly own: { readonly prometheus: Signals; readonly grafana?: Signals; readonly portal?: Signals };
  /** Series that rules and panels name. */
  readonly used: readonly string[];
  /** How long the spans of a trace are awaited. */
  readonly traceWait: (typeof TRACE_WAITS)[PaceName];
}

/**
 * Plans a stack of monitoring: which programs, their names, who watches whom, rules, objectives, and how the disk is
 * divided. Nothing is made, and nothing is written down anywhere.
 *
 * @throws pulumi.InputPropertiesError with everything that is wrong with the arguments
 * @example
 * ```ts
 * planMonitoring("monitoring", { host, sources: [edge, catalog] }).names.prometheus; // "prometheus"
 * ```
 */
export function planMonitoring(name: string, args: MonitoringStackArgs): MonitoringPlan {
  const { host, pace: paceName = "steady", thresholds = {}, scrapeInterval = SCRAPE_INTERVAL } = args;
  const prefix = args.prefix ?? prefixOf(name);
  const policies = (args.policies ?? []).map(specOf);
  const named = partsOf(args, prefix);
  const { names, parts } = named;
  const sources = mergeSignals(watchedBy(args).map(({ signals }) => signals));
  const watches = watchesOf(args, named);
  const services = servicesOf(args, watches);
  const measured = watchedServices(sources);
  const disk: RetentionFacts = {
    dataDisk: host.dataDisk,
    traced: parts.traceStore !== undefined,
    logStore: parts.logStore,
    keptAlready: () => host.keptData(names.prometheus),
    ...given({ scrapeInterval: args.scrapeInterval }),
  };
  const facts = { ...named, name, policies, services, watches, watched: measured, disk };
  refuse(`monitoring ${JSON.stringify(name)}`, monitoringProblems(args, facts));
  const pace: Pace = PACES[paceName];
  const owners = ownersOf(sources.scrapeJobs);
  const objectives = objectivesOf(policies);
  const ofObjectives = sloRules(policies, pace, measured, owners);
  const shown = { pace, logStore: parts.logStore, objectives };
  return {
    ...named,
    ...{ pace, paceName, scrapeInterval, thresholds, policies, objectives, services, watches },
    retention: planRetention(args.retention ?? {}, disk),
    standard: {
      scrapeJobs: [],
      ruleGroups: [
        ...standardRules({ pace, owners, thresholds, logStore: parts.logStore, watchers: names }),
        ...maintenanceRules(args.maintenance),
        ...ofObjectives,
      ],
      dashboards: ofObjectives.length === 0 ? [] : [sloDashboard],
    },
    own: ownSignals(args, names, parts, { pace, thresholds }),
    // What the stack's own programs have rules and panels on is in the catalogue.
    used: usedSeries(sources.ruleGroups, dashboardsOf([sources], shown)),
    traceWait: TRACE_WAITS[paceName],
  };
}

/**
 * The dashboards of a stack, the first page first.
 *
 * @param watched all that it watches and is made already
 */
export function planDashboards(plan: MonitoringPlan, watched: readonly Observable[]): readonly DashboardFile[] {
  const { pace, objectives, own, standard, parts } = plan;
  // They are not scraped when it is decided which jobs have a page.
  const rulesOf = ({ ruleGroups = [] }: Signals): Signals => ({ scrapeJobs: [], ruleGroups });
  const last = [own.prometheus, ...(own.grafana === undefined ? [] : [own.grafana])].map(rulesOf);
  const all = [...watched.map(({ signals }) => signals), standard, ...last];
  return dashboardsOf(all, { pace, logStore: parts.logStore, objectives });
}

/** Everything that is handed to a stack, on whichever host. */
export function watchedBy({ sources, elsewhere = [] }: MonitoringStackArgs): readonly Observable[] {
  return [...sources, ...elsewhere.flatMap((each) => each.sources)];
}

function ownSignals(
  { host }: MonitoringStackArgs,
  names: MonitoringNames,
  parts: ChosenParts,
  settings: { readonly pace: Pace; readonly thresholds: StackThresholds },
): MonitoringPlan["own"] {
  return {
    prometheus: refusing(() => prometheusSignals(names.prometheus, { ...settings, node: names.node })),
    ...(parts.grafana ? { grafana: refusing(() => grafanaSignals(names.grafana, host, settings)) } : {}),
    ...(parts.portal ? { portal: portalSignals(names.portal, host) } : {}),
  };
}

/** The services that have alerts: what is scraped, and what is asked from outside. */
function servicesOf(args: MonitoringStackArgs, watches: readonly Watch[]): readonly string[] {
  const { probes = [] } = mergeSignals(watchedBy(args).map(({ signals }) => signals));
  const asked = probes.map(({ name, service = name }) => service);
  return [
    ...new Set([WHOLE, ...watches.flatMap(({ own, sources, probes: its }) => [...own, ...its, ...sources]), ...asked]),
  ];
}

/** The service of alerts on the monitoring as a whole. */
const WHOLE = "monitoring";

function objectivesOf(policies: readonly AlertPolicySpec[]): Readonly<Record<string, Objective>> {
  return Object.fromEntries(
    policies.flatMap(({ services = [], objective }) =>
      objective === undefined ? [] : services.map((service) => [service, objective]),
    ),
  );
}
