import type { Problem } from "../services/problems.ts";
import { type Duration, durationWrong } from "../services/units.ts";

/**
 * What one address may ask of an edge. Beyond it, an answer is 429. Traefik counts each route by itself, HTTP and HTTPS
 * apart, and apart those requests that bring a trace.
 */
export interface EdgeLimits {
  /** Requests a second, over a longer time. @default 200 */
  readonly requestsPerSecond?: number;
  /** Requests at once, before the rate counts: a page with all that belongs to it. @default 400 */
  readonly burst?: number;
  /** Requests that may wait for their answers at the same time. @default 200 */
  readonly inFlight?: number;
  /** How long a client may take to send a request, with its body: who is slower is cut off. @default "30s" */
  readonly requestTime?: Duration;
  /** How long a connection is kept that asks nothing. @default "60s" */
  readonly idleTime?: Duration;
}

/** What holds where nothing is said: far above what a browser does, and an office behind one address. */
export const EDGE_LIMITS: Required<EdgeLimits> = {
  requestsPerSecond: 200,
  burst: 400,
  inFlight: 200,
  requestTime: "30s",
  idleTime: "60s",
};

/** Streams of one connection in HTTP/2: browsers take a hundred. */
const STREAMS = 100;

/**
 * The middlewares that limit what one address asks.
 *
 * @param trustedProxies proxies in front of the edge, whose word for a visitor's address is taken
 */
export function limitMiddlewares(
  { requestsPerSecond, burst, inFlight }: Required<EdgeLimits>,
  trustedProxies: readonly string[] = [],
): Readonly<Record<string, object>> {
  // By itself Traefik counts requests in flight by host name. Who has one address of IPv6 has all of its network.
  const sourceCriterion = {
    ipStrategy: trustedProxies.length === 0 ? { ipv6Subnet: 64 } : { excludedIPs: trustedProxies },
  };
  return {
    rate: { rateLimit: { average: requestsPerSecond, period: "1s", burst, sourceCriterion } },
    "in-flight": { inFlightReq: { amount: inFlight, sourceCriterion } },
  };
}

/** Traefik's arguments for an entry point that visitors reach. */
export function limitArguments(entryPoint: string, { requestTime, idleTime }: Required<EdgeLimits>): readonly string[] {
  return [
    // Traefik has no time for headers alone.
    `--entrypoints.${entryPoint}.transport.respondingtimeouts.readtimeout=${requestTime}`,
    `--entrypoints.${entryPoint}.transport.respondingtimeouts.idletimeout=${idleTime}`,
    `--entrypoints.${entryPoint}.http2.maxconcurrentstreams=${STREAMS}`,
  ];
}

/** What is wrong with limits. */
export function limitProblems(limits: EdgeLimits): Problem[] {
  const { requestsPerSecond, burst, inFlight, requestTime, idleTime } = { ...EDGE_LIMITS, ...limits };
  const problems: Problem[] = Object.entries(limits)
    .filter(([name]) => !(name in EDGE_LIMITS))
    .map(([name, given]) => ({
      property: `limits.${name}`,
      given,
      allowed: `one of ${Object.keys(EDGE_LIMITS).join(", ")}`,
    }));
  for (const [property, given] of Object.entries({ requestsPerSecond, burst, inFlight })) {
    if (Number.isInteger(given) && given >= 1) continue;
    problems.push({ property: `limits.${property}`, given, allowed: "a whole number from 1 on" });
  }
  if (burst < requestsPerSecond) {
    problems.push({
      property: "limits.burst",
      given: burst,
      allowed: `at least what is allowed a second, ${requestsPerSecond}`,
      fix: "Requests do not come one by one: give `burst` twice `requestsPerSecond`.",
    });
  }
  for (const [property, given] of Object.entries({ requestTime, idleTime })) {
    const wrong = durationWrong(given, { least: 1, such: property === "requestTime" ? "30s" : "60s" });
    if (wrong !== undefined) problems.push({ property: `limits.${property}`, given, ...wrong });
  }
  return problems;
}
