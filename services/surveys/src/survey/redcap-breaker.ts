import { setTimeout as sleep } from "node:timers/promises";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { newBreaker as newCircuitBreaker } from "../../../calls/index.ts";
import { getLogger, LATENCY_BUCKETS } from "../../../telemetry/node/index.ts";
import { FAILURES, failureOf, RedcapFailure } from "./redcap-failure.ts";

/** What REDCap is asked for: a label of its metrics. */
export const CALLS = ["list", "find", "data", "link", "import"] as const;

/** What REDCap is asked for. */
export type Call = (typeof CALLS)[number];

/** Settings of {@link newBreaker}. */
export interface BreakerOptions {
  /** Milliseconds that a call may take, with all its tries. */
  readonly timeoutMs: number;
  /** Milliseconds until an open breaker lets one try through. */
  readonly resetMs: number;
  /** Where its metrics go. */
  readonly registry: Registry;
}

/** Lets calls through to REDCap as long as it is well, repeats what is safe, and counts all of them. */
export interface Breaker {
  /**
   * Asks, and asks again where `safe` says that asking twice does nothing twice.
   *
   * @param ask one try, which has so many milliseconds
   * @throws RedcapFailure
   */
  call<T>(call: Call, safe: boolean, ask: (timeoutMs: number) => Promise<T>): Promise<T>;
  /** Throws where a call would be refused at once, for whoever has to wait for something else first. */
  refuseWhileOpen(): void;
  /** Ends its timers. */
  close(): void;
}

const TRIES = 3;
const PAUSE_MS = 50;
// Half of at least so many tries in ten seconds have to fail: more than one call alone can make.
const LEAST_TRIES = 2 * TRIES;

const log = getLogger("survey.redcap");

const refusal = () => new RedcapFailure("open");

/**
 * A circuit breaker around each try. Open, it refuses at once, so that users aren't kept waiting and REDCap isn't asked
 * even more while it is unwell.
 */
export function newBreaker({ timeoutMs, resetMs, registry }: BreakerOptions): Breaker {
  const metrics = newMetrics(registry);
  // One person's many answers take long, which says nothing of what all others ask for.
  const slowExports = new WeakSet<RedcapFailure>();
  const breaker = newCircuitBreaker({
    ...{ percent: 50, least: LEAST_TRIES, openMs: resetMs },
    // The try that is to show whether REDCap is back must not pass for a good one.
    ignores: (error, isTrial) =>
      error instanceof RedcapFailure && (!error.isOutage || (slowExports.has(error) && !isTrial)),
    changed: (isOpen) => {
      metrics.setOpen(isOpen);
      if (isOpen) log.warning(`REDCap keeps failing: it isn't asked for ${resetMs} ms`);
      else log.info("REDCap answers again");
    },
  });

  const once = async <T>(call: Call, ask: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    try {
      const result = await breaker.run(async () => {
        try {
          return await ask();
        } catch (error) {
          const failure = failureOf(error);
          const isSlow = failure instanceof RedcapFailure && failure.kind === "timeout";
          if (isSlow && call === "data") slowExports.add(failure);
          throw failure;
        } finally {
          metrics.took(call, (performance.now() - began) / 1000);
        }
      }, refusal);
      metrics.ended(call, "ok");
      return result;
    } catch (error) {
      metrics.ended(call, error instanceof RedcapFailure ? error.kind : "unexpected");
      throw error;
    }
  };

  return {
    call: async (call, safe, ask) => {
      const end = performance.now() + timeoutMs;
      for (let tried = 1; ; tried += 1) {
        try {
          return await once(call, () => ask(Math.max(1, Math.ceil(end - performance.now()))));
        } catch (error) {
          // What is slow isn't helped by more of the same: all tries share one time.
          const again = safe && error instanceof RedcapFailure && error.isOutage && error.kind !== "timeout";
          const pause = PAUSE_MS * 2 ** tried * (0.5 + Math.random() / 2);
          if (!again || tried === TRIES || performance.now() + pause > end) throw error;
          await sleep(pause);
        }
      }
    },
    refuseWhileOpen: () => {
      if (breaker.isOpen) throw refusal();
    },
    close: () => breaker.close(),
  };
}

function newMetrics(registry: Registry) {
  const calls = new Counter({
    name: "redcap_calls_total",
    help: "Tries to ask REDCap, by what for and how they ended; open: refused by the breaker.",
    labelNames: ["call", "outcome"],
    registers: [registry],
  });
  const durations = new Histogram({
    name: "redcap_call_duration_seconds",
    help: "Time from a try to ask REDCap to the end of its answer, by what for.",
    labelNames: ["call"],
    buckets: [...LATENCY_BUCKETS],
    registers: [registry],
  });
  const gauge = new Gauge({
    name: "redcap_breaker_open",
    help: "1 from when REDCap isn't asked any more until it answers again, else 0.",
    registers: [registry],
  });
  for (const call of CALLS) for (const outcome of ["ok", ...FAILURES]) calls.labels(call, outcome).inc(0);
  gauge.set(0);
  return {
    ended: (call: Call, outcome: string) => calls.labels(call, outcome).inc(),
    took: (call: Call, seconds: number) => durations.labels(call).observe(seconds),
    setOpen: (isOpen: boolean) => gauge.set(isOpen ? 1 : 0),
  };
}
