import { GROUPINGS } from "../../config/alertmanager-settings.ts";
import { TRACE_WAITS } from "../../config/collector-traces.ts";
import { planDrills } from "../../config/drill-plan.ts";
import { PROBE_JOB } from "../../config/prometheus.ts";
import { toSeconds } from "../../services/units.ts";
import type { AlertPolicySpec } from "../../signals/alert-policy.ts";
import type { DrillPlan } from "../../signals/drill-plan.ts";
import type { Fill } from "../../signals/fills/fill.ts";
import type { LogStoreKind } from "../../signals/log-stores.ts";
import { type Arrivals, type Proof, type ProofUrls, proofReceivers } from "../../signals/proof.ts";
import type { PaceName } from "../../signals/rule-group.ts";
import { scrapeSeconds } from "../../signals/scrape-interval.ts";
import { mergeSignals, type Signals } from "../../signals/signals.ts";
import { stackLabel } from "../platform/stack.ts";
import type { Platform } from "./platform.ts";

/** What a proof is made from. */
export interface ProofArgs {
  /** The host of the monitoring. */
  readonly host: Platform;
  /** Everything that is watched. */
  readonly signals: readonly Signals[];
  /** The URLs. */
  readonly urls: ProofUrls;
  /** Grafana's datasources; none where there is no Grafana. */
  readonly datasources: Proof["datasources"];
  /** What keeps the logs. */
  readonly logStore: LogStoreKind;
  /** Who hears of what. */
  readonly policies: readonly AlertPolicySpec[];
  /** Where it can be seen what a receiver got, by its name. */
  readonly arrivals: Readonly<Record<string, Arrivals>>;
  /** Why nobody is meant to hear of something. */
  readonly untold: Readonly<Record<string, string>>;
  /** The services of each system, by its name. */
  readonly systems: Readonly<Record<string, readonly string[]>>;
  /** How soon alerts are told. */
  readonly pace: PaceName;
  /** Time between two scrapes. */
  readonly scrapeInterval: string;
}

/** An Alertmanager waits this long for each one before it in line: its own default. */
const PEER_SECONDS = 15;

/** What has to be known of a deployment to prove that it works. */
export function proofOf(args: ProofArgs): Proof {
  const { scrapeJobs, ruleGroups = [], probes = [], ...seen } = mergeSignals(args.signals);
  const waits = [{}, ...args.policies].map(
    ({ grouping }: Pick<AlertPolicySpec, "grouping">) => toSeconds(grouping?.wait ?? GROUPINGS[args.pace].wait) ?? 0,
  );
  const targets = scrapeJobs.map((job) => [job.job, job.targets.length] as const);
  return {
    stack: stackLabel(),
    prefix: args.host.prefix,
    pace: args.pace,
    scrapeSeconds: scrapeSeconds(args.scrapeInterval),
    traceSeconds: toSeconds(TRACE_WAITS[args.pace]) ?? 10,
    noticeSeconds: Math.max(...waits) + PEER_SECONDS,
    urls: args.urls,
    logStore: args.logStore,
    datasources: args.datasources,
    jobs: Object.fromEntries([...targets, ...(probes.length === 0 ? [] : [[PROBE_JOB, probes.length] as const])]),
    ruleGroups: [...new Set(ruleGroups.map(({ name }) => name))],
    probes: probes.map(({ name }) => name),
    routes: probes.flatMap(({ name, service = name, hostname, visited }) =>
      visited === undefined
        ? []
        : [{ name, service, url: visited.url, edge: visited.edge, ...(hostname === undefined ? {} : { hostname }) }],
    ),
    traced: seen.traced ?? [],
    calls: seen.calls ?? [],
    secured: seen.secured ?? [],
    fills: eachOnce(seen.fills ?? []),
    receivers: proofReceivers(args.policies, args.arrivals, args.systems),
    ...(Object.keys(args.untold).length === 0 ? {} : { untold: args.untold }),
  };
}

/** What a host's agent hands on is also what is on that host declares. */
function eachOnce(fills: readonly Fill[]): readonly Fill[] {
  return [...new Map(fills.map((fill) => [`${fill.what} ${fill.job}`, fill])).values()];
}

/** How every alert of a deployment is drilled. */
export function drillsOf(args: ProofArgs): DrillPlan {
  const { scrapeJobs, ruleGroups, probes, uses } = mergeSignals(args.signals);
  const { policies, systems, pace } = args;
  return planDrills({
    scrapeJobs,
    ruleGroups,
    probes,
    uses,
    policies,
    systems,
    pace,
    scrapeSeconds: scrapeSeconds(args.scrapeInterval),
  });
}
