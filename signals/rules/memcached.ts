import { type JobPackArgs, jobAlerts, storePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on Memcached fire. */
export const MEMCACHED_THRESHOLDS = {
  MemcachedRefusesItems: { unit: "perSecond", fires: "above", warning: 0 },
  MemcachedConnectionsHigh: { unit: "ratio", fires: "above", warning: 0.8 },
  MemcachedRejectsConnections: { unit: "count", fires: "above", critical: 0 },
} as const satisfies ThresholdTable;

/** What {@link memcachedRules} watches. */
export interface MemcachedRules extends JobPackArgs<typeof MEMCACHED_THRESHOLDS> {
  /** The `job` label of memcached_exporter: the data store's name. */
  readonly job: string;
  /** Every service does without it: that it is down wakes nobody. @default false */
  readonly optional?: boolean;
}

/** Memcached, from memcached_exporter. When the exporter itself is away, `TargetDown` says so and these are silent. */
export function memcachedRules(args: MemcachedRules): RuleGroup {
  const { job, owner, optional = false } = args;
  const { pace, selector, at } = jobAlerts(MEMCACHED_THRESHOLDS, args);
  const containers = { component: job, name: job };
  return storePack("memcached", { job, owner }, [
    {
      alert: "MemcachedDown",
      expr: `max by (job, instance) (memcached_up${selector}) == 0`,
      for: pace.downFor,
      // Until what its users felt is over: else that would be told when its reason has gone.
      keepFiringFor: pace.keepFor,
      severity: optional ? "warning" : "critical",
      kind: "outage",
      drill: { fault: { kind: "stop", containers } },
      summary: "Memcached {{ $labels.job }} does not answer",
      description: "The exporter cannot reach {{ $labels.job }}. What is cached in it is made again for each request.",
    },
    ...at("MemcachedRefusesItems", ({ value }) => ({
      expr: `sum by (job, instance) (rate(memcached_item_no_memory_total${selector}[${pace.window}])) > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      // Its items make room for others: that none can takes items of many sizes, and a load that nobody should make.
      drill: {
        fault: {
          kind: "stand-in",
          job,
          says: [
            { series: "memcached_up", value: 1 },
            { series: "memcached_item_no_memory_total", perSecond: 5 },
          ],
        },
      },
      summary: "Memcached {{ $labels.job }} refuses {{ $value | humanize }} items a second",
      description: "Nothing of that size can make room for them. Who stores them is told so, and goes without a cache.",
    })),
    ...at("MemcachedConnectionsHigh", ({ value }) => ({
      expr: `memcached_current_connections${selector} / memcached_max_connections${selector} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: { kind: "connections", containers, port: 11211, count: 880 } },
      summary: "{{ $value | humanizePercentage }} of the connections of Memcached {{ $labels.job }} are taken",
      description: "When all are, services that open one are refused.",
    })),
    ...at("MemcachedRejectsConnections", ({ value }) => ({
      expr: `sum by (job, instance) (increase(memcached_connections_rejected_total${selector}[${pace.window}])) > ${value}`,
      for: "0s",
      kind: "cause",
      // Not all the time: while all are taken the exporter is rejected, too, and knows nothing.
      drill: {
        fault: { kind: "connections", containers, port: 11211, count: 1100, holds: 1 },
        takes: "5s",
        within: "0s",
      },
      summary: "Memcached {{ $labels.job }} rejected {{ $value | humanize }} connections",
      description: `In the last ${pace.window} it had no place for them. Who was rejected works without a cache.`,
    })),
  ]);
}
