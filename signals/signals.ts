import type { Service } from "../services/service.ts";

/** One job of Prometheus: all instances of one purpose. */
export interface ScrapeJob {
  /** Value of the `job` label: the service's name. */
  readonly job: string;
  /** The targets, each `host:port` as Prometheus reaches it. */
  readonly targets: readonly string[];
  /** HTTP path of the metrics. @default "/metrics" */
  readonly path?: string;
  /** Labels that every series of the job gets. @default {} */
  readonly labels?: Readonly<Record<string, string>>;
}

/** All that one part of the system emits. */
export interface Signals {
  /** Jobs that Prometheus scrapes. */
  readonly scrapeJobs: readonly ScrapeJob[];
}

/**
 * Whatever can be watched. `MonitoringStack` takes a list of these and knows no kinds: a new kind of service, store or
 * host is one new file that has this property.
 */
export interface Observable {
  /** What it emits. */
  readonly signals: Signals;
}

/** The signals of a declared service, given the host names of its replicas in the monitoring network. */
export function signalsOf(service: Service, instances: readonly string[]): Signals {
  if (service.metricsPath === false) return { scrapeJobs: [] };
  const targets = instances.map((instance) => `${instance}:${service.port}`);
  return { scrapeJobs: [{ job: service.name, targets, path: service.metricsPath }] };
}

/** All signals as one, in the order given. */
export function mergeSignals(all: readonly Signals[]): Signals {
  return { scrapeJobs: all.flatMap((signals) => signals.scrapeJobs) };
}
