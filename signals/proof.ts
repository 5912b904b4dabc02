import { given } from "../services/given.ts";
import { type AlertPolicySpec, recipientsOf, TOLD_SEVERITIES } from "./alert-policy.ts";
import type { InboxKind } from "./drill.ts";
import type { Fill } from "./fills/fill.ts";
import type { LogStoreKind } from "./log-stores.ts";
import type { PaceName } from "./rule-group.ts";
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
  /** How soon its alerts see a change. */
  readonly pace: PaceName;
  /** Time between two scrapes, in seconds. */
  readonly scrapeSeconds: number;
  /** How long the spans of a trace are awaited before it is kept, in seconds. */
  readonly traceSeconds: number;
  /** Time from an alert to the first notice, in seconds, where one Alertmanager has to wait for another. */
  readonly noticeSeconds: number;
  /** URLs by program; a program that is not part of the deployment is left out. */
  readonly urls: ProofUrls;
  /** What keeps the logs: its URL is in {@link Proof.urls}. */
  readonly logStore: LogStoreKind;
  /** Grafana's datasources; none where there is no Grafana. */
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
  /** What of it fills up. @default - nothing that it declares, or it was deployed before that was known */
  readonly fills?: readonly Fill[];
  /** Who is told of alerts. */
  readonly receivers: readonly ProofReceiver[];
  /** Why nobody is meant to hear of something: by severity, and `heartbeat`. @default - somebody is meant to hear of all */
  readonly untold?: Readonly<Record<string, string>>;
}

/** URLs of the programs that are asked, each with a slash at its end. */
export interface ProofUrls {
  /** Prometheus, which every stack has. */
  readonly prometheus: string;
  /** @default - there is no Grafana */
  readonly grafana?: string;
  /** @default - VictoriaLogs keeps the logs */
  readonly loki?: string;
  /** @default - Loki keeps the logs */
  readonly victorialogs?: string;
  /** @default - no program makes spans, or Tempo keeps them */
  readonly jaeger?: string;
  /** @default - no program makes spans, or Jaeger keeps them */
  readonly tempo?: string;
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
  readonly kind: InboxKind;
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
  /** There are times in which it is told of nothing. @default false */
  readonly muted?: boolean;
  /** Where it can be seen that a notice arrived. @default - only at the receiver: a test notification reaches people */
  readonly arrivals?: Arrivals;
}

/**
 * Everybody who is told of alerts, each once, with labels of an alert that reaches them.
 *
 * @param systems the services of each system, by its name
 */
export function proofReceivers(
  policies: readonly AlertPolicySpec[],
  arrivals: Readonly<Record<string, Arrivals>> = {},
  systems: Readonly<Record<string, readonly string[]>> = {},
): readonly ProofReceiver[] {
  const found = policies.flatMap((policy) => {
    const [service] = policy.services ?? systems[policy.system ?? ""] ?? [];
    return TOLD_SEVERITIES.flatMap((severity, urgency) =>
      recipientsOf(policy, severity).map(({ to: { name }, except }) => ({
        name,
        alert: { ...given({ service }), severity },
        muted: except.length > 0,
        // First where it is told at all times, then what is about no real service, then what nothing mutes.
        order: Number(except.length > 0) * 100 + Number(service !== undefined) * 10 + urgency,
      })),
    );
  });
  const ordered = [...found].sort((a, b) => a.order - b.order);
  return ordered
    .filter(({ name }, index) => ordered.findIndex((other) => other.name === name) === index)
    .map(({ name, alert, muted }) => ({
      name,
      alert,
      ...(muted ? { muted } : {}),
      ...(arrivals[name] === undefined ? {} : { arrivals: arrivals[name] }),
    }));
}
