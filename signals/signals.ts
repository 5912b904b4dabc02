import type { Service } from "../services/service.ts";
import type { Fill } from "./fills/fill.ts";
import type { LogStoreKind } from "./log-stores.ts";
import type { MetricSource } from "./metrics/catalogue.ts";
import { PACES, type Pace, type RuleGroup } from "./rule-group.ts";
import { httpServiceRules } from "./rules/http-service.ts";
import { type RolloutRules, rolloutRules } from "./rules/rollout.ts";
import type { Objective } from "./slo/objective.ts";
import type { ServiceThresholds } from "./thresholds.ts";
import type { Use } from "./use.ts";

/** One job of Prometheus: all instances of one purpose. */
export interface ScrapeJob {
  /** Value of the `job` label: the service's name. */
  readonly job: string;
  /** The targets, each `host:port` as Prometheus reaches it. */
  readonly targets: readonly string[];
  /**
   * Those of the targets that run the candidate of a rollout: their series have the label `version="candidate"`, those of
   * the others `version="stable"`. A label `version` of a metric's own is `exported_version` then.
   *
   * @default - there is no rollout
   */
  readonly candidates?: readonly string[] | undefined;
  /** HTTP path of the metrics. @default "/metrics" */
  readonly path?: string;
  /** Whether the targets ask for a user and a password: the host's own for what is scraped. @default false */
  readonly signsIn?: boolean;
  /** Labels that every series of the job gets. @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /** Who looks after it: a team or a role. @default "platform" */
  readonly owner?: string | undefined;
  /** What of the metric catalogue it emits; nothing else of the catalogue is kept. @default - anything */
  readonly emits?: readonly MetricSource[] | undefined;
  /** Its own metrics that are kept though no rule and no panel uses them. @default [] */
  readonly metrics?: readonly string[];
  /** Series that one target may have, after what is not kept is gone. @default - those of what it emits */
  readonly seriesBudget?: number | undefined;
}

/** How blackbox_exporter asks a probe; each is a module in its configuration. */
export type ProbeModule = "http_2xx" | "tcp_connect" | "tls_certificate";

/** Something that is asked from outside, as a user would. */
export interface Probe {
  /** Name in kebab-case, the label `probe` of its metrics: `catalog`. */
  readonly name: string;
  /** Service that answers, the label `service`. @default - the probe's name */
  readonly service?: string;
  /** What is asked, as blackbox_exporter reaches it: `http://edge:8000/api/films`, or `host:port` for TCP and TLS. */
  readonly url: string;
  /** Host name that is asked for, where it is another one than the address has. @default - the address' own */
  readonly hostname?: string;
  /** How it is asked. @default "http_2xx" */
  readonly module?: ProbeModule;
  /**
   * How a visitor asks the same, and through which edge; and what the visitors of a drill ask for, where that is another
   * page, with `{n}` for another number each time.
   *
   * @default - nobody does
   */
  readonly visited?: { readonly url: string; readonly edge: string; readonly drilled?: string };
}

/** One program calls another one, or a store. */
export interface Call {
  /** Who calls. */
  readonly from: string;
  /** Who is called. */
  readonly to: string;
  /** What the caller calls that in its own metrics. @default - `<to>@file`, as Traefik with a file for each route */
  readonly as?: string;
  /** Whether the caller may divide its requests between two versions, which it calls by names of their own. @default false */
  readonly split?: boolean;
}

/** A dashboard as Grafana reads it. */
export interface DashboardFile {
  /** Stable name in addresses, unique in one Grafana: `http-service`. Also the file's name. */
  readonly uid: string;
  /** Title, as people see it. */
  readonly title: string;
  /** Folder in Grafana. @default - none */
  readonly folder?: string;
  /** The dashboard in Grafana's classic JSON. */
  readonly json: string;
}

/** What is known of a whole stack when its dashboards are made: all that is watched, as Prometheus gets it. */
export interface Watched extends Signals {
  readonly ruleGroups: readonly RuleGroup[];
  readonly probes: readonly Probe[];
  readonly traced: readonly string[];
  readonly calls: readonly Call[];
  /** How soon alerts see a change: the windows of recorded series. */
  readonly pace: Pace;
  /** The store that has the logs. */
  readonly logStore: LogStoreKind;
  /** What services owe their users, by job. */
  readonly objectives: Readonly<Record<string, Objective>>;
}

/**
 * A dashboard: one that is ready, or one that is made when the whole stack is known. Two jobs of one kind give the same
 * function, and the kind has one dashboard, on which the job is chosen.
 */
export type DashboardSource = DashboardFile | ((watched: Watched) => DashboardFile);

/** All that one part of the system emits. */
export interface Signals {
  /** Jobs that Prometheus scrapes. */
  readonly scrapeJobs: readonly ScrapeJob[];
  /** Recording and alerting rules. @default [] */
  readonly ruleGroups?: readonly RuleGroup[];
  /** What blackbox_exporter asks. @default [] */
  readonly probes?: readonly Probe[];
  /** Dashboards. @default [] */
  readonly dashboards?: readonly DashboardSource[];
  /** What it uses, so that an outage there mutes what its users feel. @default [] */
  readonly uses?: readonly Use[];
  /** Programs that make spans, by their `service.name`; they name traces in their lines, too. @default [] */
  readonly traced?: readonly string[];
  /** Who calls whom. @default [] */
  readonly calls?: readonly Call[];
  /** Addresses with `https://` whose certificate visitors see. @default [] */
  readonly secured?: readonly string[];
  /** What of it fills up: `npm run verify` looks how full it is. @default [] */
  readonly fills?: readonly Fill[];
}

/**
 * Whatever can be watched. `MonitoringStack` takes a list of these and knows no kinds: a new kind of service, store or
 * host is one new file that has this property.
 */
export interface Observable {
  /** What it emits. */
  readonly signals: Signals;
}

/** A candidate beside a service, as it is watched. */
export interface WatchedRollout extends Pick<RolloutRules, "weight" | "stable"> {
  /** The host names of the candidate's replicas in the monitoring network. */
  readonly candidates: readonly string[];
}

/**
 * The signals of a declared service, given the host names of its replicas in the monitoring network: its metrics, and
 * the rules on its requests. The rules are silent for a service without `http_request_duration_seconds`, and count both
 * versions of a rollout.
 *
 * @param rollout the candidate beside them. @default - there is no rollout
 * @throws DeclarationError with every threshold that makes no sense
 */
export function signalsOf(
  service: Service,
  instances: readonly string[],
  pace: Pace = PACES.steady,
  thresholds: ServiceThresholds = {},
  rollout?: WatchedRollout,
): Signals {
  const candidates = rollout?.candidates ?? [];
  if (service.metricsPath === false) return { scrapeJobs: [] };
  const targetsOf = (some: readonly string[]) =>
    some.map((instance) => `${instance}:${service.operationsPort ?? service.port}`);
  return {
    scrapeJobs: [
      {
        job: service.name,
        targets: targetsOf([...instances, ...candidates]),
        ...(candidates.length === 0 ? {} : { candidates: targetsOf(candidates) }),
        path: service.metricsPath,
        owner: service.owner,
        emits: ["http-service", "database-pool"],
        metrics: service.metrics,
        seriesBudget: service.seriesBudget,
      },
    ],
    ruleGroups: [
      httpServiceRules({ job: service.name, pace, owner: service.owner, thresholds }),
      ...(rollout === undefined ? [] : [rolloutRules({ job: service.name, pace, owner: service.owner, ...rollout })]),
    ],
  };
}

/** Who looks after the service of each job that names somebody. */
export function ownersOf(jobs: readonly ScrapeJob[]): Readonly<Record<string, string>> {
  return Object.fromEntries(jobs.flatMap(({ job, owner }) => (owner === undefined ? [] : [[job, owner]])));
}

/** All signals as one, in the order given. */
export function mergeSignals(all: readonly Signals[]): Required<Signals> {
  return {
    scrapeJobs: all.flatMap(({ scrapeJobs }) => scrapeJobs),
    ruleGroups: all.flatMap(({ ruleGroups }) => ruleGroups ?? []),
    probes: all.flatMap(({ probes }) => probes ?? []),
    dashboards: all.flatMap(({ dashboards }) => dashboards ?? []),
    uses: all.flatMap(({ uses }) => uses ?? []),
    traced: all.flatMap(({ traced }) => traced ?? []),
    calls: all.flatMap(({ calls }) => calls ?? []),
    secured: all.flatMap(({ secured }) => secured ?? []),
    fills: all.flatMap(({ fills }) => fills ?? []),
  };
}
