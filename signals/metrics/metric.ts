/** What kind of numbers a metric has; `untyped` where the exporter does not say. */
export type MetricType = "counter" | "gauge" | "histogram" | "untyped";

/** What its numbers count: a base unit, things (`count`), yes or no (`boolean`), or nothing (`none`): the labels tell. */
export type MetricUnit = "seconds" | "bytes" | "count" | "boolean" | "none";

/** One metric that a rule or a panel uses. */
export interface Metric {
  /** Name, as it is scraped. A histogram's is without `_bucket`, `_count` and `_sum`. */
  readonly name: string;
  /** What emits it. */
  readonly source: string;
  /** What kind of numbers it has. */
  readonly type: MetricType;
  /** What its numbers count. */
  readonly unit: MetricUnit;
  /** Its labels, but for `job` and `instance`, which every metric has, and a histogram's `le`. */
  readonly labels: readonly string[];
  /** True for one that is not there before what it counts has happened. @default false */
  readonly onEvent?: boolean;
}

/** What is said of a metric in its source's file. */
export type MetricFacts = Omit<Metric, "name" | "source">;

/**
 * The metrics of one source. A name that is not in it does not compile: `redisMetrics.redis_up.name`.
 *
 * @example
 * ```ts
 * const mine = metricsOf("queue", { queue_jobs: { type: "gauge", unit: "count", labels: ["state"] } });
 * ```
 */
export function metricsOf<const Source extends string, const Names extends string>(
  source: Source,
  facts: Readonly<Record<Names, MetricFacts>>,
): { readonly [Name in Names]: Metric & { readonly name: Name; readonly source: Source } } {
  const metrics = Object.entries<MetricFacts>(facts).map(([name, fact]) => [name, { name, source, ...fact }]);
  return Object.fromEntries(metrics);
}
