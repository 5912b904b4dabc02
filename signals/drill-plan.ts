import type { InboxKind } from "./drill.ts";
import type { Fault } from "./faults/index.ts";
import type { AlertKind } from "./rule-group.ts";
import type { Severity } from "./severity.ts";

/** Seconds that an alert may take at most. */
export interface Bounds {
  /** From the fault until it fires in Prometheus. */
  readonly detect: number;
  /** From there until the notice is sent. */
  readonly notify: number;
  /** From the repair until the notice that it is over is sent. */
  readonly resolve: number;
}

/** An alert of a deployment, and how it is drilled. */
export interface PlannedAlert {
  /** Its name. */
  readonly alert: string;
  /** How urgent it is: it decides who is told. */
  readonly severity: Severity;
  /** What it is about: an outage mutes the symptoms of those who depend on it. */
  readonly kind: AlertKind;
  /** Labels that it will have, `service` among them where it is known. */
  readonly labels: Readonly<Record<string, string>>;
  /** What is done, with the components named. @default - it can't be drilled */
  readonly fault?: Fault;
  /** Why it can't be drilled. @default - it can */
  readonly undrillable?: string;
  /** What visitors ask for meanwhile, five times a second; `{n}` is another number each time. @default - there are none */
  readonly visited?: string;
  /** The host name that visitors ask for, where it is another one than that address has. @default - the address' own */
  readonly hostname?: string;
  /** Whether nothing else can be drilled meanwhile. @default false */
  readonly alone?: boolean;
  /** Inboxes that the fault takes away. @default [] */
  readonly deafens?: readonly InboxKind[];
  /** Names of the receivers that are told. */
  readonly receivers: readonly string[];
  /** Services whose symptoms it mutes. */
  readonly mutes: readonly string[];
  /** How long a symptom waits for such a cause, in seconds. */
  readonly symptomSeconds: number;
  /** What it may take. */
  readonly bounds: Bounds;
}

/**
 * What `npm run drill` has to know of a deployment, besides its proof: an output of the stack, without a secret.
 */
export interface DrillPlan {
  /** Every alert, in the order of their groups. */
  readonly alerts: readonly PlannedAlert[];
  /** Who feels it when a component is away: itself not among them. */
  readonly users: Readonly<Record<string, readonly string[]>>;
}
