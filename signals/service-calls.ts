import { PACES, type Pace } from "./rule-group.ts";
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
  // Nobody scrapes it.
  if (signals.scrapeJobs.length === 0) return signals;
  return {
    ...signals,
    scrapeJobs: signals.scrapeJobs.map((one) => ({ ...one, emits: [...(one.emits ?? []), "service-calls"] })),
    ruleGroups: [...(signals.ruleGroups ?? []), serviceCallRules({ job, owner, pace })],
  };
}
