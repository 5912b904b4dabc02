import type { Duration } from "../services/units.ts";
import type { MuteTiming } from "./mute-timing.ts";
import type { Receiver } from "./receivers/index.ts";
import type { Severity } from "./severity.ts";
import type { Objective } from "./slo/objective.ts";

export type { EmailReceiver } from "./receivers/email.ts";
export type { Receiver } from "./receivers/index.ts";
export type { WebhookReceiver } from "./receivers/webhook.ts";

/** A severity that people are told of. */
export type ToldSeverity = Exclude<Severity, "none">;

/** The severities that people are told of, the most urgent first. */
export const TOLD_SEVERITIES: readonly ToldSeverity[] = ["critical", "warning", "info"];

/** Somebody who is told, but not at all times. */
export interface Recipient {
  /** The receiver. */
  readonly to: Receiver;
  /** When it is not told. What still fires afterwards is told then. @default [] */
  readonly except?: readonly MuteTiming[];
}

/** How alerts of one name and service become one notice. */
export interface Grouping {
  /** Time from the first alert of a group to its notice: others that belong to it come along. */
  readonly wait: Duration;
  /** Time until a change of the group is told. */
  readonly interval: Duration;
  /** Time until what still fires is told again. */
  readonly repeat: Duration;
}

/** Who hears of the alerts of which services. */
export interface AlertPolicySpec {
  /** Name of the policy. */
  readonly name: string;
  /** Services whose alerts it is about: their label `service`. @default - all that no other policy names */
  readonly services?: readonly string[];
  /** System whose services it is about, but for those that a policy names by `services`. @default - none */
  readonly system?: string;
  /** What each of the services owes its users; `services` must name them. @default - none */
  readonly objective?: Objective;
  /**
   * Who is told, by severity: a list, or `"nobody"`, since silence is never an oversight. `info` may be left out: that
   * is context, which Alertmanager shows and tells nobody.
   */
  readonly notify: Readonly<Partial<Record<ToldSeverity, readonly (Receiver | Recipient)[] | "nobody">>>;
  /** Labels whose values make one notice of several alerts. @default ["alertname", "service"] */
  readonly groupBy?: readonly string[];
  /** How soon and how often notices come. @default - that of the pace */
  readonly grouping?: Partial<Grouping>;
}

/** Who is told of a severity, each with the times in which it is not. */
export function recipientsOf({ notify }: AlertPolicySpec, severity: ToldSeverity): readonly Required<Recipient>[] {
  const told = notify[severity] ?? "nobody";
  if (told === "nobody") return [];
  return told.map((one) =>
    "to" in one && !("kind" in one) ? { except: [], ...one } : { to: one as Receiver, except: [] },
  );
}

/** Whether anybody is told of anything. What is declared wrongly counts: it is refused elsewhere, in its own words. */
export function tellsSomebody({ notify }: Pick<AlertPolicySpec, "notify">): boolean {
  return Object.values(notify ?? {}).some((told) => told !== undefined && told !== "nobody" && told.length !== 0);
}

/**
 * What a policy's `notify` is, where some are told by severity and some of whatever people are called for: critical
 * alerts and warnings. Undefined where nobody is told of anything.
 */
export function notifyOf(
  told: Readonly<Record<ToldSeverity, readonly Recipient[]>>,
  always: readonly Receiver[] = [],
): AlertPolicySpec["notify"] | undefined {
  const of = (severity: ToldSeverity, all: readonly Receiver[]): readonly (Receiver | Recipient)[] | "nobody" => {
    const list = [...all, ...told[severity]];
    return list.length === 0 ? "nobody" : list;
  };
  const notify = { critical: of("critical", always), warning: of("warning", always), info: of("info", []) };
  return Object.values(notify).every((whom) => whom === "nobody") ? undefined : notify;
}
