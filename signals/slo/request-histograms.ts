import { LATENCY_BUCKETS } from "../../services/telemetry/node/latency-buckets.ts";
import { TRAEFIK_BUCKETS } from "../metrics/traefik.ts";
import type { MeasuredAt } from "./objective.ts";

/** A histogram of requests. */
export interface RequestHistogram {
  /** Its name, without `_bucket` and `_count`. */
  readonly name: string;
  /** The label with the status that was answered. */
  readonly status: string;
  /** Its upper bounds, in seconds. */
  readonly bounds: readonly number[];
}

/**
 * The histogram of the requests, by who counts them. The edge's is that of its routers: of its services, it counts
 * neither a request for which no server is left, nor one answer where it asked a second server.
 */
export const REQUEST_HISTOGRAMS: Readonly<Record<MeasuredAt, RequestHistogram>> = {
  service: { name: "http_request_duration_seconds", status: "status", bounds: LATENCY_BUCKETS },
  edge: { name: "traefik_router_request_duration_seconds", status: "code", bounds: TRAEFIK_BUCKETS },
};
