import * as pulumi from "@pulumi/pulumi";
import { TRACE_PORTS } from "../../config/collector-traces.ts";
import type { Version } from "../../services/rollout.ts";
import type { Dial } from "./paths.ts";

/** Where programs send their spans, and how many traces are kept. */
export interface Tracing {
  /** Host name of the Collector in the network `telemetry`. */
  readonly collector: string;
  /** The part of the traces that is kept of those that are neither failed nor slow: above 0, and 1 at most. */
  readonly ratio: number;
}

/** How often a program sends the spans that it has: the SDKs' own five seconds are long for somebody who waits. */
export const SPAN_DELAY = { OTEL_BSP_SCHEDULE_DELAY: "1000" } as const;

/** Where a program that makes spans connects to. */
export function tracingDials(tracing: Tracing | undefined): readonly Dial[] {
  return tracing === undefined ? [] : [{ to: [`${tracing.collector}:${TRACE_PORTS.http}`], why: "sends spans" }];
}

/**
 * Environment of a service that makes spans, in OpenTelemetry's own variables: any SDK takes them.
 *
 * All requests are followed: which traces are kept is decided when they have ended, since nobody knows before whether a
 * request will fail. A caller who follows nothing decides for itself only.
 *
 * @param service the service's name: that of its job
 * @param tracing where they go; without it the service makes none
 * @param version which of two versions of the service it is. @default - there is one
 */
export function tracingEnvironment(
  service: string,
  tracing: Tracing | undefined,
  version?: Version,
): Record<string, string> {
  if (tracing === undefined) return {};
  const resource = [`deployment.environment.name=${pulumi.getStack()}`];
  if (version !== undefined) resource.push(`service.version=${version}`);
  return {
    ...SPAN_DELAY,
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: resource.join(","),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${tracing.collector}:${TRACE_PORTS.http}`,
    OTEL_TRACES_SAMPLER: "always_on",
  };
}
