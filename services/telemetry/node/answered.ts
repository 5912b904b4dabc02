import type { ServerResponse } from "node:http";

// nginx's number for a caller that left before it was answered.
const CALLER_LEFT = 499;

/**
 * Tells once when a request has been answered, or its caller has left: the status, and the seconds since this was called.
 *
 * @example
 * ```ts
 * whenAnswered(reply.raw, (status, seconds) => metrics.ended(method, route, status, seconds));
 * ```
 */
export function whenAnswered(response: ServerResponse, tell: (status: number, seconds: number) => void): void {
  const began = performance.now();
  // Comes once, after the end of an answer or without one. So `on` will do: `once` wraps each listener.
  response.on("close", () => {
    const status = response.headersSent ? response.statusCode : CALLER_LEFT;
    tell(status, (performance.now() - began) / 1000);
  });
}
