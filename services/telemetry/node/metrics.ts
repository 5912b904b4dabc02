import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { LATENCY_BUCKETS } from "./latency-buckets.ts";

/** The route of requests that no route takes: the label stays bounded whatever a caller sends. */
export const UNMATCHED = "unmatched";

const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Rate, errors and duration of the requests of one service, with the metrics of its process. */
export interface HttpMetrics {
  /** Where further metrics of the service go. */
  readonly registry: Registry;
  /** Counts one request that begins to be answered. */
  began(): void;
  /** Counts one answered request, by the pattern of its route. */
  ended(method: string, route: string, status: number, seconds: number): void;
}

/** Creates the metrics of a service in a registry of their own. */
export function createHttpMetrics(service: string, version: string): HttpMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from a request's arrival to the end of its answer, by route pattern.",
    labelNames: ["method", "route", "status"],
    buckets: [...LATENCY_BUCKETS],
    registers: [registry],
  });
  const inFlight = new Gauge({
    name: "http_requests_in_flight",
    help: "Requests that are being answered now.",
    registers: [registry],
  });
  new Gauge({
    name: "service_build_info",
    help: "Always 1; the labels say what runs.",
    labelNames: ["service", "version", "runtime", "runtime_version"],
    registers: [registry],
  })
    .labels(service, version, "node", process.versions.node)
    .set(1);
  return {
    registry,
    began: () => inFlight.inc(),
    ended: (method, route, status, seconds) => {
      inFlight.dec();
      duration.labels(KNOWN_METHODS.has(method) ? method : "other", route, String(status)).observe(seconds);
    },
  };
}
