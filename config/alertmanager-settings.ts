import type { Grouping } from "../signals/alert-policy.ts";
import type { MaintenanceWindow } from "../signals/maintenance.ts";
import type { Receiver } from "../signals/receivers/index.ts";
import type { PaceName } from "../signals/rule-group.ts";
import type { Use } from "../signals/use.ts";
import type { Systems } from "./alertmanager-routes.ts";

/** What is set for Alertmanager as a whole. */
export interface AlertmanagerSettings {
  /** How soon people hear of an alert, see `GROUPINGS`. @default "steady" */
  readonly pace?: PaceName;
  /** Who gets the Watchdog: a service outside that raises an alarm when it stops. @default - nobody */
  readonly watchdog?: Receiver;
  /** The services of each system, by its name, for policies about a system. @default {} */
  readonly systems?: Systems;
  /** Every service that has alerts: the label `service`. @default - they are not known, and any name will do */
  readonly services?: readonly string[];
  /** Times in which nobody is told of some services. Never of the Watchdog: it tells that somebody would be told. @default [] */
  readonly maintenance?: readonly MaintenanceWindow[];
  /** Who uses what: an outage mutes what its users feel. @default [] */
  readonly uses?: readonly Use[];
}

/** The grouping of each pace. */
export const GROUPINGS = {
  steady: { wait: "30s", interval: "5m", repeat: "12h" },
  // Between the wait of the second Alertmanager and the rest of the interval: see PEER_TIMEOUTS.
  fast: { wait: "2500ms", interval: "5s", repeat: "4h" },
  // Told at once: the instances of one outage may come in two notices.
  instant: { wait: "0s", interval: "5s", repeat: "4h" },
} as const satisfies Record<PaceName, Grouping>;

/**
 * How long a symptom waits for its cause, where that is longer than a group waits: muted is only what is not told yet.
 * At the faster paces a store counts as down later than its users' errors are seen, by less than that.
 */
export const SYMPTOM_WAITS: Readonly<Record<PaceName, Grouping["wait"] | undefined>> = {
  steady: undefined,
  fast: "20s",
  instant: "10s",
};
