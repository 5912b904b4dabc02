/** What the trace store of the deployment under test answers, and what else knows of a trace. */

import { randomBytes } from "node:crypto";
import { logs } from "./logs.ts";
import { exemplars } from "./prometheus.ts";
import { underTest } from "./under-test.ts";

const api = () => `${underTest().page(16_686)}api`;

/** A request whose spans are asked for: whoever takes it goes on with this trace. */
export interface TracedRequest {
  readonly traceId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Begins a trace. */
export function traced(): TracedRequest {
  const traceId = randomBytes(16).toString("hex");
  return { traceId, headers: { traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01` } };
}

/** A span as it was found. */
export interface Span {
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface JaegerTrace {
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
  readonly spans: readonly {
    readonly operationName: string;
    readonly processID: string;
    readonly tags: readonly { readonly key: string; readonly value: unknown }[];
  }[];
}

/** The spans of a trace; none while the store has none. */
export async function spansOf(traceId: string): Promise<Span[]> {
  const response = await fetch(`${api()}/traces/${traceId}`);
  if (response.status === 404) return [];
  const { data } = (await response.json()) as { data: JaegerTrace[] | null };
  return (data ?? []).flatMap(({ spans, processes }) =>
    spans.map(({ operationName, processID, tags }) => {
      const { "span.kind": kind, ...attributes } = Object.fromEntries(tags.map(({ key, value }) => [key, value]));
      return {
        service: processes[processID]?.serviceName ?? "",
        name: operationName,
        kind: String(kind),
        attributes,
      };
    }),
  );
}

/** The services whose lines of the last hour name a trace. */
export async function servicesWithLinesOf(traceId: string): Promise<string[]> {
  const found = await logs.lines({ of: "all", fields: { trace_id: traceId } });
  return [...new Set(found.map(({ labels }) => labels.service_name ?? ""))].sort();
}

/** The jobs whose request durations name a trace. */
export async function jobsWithExemplarsOf(traceId: string): Promise<string[]> {
  const found = await exemplars("http_request_duration_seconds_bucket");
  return [...new Set(found.filter((each) => each.traceId === traceId).map(({ job }) => job))].sort();
}
