import type { Duration } from "../services/units.ts";
import type { DashboardLink } from "./dashboard-link.ts";
import type { Drill } from "./drill.ts";
import type { Severity } from "./severity.ts";
import { FAST_WINDOWS, INSTANT_WINDOWS, type SloWindows, STEADY_WINDOWS } from "./slo/windows.ts";
import type { Limit } from "./threshold.ts";

/**
 * What an alert is about, by which one mutes another: a service that does not answer as a whole (`outage`), what its
 * users feel (`symptom`), something inside that wants a remedy of its own (`cause`), or (`none`) the Watchdog.
 */
export type AlertKind = "outage" | "symptom" | "cause" | "none";

/** Every kind of alert. */
export const ALERT_KINDS: readonly AlertKind[] = ["outage", "symptom", "cause", "none"];

/** A query that Prometheus answers at each evaluation and keeps as a series of its own. */
export interface RecordingRule {
  /** Name of the new series, `level:metric:operations`: `job:http_requests:rate5m`. */
  readonly record: string;
  /** The query, in PromQL. */
  readonly expr: string;
  /** Labels that the new series gets. @default {} */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A condition that somebody must hear of. */
export interface AlertingRule {
  /** Name in CamelCase; `docs/runbooks/<alert>.md` says what to do. */
  readonly alert: string;
  /** The condition, in PromQL: each series in its answer is one alert. */
  readonly expr: string;
  /** How long the condition must hold. */
  readonly for: Duration;
  /**
   * How long it goes on firing after the condition ended, where a condition that comes and goes would wake people again
   * and again. @default "0s"
   */
  readonly keepFiringFor?: Duration;
  /** How urgent it is. */
  readonly severity: Severity;
  /** What it is about: an outage mutes the symptoms of those who depend on it. */
  readonly kind: AlertKind;
  /** Who looks after what it is about: a team or a role. May use `{{ $labels.job }}`. */
  readonly owner: string;
  /** The dashboard that shows what it is about, and what is chosen there. */
  readonly dashboard: DashboardLink;
  /** The fault by which `npm run drill` sees it arrive, or why there is none. Prometheus never learns of it. */
  readonly drill: Drill;
  /** The number beyond which it fires, where there is one; graphs draw it. @default - it is a matter of yes or no */
  readonly limit?: Limit;
  /** One line for a person, with the number and its unit where there is one, without a full stop. May use `{{ $labels.job }}` and `{{ $value }}`. */
  readonly summary: string;
  /** What is wrong, with its numbers, and whom it harms. May use the same. */
  readonly description: string;
  /**
   * More labels. Every alert has a `service`, by which one alert mutes another.
   *
   * @default - `service` is the series' `service`, else its `job`
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Rules that are evaluated one after the other: a later one sees what an earlier one recorded. */
export interface RuleGroup {
  /** Name, unique in one Prometheus; also the name of its file. Small letters, digits, `.` and `-`. */
  readonly name: string;
  /** The job that it is about, and which pack of rules it is: `http`, `postgres`. @default - it is about no one job */
  readonly about?: { readonly job: string; readonly pack: string };
  /** Time between two evaluations. @default - that of Prometheus */
  readonly interval?: Duration;
  /** The rules, in their order. */
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** How soon alerts see a change: the window of their rates, and how long a condition must hold. */
export interface Pace {
  /**
   * The longest time between two scrapes that it can be had with: with a longer one, one lost scrape would page somebody.
   *
   * @default - any; a longer one is only slower
   */
  readonly scrapeInterval?: Duration;
  /** Time between two evaluations of the rules. @default - the time between two scrapes */
  readonly evaluation?: Duration;
  /** Window of rates. At least four times the scrape interval, or a lost scrape leaves a gap. */
  readonly window: Duration;
  /** How long a symptom must hold: errors, latency, memory, disk. */
  readonly symptomFor: Duration;
  /** How long a target, a store or a page must be down. At least twice the scrape interval: one lost scrape is none. */
  readonly downFor: Duration;
  /** How long an alert that may flap goes on firing when its condition has ended. */
  readonly keepFor: Duration;
  /** How far back rare events are counted: a restart, a process that was killed. */
  readonly events: Duration;
  /** How far back failures are counted of what a program does for its own upkeep every so often: saving, compacting. */
  readonly upkeep: Duration;
  /** How far back objectives look. */
  readonly slo: SloWindows;
}

/**
 * `steady` for people who are paged, `fast` for a developer who wants to see an alert within half a minute, `instant` for
 * who wants to hear of an outage within seven seconds, and takes a page at each release of a single replica for it.
 */
export const PACES = {
  steady: {
    window: "5m",
    symptomFor: "5m",
    downFor: "1m",
    keepFor: "5m",
    events: "10m",
    upkeep: "1h",
    slo: STEADY_WINDOWS,
  },
  fast: {
    window: "30s",
    symptomFor: "10s",
    downFor: "10s",
    keepFor: "10s",
    events: "1m",
    upkeep: "1m",
    slo: FAST_WINDOWS,
  },
  // Only outages come sooner than at the fast pace: a rate over fewer seconds is noise, and some counters are brought
  // every five seconds.
  instant: {
    scrapeInterval: "2s",
    evaluation: "1s",
    window: "20s",
    symptomFor: "10s",
    downFor: "4s",
    keepFor: "10s",
    events: "1m",
    upkeep: "1m",
    slo: INSTANT_WINDOWS,
  },
} as const satisfies Record<string, Pace>;

/** Name of a {@link Pace}. */
export type PaceName = keyof typeof PACES;

/** True for a rule that alerts, false for one that records. */
export function isAlertingRule(rule: RecordingRule | AlertingRule): rule is AlertingRule {
  return "alert" in rule;
}
