import type { Watchers } from "../../signals/watchers.ts";
import type { Platform } from "../platform/platform.ts";

/** What the parts of a `MonitoringStack` are called: in the program, as jobs, and on the host. */
export interface MonitoringNames extends Watchers {
  /** What keeps the logs. */
  readonly logStore: string;
  /** What keeps the traces. */
  readonly traceStore: string;
  /** What asks from outside. */
  readonly blackbox: string;
  /** Promtail, where it brings the logs. */
  readonly promtail: string;
  /** What tells of the containers. */
  readonly containers: string;
  /** What shows dashboards. */
  readonly grafana: string;
  /** The directory of the dashboards, where no Grafana shows them. */
  readonly dashboards: string;
  /** The first page. */
  readonly portal: string;
  /** What takes what other hosts send. */
  readonly gateway: string;
  /** What leads to the pages of a host. */
  readonly door: string;
}

/** What {@link namesOf} are made of besides: of what is one of several kinds, the kind is its name. */
export interface NamedKinds {
  /** What keeps the logs. */
  readonly logStore: string;
  /** What keeps the traces. */
  readonly traceStore: string;
}

/** The one stack whose parts have plain names. */
const PLAIN = "monitoring";

/**
 * What the names of a stack's parts begin with. Those of the stack `monitoring` are plain: `prometheus`. Those of any
 * other one begin with its name, so that a program may have several: `second-prometheus`.
 */
export function prefixOf(stack: string): string {
  return stack === PLAIN ? "" : `${stack}-`;
}

/** What the parts of a stack are called. */
export function namesOf(prefix: string, { logStore, traceStore }: NamedKinds): MonitoringNames {
  const own = (part: string): string => `${prefix}${part}`;
  return {
    ...agentNamesFrom(own),
    alertmanager: own("alertmanager"),
    logStore: own(logStore),
    traceStore: own(traceStore),
    grafana: own("grafana"),
    dashboards: own("dashboards"),
    portal: own("portal"),
    gateway: own("gateway"),
    door: own("door"),
  };
}

/** What each host has that is watched: those parts of a stack, or of the agent on another host. */
export type AgentNames = Pick<
  MonitoringNames,
  "prometheus" | "blackbox" | "collector" | "promtail" | "node" | "containers"
>;

/** What the parts of a `HostAgent` are called. */
export function agentNames(agent: string): AgentNames {
  return agentNamesFrom((part) => `${agent}-${part}`);
}

function agentNamesFrom(own: (part: string) => string): AgentNames {
  return {
    prometheus: own("prometheus"),
    blackbox: own("blackbox"),
    collector: own("collector"),
    promtail: own("promtail"),
    node: own("node"),
    containers: own("containers"),
  };
}

/**
 * Whether the Collector of that name is the one that the programs of its host send their spans to. They send to one: of
 * two monitorings on a host, one has the traces.
 */
export function takesSpans(host: SpanHost, collector: string): boolean {
  return host.tracing !== undefined && host.tracing.collector === host.hostname(collector);
}

/** What {@link takesSpans} asks a host. */
export type SpanHost = Pick<Platform, "tracing" | "hostname">;
