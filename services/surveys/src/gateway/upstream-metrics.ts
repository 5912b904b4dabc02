import { Counter, Histogram, type Registry } from "prom-client";
import { LATENCY_BUCKETS } from "../../../telemetry/node/index.ts";
import { UPSTREAMS, type Upstream } from "./upstream-problems.ts";

/** How a try ended: `refused` is a status from 400 on, `failed` one from 500 on, or too much. */
export const OUTCOMES = ["ok", "refused", "failed", "timeout", "unreachable"] as const;

/** How a try ended. */
export type Outcome = (typeof OUTCOMES)[number];

/** Counts what other services are asked. */
export interface UpstreamMetrics {
  /** A try begins; the answer is called with how it ended. */
  began(upstream: Upstream): (outcome: Outcome) => void;
}

/** Creates the metrics of all upstreams in a registry. */
export function upstreamMetrics(registry: Registry): UpstreamMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: "gateway_upstream_requests_total",
    help: "Tries to ask another service, by how they ended.",
    labelNames: ["upstream", "outcome"],
    registers,
  });
  const duration = new Histogram({
    name: "gateway_upstream_duration_seconds",
    help: "Time from a try to ask another service to the end of its answer.",
    labelNames: ["upstream"],
    buckets: [...LATENCY_BUCKETS],
    registers,
  });
  for (const upstream of UPSTREAMS) for (const outcome of OUTCOMES) requests.labels(upstream, outcome).inc(0);
  return {
    began: (upstream) => {
      const end = duration.startTimer({ upstream });
      return (outcome) => {
        end();
        requests.labels(upstream, outcome).inc();
      };
    },
  };
}
