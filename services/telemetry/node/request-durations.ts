import type { Histogram, Registry } from "prom-client";
import { byAnswer } from "./by-answer.ts";
import { LATENCY_BUCKETS } from "./latency-buckets.ts";

/** How long requests took, by method, route pattern and status. */
export interface RequestDurations {
  /** Counts one answered request. Its trace, where one is given, becomes the exemplar of its bucket. */
  observe(method: string, route: string, status: number, seconds: number, traceId?: string): void;
  /**
   * Lets the failures of a route begin at 0. Prometheus does not see what a new series begins with: the first failures of
   * a service would be none.
   */
  expect(method: string, route: string): void;
}

/** The latest kept trace of a bucket, as the registry writes it. */
interface Exemplar {
  readonly labelSet: { readonly trace_id: string };
  readonly value: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

interface Series {
  readonly labels: { readonly method: string; readonly route: string; readonly status: string };
  /** Requests of each bucket alone; those of lower ones are added when it is asked for. */
  readonly counts: Float64Array;
  readonly exemplars: (Exemplar | undefined)[];
  sum: number;
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar?: Exemplar | undefined;
}

const NAME = "http_request_duration_seconds";
/** What a service answers when it fails: by itself, and for want of something that it needs. */
const FAILURES = [500, 503] as const;
const BOUNDS: readonly number[] = [...LATENCY_BUCKETS, Number.POSITIVE_INFINITY];

/**
 * A histogram in the client's registry that the client doesn't count itself: for each observation it makes a text of all
 * labels to find their series by, which takes longer than all else that a request is measured with. Here three look-ups
 * find it.
 */
export function newRequestDurations(registry: Registry): RequestDurations {
  const all: Series[] = [];
  const series = byAnswer((method, route, status) => {
    const added = newSeries(method, route, status);
    all.push(added);
    return added;
  });
  const described = {
    name: NAME,
    help: "Time from a request's arrival to the end of its answer, by route pattern.",
    type: "histogram",
    aggregator: "sum",
  };
  const metric = {
    ...described,
    get: async () => ({ ...described, values: all.flatMap(samplesOf) }),
    reset: () => {
      series.clear();
      all.length = 0;
    },
  };
  // The registry's types know its own four kinds alone; it asks a metric for no more than this.
  registry.registerMetric(metric as unknown as Histogram);
  return {
    observe: (method, route, status, seconds, traceId) => {
      const observed = series.of(method, route, status);
      const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
      observed.counts[bucket] = (observed.counts[bucket] ?? 0) + 1;
      observed.sum += seconds;
      if (traceId === undefined) return;
      observed.exemplars[bucket] = { labelSet: { trace_id: traceId }, value: seconds, timestamp: Date.now() / 1000 };
    },
    expect: (method, route) => {
      for (const status of FAILURES) series.of(method, route, status);
    },
  };
}

function newSeries(method: string, route: string, status: number): Series {
  const labels = { method, route, status: String(status) };
  return { labels, counts: new Float64Array(BOUNDS.length), exemplars: new Array(BOUNDS.length), sum: 0 };
}

function samplesOf({ labels, counts, exemplars, sum }: Series): Sample[] {
  let count = 0;
  const buckets = BOUNDS.map((bound, bucket): Sample => {
    count += counts[bucket] ?? 0;
    const le = bound === Number.POSITIVE_INFINITY ? "+Inf" : bound;
    return { metricName: `${NAME}_bucket`, labels: { le, ...labels }, value: count, exemplar: exemplars[bucket] };
  });
  return [
    ...buckets,
    { metricName: `${NAME}_sum`, labels, value: sum },
    { metricName: `${NAME}_count`, labels, value: count },
  ];
}
