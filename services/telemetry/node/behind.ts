import type { FastifyInstance } from "fastify";
import { Problem } from "./problems.ts";

// It looks once a second: by then a look that saw none of the start has been there.
const START_MS = 3000;

/** What is said of a service that lags behind. */
export interface BehindOptions {
  /** Seconds after which it is asked again. */
  readonly retryAfterSeconds: number;
  /** What people are told. @default - that there is more to do than can be done at the moment */
  readonly detail?: string;
}

/**
 * The `pressureHandler` of `@fastify/under-pressure`: it refuses work with 503 while the process lags behind, but not in
 * the first seconds after the start. What the start itself takes counts as lag for as long, and on a busy machine a service
 * that has just become ready would refuse its first visitors.
 *
 * @param app the application, or the part of one, that protects itself
 * @example
 * ```ts
 * const pressureHandler = refuseWhileBehind(app, { retryAfterSeconds: 5 });
 * await app.register(underPressure, { maxEventLoopDelay: 1000, pressureHandler });
 * ```
 */
export function refuseWhileBehind(app: FastifyInstance, options: BehindOptions): () => Promise<void> {
  const { retryAfterSeconds, detail = "There is more to do than can be done at the moment. Please try again soon." } =
    options;
  let from = Number.POSITIVE_INFINITY;
  app.addHook("onReady", async () => {
    from = performance.now() + START_MS;
  });
  return async () => {
    if (performance.now() < from) return;
    throw new Problem(503, "overloaded", detail, { headers: { "Retry-After": String(retryAfterSeconds) } });
  };
}
