import { mergeSignals, type Observable } from "../../signals/signals.ts";
import { SPANS_JOB } from "./collector.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";
import { type AgentNames, agentNames } from "./monitoring-names.ts";
import type { NamedParts } from "./monitoring-parts.ts";

/** What one Prometheus scrapes. */
export interface Watch {
  /** Its job: that of the stack, or the agent of another host. */
  readonly by: string;
  /** Name of the host that it is on. */
  readonly host: string;
  /** Jobs of the stack's own programs there, its own among them. */
  readonly own: readonly string[];
  /** Jobs of what is watched there. */
  readonly sources: readonly string[];
  /** What the stack itself has asked from outside. */
  readonly probes: readonly string[];
}

/** Who scrapes what. The Prometheus of the stack is the first. */
export function watchesOf(args: MonitoringStackArgs, { names, parts, prefix }: NamedParts): readonly Watch[] {
  const { host, sources, elsewhere = [] } = args;
  const { logAgent } = parts;
  // An agent that is none is refused by whoever asks.
  const onEach = (own: AgentNames): string[] => [own.blackbox, own[logAgent] ?? logAgent, own.node, own.containers];
  const here: Watch = {
    by: names.prometheus,
    host: host.name,
    own: [
      ...(parts.alertmanager ? [names.alertmanager] : []),
      ...(parts.portal ? [names.portal] : []),
      names.logStore,
      ...onEach(names),
      ...(parts.traceStore === undefined ? [] : [names.traceStore, SPANS_JOB]),
      ...(parts.grafana ? [names.grafana] : []),
      names.prometheus,
    ],
    sources: jobsOf(sources),
    probes: parts.gateway ? [names.gateway] : [],
  };
  const there = elsewhere.map((each): Watch => {
    const own = agentNames(`${prefix}${each.host.name}`);
    return {
      by: own.prometheus,
      host: each.host.name,
      own: [...onEach(own), own.prometheus],
      sources: jobsOf(each.sources),
      probes: [],
    };
  });
  return [here, ...there];
}

function jobsOf(sources: readonly Observable[]): readonly string[] {
  return mergeSignals(sources.map(({ signals }) => signals)).scrapeJobs.map(({ job }) => job);
}
