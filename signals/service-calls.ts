import type { MetricSource } from "./metrics/catalogue.ts";
import { PACES, type Pace, type RuleGroup } from "./rule-group.ts";
import { serviceCallRules } from "./rules/service-calls.ts";
import type { Signals } from "./signals.ts";

/** Who calls others. */
export interface Caller {
  /** Its `job`. */
  readonly job: string;
  /** Who looks after it. */
  readonly owner: string;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace | undefined;
}

/** The signals of a service that calls others by the client in `services/calls`: its metrics are kept, and watched. */
export function withCalls(signals: Signals, { job, owner, pace = PACES.steady }: Caller): Signals {
  return withSource(signals, "service-calls", [serviceCallRules({ job, owner, pace })]);
}

/** The signals of a service that has the metrics of one more source, and rules on them. */
export function withSource(signals: Signals, source: MetricSource, ruleGroups: readonly RuleGroup[]): Signals {
  // Nobody scrapes it.
  if (signals.scrapeJobs.length === 0) return signals;
  return {
    ...signals,
    // What may emit anything keeps it all.
    scrapeJobs: signals.scrapeJobs.map((one) =>
      one.emits === undefined ? one : { ...one, emits: [...one.emits, source] },
    ),
    ruleGroups: [...(signals.ruleGroups ?? []), ...ruleGroups],
  };
}
