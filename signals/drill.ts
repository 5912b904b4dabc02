import type { Duration } from "../services/units.ts";
import type { Fault } from "./faults/index.ts";

/** An inbox that stands in for people. */
export type InboxKind = "notices" | "mails";

/** How an alert is seen to arrive: a fault that it must tell of. */
export interface FaultDrill {
  /** What is done to the stack. */
  readonly fault: Fault;
  /** Label `service` of the alert that comes. @default - what the fault is done to */
  readonly service?: string;
  /** Time from the fault until it can be measured at all, such as that a program takes to notice. @default "0s" */
  readonly takes?: Duration;
  /** Scrapes, and evaluations after each, until it fires: two for an alert on what an evaluation did. @default 1 */
  readonly steps?: number;
  /** Time from the repair until all is well again, such as a start. @default "30s" */
  readonly recovers?: Duration;
  /**
   * Time that the query looks back for the alert to come, where that is less than its longest range: for a counter
   * that must only move. @default - its longest range
   */
  readonly within?: Duration;
  /**
   * Whether visitors ask for the service meanwhile, five times a second; or the name of another one that they ask, which
   * uses what the fault is done to.
   *
   * @default false
   */
  readonly visited?: boolean | string;
  /** Inboxes that the fault takes away: there the alert can't arrive. @default [] */
  readonly deafens?: readonly InboxKind[];
  /** Whether it takes the monitoring itself away, so that nothing else can be drilled meanwhile. @default false */
  readonly alone?: boolean;
}

/** Why an alert can't be seen to arrive on a running stack. Its promtool test is all that there is. */
export interface Undrillable {
  /** A sentence: what it would take. */
  readonly undrillable: string;
}

/** What every alert says of itself: the fault that it tells of, or why there is none to be made. */
export type Drill = FaultDrill | Undrillable;

/** Whether an alert can be drilled. */
export function isDrillable(drill: Drill): drill is FaultDrill {
  return "fault" in drill;
}
