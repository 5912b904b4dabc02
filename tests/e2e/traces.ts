/** What the trace store of the deployment under test answers, and what else knows of a trace. */

import { randomBytes } from "node:crypto";
import { logs } from "./logs.ts";
import { exemplars } from "./prometheus.ts";
import { underTest } from "./under-test.ts";

const api = () => `${underTest().page(16_686)}api`;

/** A request whose spans are asked for: the edge begins its trace, and it is found by what it calls itself. */
export interface TracedRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** The id of its trace; undefined while the store has none of it. */
  traceId(): Promise<string | undefined>;
}

/** A request like no other. */
export function traced(): TracedRequest {
  const agent = `vigie-e2e/${randomBytes(8).toString("hex")}`;
  return {
    headers: { "user-agent": agent },
    async traceId() {
      const tags = encodeURIComponent(JSON.stringify({ "user_agent.original": agent }));
      const now = Date.now() * 1000;
      const times = `start=${now - 600_000_000}&end=${now + 60_000_000}`;
      const response = await fetch(`${api()}/traces?service=edge&tags=${tags}&limit=1&${times}`);
      const { data } = (await response.json()) as { data: { traceID: string }[] | null };
      return data?.[0]?.traceID;
    },
  };
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
export async function spansOf(traceId: string | undefined): Promise<Span[]> {
  if (traceId === undefined) return [];
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
