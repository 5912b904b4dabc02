import { DEFAULT_OWNER, isOwner, OWNER_ALLOWED } from "../services/owner.ts";
import { refuseIf } from "../services/problems.ts";
import type { DashboardLink } from "./dashboard-link.ts";
import { type AlertingRule, PACES, type Pace, type RecordingRule, type RuleGroup } from "./rule-group.ts";
import type { StoreKindName } from "./stores/index.ts";
import {
  type Limit,
  limitsFrom,
  type Overrides,
  refuseThresholds,
  showLimit,
  type ThresholdTable,
} from "./threshold.ts";

/** What every pack of rules takes. */
export interface PackArgs<Table extends ThresholdTable = Record<never, never>> {
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace | undefined;
  /** Who looks after what it watches: a team or a role. @default "platform" */
  readonly owner?: string | undefined;
  /** Other numbers for its alerts. @default - those of its table */
  readonly thresholds?: Overrides<Table> | undefined;
}

/** What a pack about one job takes. */
export interface JobPackArgs<Table extends ThresholdTable = Record<never, never>> extends PackArgs<Table> {
  /** The `job` label of what it watches: its name. */
  readonly job: string;
}

/** What a pack about many services takes besides. */
export interface OwnedServices {
  /** Service to who looks after it, where that is somebody else. @default {} */
  readonly owners?: Readonly<Record<string, string>>;
}

/** An alert of a pack, but for what all alerts of the pack share. */
export type PackAlert = Omit<AlertingRule, "owner" | "dashboard"> & Partial<Pick<AlertingRule, "owner" | "dashboard">>;

/** An alert of a pack, but for what follows from its limit. */
export type LimitedAlert = Omit<PackAlert, "alert" | "severity" | "limit">;

/** What a pack is made of. */
export type PackRule = RecordingRule | PackAlert;

/** A limit, and how people read it. */
export interface ShownLimit extends Limit {
  /** The number with its unit: `5%`. */
  readonly text: string;
}

/** Makes the alerts of a pack that have a threshold: one for each of its levels. */
export type AlertsAt<Table extends ThresholdTable> = (
  alert: keyof Table & string,
  rule: (limit: ShownLimit) => LimitedAlert,
) => readonly PackAlert[];

/** What the alerts about one job are made with. */
export interface JobAlerts<Table extends ThresholdTable> {
  /** The `job` label of what they watch. */
  readonly job: string;
  /** PromQL selector of its series, with its braces. */
  readonly selector: string;
  /** How soon they see a change. */
  readonly pace: Pace;
  /** Makes those that have a threshold. */
  readonly at: AlertsAt<Table>;
}

/** What all alerts of a pack share. */
export type PackFacts = (NamedPack | JobPack) & {
  /** Who looks after what it watches. @default "platform" */
  readonly owner?: string | undefined;
  /** The dashboard that shows it. */
  readonly dashboard: DashboardLink;
};

/** A pack about no one job. */
interface NamedPack {
  /** Name of the group: `targets`. */
  readonly name: string;
}

/** A pack about one job: its group is called `<job>.<pack>`. */
interface JobPack {
  /** The `job` label of what it watches. */
  readonly job: string;
  /** What the pack is called: `postgres`, `http`. */
  readonly pack: string;
}

/**
 * A group of rules, each alert with its owner and its dashboard.
 *
 * @throws DeclarationError when the owner is none
 * @example
 * ```ts
 * rulePack({ name: "queue", owner: "mail", dashboard: { uid: "stack-home" } }, [recording, alert]);
 * ```
 */
export function rulePack(facts: PackFacts, rules: readonly PackRule[]): RuleGroup {
  const { owner = DEFAULT_OWNER, dashboard } = facts;
  const about = "job" in facts ? { job: facts.job, pack: facts.pack } : undefined;
  const name = "job" in facts ? `${facts.job}.${facts.pack}` : facts.name;
  const wrong = { property: "owner", given: owner, allowed: OWNER_ALLOWED };
  refuseIf(`the rules ${JSON.stringify(name)}`, isOwner(owner) || owner.startsWith("{{") ? [] : [wrong]);
  const complete = (rule: PackRule): RecordingRule | AlertingRule =>
    "alert" in rule ? { owner, dashboard, ...rule } : rule;
  return { name, ...(about === undefined ? {} : { about }), rules: rules.map(complete) };
}

/**
 * The rules of one store: the group is `<job>.<kind>`, and its alerts point to the page of the kind.
 *
 * @throws DeclarationError when the owner is none
 * @example
 * ```ts
 * storePack("redis", { job: "sessions" }, [alert]);
 * ```
 */
export function storePack(
  kind: StoreKindName,
  { job, owner }: Pick<JobPackArgs, "job" | "owner">,
  rules: readonly PackRule[],
): RuleGroup {
  return rulePack({ job, pack: kind, owner, dashboard: { uid: kind, variables: { job } } }, rules);
}

/**
 * Makes the alerts of a pack that have a threshold: one for each of its levels.
 *
 * @param subject whose thresholds they are, for the error
 * @throws DeclarationError with every threshold that makes no sense
 * @example
 * ```ts
 * const at = alertsAt("the queue", QUEUE_THRESHOLDS, { QueueLong: { warning: 50 } });
 * const rules = at("QueueLong", ({ value }) => ({ expr: `queue_jobs > ${value}`, for: "5m", kind: "cause", summary, description }));
 * ```
 */
export function alertsAt<Table extends ThresholdTable>(
  subject: string,
  table: Table,
  overrides: Overrides<Table> | undefined = {},
): AlertsAt<Table> {
  refuseThresholds(`the thresholds of ${subject}`, table, overrides);
  return (alert, rule) =>
    limitsFrom(table, alert, overrides).map((limit) => {
      const { severity } = limit;
      return { alert, severity, limit, ...rule({ ...limit, text: showLimit(limit) }) };
    });
}

/**
 * What the alerts about one job are made with, so that a pack can be made of groups of them.
 *
 * @throws DeclarationError with every threshold that makes no sense
 * @example
 * ```ts
 * const { at, pace, selector } = jobAlerts(REDIS_THRESHOLDS, { job: "sessions" });
 * ```
 */
export function jobAlerts<Table extends ThresholdTable>(table: Table, args: JobPackArgs<Table>): JobAlerts<Table> {
  const { job, pace = PACES.steady, thresholds } = args;
  return { job, selector: `{job="${job}"}`, pace, at: alertsAt(JSON.stringify(job), table, thresholds) };
}

/**
 * Who looks after an alert whose label names the service: text that Prometheus fills in.
 *
 * @param label the label that has the service's name
 * @param owners service to its owner
 * @param otherwise who looks after all others
 */
export function ownerBy(
  label: "job" | "service",
  owners: Readonly<Record<string, string>>,
  otherwise: string = DEFAULT_OWNER,
): string {
  const teams = [...new Set(Object.values(owners))].filter((owner) => owner !== otherwise).sort();
  if (teams.length === 0) return otherwise;
  const arms = teams.map((team, index) => {
    const services = Object.keys(owners).filter((service) => owners[service] === team);
    const names = services.map((service) => JSON.stringify(service)).join(" ");
    return `{{ ${index === 0 ? "if" : "else if"} eq $labels.${label} ${names} }}${team}`;
  });
  return `${arms.join("")}{{ else }}${otherwise}{{ end }}`;
}
