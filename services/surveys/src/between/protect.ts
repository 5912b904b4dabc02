import helmet from "@fastify/helmet";
import underPressure from "@fastify/under-pressure";
import type { FastifyInstance } from "fastify";
import { Problem } from "../../../telemetry/node/index.ts";

/** How an API protects itself. */
export interface ProtectOptions {
  /** Milliseconds that the process may lag behind, on average over a second, before it refuses work. @default 1000 */
  readonly maxEventLoopDelay?: number | undefined;
  /** Seconds after which it is asked again. */
  readonly retryAfterSeconds: number;
}

/** Headers that let a browser do nothing with an answer, and a refusal while there is more to do than can be done. */
export async function protect(
  app: FastifyInstance,
  { maxEventLoopDelay = 1000, retryAfterSeconds }: ProtectOptions,
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    // Only the edge knows whether it speaks TLS.
    strictTransportSecurity: false,
  });
  await app.register(underPressure, { maxEventLoopDelay, retryAfter: retryAfterSeconds, customError: Overloaded });
}

class Overloaded extends Problem {
  constructor() {
    super(503, "overloaded", "There is more to do than can be done at the moment. Please try again soon.");
  }
}
