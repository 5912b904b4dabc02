/** What both versions of a service have answered, as Prometheus counts it. */

import type { Version } from "../../services/rollout.ts";
import { VERSIONS } from "../../services/rollout.ts";
import type { Duration } from "../../services/units.ts";
import {
  usualBounds,
  type VersionIndicator,
  versionIndicators,
  versionQuantile,
} from "../../signals/rollout/compare.ts";
import type { VersionCounts } from "../../signals/rollout/judge.ts";
import type { Sample } from "../verify/prometheus.ts";
import { type MemoryQueries, type MemorySeen, memorySeen } from "./memory.ts";

/** Asks Prometheus. */
export type Query = (expression: string) => Promise<readonly Sample[]>;

/** Counts of both versions, for one indicator. */
export interface Counted {
  /** What an error is: `fail`. */
  readonly error: string;
  /** The counts of each version; zeros where it had no request. */
  readonly counts: Readonly<Record<Version, VersionCounts>>;
}

/** Counts by one set of indicators: what is slow stays the same for a whole rollout. */
export interface Counter {
  /** Whether it knows what is slow: not where stable has answered nobody. */
  readonly slow: boolean;
  /** What was counted in the last seconds. */
  count(seconds: number): Promise<readonly Counted[]>;
  /** What the containers of both versions held in the last seconds. */
  memory(seconds: number): Promise<MemorySeen>;
  /** Whether no container of the candidate answers: what is away fails no request of its own, since the edge asks stable. */
  away(): Promise<boolean>;
}

/**
 * Settles what is slow, by what stable does now, and counts by it from then on.
 *
 * @param seconds how far back stable is looked at
 */
export async function counterOf(service: string, seconds: number, queries: MemoryQueries): Promise<Counter> {
  const query: Query = queries.now;
  const quantiles = await Promise.all(
    [0.95, 0.5].map(async (quantile) => {
      const found = await query(versionQuantile(service, quantile, inSeconds(seconds)));
      return found.find(({ labels }) => labels.version === "stable")?.value ?? Number.NaN;
    }),
  );
  const bounds = usualBounds(quantiles);
  const indicators = versionIndicators(service, bounds);
  return {
    slow: bounds.length > 0,
    away: async () => {
      const up = await query(`max(up{job="${service}",version="candidate"})`);
      return up.length > 0 && up.every(({ value }) => value === 0);
    },
    memory: (window) => memorySeen(service, window, queries),
    count: (window) => Promise.all(indicators.map((indicator) => countedBy(indicator, inSeconds(window), query))),
  };
}

async function countedBy(
  { error, requests, errors }: VersionIndicator,
  window: Duration,
  query: Query,
): Promise<Counted> {
  const [all, wrong] = await Promise.all([query(requests(window)), query(errors(window))]);
  const of = (samples: readonly Sample[], version: Version) => {
    const value = samples.find(({ labels }) => labels.version === version)?.value ?? 0;
    return Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
  };
  const counts = Object.fromEntries(
    VERSIONS.map((version) => {
      const total = of(all, version);
      // Two questions, a scrape apart at worst: errors are not more than requests.
      return [version, { requests: total, errors: Math.min(of(wrong, version), total) }];
    }),
  );
  return { error, counts: counts as Record<Version, VersionCounts> };
}

const inSeconds = (seconds: number): Duration => `${BigInt(Math.max(1, Math.round(seconds)))}s`;
