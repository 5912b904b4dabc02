import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { newRequestDurations } from "./request-durations.ts";

const OPEN_METRICS = "application/openmetrics-text";

/** The route of requests that no route takes: the label stays bounded whatever a caller sends. */
export const UNMATCHED = "unmatched";

const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** What a scraper is answered. */
export interface Exposition {
  /** Every metric, in the form that `contentType` says. */
  readonly body: string;
  /** The header of the answer: Prometheus' text form, or OpenMetrics with exemplars. */
  readonly contentType: string;
}

/** Rate, errors and duration of the requests of one service, with the metrics of its process. */
export interface HttpMetrics {
  /** Where further metrics of the service go. */
  readonly registry: Registry;
  /** Lets the failures of a route begin at 0, so that its first one is seen. */
  expect(method: string, route: string): void;
  /** Counts one request that begins to be answered. */
  began(): void;
  /** Counts one answered request, by the pattern of its route. Its trace, if it is kept, becomes an exemplar. */
  ended(method: string, route: string, status: number, seconds: number, traceId?: string): void;
  /** All metrics of the registry, with exemplars where the scraper takes OpenMetrics. */
  exposition(accept?: string): Promise<Exposition>;
}

/** Creates the metrics of a service in a registry of their own. */
export function createHttpMetrics(service: string, version: string): HttpMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = newRequestDurations(registry);
  let inFlight = 0;
  new Gauge({
    name: "http_requests_in_flight",
    help: "Requests that are being answered now.",
    registers: [registry],
    collect() {
      this.set(inFlight);
    },
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
    expect: (method, route) => durations.expect(methodLabel(method), route),
    began: () => {
      inFlight += 1;
    },
    ended: (method, route, status, seconds, traceId) => {
      inFlight -= 1;
      durations.observe(methodLabel(method), route, status, seconds, traceId);
    },
    exposition: async (accept = "") => {
      const answered = accept.includes(OPEN_METRICS) ? openMetricsOf(registry) : registry;
      return { body: await answered.metrics(), contentType: answered.contentType };
    },
  };
}

/** The method of a request, where it must be one of few words. */
export function methodLabel(method: string): string {
  return KNOWN_METHODS.has(method) ? method : "other";
}

// While it writes OpenMetrics, a registry takes `_total` from its counters' names for good: so it gets its own ones.
function openMetricsOf(registry: Registry): Registry {
  const open = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const metric of registry.getMetricsAsArray()) open.registerMetric(Object.create(metric));
  return open;
}
