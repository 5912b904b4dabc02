import type { LogStoreKind } from "./log-stores.ts";
import type { OwnedServices, PackArgs } from "./pack.ts";
import type { RuleGroup } from "./rule-group.ts";
import { ALERTING_THRESHOLDS, alertingRules } from "./rules/alerting.ts";
import { CONTAINER_THRESHOLDS, containerRules } from "./rules/containers.ts";
import { LOG_THRESHOLDS, logRules } from "./rules/logs.ts";
import { PROBE_THRESHOLDS, probeRules } from "./rules/probes.ts";
import { targetRules } from "./rules/targets.ts";
import { overridesFor, type ThresholdTable } from "./threshold.ts";
import type { StackThresholds } from "./thresholds.ts";
import { WATCHERS, type Watchers } from "./watchers.ts";

/** What {@link standardRules} takes. */
export interface StandardRules extends Omit<PackArgs, "thresholds">, OwnedServices {
  /** Other numbers for the alerts of the stack; those of other packs are left to them. @default {} */
  readonly thresholds?: StackThresholds;
  /** What keeps the logs. @default "loki" */
  readonly logStore?: LogStoreKind;
  /** What the programs of the monitoring are called. @default WATCHERS */
  readonly watchers?: Watchers;
}

/**
 * The rules that every stack has, whatever runs in it: targets, restarts, probes, and the paths that alerts and logs
 * take. Services, stores and hosts bring theirs, and so does what keeps traces.
 */
export function standardRules({
  thresholds = {},
  logStore = "loki",
  watchers = WATCHERS,
  ...args
}: StandardRules = {}): readonly RuleGroup[] {
  const own = <Table extends ThresholdTable>(table: Table) => ({
    ...args,
    thresholds: overridesFor(table, thresholds),
  });
  return [
    targetRules({ ...args, watchers }),
    containerRules(own(CONTAINER_THRESHOLDS)),
    probeRules(own(PROBE_THRESHOLDS)),
    alertingRules({ ...own(ALERTING_THRESHOLDS), watchers }),
    logRules({ ...own(LOG_THRESHOLDS), logStore, watchers }),
  ];
}
