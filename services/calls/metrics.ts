import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { type HttpAnswer, LATENCY_BUCKETS } from "../telemetry/node/index.ts";
import { CallFailure } from "./failure.ts";
import type { Replica } from "./replicas.ts";

/** How a try ended: `refused` is an answer that says no, `failed` one that says that the service is unwell. */
export const TRY_OUTCOMES = ["ok", "refused", "failed", "unreachable", "broken", "timeout", "too-large"] as const;

/** How a try ended. */
export type TryOutcome = (typeof TRY_OUTCOMES)[number];

/** How a request ended, with all its tries: `open` and `overloaded` were none. */
export const OUTCOMES = [...TRY_OUTCOMES, "open", "overloaded"] as const;

/** How a request ended. */
export type Outcome = (typeof OUTCOMES)[number];

/**
 * How a request ended, by its answer or by what was thrown in the place of one.
 *
 * @param isFailure whether an answer says that the service itself is unwell
 */
export function outcomeOf(result: HttpAnswer | Error, isFailure: (answer: HttpAnswer) => boolean): Outcome {
  if (result instanceof CallFailure) return result.kind;
  if (result instanceof Error) return "broken";
  if (isFailure(result)) return "failed";
  return result.status < 400 ? "ok" : "refused";
}

/** Why there was another try: no connection, a broken one, one that took too long, a replica that said 503. */
export const REASONS = ["unreachable", "broken", "slow", "busy"] as const;

/** Why there was another try. */
export type Reason = (typeof REASONS)[number];

/** What is looked at when somebody asks for the metrics. */
export interface Watched {
  /** The replicas. */
  readonly replicas: readonly Replica[];
  /** Requests that are under way. */
  underWay(): number;
  /** Requests that wait for their turn. */
  waiting(): number;
}

/** Counts the calls of one service. */
export interface CalleeMetrics {
  /** A request ended, and took so many seconds. */
  ended(outcome: Outcome, seconds: number): void;
  /** A try ended. */
  tried(outcome: TryOutcome): void;
  /** There is another try. */
  retried(reason: Reason): void;
  /** There would be another try, but the budget is used up. */
  budgetUsedUp(): void;
  /** A replica is left out. */
  ejected(): void;
  /** Whether the service is not asked. */
  open(isOpen: boolean): void;
}

/** Counts calls of other services. */
export interface CallMetrics {
  /** The metrics of one of them, which begin at 0. */
  of(callee: string, watched: Watched): CalleeMetrics;
}

/** Creates the metrics of all called services in a registry. Every label is one of a list, or a replica of the settings. */
export function callMetrics(registry: Registry): CallMetrics {
  const registers = [registry];
  const watched = new Map<string, Watched>();
  const calls = new Counter({
    name: "service_calls_total",
    help: "Requests to another service, with all their tries, by how they ended.",
    labelNames: ["callee", "outcome"],
    registers,
  });
  const durations = new Histogram({
    name: "service_call_duration_seconds",
    help: "Time of a request to another service, with all its tries and the wait for its turn.",
    labelNames: ["callee"],
    buckets: [...LATENCY_BUCKETS],
    registers,
  });
  const tries = new Counter({
    name: "service_call_tries_total",
    help: "Tries to ask a replica of another service, by how they ended.",
    labelNames: ["callee", "outcome"],
    registers,
  });
  const retries = new Counter({
    name: "service_call_retries_total",
    help: "Tries after the first one, by why.",
    labelNames: ["callee", "reason"],
    registers,
  });
  const usedUp = new Counter({
    name: "service_call_retry_budget_exhausted_total",
    help: "Tries that weren't made, as the budget of retries was used up.",
    labelNames: ["callee"],
    registers,
  });
  const ejections = new Counter({
    name: "service_call_ejections_total",
    help: "Times that a replica was left out, as it kept failing.",
    labelNames: ["callee"],
    registers,
  });
  const open = new Gauge({
    name: "service_call_breaker_open",
    help: "1 from when a service isn't asked any more until it answers again, else 0.",
    labelNames: ["callee"],
    registers,
  });
  gauge(registry, {
    name: "service_call_replica_ejected",
    help: "1 while a replica is left out, and until its first answer after that, else 0.",
    labelNames: ["callee", "replica"],
    collect: (set) => {
      for (const [callee, { replicas }] of watched) {
        for (const { url, ejected } of replicas) set({ callee, replica: new URL(url).host }, ejected ? 1 : 0);
      }
    },
  });
  gauge(registry, {
    name: "service_calls_in_flight",
    help: "Requests to another service that are under way.",
    labelNames: ["callee"],
    collect: (set) => {
      for (const [callee, one] of watched) set({ callee }, one.underWay());
    },
  });
  gauge(registry, {
    name: "service_calls_waiting",
    help: "Requests to another service that wait for their turn.",
    labelNames: ["callee"],
    collect: (set) => {
      for (const [callee, one] of watched) set({ callee }, one.waiting());
    },
  });
  return {
    of: (callee, one) => {
      watched.set(callee, one);
      for (const outcome of OUTCOMES) calls.labels(callee, outcome).inc(0);
      for (const outcome of TRY_OUTCOMES) tries.labels(callee, outcome).inc(0);
      for (const reason of REASONS) retries.labels(callee, reason).inc(0);
      for (const counter of [usedUp, ejections]) counter.labels(callee).inc(0);
      open.labels(callee).set(0);
      return {
        ended: (outcome, seconds) => {
          calls.labels(callee, outcome).inc();
          durations.labels(callee).observe(seconds);
        },
        tried: (outcome) => tries.labels(callee, outcome).inc(),
        retried: (reason) => retries.labels(callee, reason).inc(),
        budgetUsedUp: () => usedUp.labels(callee).inc(),
        ejected: () => ejections.labels(callee).inc(),
        open: (isOpen) => open.labels(callee).set(isOpen ? 1 : 0),
      };
    },
  };
}

type Set = (labels: Record<string, string>, value: number) => void;

// A gauge whose values are read when somebody asks for them.
function gauge(
  registry: Registry,
  { collect, ...options }: { name: string; help: string; labelNames: string[]; collect: (set: Set) => void },
): void {
  new Gauge({
    ...options,
    registers: [registry],
    collect() {
      collect((labels, value) => this.set(labels, value));
    },
  });
}
