import { Counter, type Registry } from "prom-client";
import { Problem } from "../../../telemetry/node/index.ts";
import type { User } from "../between/contract.ts";
import type { SentLink } from "./links.ts";

/** Counts what becomes of links. */
export interface AuthMetrics {
  /** Counts a link by what sending it gives. */
  sending(send: () => Promise<SentLink>): Promise<SentLink>;
  /** Counts a use of a link by what it gives. */
  verifying(verify: () => Promise<User | undefined>): Promise<User | undefined>;
}

/** Puts the counters of links into a registry, each outcome at 0. */
export function authMetrics(registry: Registry): AuthMetrics {
  const sent = counter("auth_links_sent_total", "Links that were asked for, by what became of them.", [
    "sent",
    "refused",
    "limited",
    "uncertain",
    "unavailable",
  ]);
  const verified = counter("auth_verified_total", "Uses of links, by what became of them.", [
    "ok",
    "refused",
    "limited",
    "unavailable",
  ]);

  return {
    sending: (send) => counted(sent, send, ({ outcome }) => outcome),
    verifying: (verify) => counted(verified, verify, (user) => (user === undefined ? "refused" : "ok")),
  };

  function counter(name: string, help: string, outcomes: readonly string[]): Counter {
    const made = new Counter({ name, help, labelNames: ["outcome"], registers: [registry] });
    for (const outcome of outcomes) made.labels(outcome).inc(0);
    return made;
  }
}

async function counted<T>(counter: Counter, work: () => Promise<T>, outcomeOf: (result: T) => string): Promise<T> {
  try {
    const result = await work();
    counter.labels(outcomeOf(result)).inc();
    return result;
  } catch (error) {
    counter.labels(failureOf(error)).inc();
    throw error;
  }
}

function failureOf(error: unknown): string {
  if (!(error instanceof Problem)) return "unavailable";
  if (error.status === 429) return "limited";
  if (error.status === 504) return "uncertain";
  return error.status === 422 ? "refused" : "unavailable";
}
