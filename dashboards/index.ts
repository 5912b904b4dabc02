import type { LogStoreKind } from "../signals/log-stores.ts";
import { PACES, type Pace } from "../signals/rule-group.ts";
import { type DashboardFile, type DashboardSource, mergeSignals, type Signals } from "../signals/signals.ts";
import type { Objective } from "../signals/slo/objective.ts";
import { monitoringDashboard } from "./monitoring.ts";
import { stackHome } from "./stack-home.ts";

/** The dashboards that every stack has, the first page first. What else is watched brings its own. */
const STANDARD: readonly DashboardSource[] = [stackHome, monitoringDashboard];

/**
 * The dashboards of a stack, the first page first: those that every stack has, and those of whatever is watched, each
 * once.
 *
 * @param watched the signals of all that Prometheus watches, with the rules that are the stack's own
 * @example
 * ```ts
 * const postgres = new Postgres("postgres", { host, databases: ["catalog"] });
 * new Grafana("grafana", { host, prometheus, dashboards: dashboardsOf([postgres.signals]) });
 * ```
 */
export function dashboardsOf(
  watched: readonly Signals[],
  stack: {
    /** How soon the stack's alerts see a change. @default PACES.steady */
    readonly pace?: Pace;
    /** The store that has the logs: panels ask it in its own language. @default "loki" */
    readonly logStore?: LogStoreKind;
    /** What services owe their users, by job. @default {} */
    readonly objectives?: Readonly<Record<string, Objective>>;
  } = {},
): readonly DashboardFile[] {
  const { pace = PACES.steady, logStore = "loki", objectives = {} } = stack;
  const all = mergeSignals(watched);
  const sources = new Set([...STANDARD, ...all.dashboards]);
  const watchedStack = { ...all, pace, logStore, objectives };
  return [...sources].map((source) => (typeof source === "function" ? source(watchedStack) : source));
}
