import type { AlertPolicy, Receiver } from "./alert-policy.ts";
import type { Severity } from "./rule-group.ts";
import type { Call } from "./signals.ts";

/**
 * What `npm run verify` has to know of a deployment to prove that it works: addresses, and what is to be found there.
 * It is an output of the stack, so whoever may read those may verify. No secret is in it.
 */
export interface Proof {
  /** The stack, `<project>/<stack>`, as in the label `vigie.stack`. */
  readonly stack: string;
  /** What the names of its containers begin with: `vigie-dev-`. */
  readonly prefix: string;
  /** Time between two scrapes, in seconds. */
  readonly scrapeSeconds: number;
  /** How long the spans of a trace are awaited before it is kept, in seconds. */
  readonly traceSeconds: number;
  /** Time from an alert to the first notice, in seconds, where one Alertmanager has to wait for another. */
  readonly noticeSeconds: number;
  /** URLs by program; a program that is not part of the deployment is left out. */
  readonly urls: ProofUrls;
  /** Grafana's datasources. */
  readonly datasources: readonly { readonly name: string; readonly uid: string; readonly type: string }[];
  /** Number of targets by job. */
  readonly jobs: Readonly<Record<string, number>>;
  /** Names of the rule groups. */
  readonly ruleGroups: readonly string[];
  /** Names of the probes. */
  readonly probes: readonly string[];
  /** What can be asked of the deployment as a visitor would, without changing anything. */
  readonly routes: readonly ProofRoute[];
  /** Programs that make spans, and name traces in their lines and exemplars. */
  readonly traced: readonly string[];
  /** Who calls whom, as declared. */
  readonly calls: readonly Call[];
  /** Addresses whose certificate visitors see. */
  readonly secured: readonly string[];
  /** Who is told of alerts. */
  readonly receivers: readonly ProofReceiver[];
}

/** URLs of the programs that are asked, each with a slash at its end. */
export interface ProofUrls {
  readonly prometheus: string;
  readonly grafana: string;
  readonly loki: string;
  /** @default - no program makes spans */
  readonly jaeger?: string;
  /** @default - nobody is told of alerts */
  readonly alertmanager?: string;
}

/** A route, as a visitor asks it. */
export interface ProofRoute {
  /** Its name. */
  readonly name: string;
  /** The program that answers. */
  readonly service: string;
  /** The edge that the request passes. */
  readonly edge: string;
  /** What is asked. */
  readonly url: string;
  /** Host name that is asked for, where it is another one than the address has. @default - the address' own */
  readonly hostname?: string;
}

/** Where what a receiver was sent can be read: an inbox that stands in for people. */
export interface Arrivals {
  /** `notices` is a list of webhook bodies, `mails` a Mailpit. */
  readonly kind: "notices" | "mails";
  /** Its URL. */
  readonly url: string;
}

/** Somebody who is told of alerts. */
export interface ProofReceiver {
  /** Name, as Alertmanager has it. */
  readonly name: string;
  /** Labels of an alert that is routed to it. */
  readonly alert: {
    /** @default - any that is nobody's */
    readonly service?: string;
    readonly severity: string;
  };
  /** Where it can be seen that a notice arrived. @default - only at the receiver: a test notification reaches people */
  readonly arrivals?: Arrivals;
}

const TOLD = ["critical", "warning", "info"] as const satisfies readonly Severity[];

/**
 * Everybody who is told of alerts, each once, with labels of an alert that reaches them.
 */
export function proofReceivers(
  policies: readonly AlertPolicy[],
  arrivals: Readonly<Record<string, Arrivals>> = {},
): readonly ProofReceiver[] {
  const found = policies.flatMap(({ services, notify }) =>
    TOLD.flatMap((severity) =>
      (notify[severity] ?? []).map(({ name }: Receiver) => ({
        name,
        alert: { ...(services?.[0] === undefined ? {} : { service: services[0] }), severity },
        // What is about no real service comes first, and what nothing mutes.
        order: (services === undefined ? 0 : TOLD.length) + TOLD.indexOf(severity),
      })),
    ),
  );
  const first = [...found].sort((a, b) => a.order - b.order);
  return first
    .filter(({ name }, index) => first.findIndex((other) => other.name === name) === index)
    .map(({ name, alert }) => ({
      name,
      alert,
      ...(arrivals[name] === undefined ? {} : { arrivals: arrivals[name] }),
    }));
}
