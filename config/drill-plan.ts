import { given } from "../services/given.ts";
import { toSeconds } from "../services/units.ts";
import { type AlertPolicySpec, recipientsOf } from "../signals/alert-policy.ts";
import { type FaultDrill, isDrillable } from "../signals/drill.ts";
import type { Bounds, DrillPlan, PlannedAlert } from "../signals/drill-plan.ts";
import type { AnyService } from "../signals/faults/containers.ts";
import { placedFault, subjectOf } from "../signals/faults/index.ts";
import {
  type AlertingRule,
  isAlertingRule,
  PACES,
  type Pace,
  type PaceName,
  type RuleGroup,
} from "../signals/rule-group.ts";
import type { Probe, ScrapeJob } from "../signals/signals.ts";
import { type Use, usersOf } from "../signals/use.ts";
import { type Systems, servicesOf } from "./alertmanager-routes.ts";
import { GROUPINGS, SYMPTOM_WAITS } from "./alertmanager-settings.ts";

/** What a plan is made from. */
export interface DrillPlanArgs {
  /** The rules that are deployed. */
  readonly ruleGroups: readonly RuleGroup[];
  /** What is scraped. */
  readonly scrapeJobs: readonly ScrapeJob[];
  /** What is asked from outside. */
  readonly probes: readonly Probe[];
  /** Who uses what. */
  readonly uses: readonly Use[];
  /** Who hears of what. */
  readonly policies: readonly AlertPolicySpec[];
  /** The services of each system, by its name. */
  readonly systems: Systems;
  /** How soon alerts are told. */
  readonly pace: PaceName;
  /** Time between two scrapes, and two evaluations where the pace has no other, in seconds. */
  readonly scrapeSeconds: number;
}

/** Seconds that a notice takes besides what it waits on purpose: the way to two Alertmanagers, one of which tells. */
export const DELIVERY_SECONDS = 3;

/**
 * How every alert of a deployment is drilled, with the bounds that follow from what is declared:
 *
 * - detect: what the fault takes to be seen + a scrape and an evaluation for each step + the time that the query looks
 *   back + `for`
 * - notify: the wait of the group, longer for a symptom that something may mute + a delivery
 * - resolve: what the repair takes + a scrape + the time that the query looks back + an evaluation + `keepFiringFor` +
 *   the interval of the group + a delivery
 */
export function planDrills(args: DrillPlanArgs): DrillPlan {
  const users = Object.fromEntries(usersOf(args.uses).map(({ on, services }) => [on, services]));
  const alerts = args.ruleGroups.flatMap((group) =>
    group.rules.filter(isAlertingRule).map((rule) => planAlert(rule, group, args, users)),
  );
  return { alerts, users };
}

function planAlert(rule: AlertingRule, group: RuleGroup, args: DrillPlanArgs, users: DrillPlan["users"]): PlannedAlert {
  const { alert, severity, kind, drill } = rule;
  const fixed = Object.fromEntries(Object.entries(rule.labels ?? {}).filter(([, value]) => !value.includes("{{")));
  const facts = { alert, severity, kind };
  const none = { receivers: [], mutes: [], symptomSeconds: 0, bounds: boundsOf(rule, group, args, undefined) };
  if (!isDrillable(drill)) return { ...facts, labels: fixed, ...none, undrillable: drill.undrillable };
  const subject = subjectOf(drill.fault);
  const chosen = typeof subject === "object" ? anyService(subject, args, users) : subject;
  if (typeof subject === "object" && chosen === undefined) {
    return { ...facts, labels: fixed, ...none, undrillable: WITHOUT[subject.any] };
  }
  const fault = placedFault(drill.fault, () => chosen ?? "");
  const service = drill.service ?? fixed.service ?? chosen;
  const labels = { ...fixed, ...given({ service }) };
  const policy = policyOf(service, args);
  const whom = drill.visited === true ? chosen : drill.visited;
  const asked = args.probes.find((probe) => serviceOf(probe) === whom);
  const visited = asked?.visited?.drilled ?? asked?.visited?.url;
  return {
    ...facts,
    labels,
    fault,
    ...given({ visited }),
    ...(visited === undefined || asked?.hostname === undefined ? {} : { hostname: asked.hostname }),
    ...(drill.alone === true ? { alone: true } : {}),
    ...given({ deafens: drill.deafens }),
    receivers:
      severity === "none" || policy === undefined ? [] : recipientsOf(policy, severity).map(({ to }) => to.name),
    mutes: kind === "outage" && severity === "critical" && service !== undefined ? (users[service] ?? []) : [],
    symptomSeconds: toSeconds(SYMPTOM_WAITS[args.pace] ?? "0s") ?? 0,
    bounds: boundsOf(rule, group, args, policy, drill),
  };
}

const WITHOUT = {
  service: "No service of this stack is reached through the edge.",
  replicated: "No service of this stack has several replicas, and no rollout.",
} as const;

function anyService({ any }: AnyService, args: DrillPlanArgs, users: DrillPlan["users"]): string | undefined {
  const routed = args.probes.filter(({ visited }) => visited !== undefined).map(serviceOf);
  const jobs = args.scrapeJobs.filter(
    // The last of two versions may be one that gets no requests: its end is nothing that anybody feels.
    ({ job, targets, candidates = [] }) =>
      routed.includes(job) && (any === "service" || (candidates.length === 0 && targets.length > 1)),
  );
  // Best one whose outage is felt by no other, and that needs nothing itself.
  const rank = ({ job }: ScrapeJob) =>
    (users[job]?.length ?? 0) + args.uses.filter(({ service }) => service === job).length;
  return [...jobs].filter(({ emits = [] }) => emits.includes("http-service")).sort((a, b) => rank(a) - rank(b))[0]?.job;
}

const serviceOf = ({ name, service = name }: Probe): string => service;

function policyOf(service: string | undefined, { policies, systems }: DrillPlanArgs): AlertPolicySpec | undefined {
  const about = (policy: AlertPolicySpec) =>
    service !== undefined && servicesOf(policy, systems)?.includes(service) === true;
  return (
    policies.find((policy) => policy.services !== undefined && about(policy)) ??
    policies.find((policy) => policy.system !== undefined && about(policy)) ??
    policies.find((policy) => policy.services === undefined && policy.system === undefined)
  );
}

function boundsOf(
  rule: AlertingRule,
  group: RuleGroup,
  { ruleGroups, uses, pace, scrapeSeconds }: DrillPlanArgs,
  policy: AlertPolicySpec | undefined,
  drill?: FaultDrill,
): Bounds {
  const { wait, interval } = { ...GROUPINGS[pace], ...policy?.grouping };
  const symptomWait = rule.kind === "symptom" && uses.length > 0 ? SYMPTOM_WAITS[pace] : undefined;
  const own: Pace = PACES[pace];
  const evaluated = group.interval ?? own.evaluation;
  const evaluation = evaluated === undefined ? scrapeSeconds : seconds(evaluated);
  const range = longestRange(rule.expr, ruleGroups);
  const look = scrapeSeconds + evaluation;
  const steps = drill?.steps ?? 1;
  const within = drill?.within === undefined ? range : seconds(drill.within);
  return {
    detect: seconds(drill?.takes ?? "0s") + steps * look + within + seconds(rule.for),
    notify: seconds(symptomWait ?? wait) + DELIVERY_SECONDS,
    resolve:
      seconds(drill?.recovers ?? "30s") +
      look +
      range +
      seconds(rule.keepFiringFor ?? "0s") +
      seconds(interval) +
      DELIVERY_SECONDS,
  };
}

/** How far a query looks back, in seconds, through what other rules record, too. */
export function longestRange(expr: string, groups: readonly RuleGroup[]): number {
  const own = [...expr.matchAll(/\[(\w+)(?::[^\]]*)?\]/g)].map(([, range = ""]) => seconds(range));
  const recorded = groups
    .flatMap(({ rules }) => rules)
    .flatMap((rule) => ("record" in rule && expr.includes(rule.record) ? [longestRange(rule.expr, groups)] : []));
  return Math.max(0, ...own, ...recorded);
}

const seconds = (duration: string): number => toSeconds(duration) ?? 0;
