/** What a fault takes for itself, so that no other drill is disturbed by it or disturbs it. */

import { given } from "../../services/given.ts";
import type { DrillPlan, PlannedAlert } from "../../signals/drill-plan.ts";
import { type Fault, subjectOf } from "../../signals/faults/index.ts";

/** Something that a drill needs: for itself, or as one of several that leave it as it is. */
export interface Claim {
  /** A component; `"*"` is the whole stack. */
  readonly name: string;
  /** Whether others may have it, too. @default false */
  readonly shared?: boolean;
}

/** One fault, and all alerts that tell of it. */
export interface Exercise {
  /** A short name, which is also that of its helpers. */
  readonly id: string;
  /** What is done; the same for all of its alerts. */
  readonly fault: Fault;
  /** The alerts that are awaited, each with its own bounds. */
  readonly alerts: readonly PlannedAlert[];
  /** What it needs for itself, or shares, while it lasts. */
  readonly claims: readonly Claim[];
  /** Whether nothing else may be drilled meanwhile. */
  readonly alone: boolean;
  /** What visitors ask for meanwhile. */
  readonly visited?: string;
  /** The host name that they ask for. @default - that of the address */
  readonly hostname?: string;
}

/**
 * Alerts that tell of the same fault are one exercise: it is done once, and all of them are awaited.
 *
 * @param alerts those that are to be drilled, each with its fault
 * @param users who feels it when a component is away
 * @param routed services that visitors reach through the edge
 */
export function exercisesOf(
  alerts: readonly PlannedAlert[],
  users: DrillPlan["users"],
  routed: readonly string[] = [],
): readonly Exercise[] {
  const groups = new Map<string, PlannedAlert[]>();
  for (const alert of alerts) {
    const key = JSON.stringify(alert.fault);
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  // What mutes others first, while nothing is left of their own drills. Then the longest: what needs the same things one
  // after the other is over soonest so.
  const ordered = [...groups.values()].sort((a, b) => Number(mutes(b)) - Number(mutes(a)) || longest(b) - longest(a));
  return ordered.flatMap((group, index) => {
    const [first] = group;
    if (first?.fault === undefined) return [];
    const { visited, hostname } = group.find((alert) => alert.visited !== undefined) ?? {};
    const alone = group.some((alert) => alert.alone === true);
    return [
      {
        id: `${index + 1}`,
        fault: first.fault,
        alerts: group,
        claims: alone ? [{ name: EVERYTHING }] : claimsOf(first.fault, group, users, routed),
        alone,
        ...given({ visited }),
        ...given({ hostname }),
      },
    ];
  });
}

const mutes = (alerts: readonly PlannedAlert[]): boolean => alerts.some((alert) => alert.mutes.length > 0);

function longest(alerts: readonly PlannedAlert[]): number {
  return Math.max(...alerts.map(({ bounds }) => bounds.detect + bounds.notify + bounds.resolve));
}

const EVERYTHING = "*";

function claimsOf(
  fault: Fault,
  alerts: readonly PlannedAlert[],
  users: DrillPlan["users"],
  routed: readonly string[],
): readonly Claim[] {
  // Nothing else is about it, and nothing fails by it; only as a warning it is muted by what is critical of the edge.
  if (fault.kind === "certificate" && alerts.every(({ severity }) => severity === "critical"))
    return [{ name: "certificate" }];
  const subject = subjectOf(fault);
  const own = typeof subject === "string" ? [subject, ...(users[subject] ?? [])] : [];
  const told = alerts.flatMap(({ labels }) => labels.service ?? []);
  const alone = new Set([...own, ...told.filter((service) => !isRead(fault, service))]);
  const claims: Claim[] = [...alone].map((name) => ({ name }));
  // Errors of one service are a share of what the edge counts: others may add theirs, unless it is the edge's own alert.
  if (!alone.has(EDGE) && routed.some((service) => alone.has(service))) claims.push({ name: EDGE, shared: true });
  return claims;
}

const EDGE = "edge";

// What only counts what was done to somebody else goes on as ever.
function isRead(fault: Fault, service: string): boolean {
  return subjectOf(fault) !== service && service === "prometheus";
}

/** Whether two lists of claims get along. */
export function agree(one: readonly Claim[], other: readonly Claim[]): boolean {
  const all = (claims: readonly Claim[]) => claims.some(({ name }) => name === EVERYTHING);
  if (all(one) || all(other)) return false;
  return !one.some((a) => other.some((b) => a.name === b.name && !(a.shared === true && b.shared === true)));
}

/**
 * Which exercises may begin now: in their order, each that disturbs none that runs and none that was begun with it.
 * Those that need the whole stack wait for the end of all others, so that they hold nobody up.
 *
 * @param most how many may run at once
 */
export function startable(
  waiting: readonly Exercise[],
  running: readonly Exercise[],
  most: number,
): readonly Exercise[] {
  const begun: Exercise[] = [...running];
  for (const exercise of [...waiting].sort((a, b) => Number(a.alone) - Number(b.alone))) {
    if (begun.length >= most) break;
    if (exercise.alone && waiting.some(({ alone }) => !alone)) continue;
    if (begun.every(({ claims }) => agree(claims, exercise.claims))) begun.push(exercise);
  }
  return begun.slice(running.length);
}
